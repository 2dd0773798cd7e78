/* The table of inner loops. kernels_table.c, with what it includes from kernels/, is compiled once per instruction set,
 * each object holding one table; kernels_select.c chooses. Kernels never allocate, never fail and know no layer. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"

/* An image: [rows][columns][channels] floats. */
struct shape {
    size_t rows, columns, channels;
};

/* A matrix in memory: element (i, j) is values[i * row_stride + j * column_stride]; one of the strides is 1. */
struct matrix {
    const float *values;
    size_t row_stride, column_stride;
};

/* A matrix cut into panels of panel_columns columns: row i of panel p begins at values[p * panel_stride + i *
 * row_stride]. The last panel is as wide as the others. */
struct panels {
    const float *values;
    size_t row_stride, panel_stride;
};

/* The pixels of one row of a direct convolution's output, from left to right: pixel j sees the values
 * image[offsets[k] + j * pixel_stride], k < depth. */
struct patches {
    const float *image;
    const uint32_t *offsets;
    size_t depth, pixel_stride;
};

struct adam_step {
    float learning_rate; /* with both bias corrections in it */
    float beta1, beta2, epsilon;
};

/* Winograd F(4x4, 3x3): see kernels/winograd.h. */
enum {
    WINOGRAD_TILE = 6,
    WINOGRAD_OUTPUT = 4,
    WINOGRAD_POSITIONS = WINOGRAD_TILE * WINOGRAD_TILE,
    WINOGRAD_POOL = 2, /* side of the windows of winograd_output_pooled */
};

/* Which of a window's four values, row by row, is the first of the largest: what its choice says. */
enum { CHOICE_NONE = WINOGRAD_POOL * WINOGRAD_POOL }; /* no value, because ReLU lets nothing through */

struct kernels {
    const char *name;
    size_t panel_columns; /* at most MAX_PANEL_COLUMNS */
    size_t vector_floats; /* a part of these */
    size_t depth_block;   /* a panel this deep stays in the L1 cache beside what it meets */

    /* ---- Matrix products. Each element of c is one chain of additions in order of depth, whatever part of a larger
     * product a call computes; where b is finite: a single row leaves out what is times zero. ---- */

    /* c[rows][columns] = a[rows][depth] * b[depth][columns] (+ c when accumulate); rows of c are c_stride apart. */
    void (*multiply)(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                     size_t c_stride, int accumulate);
    /* Cuts b[depth][columns] into panels with row_stride panel_columns and panel_stride depth * panel_columns; missing
     * columns of the last are zero. */
    void (*pack)(size_t depth, size_t columns, struct matrix b, float *packed);
    /* The product with a b that lies in panels; a has any strides; columns is a multiple of vector_floats. */
    void (*multiply_panels)(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                            size_t c_stride, int accumulate);

    /* The same for an a that lies transposed: its columns are contiguous. */
    void (*multiply_transposed)(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                                size_t c_stride);

    /* ---- Direct convolution of one row of output pixels ---- */

    /* output[pixels][channels] = patches * weights, plus bias unless NULL, then max(0, .) when relu; pixels of the
     * output are output_stride floats apart. weights: packed [depth][channels]. */
    void (*convolve_row)(size_t pixels, size_t channels, struct patches patches, const float *weights,
                         const float *bias, int relu, float *output, size_t output_stride);
    /* gradient[depth][channels] += the sum over the pixels of patch times output_gradient[pixels][channels]. */
    void (*convolve_row_gradient)(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                  float *gradient);

    /* The same where each channel has a kernel of its own, with which patch k of the row is a whole pixel:
     * output[pixels][channels] = the sum over k of image[offsets[k] + j * pixel_stride + channel] *
     * weights[k][channel].
     */
    void (*depthwise_row)(size_t pixels, size_t channels, struct patches patches, const float *weights,
                          const float *bias, int relu, float *output, size_t output_stride);
    /* gradient[depth][channels] += the sum over the pixels. */
    void (*depthwise_row_gradient)(size_t pixels, size_t channels, struct patches patches, const float *output_gradient,
                                   float *gradient);

    /* ---- Winograd transforms of one tile, whose corner is at (row, column) of an image and which may lie partly
     * outside: values there count as zero and are not written. Position p of the tile's transform is values[p * stride]
     * with room for `channels` floats, rounded up to whole vectors. ---- */

