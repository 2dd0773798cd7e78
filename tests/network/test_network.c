/* Forward and backward of whole networks against the double-precision reference. */
#include "network/network.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "reference.h"
#include "test.h"

enum { BATCH = 3, CLASSES = 10 };

/* Every kind of layer, odd sizes, both paddings. */
static const char *const architectures[] = {
    "flatten, dense 10 softmax",
    "maxpool 4, conv 3 3x3 relu, flatten, dense 10 softmax",
    "maxpool 4, conv 5 3x3 same relu, conv 4 3x3 relu, maxpool 2, flatten, dense 10 softmax",
    "maxpool 3, conv 2 5x5 same, relu, conv 7 1x1, maxpool 4, flatten, dense 13 relu, dense 10 softmax",
    "maxpool 4, conv 3 2x4 relu, conv 3 4x2 same relu, flatten, dense 9, relu, dense 10, softmax",
    "maxpool 2, conv 33 3x3 relu, maxpool 5, dropout 0, flatten, dense 10 softmax",
    "maxpool 4, conv 5 3x3, batchnorm relu, conv 3 2x2 same relu, batchnorm, maxpool 2, flatten, dense 10 softmax",
    "batchnorm, maxpool 4, conv 4 3x3, maxpool 2, batchnorm relu, flatten, dense 20, batchnorm, relu, dense 10 softmax",
    "maxpool 2, conv 5 5x5 stride 2 relu, conv 9 3x3 stride 2 same relu, depthwise 3x3 same, flatten, dense 10 softmax",
    "maxpool 2, conv 3 2x3 stride 3 same, conv 9 1x1 relu, depthwise 2x2 stride 2 relu, globalpool, dense 10 softmax",
    "conv 6 4x4 stride 4, depthwise 5x3 stride 2 same relu, batchnorm, conv 19 1x1 stride 2, globalpool, dense 10 "
    "softmax",
    "maxpool 4, conv 18 3x3 relu, conv 17 3x3 same relu, flatten, dense 65 relu, dense 10 softmax",
    "maxpool 4, flatten, dense 10 relu, softmax",
    "keep all, maxpool 4, conv 5 3x3 same relu, keep x, conv 5 3x3 same, add x relu, add x, upsample 4, conv 1 1x1, "
    "add all, maxpool 2, flatten, dense 10 softmax",
    "maxpool 4, conv 6 3x3 same, keep a, batchnorm relu, keep b, batchnorm, add b relu, conv 6 1x1, dropout 0, add a, "
    "keep c, relu, depthwise 3x3 same, add c, add b, globalpool, dense 10 softmax",
    "maxpool 2, conv 4 3x3 same relu, keep a, maxpool 2, upsample 2, add a relu, globalpool, keep v, dense 4 relu, "
    "add v, dense 10 softmax",
    "maxpool 2, conv 4 1x1, conv 18 3x3 relu, maxpool 2, dropout 0, conv 5 3x3 same, maxpool 2, keep a, dropout 0, "
    "upsample 2, "
    "maxpool 2, add a, flatten, dense 10 softmax",
};
enum { ARCHITECTURE_COUNT = sizeof architectures / sizeof *architectures };

/* Over an input of 24 x 32. */
static const char *const detectors[] = {
    "finder",
    "input any 2, conv 5 3x3 stride 2 same relu, keep half, conv 4 3x3 stride 2 same, batchnorm, upsample 2, conv 5 "
    "1x1, "
    "add half relu, maxpool 2, conv 15 1x1, detection",
};
enum {
    DETECTOR_COUNT = sizeof detectors / sizeof *detectors,
    DETECTOR_ROWS = 24,
    DETECTOR_COLUMNS = 32,
    MOST_INPUT = 2 * DETECTOR_ROWS * DETECTOR_COLUMNS
};

struct fixture {
    struct network owner, network; /* the latter borrowed, of a detector resized */
    struct packed_weights packed, packed_backward;
    struct workspace workspace;
    struct parallel *parallel;
    float *parameters, *gradients;
    double *exact_parameters, inputs[BATCH * MOST_INPUT];
    uint8_t labels[BATCH];
};

