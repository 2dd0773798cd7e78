/* Direct convolution as an implicit matrix product: the patches are never copied, their values are found by offsets
 * from each pixel. For kernels that are not 3x3, and for few channels. Included by kernels_table.c only. */
#ifndef KERNELS_DIRECT_H
#define KERNELS_DIRECT_H

#include "multiply.h"

/* One tile: `pixels` times `vectors` (constants at every call), of which the last holds `rest` channels. */
INLINE void convolve_tile(size_t pixels, size_t vectors, size_t rest, struct patches patches, const float *weights,
                          const float *bias, bool relu, float *output, size_t output_stride)
{
    vector sums[MOST_TILE_ROWS][TILE_VECTORS];
    for (size_t row = 0; row < pixels; row++)
        for (size_t i = 0; i < vectors; i++) sums[row][i] = load(bias + i * VECTOR_FLOATS);
    for (size_t k = 0; k < patches.depth; k++)
        tile_add(pixels, vectors, patches.image + patches.offsets[k], patches.pixel_stride, weights + k * TILE_COLUMNS,
                 sums);
    for (size_t row = 0; row < pixels; row++)
        for (size_t i = 0; i < vectors; i++) {
            const vector sum = relu ? positive(sums[row][i]) : sums[row][i];
            float *to = output + row * output_stride + i * VECTOR_FLOATS;
            if (i + 1 == vectors && rest < VECTOR_FLOATS)
                store_part(to, sum, rest);
            else
                store(to, sum);
        }
}

/* As many pixels at once as registers hold, then fewer. */
INLINE void convolve_pixels(size_t vectors, size_t pixels, size_t rest, struct patches patches, const float *weights,
                            const float *bias, bool relu, float *output, size_t output_stride)
{
    const size_t tile = TILE_ROWS * TILE_VECTORS / vectors;
    for (; pixels >= tile; pixels -= tile) {
        convolve_tile(tile, vectors, rest, patches, weights, bias, relu, output, output_stride);
        patches.image += tile * patches.pixel_stride;
        output += tile * output_stride;
    }
    for (; pixels >= FEW_ROWS; pixels -= FEW_ROWS) {
        convolve_tile(FEW_ROWS, vectors, rest, patches, weights, bias, relu, output, output_stride);
        patches.image += FEW_ROWS * patches.pixel_stride;
        output += FEW_ROWS * output_stride;
    }
    for (; pixels > 0; pixels--) {
        convolve_tile(1, vectors, rest, patches, weights, bias, relu, output, output_stride);
        patches.image += patches.pixel_stride;
        output += output_stride;
    }
}

static void convolve_row(size_t pixels, size_t channels, struct patches patches, const float *weights,
                         const float *bias, int relu, float *output, size_t output_stride)
{
    for (size_t channel = 0; channel < channels; channel += TILE_COLUMNS, weights += patches.depth * TILE_COLUMNS) {
        const size_t count = channels - channel < TILE_COLUMNS ? channels - channel : TILE_COLUMNS;
        const size_t vectors = (count + VECTOR_FLOATS - 1) / VECTOR_FLOATS,
                     rest = count - (vectors - 1) * VECTOR_FLOATS;
        float added[TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES))) = {0}, *to = output + channel;
        if (bias) memcpy(added, bias + channel, count * sizeof *added);
        if (vectors == TILE_VECTORS)
            convolve_pixels(TILE_VECTORS, pixels, rest, patches, weights, added, relu, to, output_stride);
        else if (vectors == 1)
            convolve_pixels(1, pixels, rest, patches, weights, added, relu, to, output_stride);
        else if (vectors == 2 && TILE_VECTORS > 2)
            convolve_pixels(2, pixels, rest, patches, weights, added, relu, to, output_stride);
        else if (TILE_VECTORS > 3)
            convolve_pixels(3 % TILE_VECTORS, pixels, rest, patches, weights, added, relu, to, output_stride);
    }
}

/* ---- gradient[depth][channels] += patches' * output_gradient ---- */

