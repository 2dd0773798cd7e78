/* Implements fold_batchnorm.h. */
#include "fold_batchnorm.h"

#include <string.h>

#include "layers/batchnorm.h"

/* A layer whose outputs are sums of products by channel, and nothing more. */
static bool takes_factors(const struct layer *layer)
{
    return layer->weight_count > 0 && layer->kind != LAYER_BATCHNORM && layer->activation == ACTIVATION_NONE;
}

bool fold_batchnorm(const struct network *network, struct network *reading)
{
    bool any = false;
    *reading = network_borrow(network);
    for (size_t i = 0; i < network->layer_count; i++) {
        struct layer *layer = &reading->layers[i];
        if (layer->kind != LAYER_BATCHNORM) continue;
        any = true;
        layer->statistics = STATISTICS_SCALED;
        if (i == 0 || !takes_factors(layer - 1)) continue;
        layer->statistics = STATISTICS_FOLDED;
        layer[-1].activation = layer->activation;
    }
    return any;
}

struct fold_task {
    const struct network *reading;
    const float *parameters;
    float *folded;
};

/* The factor and the addend that a channel's moving averages make of its gamma and beta. */
static void find_line(const struct layer *batchnorm, const float *parameters, size_t channel, float *factor,
                      float *addend)
{
    const float *statistics = parameters + batchnorm->statistic_offset;
    const float mean = statistics[channel], variance = statistics[batchnorm->output.channels + channel];
    *factor = batchnorm_factor(parameters[batchnorm->weight_offset + channel], variance);
    *addend = parameters[batchnorm->bias_offset + channel] - mean * *factor;
}

/* The weights of a layer, every channel's times its factor. */
static void fold_into(const struct layer *layer, const struct layer *batchnorm, const float *parameters, float *folded)
{
    const size_t channels = layer->output.channels;
    const float *weights = parameters + layer->weight_offset, *bias = parameters + layer->bias_offset;
    float *factors = folded + layer->bias_offset, addend; /* where the biases will be */
    for (size_t i = 0; i < channels; i++) find_line(batchnorm, parameters, i, &factors[i], &addend);
    for (size_t row = 0; row < layer->weight_count; row += channels)
        for (size_t i = 0; i < channels; i++) folded[layer->weight_offset + row + i] = weights[row + i] * factors[i];
    for (size_t i = 0; i < channels; i++) {
        float factor;
        find_line(batchnorm, parameters, i, &factor, &addend);
        folded[layer->bias_offset + i] = bias[i] * factor + addend;
    }
}

static void fold_layer(void *context, size_t index, int thread)
{
    (void)thread;
    const struct fold_task *task = context;
    const struct layer *layer = &task->reading->layers[index];
    const bool is_last = index + 1 == task->reading->layer_count;
    if (layer->kind == LAYER_BATCHNORM)
        for (size_t i = 0; i < layer->output.channels; i++)
            find_line(layer, task->parameters, i, &task->folded[layer->weight_offset + i],
                      &task->folded[layer->bias_offset + i]);
    else if (!is_last && layer[1].statistics == STATISTICS_FOLDED)
        fold_into(layer, layer + 1, task->parameters, task->folded);
    else
        memcpy(task->folded + layer->weight_offset, task->parameters + layer->weight_offset,
               (layer->weight_count + layer->bias_count) * sizeof(float));
}

void fold_batchnorm_parameters(const struct network *reading, const float *parameters, struct parallel *parallel,
                               float *folded)
{
    struct fold_task task = {reading, parameters, folded};
    parallel_run(parallel, reading->layer_count, fold_layer, &task);
}
