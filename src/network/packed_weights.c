/* Implements packed_weights.h. Knows no kind of layer. */
#include "packed_weights.h"

#include <stdlib.h>

#include "base/memory.h"
#include "layers/layers.h"

scrawl_status packed_weights_create(const struct network *network, const struct kernels *kernels, bool backward,
                                    struct packed_weights *result)
{
    struct packed_weights packed = {.kernels = kernels, .backward = backward};
    size_t sizes[NETWORK_MAX_LAYERS];
    uint64_t total = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer_operations *operations = layer_operations(&network->layers[i]);
        bool wanted = operations->packed_size && (backward ? operations->pack_backward : operations->pack);
        sizes[i] = wanted ? operations->packed_size(&network->layers[i], packed.kernels) : 0;
        total += aligned_floats(sizes[i]);
    }
    packed.memory = allocate_floats(total); /* zeros, as what fills up panels must be */
    if (!packed.memory) return fail_out_of_memory();
    float *next = packed.memory;
    for (size_t i = 0; i < network->layer_count; next += aligned_floats(sizes[i++]))
        if (sizes[i]) packed.layers[i] = next;
    *result = packed;
    return SCRAWL_OK;
}

struct update_task {
    const struct network *network;
    const float *parameters;
    struct packed_weights *packed;
};

static void update_part(void *context, size_t part, int thread)
{
    (void)thread;
    const struct update_task *task = context;
    const size_t index = part / PACKED_PARTS;
    const struct layer *layer = &task->network->layers[index];
    const struct layer_operations *operations = layer_operations(layer);
    if (!task->packed->layers[index] || (operations->packed_for_reading && !task->packed->complete)) return;
    (task->packed->backward ? operations->pack_backward
                            : operations->pack)(layer, task->packed->kernels, part % PACKED_PARTS,
                                                task->parameters + layer->weight_offset, task->packed->layers[index]);
}

void packed_weights_update(const struct network *network, const float *parameters, struct parallel *parallel,
                           bool complete, struct packed_weights *packed)
{
    packed->complete = complete;
    struct update_task task = {network, parameters, packed};
    parallel_run(parallel, PACKED_PARTS * network->layer_count, update_part, &task);
}

void packed_weights_free(struct packed_weights *packed)
{
    free(packed->memory);
    *packed = (struct packed_weights){0};
}
