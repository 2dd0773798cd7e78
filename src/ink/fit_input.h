/* One digit's ink to a 28x28 input, as MNIST was made: scaled into 20x20 with its aspect kept, centred by its centre of
 * mass. Knows no picture and no network. */
#ifndef FIT_INPUT_H
#define FIT_INPUT_H

#include "base/status.h"

/* values[height][width]: 0 paper .. 255; values below `soft` at the outside don't count for the size. The darker
 * part of the ink becomes 255, whatever its strength. All zeros when there is no ink. */
void fit_input(const uint8_t *values, int width, int height, int soft, uint8_t input[SCRAWL_IMAGE_PIXELS]);

#endif
