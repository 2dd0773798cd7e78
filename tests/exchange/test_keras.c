/* Tests of Keras' files in src/exchange/: files that Keras wrote (tests/fixtures/keras) say what Keras said of them;
 * ours come back the same; damaged and foreign ones are refused. tests/interop/ shows that Keras reads ours. */
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "base/random.h"
#include "exchange/zip.h"
#include "model/model.h"
#include "model_files.h"
#include "test.h"

enum { IMAGES = FIXTURE_IMAGES, CLASSES = FIXTURE_CLASSES };

static const char chain[] =
    "conv 4 5x5 stride 2 relu, conv 6 3x1 same, batchnorm relu, depthwise 3x3 same relu, maxpool 2, "
    "dropout 0.25, flatten, dense 10 softmax",
                  skipping[] =
                      "conv 4 3x3 stride 4 same, keep skip1, conv 4 3x3 same relu, add skip1 relu, upsample 2, "
                      "globalpool, dense 10 softmax";

static const struct fixture {
    const char *file, *probabilities, *architecture;
    double temperature;
    bool rescales; /* its input by itself */
} fixtures[] = {
    {"sequential.h5", "sequential", chain, 1, false},
    {"sequential.keras", "sequential", chain, 1, false},
    {"tiny_graph.h5", "tiny_graph", "maxpool 14, flatten, keep skip2, dense 4, add skip2, dense 10 softmax", 1, false},
    {"tiny_chain.keras", "tiny_chain", "maxpool 14, flatten, dense 10 softmax", 1, false},
    {"tiny_early.keras", "tiny_chain", "maxpool 14, flatten, dense 10 softmax", 1, false},
    {"functional.h5", "functional", skipping, 1, true},
    {"functional.keras", "functional", skipping, 1, true},
    {"shifted.keras", "shifted",
     "depthwise 1x1, conv 3 3x3 same relu, maxpool 4, globalpool, flatten, batchnorm, dense 10 softmax", 1, true},
    {"flat.h5", "flat", "flatten, dense 4 relu, dense 10 softmax", 2, false},
    {"augmented.keras", "augmented", "flatten, dense 2 relu, dense 10 softmax", 1, true},
    {"tensorflow.h5", "tensorflow", "depthwise 1x1, flatten, batchnorm, dense 3 relu, dense 10 softmax", 1, true},
    {"tensorflow.keras", "tensorflow", "depthwise 1x1, flatten, batchnorm, dense 3 relu, dense 10 softmax", 1, true},
    {"keras2_sequential.h5", "keras2_sequential", chain, 1, false},
    {"keras2_old.h5", "keras2_sequential", chain, 1, false},
    {"keras2_functional.h5", "keras2_functional", skipping, 1, true},
    {"keras2_functional.keras", "keras2_functional", skipping, 1, true},
};
enum { FIXTURES = sizeof fixtures / sizeof *fixtures };

TEST(keras_fixtures_say_what_keras_said)
{
    for (size_t i = 0; i < FIXTURES; i++) {
        size_t size, expected_size;
        float found[IMAGES * CLASSES];
        uint8_t *bytes = model_fixture("keras", fixtures[i].file, "", &size);
        uint8_t *expected = model_fixture("keras", fixtures[i].probabilities, ".probabilities", &expected_size);
        scrawl_model *model = load_model(bytes, size);
        CHECK_EQUAL(expected_size, sizeof found);
        if (model) {
            CHECK_TEXT(scrawl_model_architecture(model), fixtures[i].architecture);
            CHECK_NEAR(scrawl_model_temperature(model), fixtures[i].temperature, 0);
            CHECK_TEXT(scrawl_model_label(model, 9), "9");
            predict_fixture_images(model, found);
            CHECK_NEAR(largest_difference(found, (const float *)(const void *)expected, IMAGES * CLASSES), 0,
                       fixture_agreement);
        }
        scrawl_model_free(model);
        free(expected);
        free(bytes);
    }
}

