/* The run-length coded pixels of a BMP (Windows' RLE8 and RLE4) to indexes into its colour table. Knows no header and
 * no colour. */
#ifndef PICTURE_BMP_RLE_H
#define PICTURE_BMP_RLE_H

#include "base/status.h"

/* codes[size]: the file from its first code on; bytes behind the end code are ignored. bits: 8, or 4 for two pixels in
 * a byte. indexes[height][width], the top row first; pixels that the codes skip are 0. Fails with INVALID_PICTURE when
 * the end code is missing or a code draws outside the picture. */
scrawl_status bmp_rle_decode(const uint8_t *codes, size_t size, unsigned bits, size_t width, size_t height,
                             uint8_t *indexes);

#endif
