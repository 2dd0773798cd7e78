/* Tests src/model/model_file.c: models there and back, files that describe what they don't hold, and damaged ones. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/model_file.h"

static const char small_architecture[] = "maxpool 7, conv 2 2x3 relu, dropout 0.5, flatten, dense 3 softmax";
enum { CLASSES = 3, CONV = 1, DENSE = 4 }; /* indices of layers */

static scrawl_model *make_model(void)
{
    static const char *const labels[] = {"zero \"0\"", "\xE2\x82\xAC", "zwei \\"};
    scrawl_model *model = NULL;
    scrawl_model_options options = {small_architecture, CLASSES, labels, SCRAWL_NORMALIZE_COLUMN_L2, 5};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    for (size_t i = 0; i < model->network.parameter_count; i++) model->weights.values[i] += 0.01f * (float)i;
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    CHECK_EQUAL(metadata_set(&model->metadata, "trained_epochs", "12"), SCRAWL_OK);
    return model;
}

static void predict_one(const scrawl_model *model, float *probabilities)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(i * 5);
    CHECK_EQUAL(scrawl_predict_images(model, image, 1, 1, probabilities), SCRAWL_OK);
}

TEST(model_file_of_a_detector_is_small_and_goes_there_and_back)
{
    scrawl_model *model = NULL, *loaded = NULL;
    uint8_t *bytes = NULL, *small = NULL, *again = NULL;
    size_t size = 0, small_size = 0, again_size = 0;
    const scrawl_model_options options = {.architecture = "finder", .seed = 4};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save_int8(model, &small, &small_size), SCRAWL_OK);
    CHECK(small_size < 200 * 1000);
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    CHECK_TEXT(scrawl_model_architecture(loaded), scrawl_model_architecture(model));
    CHECK_EQUAL(scrawl_model_class_count(loaded), 10);
    CHECK(scrawl_model_detects(loaded));
    CHECK_EQUAL(scrawl_model_save(loaded, &again, &again_size), SCRAWL_OK);
    CHECK(again_size == size && memcmp(again, bytes, size) == 0);
    scrawl_model_free(loaded);
    CHECK_EQUAL(scrawl_model_load(small, small_size, &loaded), SCRAWL_OK);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    scrawl_free(small);
    scrawl_free(again);
}

TEST(model_file_round_trip)
{
    scrawl_model *model = make_model(), *loaded = NULL;
    uint8_t *bytes = NULL, *again = NULL;
    size_t size = 0, again_size = 0;
    float expected[CLASSES], actual[CLASSES];
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    CHECK_TEXT(scrawl_model_architecture(loaded), small_architecture);
    CHECK_EQUAL(scrawl_model_class_count(loaded), CLASSES);
    CHECK_EQUAL(scrawl_model_normalization(loaded), SCRAWL_NORMALIZE_COLUMN_L2);
    for (size_t i = 0; i < CLASSES; i++) CHECK_TEXT(scrawl_model_label(loaded, i), scrawl_model_label(model, i));
    CHECK_TEXT(scrawl_model_metadata(loaded, "trained_epochs"), "12");
    CHECK(scrawl_model_metadata(loaded, "architecture") == NULL); /* it has a field of its own */
    CHECK_EQUAL(loaded->metadata.count, 1);
    size_t count = scrawl_model_parameter_count(model);
    CHECK_EQUAL(scrawl_model_parameter_count(loaded), count);
    CHECK(memcmp(loaded->weights.values, model->weights.values, count * sizeof(float)) == 0);
    predict_one(model, expected);
    predict_one(loaded, actual);
    CHECK(memcmp(expected, actual, sizeof expected) == 0);
    CHECK_EQUAL(scrawl_model_save(loaded, &again, &again_size), SCRAWL_OK);
    CHECK(again_size == size && memcmp(again, bytes, size) == 0);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    scrawl_free(again);
}

