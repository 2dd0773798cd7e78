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

/* ---- architecture.c ---- */

/* text: a built-in name, which becomes its text with class_count outputs, or an architecture text. class_count 0: as
 * many as the text has outputs, 10 for a name. Fails with SCRAWL_INVALID_ARCHITECTURE (the sentence names the layer) or
 * OUT_OF_MEMORY. */
scrawl_status network_create(const char *text, size_t class_count, struct network *network);
void network_free(struct network *network);

/* Glorot-uniform weights (Glorot & Bengio 2010), zero biases; batch normalisation that changes nothing yet:
 * parameters[parameter_count]. */
void network_initialize(const struct network *network, uint64_t seed, float *parameters);

/* ---- network.c ---- */

/* Weights in the form that passes want, and the kernels that read them so. They follow the weights only when
 * derived_update is called. */
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

/* Memory of passes of up to `batch` images on up to `threads` threads. Per-image layers run one after the other over a
 * small group of images, so that what passes between them stays in a cache. Forward, a group is one task; backward,
 * `chunk` images in groups are, whose gradients are summed on the way. */
struct workspace {
    size_t batch, chunk, group;
    bool training;
    float *block; /* one allocation behind all that follows */
    /* [0] the input, [i + 1] the output of layer i, of the whole batch. When reading, NULL where only a group's lives.
     */
    float *activations[NETWORK_MAX_LAYERS + 1];
    /* [batch][class_count]: in training beside the last activations, from which the layers before go back. */
    float *probabilities;
    float *boundary_gradients[2];          /* of whole batches, taking turns going back */
    float *statistics[NETWORK_MAX_LAYERS]; /* of the batch, where a layer has any */
    /* Of each thread: two buffers for a group, taking turns, and scratch. */
    float *thread_blocks;
    size_t thread_stride, buffer_size;
    /* Of each chunk: the layers' partial gradients, one after the other. */
    float *partials;
    size_t partial_stride, partial_offsets[NETWORK_MAX_LAYERS];
};

/* Fails with OUT_OF_MEMORY only. */
scrawl_status workspace_create(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                               bool training, struct workspace *workspace);
void workspace_free(struct workspace *workspace);

/* One pass: its workspace must be made for derived->kernels and as many threads. */
struct network_pass {
    const struct network *network;
    const float *parameters;                          /* [parameter_count] */
    const struct derived *derived, *derived_backward; /* the latter for network_backward only */
    struct workspace *workspace;
    struct parallel *parallel;
    size_t batch;      /* images, whose inputs the caller put into workspace->activations[0] */
    uint32_t step_key; /* names the dropout masks; matters only in a training workspace */
};

/* Returns probabilities[batch][class_count] inside the workspace. */
float *network_forward(const struct network_pass *pass);

/* After network_forward of the same pass in training: moves the moving averages among `parameters` towards the batch's
 * statistics. step counts the training's from 1. */
void network_update_statistics(const struct network_pass *pass, uint64_t step, float *parameters);

/* After network_forward of the same pass: gradients[parameter_count] of the mean cross-entropy against the batch's
 * targets. Moving averages have none, and keep what was there. With a sink that gets all of them while they are in a
 * cache, and may change the parameters; gradients is only room then. */
void network_backward(const struct network_pass *pass, const struct targets *targets, float *gradients,
                      const struct gradient_sink *sink);

/* After network_forward of the same pass, in a training workspace: the gradient of a class's logit with respect to each
 * image's input, [batch][input shape] inside the workspace. gradients[parameter_count] is only room. */
const float *network_input_gradient(const struct network_pass *pass, size_t class_index, float *gradients);

#endif
