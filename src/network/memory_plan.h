/* The memory plan of passes over a network: what is kept for how long, and where it lies in the one block of a
 * workspace. Computes nothing. */
#ifndef MEMORY_PLAN_H
#define MEMORY_PLAN_H

#include "segments.h"

enum {
    PING_PONG_BUFFERS = 2, /* of each thread: one is read while the other is written */
    MOST_CHUNKS = 32       /* of a batch in training */
};

/* What a workspace is for: reading keeps what it needs, training also what the way back needs, and who inspects finds
 * every layer's output by itself, forward and backward. */
enum purpose { FOR_READING, FOR_TRAINING, FOR_INSPECTION };

/* Memory of passes of up to `batch` images on up to `threads` threads. Per-image layers run one after the other over a
 * small group of images, so that what passes between them stays in a cache, or when reading the weights are read less
 * often. Forward, a group is one task; backward, `chunk` images in groups are, whose gradients are summed on the way.
 */
struct workspace {
    size_t batch, chunk, group;
    bool training; /* or inspection: with a way back */
    bool fuses;    /* max-pools with the layers before them */
    float *block;  /* one allocation behind all that follows, of so many floats */
    uint64_t floats;
    /* [0] the input, [i + 1] the output of layer i, of the whole batch. When reading, NULL where only a group's lives:
     * nothing between segments, and nothing that is kept; in training NULL where there are choices instead. Layers
     * that may work in place do, behind those. */
    float *activations[NETWORK_MAX_LAYERS + 1];
    uint8_t *choices[NETWORK_MAX_LAYERS]; /* in training, of the layers that do a max-pool too: [batch][pooled shape] */
    /* [batch][class_count], of no detector: in training beside the last activations, from which the layers before go
     * back. */
    float *probabilities;
    float *boundary_gradients[2];              /* of whole batches, ping-pong buffers of the way back */
    float *kept_gradients[NETWORK_MAX_LAYERS]; /* of whole batches: what adds give back to a keep layer, else NULL */
    float *statistics[NETWORK_MAX_LAYERS];     /* of the batch, where a layer has any */
    /* Of each thread: buffers for a group, and scratch. */
    float *thread_blocks;
    size_t thread_stride, buffer_size;
    /* Of each thread: the layers' partial gradients of the chunk that it is at, one after the other; and of each chunk:
     * its part of the gradient of these layers' weights and biases. */
    float *partials, *chunk_gradients;
    size_t partial_stride, partial_offsets[NETWORK_MAX_LAYERS];
    size_t gradient_stride, gradient_offsets[NETWORK_MAX_LAYERS];
};

/* In the memory that the workspace has, if that is enough; else it gives it back and takes new. Starts as {0}. Fails
 * with OUT_OF_MEMORY only; then it has none. */
scrawl_status workspace_fit(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                            enum purpose purpose, struct workspace *workspace);

/* Fails with OUT_OF_MEMORY only. */
scrawl_status workspace_create(const struct network *network, const struct kernels *kernels, size_t batch, int threads,
                               enum purpose purpose, struct workspace *workspace);
void workspace_free(struct workspace *workspace);

/* The max-pool that this active layer does along with its own work in these passes, or the layer itself. */
static inline size_t workspace_last_fused(const struct workspace *workspace, const struct network *network,
                                          size_t layer, struct segment segment)
{
    return workspace->fuses ? last_fused(network, layer, segment, workspace->training) : layer;
}

/* One of a thread's ping-pong buffers for a group. */
static inline float *workspace_buffer(struct workspace *workspace, int thread, size_t index)
{
    return workspace->thread_blocks + (size_t)thread * workspace->thread_stride + index * workspace->buffer_size;
}

static inline float *workspace_scratch(struct workspace *workspace, int thread)
{
    return workspace_buffer(workspace, thread, PING_PONG_BUFFERS);
}

#endif
