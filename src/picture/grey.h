/* Decoded pixels to grey: the channel in which pen and paper differ most. Knows no shapes. */
#ifndef GREY_H
#define GREY_H

#include "base/status.h"

/* pixels[count][channels] of 1 grey, 2 grey and alpha, 3 RGB or 4 RGBA to grey[count], 0 black .. 255 white. Luma on
 * white, unless another channel tells two kinds of pixels apart much better: a colour on one as bright, light ink on
 * transparency. Fewer than 64 pixels are always luma. */
void grey_from_pixels(const uint8_t *pixels, int channels, size_t count, uint8_t *grey);

/* Luma of ITU-R BT.601. */
uint8_t grey_luma(const uint8_t *rgb);

#endif
