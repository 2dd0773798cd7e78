/* A layer as a row of the network's table, what a pass hands it, and what every kind offers. Tensors are
 * [image][row][column][channel]. Layers never allocate and never fail; architecture.c checks shapes, memory_plan.c
 * provides memory. Knows no kind's computation. */
#ifndef LAYER_H
#define LAYER_H

#include <stdbool.h>

#include "base/minmax.h"
#include "base/parallel.h"
#include "batch_share.h"
#include "kernels/kernels.h"

enum layer_kind {
    LAYER_INPUT,
    LAYER_CONV,
    LAYER_DEPTHWISE,
    LAYER_MAXPOOL,
    LAYER_GLOBALPOOL,
    LAYER_BATCHNORM,
    LAYER_DROPOUT,
    LAYER_UPSAMPLE,
    LAYER_KEEP,
    LAYER_ADD,
    LAYER_FLATTEN,
    LAYER_DENSE,
    LAYER_RELU,
    LAYER_SOFTMAX,
    LAYER_DETECTION
};
enum { LAYER_KIND_COUNT = LAYER_DETECTION + 1 };
/* Softmax is not applied by the layer: the network's end and the loss do it on the logits. */
enum activation { ACTIVATION_NONE, ACTIVATION_RELU, ACTIVATION_SOFTMAX };

static inline size_t shape_size(struct shape shape)
{
    return shape.rows * shape.columns * shape.channels;
}

