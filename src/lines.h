/* Groups in reading order. */
#ifndef LINES_H
#define LINES_H

#include "grouping.h"

/* Sorts the groups line by line from the top, each from left to right, and numbers the lines. Lines may slant. Fails
 * with OUT_OF_MEMORY only. */
scrawl_status lines_order(struct grouping *grouping);

#endif