/* A file that scales its input itself has said what that is. */
TEST(keras_files_that_say_nothing_of_their_input_are_noted)
{
    for (size_t i = 0; i < FIXTURES; i++) {
        size_t size;
        uint8_t *bytes = model_fixture("keras", fixtures[i].file, "", &size);
        scrawl_model *model = load_model(bytes, size);
        const char *note = model ? scrawl_model_metadata(model, "trained_normalization") : NULL;
        CHECK_TEXT(note ? note : "", fixtures[i].rescales ? "" : "unsaid");
        scrawl_model_free(model);
        free(bytes);
    }
}

/* ---- There and back ---- */

static const scrawl_format formats[] = {SCRAWL_KERAS_H5, SCRAWL_KERAS};

static scrawl_model *there_and_back(const scrawl_model *model, scrawl_format format)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!CHECK_EQUAL(scrawl_model_export(model, format, &bytes, &size), SCRAWL_OK)) return NULL;
    scrawl_model *back = load_model(bytes, size);
    scrawl_free(bytes);
    return back;
}

/* Weights to the bit, and what Keras has no word for. */
static void check_same(const scrawl_model *model, const scrawl_model *other)
{
    const size_t count = scrawl_model_parameter_count(model);
    if (!CHECK_EQUAL(scrawl_model_parameter_count(other), count)) return;
    CHECK(memcmp(model->weights.values, other->weights.values, count * sizeof(float)) == 0);
    CHECK_EQUAL(scrawl_model_normalization(other), scrawl_model_normalization(model));
    CHECK_NEAR(scrawl_model_temperature(other), scrawl_model_temperature(model), 0);
    CHECK_NEAR(scrawl_model_doubtful_below(other), scrawl_model_doubtful_below(model), 0);
    for (size_t i = 0; i < scrawl_model_class_count(model); i++)
        CHECK_TEXT(scrawl_model_label(other, i), scrawl_model_label(model, i));
    CHECK_EQUAL(other->metadata.count, model->metadata.count);
    for (size_t i = 0; i < model->metadata.count && i < other->metadata.count; i++) {
        CHECK_TEXT(other->metadata.entries[i].key, model->metadata.entries[i].key);
        CHECK_TEXT(other->metadata.entries[i].value, model->metadata.entries[i].value);
    }
}

static void check_model(scrawl_model *model, const char *architecture)
{
    struct random random = random_stream(1, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < scrawl_model_parameter_count(model); i++)
        model->weights.values[i] = 0.5f + random_uniform(&random);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        scrawl_model *back = there_and_back(model, formats[i]);
        if (!back) continue;
        CHECK_TEXT(scrawl_model_architecture(back), architecture);
        check_same(model, back);
        scrawl_model_free(back);
    }
}

TEST(keras_there_and_back_keeps_every_layer)
{
    static const struct {
        const char *there, *back; /* NULL: the same */
    } all[] = {
        {"conv 3 3x2 stride 2 same relu, batchnorm, batchnorm relu, maxpool 3, dropout 0.125, flatten, dense 5 relu, "
         "dense "
         "10 softmax",
         NULL},
        {"depthwise 3x3, relu, upsample 2, conv 2 1x1, relu, globalpool, batchnorm, dense 10, relu, softmax",
         "depthwise 3x3 relu, upsample 2, conv 2 1x1 relu, globalpool, batchnorm, dense 10 relu, softmax"},
        {"keep in, conv 1 1x1, add in, keep a, conv 1 3x3 same relu, keep b, batchnorm, add a relu, add b, flatten, "
         "dense 10 "
         "softmax",
         "keep skip0, conv 1 1x1, add skip0, keep skip2, conv 1 3x3 same relu, keep skip3, batchnorm, add skip2 relu, "
         "add "
         "skip3, flatten, dense 10 softmax"},
        {"globalpool, conv 10 1x1, globalpool, softmax", "globalpool, conv 10 1x1, globalpool, softmax"},
        {"conv 10 28x28, dense 10 softmax", "conv 10 28x28, flatten, dense 10 softmax"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        scrawl_model *model = NULL;
        const scrawl_model_options options = {.architecture = all[i].there, .seed = 1};
        if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) continue;
        check_model(model, all[i].back ? all[i].back : all[i].there);
        scrawl_model_free(model);
    }
}

