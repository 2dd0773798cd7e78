/* Fuzz target: bytes as an HDF5 file. What lies at some paths is read: attributes, texts and numbers. Built by make
 * fuzz; replay.c runs it over kept files. */
#include <stdlib.h>

#include "hdf5/hdf5.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void read_numbers(const struct hdf5 *file, const struct hdf5_values *values)
{
    float *floats = malloc((size_t)values->count * sizeof *floats + 1);
    if (floats) (void)hdf5_floats(file, values, floats);
    free(floats);
}

static void read_object(const struct hdf5 *file, uint64_t object)
{
    static const char *const names[] = {"a", "model_config", "weight_names"};
    struct hdf5_values values;
    const char *string;
    size_t length, sum = 0;
    bool there;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (hdf5_attribute(file, object, names[i], &values, &there) != SCRAWL_OK || !there) continue;
        read_numbers(file, &values);
        for (uint64_t index = 0; index < values.count && index < 3; index++)
            if (hdf5_string(file, &values, index, &string, &length) == SCRAWL_OK)
                for (size_t at = 0; at < length; at++) sum += (unsigned char)string[at];
    }
    if (hdf5_dataset(file, object, &values) == SCRAWL_OK) read_numbers(file, &values);
    if (sum == SIZE_MAX) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {"", "a", "a/b", "model_weights", "layers/conv2d/vars/0"};
    struct hdf5 file;
    uint64_t object;
    if (hdf5_open(bytes, size, &file) != SCRAWL_OK) return 0;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (hdf5_find(&file, file.root, paths[i], &object) == SCRAWL_OK && object) read_object(&file, object);
    return 0;
}
