/* Tests of onnx_read.c, onnx_write.c and what they stand on: files that PyTorch and onnx wrote (tests/fixtures/onnx)
 * say what ONNX Runtime said of them; ours come back the same; damaged ones are refused. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "exchange/onnx.h"
#include "exchange/protobuf.h"
#include "model/model.h"
#include "model_files.h"
#include "test.h"
#include "trainings.h"

enum { IMAGES = 4, CLASSES = 10, NAME_SIZE = 96 };

static const double agreement = 1e-5; /* of probabilities */

static const struct fixture {
    const char *name, *architecture;
} fixtures[] = {
    {"folded", "conv 3 3x3 relu, maxpool 2, conv 4 3x3 relu, maxpool 2, flatten, dense 12 relu, dense 10 softmax"},
    {"padded", "depthwise 1x1, conv 3 5x5 same, batchnorm relu, maxpool 4, flatten, batchnorm, dense 10 softmax"},
    {"skipping", "conv 4 4x4 stride 2 same relu, keep skip1, depthwise 3x3 same relu, conv 4 1x1, add skip1 relu, "
                 "globalpool, dense 10 softmax"},
    {"converted", "conv 3 3x3 relu, conv 4 3x3 stride 2 same relu, depthwise 3x3 same, maxpool 2, flatten, "
                  "dense 10 softmax"},
    {"channels_last", "conv 4 3x3 same relu, depthwise 4x4 stride 2 same, maxpool 2, flatten, dense 10 softmax"},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

static scrawl_model *load_fixture(const struct fixture *fixture)
{
    size_t size;
    uint8_t *bytes = model_fixture("onnx", fixture->name, ".onnx", &size);
    scrawl_model *model = load_model(bytes, size);
    free(bytes);
    return model;
}

/* As make_onnx_fixtures.py makes them. */
static void make_images(uint8_t images[IMAGES][SCRAWL_IMAGE_PIXELS])
{
    for (uint32_t i = 0; i < IMAGES * SCRAWL_IMAGE_PIXELS; i++)
        images[i / SCRAWL_IMAGE_PIXELS][i % SCRAWL_IMAGE_PIXELS] = (uint8_t)((i * i * 31 + i * 17) >> 5);
}

static double difference(const float *a, const float *b, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs((double)a[i] - (double)b[i]));
    return largest;
}

static void predict(const scrawl_model *model, float *probabilities)
{
    uint8_t images[IMAGES][SCRAWL_IMAGE_PIXELS];
    make_images(images);
    CHECK_EQUAL(scrawl_predict_images(model, images[0], IMAGES, 1, probabilities), SCRAWL_OK);
}

TEST(onnx_fixtures_say_what_onnx_runtime_said)
{
    for (size_t i = 0; i < FIXTURES; i++) {
        size_t size;
        float found[IMAGES * CLASSES];
        scrawl_model *model = load_fixture(&fixtures[i]);
        if (!model) continue;
        uint8_t *expected = model_fixture("onnx", fixtures[i].name, ".probabilities", &size);
        CHECK_EQUAL(size, sizeof found);
        CHECK_TEXT(scrawl_model_architecture(model), fixtures[i].architecture);
        predict(model, found);
        CHECK_NEAR(difference(found, (const float *)(const void *)expected, IMAGES * CLASSES), 0, agreement);
        CHECK_TEXT(scrawl_model_label(model, 9), "9");
        free(expected);
        scrawl_model_free(model);
    }
}

/* ---- There and back ---- */

/* Both as safetensors: all weights, labels, and what is known of the model. */
static void check_same(const scrawl_model *model, const scrawl_model *other)
{
    uint8_t *bytes = NULL, *other_bytes = NULL;
    size_t size = 0, other_size = 0;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(other, &other_bytes, &other_size), SCRAWL_OK);
    CHECK(size == other_size && memcmp(bytes, other_bytes, size) == 0);
    scrawl_free(bytes);
    scrawl_free(other_bytes);
}