static scrawl_status make_network(struct fixture *fixture)
{
    fixture->network = network_borrow(&fixture->owner);
    if (!network_detects(&fixture->owner)) return SCRAWL_OK;
    return network_resize(&fixture->owner, DETECTOR_ROWS, DETECTOR_COLUMNS, &fixture->network);
}

static struct fixture *set_up(const char *architecture)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct random random = random_stream(2, RANDOM_WEIGHTS, 0, 0);
    if (network_create(architecture, CLASSES, &fixture->owner) != SCRAWL_OK || make_network(fixture) != SCRAWL_OK ||
        parallel_create(2, &fixture->parallel) != SCRAWL_OK ||
        packed_weights_create(&fixture->network, kernels_current(), false, &fixture->packed) != SCRAWL_OK ||
        packed_weights_create(&fixture->network, kernels_current(), true, &fixture->packed_backward) != SCRAWL_OK ||
        workspace_create(&fixture->network, kernels_current(), BATCH, 2, FOR_TRAINING, &fixture->workspace) !=
            SCRAWL_OK) {
        test_check(false, __FILE__, __LINE__, "%s", scrawl_error());
        abort();
    }
    size_t count = fixture->network.parameter_count;
    fixture->parameters = allocate_floats(count);
    fixture->gradients = allocate_floats(count);
    fixture->exact_parameters = malloc(count * sizeof(double));
    network_initialize(&fixture->network, 3, fixture->parameters);
    for (size_t i = 0; i < count; i++) {
        fixture->parameters[i] += 0.1f * (random_uniform(&random) - 0.5f); /* biases too */
        fixture->exact_parameters[i] = (double)fixture->parameters[i];
    }
    for (size_t i = 0; i < BATCH * shape_size(fixture->network.input); i++) {
        fixture->workspace.activations[0][i] = random_uniform(&random);
        fixture->inputs[i] = (double)fixture->workspace.activations[0][i];
    }
    for (size_t i = 0; i < BATCH; i++) fixture->labels[i] = (uint8_t)random_below(&random, CLASSES);
    return fixture;
}

static struct network_pass pass_of(struct fixture *fixture, struct workspace *workspace, size_t batch,
                                   uint32_t step_key, struct parallel *parallel)
{
    return (struct network_pass){
        .network = &fixture->network,
        .parameters = fixture->parameters,
        .packed = &fixture->packed,
        .packed_backward = &fixture->packed_backward,
        .workspace = workspace,
        .parallel = parallel,
        .batch = batch,
        .step_key = step_key,
    };
}

/* Some loss of a detector's values: half the sum of their squares, each with a weight of its own. */
static double value_weight(size_t index)
{
    return 0.01 * (double)(1 + index % 7);
}

static size_t value_count(const struct fixture *fixture)
{
    return BATCH * shape_size(fixture->network.layers[fixture->network.layer_count - 1].output);
}

static double values_loss(const struct fixture *fixture)
{
    double loss = 0, *values = malloc(value_count(fixture) * sizeof *values);
    reference_values(&fixture->network, fixture->exact_parameters, fixture->inputs, BATCH, values);
    for (size_t i = 0; i < value_count(fixture); i++) loss += value_weight(i) * values[i] * values[i] / 2;
    free(values);
    return loss;
}

static void go_back_from_values(const struct network_pass *pass, float *gradients)
{
    const size_t layers = pass->network->layer_count;
    const float *values = pass->workspace->activations[layers];
    for (size_t i = 0; i < pass->batch * shape_size(pass->network->layers[layers - 1].output); i++)
        network_output_gradient(pass)[i] = (float)value_weight(i) * values[i];
    network_backward_from_output(pass, gradients, NULL);
}

static double exact_loss(const struct fixture *fixture)
{
    if (network_detects(&fixture->network)) return values_loss(fixture);
    return reference_loss(&fixture->network, fixture->exact_parameters, fixture->inputs, BATCH, fixture->labels);
}

