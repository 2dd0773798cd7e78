/* Convolution by its definition, as an implicit matrix product over the pixels of each output row
 * (kernels/direct.h). The input's gradient is a convolution too: of the padded output gradient with the kernel rotated
 * by 180 degrees.
 */
#include "layer.h"
#include "patches.h"

/* ---- Weights: packed [kernel row][kernel column][input][output], and for the way back transposed and, for each
 * of its convolutions, rotated by 180 degrees: [kernel row][kernel column][output][input]. ---- */

static size_t backward_place_size(const struct layer *layer, const struct kernels *kernels)
{
    return layer->output.channels * round_up(layer->input.channels, kernels->panel_columns);
}

static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    const size_t places = layer->kernel_rows * layer->kernel_columns;
    return places * max_size(layer->input.channels * round_up(layer->output.channels, kernels->panel_columns),
                             backward_place_size(layer, kernels));
}

static void pack(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                 float *packed)
{
    if (part > 0) return;
    const size_t outputs = layer->output.channels;
    struct convolution convolution = forward_convolution(layer);
    kernels->pack(patch_depth(&convolution), outputs, (struct matrix){weights, outputs, 1}, packed);
}

/* The weights from a panel of inputs, beginning with the first, that one convolution of the way back takes. */
static void pack_panel(const struct layer *layer, const struct kernels *kernels, const struct convolution *convolution,
                       size_t first, const float *weights, float *packed)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    for (size_t row = 0; row < convolution->kernel_rows; row++)
        for (size_t column = 0; column < convolution->kernel_columns; column++, packed += outputs * width) {
            const size_t place = kernel_place(layer, convolution, row, column);
            const float *from = weights + (place * inputs + first) * outputs;
            kernels->pack(outputs, min_size(width, inputs - first), (struct matrix){from, 1, outputs}, packed);
        }
}

static void pack_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed)
{
    const size_t inputs = layer->input.channels, width = kernels->panel_columns;
    for (size_t index = 0; index < backward_convolution_count(layer); index++) {
        const struct convolution convolution = backward_convolution(layer, index);
        float *to = packed + convolution.first_place * backward_place_size(layer, kernels);
        for (size_t first = part * width; first < inputs; first += PACKED_PARTS * width)
            pack_panel(layer, kernels, &convolution, first, weights, to + first * patch_depth(&convolution));
    }
}

/* ---- Forward and backward ---- */

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_forward(layer, pass, pass->packed, pass->kernels->convolve_row);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_backward(layer, pass, backward_place_size(layer, pass->kernels), pass->kernels->convolve_row,
                      pass->kernels->convolve_row_gradient);
}

const struct layer_operations convolution_direct = {
    .row_unit = single_rows,
    .forward = forward,
    .backward = backward,
    .scratch = convolve_scratch,
    .packed_size = packed_size,
    .pack = pack,
    .pack_backward = pack_backward,
    .partial_gradient = convolve_partial_gradient,
    .finish_gradient = convolve_finish_gradient,
};
