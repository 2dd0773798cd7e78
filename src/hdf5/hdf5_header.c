/* Implements hdf5_header.h, and how a file begins: superblocks and object headers (sections II.A and IV.A of the
 * specification). */
#include "hdf5_header.h"

#include <string.h>

static const uint8_t signature[] = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

scrawl_status hdf5_fail(const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, "The HDF5 file ", what, NULL);
}

struct span hdf5_at(const struct hdf5 *file, uint64_t address)
{
    return span_from(file->bytes, file->size, address);
}

/* ---- Superblock ---- */

bool hdf5_is_file(const void *bytes, size_t size)
{
    return size >= sizeof signature && memcmp(bytes, signature, sizeof signature) == 0;
}

/* Versions 0 and 1: the root is an entry of a symbol table, whose second address is the object's. */
static bool read_old_superblock(struct span *span, unsigned version, uint64_t *base, uint64_t *root, bool *wide)
{
    enum { VERSIONS = 4, REST = 1 + 2 * 2 + 4, MORE_OF_VERSION_1 = 4 };
    span_take(span, VERSIONS);
    *wide = span_number(span, 1) == HDF5_ADDRESS;
    *wide &= span_number(span, 1) == HDF5_ADDRESS;
    span_take(span, REST + (version ? MORE_OF_VERSION_1 : 0));
    *base = span_number(span, HDF5_ADDRESS);
    span_take(span, 4 * HDF5_ADDRESS); /* free space, end, driver; the root's name */
    *root = span_number(span, HDF5_ADDRESS);
    return !span->failed;
}

static bool read_new_superblock(struct span *span, uint64_t *base, uint64_t *root, bool *wide)
{
    *wide = span_number(span, 1) == HDF5_ADDRESS;
    *wide &= span_number(span, 1) == HDF5_ADDRESS;
    span_take(span, 1);
    *base = span_number(span, HDF5_ADDRESS);
    span_take(span, 2 * HDF5_ADDRESS); /* extension, end */
    *root = span_number(span, HDF5_ADDRESS);
    return !span->failed;
}

scrawl_status hdf5_open(const void *bytes, size_t size, struct hdf5 *file)
{
    enum { LAST_OLD = 1, LAST = 3 };
    uint64_t base = 0, root = 0;
    bool wide = false;
    if (!hdf5_is_file(bytes, size)) return hdf5_fail("doesn't begin as one.");
    struct span span = span_from(bytes, size, sizeof signature);
    const unsigned version = (unsigned)span_number(&span, 1);
    if (version > LAST) return hdf5_fail("has a superblock of a version that Scrawl doesn't know.");
    const bool whole = version <= LAST_OLD ? read_old_superblock(&span, version, &base, &root, &wide)
                                           : read_new_superblock(&span, &base, &root, &wide);
    if (!whole) return hdf5_fail("is cut off within its superblock.");
    if (!wide || base != 0) return hdf5_fail("has addresses that aren't 8 bytes from its first on, as h5py has them.");
    *file = (struct hdf5){.bytes = bytes, .size = size, .root = root};
    return SCRAWL_OK;
}

/* ---- Object headers ---- */

static void add_block(struct hdf5_header *header, struct span block)
{
    if (header->block_count == HDF5_MOST_BLOCKS)
        header->status = hdf5_fail("has an object whose header is in too many pieces.");
    else
        header->blocks[header->block_count++] = block;
}

static void begin_old(struct hdf5_header *header, struct span span)
{
    enum { VERSION_AND_COUNTS = 2 + 2 + 4, PADDING = 4 };
    span_take(&span, VERSION_AND_COUNTS);
    const uint64_t size = span_number(&span, 4);
    span_take(&span, PADDING);
    header->is_old = true;
    add_block(header, span_part(&span, size));
}

static void begin_new(struct hdf5_header *header, struct span span)
{
    enum { VERSION = 2, SIZE_BITS = 3, HAS_ORDER = 1 << 2, HAS_PHASES = 1 << 4, HAS_TIMES = 1 << 5 };
    span_expect(&span, "OHDR");
    if (span_number(&span, 1) != VERSION) span.failed = true;
    const unsigned flags = (unsigned)span_number(&span, 1);
    if (flags & HAS_TIMES) span_take(&span, 4 * 4);
    if (flags & HAS_PHASES) span_take(&span, 2 * 2);
    const uint64_t size = span_number(&span, (size_t)1 << (flags & SIZE_BITS));
    header->has_order = flags & HAS_ORDER;
    add_block(header, span_part(&span, size));
}

struct hdf5_header hdf5_header(const struct hdf5 *file, uint64_t object)
{
    struct hdf5_header header = {.file = file, .status = SCRAWL_OK};
    struct span span = hdf5_at(file, object), ahead = span;
    if (span_number(&ahead, 1) == 1)
        begin_old(&header, span);
    else
        begin_new(&header, span);
    return header;
}

/* A piece of the header elsewhere; in version 2 between a signature and a checksum. */
static void continue_header(struct hdf5_header *header, struct span *body)
{
    enum { CHECKSUM = 4 };
    const uint64_t address = span_number(body, HDF5_ADDRESS), size = span_number(body, HDF5_ADDRESS);
    struct span block = span_within(header->file->bytes, header->file->size, address, size);
    if (!header->is_old) {
        span_expect(&block, "OCHK");
        if (span_left(&block) >= CHECKSUM)
            block.end -= CHECKSUM;
        else
            block.failed = true;
    }
    block.failed |= body->failed;
    add_block(header, block);
}

/* A message, of which there may be less than a head at a block's end. */
static struct span take_message(struct hdf5_header *header, enum hdf5_message *kind)
{
    enum { SHARED = 1 << 1, OLD_KIND = 2, OLD_RESERVED = 3, ORDER = 2 };
    struct span *block = &header->block;
    *kind = (enum hdf5_message)span_number(block, header->is_old ? OLD_KIND : 1);
    const uint64_t size = span_number(block, 2), flags = span_number(block, 1);
    if (header->is_old) span_take(block, OLD_RESERVED);
    if (header->has_order) span_take(block, ORDER);
    struct span body = span_part(block, size);
    if (body.failed)
        header->status = hdf5_fail("is damaged: an object's header ends within a message.");
    else if (flags & SHARED && *kind <= MESSAGE_ATTRIBUTE)
        header->status = hdf5_fail("keeps what belongs to an object elsewhere, which Keras doesn't write.");
    return body;
}

bool hdf5_next_message(struct hdf5_header *header, enum hdf5_message *kind, struct span *body)
{
    enum { OLD_HEAD = 8, NEW_HEAD = 4, ORDER = 2, MOST_MESSAGES = 4096 };
    const size_t head = header->is_old ? OLD_HEAD : NEW_HEAD + (header->has_order ? ORDER : 0);
    while (header->status == SCRAWL_OK) {
        if (span_left(&header->block) < head) {
            if (header->next_block == header->block_count) return false;
            header->block = header->blocks[header->next_block++];
            if (header->block.failed) header->status = hdf5_fail("is damaged: an object has no header.");
            continue;
        }
        *body = take_message(header, kind);
        if (header->status == SCRAWL_OK && ++header->message_count > MOST_MESSAGES)
            header->status = hdf5_fail("has an object with more than 4096 messages.");
        if (header->status != SCRAWL_OK) return false;
        if (*kind != MESSAGE_CONTINUATION) return true;
        continue_header(header, body);
    }
    return false;
}
