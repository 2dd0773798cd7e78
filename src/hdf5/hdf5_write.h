/* Writes HDF5 files of the oldest dialect, which every program of it reads: superblock 0, symbol tables, contiguous
 * floats, texts of fixed length. Knows nothing of networks. */
#ifndef HDF5_WRITE_H
#define HDF5_WRITE_H

#include "base/status.h"

/* Starts as {0}. Every call but hdf5_write and hdf5_writer_free remembers a failure, and does nothing after one. */
struct hdf5_writer {
    struct hdf5_node *nodes; /* the first one is the root, and each stands behind the group it is in */
    size_t count, capacity;
    scrawl_status status;
};

enum {
    HDF5_ROOT = 0,
    HDF5_MOST_TEXT =
        65000, /* bytes that an attribute of a short name always takes; its whole message has 64 KiB at most */
};

/* A group or data set in a group: its number. Names are copied, have no '/' and no other of the group has them;
 * a group has at most 256. values[the dimensions' product] stay the caller's, until hdf5_write. */
size_t hdf5_add_group(struct hdf5_writer *writer, size_t group, const char *name);
void hdf5_add_floats(struct hdf5_writer *writer, size_t group, const char *name, size_t dimension_count,
                     const size_t *dimensions, const float *values);

/* An attribute of a group: a text, or an array of texts. */
void hdf5_add_text(struct hdf5_writer *writer, size_t group, const char *name, const char *text);
void hdf5_add_texts(struct hdf5_writer *writer, size_t group, const char *name, const char *const *texts, size_t count);

/* The file, to be freed with free(). Fails with OUT_OF_MEMORY, and INVALID_ARGUMENT for what is too long or too much.
 */
scrawl_status hdf5_write(struct hdf5_writer *writer, uint8_t **bytes, size_t *size);

void hdf5_writer_free(struct hdf5_writer *writer);

#endif
