/* Implements patches.h. */
#include "patches.h"

#include <string.h>

/* A 1x1 kernel that skips nothing sees an image as one long row. */
static struct convolution flat(struct convolution convolution)
{
    if (convolution.kernel_rows * convolution.kernel_columns * convolution.stride * convolution.spacing > 1)
        return convolution;
    convolution.input.columns *= convolution.input.rows;
    convolution.output.columns *= convolution.output.rows;
    convolution.input.rows = convolution.output.rows = 1;
    return convolution;
}

static struct convolution unflattened(const struct layer *layer)
{
    return (struct convolution){
        .input = layer->input,
        .output = layer->output,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = convolution_padding(layer, layer->input.rows, layer->output.rows, layer->kernel_rows),
        .padding_left = convolution_padding(layer, layer->input.columns, layer->output.columns, layer->kernel_columns),
        .stride = layer->stride,
        .spacing = 1,
        .offsets = layer->kind == LAYER_DEPTHWISE ? 1 : layer->input.channels,
    };
}

struct convolution forward_convolution(const struct layer *layer)
{
    return flat(unflattened(layer));
}

struct convolution backward_convolution(const struct layer *layer)
{
    const struct convolution forward = unflattened(layer);
    return flat((struct convolution){
        .input = layer->output,
        .output = layer->input,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = layer->kernel_rows - 1 - forward.padding_above,
        .padding_left = layer->kernel_columns - 1 - forward.padding_left,
        .stride = 1,
        .spacing = layer->stride,
        .offsets = layer->kind == LAYER_DEPTHWISE ? 1 : layer->output.channels,
    });
}

size_t patch_depth(const struct convolution *convolution)
{
    return convolution->kernel_rows * convolution->kernel_columns * convolution->offsets;
}

/* All that output pixels see, and all that the input has. */
static size_t padded_size(const struct convolution *convolution, size_t input, size_t output, size_t kernel_size,
                          size_t padding)
{
    return max_size((output - 1) * convolution->stride + kernel_size, padding + (input - 1) * convolution->spacing + 1);
}

static struct shape padded_shape(const struct convolution *convolution)
{
    return (struct shape){
        padded_size(convolution, convolution->input.rows, convolution->output.rows, convolution->kernel_rows,
                    convolution->padding_above),
        padded_size(convolution, convolution->input.columns, convolution->output.columns, convolution->kernel_columns,
                    convolution->padding_left),
        convolution->input.channels,
    };
}

static bool needs_padding(const struct convolution *convolution)
{
    struct shape padded = padded_shape(convolution);
    return padded.rows != convolution->input.rows || padded.columns != convolution->input.columns;
}

/* Puts the offsets [kernel row][kernel column][offsets] into the scratch. */
static void list_patch_offsets(const struct convolution *convolution, float *scratch)
{
    _Static_assert(sizeof(uint32_t) == sizeof(float), "offsets take the room of floats");
    const size_t channels = convolution->input.channels, row_size = padded_shape(convolution).columns * channels;
    uint32_t *next = (uint32_t *)(void *)scratch;
    for (size_t row = 0; row < convolution->kernel_rows; row++)
        for (size_t column = 0; column < convolution->kernel_columns; column++)
            for (size_t i = 0; i < convolution->offsets; i++)
                *next++ = (uint32_t)(row * row_size + column * channels + i);
}

/* The image with its padding: itself where there is none, else a copy in the scratch. */
static const float *pad_image(const struct convolution *convolution, const float *image, float *scratch)
{
    if (!needs_padding(convolution)) return image;
    const struct shape padded = padded_shape(convolution);
    const size_t channels = padded.channels, spacing = convolution->spacing;
    const size_t row_size = convolution->input.columns * channels, padded_row_size = padded.columns * channels;
    float *room = scratch + patch_depth(convolution);
    memset(room, 0, shape_size(padded) * sizeof *room);
    for (size_t row = 0; row < convolution->input.rows; row++) {
        float *to = room + (row * spacing + convolution->padding_above) * padded_row_size +
                    convolution->padding_left * channels;
        const float *from = image + row * row_size;
        if (spacing == 1)
            memcpy(to, from, row_size * sizeof *to);
        else
            for (size_t column = 0; column < convolution->input.columns; column++)
                memcpy(to + column * spacing * channels, from + column * channels, channels * sizeof *to);
    }
    return room;
}

