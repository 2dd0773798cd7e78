/* Where a terrain may be passed: the valleys of what its ways cost, and corners, at which strokes meet. Must not know
 * which passages become cuts. */
#ifndef PASSAGES_H
#define PASSAGES_H

#include "terrain.h"

/* From the upper edge the cheapest way to a pixel, straight on to another, and the cheapest way to the lower edge. */
struct passage {
    int row, column, end_row, end_column, cost;
};

enum { MAX_PASSAGES = 512 };

struct passages {
    struct passage items[MAX_PASSAGES];
    int count;
};

/* Finds what crosses little ink and orders it by cost. The terrain's scratch is written. */
void passages_find(struct terrain *terrain, struct passages *passages);

/* The column of the straight part in one of its rows. */
int passage_column(const struct passage *passage, int row);

#endif
