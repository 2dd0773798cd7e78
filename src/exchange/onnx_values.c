/* What the names of an ONNX graph stand for, and how what flows through it lies: see onnx.h. Knows no file and no
 * operator. */
#include <string.h>

#include "onnx.h"

/* ---- Flows ------------------------------------------------------------------------------------------------------- */

static size_t axis_size(struct shape shape, enum onnx_axis axis)
{
    const size_t sizes[AXES] = {shape.rows, shape.columns, shape.channels};
    return sizes[axis];
}

struct onnx_flow onnx_flow_planes(size_t position, struct shape shape)
{
    return (struct onnx_flow){.position = position,
                              .shape = shape,
                              .order = {AXIS_CHANNELS, AXIS_ROWS, AXIS_COLUMNS},
                              .dimension_count = AXES,
                              .dimensions = {shape.channels, shape.rows, shape.columns},
                              .scale = 1};
}

struct onnx_flow onnx_flow_vector(size_t position, struct shape shape)
{
    struct onnx_flow flow = onnx_flow_planes(position, shape);
    flow.dimension_count = 1;
    flow.dimensions[0] = shape_size(shape);
    return flow;
}

/* Whether the axes that aren't of size 1 come in that order. */
static bool has_order(const struct onnx_flow *flow, const enum onnx_axis order[AXES])
{
    size_t next = 0;
    for (size_t i = 0; i < AXES; i++) {
        if (axis_size(flow->shape, order[i]) == 1) continue;
        while (axis_size(flow->shape, flow->order[next]) == 1) next++;
        if (flow->order[next++] != order[i]) return false;
    }
    return true;
}

bool onnx_flow_is_ours(const struct onnx_flow *flow)
{
    static const enum onnx_axis ours[AXES] = {AXIS_ROWS, AXIS_COLUMNS, AXIS_CHANNELS};
    return has_order(flow, ours);
}

int onnx_flow_channels(const struct onnx_flow *flow)
{
    static const enum onnx_axis planes[AXES] = {AXIS_CHANNELS, AXIS_ROWS, AXIS_COLUMNS};
    const struct shape shape = flow->shape;
    const size_t *sizes = flow->dimensions;
    const bool is_vector = shape.rows == 1 && shape.columns == 1;
    if (flow->dimension_count != AXES || (flow->flattened && !is_vector)) return -1;
    if (sizes[0] == shape.channels && sizes[1] == shape.rows && sizes[2] == shape.columns && has_order(flow, planes))
        return 0;
    const bool last = sizes[0] == shape.rows && sizes[1] == shape.columns && sizes[2] == shape.channels;
    return last && onnx_flow_is_ours(flow) ? 2 : -1;
}

bool onnx_flow_is_planes(const struct onnx_flow *flow)
{
    return onnx_flow_channels(flow) == 0;
}

bool onnx_flow_reshape(struct onnx_flow *flow, const size_t *dimensions, size_t count)
{
    size_t total = 1;
    if (count > FLOW_MOST_DIMENSIONS) return false;
    for (size_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(total, dimensions[i], &total)) return false;
    if (total != shape_size(flow->shape)) return false;
    memmove(flow->dimensions, dimensions, count * sizeof *dimensions);
    flow->dimension_count = count;
    return true;
}

/* The axes that make up each dimension: which of flow->order is its first, and behind the last one's, the end. False
 * where a dimension is no product of whole axes. */
static bool find_axes(const struct onnx_flow *flow, size_t firsts[FLOW_MOST_DIMENSIONS + 1])
{
    size_t axis = 0;
    for (size_t i = 0; i < flow->dimension_count; i++) {
        size_t product = 1;
        firsts[i] = axis;
        while (product < flow->dimensions[i] && axis < AXES) product *= axis_size(flow->shape, flow->order[axis++]);
        if (product != flow->dimensions[i]) return false;
    }
    firsts[flow->dimension_count] = axis;
    return true;
}

