/* Tests of onnx_read.c with graphs that are made here, node by node: what is taken in which words, what is refused by
 * its node's name. */
#include <stdlib.h>
#include <string.h>

#include "exchange/onnx.h"
#include "exchange/protobuf.h"
#include "model/model.h"
#include "model_files.h"
#include "test.h"

enum { IMAGES = FIXTURE_IMAGES, CLASSES = FIXTURE_CLASSES, NAME_SIZE = 96 };

/* Nodes and tensors as fields of a graph; the input and output are named x and y. */
struct graph {
    struct text fields, model_fields;
    int input_rank; /* 4: [n][1][28][28], 2: [n][784] */
};

static void put_tensor(struct graph *graph, const char *name, const size_t *dimensions, size_t count)
{
    struct text tensor = {0};
    size_t values = 1;
    for (size_t i = 0; i < count; values *= dimensions[i++]) protobuf_put_number(&tensor, TENSOR_DIMS, dimensions[i]);
    float *weights = calloc(values, sizeof *weights);
    for (size_t i = 0; i < values; i++) weights[i] = (float)(i % 7) / 64 - 0.04f;
    protobuf_put_number(&tensor, TENSOR_DATA_TYPE, ONNX_FLOAT);
    protobuf_put_text(&tensor, TENSOR_NAME, name);
    protobuf_put_bytes(&tensor, TENSOR_RAW_DATA, weights, values * sizeof *weights);
    protobuf_put_message(&graph->fields, GRAPH_INITIALIZER, &tensor);
    free(weights);
}

static void put_number(struct graph *graph, const char *name, float number)
{
    struct text tensor = {0};
    protobuf_put_number(&tensor, TENSOR_DATA_TYPE, ONNX_FLOAT);
    protobuf_put_text(&tensor, TENSOR_NAME, name);
    protobuf_put_float(&tensor, TENSOR_FLOAT_DATA, number);
    protobuf_put_message(&graph->fields, GRAPH_INITIALIZER, &tensor);
}

/* "Conv strides=2,2 group=1": inputs and output are names between spaces; the node is named as its output. */
static void put_node(struct graph *graph, const char *inputs, const char *operator, const char * output)
{
    struct text node = {0};
    char words[NAME_SIZE];
    strcpy(words, inputs);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) protobuf_put_text(&node, NODE_INPUT, word);
    protobuf_put_text(&node, NODE_OUTPUT, output);
    protobuf_put_text(&node, NODE_NAME, output);
    strcpy(words, operator);
    protobuf_put_text(&node, NODE_OP_TYPE, strtok(words, " "));
    for (char *word = strtok(NULL, " "); word; word = strtok(NULL, " ")) {
        struct text attribute = {0};
        char *equals = strchr(word, '=');
        *equals = 0;
        protobuf_put_text(&attribute, ATTRIBUTE_NAME, word);
        const bool is_list = strchr(equals + 1, ',') != NULL, is_text = equals[1] >= 'A';
        if (is_text) protobuf_put_text(&attribute, ATTRIBUTE_STRING, equals + 1);
        for (char *next = is_text ? NULL : equals; next; next = strchr(next + 1, ','))
            protobuf_put_number(&attribute, is_list ? ATTRIBUTE_INTS : ATTRIBUTE_INT,
                                (uint64_t)strtoll(next + 1, NULL, 10));
        protobuf_put_message(&node, NODE_ATTRIBUTE, &attribute);
    }
    protobuf_put_message(&graph->fields, GRAPH_NODE, &node);
}

static void put_end(struct text *graph, uint32_t number, const char *name, const size_t *sizes, size_t count)
{
    struct text shape = {0}, tensor = {0}, type = {0}, value = {0};
    for (size_t i = 0; i < count; i++) {
        struct text dimension = {0};
        if (sizes[i])
            protobuf_put_number(&dimension, DIMENSION_VALUE, sizes[i]);
        else
            protobuf_put_text(&dimension, DIMENSION_PARAMETER, "n");
        protobuf_put_message(&shape, SHAPE_DIMENSION, &dimension);
    }
    protobuf_put_number(&tensor, TENSOR_TYPE_ELEMENT, ONNX_FLOAT);
    protobuf_put_message(&tensor, TENSOR_TYPE_SHAPE, &shape);
    protobuf_put_message(&type, TYPE_TENSOR, &tensor);
    protobuf_put_text(&value, VALUE_NAME, name);
    protobuf_put_message(&value, VALUE_TYPE, &type);
    protobuf_put_message(graph, number, &value);
}

