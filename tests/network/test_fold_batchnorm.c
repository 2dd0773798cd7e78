/* Tests src/network/fold_batchnorm.c: networks with batch normalisation read as the definitions say, with and without a
 * layer to fold it into. */
#include "network/fold_batchnorm.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "layers/layers.h"
#include "model/model.h"
#include "reference.h"
#include "test.h"

enum { IMAGES = 5, CLASSES = 10 };

/* A model whose parameters, moving averages too, have seen some training. */
static scrawl_model *make_model(const char *architecture)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    struct random random = random_stream(8, RANDOM_WEIGHTS, 0, 0);
    options.architecture = architecture;
    if (!CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK)) abort();
    for (size_t i = 0; i < model->network.parameter_count; i++)
        model->weights.values[i] += 0.3f * (random_uniform(&random) - 0.5f);
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    return model;
}

static double reading_error(const scrawl_model *model)
{
    uint8_t images[IMAGES][SCRAWL_IMAGE_PIXELS];
    static double inputs[IMAGES * SCRAWL_IMAGE_PIXELS];
    double expected[IMAGES * CLASSES], worst = 0, *parameters;
    float actual[IMAGES * CLASSES];
    for (size_t i = 0; i < sizeof images; i++) {
        images[i / SCRAWL_IMAGE_PIXELS][i % SCRAWL_IMAGE_PIXELS] = (uint8_t)(i * i * 7 / 5);
        inputs[i] = (uint8_t)(i * i * 7 / 5) / 255.0;
    }
    parameters = malloc(model->network.parameter_count * sizeof *parameters);
    for (size_t i = 0; i < model->network.parameter_count; i++) parameters[i] = (double)model->weights.values[i];
    reference_read(&model->network, parameters, inputs, IMAGES, expected);
    CHECK_EQUAL(scrawl_predict_images(model, images[0], IMAGES, 2, actual), SCRAWL_OK);
    for (size_t i = 0; i < IMAGES * CLASSES; i++) worst = fmax(worst, fabs((double)actual[i] - expected[i]));
    free(parameters);
    return worst;
}

static const double tolerance = 2e-5; /* of a probability */

TEST(fold_batchnorm_reads_as_the_moving_averages_say)
{
    static const char *const architectures[] = {
        "conv 6 3x3, batchnorm relu, conv 8 3x3 same, batchnorm relu, maxpool 2, flatten, dense 10 softmax",
        "batchnorm, conv 4 5x5 relu, batchnorm, dropout 0.5, maxpool 3, flatten, dense 20, batchnorm relu, dense 10 "
        "softmax",
        "maxpool 4, flatten, batchnorm relu, dense 12 relu, batchnorm, dense 10, batchnorm, softmax",
        "maxpool 4, conv 3 3x3, batchnorm, batchnorm relu, batchnorm, flatten, dense 10 softmax",
        "conv 6 3x3 same, batchnorm relu, keep a, maxpool 2, conv 6 3x3 same, batchnorm, upsample 2, add a relu, "
        "maxpool 4, flatten, dense 10 softmax",
    };
    for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
        scrawl_model *model = make_model(architectures[i]);
        double error = reading_error(model);
        test_check(error < tolerance, __FILE__, __LINE__, "%s: error %g", architectures[i], error);
        scrawl_model_free(model);
    }
}

TEST(fold_batchnorm_leaves_only_what_no_layer_takes)
{
    scrawl_model *model = make_model("conv 6 3x3, batchnorm relu, maxpool 2, batchnorm, flatten, dense 10 softmax");
    const struct layer *layers = model->reading.layers;
    CHECK_EQUAL(layers[0].activation, ACTIVATION_RELU);
    CHECK_EQUAL(layers[1].statistics, STATISTICS_FOLDED);
    CHECK_EQUAL(layers[3].statistics, STATISTICS_SCALED);
    CHECK(layer_operations(&layers[1])->forward == NULL);
    CHECK_EQUAL(model->network.layers[0].activation, ACTIVATION_NONE);
    scrawl_model_free(model);
}

TEST(fold_batchnorm_takes_nothing_from_networks_without_batchnorm)
{
    scrawl_model *model = make_model("conv 6 3x3 relu, flatten, dense 10 softmax");
    CHECK(!model_is_folded(model));
    CHECK(!model->reading_weights.owned && model->reading_weights.values == model->weights.values);
    scrawl_model_free(model);
}

TEST(fold_batchnorm_check_catches_parameters_that_were_not_folded_again)
{
    scrawl_model *model = make_model("conv 6 3x3, batchnorm relu, flatten, dense 10 softmax");
    CHECK(reading_error(model) < tolerance);
    model->weights.values[model->network.layers[1].statistic_offset] += 0.1f;
    CHECK(reading_error(model) > tolerance);
    scrawl_model_free(model);
}
