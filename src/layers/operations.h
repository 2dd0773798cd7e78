/* What the kinds of layer offer, with a file for each, forward and backward side by side; layers.c chooses. */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "layer.h"

/* A conv layer has two ways: Winograd F(4x4, 3x3) for 3x3 kernels with enough channels, direct for all others. */
extern const struct layer_operations convolution_winograd, convolution_direct, convolution_depthwise;
bool winograd_fits(const struct layer *layer);

/* With the batch's statistics, and with factors and addends: see enum statistics. */
extern const struct layer_operations batchnorm_training, batchnorm_reading;

extern const struct layer_operations maxpool_operations, globalpool_operations;           /* pooling.c */
extern const struct layer_operations dropout_operations, relu_operations, add_operations; /* elementwise.c */
extern const struct layer_operations upsample_operations;
extern const struct layer_operations dense_operations;

#endif
