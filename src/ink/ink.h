/* Grey pixels to ink: how bright the paper is at each place, and how much darker or lighter each pixel is. Knows no
 * shapes. */
#ifndef INK_H
#define INK_H

#include "paper.h"

struct ink {
    int width, height;
    uint8_t *values; /* [height][width]: 0 paper .. 255, in proportion to the paper's brightness */
    int soft;        /* from here on a value is more than the paper's noise */
    int threshold;   /* from here on it belongs to a stroke; above 255: the picture has no ink */
    double stroke;   /* typical width of a stroke, pixels; 0 without ink */
    struct paper paper;
};

/* flip: 0, or 255 for dark paper. ink_free when done. Fails with OUT_OF_MEMORY only. */
scrawl_status ink_measure(const struct picture *picture, uint8_t flip, struct ink *ink);
void ink_free(struct ink *ink);

#endif