static scrawl_model *there_and_back(const scrawl_model *model)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!CHECK_EQUAL(scrawl_model_export(model, SCRAWL_ONNX, &bytes, &size), SCRAWL_OK)) return NULL;
    scrawl_model *back = load_model(bytes, size);
    scrawl_free(bytes);
    return back;
}

TEST(onnx_there_and_back_keeps_every_bit)
{
    for (size_t i = 0; i < FIXTURES; i++) {
        scrawl_model *model = load_fixture(&fixtures[i]), *back = model ? there_and_back(model) : NULL;
        if (back) check_same(model, back);
        scrawl_model_free(back);
        scrawl_model_free(model);
    }
}

static scrawl_model *create(const char *architecture, size_t class_count, const char *const *labels,
                            scrawl_normalization normalization)
{
    const scrawl_model_options options = {architecture, class_count, labels, normalization, .seed = 5};
    scrawl_model *model = NULL;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

TEST(onnx_keeps_labels_normalisation_and_calibration)
{
    static const char *const labels[] = {"a", "\xC3\xA9", "\"b\""};
    scrawl_model *model = create("flatten, dense 3 softmax", 3, labels, SCRAWL_NORMALIZE_COLUMN_L2);
    model->temperature = 1.7f;
    model->doubtful_below = 0.8f;
    model->weights.values[model->network.layers[1].bias_offset] = -0.0f;
    CHECK_EQUAL(metadata_set(&model->metadata, "trained_epochs", "8"), SCRAWL_OK);
    scrawl_model *back = there_and_back(model);
    if (back) {
        check_same(model, back);
        CHECK(back->temperature == 1.7f && back->doubtful_below == 0.8f);
        CHECK_TEXT(scrawl_model_label(back, 1), labels[1]);
    }
    scrawl_model_free(back);
    scrawl_model_free(model);
}

/* Every kind of layer, in places where one shape has to become another; what comes back computes the same. */
TEST(onnx_has_every_layer)
{
    static const char *const architectures[] = {
        "conv 4 3x3 stride 2 same, batchnorm relu, upsample 2, maxpool 4, dropout 0.25, relu, flatten, relu, dense 5, "
        "relu, dense 10, softmax",
        "conv 4 3x3 same, flatten, batchnorm relu, dense 10 softmax",
        "conv 6 5x5 stride 3 relu, keep a, conv 6 1x1, add a relu, depthwise 3x3 stride 2, globalpool, keep b, dense "
        "6, "
        "add b, dense 10 softmax",
        "conv 3 3x3 relu, globalpool, dense 8 relu, conv 10 1x1, flatten, softmax",
        "maxpool 14, conv 10 2x2, softmax",
        "depthwise 3x1 same, conv 2 1x5 stride 4, flatten, dropout 0.5, flatten, dense 10 softmax",
    };
    for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
        float before[IMAGES * CLASSES], after[IMAGES * CLASSES];
        scrawl_model *model = create(architectures[i], 0, NULL, SCRAWL_NORMALIZE_UNIT), *back = there_and_back(model);
        if (back) {
            predict(model, before);
            predict(back, after);
            CHECK_NEAR(difference(before, after, IMAGES * CLASSES), 0, 1e-7);
            CHECK_EQUAL(model->network.parameter_count, back->network.parameter_count);
            CHECK(memcmp(model->weights.values, back->weights.values, model->network.parameter_count * sizeof(float)) ==
                  0);
        }
        scrawl_model_free(back);
        scrawl_model_free(model);
    }
}

enum { TEXT_SIZE = 1024, MOST_PIECES = 12 };

