/* The table of kernels in use against plain double-precision loops, on odd and minimal sizes, with canaries past every
 * output. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/random.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "test.h"

static const float canary = 12345.0f;
enum { CANARIES = 32 };

static struct random generator;

static float *random_floats(size_t count)
{
    float *values = malloc((count + CANARIES) * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = 2 * random_uniform(&generator) - 1;
    for (size_t i = count; i < count + CANARIES; i++) values[i] = canary;
    return values;
}

static bool canaries_alive(const float *values, size_t count)
{
    for (size_t i = count; i < count + CANARIES; i++)
        if (values[i] != canary) return false;
    return true;
}

static double product_element(size_t row, size_t column, size_t depth, struct matrix a, struct matrix b)
{
    double sum = 0;
    for (size_t k = 0; k < depth; k++)
        sum += (double)a.values[row * a.row_stride + k * a.column_stride] *
               (double)b.values[k * b.row_stride + column * b.column_stride];
    return sum;
}

static void check_product(size_t rows, size_t columns, size_t depth, bool transpose_a, bool transpose_b,
                          bool accumulate)
{
    size_t c_stride = columns + 3;
    float *a_values = random_floats(rows * depth), *b_values = random_floats(depth * columns);
    float *c = random_floats(rows * c_stride), *before = malloc(rows * c_stride * sizeof *c);
    struct matrix a = transpose_a ? (struct matrix){a_values, 1, rows} : (struct matrix){a_values, depth, 1};
    struct matrix b = transpose_b ? (struct matrix){b_values, 1, depth} : (struct matrix){b_values, columns, 1};
    memcpy(before, c, rows * c_stride * sizeof *c);
    kernels_current()->multiply(rows, columns, depth, a, b, c, c_stride, accumulate);
    for (size_t row = 0; row < rows; row++)
        for (size_t column = 0; column < c_stride; column++) {
            size_t i = row * c_stride + column;
            double expected = (double)before[i];
            if (column < columns)
                expected = product_element(row, column, depth, a, b) + (accumulate ? (double)before[i] : 0);
            double tolerance = column < columns ? 1e-6 * (double)(depth + 4) : 0;
            test_check(fabs((double)c[i] - expected) <= tolerance, __FILE__, __LINE__,
                       "%zux%zux%zu transposed %d %d: element %zu,%zu is %g, expected %g", rows, columns, depth,
                       transpose_a, transpose_b, row, column, (double)c[i], expected);
        }
    CHECK(canaries_alive(c, rows * c_stride));
    free(a_values);
    free(b_values);
    free(c);
    free(before);
}

TEST(kernels_multiply_matches_the_definition)
{
    static const size_t sizes[] = {1, 2, 3, 5, 6, 7, 8, 10, 15, 16, 17, 31, 33, 64, 65, 130};
    enum { SIZE_COUNT = sizeof sizes / sizeof *sizes };
    generator = random_stream(1, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < SIZE_COUNT; i++)
        for (size_t j = 0; j < SIZE_COUNT; j++) {
            size_t depth = sizes[(i * 7 + j * 3) % SIZE_COUNT];
            check_product(sizes[i], sizes[j], depth, (i + j) % 2, i % 3 == 0, j % 3 == 1);
        }
    check_product(9, 70, 600, false, false, false); /* several blocks of depth */
    check_product(9, 70, 600, true, true, true);
}

