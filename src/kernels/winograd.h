/* Winograd F(4x4, 3x3): a 4x4 tile of outputs from a 6x6 tile of inputs with 36 products per channel pair instead of
 * 144. Matrices as in Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. Each transform is the
 * same small matrix from both sides; the adjoint transforms give the gradients. Included by kernels.c only. */
#ifndef KERNELS_WINOGRAD_H
#define KERNELS_WINOGRAD_H

#include "vector.h"

/* out = B' * in for one line of six values, where B' is
 *  4  0 -5  0  1  0
 *  0 -4 -4  1  1  0
 *  0  4 -4 -1  1  0
 *  0 -2 -1  2  1  0
 *  0  2 -1 -2  1  0
 *  0  4  0 -5  0  1 */
INLINE void input_line(const vector in[6], vector out[6])
{
    vector a = in[4] - 4 * in[2], b = in[3] - 4 * in[1], c = in[4] - in[2], d = 2 * (in[3] - in[1]);
    out[0] = 4 * in[0] - 5 * in[2] + in[4];
    out[1] = a + b;
    out[2] = a - b;
    out[3] = c + d;
    out[4] = c - d;
    out[5] = 4 * in[1] - 5 * in[3] + in[5];
}

/* out = B * in. */
INLINE void input_line_adjoint(const vector in[6], vector out[6])
{
    vector sum12 = in[1] + in[2], difference12 = in[1] - in[2], sum34 = in[3] + in[4], difference34 = in[3] - in[4];
    out[0] = 4 * in[0];
    out[1] = 4 * (in[5] - difference12) - 2 * difference34;
    out[2] = -5 * in[0] - 4 * sum12 - sum34;
    out[3] = difference12 + 2 * difference34 - 5 * in[5];
    out[4] = in[0] + sum12 + sum34;
    out[5] = in[5];
}

/* out = A' * in, where A' is
 * 1 1  1 1  1 0
 * 0 1 -1 2 -2 0
 * 0 1  1 4  4 0
 * 0 1 -1 8 -8 1 */
INLINE void output_line(const vector in[6], vector out[4])
{
    vector sum12 = in[1] + in[2], difference12 = in[1] - in[2], sum34 = in[3] + in[4], difference34 = in[3] - in[4];
    out[0] = in[0] + sum12 + sum34;
    out[1] = difference12 + 2 * difference34;
    out[2] = sum12 + 4 * sum34;
    out[3] = difference12 + 8 * difference34 + in[5];
}

/* out = A * in. */
INLINE void output_line_adjoint(const vector in[4], vector out[6])
{
    vector even = in[0] + in[2], odd = in[1] + in[3];
    vector even4 = in[0] + 4 * in[2], odd4 = 2 * in[1] + 8 * in[3];
    out[0] = in[0];
    out[1] = even + odd;
    out[2] = even - odd;
    out[3] = even4 + odd4;
    out[4] = even4 - odd4;
    out[5] = in[3];
}

/* ---- Pixels of a tile, which may lie partly outside its image. `inside` and `whole` are constants at every call: the
 * tile lies inside the image, the vector inside the channels. ---- */

INLINE bool has_pixel(struct shape shape, ptrdiff_t row, ptrdiff_t column)
{
    return row >= 0 && column >= 0 && row < (ptrdiff_t)shape.rows && column < (ptrdiff_t)shape.columns;
}

INLINE bool has_tile(struct shape shape, ptrdiff_t row, ptrdiff_t column, ptrdiff_t size)
{
    return has_pixel(shape, row, column) && has_pixel(shape, row + size - 1, column + size - 1);
}

INLINE size_t place(struct shape shape, ptrdiff_t row, ptrdiff_t column, size_t channel)
{
    return ((size_t)row * shape.columns + (size_t)column) * shape.channels + channel;
}

INLINE vector get(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, size_t channel, bool inside,
                  bool whole)
{
    if (!inside && !has_pixel(shape, row, column)) return (vector){0};
    const float *from = image + place(shape, row, column, channel);
    return whole ? load(from) : load_part(from, shape.channels - channel);
}

INLINE void put(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, size_t channel, bool inside,
                bool whole, vector values)
{
    if (!inside && !has_pixel(shape, row, column)) return;
    float *to = image + place(shape, row, column, channel);
    if (whole)
        store(to, values);
    else
        store_part(to, values, shape.channels - channel);
}

/* ---- values = B' * tile * B ---- */

