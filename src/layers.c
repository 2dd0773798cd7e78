/* Implements layers.h. Every pass is cut into tasks whose size depends on shapes alone, never on the number of threads:
 * that keeps results bit-identical. */
#include "layers.h"

#include <math.h>
#include <string.h>

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t blocks(size_t count, size_t block)
{
    return (count + block - 1) / block;
}

/* What a task needs to know of its pass. */
struct layer_task {
    const struct layer *layer;
    const struct layer_pass *pass;
};

static void run_tasks(const struct layer *layer, const struct layer_pass *pass, size_t count, parallel_task *run)
{
    struct layer_task task = {layer, pass};
    parallel_run(pass->parallel, count, run, &task);
}

/* ---- conv: implicit GEMM. Bands of output rows become patches[pixels][kernel row][kernel column][channel], which are
 * multiplied with the weights. Measured in passing: the copies cost 3 % of the products at 32 to 64 channels. --------
 */

enum {
    BAND_PIXELS = 192,         /* about as many output pixels in a band */
    GRADIENT_CHUNK_IMAGES = 8, /* images whose gradients are summed into one partial result */
};

/* A convolution with stride 1 over one image; the layer's own, or the one that is its gradient. */
struct convolution {
    struct shape input, output;
    size_t kernel_rows, kernel_columns, padding_above, padding_left;
};

static struct convolution forward_convolution(const struct layer *layer)
{
    return (struct convolution){
        .input = layer->input,
        .output = layer->output,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = layer->same ? (layer->kernel_rows - 1) / 2 : 0,
        .padding_left = layer->same ? (layer->kernel_columns - 1) / 2 : 0,
    };
}

/* The gradient of the input is the output's gradient, padded to the full overlap, convolved with the turned kernel. */
static struct convolution backward_convolution(const struct layer *layer)
{
    struct convolution forward = forward_convolution(layer);
    return (struct convolution){
        .input = layer->output,
        .output = layer->input,
        .kernel_rows = layer->kernel_rows,
        .kernel_columns = layer->kernel_columns,
        .padding_above = layer->kernel_rows - 1 - forward.padding_above,
        .padding_left = layer->kernel_columns - 1 - forward.padding_left,
    };
}

static size_t patch_size(const struct convolution *convolution)
{
    return convolution->kernel_rows * convolution->kernel_columns * convolution->input.channels;
}

static size_t band_rows(const struct convolution *convolution)
{
    return smaller(convolution->output.rows, blocks(BAND_PIXELS, convolution->output.columns));
}

static size_t band_size(const struct convolution *convolution)
{
    return band_rows(convolution) * convolution->output.columns * patch_size(convolution);
}

/* Copies the part of one kernel row that lies inside the image; the rest is padding, zero. */
static void gather_kernel_row(const struct convolution *convolution, const float *image, ptrdiff_t row,
                              ptrdiff_t first_column, float *to)
{
    const size_t channels = convolution->input.channels, width = convolution->kernel_columns;
    const ptrdiff_t columns = (ptrdiff_t)convolution->input.columns;
    if (row >= 0 && row < (ptrdiff_t)convolution->input.rows && first_column >= 0 &&
        first_column + (ptrdiff_t)width <= columns) {
        memcpy(to, image + ((size_t)row * (size_t)columns + (size_t)first_column) * channels,
               width * channels * sizeof *to);
        return;
    }
    memset(to, 0, width * channels * sizeof *to);
    if (row < 0 || row >= (ptrdiff_t)convolution->input.rows) return;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)width; i++) {
        ptrdiff_t column = first_column + i;
        if (column < 0 || column >= columns) continue;
        memcpy(to + (size_t)i * channels, image + ((size_t)row * (size_t)columns + (size_t)column) * channels,
               channels * sizeof *to);
    }
}