TEST(keras_there_and_back_keeps_what_keras_has_no_word_for)
{
    static const char *const labels[] = {"\"", "\xC3\xA4", "three"};
    static const char architecture[] = "flatten, dense 3 softmax";
    static const float temperatures[] = {1, 0.801693f, 0.05f, 20, 1.9999999f};
    scrawl_model *model = NULL;
    const scrawl_model_options options = {
        .architecture = architecture, .labels = labels, .class_count = 3, .normalization = SCRAWL_NORMALIZE_COLUMN_L2};
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) return;
    CHECK_EQUAL(metadata_set(&model->metadata, "trained_by", "\"\n\xC3\xA4"), SCRAWL_OK);
    CHECK_EQUAL(metadata_set(&model->metadata, "a", ""), SCRAWL_OK);
    for (size_t i = 0; i < sizeof temperatures / sizeof *temperatures; i++) {
        model->temperature = temperatures[i];
        model->doubtful_below = 0.75f;
        check_model(model, architecture);
    }
    scrawl_model_free(model);
}

/* An attribute of HDF5 has an end; the model doesn't need its notes. */
TEST(keras_h5_leaves_out_what_is_too_long)
{
    enum { LONG = 70000 };
    scrawl_model *model = NULL;
    char *note = calloc(1, LONG + 1);
    const scrawl_model_options options = {.architecture = "flatten, dense 10 softmax"};
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) return;
    memset(note, 'x', LONG);
    CHECK_EQUAL(metadata_set(&model->metadata, "long", note), SCRAWL_OK);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        scrawl_model *back = there_and_back(model, formats[i]);
        if (back) CHECK_EQUAL(scrawl_model_metadata(back, "long") != NULL, formats[i] == SCRAWL_KERAS);
        scrawl_model_free(back);
    }
    scrawl_model_free(model);
    free(note);
}

