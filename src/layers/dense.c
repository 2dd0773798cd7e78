/* Dense layer: output[images][outputs] = input[images][inputs] * weights[inputs][outputs] + bias. Passes over the whole
 * batch are cut into tasks, but no sum is ever cut by the number of threads or ranks: that keeps results bit-identical.
 * A rank has the outputs and the input's gradient of its images, and of some inputs the weights' gradient of the whole
 * batch (after Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014). */
#include <string.h>

#include "layer.h"

enum {
    INPUT_BLOCK = 96,        /* inputs of one backward task, whose weights and gradient stay in a cache */
    WORTH_TASKS = 64 * 1024, /* multiplications that are worth sharing */
};

struct task {
    const struct layer *layer;
    const struct layer_pass *pass;
};

static void run_blocks(const struct layer *layer, const struct layer_pass *pass, size_t size, size_t block,
                       parallel_task *run)
{
    struct task task = {layer, pass};
    parallel_run(pass->parallel, (size + block - 1) / block, run, &task);
}

/* Packed: the weights in panels, where these are full. */
static size_t packed_size(const struct layer *layer, const struct kernels *kernels)
{
    return layer->output.channels % kernels->panel_columns ? 0 : layer->weight_count;
}

static void pack(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                 float *packed)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    for (size_t first = part * width; first < outputs; first += PACKED_PARTS * width)
        kernels->pack(inputs, width, (struct matrix){weights + first, outputs, 1}, packed + first * inputs);
}

/* The same pass over the images of this rank alone. */
static struct layer_pass own_pass(const struct layer *layer, const struct layer_pass *pass)
{
    const struct portion own = share_own_images(&pass->share);
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    struct layer_pass result = *pass;
    result.images = own.end - own.first;
    result.input += own.first * inputs;
    result.output += own.first * outputs;
    if (pass->output_gradient) result.output_gradient += own.first * outputs;
    if (pass->input_gradient) result.input_gradient += own.first * inputs;
    return result;
}

static void forward_panels(const struct layer *layer, const struct layer_pass *pass, size_t first, size_t count)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = pass->kernels->panel_columns;
    const size_t depth = pass->kernels->depth_block;
    for (size_t input = 0; input < inputs; input += depth)
        pass->kernels->multiply_panels(
            pass->images, count, min_size(depth, inputs - input), (struct matrix){pass->input + input, inputs, 1},
            (struct panels){pass->packed + first * inputs + input * width, width, inputs * width}, pass->output + first,
            outputs, input > 0);
}

/* Outputs of one forward task, in whole panels: an output's sum is one task's, so that the tasks may follow the
 * threads.
 */
static size_t output_block(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t outputs = layer->output.channels, threads = (size_t)parallel_threads(pass->parallel);
    const bool shared = (uint64_t)pass->images * layer->weight_count >= WORTH_TASKS;
    return shared ? round_up((outputs + threads - 1) / threads, pass->kernels->panel_columns) : outputs;
}

static void forward_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct task *task = context;
    const struct layer_pass *pass = task->pass;
    const size_t inputs = task->layer->input.channels, outputs = task->layer->output.channels;
    const size_t size = output_block(task->layer, pass), first = block * size, count = min_size(size, outputs - first);
    if (pass->packed)
        forward_panels(task->layer, pass, first, count);
    else
        pass->kernels->multiply(pass->images, count, inputs, (struct matrix){pass->input, inputs, 1},
                                (struct matrix){pass->weights + first, outputs, 1}, pass->output + first, outputs, 0);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t outputs = layer->output.channels;
    const struct layer_pass own = own_pass(layer, pass);
    run_blocks(layer, &own, outputs, output_block(layer, &own), forward_block);
    own.kernels->add_bias(own.images, outputs, own.bias, own.output, layer->activation == ACTIVATION_RELU);
}

/* ---- Backward ---- */

/* Inputs of one backward task, whose weights and gradient stay in a cache: whole panels. */
static size_t input_block(const struct kernels *kernels)
{
    return round_up(INPUT_BLOCK, kernels->panel_columns);
}

