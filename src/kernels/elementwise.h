/* Element by element: plain loops, which the compiler vectorises. Included by kernels_table.c only. */
#ifndef KERNELS_ELEMENTWISE_H
#define KERNELS_ELEMENTWISE_H

#include <math.h>

#include "vector.h"

static void add_bias(size_t rows, size_t channels, const float *restrict bias, float *restrict values, int relu)
{
    for (size_t row = 0; row < rows; row++, values += channels) {
        for (size_t i = 0; i < channels; i++) values[i] += bias[i];
        if (relu)
            for (size_t i = 0; i < channels; i++) values[i] = values[i] > 0 ? values[i] : 0;
    }
}

static void sum_rows(size_t rows, size_t channels, const float *restrict values, float *restrict sums)
{
    for (size_t row = 0; row < rows; row++, values += channels)
        for (size_t i = 0; i < channels; i++) sums[i] += values[i];
}

static void sum_moments(size_t rows, size_t channels, const float *restrict from, const float *restrict values,
                        float *restrict sums, float *restrict squares)
{
    for (size_t row = 0; row < rows; row++, values += channels)
        for (size_t i = 0; i < channels; i++) {
            float difference = values[i] - from[i];
            sums[i] += difference;
            squares[i] += difference * difference;
        }
}

static void sum_products(size_t rows, size_t channels, const float *restrict from, const float *restrict values,
                         const float *restrict factors, float *restrict sums, float *restrict products)
{
    for (size_t row = 0; row < rows; row++, values += channels, factors += channels)
        for (size_t i = 0; i < channels; i++) {
            sums[i] += factors[i];
            products[i] += factors[i] * (values[i] - from[i]);
        }
}

static void scale_rows(size_t rows, size_t channels, const float *restrict factors, const float *restrict addends,
                       const float *restrict input, float *restrict output, int relu_too)
{
    for (size_t row = 0; row < rows; row++, input += channels, output += channels)
        for (size_t i = 0; i < channels; i++) {
            float value = input[i] * factors[i] + addends[i];
            output[i] = value > 0 || !relu_too ? value : 0;
        }
}

static void combine_rows(size_t rows, size_t channels, const float *restrict factors, const float *restrict from,
                         const float *restrict a, const float *restrict b, float *restrict output)
{
    const float *second = factors + channels, *third = second + channels;
    for (size_t row = 0; row < rows; row++, a += channels, b += channels, output += channels)
        for (size_t i = 0; i < channels; i++) output[i] = factors[i] * a[i] + second[i] * (b[i] - from[i]) + third[i];
}

static void relu(size_t count, const float *restrict input, float *restrict output)
{
    for (size_t i = 0; i < count; i++) output[i] = input[i] > 0 ? input[i] : 0;
}

static void relu_gradient(size_t count, const float *restrict output, float *restrict gradient)
{
    for (size_t i = 0; i < count; i++) gradient[i] = output[i] > 0 ? gradient[i] : 0;
}

static void maximum(size_t channels, const float *restrict values, float *restrict largest)
{
    for (size_t i = 0; i < channels; i++) largest[i] = values[i] > largest[i] ? values[i] : largest[i];
}

static void maximum_gradient(size_t channels, const float *restrict values, const float *restrict largest,
                             float *restrict rest, float *restrict gradient)
{
    for (size_t i = 0; i < channels; i++) {
        float all = rest[i];
        gradient[i] = values[i] == largest[i] ? all : 0;
        rest[i] = values[i] == largest[i] ? 0 : all;
    }
}

static void chosen_gradient(size_t count, const uint8_t *restrict choices, float *restrict gradient)
{
    for (size_t i = 0; i < count; i++) gradient[i] = choices[i] < CHOICE_NONE ? gradient[i] : 0;
}

/* What a value gets of its window's gradient, which is taken off what is left of it. */
INLINE vector take_rest(vector value, vector largest, vector *rest)
{
    const mask is_largest = value == largest;
    const vector taken = (vector)((mask)*rest & is_largest);
    *rest = (vector)((mask)*rest & ~is_largest);
    return taken;
}

