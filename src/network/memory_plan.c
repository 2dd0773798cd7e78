/* Implements memory_plan.h. Knows no kind of layer. */
#include "memory_plan.h"

#include <stdlib.h>

#include "base/memory.h"
#include "layers/layers.h"

enum {
    MOST_CHUNK =
        16, /* images of one backward task, unless the batch is so large that there would be more than MOST_CHUNKS */
    LEAST_CHUNKS = 8,         /* where the batch has as many images */
    MOST_GROUP = 8,           /* images */
    GROUP_FLOATS = 64 * 1024, /* of the largest activation of a group: 256 KiB */
    GROUP_PART = 4,           /* or, when reading, this part of the weights that each group reads anew */
};

static size_t chunk_images(size_t batch)
{
    size_t chunk = min_size((batch + LEAST_CHUNKS - 1) / LEAST_CHUNKS, MOST_CHUNK);
    return max_size(chunk, (batch + MOST_CHUNKS - 1) / MOST_CHUNKS);
}

/* Sizes in floats that hold for every layer of the network. */
struct sizes {
    size_t activation, boundary; /* the largest of all, and of those between segments; one image */
    size_t scratch;
};

static struct sizes measure(const struct network *network, const struct kernels *kernels, size_t batch)
{
    struct sizes sizes = {.activation = shape_size(network->input), .boundary = shape_size(network->input)};
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const struct layer_operations *operations = layer_operations(layer);
        size_t size = shape_size(layer->output);
        bool boundary = i + 1 == network->layer_count || operations->whole_batch || is_whole_batch(network, i + 1);
        sizes.activation = max_size(sizes.activation, size);
        if (boundary) sizes.boundary = max_size(sizes.boundary, size);
        if (operations->scratch) sizes.scratch = max_size(sizes.scratch, operations->scratch(layer, kernels, batch));
    }
    return sizes;
}

/* Packed weights of all layers that work image by image. */
static uint64_t weights_of_group(const struct network *network, const struct kernels *kernels)
{
    uint64_t floats = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer_operations *operations = layer_operations(&network->layers[i]);
        if (!operations->whole_batch && operations->packed_size)
            floats += operations->packed_size(&network->layers[i], kernels);
    }
    return floats;
}

/* So many that what passes between layers stays in a cache; when reading with weights that no cache keeps from group to
 * group, more, as these cost more. */
static size_t group_images(const struct network *network, const struct kernels *kernels, size_t batch, bool training)
{
    const uint64_t activation = measure(network, kernels, batch).activation;
    uint64_t most = GROUP_FLOATS, group = MOST_GROUP;
    if (!training && weights_of_group(network, kernels) / GROUP_PART > most)
        most = weights_of_group(network, kernels) / GROUP_PART;
    while (group > 1 && group * activation > most) group /= 2;
    return training ? (size_t)group : min_size((size_t)group, batch);
}

/* The next aligned part of a block, or NULL while only counting. */
static float *take(float *base, uint64_t *used, uint64_t floats)
{
    float *part = base ? base + *used : NULL;
    *used += aligned_floats(floats);
    return part;
}

/* Whether this layer's input is wanted by nobody behind it or on the way back. */
static bool may_overwrite_input(const struct network *network, size_t layer, struct segment segment,
                                const struct workspace *workspace)
{
    if (!workspace->fuses || !layer_operations(&network->layers[layer])->in_place) return false;
    for (size_t i = layer; i-- > segment.begin;)
        if (is_active(network, i, true))
            return first_fused(network, i, segment, true) != i && !is_kept(network, i, true);
    return false;
}

/* Room for the output of a layer that has one, or for choices in its place. */
static void plan_output(const struct network *network, size_t layer, struct segment segment,
                        struct workspace *workspace, float *base, uint64_t *used)
{
    const size_t last = workspace_last_fused(workspace, network, layer, segment);
    const uint64_t values = (uint64_t)workspace->batch * shape_size(network->layers[last].output);
    if (workspace->training && last != layer)
        workspace->choices[layer] = (uint8_t *)take(base, used, (values + sizeof(float) - 1) / sizeof(float));
    else if (workspace->training && may_overwrite_input(network, layer, segment, workspace))
        workspace->activations[layer + 1] = workspace->activations[layer];
    else if (workspace->training || is_last_active(network, layer, segment, false) || is_kept(network, layer, false))
        workspace->activations[layer + 1] =
            take(base, used, (uint64_t)workspace->batch * shape_size(network->layers[layer].output));
}

