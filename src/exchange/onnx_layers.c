/* The operators of ONNX that are layers here, or numbers that go into one: see onnx.h. Must not know how the file lies
 * in memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/calibrate.h"
#include "network/shapes.h"
#include "onnx.h"

enum {
    AXES_AND_BATCH = 4,      /* of planes */
    KERNEL_AXES = 2,         /* rows and columns */
    EDGES = 2 * KERNEL_AXES, /* pads: rows and columns before, then behind */
};

static void put_planes(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct exchange *exchange = &reader->exchange;
    onnx_put_flow(reader, node, onnx_flow_planes(exchange->layer_count, exchange_shape(exchange)));
}

/* Values [count] of a tensor, to be freed by the caller. */
static scrawl_status tensor_floats(const struct onnx_reader *reader, const struct onnx_tensor *tensor, float **values)
{
    float *floats = malloc((tensor->count + 1) * sizeof *floats);
    if (!floats) return fail_out_of_memory();
    *values = floats;
    if (onnx_tensor_floats(tensor, floats)) return SCRAWL_OK;
    free(floats);
    *values = NULL;
    return onnx_fail(reader, "its weights are no floats.");
}

/* ---- Convolutions and pooling ------------------------------------------------------------------------------------ */

/* Both values of an attribute, which are 1 where there is none; false where it is damaged. */
static bool read_pair(const struct onnx_node *node, const char *name, size_t pair[KERNEL_AXES])
{
    int64_t values[KERNEL_AXES] = {1, 1};
    const size_t count = onnx_ints(node, name, values, KERNEL_AXES);
    for (size_t i = 0; i < KERNEL_AXES; i++) {
        if (values[i] < 1 || values[i] > MOST_LAYER_VALUES) return false;
        pair[i] = (size_t)values[i];
    }
    return count == 0 || count == KERNEL_AXES;
}

/* How a convolution lies over its input, rows before columns. */
struct window {
    size_t input[KERNEL_AXES], kernel[KERNEL_AXES], stride, before[KERNEL_AXES];
    bool same, padded;          /* as Keras pads; with anything at all */
    size_t larger[KERNEL_AXES]; /* our kernel, with zeros around theirs, */
    size_t offset[KERNEL_AXES]; /* which begins there */
};

static size_t same_before(size_t input, size_t kernel, size_t stride)
{
    const size_t output = (input + stride - 1) / stride, covered = (output - 1) * stride + kernel;
    return covered > input ? (covered - input) / 2 : 0;
}

/* Pads as the node has them. False where they are damaged, or give other outputs than padding as Keras does, or none.
 */
static bool read_pads(const struct onnx_node *node, struct window *window)
{
    int64_t pads[EDGES] = {0};
    const struct slice automatic = onnx_string(node, "auto_pad");
    const bool lower = slice_is(automatic, "SAME_LOWER");
    const size_t count = onnx_ints(node, "pads", pads, EDGES);
    window->padded = window->same = lower || slice_is(automatic, "SAME_UPPER");
    if (count != 0 && count != EDGES) return false;
    for (size_t i = 0; i < KERNEL_AXES; i++) {
        const size_t input = window->input[i], kernel = window->kernel[i], stride = window->stride;
        if (pads[i] < 0 || pads[i] > MOST_LAYER_VALUES || pads[i + 2] < 0 || pads[i + 2] > MOST_LAYER_VALUES)
            return false;
        const size_t output = (input + stride - 1) / stride, covered = (output - 1) * stride + kernel;
        const size_t total = covered > input ? covered - input : 0;
        window->before[i] = lower ? total - total / 2 : window->same ? total / 2 : (size_t)pads[i];
        window->padded |= pads[i] + pads[i + 2] > 0;
    }
    for (size_t i = 0; i < KERNEL_AXES && window->padded && !window->same; i++) {
        const size_t padded = window->input[i] + (size_t)(pads[i] + pads[i + 2]), stride = window->stride;
        if (padded < window->kernel[i]) return false;
        if ((padded - window->kernel[i]) / stride != (window->input[i] - 1) / stride) return false;
    }
    window->same = window->padded;
    return true;
}