TEST(model_file_keeps_named_architectures)
{
    for (size_t i = 0; scrawl_architecture_name(i); i++) {
        scrawl_model_options options = scrawl_model_default();
        options.architecture = scrawl_architecture_name(i);
        scrawl_model *model = NULL, *loaded = NULL;
        uint8_t *bytes = NULL;
        size_t size = 0;
        CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
        CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
        if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
        CHECK_TEXT(scrawl_model_architecture(loaded), scrawl_model_architecture(model));
        CHECK_TEXT(scrawl_model_label(loaded, 9), "9");
        scrawl_model_free(model);
        scrawl_model_free(loaded);
        scrawl_free(bytes);
    }
}

/* What any other reader of safetensors sees. */
TEST(model_file_is_plain_safetensors)
{
    scrawl_model *model = make_model();
    struct safetensors file = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK)) return;
    CHECK_EQUAL(file.tensor_count, 4);
    const struct tensor *conv = safetensors_find(&file, "1.weight"), *dense = safetensors_find(&file, "4.weight");
    const struct tensor *conv_bias = safetensors_find(&file, "1.bias"), *dense_bias = safetensors_find(&file, "4.bias");
    if (!CHECK(conv && conv_bias && dense && dense_bias)) return;
    static const size_t conv_shape[] = {2, 3, 1, 2}, dense_shape[] = {12, CLASSES};
    CHECK(conv->dimension_count == 4 && memcmp(conv->dimensions, conv_shape, sizeof conv_shape) == 0);
    CHECK(dense->dimension_count == 2 && memcmp(dense->dimensions, dense_shape, sizeof dense_shape) == 0);
    CHECK(conv_bias->dimension_count == 1 && conv_bias->dimensions[0] == 2);
    CHECK(dense_bias->dimension_count == 1 && dense_bias->dimensions[0] == CLASSES);
    CHECK(memcmp(conv->data, model->weights.values + model->network.layers[CONV].weight_offset, 12 * sizeof(float)) ==
          0);
    CHECK(memcmp(dense_bias->data, model->weights.values + model->network.layers[DENSE].bias_offset,
                 CLASSES * sizeof(float)) == 0);
    CHECK_TEXT(metadata_get(&file.metadata, "architecture"), small_architecture);
    CHECK_TEXT(metadata_get(&file.metadata, "labels"), "[\"zero \\\"0\\\"\",\"\xE2\x82\xAC\",\"zwei \\\\\"]");
    CHECK_TEXT(metadata_get(&file.metadata, "normalization"), "column-l2");
    CHECK_TEXT(metadata_get(&file.metadata, "scrawl_version"), SCRAWL_VERSION);
    safetensors_free(&file);
    scrawl_model_free(model);
    scrawl_free(bytes);
}

TEST(model_file_knows_normalizations)
{
    scrawl_normalization normalization = SCRAWL_NORMALIZE_UNIT;
    CHECK(normalization_from_name("column-l2", &normalization) && normalization == SCRAWL_NORMALIZE_COLUMN_L2);
    CHECK(normalization_from_name("unit", &normalization) && normalization == SCRAWL_NORMALIZE_UNIT);
    CHECK(!normalization_from_name("", &normalization) && !normalization_from_name("Unit", &normalization));
    CHECK_TEXT(normalization_name(SCRAWL_NORMALIZE_UNIT), "unit");
}

