/* Implements network.h: the walk forward and backward. Knows no kind of layer. */
#include "network.h"

#include <string.h>

#include "gradient_sum.h"
#include "layers/batchnorm.h"
#include "layers/layers.h"
#include "segments.h"

struct batch_share network_share(const struct network_pass *pass)
{
    return (struct batch_share){pass->ranks, pass->batch, pass->workspace->chunk};
}

static struct portion own_images(const struct network_pass *pass)
{
    const struct batch_share share = network_share(pass);
    return share_own_images(&share);
}

/* ---- Forward ---- */

static struct layer_pass make_layer_pass(const struct network_pass *pass, size_t layer, size_t first, size_t images)
{
    static const uint32_t layer_step = 0x85EBCA6Bu; /* odd and large: keys of the layers lie apart */
    const struct layer *row = &pass->network->layers[layer];
    bool lags = layer_operations(row)->packed_for_reading && !pass->packed->complete;
    return (struct layer_pass){
        .kernels = pass->packed->kernels,
        .first_image = first,
        .images = images,
        .dropout_key = pass->step_key + (uint32_t)layer * layer_step,
        .weights = pass->parameters + row->weight_offset,
        .bias = pass->parameters + row->bias_offset,
        .statistics = pass->workspace->statistics[layer],
        .packed = lags ? NULL : pass->packed->layers[layer],
        .packed_backward = pass->packed_backward ? pass->packed_backward->layers[layer] : NULL,
    };
}

/* Gives a layer that adds what it adds of a group or batch, and where the gradient of that goes. */
static void find_kept(const struct network_pass *pass, size_t layer, struct layer_pass *layer_pass)
{
    const struct network *network = pass->network;
    const struct layer *row = &network->layers[layer];
    if (row->kind != LAYER_ADD) return;
    const size_t start = layer_pass->first_image * shape_size(row->output);
    layer_pass->kept = pass->workspace->activations[row->source + 1] + start;
    if (!pass->workspace->training) return;
    layer_pass->kept_gradient = pass->workspace->kept_gradients[row->source] + start;
    layer_pass->is_first_to_add = true;
    for (size_t i = layer + 1; i < network->layer_count; i++)
        if (network->layers[i].kind == LAYER_ADD && network->layers[i].source == row->source)
            layer_pass->is_first_to_add = false;
}

/* How far back gradients are wanted: down to the weights of the least layer, or to its input too. */
struct reach {
    size_t least_layer;
    bool to_input;
};

struct segment_task {
    const struct network_pass *pass;
    struct segment segment;
    /* Backward: at the segment's end and at its begin, of the whole batch. */
    float *output_gradient, *input_gradient;
    struct reach reach;
};

static bool reaches_input(struct reach reach, size_t layer)
{
    return layer > reach.least_layer || reach.to_input;
}

/* ---- Rows of one image's layer as tasks ---- */

enum {
    BANDS_OF_THREAD = 2,     /* of rows, where there are so many: threads may begin late */
    WORTH_TASKS = 256 * 1024 /* multiplications of a layer that are worth sharing: some microseconds */
};

struct band_task {
    const struct layer *layer;
    const struct layer_pass *pass;
    struct workspace *workspace;
    size_t band_rows;
    bool pooled;
};

static void run_layer(const struct layer *layer, const struct layer_pass *pass, bool pooled)
{
    const struct layer_operations *operations = layer_operations(layer);
    (pooled ? operations->forward_pooled : operations->forward)(layer, pass);
}

static void run_band(void *context, size_t band, int thread)
{
    const struct band_task *task = context;
    struct layer_pass pass = *task->pass;
    pass.first_row = band * task->band_rows;
    pass.end_row = min_size(pass.first_row + task->band_rows, task->layer->output.rows);
    pass.scratch = workspace_scratch(task->workspace, thread);
    run_layer(task->layer, &pass, task->pooled);
}

static size_t multiplications(const struct layer *layer)
{
    return layer->output.rows * layer->output.columns * max_size(layer->weight_count, layer->output.channels);
}

/* A layer by all threads, where that is worth it. */
static void run_by_rows(const struct network_pass *network_pass, const struct layer *layer,
                        const struct layer_pass *pass, bool pooled)
{
    const struct layer_operations *operations = layer_operations(layer);
    const size_t unit = operations->row_unit ? operations->row_unit(layer) : 0;
    if (unit == 0 || multiplications(layer) < WORTH_TASKS) {
        run_layer(layer, pass, pooled);
        return;
    }
    const size_t units = (layer->output.rows + unit - 1) / unit,
                 bands = min_size(units, BANDS_OF_THREAD * (size_t)parallel_threads(network_pass->parallel));
    struct band_task task = {layer, pass, network_pass->workspace, (units + bands - 1) / bands * unit, pooled};
    parallel_run(network_pass->parallel, (layer->output.rows + task.band_rows - 1) / task.band_rows, run_band, &task);
}