/* Finds the smallest kernel, with theirs in it and zeros around, that lies as theirs does when it is padded as Keras
 * pads: PyTorch puts a stride of 2 elsewhere. */
static bool fit_window(struct window *window)
{
    for (size_t i = 0; i < KERNEL_AXES; i++) {
        const size_t kernel = window->kernel[i], most = kernel + 2 * window->stride;
        size_t larger = kernel, before = window->same ? same_before(window->input[i], kernel, window->stride) : 0;
        while (larger < most && !(before >= window->before[i] && before - window->before[i] <= larger - kernel))
            before = same_before(window->input[i], ++larger, window->stride);
        if (larger == most) return false;
        window->larger[i] = larger;
        window->offset[i] = before - window->before[i];
    }
    return true;
}

static scrawl_status read_window(const struct onnx_reader *reader, const struct onnx_node *node, struct shape input,
                                 const struct onnx_tensor *weights, struct window *window)
{
    size_t strides[KERNEL_AXES], dilations[KERNEL_AXES];
    *window = (struct window){.input = {input.rows, input.columns},
                              .kernel = {weights->dimensions[2], weights->dimensions[3]}};
    if (!read_pair(node, "strides", strides) || !read_pair(node, "dilations", dilations))
        return onnx_fail(reader, "its strides or dilations are damaged.");
    if (strides[0] != strides[1] || dilations[0] != 1 || dilations[1] != 1)
        return onnx_fail(reader, "its strides differ, or it is dilated.");
    window->stride = strides[0];
    if (window->kernel[0] == 0 || window->kernel[1] == 0) return onnx_fail(reader, "its kernel has no weights.");
    if (!read_pads(node, window) || !fit_window(window))
        return onnx_fail(reader,
                         "its padding is neither none nor such that a stride of 1 would keep rows and columns.");
    return SCRAWL_OK;
}

/* The weights of the layer that was just added. */
static void copy_kernel(float *ours, const struct layer *layer, const struct window *window, const float *theirs)
{
    const bool depthwise = layer->kind == LAYER_DEPTHWISE;
    const size_t inputs = depthwise ? 1 : layer->input.channels, outputs = layer->output.channels;
    const size_t places = window->kernel[0] * window->kernel[1];
    for (size_t output = 0; output < outputs; output++)
        for (size_t input = 0; input < inputs; input++)
            for (size_t place = 0; place < places; place++) {
                const size_t row = window->offset[0] + place / window->kernel[1];
                const size_t column = window->offset[1] + place % window->kernel[1];
                ours[our_weight(row * window->larger[1] + column, input, inputs, output, outputs)] = *theirs++;
            }
}

static scrawl_status read_bias(const struct onnx_reader *reader, const struct onnx_tensor *tensor, double factor,
                               const struct layer *layer)
{
    float *values, *biases = reader->exchange.parameters + layer->bias_offset;
    if (tensor->count != layer->bias_count && tensor->count != 1)
        return onnx_fail(reader, "its biases are not as many as its outputs.");
    scrawl_status status = tensor_floats(reader, tensor, &values);
    for (size_t i = 0; status == SCRAWL_OK && i < layer->bias_count; i++) {
        const double added = factor * (double)values[tensor->count == 1 ? 0 : i];
        biases[i] = (float)(biases[i] == 0 ? added : (double)biases[i] + added); /* -0 stays what it is */
    }
    if (status == SCRAWL_OK) free(values);
    return status;
}

/* A convolution's tensors; of one channel to one it is both kinds, and depthwise, as a scale of the input is. */
struct kernel {
    const struct onnx_tensor *weights, *biases; /* the second may be NULL */
    bool depthwise;
};

