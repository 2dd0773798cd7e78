/* Writes a model as ONNX: IR version 8, opset 17, images [batch][1][28][28] in, probabilities [batch][class] out. What
 * its own file says beside the weights stands in metadata_props. Must not know how such a file is read. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "layers/batchnorm.h"
#include "layers/layers.h"
#include "model/model_file.h"
#include "onnx.h"
#include "protobuf.h"

enum { IR_VERSION = 8, OPSET = 17, NAME_SIZE = 64, KERNEL_AXES = 2, EDGES = 4 };

static const char input_name[] = "image", output_name[] = "probabilities", batch_name[] = "batch";

struct writer {
    const scrawl_model *model;
    struct text nodes, tensors; /* fields of the graph */
    char value[NAME_SIZE];      /* what flows out of the last node */
    bool is_vector;             /* [batch][value], else [batch][channel][row][column] */
    struct shape flattened;     /* whose planes the vector is in the order of; no channels where it is in ours */
    struct {
        char value[NAME_SIZE];
        bool is_vector;
    } kept[NETWORK_MAX_LAYERS]; /* by keep layers */
};

/* "3.conv": of layer `index`. */
static const char *layer_name(size_t index, const char *what, char name[NAME_SIZE])
{
    char number[NUMBER_TEXT_SIZE];
    name[0] = 0;
    strcat(strcat(strcat(name, unsigned_text(index, number)), "."), what);
    return name;
}

/* ---- Attributes, nodes and tensors ------------------------------------------------------------------------------- */

static void add_attribute(struct text *node, const char *name, uint64_t type, struct text *value)
{
    struct text attribute = {0};
    protobuf_put_text(&attribute, ATTRIBUTE_NAME, name);
    attribute.failed |= value->failed;
    text_append_bytes(&attribute, value->bytes, value->length);
    protobuf_put_number(&attribute, ATTRIBUTE_TYPE, type);
    text_free(value);
    protobuf_put_message(node, NODE_ATTRIBUTE, &attribute);
}

static void add_int(struct text *node, const char *name, int64_t number)
{
    struct text value = {0};
    protobuf_put_number(&value, ATTRIBUTE_INT, (uint64_t)number);
    add_attribute(node, name, ATTRIBUTE_IS_INT, &value);
}

static void add_float(struct text *node, const char *name, float number)
{
    struct text value = {0};
    protobuf_put_float(&value, ATTRIBUTE_FLOAT, number);
    add_attribute(node, name, ATTRIBUTE_IS_FLOAT, &value);
}

static void add_string(struct text *node, const char *name, const char *string)
{
    struct text value = {0};
    protobuf_put_text(&value, ATTRIBUTE_STRING, string);
    add_attribute(node, name, ATTRIBUTE_IS_STRING, &value);
}

static void add_sizes(struct text *node, const char *name, const size_t *sizes, size_t count)
{
    struct text value = {0};
    for (size_t i = 0; i < count; i++) protobuf_put_number(&value, ATTRIBUTE_INTS, sizes[i]);
    add_attribute(node, name, ATTRIBUTE_IS_INTS, &value);
}

/* A node's beginning: what flows, and further inputs up to a NULL. */
static struct text begin_node(const struct writer *writer, const char *first, const char *second, const char *third)
{
    struct text node = {0};
    protobuf_put_text(&node, NODE_INPUT, writer->value);
    if (first) protobuf_put_text(&node, NODE_INPUT, first);
    if (second) protobuf_put_text(&node, NODE_INPUT, second);
    if (third) protobuf_put_text(&node, NODE_INPUT, third);
    return node;
}

/* The node gives "3.conv", which flows on. */
static void end_node(struct writer *writer, struct text *node, size_t index, const char *what, const char *kind)
{
    layer_name(index, what, writer->value);
    protobuf_put_text(node, NODE_OUTPUT, writer->value);
    protobuf_put_text(node, NODE_NAME, writer->value);
    protobuf_put_text(node, NODE_OP_TYPE, kind);
    protobuf_put_message(&writer->nodes, GRAPH_NODE, node);
}

static void add_node(struct writer *writer, size_t index, const char *what, const char *kind)
{
    struct text node = begin_node(writer, NULL, NULL, NULL);
    end_node(writer, &node, index, what, kind);
}