/* patches[rows * output columns][patch_size] of `rows` output rows from first_row on. */
static void gather_patches(const struct convolution *convolution, const float *image, size_t first_row, size_t rows,
                           float *patches)
{
    const size_t row_size = convolution->kernel_columns * convolution->input.channels;
    for (size_t row = first_row; row < first_row + rows; row++)
        for (size_t column = 0; column < convolution->output.columns; column++)
            for (size_t i = 0; i < convolution->kernel_rows; i++, patches += row_size)
                gather_kernel_row(convolution, image, (ptrdiff_t)(row + i) - (ptrdiff_t)convolution->padding_above,
                                  (ptrdiff_t)column - (ptrdiff_t)convolution->padding_left, patches);
}

/* output[rows][columns][output channels] of one image; weights are [patch_size][output channels]. */
static void convolve(const struct kernels *kernels, const struct convolution *convolution, const float *image,
                     const float *weights, float *patches, float *output)
{
    const size_t depth = patch_size(convolution), channels = convolution->output.channels;
    const size_t columns = convolution->output.columns, band = band_rows(convolution);
    for (size_t row = 0; row < convolution->output.rows; row += band) {
        size_t rows = smaller(band, convolution->output.rows - row);
        gather_patches(convolution, image, row, rows, patches);
        kernels->multiply(rows * columns, channels, depth, (struct matrix){patches, depth, 1},
                          (struct matrix){weights, channels, 1}, output + row * columns * channels, channels, 0);
    }
}

/* Scratch of a conv: the turned kernel, then partial gradients, then one band of patches per thread. */
static size_t turned_kernel_size(const struct layer *layer)
{
    return layer->weight_count;
}

/* Biases follow their weights in the parameter block, and here too. */
static size_t conv_gradient_size(const struct layer *layer)
{
    return layer->weight_count + layer->bias_count;
}

static size_t conv_partials(size_t batch)
{
    return blocks(batch, GRADIENT_CHUNK_IMAGES);
}

static size_t conv_band_size(const struct layer *layer)
{
    struct convolution forward = forward_convolution(layer), backward = backward_convolution(layer);
    size_t a = band_size(&forward), b = band_size(&backward);
    return a > b ? a : b;
}

static size_t conv_scratch(const struct layer *layer, size_t batch, int threads, bool training)
{
    size_t bands = (size_t)threads * conv_band_size(layer);
    return bands + (training ? turned_kernel_size(layer) + conv_partials(batch) * conv_gradient_size(layer) : 0);
}

static float *conv_band(const struct layer_task *task, int thread)
{
    return task->pass->scratch + (size_t)thread * conv_band_size(task->layer);
}

static float *conv_turned_kernel(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->scratch + (size_t)parallel_threads(pass->parallel) * conv_band_size(layer);
}

static float *conv_partial(const struct layer *layer, const struct layer_pass *pass, size_t chunk)
{
    return conv_turned_kernel(layer, pass) + turned_kernel_size(layer) + chunk * conv_gradient_size(layer);
}

static void conv_forward_image(void *context, size_t image, int thread)
{
    const struct layer_task *task = context;
    const struct layer *layer = task->layer;
    const struct layer_pass *pass = task->pass;
    struct convolution convolution = forward_convolution(layer);
    float *output = pass->output + image * shape_size(layer->output);
    convolve(pass->kernels, &convolution, pass->input + image * shape_size(layer->input),
             pass->parameters + layer->weight_offset, conv_band(task, thread), output);
    pass->kernels->add_bias(layer->output.rows * layer->output.columns, layer->output.channels,
                            pass->parameters + layer->bias_offset, output, layer->activation == ACTIVATION_RELU);
}

static void conv_forward(const struct layer *layer, const struct layer_pass *pass)
{
    run_tasks(layer, pass, pass->batch, conv_forward_image);
}

/* turned[row][column][output][input] = weights[rows - 1 - row][columns - 1 - column][input][output]. */
static void turn_kernel(const struct layer *layer, const float *weights, float *turned)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    const size_t places = layer->kernel_rows * layer->kernel_columns;
    for (size_t place = 0; place < places; place++) {
        const float *from = weights + (places - 1 - place) * inputs * outputs;
        for (size_t output = 0; output < outputs; output++)
            for (size_t input = 0; input < inputs; input++) *turned++ = from[input * outputs + output];
    }
}

