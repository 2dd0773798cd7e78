/* Images of handwriting that nobody wrote: digits in many hands, and negatives, which are none; and the same as a pen's
 * strokes, for pages. Each is a function of a seed and a number, so that any thread may make any of them. Knows no
 * training and no page. */
#ifndef SYNTHESIZE_H
#define SYNTHESIZE_H

#include <stddef.h>

#include "base/random.h"
#include "base/status.h"
#include "ink/strokes.h"
#include "templates.h"

enum { SYNTHESIZE_DIGITS = 10 };

/* False in WebAssembly, where its size would be a burden to every visitor: then images and drawings are empty. */
#ifdef __wasm__
enum { SYNTHESIZE_BUILT_IN = false };
#else
enum { SYNTHESIZE_BUILT_IN = true };
#endif

/* Writes a digit, all ten of them as often, as strokes_render draws it, and returns which one. */
int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS]);

/* Draws a negative, what is no digit: letters, signs, scribbles, silhouettes, parts of digits and several at once. */
void synthesize_negative(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS]);

/* ---- One hand's strokes, to be drawn at any size ----------------------------------------------------------------- */

/* What one writer does to everything, and the pen. Lengths are parts of a digit's height. Its own pen may be put in
 * place of `radius`, and its slant changed, before anything is written. */
struct hand {
    float sloppiness; /* standard deviation of a place */
    float sharpness;  /* of corners: 0 round .. 1 */
    float width, slant, bend, swell, rotation_sine, rotation_cosine;
    float radius;                          /* half the line's width */
    float pressure, pressure_phase, taper; /* parts of the radius; periods; part */
    float gaps;                            /* chance that the ink stops at a point of a stroke */
    bool separate_lift;                    /* each stroke is put down a little off its place */
    struct {
        size_t template; /* of the table of templates */
        float form;      /* 0 the template's first form .. 1 its second, and a little beyond */
    } habits[SYNTHESIZE_DIGITS];
};

enum { DRAWING_MOST_STROKES = 96, DRAWING_MOST_POINTS = 288 };

/* Strokes point to the points beside them: not to be copied. A digit is about 1 high, from -0.5 to 0.5, with the middle
 * of most near x = 0; y goes downwards, and radii are in the same unit. */
struct pen_drawing {
    struct pen_stroke strokes[DRAWING_MOST_STROKES];
    struct pen_point points[DRAWING_MOST_POINTS];
    size_t stroke_count, point_count;
    float left, top, right, bottom; /* of the ink, the pen's width with it; 0 without a point */
};

/* A writer by chance. */
struct hand hand_create(struct random *random);

/* Writes a digit 0 .. 9, mostly in the hand's own way to write it. */
void hand_write_digit(const struct hand *hand, struct random *random, int digit, struct pen_drawing *drawing);

/* Writes a sign where it stands beside a digit: a comma and a point on the line, at 0.5. */
void hand_write_sign(const struct hand *hand, struct random *random, enum sign sign, struct pen_drawing *drawing);

/* Writes a letter, a piece of joined writing or a shape, any of those that nobody takes for a digit. */
void hand_write_letter(const struct hand *hand, struct random *random, struct pen_drawing *drawing);

/* To and fro, as one fills an area or strikes something out. */
void hand_scribble(const struct hand *hand, struct random *random, struct pen_drawing *drawing);

#endif