static inline size_t round_up(size_t value, size_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

/* How a batchnorm layer normalises: by what the batch shows, in training; by factors and addends that fold_batchnorm.c
 * made of the moving averages; or not at all, because the layer before it does so too. */
enum statistics { STATISTICS_OF_BATCH, STATISTICS_SCALED, STATISTICS_FOLDED };

/* A row of the network's table. */
struct layer {
    enum layer_kind kind;
    enum activation activation;
    struct shape input, output;
    size_t kernel_rows, kernel_columns; /* conv, depthwise */
    size_t stride;                      /* conv, depthwise: of rows and columns */
    bool same;        /* conv, depthwise: zero padding as Keras places it, so that stride 1 keeps rows and
                         columns */
    size_t pool;      /* maxpool: window and stride */
    size_t factor;    /* upsample: of rows and columns */
    const char *name; /* keep, add: what is kept, in the network's text, and its length */
    size_t name_length;
    size_t source;              /* add: the keep layer whose values it adds */
    float rate;                 /* dropout */
    enum statistics statistics; /* batchnorm */
    /* Offsets into the parameter block. Weights are [kernel row][kernel column][input][output], of a depthwise layer
     * [kernel row][kernel column][channel], biases [output]; the biases follow the weights. A batchnorm layer's are
     * gamma [channel] and beta [channel], and its moving averages follow, which are not trained: means [channel],
     * variances [channel]. */
    size_t weight_offset, weight_count, bias_offset, bias_count, statistic_offset, statistic_count;
};

/* Takes the finished gradient of parameters [first, first + count), as soon as it is there and nobody reads these
 * parameters any more; from several threads at once, never the same parameter twice. */
struct gradient_sink {
    void (*take)(void *context, size_t first, size_t count, const float *gradient);
    void *context;
};

/* Images on their way through a layer: a whole batch, or a group of it. */
struct layer_pass {
    const struct kernels *kernels;
    struct parallel *parallel;  /* for a whole batch; NULL in a group, which belongs to one thread */
    struct batch_share share;   /* of a whole batch: which of its images this rank computes */
    size_t first_image, images; /* pointers below are at the first */
    /* Forward: the rows of its output that a layer which works by rows makes, of the one image, from a multiple of its
     * row_unit on; all of all images when end_row is 0. */
    size_t first_row, end_row;
    uint32_t dropout_key;        /* of this step and layer */
    const float *weights, *bias; /* this layer's */
    const float *packed;         /* what pack() and pack_backward() made of its weights; the former NULL where it
                                     lags behind */
    const float *packed_backward;
    const float *input;     /* [images][input shape] */
    float *output;          /* [images][output shape] */
    float *output_gradient; /* [images][output shape]; backward may overwrite it */
    float *input_gradient;  /* [images][input shape]; NULL when nobody needs it */
    float *room;            /* whole batch, backward: [images][input shape] for anything; input_gradient's own place */
    uint8_t *choices;       /* with a max-pool behind it in training: [images][pooled shape], which forward leaves for
                               backward (kernels.h) */
    float *weight_gradient; /* whole batch: [weight_count + bias_count], overwritten; a group adds to its chunk's
                               [partial_gradient], or overwrites it as the first */
    bool is_first_group;
    const float *kept;                /* add: the values that are added, [images][output shape] */
    float *kept_gradient;             /* add: their gradient, which backward adds to, or overwrites as the first */
    bool is_first_to_add;             /* on the way back */
    const struct gradient_sink *sink; /* whole batch: unless NULL it gets the weights' gradient, and weight_gradient
                                         the biases' alone */
    float *statistics;                /* batchnorm in training: means [channel], variances [channel] of the batch, which
                                         forward leaves for backward */
    float *scratch;                   /* of this thread; whole batch: of the first, */
    size_t scratch_stride;            /* from thread to thread */
};

/* A layer packs its weights in so many parts, for as many threads. */
enum { PACKED_PARTS = 4 };

/* NULL stands for nothing to do, or a size of 0. A layer without forward passes its input on as its output. */
struct layer_operations {
    bool whole_batch;   /* works on all images at once with all threads; the others take groups of images */
    bool training_only; /* reading skips it */
    bool in_place;      /* forward may write over its input, and backward reads neither */
    /* Forward can make some rows of its output by themselves, from each multiple of these on; NULL: only all. */
    size_t (*row_unit)(const struct layer *layer);
    void (*forward)(const struct layer *layer, const struct layer_pass *pass);
    /* Forward with a 2x2 max-pool after it, and back through both: the output and its gradient are the pooled ones, and
     * backward reads the choices in place of the output. */
    void (*forward_pooled)(const struct layer *layer, const struct layer_pass *pass);
    void (*backward_pooled)(const struct layer *layer, const struct layer_pass *pass);
    void (*backward)(const struct layer *layer, const struct layer_pass *pass);
    /* Floats of scratch that one thread needs, for whole batches of so many images where the layer takes those. */
    size_t (*scratch)(const struct layer *layer, const struct kernels *kernels, size_t batch);
    /* Weights in the form that forward and backward want: their floats, and how they are made, once per step; or only
     * before reading, where that costs more than a single pass gains and forward does without. */
    bool packed_for_reading;
    size_t (*packed_size)(const struct layer *layer, const struct kernels *kernels);
    void (*pack)(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                 float *packed);
    void (*pack_backward)(const struct layer *layer, const struct kernels *kernels, size_t part, const float *weights,
                          float *packed);
    /* Floats in which the groups of one chunk sum their gradient, and how it becomes [weight_count + bias_count]. */
    size_t (*partial_gradient)(const struct layer *layer, const struct kernels *kernels);
    void (*finish_gradient)(const struct layer *layer, const struct kernels *kernels, const float *partial,
                            float *gradient);
};

/* The rows of output that a pass makes, of each image. */
struct row_range {
    size_t first, end;
};

static inline struct row_range pass_rows(const struct layer *layer, const struct layer_pass *pass)
{
    return pass->end_row ? (struct row_range){pass->first_row, pass->end_row}
                         : (struct row_range){0, layer->output.rows};
}

/* The same as a stretch of its values, [images][output shape], where no value depends on its neighbours. */
struct value_range {
    size_t first, count;
};

static inline struct value_range pass_values(const struct layer *layer, const struct layer_pass *pass)
{
    const size_t row = layer->output.columns * layer->output.channels;
    return pass->end_row ? (struct value_range){pass->first_row * row, (pass->end_row - pass->first_row) * row}
                         : (struct value_range){0, pass->images * shape_size(layer->output)};
}

/* A row_unit: every row by itself. */
static inline size_t single_rows(const struct layer *layer)
{
    (void)layer;
    return 1;
}

/* Sets output_gradient to 0 where a fused ReLU let nothing through. */
static inline void mask_relu(const struct layer *layer, const struct layer_pass *pass)
{
    if (layer->activation == ACTIVATION_RELU)
        pass->kernels->relu_gradient(pass->images * shape_size(layer->output), pass->output, pass->output_gradient);
}

/* ---- The kinds, each with a file of its own; layers.c chooses ---- */

/* A conv layer has two ways: Winograd F(4x4, 3x3) for 3x3 kernels with enough channels, direct for all others. */
extern const struct layer_operations convolution_winograd, convolution_direct, convolution_depthwise;
bool winograd_fits(const struct layer *layer);

/* With the batch's statistics, and with factors and addends: see enum statistics. */
extern const struct layer_operations batchnorm_training, batchnorm_reading;

extern const struct layer_operations maxpool_operations, globalpool_operations;           /* pooling.c */
extern const struct layer_operations dropout_operations, relu_operations, add_operations; /* elementwise.c */
extern const struct layer_operations upsample_operations;
extern const struct layer_operations dense_operations;

#endif
