/* All ways of convolution, on odd and minimal shapes, against the definition in double precision: forward, the
 * gradient of the input and of the weights, with canaries past every output. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "layers/layers.h"
#include "layers/patches.h"
#include "test.h"

enum { IMAGES = 3, CANARIES = 64 };
static const float canary = 12345.0f;

struct case_shape {
    size_t rows, columns, inputs, outputs, kernel_rows, kernel_columns;
    bool same;
    size_t stride;
    bool depthwise;
};

/* Winograd takes 3x3 with enough channels and no stride; the rest goes the direct way. */
static const struct case_shape cases[] = {
    {3, 3, 4, 4, 3, 3, false, 1, false},     {4, 5, 4, 6, 3, 3, false, 1, false},
    {6, 6, 16, 16, 3, 3, false, 1, false},   {7, 9, 5, 33, 3, 3, false, 1, false},
    {10, 13, 17, 9, 3, 3, false, 1, false},  {1, 1, 4, 4, 3, 3, true, 1, false},
    {2, 6, 8, 8, 3, 3, true, 1, false},      {9, 5, 7, 70, 3, 3, true, 1, false},
    {26, 26, 32, 64, 3, 3, false, 1, false}, {5, 5, 1, 1, 3, 3, false, 1, false},
    {28, 28, 1, 32, 3, 3, false, 1, false},  {6, 7, 2, 3, 3, 3, true, 1, false},
    {5, 6, 3, 5, 5, 5, false, 1, false},     {4, 4, 2, 17, 4, 4, true, 1, false},
    {3, 8, 9, 65, 2, 5, true, 1, false},     {1, 1, 1, 2, 1, 1, false, 1, false},
    {7, 4, 6, 6, 7, 1, false, 1, false},     {40, 3, 1, 8, 3, 3, true, 1, false},
    {13, 12, 5, 6, 3, 3, false, 2, false},   {13, 12, 5, 6, 3, 3, true, 2, false},
    {14, 9, 16, 33, 5, 5, true, 3, false},   {9, 8, 4, 4, 1, 1, false, 2, false},
    {7, 7, 24, 40, 1, 1, false, 1, false},   {6, 5, 3, 2, 2, 4, true, 4, false},
    {3, 4, 2, 2, 3, 3, true, 31, false},     {12, 11, 16, 16, 5, 5, false, 1, false},
    {5, 6, 1, 1, 3, 3, true, 1, true},       {9, 10, 7, 7, 3, 3, false, 1, true},
    {8, 8, 16, 16, 5, 5, true, 2, true},     {11, 7, 37, 37, 4, 3, true, 3, true},
    {17, 9, 3, 20, 5, 5, true, 4, false},    {17, 25, 6, 6, 5, 5, true, 4, true},
    {16, 15, 40, 15, 3, 3, true, 2, false},  {9, 11, 2, 50, 2, 3, false, 3, false},
    {12, 9, 33, 33, 1, 1, false, 1, true},   {28, 28, 8, 8, 7, 7, false, 2, true},
};
enum { CASE_COUNT = sizeof cases / sizeof *cases };

static struct layer make_layer(const struct case_shape *shape)
{
    struct layer layer = {
        .kind = shape->depthwise ? LAYER_DEPTHWISE : LAYER_CONV,
        .stride = shape->stride,
        .activation = ACTIVATION_RELU,
        .input = {shape->rows, shape->columns, shape->inputs},
        .output = {shape->rows, shape->columns, shape->outputs},
        .kernel_rows = shape->kernel_rows,
        .kernel_columns = shape->kernel_columns,
        .same = shape->same,
    };
    if (!shape->same) {
        layer.output.rows -= shape->kernel_rows - 1;
        layer.output.columns -= shape->kernel_columns - 1;
    }
    layer.output.rows = (layer.output.rows + layer.stride - 1) / layer.stride;
    layer.output.columns = (layer.output.columns + layer.stride - 1) / layer.stride;
    layer.weight_count = shape->kernel_rows * shape->kernel_columns * shape->outputs;
    if (!shape->depthwise) layer.weight_count *= shape->inputs;
    layer.bias_offset = layer.weight_count;
    layer.bias_count = shape->outputs;
    return layer;
}

/* `count` random floats, aligned, and canaries behind. */
static float *guarded(size_t count, struct random *random)
{
    float *values = allocate_floats(count + CANARIES);
    for (size_t i = 0; i < count; i++) values[i] = random ? 2 * random_uniform(random) - 1 : 0;
    for (size_t i = count; i < count + CANARIES; i++) values[i] = canary;
    return values;
}

