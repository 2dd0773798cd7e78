/* Passes over the table of layers: their memory, and the walk forward and backward. Knows no kind of layer. */
#include "network.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* Sizes of blocks are counted in 64 bits, so that they are right before they are refused on a 32-bit machine. */
static uint64_t aligned(uint64_t floats)
{
    return (floats + ALIGNMENT_FLOATS - 1) / ALIGNMENT_FLOATS * ALIGNMENT_FLOATS;
}

/* ---- Derived weights ----------------------------------------------------------------------------------------------
 */

scrawl_status derived_create(const struct network *network, bool backward, struct derived *result)
{
    struct derived derived = {.kernels = kernels_current(), .backward = backward};
    size_t sizes[NETWORK_MAX_LAYERS];
    uint64_t total = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer_operations *operations = layer_operations(&network->layers[i]);
        bool wanted = operations->derived_size && (backward ? operations->derive_backward : operations->derive);
        sizes[i] = wanted ? operations->derived_size(&network->layers[i], derived.kernels) : 0;
        total += aligned(sizes[i]);
    }
    derived.block = allocate_floats(total);
    if (!derived.block) return fail_out_of_memory();
    float *next = derived.block;
    for (size_t i = 0; i < network->layer_count; next += aligned(sizes[i++]))
        if (sizes[i]) derived.layers[i] = next;
    *result = derived;
    return SCRAWL_OK;
}

struct update_task {
    const struct network *network;
    const float *parameters;
    const struct derived *derived;
};

static void update_part(void *context, size_t part, int thread)
{
    (void)thread;
    const struct update_task *task = context;
    const size_t index = part / DERIVED_PARTS;
    const struct layer *layer = &task->network->layers[index];
    const struct layer_operations *operations = layer_operations(layer);
    if (!task->derived->layers[index] || (operations->derived_for_reading && !task->derived->complete)) return;
    (task->derived->backward ? operations->derive_backward : operations->derive)(
        layer, task->derived->kernels, part % DERIVED_PARTS, task->parameters + layer->weight_offset,
        task->derived->layers[index]);
}

void derived_update(const struct network *network, const float *parameters, struct parallel *parallel, bool complete,
                    struct derived *derived)
{
    derived->complete = complete;
    struct update_task task = {network, parameters, derived};
    parallel_run(parallel, DERIVED_PARTS * network->layer_count, update_part, &task);
}

void derived_free(struct derived *derived)
{
    free(derived->block);
    *derived = (struct derived){0};
}

/* ---- Runs: a whole-batch layer by itself, or as many per-image layers as follow each other --------------------------
 */

struct run {
    size_t begin, end; /* layers */
    bool whole_batch;
};

static bool is_whole_batch(const struct network *network, size_t layer)
{
    return layer_operations(&network->layers[layer])->whole_batch;
}

static struct run run_from(const struct network *network, size_t begin)
{
    struct run run = {begin, begin + 1, is_whole_batch(network, begin)};
    while (!run.whole_batch && run.end < network->layer_count && !is_whole_batch(network, run.end)) run.end++;
    return run;
}

static struct run run_before(const struct network *network, size_t end)
{
    struct run run = {end - 1, end, is_whole_batch(network, end - 1)};
    while (!run.whole_batch && run.begin > 0 && !is_whole_batch(network, run.begin - 1)) run.begin--;
    return run;
}

/* A layer that does something in this kind of pass; the output of others is their input. */
static bool is_active(const struct network *network, size_t layer, bool training)
{
    const struct layer_operations *operations = layer_operations(&network->layers[layer]);
    return operations->forward && (training || !operations->training_only);
}

/* The first active layer behind this one, or the run's end. */
static size_t next_active(const struct network *network, size_t layer, struct run run, bool training)
{
    do layer++;
    while (layer < run.end && !is_active(network, layer, training));
    return layer;
}

static bool is_last_active(const struct network *network, size_t layer, struct run run, bool training)
{
    return next_active(network, layer, run, training) == run.end;
}

static bool is_first_active(const struct network *network, size_t layer, struct run run, bool training)
{
    for (size_t i = run.begin; i < layer; i++)
        if (is_active(network, i, training)) return false;
    return true;
}

/* ---- Memory of a pass -----------------------------------------------------------------------------------------------
 */

