/* How bright the paper is at each place of a picture, without what is written on it. Knows no shapes. */
#ifndef PAPER_H
#define PAPER_H

#include "picture/picture.h"

/* light[rows][columns], one cell being `cell` pixels square (less at the right and bottom). Light is always the paper:
 * grey ^ flip. Starts as {0}. */
struct paper {
    int cell, rows, columns;
    uint8_t flip; /* 0, or 255 for dark paper */
    uint8_t *light;
};

/* Cells that are broader than strokes, about 64 each way; what is narrower than a quarter of the picture isn't paper.
 * Fails with OUT_OF_MEMORY only, as paper_finely. */
scrawl_status paper_coarsely(const struct picture *picture, uint8_t flip, struct paper *paper);

/* Cells of a stroke's width: what is more than 7 cells broad is paper. */
scrawl_status paper_finely(const struct picture *picture, uint8_t flip, int cell, struct paper *paper);

/* ink[height][width] = 255 * (paper - grey) / paper, so that a pen is as strong in shadow as in light. */
scrawl_status paper_subtract(const struct picture *picture, const struct paper *paper, uint8_t *ink);

/* grey[height][width]: the paper's brightness at each pixel of a picture of that size. Fails as paper_subtract. */
scrawl_status paper_write(const struct paper *paper, int width, int height, uint8_t *grey);

void paper_free(struct paper *paper);

#endif
