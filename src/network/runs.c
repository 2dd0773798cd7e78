/* Implements runs.h. Knows no kind of layer. */
#include "runs.h"

#include "layers/layers.h"

bool is_whole_batch(const struct network *network, size_t layer)
{
    return layer_operations(&network->layers[layer])->whole_batch;
}

struct run run_from(const struct network *network, size_t begin)
{
    struct run run = {begin, begin + 1, is_whole_batch(network, begin)};
    while (!run.whole_batch && run.end < network->layer_count && !is_whole_batch(network, run.end)) run.end++;
    return run;
}

struct run run_before(const struct network *network, size_t end)
{
    struct run run = {end - 1, end, is_whole_batch(network, end - 1)};
    while (!run.whole_batch && run.begin > 0 && !is_whole_batch(network, run.begin - 1)) run.begin--;
    return run;
}

bool is_active(const struct network *network, size_t layer, bool training)
{
    const struct layer_operations *operations = layer_operations(&network->layers[layer]);
    return operations->forward && (training || !operations->training_only);
}

size_t next_active(const struct network *network, size_t layer, struct run run, bool training)
{
    do layer++;
    while (layer < run.end && !is_active(network, layer, training));
    return layer;
}

bool is_first_active(const struct network *network, size_t layer, struct run run, bool training)
{
    for (size_t i = run.begin; i < layer; i++)
        if (is_active(network, i, training)) return false;
    return true;
}

bool is_last_active(const struct network *network, size_t layer, struct run run, bool training)
{
    return next_active(network, layer, run, training) == run.end;
}

bool has_active(const struct network *network, struct run run, bool training)
{
    return !is_first_active(network, run.end, run, training);
}
