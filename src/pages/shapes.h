/* How people write digits, and shapes that are none, as places that the pen passes. Nothing but tables.
 *
 * A shape is strokes separated by commas, a stroke places separated by spaces, a place two figures: 0 .. 9 from left to
 * right, 0 .. 9 from top to bottom, in equal steps. The pen goes round through a place, but turns sharply at one with a
 * dot behind it. "22 40. 49." is a 1 with its upstroke. */
#ifndef SHAPES_H
#define SHAPES_H

#include <stddef.h>

enum {
    SHAPE_MAX_STROKES = 4,
    SHAPE_MAX_PLACES = 16, /* of all strokes */
};

/* A way to write a digit: two forms with the same strokes and places. What lies between them, and a little beyond, is
 * written so too. */
struct digit_way {
    int digit;
    int weight; /* how common it is among this digit's ways */
    const char *forms[2];
};

extern const struct digit_way digit_ways[];
extern const size_t digit_way_count;

/* Letters and signs that nobody takes for a digit. */
extern const char *const other_shapes[];
extern const size_t other_shape_count;

#endif
