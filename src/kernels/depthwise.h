/* Depthwise convolution of one row of output pixels, a vector of channels at a time. Only for kernels_table.c. */
#ifndef KERNELS_DEPTHWISE_H
#define KERNELS_DEPTHWISE_H

#include "vector.h"

enum { DEPTHWISE_PIXELS = 4 }; /* that share each load of a weight */

INLINE vector load_channels(const float *from, size_t rest)
{
    return rest < VECTOR_FLOATS ? load_part(from, rest) : load(from);
}

INLINE void store_channels(float *to, vector values, size_t rest)
{
    if (rest < VECTOR_FLOATS)
        store_part(to, values, rest);
    else
        store(to, values);
}

/* `pixels` (a constant at every call) times a vector of channels, of which `rest` are there. */
INLINE void depthwise_tile(size_t pixels, size_t rest, size_t channels, struct patches patches, const float *weights,
                           const float *bias, int relu_too, float *output, size_t output_stride)
{
    vector sums[DEPTHWISE_PIXELS];
    for (size_t pixel = 0; pixel < pixels; pixel++) sums[pixel] = bias ? load_channels(bias, rest) : (vector){0};
    for (size_t k = 0; k < patches.depth; k++) {
        const float *values = patches.image + patches.offsets[k];
        vector weight = load_channels(weights + k * channels, rest);
        for (size_t pixel = 0; pixel < pixels; pixel++)
            sums[pixel] += weight * load_channels(values + pixel * patches.pixel_stride, rest);
    }
    for (size_t pixel = 0; pixel < pixels; pixel++)
        store_channels(output + pixel * output_stride, relu_too ? positive(sums[pixel]) : sums[pixel], rest);
}

INLINE void depthwise_pixels(size_t pixels, size_t rest, size_t channels, struct patches patches, const float *weights,
                             const float *bias, int relu_too, float *output, size_t output_stride)
{
    for (; pixels >= DEPTHWISE_PIXELS; pixels -= DEPTHWISE_PIXELS) {
        depthwise_tile(DEPTHWISE_PIXELS, rest, channels, patches, weights, bias, relu_too, output, output_stride);
        patches.image += DEPTHWISE_PIXELS * patches.pixel_stride;
        output += DEPTHWISE_PIXELS * output_stride;
    }
    for (; pixels > 0; pixels--) {
        depthwise_tile(1, rest, channels, patches, weights, bias, relu_too, output, output_stride);
        patches.image += patches.pixel_stride;
        output += output_stride;
    }
}

static void depthwise_row(size_t pixels, size_t channels, struct patches patches, const float *weights,
                          const float *bias, int relu_too, float *output, size_t output_stride)
{
    for (size_t channel = 0; channel < channels; channel += VECTOR_FLOATS) {
        struct patches part = patches;
        const float *added = bias ? bias + channel : NULL;
        part.image += channel;
        if (channels - channel < VECTOR_FLOATS)
            depthwise_pixels(pixels, channels - channel, channels, part, weights + channel, added, relu_too,
                             output + channel, output_stride);
        else
            depthwise_pixels(pixels, VECTOR_FLOATS, channels, part, weights + channel, added, relu_too,
                             output + channel, output_stride);
    }
}

static void depthwise_row_gradient(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                   float *gradient)
{
    for (size_t k = 0; k < patches.depth; k++, gradient += channels)
        for (size_t channel = 0; channel < channels; channel += VECTOR_FLOATS) {
            const size_t rest = channels - channel;
            const float *values = patches.image + patches.offsets[k] + channel;
            vector sum = load_channels(gradient + channel, rest);
            for (size_t pixel = 0; pixel < pixels; pixel++)
                sum += load_channels(values + pixel * patches.pixel_stride, rest) *
                       load_channels(output_gradient + pixel * channels + channel, rest);
            store_channels(gradient + channel, sum, rest);
        }
}

#endif
