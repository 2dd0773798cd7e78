/* The kinds of layer: their words, and what each offers. Knows no computation. */
#ifndef LAYERS_H
#define LAYERS_H

#include "layer.h"

/* The word for each enum layer_kind in an architecture text. */
extern const char *const layer_names[LAYER_KIND_COUNT];

const struct layer_operations *layer_operations(const struct layer *layer);

/* Whether the layer offers to do the work of the next one too, when reading. */
bool layer_takes_pool(const struct layer *layer, const struct layer *next);

#endif
