/* The table of inner loops. kernels.c is compiled once per instruction set, each object holding one table;
 * kernels_select.c chooses. Kernels never allocate, never fail and know no layer. */
#ifndef KERNELS_H
#define KERNELS_H

#include <stddef.h>
#include <stdint.h>

#include "memory.h"

/* A matrix in memory: element (i, j) is values[i * row_stride + j * column_stride]. */
struct matrix {
    const float *values;
    size_t row_stride, column_stride;
};

struct adam_step {
    float learning_rate; /* with both bias corrections in it */
    float beta1, beta2, epsilon;
};

struct kernels {
    const char *name;

    /* c[rows][columns] = a[rows][depth] * b[depth][columns] (+ c when accumulate). Rows of c are contiguous, c_stride
     * floats apart; a and b have any strides. Each element is one chain of additions in order of depth, whatever part
     * of a larger product the call computes. */
    void (*multiply)(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                     size_t c_stride, int accumulate);

    /* values[rows][channels] += bias[channels], then max(0, .) when relu. */
    void (*add_bias)(size_t rows, size_t channels, const float *bias, float *values, int relu);
    /* sums[channels] += the sum over the rows of values[rows][channels], in order of the rows. */
    void (*sum_rows)(size_t rows, size_t channels, const float *values, float *sums);

    /* output = max(0, input). */
    void (*relu)(size_t count, const float *input, float *output);
    /* gradient[i] = 0 where output[i] is not positive. */
    void (*relu_gradient)(size_t count, const float *output, float *gradient);
    /* Inverted dropout: kept values are scaled by 1 / (1 - rate), the rest 0. Which are kept is a hash of (key, index),
     * so forward and backward agree without a stored mask. */
    void (*dropout)(size_t count, float rate, uint32_t key, const float *input, float *output);
    /* sum[i] += values[i]. */
    void (*add)(size_t count, const float *values, float *sum);

    /* One step of Adam (Kingma & Ba 2015, the efficient order at the end of section 2, as Keras has it):
     * m += (1 - beta1)(g - m), v += (1 - beta2)(g^2 - v), w -= learning_rate * m / (sqrt(v) + epsilon). */
    void (*adam)(size_t count, const struct adam_step *step, const float *gradients, float *first_moments,
                 float *second_moments, float *weights);
    /* velocity = momentum * velocity + gradient; weight -= learning_rate * velocity. */
    void (*sgd)(size_t count, float learning_rate, float momentum, const float *gradients, float *velocities,
                float *weights);
};

/* The table in use: the one chosen, else the one named by SCRAWL_KERNELS, else the best. */
const struct kernels *kernels_current(void);

#endif
