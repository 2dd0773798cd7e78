/* Implements layers.h: chooses by kind. Knows no computation. */
#include "layers.h"

const char *const layer_names[LAYER_KIND_COUNT] = {
    [LAYER_CONV] = "conv",           [LAYER_MAXPOOL] = "maxpool",
    [LAYER_DROPOUT] = "dropout",     [LAYER_FLATTEN] = "flatten",
    [LAYER_DENSE] = "dense",         [LAYER_BATCHNORM] = "batchnorm",
    [LAYER_DEPTHWISE] = "depthwise", [LAYER_GLOBALPOOL] = "globalpool",
    [LAYER_RELU] = "relu",           [LAYER_SOFTMAX] = "softmax",
    [LAYER_INPUT] = "input",         [LAYER_UPSAMPLE] = "upsample",
    [LAYER_KEEP] = "keep",           [LAYER_ADD] = "add",
    [LAYER_DETECTION] = "detection",
};

const struct layer_operations *layer_operations(const struct layer *layer)
{
    static const struct layer_operations nothing = {.forward = NULL};
    switch (layer->kind) {
        case LAYER_CONV:
            return winograd_fits(layer) ? &convolution_winograd : &convolution_direct;
        case LAYER_DEPTHWISE:
            return &convolution_depthwise;
        case LAYER_MAXPOOL:
            return &maxpool_operations;
        case LAYER_GLOBALPOOL:
            return &globalpool_operations;
        case LAYER_BATCHNORM:
            return layer->statistics == STATISTICS_OF_BATCH ? &batchnorm_training
                   : layer->statistics == STATISTICS_SCALED ? &batchnorm_reading
                                                            : &nothing;
        case LAYER_DROPOUT:
            return &dropout_operations;
        case LAYER_DENSE:
            return &dense_operations;
        case LAYER_RELU:
            return &relu_operations;
        case LAYER_UPSAMPLE:
            return &upsample_operations;
        case LAYER_ADD:
            return &add_operations;
        case LAYER_INPUT:
        case LAYER_KEEP:
        case LAYER_FLATTEN:
        case LAYER_SOFTMAX:
        case LAYER_DETECTION:
            break;
    }
    return &nothing;
}

bool layer_takes_pool(const struct layer *layer, const struct layer *next)
{
    return layer_operations(layer)->forward_pooled && next->kind == LAYER_MAXPOOL && next->pool == WINOGRAD_POOL;
}
