/* Implements patches.h. */
#include "patches.h"

#include <string.h>

enum { STRIP_FLOATS = 32 * 1024 }; /* of a padded image: 128 KiB, or one row of output pixels */

struct convolution forward_convolution(const struct layer *layer)
{
    return (struct convolution){
        .input = layer->input,
        .output = layer->output,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above =
            (ptrdiff_t)convolution_padding(layer, layer->input.rows, layer->output.rows, layer->kernel_rows),
        .padding_left =
            (ptrdiff_t)convolution_padding(layer, layer->input.columns, layer->output.columns, layer->kernel_columns),
        .stride = layer->stride,
        .offsets = layer->kind == LAYER_DEPTHWISE ? 1 : layer->input.channels,
        .image = layer->output,
        .spacing = 1,
    };
}

/* ---- The way back ---- */

/* Rows, or columns: which input pixels, and which places of the kernel saw them. Pixel first + i * stride was seen by
 * place k from output pixel (first + i * stride + padding - k) / stride. */
struct phase {
    size_t pixels, places, first_place;
    ptrdiff_t padding;
};

static struct phase find_phase(size_t stride, size_t kernel_size, size_t padding, size_t input, size_t first)
{
    const size_t first_place = (first + padding) % stride;
    const size_t places = first_place < kernel_size ? (kernel_size - 1 - first_place) / stride + 1 : 0;
    return (struct phase){
        .pixels = first < input ? (input - 1 - first) / stride + 1 : 0,
        .places = places,
        .first_place = first_place,
        .padding = (ptrdiff_t)places - 1 - (ptrdiff_t)((first + padding - first_place) / stride),
    };
}

size_t backward_convolution_count(const struct layer *layer)
{
    return layer->stride * layer->stride;
}

static struct convolution make_backward(const struct layer *layer, size_t index)
{
    const size_t stride = layer->stride, first_row = index / stride, first_column = index % stride;
    const struct shape input = layer->input, output = layer->output;
    const struct phase rows =
        find_phase(stride, layer->kernel_rows, convolution_padding(layer, input.rows, output.rows, layer->kernel_rows),
                   input.rows, first_row);
    const struct phase columns = find_phase(
        stride, layer->kernel_columns, convolution_padding(layer, input.columns, output.columns, layer->kernel_columns),
        input.columns, first_column);
    return (struct convolution){
        .input = output,
        .output = {rows.pixels, columns.pixels, input.channels},
        .kernel_rows = rows.places,
        .kernel_columns = columns.places,
        .padding_above = rows.padding,
        .padding_left = columns.padding,
        .stride = 1,
        .offsets = layer->kind == LAYER_DEPTHWISE ? 1 : output.channels,
        .image = input,
        .first_row = first_row,
        .first_column = first_column,
        .spacing = stride,
        .kernel_first_row = rows.first_place,
        .kernel_first_column = columns.first_place,
    };
}

struct convolution backward_convolution(const struct layer *layer, size_t index)
{
    struct convolution convolution = make_backward(layer, index);
    for (size_t i = 0; i < index; i++) {
        const struct convolution before = make_backward(layer, i);
        convolution.first_place += before.kernel_rows * before.kernel_columns;
    }
    return convolution;
}

size_t kernel_place(const struct layer *layer, const struct convolution *convolution, size_t row, size_t column)
{
    const size_t kernel_row = convolution->kernel_first_row + (convolution->kernel_rows - 1 - row) * layer->stride;
    const size_t kernel_column =
        convolution->kernel_first_column + (convolution->kernel_columns - 1 - column) * layer->stride;
    return kernel_row * layer->kernel_columns + kernel_column;
}

/* ---- Patches ---- */

size_t patch_depth(const struct convolution *convolution)
{
    return convolution->kernel_rows * convolution->kernel_columns * convolution->offsets;
}

/* A 1x1 kernel that skips nothing. */
static bool is_flat(const struct convolution *convolution)
{
    return convolution->kernel_rows * convolution->kernel_columns * convolution->stride * convolution->spacing == 1;
}

/* Columns of the padded image that output pixels see. */
static size_t seen_columns(const struct convolution *convolution)
{
    return (convolution->output.columns - 1) * convolution->stride + convolution->kernel_columns;
}

/* Rows of the padded image that so many rows of output pixels see. */
static size_t seen_rows(const struct convolution *convolution, size_t rows)
{
    return (rows - 1) * convolution->stride + convolution->kernel_rows;
}

static bool needs_padding(const struct convolution *convolution)
{
    return convolution->padding_above != 0 || convolution->padding_left != 0 ||
           seen_rows(convolution, convolution->output.rows) > convolution->input.rows ||
           seen_columns(convolution) > convolution->input.columns;
}

