/* How an image's grey values become the network's input. Knows no network. */
#include <math.h>

#include "scrawl.h"

static void normalize_columns(const uint8_t *image, float *values)
{
    for (size_t column = 0; column < SCRAWL_IMAGE_SIDE; column++) {
        float sum = 0;
        for (size_t i = column; i < SCRAWL_IMAGE_PIXELS; i += SCRAWL_IMAGE_SIDE)
            sum += (float)image[i] * (float)image[i];
        float scale = sum > 0 ? 1 / sqrtf(sum) : 0;
        for (size_t i = column; i < SCRAWL_IMAGE_PIXELS; i += SCRAWL_IMAGE_SIDE) values[i] = (float)image[i] * scale;
    }
}

void scrawl_normalize(const uint8_t *image, scrawl_normalization normalization, float *values)
{
    static const float largest = 255;
    if (normalization == SCRAWL_NORMALIZE_COLUMN_L2) {
        normalize_columns(image, values);
        return;
    }
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) values[i] = (float)image[i] / largest;
}
