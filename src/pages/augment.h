/* Random distortions of a training image, so that a network meets more hands, pens and papers than were collected. Each
 * is a function of a seed and a number, so that any thread may make any of them. Knows no training. */
#ifndef AUGMENT_H
#define AUGMENT_H

#include "base/status.h"

/* Distorts image[28][28] into distorted[28][28]. strength: 0 (an equal image) .. 1. */
void augment(const uint8_t *image, float strength, uint64_t seed, uint64_t index,
             uint8_t distorted[SCRAWL_IMAGE_PIXELS]);

#endif
