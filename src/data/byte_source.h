/* The bytes of a file, read from front to back; gzipped ones (RFC 1952) are unpacked on the way. Distrusts them, and
 * knows nothing of what they mean. */
#ifndef BYTE_SOURCE_H
#define BYTE_SOURCE_H

#include "base/status.h"

#ifndef __EMSCRIPTEN__
#define ZLIB_CONST /* zlib's input is const */
#include <zlib.h>
#endif

/* Plain bytes: `next` and `left`; gzipped ones are behind `stream`. */
struct byte_source {
    const char *name; /* "images" or "labels", for sentences */
    const uint8_t *next;
    size_t left; /* bytes of the file not yet used or handed to the stream */
    bool gzipped;
#ifndef __EMSCRIPTEN__
    z_stream stream;
#endif
};

/* bytes and name must outlive the source. Fails with OUT_OF_MEMORY, or with SCRAWL_UNSUPPORTED for gzipped bytes in
 * wasm. */
scrawl_status source_open(struct byte_source *source, const char *name, const void *bytes, size_t size);
void source_close(struct byte_source *source);

/* Whether so many bytes can come at all: to be asked before memory is taken for them. */
bool source_could_hold(const struct byte_source *source, uint64_t size);

/* The next bytes. Fails with SCRAWL_INVALID_DATASET when they are missing or damaged, or with OUT_OF_MEMORY. */
scrawl_status source_read(struct byte_source *source, uint8_t *buffer, size_t size);

/* Fails likewise unless everything was read. */
scrawl_status source_expect_end(struct byte_source *source);

/* Returns SCRAWL_INVALID_DATASET with the sentence "The file of NAME ...". */
scrawl_status source_fail(const struct byte_source *source, const char *what);

#endif