enum {
    MOST_CHUNK =
        16, /* images of one backward task, unless the batch is so large that there would be more than MOST_CHUNKS */
    MOST_CHUNKS = 32,
    LEAST_CHUNKS = 8,         /* where the batch has as many images */
    MOST_GROUP = 8,           /* images */
    GROUP_FLOATS = 64 * 1024, /* of the largest activation of a group: 256 KiB */
};

static size_t chunk_images(size_t batch)
{
    size_t chunk = smaller((batch + LEAST_CHUNKS - 1) / LEAST_CHUNKS, MOST_CHUNK);
    return larger(chunk, (batch + MOST_CHUNKS - 1) / MOST_CHUNKS);
}

/* Sizes in floats that hold for every layer of the network. */
struct sizes {
    size_t activation, boundary; /* the largest of all, and of those between runs; one image */
    size_t scratch;
};

static struct sizes measure(const struct network *network, const struct kernels *kernels)
{
    struct sizes sizes = {.activation = shape_size(network->input), .boundary = shape_size(network->input)};
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const struct layer_operations *operations = layer_operations(layer);
        size_t size = shape_size(layer->output);
        bool boundary = i + 1 == network->layer_count || operations->whole_batch || is_whole_batch(network, i + 1);
        sizes.activation = larger(sizes.activation, size);
        if (boundary) sizes.boundary = larger(sizes.boundary, size);
        if (operations->scratch) sizes.scratch = larger(sizes.scratch, operations->scratch(layer, kernels));
    }
    return sizes;
}

/* The next aligned part of a block, or NULL while only counting. */
static float *take(float *base, uint64_t *used, uint64_t floats)
{
    float *part = base ? base + *used : NULL;
    *used += aligned(floats);
    return part;
}

/* Training keeps every activation for the way back; reading only those between runs. */
static void lay_out_activations(const struct network *network, struct workspace *workspace, float *base, uint64_t *used)
{
    workspace->activations[0] = take(base, used, (uint64_t)workspace->batch * shape_size(network->input));
    for (struct run run = {0}; run.end < network->layer_count;) {
        run = run_from(network, run.end);
        for (size_t i = run.begin; i < run.end; i++) {
            float **output = &workspace->activations[i + 1];
            bool kept = workspace->training || is_last_active(network, i, run, false);
            if (!is_active(network, i, workspace->training))
                *output = workspace->activations[i];
            else
                *output =
                    kept ? take(base, used, (uint64_t)workspace->batch * shape_size(network->layers[i].output)) : NULL;
        }
    }
}

static void lay_out_partials(const struct network *network, const struct kernels *kernels, struct workspace *workspace,
                             float *base, uint64_t *used)
{
    uint64_t chunks = (workspace->batch + workspace->chunk - 1) / workspace->chunk;
    workspace->partial_stride = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer_operations *operations = layer_operations(&network->layers[i]);
        workspace->partial_offsets[i] = workspace->partial_stride;
        if (operations->partial_gradient)
            workspace->partial_stride += (size_t)aligned(operations->partial_gradient(&network->layers[i], kernels));
    }
    workspace->partials = take(base, used, chunks * workspace->partial_stride);
}

/* Lays the parts of the workspace out from `base` and returns the floats they take. */
static uint64_t lay_out(const struct network *network, const struct kernels *kernels, int threads,
                        struct workspace *workspace, float *base)
{
    uint64_t used = 0;
    struct sizes sizes = measure(network, kernels);
    lay_out_activations(network, workspace, base, &used);
    workspace->buffer_size = (size_t)aligned(workspace->group * sizes.activation);
    workspace->thread_stride = 2 * workspace->buffer_size + (size_t)aligned(sizes.scratch);
    workspace->thread_blocks = take(base, &used, (uint64_t)threads * workspace->thread_stride);
    workspace->probabilities = workspace->activations[network->layer_count];
    if (!workspace->training) return used;
    workspace->probabilities = take(base, &used, (uint64_t)workspace->batch * network->class_count);
    for (size_t i = 0; i < 2; i++)
        workspace->boundary_gradients[i] = take(base, &used, (uint64_t)workspace->batch * sizes.boundary);
    for (size_t i = 0; i < network->layer_count; i++)
        if (network->layers[i].statistic_count)
            workspace->statistics[i] = take(base, &used, network->layers[i].statistic_count);
    lay_out_partials(network, kernels, workspace, base, &used);
    return used;
}

