/* Adam and SGD with momentum over one flat block of weights. Knows no network. */
#ifndef OPTIMIZER_H
#define OPTIMIZER_H

#include "base/status.h"
#include "kernels/kernels.h"

enum { OPTIMIZER_MAX_MOMENTS = 2 };

struct optimizer {
    const struct kernels *kernels;
    scrawl_optimizer kind;
    float learning_rate; /* of the next step; may be changed between steps */
    float momentum, epsilon;
    uint64_t steps;                        /* taken so far */
    size_t count;                          /* weights */
    size_t moment_count;                   /* blocks in use: Adam 2, SGD 1 */
    float *moments[OPTIMIZER_MAX_MOMENTS]; /* [count] each; Adam's first and second moments, SGD's velocities */
    struct adam_step adam;                 /* of the step begun last */
};

/* Takes its settings from the options; moments start at zero. */
scrawl_status optimizer_create(const scrawl_training_options *options, const struct kernels *kernels, size_t count,
                               struct optimizer *optimizer);
void optimizer_free(struct optimizer *optimizer);

/* A step is begun once, then applied to every part of the weights, in any order and from any thread: weights [first,
 * first + count) of all, with their gradient[count]. */
void optimizer_begin_step(struct optimizer *optimizer);
void optimizer_apply(struct optimizer *optimizer, size_t first, size_t count, const float *gradient, float *weights);

#endif