static void add_tensor(struct writer *writer, const char *name, enum onnx_type type, const size_t *dimensions,
                       size_t dimension_count, const void *values, size_t size)
{
    struct text tensor = {0};
    for (size_t i = 0; i < dimension_count; i++) protobuf_put_number(&tensor, TENSOR_DIMS, dimensions[i]);
    protobuf_put_number(&tensor, TENSOR_DATA_TYPE, type);
    protobuf_put_text(&tensor, TENSOR_NAME, name);
    protobuf_put_bytes(&tensor, TENSOR_RAW_DATA, values, size);
    protobuf_put_message(&writer->tensors, GRAPH_INITIALIZER, &tensor);
}

static void add_floats(struct writer *writer, const char *name, const float *values, size_t count)
{
    add_tensor(writer, name, ONNX_FLOAT, &count, 1, values, count * sizeof *values);
}

/* ---- From planes to vectors and back ----------------------------------------------------------------------------- */

static void to_vector(struct writer *writer, size_t index)
{
    if (!writer->is_vector) {
        struct text node = begin_node(writer, NULL, NULL, NULL);
        add_int(&node, "axis", 1);
        end_node(writer, &node, index, "flatten", "Flatten");
    }
    writer->is_vector = true;
}

static void to_planes(struct writer *writer, size_t index)
{
    static const int64_t shape[] = {0, -1, 1, 1};
    static const size_t count = sizeof shape / sizeof *shape;
    char name[NAME_SIZE];
    if (!writer->is_vector) return;
    add_tensor(writer, layer_name(index, "shape", name), ONNX_INT64, &count, 1, shape, sizeof shape);
    struct text node = begin_node(writer, name, NULL, NULL);
    end_node(writer, &node, index, "planes", "Reshape");
    writer->is_vector = false;
}

/* Whether the values behind a flatten layer are next mixed by a dense layer, whose rows can be in the planes' order. */
static bool dense_follows(const struct network *network, size_t index)
{
    while (++index < network->layer_count) {
        const enum layer_kind kind = network->layers[index].kind;
        if (kind == LAYER_DENSE) return true;
        if (kind != LAYER_DROPOUT && kind != LAYER_RELU && kind != LAYER_FLATTEN) return false;
    }
    return false;
}

static void write_flatten(struct writer *writer, size_t index)
{
    static const size_t channels_last[] = {0, 2, 3, 1};
    const struct layer *layer = &writer->model->network.layers[index];
    const bool mixed = layer->input.channels > 1 && layer->input.rows * layer->input.columns > 1;
    if (mixed && dense_follows(&writer->model->network, index)) {
        writer->flattened = layer->input;
    } else if (mixed) {
        struct text node = begin_node(writer, NULL, NULL, NULL);
        add_sizes(&node, "perm", channels_last, sizeof channels_last / sizeof *channels_last);
        end_node(writer, &node, index, "transpose", "Transpose");
    }
    to_vector(writer, index);
}

/* ---- Layers with weights ----------------------------------------------------------------------------------------- */

static const float *parameters(const struct writer *writer, size_t offset)
{
    return writer->model->weights.values + offset;
}

/* Weights in their order, to be freed by the caller; NULL when there is no memory. */
static float *their_kernel(const struct writer *writer, const struct layer *layer)
{
    const float *ours = parameters(writer, layer->weight_offset);
    const size_t places = layer->kernel_rows * layer->kernel_columns, outputs = layer->output.channels;
    const size_t inputs = layer->weight_count / places / outputs;
    float *theirs = malloc(layer->weight_count * sizeof *theirs), *next = theirs;
    for (size_t output = 0; theirs && output < outputs; output++)
        for (size_t input = 0; input < inputs; input++)
            for (size_t place = 0; place < places; place++)
                *next++ = ours[our_weight(place, input, inputs, output, outputs)];
    return theirs;
}

/* Rows in the order of what was flattened. */
static float *their_rows(const struct writer *writer, const struct layer *layer)
{
    const float *ours = parameters(writer, layer->weight_offset);
    const size_t outputs = layer->output.channels;
    float *theirs = malloc(layer->weight_count * sizeof *theirs);
    for (size_t i = 0; theirs && i < layer->input.channels; i++) {
        const size_t row = writer->flattened.channels ? our_value(writer->flattened, i) : i;
        memcpy(theirs + i * outputs, ours + row * outputs, outputs * sizeof *theirs);
    }
    return theirs;
}

