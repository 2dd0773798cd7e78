/* The values that flow through an ONNX graph, and what they are to our network: which layer gives them, and in which
 * order theirs lie, which reshaping and transposing change without a layer. Knows no file and no operator. */
#ifndef ONNX_FLOW_H
#define ONNX_FLOW_H

#include "layers/layer.h"

enum onnx_axis { AXIS_ROWS, AXIS_COLUMNS, AXIS_CHANNELS, AXES };
enum { FLOW_MOST_DIMENSIONS = 4 };

struct onnx_flow {
    size_t position;            /* of the exchange */
    struct shape shape;         /* the axes that these values have; what order says of one of size 1 means nothing */
    enum onnx_axis order[AXES]; /* from the outermost on, as theirs lie in memory; ours are rows, columns, channels */
    size_t dimension_count, dimensions[FLOW_MOST_DIMENSIONS]; /* theirs, without the batch's */
    bool flattened; /* our layer gives a vector of all values, in our order, whatever axes they have had */
    double scale;   /* what the values are multiplied with behind the layer */
};

/* What a layer of that shape gives, as planes [channel][row][column], or a vector. */
struct onnx_flow onnx_flow_planes(size_t position, struct shape shape);
struct onnx_flow onnx_flow_vector(size_t position, struct shape shape);

/* Whether they have three dimensions, which are the planes of what our layer gives. */
bool onnx_flow_is_planes(const struct onnx_flow *flow);

/* Which of three dimensions are the channels: 0, or 2 where they come last; -1 where neither is so. */
int onnx_flow_channels(const struct onnx_flow *flow);

/* Other dimensions for the same values in the same order; false when they are not as many. */
bool onnx_flow_reshape(struct onnx_flow *flow, const size_t *dimensions, size_t count);

/* Dimension i becomes what was dimension order[i]; false where an axis is torn. */
bool onnx_flow_transpose(struct onnx_flow *flow, const size_t *order);

/* Where their index-th value is in ours, [row][column][channel]. */
size_t onnx_flow_ours(const struct onnx_flow *flow, size_t index);
bool onnx_flow_is_ours(const struct onnx_flow *flow); /* so that each is where it is in theirs */

#endif
