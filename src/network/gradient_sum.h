/* The sum of what a batch's chunks add to the gradient, over all ranks. Knows no layer. */
#ifndef GRADIENT_SUM_H
#define GRADIENT_SUM_H

#include "memory_plan.h"

/* Of a gradient, which ranks exchange while the way back goes on: a few, so that each is worth its messages. */
enum { GRADIENT_PIECES = 4 };

/* Sums workspace->chunk_gradients, of which this rank makes its chunks', over the chunks of a batch. Neighbouring
 * chunks are added first, then neighbouring pairs, and so on: one tree, so that any number of ranks and threads gives
 * the same bytes. Each rank adds what lies within its chunks, sends these sums to whom a part of the gradient belongs,
 * who adds them to the end, and all gather the parts: piece by piece, from the gradient's end to its begin. */
struct gradient_sum {
    const struct workspace *workspace;
    const struct kernels *kernels;
    struct batch_share share;
    struct parallel *parallel;
    struct portion pieces[GRADIENT_PIECES + 1]; /* floats, of those that are exchanged */
    size_t begun, gathering;                    /* pieces whose sums are on their way, whose parts are gathered */
    size_t from, last_first;                    /* where the last piece begins, and what came last */
};

struct gradient_sum gradient_sum_start(const struct workspace *workspace, const struct kernels *kernels,
                                       const struct batch_share *share, struct parallel *parallel);

/* From float `first` of [gradient_stride] on, all of this rank's chunks have their part: less with each call, and 0 in
 * the end. */
void gradient_sum_add(struct gradient_sum *sum, size_t first);

/* After that: the sum [gradient_stride], inside the workspace until the next pass. */
float *gradient_sum_finish(struct gradient_sum *sum);

#endif
