/* How far a page is rotated, from the lines on it and from how its writing lines up. Knows neither ink nor digits. */
#ifndef PAGE_ROTATION_H
#define PAGE_ROTATION_H

#include "clutter/rulings.h"
#include "grouping.h"
#include "reading_order.h"

/* A box of a rotated page as it would stand on the page: its middle is rotated back, its size kept. */
struct reading_item rotated_back(const struct box *box, double rotation);

/* *rotation in radians, clockwise, up to about 15 degrees: the page's, as long rulings on it show, or else lines of
 * writing. 0 when that is uncertain, as with up to three digits. Fails with OUT_OF_MEMORY only. */
scrawl_status page_rotation_estimate(const struct rulings *rulings, const struct grouping *grouping, double *rotation);

#endif
