/* ONNX models (https://onnx.ai/onnx/repo-docs/IR.html) to and from ours, and what reading and writing share: the
 * numbers of messages' fields (onnx.proto), where a weight of theirs is in ours, a file as tables, and what a graph's
 * values are to our layers. */
#ifndef ONNX_H
#define ONNX_H

#include "base/status.h"
#include "exchange.h"
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

/* ---- What flows through a graph: onnx_values.c --------------------------------------------------------------------
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

/* ---- What names stand for: onnx_values.c --------------------------------------------------------------------------
 * Each node's inputs, looked up, and its output. */

enum {
    ONNX_MOST_NUMBERS = 8,   /* of a small constant */
    ONNX_PLACE_SIZE = 256,   /* a node's two names and a few words */
    ONNX_LARGEST_BYTE = 255, /* grey: full ink or paper */
};

/* What flows through the network, a constant tensor, or a few numbers that a constant or a shape gave. */
enum onnx_value_kind { VALUE_FLOW, VALUE_TENSOR, VALUE_NUMBERS };

struct onnx_value {
    struct slice name;
    enum onnx_value_kind kind;
    struct onnx_flow flow;
    struct onnx_tensor tensor;
    double numbers[ONNX_MOST_NUMBERS];
    size_t number_count;
};

struct onnx_reader {
    struct onnx_graph graph;
    struct exchange exchange;
    struct onnx_value *values; /* [value_count], of memory for a tensor or node each and the input */
    size_t value_count;
    char place[ONNX_PLACE_SIZE]; /* the node, as a sentence begins */
    double declared_batch;       /* 0 where it may be any */
    bool is_scaled_by_fields;    /* unless the graph does it */
    double logit_scale;          /* what softmax found its input multiplied with */
};

/* Fails with INVALID_MODEL, naming the node. */
scrawl_status onnx_fail(const struct onnx_reader *reader, const char *what);

/* A node gives at most one. */
struct onnx_value *onnx_add_value(struct onnx_reader *reader, struct slice name, enum onnx_value_kind kind);
/* NULL where it is unknown, as one is that comes later. */
const struct onnx_value *onnx_find_value(const struct onnx_reader *reader, struct slice name);

/* A node's index-th input: its name, without bytes where it is left out; what it stands for, or NULL; whether that is a
 * flow, and a tensor or NULL; and whether nothing but this node uses it. */
struct slice onnx_input_name(const struct onnx_node *node, size_t index);
const struct onnx_value *onnx_input(const struct onnx_reader *reader, const struct onnx_node *node, size_t index);
bool onnx_is_flow(const struct onnx_reader *reader, const struct onnx_node *node, size_t index);
const struct onnx_tensor *onnx_input_tensor(const struct onnx_reader *reader, const struct onnx_node *node,
                                            size_t index);
bool onnx_is_alone(const struct onnx_reader *reader, const struct onnx_node *node, size_t index);

/* What flows into a node: at `index`, multiplied with some number or not; at 0, not multiplied; and that as [batch]
 * [channel][row][column]. Each fails where it isn't so, or isn't what the last layer gives. */
scrawl_status onnx_take_scaled(const struct onnx_reader *reader, const struct onnx_node *node, size_t index,
                               struct onnx_flow *flow);
scrawl_status onnx_take_flow(const struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow *flow);
scrawl_status onnx_take_planes(struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow *flow);
void onnx_put_flow(struct onnx_reader *reader, const struct onnx_node *node, struct onnx_flow flow);

/* Makes our layers give a vector, in our order, where they don't yet. */
scrawl_status onnx_flatten(struct onnx_reader *reader, struct onnx_flow *flow);

/* The few numbers that a value is, 0 where it is something else; an input's one number; a node's axes or sizes, in its
 * attribute of that name, or as its index-th input, where newer versions have them. */
size_t onnx_numbers(const struct onnx_value *value, double numbers[ONNX_MOST_NUMBERS]);
bool onnx_input_number(const struct onnx_reader *reader, const struct onnx_node *node, size_t index, double *number);
size_t onnx_node_numbers(const struct onnx_reader *reader, const struct onnx_node *node, const char *name, size_t index,
                         double numbers[ONNX_MOST_NUMBERS]);
scrawl_status onnx_put_numbers(struct onnx_reader *reader, const struct onnx_node *node, const double *numbers,
                               size_t count);
/* Whether an axis is among those, which may be counted from the end of `rank`. */
bool onnx_has_axis(const double *axes, size_t count, size_t axis, size_t rank);

/* Softmax finds its input multiplied with that: one over the model's temperature. Fails, naming the node or output,
 * where that has none. */
scrawl_status onnx_set_logit_scale(struct onnx_reader *reader, double scale);

/* ---- Operators: onnx_layers.c -------------------------------------------------------------------------------------
 * Each makes the layer that its node is, and fails, naming the node, where there is none. */

typedef scrawl_status onnx_operator(struct onnx_reader *reader, const struct onnx_node *node);

onnx_operator onnx_read_conv, onnx_read_maxpool, onnx_read_globalpool, onnx_read_resize;
onnx_operator onnx_read_gemm, onnx_read_matmul, onnx_read_batchnorm;
onnx_operator onnx_read_relu, onnx_read_softmax, onnx_read_dropout;
onnx_operator onnx_read_add, onnx_read_subtract, onnx_read_multiply;

#endif
