/* A group's ink as a terrain that can be crossed from above and from below, and the cheapest ways through it: dynamic
 * programming, where ink costs and steps to the side cost a little. Must not know what the ways are good for. */
#ifndef TERRAIN_H
#define TERRAIN_H

#include "grouping.h"

enum { TERRAIN_FULL = UINT8_MAX }; /* the ink of a pixel that is like the group's mean, or darker */

enum direction { FROM_ABOVE, FROM_BELOW };

/* The group's ink in its box and beside it, and the cheapest ways through it from each pixel to the box's upper edge
 * and to its lower one. */
struct terrain {
    int width, height, margin; /* margin: columns to the left of the box, and to its right */
    int factor;                /* pixels of the ink in one */
    double stroke;             /* its width */
    uint8_t *ink;              /* [height][width]; the group's mean is TERRAIN_FULL */
    int *sums;                 /* [height][width + 1]: ink to the left of a pixel, in its row */
    int *costs[2];             /* [height][width]: from above, from below, with the pixel itself */
    int8_t *steps[2];          /* [height][width]: back: -1, 0 or 1 column in the row before, or within it */
    uint8_t *open;             /* [height][width]: scratch of what looks for ways, as the next */
    int *scratch;              /* [width] */
    void *memory;
};

/* Made of the group's ink in its box, with some room on either side, where all is reduced to about 64 rows. On failure,
 * which is OUT_OF_MEMORY only, nothing is to be freed. */
scrawl_status terrain_create(const struct ink *ink, const struct components *components,
                             const struct grouping *grouping, const struct group *group, struct terrain *terrain);
void terrain_free(struct terrain *terrain);

/* What the cheapest way from edge to edge through a pixel costs. */
static inline int terrain_cost_through(const struct terrain *terrain, int row, int column)
{
    int at = row * terrain->width + column;
    return terrain->costs[0][at] + terrain->costs[1][at] - terrain->ink[at];
}

/* Writes columns[row] for each row of the cheapest way from a pixel to the upper edge, or to the lower one. */
void terrain_follow(const struct terrain *terrain, enum direction direction, int row, int column, int *columns);

/* The ink of the row to the left of the column. */
static inline int terrain_ink_left_of(const struct terrain *terrain, int row, int column)
{
    return terrain->sums[row * (terrain->width + 1) + column];
}

#endif
