/* Implements reference.h: plain loops, no blocking, no vectors, nothing shared with src/ but the table of layers. */
#include "reference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static double at(const double *image, struct shape shape, ptrdiff_t row, ptrdiff_t column, size_t channel)
{
    if (row < 0 || column < 0 || row >= (ptrdiff_t)shape.rows || column >= (ptrdiff_t)shape.columns) return 0;
    return image[((size_t)row * shape.columns + (size_t)column) * shape.channels + channel];
}

/* Rows above the image or columns left of it, as Keras's documentation has it. */
static ptrdiff_t padding(const struct layer *layer, size_t input, size_t kernel_size)
{
    if (!layer->same) return 0;
    size_t covered = input % layer->stride ? input % layer->stride : layer->stride; /* by the last window's stride */
    return kernel_size > covered ? (ptrdiff_t)(kernel_size - covered) / 2 : 0;
}

/* Of all input channels, or of the output's own. */
static double conv_value(const struct layer *layer, const double *weights, const double *input, size_t row,
                         size_t column, size_t output)
{
    const bool depthwise = layer->kind == LAYER_DEPTHWISE;
    ptrdiff_t above = padding(layer, layer->input.rows, layer->kernel_rows);
    ptrdiff_t left = padding(layer, layer->input.columns, layer->kernel_columns);
    double sum = 0;
    for (size_t i = 0; i < layer->kernel_rows; i++)
        for (size_t j = 0; j < layer->kernel_columns; j++)
            for (size_t channel = 0; channel < (depthwise ? 1 : layer->input.channels); channel++)
                sum += at(input, layer->input, (ptrdiff_t)(row * layer->stride + i) - above,
                          (ptrdiff_t)(column * layer->stride + j) - left, depthwise ? output : channel) *
                       weights[((i * layer->kernel_columns + j) * (depthwise ? 1 : layer->input.channels) + channel) *
                                   layer->output.channels +
                               output];
    return sum;
}

static double mean_value(const struct layer *layer, const double *input, size_t channel)
{
    const size_t pixels = layer->input.rows * layer->input.columns;
    double sum = 0;
    for (size_t i = 0; i < pixels; i++) sum += input[i * layer->input.channels + channel];
    return sum / (double)pixels;
}

static double pool_value(const struct layer *layer, const double *input, size_t row, size_t column, size_t channel)
{
    double largest = -INFINITY;
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++)
            largest = fmax(largest, at(input, layer->input, (ptrdiff_t)(row * layer->pool + i),
                                       (ptrdiff_t)(column * layer->pool + j), channel));
    return largest;
}

static double dense_value(const struct layer *layer, const double *weights, const double *input, size_t output)
{
    double sum = 0;
    for (size_t i = 0; i < layer->input.channels; i++) sum += input[i] * weights[i * layer->output.channels + output];
    return sum;
}

static void layer_forward(const struct layer *layer, const double *parameters, const double *input, double *output)
{
    const double *weights = parameters + layer->weight_offset, *bias = parameters + layer->bias_offset;
    size_t index = 0;
    for (size_t row = 0; row < layer->output.rows; row++)
        for (size_t column = 0; column < layer->output.columns; column++)
            for (size_t channel = 0; channel < layer->output.channels; channel++, index++) {
                double value = index < shape_size(layer->input) ? input[index] : 0;
                if (layer->kind == LAYER_UPSAMPLE)
                    value = at(input, layer->input, (ptrdiff_t)(row / layer->factor),
                               (ptrdiff_t)(column / layer->factor), channel);
                if (layer->kind == LAYER_GLOBALPOOL) value = mean_value(layer, input, channel);
                if (layer->stride) value = conv_value(layer, weights, input, row, column, channel);
                if (layer->kind == LAYER_MAXPOOL) value = pool_value(layer, input, row, column, channel);
                if (layer->kind == LAYER_DENSE) value = dense_value(layer, weights, input, channel);
                if (layer->bias_count) value += bias[channel];
                if (layer->kind == LAYER_RELU || layer->activation == ACTIVATION_RELU) value = fmax(value, 0);
                output[index] = value;
            }
}

static void softmax_reference(size_t classes, double *values)
{
    double sum = 0;
    for (size_t i = 0; i < classes; i++) sum += values[i] = exp(values[i]);
    for (size_t i = 0; i < classes; i++) values[i] /= sum;
}

