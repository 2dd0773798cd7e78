/* Implements layers.h, all but the convolutions. Whole-batch passes are cut into tasks whose size depends on shapes
 * alone, never on the number of threads: that keeps results bit-identical. */
#include "layers.h"

#include <math.h>
#include <string.h>

/* ---- maxpool: the first of equal maxima gets the gradient -------------------------------------------------------- */

static void maxpool_window(const struct layer *layer, const struct kernels *kernels, const float *window, float *output)
{
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    memcpy(output, window, channels * sizeof *output);
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++)
            if (i + j > 0) kernels->maximum(channels, window + i * row_size + j * channels, output);
}

static void maxpool_window_backward(const struct layer *layer, const struct kernels *kernels, const float *window,
                                    const float *output, float *output_gradient, float *gradient)
{
    const size_t channels = layer->input.channels, row_size = layer->input.columns * channels;
    for (size_t i = 0; i < layer->pool; i++)
        for (size_t j = 0; j < layer->pool; j++) {
            size_t place = i * row_size + j * channels;
            kernels->maximum_gradient(channels, window + place, output, output_gradient, gradient + place);
        }
}

/* The place of a window's corner in the input. */
static size_t window_start(const struct layer *layer, size_t image, size_t row, size_t column)
{
    return image * shape_size(layer->input) +
           (row * layer->input.columns + column) * layer->pool * layer->input.channels;
}

static void maxpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    float *output = pass->output;
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = 0; row < layer->output.rows; row++)
            for (size_t column = 0; column < layer->output.columns; column++, output += layer->output.channels)
                maxpool_window(layer, pass->kernels, pass->input + window_start(layer, image, row, column), output);
}

static void maxpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (!pass->input_gradient) return;
    const size_t channels = layer->output.channels;
    bool covered = layer->input.rows % layer->pool == 0 && layer->input.columns % layer->pool == 0;
    if (!covered) memset(pass->input_gradient, 0, pass->images * shape_size(layer->input) * sizeof(float));
    size_t place = 0;
    for (size_t image = 0; image < pass->images; image++)
        for (size_t row = 0; row < layer->output.rows; row++)
            for (size_t column = 0; column < layer->output.columns; column++, place += channels) {
                size_t start = window_start(layer, image, row, column);
                maxpool_window_backward(layer, pass->kernels, pass->input + start, pass->output + place,
                                        pass->output_gradient + place, pass->input_gradient + start);
            }
}

/* ---- globalpool: output[channels] = the mean of input[pixels][channels] ------------------------------------------ */

static void globalpool_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, pixels = layer->input.rows * layer->input.columns;
    memset(pass->output, 0, pass->images * channels * sizeof(float));
    for (size_t image = 0; image < pass->images; image++)
        pass->kernels->sum_rows(pixels, channels, pass->input + image * pixels * channels,
                                pass->output + image * channels);
    pass->kernels->scale(pass->images * channels, 1 / (float)pixels, pass->output);
}

static void globalpool_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t channels = layer->input.channels, pixels = layer->input.rows * layer->input.columns;
    float *gradient = pass->input_gradient;
    if (!gradient) return;
    pass->kernels->scale(pass->images * channels, 1 / (float)pixels, pass->output_gradient);
    for (size_t image = 0; image < pass->images; image++)
        for (size_t pixel = 0; pixel < pixels; pixel++, gradient += channels)
            memcpy(gradient, pass->output_gradient + image * channels, channels * sizeof *gradient);
}

/* ---- dropout, relu ------------------------------------------------------------------------------------------------
 */

static void dropout(const struct layer *layer, const struct layer_pass *pass, const float *input, float *output)
{
    static const uint32_t image_step = 0x9E3779B9u; /* 2^32 / golden ratio: keys of neighbouring images lie apart */
    size_t size = shape_size(layer->output);
    for (size_t i = 0; i < pass->images; i++) {
        uint32_t key = pass->dropout_key + (uint32_t)(pass->first_image + i) * image_step;
        pass->kernels->dropout(size, layer->rate, key, input + i * size, output + i * size);
    }
}

static void dropout_forward(const struct layer *layer, const struct layer_pass *pass)
{
    dropout(layer, pass, pass->input, pass->output);
}

static void dropout_backward(const struct layer *layer, const struct layer_pass *pass)
{
    if (pass->input_gradient) dropout(layer, pass, pass->output_gradient, pass->input_gradient);
}

static void relu_forward(const struct layer *layer, const struct layer_pass *pass)
{
    pass->kernels->relu(pass->images * shape_size(layer->output), pass->input, pass->output);
}

