/* Reads an ONNX model: goes through its nodes in their order, and of each makes the layer that it is. What a sequence
 * of layers can't say is refused with the node's name. Must not know how the file lies in memory. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "exchange.h"
#include "network/shapes.h"
#include "onnx.h"

enum {
    MOST_NUMBERS = 8,        /* of a small constant */
    PLACE_SIZE = 256,        /* a node's two names and a few words */
    BYTES_LARGEST = 255,     /* of a grey value */
    AXES_AND_BATCH = 4,      /* of planes */
    KERNEL_AXES = 2,         /* rows and columns */
    EDGES = 2 * KERNEL_AXES, /* pads: rows and columns before, then behind */
};

/* Stands for the size of the batch among small constants. */
static const double batch_size = -9e15;

/* What a name stands for: what flows through the network, a constant tensor, or a few numbers that a constant or a
 * shape gave. */
enum value_kind { VALUE_FLOW, VALUE_TENSOR, VALUE_NUMBERS };

struct value {
    struct slice name;
    enum value_kind kind;
    struct onnx_flow flow;
    struct onnx_tensor tensor;
    double numbers[MOST_NUMBERS];
    size_t number_count;
};

struct reader {
    struct onnx_graph graph;
    struct exchange exchange;
    struct value *values; /* [value_count], of memory for a tensor or node each and the input */
    size_t value_count;
    char place[PLACE_SIZE];   /* the node, as a sentence begins */
    double declared_batch;    /* 0 where it may be any */
    bool is_of_bytes;         /* the input is 0 .. 255 */
    bool is_scaled_by_fields; /* unless the graph does it */
    double logit_scale;       /* what softmax found its input multiplied with */
};

static scrawl_status fail_node(const struct reader *reader, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, reader->place, ": ", what, NULL);
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

static struct value *add_value(struct reader *reader, struct slice name, enum value_kind kind)
{
    struct value *value = &reader->values[reader->value_count++];
    *value = (struct value){.name = name, .kind = kind};
    return value;
}

static const struct value *find_value(const struct reader *reader, struct slice name)
{
    for (size_t i = reader->value_count; name.size > 0 && i-- > 0;)
        if (slice_equals(reader->values[i].name, name)) return &reader->values[i];
    return NULL;
}

static struct slice input_name(const struct onnx_node *node, size_t index)
{
    return index < node->input_count ? node->inputs[index] : (struct slice){0};
}

/* A node's input; NULL where it is left out or unknown. */
static const struct value *input_value(const struct reader *reader, const struct onnx_node *node, size_t index)
{
    return find_value(reader, input_name(node, index));
}

static bool is_flow(const struct reader *reader, const struct onnx_node *node, size_t index)
{
    const struct value *value = input_value(reader, node, index);
    return value && value->kind == VALUE_FLOW;
}

static const struct onnx_tensor *input_tensor(const struct reader *reader, const struct onnx_node *node, size_t index)
{
    const struct value *value = input_value(reader, node, index);
    return value && value->kind == VALUE_TENSOR ? &value->tensor : NULL;
}

/* Whether nothing but this node uses its index-th input. */
static bool is_alone(const struct reader *reader, const struct onnx_node *node, size_t index)
{
    const struct slice name = input_name(node, index);
    size_t uses = slice_equals(name, reader->graph.output_name);
    for (size_t i = 0; i < reader->graph.node_count; i++)
        for (size_t j = 0; j < reader->graph.nodes[i].input_count; j++)
            uses += slice_equals(name, reader->graph.nodes[i].inputs[j]);
    return uses == 1;
}

/* What flows into a node, which must be what the last layer gives. */
static scrawl_status take_scaled(const struct reader *reader, const struct onnx_node *node, size_t index,
                                 struct onnx_flow *flow)
{
    const struct value *value = input_value(reader, node, index);
    if (!value) return fail_node(reader, "an input is missing, or comes later.");
    if (value->kind != VALUE_FLOW) return fail_node(reader, "it computes with constants alone.");
    *flow = value->flow;
    if (flow->position == reader->exchange.layer_count) return SCRAWL_OK;
    return fail_node(reader, "the network branches here in a way that is no skip.");
}

static scrawl_status take_flow(const struct reader *reader, const struct onnx_node *node, struct onnx_flow *flow)
{
    scrawl_status status = take_scaled(reader, node, 0, flow);
    if (status != SCRAWL_OK || flow->scale == 1) return status;
    return fail_node(reader, "its input is multiplied with a number; only logits and the input may be.");
}

static void put_flow(struct reader *reader, const struct onnx_node *node, struct onnx_flow flow)
{
    add_value(reader, node->output, VALUE_FLOW)->flow = flow;
}

static void put_planes(struct reader *reader, const struct onnx_node *node)
{
    const struct exchange *exchange = &reader->exchange;
    put_flow(reader, node, onnx_flow_planes(exchange->layer_count, exchange_shape(exchange)));
}

/* Values [count] of a tensor, to be freed by the caller. */
static scrawl_status tensor_floats(const struct reader *reader, const struct onnx_tensor *tensor, float **values)
{
    float *floats = malloc((tensor->count + 1) * sizeof *floats);
    if (!floats) return fail_out_of_memory();
    *values = floats;
    if (onnx_tensor_floats(tensor, floats)) return SCRAWL_OK;
    free(floats);
    *values = NULL;
    return fail_node(reader, "its weights are no floats.");
}

/* The few numbers that a value is; 0 where it is something else. */
static size_t value_numbers(const struct value *value, double numbers[MOST_NUMBERS])
{
    float floats[MOST_NUMBERS];
    int64_t whole[MOST_NUMBERS];
    if (value && value->kind == VALUE_NUMBERS) memcpy(numbers, value->numbers, sizeof value->numbers);
    if (value && value->kind == VALUE_NUMBERS) return value->number_count;
    if (!value || value->kind != VALUE_TENSOR || value->tensor.count > MOST_NUMBERS) return 0;
    const bool is_whole = onnx_tensor_whole(&value->tensor, whole);
    if (!is_whole && !onnx_tensor_floats(&value->tensor, floats)) return 0;
    for (size_t i = 0; i < value->tensor.count; i++) numbers[i] = is_whole ? (double)whole[i] : (double)floats[i];
    return value->tensor.count;
}

static bool input_number(const struct reader *reader, const struct onnx_node *node, size_t index, double *number)
{
    double numbers[MOST_NUMBERS];
    const size_t count = value_numbers(input_value(reader, node, index), numbers);
    if (count == 1) *number = numbers[0];
    return count == 1;
}

static scrawl_status put_numbers(struct reader *reader, const struct onnx_node *node, const double *numbers,
                                 size_t count)
{
    if (count > MOST_NUMBERS) return fail_node(reader, "it makes too many numbers.");
    struct value *value = add_value(reader, node->output, VALUE_NUMBERS);
    memcpy(value->numbers, numbers, count * sizeof *numbers);
    value->number_count = count;
    return SCRAWL_OK;
}

