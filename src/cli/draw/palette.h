/* The colors that pictures of data and trainings share. Knows nothing that is drawn. */
#ifndef PALETTE_H
#define PALETTE_H

#include "canvas.h"

static const struct color palette_paper = {0xff, 0xff, 0xff}, palette_text = {0x2b, 0x2b, 0x2b};
static const struct color palette_pale_text = {0x6f, 0x6c, 0x66}, palette_frame = {0xc9, 0xc5, 0xbb};
static const struct color palette_grid = {0xea, 0xe8, 0xe2};
static const struct color palette_blue = {0x1f, 0x5f, 0xbf}, palette_orange = {0xd9, 0x6a, 0x00};

#endif
