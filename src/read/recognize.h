/* Picture to digits with probabilities, and picture to one training image: the two share every step, so that a
 * network trained on pictures sees what it will be asked to read. */
#ifndef RECOGNIZE_H
#define RECOGNIZE_H

#include "find/find_digits.h"

/* The 28x28 input that reading `bytes` as a single digit would show the network. Fails as scrawl_predict_picture, and
 * with SCRAWL_INVALID_PICTURE when there is no ink. */
scrawl_status recognize_prepare_single(const void *bytes, size_t size, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