/* A pass over the first `batch` images, after which `workspace` holds what network_backward needs. */
static float *read_images(struct fixture *fixture, struct workspace *workspace, size_t batch, uint32_t step_key,
                          struct parallel *parallel, float *gradients)
{
    const struct network_pass pass = pass_of(fixture, workspace, batch, step_key, parallel);
    packed_weights_update(&fixture->network, fixture->parameters, parallel, false, &fixture->packed);
    packed_weights_update(&fixture->network, fixture->parameters, parallel, false, &fixture->packed_backward);
    float *probabilities = network_forward(&pass);
    if (!gradients) return probabilities;
    if (network_detects(&fixture->network))
        go_back_from_values(&pass, gradients);
    else
        network_backward(&pass, &(struct targets){.labels = fixture->labels}, gradients, NULL);
    return probabilities;
}

static float *forward(struct fixture *fixture, size_t batch, uint32_t step_key)
{
    return read_images(fixture, &fixture->workspace, batch, step_key, fixture->parallel, NULL);
}

static void forward_and_backward(struct fixture *fixture, size_t batch, uint32_t step_key)
{
    read_images(fixture, &fixture->workspace, batch, step_key, fixture->parallel, fixture->gradients);
}

static void tear_down(struct fixture *fixture)
{
    packed_weights_free(&fixture->packed);
    packed_weights_free(&fixture->packed_backward);
    free(fixture->parameters);
    free(fixture->gradients);
    free(fixture->exact_parameters);
    workspace_free(&fixture->workspace);
    parallel_free(fixture->parallel);
    network_free(&fixture->owner);
    free(fixture);
}

TEST(network_forward_matches_the_reference)
{
    for (size_t i = 0; i < ARCHITECTURE_COUNT; i++) {
        struct fixture *fixture = set_up(architectures[i]);
        double expected[BATCH * CLASSES];
        const float *actual = forward(fixture, BATCH, 0);
        reference_forward(&fixture->network, fixture->exact_parameters, fixture->inputs, BATCH, expected);
        for (size_t j = 0; j < BATCH * CLASSES; j++)
            test_check(fabs((double)actual[j] - expected[j]) < 1e-5, __FILE__, __LINE__, "%s: %g, expected %g",
                       architectures[i], (double)actual[j], expected[j]);
        tear_down(fixture);
    }
}

/* The largest deviation of the gradients from central differences of the double-precision loss, relative to the largest
 * gradient, over `samples` parameters of each layer. */
static double gradient_error(struct fixture *fixture, size_t samples)
{
    static const double step = 1e-6;
    double worst = 0, largest = 0;
    for (size_t i = 0; i < fixture->network.parameter_count; i++)
        largest = fmax(largest, fabs((double)fixture->gradients[i]));
    for (size_t l = 0; l < fixture->network.layer_count; l++) {
        const struct layer *layer = &fixture->network.layers[l];
        size_t count = layer->weight_count + layer->bias_count, stride = count > samples ? count / samples : 1;
        for (size_t i = 0; i < count; i += stride) {
            double *parameter = &fixture->exact_parameters[layer->weight_offset + i], before = *parameter;
            *parameter = before + step;
            double above = exact_loss(fixture);
            *parameter = before - step;
            double below = exact_loss(fixture);
            *parameter = before;
            double exact = (above - below) / (2 * step);
            worst = fmax(worst, fabs((double)fixture->gradients[layer->weight_offset + i] - exact) / largest);
        }
    }
    return worst;
}

static const double gradient_tolerance = 1e-4;

static void compute_gradients(struct fixture *fixture)
{
    forward_and_backward(fixture, BATCH, 0);
}

TEST(network_gradients_match_central_differences)
{
    for (size_t i = 0; i < ARCHITECTURE_COUNT; i++) {
        struct fixture *fixture = set_up(architectures[i]);
        compute_gradients(fixture);
        double error = gradient_error(fixture, 40);
        test_check(error < gradient_tolerance, __FILE__, __LINE__, "%s: error %g", architectures[i], error);
        tear_down(fixture);
    }
}

