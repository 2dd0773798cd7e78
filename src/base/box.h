/* Upright boxes of pixels, and places between them. Knows no picture. */
#ifndef BOX_H
#define BOX_H

#include "minmax.h"

struct box {
    int left, top, right, bottom; /* right and bottom are outside */
};

static inline int box_width(const struct box *box)
{
    return box->right - box->left;
}

static inline int box_height(const struct box *box)
{
    return box->bottom - box->top;
}

static inline int box_extent(const struct box *box)
{
    return max_int(box_width(box), box_height(box));
}

/* Pixels shared along an axis; negative: pixels between them. */
static inline int overlap_columns(const struct box *a, const struct box *b)
{
    return min_int(a->right, b->right) - max_int(a->left, b->left);
}

static inline int overlap_rows(const struct box *a, const struct box *b)
{
    return min_int(a->bottom, b->bottom) - max_int(a->top, b->top);
}

/* Pixels between two boxes, the longer way of the two axes; 0 when they touch or overlap. */
static inline int box_gap(const struct box *a, const struct box *b)
{
    return max_int(0, -min_int(overlap_columns(a, b), overlap_rows(a, b)));
}

static inline struct box box_union(const struct box *a, const struct box *b)
{
    return (struct box){min_int(a->left, b->left), min_int(a->top, b->top), max_int(a->right, b->right),
                        max_int(a->bottom, b->bottom)};
}

/* What both have; of no width or height, or a negative one: nothing. */
static inline struct box box_intersection(const struct box *a, const struct box *b)
{
    return (struct box){max_int(a->left, b->left), max_int(a->top, b->top), min_int(a->right, b->right),
                        min_int(a->bottom, b->bottom)};
}

/* A box between pixels: the first one reaches from 0 to 1. */
struct place {
    float left, top, right, bottom;
};

static inline float place_area(const struct place *place)
{
    return max_float(place->right - place->left, 0) * max_float(place->bottom - place->top, 0);
}

/* What both have, as of boxes. */
static inline struct place place_intersection(const struct place *a, const struct place *b)
{
    return (struct place){max_float(a->left, b->left), max_float(a->top, b->top), min_float(a->right, b->right),
                          min_float(a->bottom, b->bottom)};
}

/* The area that both have. */
static inline float place_shared(const struct place *a, const struct place *b)
{
    const struct place both = place_intersection(a, b);
    return place_area(&both);
}

/* Intersection over union, 0 .. 1. */
static inline float place_overlap(const struct place *a, const struct place *b)
{
    const float shared = place_shared(a, b), all = place_area(a) + place_area(b) - shared;
    return all > 0 ? shared / all : 0;
}

#endif
