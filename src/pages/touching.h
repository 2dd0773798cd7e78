/* What remains when two written characters that touch are cut apart, well or badly, and when nobody cuts them: images
 * from which a network learns which pieces of joined writing it may trust. Each is a function of a seed and a number.
 * Knows no classes and no training. */
#ifndef TOUCHING_H
#define TOUCHING_H

#include "base/status.h"

enum touching_piece {
    TOUCHING_LEFT,    /* nearly all of the left image, and little of the right one */
    TOUCHING_RIGHT,   /* the other way round */
    TOUCHING_NEITHER, /* both together, or too little or too much of one */
};

/* Moves left and right [28][28] together until they touch or overlap by up to some pixels, cuts, and fits one piece
 * into image[28][28]. Says what it shows. */
enum touching_piece touching_make(const uint8_t *left, const uint8_t *right, uint64_t seed, uint64_t index,
                                  uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