/* "3.weight" and "3.bias", whose names are written; takes over the weights. */
static void add_weights(struct writer *writer, size_t index, float *weights, const size_t *dimensions, size_t count,
                        char weight_name[NAME_SIZE], char bias_name[NAME_SIZE])
{
    const struct layer *layer = &writer->model->network.layers[index];
    layer_name(index, "weight", weight_name);
    layer_name(index, "bias", bias_name);
    if (weights)
        add_tensor(writer, weight_name, ONNX_FLOAT, dimensions, count, weights, layer->weight_count * sizeof *weights);
    else
        writer->tensors.failed = true;
    free(weights);
    add_floats(writer, bias_name, parameters(writer, layer->bias_offset), layer->bias_count);
}

/* Rows and columns that padding adds before, then behind, as Keras places them. */
static void find_pads(const struct layer *layer, size_t pads[EDGES])
{
    const size_t inputs[KERNEL_AXES] = {layer->input.rows, layer->input.columns};
    const size_t outputs[KERNEL_AXES] = {layer->output.rows, layer->output.columns};
    const size_t kernels[KERNEL_AXES] = {layer->kernel_rows, layer->kernel_columns};
    for (size_t i = 0; i < KERNEL_AXES; i++) {
        const size_t covered = (outputs[i] - 1) * layer->stride + kernels[i];
        const size_t total = layer->same && covered > inputs[i] ? covered - inputs[i] : 0;
        pads[i] = total / 2;
        pads[i + KERNEL_AXES] = total - total / 2;
    }
}

static void write_conv(struct writer *writer, size_t index)
{
    const struct layer *layer = &writer->model->network.layers[index];
    const bool depthwise = layer->kind == LAYER_DEPTHWISE;
    const size_t channels = layer->input.channels;
    const size_t dimensions[] = {layer->output.channels, depthwise ? 1 : channels, layer->kernel_rows,
                                 layer->kernel_columns};
    const size_t strides[] = {layer->stride, layer->stride};
    char weight_name[NAME_SIZE], bias_name[NAME_SIZE];
    size_t pads[EDGES];
    to_planes(writer, index);
    add_weights(writer, index, their_kernel(writer, layer), dimensions, sizeof dimensions / sizeof *dimensions,
                weight_name, bias_name);
    struct text node = begin_node(writer, weight_name, bias_name, NULL);
    find_pads(layer, pads);
    add_int(&node, "group", depthwise ? (int64_t)channels : 1);
    add_sizes(&node, "kernel_shape", dimensions + KERNEL_AXES, KERNEL_AXES);
    add_sizes(&node, "pads", pads, EDGES);
    add_sizes(&node, "strides", strides, KERNEL_AXES);
    end_node(writer, &node, index, layer_names[layer->kind], "Conv");
}

static void write_dense(struct writer *writer, size_t index)
{
    const struct layer *layer = &writer->model->network.layers[index];
    const size_t dimensions[] = {layer->input.channels, layer->output.channels};
    char weight_name[NAME_SIZE], bias_name[NAME_SIZE];
    to_vector(writer, index);
    add_weights(writer, index, their_rows(writer, layer), dimensions, sizeof dimensions / sizeof *dimensions,
                weight_name, bias_name);
    writer->flattened = (struct shape){0};
    struct text node = begin_node(writer, weight_name, bias_name, NULL);
    end_node(writer, &node, index, "dense", "Gemm");
}

static void write_batchnorm(struct writer *writer, size_t index)
{
    static const char *const names[] = {"gamma", "beta", "mean", "variance"};
    enum { PARTS = sizeof names / sizeof *names };
    const struct layer *layer = &writer->model->network.layers[index];
    const size_t channels = layer->output.channels;
    const size_t offsets[PARTS] = {layer->weight_offset, layer->bias_offset, layer->statistic_offset,
                                   layer->statistic_offset + channels};
    struct text node = begin_node(writer, NULL, NULL, NULL);
    for (size_t i = 0; i < PARTS; i++) {
        char name[NAME_SIZE];
        add_floats(writer, layer_name(index, names[i], name), parameters(writer, offsets[i]), channels);
        protobuf_put_text(&node, NODE_INPUT, name);
    }
    add_float(&node, "epsilon", BATCHNORM_EPSILON);
    end_node(writer, &node, index, "batchnorm", "BatchNormalization");
}