TEST(model_file_carries_more_blocks)
{
    static const char *const suffixes[] = {".velocity", ".other"};
    scrawl_model *model = make_model(), *loaded = NULL;
    size_t count = model->network.parameter_count, size = 0;
    float *velocity = calloc(count, sizeof *velocity), *back = calloc(count, sizeof *back);
    for (size_t i = 0; i < count; i++) velocity[i] = -(float)i;
    const float *const blocks[] = {velocity, model->weights.values};
    struct metadata more = {0};
    struct safetensors file = {0};
    uint8_t *bytes = NULL;
    metadata_set(&more, "trained_epochs", "13");
    metadata_set(&more, "checkpoint_epoch", "2");
    metadata_set(&more, "architecture", "never written");
    CHECK_EQUAL(model_to_safetensors(model, &more, suffixes, blocks, 2, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK)) return;
    CHECK_EQUAL(parameters_from_safetensors(&file, &model->network, ".velocity", back), SCRAWL_OK);
    CHECK(memcmp(back, velocity, count * sizeof *back) == 0);
    CHECK_EQUAL(parameters_from_safetensors(&file, &model->network, ".other", back), SCRAWL_OK);
    CHECK(memcmp(back, model->weights.values, count * sizeof *back) == 0);
    CHECK_EQUAL(parameters_from_safetensors(&file, &model->network, ".third", back), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "\"1.weight.third\"");
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return; /* a checkpoint is a model file */
    CHECK_TEXT(scrawl_model_metadata(loaded, "trained_epochs"), "13");
    CHECK(scrawl_model_metadata(loaded, "checkpoint_epoch") == NULL); /* the trainer's, not the model's */
    CHECK_TEXT(scrawl_model_architecture(loaded), small_architecture);
    safetensors_free(&file);
    metadata_free(&more);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    free(velocity);
    free(back);
}

TEST(model_file_refuses_long_suffixes)
{
    static const char *const suffixes[] = {".a-suffix-that-leaves-no-room-for-the-number-and-name-of-a-tensor"};
    scrawl_model *model = make_model();
    const float *const blocks[] = {model->weights.values};
    uint8_t *bytes = NULL;
    size_t size = 0;
    CHECK_EQUAL(model_to_safetensors(model, NULL, suffixes, blocks, 1, &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK(bytes == NULL);
    scrawl_model_free(model);
}

/* ---- Files that lie ---- */

/* A hand-made model of one dense layer of 2 outputs over 49 inputs, to be bent. */
struct draft {
    const char *architecture, *labels, *normalization, *version, *temperature, *doubtful_below; /* NULL: left out */
    struct tensor tensors[4];
    size_t tensor_count;
};

static const float draft_values[200];

static struct draft right_draft(void)
{
    return (struct draft){
        .architecture = "maxpool 4, flatten, dense 2 softmax",
        .labels = "[\"a\",\"b\"]",
        .normalization = "unit",
        .version = "9.9",
        .tensors = {{"2.weight", 2, {49, 2}, 98, draft_values, TENSOR_F32},
                    {"2.bias", 1, {2}, 2, draft_values, TENSOR_F32}},
        .tensor_count = 2,
    };
}

static scrawl_status load_draft(const struct draft *draft, scrawl_model **model)
{
    struct metadata metadata = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (draft->architecture) metadata_set(&metadata, "architecture", draft->architecture);
    if (draft->labels) metadata_set(&metadata, "labels", draft->labels);
    if (draft->normalization) metadata_set(&metadata, "normalization", draft->normalization);
    if (draft->version) metadata_set(&metadata, "scrawl_version", draft->version);
    if (draft->temperature) metadata_set(&metadata, "temperature", draft->temperature);
    if (draft->doubtful_below) metadata_set(&metadata, "doubtful_below", draft->doubtful_below);
    CHECK_EQUAL(safetensors_write(draft->tensors, draft->tensor_count, &metadata, &bytes, &size), SCRAWL_OK);
    scrawl_status status = scrawl_model_load(bytes, size, model);
    metadata_free(&metadata);
    free(bytes);
    return status;
}

static void check_refused(const struct draft *draft, const char *mention)
{
    scrawl_model *untouched = (scrawl_model *)&untouched, *model = untouched;
    CHECK_EQUAL(load_draft(draft, &model), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK(model == untouched);
}

TEST(model_file_accepts_the_draft)
{
    struct draft draft = right_draft();
    scrawl_model *model = NULL;
    if (!CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK)) return;
    scrawl_model_free(model);
    draft.tensors[2] = (struct tensor){"2.bias.extra", 1, {3}, 3, draft_values, TENSOR_F32};
    draft.tensor_count = 3;
    CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK);
    scrawl_model_free(model);
}

TEST(model_file_may_hold_a_calibration)
{
    struct draft draft = right_draft();
    scrawl_model *model = NULL, *again = NULL;
    uint8_t *bytes = NULL;
    size_t size;
    if (!CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK)) return;
    CHECK_NEAR(scrawl_model_temperature(model), 1, 0);
    CHECK_NEAR(scrawl_model_doubtful_below(model), 0.5, 0);
    scrawl_model_free(model);
    draft.temperature = "1.37";
    draft.doubtful_below = "0.8125";
    if (!CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK)) return;
    CHECK_NEAR(scrawl_model_temperature(model), 1.37, 1e-6);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    if (CHECK_EQUAL(scrawl_model_load(bytes, size, &again), SCRAWL_OK)) {
        CHECK(scrawl_model_temperature(again) == scrawl_model_temperature(model));
        CHECK(scrawl_model_doubtful_below(again) == 0.8125f);
    }
    scrawl_free(bytes);
    scrawl_model_free(again);
    scrawl_model_free(model);
}