INLINE void input_vector(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, size_t channel,
                         bool inside, bool whole, float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_TILE];
    for (ptrdiff_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], out[WINOGRAD_TILE];
        for (ptrdiff_t i = 0; i < WINOGRAD_TILE; i++)
            in[i] = get(shape, image, row + i, column + j, channel, inside, whole);
        input_line(in, out);
        for (ptrdiff_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
    }
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector out[WINOGRAD_TILE];
        input_line(half[i], out);
        for (size_t j = 0; j < WINOGRAD_TILE; j++) store(values + (i * WINOGRAD_TILE + j) * stride + channel, out[j]);
    }
}

static void winograd_input(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, float *values,
                           size_t stride)
{
    const bool inside = has_tile(shape, row, column, WINOGRAD_TILE);
    size_t channel = 0;
    for (; channel + VECTOR_FLOATS <= shape.channels; channel += VECTOR_FLOATS)
        if (inside)
            input_vector(shape, image, row, column, channel, true, true, values, stride);
        else
            input_vector(shape, image, row, column, channel, false, true, values, stride);
    if (channel < shape.channels) input_vector(shape, image, row, column, channel, false, false, values, stride);
}

/* ---- tile += B * values * B' ---- */

INLINE void input_adjoint_vector(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, size_t channel,
                                 bool inside, bool whole, const float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_TILE];
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector in[WINOGRAD_TILE];
        for (size_t j = 0; j < WINOGRAD_TILE; j++) in[j] = load(values + (i * WINOGRAD_TILE + j) * stride + channel);
        input_line_adjoint(in, half[i]);
    }
    for (ptrdiff_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], out[WINOGRAD_TILE];
        for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = half[i][j];
        input_line_adjoint(in, out);
        for (ptrdiff_t i = 0; i < WINOGRAD_TILE; i++) {
            vector before = get(shape, image, row + i, column + j, channel, inside, whole);
            put(shape, image, row + i, column + j, channel, inside, whole, before + out[i]);
        }
    }
}

static void winograd_input_adjoint(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column,
                                   const float *values, size_t stride)
{
    const bool inside = has_tile(shape, row, column, WINOGRAD_TILE);
    size_t channel = 0;
    for (; channel + VECTOR_FLOATS <= shape.channels; channel += VECTOR_FLOATS)
        if (inside)
            input_adjoint_vector(shape, image, row, column, channel, true, true, values, stride);
        else
            input_adjoint_vector(shape, image, row, column, channel, false, true, values, stride);
    if (channel < shape.channels)
        input_adjoint_vector(shape, image, row, column, channel, false, false, values, stride);
}

/* ---- tile = A' * values * A + bias, then ReLU ---- */

INLINE void output_vector(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, size_t channel,
                          bool inside, bool whole, const float *values, size_t stride, const float *bias, bool relu)
{
    vector half[WINOGRAD_OUTPUT][WINOGRAD_TILE];
    const vector added = whole ? load(bias + channel) : load_part(bias + channel, shape.channels - channel);
    for (size_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], out[WINOGRAD_OUTPUT];
        for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = load(values + (i * WINOGRAD_TILE + j) * stride + channel);
        output_line(in, out);
        for (size_t i = 0; i < WINOGRAD_OUTPUT; i++) half[i][j] = out[i];
    }
    for (ptrdiff_t i = 0; i < WINOGRAD_OUTPUT; i++) {
        vector out[WINOGRAD_OUTPUT];
        output_line(half[i], out);
        for (ptrdiff_t j = 0; j < WINOGRAD_OUTPUT; j++) {
            vector sum = out[j] + added;
            put(shape, image, row + i, column + j, channel, inside, whole, relu ? positive(sum) : sum);
        }
    }
}

static void winograd_output(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, const float *values,
                            size_t stride, const float *bias, int relu)
{
    const bool inside = has_tile(shape, row, column, WINOGRAD_OUTPUT);
    size_t channel = 0;
    for (; channel + VECTOR_FLOATS <= shape.channels; channel += VECTOR_FLOATS)
        if (inside)
            output_vector(shape, image, row, column, channel, true, true, values, stride, bias, relu);
        else
            output_vector(shape, image, row, column, channel, false, true, values, stride, bias, relu);
    if (channel < shape.channels)
        output_vector(shape, image, row, column, channel, false, false, values, stride, bias, relu);
}

/* ---- values = A * tile * A' ---- */