/* Training keeps what the way back needs; reading only what lies between segments, and what is added later. */
static void plan_activations(const struct network *network, struct workspace *workspace, float *base, uint64_t *used)
{
    workspace->activations[0] = take(base, used, (uint64_t)workspace->batch * shape_size(network->input));
    for (struct segment segment = {0}; segment.end < network->layer_count;) {
        segment = segment_from(network, segment.end);
        for (size_t i = segment.begin; i < segment.end; i++)
            if (is_active(network, i, workspace->training))
                plan_output(network, i, segment, workspace, base, used);
            else
                workspace->activations[i + 1] = workspace->activations[i];
    }
}

static void plan_partials(const struct network *network, const struct kernels *kernels, int threads,
                          struct workspace *workspace, float *base, uint64_t *used)
{
    uint64_t chunks = (workspace->batch + workspace->chunk - 1) / workspace->chunk;
    workspace->partial_stride = workspace->gradient_stride = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const struct layer_operations *operations = layer_operations(layer);
        workspace->partial_offsets[i] = workspace->partial_stride;
        workspace->gradient_offsets[i] = workspace->gradient_stride;
        if (!operations->partial_gradient) continue;
        workspace->partial_stride += (size_t)aligned_floats(operations->partial_gradient(layer, kernels));
        workspace->gradient_stride += (size_t)aligned_floats(layer->weight_count + layer->bias_count);
    }
    workspace->partials = take(base, used, (uint64_t)threads * workspace->partial_stride);
    workspace->chunk_gradients = take(base, used, chunks * workspace->gradient_stride);
}

/* Places the parts of the workspace from `base` on and returns the floats they take. */
static uint64_t plan_memory(const struct network *network, const struct kernels *kernels, int threads,
                            struct workspace *workspace, float *base)
{
    uint64_t used = 0;
    struct sizes sizes = measure(network, kernels, workspace->batch);
    plan_activations(network, workspace, base, &used);
    workspace->buffer_size = (size_t)aligned_floats(workspace->group * sizes.activation);
    workspace->thread_stride = PING_PONG_BUFFERS * workspace->buffer_size + (size_t)aligned_floats(sizes.scratch);
    workspace->thread_blocks = take(base, &used, (uint64_t)threads * workspace->thread_stride);
    workspace->probabilities = workspace->activations[network->layer_count];
    if (!workspace->training) return used;
    if (!network_detects(network))
        workspace->probabilities = take(base, &used, (uint64_t)workspace->batch * network->class_count);
    for (size_t i = 0; i < 2; i++)
        workspace->boundary_gradients[i] = take(base, &used, (uint64_t)workspace->batch * sizes.boundary);
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (layer->statistic_count) workspace->statistics[i] = take(base, &used, layer->statistic_count);
        if (layer->kind == LAYER_KEEP && is_added(network, i))
            workspace->kept_gradients[i] = take(base, &used, (uint64_t)workspace->batch * shape_size(layer->output));
    }
    plan_partials(network, kernels, threads, workspace, base, &used);
    return used;
}

scrawl_status workspace_fit(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                            enum purpose purpose, struct workspace *workspace)
{
    const bool training = purpose != FOR_READING;
    struct workspace made = {.batch = batch,
                             .group = group_images(network, kernels, batch, training),
                             .training = training,
                             .fuses = purpose != FOR_INSPECTION};
    made.chunk = training ? chunk_images(batch) : made.group;
    made.group = min_size(made.group, made.chunk);
    const uint64_t floats = plan_memory(network, kernels, threads, &made, NULL);
    if (!workspace->block || workspace->floats < floats) {
        workspace_free(workspace);
        workspace->block = allocate_floats(floats);
        if (!workspace->block) return fail_out_of_memory();
        workspace->floats = floats;
    }
    made.block = workspace->block;
    made.floats = workspace->floats;
    plan_memory(network, kernels, threads, &made, made.block);
    *workspace = made;
    return SCRAWL_OK;
}

scrawl_status workspace_create(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                               enum purpose purpose, struct workspace *workspace)
{
    struct workspace made = {0};
    scrawl_status status = workspace_fit(network, kernels, batch, threads, purpose, &made);
    if (status == SCRAWL_OK) *workspace = made;
    return status;
}

void workspace_free(struct workspace *workspace)
{
    free(workspace->block);
    *workspace = (struct workspace){0};
}