TEST(model_file_refuses_a_senseless_calibration)
{
    static const char *const bad[] = {"", "0", "-1", "1e9", "nan", "inf", "1 ", "one"};
    struct draft draft = right_draft();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        draft.temperature = bad[i];
        check_refused(&draft, "\"temperature\"");
    }
    draft.temperature = NULL;
    draft.doubtful_below = "1.01";
    check_refused(&draft, "\"doubtful_below\"");
}

TEST(model_file_refuses_missing_fields)
{
    struct draft draft = right_draft();
    draft.architecture = NULL;
    check_refused(&draft, "\"architecture\"");
    draft = right_draft();
    draft.labels = NULL;
    check_refused(&draft, "\"labels\"");
    draft = right_draft();
    draft.normalization = NULL;
    check_refused(&draft, "\"normalization\"");
    draft = right_draft();
    draft.version = NULL;
    check_refused(&draft, "\"scrawl_version\"");
}

TEST(model_file_refuses_bad_labels)
{
    static const char sixty_four[] = "[\"a\",\"1234567890123456789012345678901234567890123456789012345678901234\"]";
    static const char *const bad[] = {
        "",
        "a,b",
        "[]",
        "[\"a\"]",
        "[\"a\",\"b\",\"c\"]",
        "[\"a\",\"b\"",
        "[\"a\",\"b\",]",
        "[\"a\",\"\"]",
        "[\"a\",1]",
        "[\"a\",\"b\"]x",
        "{\"a\":\"b\"}",
        "[\"a\",\"\\u0000\"]",
        "[\"a\",\"12345678901234567890123456789012345678901234567890123456789012345\"]",
    };
    struct draft draft = right_draft();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        draft.labels = bad[i];
        check_refused(&draft, "\"labels\"");
    }
    scrawl_model *model = NULL;
    draft.labels = sixty_four;
    CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK);
    scrawl_model_free(model);
    char many[5 * 300] = "[\"x\"";
    for (size_t i = 0; i < 256; i++) strcat(many, ",\"x\"");
    draft.labels = strcat(many, "]");
    check_refused(&draft, "at most 256");
}

TEST(model_file_refuses_bad_fields)
{
    struct draft draft = right_draft();
    draft.normalization = "percent";
    check_refused(&draft, "\"percent\"");
    draft = right_draft();
    draft.architecture = "maxpool 4, flatten, dance 2 softmax";
    check_refused(&draft, "dance");
    draft.architecture = "";
    check_refused(&draft, "\"architecture\"");
    draft.architecture = "maxpool 4, flatten, dense 3 softmax";
    check_refused(&draft, "3 outputs");
}

