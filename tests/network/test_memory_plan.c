/* Tests src/network/memory_plan.c: what lies where in the block of a workspace. */
#include "network/memory_plan.h"

#include "base/memory.h"
#include "test.h"

enum { BATCH = 37, THREADS = 3, CLASSES = 10, MOST_PARTS = 2 * NETWORK_MAX_LAYERS };

static const char architecture[] = "conv 4 3x3 relu, dropout 0.5, maxpool 2, batchnorm relu, flatten, dense 12 relu, "
                                   "dense 10 softmax";

struct plan {
    struct network network;
    struct workspace workspace;
};

static bool make(size_t batch, enum purpose purpose, struct plan *plan)
{
    if (!CHECK_EQUAL(network_create(architecture, CLASSES, &plan->network), SCRAWL_OK)) return false;
    return CHECK_EQUAL(workspace_create(&plan->network, kernels_current(), batch, THREADS, purpose, &plan->workspace),
                       SCRAWL_OK);
}

static void drop(struct plan *plan)
{
    workspace_free(&plan->workspace);
    CHECK(!plan->workspace.block);
    network_free(&plan->network);
}

struct part {
    float *begin, *end;
};

static struct part part_of(float *begin, size_t floats)
{
    return (struct part){begin, begin + floats};
}

/* How many parts share memory with another, are not aligned, or begin before the block. */
static size_t count_faults(const float *block, const struct part *parts, size_t count)
{
    size_t faults = 0;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].begin < block || (parts[i].begin - block) % ALIGNMENT_FLOATS != 0) faults++;
        for (size_t k = 0; k < i; k++)
            if (parts[i].begin < parts[k].end && parts[k].begin < parts[i].end) faults++;
    }
    return faults;
}

/* All that a workspace for training holds at once; writes parts[] and gives their number. */
static size_t list_parts(const struct network *network, const struct workspace *workspace, struct part *parts)
{
    const size_t chunks = (BATCH + workspace->chunk - 1) / workspace->chunk;
    size_t count = 0;
    parts[count++] = part_of(workspace->activations[0], BATCH * shape_size(network->input));
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (workspace->activations[i + 1] != workspace->activations[i])
            parts[count++] = part_of(workspace->activations[i + 1], BATCH * shape_size(layer->output));
        if (layer->statistic_count) parts[count++] = part_of(workspace->statistics[i], layer->statistic_count);
    }
    parts[count++] = part_of(workspace->probabilities, BATCH * CLASSES);
    for (size_t i = 0; i < 2; i++) /* the largest between segments: what the maxpool gives */
        parts[count++] = part_of(workspace->boundary_gradients[i], BATCH * shape_size(network->layers[2].output));
    parts[count++] = part_of(workspace->thread_blocks, THREADS * workspace->thread_stride);
    parts[count++] = part_of(workspace->partials, THREADS * workspace->partial_stride);
    parts[count++] = part_of(workspace->chunk_gradients, chunks * workspace->gradient_stride);
    return count;
}

TEST(memory_plan_of_training_keeps_everything_apart)
{
    struct plan plan;
    struct part parts[MOST_PARTS];
    if (!make(BATCH, FOR_TRAINING, &plan)) return;
    const size_t count = list_parts(&plan.network, &plan.workspace, parts);
    CHECK_EQUAL(count, 1 + 6 + 1 + 1 + 2 + 1 + 2); /* of 7 layers, flatten alone gives what it gets */
    CHECK_EQUAL(count_faults(plan.workspace.block, parts, count), 0);
    for (size_t i = 0; i < count; i++) /* ASan sees what lies outside the block */
        for (float *value = parts[i].begin; value < parts[i].end; value++) *value = 1;
    parts[1].begin -= ALIGNMENT_FLOATS;
    CHECK(count_faults(plan.workspace.block, parts, count) > 0);
    drop(&plan);
}

TEST(memory_plan_of_reading_keeps_only_what_lies_between_segments)
{
    struct plan plan;
    if (!make(BATCH, FOR_READING, &plan)) return;
    float *const *kept = plan.workspace.activations;
    CHECK(kept[0] && !kept[1]);
    CHECK(kept[2] == kept[1]); /* dropout does nothing */
    CHECK(kept[3] && kept[4] && kept[4] != kept[3]);
    CHECK(kept[5] == kept[4]); /* flatten too */
    CHECK(kept[7] && plan.workspace.probabilities == kept[7]);
    CHECK(!plan.workspace.partials && !plan.workspace.boundary_gradients[0]);
    drop(&plan);
}