static bool intact(const float *values, size_t count)
{
    for (size_t i = count; i < count + CANARIES; i++)
        if (values[i] != canary) return false;
    return true;
}

/* Calls visit for every product of the convolution: indices of an input, a weight and an output. */
static void for_each_product(const struct layer *layer, void (*visit)(void *, size_t, size_t, size_t), void *context)
{
    const ptrdiff_t above =
        (ptrdiff_t)convolution_padding(layer, layer->input.rows, layer->output.rows, layer->kernel_rows);
    const ptrdiff_t left =
        (ptrdiff_t)convolution_padding(layer, layer->input.columns, layer->output.columns, layer->kernel_columns);
    const size_t inputs = layer->input.channels, outputs = layer->output.channels;
    for (size_t image = 0; image < IMAGES; image++)
        for (size_t pixel = 0; pixel < layer->output.rows * layer->output.columns; pixel++)
            for (size_t place = 0; place < layer->kernel_rows * layer->kernel_columns; place++) {
                const size_t down = pixel / layer->output.columns * layer->stride + place / layer->kernel_columns;
                const size_t right = pixel % layer->output.columns * layer->stride + place % layer->kernel_columns;
                const ptrdiff_t row = (ptrdiff_t)down - above, column = (ptrdiff_t)right - left;
                if (row < 0 || column < 0 || row >= (ptrdiff_t)layer->input.rows ||
                    column >= (ptrdiff_t)layer->input.columns)
                    continue;
                size_t from =
                    ((image * layer->input.rows + (size_t)row) * layer->input.columns + (size_t)column) * inputs;
                size_t to = (image * layer->output.rows * layer->output.columns + pixel) * outputs;
                for (size_t i = 0; i < inputs && layer->kind == LAYER_DEPTHWISE; i++)
                    visit(context, from + i, place * inputs + i, to + i);
                for (size_t i = 0; i < inputs && layer->kind == LAYER_CONV; i++)
                    for (size_t j = 0; j < outputs; j++)
                        visit(context, from + i, (place * inputs + i) * outputs + j, to + j);
            }
}

struct sums {
    const float *input, *weights, *output_gradient; /* the last already masked by the ReLU */
    double *output, *input_gradient, *weight_gradient;
};

static void add_forward(void *context, size_t input, size_t weight, size_t output)
{
    struct sums *sums = context;
    sums->output[output] += (double)sums->input[input] * (double)sums->weights[weight];
}

static void add_backward(void *context, size_t input, size_t weight, size_t output)
{
    struct sums *sums = context;
    sums->input_gradient[input] += (double)sums->weights[weight] * (double)sums->output_gradient[output];
    sums->weight_gradient[weight] += (double)sums->input[input] * (double)sums->output_gradient[output];
}

/* The largest deviation relative to the largest expected value. */
static double deviation(const float *actual, const double *expected, size_t count)
{
    double worst = 0, largest = 1e-3;
    for (size_t i = 0; i < count; i++) {
        worst = fmax(worst, fabs((double)actual[i] - expected[i]));
        largest = fmax(largest, fabs(expected[i]));
    }
    return worst / largest;
}

/* The largest of every 2x2 pixels of images[IMAGES][rows][columns][channels]. */
static void pool(struct shape shape, const float *images, float *pooled)
{
    for (size_t image = 0; image < IMAGES; image++, images += shape_size(shape))
        for (size_t row = 0; row + 1 < shape.rows; row += 2)
            for (size_t column = 0; column + 1 < shape.columns; column += 2)
                for (size_t channel = 0; channel < shape.channels; channel++) {
                    const float *upper = images + (row * shape.columns + column) * shape.channels + channel;
                    const float *lower = upper + shape.columns * shape.channels;
                    *pooled++ = fmaxf(fmaxf(upper[0], upper[shape.channels]), fmaxf(lower[0], lower[shape.channels]));
                }
}

/* After forward: with the max-pool in it, it gives the very same bytes. */
static bool pools_the_same(const struct layer *layer, struct layer_pass pass)
{
    const struct layer_operations *operations = layer_operations(layer);
    const size_t count = IMAGES * (layer->output.rows / 2) * (layer->output.columns / 2) * layer->output.channels;
    if (!operations->forward_pooled || count == 0) return true;
    float *expected = guarded(count, NULL), *actual = guarded(count, NULL);
    pool(layer->output, pass.output, expected);
    pass.output = actual;
    operations->forward_pooled(layer, &pass);
    bool same = memcmp(actual, expected, (count + CANARIES) * sizeof *actual) == 0;
    free(expected);
    free(actual);
    return same;
}