/* ---- A group of images, or the one image by all threads ---- */

static void forward_images(const struct segment_task *task, size_t first, size_t images, int thread, bool by_rows)
{
    const struct network *network = task->pass->network;
    struct workspace *workspace = task->pass->workspace;
    size_t written = 0;
    const float *input =
        workspace->activations[task->segment.begin] + first * shape_size(network->layers[task->segment.begin].input);
    for (size_t i = task->segment.begin; i < task->segment.end; i++) {
        if (!is_active(network, i, workspace->training)) continue;
        const struct layer *layer = &network->layers[i];
        struct layer_pass pass = make_layer_pass(task->pass, i, first, images);
        const size_t last = workspace_last_fused(workspace, network, i, task->segment);
        const bool pooled = last != i;
        if (workspace->choices[i])
            pass.choices = workspace->choices[i] + first * shape_size(network->layers[last].output);
        i = last;
        float *kept = workspace->activations[i + 1];
        pass.input = input;
        pass.output = kept ? kept + first * shape_size(network->layers[i].output)
                           : workspace_buffer(workspace, thread, written++ % PING_PONG_BUFFERS);
        pass.scratch = workspace_scratch(workspace, thread);
        find_kept(task->pass, i, &pass);
        if (by_rows)
            run_by_rows(task->pass, layer, &pass, pooled);
        else
            run_layer(layer, &pass, pooled);
        input = pass.output;
    }
}

/* Images of a task: when reading few, so that there is one for each thread. */
static size_t group_images(const struct network_pass *pass)
{
    const size_t threads = (size_t)parallel_threads(pass->parallel), group = pass->workspace->group;
    return pass->workspace->training ? group : max_size(1, min_size(group, (pass->batch + threads - 1) / threads));
}

static void forward_group(void *context, size_t group, int thread)
{
    const struct segment_task *task = context;
    const struct portion own = own_images(task->pass);
    const size_t most = group_images(task->pass), first = own.first + group * most;
    forward_images(task, first, min_size(most, own.end - first), thread, false);
}

static void forward_segment(struct segment_task *task)
{
    const struct network_pass *pass = task->pass;
    const struct portion own = own_images(pass);
    const size_t group = group_images(pass);
    if (pass->batch == 1 && !pass->ranks && parallel_threads(pass->parallel) > 1)
        forward_images(task, 0, 1, 0, true);
    else
        parallel_run(pass->parallel, (own.end - own.first + group - 1) / group, forward_group, task);
}

static void forward_whole_batch(const struct network_pass *pass, size_t index)
{
    const struct layer *layer = &pass->network->layers[index];
    struct layer_pass layer_pass = make_layer_pass(pass, index, 0, pass->batch);
    layer_pass.parallel = pass->parallel;
    layer_pass.share = network_share(pass);
    layer_pass.input = pass->workspace->activations[index];
    layer_pass.output = pass->workspace->activations[index + 1];
    layer_pass.scratch = workspace_scratch(pass->workspace, 0);
    layer_pass.scratch_stride = pass->workspace->thread_stride;
    layer_operations(layer)->forward(layer, &layer_pass);
}

