/* A model on its way from another program's file to ours: a table of layers with their parameters in our layout, and
 * the fields that our own file would have. Readers of every format fill it, through the calls below alone; what an
 * architecture's text can't say is refused here or there. Knows no format.
 *
 * Writers need none of it: a model's table is model->network, its parameters model->weights (network/architecture.h,
 * layers/layer.h), its fields are what model_fields gives (model/model_file.h). */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "model/model_file.h"

/* Starts as EXCHANGE_START, ends with exchange_free. A position is a number of layers: 0 stands for the input's values,
 * 1 for what the first layer gives. */
struct exchange {
    size_t layer_count;
    /* As in struct network, but without keep layers: what is kept is said by `kept`, by position. An add layer's source
     * is a position. */
    struct layer layers[NETWORK_MAX_LAYERS];
    bool kept[NETWORK_MAX_LAYERS];
    float *parameters; /* layer by layer as in a network's block: weights, biases, statistics */
    size_t parameter_count;
    double input_scale, input_shift; /* what the network's input is multiplied with, and what is added then */
    bool scales_input;               /* the file says so, be it by 1 */
    struct metadata fields;          /* MODEL_LABELS and others of model_file.h, and notes; none is needed */
};

#define EXCHANGE_START                     \
    (struct exchange)                      \
    {                                      \
        .layer_count = 0, .input_scale = 1 \
    }

void exchange_free(struct exchange *exchange);

/* What the layers so far give; at first the input, 28 x 28 x 1. */
struct shape exchange_shape(const struct exchange *exchange);

/* In what follows, `place` is what the file calls the layer, as a sentence begins: "The layer \"conv2d\"". Each call
 * fails with INVALID_MODEL, a sentence that begins so, or OUT_OF_MEMORY. */

/* Appends a layer, of which kind and numbers are given, and for conv and dense the output's channels; shapes, counts
 * and offsets are found. Its parameters are zeros, at exchange->parameters + (*added)->weight_offset and so on, until
 * the next layer is added: a reader makes sure before that the file holds so many. added: NULL for nobody. */
scrawl_status exchange_add(struct exchange *exchange, const struct layer *layer, const char *place,
                           struct layer **added);

/* Appends a layer that adds the values at a position. */
scrawl_status exchange_add_kept(struct exchange *exchange, size_t position, const char *place);

/* Appends an activation: to the last layer, where nobody else uses what it gives (`alone`) and it can have one; else as
 * a layer. */
scrawl_status exchange_activate(struct exchange *exchange, enum activation activation, bool alone, const char *place);

/* Whether the values at a position are the input's still: only flatten layers stand before. */
bool exchange_is_input(const struct exchange *exchange, size_t position);

/* The input is multiplied with scale, and shift is added, behind what was said so before. While all there is is the
 * input. Which pixels the file means, the whole scale tells: from 0.1 on those of 0 to 1, which ours are, and from
 * 0.1 / 255 to 10 / 255 those of 0 to 255; others are refused. */
scrawl_status exchange_scale_input(struct exchange *exchange, double scale, double shift, const char *place);

/* Makes gamma of the last layer, a batchnorm whose parameters are there, such that this network's own epsilon gives
 * what another one gave; to the bit where both are the same. */
void exchange_use_epsilon(struct exchange *exchange, double epsilon);

/* Builds the model. What there is no word of is as in a model that was never calibrated: labels "0", "1", …, unit
 * normalisation; and softmax where the last layer has none. The scale and shift of the input go into the first layer's
 * parameters, where that is exact: not where it pads, for what it pads with is then no longer the shifted zero; there
 * they become a depthwise layer of 1x1 before it. */
scrawl_status exchange_model(struct exchange *exchange, scrawl_model **model);

#endif
