/* Upright boxes of pixels. */
#ifndef BOX_H
#define BOX_H

struct box {
    int left, top, right, bottom; /* right and bottom are outside */
};

static inline int lesser(int a, int b)
{
    return a < b ? a : b;
}

static inline int greater(int a, int b)
{
    return a > b ? a : b;
}

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
    return greater(box_width(box), box_height(box));
}

/* Pixels shared along an axis; negative: pixels between them. */
static inline int overlap_columns(const struct box *a, const struct box *b)
{
    return lesser(a->right, b->right) - greater(a->left, b->left);
}

static inline int overlap_rows(const struct box *a, const struct box *b)
{
    return lesser(a->bottom, b->bottom) - greater(a->top, b->top);
}

/* Pixels between two boxes, the longer way of the two axes; 0 when they touch or overlap. */
static inline int box_gap(const struct box *a, const struct box *b)
{
    return greater(0, -lesser(overlap_columns(a, b), overlap_rows(a, b)));
}

static inline struct box box_union(const struct box *a, const struct box *b)
{
    return (struct box){lesser(a->left, b->left), lesser(a->top, b->top), greater(a->right, b->right),
                        greater(a->bottom, b->bottom)};
}

#endif
