/* Pen strokes to one 28x28 input: scaled into 20x20, centred by their mass and drawn anti-aliased, all at the network's
 * resolution. Knows no picture and no network. */
#ifndef STROKES_H
#define STROKES_H

#include "base/status.h"

/* A place of the pen's middle, in the drawing's units with y downwards, and half the width of its line there, in pixels
 * of the input. */
struct pen_point {
    float x, y, radius;
};

/* A line through points[count]; one point is a dot. */
struct pen_stroke {
    const struct pen_point *points;
    size_t count;
};

/* Draws the strokes as one digit; all zeros when they have no point. Coordinates are finite and below 2^25, radii from
 * STROKES_LEAST_RADIUS to STROKES_MOST_RADIUS. Time is linear in the points, and little for those that move the pen by
 * less than a part of a pixel. */
void strokes_render(const struct pen_stroke *strokes, size_t count, uint8_t input[SCRAWL_IMAGE_PIXELS]);

/* Draws a line through points that are in pixels already, on canvas[28][28] of 0 paper .. 1 ink; where lines meet, the
 * darker one counts. Coordinates are from -SCRAWL_IMAGE_SIDE to 2 * SCRAWL_IMAGE_SIDE. */
void strokes_draw(const struct pen_stroke *stroke, float canvas[SCRAWL_IMAGE_PIXELS]);

static const float STROKES_LEAST_RADIUS = 0.3f, STROKES_MOST_RADIUS = 4;

#endif
