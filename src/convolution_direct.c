/* Convolution by its definition, as an implicit matrix product over the pixels of each output row
 * (kernels/direct.h). The input's gradient is a convolution too: of the padded output gradient with the turned kernel.
 */
#include <string.h>

#include "layers.h"

/* A convolution with stride 1 over one padded image; the layer's own, or the one that is its gradient. */
struct convolution {
    struct shape input, output; /* input before padding */
    size_t kernel_rows, kernel_columns, padding_above, padding_left;
};

static struct convolution forward_convolution(const struct layer *layer)
{
    return (struct convolution){
        .input = layer->input,
        .output = layer->output,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = convolution_padding(layer, layer->kernel_rows),
        .padding_left = convolution_padding(layer, layer->kernel_columns),
    };
}

static struct convolution backward_convolution(const struct layer *layer)
{
    struct convolution forward = forward_convolution(layer);
    return (struct convolution){
        .input = layer->output,
        .output = layer->input,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = layer->kernel_rows - 1 - forward.padding_above,
        .padding_left = layer->kernel_columns - 1 - forward.padding_left,
    };
}

static size_t depth(const struct convolution *convolution)
{
    return convolution->kernel_rows * convolution->kernel_columns * convolution->input.channels;
}

static struct shape padded_shape(const struct convolution *convolution)
{
    return (struct shape){
        convolution->output.rows + convolution->kernel_rows - 1,
        convolution->output.columns + convolution->kernel_columns - 1,
        convolution->input.channels,
    };
}

static bool needs_padding(const struct convolution *convolution)
{
    struct shape padded = padded_shape(convolution);
    return padded.rows != convolution->input.rows || padded.columns != convolution->input.columns;
}

/* Where the values of a patch lie, from its upper left pixel in the padded image: [kernel row][kernel column][channel].
 */
static void list_offsets(const struct convolution *convolution, uint32_t *offsets)
{
    const size_t channels = convolution->input.channels, row_size = padded_shape(convolution).columns * channels;
    for (size_t row = 0; row < convolution->kernel_rows; row++)
        for (size_t i = 0; i < convolution->kernel_columns * channels; i++) *offsets++ = (uint32_t)(row * row_size + i);
}

/* The image with its padding: itself where there is none, else a copy in `room`. */
static const float *pad(const struct convolution *convolution, const float *image, float *room)
{
    if (!needs_padding(convolution)) return image;
    const struct shape padded = padded_shape(convolution);
    const size_t row_size = convolution->input.columns * padded.channels,
                 padded_row_size = padded.columns * padded.channels;
    memset(room, 0, shape_size(padded) * sizeof *room);
    for (size_t row = 0; row < convolution->input.rows; row++)
        memcpy(room + (row + convolution->padding_above) * padded_row_size +
                   convolution->padding_left * padded.channels,
               image + row * row_size, row_size * sizeof *room);
    return room;
}

/* Scratch: offsets, then a padded image, for whichever direction needs more. */
static size_t scratch_of(const struct convolution *convolution)
{
    return depth(convolution) + (needs_padding(convolution) ? shape_size(padded_shape(convolution)) : 0);
}

static size_t scratch(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    size_t a = scratch_of(&forward), b = scratch_of(&backward);
    return a > b ? a : b;
}

static uint32_t *offsets_in(const struct layer_pass *pass)
{
    _Static_assert(sizeof(uint32_t) == sizeof(float), "offsets take the room of floats");
    return (uint32_t *)(void *)pass->scratch;
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
    size_t a = packed_size(depth(&forward), layer->output.channels, kernels);
    size_t b = packed_size(depth(&backward), layer->input.channels, kernels);
    return a > b ? a : b;
}

static void derive(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                   float *derived)
{
    if (part > 0) return;
    const size_t outputs = layer->output.channels;
    struct convolution convolution = forward_convolution(layer);
    kernels->pack(depth(&convolution), outputs, (struct matrix){weights, outputs, 1}, derived);
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
                     const float *weights, const float *bias, bool relu, uint32_t *offsets, float *output)
{
    const float *padded = pad(convolution, image, (float *)(void *)(offsets + depth(convolution)));
    const size_t row_size = padded_shape(convolution).columns * convolution->input.channels;
    const size_t columns = convolution->output.columns, channels = convolution->output.channels;
    for (size_t row = 0; row < convolution->output.rows; row++)
        kernels->convolve_row(
            columns, channels,
            (struct patches){padded + row * row_size, offsets, depth(convolution), convolution->input.channels},
            weights, bias, relu, output + row * columns * channels);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct convolution convolution = forward_convolution(layer);
    uint32_t *offsets = offsets_in(pass);
    list_offsets(&convolution, offsets);
    for (size_t image = 0; image < pass->images; image++)
        convolve(pass->kernels, &convolution, pass->input + image * shape_size(layer->input), pass->derived, pass->bias,
                 layer->activation == ACTIVATION_RELU, offsets, pass->output + image * shape_size(layer->output));
}

static void add_weight_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    struct convolution convolution = forward_convolution(layer);
    const size_t columns = layer->output.columns, channels = layer->output.channels;
    const size_t row_size = padded_shape(&convolution).columns * layer->input.channels;
    uint32_t *offsets = offsets_in(pass);
    list_offsets(&convolution, offsets);
    for (size_t image = 0; image < pass->images; image++) {
        const float *padded = pad(&convolution, pass->input + image * shape_size(layer->input),
                                  (float *)(void *)(offsets + depth(&convolution)));
        const float *gradient = pass->output_gradient + image * shape_size(layer->output);
        for (size_t row = 0; row < layer->output.rows; row++)
            pass->kernels->convolve_row_gradient(
                columns, channels,
                (struct patches){padded + row * row_size, offsets, depth(&convolution), layer->input.channels},
                gradient + row * columns * channels, pass->weight_gradient);
    }
}

static void make_input_gradient(const struct layer *layer, const struct layer_pass *pass)
{
    struct convolution convolution = backward_convolution(layer);
    uint32_t *offsets = offsets_in(pass);
    list_offsets(&convolution, offsets);
    for (size_t image = 0; image < pass->images; image++)
        convolve(pass->kernels, &convolution, pass->output_gradient + image * shape_size(layer->output),
                 pass->derived_backward, NULL, false, offsets, pass->input_gradient + image * shape_size(layer->input));
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
