/* The weights of a Keras model's layers, in either kind of file. Knows no kind of layer. */
#ifndef KERAS_WEIGHTS_H
#define KERAS_WEIGHTS_H

#include "hdf5/hdf5.h"
#include "keras_graph.h"

enum { KERAS_MOST_DIMENSIONS = 4, KERAS_MOST_WEIGHTS = 4 };

/* Made by whoever opens the file. */
struct keras_weights {
    struct hdf5 file;
    const struct keras_graph *graph;
    bool by_number;      /* .keras: layers/conv2d_1/vars/0; else .h5: model_weights/NAME and what weight_names says */
    uint64_t bytes_left; /* of the file, for weights that aren't counted yet: none is taken twice */
};

/* What a layer needs: a name for sentences, and its shape. */
struct keras_weight {
    const char *name;
    size_t dimension_count, dimensions[KERAS_MOST_DIMENSIONS];
};

/* Finds all weights of a layer, in their order. Fails with INVALID_MODEL, whose sentence names the layer, when one is
 * missing or misshaped, when the layer has more, or when they can't all lie in the file. */
scrawl_status keras_weights_find(struct keras_weights *weights, const struct keras_layer *layer,
                                 const struct keras_weight *wanted, size_t count, struct hdf5_values *found);

#endif