/* Whether the product with the output's gradient takes it from panels. */
static bool takes_panels(const struct layer *layer, const struct kernels *kernels)
{
    return layer->output.channels % kernels->vector_floats == 0;
}

/* The gradient of one backward task. */
static size_t task_gradient_size(const struct layer *layer, const struct kernels *kernels)
{
    return (size_t)aligned_floats(min_size(input_block(kernels), layer->input.channels) * layer->output.channels);
}

/* Room for that, and behind the first thread's for the output's gradient in panels. */
static size_t scratch(const struct layer *layer, const struct kernels *kernels, size_t batch)
{
    return task_gradient_size(layer, kernels) + batch * round_up(layer->output.channels, kernels->panel_columns);
}

/* Some inputs of the whole batch, as a matrix [inputs][images], and where in the layer's they begin. */
struct input_part {
    struct matrix matrix;
    size_t first;
};

struct backward_task {
    const struct layer *layer;
    const struct layer_pass *pass, *own; /* of the whole batch, of this rank's images */
    struct input_part input;
    struct portion blocks; /* of inputs, whose gradient is found */
};

static size_t block_count(const struct backward_task *task)
{
    const size_t block = input_block(task->pass->kernels);
    return (task->layer->input.channels + block - 1) / block;
}

/* The inputs of a block. */
static struct portion inputs_of(const struct backward_task *task, size_t block)
{
    const size_t size = input_block(task->pass->kernels);
    return (struct portion){block * size, min_size((block + 1) * size, task->layer->input.channels)};
}

/* gradient[inputs][outputs] of the weights of these inputs. */
static void find_weight_gradient(const struct backward_task *task, struct portion inputs, float *gradient)
{
    const struct layer_pass *pass = task->pass;
    const struct kernels *kernels = pass->kernels;
    const size_t outputs = task->layer->output.channels, width = kernels->panel_columns;
    struct matrix input = task->input.matrix;
    input.values += (inputs.first - task->input.first) * input.row_stride;
    if (takes_panels(task->layer, kernels))
        kernels->multiply_transposed(
            inputs.end - inputs.first, outputs, pass->images, input,
            (struct panels){pass->scratch + task_gradient_size(task->layer, kernels), width, pass->images * width},
            gradient, outputs);
    else
        kernels->multiply(inputs.end - inputs.first, outputs, pass->images, input,
                          (struct matrix){pass->output_gradient, outputs, 1}, gradient, outputs, 0);
}

static void find_input_gradient(const struct backward_task *task, struct portion inputs)
{
    const struct layer_pass *own = task->own;
    const size_t outputs = task->layer->output.channels;
    if (own->input_gradient)
        own->kernels->multiply(own->images, inputs.end - inputs.first, outputs,
                               (struct matrix){own->output_gradient, outputs, 1},
                               (struct matrix){own->weights + inputs.first * outputs, 1, outputs},
                               own->input_gradient + inputs.first, task->layer->input.channels, 0);
}

/* Last of all: the weights may change then. */
static void hand_on(const struct backward_task *task, struct portion inputs, const float *gradient)
{
    const struct gradient_sink *sink = task->pass->sink;
    const size_t outputs = task->layer->output.channels;
    if (sink)
        sink->take(sink->context, task->layer->weight_offset + inputs.first * outputs,
                   (inputs.end - inputs.first) * outputs, gradient);
}

/* One process does all at once, while the gradient is in a cache. */
static void backward_block(void *context, size_t block, int thread)
{
    const struct backward_task *task = context;
    const struct layer_pass *pass = task->pass;
    const struct portion inputs = inputs_of(task, block);
    float *gradient = pass->sink ? pass->scratch + (size_t)thread * pass->scratch_stride
                                 : pass->weight_gradient + inputs.first * task->layer->output.channels;
    find_weight_gradient(task, inputs, gradient);
    find_input_gradient(task, inputs);
    hand_on(task, inputs, gradient);
}

/* ---- Backward among ranks ---- */

static struct portion inputs_of_rank(const struct backward_task *task, int rank)
{
    const struct portion blocks = share_part(&task->pass->share, block_count(task), rank);
    const size_t size = input_block(task->pass->kernels), inputs = task->layer->input.channels;
    return (struct portion){min_size(blocks.first * size, inputs), min_size(blocks.end * size, inputs)};
}

