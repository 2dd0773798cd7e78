/* ONNX models (https://onnx.ai/onnx/repo-docs/IR.html) to and from ours, and what reading and writing share: the
 * numbers of messages' fields (onnx.proto), where a weight of theirs is in ours, a file as tables, and what a graph's
 * values are to our layers. */
#ifndef ONNX_H
#define ONNX_H

#include "base/status.h"
#include "layers/layer.h"
#include "protobuf.h"

scrawl_status onnx_read(const uint8_t *bytes, size_t size, scrawl_model **model);
scrawl_status onnx_write(const scrawl_model *model, uint8_t **bytes, size_t *size);

enum {
    MODEL_IR_VERSION = 1,
    MODEL_PRODUCER_NAME = 2,
    MODEL_PRODUCER_VERSION = 3,
    MODEL_GRAPH = 7,
    MODEL_OPSET_IMPORT = 8,
    MODEL_METADATA_PROPS = 14,
    OPSET_DOMAIN = 1,
    OPSET_VERSION = 2,
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
    GRAPH_NODE = 1,
    GRAPH_NAME = 2,
    GRAPH_INITIALIZER = 5,
    GRAPH_INPUT = 11,
    GRAPH_OUTPUT = 12,
    NODE_INPUT = 1,
    NODE_OUTPUT = 2,
    NODE_NAME = 3,
    NODE_OP_TYPE = 4,
    NODE_ATTRIBUTE = 5,
    NODE_DOMAIN = 7,
    ATTRIBUTE_NAME = 1,
    ATTRIBUTE_FLOAT = 2,
    ATTRIBUTE_INT = 3,
    ATTRIBUTE_STRING = 4,
    ATTRIBUTE_TENSOR = 5,
    ATTRIBUTE_FLOATS = 7,
    ATTRIBUTE_INTS = 8,
    ATTRIBUTE_TYPE = 20,
    TENSOR_DIMS = 1,
    TENSOR_DATA_TYPE = 2,
    TENSOR_FLOAT_DATA = 4,
    TENSOR_INT32_DATA = 5,
    TENSOR_INT64_DATA = 7,
    TENSOR_NAME = 8,
    TENSOR_RAW_DATA = 9,
    TENSOR_DOUBLE_DATA = 10,
    TENSOR_DATA_LOCATION = 14,
    VALUE_NAME = 1,
    VALUE_TYPE = 2,
    TYPE_TENSOR = 1,
    TENSOR_TYPE_ELEMENT = 1,
    TENSOR_TYPE_SHAPE = 2,
    SHAPE_DIMENSION = 1,
    DIMENSION_VALUE = 1,
    DIMENSION_PARAMETER = 2,
};

/* AttributeProto.type */
enum { ATTRIBUTE_IS_FLOAT = 1, ATTRIBUTE_IS_INT = 2, ATTRIBUTE_IS_STRING = 3, ATTRIBUTE_IS_INTS = 7 };

/* TensorProto.data_type */
enum onnx_type {
    ONNX_FLOAT = 1,
    ONNX_INT32 = 6,
    ONNX_INT64 = 7,
    ONNX_FLOAT16 = 10,
    ONNX_DOUBLE = 11,
    ONNX_BFLOAT16 = 16
};

/* Weights of a convolution are [output][input][place], ours [place][input][output]; of a depthwise one
 * [channel][place], ours [place][channel], which is the same with one input. */
static inline size_t our_weight(size_t place, size_t input, size_t inputs, size_t output, size_t outputs)
{
    return (place * inputs + input) * outputs + output;
}

/* Where a value of planes [channel][row][column] is in ours, [row][column][channel]. */
static inline size_t our_value(struct shape shape, size_t index)
{
    const size_t plane = shape.rows * shape.columns;
    return index % plane * shape.channels + index / plane;
}

/* ---- A file as tables: onnx_graph.c -------------------------------------------------------------------------------
 * Its nodes, constant tensors and fields, all pointing into the file's bytes. These are distrusted: counts, sizes and
 * data agree afterwards. Knows no operator. */

enum {
    ONNX_MOST_NODES = 1024,
    ONNX_MOST_TENSORS = 1024,
    ONNX_MOST_FIELDS = 2048, /* metadata_props */
    ONNX_MOST_INPUTS = 6,    /* of a node */
    ONNX_MOST_DIMENSIONS = 4,
};

/* A constant: an initializer, or what a Constant node holds. */
struct onnx_tensor {
    struct slice name;
    uint64_t type; /* enum onnx_type, or another */
    size_t dimension_count, dimensions[ONNX_MOST_DIMENSIONS];
    size_t count; /* of values: the product of the dimensions, and so many are there */
    struct slice message, raw;
    bool is_raw;
};

struct onnx_node {
    struct slice message, name, operator, domain;
    struct slice inputs[ONNX_MOST_INPUTS], output; /* an input that is left out has no bytes */
    size_t input_count;
};

struct onnx_field {
    struct slice key, value;
};

/* Starts as {0}. */
struct onnx_graph {
    uint64_t opset;
    struct onnx_node *nodes; /* [node_count], in an order in which they can be computed */
    struct onnx_tensor *tensors;
    struct onnx_field *fields;
    size_t node_count, tensor_count, field_count;
    struct slice input_name, input_type; /* of the one input that is no tensor */
    struct slice output_name;
};

/* Fails with INVALID_MODEL, or OUT_OF_MEMORY; onnx_graph_free also then. */
scrawl_status onnx_graph_read(const uint8_t *bytes, size_t size, struct onnx_graph *graph);
void onnx_graph_free(struct onnx_graph *graph);

/* A tensor from its message. Fails, naming it, where its data lie in another file, or are more or fewer than its
 * dimensions say, or of a kind that no network here has. */
scrawl_status onnx_tensor_read(struct slice message, struct onnx_tensor *tensor);

/* The values [count] as floats, or as whole numbers; false when it holds others. */
bool onnx_tensor_floats(const struct onnx_tensor *tensor, float *values);
bool onnx_tensor_whole(const struct onnx_tensor *tensor, int64_t *values);

/* A node's attribute, or what stands for one that isn't there. */
int64_t onnx_int(const struct onnx_node *node, const char *name, int64_t otherwise);
float onnx_float(const struct onnx_node *node, const char *name, float otherwise);
struct slice onnx_string(const struct onnx_node *node, const char *name); /* no bytes where there is none */
bool onnx_tensor_attribute(const struct onnx_node *node, const char *name, struct slice *message);
/* How many there are, of which up to `most` are written; 0 for none. */
size_t onnx_ints(const struct onnx_node *node, const char *name, int64_t *values, size_t most);

/* A name for a sentence, cut where it is long. */
enum { ONNX_NAME_SIZE = 80 };
const char *onnx_name_text(struct slice name, char text[ONNX_NAME_SIZE]);

/* ---- What flows through a graph: onnx_flow.c ----------------------------------------------------------------------
 * Which of our layers gives the values, and in which order theirs lie, which reshaping and transposing change without a
 * layer. Knows no file and no operator. */

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
