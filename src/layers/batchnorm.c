/* Batch normalisation (Ioffe & Szegedy 2015) of each channel over all images and pixels, as Keras has it. Training uses
 * the batch's statistics; reading uses moving averages, which fold_batchnorm.c has made a factor and an addend. Tasks
 * are cut by shapes alone and their sums added in order, so that results are bit-identical for any number of threads.
 */
#include "batchnorm.h"

#include <math.h>
#include <string.h>

#include "operations.h"

static const float momentum = 0.99f; /* Keras's */

float batchnorm_factor(float gamma, float variance)
{
    return gamma / sqrtf(variance + BATCHNORM_EPSILON);
}

void batchnorm_update(size_t channels, uint64_t step, const float *batch, float *statistics)
{
    /* Little is kept at first: where the averages begin says nothing of the data. */
    const float at_first = (float)(step + 1) / (float)(step + 10);
    const float keep = min_float(at_first, momentum);
    for (size_t i = 0; i < 2 * channels; i++) statistics[i] += (1 - keep) * (batch[i] - statistics[i]);
}

/* ---- Training: values [rows][channels], where a row is a pixel of an image ----------------------------------------
 */

enum {
    TASKS = 32, /* of a batch, at most */
    SUMS = 2,   /* of each channel and task */
    FACTORS = 3 /* of each channel: see find_factors */
};

struct batch_task {
    const struct layer *layer;
    const struct layer_pass *pass;
    size_t channels, rows, task_rows; /* rows of the batch, of one task */
    float *factors;                   /* [FACTORS][channels] */
};

static size_t scratch(const struct layer *layer, const struct kernels *kernels, size_t batch)
{
    (void)batch;
    (void)kernels;
    return (SUMS * TASKS + FACTORS) * layer->input.channels;
}

static struct batch_task make_task(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, rows = pass->images * layer->input.rows * layer->input.columns;
    return (struct batch_task){
        layer, pass, channels, rows, (rows + TASKS - 1) / TASKS, pass->scratch + SUMS * TASKS * channels};
}

static size_t task_count(const struct batch_task *task)
{
    return (task->rows + task->task_rows - 1) / task->task_rows;
}

static size_t rows_of(const struct batch_task *task, size_t index)
{
    return min_size(task->task_rows, task->rows - index * task->task_rows);
}

static size_t start_of(const struct batch_task *task, size_t index)
{
    return index * task->task_rows * task->channels;
}

/* [SUMS][channels] of one task, zero. */
static float *clear_sums(struct batch_task *task, size_t index)
{
    float *sums = task->pass->scratch + SUMS * index * task->channels;
    return memset(sums, 0, SUMS * task->channels * sizeof *sums);
}

static double total(const struct batch_task *task, size_t sum, size_t channel)
{
    double result = 0;
    for (size_t index = 0; index < task_count(task); index++)
        result += (double)task->pass->scratch[(SUMS * index + sum) * task->channels + channel];
    return result;
}

static void run(struct batch_task *task, parallel_task *part)
{
    parallel_run(task->pass->parallel, task_count(task), part, task);
}

/* Sums of x - x0 and of its square, where x0 is the batch's first row: a value near the mean, so that little is lost
 * when the square of one is taken off the other. */
static void sum_moments(void *context, size_t index, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const float *input = task->pass->input;
    float *sums = clear_sums(task, index);
    task->pass->kernels->sum_moments(rows_of(task, index), task->channels, input, input + start_of(task, index), sums,
                                     sums + task->channels);
}

