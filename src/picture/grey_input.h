/* A box of a page to a 28x28 input as it stands there: with the rulings and neighbours that no rule parts from it.
 * Knows no components and no network. */
#ifndef GREY_INPUT_H
#define GREY_INPUT_H

#include "base/box.h"
#include "base/status.h"

/* grey[height][width]; the box may reach beyond it. flip: 0, or 255 for dark paper. The box's longer side becomes 20 pixels, its middle the input's;
 * the darkest strokes in it become 255, what is as bright as most of the surroundings 0. Ink outside of the box is
 * weakened, so that the box says which of several digits is meant; beyond the page there is none. All zeros where
 * nothing is darker than its surroundings. */
void grey_input(const uint8_t *grey, int width, int height, uint8_t flip, const struct place *box,
                uint8_t input[SCRAWL_IMAGE_PIXELS]);

#endif
