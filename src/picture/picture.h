/* Encoded bytes (through stb_image) or raw RGBA to upright grey pixels. Knows nothing of digits. */
#ifndef PICTURE_H
#define PICTURE_H

#include "base/status.h"

/* Upright grey pixels: grey[height][width], 0 black .. 255 white.
 * Ownership, of pictures and of all that is made of them (reduced and inverted ones, ink, masks, components, cuts,
 * ...): a struct starts as {0}; what makes one writes it whole, or on failure leaves it as it was; whoever declared it
 * calls its _free, which makes it {0} again and may be called at any time. A struct that is passed as const is read
 * only, and nobody takes one over from its owner. */
struct picture {
    int width, height;
    uint8_t *grey;
};

/* Of any values. No product of the sides may overflow. Fails with OUT_OF_MEMORY only, as picture_copy. */
scrawl_status picture_create(size_t width, size_t height, struct picture *picture);
scrawl_status picture_copy(const struct picture *picture, struct picture *copy);

/* Transparent pixels lie on white; the orientation (EXIF) of a JPEG or PNG is undone. */
scrawl_status picture_decode(const void *bytes, size_t size, struct picture *picture);
scrawl_status picture_from_rgba(const uint8_t *rgba, size_t width, size_t height, struct picture *picture);
void picture_free(struct picture *picture);

#endif
