/* The messages of an object's header, one after the other. Knows no message's meaning but that of a continuation. */
#ifndef HDF5_HEADER_H
#define HDF5_HEADER_H

#include "hdf5.h"

enum hdf5_message {
    MESSAGE_DATASPACE = 0x1,
    MESSAGE_LINK_INFO = 0x2,
    MESSAGE_DATATYPE = 0x3,
    MESSAGE_LINK = 0x6,
    MESSAGE_LAYOUT = 0x8,
    MESSAGE_FILTERS = 0xB,
    MESSAGE_ATTRIBUTE = 0xC,
    MESSAGE_CONTINUATION = 0x10,
    MESSAGE_SYMBOL_TABLE = 0x11,
    MESSAGE_ATTRIBUTE_INFO = 0x15,
};

enum {
    HDF5_ADDRESS = 8, /* bytes of an address and of a length: hdf5_open refuses others */
    HDF5_MOST_BLOCKS = 64,
};
static const uint64_t HDF5_NO_ADDRESS = UINT64_MAX;

/* Begun by hdf5_header. */
struct hdf5_header {
    const struct hdf5 *file;
    struct span block; /* what is left of the one that is read */
    struct span blocks[HDF5_MOST_BLOCKS];
    size_t block_count, next_block, message_count;
    bool is_old, has_order; /* version 1; each message of version 2 says when it was made */
    scrawl_status status;
};

/* "The HDF5 file " + what. */
scrawl_status hdf5_fail(const char *what);

/* What lies at an address of the file. */
struct span hdf5_at(const struct hdf5 *file, uint64_t address);

struct hdf5_header hdf5_header(const struct hdf5 *file, uint64_t object);

/* The next message's kind and body. False at the end, where header->status says whether all went well. */
bool hdf5_next_message(struct hdf5_header *header, enum hdf5_message *kind, struct span *body);

#endif