/* Ends and frees it. */
static scrawl_status load_graph(struct graph *graph, const size_t *sizes, size_t count, scrawl_model **model)
{
    struct text file = {0}, opset = {0};
    put_end(&graph->fields, GRAPH_INPUT, "x", sizes, count);
    put_end(&graph->fields, GRAPH_OUTPUT, "y", sizes, 1);
    protobuf_put_number(&file, MODEL_IR_VERSION, 8);
    protobuf_put_message(&file, MODEL_GRAPH, &graph->fields);
    protobuf_put_number(&opset, OPSET_VERSION, 17);
    protobuf_put_message(&file, MODEL_OPSET_IMPORT, &opset);
    text_append_bytes(&file, graph->model_fields.bytes, graph->model_fields.length);
    *model = NULL;
    scrawl_status status = scrawl_model_load(file.bytes, file.length, model);
    text_free(&graph->model_fields);
    text_free(&file);
    return status;
}

static const size_t planes[] = {0, 1, 28, 28}, flat[] = {0, 784};

/* Tensors that the graphs below use. */
static struct graph begin_graph(void)
{
    struct graph graph = {0};
    put_tensor(&graph, "kernel", (const size_t[]){4, 1, 3, 3}, 4);
    put_tensor(&graph, "groups", (const size_t[]){8, 1, 3, 3}, 4);
    put_tensor(&graph, "mix", (const size_t[]){4, 4, 1, 1}, 4);
    put_tensor(&graph, "four", (const size_t[]){4}, 1);
    put_tensor(&graph, "channels", (const size_t[]){4, 1, 1}, 3);
    put_tensor(&graph, "dense", (const size_t[]){784, 10}, 2);
    put_tensor(&graph, "ten", (const size_t[]){10}, 1);
    put_number(&graph, "half", 0.5f);
    put_number(&graph, "zero", 0);
    put_number(&graph, "one", 1);
    put_number(&graph, "minus", -1);
    put_number(&graph, "grey", 127.5f);
    put_number(&graph, "hundred", 100);
    return graph;
}

/* Each line of nodes: "inputs > operator > output". */
static scrawl_status load_nodes(const char *const *nodes, size_t count, bool is_flat, scrawl_model **model)
{
    struct graph graph = begin_graph();
    for (size_t i = 0; i < count && nodes[i]; i++) {
        char line[NAME_SIZE];
        strcpy(line, nodes[i]);
        char *operator= strstr(line, " > "), *output = strstr(operator+ 1, " > ");
        *operator= * output = 0;
        put_node(&graph, line, operator+ 3, output + 3);
    }
    return load_graph(&graph, is_flat ? flat : planes, is_flat ? 2 : 4, model);
}