/* Of panels, with a transposed a: the bytes of the plain product. */
TEST(kernels_multiply_transposed_gives_the_plain_product)
{
    static const struct {
        size_t rows, vectors, depth;
    } cases[] = {{1, 1, 1}, {7, 3, 5}, {97, 4, 33}, {200, 5, 300}, {128, 9, 600}};
    const struct kernels *kernels = kernels_current();
    generator = random_stream(2, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const size_t rows = cases[i].rows, depth = cases[i].depth, columns = cases[i].vectors * kernels->vector_floats,
                     width = kernels->panel_columns, panels = (columns + width - 1) / width;
        float *a = random_floats(rows * depth), *b = random_floats(depth * columns);
        float *packed = allocate_floats(panels * width * depth);
        float *c = random_floats(rows * columns), *expected = random_floats(rows * columns);
        const struct matrix transposed = {a, 1, rows}, plain = {b, columns, 1};
        kernels->pack(depth, columns, plain, packed);
        kernels->multiply_transposed(rows, columns, depth, transposed, (struct panels){packed, width, depth * width}, c,
                                     columns);
        kernels->multiply(rows, columns, depth, transposed, plain, expected, columns, 0);
        CHECK(memcmp(c, expected, rows * columns * sizeof *c) == 0);
        CHECK(canaries_alive(c, rows * columns));
        free(a), free(b), free(packed), free(c), free(expected);
    }
}

/* The first of equal values gets a window's gradient. */
TEST(kernels_pool_gradient_goes_to_the_first_largest)
{
    enum { WINDOWS = 3, PLACES = 4 };
    generator = random_stream(3, RANDOM_WEIGHTS, 0, 0);
    for (size_t channels = 1; channels < 40; channels += 3) {
        const size_t row = (2 * WINDOWS + 1) * channels, count = 2 * row;
        float *values = random_floats(count), *gradient = random_floats(count);
        float *largest = random_floats(WINDOWS * channels), *output_gradient = random_floats(WINDOWS * channels);
        for (size_t i = 0; i < count; i++) values[i] = floorf(3 * values[i]); /* many are equal */
        for (size_t i = 0; i < WINDOWS * channels; i++) {
            const size_t corner = i / channels * 2 * channels + i % channels;
            largest[i] = fmaxf(fmaxf(values[corner], values[corner + channels]),
                               fmaxf(values[corner + row], values[corner + row + channels]));
        }
        kernels_current()->pool_gradient(WINDOWS, channels, values, largest, output_gradient, gradient, row);
        for (size_t i = 0; i < WINDOWS * channels; i++) {
            bool given = false;
            for (size_t place = 0; place < PLACES; place++) {
                const size_t at = i / channels * 2 * channels + i % channels + place / 2 * row + place % 2 * channels;
                const bool gets = !given && values[at] == largest[i];
                CHECK_NEAR((double)gradient[at], gets ? (double)output_gradient[i] : 0, 0);
                given = given || gets;
            }
        }
        CHECK(canaries_alive(gradient, count));
        free(values), free(gradient), free(largest), free(output_gradient);
    }
}

TEST(kernels_add_bias_and_sum_rows)
{
    const struct kernels *kernels = kernels_current();
    for (size_t channels = 1; channels < 40; channels += 6) {
        const size_t rows = 5;
        float *bias = random_floats(channels), *values = random_floats(rows * channels),
              *sums = random_floats(channels);
        float *before = malloc(rows * channels * sizeof *before), *sums_before = malloc(channels * sizeof *before);
        memcpy(before, values, rows * channels * sizeof *before);
        memcpy(sums_before, sums, channels * sizeof *before);
        kernels->sum_rows(rows, channels, values, sums);
        for (size_t i = 0; i < channels; i++) {
            double expected = (double)sums_before[i];
            for (size_t row = 0; row < rows; row++) expected += (double)before[row * channels + i];
            CHECK_NEAR((double)sums[i], expected, 1e-5);
        }
        kernels->add_bias(rows, channels, bias, values, true);
        for (size_t i = 0; i < rows * channels; i++)
            CHECK_NEAR((double)values[i], fmax(0, (double)(before[i] + bias[i % channels])), 0);
        CHECK(canaries_alive(values, rows * channels) && canaries_alive(sums, channels));
        free(bias), free(values), free(sums), free(before), free(sums_before);
    }
}