bool onnx_flow_transpose(struct onnx_flow *flow, const size_t *order)
{
    size_t firsts[FLOW_MOST_DIMENSIONS + 1], placed = 0;
    struct onnx_flow turned = *flow;
    bool seen[AXES] = {false};
    if (!find_axes(flow, firsts)) return false;
    for (size_t i = 0; i < flow->dimension_count; i++) {
        turned.dimensions[i] = flow->dimensions[order[i]];
        for (size_t axis = firsts[order[i]]; axis < firsts[order[i] + 1]; axis++) {
            turned.order[placed++] = flow->order[axis];
            seen[axis] = true;
        }
    }
    for (size_t axis = 0; axis < AXES; axis++) /* of size 1 */
        if (!seen[axis]) turned.order[placed++] = flow->order[axis];
    *flow = turned;
    return true;
}

size_t onnx_flow_ours(const struct onnx_flow *flow, size_t index)
{
    size_t places[AXES];
    for (size_t i = AXES; i-- > 0;) {
        const size_t size = axis_size(flow->shape, flow->order[i]);
        places[flow->order[i]] = index % size;
        index /= size;
    }
    return (places[AXIS_ROWS] * flow->shape.columns + places[AXIS_COLUMNS]) * flow->shape.channels +
           places[AXIS_CHANNELS];
}

scrawl_status onnx_fail(const struct onnx_reader *reader, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, reader->place, ": ", what, NULL);
}

/* ---- Values ------------------------------------------------------------------------------------------------------ */

struct onnx_value *onnx_add_value(struct onnx_reader *reader, struct slice name, enum onnx_value_kind kind)
{
    struct onnx_value *value = &reader->values[reader->value_count++];
    *value = (struct onnx_value){.name = name, .kind = kind};
    return value;
}

const struct onnx_value *onnx_find_value(const struct onnx_reader *reader, struct slice name)
{
    for (size_t i = reader->value_count; name.size > 0 && i-- > 0;)
        if (slice_equals(reader->values[i].name, name)) return &reader->values[i];
    return NULL;
}

struct slice onnx_input_name(const struct onnx_node *node, size_t index)
{
    return index < node->input_count ? node->inputs[index] : (struct slice){0};
}

/* A node's input; NULL where it is left out or unknown. */
const struct onnx_value *onnx_input(const struct onnx_reader *reader, const struct onnx_node *node, size_t index)
{
    return onnx_find_value(reader, onnx_input_name(node, index));
}

bool onnx_is_flow(const struct onnx_reader *reader, const struct onnx_node *node, size_t index)
{
    const struct onnx_value *value = onnx_input(reader, node, index);
    return value && value->kind == VALUE_FLOW;
}

const struct onnx_tensor *onnx_input_tensor(const struct onnx_reader *reader, const struct onnx_node *node,
                                            size_t index)
{
    const struct onnx_value *value = onnx_input(reader, node, index);
    return value && value->kind == VALUE_TENSOR ? &value->tensor : NULL;
}

/* Whether nothing but this node uses its index-th input. */
bool onnx_is_alone(const struct onnx_reader *reader, const struct onnx_node *node, size_t index)
{
    const struct slice name = onnx_input_name(node, index);
    size_t uses = slice_equals(name, reader->graph.output_name);
    for (size_t i = 0; i < reader->graph.node_count; i++)
        for (size_t j = 0; j < reader->graph.nodes[i].input_count; j++)
            uses += slice_equals(name, reader->graph.nodes[i].inputs[j]);
    return uses == 1;
}

/* What flows into a node, which must be what the last layer gives. */
scrawl_status onnx_take_scaled(const struct onnx_reader *reader, const struct onnx_node *node, size_t index,
                               struct onnx_flow *flow)
{
    const struct onnx_value *value = onnx_input(reader, node, index);
    if (!value) return onnx_fail(reader, "an input is missing, or comes later.");
    if (value->kind != VALUE_FLOW) return onnx_fail(reader, "it computes with constants alone.");
    *flow = value->flow;
    if (flow->position == reader->exchange.layer_count) return SCRAWL_OK;
    return onnx_fail(reader, "the network branches here in a way that is no skip.");
}

scrawl_status onnx_take_flow(const struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow *flow)
{
    scrawl_status status = onnx_take_scaled(reader, node, 0, flow);
    if (status != SCRAWL_OK || flow->scale == 1) return status;
    return onnx_fail(reader, "its input is multiplied with a number; only logits and the input may be.");
}

