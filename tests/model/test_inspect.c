/* Tests src/model/inspect.c: the saliency against differences of the double-precision reference, the layers' values
 * against each other and against what reading gives. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "model/model.h"
#include "reference.h"
#include "test.h"

enum { CLASSES = 10 };

/* A model whose parameters, moving averages too, have seen some training. */
static scrawl_model *make_model(const char *architecture, scrawl_normalization normalization)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    struct random random = random_stream(8, RANDOM_WEIGHTS, 0, 0);
    options.architecture = architecture;
    options.normalization = normalization;
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) abort();
    for (size_t i = 0; i < model->network.parameter_count; i++)
        model->weights.values[i] += 0.3f * (random_uniform(&random) - 0.5f);
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    return model;
}

/* Smooth enough that no maximum or ReLU changes its mind within a small step. */
static void draw(uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) image[i] = (uint8_t)(i * i * 7 / 5);
}

static scrawl_inspection *inspect(const scrawl_model *model, const uint8_t *image, int class_index)
{
    scrawl_inspection *inspection = NULL;
    if (!CHECK_EQUAL(scrawl_inspect(model, image, class_index, &inspection), SCRAWL_OK)) abort();
    return inspection;
}

/* log(p[0] / p[1]), which is the difference of the two logits. */
static double margin(const scrawl_model *model, const double *parameters, const double *input)
{
    double probabilities[CLASSES];
    reference_read(&model->network, parameters, input, 1, probabilities);
    return log(probabilities[0] / probabilities[1]);
}

/* The largest deviation of the two classes' saliencies, the one less the other, from central differences. */
static double saliency_error(const scrawl_model *model, double *largest)
{
    static const double step = 1e-6;
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    float values[SCRAWL_IMAGE_PIXELS];
    double input[SCRAWL_IMAGE_PIXELS], worst = 0, *parameters;
    draw(image);
    scrawl_normalize(image, model->normalization, values);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) input[i] = (double)values[i];
    parameters = malloc(model->network.parameter_count * sizeof *parameters);
    for (size_t i = 0; i < model->network.parameter_count; i++) parameters[i] = (double)model->weights.values[i];
    scrawl_inspection *first = inspect(model, image, 0), *second = inspect(model, image, 1);
    *largest = 0;
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i += 5) {
        const double here = input[i];
        input[i] = here + step;
        double above = margin(model, parameters, input);
        input[i] = here - step;
        double expected = here * (above - margin(model, parameters, input)) / (2 * step);
        input[i] = here;
        *largest = fmax(*largest, fabs(expected));
        worst = fmax(worst, fabs((double)first->saliency[i] - (double)second->saliency[i] - expected));
    }
    scrawl_inspection_free(first);
    scrawl_inspection_free(second);
    free(parameters);
    return worst;
}

static const char *const architectures[] = {
    "conv 6 3x3 relu, conv 8 3x3 same relu, maxpool 2, dropout 0.5, flatten, dense 20 relu, dropout 0.5, dense 10 "
    "softmax",
    "maxpool 2, conv 5 5x5 stride 2 relu, depthwise 3x3 same relu, globalpool, dense 10, softmax",
    "conv 6 3x3, batchnorm relu, conv 18 3x3 same, batchnorm relu, maxpool 2, flatten, dense 10 softmax",
    "batchnorm, conv 4 5x5 relu, batchnorm relu, maxpool 3, flatten, dense 20, relu, batchnorm, dense 10 softmax",
};
enum { ARCHITECTURE_COUNT = sizeof architectures / sizeof *architectures };

TEST(inspect_saliency_matches_central_differences)
{
    for (size_t i = 0; i < ARCHITECTURE_COUNT; i++) {
        scrawl_model *model = make_model(architectures[i], (scrawl_normalization)(i % 2));
        double largest, error = saliency_error(model, &largest);
        test_check(error < 1e-3 * largest, __FILE__, __LINE__, "%s: error %g of %g", architectures[i], error, largest);
        scrawl_model_free(model);
    }
}

TEST(inspect_saliency_of_a_linear_network_is_weight_times_input)
{
    scrawl_model *model = make_model("flatten, dense 10 softmax", SCRAWL_NORMALIZE_UNIT);
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    size_t shape[4];
    draw(image);
    scrawl_inspection *inspection = inspect(model, image, 3);
    const float *weights = scrawl_model_weights(model, 1, shape);
    CHECK_EQUAL(shape[2], SCRAWL_IMAGE_PIXELS);
    CHECK_EQUAL(shape[3], CLASSES);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++)
        CHECK_NEAR((double)inspection->saliency[i], image[i] / 255.0 * (double)weights[i * CLASSES + 3], 1e-6);
    CHECK_EQUAL(inspection->class_index, 3);
    scrawl_inspection_free(inspection);
    scrawl_model_free(model);
}