TEST(model_file_refuses_misfit_tensors)
{
    struct draft draft = right_draft();
    draft.tensor_count = 1;
    check_refused(&draft, "\"2.bias\"");
    draft = right_draft();
    strcpy(draft.tensors[0].name, "2.weights");
    check_refused(&draft, "\"2.weight\"");
    draft = right_draft();
    draft.tensors[0] = (struct tensor){"2.weight", 2, {2, 49}, 98, draft_values, TENSOR_F32};
    check_refused(&draft, "[2, 49]");
    CHECK_MENTIONS(scrawl_error(), "[49, 2]");
    draft.tensors[0] = (struct tensor){"2.weight", 3, {49, 2, 1}, 98, draft_values, TENSOR_F32};
    check_refused(&draft, "\"2.weight\"");
    draft.tensors[0] = (struct tensor){"2.weight", 1, {98}, 98, draft_values, TENSOR_F32};
    check_refused(&draft, "\"2.weight\"");
    draft.tensors[0] = (struct tensor){"2.weight", 2, {49, 3}, 147, draft_values, TENSOR_F32};
    check_refused(&draft, "\"2.weight\"");
}

/* Depthwise and dense layers too; a channel of zeros stays one. */
TEST(model_file_of_whole_numbers)
{
    static const char architecture[] =
        "conv 3 3x3 relu, depthwise 3x3, batchnorm, maxpool 8, flatten, dense 10 softmax";
    const scrawl_model_options options = {.architecture = architecture, .seed = 2};
    scrawl_model *model = NULL, *loaded = NULL;
    uint8_t *bytes = NULL, *again = NULL;
    size_t size = 0, again_size = 0;
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) return;
    const struct layer *conv = &model->network.layers[1];
    for (size_t i = 0; i < conv->weight_count; i += 3) model->weights.values[conv->weight_offset + i] = 0;
    CHECK_EQUAL(scrawl_model_save_int8(model, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    size_t rounded = 0;
    for (size_t index = 0; index < model->network.layer_count; index++) {
        const struct layer *layer = &model->network.layers[index];
        const float *before = model->weights.values + layer->weight_offset,
                    *after = loaded->weights.values + layer->weight_offset;
        for (size_t i = 0; i < layer->weight_count; i++) {
            double most = 0;
            for (size_t k = i % layer->output.channels; k < layer->weight_count; k += layer->output.channels)
                most = fmax(most, fabs((double)before[k]));
            CHECK_NEAR((double)after[i], (double)before[i], 0.5001 / 127 * most);
            rounded += after[i] != before[i];
        }
    }
    CHECK(rounded > 0);
    CHECK_EQUAL(scrawl_model_save_int8(loaded, &again, &again_size), SCRAWL_OK);
    if (CHECK_EQUAL(again_size, size)) CHECK(memcmp(again, bytes, size) == 0);
    uint8_t *untouched = bytes;
    model->weights.values[conv->weight_offset + 1] = 2e38f;
    CHECK_EQUAL(scrawl_model_save_int8(model, &bytes, &size), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "\"1.weight\" is too large for 8 bits");
    CHECK(bytes == untouched);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    scrawl_free(again);
}

TEST(model_file_refuses_scales_that_are_none)
{
    static const float huge[98] = {100}, scales[] = {3e38f, 1}, broken[] = {NAN, 1};
    const struct tensor right = {"2.weight_scale", 1, {2}, 2, draft_values, TENSOR_F32};
    scrawl_model *model = NULL;
    struct draft draft = right_draft();
    draft.tensors[0].type = TENSOR_I8;
    draft.tensors[draft.tensor_count++] = right;
    if (CHECK_EQUAL(load_draft(&draft, &model), SCRAWL_OK)) scrawl_model_free(model);
    draft.tensors[2].type = TENSOR_F16;
    check_refused(&draft, "\"2.weight_scale\" of the model file must be F32");
    draft.tensors[2] = (struct tensor){"2.weight_scale", 1, {1}, 1, draft_values, TENSOR_F32};
    check_refused(&draft, "\"2.weight_scale\" of the model file has the shape [1]");
    draft.tensors[2] = right;
    draft.tensors[2].data = broken;
    check_refused(&draft, "\"2.weight_scale\" of the model file holds a value that is no finite number");
    draft.tensors[2].data = scales;
    draft.tensors[0].data = huge;
    check_refused(&draft, "\"2.weight_scale\" of the model file makes a weight too large");
}

TEST(model_file_refuses_whole_numbers_without_scale)
{
    struct draft draft = right_draft();
    draft.tensors[0].type = TENSOR_I8;
    check_refused(&draft, "\"2.weight_scale\"");
    draft = right_draft();
    draft.tensors[1].type = TENSOR_I8;
    check_refused(&draft, "\"2.bias\" of the model file can't be I8");
    draft = right_draft();
    draft.tensors[draft.tensor_count++] = (struct tensor){"2.weight_scale", 1, {2}, 2, draft_values, TENSOR_F32};
    check_refused(&draft, "\"2.weight_scale\", which its architecture has no layer for");
}

TEST(model_file_in_half_precision)
{
    scrawl_model *model = make_model(), *loaded = NULL;
    uint8_t *bytes = NULL, *again = NULL, *whole = NULL;
    size_t size = 0, again_size = 0, whole_size = 0;
    CHECK_EQUAL(scrawl_model_save(model, &whole, &whole_size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save_half(model, &bytes, &size), SCRAWL_OK);
    CHECK(size < whole_size);
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    size_t rounded = 0;
    for (size_t i = 0; i < model->network.parameter_count; i++) {
        CHECK_NEAR((double)loaded->weights.values[i], (double)model->weights.values[i],
                   0x1p-11 * fabs((double)model->weights.values[i]));
        rounded += loaded->weights.values[i] != model->weights.values[i];
    }
    const struct layer *conv = &model->network.layers[CONV];
    CHECK(rounded > 0);
    CHECK(memcmp(loaded->weights.values + conv->bias_offset, model->weights.values + conv->bias_offset,
                 conv->bias_count * sizeof(float)) == 0);
    CHECK_EQUAL(scrawl_model_save_half(loaded, &again, &again_size), SCRAWL_OK); /* nothing is left to round */
    CHECK(again_size == size && memcmp(again, bytes, size) == 0);
    model->weights.values[conv->weight_offset] = 70000;
    uint8_t *untouched = bytes;
    CHECK_EQUAL(scrawl_model_save_half(model, &bytes, &size), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "\"1.weight\"");
    CHECK(bytes == untouched);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    scrawl_free(again);
    scrawl_free(whole);
}

TEST(model_file_keeps_moving_averages)
{
    static const char *const names[] = {"1.weight", "1.bias", "1.mean", "1.variance"};
    scrawl_model *model = NULL, *loaded = NULL;
    scrawl_model_options options = scrawl_model_default();
    struct safetensors file = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    options.architecture = "conv 3 3x3, batchnorm relu, maxpool 4, flatten, dense 10 softmax";
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    const size_t count = model->network.parameter_count;
    for (size_t i = 0; i < count; i++) model->weights.values[i] += 0.001f * (float)i;
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK)) return;
    for (size_t i = 0; i < 4; i++) {
        const struct tensor *tensor = safetensors_find(&file, names[i]);
        if (!CHECK(tensor && tensor->dimension_count == 1 && tensor->count == 3)) return;
        CHECK(memcmp(tensor->data, model->weights.values + 30 + 3 * i, 3 * sizeof(float)) == 0);
    }
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    CHECK(memcmp(loaded->weights.values, model->weights.values, count * sizeof(float)) == 0);
    float expected[10], actual[10];
    predict_one(model, expected);
    predict_one(loaded, actual);
    CHECK(memcmp(expected, actual, sizeof expected) == 0);
    model->weights.values[model->network.layers[1].statistic_offset + 3] = -0.5f;
    scrawl_free(bytes);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    scrawl_model *untouched = loaded;
    CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "\"1.variance\"");
    CHECK(loaded == untouched);
    safetensors_free(&file);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
}

