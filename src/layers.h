/* Each kind of layer, forward and backward side by side. Tensors are [image][row][column][channel]. Layers never
 * allocate and never fail; network.c checks shapes and provides memory. */
#ifndef LAYERS_H
#define LAYERS_H

#include <stdbool.h>

#include "kernels.h"
#include "parallel.h"
#include "random.h"

enum layer_kind { LAYER_CONV, LAYER_MAXPOOL, LAYER_DROPOUT, LAYER_FLATTEN, LAYER_DENSE, LAYER_RELU, LAYER_SOFTMAX };
/* Softmax is not applied by the layer: the network's end and the loss do it on the logits. */
enum activation { ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_SOFTMAX };

struct shape {
    size_t rows, columns, channels;
};

static inline size_t shape_size(struct shape shape)
{
    return shape.rows * shape.columns * shape.channels;
}

/* A row of the network's table. */
struct layer {
    enum layer_kind kind;
    enum activation activation;
    struct shape input, output;
    size_t kernel_rows, kernel_columns; /* conv */
    bool same;                          /* conv: zero padding to keep rows and columns, as Keras places it */
    size_t pool;                        /* maxpool: window and stride */
    float rate;                         /* dropout */
    /* Offsets into the parameter block. Weights are [kernel row][kernel column][input][output], biases [output]. */
    size_t weight_offset, weight_count, bias_offset, bias_count;
};

/* One pass of a batch through a layer. */
struct layer_pass {
    const struct kernels *kernels;
    struct parallel *parallel;
    size_t batch;            /* images */
    bool training;           /* dropout is active */
    uint32_t dropout_key;    /* of this step and layer */
    const float *parameters; /* the network's block */
    float *gradients;        /* likewise; backward overwrites this layer's part */
    const float *input;      /* [batch][input shape] */
    float *output;           /* [batch][output shape] */
    float *output_gradient;  /* [batch][output shape]; backward may overwrite it */
    float *input_gradient;   /* [batch][input shape]; NULL when nobody needs it */
    float *scratch;          /* layer_scratch floats */
};

struct layer_operations {
    const char *name;
    bool passes_through; /* reading needs no work and no memory: its output is its input */
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);
    /* Floats of scratch for a pass of `batch` images with `threads` threads; NULL: none. */
    size_t (*scratch)(const struct layer *layer, size_t batch, int threads, bool training);
};

/* Indexed by enum layer_kind. */
extern const struct layer_operations layer_operations[];

/* logits[batch][classes] to probabilities, in place. */
void softmax(size_t batch, size_t classes, float *values);

/* For probabilities[batch][classes]: adds to *loss each image's -log p[label], counts in *correct the images whose
 * largest probability is the label's. */
void cross_entropy(size_t batch, size_t classes, const float *probabilities, const uint8_t *labels, double *loss,
                   size_t *correct);
/* Its gradient with respect to the logits, averaged over the batch, in place: (p - one-hot) / batch. */
void cross_entropy_gradient(size_t batch, size_t classes, float *probabilities, const uint8_t *labels);

#endif
