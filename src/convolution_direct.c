/* Convolution by its definition, as an implicit matrix product over the pixels of each output row
 * (kernels/direct.h). The input's gradient is a convolution too: of the padded output gradient with the turned kernel.
 */
#include <string.h>

#include "patches.h"

static size_t scratch(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    return larger(patch_scratch(&forward), patch_scratch(&backward));
}

/* ---- Weights: packed [kernel row][kernel column][input][output], and for the way back turned around and over,
 * [kernel row][kernel column][output][input]. ---- */

static size_t packed_size(size_t packed_depth, size_t columns, const struct kernels *kernels)
{
    return packed_depth * round_up(columns, kernels->panel_columns);
}

static size_t derived_size(const struct layer *layer, const struct kernels *kernels)
{
    struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    size_t a = packed_size(patch_depth(&forward), layer->output.channels, kernels);
    size_t b = packed_size(patch_depth(&backward), layer->input.channels, kernels);
    return a > b ? a : b;
}

static void derive(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                   float *derived)
{
    if (part > 0) return;
    const size_t outputs = layer->output.channels;
    struct convolution convolution = forward_convolution(layer);
    kernels->pack(patch_depth(&convolution), outputs, (struct matrix){weights, outputs, 1}, derived);
}

static void derive_backward(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                            float *derived)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    const size_t places = layer->kernel_rows * layer->kernel_columns;
    for (size_t first = part * width; first < inputs; first += DERIVED_PARTS * width)
        for (size_t place = 0; place < places; place++) {
            const float *from = weights + ((places - 1 - place) * inputs + first) * outputs;
            size_t count = smaller(width, inputs - first);
            kernels->pack(outputs, count, (struct matrix){from, 1, outputs},
                          derived + first * places * outputs + place * outputs * width);
        }
}

/* ---- Forward and backward ---- */

static void convolve(const struct kernels *kernels, const struct convolution *convolution, const float *image,
                     const float *weights, const float *bias, bool relu, float *room, float *output)
{
    const float *padded = pad_image(convolution, image, room);
    const size_t columns = convolution->output.columns, channels = convolution->output.channels;
    for (size_t row = 0; row < convolution->output.rows; row++)
        kernels->convolve_row(columns, channels, row_patches(convolution, padded, room, row), weights, bias, relu,
                              output + row * columns * channels);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct convolution convolution = forward_convolution(layer);
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(pass->kernels, &convolution, pass->input + image * shape_size(layer->input), pass->derived, pass->bias,
                 layer->activation == ACTIVATION_RELU, pass->scratch, pass->output + image * shape_size(layer->output));
}

static void add_weight_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    const struct convolution convolution = forward_convolution(layer);
    const size_t columns = convolution.output.columns, channels = convolution.output.channels;
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++) {
        const float *padded = pad_image(&convolution, pass->input + image * shape_size(layer->input), pass->scratch);
        const float *gradient = pass->output_gradient + image * shape_size(layer->output);
        for (size_t row = 0; row < convolution.output.rows; row++)
            pass->kernels->convolve_row_gradient(columns, channels,
                                                 row_patches(&convolution, padded, pass->scratch, row),
                                                 gradient + row * columns * channels, pass->weight_gradient);
    }
}

static void make_input_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    const struct convolution convolution = backward_convolution(layer);
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(pass->kernels, &convolution, pass->output_gradient + image * shape_size(layer->output),
                 pass->derived_backward, NULL, false, pass->scratch,
                 pass->input_gradient + image * shape_size(layer->input));
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    mask_relu(layer, pass);
    if (pass->is_first_group)
        memset(pass->weight_gradient, 0, (layer->weight_count + layer->bias_count) * sizeof(float));
    pass->kernels->sum_rows(pass->images * layer->output.rows * layer->output.columns, layer->bias_count,
                            pass->output_gradient, pass->weight_gradient + layer->weight_count);
    add_weight_gradient(layer, pass);
    if (pass->input_gradient) make_input_gradient(layer, pass);
}

static size_t partial_gradient(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    return layer->weight_count + layer->bias_count;
}

static void finish_gradient(const struct layer *layer, const struct kernels *kernels, const float *partial,
                            float *gradient)
{
    memcpy(gradient, partial, partial_gradient(layer, kernels) * sizeof *gradient);
}

const struct layer_operations convolution_direct = {
    .forward = forward,
    .backward = backward,
    .scratch = scratch,
    .derived_size = derived_size,
    .derive = derive,
    .derive_backward = derive_backward,
    .partial_gradient = partial_gradient,
    .finish_gradient = finish_gradient,
};