TEST(kernels_relu_and_its_gradient)
{
    const struct kernels *kernels = kernels_current();
    for (size_t count = 1; count < 70; count += 4) {
        float *input = random_floats(count), *output = random_floats(count), *gradient = random_floats(count);
        float *before = malloc(count * sizeof *before);
        memcpy(before, gradient, count * sizeof *before);
        kernels->relu(count, input, output);
        kernels->relu_gradient(count, output, gradient);
        for (size_t i = 0; i < count; i++) {
            CHECK_NEAR((double)output[i], fmax(0, (double)input[i]), 0);
            CHECK_NEAR((double)gradient[i], input[i] > 0 ? (double)before[i] : 0, 0);
        }
        CHECK(canaries_alive(output, count) && canaries_alive(gradient, count));
        free(input), free(output), free(gradient), free(before);
    }
}

TEST(kernels_dropout_keeps_the_stated_share_and_scales)
{
    enum { COUNT = 100003 };
    static const float rate = 0.25f;
    float *input = random_floats(COUNT), *output = random_floats(COUNT), *other = random_floats(COUNT);
    for (size_t i = 0; i < COUNT; i++) input[i] = 1;
    kernels_current()->dropout(COUNT, rate, 7, input, output);
    kernels_current()->dropout(COUNT, rate, 8, input, other);
    size_t kept = 0, equal = 0;
    for (size_t i = 0; i < COUNT; i++) {
        CHECK(output[i] == 0 || output[i] == 1 / (1 - rate));
        kept += output[i] != 0;
        equal += output[i] == other[i];
    }
    CHECK_NEAR((double)kept / COUNT, 0.75, 0.01);
    CHECK_NEAR((double)equal / COUNT, 0.75 * 0.75 + 0.25 * 0.25, 0.01); /* another key: an unrelated mask */
    CHECK(canaries_alive(output, COUNT));
    free(input), free(output), free(other);
}

TEST(kernels_optimizer_passes)
{
    const struct kernels *kernels = kernels_current();
    const struct adam_step step = {.learning_rate = 0.01f, .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-7f};
    enum { COUNT = 37 };
    float *gradients = random_floats(COUNT), *weights = random_floats(COUNT), *first = random_floats(COUNT);
    float *second = random_floats(COUNT), *velocities = random_floats(COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        second[i] = fabsf(second[i]);
        float w = weights[i], g = gradients[i], m = first[i], v = second[i], u = velocities[i];
        double m2 = (double)m + (1 - 0.9) * ((double)g - (double)m);
        double v2 = (double)v + (1 - 0.999) * ((double)g * (double)g - (double)v);
        float w1 = w;
        kernels->adam(1, &step, &g, &m, &v, &w1);
        CHECK_NEAR((double)w1, (double)w - 0.01 * m2 / (sqrt(v2) + 1e-7), 1e-6);
        float w2 = w;
        kernels->sgd(1, 0.1f, 0.9f, &g, &u, &w2);
        CHECK_NEAR((double)w2, (double)w - 0.1 * (0.9 * (double)velocities[i] + (double)g), 1e-6);
    }
    kernels->adam(COUNT, &step, gradients, first, second, weights);
    kernels->sgd(COUNT, 0.1f, 0.9f, gradients, velocities, weights);
    CHECK(canaries_alive(weights, COUNT) && canaries_alive(first, COUNT) && canaries_alive(second, COUNT));
    CHECK(canaries_alive(velocities, COUNT));
    free(gradients), free(weights), free(first), free(second), free(velocities);
}

TEST(kernels_choice_by_name)
{
    const struct kernels *current = kernels_current();
    CHECK_EQUAL(scrawl_kernels_choose("abacus"), SCRAWL_UNSUPPORTED);
    CHECK_MENTIONS(scrawl_error(), "abacus");
    CHECK(kernels_current() == current);
    CHECK(scrawl_kernels_name(0) != NULL);
    CHECK(scrawl_kernels_name(99) == NULL);
    for (size_t i = 0; scrawl_kernels_name(i); i++) {
        CHECK_EQUAL(scrawl_kernels_choose(scrawl_kernels_name(i)), SCRAWL_OK);
        CHECK_TEXT(kernels_current()->name, scrawl_kernels_name(i));
    }
    CHECK_EQUAL(scrawl_kernels_choose(current->name), SCRAWL_OK);
}
