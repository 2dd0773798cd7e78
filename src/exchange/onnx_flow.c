/* What flows through an ONNX graph: see onnx.h. Knows no file and no operator. */
#include "onnx.h"

#include <string.h>

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
