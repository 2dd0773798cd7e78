/* How a pass goes over the table of layers: in segments, and only through what is active in it. Knows of kinds
 * only which ones keep and add. */
#ifndef SEGMENTS_H
#define SEGMENTS_H

#include "architecture.h"

/* A whole-batch layer by itself, or as many per-image layers as follow each other. */
struct segment {
    size_t begin, end; /* layers */
    bool whole_batch;
};

bool is_whole_batch(const struct network *network, size_t layer);

/* The segment that begins with the layer `begin`, and the one that ends before the layer `end`. */
struct segment segment_from(const struct network *network, size_t begin);
struct segment segment_before(const struct network *network, size_t end);

/* A layer that does something in this kind of pass; the output of others is their input. */
bool is_active(const struct network *network, size_t layer, bool training);

/* Whether a layer adds what this keep layer keeps. */
bool is_added(const struct network *network, size_t keep);

/* Whether the output of this active layer is what a keep layer behind it keeps for one that adds. */
bool is_kept(const struct network *network, size_t layer, bool training);

/* Whether a layer of the segment is a keep layer with something to add to its gradient on the way back. */
bool has_kept(const struct network *network, struct segment segment);

/* The first active layer behind this one, or the segment's end. */
size_t next_active(const struct network *network, size_t layer, struct segment segment, bool training);

/* The max-pool that this active layer does along with its own work, or the layer itself; and which layer does a
 * max-pool, or itself. */
size_t last_fused(const struct network *network, size_t layer, struct segment segment, bool training);
size_t first_fused(const struct network *network, size_t layer, struct segment segment, bool training);

/* Whether no layer of the segment is active before this one, or behind it. */
bool is_first_active(const struct network *network, size_t layer, struct segment segment, bool training);
bool is_last_active(const struct network *network, size_t layer, struct segment segment, bool training);

/* Whether any layer of the segment is. */
bool has_active(const struct network *network, struct segment segment, bool training);

#endif