TEST(network_of_a_detector_matches_the_reference)
{
    for (size_t i = 0; i < DETECTOR_COUNT; i++) {
        struct fixture *fixture = set_up(detectors[i]);
        const size_t count = value_count(fixture);
        double *expected = malloc(count * sizeof *expected), worst = 0;
        const float *actual = forward(fixture, BATCH, 0);
        reference_values(&fixture->network, fixture->exact_parameters, fixture->inputs, BATCH, expected);
        for (size_t j = 0; j < count; j++) worst = fmax(worst, fabs((double)actual[j] - expected[j]));
        test_check(worst < 1e-4, __FILE__, __LINE__, "%s: error %g", detectors[i], worst);
        compute_gradients(fixture);
        double error = gradient_error(fixture, 8);
        test_check(error < gradient_tolerance, __FILE__, __LINE__, "%s: error %g", detectors[i], error);
        free(expected);
        tear_down(fixture);
    }
}

TEST(network_gradient_check_catches_a_wrong_gradient)
{
    struct fixture *fixture = set_up(architectures[1]);
    compute_gradients(fixture);
    const struct layer *conv = &fixture->network.layers[1];
    for (size_t i = 0; i < conv->weight_count; i++) fixture->gradients[conv->weight_offset + i] *= 1.02f;
    CHECK(gradient_error(fixture, 1000) > gradient_tolerance);
    tear_down(fixture);
}

TEST(network_dropout_goes_back_through_the_same_mask)
{
    /* One image through dropout alone before the dense layer: weight gradients of dropped inputs are 0, of others not.
     */
    struct fixture *fixture = set_up("flatten, dropout 0.5, dense 10 softmax");
    forward(fixture, 1, 99);
    const float *dropped = fixture->workspace.activations[2];
    size_t zeros = 0;
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        CHECK(dropped[i] == 0 || dropped[i] == 2 * fixture->workspace.activations[0][i]);
        zeros += dropped[i] == 0;
    }
    CHECK(zeros > 300 && zeros < 500);
    forward_and_backward(fixture, 1, 99);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++)
        CHECK((dropped[i] == 0) == (fixture->gradients[i * CLASSES + fixture->labels[0]] == 0));
    tear_down(fixture);
}

TEST(network_dropout_gradient_reaches_the_layer_before)
{
    /* Equal masks forward and backward: with the mask of this key, the loss is a smooth function of the conv's bias. */
    struct fixture *fixture = set_up("maxpool 4, conv 3 3x3, dropout 0.5, flatten, dense 10 softmax");
    const uint32_t key = 5;
    compute_gradients(fixture);
    forward_and_backward(fixture, BATCH, key);
    size_t bias = fixture->network.layers[1].bias_offset;
    static const float step = 1e-2f;
    double losses[2] = {0};
    for (int side = 0; side < 2; side++) {
        size_t correct = 0;
        fixture->parameters[bias] += side ? -2 * step : step;
        const float *probabilities = forward(fixture, BATCH, key);
        cross_entropy(BATCH, CLASSES, probabilities, fixture->labels, &losses[side], &correct);
    }
    double difference = (losses[0] - losses[1]) / (2 * (double)step * BATCH);
    CHECK_NEAR((double)fixture->gradients[bias], difference, 1e-3);
    tear_down(fixture);
}

TEST(network_reads_the_same_in_any_batch_and_on_any_threads)
{
    struct fixture *fixture = set_up(architectures[2]);
    float together[BATCH * CLASSES];
    memcpy(together, forward(fixture, BATCH, 0), sizeof together);
    struct workspace alone;
    CHECK_EQUAL(workspace_create(&fixture->network, kernels_current(), 1, 1, FOR_READING, &alone), SCRAWL_OK);
    for (size_t i = 0; i < BATCH; i++) {
        memcpy(alone.activations[0], fixture->workspace.activations[0] + i * SCRAWL_IMAGE_PIXELS,
               SCRAWL_IMAGE_PIXELS * sizeof(float));
        const float *read = read_images(fixture, &alone, 1, 0, NULL, NULL);
        CHECK(memcmp(read, together + i * CLASSES, CLASSES * sizeof(float)) == 0);
    }
    workspace_free(&alone);
    tear_down(fixture);
}

