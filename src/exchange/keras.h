/* Keras' model files: .h5, as every version writes it, and .keras, as Keras 3 does. What both share is a description of
 * the layers in JSON, and weights in HDF5. The first part is for formats.c, the others are how the reader's files see
 * each other. */
#ifndef KERAS_H
#define KERAS_H

#include "base/json.h"
#include "exchange.h"
#include "hdf5/hdf5.h"

/* As struct format of formats.c wants them. */
scrawl_status keras_h5_read(const uint8_t *bytes, size_t size, scrawl_model **model);
scrawl_status keras_read(const uint8_t *bytes, size_t size, scrawl_model **model);
scrawl_status keras_h5_write(const scrawl_model *model, uint8_t **bytes, size_t *size);
scrawl_status keras_write(const scrawl_model *model, uint8_t **bytes, size_t *size);

/* Fields of a model that Keras has no word for stand in its file under these names, and are lost where Keras writes
 * such a file anew: of a .h5 attributes of the root, of a .keras members of metadata.json. Behind the prefix they are
 * called as in model_file.h. Temperature is a Rescaling layer before softmax, which Keras keeps. */
#define KERAS_FIELD_PREFIX "scrawl_"
enum { KERAS_FIELDS = 3 };
extern const char *const keras_fields[KERAS_FIELDS];

/* The name without the prefix. */
static inline const char *keras_field(size_t index)
{
    return keras_fields[index] + sizeof KERAS_FIELD_PREFIX - 1;
}

/* All other fields, as one JSON object of texts; left out of a .h5 where it has more than an attribute may have. */
#define KERAS_NOTES KERAS_FIELD_PREFIX "notes"

/* ---- The graph: which layers a model has, and what each takes (keras_graph.c) --------------------------------------
 */

enum {
    KERAS_NAME_SIZE = 128, /* with the final 0 */
    KERAS_CLASS_SIZE = 48,
    KERAS_MOST_SOURCES = 2,
    KERAS_MOST_LAYERS = 256,
};

struct keras_layer {
    char name[KERAS_NAME_SIZE], class_name[KERAS_CLASS_SIZE];
    char place[KERAS_NAME_SIZE + KERAS_CLASS_SIZE];   /* the sentence that fails begins with it */
    struct json config;                               /* before its '{', in the model's text */
    size_t sources[KERAS_MOST_SOURCES], source_count; /* the layers whose values it takes; none: the model's input */
};

/* Starts as {0}, ends with keras_graph_free. */
struct keras_graph {
    struct keras_layer *layers; /* in the file's order */
    size_t count;
    size_t output;    /* the layer that gives the model's values */
    bool is_chain;    /* a Sequential model, whose layers may begin without an InputLayer */
    struct json root; /* of a chain: where the input's shape may stand */
};

/* text[length], which must outlive the graph: {"class_name": "Sequential" or "Functional", "config": {...}}. Fails with
 * INVALID_MODEL, whose sentence names the layer, and OUT_OF_MEMORY. */
scrawl_status keras_graph_read(const char *text, size_t length, struct keras_graph *graph);

void keras_graph_free(struct keras_graph *graph);

/* place + ": " + what */
scrawl_status keras_fail(const struct keras_layer *layer, const char *what);

/* ---- The weights of a layer, in either kind of file (keras_weights.c) ----------------------------------------------
 */

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

/* ---- A Keras layer to layers of the exchange (keras_layers.c) ------------------------------------------------------
 */

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