static void relu_backward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t count = pass->images * shape_size(layer->output);
    if (!pass->input_gradient) return;
    memcpy(pass->input_gradient, pass->output_gradient, count * sizeof(float));
    pass->kernels->relu_gradient(count, pass->output, pass->input_gradient);
}

/* ---- dense: output[images][outputs] = input[images][inputs] * weights[inputs][outputs] + bias -------------------- */

enum {
    DENSE_OUTPUT_BLOCK = 64, /* outputs of one forward task: whole panels */
    DENSE_INPUT_BLOCK = 96,  /* inputs of one backward task, whose weights and gradient stay in a cache */
    DENSE_DEPTH_BLOCK = 256, /* inputs that a panel has in the L1 cache at a time */
};

struct dense_task {
    const struct layer *layer;
    const struct layer_pass *pass;
};

static void run_dense(const struct layer *layer, const struct layer_pass *pass, size_t size, size_t block,
                      parallel_task *run)
{
    struct dense_task task = {layer, pass};
    parallel_run(pass->parallel, (size + block - 1) / block, run, &task);
}

/* Derived: the weights in panels, where these are full. */
static size_t dense_derived_size(const struct layer *layer, const struct kernels *kernels)
{
    return layer->output.channels % kernels->panel_columns ? 0 : layer->weight_count;
}

static void dense_derive(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                         float *derived)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = kernels->panel_columns;
    for (size_t first = part * width; first < outputs; first += DERIVED_PARTS * width)
        kernels->pack(inputs, width, (struct matrix){weights + first, outputs, 1}, derived + first * inputs);
}

static void dense_forward_panels(const struct layer *layer, const struct layer_pass *pass, size_t first, size_t count)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels, width = pass->kernels->panel_columns;
    for (size_t input = 0; input < inputs; input += DENSE_DEPTH_BLOCK)
        pass->kernels->multiply_panels(
            pass->images, count, min_size(DENSE_DEPTH_BLOCK, inputs - input),
            (struct matrix){pass->input + input, inputs, 1},
            (struct panels){pass->derived + first * inputs + input * width, width, inputs * width},
            pass->output + first, outputs, input > 0);
}

static void dense_forward_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct dense_task *task = context;
    const struct layer_pass *pass = task->pass;
    const size_t inputs = task->layer->input.channels, outputs = task->layer->output.channels;
    size_t first = block * DENSE_OUTPUT_BLOCK, rest = outputs - first;
    size_t count = min_size(DENSE_OUTPUT_BLOCK, rest);
    if (pass->derived)
        dense_forward_panels(task->layer, pass, first, count);
    else
        pass->kernels->multiply(pass->images, count, inputs, (struct matrix){pass->input, inputs, 1},
                                (struct matrix){pass->weights + first, outputs, 1}, pass->output + first, outputs, 0);
}

static void dense_forward(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    if (pass->images == 1) /* bound by reading the weights: in one piece, in order */
        pass->kernels->multiply(1, outputs, inputs, (struct matrix){pass->input, inputs, 1},
                                (struct matrix){pass->weights, outputs, 1}, pass->output, outputs, 0);
    else
        run_dense(layer, pass, outputs, DENSE_OUTPUT_BLOCK, dense_forward_block);
    pass->kernels->add_bias(pass->images, outputs, pass->bias, pass->output, layer->activation == ACTIVATION_RELU);
}

/* Room for the gradient of one backward task. */
static size_t dense_scratch(const struct layer *layer, const struct kernels *kernels)
{
    (void)kernels;
    return min_size(DENSE_INPUT_BLOCK, layer->input.channels) * layer->output.channels;
}

static void dense_backward_block(void *context, size_t block, int thread)
{
    const struct dense_task *task = context;
    const struct layer_pass *pass = task->pass;
    const size_t inputs = task->layer->input.channels, outputs = task->layer->output.channels;
    size_t first = block * DENSE_INPUT_BLOCK, rest = inputs - first;
    size_t count = min_size(DENSE_INPUT_BLOCK, rest);
    float *gradient =
        pass->sink ? pass->scratch + (size_t)thread * pass->scratch_stride : pass->weight_gradient + first * outputs;
    pass->kernels->multiply(count, outputs, pass->images, (struct matrix){pass->input + first, 1, inputs},
                            (struct matrix){pass->output_gradient, outputs, 1}, gradient, outputs, 0);
    if (pass->input_gradient)
        pass->kernels->multiply(pass->images, count, outputs, (struct matrix){pass->output_gradient, outputs, 1},
                                (struct matrix){pass->weights + first * outputs, 1, outputs},
                                pass->input_gradient + first, inputs, 0);
    if (pass->sink)
        pass->sink->take(pass->sink->context, task->layer->weight_offset + first * outputs, count * outputs, gradient);
}

