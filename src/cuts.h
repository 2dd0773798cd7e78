/* Where a group may be several digits that touch: paths from its upper edge to its lower one that cross little ink.
 * Knows neither networks nor which cuts are right. */
#ifndef CUTS_H
#define CUTS_H

#include "grouping.h"

/* From the upper edge of the group's box to the lower one, in pixels of the ink. */
struct cut {
    float top_x, bottom_x;
    float crossed; /* ink on the path, in widths of the group's strokes */
    int *columns;  /* [height of the box]: the first column of what lies to the right; to be freed */
};

enum { MAX_CUTS = 24 };

/* The first column to the right of the cut; rows outside the group's box count as its first or last one. */
int cut_column(const struct cut *cut, const struct box *box, int row);

/* Writes the best cuts from left to right, of which none cross, and their number, also when it fails, with
 * OUT_OF_MEMORY only. */
scrawl_status cuts_find(const struct ink *ink, const struct components *components, const struct grouping *grouping,
                        const struct group *group, struct cut cuts[MAX_CUTS], int *count);

/* The boxes of the ink between the cuts: boxes[count + 1]; width 0 where there is none. */
void cuts_boxes(const struct components *components, const struct grouping *grouping, const struct group *group,
                const struct cut *cuts, int count, struct box *boxes);

#endif