TEST(onnx_refuses_what_is_no_sequence_of_layers_and_names_the_node)
{
    enum { MOST_NODES = 4 };
    static const struct {
        const char *nodes[MOST_NODES], *named, *why;
    } refused[] = {
        {{"x > LSTM > odd"}, "\"odd\" (LSTM)", "no layer for this operator"},
        {{"x kernel > Conv strides=2,1 > odd"}, "\"odd\" (Conv)", "strides differ"},
        {{"x kernel > Conv dilations=2,2 > odd"}, "\"odd\" (Conv)", "dilated"},
        {{"x kernel > Conv pads=2,2,2,2 > odd"}, "\"odd\" (Conv)", "padding"},
        {{"x kernel > Conv > a", "a groups > Conv group=4 > odd"}, "\"odd\" (Conv)", "groups"},
        {{"x kernel > Conv > a", "a kernel > Conv > odd"}, "\"odd\" (Conv)", "another number of channels"},
        {{"x x > Conv > odd"}, "\"odd\" (Conv)", "no constants"},
        {{"x kernel > Conv > a", "a > MaxPool kernel_shape=3,3 strides=2,2 > odd"},
         "\"odd\" (MaxPool)",
         "side by side"},
        {{"x > MaxPool kernel_shape=2,2 strides=2,2 pads=1,1,1,1 > odd"}, "\"odd\" (MaxPool)", "pads"},
        {{"x > MaxPool kernel_shape=3,3 strides=3,3 ceil_mode=1 > odd"}, "\"odd\" (MaxPool)", "pads"},
        {{"x kernel > Conv > a", "x kernel > Conv > odd"}, "\"odd\" (Conv)", "branches"},
        {{"missing kernel > Conv > odd"}, "\"odd\" (Conv)", "missing"},
        {{"x > Flatten > a", "a kernel > Conv > odd"}, "\"odd\" (Conv)", "[batch][channel][row][column]"},
        {{"x dense > MatMul > odd"}, "\"odd\" (MatMul)", "no vector"},
        {{"x > Flatten > a", "a dense ten > Gemm transA=1 > odd"}, "\"odd\" (Gemm)", "transposes"},
        {{"x > Flatten > a", "a dense four > Gemm > odd"}, "\"odd\" (Gemm)", "biases"},
        {{"x kernel > Conv > a", "a half > Mul > b", "b > Relu > odd"}, "\"odd\" (Relu)", "multiplied"},
        {{"x kernel > Conv > a", "a half > Mul > b", "b half > Add > odd"}, "\"odd\" (Add)", "multiplied"},
        {{"x kernel > Conv > a", "a > Relu > b", "b ten > Add > odd"}, "\"odd\" (Add)", "one number a channel"},
        {{"x hundred > Div > a", "a hundred > Div > odd"}, "\"odd\" (Div)", "pixels"},
        {{"x > Flatten > a", "a dense ten > Gemm > b", "b hundred > Mul > c", "c > Softmax > odd"},
         "\"odd\" (Softmax)",
         "no temperature"},
        {{"x > Flatten > a", "a dense ten > Gemm > b", "b minus > Mul > y"}, "output \"y\"", "no temperature"},
        {{"x > Flatten > a", "a dense ten > Gemm > b", "b > Softmax > c", "c half > Add > odd"},
         "\"odd\" (Add)",
         "comes after softmax"},
        {{"x > Cast to=6 > odd"}, "\"odd\" (Cast)", "other numbers"},
        {{"ten > Cast to=7 > odd"}, "\"odd\" (Cast)", "other numbers"},
        {{"x > MaxPool kernel_shape=3,3 strides=3,3 auto_pad=SAME_LOWER > odd"}, "\"odd\" (MaxPool)", "pads"},
        {{"x > MaxPool kernel_shape=3,3 strides=3,3 auto_pad=SAME_UPPER > odd"}, "\"odd\" (MaxPool)", "pads"},
        {{"x four four four four four four > LSTM > odd"}, "\"odd\" (LSTM)", "more than 6 inputs"},
        {{"x kernel > Conv > a", "a > Softmax > odd"}, "\"odd\" (Softmax)", "vector of classes"},
        {{"x > Flatten axis=2 > odd"}, "\"odd\" (Flatten)", "axis"},
        {{"x > Transpose perm=1,0,2,3 > odd"}, "\"odd\" (Transpose)", "batch"},
        {{"x four four four > BatchNormalization > odd"}, "\"odd\" (BatchNormalization)", "parameters"},
        {{"x half > Sub > a", "x a > Add > odd"}, "\"a\" (Sub)", "used elsewhere"},
        {{"half > Relu > odd"}, "\"odd\" (Relu)", "constants"},
        {{"x > ReduceMean axes=1,2 > odd"}, "\"odd\" (ReduceMean)", "mean of other axes"},
        {{"x > Unsqueeze axes=0,1 > odd"}, "\"odd\" (Unsqueeze)", "batch"},
        {{"half > Shape > odd"}, "\"odd\" (Shape)", "constant"},
        {{"x x > Concat axis=1 > odd"}, "\"odd\" (Concat)", "branches"},
        {{"x half > Gather > odd"}, "\"odd\" (Gather)", "few numbers"},
        {{"x > Shape > a", "a ten > Gather > odd"}, "\"odd\" (Gather)", "few numbers"},
        {{"x > Slice starts=0,1 ends=1,2 > odd"}, "\"odd\" (Slice)", "few numbers"},
        {{"x > Relu > unused"}, "output \"y\"", "not what the last layer gives"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        scrawl_model *model;
        CHECK_EQUAL(load_nodes(refused[i].nodes, MOST_NODES, false, &model), SCRAWL_INVALID_MODEL);
        CHECK_MENTIONS(scrawl_error(), refused[i].named);
        CHECK_MENTIONS(scrawl_error(), refused[i].why);
        CHECK(!model);
    }
}

TEST(onnx_takes_the_same_in_other_words)
{
    enum { MOST_NODES = 6 };
    static const struct {
        const char *nodes[MOST_NODES], *architecture;
        bool is_flat;
    } taken[] = {
        {{"x dense > MatMul > a", "ten a > Add > y"}, "flatten, dense 10 softmax", true},
        {{"x > Flatten > a", "a dense > MatMul > b", "b ten > Sub > c", "c half > Div > d", "d > Softmax > y"},
         "flatten, dense 10 softmax",
         false},
        {{"x > Dropout > a", "a dense ten > Gemm > y"}, "dropout 0.5, flatten, dense 10 softmax", true},
        {{"x kernel > Conv pads=1,1,1,1 > a", "a > Relu > b", "a b > Add > c", "c > GlobalAveragePool > d",
          "d > Squeeze axes=2,3 > y"},
         "conv 4 3x3 same, keep skip1, relu, add skip1, globalpool, softmax",
         false},
        {{"x kernel four > Conv > a", "a a > Add > b", "b > GlobalAveragePool > d", "d > Flatten > y"},
         "conv 4 3x3, keep skip1, add skip1, globalpool, softmax",
         false},
        {{"x kernel > Conv > a", "a mix > Conv > b", "b > ReduceMean axes=2,3 keepdims=0 > y"},
         "conv 4 3x3, conv 4 1x1, globalpool, softmax",
         false},
        {{"half x > Sub > a", "a dense ten > Gemm > y"}, "flatten, dense 10 softmax", true},
        {{"x > Cast to=1 > a", "a dense ten > Gemm > b", "b half > Mul > c", "c zero > Add > d", "d > Softmax > y"},
         "flatten, dense 10 softmax",
         true},
        {{"x kernel > Conv > a", "a > MaxPool kernel_shape=2,2 strides=2,2 auto_pad=SAME_LOWER > b",
          "b > GlobalAveragePool > c", "c > Flatten > y"},
         "conv 4 3x3, maxpool 2, globalpool, softmax",
         false},
        {{"x kernel > Conv > a", "a > Relu > b", "b channels > Sub > c", "c channels > Mul > d",
          "d > ReduceMean axes=2,3 keepdims=0 > y"},
         "conv 4 3x3 relu, depthwise 1x1, globalpool, softmax",
         false},
    };
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        scrawl_model *model = NULL;
        if (!CHECK_EQUAL(load_nodes(taken[i].nodes, MOST_NODES, taken[i].is_flat, &model), SCRAWL_OK))
            CHECK_TEXT(scrawl_error(), "");
        if (model) CHECK_TEXT(scrawl_model_architecture(model), taken[i].architecture);
        scrawl_model_free(model);
    }
}