scrawl_status workspace_create(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                               bool training, struct workspace *workspace)
{
    struct workspace made = {.batch = batch, .group = MOST_GROUP, .training = training};
    size_t activation = measure(network, kernels).activation;
    while (made.group > 1 && made.group * activation > GROUP_FLOATS) made.group /= 2;
    made.chunk = training ? chunk_images(batch) : made.group;
    made.group = smaller(made.group, made.chunk);
    made.block = allocate_floats(lay_out(network, kernels, threads, &made, NULL));
    if (!made.block) return fail_out_of_memory();
    lay_out(network, kernels, threads, &made, made.block);
    *workspace = made;
    return SCRAWL_OK;
}

void workspace_free(struct workspace *workspace)
{
    free(workspace->block);
    *workspace = (struct workspace){0};
}

/* ---- Forward
 * ---------------------------------------------------------------------------------------------------------- */

static struct layer_pass make_layer_pass(const struct network_pass *pass, size_t layer, size_t first, size_t images)
{
    static const uint32_t layer_step = 0x85EBCA6Bu; /* odd and large: keys of the layers lie apart */
    const struct layer *row = &pass->network->layers[layer];
    bool lags = layer_operations(row)->derived_for_reading && !pass->derived->complete;
    return (struct layer_pass){
        .kernels = pass->derived->kernels,
        .first_image = first,
        .images = images,
        .dropout_key = pass->step_key + (uint32_t)layer * layer_step,
        .weights = pass->parameters + row->weight_offset,
        .bias = pass->parameters + row->bias_offset,
        .statistics = pass->workspace->statistics[layer],
        .derived = lags ? NULL : pass->derived->layers[layer],
        .derived_backward = pass->derived_backward ? pass->derived_backward->layers[layer] : NULL,
    };
}

/* How far back gradients are wanted: down to the weights of the least layer, or to its input too. */
struct reach {
    size_t least_layer;
    bool to_input;
};

struct run_task {
    const struct network_pass *pass;
    struct run run;
    /* Backward: at the run's end and at its begin, of the whole batch. */
    float *output_gradient, *input_gradient;
    struct reach reach;
};

static bool reaches_input(struct reach reach, size_t layer)
{
    return layer > reach.least_layer || reach.to_input;
}

static float *thread_buffer(const struct workspace *workspace, int thread, size_t index)
{
    return workspace->thread_blocks + (size_t)thread * workspace->thread_stride + index * workspace->buffer_size;
}

static void forward_group(void *context, size_t group, int thread)
{
    const struct run_task *task = context;
    const struct network *network = task->pass->network;
    const struct workspace *workspace = task->pass->workspace;
    const size_t first = group * workspace->group, images = smaller(workspace->group, task->pass->batch - first);
    size_t turn = 0;
    const float *input =
        workspace->activations[task->run.begin] + first * shape_size(network->layers[task->run.begin].input);
    for (size_t i = task->run.begin; i < task->run.end; i++) {
        if (!is_active(network, i, workspace->training)) continue;
        const struct layer *layer = &network->layers[i];
        const struct layer_operations *operations = layer_operations(layer);
        struct layer_pass pass = make_layer_pass(task->pass, i, first, images);
        const size_t next = next_active(network, i, task->run, workspace->training);
        bool pooled = !workspace->training && next < task->run.end && layer_takes_pool(layer, &network->layers[next]);
        if (pooled) i = next;
        float *kept = workspace->activations[i + 1];
        pass.input = input;
        pass.output =
            kept ? kept + first * shape_size(network->layers[i].output) : thread_buffer(workspace, thread, turn++ % 2);
        pass.scratch = thread_buffer(workspace, thread, 2);
        (pooled ? operations->forward_pooled : operations->forward)(layer, &pass);
        input = pass.output;
    }
}

static void forward_whole_batch(const struct network_pass *pass, size_t index)
{
    const struct layer *layer = &pass->network->layers[index];
    struct layer_pass layer_pass = make_layer_pass(pass, index, 0, pass->batch);
    layer_pass.parallel = pass->parallel;
    layer_pass.input = pass->workspace->activations[index];
    layer_pass.output = pass->workspace->activations[index + 1];
    layer_pass.scratch = thread_buffer(pass->workspace, 0, 2);
    layer_pass.scratch_stride = pass->workspace->thread_stride;
    layer_operations(layer)->forward(layer, &layer_pass);
}

