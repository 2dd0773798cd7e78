/* Encoded bytes (through stb_image) or raw RGBA to upright grey pixels. Knows nothing of digits. */
#ifndef PICTURE_H
#define PICTURE_H

#include "base/status.h"

/* Upright grey pixels: grey[height][width], 0 black .. 255 white. Starts as {0}. */
struct picture {
    int width, height;
    uint8_t *grey;
};

/* Transparent pixels lie on white; JPEG (EXIF) orientation is undone. */
scrawl_status picture_decode(const void *bytes, size_t size, struct picture *picture);
scrawl_status picture_from_rgba(const uint8_t *rgba, size_t width, size_t height, struct picture *picture);
void picture_free(struct picture *picture);

#endif