/* ---- The other layers -------------------------------------------------------------------------------------------- */

static void write_maxpool(struct writer *writer, size_t index)
{
    const size_t pool = writer->model->network.layers[index].pool, sizes[] = {pool, pool};
    to_planes(writer, index);
    struct text node = begin_node(writer, NULL, NULL, NULL);
    add_sizes(&node, "kernel_shape", sizes, KERNEL_AXES);
    add_sizes(&node, "strides", sizes, KERNEL_AXES);
    end_node(writer, &node, index, "maxpool", "MaxPool");
}

static void write_globalpool(struct writer *writer, size_t index)
{
    to_planes(writer, index);
    add_node(writer, index, "globalpool", "GlobalAveragePool");
}

static void write_upsample(struct writer *writer, size_t index)
{
    const float factor = (float)writer->model->network.layers[index].factor, scales[] = {1, 1, factor, factor};
    char name[NAME_SIZE];
    to_planes(writer, index);
    add_floats(writer, layer_name(index, "scales", name), scales, sizeof scales / sizeof *scales);
    struct text node = begin_node(writer, "", name, NULL);
    add_string(&node, "mode", "nearest");
    add_string(&node, "coordinate_transformation_mode", "asymmetric");
    add_string(&node, "nearest_mode", "floor");
    end_node(writer, &node, index, "upsample", "Resize");
}

/* Nothing when reading, but whoever trains on may want it. */
static void write_dropout(struct writer *writer, size_t index)
{
    char name[NAME_SIZE];
    add_tensor(writer, layer_name(index, "rate", name), ONNX_FLOAT, NULL, 0, &writer->model->network.layers[index].rate,
               sizeof(float));
    struct text node = begin_node(writer, name, NULL, NULL);
    end_node(writer, &node, index, "dropout", "Dropout");
}

static void write_keep(struct writer *writer, size_t index)
{
    memcpy(writer->kept[index].value, writer->value, NAME_SIZE);
    writer->kept[index].is_vector = writer->is_vector;
}

static void write_add(struct writer *writer, size_t index)
{
    const size_t source = writer->model->network.layers[index].source;
    if (writer->kept[source].is_vector)
        to_vector(writer, index);
    else
        to_planes(writer, index);
    struct text node = begin_node(writer, writer->kept[source].value, NULL, NULL);
    end_node(writer, &node, index, "add", "Add");
}

static void write_relu(struct writer *writer, size_t index)
{
    add_node(writer, index, "relu", "Relu");
}

/* Logits over the temperature, and what the graph gives. */
static void write_softmax(struct writer *writer, size_t index)
{
    char name[NAME_SIZE];
    const float factor = 1 / writer->model->temperature;
    to_vector(writer, index);
    if (factor != 1) {
        add_tensor(writer, layer_name(index, "inverse_temperature", name), ONNX_FLOAT, NULL, 0, &factor, sizeof factor);
        struct text node = begin_node(writer, name, NULL, NULL);
        end_node(writer, &node, index, "calibrated", "Mul");
    }
    struct text node = begin_node(writer, NULL, NULL, NULL);
    add_int(&node, "axis", -1);
    protobuf_put_text(&node, NODE_OUTPUT, output_name);
    protobuf_put_text(&node, NODE_NAME, output_name);
    protobuf_put_text(&node, NODE_OP_TYPE, "Softmax");
    protobuf_put_message(&writer->nodes, GRAPH_NODE, &node);
}

/* Those of a network that reads images. */
static void (*const layer_writers[LAYER_KIND_COUNT])(struct writer *, size_t) = {
    [LAYER_CONV] = write_conv,
    [LAYER_DEPTHWISE] = write_conv,
    [LAYER_MAXPOOL] = write_maxpool,
    [LAYER_GLOBALPOOL] = write_globalpool,
    [LAYER_BATCHNORM] = write_batchnorm,
    [LAYER_DROPOUT] = write_dropout,
    [LAYER_UPSAMPLE] = write_upsample,
    [LAYER_KEEP] = write_keep,
    [LAYER_ADD] = write_add,
    [LAYER_FLATTEN] = write_flatten,
    [LAYER_DENSE] = write_dense,
    [LAYER_RELU] = write_relu,
};