float *network_forward(const struct network_pass *pass)
{
    const struct network *network = pass->network;
    const size_t group = pass->workspace->group;
    for (size_t i = 0; i < network->layer_count;) {
        struct run_task task = {.pass = pass, .run = run_from(network, i)};
        if (task.run.whole_batch)
            forward_whole_batch(pass, i);
        else
            parallel_run(pass->parallel, (pass->batch + group - 1) / group, forward_group, &task);
        i = task.run.end;
    }
    const float *logits = pass->workspace->activations[network->layer_count];
    float *probabilities = pass->workspace->probabilities;
    if (probabilities != logits)
        memcpy(probabilities, logits, pass->batch * network->class_count * sizeof *probabilities);
    softmax(pass->batch, network->class_count, probabilities);
    return probabilities;
}

void network_update_statistics(const struct network_pass *pass, uint64_t step, float *parameters)
{
    for (size_t i = 0; i < pass->network->layer_count; i++) {
        const struct layer *layer = &pass->network->layers[i];
        if (layer->statistic_count)
            batchnorm_update(layer->output.channels, step, pass->workspace->statistics[i],
                             parameters + layer->statistic_offset);
    }
}

/* ---- Backward
 * --------------------------------------------------------------------------------------------------------- */

/* Layers before the first one with parameters need no gradient. */
static size_t first_trainable(const struct network *network)
{
    size_t layer = 0;
    while (layer < network->layer_count && network->layers[layer].weight_count == 0) layer++;
    return layer;
}

static size_t chunk_count(const struct network_pass *pass)
{
    return (pass->batch + pass->workspace->chunk - 1) / pass->workspace->chunk;
}

static void backward_group(const struct run_task *task, size_t chunk, size_t first, size_t images, int thread)
{
    const struct network *network = task->pass->network;
    const struct workspace *workspace = task->pass->workspace;
    const struct layer *last = &network->layers[task->run.end - 1];
    size_t turn = 0;
    float *output_gradient = task->output_gradient + first * shape_size(last->output);
    for (size_t i = task->run.end; i-- > task->run.begin && i >= task->reach.least_layer;) {
        if (!is_active(network, i, true)) continue;
        const struct layer *layer = &network->layers[i];
        struct layer_pass pass = make_layer_pass(task->pass, i, first, images);
        pass.input = workspace->activations[i] + first * shape_size(layer->input);
        pass.output = workspace->activations[i + 1] + first * shape_size(layer->output);
        pass.output_gradient = output_gradient;
        if (reaches_input(task->reach, i))
            pass.input_gradient = is_first_active(network, i, task->run, true)
                                      ? task->input_gradient + first * shape_size(layer->input)
                                      : thread_buffer(workspace, thread, turn++ % 2);
        pass.weight_gradient = workspace->partials + chunk * workspace->partial_stride + workspace->partial_offsets[i];
        pass.is_first_group = first == chunk * workspace->chunk;
        pass.scratch = thread_buffer(workspace, thread, 2);
        layer_operations(layer)->backward(layer, &pass);
        output_gradient = pass.input_gradient;
    }
}

static void backward_chunk(void *context, size_t chunk, int thread)
{
    const struct run_task *task = context;
    const struct workspace *workspace = task->pass->workspace;
    size_t first = chunk * workspace->chunk, end = smaller(first + workspace->chunk, task->pass->batch);
    for (; first < end; first += workspace->group)
        backward_group(task, chunk, first, smaller(workspace->group, end - first), thread);
}

struct sum_task {
    const struct network_pass *pass;
    float *gradients;
    const struct gradient_sink *sink;
};

enum { SUM_BLOCK = 8192 }; /* floats of the chunks' partial gradients that are summed in one task */

/* Adds the chunks' partial gradients to the first one's, in order of the chunks. */
static void sum_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct sum_task *task = context;
    const struct workspace *workspace = task->pass->workspace;
    size_t first = block * SUM_BLOCK, count = smaller(SUM_BLOCK, workspace->partial_stride - first);
    for (size_t chunk = 1; chunk < chunk_count(task->pass); chunk++)
        task->pass->derived->kernels->add(count, workspace->partials + chunk * workspace->partial_stride + first,
                                          workspace->partials + first);
}

