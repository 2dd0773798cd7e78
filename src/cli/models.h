/* Models from files, from architecture texts, or the one that is built in. Knows no command. */
#ifndef MODELS_H
#define MODELS_H

#include <stdbool.h>

#include "../scrawl.h"

/* Loads the model file at `path`, or with NULL the one built in. Complains and returns false when it can't. */
bool model_open(const char *path, scrawl_model **model);

/* For an option's choices: "unit", "column-l2", NULL, in the order of scrawl_normalization. */
extern const char *const normalization_names[];

#endif
