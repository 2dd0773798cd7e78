/* The only door to stb_image. Knows no format by itself and keeps no memory. */
#ifndef STB_IMAGE_PIXELS_H
#define STB_IMAGE_PIXELS_H

#include "base/status.h"

/* Decodes a PNG, JPEG, BMP or GIF (first frame) of this size to pixels[height][width][channels], to be freed with
 * free(). channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. No single allocation exceeds memory_limit bytes. Fails
 * with INVALID_PICTURE for bytes that can't be decoded within it or have another size, and with OUT_OF_MEMORY. */
scrawl_status stb_image_pixels(const uint8_t *bytes, size_t size, size_t memory_limit, size_t width, size_t height,
                               int *channels, uint8_t **pixels);

#endif