TEST(model_file_refuses_strangers)
{
    static const char *const names[] = {"2.weight2", "2.weight.", "1.weight", "3.bias", "02.bias",
                                        "bias",      "2.",        "",         "x"};
    struct draft draft = right_draft();
    draft.tensor_count = 3;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        draft.tensors[2] = (struct tensor){"", 1, {2}, 2, draft_values, TENSOR_F32};
        strcpy(draft.tensors[2].name, names[i]);
        check_refused(&draft, names[i]);
        CHECK_MENTIONS(scrawl_error(), "no layer");
    }
}

TEST(model_file_refuses_numbers_that_are_none)
{
    const float bad[] = {(float)NAN, (float)INFINITY, -(float)INFINITY};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        float values[2] = {0, bad[i]};
        struct draft draft = right_draft();
        draft.tensors[1].data = values;
        check_refused(&draft, "\"2.bias\"");
        CHECK_MENTIONS(scrawl_error(), "finite");
    }
}

/* The text describes a gigabyte of weights; the shapes are compared before memory is taken for them. */
TEST(model_file_refuses_a_huge_network_in_a_small_file)
{
    struct draft draft = right_draft();
    draft.architecture = "conv 4096 1x1, maxpool 28, flatten, dense 4096 relu, dense 4096 relu, dense 2 softmax";
    check_refused(&draft, "\"0.weight\"");
    draft.architecture = "flatten, dense 4096 relu, dense 4096 relu, dense 4096 relu, dense 2 softmax";
    check_refused(&draft, "\"1.weight\"");
}

