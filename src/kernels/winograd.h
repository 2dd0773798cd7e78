/* Winograd F(4x4, 3x3): a 4x4 tile of outputs from a 6x6 tile of inputs with 36 products per channel pair instead of
 * 144. Matrices as in Lavin & Gray, "Fast Algorithms for Convolutional Neural Networks", 2015. Each transform is the
 * same small matrix from both sides; the adjoint transforms give the gradients. Included by kernels_table.c only. */
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

/* ---- Tiles of one vector of channels, in the image where they lie inside it, else in a copy. Each transform is
 * inlined once: its code is long. ---- */

/* Where a tile's pixels are: pixel (i, j) is i * row_stride + j * column_stride floats behind the first, which is at
 * image + offset or, unless `inside`, at the copy's begin. */
struct tile_pixels {
    bool inside;
    size_t offset, row_stride, column_stride;
};

enum { TILE_FLOATS = WINOGRAD_POSITIONS * VECTOR_FLOATS };

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

/* The size x size pixels from (row, column) on. */
INLINE struct tile_pixels tile_at(struct shape shape, ptrdiff_t row, ptrdiff_t column, size_t channel, ptrdiff_t size)
{
    if (channel + VECTOR_FLOATS > shape.channels || !has_tile(shape, row, column, size))
        return (struct tile_pixels){false, 0, (size_t)size * VECTOR_FLOATS, VECTOR_FLOATS};
    return (struct tile_pixels){true, place(shape, row, column, channel), shape.columns * shape.channels,
                                shape.channels};
}

/* What the image has of the tile, zero elsewhere. Not inlined, nor is its counterpart: edges are few, and copies of the
 * code make the wasm file larger. */
static __attribute__((noinline)) void copy_in(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column,
                                              size_t channel, ptrdiff_t size, float *copy)
{
    const size_t rest = shape.channels - channel;
    for (ptrdiff_t i = row; i < row + size; i++)
        for (ptrdiff_t j = column; j < column + size; j++, copy += VECTOR_FLOATS) {
            vector pixel = {0};
            if (has_pixel(shape, i, j)) {
                const float *from = image + place(shape, i, j, channel);
                pixel = rest < VECTOR_FLOATS ? load_part(from, rest) : load(from);
            }
            store(copy, pixel);
        }
}

static __attribute__((noinline)) void copy_out(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column,
                                               size_t channel, ptrdiff_t size, const float *copy)
{
    const size_t rest = shape.channels - channel;
    for (ptrdiff_t i = row; i < row + size; i++)
        for (ptrdiff_t j = column; j < column + size; j++, copy += VECTOR_FLOATS) {
            if (!has_pixel(shape, i, j)) continue;
            float *to = image + place(shape, i, j, channel);
            if (rest < VECTOR_FLOATS)
                store_part(to, load(copy), rest);
            else
                store(to, load(copy));
        }
}

/* ---- values = B' * tile * B ---- */

INLINE void input_vector(const struct tile_pixels *tile, const float *pixels, float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_TILE];
    for (size_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], out[WINOGRAD_TILE];
        for (size_t i = 0; i < WINOGRAD_TILE; i++)
            in[i] = load(pixels + i * tile->row_stride + j * tile->column_stride);
        input_line(in, out);
        for (size_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
    }
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector out[WINOGRAD_TILE];
        input_line(half[i], out);
        for (size_t j = 0; j < WINOGRAD_TILE; j++) store(values + (i * WINOGRAD_TILE + j) * stride, out[j]);
    }
}

static void winograd_input(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, float *values,
                           size_t stride)
{
    float copy[TILE_FLOATS];
    for (size_t channel = 0; channel < shape.channels; channel += VECTOR_FLOATS) {
        const struct tile_pixels tile = tile_at(shape, row, column, channel, WINOGRAD_TILE);
        if (!tile.inside) copy_in(shape, image, row, column, channel, WINOGRAD_TILE, copy);
        input_vector(&tile, tile.inside ? image + tile.offset : copy, values + channel, stride);
    }
}

/* ---- tile += B * values * B' ---- */

