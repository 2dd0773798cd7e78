/* Implements optimizer.h. */
#include "optimizer.h"

#include <math.h>
#include <stdlib.h>

#include "memory.h"

static const double beta1 = 0.9, beta2 = 0.999;

scrawl_status optimizer_create(const scrawl_training_options *options, size_t count, struct optimizer *result)
{
    struct optimizer optimizer = {
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

enum { STEP_BLOCK = 16384 }; /* weights of one task: 256 KiB with gradients and moments */

struct step_task {
    const struct optimizer *optimizer;
    const struct kernels *kernels;
    struct adam_step adam;
    const float *gradients;
    float *weights;
};

static void step_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct step_task *task = context;
    const struct optimizer *optimizer = task->optimizer;
    size_t first = block * STEP_BLOCK, rest = optimizer->count - first;
    size_t count = rest < STEP_BLOCK ? rest : STEP_BLOCK;
    if (optimizer->kind == SCRAWL_ADAM)
        task->kernels->adam(count, &task->adam, task->gradients + first, optimizer->moments[0] + first,
                            optimizer->moments[1] + first, task->weights + first);
    else
        task->kernels->sgd(count, optimizer->learning_rate, optimizer->momentum, task->gradients + first,
                           optimizer->moments[0] + first, task->weights + first);
}

void optimizer_step(struct optimizer *optimizer, struct parallel *parallel, const float *gradients, float *weights)
{
    optimizer->steps++;
    double correction1 = 1 - pow(beta1, (double)optimizer->steps),
           correction2 = 1 - pow(beta2, (double)optimizer->steps);
    struct step_task task = {
        .optimizer = optimizer,
        .kernels = kernels_current(),
        .adam = {.learning_rate = (float)(optimizer->learning_rate * sqrt(correction2) / correction1),
                 .beta1 = (float)beta1,
                 .beta2 = (float)beta2,
                 .epsilon = optimizer->epsilon},
        .gradients = gradients,
        .weights = weights,
    };
    parallel_run(parallel, (optimizer->count + STEP_BLOCK - 1) / STEP_BLOCK, step_block, &task);
}
