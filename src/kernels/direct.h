/* Direct convolution as an implicit matrix product: the patches are never copied, their values are found by offsets
 * from each pixel. For kernels that are not 3x3, and for few channels. Included by kernels_table.c only. */
#ifndef KERNELS_DIRECT_H
#define KERNELS_DIRECT_H

#include "multiply.h"

/* One tile: `pixels` (a constant at every call) times TILE_COLUMNS channels. */
INLINE void convolve_tile(size_t pixels, struct patches patches, const float *weights, const float *bias, bool relu,
                          float *output, size_t output_stride)
{
    vector sums[TILE_ROWS][TILE_VECTORS];
    for (size_t row = 0; row < pixels; row++)
        for (size_t i = 0; i < TILE_VECTORS; i++) sums[row][i] = load(bias + i * VECTOR_FLOATS);
    for (size_t k = 0; k < patches.depth; k++)
        tile_add(pixels, TILE_VECTORS, patches.image + patches.offsets[k], patches.pixel_stride,
                 weights + k * TILE_COLUMNS, sums);
    for (size_t row = 0; row < pixels; row++)
        for (size_t i = 0; i < TILE_VECTORS; i++)
            store(output + row * output_stride + i * VECTOR_FLOATS, relu ? positive(sums[row][i]) : sums[row][i]);
}

static void convolve_last_pixels(size_t pixels, struct patches patches, const float *weights, const float *bias,
                                 bool relu, float *output, size_t output_stride)
{
    switch (pixels) {
        case 1:
            convolve_tile(1, patches, weights, bias, relu, output, output_stride);
            break;
        case 2:
            convolve_tile(2, patches, weights, bias, relu, output, output_stride);
            break;
        case 3:
            convolve_tile(3, patches, weights, bias, relu, output, output_stride);
            break;
        case 4:
            convolve_tile(4 % TILE_ROWS, patches, weights, bias, relu, output, output_stride);
            break;
        case 5:
            convolve_tile(5 % TILE_ROWS, patches, weights, bias, relu, output, output_stride);
            break;
        default:
            break;
    }
}

static void convolve_pixels(size_t pixels, struct patches patches, const float *weights, const float *bias, bool relu,
                            float *output, size_t output_stride)
{
    for (; pixels >= TILE_ROWS; pixels -= TILE_ROWS) {
        convolve_tile(TILE_ROWS, patches, weights, bias, relu, output, output_stride);
        patches.image += TILE_ROWS * patches.pixel_stride;
        output += TILE_ROWS * output_stride;
    }
    convolve_last_pixels(pixels, patches, weights, bias, relu, output, output_stride);
}

/* A last panel narrower than a tile: made beside the output and copied, a few pixels at a time. */
static void convolve_narrow(size_t pixels, size_t channels, size_t stride, struct patches patches, const float *weights,
                            const float *bias, bool relu, float *output)
{
    float beside[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES)));
    for (size_t first = 0; first < pixels; first += TILE_ROWS) {
        size_t count = pixels - first < TILE_ROWS ? pixels - first : TILE_ROWS;
        convolve_pixels(count, patches, weights, bias, relu, beside, TILE_COLUMNS);
        for (size_t i = 0; i < count; i++)
            memcpy(output + (first + i) * stride, beside + i * TILE_COLUMNS, channels * sizeof *output);
        patches.image += TILE_ROWS * patches.pixel_stride;
    }
}

static void convolve_row(size_t pixels, size_t channels, struct patches patches, const float *weights,
                         const float *bias, int relu, float *output)
{
    for (size_t channel = 0; channel < channels; channel += TILE_COLUMNS, weights += patches.depth * TILE_COLUMNS) {
        size_t count = channels - channel < TILE_COLUMNS ? channels - channel : TILE_COLUMNS;
        float added[TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES))) = {0};
        if (bias) memcpy(added, bias + channel, count * sizeof *added);
        if (count == TILE_COLUMNS)
            convolve_pixels(pixels, patches, weights, added, relu, output + channel, channels);
        else
            convolve_narrow(pixels, count, channels, patches, weights, added, relu, output + channel);
    }
}

