/* A Keras layer to layers of the exchange. Knows no file. */
#ifndef KERAS_LAYERS_H
#define KERAS_LAYERS_H

#include "exchange.h"
#include "keras_weights.h"

/* A model on its way. Starts with the first three given. */
struct keras_translation {
    const struct keras_graph *graph;
    struct keras_weights *weights;
    struct exchange *exchange;
    bool flat_input;                  /* it is given as 784 values */
    const struct keras_layer *scaled; /* a Rescaling that softmax must follow */
    /* Of the layer that is translated: whether nobody else uses what it takes; and of an Add the position of what is
     * added to the last layer's values. */
    bool alone;
    size_t added_position;
};

/* Appends what the layer means. The last layer of the exchange gives the values that it takes. Fails as exchange_add.
 */
scrawl_status keras_translate(struct keras_translation *translation, const struct keras_layer *layer);

/* The input of a model whose first layer is no InputLayer. */
scrawl_status keras_translate_input(struct keras_translation *translation);

#endif