static const char *const pooled_and_dense =
    "conv 8 3x3 relu, conv 9 3x3 relu, maxpool 2, flatten, dense 64 relu, dense 10 softmax";

TEST(network_reads_the_same_with_what_is_packed_for_reading)
{
    struct fixture *fixture = set_up(pooled_and_dense);
    float expected[BATCH * CLASSES];
    struct workspace reading;
    memcpy(expected, forward(fixture, BATCH, 0), sizeof expected);
    CHECK_EQUAL(workspace_create(&fixture->network, kernels_current(), BATCH, 2, FOR_READING, &reading), SCRAWL_OK);
    memcpy(reading.activations[0], fixture->workspace.activations[0], BATCH * SCRAWL_IMAGE_PIXELS * sizeof(float));
    const struct network_pass pass = pass_of(fixture, &reading, BATCH, 0, fixture->parallel);
    CHECK(memcmp(network_forward(&pass), expected, sizeof expected) == 0);
    packed_weights_update(&fixture->network, fixture->parameters, fixture->parallel, true, &fixture->packed);
    CHECK(memcmp(network_forward(&pass), expected, sizeof expected) == 0);
    const struct network_pass alone = pass_of(fixture, &reading, 1, 0, fixture->parallel);
    CHECK(memcmp(network_forward(&alone), expected, CLASSES * sizeof(float)) == 0);
    fixture->parameters[fixture->network.parameter_count - CLASSES] += 1;
    CHECK(memcmp(network_forward(&pass), expected, sizeof expected) != 0);
    workspace_free(&reading);
    tear_down(fixture);
}

struct taken {
    float *gradients;
    unsigned char *times; /* that each parameter's gradient came */
    float *parameters;    /* spoiled as soon as their gradient is there */
};

static void take(void *context, size_t first, size_t count, const float *gradient)
{
    struct taken *taken = context;
    memcpy(taken->gradients + first, gradient, count * sizeof *gradient);
    for (size_t i = first; i < first + count; i++) {
        taken->times[i]++;
        taken->parameters[i] = NAN;
    }
}

TEST(network_gradient_sink_gets_every_gradient_once_and_may_change_the_parameters)
{
    struct fixture *fixture = set_up(pooled_and_dense);
    const size_t count = fixture->network.parameter_count;
    struct taken taken = {allocate_floats(count), calloc(count, 1), fixture->parameters};
    forward(fixture, BATCH, 7);
    const struct network_pass pass = pass_of(fixture, &fixture->workspace, BATCH, 7, fixture->parallel);
    network_backward(&pass, &(struct targets){.labels = fixture->labels}, fixture->gradients, NULL);
    float *room = allocate_floats(count);
    forward(fixture, BATCH, 7);
    network_backward(&pass, &(struct targets){.labels = fixture->labels}, room, &(struct gradient_sink){take, &taken});
    size_t once = 0;
    for (size_t i = 0; i < count; i++) once += taken.times[i] == 1;
    CHECK_EQUAL(once, count);
    CHECK(memcmp(taken.gradients, fixture->gradients, count * sizeof(float)) == 0);
    free(room);
    free(taken.gradients);
    free(taken.times);
    tear_down(fixture);
}

TEST(network_statistics_move_by_a_hundredth)
{
    struct fixture *fixture = set_up("maxpool 14, batchnorm, flatten, dense 10 softmax");
    const struct layer *layer = &fixture->network.layers[1];
    float *statistics = fixture->parameters + layer->statistic_offset, before[] = {statistics[0], statistics[1]};
    forward(fixture, BATCH, 0);
    const struct network_pass pass = pass_of(fixture, &fixture->workspace, BATCH, 0, NULL);
    double mean = 0, variance = 0;
    const size_t count = BATCH * shape_size(layer->input);
    const float *values = fixture->workspace.activations[1];
    for (size_t i = 0; i < count; i++) mean += (double)values[i] / (double)count;
    for (size_t i = 0; i < count; i++) variance += pow((double)values[i] - mean, 2) / (double)count;
    network_update_statistics(&pass, 1000, fixture->parameters);
    CHECK_NEAR((double)statistics[0], 0.99 * (double)before[0] + 0.01 * mean, 1e-6);
    CHECK_NEAR((double)statistics[1], 0.99 * (double)before[1] + 0.01 * variance, 1e-6);

    statistics[0] = before[0];
    network_update_statistics(&pass, 1, fixture->parameters);
    CHECK_NEAR((double)statistics[0], (2 * (double)before[0] + 9 * mean) / 11, 1e-6);
    tear_down(fixture);
}

