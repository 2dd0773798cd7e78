/* Images of handwriting that nobody wrote: digits in many hands, and negatives, which are none. Each image is a
 * function of a seed and a number, so that any thread may make any of them. Knows no training. */
#ifndef SYNTHESIZE_H
#define SYNTHESIZE_H

#include "base/status.h"

enum { SYNTHESIZE_DIGITS = 10 };

/* False in WebAssembly, where its size would be a burden to every visitor: then the images are empty. */
extern const bool synthesize_built_in;

/* Writes a digit, all ten of them as often, as strokes_render draws it, and returns which one. */
int synthesize_digit(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS]);

/* Draws a negative, what is no digit: letters, signs, scribbles, silhouettes, parts of digits and several at once. */
void synthesize_negative(uint64_t seed, uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
