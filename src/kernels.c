/* The inner loops on compiler vector types, compiled once per instruction set into the table KERNELS_TABLE. The width
 * of a vector follows from predefined macros. Knows no layer and chooses nothing. */
#include "kernels.h"

#include <math.h>
#include <string.h>

#if defined __AVX512F__
enum { VECTOR_FLOATS = 16, TILE_ROWS = 6, TILE_VECTORS = 4 };
#elif defined __AVX__
enum { VECTOR_FLOATS = 8, TILE_ROWS = 6, TILE_VECTORS = 2 };
#else
enum { VECTOR_FLOATS = 4, TILE_ROWS = 4, TILE_VECTORS = 2 };
#endif

enum {
    TILE_COLUMNS = TILE_VECTORS * VECTOR_FLOATS,
    DEPTH_BLOCK = 256, /* a packed panel of b, DEPTH_BLOCK x TILE_COLUMNS floats, stays in the L1 or L2 cache */
};

typedef float vector __attribute__((vector_size(VECTOR_FLOATS * sizeof(float))));
typedef float unaligned_vector
    __attribute__((vector_size(VECTOR_FLOATS * sizeof(float)), aligned(sizeof(float)), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vector load(const float *from)
{
    return *(const unaligned_vector *)from;
}

INLINE void store(float *to, vector values)
{
    *(unaligned_vector *)to = values;
}

/* ---- Matrix product: panels of b are packed, tiles of c stay in registers --------------------------------- */

/* packed[depth][TILE_COLUMNS], missing columns zero. */
static void pack_panel(size_t depth, size_t columns, struct matrix b, float *restrict packed)
{
    if (b.column_stride == 1 && columns == TILE_COLUMNS) {
        for (size_t k = 0; k < depth; k++)
            memcpy(packed + k * TILE_COLUMNS, b.values + k * b.row_stride, TILE_COLUMNS * sizeof(float));
        return;
    }
    if (columns < TILE_COLUMNS) memset(packed, 0, depth * TILE_COLUMNS * sizeof(float));
    for (size_t column = 0; column < columns; column++)
        for (size_t k = 0; k < depth; k++)
            packed[k * TILE_COLUMNS + column] = b.values[k * b.row_stride + column * b.column_stride];
}

/* c[rows][TILE_COLUMNS] (+)= a[rows][depth] * packed. `rows` is a constant at every call, so that all is unrolled. */
INLINE void multiply_tile(size_t rows, size_t depth, struct matrix a, const float *restrict packed, float *restrict c,
                          size_t c_stride, int accumulate)
{
    vector sums[TILE_ROWS][TILE_VECTORS];
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < TILE_VECTORS; i++)
            sums[row][i] = accumulate ? load(c + row * c_stride + i * VECTOR_FLOATS) : (vector){0};
    for (size_t k = 0; k < depth; k++) {
        vector b[TILE_VECTORS];
        for (size_t i = 0; i < TILE_VECTORS; i++) b[i] = load(packed + k * TILE_COLUMNS + i * VECTOR_FLOATS);
        for (size_t row = 0; row < rows; row++) {
            float factor = a.values[row * a.row_stride + k * a.column_stride];
            for (size_t i = 0; i < TILE_VECTORS; i++) sums[row][i] += factor * b[i];
        }
    }
    for (size_t row = 0; row < rows; row++)
        for (size_t i = 0; i < TILE_VECTORS; i++) store(c + row * c_stride + i * VECTOR_FLOATS, sums[row][i]);
}

static void multiply_full_tile(size_t depth, struct matrix a, const float *packed, float *c, size_t c_stride,
                               int accumulate)
{
    multiply_tile(TILE_ROWS, depth, a, packed, c, c_stride, accumulate);
}

static void multiply_one_row(size_t depth, struct matrix a, const float *packed, float *c, int accumulate)
{
    multiply_tile(1, depth, a, packed, c, 0, accumulate);
}

/* A tile at the edge of c: computed beside it, then copied. */
static void multiply_edge_tile(size_t rows, size_t columns, size_t depth, struct matrix a, const float *packed,
                               float *c, size_t c_stride, int accumulate)
{
    float tile[TILE_COLUMNS];
    for (size_t row = 0; row < rows; row++) {
        if (accumulate) memcpy(tile, c + row * c_stride, columns * sizeof(float));
        multiply_one_row(depth, a, packed, tile, accumulate);
        memcpy(c + row * c_stride, tile, columns * sizeof(float));
        a.values += a.row_stride;
    }
}

static void multiply_panel(size_t rows, size_t columns, size_t depth, struct matrix a, const float *packed, float *c,
                           size_t c_stride, int accumulate)
{
    size_t row = 0;
    if (columns == TILE_COLUMNS) {
        for (; row + TILE_ROWS <= rows; row += TILE_ROWS) {
            multiply_full_tile(depth, a, packed, c, c_stride, accumulate);
            a.values += TILE_ROWS * a.row_stride;
            c += TILE_ROWS * c_stride;
        }
    }
    multiply_edge_tile(rows - row, columns, depth, a, packed, c, c_stride, accumulate);
}

static void multiply(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                     size_t c_stride, int accumulate)
{
    float packed[DEPTH_BLOCK * TILE_COLUMNS] __attribute__((aligned(ALIGNMENT_BYTES)));
    for (size_t column = 0; column < columns; column += TILE_COLUMNS) {
        size_t panel_columns = columns - column < TILE_COLUMNS ? columns - column : TILE_COLUMNS;
        for (size_t k = 0; k < depth; k += DEPTH_BLOCK) {
            size_t block = depth - k < DEPTH_BLOCK ? depth - k : DEPTH_BLOCK;
            struct matrix a_part = a, b_part = b;
            a_part.values += k * a.column_stride;
            b_part.values += k * b.row_stride + column * b.column_stride;
            pack_panel(block, panel_columns, b_part, packed);
            multiply_panel(rows, panel_columns, block, a_part, packed, c + column, c_stride, accumulate || k > 0);
        }
    }
}

/* ---- Element by element: plain loops, which the compiler vectorises ----------------------------------------- */

static void add_bias(size_t rows, size_t channels, const float *restrict bias, float *restrict values, int relu)
{
    for (size_t row = 0; row < rows; row++, values += channels) {
        for (size_t i = 0; i < channels; i++) values[i] += bias[i];
        if (relu)
            for (size_t i = 0; i < channels; i++) values[i] = values[i] > 0 ? values[i] : 0;
    }
}

static void sum_rows(size_t rows, size_t channels, const float *restrict values, float *restrict sums)
{
    for (size_t row = 0; row < rows; row++, values += channels)
        for (size_t i = 0; i < channels; i++) sums[i] += values[i];
}

static void relu(size_t count, const float *restrict input, float *restrict output)
{
    for (size_t i = 0; i < count; i++) output[i] = input[i] > 0 ? input[i] : 0;
}

static void relu_gradient(size_t count, const float *restrict output, float *restrict gradient)
{
    for (size_t i = 0; i < count; i++) gradient[i] = output[i] > 0 ? gradient[i] : 0;
}

/* lowbias32 by Chris Wellons, "Prospecting for Hash Functions", 2018. */
INLINE uint32_t hash(uint32_t value)
{
    value = (value ^ (value >> 16)) * 0x7FEB352Du;
    value = (value ^ (value >> 15)) * 0x846CA68Bu;
    return value ^ (value >> 16);
}

static void dropout(size_t count, float rate, uint32_t key, const float *input, float *output)
{
    const uint32_t threshold = (uint32_t)(rate * 0x1p31f);
    const float scale = 1 / (1 - rate);
    for (size_t i = 0; i < count; i++) {
        int32_t bits = (int32_t)(hash((uint32_t)i ^ key) >> 1);
        output[i] = bits >= (int32_t)threshold ? input[i] * scale : 0;
    }
}

static void add(size_t count, const float *restrict values, float *restrict sum)
{
    for (size_t i = 0; i < count; i++) sum[i] += values[i];
}

static void adam(size_t count, const struct adam_step *step, const float *restrict gradients,
                 float *restrict first_moments, float *restrict second_moments, float *restrict weights)
{
    const float keep1 = 1 - step->beta1, keep2 = 1 - step->beta2;
    const float learning_rate = step->learning_rate, epsilon = step->epsilon;
    for (size_t i = 0; i < count; i++) {
        float gradient = gradients[i];
        float first = first_moments[i] + keep1 * (gradient - first_moments[i]);
        float second = second_moments[i] + keep2 * (gradient * gradient - second_moments[i]);
        first_moments[i] = first;
        second_moments[i] = second;
        weights[i] -= learning_rate * first / (sqrtf(second) + epsilon);
    }
}

static void sgd(size_t count, float learning_rate, float momentum, const float *restrict gradients,
                float *restrict velocities, float *restrict weights)
{
    for (size_t i = 0; i < count; i++) {
        velocities[i] = momentum * velocities[i] + gradients[i];
        weights[i] -= learning_rate * velocities[i];
    }
}

extern const struct kernels KERNELS_TABLE;
const struct kernels KERNELS_TABLE = {
    .name = KERNELS_NAME,
    .multiply = multiply,
    .add_bias = add_bias,
    .sum_rows = sum_rows,
    .relu = relu,
    .relu_gradient = relu_gradient,
    .dropout = dropout,
    .add = add,
    .adam = adam,
    .sgd = sgd,
};
