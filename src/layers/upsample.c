/* Upsampling by a whole factor: each pixel becomes factor x factor equal ones. */
#include <string.h>

#include "layer.h"

/* One row of input[columns][channels] to factor rows of output. */
static void repeat_row(const struct layer *layer, const float *input, float *output)
{
    const size_t channels = layer->input.channels, row_size = layer->output.columns * channels;
    float *next = output;
    for (size_t column = 0; column < layer->input.columns; column++, input += channels)
        for (size_t i = 0; i < layer->factor; i++, next += channels) memcpy(next, input, channels * sizeof *next);
    for (size_t i = 1; i < layer->factor; i++) memcpy(output + i * row_size, output, row_size * sizeof *output);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t first = pass->first_row / layer->factor,
                 end = pass->end_row ? pass->end_row / layer->factor : pass->images * layer->input.rows;
    const size_t input_row = layer->input.columns * layer->input.channels,
                 output_rows = layer->factor * layer->output.columns * layer->output.channels;
    for (size_t row = first; row < end; row++)
        repeat_row(layer, pass->input + row * input_row, pass->output + row * output_rows);
}

/* gradient[columns][channels] = the sum over the pixels that each was repeated to. */
static void sum_row(const struct layer *layer, const struct kernels *kernels, const float *output_gradient,
                    float *gradient)
{
    const size_t channels = layer->input.channels, row_size = layer->output.columns * channels;
    memset(gradient, 0, layer->input.columns * channels * sizeof *gradient);
    for (size_t column = 0; column < layer->input.columns; column++, gradient += channels)
        for (size_t i = 0; i < layer->factor; i++)
            kernels->sum_rows(layer->factor, channels,
                              output_gradient + i * row_size + column * layer->factor * channels, gradient);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t rows = pass->images * layer->input.rows;
    const size_t input_row = layer->input.columns * layer->input.channels,
                 output_rows = layer->factor * layer->output.columns * layer->output.channels;
    if (!pass->input_gradient) return;
    for (size_t row = 0; row < rows; row++)
        sum_row(layer, pass->kernels, pass->output_gradient + row * output_rows,
                pass->input_gradient + row * input_row);
}

static size_t row_unit(const struct layer *layer)
{
    return layer->factor;
}

const struct layer_operations upsample_operations = {.row_unit = row_unit, .forward = forward, .backward = backward};
