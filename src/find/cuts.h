/* Where a group may be several digits that touch: paths from its upper edge to its lower one that cross little ink.
 * Knows neither networks nor which cuts are right. */
#ifndef CUTS_H
#define CUTS_H

#include "grouping.h"

/* From the upper edge of the group's box to the lower one, in pixels of the ink. */
struct cut {
    float top_x, bottom_x, mean_x;
    float crossed;   /* ink on the path, in widths of the group's strokes */
    int top, height; /* the box's */
    int *columns;    /* [height]: the first column of what lies to the right */
};

enum { MAX_CUTS = 96 };

void cut_free(struct cut *cut);

/* The first column to the right of the cut; rows outside the group's box count as its first or last one. */
int cut_column(const struct cut *cut, int row);

/* Writes the best cuts, ordered by where they are on the mean, and their number, which is 0 on failure: that is
 * OUT_OF_MEMORY only. They are alternatives: they may cross each other. */
scrawl_status cuts_find(const struct ink *ink, const struct components *components, const struct grouping *grouping,
                        const struct group *group, struct cut cuts[MAX_CUTS], int *count);

/* The ink between two cuts. */
struct stretch {
    struct box box;   /* width 0 where there is none */
    size_t pixels;    /* of strokes */
    size_t backwards; /* those that lie to the right of the right cut and to the left of the left one */
};

/* left, right: NULL at the ends of the group. */
struct stretch cuts_between(const struct components *components, const struct grouping *grouping,
                            const struct group *group, const struct cut *left, const struct cut *right);

#endif