void onnx_put_flow(struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow flow)
{
    onnx_add_value(reader, node->output, VALUE_FLOW)->flow = flow;
}

/* The few numbers that a value is; 0 where it is something else. */
size_t onnx_numbers(const struct onnx_value *value, double numbers[ONNX_MOST_NUMBERS])
{
    float floats[ONNX_MOST_NUMBERS];
    int64_t whole[ONNX_MOST_NUMBERS];
    if (value && value->kind == VALUE_NUMBERS) memcpy(numbers, value->numbers, sizeof value->numbers);
    if (value && value->kind == VALUE_NUMBERS) return value->number_count;
    if (!value || value->kind != VALUE_TENSOR || value->tensor.count > ONNX_MOST_NUMBERS) return 0;
    const bool is_whole = onnx_tensor_whole(&value->tensor, whole);
    if (!is_whole && !onnx_tensor_floats(&value->tensor, floats)) return 0;
    for (size_t i = 0; i < value->tensor.count; i++) numbers[i] = is_whole ? (double)whole[i] : (double)floats[i];
    return value->tensor.count;
}

bool onnx_input_number(const struct onnx_reader *reader, const struct onnx_node *node, size_t index, double *number)
{
    double numbers[ONNX_MOST_NUMBERS];
    const size_t count = onnx_numbers(onnx_input(reader, node, index), numbers);
    if (count == 1) *number = numbers[0];
    return count == 1;
}

scrawl_status onnx_put_numbers(struct onnx_reader *reader, const struct onnx_node *node, const double *numbers,
                               size_t count)
{
    if (count > ONNX_MOST_NUMBERS) return onnx_fail(reader, "it makes too many numbers.");
    struct onnx_value *value = onnx_add_value(reader, node->output, VALUE_NUMBERS);
    memcpy(value->numbers, numbers, count * sizeof *numbers);
    value->number_count = count;
    return SCRAWL_OK;
}

/* The axes or sizes of a node: its attribute of that name, or its index-th input, as newer versions have it. */
size_t onnx_node_numbers(const struct onnx_reader *reader, const struct onnx_node *node, const char *name, size_t index,
                         double numbers[ONNX_MOST_NUMBERS])
{
    int64_t whole[ONNX_MOST_NUMBERS];
    const size_t count = onnx_ints(node, name, whole, ONNX_MOST_NUMBERS);
    if (count == 0 || count > ONNX_MOST_NUMBERS) return onnx_numbers(onnx_input(reader, node, index), numbers);
    for (size_t i = 0; i < count; i++) numbers[i] = (double)whole[i];
    return count;
}

bool onnx_has_axis(const double *axes, size_t count, size_t axis, size_t rank)
{
    for (size_t i = 0; i < count; i++)
        if (axes[i] == (double)axis || axes[i] + (double)rank == (double)axis) return true;
    return false;
}

/* Makes our layers give a vector, in our order, where theirs have one. */
scrawl_status onnx_flatten(struct onnx_reader *reader, struct onnx_flow *flow)
{
    const struct shape shape = exchange_shape(&reader->exchange);
    const struct layer layer = {.kind = LAYER_FLATTEN};
    if (shape.rows == 1 && shape.columns == 1) return SCRAWL_OK;
    scrawl_status status = exchange_add(&reader->exchange, &layer, reader->place, NULL);
    flow->position = reader->exchange.layer_count;
    flow->flattened = true;
    return status;
}

/* What flows in as [batch][channel][row][column]. Channels of 1x1 may have been planes that were flattened. */
scrawl_status onnx_take_planes(struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow *flow)
{
    scrawl_status status = onnx_take_flow(reader, node, flow);
    if (status != SCRAWL_OK) return status;
    const size_t count = shape_size(flow->shape);
    const bool is_channels = flow->dimension_count == AXES && flow->dimensions[0] == count;
    if (is_channels && !onnx_flow_is_planes(flow) && onnx_flow_is_ours(flow)) {
        status = onnx_flatten(reader, flow);
        *flow = onnx_flow_planes(flow->position, exchange_shape(&reader->exchange));
    }
    if (status != SCRAWL_OK || onnx_flow_is_planes(flow)) return status;
    return onnx_fail(reader, "its input is no [batch][channel][row][column].");
}