INLINE void input_adjoint_vector(const struct tile_pixels *tile, float *pixels, const float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_TILE];
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector in[WINOGRAD_TILE];
        for (size_t j = 0; j < WINOGRAD_TILE; j++) in[j] = load(values + (i * WINOGRAD_TILE + j) * stride);
        input_line_adjoint(in, half[i]);
    }
    for (size_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], out[WINOGRAD_TILE];
        for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = half[i][j];
        input_line_adjoint(in, out);
        for (size_t i = 0; i < WINOGRAD_TILE; i++) {
            float *pixel = pixels + i * tile->row_stride + j * tile->column_stride;
            store(pixel, load(pixel) + out[i]);
        }
    }
}

static void winograd_input_adjoint(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column,
                                   const float *values, size_t stride)
{
    float copy[TILE_FLOATS];
    for (size_t channel = 0; channel < shape.channels; channel += VECTOR_FLOATS) {
        const struct tile_pixels tile = tile_at(shape, row, column, channel, WINOGRAD_TILE);
        if (!tile.inside) copy_in(shape, image, row, column, channel, WINOGRAD_TILE, copy);
        input_adjoint_vector(&tile, tile.inside ? image + tile.offset : copy, values + channel, stride);
        if (!tile.inside) copy_out(shape, image, row, column, channel, WINOGRAD_TILE, copy);
    }
}

/* ---- tile = A' * values * A + bias, then ReLU ---- */

/* out = A' * values * A. */
INLINE void output_tile(const float *values, size_t stride, vector out[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT])
{
    vector half[WINOGRAD_OUTPUT][WINOGRAD_TILE];
    for (size_t j = 0; j < WINOGRAD_TILE; j++) {
        vector in[WINOGRAD_TILE], line[WINOGRAD_OUTPUT];
        for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = load(values + (i * WINOGRAD_TILE + j) * stride);
        output_line(in, line);
        for (size_t i = 0; i < WINOGRAD_OUTPUT; i++) half[i][j] = line[i];
    }
    for (size_t i = 0; i < WINOGRAD_OUTPUT; i++) output_line(half[i], out[i]);
}

INLINE vector load_bias(struct shape shape, const float *bias, size_t channel)
{
    const size_t rest = shape.channels - channel;
    return rest < VECTOR_FLOATS ? load_part(bias + channel, rest) : load(bias + channel);
}

static void winograd_output(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, const float *values,
                            size_t stride, const float *bias, int relu)
{
    float copy[TILE_FLOATS];
    for (size_t channel = 0; channel < shape.channels; channel += VECTOR_FLOATS) {
        const struct tile_pixels tile = tile_at(shape, row, column, channel, WINOGRAD_OUTPUT);
        const vector added = load_bias(shape, bias, channel);
        float *pixels = tile.inside ? image + tile.offset : copy;
        vector out[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT];
        output_tile(values + channel, stride, out);
        for (size_t i = 0; i < WINOGRAD_OUTPUT; i++)
            for (size_t j = 0; j < WINOGRAD_OUTPUT; j++) {
                const vector sum = out[i][j] + added;
                store(pixels + i * tile.row_stride + j * tile.column_stride, relu ? positive(sum) : sum);
            }
        if (!tile.inside) copy_out(shape, image, row, column, channel, WINOGRAD_OUTPUT, copy);
    }
}

/* ---- The same, then of every 2x2 the largest, and which it is ---- */

enum { TILE_WINDOWS = WINOGRAD_OUTPUT / WINOGRAD_POOL, WINDOWS_FLOATS = TILE_WINDOWS * TILE_WINDOWS * VECTOR_FLOATS };

INLINE vector max_size(vector a, vector b)
{
    mask chosen = b > a;
    return (vector)(((mask)b & chosen) | ((mask)a & ~chosen));
}

/* Which of a window's values is the first of the largest, or that ReLU lets none through. */
INLINE bytes choose(const vector window[CHOICE_NONE], vector largest, bool relu)
{
    mask chosen = (mask){0} + CHOICE_NONE - 1;
    for (int i = CHOICE_NONE - 2; i >= 0; i--) {
        const mask is_largest = window[i] == largest;
        chosen = (is_largest & i) | (~is_largest & chosen);
    }
    const mask passes = largest > 0;
    if (relu) chosen = (passes & chosen) | (~passes & CHOICE_NONE);
    return __builtin_convertvector(chosen, bytes);
}