    void (*winograd_input)(struct shape shape, const float *image, ptrdiff_t row, ptrdiff_t column, float *values,
                           size_t stride);
    /* image += the adjoint of winograd_input. */
    void (*winograd_input_adjoint)(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column,
                                   const float *values, size_t stride);
    /* image = transform + bias, then max(0, .) when relu. */
    void (*winograd_output)(struct shape shape, float *image, ptrdiff_t row, ptrdiff_t column, const float *values,
                            size_t stride, const float *bias, int relu);
    /* The same followed by a 2x2 max-pool: shape, image, row and column are the pooled image's, as are the choices,
     * unless NULL. */
    void (*winograd_output_pooled)(struct shape shape, float *image, uint8_t *choices, ptrdiff_t row, ptrdiff_t column,
                                   const float *values, size_t stride, const float *bias, int relu);
    /* The adjoint of winograd_output or, with choices, of winograd_output_pooled: then the chosen values get the
     * gradients that are in the pooled image, all others zero. */
    void (*winograd_output_adjoint)(struct shape shape, const float *image, const uint8_t *choices, ptrdiff_t row,
                                    ptrdiff_t column, float *values, size_t stride);
    /* `count` 3x3 kernels side by side: weights[9] weight_stride apart to transformed[36] stride apart, and its
     * adjoint. */
    void (*winograd_weights)(size_t count, const float *weights, size_t weight_stride, float *transformed,
                             size_t stride);
    void (*winograd_weights_adjoint)(size_t count, const float *transformed, size_t stride, float *gradient,
                                     size_t gradient_stride);

    /* ---- Element by element ---- */

    /* values[rows][channels] += bias[channels], then max(0, .) when relu. */
    void (*add_bias)(size_t rows, size_t channels, const float *bias, float *values, int relu);
    /* sums[channels] += the sum over the rows of values[rows][channels], in order of the rows. */
    void (*sum_rows)(size_t rows, size_t channels, const float *values, float *sums);
    /* sums[channels] += the sum over the rows of values - from[channels], squares[channels] += that of its square. */
    void (*sum_moments)(size_t rows, size_t channels, const float *from, const float *values, float *sums,
                        float *squares);
    /* sums[channels] += the sum over the rows of factors, products[channels] += that of factors * (values - from). */
    void (*sum_products)(size_t rows, size_t channels, const float *from, const float *values, const float *factors,
                         float *sums, float *products);
    /* output[rows][channels] = input * factors[channels] + addends[channels], then max(0, .) when relu. */
    void (*scale_rows)(size_t rows, size_t channels, const float *factors, const float *addends, const float *input,
                       float *output, int relu);
    /* output = factors[0] * a + factors[1] * (b - from) + factors[2], with factors[3][channels], from[channels]. */
    void (*combine_rows)(size_t rows, size_t channels, const float *factors, const float *from, const float *a,
                         const float *b, float *output);
    /* output = max(0, input). */
    void (*relu)(size_t count, const float *input, float *output);
    /* gradient[i] = 0 where output[i] is not positive. */
    void (*relu_gradient)(size_t count, const float *output, float *gradient);
    /* largest[channels] = the larger of it and values[channels]. */
    void (*maximum)(size_t channels, const float *values, float *largest);
    /* gradient[channels] = rest where values == largest, and rest = 0 there; gradient = 0 elsewhere. */
    void (*maximum_gradient)(size_t channels, const float *values, const float *largest, float *rest, float *gradient);
    /* gradient[i] = 0 where choices[i] is CHOICE_NONE. */
    void (*chosen_gradient)(size_t count, const uint8_t *choices, float *gradient);
    /* For a row of 2x2 windows over values[2][2 * windows][channels], rows row_stride apart, and their maxima
     * largest[windows][channels]: gradient, laid out as the values, is that of the maxima for the first value of each
     * window that is the largest, and 0 for the others. */
    void (*pool_gradient)(size_t windows, size_t channels, const float *values, const float *largest,
                          const float *output_gradient, float *gradient, size_t row_stride);
    /* Inverted dropout: kept values are scaled by 1 / (1 - rate), the rest 0. Which are kept is a hash of (key, index),
     * so forward and backward agree without a stored mask. */
    void (*dropout)(size_t count, float rate, uint32_t key, const float *input, float *output);
    /* output = a + b, then max(0, .) when relu. */
    void (*sum)(size_t count, const float *a, const float *b, int relu, float *output);
    /* sum[i] += values[i]. */
    void (*add)(size_t count, const float *values, float *sum);
    /* values[i] *= factor. */
    void (*scale)(size_t count, float factor, float *values);
    /* values[i] += share * (target[i] - values[i]). */
    void (*approach)(size_t count, float share, const float *target, float *values);

    /* One step of Adam (Kingma & Ba 2015, the efficient order at the end of section 2, as Keras has it):
     * m += (1 - beta1)(g - m), v += (1 - beta2)(g^2 - v), w -= learning_rate * m / (sqrt(v) + epsilon). */
    void (*adam)(size_t count, const struct adam_step *step, const float *gradients, float *first_moments,
                 float *second_moments, float *weights);
    /* velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. */
    void (*sgd)(size_t count, float learning_rate, float momentum, const float *gradients, float *velocities,
                float *weights);
};

enum { MAX_PANEL_COLUMNS = 64 };

/* The table in use: the one chosen, else the one named by SCRAWL_KERNELS, else the best. */
const struct kernels *kernels_current(void);

/* How one has a table by its name, to stand in a sentence. */
const char *kernels_advice(void);

#endif
