/* Implements upright.h. Must not know what is rotated. */
#include "upright.h"

#include <math.h>

enum { ONE = 1 << 16, HALF = ONE / 2 }; /* a pixel in fixed point; sides are below 2^15 */

void upright_size(int width, int height, double rotation, int *upright_width, int *upright_height)
{
    double across = fabs(cos(rotation)), along = fabs(sin(rotation));
    *upright_width = (int)ceil(width * across + height * along);
    *upright_height = (int)ceil(height * across + width * along);
}

static int pixel(const uint8_t *values, int width, int height, int x, int y)
{
    return x >= 0 && y >= 0 && x < width && y < height ? values[(size_t)y * (size_t)width + (size_t)x] : 0;
}

/* At x, y in fixed point, of which the first pixel's middle is 0. */
static uint8_t interpolate(const uint8_t *values, int width, int height, int64_t x, int64_t y)
{
    int column = (int)(x >> 16), row = (int)(y >> 16);
    int64_t right = x & (ONE - 1), below = y & (ONE - 1);
    int64_t upper = pixel(values, width, height, column, row) * (ONE - right) +
                    pixel(values, width, height, column + 1, row) * right;
    int64_t lower = pixel(values, width, height, column, row + 1) * (ONE - right) +
                    pixel(values, width, height, column + 1, row + 1) * right;
    return (uint8_t)((upper * (ONE - below) + lower * below + ((int64_t)HALF << 16)) >> 32);
}

void upright_rotate(const uint8_t *values, int width, int height, double rotation, uint8_t *upright)
{
    int columns, rows;
    upright_size(width, height, rotation, &columns, &rows);
    double across = cos(rotation), along = sin(rotation);
    int64_t step_x = (int64_t)lround(across * ONE), step_y = (int64_t)lround(along * ONE);
    for (int row = 0; row < rows; row++) {
        double left = (1 - columns) / 2.0, here = row + (1 - rows) / 2.0;
        int64_t x = (int64_t)floor(((width - 1) / 2.0 + left * across - here * along) * ONE);
        int64_t y = (int64_t)floor(((height - 1) / 2.0 + left * along + here * across) * ONE);
        for (int column = 0; column < columns; column++, x += step_x, y += step_y)
            *upright++ = interpolate(values, width, height, x, y);
    }
}