static size_t padded_row_size(const struct convolution *convolution)
{
    const size_t columns = needs_padding(convolution) ? seen_columns(convolution) : convolution->input.columns;
    return columns * convolution->input.channels;
}

/* Rows of output pixels whose patches are padded together, so that they stay in a cache. */
static size_t strip_rows(const struct convolution *convolution)
{
    const size_t row_size = seen_columns(convolution) * convolution->input.channels;
    const size_t rows = STRIP_FLOATS / max_size(row_size, 1), kernel_rows = convolution->kernel_rows;
    const size_t most = rows > kernel_rows ? (rows - kernel_rows) / convolution->stride + 1 : 1;
    return min_size(most, convolution->output.rows);
}

/* Puts the offsets [kernel row][kernel column][offsets] into the scratch. */
static void list_patch_offsets(const struct convolution *convolution, float *scratch)
{
    _Static_assert(sizeof(uint32_t) == sizeof(float), "offsets take the room of floats");
    const size_t channels = convolution->input.channels, row_size = padded_row_size(convolution);
    uint32_t *next = (uint32_t *)(void *)scratch;
    for (size_t row = 0; row < convolution->kernel_rows; row++)
        for (size_t column = 0; column < convolution->kernel_columns; column++)
            for (size_t i = 0; i < convolution->offsets; i++)
                *next++ = (uint32_t)(row * row_size + column * channels + i);
}

/* What is seen of an image's row, [seen columns][channels], zeros beyond it. */
static void pad_row(const struct convolution *convolution, const float *row, size_t seen, float *to)
{
    const size_t channels = convolution->input.channels, columns = convolution->input.columns;
    const size_t before = convolution->padding_left > 0 ? (size_t)convolution->padding_left : 0;
    const size_t from = convolution->padding_left < 0 ? (size_t)-convolution->padding_left : 0;
    const size_t left = min_size(before, seen), copied = from < columns ? min_size(columns - from, seen - left) : 0;
    memset(to, 0, left * channels * sizeof *to);
    memcpy(to + left * channels, row + from * channels, copied * channels * sizeof *to);
    memset(to + (left + copied) * channels, 0, (seen - left - copied) * channels * sizeof *to);
}

/* What some rows of output pixels see of the image and its padding: the image itself where there is none, else a copy
 * in the scratch. */
static const float *pad_rows(const struct convolution *convolution, const float *image, struct row_range rows,
                             float *scratch)
{
    const size_t first = rows.first * convolution->stride;
    const size_t input_row_size = convolution->input.columns * convolution->input.channels;
    if (!needs_padding(convolution)) return image + first * input_row_size;
    const size_t columns = seen_columns(convolution), row_size = padded_row_size(convolution);
    float *room = scratch + patch_depth(convolution);
    for (size_t row = 0; row < seen_rows(convolution, rows.end - rows.first); row++) {
        const ptrdiff_t from = (ptrdiff_t)(first + row) - convolution->padding_above;
        if (from < 0 || from >= (ptrdiff_t)convolution->input.rows)
            memset(room + row * row_size, 0, row_size * sizeof *room);
        else
            pad_row(convolution, image + (size_t)from * input_row_size, columns, room + row * row_size);
    }
    return room;
}

/* The patches of a row of output pixels, counted from the first one that was padded; offsets must have been listed. */
static struct patches row_patches(const struct convolution *convolution, const float *padded, const float *scratch,
                                  size_t row)
{
    return (struct patches){padded + row * convolution->stride * padded_row_size(convolution),
                            (const uint32_t *)(const void *)scratch, patch_depth(convolution),
                            convolution->stride * convolution->input.channels};
}

/* ---- The walk over the rows of output pixels, for any kernel that makes one ---- */

/* What a row kernel needs beside the pixels. */
struct row_work {
    convolve_row *kernel;
    const float *weights, *bias;
    bool relu;
    float *scratch;
};

static void convolve_strip(const struct convolution *convolution, const struct row_work *work, const float *image,
                           struct row_range rows, float *output)
{
    const float *padded = pad_rows(convolution, image, rows, work->scratch);
    const size_t channels = convolution->output.channels, spacing = convolution->spacing;
    /* Without kernel and stride, all the rows are one long row. */
    const size_t together = is_flat(convolution) ? rows.end - rows.first : 1;
    for (size_t row = rows.first; row < rows.end; row += together) {
        const size_t place = (convolution->first_row + row * spacing) * convolution->image.columns;
        work->kernel(together * convolution->output.columns, channels,
                     row_patches(convolution, padded, work->scratch, row - rows.first), work->weights, work->bias,
                     work->relu, output + (place + convolution->first_column) * channels, spacing * channels);
    }
}

static void convolve(const struct convolution *convolution, const struct row_work *work, const float *image,
                     struct row_range rows, float *output)
{
    const size_t strip = is_flat(convolution) ? convolution->output.rows : strip_rows(convolution);
    for (size_t row = rows.first; row < rows.end; row += strip)
        convolve_strip(convolution, work, image, (struct row_range){row, min_size(row + strip, rows.end)}, output);
}

