/* ZIP archives in memory (PKWARE, APPNOTE.TXT 6.3): entries that are stored or deflated are read, stored ones written.
 * Distrusts what it reads. Must not know what the entries are. */
#ifndef ZIP_H
#define ZIP_H

#include "base/status.h"

/* An entry's bytes: they lie in the archive, or were inflated. Starts as {0}, ends with zip_entry_free. */
struct zip_entry {
    const uint8_t *bytes;
    size_t size;
    uint8_t *inflated;
};

/* The entry of that name; bytes stays NULL where there is none. Fails with INVALID_MODEL for archives that are damaged,
 * in several parts, encrypted or compressed by other means, and for entries of more than 64 times what they take in the
 * archive, or 4 GiB; and with OUT_OF_MEMORY. */
scrawl_status zip_read(const uint8_t *bytes, size_t size, const char *name, struct zip_entry *entry);

void zip_entry_free(struct zip_entry *entry);

/* What an archive is to hold. */
struct zip_item {
    const char *name;
    const uint8_t *bytes;
    size_t size; /* below 4 GiB in all */
};

/* *archive: free with free(). Fails with OUT_OF_MEMORY, and INVALID_ARGUMENT for what is too large. */
scrawl_status zip_write(const struct zip_item *items, size_t count, uint8_t **archive, size_t *size);

#endif
