/* Where pen strokes lie, whether they touch, and whether one goes around another. Knows no digits. */
#ifndef STROKE_GEOMETRY_H
#define STROKE_GEOMETRY_H

#include <math.h>

#include "ink/strokes.h"

struct bounds {
    float left, top, right, bottom;
};

struct bounds stroke_bounds(const struct pen_stroke *stroke);
/* Along its points, as far as 48 of them tell. */
float stroke_length(const struct pen_stroke *stroke);

static inline struct bounds united(const struct bounds *a, const struct bounds *b)
{
    return (struct bounds){fminf(a->left, b->left), fminf(a->top, b->top), fmaxf(a->right, b->right),
                           fmaxf(a->bottom, b->bottom)};
}

static inline float height_of(const struct bounds *bounds)
{
    return bounds->bottom - bounds->top;
}

static inline float width_of(const struct bounds *bounds)
{
    return bounds->right - bounds->left;
}

static inline float longer_side(const struct bounds *bounds)
{
    return fmaxf(height_of(bounds), width_of(bounds));
}

/* As digits have it: a 1 is as high as a 0, and a line isn't high. */
static inline float size_of(const struct bounds *bounds)
{
    return fmaxf(height_of(bounds), width_of(bounds) / 2);
}

/* Shared from side to side, or from top to bottom; negative: the gap between. */
static inline float shared_width(const struct bounds *a, const struct bounds *b)
{
    return fminf(a->right, b->right) - fmaxf(a->left, b->left);
}

static inline float shared_height(const struct bounds *a, const struct bounds *b)
{
    return fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
}

/* Whether they cross or come nearer to each other than the distance, as far as 48 points of each tell. */
bool strokes_touch(const struct pen_stroke *a, const struct pen_stroke *b, float distance);

/* Whether what has these other bounds lies within the stroke's own, and sees the stroke in nearly all directions. */
bool stroke_surrounds(const struct pen_stroke *stroke, const struct bounds *own, const struct bounds *other);

#endif