/* Sends the other ranks what they need of this one's images: their inputs, which lie in parts[images][inputs of the
 * rank] one after the other; and gets the others' of its own inputs, which come to lie behind each other like that. */
static struct input_part exchange_inputs(const struct backward_task *task)
{
    const struct layer_pass *pass = task->pass, *own = task->own;
    const size_t inputs = task->layer->input.channels;
    const int me = share_own(&pass->share);
    const struct portion mine = inputs_of_rank(task, me);
    const size_t width = mine.end - mine.first;
    float *gathered = pass->room, *leaving = gathered + pass->images * width;
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(&pass->share); rank++) {
        const struct portion theirs = inputs_of_rank(task, rank), images = share_images(&pass->share, rank);
        const size_t count = theirs.end - theirs.first;
        float *to = rank == me ? gathered + images.first * width : leaving;
        for (size_t image = 0; image < own->images; image++)
            memcpy(to + image * count, own->input + image * inputs + theirs.first, count * sizeof *to);
        sent[rank] = (scrawl_part){leaving, own->images * count * sizeof *to};
        received[rank] = share_bytes(gathered, width * sizeof *gathered, images);
        if (rank != me) leaving += own->images * count;
    }
    pass->share.ranks->exchange(pass->share.ranks->context, sent, received);
    return (struct input_part){{gathered, 1, width}, mine.first};
}

static void weight_gradient_block(void *context, size_t index, int thread)
{
    (void)thread;
    const struct backward_task *task = context;
    const struct portion inputs = inputs_of(task, task->blocks.first + index);
    find_weight_gradient(task, inputs, task->pass->weight_gradient + inputs.first * task->layer->output.channels);
}

static void input_gradient_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct backward_task *task = context;
    find_input_gradient(task, inputs_of(task, block));
}

static void hand_on_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct backward_task *task = context;
    const struct portion inputs = inputs_of(task, block);
    hand_on(task, inputs, task->pass->weight_gradient + inputs.first * task->layer->output.channels);
}

static void backward_among_ranks(struct backward_task *task)
{
    const struct layer_pass *pass = task->pass;
    struct portion portions[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(&pass->share); rank++) portions[rank] = inputs_of_rank(task, rank);
    task->input = exchange_inputs(task);
    task->blocks = share_part(&pass->share, block_count(task), share_own(&pass->share));
    parallel_run(pass->parallel, task->blocks.end - task->blocks.first, weight_gradient_block, task);
    parallel_run(pass->parallel, block_count(task), input_gradient_block, task);
    share_gather(&pass->share, portions, task->layer->output.channels * sizeof(float), pass->weight_gradient);
    parallel_run(pass->parallel, block_count(task), hand_on_block, task);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t outputs = layer->output.channels;
    const struct layer_pass own = own_pass(layer, pass);
    float *bias_gradient = pass->weight_gradient + layer->weight_count;
    mask_relu(layer, &own);
    share_gather_images(&pass->share, outputs * sizeof(float), pass->output_gradient);
    memset(bias_gradient, 0, layer->bias_count * sizeof *bias_gradient);
    pass->kernels->sum_rows(pass->images, layer->bias_count, pass->output_gradient, bias_gradient);
    if (takes_panels(layer, pass->kernels))
        pass->kernels->pack(pass->images, outputs, (struct matrix){pass->output_gradient, outputs, 1},
                            pass->scratch + task_gradient_size(layer, pass->kernels));
    struct backward_task task = {layer, pass, &own, {{pass->input, 1, layer->input.channels}, 0}, {0}};
    if (share_ranks(&pass->share))
        backward_among_ranks(&task);
    else
        parallel_run(pass->parallel, block_count(&task), backward_block, &task);
}

const struct layer_operations dense_operations = {
    .whole_batch = true,
    .forward = forward,
    .backward = backward,
    .scratch = scratch,
    .packed_for_reading = true,
    .packed_size = packed_size,
    .pack = pack,
};