static void finish_layer(void *context, size_t index, int thread)
{
    (void)thread;
    const struct sum_task *task = context;
    const struct layer *layer = &task->pass->network->layers[index];
    const struct layer_operations *operations = layer_operations(layer);
    const struct workspace *workspace = task->pass->workspace;
    if (operations->finish_gradient)
        operations->finish_gradient(layer, task->pass->derived->kernels,
                                    workspace->partials + workspace->partial_offsets[index],
                                    task->gradients + layer->weight_offset);
    if (!task->sink) return;
    size_t first = operations->whole_batch ? layer->bias_offset : layer->weight_offset;
    task->sink->take(task->sink->context, first, layer->bias_offset + layer->bias_count - first,
                     task->gradients + first);
}

static void backward_whole_batch(const struct network_pass *pass, size_t index, float *output_gradient,
                                 float *input_gradient, float *gradients, const struct gradient_sink *sink)
{
    const struct layer *layer = &pass->network->layers[index];
    struct layer_pass layer_pass = make_layer_pass(pass, index, 0, pass->batch);
    layer_pass.parallel = pass->parallel;
    layer_pass.input = pass->workspace->activations[index];
    layer_pass.output = pass->workspace->activations[index + 1];
    layer_pass.output_gradient = output_gradient;
    layer_pass.input_gradient = input_gradient;
    layer_pass.weight_gradient = gradients + layer->weight_offset;
    layer_pass.sink = sink;
    layer_pass.scratch = thread_buffer(pass->workspace, 0, 2);
    layer_pass.scratch_stride = pass->workspace->thread_stride;
    layer_operations(layer)->backward(layer, &layer_pass);
}

static bool has_active(const struct network *network, struct run run)
{
    for (size_t i = run.begin; i < run.end; i++)
        if (is_active(network, i, true)) return true;
    return false;
}

/* From the logits' gradient in the first of boundary_gradients; returns the one that holds the gradient furthest back.
 */
static float *walk_back(const struct network_pass *pass, struct reach reach, float *gradients,
                        const struct gradient_sink *sink)
{
    const struct network *network = pass->network;
    struct workspace *workspace = pass->workspace;
    float *output_gradient = workspace->boundary_gradients[0], *input_gradient = workspace->boundary_gradients[1];
    for (size_t end = network->layer_count; end > reach.least_layer;) {
        struct run run = run_before(network, end);
        struct run_task task = {pass, run, output_gradient, input_gradient, reach};
        end = run.begin;
        if (run.whole_batch)
            backward_whole_batch(pass, run.begin, output_gradient,
                                 reaches_input(reach, run.begin) ? input_gradient : NULL, gradients, sink);
        else if (has_active(network, run))
            parallel_run(pass->parallel, chunk_count(pass), backward_chunk, &task);
        else
            continue;
        float *next = output_gradient;
        output_gradient = input_gradient;
        input_gradient = next;
    }
    return output_gradient;
}

void network_backward(const struct network_pass *pass, const struct targets *targets, float *gradients,
                      const struct gradient_sink *sink)
{
    const struct network *network = pass->network;
    struct workspace *workspace = pass->workspace;
    float *logits_gradient = workspace->boundary_gradients[0];
    memcpy(logits_gradient, workspace->probabilities, pass->batch * network->class_count * sizeof(float));
    cross_entropy_gradient(pass->batch, network->class_count, logits_gradient, targets);
    walk_back(pass, (struct reach){first_trainable(network), false}, gradients, sink);
    struct sum_task task = {pass, gradients, sink};
    parallel_run(pass->parallel, (workspace->partial_stride + SUM_BLOCK - 1) / SUM_BLOCK, sum_block, &task);
    parallel_run(pass->parallel, network->layer_count, finish_layer, &task);
}

const float *network_input_gradient(const struct network_pass *pass, size_t class_index, float *gradients)
{
    const size_t classes = pass->network->class_count;
    float *logits_gradient = pass->workspace->boundary_gradients[0];
    memset(logits_gradient, 0, pass->batch * classes * sizeof *logits_gradient);
    for (size_t image = 0; image < pass->batch; image++) logits_gradient[image * classes + class_index] = 1;
    return walk_back(pass, (struct reach){0, true}, gradients, NULL);
}
