/* Images of handwriting that nobody wrote: digits in many hands, and negatives, which are none; and the same as a pen's
 * strokes, for pages. Each is a function of a seed and a number, so that any thread may make any of them. Knows no
 * training and no page. */
#ifndef SYNTHESIZE_H
#define SYNTHESIZE_H

#include "base/status.h"
#include "ink/strokes.h"

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

/* What a pen writes, as strokes in the order of writing. Strokes are pieces of points: not to be copied. */
enum { DRAWING_MOST_STROKES = 96, DRAWING_MOST_POINTS = 288 };
struct drawing {
    struct pen_stroke strokes[DRAWING_MOST_STROKES];
    struct pen_point points[DRAWING_MOST_POINTS];
    size_t stroke_count, point_count;
};

/* A digit as strokes, about 1 high and with its middle near 0; radii are in the same unit. Its writer is a function of
 * hand_seed and mostly takes the same form of a digit; index makes each one a little different. Empty in WebAssembly.
 */
void synthesize_strokes(uint64_t hand_seed, uint64_t index, int digit, struct drawing *drawing);

/* The same for a template's text, which may be any sign. */
void synthesize_sign(uint64_t hand_seed, uint64_t index, const char *text, struct drawing *drawing);

#endif