void convolve_forward(const struct layer *layer, const struct layer_pass *pass, const float *weights,
                      convolve_row *row_kernel)
{
    const struct convolution convolution = forward_convolution(layer);
    const struct row_work work = {row_kernel, weights, pass->bias, layer->activation == ACTIVATION_RELU, pass->scratch};
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(&convolution, &work, pass->input + image * shape_size(layer->input), pass_rows(layer, pass),
                 pass->output + image * shape_size(layer->output));
}

static void add_strip_gradient(const struct convolution *convolution, convolve_row_gradient *row_gradient,
                               const float *image, struct row_range rows, const float *output_gradient, float *scratch,
                               float *weight_gradient)
{
    const float *padded = pad_rows(convolution, image, rows, scratch);
    const size_t row_size = convolution->output.columns * convolution->output.channels;
    const size_t together = is_flat(convolution) ? rows.end - rows.first : 1;
    for (size_t row = rows.first; row < rows.end; row += together)
        row_gradient(together * convolution->output.columns, convolution->output.channels,
                     row_patches(convolution, padded, scratch, row - rows.first), output_gradient + row * row_size,
                     weight_gradient);
}

static void add_weight_gradient(const struct layer *layer, const struct layer_pass *pass,
                                convolve_row_gradient *row_gradient)
{
    const struct convolution convolution = forward_convolution(layer);
    const size_t rows = convolution.output.rows, strip = is_flat(&convolution) ? rows : strip_rows(&convolution);
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = 0; row < rows; row += strip)
            add_strip_gradient(&convolution, row_gradient, pass->input + image * shape_size(layer->input),
                               (struct row_range){row, min_size(row + strip, rows)},
                               pass->output_gradient + image * shape_size(layer->output), pass->scratch,
                               pass->weight_gradient);
}

/* One of the convolutions that it falls into; pixels that no place of the kernel saw have a gradient of 0. */
static void make_part_of_gradient(const struct layer *layer, const struct layer_pass *pass, size_t index,
                                  size_t place_size, convolve_row *row_kernel)
{
    const struct convolution convolution = backward_convolution(layer, index);
    if (convolution.kernel_rows * convolution.kernel_columns == 0 || shape_size(convolution.output) == 0) return;
    const struct row_work work = {row_kernel, pass->packed_backward + convolution.first_place * place_size, NULL, false,
                                  pass->scratch};
    list_patch_offsets(&convolution, pass->scratch);
    for (size_t image = 0; image < pass->images; image++)
        convolve(&convolution, &work, pass->output_gradient + image * shape_size(layer->output),
                 (struct row_range){0, convolution.output.rows},
                 pass->input_gradient + image * shape_size(layer->input));
}

static void make_input_gradient(const struct layer *layer, const struct layer_pass *pass, size_t place_size,
                                convolve_row *row_kernel)
{
    const bool all_seen = layer->stride <= min_size(layer->kernel_rows, layer->kernel_columns);
    if (!all_seen) memset(pass->input_gradient, 0, pass->images * shape_size(layer->input) * sizeof(float));
    for (size_t i = 0; i < backward_convolution_count(layer); i++)
        make_part_of_gradient(layer, pass, i, place_size, row_kernel);
}

void convolve_backward(const struct layer *layer, const struct layer_pass *pass, size_t place_size,
                       convolve_row *row_kernel, convolve_row_gradient *row_gradient)
{
    mask_relu(layer, pass);
    if (pass->is_first_group)
        memset(pass->weight_gradient, 0, (layer->weight_count + layer->bias_count) * sizeof(float));
    pass->kernels->sum_rows(pass->images * layer->output.rows * layer->output.columns, layer->bias_count,
                            pass->output_gradient, pass->weight_gradient + layer->weight_count);
    add_weight_gradient(layer, pass, row_gradient);
    if (pass->input_gradient) make_input_gradient(layer, pass, place_size, row_kernel);
}

static size_t scratch_floats(const struct convolution *convolution)
{
    const size_t rows = seen_rows(convolution, strip_rows(convolution));
    return patch_depth(convolution) + (needs_padding(convolution) ? rows * padded_row_size(convolution) : 0);
}

size_t convolve_scratch(const struct layer *layer, const struct kernels *kernels, size_t batch)
{
    (void)kernels;
    (void)batch;
    const struct convolution forward = forward_convolution(layer);
    size_t floats = scratch_floats(&forward);
    for (size_t i = 0; i < backward_convolution_count(layer); i++) {
        const struct convolution backward = backward_convolution(layer, i);
        if (shape_size(backward.output) > 0) floats = max_size(floats, scratch_floats(&backward));
    }
    return floats;
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
