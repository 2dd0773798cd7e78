/* Pictures at another size. Knows nothing of what they show. */
#ifndef SCALE_H
#define SCALE_H

#include "picture.h"

/* The least whole factor by which both sides must shrink to leave at most `most_pixels`. */
int reduce_factor(int width, int height, size_t most_pixels);

/* Each pixel becomes the mean of factor x factor pixels, fewer at the right and bottom edges.
 * Fails with OUT_OF_MEMORY only. */
scrawl_status reduce_picture(const struct picture *picture, int factor, struct picture *reduced);

/* The picture as width x height pixels, amid a margin of so many on the left and above, and more on the right and
 * below, up to all_width x all_height: there its edges go on. Area averages where it shrinks, linear interpolation
 * where it grows. All sizes are 1 or more. Fails with OUT_OF_MEMORY only. */
struct scaled_size {
    int width, height, margin, all_width, all_height;
};
scrawl_status scale_picture(const struct picture *picture, const struct scaled_size *size, struct picture *scaled);

#endif
