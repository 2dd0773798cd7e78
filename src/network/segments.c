/* Implements segments.h. Knows of kinds only which ones keep and add. */
#include "segments.h"

#include "layers/layers.h"

bool is_whole_batch(const struct network *network, size_t layer)
{
    return layer_operations(&network->layers[layer])->whole_batch;
}

struct segment segment_from(const struct network *network, size_t begin)
{
    struct segment segment = {begin, begin + 1, is_whole_batch(network, begin)};
    while (!segment.whole_batch && segment.end < network->layer_count && !is_whole_batch(network, segment.end))
        segment.end++;
    return segment;
}

struct segment segment_before(const struct network *network, size_t end)
{
    struct segment segment = {end - 1, end, is_whole_batch(network, end - 1)};
    while (!segment.whole_batch && segment.begin > 0 && !is_whole_batch(network, segment.begin - 1)) segment.begin--;
    return segment;
}

bool is_active(const struct network *network, size_t layer, bool training)
{
    const struct layer_operations *operations = layer_operations(&network->layers[layer]);
    return operations->forward && (training || !operations->training_only);
}

bool is_added(const struct network *network, size_t keep)
{
    for (size_t i = keep + 1; i < network->layer_count; i++)
        if (network->layers[i].kind == LAYER_ADD && network->layers[i].source == keep) return true;
    return false;
}

bool is_kept(const struct network *network, size_t layer, bool training)
{
    for (size_t i = layer + 1; i < network->layer_count && !is_active(network, i, training); i++)
        if (network->layers[i].kind == LAYER_KEEP && is_added(network, i)) return true;
    return false;
}

bool has_kept(const struct network *network, struct segment segment)
{
    for (size_t i = segment.begin; i < segment.end; i++)
        if (network->layers[i].kind == LAYER_KEEP && is_added(network, i)) return true;
    return false;
}

size_t next_active(const struct network *network, size_t layer, struct segment segment, bool training)
{
    do layer++;
    while (layer < segment.end && !is_active(network, layer, training));
    return layer;
}

size_t last_fused(const struct network *network, size_t layer, struct segment segment, bool training)
{
    const size_t next = next_active(network, layer, segment, training);
    const bool pools = next < segment.end && layer_takes_pool(&network->layers[layer], &network->layers[next]);
    return pools && !is_kept(network, layer, training) ? next : layer;
}

size_t first_fused(const struct network *network, size_t layer, struct segment segment, bool training)
{
    for (size_t i = layer; i-- > segment.begin;)
        if (is_active(network, i, training)) return last_fused(network, i, segment, training) == layer ? i : layer;
    return layer;
}

bool is_first_active(const struct network *network, size_t layer, struct segment segment, bool training)
{
    for (size_t i = segment.begin; i < layer; i++)
        if (is_active(network, i, training)) return false;
    return true;
}

bool is_last_active(const struct network *network, size_t layer, struct segment segment, bool training)
{
    return next_active(network, layer, segment, training) == segment.end;
}

bool has_active(const struct network *network, struct segment segment, bool training)
{
    return !is_first_active(network, segment.end, segment, training);
}
