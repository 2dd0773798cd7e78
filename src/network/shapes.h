/* The shapes of what layers give, from the input on, and of their parameters. Knows no table and no text. */
#ifndef SHAPES_H
#define SHAPES_H

#include "layers/layer.h"

/* Finds the output's rows and columns of a layer whose input and numbers are known; its output's channels are, where
 * it has channels of its own. `before`: the layers before it. Returns NULL, or what is wrong as the end of a
 * sentence; nothing is too large below MOST_LAYER_VALUES. */
const char *shape_output(const struct layer *before, struct layer *layer);

/* Finds the counts of weights, biases and statistics of a layer whose shapes are known; false when there are more than
 * MOST_PARAMETERS. */
bool shape_parameters(struct layer *layer);

/* Parameters of a network, at most. */
enum { MOST_PARAMETERS = 1 << 28 };

/* Values of one layer's output that no network may go beyond: they fit 32 bits. */
enum { MOST_LAYER_VALUES = 1 << 28 };

#endif
