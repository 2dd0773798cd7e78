/* Packed weights: in the order and with the padding that kernels read fastest, made from a network's parameters once
 * and used by many passes (Goto & van de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Knows no
 * pass.
 */
#ifndef PACKED_WEIGHTS_H
#define PACKED_WEIGHTS_H

#include "architecture.h"

/* With the kernels that read them so. They follow the weights only when packed_weights_update is called. */
struct packed_weights {
    const struct kernels *kernels;
    bool backward, complete; /* complete: also what only reading wants follows the weights */
    float *memory;
    float *layers[NETWORK_MAX_LAYERS]; /* NULL where a layer wants none */
};

/* backward: for network_backward, else for network_forward. Fails with OUT_OF_MEMORY only. */
scrawl_status packed_weights_create(const struct network *network, const struct kernels *kernels, bool backward,
                                    struct packed_weights *packed);
/* complete: false leaves out what only pays when the weights stay for many passes. */
void packed_weights_update(const struct network *network, const float *parameters, struct parallel *parallel,
                           bool complete, struct packed_weights *packed);
void packed_weights_free(struct packed_weights *packed);

#endif
