/* An ONNX file as tables: its nodes, constant tensors and fields, all pointing into the file's bytes. Distrusts them:
 * counts, sizes and data agree afterwards. Knows no operator. */
#ifndef ONNX_GRAPH_H
#define ONNX_GRAPH_H

#include "base/status.h"
#include "onnx.h"
#include "protobuf.h"

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

#endif
