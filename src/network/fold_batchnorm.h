/* A network as it reads: batch normalisation with moving averages is a factor and an addend for each channel, which the
 * convolution or dense layer before it takes over where it can. Knows no training. */
#ifndef FOLD_BATCHNORM_H
#define FOLD_BATCHNORM_H

#include "architecture.h"

/* The table for reading; borrowed: with the same text, offsets and number of parameters. Returns
 * whether it differs. */
bool fold_batchnorm(const struct network *network, struct network *reading);

/* From the parameters of the network to those of its table for reading: folded[parameter_count]. */
void fold_batchnorm_parameters(const struct network *reading, const float *parameters, struct parallel *parallel,
                               float *folded);

#endif