/* ---- gradient[depth][channels] += patches' * output_gradient ---- */

/* `depths` (a constant at every call) rows of the gradient times TILE_COLUMNS channels. */
INLINE void convolve_gradient_tile(size_t depths, size_t pixels, struct patches patches, const float *output_gradient,
                                   size_t output_stride, float *gradient, size_t gradient_stride)
{
    vector sums[TILE_ROWS][TILE_VECTORS];
    const float *values[TILE_ROWS];
    for (size_t row = 0; row < depths; row++) values[row] = patches.image + patches.offsets[row];
    tile_start(depths, TILE_VECTORS, gradient, gradient_stride, true, sums);
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        vector b[TILE_VECTORS];
        for (size_t i = 0; i < TILE_VECTORS; i++)
            b[i] = load(output_gradient + pixel * output_stride + i * VECTOR_FLOATS);
        for (size_t row = 0; row < depths; row++) {
            vector factor = splat(values[row][pixel * patches.pixel_stride]);
            for (size_t i = 0; i < TILE_VECTORS; i++) sums[row][i] += factor * b[i];
        }
    }
    tile_end(depths, TILE_VECTORS, gradient, gradient_stride, sums);
}

static void convolve_gradient_panel(size_t pixels, struct patches patches, const float *output_gradient,
                                    size_t output_stride, float *gradient, size_t gradient_stride)
{
    for (; patches.depth >= TILE_ROWS; patches.depth -= TILE_ROWS) {
        convolve_gradient_tile(TILE_ROWS, pixels, patches, output_gradient, output_stride, gradient, gradient_stride);
        patches.offsets += TILE_ROWS;
        gradient += TILE_ROWS * gradient_stride;
    }
    for (; patches.depth >= 3; patches.depth -= 3) {
        convolve_gradient_tile(3, pixels, patches, output_gradient, output_stride, gradient, gradient_stride);
        patches.offsets += 3;
        gradient += 3 * gradient_stride;
    }
    for (; patches.depth > 0; patches.depth--) {
        convolve_gradient_tile(1, pixels, patches, output_gradient, output_stride, gradient, gradient_stride);
        patches.offsets++;
        gradient += gradient_stride;
    }
}

/* A panel narrower than a tile, in pieces that fit beside. */
static void convolve_gradient_narrow(size_t pixels, size_t channels, size_t stride, struct patches patches,
                                     const float *output_gradient, float *gradient)
{
    enum { PIXELS = 32 };
    float packed[PIXELS * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES)));
    float beside[TILE_ROWS * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES))) = {0};
    for (size_t pixel = 0; pixel < pixels; pixel += PIXELS) {
        size_t count = pixels - pixel < PIXELS ? pixels - pixel : PIXELS;
        pack_panel(count, channels, (struct matrix){output_gradient + pixel * stride, stride, 1}, packed);
        for (size_t depth = 0; depth < patches.depth; depth += TILE_ROWS) {
            struct patches part = patches;
            part.image += pixel * patches.pixel_stride;
            part.offsets += depth;
            part.depth = patches.depth - depth < TILE_ROWS ? patches.depth - depth : TILE_ROWS;
            for (size_t i = 0; i < part.depth; i++)
                memcpy(beside + i * TILE_COLUMNS, gradient + (depth + i) * stride, channels * sizeof *beside);
            convolve_gradient_panel(count, part, packed, TILE_COLUMNS, beside, TILE_COLUMNS);
            for (size_t i = 0; i < part.depth; i++)
                memcpy(gradient + (depth + i) * stride, beside + i * TILE_COLUMNS, channels * sizeof *beside);
        }
    }
}

static void convolve_row_gradient(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                  float *gradient)
{
    size_t channel = 0;
    for (; channel + TILE_COLUMNS <= channels; channel += TILE_COLUMNS)
        convolve_gradient_panel(pixels, patches, output_gradient + channel, channels, gradient + channel, channels);
    if (channel < channels)
        convolve_gradient_narrow(pixels, channels - channel, channels, patches, output_gradient + channel,
                                 gradient + channel);
}

#endif
