/* The table of layers, built from an architecture text: it gives every offset, shape and size. Holds no weights and
 * knows no pass. */
#ifndef ARCHITECTURE_H
#define ARCHITECTURE_H

#include "layers/layer.h"

enum {
    NETWORK_MAX_LAYERS = 64,
    NETWORK_ANY_SIDE = 128,        /* pixels: the input of a new table that takes any size, and of trainings */
    NETWORK_MOST_SIDE = 1 << 15,   /* pixels, of an input of any size */
    NETWORK_MOST_NAME_LENGTH = 32, /* bytes of a name that a layer keeps values by */
};

/* Is moved as a whole, and else copied by network_borrow alone: one of all that have the text frees it. */
struct network {
    char *text;      /* the architecture, names expanded */
    bool text_owned; /* else it is another's, which is freed later */
    struct shape input;
    bool any_size; /* network_resize makes the input's rows and columns others */
    size_t layer_count, class_count, parameter_count;
    struct layer layers[NETWORK_MAX_LAYERS];
};

/* text: a built-in name, which becomes its text with class_count outputs, or an architecture text. class_count 0: as
 * many as the text has outputs, 10 for a name. Fails with SCRAWL_INVALID_ARCHITECTURE (the sentence names the layer) or
 * OUT_OF_MEMORY. */
scrawl_status network_create(const char *text, size_t class_count, struct network *network);

/* The same table, to be changed for some passes; its text stays the owner's. Needs no network_free. */
struct network network_borrow(const struct network *owner);

/* The same table with the same parameters over an input of other rows and columns, borrowed. Fails with
 * INVALID_ARGUMENT where the network can't take them: its size is fixed, or what it adds doesn't fit. */
scrawl_status network_resize(const struct network *owner, size_t rows, size_t columns, struct network *resized);

/* Whether it ends in cells that say where digits are (layers/detection.h), in place of probabilities. */
bool network_detects(const struct network *network);

void network_free(struct network *network);

/* Glorot-uniform weights (Glorot & Bengio 2010), zero biases, but of a detector's centres, which are rare; batch
 * normalisation that changes nothing yet: parameters[parameter_count]. */
void network_initialize(const struct network *network, uint64_t seed, float *parameters);

#endif
