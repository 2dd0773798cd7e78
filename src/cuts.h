/* Where a group may be several digits that touch: straight lines, upright or slanting, that cross little ink. Knows
 * neither networks nor which cuts are right. */
#ifndef CUTS_H
#define CUTS_H

#include "grouping.h"

/* From the upper edge of the group's box to the lower one, in pixels of the ink. */
struct cut {
    float top_x, bottom_x;
    float crossed; /* ink on the line, in widths of the group's strokes */
};

enum { MAX_CUTS = 24 };

/* A column of the cut at a row of the group's box. */
float cut_x(const struct cut *cut, const struct box *box, int row);

/* Writes the best cuts from left to right; no two cross in the box. Returns their number. profile has room for the
 * box's width + height + 8. */
int cuts_find(const struct components *components, const struct grouping *grouping, const struct group *group,
              int *profile, struct cut cuts[MAX_CUTS]);

/* The boxes of the ink between the cuts: boxes[count + 1]; width 0 where there is none. */
void cuts_boxes(const struct components *components, const struct grouping *grouping, const struct group *group,
                const struct cut *cuts, int count, struct box *boxes);

#endif
