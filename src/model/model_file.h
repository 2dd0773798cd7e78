/* A model to and from safetensors bytes; the trainer adds its own tensors and fields through these calls. What such a
 * file says of a model beside its weights is a table of fields, which other formats carry too. */
#ifndef MODEL_FILE_H
#define MODEL_FILE_H

#include "model.h"
#include "safetensors.h"

/* Metadata fields of a checkpoint begin with this. They belong to the trainer; a model neither keeps nor writes them.
 */
#define CHECKPOINT_PREFIX "checkpoint_"

/* The fields that a model's file has. */
#define MODEL_ARCHITECTURE "architecture"
#define MODEL_LABELS "labels" /* a JSON array of texts */
#define MODEL_NORMALIZATION "normalization"
#define MODEL_VERSION "scrawl_version"
#define MODEL_TEMPERATURE "temperature" /* this and the next only of a calibrated model */
#define MODEL_DOUBT "doubtful_below"

/* The note of a model whose file, another program's, says nothing of its input: with which normalisation it was trained
 * nobody knows. The next training knows, and replaces it. */
#define MODEL_TRAINED_NORMALIZATION METADATA_NOTE_PREFIX MODEL_NORMALIZATION
#define MODEL_NORMALIZATION_UNSAID "unsaid"

/* All fields of the model's file, and notes on its making. more: what replaces notes, or NULL. Fails with OUT_OF_MEMORY
 * only; the caller frees the fields also then. */
scrawl_status model_fields(const scrawl_model *model, const struct metadata *more, struct metadata *fields);

/* Builds a model from such fields and parameters[parameter_count], laid out as its network's, and copies both. Fails
 * with INVALID_MODEL, naming the field or layer, also for other counts, values that are not finite and negative
 * variances; and with OUT_OF_MEMORY. */
scrawl_status model_from_fields(const struct metadata *fields, const float *parameters, size_t parameter_count,
                                scrawl_model **model);

/* Builds a model from a read file. Other fields that no model has become its metadata; tensors
 * "<layer>.weight.<something>", "<layer>.bias.<something>" and the like are left to the caller, all others that no
 * layer has are refused. */
scrawl_status model_from_safetensors(const struct safetensors *file, scrawl_model **model);

/* The same from the bytes of a safetensors file. */
scrawl_status model_from_bytes(const uint8_t *bytes, size_t size, scrawl_model **model);

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