TEST(memory_plan_of_reading_keeps_what_is_added_later)
{
    struct plan plan;
    CHECK_EQUAL(
        network_create("conv 4 3x3 same relu, keep a, keep b, conv 4 3x3 same relu, conv 4 3x3 same, add a relu, "
                       "flatten, dense 10 softmax",
                       CLASSES, &plan.network),
        SCRAWL_OK);
    CHECK_EQUAL(workspace_create(&plan.network, kernels_current(), BATCH, THREADS, FOR_READING, &plan.workspace),
                SCRAWL_OK);
    CHECK(plan.workspace.activations[1] && plan.workspace.activations[2] == plan.workspace.activations[1]);
    CHECK(!plan.workspace.activations[4] && !plan.workspace.activations[5] && !plan.workspace.kept_gradients[1]);
    workspace_free(&plan.workspace);
    CHECK_EQUAL(workspace_create(&plan.network, kernels_current(), BATCH, THREADS, FOR_TRAINING, &plan.workspace),
                SCRAWL_OK);
    CHECK(plan.workspace.kept_gradients[1] && !plan.workspace.kept_gradients[2]);
    drop(&plan);
}

TEST(memory_plan_has_buffers_of_its_own_for_each_thread)
{
    struct plan plan;
    if (!make(BATCH, FOR_READING, &plan)) return;
    struct workspace *workspace = &plan.workspace;
    const size_t largest = shape_size(plan.network.layers[0].output);
    CHECK(workspace->buffer_size >= workspace->group * largest);
    for (int thread = 0; thread < THREADS; thread++) {
        const float *end = workspace->thread_blocks + (size_t)(thread + 1) * workspace->thread_stride;
        CHECK(workspace_buffer(workspace, thread, 1) - workspace_buffer(workspace, thread, 0) ==
              (ptrdiff_t)workspace->buffer_size);
        CHECK(workspace_scratch(workspace, thread) - workspace_buffer(workspace, thread, 1) ==
              (ptrdiff_t)workspace->buffer_size);
        CHECK(workspace_scratch(workspace, thread) <= end);
    }
    drop(&plan);
}

TEST(memory_plan_cuts_a_batch_by_its_size_alone)
{
    static const struct {
        size_t batch, chunk;
    } expected[] = {{1, 1}, {8, 1}, {9, 2}, {128, 16}, {512, 16}, {513, 17}, {1024, 32}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct plan plan;
        if (!make(expected[i].batch, FOR_TRAINING, &plan)) return;
        CHECK_EQUAL(plan.workspace.chunk, expected[i].chunk);
        CHECK(plan.workspace.group >= 1 && plan.workspace.group <= plan.workspace.chunk);
        drop(&plan);
    }
}

/* Whether a group's activations fit into a cache or not: weights that don't are read less often. Not more images than
 * there are, and in training what caches hold alone. */
TEST(memory_plan_reads_more_images_with_weights_that_fill_caches)
{
    static const struct {
        const char *text;
        size_t batch;
        enum purpose purpose;
        size_t group;
    } expected[] = {
        {"conv 32 3x3 relu, conv 32 3x3 relu, flatten, dense 10 softmax", 64, FOR_READING, 2},
        {"conv 32 3x3 relu, conv 32 3x3 relu, conv 256 3x3, conv 256 3x3, maxpool 2, flatten, dense 10 softmax", 64,
         FOR_READING, 4},
        {"conv 32 3x3 relu, maxpool 2, conv 256 3x3, conv 256 3x3, flatten, dense 10 softmax", 64, FOR_READING, 8},
        {"conv 32 3x3 relu, maxpool 2, conv 256 3x3, conv 256 3x3, flatten, dense 10 softmax", 3, FOR_READING, 3},
        {"conv 32 3x3 relu, maxpool 2, conv 256 3x3, conv 256 3x3, flatten, dense 10 softmax", 64, FOR_TRAINING, 2},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        struct plan plan;
        CHECK_EQUAL(network_create(expected[i].text, CLASSES, &plan.network), SCRAWL_OK);
        CHECK_EQUAL(workspace_create(&plan.network, kernels_current(), expected[i].batch, THREADS, expected[i].purpose,
                                     &plan.workspace),
                    SCRAWL_OK);
        CHECK_EQUAL(plan.workspace.group, expected[i].group);
        drop(&plan);
    }
}

TEST(memory_plan_of_training_keeps_choices_in_place_of_what_is_pooled)
{
    struct plan plan;
    CHECK_EQUAL(network_create("conv 4 3x3, conv 4 3x3 relu, maxpool 2, dropout 0.5, flatten, dense 10 softmax",
                               CLASSES, &plan.network),
                SCRAWL_OK);
    struct workspace *workspace = &plan.workspace;
    CHECK_EQUAL(workspace_create(&plan.network, kernels_current(), BATCH, THREADS, FOR_TRAINING, workspace), SCRAWL_OK);
    const size_t pooled = BATCH * shape_size(plan.network.layers[2].output);
    CHECK(workspace->choices[1] && !workspace->activations[2] && workspace->activations[3]);
    CHECK(workspace->activations[4] == workspace->activations[3]); /* dropout in place */
    CHECK(workspace->choices[1] + pooled <= (uint8_t *)workspace->activations[3]);
    workspace_free(workspace);
    CHECK_EQUAL(workspace_create(&plan.network, kernels_current(), BATCH, THREADS, FOR_INSPECTION, workspace),
                SCRAWL_OK);
    CHECK(!workspace->choices[1] && workspace->activations[2]);
    CHECK(workspace->activations[4] != workspace->activations[3]);
    drop(&plan);
}
