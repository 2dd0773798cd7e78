/* Dense layer: output[images][outputs] = input[images][inputs] * weights[inputs][outputs] + bias. Passes over the whole
 * batch are cut into tasks, but no sum is ever cut by the number of threads: that keeps results bit-identical. */
#include <string.h>

#include "operations.h"

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
    run_blocks(layer, pass, outputs, output_block(layer, pass), forward_block);
    pass->kernels->add_bias(pass->images, outputs, pass->bias, pass->output, layer->activation == ACTIVATION_RELU);
}

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

/* gradient[count][outputs] of the weights from some inputs on. */
static void find_weight_gradient(const struct task *task, size_t first, size_t count, float *gradient)
{
    const struct layer_pass *pass = task->pass;
    const struct kernels *kernels = pass->kernels;
    const size_t inputs = task->layer->input.channels, outputs = task->layer->output.channels;
    const struct matrix input = {pass->input + first, 1, inputs};
    const size_t width = kernels->panel_columns;
    if (takes_panels(task->layer, kernels))
        kernels->multiply_transposed(
            count, outputs, pass->images, input,
            (struct panels){pass->scratch + task_gradient_size(task->layer, kernels), width, pass->images * width},
            gradient, outputs);
    else
        kernels->multiply(count, outputs, pass->images, input, (struct matrix){pass->output_gradient, outputs, 1},
                          gradient, outputs, 0);
}

static void backward_block(void *context, size_t block, int thread)
{
    const struct task *task = context;
    const struct layer_pass *pass = task->pass;
    const size_t inputs = task->layer->input.channels, outputs = task->layer->output.channels;
    size_t first = block * input_block(pass->kernels), rest = inputs - first;
    size_t count = min_size(input_block(pass->kernels), rest);
    float *gradient =
        pass->sink ? pass->scratch + (size_t)thread * pass->scratch_stride : pass->weight_gradient + first * outputs;
    find_weight_gradient(task, first, count, gradient);
    if (pass->input_gradient)
        pass->kernels->multiply(pass->images, count, outputs, (struct matrix){pass->output_gradient, outputs, 1},
                                (struct matrix){pass->weights + first * outputs, 1, outputs},
                                pass->input_gradient + first, inputs, 0);
    if (pass->sink)
        pass->sink->take(pass->sink->context, task->layer->weight_offset + first * outputs, count * outputs, gradient);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t outputs = layer->output.channels;
    float *bias_gradient = pass->weight_gradient + layer->weight_count;
    mask_relu(layer, pass);
    memset(bias_gradient, 0, layer->bias_count * sizeof *bias_gradient);
    pass->kernels->sum_rows(pass->images, layer->bias_count, pass->output_gradient, bias_gradient);
    if (takes_panels(layer, pass->kernels))
        pass->kernels->pack(pass->images, outputs, (struct matrix){pass->output_gradient, outputs, 1},
                            pass->scratch + task_gradient_size(layer, pass->kernels));
    run_blocks(layer, pass, layer->input.channels, input_block(pass->kernels), backward_block);
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
