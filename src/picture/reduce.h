/* Large pictures to small ones by area averaging. Knows nothing of what they show. */
#ifndef REDUCE_H
#define REDUCE_H

#include "picture.h"

/* The least whole factor by which both sides must shrink to leave at most `most_pixels`. */
int reduce_factor(int width, int height, size_t most_pixels);

/* Each pixel becomes the mean of factor x factor pixels, fewer at the right and bottom edges.
 * Fails with OUT_OF_MEMORY only. */
scrawl_status reduce_picture(const struct picture *picture, int factor, struct picture *reduced);

#endif