static scrawl_status find_kernel(const struct onnx_reader *reader, const struct onnx_node *node, size_t channels,
                                 struct kernel *kernel)
{
    const struct onnx_tensor *weights = onnx_input_tensor(reader, node, 1),
                             *biases = onnx_input_tensor(reader, node, 2);
    const int64_t group = onnx_int(node, "group", 1);
    if (!weights || weights->dimension_count != AXES_AND_BATCH || (onnx_input_name(node, 2).size && !biases))
        return onnx_fail(reader, "its weights are no constants of four dimensions.");
    const size_t outputs = weights->dimensions[0];
    const bool depthwise = group != 1 || (channels == 1 && outputs == 1);
    if (depthwise && (group != (int64_t)channels || outputs != channels))
        return onnx_fail(reader, "its groups are neither one nor one for each channel.");
    if (weights->dimensions[1] != (depthwise ? 1 : channels) || weights->count == 0)
        return onnx_fail(reader, "its weights are for another number of channels.");
    *kernel = (struct kernel){weights, biases, depthwise};
    return SCRAWL_OK;
}

scrawl_status onnx_read_conv(struct onnx_reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    struct kernel kernel = {0};
    struct window window;
    float *values;
    struct layer *added;
    scrawl_status status = onnx_take_planes(reader, node, &flow);
    if (status == SCRAWL_OK) status = find_kernel(reader, node, flow.shape.channels, &kernel);
    if (status == SCRAWL_OK) status = read_window(reader, node, flow.shape, kernel.weights, &window);
    if (status == SCRAWL_OK) status = tensor_floats(reader, kernel.weights, &values);
    if (status != SCRAWL_OK) return status;
    const struct layer layer = {.kind = kernel.depthwise ? LAYER_DEPTHWISE : LAYER_CONV,
                                .output.channels = kernel.weights->dimensions[0],
                                .kernel_rows = window.larger[0],
                                .kernel_columns = window.larger[1],
                                .stride = window.stride,
                                .same = window.same};
    status = exchange_add(&reader->exchange, &layer, reader->place, &added);
    if (status == SCRAWL_OK) copy_kernel(reader->exchange.parameters + added->weight_offset, added, &window, values);
    free(values);
    if (status == SCRAWL_OK && kernel.biases) status = read_bias(reader, kernel.biases, 1, added);
    if (status == SCRAWL_OK) put_planes(reader, node);
    return status;
}

scrawl_status onnx_read_maxpool(struct onnx_reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    size_t kernel[KERNEL_AXES], strides[KERNEL_AXES], dilations[KERNEL_AXES];
    int64_t pads[EDGES] = {0};
    scrawl_status status = onnx_take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (!read_pair(node, "kernel_shape", kernel) || !read_pair(node, "strides", strides) ||
        !read_pair(node, "dilations", dilations) || onnx_ints(node, "pads", pads, EDGES) > EDGES)
        return onnx_fail(reader, "its kernel or strides are damaged.");
    const size_t pool = kernel[0];
    const bool fits = flow.shape.rows % pool == 0 && flow.shape.columns % pool == 0;
    const bool padded = pads[0] || pads[1] || pads[2] || pads[3];
    const struct slice automatic = onnx_string(node, "auto_pad");
    const bool rounds_up =
        onnx_int(node, "ceil_mode", 0) != 0 || slice_is(automatic, "SAME_UPPER") || slice_is(automatic, "SAME_LOWER");
    if (kernel[1] != pool || strides[0] != pool || strides[1] != pool || dilations[0] != 1 || dilations[1] != 1)
        return onnx_fail(reader, "its windows are not square and side by side.");
    if (padded || (rounds_up && !fits)) return onnx_fail(reader, "it pads.");
    const struct layer layer = {.kind = LAYER_MAXPOOL, .pool = pool};
    status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    if (status == SCRAWL_OK) put_planes(reader, node);
    return status;
}