INLINE void window_gradient(size_t channels, const float *values, const float *largest, const float *output_gradient,
                            float *gradient, size_t row_stride)
{
    size_t i = 0;
    for (; i + VECTOR_FLOATS <= channels; i += VECTOR_FLOATS) {
        const vector most = load(largest + i);
        vector rest = load(output_gradient + i);
        for (size_t place = 0; place < 4; place++) {
            const size_t at = place / 2 * row_stride + place % 2 * channels + i;
            store(gradient + at, take_rest(load(values + at), most, &rest));
        }
    }
    for (; i < channels; i++) {
        float rest = output_gradient[i];
        for (size_t place = 0; place < 4; place++) {
            const size_t at = place / 2 * row_stride + place % 2 * channels + i;
            const bool is_largest = values[at] == largest[i];
            gradient[at] = is_largest ? rest : 0;
            rest = is_largest ? 0 : rest;
        }
    }
}

static void pool_gradient(size_t windows, size_t channels, const float *values, const float *largest,
                          const float *output_gradient, float *gradient, size_t row_stride)
{
    for (size_t i = 0; i < windows; i++) {
        window_gradient(channels, values, largest, output_gradient, gradient, row_stride);
        values += 2 * channels;
        gradient += 2 * channels;
        largest += channels;
        output_gradient += channels;
    }
}

/* lowbias32 by Chris Wellons, "Prospecting for Hash Functions", 2018. */
INLINE bits hash(bits values)
{
    values = (values ^ (values >> 16)) * 0x7FEB352Du;
    values = (values ^ (values >> 15)) * 0x846CA68Bu;
    return values ^ (values >> 16);
}

INLINE vector drop(vector values, bits index, uint32_t key, int32_t threshold)
{
    return (vector)((mask)values & ((mask)(hash(index ^ key) >> 1) >= threshold));
}

static void dropout(size_t count, float rate, uint32_t key, const float *input, float *output)
{
    const int32_t threshold = (int32_t)(rate * 0x1p31f);
    const float scale = 1 / (1 - rate);
    bits index;
    for (uint32_t lane = 0; lane < VECTOR_FLOATS; lane++) index[lane] = lane;
    size_t i = 0;
    for (; i + VECTOR_FLOATS <= count; i += VECTOR_FLOATS, index += VECTOR_FLOATS)
        store(output + i, drop(load(input + i) * scale, index, key, threshold));
    if (i < count)
        store_part(output + i, drop(load_part(input + i, count - i) * scale, index, key, threshold), count - i);
}

static void sum(size_t count, const float *restrict a, const float *restrict b, int relu_too, float *restrict output)
{
    for (size_t i = 0; i < count; i++) {
        float value = a[i] + b[i];
        output[i] = value > 0 || !relu_too ? value : 0;
    }
}

static void add(size_t count, const float *restrict values, float *restrict sum)
{
    for (size_t i = 0; i < count; i++) sum[i] += values[i];
}

static void scale(size_t count, float factor, float *values)
{
    for (size_t i = 0; i < count; i++) values[i] *= factor;
}

static void approach(size_t count, float share, const float *restrict target, float *restrict values)
{
    for (size_t i = 0; i < count; i++) values[i] += share * (target[i] - values[i]);
}

static void adam(size_t count, const struct adam_step *step, const float *restrict gradients,
                 float *restrict first_moments, float *restrict second_moments, float *restrict weights)
{
    const float keep1 = 1 - step->beta1, keep2 = 1 - step->beta2;
    const float learning_rate = step->learning_rate, epsilon = step->epsilon;
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i];
        float first = first_moments[i] + keep1 * (gradient - first_moments[i]);
        float second = second_moments[i] + keep2 * (gradient * gradient - second_moments[i]);
        first_moments[i] = first;
        second_moments[i] = second;
        weights[i] -= learning_rate * first / (sqrtf(second) + epsilon);
    }
}

static void sgd(size_t count, float learning_rate, float momentum, const float *restrict gradients,
                float *restrict velocities, float *restrict weights)
{
    for (size_t i = 0; i < count; i++) {
        velocities[i] = momentum * velocities[i] + gradients[i];
        weights[i] -= learning_rate * velocities[i];
    }
}

#endif
