/* Twenty steps of each optimizer against PyTorch's numbers; fixtures/make_torch_fixture.py wrote them and says how. */
#include "training/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "network/network.h"
#include "test.h"

enum { IMAGES = 16, BATCH = 8, STEPS = 20, STRIDE = 5, CLASSES = 10 };

struct torch_steps {
    uint8_t *bytes;
    const uint8_t *images, *labels;
    const float *start;
};

static struct torch_steps read_fixture(size_t parameter_count)
{
    size_t size;
    struct torch_steps steps = {.bytes = test_file("tests/fixtures/torch_steps.bin", &size)};
    size_t floats = parameter_count + 2 * (STEPS + parameter_count);
    if (!CHECK_EQUAL(size, IMAGES * (SCRAWL_IMAGE_PIXELS + 1) + floats * sizeof(float))) abort();
    steps.images = steps.bytes;
    steps.labels = steps.images + IMAGES * SCRAWL_IMAGE_PIXELS;
    steps.start = (const float *)(const void *)(steps.labels + IMAGES);
    return steps;
}

static void load_batch(const struct torch_steps *steps, size_t step, struct workspace *workspace, uint8_t labels[BATCH])
{
    for (size_t i = 0; i < BATCH; i++) {
        size_t index = (STRIDE * step + i) % IMAGES;
        scrawl_normalize(steps->images + index * SCRAWL_IMAGE_PIXELS, SCRAWL_NORMALIZE_UNIT,
                         workspace->activations[0] + i * SCRAWL_IMAGE_PIXELS);
        labels[i] = steps->labels[index];
    }
}

/* expected: STEPS losses, then the final parameters. Returns the largest deviation of these. */
static double repeat_steps(const struct network *network, const struct torch_steps *steps,
                           const scrawl_training_options *options, const float *expected)
{
    struct optimizer optimizer;
    struct workspace workspace;
    struct packed_weights packed, packed_backward;
    float *weights = allocate_floats(network->parameter_count), *gradients = allocate_floats(network->parameter_count);
    if (optimizer_create(options, kernels_current(), network->parameter_count, &optimizer) != SCRAWL_OK) abort();
    if (packed_weights_create(network, kernels_current(), false, &packed) != SCRAWL_OK) abort();
    if (packed_weights_create(network, kernels_current(), true, &packed_backward) != SCRAWL_OK) abort();
    if (workspace_create(network, kernels_current(), BATCH, 1, FOR_TRAINING, &workspace) != SCRAWL_OK) abort();
    const struct network_pass pass = {
        .network = network,
        .parameters = weights,
        .packed = &packed,
        .packed_backward = &packed_backward,
        .workspace = &workspace,
        .batch = BATCH,
    };
    memcpy(weights, steps->start, network->parameter_count * sizeof *weights);
    for (size_t step = 0; step < STEPS; step++) {
        uint8_t labels[BATCH];
        double loss = 0;
        size_t correct = 0;
        load_batch(steps, step, &workspace, labels);
        packed_weights_update(network, weights, NULL, false, &packed);
        packed_weights_update(network, weights, NULL, false, &packed_backward);
        const float *probabilities = network_forward(&pass);
        cross_entropy(BATCH, CLASSES, probabilities, labels, &loss, &correct);
        CHECK_NEAR(loss / BATCH, (double)expected[step], 1e-4);
        network_backward(&pass, &(struct targets){.labels = labels}, gradients, NULL);
        optimizer_begin_step(&optimizer);
        optimizer_apply(&optimizer, 0, network->parameter_count, gradients, weights);
    }
    double worst = 0;
    for (size_t i = 0; i < network->parameter_count; i++)
        worst = fmax(worst, fabs((double)weights[i] - (double)expected[STEPS + i]));
    free(weights);
    free(gradients);
    packed_weights_free(&packed);
    packed_weights_free(&packed_backward);
    optimizer_free(&optimizer);
    workspace_free(&workspace);
    return worst;
}

TEST(optimizer_steps_are_pytorchs)
{
    static const double tolerance = 2e-4; /* float against double over 20 steps of 0.01 */
    struct network network;
    if (!CHECK_EQUAL(
            network_create("maxpool 2, conv 4 3x3 relu, maxpool 2, flatten, dense 10 softmax", CLASSES, &network),
            SCRAWL_OK))
        return;
    struct torch_steps steps = read_fixture(network.parameter_count);
    scrawl_training_options options = scrawl_training_default();
    options.learning_rate = 0.01f;
    const float *adam = steps.start + network.parameter_count, *sgd = adam + STEPS + network.parameter_count;
    CHECK_NEAR(repeat_steps(&network, &steps, &options, adam), 0, tolerance);
    options.optimizer = SCRAWL_SGD;
    options.learning_rate = 0.05f;
    CHECK_NEAR(repeat_steps(&network, &steps, &options, sgd), 0, tolerance);
    free(steps.bytes);
    network_free(&network);
}
