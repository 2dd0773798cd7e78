/* Layers that take each value for itself: dropout, ReLU, and the sum with values that were kept. */
#include <string.h>

#include "layer.h"

/* ---- dropout ----------------------------------------------------------------------------------------------------- */

static void dropout(const struct layer *layer, const struct layer_pass *pass, const float *input, float *output)
{
    static const uint32_t image_step = 0x9E3779B9u; /* 2^32 / golden ratio: keys of neighbouring images lie apart */
    size_t size = shape_size(layer->output);
    for (size_t i = 0; i < pass->images; i++) {
        uint32_t key = pass->dropout_key + (uint32_t)(pass->first_image + i) * image_step;
        pass->kernels->dropout(size, layer->rate, key, input + i * size, output + i * size);
    }
}

static void dropout_forward(const struct layer *layer, const struct layer_pass *pass)
{
    dropout(layer, pass, pass->input, pass->output);
}

static void dropout_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient) dropout(layer, pass, pass->output_gradient, pass->input_gradient);
}

const struct layer_operations dropout_operations = {
    .training_only = true,
    .in_place = true,
    .forward = dropout_forward,
    .backward = dropout_backward,
};

/* ---- relu -------------------------------------------------------------------------------------------------------- */

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct value_range values = pass_values(layer, pass);
    pass->kernels->relu(values.count, pass->input + values.first, pass->output + values.first);
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t count = pass->images * shape_size(layer->output);
    if (!pass->input_gradient) return;
    memcpy(pass->input_gradient, pass->output_gradient, count * sizeof(float));
    pass->kernels->relu_gradient(count, pass->output, pass->input_gradient);
}

const struct layer_operations relu_operations = {
    .row_unit = single_rows, .forward = relu_forward, .backward = relu_backward};

/* ---- add: output = input + kept, then max(0, .) when relu -------------------------------------------------------- */

static void add_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const struct value_range values = pass_values(layer, pass);
    pass->kernels->sum(values.count, pass->input + values.first, pass->kept + values.first,
                       layer->activation == ACTIVATION_RELU, pass->output + values.first);
}

static void add_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t count = pass->images * shape_size(layer->output);
    mask_relu(layer, pass);
    if (pass->is_first_to_add)
        memcpy(pass->kept_gradient, pass->output_gradient, count * sizeof(float));
    else
        pass->kernels->add(count, pass->output_gradient, pass->kept_gradient);
    if (pass->input_gradient) memcpy(pass->input_gradient, pass->output_gradient, count * sizeof(float));
}

const struct layer_operations add_operations = {
    .row_unit = single_rows, .forward = add_forward, .backward = add_backward};