/* Two graphs that must say the same. */
static void check_alike(const char *const *nodes, const char *const *others, size_t count, bool is_flat)
{
    float expected[IMAGES * CLASSES] = {0}, found[IMAGES * CLASSES] = {0};
    for (int i = 0; i < 2; i++) {
        scrawl_model *model = NULL;
        if (!CHECK_EQUAL(load_nodes(i ? others : nodes, count, is_flat, &model), SCRAWL_OK))
            CHECK_TEXT(scrawl_error(), "");
        if (model) predict_fixture_images(model, i ? found : expected);
        scrawl_model_free(model);
    }
    CHECK_NEAR(largest_difference(expected, found, IMAGES * CLASSES), 0, fixture_agreement);
}

/* Pixels of 0 to 255 or of 0 to 1, whatever makes numbers around 1 of them. */
TEST(onnx_input_is_of_the_pixels_that_its_scale_is_for)
{
    enum { MOST_NODES = 4 };
    static const char *const unit[MOST_NODES] = {"x half > Sub > a", "a half > Div > b", "b dense ten > Gemm > y"};
    static const char *const bytes[][MOST_NODES] = {
        {"x grey > Sub > a", "a grey > Div > b", "b dense ten > Gemm > y"},
        {"x grey > Div > a", "a one > Sub > b", "b dense ten > Gemm > y"},
        {"x grey > Div > a", "one a > Sub > b", "b minus > Mul > c", "c dense ten > Gemm > y"},
    };
    for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) check_alike(unit, bytes[i], MOST_NODES, true);
}

