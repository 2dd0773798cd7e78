/* The table of layers: built from an architecture text, it gives every offset, shape and size. Forward and backward
 * over a batch. Holds no weights and knows no file, data set or optimizer. */
#ifndef NETWORK_H
#define NETWORK_H

#include "layers.h"

enum { NETWORK_MAX_LAYERS = 64 };

struct network {
    char *text; /* the architecture, names expanded */
    struct shape input;
    size_t layer_count, class_count, parameter_count;
    struct layer layers[NETWORK_MAX_LAYERS];
};

/* text: a built-in name, which becomes its text with class_count outputs, or an architecture text.
 * Fails with SCRAWL_INVALID_ARCHITECTURE (the sentence names the layer) or OUT_OF_MEMORY. */
scrawl_status network_create(const char *text, size_t class_count, struct network *network);
void network_free(struct network *network);

/* Glorot-uniform weights (Glorot & Bengio 2010), zero biases: parameters[parameter_count]. */
void network_initialize(const struct network *network, uint64_t seed, float *parameters);

/* Memory and settings of passes of up to `batch` images. */
struct workspace {
    size_t batch;
    bool training;
    float *block;                               /* one allocation behind all that follows */
    float *activations[NETWORK_MAX_LAYERS + 1]; /* [0] the input, [i + 1] the output of layer i */
    float *gradients[2];                        /* of activations, taking turns going back */
    float *scratch;
};

/* Fails with OUT_OF_MEMORY only. */
scrawl_status workspace_create(const struct network *network, size_t batch, int threads, bool training,
                               struct workspace *workspace);
void workspace_free(struct workspace *workspace);

/* Reads `batch` images, whose inputs the caller put into activations[0]; returns probabilities[batch][class_count]
 * inside the workspace. step_key names the dropout masks; it matters only when workspace->training. */
float *network_forward(const struct network *network, const float *parameters, struct workspace *workspace,
                       size_t batch, uint32_t step_key, struct parallel *parallel);

/* After network_forward of the same batch in a training workspace: gradients[parameter_count] of the mean cross-entropy
 * against labels[batch]. Destroys the activations' gradients and the probabilities. */
void network_backward(const struct network *network, const float *parameters, struct workspace *workspace, size_t batch,
                      uint32_t step_key, struct parallel *parallel, const uint8_t *labels, float *gradients);

#endif