/* The axes or sizes of a node: its attribute of that name, or its index-th input, as newer versions have it. */
static size_t node_numbers(const struct reader *reader, const struct onnx_node *node, const char *name, size_t index,
                           double numbers[MOST_NUMBERS])
{
    int64_t whole[MOST_NUMBERS];
    const size_t count = onnx_ints(node, name, whole, MOST_NUMBERS);
    if (count == 0 || count > MOST_NUMBERS) return value_numbers(input_value(reader, node, index), numbers);
    for (size_t i = 0; i < count; i++) numbers[i] = (double)whole[i];
    return count;
}

/* ---- Constants and shapes ---------------------------------------------------------------------------------------- */

static scrawl_status read_constant(struct reader *reader, const struct onnx_node *node)
{
    struct slice message;
    int64_t whole[MOST_NUMBERS];
    double numbers[MOST_NUMBERS];
    struct onnx_tensor tensor;
    if (onnx_tensor_attribute(node, "value", &message)) {
        scrawl_status status = onnx_tensor_read(message, &tensor);
        if (status == SCRAWL_OK) add_value(reader, node->output, VALUE_TENSOR)->tensor = tensor;
        return status;
    }
    size_t count = onnx_ints(node, "value_ints", whole, MOST_NUMBERS);
    for (size_t i = 0; i < count && i < MOST_NUMBERS; i++) numbers[i] = (double)whole[i];
    const int64_t single = onnx_int(node, "value_int", INT64_MIN);
    const float real = onnx_float(node, "value_float", INFINITY);
    if (single != INT64_MIN || isfinite(real)) numbers[0] = isfinite(real) ? (double)real : (double)single, count = 1;
    return count ? put_numbers(reader, node, numbers, count) : fail_node(reader, "it is a constant of another kind.");
}

static scrawl_status read_shape(struct reader *reader, const struct onnx_node *node)
{
    double sizes[FLOW_MOST_DIMENSIONS + 1] = {batch_size};
    const struct value *value = input_value(reader, node, 0);
    if (!value || value->kind != VALUE_FLOW) return fail_node(reader, "it asks for a constant's shape.");
    const int64_t count = (int64_t)value->flow.dimension_count + 1;
    for (int64_t i = 1; i < count; i++) sizes[i] = (double)value->flow.dimensions[i - 1];
    int64_t start = onnx_int(node, "start", 0), end = onnx_int(node, "end", count);
    if (start < 0) start += count;
    if (end < 0) end += count;
    if (start < 0 || start >= end || end > count) return fail_node(reader, "its part of a shape is empty.");
    return put_numbers(reader, node, sizes + start, (size_t)(end - start));
}

/* Some of a shape's sizes, in any order. */
static scrawl_status read_gather(struct reader *reader, const struct onnx_node *node)
{
    double numbers[MOST_NUMBERS], indices[MOST_NUMBERS], gathered[MOST_NUMBERS];
    const size_t count = value_numbers(input_value(reader, node, 0), numbers);
    const size_t wanted = value_numbers(input_value(reader, node, 1), indices);
    if (!count || !wanted) return fail_node(reader, "it gathers other than a few numbers.");
    for (size_t i = 0; i < wanted; i++) {
        const double index = indices[i] < 0 ? indices[i] + (double)count : indices[i];
        if (!(index >= 0 && index < (double)count)) return fail_node(reader, "its index is out of range.");
        gathered[i] = numbers[(size_t)index];
    }
    return put_numbers(reader, node, gathered, wanted);
}

/* Where a part begins or ends: counted from the end where it is negative, and within the numbers. */
static size_t slice_bound(double bound, size_t count)
{
    const double place = bound < 0 ? bound + (double)count : bound;
    return place > 0 ? place < (double)count ? (size_t)place : count : 0;
}

/* The sizes of a shape from one place up to another. */
static scrawl_status read_slice(struct reader *reader, const struct onnx_node *node)
{
    double numbers[MOST_NUMBERS], starts[MOST_NUMBERS], ends[MOST_NUMBERS], step = 1;
    const size_t count = value_numbers(input_value(reader, node, 0), numbers);
    const bool bounded =
        node_numbers(reader, node, "starts", 1, starts) == 1 && node_numbers(reader, node, "ends", 2, ends) == 1;
    if (!count || !bounded || (input_name(node, 4).size && !(input_number(reader, node, 4, &step) && step == 1)))
        return fail_node(reader, "it takes a part of other than a few numbers.");
    const size_t start = slice_bound(starts[0], count), end = slice_bound(ends[0], count);
    if (start >= end) return fail_node(reader, "its part is empty.");
    return put_numbers(reader, node, numbers + start, end - start);
}

static scrawl_status read_concat(struct reader *reader, const struct onnx_node *node)
{
    double numbers[2 * MOST_NUMBERS];
    size_t count = 0;
    for (size_t i = 0; i < node->input_count; i++) {
        const size_t more = value_numbers(input_value(reader, node, i), numbers + count);
        if (!more) return fail_node(reader, "it joins branches of the network.");
        count += more;
        if (count > MOST_NUMBERS) return fail_node(reader, "it makes too many numbers.");
    }
    return put_numbers(reader, node, numbers, count);
}

/* What changes nothing here: Identity, Cast, and Squeeze or Unsqueeze of numbers. */
static scrawl_status pass_on(struct reader *reader, const struct onnx_node *node)
{
    const struct value *value = input_value(reader, node, 0);
    if (!value) return fail_node(reader, "an input is missing, or comes later.");
    struct value copy = *value;
    copy.name = node->output;
    reader->values[reader->value_count++] = copy;
    return SCRAWL_OK;
}

/* ---- Other dimensions -------------------------------------------------------------------------------------------- */

/* Makes our layers give a vector, in our order, where theirs have one. */
static scrawl_status flatten(struct reader *reader, struct onnx_flow *flow)
{
    const struct shape shape = exchange_shape(&reader->exchange);
    const struct layer layer = {.kind = LAYER_FLATTEN};
    if (shape.rows == 1 && shape.columns == 1) return SCRAWL_OK;
    scrawl_status status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    flow->position = reader->exchange.layer_count;
    flow->flattened = true;
    return status;
}