/* values[rows][channels], by what the rows show or by the moving averages. */
static void batchnorm_reference(const struct layer *layer, const double *parameters, size_t rows, bool reading,
                                double *values)
{
    const size_t channels = layer->output.channels;
    for (size_t channel = 0; channel < channels; channel++) {
        double mean = 0, variance = 0;
        for (size_t i = 0; i < rows; i++) mean += values[i * channels + channel] / (double)rows;
        for (size_t i = 0; i < rows; i++) variance += pow(values[i * channels + channel] - mean, 2) / (double)rows;
        if (reading) mean = parameters[layer->statistic_offset + channel];
        if (reading) variance = parameters[layer->statistic_offset + channels + channel];
        for (size_t i = 0; i < rows; i++) {
            double *value = &values[i * channels + channel];
            *value = (*value - mean) / sqrt(variance + 1e-3) * parameters[layer->weight_offset + channel] +
                     parameters[layer->bias_offset + channel];
            if (layer->activation == ACTIVATION_RELU) *value = fmax(*value, 0);
        }
    }
}

/* Adds what the layer's source gave to values[batch][output shape]. */
static void add_reference(const struct layer *layer, const double *kept, size_t batch, double *values)
{
    for (size_t i = 0; i < batch * shape_size(layer->output); i++) {
        values[i] += kept[i];
        if (layer->activation == ACTIVATION_RELU) values[i] = fmax(values[i], 0);
    }
}

/* The last layer's values, to be freed. A network has a layer at least. */
static double *forward(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                       bool reading)
{
    size_t size = shape_size(network->input);
    double *outputs[NETWORK_MAX_LAYERS], *from = malloc(batch * size * sizeof *from), *input = from;
    memcpy(from, inputs, batch * size * sizeof *from);
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const size_t pixels = layer->output.rows * layer->output.columns;
        double *to = malloc(batch * shape_size(layer->output) * sizeof *to);
        for (size_t image = 0; image < batch && layer->kind != LAYER_BATCHNORM; image++)
            layer_forward(layer, parameters, from + image * size, to + image * shape_size(layer->output));
        if (layer->kind == LAYER_BATCHNORM) {
            memcpy(to, from, batch * size * sizeof *to);
            batchnorm_reference(layer, parameters, batch * pixels, reading, to);
        }
        if (layer->kind == LAYER_ADD) {
            memcpy(to, from, batch * size * sizeof *to);
            add_reference(layer, outputs[layer->source], batch, to);
        }
        outputs[i] = from = to;
        size = shape_size(layer->output);
    }
    const size_t last = network->layer_count - 1;
    for (size_t i = 0; i < last; i++) free(outputs[i]);
    free(input);
    return outputs[last];
}

static void probabilities_of(const struct network *network, double *values, size_t batch, double *probabilities)
{
    for (size_t image = 0; image < batch; image++)
        softmax_reference(network->class_count, values + image * network->class_count);
    memcpy(probabilities, values, batch * network->class_count * sizeof *values);
    free(values);
}

void reference_forward(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                       double *probabilities)
{
    probabilities_of(network, forward(network, parameters, inputs, batch, false), batch, probabilities);
}

void reference_read(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                    double *probabilities)
{
    probabilities_of(network, forward(network, parameters, inputs, batch, true), batch, probabilities);
}

static void values_of(const struct network *network, double *made, size_t batch, double *values)
{
    memcpy(values, made, batch * shape_size(network->layers[network->layer_count - 1].output) * sizeof *made);
    free(made);
}

void reference_values(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                      double *values)
{
    values_of(network, forward(network, parameters, inputs, batch, false), batch, values);
}

void reference_read_values(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                           double *values)
{
    values_of(network, forward(network, parameters, inputs, batch, true), batch, values);
}

double reference_loss(const struct network *network, const double *parameters, const double *inputs, size_t batch,
                      const uint8_t *labels)
{
    double *probabilities = malloc(batch * network->class_count * sizeof *probabilities), sum = 0;
    reference_forward(network, parameters, inputs, batch, probabilities);
    for (size_t image = 0; image < batch; image++)
        sum -= log(probabilities[image * network->class_count + labels[image]]);
    free(probabilities);
    return sum / (double)batch;
}