static void conv_input_gradient_image(void *context, size_t image, int thread)
{
    const struct layer_task *task = context;
    const struct layer *layer = task->layer;
    const struct layer_pass *pass = task->pass;
    struct convolution convolution = backward_convolution(layer);
    convolve(pass->kernels, &convolution, pass->output_gradient + image * shape_size(layer->output),
             conv_turned_kernel(layer, pass), conv_band(task, thread),
             pass->input_gradient + image * shape_size(layer->input));
}

static void conv_gradient_chunk(void *context, size_t chunk, int thread)
{
    const struct layer_task *task = context;
    const struct layer *layer = task->layer;
    const struct layer_pass *pass = task->pass;
    struct convolution convolution = forward_convolution(layer);
    const size_t depth = patch_size(&convolution), channels = layer->output.channels;
    const size_t columns = layer->output.columns, band = band_rows(&convolution);
    float *patches = conv_band(task, thread), *partial = conv_partial(layer, pass, chunk);
    size_t first = chunk * GRADIENT_CHUNK_IMAGES, end = smaller(first + GRADIENT_CHUNK_IMAGES, pass->batch);
    memset(partial + layer->weight_count, 0, channels * sizeof *partial);
    for (size_t image = first; image < end; image++) {
        const float *gradient = pass->output_gradient + image * shape_size(layer->output);
        pass->kernels->sum_rows(layer->output.rows * columns, channels, gradient, partial + layer->weight_count);
        for (size_t row = 0; row < layer->output.rows; row += band) {
            size_t rows = smaller(band, layer->output.rows - row);
            gather_patches(&convolution, pass->input + image * shape_size(layer->input), row, rows, patches);
            pass->kernels->multiply(depth, channels, rows * columns, (struct matrix){patches, 1, depth},
                                    (struct matrix){gradient + row * columns * channels, channels, 1}, partial,
                                    channels, image > first || row > 0);
        }
    }
}

static void mask_relu_image(void *context, size_t image, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    size_t size = shape_size(task->layer->output);
    task->pass->kernels->relu_gradient(size, task->pass->output + image * size,
                                       task->pass->output_gradient + image * size);
}

/* Where a fused ReLU let nothing through, nothing comes back. */
static void mask_relu(const struct layer *layer, const struct layer_pass *pass)
{
    if (layer->activation == ACTIVATION_RELU) run_tasks(layer, pass, pass->batch, mask_relu_image);
}

static void conv_backward(const struct layer *layer, const struct layer_pass *pass)
{
    mask_relu(layer, pass);
    run_tasks(layer, pass, conv_partials(pass->batch), conv_gradient_chunk);
    float *gradient = pass->gradients + layer->weight_offset;
    memcpy(gradient, conv_partial(layer, pass, 0), conv_gradient_size(layer) * sizeof *gradient);
    for (size_t chunk = 1; chunk < conv_partials(pass->batch); chunk++)
        pass->kernels->add(conv_gradient_size(layer), conv_partial(layer, pass, chunk), gradient);
    if (!pass->input_gradient) return;
    turn_kernel(layer, pass->parameters + layer->weight_offset, conv_turned_kernel(layer, pass));
    run_tasks(layer, pass, pass->batch, conv_input_gradient_image);
}

/* ---- maxpool ------------------------------------------------------------------------------------------------- */

static void maxpool_forward_image(void *context, size_t image, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    const struct layer *layer = task->layer;
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    const float *input = task->pass->input + image * shape_size(layer->input);
    float *output = task->pass->output + image * shape_size(layer->output);
    for (size_t row = 0; row < layer->output.rows; row++)
        for (size_t column = 0; column < layer->output.columns; column++, output += channels) {
            const float *window = input + row * layer->pool * row_size + column * layer->pool * channels;
            memcpy(output, window, channels * sizeof *output);
            for (size_t i = 0; i < layer->pool; i++)
                for (size_t j = 0; j < layer->pool; j++) {
                    const float *values = window + i * row_size + j * channels;
                    for (size_t channel = 0; channel < channels; channel++)
                        output[channel] = values[channel] > output[channel] ? values[channel] : output[channel];
                }
        }
}

static void maxpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    run_tasks(layer, pass, pass->batch, maxpool_forward_image);
}