static scrawl_status put_reshaped(struct reader *reader, const struct onnx_node *node, const double *sizes,
                                  size_t count)
{
    struct onnx_flow flow = input_value(reader, node, 0)->flow;
    size_t dimensions[FLOW_MOST_DIMENSIONS];
    for (size_t i = 0; i < count && i < FLOW_MOST_DIMENSIONS; i++) {
        if (!(sizes[i] >= 1 && sizes[i] <= MOST_LAYER_VALUES)) return fail_node(reader, "its shape has no sizes.");
        dimensions[i] = (size_t)sizes[i];
    }
    if (count > FLOW_MOST_DIMENSIONS || !onnx_flow_reshape(&flow, dimensions, count))
        return fail_node(reader, "its shape is not one of as many values.");
    const bool is_last = flow.position == reader->exchange.layer_count;
    scrawl_status status = count == 1 && is_last ? flatten(reader, &flow) : SCRAWL_OK;
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

static scrawl_status read_flatten(struct reader *reader, const struct onnx_node *node)
{
    if (!is_flow(reader, node, 0)) return fail_node(reader, "it computes with constants alone.");
    const struct onnx_flow flow = input_value(reader, node, 0)->flow;
    const int64_t axis = onnx_int(node, "axis", 1);
    const double total = (double)shape_size(flow.shape);
    if (axis != 1 && axis != -(int64_t)flow.dimension_count) return fail_node(reader, "its axis is not 1.");
    return put_reshaped(reader, node, &total, 1);
}

/* A constant in other dimensions, of which one may be -1 for what is left. */
static scrawl_status reshape_tensor(struct reader *reader, const struct onnx_node *node)
{
    double sizes[MOST_NUMBERS], known = 1;
    struct onnx_tensor tensor = input_value(reader, node, 0)->tensor;
    const size_t count = value_numbers(input_value(reader, node, 1), sizes);
    for (size_t i = 0; i < count; i++) known *= sizes[i] == -1 ? 1 : sizes[i];
    if (count == 0 || count > ONNX_MOST_DIMENSIONS || !(known >= 1)) return fail_node(reader, "its shape is no constant.");
    size_t product = 1;
    for (size_t i = 0; i < count; i++) {
        const double size = sizes[i] == -1 ? (double)tensor.count / known : sizes[i];
        if (!(size >= 1 && size <= MOST_LAYER_VALUES)) return fail_node(reader, "its shape has no sizes.");
        tensor.dimensions[i] = (size_t)size;
        if (__builtin_mul_overflow(product, tensor.dimensions[i], &product)) product = SIZE_MAX;
    }
    tensor.dimension_count = count;
    if (product != tensor.count) return fail_node(reader, "its shape is not one of as many values.");
    add_value(reader, node->output, VALUE_TENSOR)->tensor = tensor;
    return SCRAWL_OK;
}

static bool is_batch(const struct reader *reader, double size, bool zero_is_copy)
{
    if (size == batch_size || size == -1 || (size == 0 && zero_is_copy)) return true;
    return size == (reader->declared_batch > 0 ? reader->declared_batch : 1);
}

/* Sizes of 0 stand for the dimension that was there, one of -1 for what is left. */
static void fill_sizes(const struct onnx_flow *flow, bool zero_is_copy, double *sizes, size_t count)
{
    double known = 1;
    for (size_t i = 0; i < count; i++) {
        if (sizes[i] == 0 && zero_is_copy && i < flow->dimension_count) sizes[i] = (double)flow->dimensions[i];
        if (sizes[i] != -1) known *= sizes[i];
    }
    for (size_t i = 0; i < count && known > 0; i++)
        if (sizes[i] == -1) sizes[i] = floor((double)shape_size(flow->shape) / known);
}

static scrawl_status read_reshape(struct reader *reader, const struct onnx_node *node)
{
    double sizes[MOST_NUMBERS];
    const bool zero_is_copy = onnx_int(node, "allowzero", 0) == 0;
    const struct value *value = input_value(reader, node, 0);
    if (value && value->kind == VALUE_NUMBERS) return pass_on(reader, node);
    if (value && value->kind == VALUE_TENSOR) return reshape_tensor(reader, node);
    if (!value || value->kind != VALUE_FLOW) return fail_node(reader, "it computes with constants alone.");
    const size_t count = value_numbers(input_value(reader, node, 1), sizes);
    if (count == 0) return fail_node(reader, "its shape is no constant.");
    if (!is_batch(reader, sizes[0], zero_is_copy))
        return fail_node(reader, "it mixes the values of several images, or takes a batch of fixed size.");
    fill_sizes(&value->flow, zero_is_copy, sizes + 1, count - 1);
    return put_reshaped(reader, node, sizes + 1, count - 1);
}

static bool has_axis(const double *axes, size_t count, size_t axis, size_t rank)
{
    for (size_t i = 0; i < count; i++)
        if (axes[i] == (double)axis || axes[i] + (double)rank == (double)axis) return true;
    return false;
}

/* Squeeze and Unsqueeze: dimensions of size 1 go or come. */
static scrawl_status read_squeeze(struct reader *reader, const struct onnx_node *node)
{
    double axes[MOST_NUMBERS], sizes[2 * MOST_NUMBERS];
    const bool adds = slice_is(node->operator, "Unsqueeze");
    const struct value *value = input_value(reader, node, 0);
    if (!is_flow(reader, node, 0)) return pass_on(reader, node);
    const size_t axis_count = node_numbers(reader, node, "axes", 1, axes), before = value->flow.dimension_count + 1;
    const size_t rank = adds ? before + axis_count : before;
    size_t taken = 1, count = 0;
    if (has_axis(axes, axis_count, 0, rank)) return fail_node(reader, "it changes the dimension of the batch.");
    for (size_t axis = 1; axis < rank; axis++) {
        const bool named = has_axis(axes, axis_count, axis, rank);
        if (adds && named) sizes[count++] = 1;
        if (adds && named) continue;
        const size_t size = taken < before ? value->flow.dimensions[taken - 1] : 0;
        taken++;
        if (size != 1 || !(named || axis_count == 0)) sizes[count++] = (double)size;
    }
    return put_reshaped(reader, node, sizes, count);
}

static scrawl_status read_transpose(struct reader *reader, const struct onnx_node *node)
{
    int64_t order[FLOW_MOST_DIMENSIONS + 1];
    size_t inner[FLOW_MOST_DIMENSIONS], seen = 0;
    if (!is_flow(reader, node, 0)) return fail_node(reader, "it computes with constants alone.");
    struct onnx_flow flow = input_value(reader, node, 0)->flow;
    const size_t rank = flow.dimension_count + 1;
    if (onnx_ints(node, "perm", order, FLOW_MOST_DIMENSIONS + 1) != rank || order[0] != 0)
        return fail_node(reader, "it moves the dimension of the batch.");
    for (size_t i = 1; i < rank; i++) {
        if (order[i] < 1 || order[i] >= (int64_t)rank) return fail_node(reader, "its order is damaged.");
        inner[i - 1] = (size_t)order[i] - 1;
        seen |= (size_t)1 << order[i];
    }
    if (seen != ((size_t)1 << rank) - 2 || !onnx_flow_transpose(&flow, inner))
        return fail_node(reader, "its order tears rows, columns or channels.");
    put_flow(reader, node, flow);
    return SCRAWL_OK;
}

/* What flows in as [batch][channel][row][column]. Channels of 1x1 may have been planes that were flattened. */
static scrawl_status take_planes(struct reader *reader, const struct onnx_node *node, struct onnx_flow *flow)
{
    scrawl_status status = take_flow(reader, node, flow);
    if (status != SCRAWL_OK) return status;
    const size_t count = shape_size(flow->shape);
    const bool is_channels = flow->dimension_count == AXES && flow->dimensions[0] == count;
    if (is_channels && !onnx_flow_is_planes(flow) && onnx_flow_is_ours(flow)) {
        status = flatten(reader, flow);
        *flow = onnx_flow_planes(flow->position, exchange_shape(&reader->exchange));
    }
    if (status != SCRAWL_OK || onnx_flow_is_planes(flow)) return status;
    return fail_node(reader, "its input is no [batch][channel][row][column].");
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

static scrawl_status read_window(const struct reader *reader, const struct onnx_node *node, struct shape input,
                                 const struct onnx_tensor *weights, struct window *window)
{
    size_t strides[KERNEL_AXES], dilations[KERNEL_AXES];
    *window = (struct window){.input = {input.rows, input.columns},
                              .kernel = {weights->dimensions[2], weights->dimensions[3]}};
    if (!read_pair(node, "strides", strides) || !read_pair(node, "dilations", dilations))
        return fail_node(reader, "its strides or dilations are damaged.");
    if (strides[0] != strides[1] || dilations[0] != 1 || dilations[1] != 1)
        return fail_node(reader, "its strides differ, or it is dilated.");
    window->stride = strides[0];
    if (window->kernel[0] == 0 || window->kernel[1] == 0) return fail_node(reader, "its kernel has no weights.");
    if (!read_pads(node, window) || !fit_window(window))
        return fail_node(reader,
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

static scrawl_status read_bias(const struct reader *reader, const struct onnx_tensor *tensor, double factor,
                               const struct layer *layer)
{
    float *values, *biases = reader->exchange.parameters + layer->bias_offset;
    if (tensor->count != layer->bias_count && tensor->count != 1)
        return fail_node(reader, "its biases are not as many as its outputs.");
    scrawl_status status = tensor_floats(reader, tensor, &values);
    for (size_t i = 0; status == SCRAWL_OK && i < layer->bias_count; i++)
        biases[i] = (float)((double)biases[i] + factor * (double)values[tensor->count == 1 ? 0 : i]);
    if (status == SCRAWL_OK) free(values);
    return status;
}

/* A convolution's tensors; of one channel to one it is both kinds, and depthwise, as a scale of the input is. */
struct kernel {
    const struct onnx_tensor *weights, *biases; /* the second may be NULL */
    bool depthwise;
};

static scrawl_status find_kernel(const struct reader *reader, const struct onnx_node *node, size_t channels,
                                 struct kernel *kernel)
{
    const struct onnx_tensor *weights = input_tensor(reader, node, 1), *biases = input_tensor(reader, node, 2);
    const int64_t group = onnx_int(node, "group", 1);
    if (!weights || weights->dimension_count != AXES_AND_BATCH || (input_name(node, 2).size && !biases))
        return fail_node(reader, "its weights are no constants of four dimensions.");
    const size_t outputs = weights->dimensions[0];
    const bool depthwise = group != 1 || (channels == 1 && outputs == 1);
    if (depthwise && (group != (int64_t)channels || outputs != channels))
        return fail_node(reader, "its groups are neither one nor one for each channel.");
    if (weights->dimensions[1] != (depthwise ? 1 : channels) || weights->count == 0)
        return fail_node(reader, "its weights are for another number of channels.");
    *kernel = (struct kernel){weights, biases, depthwise};
    return SCRAWL_OK;
}

static scrawl_status read_conv(struct reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    struct kernel kernel = {0};
    struct window window;
    float *values;
    struct layer *added;
    scrawl_status status = take_planes(reader, node, &flow);
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

static scrawl_status read_maxpool(struct reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    size_t kernel[KERNEL_AXES], strides[KERNEL_AXES], dilations[KERNEL_AXES];
    int64_t pads[EDGES] = {0};
    scrawl_status status = take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (!read_pair(node, "kernel_shape", kernel) || !read_pair(node, "strides", strides) ||
        !read_pair(node, "dilations", dilations) || onnx_ints(node, "pads", pads, EDGES) > EDGES)
        return fail_node(reader, "its kernel or strides are damaged.");
    const size_t pool = kernel[0];
    const bool fits = flow.shape.rows % pool == 0 && flow.shape.columns % pool == 0;
    const bool padded = pads[0] || pads[1] || pads[2] || pads[3];
    const bool rounds_up = onnx_int(node, "ceil_mode", 0) != 0 || slice_is(onnx_string(node, "auto_pad"), "SAME_UPPER");
    if (kernel[1] != pool || strides[0] != pool || strides[1] != pool || dilations[0] != 1 || dilations[1] != 1)
        return fail_node(reader, "its windows are not square and side by side.");
    if (padded || (rounds_up && !fits)) return fail_node(reader, "it pads.");
    const struct layer layer = {.kind = LAYER_MAXPOOL, .pool = pool};
    status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    if (status == SCRAWL_OK) put_planes(reader, node);
    return status;
}

/* GlobalAveragePool, and ReduceMean over rows and columns. */
static scrawl_status read_globalpool(struct reader *reader, const struct onnx_node *node)
{
    enum { ROWS_AND_COLUMNS = 2, RANK = 4 };
    struct onnx_flow flow;
    double axes[MOST_NUMBERS];
    const struct layer layer = {.kind = LAYER_GLOBALPOOL};
    const bool reduces = slice_is(node->operator, "ReduceMean");
    scrawl_status status = reduces ? take_flow(reader, node, &flow) : take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    const int channels = onnx_flow_channels(&flow);
    const size_t count = reduces ? node_numbers(reader, node, "axes", 1, axes) : 0;
    const bool both = count == ROWS_AND_COLUMNS && has_axis(axes, count, 2, RANK) &&
                      has_axis(axes, count, channels == 0 ? 3 : 1, RANK);
    if (channels < 0 || (reduces && !both))
        return fail_node(reader, "it takes the mean of other axes than rows and columns.");
    status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    if (status != SCRAWL_OK) return status;
    flow = onnx_flow_planes(reader->exchange.layer_count, exchange_shape(&reader->exchange));
    if (reduces && onnx_int(node, "keepdims", 1) == 0) flow = onnx_flow_vector(flow.position, flow.shape);
    const size_t last[] = {1, 1, flow.shape.channels};
    if (flow.dimension_count > 1 && channels == 2) onnx_flow_reshape(&flow, last, AXES);
    put_flow(reader, node, flow);
    return SCRAWL_OK;
}

/* Each pixel becomes several equal ones. */
static scrawl_status read_resize(struct reader *reader, const struct onnx_node *node)
{
    double scales[MOST_NUMBERS];
    struct onnx_flow flow;
    scrawl_status status = take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    const size_t count = value_numbers(input_value(reader, node, slice_is(node->operator, "Resize") ? 2 : 1), scales);
    const bool nearest = slice_is(onnx_string(node, "mode"), "nearest"), old = slice_is(node->operator, "Upsample");
    const bool repeats = old || (slice_is(onnx_string(node, "coordinate_transformation_mode"), "asymmetric") &&
                                 slice_is(onnx_string(node, "nearest_mode"), "floor"));
    if (count != AXES_AND_BATCH || !nearest || !repeats || scales[0] != 1 || scales[1] != 1 || scales[2] != scales[3] ||
        scales[2] < 1 || scales[2] != floor(scales[2]) || scales[2] > NETWORK_ANY_SIDE)
        return fail_node(reader, "it does other than repeating each pixel in rows and columns.");
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

static scrawl_status read_dense(struct reader *reader, const struct onnx_node *node, const struct dense *dense)
{
    struct onnx_flow flow;
    struct layer *added;
    float *values;
    scrawl_status status = take_flow(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (!dense->weights || dense->weights->dimension_count != 2 || dense->weights->count == 0)
        return fail_node(reader, "its weights are no constants of two dimensions.");
    const size_t inputs = dense->weights->dimensions[dense->transposed];
    const size_t outputs = dense->weights->dimensions[!dense->transposed];
    if (flow.dimension_count != 1 || flow.dimensions[0] != inputs)
        return fail_node(reader, "its input is no vector of as many values as its weights are for.");
    status = tensor_floats(reader, dense->weights, &values);
    if (status != SCRAWL_OK) return status;
    const struct layer layer = {.kind = LAYER_DENSE, .output.channels = outputs};
    status = flatten(reader, &flow);
    if (status == SCRAWL_OK) status = exchange_add(&reader->exchange, &layer, reader->place, &added);
    for (size_t i = 0; status == SCRAWL_OK && i < inputs; i++) {
        float *row = reader->exchange.parameters + added->weight_offset + onnx_flow_ours(&flow, i) * outputs;
        for (size_t j = 0; j < outputs; j++)
            row[j] = dense->alpha * values[dense->transposed ? j * inputs + i : i * outputs + j];
    }
    free(values);
    if (status == SCRAWL_OK && dense->biases) status = read_bias(reader, dense->biases, (double)dense->beta, added);
    if (status != SCRAWL_OK) return status;
    put_flow(reader, node, onnx_flow_vector(reader->exchange.layer_count, exchange_shape(&reader->exchange)));
    return SCRAWL_OK;
}

static scrawl_status read_gemm(struct reader *reader, const struct onnx_node *node)
{
    const struct dense dense = {input_tensor(reader, node, 1), input_tensor(reader, node, 2),
                                onnx_int(node, "transB", 0) != 0, onnx_float(node, "alpha", 1),
                                onnx_float(node, "beta", 1)};
    if (onnx_int(node, "transA", 0) != 0) return fail_node(reader, "it transposes the network's values.");
    if (input_name(node, 2).size && !dense.biases) return fail_node(reader, "its biases are no constants.");
    return read_dense(reader, node, &dense);
}

static scrawl_status read_matmul(struct reader *reader, const struct onnx_node *node)
{
    const struct dense dense = {input_tensor(reader, node, 1), NULL, false, 1, 1};
    return read_dense(reader, node, &dense);
}

/* ---- Batch normalisation, activations and what training alone does ----------------------------------------------- */

/* One value for each channel, of inputs 1 to 4, to the layer's. */
static scrawl_status copy_statistics(const struct reader *reader, const struct onnx_node *node,
                                     const struct onnx_flow *flow, const struct layer *layer)
{
    enum { PARTS = 4 };
    const size_t channels = layer->output.channels;
    const size_t offsets[PARTS] = {layer->weight_offset, layer->bias_offset, layer->statistic_offset,
                                   layer->statistic_offset + channels};
    for (size_t part = 0; part < PARTS; part++) {
        const struct onnx_tensor *tensor = input_tensor(reader, node, part + 1);
        float *values;
        if (!tensor || tensor->count != channels)
            return fail_node(reader, "its parameters are no constants, one for each channel.");
        scrawl_status status = tensor_floats(reader, tensor, &values);
        if (status != SCRAWL_OK) return status;
        for (size_t i = 0; i < channels; i++)
            reader->exchange.parameters[offsets[part] + (flow->flattened ? onnx_flow_ours(flow, i) : i)] = values[i];
        free(values);
    }
    return SCRAWL_OK;
}

static scrawl_status read_batchnorm(struct reader *reader, const struct onnx_node *node)
{
    static const float default_epsilon = 1e-5f;
    struct onnx_flow flow;
    struct layer *added;
    const struct layer layer = {.kind = LAYER_BATCHNORM};
    const double epsilon = (double)onnx_float(node, "epsilon", default_epsilon);
    const struct value *value = input_value(reader, node, 0);
    const bool is_vector = value && value->kind == VALUE_FLOW && value->flow.dimension_count == 1;
    scrawl_status status = is_vector ? take_flow(reader, node, &flow) : take_planes(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (onnx_int(node, "training_mode", 0) != 0 || onnx_int(node, "spatial", 1) == 0)
        return fail_node(reader, "it takes the batch's statistics, or those of each pixel.");
    if (!(epsilon >= 0 && epsilon <= 1)) return fail_node(reader, "its epsilon is not between 0 and 1.");
    if (is_vector) status = flatten(reader, &flow);
    if (status == SCRAWL_OK) status = exchange_add(&reader->exchange, &layer, reader->place, &added);
    if (status == SCRAWL_OK) status = copy_statistics(reader, node, &flow, added);
    if (status != SCRAWL_OK) return status;
    exchange_use_epsilon(&reader->exchange, epsilon);
    flow.position = reader->exchange.layer_count;
    put_flow(reader, node, flow);
    return SCRAWL_OK;
}

static scrawl_status read_relu(struct reader *reader, const struct onnx_node *node)
{
    struct onnx_flow flow;
    scrawl_status status = take_flow(reader, node, &flow);
    const bool alone = is_alone(reader, node, 0);
    if (status == SCRAWL_OK) status = exchange_activate(&reader->exchange, ACTIVATION_RELU, alone, reader->place);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

/* Over the classes alone; of a logarithm of it only the probabilities are wanted. */
static scrawl_status read_softmax(struct reader *reader, const struct onnx_node *node)
{
    enum { NEW_DEFAULT_OPSET = 13 };
    struct onnx_flow flow;
    scrawl_status status = take_scaled(reader, node, 0, &flow);
    if (status != SCRAWL_OK) return status;
    const int64_t rank = (int64_t)flow.dimension_count + 1;
    int64_t axis = onnx_int(node, "axis", reader->graph.opset < NEW_DEFAULT_OPSET ? 1 : -1);
    if (axis < 0) axis += rank;
    if (axis < 1 || axis >= rank || flow.dimensions[axis - 1] != shape_size(flow.shape))
        return fail_node(reader, "it is over other values than a vector of classes.");
    status = flatten(reader, &flow);
    if (status == SCRAWL_OK && flow.flattened && !onnx_flow_is_ours(&flow))
        return fail_node(reader, "its classes are pixels.");
    if (status == SCRAWL_OK)
        status = exchange_activate(&reader->exchange, ACTIVATION_SOFTMAX, is_alone(reader, node, 0), reader->place);
    reader->logit_scale = flow.scale;
    flow = onnx_flow_vector(reader->exchange.layer_count, exchange_shape(&reader->exchange));
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

/* Nothing when reading; training further may want it. */
static scrawl_status read_dropout(struct reader *reader, const struct onnx_node *node)
{
    static const float default_rate = 0.5f;
    struct onnx_flow flow;
    double rate = (double)onnx_float(node, "ratio", default_rate);
    scrawl_status status = take_flow(reader, node, &flow);
    if (status != SCRAWL_OK) return status;
    if (input_name(node, 1).size && !input_number(reader, node, 1, &rate))
        return fail_node(reader, "its rate is no constant.");
    if (!(rate >= 0 && rate < 1)) return fail_node(reader, "its rate is not between 0 and 1.");
    const struct layer layer = {.kind = LAYER_DROPOUT, .rate = (float)rate};
    if (rate > 0) status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

/* ---- Arithmetic: the input's scale, biases, skips, and the temperature --------------------------------------------
 */

/* x * scale + shift, of the input or (without shift) of logits. What divides by 255 says that it takes bytes: ours are
 * divided already. */
static scrawl_status scale_flow(struct reader *reader, const struct onnx_node *node, size_t index, double scale,
                                double shift)
{
    struct onnx_flow flow;
    struct exchange *exchange = &reader->exchange;
    scrawl_status status = take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    if (!is_alone(reader, node, index)) return fail_node(reader, "what it scales is used elsewhere too.");
    if (!exchange_is_input(exchange, flow.position)) {
        if (shift != 0) return fail_node(reader, "it adds a number where no layer can.");
        flow.scale *= scale;
    } else {
        if (reader->is_scaled_by_fields) exchange->input_scale = 1, exchange->input_shift = 0;
        reader->is_scaled_by_fields = false;
        const bool first = exchange->input_scale == 1 && exchange->input_shift == 0;
        const bool of_bytes = first && shift == 0 && fabs(1 / scale - BYTES_LARGEST) < 0.5;
        if (of_bytes && !reader->is_of_bytes)
            reader->is_of_bytes = true;
        else
            status = exchange_scale_input(exchange, scale, shift, reader->place);
    }
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
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

/* The layer before, where it may take constants into its weights and biases; NULL where it can't. */
static struct layer *open_layer(struct reader *reader, const struct onnx_node *node, size_t index)
{
    struct layer *last = &reader->exchange.layers[reader->exchange.layer_count - 1];
    const bool linear = last->kind == LAYER_CONV || last->kind == LAYER_DEPTHWISE || last->kind == LAYER_DENSE;
    return linear && last->activation == ACTIVATION_NONE && is_alone(reader, node, index) ? last : NULL;
}

/* A constant goes into the biases of the layer before. */
static scrawl_status add_constant(struct reader *reader, const struct onnx_node *node, size_t index, double factor)
{
    struct onnx_flow flow;
    double number = 0;
    const struct exchange *exchange = &reader->exchange;
    const struct onnx_tensor *tensor = input_tensor(reader, node, !index);
    scrawl_status status = take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    if (exchange_is_input(exchange, flow.position)) {
        if (!input_number(reader, node, !index, &number))
            return fail_node(reader, "it adds more than one number to the input.");
        return scale_flow(reader, node, index, 1, factor * number);
    }
    const struct layer *last = open_layer(reader, node, index);
    if (!last || flow.scale != 1) return fail_node(reader, "it adds a constant where no layer has biases.");
    if (!tensor || !is_for_channels(&flow, tensor))
        return fail_node(reader, "it adds other than one number a channel.");
    status = read_bias(reader, tensor, factor, last);
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

/* What was given before is added to what the last layer gives. */
static scrawl_status add_skip(struct reader *reader, const struct onnx_node *node)
{
    const struct onnx_flow *first = &input_value(reader, node, 0)->flow, *second = &input_value(reader, node, 1)->flow;
    const bool swap = first->position > second->position;
    const struct onnx_flow *older = swap ? second : first;
    struct onnx_flow flow;
    scrawl_status status = take_scaled(reader, node, swap ? 0 : 1, &flow);
    if (status != SCRAWL_OK) return status;
    bool same = older->dimension_count == flow.dimension_count && older->flattened == flow.flattened;
    for (size_t i = 0; same && i < flow.dimension_count; i++) same = older->dimensions[i] == flow.dimensions[i];
    same = same && memcmp(older->order, flow.order, sizeof flow.order) == 0;
    if (!same || older->scale != 1 || flow.scale != 1)
        return fail_node(reader, "it adds values of another shape or order, or scaled ones.");
    status = exchange_add_kept(&reader->exchange, older->position, reader->place);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

static scrawl_status read_add(struct reader *reader, const struct onnx_node *node)
{
    if (is_flow(reader, node, 0) && is_flow(reader, node, 1)) return add_skip(reader, node);
    return add_constant(reader, node, is_flow(reader, node, 0) ? 0 : 1, 1);
}

static scrawl_status read_subtract(struct reader *reader, const struct onnx_node *node)
{
    double number;
    if (is_flow(reader, node, 0)) return add_constant(reader, node, 0, -1);
    if (!input_number(reader, node, 0, &number)) return fail_node(reader, "it subtracts from more than one number.");
    return scale_flow(reader, node, 1, -1, number);
}

/* Weights and biases are multiplied with one number for each output, or divided. */
static void scale_outputs(struct reader *reader, const struct layer *layer, const float *numbers, bool divides)
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
static scrawl_status multiply_channels(struct reader *reader, const struct onnx_node *node, size_t index, bool divides)
{
    struct onnx_flow flow;
    float *numbers;
    const struct onnx_tensor *tensor = input_tensor(reader, node, !index);
    const struct layer scaling = {.kind = LAYER_DEPTHWISE, .kernel_rows = 1, .kernel_columns = 1, .stride = 1};
    scrawl_status status = take_scaled(reader, node, index, &flow);
    if (status != SCRAWL_OK) return status;
    const bool fits = tensor && flow.scale == 1 && !exchange_is_input(&reader->exchange, flow.position) &&
                      is_for_channels(&flow, tensor) && tensor->count == exchange_shape(&reader->exchange).channels &&
                      (!flow.flattened || onnx_flow_is_ours(&flow));
    if (!fits) return fail_node(reader, "it multiplies with other than one number, or one for each channel.");
    struct layer *layer = open_layer(reader, node, index);
    status = tensor_floats(reader, tensor, &numbers);
    if (status != SCRAWL_OK) return status;
    if (!layer && (status = exchange_add(&reader->exchange, &scaling, reader->place, &layer)) == SCRAWL_OK)
        for (size_t i = 0; i < layer->weight_count; i++) reader->exchange.parameters[layer->weight_offset + i] = 1;
    if (status == SCRAWL_OK) scale_outputs(reader, layer, numbers, divides);
    free(numbers);
    flow.position = reader->exchange.layer_count;
    if (status == SCRAWL_OK) put_flow(reader, node, flow);
    return status;
}

/* Mul and Div. */
static scrawl_status read_multiply(struct reader *reader, const struct onnx_node *node)
{
    double number;
    const bool divides = slice_is(node->operator, "Div");
    const size_t index = is_flow(reader, node, 0) || divides ? 0 : 1;
    if (!input_number(reader, node, !index, &number)) return multiply_channels(reader, node, index, divides);
    if (!isfinite(number) || number == 0) return fail_node(reader, "it multiplies with 0, or no number.");
    return scale_flow(reader, node, index, divides ? 1 / number : number, 0);
}

/* ---- The walk ---------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    scrawl_status (*read)(struct reader *, const struct onnx_node *);
} operators[] = {
    {"Conv", read_conv},
    {"Relu", read_relu},
    {"MaxPool", read_maxpool},
    {"GlobalAveragePool", read_globalpool},
    {"ReduceMean", read_globalpool},
    {"BatchNormalization", read_batchnorm},
    {"Flatten", read_flatten},
    {"Reshape", read_reshape},
    {"Squeeze", read_squeeze},
    {"Unsqueeze", read_squeeze},
    {"Transpose", read_transpose},
    {"Gemm", read_gemm},
    {"MatMul", read_matmul},
    {"Add", read_add},
    {"Sub", read_subtract},
    {"Mul", read_multiply},
    {"Div", read_multiply},
    {"Softmax", read_softmax},
    {"LogSoftmax", read_softmax},
    {"Dropout", read_dropout},
    {"Identity", pass_on},
    {"Cast", pass_on},
    {"Constant", read_constant},
    {"Shape", read_shape},
    {"Gather", read_gather},
    {"Slice", read_slice},
    {"Concat", read_concat},
    {"Resize", read_resize},
    {"Upsample", read_resize},
};
enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

static void append(char text[PLACE_SIZE], const char *more)
{
    const size_t length = strlen(text);
    strncpy(text + length, more, PLACE_SIZE - 1 - length);
}

/* The node "conv1" (Conv) of the ONNX model */
static void name_place(struct reader *reader, const struct onnx_node *node)
{
    char name[ONNX_NAME_SIZE];
    memset(reader->place, 0, sizeof reader->place);
    append(reader->place, "The node \"");
    append(reader->place, onnx_name_text(node->name, name));
    append(reader->place, "\" (");
    append(reader->place, onnx_name_text(node->operator, name));
    append(reader->place, ") of the ONNX model");
}

static scrawl_status read_node(struct reader *reader, const struct onnx_node *node)
{
    name_place(reader, node);
    const bool own = node->domain.size == 0 || slice_is(node->domain, "ai.onnx");
    if (!node->output.size) return fail_node(reader, "it gives nothing.");
    for (size_t i = 0; own && i < OPERATOR_COUNT; i++)
        if (slice_is(node->operator, operators[i].name)) return operators[i].read(reader, node);
    return fail_node(reader, "Scrawl knows no layer for this operator.");
}

/* ---- The ends ---------------------------------------------------------------------------------------------------- */

static scrawl_status fail_input(const struct reader *reader, const char *what)
{
    char name[ONNX_NAME_SIZE];
    return fail(SCRAWL_INVALID_MODEL, "The input \"", onnx_name_text(reader->graph.input_name, name),
                "\" of the ONNX model ", what, NULL);
}

/* The message that a field of another one is. */
static struct slice inner_message(struct slice message, uint32_t number, uint64_t *value)
{
    struct protobuf_field field;
    struct slice found = {0};
    while (protobuf_next(&message, &field)) {
        if (field.number != number) continue;
        found = field.bytes;
        if (value) *value = field.value;
    }
    return found;
}

/* The sizes of a shape, 0 for one that is open; false where they are too many. */
static bool read_sizes(struct slice shape, uint64_t sizes[FLOW_MOST_DIMENSIONS + 1], size_t *count)
{
    struct protobuf_field field;
    *count = 0;
    while (protobuf_next(&shape, &field)) {
        if (field.number != SHAPE_DIMENSION) continue;
        if (*count > FLOW_MOST_DIMENSIONS) return false;
        sizes[*count] = 0;
        (void)inner_message(field.bytes, DIMENSION_VALUE, &sizes[*count]);
        ++*count;
    }
    return true;
}

static bool is_image(const uint64_t *sizes, size_t count)
{
    enum { SIDE = SCRAWL_IMAGE_SIDE };
    static const uint64_t shapes[][AXES] = {{1, SIDE, SIDE}, {SIDE, SIDE, 1}, {SIDE, SIDE}, {SCRAWL_IMAGE_PIXELS}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        uint64_t padded[AXES] = {0};
        for (size_t j = 0; j < count && j < AXES; j++) padded[j] = sizes[j];
        if (count <= AXES && memcmp(padded, shapes[i], sizeof padded) == 0) return true;
    }
    return false;
}

static scrawl_status begin_flow(struct reader *reader)
{
    enum { UNSIGNED_BYTES = 2 }; /* TensorProto.data_type */
    uint64_t element = 0, sizes[FLOW_MOST_DIMENSIONS + 1];
    size_t count;
    const struct slice type = inner_message(reader->graph.input_type, TYPE_TENSOR, NULL);
    (void)inner_message(type, TENSOR_TYPE_ELEMENT, &element);
    const struct slice shape = inner_message(type, TENSOR_TYPE_SHAPE, NULL);
    if (!read_sizes(shape, sizes, &count) || count < 2 || !is_image(sizes + 1, count - 1))
        return fail_input(reader, "must be images of 28x28 in grey: [batch, 1, 28, 28], [batch, 28, 28, 1], "
                                  "[batch, 28, 28] or [batch, 784].");
    reader->declared_batch = sizes[0] <= MOST_LAYER_VALUES ? (double)sizes[0] : 0;
    if (element == UNSIGNED_BYTES) {
        scrawl_status status = exchange_scale_input(&reader->exchange, BYTES_LARGEST, 0, "The input");
        if (status != SCRAWL_OK) return status;
    } else if (element != ONNX_FLOAT && element != ONNX_FLOAT16 && element != ONNX_DOUBLE) {
        return fail_input(reader, "is of neither floats nor bytes.");
    }
    struct onnx_flow flow = onnx_flow_planes(0, exchange_shape(&reader->exchange));
    const size_t dimensions[FLOW_MOST_DIMENSIONS] = {(size_t)sizes[1], count > 2 ? (size_t)sizes[2] : 1,
                                                     count > 3 ? (size_t)sizes[3] : 1};
    (void)onnx_flow_reshape(&flow, dimensions, count - 1);
    add_value(reader, reader->graph.input_name, VALUE_FLOW)->flow = flow;
    return SCRAWL_OK;
}

/* A model that ends with logits gets its softmax later. */
static scrawl_status end_flow(struct reader *reader)
{
    const struct value *value = find_value(reader, reader->graph.output_name);
    char name[ONNX_NAME_SIZE];
    memset(reader->place, 0, sizeof reader->place);
    append(reader->place, "The output \"");
    append(reader->place, onnx_name_text(reader->graph.output_name, name));
    append(reader->place, "\" of the ONNX model");
    if (!value || value->kind != VALUE_FLOW || value->flow.position != reader->exchange.layer_count)
        return fail_node(reader, "it is not what the last layer gives.");
    if (value->flow.flattened && !onnx_flow_is_ours(&value->flow)) return fail_node(reader, "its classes are pixels.");
    if (value->flow.scale == 1) return SCRAWL_OK;
    if (reader->exchange.layers[reader->exchange.layer_count - 1].activation == ACTIVATION_SOFTMAX)
        return fail_node(reader, "it is scaled behind softmax.");
    reader->logit_scale = value->flow.scale;
    return SCRAWL_OK;
}

/* ---- Fields ------------------------------------------------------------------------------------------------------ */

/* To be freed by the caller; NULL when there is no memory. */
static char *slice_copy(struct slice slice)
{
    char *copy = malloc(slice.size + 1);
    if (copy && slice.size > 0) memcpy(copy, slice.bytes, slice.size);
    if (copy) copy[slice.size] = 0;
    return copy;
}

static bool is_text(struct slice slice)
{
    return slice.size == 0 || !memchr(slice.bytes, 0, slice.size);
}

static bool has_field(const struct onnx_graph *graph, const char *key, struct slice *value)
{
    for (size_t i = 0; i < graph->field_count; i++) {
        if (!slice_is(graph->fields[i].key, key)) continue;
        *value = graph->fields[i].value;
        return true;
    }
    return false;
}

/* Of files that Scrawl wrote: what another program's say under the same names may be anything. */
static scrawl_status copy_fields(struct reader *reader)
{
    struct slice version;
    scrawl_status status = SCRAWL_OK;
    if (!has_field(&reader->graph, MODEL_VERSION, &version)) return SCRAWL_OK;
    for (size_t i = 0; status == SCRAWL_OK && i < reader->graph.field_count; i++) {
        const struct onnx_field *field = &reader->graph.fields[i];
        if (!is_text(field->key) || !is_text(field->value))
            return fail(SCRAWL_INVALID_MODEL, "The ONNX model has an entry in metadata_props that is no text.", NULL);
        char *key = slice_copy(field->key), *value = slice_copy(field->value);
        status = key && value ? metadata_set(&reader->exchange.fields, key, value) : fail_out_of_memory();
        free(key);
        free(value);
    }
    return status;
}

/* A number, or a list of one: "0.1307", "[0.1307]". */
static bool read_single(struct slice text, double *value)
{
    static const char around[] = "[]() ";
    while (text.size && memchr(around, text.bytes[0], sizeof around - 1)) text.bytes++, text.size--;
    while (text.size && memchr(around, text.bytes[text.size - 1], sizeof around - 1)) text.size--;
    return parse_number((const char *)text.bytes, text.size, value) && isfinite(*value);
}

/* What metadata_props says of the input, where the graph doesn't do it. */
static scrawl_status scale_by_fields(struct reader *reader)
{
    static const char *const names[][2] = {{"mean", "std"}, {"image_mean", "image_std"}};
    struct slice mean_text, deviation_text;
    double mean, deviation;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has_field(&reader->graph, names[i][0], &mean_text) &&
            has_field(&reader->graph, names[i][1], &deviation_text) && read_single(mean_text, &mean) &&
            read_single(deviation_text, &deviation) && deviation > 0) {
            reader->is_scaled_by_fields = true;
            return exchange_scale_input(&reader->exchange, 1 / deviation, -mean / deviation, "metadata_props");
        }
    return SCRAWL_OK;
}

/* The graph decides; a field that agrees has the exact number. */
static scrawl_status set_temperature(struct reader *reader)
{
    static const double tolerance = 1e-5;
    struct metadata *fields = &reader->exchange.fields;
    const char *text = metadata_get(fields, MODEL_TEMPERATURE);
    double said = 1;
    const bool known = !text || parse_number(text, strlen(text), &said);
    if (known && fabs(said * reader->logit_scale - 1) < tolerance) return SCRAWL_OK;
    return metadata_set_number(fields, MODEL_TEMPERATURE, 1 / reader->logit_scale);
}

static scrawl_status read_model(struct reader *reader, scrawl_model **model)
{
    const struct onnx_graph *graph = &reader->graph;
    reader->values = calloc(graph->node_count + graph->tensor_count + 1, sizeof *reader->values);
    if (!reader->values) return fail_out_of_memory();
    for (size_t i = 0; i < graph->tensor_count; i++)
        add_value(reader, graph->tensors[i].name, VALUE_TENSOR)->tensor = graph->tensors[i];
    scrawl_status status = copy_fields(reader);
    if (status == SCRAWL_OK) status = begin_flow(reader);
    if (status == SCRAWL_OK && reader->exchange.input_scale == 1) status = scale_by_fields(reader);
    for (size_t i = 0; status == SCRAWL_OK && i < graph->node_count; i++) status = read_node(reader, &graph->nodes[i]);
    if (status == SCRAWL_OK) status = end_flow(reader);
    if (status == SCRAWL_OK) status = set_temperature(reader);
    return status == SCRAWL_OK ? exchange_model(&reader->exchange, model) : status;
}

scrawl_status onnx_read(const uint8_t *bytes, size_t size, scrawl_model **model)
{
    struct reader *reader = calloc(1, sizeof *reader);
    if (!reader) return fail_out_of_memory();
    reader->exchange = EXCHANGE_START;
    reader->logit_scale = 1;
    scrawl_status status = onnx_graph_read(bytes, size, &reader->graph);
    if (status == SCRAWL_OK) status = read_model(reader, model);
    onnx_graph_free(&reader->graph);
    exchange_free(&reader->exchange);
    free(reader->values);
    free(reader);
    return status;
}