/* The patches of one row of output pixels; offsets must have been listed. */
static struct patches row_patches(const struct convolution *convolution, const float *padded, const float *scratch,
                                  size_t row)
{
    const size_t channels = convolution->input.channels, row_size = padded_shape(convolution).columns * channels;
    return (struct patches){padded + row * convolution->stride * row_size, (const uint32_t *)(const void *)scratch,
                            patch_depth(convolution), convolution->stride * channels};
}

/* ---- The walk over the rows of output pixels, for any kernel that makes one ---- */

static void convolve(const struct convolution *convolution, convolve_row *row_kernel, const float *image,
                     const float *weights, const float *bias, bool relu, float *scratch, float *output)
{
    const float *padded = pad_image(convolution, image, scratch);
    const size_t columns = convolution->output.columns, channels = convolution->output.channels;
    for (size_t row = 0; row < convolution->output.rows; row++)
        row_kernel(columns, channels, row_patches(convolution, padded, scratch, row), weights, bias, relu,
                   output + row * columns * channels);
}

void convolve_forward(const struct layer *layer, const struct layer_pass *pass, const float *weights,
                      convolve_row *row_kernel)
{
    const struct convolution convolution = forward_convolution(layer);
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(&convolution, row_kernel, pass->input + image * shape_size(layer->input), weights, pass->bias,
                 layer->activation == ACTIVATION_RELU, pass->scratch, pass->output + image * shape_size(layer->output));
}

static void add_weight_gradient(const struct layer *layer, const struct layer_pass *pass,
                                convolve_row_gradient *row_gradient)
{
    const struct convolution convolution = forward_convolution(layer);
    const size_t columns = convolution.output.columns, channels = convolution.output.channels;
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++) {
        const float *padded = pad_image(&convolution, pass->input + image * shape_size(layer->input), pass->scratch);
        const float *gradient = pass->output_gradient + image * shape_size(layer->output);
        for (size_t row = 0; row < convolution.output.rows; row++)
            row_gradient(columns, channels, row_patches(&convolution, padded, pass->scratch, row),
                         gradient + row * columns * channels, pass->weight_gradient);
    }
}

static void make_input_gradient(const struct layer *layer, const struct layer_pass *pass, convolve_row *row_kernel)
{
    const struct convolution convolution = backward_convolution(layer);
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(&convolution, row_kernel, pass->output_gradient + image * shape_size(layer->output),
                 pass->packed_backward, NULL, false, pass->scratch,
                 pass->input_gradient + image * shape_size(layer->input));
}

void convolve_backward(const struct layer *layer, const struct layer_pass *pass, convolve_row *row_kernel,
                       convolve_row_gradient *row_gradient)
{
    mask_relu(layer, pass);
    if (pass->is_first_group)
        memset(pass->weight_gradient, 0, (layer->weight_count + layer->bias_count) * sizeof(float));
    pass->kernels->sum_rows(pass->images * layer->output.rows * layer->output.columns, layer->bias_count,
                            pass->output_gradient, pass->weight_gradient + layer->weight_count);
    add_weight_gradient(layer, pass, row_gradient);
    if (pass->input_gradient) make_input_gradient(layer, pass, row_kernel);
}

static size_t scratch_floats(const struct convolution *convolution)
{
    return patch_depth(convolution) + (needs_padding(convolution) ? shape_size(padded_shape(convolution)) : 0);
}

size_t convolve_scratch(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    const struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    return max_size(scratch_floats(&forward), scratch_floats(&backward));
}

size_t convolve_partial_gradient(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    return layer->weight_count + layer->bias_count;
}

void convolve_finish_gradient(const struct layer *layer, const struct kernels *kernels, const float *partial,
                              float *gradient)
{
    memcpy(gradient, partial, convolve_partial_gradient(layer, kernels) * sizeof *gradient);
}
