/* Negatives that no pen draws: filled shapes, as pictures of things become when they are taken for ink. Knows no
 * training. */
#ifndef NEGATIVES_H
#define NEGATIVES_H

#include "base/random.h"
#include "base/status.h"

/* Fills a random outline, often as symmetric as clothes are, with a random texture. */
void negative_silhouette(struct random *random, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
