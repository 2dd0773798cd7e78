/* Which of many places lie beside each other, without looking at all of them. Knows nothing of what lies there. */
#ifndef PLACE_INDEX_H
#define PLACE_INDEX_H

#include "box.h"
#include "status.h"

/* Bands across the longer side of what all places cover, as broad as they are on average; each place is listed in
 * every band that it reaches into. */
struct place_index {
    bool across_columns; /* bands are of columns, else of rows */
    float start, band_size;
    size_t band_count;
    uint32_t *starts;  /* [band_count + 1]: where a band's entries begin */
    uint32_t *entries; /* numbers of places, ascending in each band */
    uint32_t *first;   /* of each place: its first band */
};

/* Of `count` places, at most 2^24: each item of `stride` bytes begins with one; they are not kept. Takes time and
 * memory in proportion to them. Fails with OUT_OF_MEMORY only. */
scrawl_status place_index_create(const void *first, size_t stride, size_t count, struct place_index *index);
void place_index_free(struct place_index *index);

/* Goes over the places that may meet another: all that do, each once, and some nearby. */
struct place_walk {
    const struct place_index *index;
    size_t first, last, band; /* bands */
    uint32_t at;              /* of the entries */
};

struct place_walk place_index_walk(const struct place_index *index, const struct place *place);

/* The next place's number in *number; false: there is none. */
bool place_walk_next(struct place_walk *walk, size_t *number);

#endif