INLINE void pool_tile(vector out[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT], vector bias, bool relu,
                      const struct tile_pixels *tile, float *pixels, uint8_t *choices)
{
    for (size_t i = 0; i < TILE_WINDOWS; i++)
        for (size_t j = 0; j < TILE_WINDOWS; j++) {
            const vector *upper = &out[2 * i][2 * j], *lower = &out[2 * i + 1][2 * j];
            const vector window[] = {upper[0] + bias, upper[1] + bias, lower[0] + bias, lower[1] + bias};
            const vector largest = max_size(max_size(window[0], window[1]), max_size(window[2], window[3]));
            const size_t at = i * tile->row_stride + j * tile->column_stride;
            store(pixels + at, relu ? positive(largest) : largest);
            if (!choices) continue;
            const bytes choice = choose(window, largest, relu);
            memcpy(choices + at, &choice, sizeof choice);
        }
}

static __attribute__((noinline)) void copy_choices_out(struct shape shape, uint8_t *choices, ptrdiff_t row,
                                                       ptrdiff_t column, size_t channel, const uint8_t *copy)
{
    const size_t rest = shape.channels - channel, count = rest < VECTOR_FLOATS ? rest : VECTOR_FLOATS;
    for (ptrdiff_t i = row; i < row + TILE_WINDOWS; i++)
        for (ptrdiff_t j = column; j < column + TILE_WINDOWS; j++, copy += VECTOR_FLOATS)
            if (has_pixel(shape, i, j)) memcpy(choices + place(shape, i, j, channel), copy, count);
}

static void winograd_output_pooled(struct shape shape, float *image, uint8_t *choices, ptrdiff_t row, ptrdiff_t column,
                                   const float *values, size_t stride, const float *bias, int relu)
{
    float copy[WINDOWS_FLOATS];
    uint8_t copied[WINDOWS_FLOATS];
    for (size_t channel = 0; channel < shape.channels; channel += VECTOR_FLOATS) {
        const struct tile_pixels tile = tile_at(shape, row, column, channel, TILE_WINDOWS);
        const vector added = load_bias(shape, bias, channel);
        vector out[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT];
        output_tile(values + channel, stride, out);
        pool_tile(out, added, relu, &tile, tile.inside ? image + tile.offset : copy,
                  !choices      ? NULL
                  : tile.inside ? choices + tile.offset
                                : copied);
        if (tile.inside) continue;
        copy_out(shape, image, row, column, channel, TILE_WINDOWS, copy);
        if (choices) copy_choices_out(shape, choices, row, column, channel, copied);
    }
}

/* ---- values = A * tile * A' ---- */

INLINE void output_adjoint_tile(vector in[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT], float *values, size_t stride)
{
    vector half[WINOGRAD_TILE][WINOGRAD_OUTPUT];
    for (size_t j = 0; j < WINOGRAD_OUTPUT; j++) {
        vector line[WINOGRAD_OUTPUT], out[WINOGRAD_TILE];
        for (size_t i = 0; i < WINOGRAD_OUTPUT; i++) line[i] = in[i][j];
        output_line_adjoint(line, out);
        for (size_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
    }
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        vector out[WINOGRAD_TILE];
        output_line_adjoint(half[i], out);
        for (size_t j = 0; j < WINOGRAD_TILE; j++) store(values + (i * WINOGRAD_TILE + j) * stride, out[j]);
    }
}

INLINE void load_tile(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, size_t channel,
                      vector in[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT])
{
    float copy[TILE_FLOATS];
    const struct tile_pixels tile = tile_at(shape, row, column, channel, WINOGRAD_OUTPUT);
    if (!tile.inside) copy_in(shape, image, row, column, channel, WINOGRAD_OUTPUT, copy);
    const float *pixels = tile.inside ? image + tile.offset : copy;
    for (size_t i = 0; i < WINOGRAD_OUTPUT; i++)
        for (size_t j = 0; j < WINOGRAD_OUTPUT; j++)
            in[i][j] = load(pixels + i * tile.row_stride + j * tile.column_stride);
}

