/* Encoded picture bytes to what must be known before decoding: format, size, orientation, and that nothing is missing
 * (of run-length coded BMPs their decoder says that). Decodes no pixels. */
#ifndef PICTURE_FORMAT_H
#define PICTURE_FORMAT_H

#include "base/status.h"

enum picture_format { PICTURE_PNG, PICTURE_JPEG, PICTURE_BMP, PICTURE_BMP_RLE, PICTURE_GIF, PICTURE_PNM, PICTURE_PBM };

struct picture_header {
    enum picture_format format;
    size_t width, height; /* as stored, both at least 1 */
    int orientation;      /* EXIF 1..8; 1 is upright */
    size_t pixels_at;     /* PNM, PBM and BMP_RLE: offset of the first sample or code, at most the file's size */
    /* PNM only, which is read without further checks. */
    unsigned channels; /* 1 or 3 */
    unsigned maximum;  /* sample value of white, 1..65535; two bytes per sample above 255 */
    /* BMP_RLE, and PBM, whose pixels are all there: 1 is black. */
    unsigned bits; /* of a pixel: 4 or 8; 1 or, as a character 0 or 1 among white space and comments, 8 */
    /* BMP_RLE only. */
    size_t colors_at, color_count; /* the table of blue, green, red, 0 lies in the file; at most 256 */
};

/* Fails with INVALID_PICTURE for an unknown format, a damaged structure and missing bytes, and with PICTURE_TOO_LARGE.
 */
scrawl_status picture_inspect(const uint8_t *bytes, size_t size, struct picture_header *header);

#endif
