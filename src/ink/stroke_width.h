/* How broad the strokes of a 28x28 input are, and bringing them into the range of MNIST's. Knows no digits. */
#ifndef STROKE_WIDTH_H
#define STROKE_WIDTH_H

#include "base/box.h"
#include "base/status.h"

/* image[28][28]: 0 paper .. 255 ink. Pixels; 0 without ink. */
double stroke_width(const uint8_t image[SCRAWL_IMAGE_PIXELS]);

/* Makes strokes broader or thinner that are not within MNIST's range, up to its edge. Those within stay as they are, to
 * the bit. bounds: of the ink; its longer side stays. */
void stroke_width_limit(const struct box *bounds, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