/* GlobalAveragePool, and ReduceMean over rows and columns. */
scrawl_status onnx_read_globalpool(struct onnx_reader *reader, const struct onnx_node *node)
{
    enum { ROWS_AND_COLUMNS = 2, RANK = 4 };
    struct onnx_flow flow;
    double axes[ONNX_MOST_NUMBERS];
    const struct layer layer = {.kind = LAYER_GLOBALPOOL};
    const bool reduces = slice_is(node->operator, "ReduceMean");
    scrawl_status status = reduces ? onnx_take_flow(reader, node, &flow) : onnx_take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    const int channels = onnx_flow_channels(&flow);
    const size_t count = reduces ? onnx_node_numbers(reader, node, "axes", 1, axes) : 0;
    const bool both = count == ROWS_AND_COLUMNS && onnx_has_axis(axes, count, 2, RANK) &&
                      onnx_has_axis(axes, count, channels == 0 ? 3 : 1, RANK);
    if (channels < 0 || (reduces && !both))
        return onnx_fail(reader, "it takes the mean of other axes than rows and columns.");
    status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    if (status != SCRAWL_OK) return status;
    flow = onnx_flow_planes(reader->exchange.layer_count, exchange_shape(&reader->exchange));
    if (reduces && onnx_int(node, "keepdims", 1) == 0) flow = onnx_flow_vector(flow.position, flow.shape);
    const size_t last[] = {1, 1, flow.shape.channels};
    if (flow.dimension_count > 1 && channels == 2) onnx_flow_reshape(&flow, last, AXES);
    onnx_put_flow(reader, node, flow);
    return SCRAWL_OK;
}

/* Each pixel becomes several equal ones. */
scrawl_status onnx_read_resize(struct onnx_reader *reader, const struct onnx_node *node)
{
    double scales[ONNX_MOST_NUMBERS];
    struct onnx_flow flow;
    scrawl_status status = onnx_take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    const size_t count = onnx_numbers(onnx_input(reader, node, slice_is(node->operator, "Resize") ? 2 : 1), scales);
    const bool nearest = slice_is(onnx_string(node, "mode"), "nearest"), old = slice_is(node->operator, "Upsample");
    const bool repeats = old || (slice_is(onnx_string(node, "coordinate_transformation_mode"), "asymmetric") &&
                                 slice_is(onnx_string(node, "nearest_mode"), "floor"));
    if (count != AXES_AND_BATCH || !nearest || !repeats || scales[0] != 1 || scales[1] != 1 || scales[2] != scales[3] ||
        scales[2] < 1 || scales[2] != floor(scales[2]) || scales[2] > NETWORK_ANY_SIDE)
        return onnx_fail(reader, "it does other than repeating each pixel in rows and columns.");
    const struct layer layer = {.kind = LAYER_UPSAMPLE, .factor = (size_t)scales[2]};
    status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    if (status == SCRAWL_OK) put_planes(reader, node);
    return status;
}

/* ---- Vectors ----------------------------------------------------------------------------------------------------- */

/* The weights of a dense layer: [input][output], or the other way round. */
struct dense {
    const struct onnx_tensor *weights, *biases; /* the second may be NULL */
    bool transposed;
    float alpha, beta; /* what both are multiplied with */
};

