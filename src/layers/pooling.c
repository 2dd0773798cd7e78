/* Layers that keep one value for many: max-pooling and the mean over all pixels. */
#include <string.h>

#include "layer.h"

/* ---- maxpool: the first of equal maxima gets the gradient -------------------------------------------------------- */

static void maxpool_window(const struct layer *layer, const struct kernels *kernels, const float *window, float *output)
{
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    memcpy(output, window, channels * sizeof *output);
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++)
            if (i + j > 0) kernels->maximum(channels, window + i * row_size + j * channels, output);
}

static void maxpool_window_backward(const struct layer *layer, const struct kernels *kernels, const float *window,
                                    const float *output, float *output_gradient, float *gradient)
{
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++) {
            size_t place = i * row_size + j * channels;
            kernels->maximum_gradient(channels, window + place, output, output_gradient, gradient + place);
        }
}

/* The place of a window's corner in the input. */
static size_t window_start(const struct layer *layer, size_t image, size_t row, size_t column)
{
    return image * shape_size(layer->input) +
           (row * layer->input.columns + column) * layer->pool * layer->input.channels;
}

static void maxpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct row_range rows = pass_rows(layer, pass);
    float *output = pass->output + pass_values(layer, pass).first;
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = rows.first; row < rows.end; row++)
            for (size_t column = 0; column < layer->output.columns; column++, output += layer->output.channels)
                maxpool_window(layer, pass->kernels, pass->input + window_start(layer, image, row, column), output);
}

/* The usual case, row by row. */
static void halves_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t windows = layer->output.columns, channels = layer->output.channels;
    size_t place = 0;
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = 0; row < layer->output.rows; row++, place += windows * channels) {
            const size_t start = window_start(layer, image, row, 0);
            pass->kernels->pool_gradient(windows, channels, pass->input + start, pass->output + place,
                                         pass->output_gradient + place, pass->input_gradient + start,
                                         layer->input.columns * channels);
        }
}

static void maxpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient) return;
    const size_t channels = layer->output.channels;
    bool covered = layer->input.rows % layer->pool == 0 && layer->input.columns % layer->pool == 0;
    if (!covered) memset(pass->input_gradient, 0, pass->images * shape_size(layer->input) * sizeof(float));
    if (layer->pool == 2) {
        halves_backward(layer, pass);
        return;
    }
    size_t place = 0;
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = 0; row < layer->output.rows; row++)
            for (size_t column = 0; column < layer->output.columns; column++, place += channels) {
                size_t start = window_start(layer, image, row, column);
                maxpool_window_backward(layer, pass->kernels, pass->input + start, pass->output + place,
                                        pass->output_gradient + place, pass->input_gradient + start);
            }
}

const struct layer_operations maxpool_operations = {
    .row_unit = single_rows, .forward = maxpool_forward, .backward = maxpool_backward};

/* ---- globalpool: output[channels] = the mean of input[pixels][channels] ------------------------------------------ */

static void globalpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, pixels = layer->input.rows * layer->input.columns;
    memset(pass->output, 0, pass->images * channels * sizeof(float));
    for (size_t image = 0; image < pass->images; image++)
        pass->kernels->sum_rows(pixels, channels, pass->input + image * pixels * channels,
                                pass->output + image * channels);
    pass->kernels->scale(pass->images * channels, 1 / (float)pixels, pass->output);
}

static void globalpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, pixels = layer->input.rows * layer->input.columns;
    float *gradient = pass->input_gradient;
    if (!gradient) return;
    pass->kernels->scale(pass->images * channels, 1 / (float)pixels, pass->output_gradient);
    for (size_t image = 0; image < pass->images; image++)
        for (size_t pixel = 0; pixel < pixels; pixel++, gradient += channels)
            memcpy(gradient, pass->output_gradient + image * channels, channels * sizeof *gradient);
}

const struct layer_operations globalpool_operations = {.forward = globalpool_forward, .backward = globalpool_backward};