static __attribute__((noinline)) void copy_choices_in(struct shape shape, const uint8_t *choices, ptrdiff_t row,
                                                      ptrdiff_t column, size_t channel, uint8_t *copy)
{
    const size_t rest = shape.channels - channel, count = rest < VECTOR_FLOATS ? rest : VECTOR_FLOATS;
    for (ptrdiff_t i = row; i < row + TILE_WINDOWS; i++)
        for (ptrdiff_t j = column; j < column + TILE_WINDOWS; j++, copy += VECTOR_FLOATS)
            if (has_pixel(shape, i, j)) memcpy(copy, choices + place(shape, i, j, channel), count);
}

/* A tile whose chosen values are the pooled ones. */
INLINE void spread_windows(struct shape shape, const float *image, const uint8_t *choices, ptrdiff_t row,
                           ptrdiff_t column, size_t channel, vector in[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT])
{
    float copy[WINDOWS_FLOATS];
    uint8_t copied[WINDOWS_FLOATS] = {0};
    const struct tile_pixels tile = tile_at(shape, row, column, channel, TILE_WINDOWS);
    if (!tile.inside) {
        copy_in(shape, image, row, column, channel, TILE_WINDOWS, copy);
        copy_choices_in(shape, choices, row, column, channel, copied);
    }
    const float *pixels = tile.inside ? image + tile.offset : copy;
    const uint8_t *chosen = tile.inside ? choices + tile.offset : copied;
    for (size_t i = 0; i < WINOGRAD_OUTPUT; i++)
        for (size_t j = 0; j < WINOGRAD_OUTPUT; j++) {
            const size_t at = i / 2 * tile.row_stride + j / 2 * tile.column_stride;
            const int index = (int)(i % 2 * WINOGRAD_POOL + j % 2);
            bytes choice;
            memcpy(&choice, chosen + at, sizeof choice);
            in[i][j] = (vector)((mask)load(pixels + at) & (__builtin_convertvector(choice, mask) == index));
        }
}

static void winograd_output_adjoint(struct shape shape, const float *image, const uint8_t *choices, ptrdiff_t row,
                                    ptrdiff_t column, float *values, size_t stride)
{
    for (size_t channel = 0; channel < shape.channels; channel += VECTOR_FLOATS) {
        vector in[WINOGRAD_OUTPUT][WINOGRAD_OUTPUT];
        if (choices)
            spread_windows(shape, image, choices, row, column, channel, in);
        else
            load_tile(shape, image, row, column, channel, in);
        output_adjoint_tile(in, values + channel, stride);
    }
}

/* ---- Weights: transformed[36] = G * weights[3][3] * G' for `count` kernels side by side, where G is
 *  1/4    0    0
 * -1/6 -1/6 -1/6
 * -1/6  1/6 -1/6
 * 1/24 1/12  1/6
 * 1/24 -1/12 1/6
 *    0    0    1
 * A plain loop, which the compiler vectorises. ---- */

INLINE void weights_line(const vector in[3], vector out[6])
{
    vector ends = in[0] + in[2], wide = in[0] + 4 * in[2];
    out[0] = in[0] * (1 / 4.0f);
    out[1] = (ends + in[1]) * (-1 / 6.0f);
    out[2] = (ends - in[1]) * (-1 / 6.0f);
    out[3] = (wide + 2 * in[1]) * (1 / 24.0f);
    out[4] = (wide - 2 * in[1]) * (1 / 24.0f);
    out[5] = in[2];
}

INLINE void weights_line_adjoint(const vector in[6], vector out[3])
{
    vector sum12 = in[1] + in[2], sum34 = in[3] + in[4];
    out[0] = in[0] * (1 / 4.0f) - sum12 * (1 / 6.0f) + sum34 * (1 / 24.0f);
    out[1] = (in[2] - in[1]) * (1 / 6.0f) + (in[3] - in[4]) * (1 / 12.0f);
    out[2] = (sum34 - sum12) * (1 / 6.0f) + in[5];
}