TEST(keras_has_no_word_for_a_detector)
{
    scrawl_model *model = NULL;
    uint8_t *bytes = NULL;
    size_t size;
    const scrawl_model_options options = {.architecture = "finder"};
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) return;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        CHECK_EQUAL(scrawl_model_export(model, formats[i], &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK(bytes == NULL);
    scrawl_model_free(model);
}

/* ---- What is refused ---- */

/* Every text in the file is replaced by another one as long, and the file refused with a sentence. */
static void check_refused(const char *file, const char *text, const char *replacement, const char *mention)
{
    size_t size, found = 0;
    scrawl_model *model = NULL;
    uint8_t *bytes = model_fixture("keras", file, "", &size);
    const size_t length = strlen(text);
    CHECK_EQUAL(strlen(replacement), length);
    for (size_t at = 0; at + length <= size; at++) {
        if (memcmp(bytes + at, text, length) != 0) continue;
        memcpy(bytes + at, replacement, length);
        found++;
    }
    test_check(found > 0, __FILE__, __LINE__, "%s is not in %s", text, file);
    const bool refused = scrawl_model_load(bytes, size, &model) == SCRAWL_INVALID_MODEL;
    if (test_check(refused, __FILE__, __LINE__, "%s instead of %s is taken", replacement, text))
        CHECK_MENTIONS(scrawl_error(), mention);
    scrawl_model_free(model);
    free(bytes);
}

TEST(keras_refuses_what_an_architecture_cant_say)
{
    static const char file[] = "sequential.h5";
    check_refused(file, "\"class_name\": \"Sequential\"", "\"class_name\": \"Sequenzial\"", "class Sequenzial");
    check_refused(file, "DepthwiseConv2D", "SeparableConv2D",
                  "\"depthwise_conv2d\" (SeparableConv2D): Scrawl has no such");
    check_refused(file, "[null, 28, 28, 1]", "[null, 32, 32, 1]", "28 x 28 pixels");
    check_refused(file, "\"batch_shape\"", "\"batch_shade\"", "no shape");
    check_refused(file, "\"activation\": \"relu\"", "\"activation\": \"selu\"",
                  "\"conv2d\" (Conv2D): it has an activation");
    check_refused(file, "\"kernel_size\": [3, 1]", "\"kernel_size\": [0, 1]", "no kernel");
    check_refused(file, "\"kernel_size\": [3, 1]", "\"kernel_size\": [3.5] ", "no kernel");
    check_refused(file, "\"strides\": [2, 2]", "\"strides\": [2, 1]", "strides differ");
    check_refused(file, "\"dilation_rate\": [1, 1]", "\"dilation_rate\": [2, 2]", "dilated");
    check_refused(file, "\"padding\": \"valid\"", "\"padding\": \"causa\"", "pads");
    check_refused(file, "\"groups\": 1", "\"groups\": 2", "groups");
    check_refused(file, "\"filters\": 4", "\"filters\": 5", "its kernel has another shape");
    check_refused(file, "\"filters\": 4", "\"filters\": 0", "no filters");
    check_refused(file, "\"units\": 10", "\"units\": -1", "no units");
    check_refused(file, "channels_last", "channels_1st_", "channels before rows");
    check_refused(file, "\"depth_multiplier\": 1", "\"depth_multiplier\": 2", "more than one channel");
    check_refused(file, "\"axis\": -1", "\"axis\": +1", "no JSON");
    check_refused(file, "\"axis\": -1", "\"axis\":  1", "another axis");
    check_refused(file, "\"epsilon\": 1e-05", "\"epsilon\": -1e-5", "epsilon");
    check_refused(file, "\"max_value\": null", "\"max_value\": 6.00", "limit");
    check_refused(file, "\"pool_size\": [2, 2]", "\"pool_size\": [2, 3]", "squares");
    check_refused(file, "\"rate\": 0.25", "\"rate\": 1.25", "rate");
    check_refused(file, "\"name\": \"conv2d_1\"", "\"name\": \"conv2d\"  ", "another layer has its name");
    check_refused(file, "\"name\": \"dense\"", "\"nahe\": \"dense\"", "no name");
    check_refused(file, "model_config", "model_confix", "no model_config");
    check_refused(file, "model_weights", "model_heights", "kernel is missing");
    check_refused(file, "weight_names", "height_names", "kernel is missing");
    check_refused(file, "\"use_bias\": true", "\"use_bias\": null", "more weights");
}

TEST(keras_refuses_graphs_that_are_no_sequence)
{
    static const char file[] = "functional.h5";
    check_refused(file, "\"keras_history\": [\"conv2d\"", "\"keras_history\": [\"konv2d\"", "layer that there isn't");
    check_refused(file, "\"keras_history\": [\"reshape\"", "\"keras_history\": [\"add\"    ", "circle");
    check_refused(file, "\"keras_history\": [\"up_sampling2d\"", "\"keras_history\": [\"activation\"   ",
                  "can only add");
    check_refused(file, "\"output_layers\": [\"dense\"", "\"output_layers\": [\"dance\"", "its output");
    check_refused(file, "\"output_layers\": [\"dense\"", "\"output_layers\": [\"add\"  ", "go nowhere");
    check_refused(file, "\"inbound_nodes\"", "\"outbound_node\"", "what it takes");
    check_refused(file, "\"scale\": 0.00", "\"scale\": 0.09", "pixels from 0 to 255");
    check_refused(file, "[28, 28, 1]", "[1, 28, 28]", "another order");
    check_refused("flat.h5", "\"scale\": 0.5", "\"scale\": -.5", "no JSON");
    check_refused("flat.h5", "\"scale\": 0.5", "\"scale\": -05", "no JSON");
    check_refused("flat.h5", "\"scale\": 0.5", "\"scale\": -50", "neither the input");
    check_refused("flat.h5", "\"class_name\": \"Softmax\"", "\"class_name\": \"Dropout\"", "neither the input");
    check_refused("flat.h5", "\"class_name\": \"Softmax\"", "\"class_name\": \"Model\"  ", "a model within the model");
    check_refused("flat.h5", "\"activation\": \"linear\"", "\"activation\":\"softmax\"", "neither the input");
}

TEST(keras_says_what_other_archives_lack)
{
    static const struct zip_item pickle[] = {{"archive/data.pkl", (const uint8_t *)"\x80\2", 2}},
                                 alone[] = {{"config.json", (const uint8_t *)"{}", 2}};
    static const struct {
        const struct zip_item *items;
        const char *mention;
    } all[] = {{pickle, "config.json"}, {alone, "model.weights.h5"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        uint8_t *bytes;
        size_t size;
        scrawl_model *model = NULL;
        CHECK_EQUAL(zip_write(all[i].items, 1, &bytes, &size), SCRAWL_OK);
        CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_INVALID_MODEL);
        CHECK_MENTIONS(scrawl_error(), all[i].mention);
        CHECK_MENTIONS(scrawl_error(), "PyTorch");
        free(bytes);
    }
}

/* ---- Damage ---- */

static const char *const damaged[] = {"tiny_graph.h5", "tiny_early.keras"};
enum { DAMAGED = sizeof damaged / sizeof *damaged };

TEST(keras_refuses_every_truncation)
{
    for (size_t i = 0; i < DAMAGED; i++) {
        size_t size;
        uint8_t *bytes = model_fixture("keras", damaged[i], "", &size);
        for (size_t cut = 0; cut < size; cut++) {
            scrawl_model *model = NULL;
            uint8_t *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees reads past the end */
            memcpy(exact, bytes, cut);
            const bool refused = scrawl_model_load(exact, cut, &model) != SCRAWL_OK;
            test_check(refused || i == 0, __FILE__, __LINE__, "%s of %zu bytes is taken", damaged[i], cut);
            scrawl_model_free(model);
            free(exact);
        }
        free(bytes);
    }
}

/* A file that is still taken says something of an image; an archive, whose entries have checksums, says the same. */
TEST(keras_survives_every_changed_byte)
{
    for (size_t i = 0; i < DAMAGED; i++) {
        size_t size;
        uint8_t *bytes = model_fixture("keras", damaged[i], "", &size);
        scrawl_model *whole = load_model(bytes, size);
        for (size_t at = 0; whole && at < size; at++) {
            scrawl_model *model = NULL;
            const uint8_t byte = bytes[at];
            bytes[at] ^= at % 3 ? 0x01 : 0xFF;
            if (scrawl_model_load(bytes, size, &model) == SCRAWL_OK && i > 0) check_same(whole, model);
            scrawl_model_free(model);
            bytes[at] = byte;
        }
        scrawl_model_free(whole);
        free(bytes);
    }
}

/* ---- Memory ---- */

struct live {
    const uint8_t *bytes;
    size_t size;
    scrawl_format format;
};

static scrawl_status live(void *context)
{
    const struct live *file = context;
    scrawl_model *model = NULL, *again = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_status status = scrawl_model_load(file->bytes, file->size, &model);
    if (status == SCRAWL_OK) status = scrawl_model_export(model, file->format, &bytes, &size);
    if (status == SCRAWL_OK) status = scrawl_model_load(bytes, size, &again);
    scrawl_model_free(again);
    scrawl_model_free(model);
    scrawl_free(bytes);
    return status;
}

TEST(keras_files_survive_every_failed_allocation)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        size_t size;
        uint8_t *bytes = model_fixture("keras", "functional.keras", "", &size);
        struct live file = {bytes, size, formats[i]};
        const struct allocation_faults faults = fail_each_allocation(live, &file);
        CHECK(faults.allocations > 0);
        CHECK_EQUAL(faults.statuses, 0);
        CHECK_EQUAL(faults.leaks, 0);
        free(bytes);
    }
}