/* As what is left of a batch normalisation behind an activation. */
TEST(onnx_adds_constants_where_no_layer_has_biases)
{
    enum { MOST_NODES = 6 };
    static const char *const once[MOST_NODES] = {"x kernel > Conv > a", "a > Relu > b", "b half > Add > c",
                                                 "c > GlobalAveragePool > d", "d > Flatten > y"};
    static const char *const twice[MOST_NODES] = {"x kernel > Conv > a",       "a > Relu > b",
                                                  "b half > Sub > c",          "one c > Add > d",
                                                  "d > GlobalAveragePool > e", "e > Flatten > y"};
    check_alike(once, twice, MOST_NODES, false);
}

TEST(onnx_takes_logits_that_are_divided_as_a_temperature)
{
    static const char *const nodes[] = {"x dense ten > Gemm > a", "a half > Mul > y"};
    scrawl_model *model;
    CHECK_EQUAL(load_nodes(nodes, 2, true, &model), SCRAWL_OK);
    if (model) CHECK_NEAR((double)scrawl_model_temperature(model), 2, 1e-6);
    scrawl_model_free(model);
}

static void put_field(struct graph *graph, const char *key, const char *value)
{
    struct text entry = {0};
    protobuf_put_text(&entry, ENTRY_KEY, key);
    protobuf_put_text(&entry, ENTRY_VALUE, value);
    protobuf_put_message(&graph->model_fields, MODEL_METADATA_PROPS, &entry);
}

/* The mean and deviation of metadata_props do what Sub and Div would; another program's labels and the like don't. */
TEST(onnx_fields_scale_the_input_unless_the_graph_does)
{
    float expected[IMAGES * CLASSES], found[IMAGES * CLASSES];
    for (int in_graph = 1; in_graph >= 0; in_graph--) {
        scrawl_model *model = NULL;
        struct graph graph = begin_graph();
        put_number(&graph, "mean", 0.1307f);
        put_number(&graph, "deviation", 0.3081f);
        put_field(&graph, "mean", "[0.1307]");
        put_field(&graph, "std", "0.3081");
        put_field(&graph, "labels", "none of ours");
        if (in_graph) put_node(&graph, "x mean", "Sub", "a");
        if (in_graph) put_node(&graph, "a deviation", "Div", "b");
        put_node(&graph, in_graph ? "b dense ten" : "x dense ten", "Gemm", "y");
        if (!CHECK_EQUAL(load_graph(&graph, flat, 2, &model), SCRAWL_OK)) continue;
        predict_fixture_images(model, in_graph ? expected : found);
        CHECK_TEXT(scrawl_model_architecture(model), "flatten, dense 10 softmax");
        scrawl_model_free(model);
    }
    CHECK_NEAR(largest_difference(expected, found, IMAGES * CLASSES), 0, fixture_agreement);
}

TEST(onnx_refuses_other_inputs)
{
    static const size_t shapes[][4] = {{0, 3, 28, 28}, {0, 1, 32, 32}, {0, 1, 0, 0}, {28, 28, 0, 0}, {0, 0, 0, 0}};
    static const size_t counts[] = {4, 4, 4, 2, 1};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        scrawl_model *model;
        struct graph graph = begin_graph();
        put_node(&graph, "x dense ten", "Gemm", "y");
        CHECK_EQUAL(load_graph(&graph, shapes[i], counts[i], &model), SCRAWL_INVALID_MODEL);
        CHECK_MENTIONS(scrawl_error(), "input \"x\"");
        CHECK_MENTIONS(scrawl_error(), "28x28");
    }
}

TEST(onnx_says_how_to_export_weights_that_lie_elsewhere)
{
    size_t size;
    scrawl_model *model = NULL;
    uint8_t *bytes = model_fixture("onnx", "elsewhere", ".onnx", &size);
    CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "\"weights\"");
    CHECK_MENTIONS(scrawl_error(), "external_data=False");
    free(bytes);
}