enum { KERNEL = 3, KERNEL_SIZE = KERNEL * KERNEL };

/* Of one vector of kernels. */
INLINE void transform_kernels(const float *weights, size_t weight_stride, float *transformed, size_t stride)
{
    vector half[WINOGRAD_TILE][KERNEL], in[KERNEL], out[WINOGRAD_TILE];
    KEEP_LOOP
    for (size_t j = 0; j < KERNEL; j++) {
        UNROLL
        for (size_t i = 0; i < KERNEL; i++) in[i] = load(weights + (i * KERNEL + j) * weight_stride);
        weights_line(in, out);
        UNROLL
        for (size_t i = 0; i < WINOGRAD_TILE; i++) half[i][j] = out[i];
    }
    KEEP_LOOP
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        weights_line(half[i], out);
        UNROLL
        for (size_t j = 0; j < WINOGRAD_TILE; j++) store(transformed + (i * WINOGRAD_TILE + j) * stride, out[j]);
    }
}

INLINE void transform_kernels_adjoint(const float *transformed, size_t stride, float *gradient, size_t gradient_stride)
{
    vector half[WINOGRAD_TILE][KERNEL], in[WINOGRAD_TILE], out[KERNEL];
    KEEP_LOOP
    for (size_t i = 0; i < WINOGRAD_TILE; i++) {
        UNROLL
        for (size_t j = 0; j < WINOGRAD_TILE; j++) in[j] = load(transformed + (i * WINOGRAD_TILE + j) * stride);
        weights_line_adjoint(in, half[i]);
    }
    KEEP_LOOP
    for (size_t j = 0; j < KERNEL; j++) {
        UNROLL
        for (size_t i = 0; i < WINOGRAD_TILE; i++) in[i] = half[i][j];
        weights_line_adjoint(in, out);
        UNROLL
        for (size_t i = 0; i < KERNEL; i++) store(gradient + (i * KERNEL + j) * gradient_stride, out[i]);
    }
}

/* The first `count` columns of `rows` vectors, to or from a copy in which whole vectors follow each other. */
static void copy_columns(size_t rows, size_t count, const float *from, size_t stride, float *copy)
{
    for (size_t i = 0; i < rows; i++) store(copy + i * VECTOR_FLOATS, load_part(from + i * stride, count));
}

static void copy_columns_back(size_t rows, size_t count, const float *copy, float *to, size_t stride)
{
    for (size_t i = 0; i < rows; i++) store_part(to + i * stride, load(copy + i * VECTOR_FLOATS), count);
}

static void winograd_weights(size_t count, const float *weights, size_t weight_stride, float *transformed,
                             size_t stride)
{
    float kernels[KERNEL_SIZE * VECTOR_FLOATS], result[TILE_FLOATS];
    for (size_t k = 0; k < count; k += VECTOR_FLOATS) {
        const bool part = count - k < VECTOR_FLOATS;
        if (part) copy_columns(KERNEL_SIZE, count - k, weights + k, weight_stride, kernels);
        transform_kernels(part ? kernels : weights + k, part ? VECTOR_FLOATS : weight_stride,
                          part ? result : transformed + k, part ? VECTOR_FLOATS : stride);
        if (part) copy_columns_back(WINOGRAD_POSITIONS, count - k, result, transformed + k, stride);
    }
}

static void winograd_weights_adjoint(size_t count, const float *transformed, size_t stride, float *gradient,
                                     size_t gradient_stride)
{
    float tiles[TILE_FLOATS], result[KERNEL_SIZE * VECTOR_FLOATS];
    for (size_t k = 0; k < count; k += VECTOR_FLOATS) {
        const bool part = count - k < VECTOR_FLOATS;
        if (part) copy_columns(WINOGRAD_POSITIONS, count - k, transformed + k, stride, tiles);
        transform_kernels_adjoint(part ? tiles : transformed + k, part ? VECTOR_FLOATS : stride,
                                  part ? result : gradient + k, part ? VECTOR_FLOATS : gradient_stride);
        if (part) copy_columns_back(KERNEL_SIZE, count - k, result, gradient + k, gradient_stride);
    }
}

#endif
