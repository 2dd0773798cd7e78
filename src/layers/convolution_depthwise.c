/* Depthwise convolution: every channel has a kernel of its own, weights [kernel row][kernel column][channel]. The
 * input's gradient is one too: of the padded output gradient with the kernel rotated by 180 degrees. */
#include <string.h>

#include "operations.h"
#include "patches.h"

static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    return layer->weight_count;
}

/* The kernel rotated by 180 degrees. */
static void pack_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed)
{
    (void)kernels;
    const size_t places = layer->kernel_rows * layer->kernel_columns, channels = layer->input.channels;
    for (size_t place = part; place < places; place += PACKED_PARTS)
        memcpy(packed + place * channels, weights + (places - 1 - place) * channels, channels * sizeof *packed);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_forward(layer, pass, pass->weights, pass->kernels->depthwise_row);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_backward(layer, pass, pass->kernels->depthwise_row, pass->kernels->depthwise_row_gradient);
}

const struct layer_operations convolution_depthwise = {
    .forward = forward,
    .backward = backward,
    .scratch = convolve_scratch,
    .packed_size = packed_size,
    .pack_backward = pack_backward,
    .partial_gradient = convolve_partial_gradient,
    .finish_gradient = convolve_finish_gradient,
};