TEST(inspect_layers_end_in_what_reading_gives)
{
    for (size_t i = 0; i < ARCHITECTURE_COUNT; i++) {
        scrawl_model *model = make_model(architectures[i], SCRAWL_NORMALIZE_UNIT);
        uint8_t image[SCRAWL_IMAGE_PIXELS];
        float expected[CLASSES];
        draw(image);
        model->temperature = 1.5f;
        scrawl_inspection *inspection = inspect(model, image, -1);
        CHECK_EQUAL(scrawl_predict_images(model, image, 1, 1, expected), SCRAWL_OK);
        CHECK_EQUAL(inspection->layer_count, scrawl_model_layer_count(model));
        for (size_t k = 0; k < CLASSES; k++)
            CHECK_NEAR((double)inspection->probabilities[k], (double)expected[k], 1e-6);
        CHECK_EQUAL(inspection->class_index, (int)most_probable(CLASSES, expected));
        for (size_t k = 0; k < inspection->layer_count; k++) {
            scrawl_layer layer;
            CHECK_EQUAL(scrawl_model_layer(model, k, &layer), SCRAWL_OK);
            CHECK_EQUAL(inspection->layers[k].rows, layer.rows);
            CHECK_EQUAL(inspection->layers[k].columns, layer.columns);
            CHECK_EQUAL(inspection->layers[k].channels, layer.channels);
        }
        scrawl_inspection_free(inspection);
        scrawl_model_free(model);
    }
}

TEST(inspect_layers_follow_from_each_other)
{
    scrawl_model *model = make_model(architectures[0], SCRAWL_NORMALIZE_UNIT);
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    draw(image);
    scrawl_inspection *inspection = inspect(model, image, -1);
    const scrawl_activation *conv = &inspection->layers[1], *pool = &inspection->layers[2];
    const size_t channels = pool->channels, row = conv->columns * channels, pooled = 12 * 13 + 7;
    for (size_t c = 0; c < channels; c++) {
        const float *window = conv->values + (24 * conv->columns + 14) * channels + c;
        float most = fmaxf(fmaxf(window[0], window[channels]), fmaxf(window[row], window[row + channels]));
        CHECK_EQUAL(pool->values[pooled * channels + c], most);
    }
    const size_t bytes = pool->rows * pool->columns * channels * sizeof(float);
    CHECK(memcmp(pool->values, inspection->layers[3].values, bytes) == 0); /* dropout */
    CHECK(memcmp(pool->values, inspection->layers[4].values, bytes) == 0); /* flatten */
    scrawl_inspection_free(inspection);
    scrawl_model_free(model);
}

TEST(inspect_refuses_classes_that_there_are_not)
{
    scrawl_model *model = make_model("flatten, dense 10 softmax", SCRAWL_NORMALIZE_UNIT);
    scrawl_inspection *inspection = NULL;
    const uint8_t image[SCRAWL_IMAGE_PIXELS] = {0};
    CHECK_EQUAL(scrawl_inspect(model, image, CLASSES, &inspection), SCRAWL_INVALID_ARGUMENT);
    CHECK(inspection == NULL);
    scrawl_inspection_free(inspection);
    scrawl_model_free(model);
}

TEST(inspect_weights_have_the_kernels_shape)
{
    scrawl_model *model = make_model(architectures[1], SCRAWL_NORMALIZE_UNIT);
    size_t shape[4] = {0};
    CHECK(scrawl_model_weights(model, 0, shape) == NULL);
    CHECK(scrawl_model_weights(model, 99, shape) == NULL);
    CHECK(scrawl_model_weights(model, 1, shape) == model->weights.values);
    CHECK(shape[0] == 5 && shape[1] == 5 && shape[2] == 1 && shape[3] == 5);
    CHECK(scrawl_model_weights(model, 2, shape) != NULL);
    CHECK(shape[0] == 3 && shape[1] == 3 && shape[2] == 5 && shape[3] == 1);
    CHECK(scrawl_model_weights(model, 4, shape) != NULL);
    CHECK(shape[0] == 1 && shape[1] == 1 && shape[2] == 5 && shape[3] == 10);
    scrawl_model_free(model);
}