INLINE vector load_last(const float *from, bool last, size_t rest)
{
    return last && rest < VECTOR_FLOATS ? load_part(from, rest) : load(from);
}

/* `depths` (a constant at every call) rows of the gradient times `vectors`, of which the last holds `rest` channels. */
INLINE void convolve_gradient_tile(size_t depths, size_t vectors, size_t rest, size_t pixels, struct patches patches,
                                   const float *output_gradient, size_t stride, float *gradient)
{
    vector sums[MOST_TILE_ROWS][TILE_VECTORS];
    const float *values[MOST_TILE_ROWS];
    for (size_t row = 0; row < depths; row++) {
        values[row] = patches.image + patches.offsets[row];
        for (size_t i = 0; i < vectors; i++)
            sums[row][i] = load_last(gradient + row * stride + i * VECTOR_FLOATS, i + 1 == vectors, rest);
    }
    for (size_t pixel = 0; pixel < pixels; pixel++) {
        vector b[TILE_VECTORS];
        for (size_t i = 0; i < vectors; i++)
            b[i] = load_last(output_gradient + pixel * stride + i * VECTOR_FLOATS, i + 1 == vectors, rest);
        for (size_t row = 0; row < depths; row++) {
            vector factor = splat(values[row][pixel * patches.pixel_stride]);
            for (size_t i = 0; i < vectors; i++) sums[row][i] += factor * b[i];
        }
    }
    for (size_t row = 0; row < depths; row++)
        for (size_t i = 0; i < vectors; i++) {
            float *to = gradient + row * stride + i * VECTOR_FLOATS;
            if (i + 1 == vectors && rest < VECTOR_FLOATS)
                store_part(to, sums[row][i], rest);
            else
                store(to, sums[row][i]);
        }
}

enum { NARROW_DEPTHS = 9 }; /* of a tile one vector wide: as many as there are registers for their pointers */

INLINE void convolve_gradient_panel(size_t vectors, size_t rest, size_t pixels, struct patches patches,
                                    const float *output_gradient, size_t stride, float *gradient)
{
    const size_t tile = vectors == 1 && TILE_ROWS * TILE_VECTORS >= NARROW_DEPTHS ? NARROW_DEPTHS : TILE_ROWS;
    for (; patches.depth >= tile; patches.depth -= tile) {
        convolve_gradient_tile(tile, vectors, rest, pixels, patches, output_gradient, stride, gradient);
        patches.offsets += tile;
        gradient += tile * stride;
    }
    for (; patches.depth >= 3; patches.depth -= 3) {
        convolve_gradient_tile(3, vectors, rest, pixels, patches, output_gradient, stride, gradient);
        patches.offsets += 3;
        gradient += 3 * stride;
    }
    for (; patches.depth > 0; patches.depth--) {
        convolve_gradient_tile(1, vectors, rest, pixels, patches, output_gradient, stride, gradient);
        patches.offsets++;
        gradient += stride;
    }
}

static void convolve_row_gradient(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                  float *gradient)
{
    for (size_t channel = 0; channel < channels; channel += TILE_COLUMNS) {
        const size_t count = channels - channel < TILE_COLUMNS ? channels - channel : TILE_COLUMNS;
        const size_t vectors = (count + VECTOR_FLOATS - 1) / VECTOR_FLOATS,
                     rest = count - (vectors - 1) * VECTOR_FLOATS;
        const float *from = output_gradient + channel;
        if (vectors == TILE_VECTORS)
            convolve_gradient_panel(TILE_VECTORS, rest, pixels, patches, from, channels, gradient + channel);
        else if (vectors == 1)
            convolve_gradient_panel(1, rest, pixels, patches, from, channels, gradient + channel);
        else if (vectors == 2 && TILE_VECTORS > 2)
            convolve_gradient_panel(2, rest, pixels, patches, from, channels, gradient + channel);
        else if (TILE_VECTORS > 3)
            convolve_gradient_panel(3 % TILE_VECTORS, rest, pixels, patches, from, channels, gradient + channel);
    }
}

#endif