/* The first of equal maxima gets the gradient, which is taken away from output_gradient. */
static void maxpool_backward_window(const struct layer *layer, const float *restrict window,
                                    const float *restrict output, float *restrict output_gradient,
                                    float *restrict gradient)
{
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++) {
            size_t place = i * row_size + j * channels;
            for (size_t channel = 0; channel < channels; channel++) {
                float rest = output_gradient[channel];
                bool hit = window[place + channel] == output[channel];
                gradient[place + channel] = hit ? rest : 0;
                output_gradient[channel] = hit ? 0 : rest;
            }
        }
}

static void maxpool_backward_image(void *context, size_t image, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    const struct layer *layer = task->layer;
    const struct layer_pass *pass = task->pass;
    const size_t channels = layer->input.channels, size = shape_size(layer->input);
    const float *input = pass->input + image * size;
    float *gradient = pass->input_gradient + image * size;
    memset(gradient, 0, size * sizeof *gradient);
    for (size_t row = 0; row < layer->output.rows; row++)
        for (size_t column = 0; column < layer->output.columns; column++) {
            size_t from = (row * layer->input.columns + column) * layer->pool * channels;
            size_t to = image * shape_size(layer->output) + (row * layer->output.columns + column) * channels;
            maxpool_backward_window(layer, input + from, pass->output + to, pass->output_gradient + to,
                                    gradient + from);
        }
}

static void maxpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient) run_tasks(layer, pass, pass->batch, maxpool_backward_image);
}

/* ---- dropout, flatten, relu ------------------------------------------------------------------------------------ */

static void dropout_image(const struct layer_task *task, size_t image, const float *input, float *output)
{
    static const uint32_t image_step = 0x9E3779B9u; /* 2^32 / golden ratio: keys of neighbouring images lie apart */
    size_t size = shape_size(task->layer->output);
    uint32_t key = task->pass->dropout_key + (uint32_t)image * image_step;
    task->pass->kernels->dropout(size, task->layer->rate, key, input + image * size, output + image * size);
}

static void dropout_forward_image(void *context, size_t image, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    dropout_image(task, image, task->pass->input, task->pass->output);
}

static void dropout_backward_image(void *context, size_t image, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    dropout_image(task, image, task->pass->output_gradient, task->pass->input_gradient);
}

static void copy_forward(const struct layer *layer, const struct layer_pass *pass)
{
    memcpy(pass->output, pass->input, pass->batch * shape_size(layer->output) * sizeof *pass->output);
}

static void copy_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient) return;
    memcpy(pass->input_gradient, pass->output_gradient,
           pass->batch * shape_size(layer->output) * sizeof *pass->input_gradient);
}

static void dropout_forward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->training)
        run_tasks(layer, pass, pass->batch, dropout_forward_image);
    else
        copy_forward(layer, pass);
}

static void dropout_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient) run_tasks(layer, pass, pass->batch, dropout_backward_image);
}

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    pass->kernels->relu(pass->batch * shape_size(layer->output), pass->input, pass->output);
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient) return;
    copy_backward(layer, pass);
    pass->kernels->relu_gradient(pass->batch * shape_size(layer->output), pass->output, pass->input_gradient);
}

/* ---- dense: output[batch][outputs] = input[batch][inputs] * weights[inputs][outputs] + bias -----------------------
 */

enum {
    DENSE_OUTPUT_BLOCK = 64, /* outputs of one forward task */
    DENSE_INPUT_BLOCK = 512, /* inputs of one backward task */
};

static void dense_forward_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    const struct layer_pass *pass = task->pass;
    const size_t inputs = shape_size(task->layer->input), outputs = task->layer->output.channels;
    size_t first = block * DENSE_OUTPUT_BLOCK, count = smaller(DENSE_OUTPUT_BLOCK, outputs - first);
    pass->kernels->multiply(pass->batch, count, inputs, (struct matrix){pass->input, inputs, 1},
                            (struct matrix){pass->parameters + task->layer->weight_offset + first, outputs, 1},
                            pass->output + first, outputs, 0);
}

