/* A model to and from safetensors bytes; the trainer adds its own tensors and fields through these calls. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include "model.h"
#include "safetensors.h"

/* Metadata fields of a checkpoint begin with this. They belong to the trainer; a model neither keeps nor writes them.
 */
#define CHECKPOINT_PREFIX "checkpoint_"

/* Builds a model from a read file. Other fields that no model has become its metadata; tensors
 * "<layer>.weight.<something>", "<layer>.bias.<something>" and the like are left to the caller, all others that no
 * layer has are refused. */
scrawl_status model_from_safetensors(const struct safetensors *file, scrawl_model **model);

/* Copies one block that is laid out like the parameters (weights, moments) from the tensors named
 * "<layer>.weight<suffix>" and "<layer>.bias<suffix>". Fails, naming the tensor, when one is missing or misshaped (then
 * nothing is written) or holds a value that is not finite. */
scrawl_status parameters_from_safetensors(const struct safetensors *file, const struct network *network,
                                          const char *suffix, float *parameters);

/* A model file with further blocks and fields: block i is written under suffixes[i] (each begins with a dot). A field
 * replaces the model's of that name, but not the ones every model file has. */
scrawl_status model_to_safetensors(const scrawl_model *model, const struct metadata *more_metadata,
                                   const char *const *suffixes, const float *const *blocks, size_t block_count,
                                   uint8_t **bytes, size_t *size);

const char *normalization_name(scrawl_normalization normalization); /* "unit", "column-l2" */
bool normalization_from_name(const char *name, scrawl_normalization *normalization);

#endif