static scrawl_status read_dense(struct onnx_reader *reader, const struct onnx_node *node, const struct dense *dense)
{
    struct onnx_flow flow;
    struct layer *added;
    float *values;
    scrawl_status status = onnx_take_flow(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (!dense->weights || dense->weights->dimension_count != 2 || dense->weights->count == 0)
        return onnx_fail(reader, "its weights are no constants of two dimensions.");
    const size_t inputs = dense->weights->dimensions[dense->transposed];
    const size_t outputs = dense->weights->dimensions[!dense->transposed];
    if (flow.dimension_count != 1 || flow.dimensions[0] != inputs)
        return onnx_fail(reader, "its input is no vector of as many values as its weights are for.");
    status = tensor_floats(reader, dense->weights, &values);
    if (status != SCRAWL_OK) return status;
    const struct layer layer = {.kind = LAYER_DENSE, .output.channels = outputs};
    status = onnx_flatten(reader, &flow);
    if (status == SCRAWL_OK) status = exchange_add(&reader->exchange, &layer, reader->place, &added);
    for (size_t i = 0; status == SCRAWL_OK && i < inputs; i++) {
        float *row = reader->exchange.parameters + added->weight_offset + onnx_flow_ours(&flow, i) * outputs;
        for (size_t j = 0; j < outputs; j++)
            row[j] = dense->alpha * values[dense->transposed ? j * inputs + i : i * outputs + j];
    }
    free(values);
    if (status == SCRAWL_OK && dense->biases) status = read_bias(reader, dense->biases, (double)dense->beta, added);
    if (status != SCRAWL_OK) return status;
    onnx_put_flow(reader, node, onnx_flow_vector(reader->exchange.layer_count, exchange_shape(&reader->exchange)));
    return SCRAWL_OK;
}

scrawl_status onnx_read_gemm(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct dense dense = {onnx_input_tensor(reader, node, 1), onnx_input_tensor(reader, node, 2),
                                onnx_int(node, "transB", 0) != 0, onnx_float(node, "alpha", 1),
                                onnx_float(node, "beta", 1)};
    if (onnx_int(node, "transA", 0) != 0) return onnx_fail(reader, "it transposes the network's values.");
    if (onnx_input_name(node, 2).size && !dense.biases) return onnx_fail(reader, "its biases are no constants.");
    return read_dense(reader, node, &dense);
}

scrawl_status onnx_read_matmul(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct dense dense = {onnx_input_tensor(reader, node, 1), NULL, false, 1, 1};
    return read_dense(reader, node, &dense);
}

/* ---- Batch normalisation, activations and what training alone does ----------------------------------------------- */

/* One value for each channel, of inputs 1 to 4, to the layer's. */
static scrawl_status copy_statistics(const struct onnx_reader *reader, const struct onnx_node *node,
                                     const struct onnx_flow *flow, const struct layer *layer)
{
    enum { PARTS = 4 };
    const size_t channels = layer->output.channels;
    const size_t offsets[PARTS] = {layer->weight_offset, layer->bias_offset, layer->statistic_offset,
                                   layer->statistic_offset + channels};
    for (size_t part = 0; part < PARTS; part++) {
        const struct onnx_tensor *tensor = onnx_input_tensor(reader, node, part + 1);
        float *values;
        if (!tensor || tensor->count != channels)
            return onnx_fail(reader, "its parameters are no constants, one for each channel.");
        scrawl_status status = tensor_floats(reader, tensor, &values);
        if (status != SCRAWL_OK) return status;
        for (size_t i = 0; i < channels; i++)
            reader->exchange.parameters[offsets[part] + (flow->flattened ? onnx_flow_ours(flow, i) : i)] = values[i];
        free(values);
    }
    return SCRAWL_OK;
}

scrawl_status onnx_read_batchnorm(struct onnx_reader *reader, const struct onnx_node *node)
{
    static const float default_epsilon = 1e-5f;
    struct onnx_flow flow;
    struct layer *added;
    const struct layer layer = {.kind = LAYER_BATCHNORM};
    const double epsilon = (double)onnx_float(node, "epsilon", default_epsilon);
    const struct onnx_value *value = onnx_input(reader, node, 0);
    const bool is_vector = value && value->kind == VALUE_FLOW && value->flow.dimension_count == 1;
    scrawl_status status = is_vector ? onnx_take_flow(reader, node, &flow) : onnx_take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (onnx_int(node, "training_mode", 0) != 0 || onnx_int(node, "spatial", 1) == 0)
        return onnx_fail(reader, "it takes the batch's statistics, or those of each pixel.");
    if (!(epsilon >= 0 && epsilon <= 1)) return onnx_fail(reader, "its epsilon is not between 0 and 1.");
    if (is_vector) status = onnx_flatten(reader, &flow);
    if (status == SCRAWL_OK) status = exchange_add(&reader->exchange, &layer, reader->place, &added);
    if (status == SCRAWL_OK) status = copy_statistics(reader, node, &flow, added);
    if (status != SCRAWL_OK) return status;
    exchange_use_epsilon(&reader->exchange, epsilon);
    flow.position = reader->exchange.layer_count;
    onnx_put_flow(reader, node, flow);
    return SCRAWL_OK;
}

scrawl_status onnx_read_relu(struct onnx_reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    scrawl_status status = onnx_take_flow(reader, node, &flow);
    const bool alone = onnx_is_alone(reader, node, 0);
    if (status == SCRAWL_OK) status = exchange_activate(&reader->exchange, ACTIVATION_RELU, alone, reader->place);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

scrawl_status onnx_set_logit_scale(struct onnx_reader *reader, double scale)
{
    static const double slack = 1e-5; /* of a temperature at an end of the range, whose inverse is a float */
    const double least = (double)CALIBRATE_LEAST_TEMPERATURE * (1 - slack),
                 most = (double)CALIBRATE_MOST_TEMPERATURE * (1 + slack);
    if (!(1 / scale >= least && 1 / scale <= most))
        return onnx_fail(reader, "its logits are divided by no temperature from 0.05 to 20.");
    reader->logit_scale = scale;
    return SCRAWL_OK;
}

/* Over the classes alone; of a logarithm of it only the probabilities are wanted. */
scrawl_status onnx_read_softmax(struct onnx_reader *reader, const struct onnx_node *node)
{
    enum { NEW_DEFAULT_OPSET = 13 };
    struct onnx_flow flow;
    scrawl_status status = onnx_take_scaled(reader, node, 0, &flow);
    if (status != SCRAWL_OK) return status;
    const int64_t rank = (int64_t)flow.dimension_count + 1;
    int64_t axis = onnx_int(node, "axis", reader->graph.opset < NEW_DEFAULT_OPSET ? 1 : -1);
    if (axis < 0) axis += rank;
    if (axis < 1 || axis >= rank || flow.dimensions[axis - 1] != shape_size(flow.shape))
        return onnx_fail(reader, "it is over other values than a vector of classes.");
    status = onnx_flatten(reader, &flow);
    if (status == SCRAWL_OK && flow.flattened && !onnx_flow_is_ours(&flow))
        return onnx_fail(reader, "its classes are pixels.");
    if (status == SCRAWL_OK)
        status =
            exchange_activate(&reader->exchange, ACTIVATION_SOFTMAX, onnx_is_alone(reader, node, 0), reader->place);
    if (status == SCRAWL_OK) status = onnx_set_logit_scale(reader, flow.scale);
    flow = onnx_flow_vector(reader->exchange.layer_count, exchange_shape(&reader->exchange));
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

/* Nothing when reading; training further may want it. */
scrawl_status onnx_read_dropout(struct onnx_reader *reader, const struct onnx_node *node)
{
    static const float default_rate = 0.5f;
    struct onnx_flow flow;
    double rate = (double)onnx_float(node, "ratio", default_rate);
    scrawl_status status = onnx_take_flow(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (onnx_input_name(node, 1).size && !onnx_input_number(reader, node, 1, &rate))
        return onnx_fail(reader, "its rate is no constant.");
    if (!(rate >= 0 && rate < 1)) return onnx_fail(reader, "its rate is not between 0 and 1.");
    const struct layer layer = {.kind = LAYER_DROPOUT, .rate = (float)rate};
    if (rate > 0) status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

/* ---- Arithmetic: the input's scale, biases, skips, and the temperature --------------------------------------------
 */

/* x * scale + shift, of the input or (without shift) of logits. */
static scrawl_status scale_flow(struct onnx_reader *reader, const struct onnx_node *node, size_t index, double scale,
                                double shift)
{
    struct onnx_flow flow;
    struct exchange *exchange = &reader->exchange;
    scrawl_status status = onnx_take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    if (!onnx_is_alone(reader, node, index)) return onnx_fail(reader, "what it scales is used elsewhere too.");
    if (!exchange_is_input(exchange, flow.position)) {
        if (shift != 0) return onnx_fail(reader, "it adds a number where no layer can.");
        flow.scale *= scale;
    } else {
        if (reader->is_scaled_by_fields) exchange->input_scale = 1, exchange->input_shift = 0;
        reader->is_scaled_by_fields = false;
        status = exchange_scale_input(exchange, scale, shift, reader->place);
    }
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

/* Whether a constant's only dimension that isn't 1 is the channels of what it is added to. */
static bool is_for_channels(const struct onnx_flow *flow, const struct onnx_tensor *tensor)
{
    const int channel = flow->dimension_count == 1 ? 0 : onnx_flow_channels(flow);
    if (channel < 0 || tensor->dimension_count > flow->dimension_count + 1) return false;
    for (size_t i = 0; i < tensor->dimension_count; i++) {
        const size_t dimension = flow->dimension_count + i - tensor->dimension_count; /* the last ones meet */
        if (tensor->dimensions[i] != 1 && dimension != (size_t)channel) return false;
    }
    return true;
}

/* The layer before, where it may take constants into its weights and biases; else a depthwise one of 1x1 that changes
 * nothing yet. */
static scrawl_status open_layer(struct onnx_reader *reader, const struct onnx_node *node, size_t index,
                                struct layer **layer)
{
    static const struct layer scaling = {.kind = LAYER_DEPTHWISE, .kernel_rows = 1, .kernel_columns = 1, .stride = 1};
    struct layer *last = &reader->exchange.layers[reader->exchange.layer_count - 1];
    const bool linear = last->kind == LAYER_CONV || last->kind == LAYER_DEPTHWISE || last->kind == LAYER_DENSE;
    *layer = last;
    if (linear && last->activation == ACTIVATION_NONE && onnx_is_alone(reader, node, index)) return SCRAWL_OK;
    scrawl_status status = exchange_add(&reader->exchange, &scaling, reader->place, layer);
    for (size_t i = 0; status == SCRAWL_OK && i < (*layer)->weight_count; i++)
        reader->exchange.parameters[(*layer)->weight_offset + i] = 1;
    return status;
}

/* A constant goes into the biases of the layer before. */
static scrawl_status add_constant(struct onnx_reader *reader, const struct onnx_node *node, size_t index, double factor)
{
    struct onnx_flow flow;
    struct layer *layer;
    double number = 1;
    const struct onnx_tensor *tensor = onnx_input_tensor(reader, node, !index);
    scrawl_status status = onnx_take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    const bool is_single = onnx_input_number(reader, node, !index, &number);
    if (exchange_is_input(&reader->exchange, flow.position))
        return is_single ? scale_flow(reader, node, index, 1, factor * number)
                         : onnx_fail(reader, "it adds more than one number to the input.");
    if (!tensor || !is_for_channels(&flow, tensor) || (flow.flattened && !onnx_flow_is_ours(&flow)))
        return onnx_fail(reader, "it adds other than one number a channel.");
    if (number != 0) {
        if (flow.scale != 1) return onnx_fail(reader, "it adds to values that are multiplied with a number.");
        status = open_layer(reader, node, index, &layer);
        if (status == SCRAWL_OK) status = read_bias(reader, tensor, factor, layer);
        flow.position = reader->exchange.layer_count;
    }
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

/* What was given before is added to what the last layer gives. */
static scrawl_status add_skip(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct onnx_flow *first = &onnx_input(reader, node, 0)->flow, *second = &onnx_input(reader, node, 1)->flow;
    const bool swap = first->position > second->position;
    const struct onnx_flow *older = swap ? second : first;
    struct onnx_flow flow;
    scrawl_status status = onnx_take_scaled(reader, node, swap ? 0 : 1, &flow);
    if (status != SCRAWL_OK) return status;
    bool same = older->dimension_count == flow.dimension_count && older->flattened == flow.flattened;
    for (size_t i = 0; same && i < flow.dimension_count; i++) same = older->dimensions[i] == flow.dimensions[i];
    same = same && memcmp(older->order, flow.order, sizeof flow.order) == 0;
    if (!same || older->scale != 1 || flow.scale != 1)
        return onnx_fail(reader, "it adds values of another shape or order, or scaled ones.");
    status = exchange_add_kept(&reader->exchange, older->position, reader->place);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

scrawl_status onnx_read_add(struct onnx_reader *reader, const struct onnx_node *node)
{
    if (onnx_is_flow(reader, node, 0) && onnx_is_flow(reader, node, 1)) return add_skip(reader, node);
    return add_constant(reader, node, onnx_is_flow(reader, node, 0) ? 0 : 1, 1);
}

scrawl_status onnx_read_subtract(struct onnx_reader *reader, const struct onnx_node *node)
{
    double number;
    if (onnx_is_flow(reader, node, 0)) return add_constant(reader, node, 0, -1);
    if (!onnx_input_number(reader, node, 0, &number))
        return onnx_fail(reader, "it subtracts from more than one number.");
    return scale_flow(reader, node, 1, -1, number);
}

/* Weights and biases are multiplied with one number for each output, or divided. */
static void scale_outputs(struct onnx_reader *reader, const struct layer *layer, const float *numbers, bool divides)
{
    const size_t outputs = layer->output.channels;
    float *values = reader->exchange.parameters + layer->weight_offset; /* the biases follow */
    for (size_t i = 0; i < layer->weight_count + layer->bias_count; i++) {
        const double number = (double)numbers[i % outputs];
        values[i] = (float)(divides ? (double)values[i] / number : (double)values[i] * number);
    }
}

/* One number for each channel, as what is left of a batch normalisation: goes into the layer before, or becomes a
 * depthwise one of 1x1. */
static scrawl_status multiply_channels(struct onnx_reader *reader, const struct onnx_node *node, size_t index,
                                       bool divides)
{
    struct onnx_flow flow;
    float *numbers;
    const struct onnx_tensor *tensor = onnx_input_tensor(reader, node, !index);
    struct layer *layer;
    scrawl_status status = onnx_take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    const bool fits = tensor && flow.scale == 1 && !exchange_is_input(&reader->exchange, flow.position) &&
                      is_for_channels(&flow, tensor) && tensor->count == exchange_shape(&reader->exchange).channels &&
                      (!flow.flattened || onnx_flow_is_ours(&flow));
    if (!fits) return onnx_fail(reader, "it multiplies with other than one number, or one for each channel.");
    status = tensor_floats(reader, tensor, &numbers);
    if (status != SCRAWL_OK) return status;
    status = open_layer(reader, node, index, &layer);
    if (status == SCRAWL_OK) scale_outputs(reader, layer, numbers, divides);
    free(numbers);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

/* Mul and Div. */
scrawl_status onnx_read_multiply(struct onnx_reader *reader, const struct onnx_node *node)
{
    double number;
    const bool divides = slice_is(node->operator, "Div");
    const size_t index = onnx_is_flow(reader, node, 0) || divides ? 0 : 1;
    if (!onnx_input_number(reader, node, !index, &number)) return multiply_channels(reader, node, index, divides);
    if (!isfinite(number) || number == 0) return onnx_fail(reader, "it multiplies with 0, or no number.");
    return scale_flow(reader, node, index, divides ? 1 / number : number, 0);
}
