/* What batch normalisation means for a channel, for those who fold it away or keep its moving averages. */
#ifndef BATCHNORM_H
#define BATCHNORM_H

#include <stddef.h>
#include <stdint.h>

/* What is added to a variance, as Keras does. */
static const float BATCHNORM_EPSILON = 1e-3f;

/* What normalising multiplies a channel with. */
float batchnorm_factor(float gamma, float variance);

/* Moves statistics [2][channels] a little towards the batch's, further in a training's first steps. */
void batchnorm_update(size_t channels, uint64_t step, const float *batch, float *statistics);

#endif
