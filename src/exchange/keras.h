/* Keras' model files: .h5, as every version writes it, and .keras, as Keras 3 does. What both share is a description of
 * the layers in JSON, and weights in HDF5. */
#ifndef KERAS_H
#define KERAS_H

#include "model/model.h"

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

#endif
