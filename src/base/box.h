/* Upright boxes of pixels. Knows no picture. */
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

#endif
