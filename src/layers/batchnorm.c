/* Batch normalisation (Ioffe & Szegedy 2015) of each channel over all images and pixels, as Keras has it. Training uses
 * the batch's statistics; reading uses moving averages, which fold_batchnorm.c has made a factor and an addend. Tasks
 * are cut by shapes alone and their sums added in order, so that results are bit-identical for any number of threads
 * and ranks. */
#include "batchnorm.h"

#include <math.h>
#include <string.h>

#include "layer.h"

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
    TASKS = 32,  /* of a batch, at most */
    MOMENTS = 3, /* of each channel and task: see sum_moments */
    SUMS = 2,    /* see sum_gradients */
    FACTORS = 3  /* of each channel: see find_factors */
};

/* Each chunk of the batch is cut into as many tasks, so that a task belongs to one rank. */
struct batch_task {
    const struct layer *layer;
    const struct layer_pass *pass;
    size_t channels, rows, chunk_rows, task_rows; /* rows of the batch, of one chunk, of one task */
    size_t tasks_of_chunk;
    struct portion own; /* tasks of this rank */
    float *factors;     /* [FACTORS][channels] */
};

static size_t scratch(const struct layer *layer, const struct kernels *kernels, size_t batch)
{
    (void)batch;
    (void)kernels;
    return (MOMENTS * TASKS + FACTORS) * layer->input.channels;
}

static struct batch_task make_task(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, pixels = layer->input.rows * layer->input.columns;
    const size_t chunks = share_chunk_count(&pass->share), chunk_rows = pass->share.chunk * pixels;
    const size_t tasks = TASKS / chunks; /* 1 at least: no batch has more chunks than TASKS */
    const struct portion own = share_chunks(&pass->share, share_own(&pass->share));
    return (struct batch_task){
        .layer = layer,
        .pass = pass,
        .channels = channels,
        .rows = pass->images * pixels,
        .chunk_rows = chunk_rows,
        .task_rows = (chunk_rows + tasks - 1) / tasks,
        .tasks_of_chunk = tasks,
        .own = {own.first * tasks, own.end * tasks},
        .factors = pass->scratch + MOMENTS * TASKS * channels,
    };
}

static size_t task_count(const struct batch_task *task)
{
    return share_chunk_count(&task->pass->share) * task->tasks_of_chunk;
}

/* The rows of a task, which may be none. */
static struct portion rows_of(const struct batch_task *task, size_t index)
{
    const size_t chunk = index / task->tasks_of_chunk, part = index % task->tasks_of_chunk;
    const size_t begin = chunk * task->chunk_rows, end = min_size(begin + task->chunk_rows, task->rows);
    return (struct portion){min_size(begin + part * task->task_rows, end),
                            min_size(begin + (part + 1) * task->task_rows, end)};
}

static size_t row_count(const struct batch_task *task, size_t index)
{
    const struct portion rows = rows_of(task, index);
    return rows.end - rows.first;
}

static size_t start_of(const struct batch_task *task, size_t index)
{
    return rows_of(task, index).first * task->channels;
}

/* [count][channels] of one task, zero. */
static float *clear_sums(struct batch_task *task, size_t count, size_t index)
{
    float *sums = task->pass->scratch + count * index * task->channels;
    return memset(sums, 0, count * task->channels * sizeof *sums);
}

/* Tasks have `count` sums of each channel each; this is one task's of one channel. */
static double sum_of(const struct batch_task *task, size_t count, size_t index, size_t sum, size_t channel)
{
    return (double)task->pass->scratch[(count * index + sum) * task->channels + channel];
}

static double total(const struct batch_task *task, size_t count, size_t sum, size_t channel)
{
    double result = 0;
    for (size_t index = 0; index < task_count(task); index++) result += sum_of(task, count, index, sum, channel);
    return result;
}

/* This rank's tasks. */
static void run(struct batch_task *task, parallel_task *part)
{
    parallel_run(task->pass->parallel, task->own.end - task->own.first, part, task);
}

/* All ranks' sums to all ranks. */
static void gather_sums(const struct batch_task *task, size_t count)
{
    const size_t size = task->tasks_of_chunk * count * task->channels * sizeof(float);
    share_gather_chunks(&task->pass->share, size, task->pass->scratch);
}