/* Appends pieces in any order, where a network takes them; NULL when none ends as it must. */
static scrawl_model *random_model(struct random *random, char text[TEXT_SIZE])
{
    static const char *const pieces[] = {
        "conv 3 3x3",
        "conv 4 1x1 relu",
        "conv 1 2x2 stride 2 same",
        "depthwise 3x2 same relu",
        "depthwise 1x1",
        "maxpool 2",
        "maxpool 3",
        "globalpool",
        "batchnorm",
        "batchnorm relu",
        "dropout 0.5",
        "relu",
        "flatten",
        "dense 7",
        "dense 4 relu",
        "upsample 2",
        "keep a",
        "keep b",
        "add a",
        "add b relu",
    };
    static const char *const endings[] = {", softmax", ", dense 10 softmax", ", flatten, dense 10 softmax"};
    scrawl_model *model = NULL;
    text[0] = 0;
    for (int i = 0; i < MOST_PIECES; i++) {
        const char *piece = pieces[random_below(random, sizeof pieces / sizeof *pieces)];
        const size_t length = strlen(text);
        strcat(strcat(text, length ? ", " : ""), piece);
        scrawl_model *longer = NULL;
        for (size_t j = 0; !longer && j < sizeof endings / sizeof *endings; j++) {
            char whole[TEXT_SIZE + 32];
            const scrawl_model_options options = {strcat(strcpy(whole, text), endings[j]), .seed = 1};
            (void)scrawl_model_create(&options, &longer);
        }
        if (longer) scrawl_model_free(model);
        if (longer)
            model = longer;
        else
            text[length] = 0;
    }
    return model;
}

static void fill_parameters(scrawl_model *model, struct random *random)
{
    for (size_t i = 0; i < model->network.parameter_count; i++)
        model->weights.values[i] = random_uniform(random) + (random_below(random, 2) ? 0.1f : -0.1f);
    for (size_t i = 0; i < model->network.layer_count; i++) {
        const struct layer *layer = &model->network.layers[i];
        for (size_t j = 0; j < layer->statistic_count; j++)
            model->weights.values[layer->statistic_offset + j] = 0.1f + random_uniform(random);
    }
}

TEST(onnx_has_every_network)
{
    enum { MODELS = 400 };
    struct random random = random_stream(7, RANDOM_WEIGHTS, 0, 0);
    for (int i = 0; i < MODELS; i++) {
        char text[TEXT_SIZE];
        float before[IMAGES * SCRAWL_MAX_CLASSES], after[IMAGES * SCRAWL_MAX_CLASSES];
        scrawl_model *model = random_model(&random, text);
        if (!model) continue;
        fill_parameters(model, &random);
        scrawl_model *back = there_and_back(model);
        if (!back) CHECK_TEXT(scrawl_model_architecture(model), "one that comes back");
        if (back) {
            const size_t count = IMAGES * model->network.class_count;
            predict(model, before);
            predict(back, after);
            test_check(difference(before, after, count) < agreement, __FILE__, __LINE__, "%s: %g", text,
                       difference(before, after, count));
            CHECK_EQUAL(model->network.parameter_count, back->network.parameter_count);
        }
        scrawl_model_free(back);
        scrawl_model_free(model);
    }
}

TEST(onnx_is_for_networks_that_read_images)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_model *model = create(detector_architecture, 0, NULL, SCRAWL_NORMALIZE_UNIT);
    CHECK_EQUAL(scrawl_model_export(model, SCRAWL_ONNX, &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "finds digits on pages");
    scrawl_model_free(model);
    model = create("flatten, dense 10 softmax", 0, NULL, SCRAWL_NORMALIZE_UNIT);
    model->weights.values[3] = NAN;
    CHECK_EQUAL(scrawl_model_export(model, SCRAWL_ONNX, &bytes, &size), SCRAWL_INVALID_MODEL);
    CHECK(!bytes);
    scrawl_model_free(model);
}

/* ---- Trained further ---- */

TEST(onnx_models_train_further)
{
    scrawl_dataset *dataset = random_dataset(60, 3);
    const scrawl_training_options options = short_training(1);
    for (size_t i = 0; i < FIXTURES; i++) {
        float before[IMAGES * CLASSES], after[IMAGES * CLASSES];
        scrawl_progress progress;
        scrawl_trainer *trainer = NULL;
        scrawl_model *model = load_fixture(&fixtures[i]);
        if (!model) continue;
        predict(model, before);
        if (CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK))
            scrawl_trainer_step(trainer, &progress);
        scrawl_trainer_free(trainer);
        predict(model, after);
        CHECK(difference(before, after, IMAGES * CLASSES) > 1e-4);
        scrawl_model *back = there_and_back(model);
        if (back) check_same(model, back);
        scrawl_model_free(back);
        scrawl_model_free(model);
    }
    scrawl_dataset_free(dataset);
}

