/* Which layers a Keras model has, and what each takes. Knows no kind of layer. */
#ifndef KERAS_GRAPH_H
#define KERAS_GRAPH_H

#include "base/json.h"
#include "base/status.h"

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

#endif