/* ---- Damaged files ---- */

TEST(model_file_survives_every_truncation)
{
    scrawl_model *model = make_model();
    uint8_t *bytes = NULL;
    size_t size = 0;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    for (size_t length = 0; length < size; length++) {
        scrawl_model *loaded = NULL;
        uint8_t *part = malloc(length ? length : 1);
        memcpy(part, bytes, length);
        test_check(scrawl_model_load(part, length, &loaded) == SCRAWL_INVALID_MODEL && !loaded, __FILE__, __LINE__,
                   "%zu bytes accepted", length);
        free(part);
    }
    scrawl_model_free(model);
    scrawl_free(bytes);
}

/* A loaded model reads, and what it saves is loaded and saved the same again. */
static void use_model(const scrawl_model *model)
{
    float probabilities[SCRAWL_MAX_CLASSES];
    uint8_t *bytes = NULL, *again = NULL;
    size_t size = 0, again_size = 0;
    scrawl_model *loaded = NULL;
    predict_one(model, probabilities);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_model_save(loaded, &again, &again_size), SCRAWL_OK);
    CHECK(size == again_size && memcmp(bytes, again, size) == 0);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
    scrawl_free(again);
}

TEST(model_file_survives_every_changed_byte)
{
    static const uint8_t changes[] = {0x01, 0x02, 0x04, 0x10, 0x20, 0x80, 0xFF};
    scrawl_model *model = make_model();
    uint8_t *bytes = NULL;
    size_t size = 0, accepted = 0, refused = 0;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    for (size_t i = 0; i < size * sizeof changes; i++) {
        scrawl_model *loaded = NULL;
        bytes[i / sizeof changes] ^= changes[i % sizeof changes];
        scrawl_status status = scrawl_model_load(bytes, size, &loaded);
        bytes[i / sizeof changes] ^= changes[i % sizeof changes];
        CHECK(status == SCRAWL_OK || (status == SCRAWL_INVALID_MODEL && !loaded));
        refused += status != SCRAWL_OK;
        accepted += status == SCRAWL_OK;
        if (status == SCRAWL_OK) use_model(loaded);
        scrawl_model_free(loaded);
    }
    CHECK(accepted > 0 && refused > 0);
    scrawl_model_free(model);
    scrawl_free(bytes);
}