/* ---- Graphs that are made here ---- */

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
        if (model) predict(model, i ? found : expected);
        scrawl_model_free(model);
    }
    CHECK_NEAR(difference(expected, found, IMAGES * CLASSES), 0, agreement);
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
        predict(model, in_graph ? expected : found);
        CHECK_TEXT(scrawl_model_architecture(model), "flatten, dense 10 softmax");
        scrawl_model_free(model);
    }
    CHECK_NEAR(difference(expected, found, IMAGES * CLASSES), 0, agreement);
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

/* ---- Damaged files ---- */

static uint8_t *own_file(size_t *size)
{
    uint8_t *bytes = NULL;
    scrawl_model *model =
        create("conv 2 5x5 stride 3 relu, batchnorm, keep a, conv 2 1x1, add a, maxpool 2, dropout 0.1, "
               "flatten, dense 2 softmax",
               2, NULL, SCRAWL_NORMALIZE_UNIT);
    model->temperature = 1.5f;
    CHECK_EQUAL(scrawl_model_export(model, SCRAWL_ONNX, &bytes, size), SCRAWL_OK);
    scrawl_model_free(model);
    return bytes;
}

/* Of ours, no part passes for a whole file; of others', only fields behind the graph may be missing. */
TEST(onnx_survives_every_truncation)
{
    for (size_t i = 0; i <= FIXTURES; i++) {
        size_t size, accepted = 0;
        const bool own = i == FIXTURES;
        uint8_t *bytes = own ? own_file(&size) : model_fixture("onnx", fixtures[i].name, ".onnx", &size);
        for (size_t length = 0; length < size; length++) {
            scrawl_model *loaded = NULL;
            uint8_t *part = malloc(length ? length : 1);
            memcpy(part, bytes, length);
            const scrawl_status status = scrawl_model_load(part, length, &loaded);
            CHECK(status == SCRAWL_OK || (status == SCRAWL_INVALID_MODEL && !loaded));
            accepted += status == SCRAWL_OK;
            scrawl_model_free(loaded);
            free(part);
        }
        CHECK(own ? accepted == 0 : accepted <= 2);
        free(bytes);
    }
}

static void use_model(const scrawl_model *model)
{
    float probabilities[IMAGES * SCRAWL_MAX_CLASSES];
    predict(model, probabilities);
    scrawl_model *back = there_and_back(model);
    if (back) CHECK_EQUAL(back->network.parameter_count, model->network.parameter_count);
    scrawl_model_free(back);
}

TEST(onnx_survives_every_changed_byte)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x10, 0x80, 0xFF};
    size_t accepted = 0, refused = 0;
    for (size_t i = 0; i <= FIXTURES; i++) {
        size_t size;
        const bool own = i == FIXTURES;
        uint8_t *bytes = own ? own_file(&size) : model_fixture("onnx", fixtures[i].name, ".onnx", &size);
        for (size_t j = 0; j < size * (own ? sizeof changes : 1); j++) {
            scrawl_model *loaded = NULL;
            uint8_t *byte = &bytes[own ? j / sizeof changes : j];
            const uint8_t change = changes[j % sizeof changes];
            *byte ^= change;
            const scrawl_status status = scrawl_model_load(bytes, size, &loaded);
            CHECK(status == SCRAWL_OK || (status == SCRAWL_INVALID_MODEL && !loaded));
            if (status == SCRAWL_OK && own) use_model(loaded);
            *byte ^= change;
            accepted += status == SCRAWL_OK;
            refused += status != SCRAWL_OK;
            scrawl_model_free(loaded);
        }
        free(bytes);
    }
    CHECK(accepted > 0 && refused > 0);
}
