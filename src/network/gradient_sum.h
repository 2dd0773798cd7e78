/* The sum of what a batch's chunks add to the gradient, over all ranks. Knows no layer. */
#ifndef GRADIENT_SUM_H
#define GRADIENT_SUM_H

#include "memory_plan.h"

/* The sum over the chunks of a batch of workspace->chunk_gradients, of which this rank has made its chunks', inside the
 * workspace until the next pass: [gradient_stride]. Neighbouring chunks are added first, then neighbouring pairs, and
 * so on: one tree, so that any number of ranks and threads gives the same bytes. Each rank adds what lies within its
 * chunks, sends these sums to whom a part of the gradient belongs, who adds them to the end, and all gather the parts.
 */
float *gradient_sum(const struct workspace *workspace, const struct kernels *kernels, const struct batch_share *share,
                    struct parallel *parallel);

#endif
