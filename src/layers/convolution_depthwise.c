/* Depthwise convolution: every channel has a kernel of its own, weights [kernel row][kernel column][channel]. The
 * input's gradient is one too: of the padded output gradient with the kernel rotated by 180 degrees. */
#include <string.h>

#include "layer.h"
#include "patches.h"

static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    return layer->weight_count;
}

/* For each convolution of the way back its part of the kernel, rotated by 180 degrees. */
static void pack_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed)
{
    (void)kernels;
    const size_t channels = layer->input.channels;
    for (size_t index = part; index < backward_convolution_count(layer); index += PACKED_PARTS) {
        const struct convolution convolution = backward_convolution(layer, index);
        float *next = packed + convolution.first_place * channels;
        for (size_t row = 0; row < convolution.kernel_rows; row++)
            for (size_t column = 0; column < convolution.kernel_columns; column++, next += channels)
                memcpy(next, weights + kernel_place(layer, &convolution, row, column) * channels,
                       channels * sizeof *next);
    }
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_forward(layer, pass, pass->weights, pass->kernels->depthwise_row);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_backward(layer, pass, layer->input.channels, pass->kernels->depthwise_row,
                      pass->kernels->depthwise_row_gradient);
}

const struct layer_operations convolution_depthwise = {
    .row_unit = single_rows,
    .forward = forward,
    .backward = backward,
    .scratch = convolve_scratch,
    .packed_size = packed_size,
    .pack_backward = pack_backward,
    .partial_gradient = convolve_partial_gradient,
    .finish_gradient = convolve_finish_gradient,
};