TEST(network_batchnorm_stays_exact_far_from_zero)
{
    struct fixture *fixture = set_up("batchnorm, flatten, dense 10 softmax");
    double expected[BATCH * CLASSES];
    for (size_t i = 0; i < BATCH * SCRAWL_IMAGE_PIXELS; i++)
        fixture->inputs[i] = (double)(fixture->workspace.activations[0][i] += 1000);
    reference_forward(&fixture->network, fixture->exact_parameters, fixture->inputs, BATCH, expected);
    const float *actual = forward(fixture, BATCH, 0);
    for (size_t i = 0; i < BATCH * CLASSES; i++) CHECK_NEAR((double)actual[i], expected[i], 1e-3);
    tear_down(fixture);
}

TEST(network_gradients_are_the_same_on_any_threads)
{
    for (size_t i = 0; i < ARCHITECTURE_COUNT + DETECTOR_COUNT; i++) {
        struct fixture *fixture = set_up(i < ARCHITECTURE_COUNT ? architectures[i] : detectors[i - ARCHITECTURE_COUNT]);
        const size_t count = fixture->network.parameter_count;
        float *expected = allocate_floats(count);
        struct workspace alone;
        CHECK_EQUAL(workspace_create(&fixture->network, kernels_current(), BATCH, 1, FOR_TRAINING, &alone), SCRAWL_OK);
        memcpy(alone.activations[0], fixture->workspace.activations[0],
               sizeof(float) * BATCH * shape_size(fixture->network.input));
        forward_and_backward(fixture, BATCH, 4);
        read_images(fixture, &alone, BATCH, 4, NULL, expected);
        CHECK(memcmp(expected, fixture->gradients, count * sizeof *expected) == 0);
        workspace_free(&alone);
        free(expected);
        tear_down(fixture);
    }
}

/* One by one, as an inspection has them, or max-pools along with the layers before them, as training has. */
TEST(network_trains_the_same_with_max_pools_that_are_fused)
{
    struct fixture *fixture =
        set_up("conv 4 2x2 stride 2, conv 18 3x3 relu, maxpool 2, dropout 0.4, conv 16 3x3 same, maxpool 2, keep a, "
               "dropout 0.3, upsample 2, maxpool 2, add a, flatten, dense 10 softmax");
    const size_t count = fixture->network.parameter_count;
    float *expected = allocate_floats(count), probabilities[BATCH * CLASSES];
    struct workspace apart;
    CHECK_EQUAL(workspace_create(&fixture->network, kernels_current(), BATCH, 2, FOR_INSPECTION, &apart), SCRAWL_OK);
    CHECK(fixture->workspace.choices[1] && fixture->workspace.choices[4] && !apart.choices[1]);
    CHECK(fixture->workspace.activations[4] == fixture->workspace.activations[3]); /* dropout in place */
    CHECK(fixture->workspace.activations[8] != fixture->workspace.activations[6]); /* but not over what is kept */
    memcpy(apart.activations[0], fixture->workspace.activations[0], sizeof(float) * BATCH * SCRAWL_IMAGE_PIXELS);
    memcpy(probabilities, read_images(fixture, &apart, BATCH, 4, NULL, expected), sizeof probabilities);
    forward_and_backward(fixture, BATCH, 4);
    CHECK(memcmp(fixture->workspace.probabilities, probabilities, sizeof probabilities) == 0);
    for (size_t i = 0; i < count; i++) CHECK_NEAR((double)fixture->gradients[i], expected[i], 1e-5);
    workspace_free(&apart);
    free(expected);
    tear_down(fixture);
}
