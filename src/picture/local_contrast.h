/* How much each pixel differs from the pixels around it, in units of how much these differ among themselves: what a
 * detector sees of a picture, whatever its light and contrast. Knows no detector. */
#ifndef LOCAL_CONTRAST_H
#define LOCAL_CONTRAST_H

#include <stddef.h>
#include <stdint.h>

enum {
    LOCAL_CONTRAST_PLANES = 2,                          /* by windows of 61 x 61 and 17 x 17 pixels */
    LOCAL_CONTRAST_SCRATCH = 4 * LOCAL_CONTRAST_PLANES, /* numbers for each column */
};

/* grey[height][width], at least one pixel, to planes[height][width][2]: (grey - mean) / (deviation + 5.1) of the window
 * around the pixel, from -4 to 4. Beyond the edges, the pixels of the edge go on. scratch: [width][SCRATCH], any. */
void local_contrast(const uint8_t *grey, size_t width, size_t height, uint32_t *scratch, float *planes);

#endif