static void normalize(void *context, size_t index, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t start = start_of(task, index);
    task->pass->kernels->scale_rows(rows_of(task, index), task->channels, task->factors, task->factors + task->channels,
                                    task->pass->input + start, task->pass->output + start,
                                    task->layer->activation == ACTIVATION_RELU);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct batch_task task = make_task(layer, pass);
    const size_t channels = task.channels;
    float *means = pass->statistics, *variances = means + channels;
    run(&task, sum_moments);
    for (size_t i = 0; i < channels; i++) {
        double moved = total(&task, 0, i) / (double)task.rows, square = total(&task, 1, i) / (double)task.rows;
        means[i] = (float)((double)pass->input[i] + moved);
        variances[i] = (float)fmax(square - moved * moved, 0);
        task.factors[i] = batchnorm_factor(pass->weights[i], variances[i]);
        task.factors[channels + i] = pass->bias[i] - means[i] * task.factors[i];
    }
    run(&task, normalize);
}

/* Sums of the output's gradient and of its product with x - mean. */
static void sum_gradients(void *context, size_t index, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t start = start_of(task, index);
    float *sums = clear_sums(task, index);
    if (task->layer->activation == ACTIVATION_RELU)
        task->pass->kernels->relu_gradient(rows_of(task, index) * task->channels, task->pass->output + start,
                                           task->pass->output_gradient + start);
    task->pass->kernels->sum_products(rows_of(task, index), task->channels, task->pass->statistics,
                                      task->pass->input + start, task->pass->output_gradient + start, sums,
                                      sums + task->channels);
}

/* With s = 1 / sqrt(variance + epsilon) and dy, x of one channel:
 * dbeta = sum dy, dgamma = s * sum dy (x - mean), dx = gamma s (dy - dbeta / rows - s (x - mean) dgamma / rows),
 * which is factor[0] * dy + factor[1] * (x - mean) + factor[2]. */
static void find_factors(struct batch_task *task)
{
    const struct layer_pass *pass = task->pass;
    const size_t channels = task->channels;
    const float *variances = pass->statistics + channels;
    for (size_t i = 0; i < channels; i++) {
        double scale = (double)batchnorm_factor(1, variances[i]), factor = (double)pass->weights[i] * scale;
        double beta = total(task, 0, i), gamma = scale * total(task, 1, i);
        pass->weight_gradient[i] = (float)gamma;
        pass->weight_gradient[channels + i] = (float)beta;
        task->factors[i] = (float)factor;
        task->factors[channels + i] = (float)(-factor * scale * gamma / (double)task->rows);
        task->factors[2 * channels + i] = (float)(-factor * beta / (double)task->rows);
    }
}

static void make_input_gradient(void *context, size_t index, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t start = start_of(task, index);
    task->pass->kernels->combine_rows(rows_of(task, index), task->channels, task->factors, task->pass->statistics,
                                      task->pass->output_gradient + start, task->pass->input + start,
                                      task->pass->input_gradient + start);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    struct batch_task task = make_task(layer, pass);
    run(&task, sum_gradients);
    find_factors(&task);
    if (pass->input_gradient) run(&task, make_input_gradient);
    if (pass->sink)
        pass->sink->take(pass->sink->context, layer->weight_offset, layer->weight_count, pass->weight_gradient);
}

const struct layer_operations batchnorm_training = {
    .whole_batch = true,
    .forward = forward,
    .backward = backward,
    .scratch = scratch,
};

/* ---- Reading: output = input * factor + addend, which lie where gamma and beta do ---------------------------------
 */

static void forward_folded(const struct layer *layer, const struct layer_pass *pass)
{
    const struct value_range values = pass_values(layer, pass);
    pass->kernels->scale_rows(values.count / layer->output.channels, layer->output.channels, pass->weights, pass->bias,
                              pass->input + values.first, pass->output + values.first,
                              layer->activation == ACTIVATION_RELU);
}

/* For the gradient of the input alone: what is folded isn't trained. */
static void backward_folded(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->output.channels, count = pass->images * shape_size(layer->output);
    mask_relu(layer, pass);
    if (!pass->input_gradient) return;
    for (size_t i = 0; i < count; i++) pass->input_gradient[i] = pass->output_gradient[i] * pass->weights[i % channels];
}

const struct layer_operations batchnorm_reading = {
    .row_unit = single_rows, .forward = forward_folded, .backward = backward_folded};
