/* Reads HDF5 files in memory, in the dialect that Keras and h5py write unless asked for another (The HDF Group, "HDF5
 * File Format Specification" 3.0): superblocks 0 to 3; object headers 1 and 2; symbol tables, and links in a header;
 * attributes 1 to 3; compact, contiguous and chunked data, as they are or deflated; integers, floats and strings,
 * little-endian. Distrusts what it reads, and takes no memory but for one deflated chunk. Knows nothing of networks. */
#ifndef HDF5_H
#define HDF5_H

#include "base/status.h"
#include "span.h"

enum {
    HDF5_MOST_DIMENSIONS = 8,
    HDF5_MOST_EXPANSION = 64, /* bytes of a data set for each of the file, where they are deflated; weights have less */
};

/* A file in the caller's memory, which outlives it. */
struct hdf5 {
    const uint8_t *bytes;
    size_t size;
    uint64_t root; /* the object that all others lie below */
};

enum hdf5_kind { HDF5_INTEGER, HDF5_FLOAT, HDF5_STRING, HDF5_VARIABLE_STRING, HDF5_OTHER };

/* An attribute's or data set's values, which stay in the file. */
struct hdf5_values {
    enum hdf5_kind kind;
    bool is_signed;   /* an integer */
    size_t item_size; /* bytes */
    size_t dimension_count;
    uint64_t dimensions[HDF5_MOST_DIMENSIONS];
    uint64_t count;      /* their product, 1 of a scalar, 0 where there is no value; count * item_size fits a size_t */
    const uint8_t *data; /* [count][item_size]; NULL where they lie in chunks */
    bool is_deflated;    /* each of the chunks */
    uint64_t chunk_tree, chunk_dimensions[HDF5_MOST_DIMENSIONS];
};

/* Whether bytes begin as an HDF5 file does. */
bool hdf5_is_file(const void *bytes, size_t size);

/* All of these fail with INVALID_MODEL, for a file that is damaged or of another dialect; the sentence says where. */
scrawl_status hdf5_open(const void *bytes, size_t size, struct hdf5 *file);

/* The object at "group/group/name" below another; *found is 0 where there is none. */
scrawl_status hdf5_find(const struct hdf5 *file, uint64_t object, const char *path, uint64_t *found);

/* An object's attribute; *there says whether it has one of that name. */
scrawl_status hdf5_attribute(const struct hdf5 *file, uint64_t object, const char *name, struct hdf5_values *values,
                             bool *there);

/* The values of an object that is a data set. They have no more bytes than the file, or, in chunks, 64 times as many.
 */
scrawl_status hdf5_dataset(const struct hdf5 *file, uint64_t object, struct hdf5_values *values);

/* String `index` < count of strings of either kind, as it lies in the file: without a final 0. */
scrawl_status hdf5_string(const struct hdf5 *file, const struct hdf5_values *values, uint64_t index,
                          const char **string, size_t *length);

/* All of numbers of either kind, to the nearest float: floats[count]. Fails with OUT_OF_MEMORY too. */
scrawl_status hdf5_floats(const struct hdf5 *file, const struct hdf5_values *values, float *floats);

#endif
