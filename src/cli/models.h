/* Models from files, or those that are built in. Knows no command. */
#ifndef MODELS_H
#define MODELS_H

#include <stdbool.h>

#include "scrawl.h"

/* Whether a model of that name is in this build. */
bool model_is_built_in(const char *name);

/* Loads the model file at `path`, or one built in: by its name ("best", "small"; a file of such a name needs a folder
 * before it), with NULL the first. Complains and returns false when it can't. */
bool model_open(const char *path, scrawl_model **model);

/* The same, and says what kind of file it was; built-in models are safetensors. */
bool model_open_kind(const char *path, scrawl_model **model, scrawl_format *format);

/* "safetensors", "Keras (HDF5)", ... */
const char *model_kind_name(scrawl_format format);

/* The same as model_open for a model that finds digits. path NULL: the built-in one, where `model` reads the digits 0
 * to 9; *finder is NULL where it does not, and for "none". */
bool finder_open(const char *path, const scrawl_model *model, scrawl_model **finder);

/* What tells readings apart that models make: of both models (finder NULL: none), the way they are used and this
 * version a hash, and the kernels' name: "3f9c21ab-avx512". In fresh memory, to be freed by the caller. Complains and
 * returns NULL when it can't be made. */
char *model_mark(const scrawl_model *model, const scrawl_model *finder, bool single);

/* For an option's choices: "unit", "column-l2", NULL, in the order of scrawl_normalization. */
extern const char *const normalization_names[];

#endif