static void dense_backward(const struct layer *layer, const struct layer_pass *pass)
{
    float *bias_gradient = pass->weight_gradient + layer->weight_count;
    mask_relu(layer, pass);
    memset(bias_gradient, 0, layer->bias_count * sizeof *bias_gradient);
    pass->kernels->sum_rows(pass->images, layer->bias_count, pass->output_gradient, bias_gradient);
    run_dense(layer, pass, layer->input.channels, DENSE_INPUT_BLOCK, dense_backward_block);
}

/* ---- The table ------------------------------------------------------------------------------------------------- */

const char *const layer_names[LAYER_KIND_COUNT] = {
    [LAYER_CONV] = "conv",           [LAYER_MAXPOOL] = "maxpool",       [LAYER_DROPOUT] = "dropout",
    [LAYER_FLATTEN] = "flatten",     [LAYER_DENSE] = "dense",           [LAYER_BATCHNORM] = "batchnorm",
    [LAYER_DEPTHWISE] = "depthwise", [LAYER_GLOBALPOOL] = "globalpool", [LAYER_RELU] = "relu",
    [LAYER_SOFTMAX] = "softmax",
};

const struct layer_operations *layer_operations(const struct layer *layer)
{
    static const struct layer_operations table[LAYER_KIND_COUNT] = {
        [LAYER_MAXPOOL] = {.forward = maxpool_forward, .backward = maxpool_backward},
        [LAYER_DROPOUT] = {.training_only = true, .forward = dropout_forward, .backward = dropout_backward},
        [LAYER_DENSE] = {.whole_batch = true,
                         .forward = dense_forward,
                         .backward = dense_backward,
                         .scratch = dense_scratch,
                         .derived_for_reading = true,
                         .derived_size = dense_derived_size,
                         .derive = dense_derive},
        [LAYER_GLOBALPOOL] = {.forward = globalpool_forward, .backward = globalpool_backward},
        [LAYER_RELU] = {.forward = relu_forward, .backward = relu_backward},
    };
    static const struct layer_operations nothing = {.forward = NULL};
    if (layer->kind == LAYER_BATCHNORM)
        return layer->statistics == STATISTICS_OF_BATCH ? &batchnorm_training
               : layer->statistics == STATISTICS_SCALED ? &batchnorm_reading
                                                        : &nothing;
    if (layer->kind == LAYER_DEPTHWISE) return &convolution_depthwise;
    if (layer->kind != LAYER_CONV) return &table[layer->kind];
    return winograd_fits(layer) ? &convolution_winograd : &convolution_direct;
}

bool layer_takes_pool(const struct layer *layer, const struct layer *next)
{
    return layer_operations(layer)->forward_pooled && next->kind == LAYER_MAXPOOL && next->pool == WINOGRAD_POOL;
}

/* ---- Softmax and its loss -------------------------------------------------------------------------------------- */

static void softmax_row(size_t classes, float *values)
{
    float largest = values[0], sum = 0;
    for (size_t i = 1; i < classes; i++) largest = values[i] > largest ? values[i] : largest;
    for (size_t i = 0; i < classes; i++) sum += values[i] = expf(values[i] - largest);
    for (size_t i = 0; i < classes; i++) values[i] /= sum;
}

void softmax(size_t images, size_t classes, float *values)
{
    for (size_t image = 0; image < images; image++) softmax_row(classes, values + image * classes);
}

size_t most_probable(size_t classes, const float *probabilities)
{
    size_t best = 0;
    for (size_t i = 1; i < classes; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}

void cross_entropy(size_t images, size_t classes, const float *probabilities, const uint8_t *labels, double *loss,
                   size_t *correct)
{
    static const float smallest = 1e-7f; /* as Keras clips, so that one certain mistake gives no infinite loss */
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        if (labels[image] >= classes) continue;
        float probability = probabilities[labels[image]];
        *loss -= log(probability < smallest ? smallest : probability); /* a NaN stays one */
        *correct += most_probable(classes, probabilities) == labels[image];
    }
}

void cross_entropy_gradient(size_t images, size_t classes, float *probabilities, const struct targets *targets)
{
    const float share = targets->taught ? targets->teacher_share : 0, by_label = 1 - share;
    const float everywhere = by_label * targets->label_smoothing / (float)classes;
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        const bool known = targets->labels[image] < classes;
        if (known) probabilities[targets->labels[image]] -= by_label * (1 - targets->label_smoothing);
        const float target = known ? everywhere : by_label / (float)classes;
        const float *taught = targets->taught ? targets->taught + image * classes : NULL;
        for (size_t i = 0; i < classes; i++)
            probabilities[i] = (probabilities[i] - target - (taught ? share * taught[i] : 0)) / (float)images;
    }
}