float *network_forward(const struct network_pass *pass)
{
    const struct network *network = pass->network;
    for (size_t i = 0; i < network->layer_count;) {
        struct segment_task task = {.pass = pass, .segment = segment_from(network, i)};
        if (task.segment.whole_batch)
            forward_whole_batch(pass, i);
        else
            forward_segment(&task);
        i = task.segment.end;
    }
    float *logits = pass->workspace->activations[network->layer_count];
    if (network_detects(network)) return logits;
    float *probabilities = pass->workspace->probabilities; /* when reading, in the place of the logits */
    const struct portion own = own_images(pass);
    const size_t images = own.end - own.first, start = own.first * network->class_count;
    if (pass->workspace->training)
        memcpy(probabilities + start, logits + start, images * network->class_count * sizeof *probabilities);
    softmax(images, network->class_count, probabilities + start);
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

/* ---- Backward ---- */

/* Layers before the first one with parameters need no gradient. */
static size_t first_trainable(const struct network *network)
{
    size_t layer = 0;
    while (layer < network->layer_count && network->layers[layer].weight_count == 0) layer++;
    return layer;
}

/* What a layer adds to its gradient, in the form in which groups add it up. */
static float *thread_partial(const struct workspace *workspace, int thread, size_t layer)
{
    return workspace->partials + (size_t)thread * workspace->partial_stride + workspace->partial_offsets[layer];
}

/* The pass back through a layer, and through the max-pool that it does too. */
static struct layer_pass make_backward_pass(const struct segment_task *task, size_t layer, size_t chunk, size_t first,
                                            size_t images, int thread)
{
    const struct network *network = task->pass->network;
    struct workspace *workspace = task->pass->workspace;
    const size_t last = workspace_last_fused(workspace, network, layer, task->segment);
    const size_t output = first * shape_size(network->layers[last].output);
    struct layer_pass pass = make_layer_pass(task->pass, layer, first, images);
    find_kept(task->pass, layer, &pass);
    pass.input = workspace->activations[layer] + first * shape_size(network->layers[layer].input);
    pass.output = workspace->activations[last + 1] + output;
    if (workspace->choices[layer]) pass.choices = workspace->choices[layer] + output;
    pass.weight_gradient = thread_partial(workspace, thread, layer);
    pass.is_first_group = first == chunk * workspace->chunk;
    pass.scratch = workspace_scratch(workspace, thread);
    return pass;
}

static void backward_group(const struct segment_task *task, size_t chunk, size_t first, size_t images, int thread)
{
    const struct network *network = task->pass->network;
    struct workspace *workspace = task->pass->workspace;
    const struct layer *last = &network->layers[task->segment.end - 1];
    size_t written = 0;
    float *output_gradient = task->output_gradient + first * shape_size(last->output);
    for (size_t i = task->segment.end; i-- > task->segment.begin && i >= task->reach.least_layer;) {
        if (workspace->kept_gradients[i])
            task->pass->packed->kernels->add(
                images * shape_size(network->layers[i].output),
                workspace->kept_gradients[i] + first * shape_size(network->layers[i].output), output_gradient);
        if (!is_active(network, i, true)) continue;
        if (workspace->fuses) i = first_fused(network, i, task->segment, true);
        const struct layer *layer = &network->layers[i];
        struct layer_pass pass = make_backward_pass(task, i, chunk, first, images, thread);
        pass.output_gradient = output_gradient;
        if (reaches_input(task->reach, i))
            pass.input_gradient = is_first_active(network, i, task->segment, true)
                                      ? task->input_gradient + first * shape_size(layer->input)
                                      : workspace_buffer(workspace, thread, written++ % PING_PONG_BUFFERS);
        const struct layer_operations *operations = layer_operations(layer);
        (pass.choices ? operations->backward_pooled : operations->backward)(layer, &pass);
        output_gradient = pass.input_gradient;
    }
}

/* The chunk's part of the gradient, from what its groups have added up. */
static void finish_chunk(const struct segment_task *task, size_t chunk, int thread)
{
    const struct network_pass *pass = task->pass;
    struct workspace *workspace = pass->workspace;
    float *gradients = workspace->chunk_gradients + chunk * workspace->gradient_stride;
    for (size_t i = max_size(task->segment.begin, task->reach.least_layer); i < task->segment.end; i++) {
        const struct layer *layer = &pass->network->layers[i];
        const struct layer_operations *operations = layer_operations(layer);
        if (operations->finish_gradient)
            operations->finish_gradient(layer, pass->packed->kernels, thread_partial(workspace, thread, i),
                                        gradients + workspace->gradient_offsets[i]);
    }
}

static void backward_chunk(void *context, size_t index, int thread)
{
    const struct segment_task *task = context;
    const struct workspace *workspace = task->pass->workspace;
    const struct batch_share share = network_share(task->pass);
    const size_t chunk = share_chunks(&share, share_own(&share)).first + index;
    size_t first = chunk * workspace->chunk, end = min_size(first + workspace->chunk, task->pass->batch);
    for (; first < end; first += workspace->group)
        backward_group(task, chunk, first, min_size(workspace->group, end - first), thread);
    finish_chunk(task, chunk, thread);
}

static void backward_chunks(struct segment_task *task)
{
    const struct batch_share share = network_share(task->pass);
    const struct portion own = share_chunks(&share, share_own(&share));
    parallel_run(task->pass->parallel, own.end - own.first, backward_chunk, task);
}

static void backward_whole_batch(const struct network_pass *pass, size_t index, float *output_gradient,
                                 float *input_gradient, bool to_input, float *gradients,
                                 const struct gradient_sink *sink)
{
    const struct layer *layer = &pass->network->layers[index];
    struct layer_pass layer_pass = make_layer_pass(pass, index, 0, pass->batch);
    layer_pass.parallel = pass->parallel;
    layer_pass.share = network_share(pass);
    layer_pass.input = pass->workspace->activations[index];
    layer_pass.output = pass->workspace->activations[index + 1];
    layer_pass.output_gradient = output_gradient;
    layer_pass.input_gradient = to_input ? input_gradient : NULL;
    layer_pass.room = input_gradient;
    layer_pass.weight_gradient = gradients + layer->weight_offset;
    layer_pass.sink = sink;
    layer_pass.scratch = workspace_scratch(pass->workspace, 0);
    layer_pass.scratch_stride = pass->workspace->thread_stride;
    layer_operations(layer)->backward(layer, &layer_pass);
}

/* Where a pass leaves what it finds. */
struct found {
    float *gradients;
    const struct gradient_sink *sink;
    struct gradient_sum *sum; /* of what goes image by image; NULL: not wanted */
};

/* From the logits' gradient in the first of boundary_gradients; returns the one that holds the gradient furthest back.
 */
static float *walk_back(const struct network_pass *pass, struct reach reach, const struct found *found)
{
    const struct network *network = pass->network;
    struct workspace *workspace = pass->workspace;
    float *output_gradient = workspace->boundary_gradients[0], *input_gradient = workspace->boundary_gradients[1];
    for (size_t end = network->layer_count; end > reach.least_layer;) {
        struct segment segment = segment_before(network, end);
        struct segment_task task = {pass, segment, output_gradient, input_gradient, reach};
        end = segment.begin;
        if (segment.whole_batch)
            backward_whole_batch(pass, segment.begin, output_gradient, input_gradient,
                                 reaches_input(reach, segment.begin), found->gradients, found->sink);
        else if (has_active(network, segment, true) || has_kept(network, segment))
            backward_chunks(&task);
        if (found->sum) gradient_sum_add(found->sum, workspace->gradient_offsets[segment.begin]);
        if (!has_active(network, segment, true)) continue;
        float *next = output_gradient;
        output_gradient = input_gradient;
        input_gradient = next;
    }
    return output_gradient;
}

float *network_output_gradient(const struct network_pass *pass)
{
    return pass->workspace->boundary_gradients[0];
}

void network_backward(const struct network_pass *pass, const struct targets *targets, float *gradients,
                      const struct gradient_sink *sink)
{
    const size_t classes = pass->network->class_count;
    const struct portion own = own_images(pass);
    const size_t images = own.end - own.first, start = own.first * classes;
    float *logits_gradient = network_output_gradient(pass) + start;
    struct targets own_targets = *targets;
    own_targets.labels += own.first;
    if (targets->taught) own_targets.taught += start;
    memcpy(logits_gradient, pass->workspace->probabilities + start, images * classes * sizeof(float));
    cross_entropy_gradient(images, pass->batch, classes, logits_gradient, &own_targets);
    network_backward_from_output(pass, gradients, sink);
}

struct end_task {
    const struct network_pass *pass;
    const float *sum; /* of what goes image by image */
    float *gradients;
    const struct gradient_sink *sink;
};

/* Hands on what no whole-batch layer has handed on by itself. */
static void finish_layer(void *context, size_t index, int thread)
{
    (void)thread;
    const struct end_task *task = context;
    const struct layer *layer = &task->pass->network->layers[index];
    const struct layer_operations *operations = layer_operations(layer);
    const size_t first = operations->whole_batch ? layer->bias_offset : layer->weight_offset;
    const size_t count = layer->bias_offset + layer->bias_count - first;
    const float *gradient = operations->partial_gradient ? task->sum + task->pass->workspace->gradient_offsets[index]
                                                         : task->gradients + first;
    if (task->sink)
        task->sink->take(task->sink->context, first, count, gradient);
    else if (operations->partial_gradient)
        memcpy(task->gradients + first, gradient, count * sizeof *gradient);
}

void network_backward_from_output(const struct network_pass *pass, float *gradients, const struct gradient_sink *sink)
{
    const struct batch_share share = network_share(pass);
    struct gradient_sum sum = gradient_sum_start(pass->workspace, pass->packed->kernels, &share, pass->parallel);
    const struct found found = {gradients, sink, &sum};
    walk_back(pass, (struct reach){first_trainable(pass->network), false}, &found);
    struct end_task task = {pass, gradient_sum_finish(&sum), gradients, sink};
    parallel_run(pass->parallel, pass->network->layer_count, finish_layer, &task);
}

const float *network_input_gradient(const struct network_pass *pass, size_t class_index, float *gradients)
{
    const size_t classes = pass->network->class_count;
    float *logits_gradient = pass->workspace->boundary_gradients[0];
    memset(logits_gradient, 0, pass->batch * classes * sizeof *logits_gradient);
    for (size_t image = 0; image < pass->batch; image++) logits_gradient[image * classes + class_index] = 1;
    return walk_back(pass, (struct reach){0, true}, &(struct found){gradients, NULL, NULL});
}
