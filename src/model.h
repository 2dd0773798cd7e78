/* A network with its weights, labels, normalisation and what is known of its making. Knows no file format. */
#ifndef MODEL_H
#define MODEL_H

#include "network.h"
#include "safetensors.h"

struct scrawl_model {
    struct network network;
    float *parameters; /* [network.parameter_count], aligned */
    char **labels;     /* [network.class_count] */
    scrawl_normalization normalization;
    struct metadata metadata; /* only what has no field above: how it was trained */
};

/* Probabilities [count][class_count] of up to workspace->batch images [count][28][28]; they lie in the workspace until
 * it is used again. */
float *model_read(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                  const uint8_t *images, size_t count);

/* Images that are read together when there are many: large enough for the matrix products, small enough for the caches.
 */
enum { READING_BATCH = 64 };

#endif