static void check_case(const struct case_shape *shape, struct random *random)
{
    static const double tolerance = 2e-5;
    const struct kernels *kernels = kernels_current();
    const struct layer layer = make_layer(shape);
    const struct layer_operations *operations = layer_operations(&layer);
    const size_t inputs = IMAGES * shape_size(layer.input), outputs = IMAGES * shape_size(layer.output);
    const size_t parameters = layer.weight_count + layer.bias_count;
    const size_t packed_size = operations->packed_size(&layer, kernels);
    const size_t scratch_size = operations->scratch(&layer, kernels, 1);
    const size_t partial_size = operations->partial_gradient(&layer, kernels);
    float *input = guarded(inputs, random), *weights = guarded(parameters, random), *output = guarded(outputs, NULL);
    float *output_gradient = guarded(outputs, random), *input_gradient = guarded(inputs, random);
    float *packed = guarded(packed_size, NULL), *packed_backward = guarded(packed_size, NULL);
    float *scratch = guarded(scratch_size, NULL), *partial = guarded(partial_size, random);
    float *gradient = guarded(parameters, random);
    double *expected = calloc(2 * inputs + outputs + parameters, sizeof *expected);
    struct sums sums = {input, weights, output_gradient, expected, expected + outputs, expected + outputs + inputs};
    struct layer_pass pass = {
        .kernels = kernels,
        .images = IMAGES,
        .weights = weights,
        .bias = weights + layer.bias_offset,
        .packed = packed,
        .packed_backward = packed_backward,
        .input = input,
        .output = output,
        .output_gradient = output_gradient,
        .input_gradient = input_gradient,
        .weight_gradient = partial,
        .is_first_group = true,
        .scratch = scratch,
    };
    for (size_t part = 0; part < PACKED_PARTS; part++) {
        if (operations->pack) operations->pack(&layer, kernels, part, weights, packed);
        operations->pack_backward(&layer, kernels, part, weights, packed_backward);
    }
    operations->forward(&layer, &pass);
    for_each_product(&layer, add_forward, &sums);
    for (size_t i = 0; i < outputs; i++)
        sums.output[i] = fmax(0, sums.output[i] + (double)weights[layer.bias_offset + i % layer.output.channels]);
    double forward_error = deviation(output, sums.output, outputs);
    bool pools = pools_the_same(&layer, pass);
    operations->backward(&layer, &pass);
    pass.is_first_group = false; /* once more, which gives the double of the weights' gradient */
    operations->backward(&layer, &pass);
    operations->finish_gradient(&layer, kernels, partial, gradient);
    for_each_product(&layer, add_backward, &sums);
    for (size_t i = 0; i < outputs; i++)
        sums.weight_gradient[layer.weight_count + i % layer.output.channels] += (double)output_gradient[i];
    for (size_t i = 0; i < parameters; i++) sums.weight_gradient[i] *= 2;
    double input_error = deviation(input_gradient, sums.input_gradient, inputs);
    double weight_error = deviation(gradient, sums.weight_gradient, parameters);
    bool alive = intact(output, outputs) && intact(input_gradient, inputs) && intact(packed, packed_size) &&
                 intact(packed_backward, packed_size) && intact(scratch, scratch_size) &&
                 intact(partial, partial_size) && intact(gradient, parameters);
    test_check(
        forward_error < tolerance && input_error < tolerance && weight_error < tolerance && alive && pools, __FILE__,
        __LINE__,
        "%zux%zux%zu to %zu, kernel %zux%zu%s stride %zu: forward %g, input %g, weights %g, canaries %s, pooled %s",
        shape->rows, shape->columns, shape->inputs, shape->outputs, shape->kernel_rows, shape->kernel_columns,
        shape->same ? " same" : "", layer.stride, forward_error, input_error, weight_error, alive ? "alive" : "dead",
        pools ? "the same" : "otherwise");
    float *all[] = {input,  weights,         output,  output_gradient, input_gradient,
                    packed, packed_backward, scratch, partial,         gradient};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
    free(expected);
}

TEST(convolution_matches_the_definition_forward_and_backward)
{
    struct random random = random_stream(4, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < CASE_COUNT; i++) check_case(&cases[i], &random);
}

TEST(convolution_goes_both_ways)
{
    size_t winograd = 0;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        struct layer layer = make_layer(&cases[i]);
        winograd += winograd_fits(&layer);
    }
    CHECK(winograd >= 5 && winograd <= CASE_COUNT - 5);
}