static void write_layers(struct writer *writer)
{
    const struct network *network = &writer->model->network;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (layer_writers[layer->kind]) layer_writers[layer->kind](writer, i);
        if (layer->activation == ACTIVATION_RELU) write_relu(writer, i);
        if (layer->activation == ACTIVATION_SOFTMAX) write_softmax(writer, i);
    }
}

/* ---- The model --------------------------------------------------------------------------------------------------- */

/* Name and type of the graph's input or output: [batch] and sizes. */
static void add_value_info(struct text *graph, uint32_t number, const char *name, const size_t *sizes, size_t count)
{
    struct text dimension = {0}, shape = {0}, tensor = {0}, type = {0}, value = {0};
    protobuf_put_text(&dimension, DIMENSION_PARAMETER, batch_name);
    protobuf_put_message(&shape, SHAPE_DIMENSION, &dimension);
    for (size_t i = 0; i < count; i++) {
        protobuf_put_number(&dimension, DIMENSION_VALUE, sizes[i]);
        protobuf_put_message(&shape, SHAPE_DIMENSION, &dimension);
    }
    protobuf_put_number(&tensor, TENSOR_TYPE_ELEMENT, ONNX_FLOAT);
    protobuf_put_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    protobuf_put_message(&type, TYPE_TENSOR, &tensor);
    protobuf_put_text(&value, VALUE_NAME, name);
    protobuf_put_message(&value, VALUE_TYPE, &type);
    protobuf_put_message(graph, number, &value);
}

static void add_graph(struct text *file, struct writer *writer)
{
    static const size_t image[] = {1, SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE};
    struct text graph = {.failed = writer->nodes.failed || writer->tensors.failed};
    text_append_bytes(&graph, writer->nodes.bytes, writer->nodes.length);
    protobuf_put_text(&graph, GRAPH_NAME, "scrawl");
    text_append_bytes(&graph, writer->tensors.bytes, writer->tensors.length);
    text_free(&writer->nodes);
    text_free(&writer->tensors);
    add_value_info(&graph, GRAPH_INPUT, input_name, image, sizeof image / sizeof *image);
    add_value_info(&graph, GRAPH_OUTPUT, output_name, &writer->model->network.class_count, 1);
    protobuf_put_message(file, MODEL_GRAPH, &graph);
}

static void add_entry(struct text *file, const struct metadata_entry *field)
{
    struct text entry = {0};
    protobuf_put_text(&entry, ENTRY_KEY, field->key);
    protobuf_put_text(&entry, ENTRY_VALUE, field->value);
    protobuf_put_message(file, MODEL_METADATA_PROPS, &entry);
}

/* The fields stand first: a file that is cut off lacks its graph, and doesn't pass for one without them. */
scrawl_status onnx_write(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    struct text file = {0}, opset = {0};
    struct metadata fields = {0};
    scrawl_status status = model_fields(model, NULL, &fields);
    struct writer *writer = calloc(1, sizeof *writer);
    if (status == SCRAWL_OK && writer) {
        writer->model = model;
        strcpy(writer->value, input_name);
        write_layers(writer);
        protobuf_put_number(&file, MODEL_IR_VERSION, IR_VERSION);
        protobuf_put_text(&file, MODEL_PRODUCER_NAME, "scrawl");
        protobuf_put_text(&file, MODEL_PRODUCER_VERSION, SCRAWL_VERSION);
        for (size_t i = 0; i < fields.count; i++) add_entry(&file, &fields.entries[i]);
        protobuf_put_number(&opset, OPSET_VERSION, OPSET);
        add_graph(&file, writer);
        protobuf_put_message(&file, MODEL_OPSET_IMPORT, &opset);
    }
    free(writer);
    metadata_free(&fields);
    const size_t length = file.length;
    uint8_t *written = (uint8_t *)text_take(&file);
    if (status != SCRAWL_OK || !writer || !written) {
        free(written);
        return status != SCRAWL_OK ? status : fail_out_of_memory();
    }
    *bytes = written;
    *size = length;
    return SCRAWL_OK;
}
