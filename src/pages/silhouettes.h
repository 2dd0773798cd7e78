/* Filled shapes, as pictures of things become when they are taken for ink. Knows no training. */
#ifndef SILHOUETTES_H
#define SILHOUETTES_H

#include "base/random.h"
#include "base/status.h"

/* Fills a random outline, often as symmetric as clothes are, with a random texture. */
void draw_silhouette(struct random *random, uint8_t image[SCRAWL_IMAGE_PIXELS]);

#endif
