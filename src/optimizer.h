/* Adam and SGD with momentum over one flat block of weights. Knows no network. */
#ifndef OPTIMIZER_H
#define OPTIMIZER_H

#include "kernels.h"
#include "parallel.h"

enum { OPTIMIZER_MAX_MOMENTS = 2 };

struct optimizer {
    scrawl_optimizer kind;
    float learning_rate, momentum, epsilon;
    uint64_t steps;                        /* taken so far */
    size_t count;                          /* weights */
    size_t moment_count;                   /* blocks in use: Adam 2, SGD 1 */
    float *moments[OPTIMIZER_MAX_MOMENTS]; /* [count] each; Adam's first and second moments, SGD's velocities */
};

/* Takes its settings from the options; moments start at zero. */
scrawl_status optimizer_create(const scrawl_training_options *options, size_t count, struct optimizer *optimizer);
void optimizer_free(struct optimizer *optimizer);

void optimizer_step(struct optimizer *optimizer, struct parallel *parallel, const float *gradients, float *weights);

#endif
