/* Implements byte_source.h with zlib, which only the native build has. Must not know what the bytes mean. */
#include "byte_source.h"

#include <string.h>

#include "base/minmax.h"

scrawl_status source_fail(const struct byte_source *source, const char *what)
{
    return fail(SCRAWL_INVALID_DATASET, "The file of ", source->name, " ", what, NULL);
}

static bool is_gzipped(const uint8_t *bytes, size_t size)
{
    return size >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B; /* RFC 1952, section 2.3.1 */
}

#ifdef __EMSCRIPTEN__

static scrawl_status open_stream(struct byte_source *source)
{
    return fail(SCRAWL_UNSUPPORTED, "The file of ", source->name,
                " is gzipped, which this build can't read: unpack it first.", NULL);
}

static void close_stream(struct byte_source *source)
{
    (void)source;
}

static scrawl_status read_gzipped(struct byte_source *source, uint8_t *buffer, size_t size)
{
    (void)buffer, (void)size;
    return open_stream(source);
}

static scrawl_status expect_gzip_end(struct byte_source *source)
{
    return open_stream(source);
}

#else

enum {
    GZIP_WINDOW = 15 + 16,      /* zlib.h, inflateInit2: the largest window, and a gzip header */
    MAX_STREAM_INPUT = 1 << 30, /* bytes at once: zlib counts in unsigned int */
};

static scrawl_status open_stream(struct byte_source *source)
{
    return inflateInit2(&source->stream, GZIP_WINDOW) == Z_OK ? SCRAWL_OK : fail_out_of_memory();
}

static void close_stream(struct byte_source *source)
{
    inflateEnd(&source->stream);
}

/* Inflates until the output is full or zlib stops; gives zlib's last word. */
static int inflate_some(struct byte_source *source, uint8_t *buffer, size_t size)
{
    z_stream *stream = &source->stream;
    int result = Z_OK;
    do {
        size_t input = min_size(source->left, MAX_STREAM_INPUT);
        size_t output = min_size(size, MAX_STREAM_INPUT);
        stream->next_in = source->next;
        stream->avail_in = (unsigned)input;
        stream->next_out = buffer;
        stream->avail_out = (unsigned)output;
        result = inflate(stream, Z_NO_FLUSH);
        source->next += input - stream->avail_in;
        source->left -= input - stream->avail_in;
        buffer += output - stream->avail_out;
        size -= output - stream->avail_out;
    } while (result == Z_OK && size > 0);
    return size == 0 && result == Z_STREAM_END ? Z_OK : result;
}

static scrawl_status fail_inflate(const struct byte_source *source, int result)
{
    if (result == Z_MEM_ERROR) return fail_out_of_memory();
    if (result == Z_BUF_ERROR) return source_fail(source, "is cut off: its gzip data ends too early.");
    if (result == Z_STREAM_END) return source_fail(source, "is shorter than its header says.");
    return source_fail(source, "is damaged: its gzip data can't be unpacked.");
}

static scrawl_status read_gzipped(struct byte_source *source, uint8_t *buffer, size_t size)
{
    int result = inflate_some(source, buffer, size);
    return result == Z_OK ? SCRAWL_OK : fail_inflate(source, result);
}

/* One byte of room is enough to see whether there is more; the check sum is compared here. */
static scrawl_status expect_gzip_end(struct byte_source *source)
{
    uint8_t extra;
    int result = inflate_some(source, &extra, sizeof extra);
    if (result == Z_OK) return source_fail(source, "is longer than its header says.");
    if (result != Z_STREAM_END) return fail_inflate(source, result);
    return source->left == 0 ? SCRAWL_OK : source_fail(source, "has bytes behind its gzip data.");
}

#endif

scrawl_status source_open(struct byte_source *source, const char *name, const void *bytes, size_t size)
{
    *source = (struct byte_source){.name = name, .next = bytes, .left = size};
    if (!is_gzipped(bytes, size)) return SCRAWL_OK;
    scrawl_status status = open_stream(source);
    source->gzipped = status == SCRAWL_OK;
    return status;
}

void source_close(struct byte_source *source)
{
    if (source->gzipped) close_stream(source);
}

bool source_could_hold(const struct byte_source *source, uint64_t size)
{
    enum { MAX_DEFLATE_EXPANSION = 1032 }; /* 258 bytes from 2 bits: https://zlib.net/zlib_tech.html */
    return source->gzipped ? size / MAX_DEFLATE_EXPANSION <= source->left : size <= source->left;
}

scrawl_status source_read(struct byte_source *source, uint8_t *buffer, size_t size)
{
    if (size == 0) return SCRAWL_OK;
    if (source->gzipped) return read_gzipped(source, buffer, size);
    if (size > source->left) return source_fail(source, "is cut off: it is shorter than its header says.");
    memcpy(buffer, source->next, size);
    source->next += size;
    source->left -= size;
    return SCRAWL_OK;
}

scrawl_status source_expect_end(struct byte_source *source)
{
    if (source->gzipped) return expect_gzip_end(source);
    return source->left == 0 ? SCRAWL_OK : source_fail(source, "is longer than its header says.");
}
