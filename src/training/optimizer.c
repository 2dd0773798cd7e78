/* Implements optimizer.h. */
#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

static const double beta1 = 0.9, beta2 = 0.999;

scrawl_status optimizer_create(const scrawl_training_options *options, const struct kernels *kernels, size_t count,
                               struct optimizer *result)
{
    struct optimizer optimizer = {
        .kernels = kernels,
        .kind = options->optimizer,
        .learning_rate = options->learning_rate,
        .momentum = options->momentum,
        .epsilon = options->epsilon,
        .count = count,
        .moment_count = options->optimizer == SCRAWL_ADAM ? 2 : 1,
    };
    for (size_t i = 0; i < optimizer.moment_count; i++) {
        optimizer.moments[i] = allocate_floats(count);
        if (!optimizer.moments[i]) {
            optimizer_free(&optimizer);
            return fail_out_of_memory();
        }
    }
    *result = optimizer;
    return SCRAWL_OK;
}

void optimizer_free(struct optimizer *optimizer)
{
    for (size_t i = 0; i < OPTIMIZER_MAX_MOMENTS; i++) free(optimizer->moments[i]);
    *optimizer = (struct optimizer){0};
}

/* By squaring, so that every C library gives the same bits. */
static double power(double base, uint64_t exponent)
{
    double result = 1;
    for (; exponent > 0; exponent /= 2, base *= base)
        if (exponent % 2) result *= base;
    return result;
}

void optimizer_begin_step(struct optimizer *optimizer)
{
    optimizer->steps++;
    double correction1 = 1 - power(beta1, optimizer->steps), correction2 = 1 - power(beta2, optimizer->steps);
    optimizer->adam = (struct adam_step){
        .learning_rate = (float)(optimizer->learning_rate * sqrt(correction2) / correction1),
        .beta1 = (float)beta1,
        .beta2 = (float)beta2,
        .epsilon = optimizer->epsilon,
    };
}

void optimizer_apply(struct optimizer *optimizer, size_t first, size_t count, const float *gradient, float *weights)
{
    if (optimizer->kind == SCRAWL_ADAM)
        optimizer->kernels->adam(count, &optimizer->adam, gradient, optimizer->moments[0] + first,
                                 optimizer->moments[1] + first, weights + first);
    else
        optimizer->kernels->sgd(count, optimizer->learning_rate, optimizer->momentum, gradient,
                                optimizer->moments[0] + first, weights + first);
}
