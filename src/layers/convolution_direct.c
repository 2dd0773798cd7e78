/* Convolution by its definition, as an implicit matrix product over the pixels of each output row
 * (kernels/direct.h). The input's gradient is a convolution too: of the padded output gradient with the kernel rotated
 * by 180 degrees.
 */
#include "operations.h"
#include "patches.h"

/* ---- Weights: packed [kernel row][kernel column][input][output], and for the way back rotated by 180 degrees and
 * transposed, [kernel row][kernel column][output][input]. ---- */

static size_t panels_size(size_t packed_depth, size_t columns, const struct kernels *kernels)
{
    return packed_depth * round_up(columns, kernels->panel_columns);
}

static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    return max_size(panels_size(patch_depth(&forward), layer->output.channels, kernels),
                    panels_size(patch_depth(&backward), layer->input.channels, kernels));
}

static void pack(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                 float *packed)
{
    if (part > 0) return;
    const size_t outputs = layer->output.channels;
    struct convolution convolution = forward_convolution(layer);
    kernels->pack(patch_depth(&convolution), outputs, (struct matrix){weights, outputs, 1}, packed);
}

static void pack_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    const size_t places = layer->kernel_rows * layer->kernel_columns;
    for (size_t first = part * width; first < inputs; first += PACKED_PARTS * width)
        for (size_t place = 0; place < places; place++) {
            const float *from = weights + ((places - 1 - place) * inputs + first) * outputs;
            size_t count = min_size(width, inputs - first);
            kernels->pack(outputs, count, (struct matrix){from, 1, outputs},
                          packed + first * places * outputs + place * outputs * width);
        }
}

/* ---- Forward and backward ---- */

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_forward(layer, pass, pass->packed, pass->kernels->convolve_row);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    convolve_backward(layer, pass, pass->kernels->convolve_row, pass->kernels->convolve_row_gradient);
}

const struct layer_operations convolution_direct = {
    .forward = forward,
    .backward = backward,
    .scratch = convolve_scratch,
    .packed_size = packed_size,
    .pack = pack,
    .pack_backward = pack_backward,
    .partial_gradient = convolve_partial_gradient,
    .finish_gradient = convolve_finish_gradient,
};