/* A value x0, and the sums of x - x0 and of its square, where x0 is the task's first row: a value near the mean, so
 * that little is lost when the square of one is taken off the other. */
static void sum_moments(void *context, size_t number, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t index = task->own.first + number, channels = task->channels, rows = row_count(task, index);
    const float *input = task->pass->input + start_of(task, index);
    float *sums = clear_sums(task, MOMENTS, index);
    if (rows == 0) return;
    memcpy(sums, input, channels * sizeof *sums);
    task->pass->kernels->sum_moments(rows, channels, sums, input, sums + channels, sums + 2 * channels);
}

/* The mean of a channel, and the sum of (x - mean)^2, which is that of (x - x0)^2 + 2 (x0 - mean)(x - x0) + (x0 -
 * mean)^2. */
static double find_moments(const struct batch_task *task, size_t channel, double *squares)
{
    double sum = 0, mean;
    for (size_t index = 0; index < task_count(task); index++)
        sum += (double)row_count(task, index) * sum_of(task, MOMENTS, index, 0, channel) +
               sum_of(task, MOMENTS, index, 1, channel);
    mean = sum / (double)task->rows;
    *squares = 0;
    for (size_t index = 0; index < task_count(task); index++) {
        const double apart = sum_of(task, MOMENTS, index, 0, channel) - mean; /* x0 - mean */
        *squares += sum_of(task, MOMENTS, index, 2, channel) +
                    apart * (2 * sum_of(task, MOMENTS, index, 1, channel) + (double)row_count(task, index) * apart);
    }
    return mean;
}

static void normalize(void *context, size_t number, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t index = task->own.first + number, start = start_of(task, index);
    task->pass->kernels->scale_rows(row_count(task, index), task->channels, task->factors,
                                    task->factors + task->channels, task->pass->input + start,
                                    task->pass->output + start, task->layer->activation == ACTIVATION_RELU);
}

static void forward(const struct layer *layer, const struct layer_pass *pass)
{
    struct batch_task task = make_task(layer, pass);
    const size_t channels = task.channels;
    float *means = pass->statistics, *variances = means + channels;
    run(&task, sum_moments);
    gather_sums(&task, MOMENTS);
    for (size_t i = 0; i < channels; i++) {
        double squares;
        means[i] = (float)find_moments(&task, i, &squares);
        variances[i] = (float)fmax(squares / (double)task.rows, 0);
        task.factors[i] = batchnorm_factor(pass->weights[i], variances[i]);
        task.factors[channels + i] = pass->bias[i] - means[i] * task.factors[i];
    }
    run(&task, normalize);
}

/* Sums of the output's gradient and of its product with x - mean. */
static void sum_gradients(void *context, size_t number, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t index = task->own.first + number, start = start_of(task, index);
    float *sums = clear_sums(task, SUMS, index);
    if (task->layer->activation == ACTIVATION_RELU)
        task->pass->kernels->relu_gradient(row_count(task, index) * task->channels, task->pass->output + start,
                                           task->pass->output_gradient + start);
    task->pass->kernels->sum_products(row_count(task, index), task->channels, task->pass->statistics,
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
        double beta = total(task, SUMS, 0, i), gamma = scale * total(task, SUMS, 1, i);
        pass->weight_gradient[i] = (float)gamma;
        pass->weight_gradient[channels + i] = (float)beta;
        task->factors[i] = (float)factor;
        task->factors[channels + i] = (float)(-factor * scale * gamma / (double)task->rows);
        task->factors[2 * channels + i] = (float)(-factor * beta / (double)task->rows);
    }
}

static void make_input_gradient(void *context, size_t number, int thread)
{
    (void)thread;
    struct batch_task *task = context;
    const size_t index = task->own.first + number, start = start_of(task, index);
    task->pass->kernels->combine_rows(row_count(task, index), task->channels, task->factors, task->pass->statistics,
                                      task->pass->output_gradient + start, task->pass->input + start,
                                      task->pass->input_gradient + start);
}

static void backward(const struct layer *layer, const struct layer_pass *pass)
{
    struct batch_task task = make_task(layer, pass);
    run(&task, sum_gradients);
    gather_sums(&task, SUMS);
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
