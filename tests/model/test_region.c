/* Tests src/model/region.c: a detector's cells against the reference, region after region, and models of the wrong
 * kind. */
#include "model/region.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "reference.h"
#include "test.h"

static scrawl_model *make_model(const char *architecture)
{
    scrawl_model *model = NULL;
    struct random random = random_stream(3, RANDOM_WEIGHTS, 0, 0);
    const scrawl_model_options options = {.architecture = architecture, .seed = 4};
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) abort();
    for (size_t i = 0; i < model->network.parameter_count; i++)
        model->weights.values[i] += 0.1f * (random_uniform(&random) - 0.5f);
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    return model;
}

/* The largest distance of the cells that were read from those of the definitions, moving averages and all. */
static double cell_error(const scrawl_model *model, const float *planes, size_t rows, size_t columns,
                         const float *cells)
{
    struct network network;
    if (!CHECK_EQUAL(network_resize(&model->network, rows, columns, &network), SCRAWL_OK)) return INFINITY;
    const size_t count = shape_size(network.layers[network.layer_count - 1].output);
    double *parameters = malloc(network.parameter_count * sizeof *parameters), worst = 0;
    double *inputs = malloc(shape_size(network.input) * sizeof *inputs), *expected = malloc(count * sizeof *expected);
    for (size_t i = 0; i < network.parameter_count; i++) parameters[i] = (double)model->weights.values[i];
    for (size_t i = 0; i < shape_size(network.input); i++) inputs[i] = (double)planes[i];
    reference_read_values(&network, parameters, inputs, 1, expected);
    for (size_t i = 0; i < count; i++) worst = fmax(worst, fabs((double)cells[i] - expected[i]));
    free(parameters);
    free(inputs);
    free(expected);
    return worst;
}

enum { MOST_SIDE = 48 };

TEST(region_reader_reads_regions_of_any_size_as_the_definitions_say)
{
    static const struct {
        size_t rows, columns;
    } sizes[] = {{24, 32}, {48, 24}, {24, 32}, {24, 24}};
    static float planes[MOST_SIDE * MOST_SIDE * 2];
    scrawl_model *model = make_model("finder");
    struct region_reader reader = {0};
    CHECK_EQUAL(region_reader_create(model, 1, &reader), SCRAWL_OK);
    struct random random = random_stream(5, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < sizeof planes / sizeof *planes; i++) planes[i] = 2 * random_uniform(&random) - 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const float *cells = NULL;
        const size_t rows = sizes[i].rows, columns = sizes[i].columns;
        if (!CHECK_EQUAL(region_reader_read(&reader, planes, 2 * columns, rows, columns, &cells), SCRAWL_OK)) break;
        CHECK(cell_error(model, planes, rows, columns, cells) < 1e-3);
        ((float *)cells)[7] += 1;
        CHECK(cell_error(model, planes, rows, columns, cells) > 0.9);
    }
    region_reader_free(&reader);
    scrawl_model_free(model);
}

TEST(region_reader_goes_on_after_a_size_that_does_not_fit)
{
    static float planes[MOST_SIDE * MOST_SIDE * 2];
    const float *cells = NULL;
    scrawl_model *model = make_model("finder");
    struct region_reader reader = {0};
    CHECK_EQUAL(region_reader_create(model, 1, &reader), SCRAWL_OK);
    CHECK_EQUAL(region_reader_read(&reader, planes, 2 * 24, 24, 24, &cells), SCRAWL_OK);
    CHECK_EQUAL(region_reader_read(&reader, planes, 2 * 24, 25, 24, &cells), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "25 x 24");
    CHECK_EQUAL(region_reader_read(&reader, planes, 2 * 24, 24, 24, &cells), SCRAWL_OK);
    region_reader_free(&reader);
    scrawl_model_free(model);
}

/* Rows of a region are shared among threads; what is not worth it, one thread does. */
TEST(region_reader_reads_the_same_on_any_threads)
{
    enum { ROWS = 136, COLUMNS = 200 };
    static float planes[ROWS * COLUMNS * 2], expected[ROWS / 4 * COLUMNS / 4 * 15];
    scrawl_model *model = make_model("finder");
    struct random random = random_stream(6, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < sizeof planes / sizeof *planes; i++) planes[i] = 2 * random_uniform(&random) - 1;
    for (int threads = 1; threads <= 5; threads++) {
        struct region_reader reader = {0};
        const float *cells = NULL;
        CHECK_EQUAL(region_reader_create(model, threads, &reader), SCRAWL_OK);
        CHECK_EQUAL(region_reader_read(&reader, planes, 2 * COLUMNS, ROWS, COLUMNS, &cells), SCRAWL_OK);
        if (threads == 1)
            memcpy(expected, cells, sizeof expected);
        else
            CHECK(memcmp(expected, cells, sizeof expected) == 0);
        region_reader_free(&reader);
    }
    CHECK(cell_error(model, planes, ROWS, COLUMNS, expected) < 1e-3);
    scrawl_model_free(model);
}

TEST(models_of_the_wrong_kind_are_refused_with_a_sentence)
{
    static float probabilities[10];
    static uint8_t image[SCRAWL_IMAGE_PIXELS];
    scrawl_inspection *inspection = NULL;
    scrawl_reading *reading = NULL;
    scrawl_evaluator *evaluator = NULL;
    scrawl_model *finder = make_model("finder"), *classifier = make_model("flatten, dense 10 softmax");
    struct region_reader reader = {0};
    CHECK(scrawl_model_detects(finder) && !scrawl_model_detects(classifier));
    CHECK_EQUAL(region_reader_create(classifier, 1, &reader), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "finds digits on pages");
    CHECK_EQUAL(scrawl_predict_images(finder, image, 1, 1, probabilities), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "finds digits on pages");
    CHECK_EQUAL(scrawl_inspect(finder, image, -1, &inspection), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_predict_rgba(finder, image, 14, 14, NULL, &reading), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_evaluator_create(finder, image, 1, 1, &evaluator), SCRAWL_INVALID_ARGUMENT);
    const scrawl_model_options options = {.architecture = "finder", .normalization = SCRAWL_NORMALIZE_COLUMN_L2};
    CHECK_EQUAL(scrawl_model_create(&options, &finder), SCRAWL_INVALID_ARGUMENT);
    scrawl_model_free(finder);
    scrawl_model_free(classifier);
}
