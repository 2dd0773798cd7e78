/* Implements derived.h. Knows no kind of layer. */
#include "derived.h"

#include <stdlib.h>

#include "base/memory.h"
#include "layers/layers.h"

scrawl_status derived_create(const struct network *network, bool backward, struct derived *result)
{
    struct derived derived = {.kernels = kernels_current(), .backward = backward};
    size_t sizes[NETWORK_MAX_LAYERS];
    uint64_t total = 0;
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer_operations *operations = layer_operations(&network->layers[i]);
        bool wanted = operations->derived_size && (backward ? operations->derive_backward : operations->derive);
        sizes[i] = wanted ? operations->derived_size(&network->layers[i], derived.kernels) : 0;
        total += aligned_floats(sizes[i]);
    }
    derived.block = allocate_floats(total);
    if (!derived.block) return fail_out_of_memory();
    float *next = derived.block;
    for (size_t i = 0; i < network->layer_count; next += aligned_floats(sizes[i++]))
        if (sizes[i]) derived.layers[i] = next;
    *result = derived;
    return SCRAWL_OK;
}

struct update_task {
    const struct network *network;
    const float *parameters;
    const struct derived *derived;
};

static void update_part(void *context, size_t part, int thread)
{
    (void)thread;
    const struct update_task *task = context;
    const size_t index = part / DERIVED_PARTS;
    const struct layer *layer = &task->network->layers[index];
    const struct layer_operations *operations = layer_operations(layer);
    if (!task->derived->layers[index] || (operations->derived_for_reading && !task->derived->complete)) return;
    (task->derived->backward ? operations->derive_backward : operations->derive)(
        layer, task->derived->kernels, part % DERIVED_PARTS, task->parameters + layer->weight_offset,
        task->derived->layers[index]);
}

void derived_update(const struct network *network, const float *parameters, struct parallel *parallel, bool complete,
                    struct derived *derived)
{
    derived->complete = complete;
    struct update_task task = {network, parameters, derived};
    parallel_run(parallel, DERIVED_PARTS * network->layer_count, update_part, &task);
}

void derived_free(struct derived *derived)
{
    free(derived->block);
    *derived = (struct derived){0};
}
