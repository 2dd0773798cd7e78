/* ONNX models (https://onnx.ai/onnx/repo-docs/IR.html) to and from ours, and what reading and writing share: the
 * numbers of messages' fields (onnx.proto), and where a weight of theirs is in ours. */
#ifndef ONNX_H
#define ONNX_H

#include "layers/layer.h"
#include "scrawl.h"

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

#endif
