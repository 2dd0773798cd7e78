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

enum { IMAGES = FIXTURE_IMAGES, CLASSES = FIXTURE_CLASSES };

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
        predict_fixture_images(model, found);
        CHECK_NEAR(largest_difference(found, (const float *)(const void *)expected, IMAGES * CLASSES), 0,
                   fixture_agreement);
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
            predict_fixture_images(model, before);
            predict_fixture_images(back, after);
            CHECK_NEAR(largest_difference(before, after, IMAGES * CLASSES), 0, 1e-7);
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
            predict_fixture_images(model, before);
            predict_fixture_images(back, after);
            test_check(largest_difference(before, after, count) < fixture_agreement, __FILE__, __LINE__, "%s: %g", text,
                       largest_difference(before, after, count));
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
        predict_fixture_images(model, before);
        if (CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK))
            scrawl_trainer_step(trainer, &progress);
        scrawl_trainer_free(trainer);
        predict_fixture_images(model, after);
        CHECK(largest_difference(before, after, IMAGES * CLASSES) > 1e-4);
        scrawl_model *back = there_and_back(model);
        if (back) check_same(model, back);
        scrawl_model_free(back);
        scrawl_model_free(model);
    }
    scrawl_dataset_free(dataset);
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
    predict_fixture_images(model, probabilities);
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
