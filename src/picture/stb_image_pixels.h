/* The only door to stb_image. Knows no format by itself and keeps no memory. */
#ifndef STB_IMAGE_PIXELS_H
#define STB_IMAGE_PIXELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes a PNG, JPEG, BMP or GIF (first frame) to pixels[height][width][channels], to be freed with free().
 * channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA. No single allocation exceeds memory_limit bytes. Returns NULL for
 * bytes that can't be decoded within it; *out_of_memory tells whether the machine refused instead. */
uint8_t *stb_image_pixels(const uint8_t *bytes, size_t size, size_t memory_limit, int *width, int *height,
                          int *channels, bool *out_of_memory);

#endif
