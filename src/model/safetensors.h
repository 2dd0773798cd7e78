/* The safetensors container (https://huggingface.co/docs/safetensors): named tensors of F32, F16 and I8 and a table
 * of texts, to and from bytes. Distrusts what it reads. Knows nothing of networks.
 *
 * 8 bytes header length, little-endian | JSON header, padded with spaces | tensor data without gaps */
#ifndef SAFETENSORS_H
#define SAFETENSORS_H

#include "metadata.h"

enum {
    TENSOR_NAME_SIZE = 64,
    TENSOR_MAX_DIMENSIONS = 4,
    SAFETENSORS_MAX_TENSORS = 1024,
    SAFETENSORS_MAX_METADATA = 2048, /* entries */
};

enum tensor_type { TENSOR_F32, TENSOR_F16, TENSOR_I8, TENSOR_TYPES };

struct tensor {
    char name[TENSOR_NAME_SIZE];
    size_t dimension_count, dimensions[TENSOR_MAX_DIMENSIONS];
    size_t count;     /* of values: the product of the dimensions */
    const void *data; /* when reading: what the file holds, little-endian, not aligned; for writing: floats */
    enum tensor_type type;
};

/* Starts as {0}. */
struct safetensors {
    struct tensor *tensors; /* in the order of their data, which stays in the file's bytes */
    size_t tensor_count;
    struct metadata metadata;
};

/* Fails with SCRAWL_INVALID_MODEL, naming the tensor or field, unless the whole file is exactly as the format wants it:
 * F32, F16 or I8, sizes that agree, tensors that fill the data without gap or overlap, no name twice. OUT_OF_MEMORY
 * otherwise. */
scrawl_status safetensors_read(const void *bytes, size_t size, struct safetensors *file);
/* The tensor of that name, or NULL. */
const struct tensor *safetensors_find(const struct safetensors *file, const char *name);
/* A read tensor's values[count]. */
void safetensors_values(const struct tensor *tensor, float *values);
/* Frees what safetensors_read made. */
void safetensors_free(struct safetensors *file);

/* Writes the tensors in the given order; names and shapes are the caller's care; data are floats, which are rounded to
 * the tensor's type: -127 .. 127 for I8. metadata: NULL for none.
 * Fails with OUT_OF_MEMORY only. *bytes: free with free(). */
scrawl_status safetensors_write(const struct tensor *tensors, size_t tensor_count, const struct metadata *metadata,
                                uint8_t **bytes, size_t *size);

#endif