static void dense_forward(const struct layer *layer, const struct layer_pass *pass)
{
    run_tasks(layer, pass, blocks(layer->output.channels, DENSE_OUTPUT_BLOCK), dense_forward_block);
    pass->kernels->add_bias(pass->batch, layer->output.channels, pass->parameters + layer->bias_offset, pass->output,
                            layer->activation == ACTIVATION_RELU);
}

static void dense_backward_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct layer_task *task = context;
    const struct layer_pass *pass = task->pass;
    const struct layer *layer = task->layer;
    const size_t inputs = shape_size(layer->input), outputs = layer->output.channels;
    size_t first = block * DENSE_INPUT_BLOCK, count = smaller(DENSE_INPUT_BLOCK, inputs - first);
    pass->kernels->multiply(count, outputs, pass->batch, (struct matrix){pass->input + first, 1, inputs},
                            (struct matrix){pass->output_gradient, outputs, 1},
                            pass->gradients + layer->weight_offset + first * outputs, outputs, 0);
    if (!pass->input_gradient) return;
    const float *weights = pass->parameters + layer->weight_offset + first * outputs;
    pass->kernels->multiply(pass->batch, count, outputs, (struct matrix){pass->output_gradient, outputs, 1},
                            (struct matrix){weights, 1, outputs}, pass->input_gradient + first, inputs, 0);
}

static void dense_backward(const struct layer *layer, const struct layer_pass *pass)
{
    mask_relu(layer, pass);
    float *bias_gradient = pass->gradients + layer->bias_offset;
    memset(bias_gradient, 0, layer->bias_count * sizeof *bias_gradient);
    pass->kernels->sum_rows(pass->batch, layer->bias_count, pass->output_gradient, bias_gradient);
    run_tasks(layer, pass, blocks(shape_size(layer->input), DENSE_INPUT_BLOCK), dense_backward_block);
}

/* ---- The table ------------------------------------------------------------------------------------------------- */

const struct layer_operations layer_operations[] = {
    [LAYER_CONV] = {"conv", false, conv_forward, conv_backward, conv_scratch},
    [LAYER_MAXPOOL] = {"maxpool", false, maxpool_forward, maxpool_backward, NULL},
    [LAYER_DROPOUT] = {"dropout", true, dropout_forward, dropout_backward, NULL},
    [LAYER_FLATTEN] = {"flatten", true, copy_forward, copy_backward, NULL},
    [LAYER_DENSE] = {"dense", false, dense_forward, dense_backward, NULL},
    [LAYER_RELU] = {"relu", false, relu_forward, relu_backward, NULL},
    [LAYER_SOFTMAX] = {"softmax", true, copy_forward, copy_backward, NULL},
};

/* ---- Softmax and its loss -------------------------------------------------------------------------------------- */

static void softmax_row(size_t classes, float *values)
{
    float largest = values[0], sum = 0;
    for (size_t i = 1; i < classes; i++) largest = values[i] > largest ? values[i] : largest;
    for (size_t i = 0; i < classes; i++) sum += values[i] = expf(values[i] - largest);
    for (size_t i = 0; i < classes; i++) values[i] /= sum;
}

void softmax(size_t batch, size_t classes, float *values)
{
    for (size_t image = 0; image < batch; image++) softmax_row(classes, values + image * classes);
}

void cross_entropy(size_t batch, size_t classes, const float *probabilities, const uint8_t *labels, double *loss,
                   size_t *correct)
{
    static const float smallest = 1e-7f; /* as Keras clips, so that one certain mistake gives no infinite loss */
    for (size_t image = 0; image < batch; image++, probabilities += classes) {
        size_t best = 0;
        for (size_t i = 1; i < classes; i++)
            if (probabilities[i] > probabilities[best]) best = i;
        float probability = probabilities[labels[image]];
        *loss -= log(probability > smallest ? probability : smallest);
        *correct += best == labels[image];
    }
}

void cross_entropy_gradient(size_t batch, size_t classes, float *probabilities, const uint8_t *labels)
{
    for (size_t image = 0; image < batch; image++, probabilities += classes) {
        probabilities[labels[image]] -= 1;
        for (size_t i = 0; i < classes; i++) probabilities[i] /= (float)batch;
    }
}