INLINE void output_adjoint_vector(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column,
                                  size_t channel, bool inside, bool whole, float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_OUTPUT];
    for (ptrdiff_t j = 0; j < WINOGRAD_OUTPUT; j++) {
        vector in[WINOGRAD_OUTPUT], out[WINOGRAD_TILE];
        for (ptrdiff_t i = 0; i < WINOGRAD_OUTPUT; i++)
            in[i] = get(shape, image, row + i, column + j, channel, inside, whole);
        output_line_adjoint(in, out);
        for (size_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
    }
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector out[WINOGRAD_TILE];
        output_line_adjoint(half[i], out);
        for (size_t j = 0; j < WINOGRAD_TILE; j++) store(values + (i * WINOGRAD_TILE + j) * stride + channel, out[j]);
    }
}

static void winograd_output_adjoint(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column,
                                    float *values, size_t stride)
{
    const bool inside = has_tile(shape, row, column, WINOGRAD_OUTPUT);
    size_t channel = 0;
    for (; channel + VECTOR_FLOATS <= shape.channels; channel += VECTOR_FLOATS)
        if (inside)
            output_adjoint_vector(shape, image, row, column, channel, true, true, values, stride);
        else
            output_adjoint_vector(shape, image, row, column, channel, false, true, values, stride);
    if (channel < shape.channels)
        output_adjoint_vector(shape, image, row, column, channel, false, false, values, stride);
}

/* ---- Weights: transformed[36] = G * weights[3][3] * G' for `count` kernels side by side, where G is
 *  1/4    0    0
 * -1/6 -1/6 -1/6
 * -1/6  1/6 -1/6
 * 1/24 1/12  1/6
 * 1/24 -1/12 1/6
 *    0    0    1
 * A plain loop, which the compiler vectorises. ---- */

INLINE void weights_line(const float in[3], float out[6])
{
    float ends = in[0] + in[2], wide = in[0] + 4 * in[2];
    out[0] = in[0] * (1 / 4.0f);
    out[1] = (ends + in[1]) * (-1 / 6.0f);
    out[2] = (ends - in[1]) * (-1 / 6.0f);
    out[3] = (wide + 2 * in[1]) * (1 / 24.0f);
    out[4] = (wide - 2 * in[1]) * (1 / 24.0f);
    out[5] = in[2];
}

INLINE void weights_line_adjoint(const float in[6], float out[3])
{
    float sum12 = in[1] + in[2], sum34 = in[3] + in[4];
    out[0] = in[0] * (1 / 4.0f) - sum12 * (1 / 6.0f) + sum34 * (1 / 24.0f);
    out[1] = (in[2] - in[1]) * (1 / 6.0f) + (in[3] - in[4]) * (1 / 12.0f);
    out[2] = (sum34 - sum12) * (1 / 6.0f) + in[5];
}

enum { KERNEL = 3 };

static void winograd_weights(size_t count, const float *restrict weights, size_t weight_stride,
                             float *restrict transformed, size_t stride)
{
    for (size_t k = 0; k < count; k++) {
        float half[WINOGRAD_TILE][KERNEL], in[KERNEL], out[WINOGRAD_TILE];
        for (size_t j = 0; j < KERNEL; j++) {
            for (size_t i = 0; i < KERNEL; i++) in[i] = weights[(i * KERNEL + j) * weight_stride + k];
            weights_line(in, out);
            for (size_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
        }
        for (size_t i = 0; i < WINOGRAD_TILE; i++) {
            weights_line(half[i], out);
            for (size_t j = 0; j < WINOGRAD_TILE; j++) transformed[(i * WINOGRAD_TILE + j) * stride + k] = out[j];
        }
    }
}

static void winograd_weights_adjoint(size_t count, const float *restrict transformed, size_t stride,
                                     float *restrict gradient, size_t gradient_stride)
{
    for (size_t k = 0; k < count; k++) {
        float half[WINOGRAD_TILE][KERNEL], in[WINOGRAD_TILE], out[KERNEL];
        for (size_t i = 0; i < WINOGRAD_TILE; i++) {
            for (size_t j = 0; j < WINOGRAD_TILE; j++) in[j] = transformed[(i * WINOGRAD_TILE + j) * stride + k];
            weights_line_adjoint(in, half[i]);
        }
        for (size_t j = 0; j < KERNEL; j++) {
            for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = half[i][j];
            weights_line_adjoint(in, out);
            for (size_t i = 0; i < KERNEL; i++) gradient[(i * KERNEL + j) * gradient_stride + k] = out[i];
        }
    }
}

#endif
