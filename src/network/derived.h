/* Weights in the forms that passes want, made from a network's parameters. Knows no pass. */
#ifndef DERIVED_H
#define DERIVED_H

#include "architecture.h"

/* With the kernels that read them so. They follow the weights only when derived_update is called. */
struct derived {
    const struct kernels *kernels; /* the ones in use at derived_create */
    bool backward, complete;       /* complete: also what only reading wants follows the weights */
    float *block;
    float *layers[NETWORK_MAX_LAYERS]; /* NULL where a layer wants none */
};

/* backward: for network_backward, else for network_forward. Fails with OUT_OF_MEMORY only. */
scrawl_status derived_create(const struct network *network, bool backward, struct derived *derived);
/* complete: false leaves out what only pays when the weights stay for many passes. */
void derived_update(const struct network *network, const float *parameters, struct parallel *parallel, bool complete,
                    struct derived *derived);
void derived_free(struct derived *derived);

#endif
