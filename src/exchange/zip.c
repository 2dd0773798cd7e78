/* Implements zip.h. Sizes are the central directory's, which is there when an archive was written as a stream too; an
 * entry's own header only says where its bytes begin. */
#include "zip.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "hdf5/inflate.h"
#include "hdf5/span.h"

enum {
    END_SIZE = 22, /* bytes of the record at the end, less its comment */
    MOST_COMMENT = UINT16_MAX,
    MOST_EXPANSION = 64,
    EXPANSION_SLACK = 1024, /* bytes */
    STORED = 0,
    DEFLATED = 8,
};
static const char local_signature[] = "PK\3\4", central_signature[] = "PK\1\2", end_signature[] = "PK\5\6";

/* The polynomial of ISO 3309, four bits at a time. */
static uint32_t crc32_of(const uint8_t *bytes, size_t size)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
        0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
    };
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < size; i++) {
        crc = crc >> 4 ^ table[(crc ^ bytes[i]) & 15];
        crc = crc >> 4 ^ table[(crc ^ (uint32_t)(bytes[i] >> 4)) & 15];
    }
    return ~crc;
}

/* ---- Reading ---- */

static scrawl_status fail_zip(const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, "The ZIP file ", what, NULL);
}

/* What the directory says of an entry. */
struct directory_entry {
    struct span name;
    uint64_t flags, method, crc, packed_size, size, offset;
};

static bool take_entry(struct span *directory, struct directory_entry *entry)
{
    enum { VERSIONS = 4, TIME = 4, ATTRIBUTES = 2 + 2 + 4 };
    span_expect(directory, central_signature);
    span_take(directory, VERSIONS);
    entry->flags = span_number(directory, 2);
    entry->method = span_number(directory, 2);
    span_take(directory, TIME);
    entry->crc = span_number(directory, 4);
    entry->packed_size = span_number(directory, 4);
    entry->size = span_number(directory, 4);
    const uint64_t name = span_number(directory, 2), extra = span_number(directory, 2),
                   comment = span_number(directory, 2);
    span_take(directory, ATTRIBUTES);
    entry->offset = span_number(directory, 4);
    entry->name = span_part(directory, name);
    span_take(directory, extra + comment);
    return !directory->failed;
}

/* The directory's entries: what stands before the last record that ends an archive. */
static struct span find_directory(const uint8_t *bytes, size_t size, uint64_t *count)
{
    enum { PARTS = 4, COUNT_HERE = 2 };
    const size_t least = size > END_SIZE + MOST_COMMENT ? size - END_SIZE - MOST_COMMENT : 0;
    size_t at = size < END_SIZE ? 0 : size - END_SIZE + 1;
    while (at > least && memcmp(bytes + at - 1, end_signature, 4) != 0) at--;
    struct span end = at > least ? span_from(bytes, size, at - 1) : (struct span){.failed = true};
    span_take(&end, 4);
    const uint64_t parts = span_number(&end, PARTS);
    span_take(&end, COUNT_HERE);
    *count = span_number(&end, 2);
    const uint64_t directory_size = span_number(&end, 4), offset = span_number(&end, 4);
    if (end.failed || parts != 0) return (struct span){.failed = true};
    return span_within(bytes, size, offset, directory_size);
}

/* The bytes behind an entry's own header. */
static struct span packed_bytes(const uint8_t *bytes, size_t size, const struct directory_entry *entry)
{
    enum { UNTIL_LENGTHS = 26 - 4 };
    struct span span = span_from(bytes, size, entry->offset);
    span_expect(&span, local_signature);
    span_take(&span, UNTIL_LENGTHS);
    const uint64_t name = span_number(&span, 2), extra = span_number(&span, 2);
    span_take(&span, name + extra);
    return span_part(&span, entry->packed_size);
}

static scrawl_status inflate_entry(const struct span *packed, const struct directory_entry *found,
                                   struct zip_entry *entry)
{
    if (found->size > found->packed_size * MOST_EXPANSION + EXPANSION_SLACK)
        return fail_zip("holds an entry of more than 64 times the bytes that it takes there.");
    entry->inflated = malloc(found->size ? (size_t)found->size : 1);
    if (!entry->inflated) return fail_out_of_memory();
    entry->bytes = entry->inflated;
    if (inflate_exactly(packed->next, span_left(packed), entry->inflated, (size_t)found->size)) return SCRAWL_OK;
    return fail_zip("is damaged: an entry can't be inflated.");
}

static scrawl_status read_entry(const uint8_t *bytes, size_t size, const struct directory_entry *found,
                                struct zip_entry *entry)
{
    enum { ENCRYPTED = 1 };
    struct span packed = packed_bytes(bytes, size, found);
    if (packed.failed) return fail_zip("is cut off or damaged: an entry lies outside of it.");
    if (found->flags & ENCRYPTED) return fail_zip("is encrypted.");
    if (found->method != STORED && found->method != DEFLATED)
        return fail_zip("is compressed by other means than deflate.");
    scrawl_status status = SCRAWL_OK;
    entry->size = (size_t)found->size;
    entry->bytes = packed.next;
    if (found->method == DEFLATED) status = inflate_entry(&packed, found, entry);
    const bool whole = found->method == DEFLATED || found->size == found->packed_size;
    if (status == SCRAWL_OK && (!whole || crc32_of(entry->bytes, entry->size) != found->crc))
        status = fail_zip("is damaged: an entry's checksum doesn't agree.");
    return status;
}

scrawl_status zip_read(const uint8_t *bytes, size_t size, const char *name, struct zip_entry *entry)
{
    uint64_t count = 0;
    struct span directory = find_directory(bytes, size, &count);
    struct zip_entry read = {0};
    scrawl_status status = SCRAWL_OK;
    if (directory.failed) return fail_zip("is cut off or damaged: it has no directory at its end.");
    for (uint64_t i = 0; i < count && status == SCRAWL_OK && !read.bytes; i++) {
        struct directory_entry found;
        if (!take_entry(&directory, &found)) return fail_zip("is damaged: its directory can't be read.");
        const bool same = span_left(&found.name) == strlen(name) && memcmp(found.name.next, name, strlen(name)) == 0;
        if (same) status = read_entry(bytes, size, &found, &read);
    }
    if (status == SCRAWL_OK)
        *entry = read;
    else
        zip_entry_free(&read);
    return status;
}

void zip_entry_free(struct zip_entry *entry)
{
    free(entry->inflated);
    *entry = (struct zip_entry){0};
}

/* ---- Writing ---- */

static void put(struct text *out, uint64_t number, size_t size)
{
    text_append_bytes(out, (const char *)&number, size);
}

/* What an entry's header and the directory both say, from the version on. */
static void put_description(struct text *out, const struct zip_item *item, uint32_t crc)
{
    enum { VERSION = 20, UTF8_NAME = 1 << 11, FIRST_OF_1980 = 0x21 };
    put(out, VERSION, 2);
    put(out, UTF8_NAME, 2);
    put(out, STORED, 2);
    put(out, 0, 2);
    put(out, FIRST_OF_1980, 2);
    put(out, crc, 4);
    put(out, item->size, 4);
    put(out, item->size, 4);
    put(out, strlen(item->name), 2);
    put(out, 0, 2);
}

static void put_central(struct text *out, const struct zip_item *item, uint32_t crc, size_t offset)
{
    enum { VERSION = 20, COMMENT_PART_AND_ATTRIBUTES = 2 + 2 + 2, OUTSIDE_ATTRIBUTES = 4 };
    text_append_bytes(out, central_signature, 4);
    put(out, VERSION, 2);
    put_description(out, item, crc);
    put(out, 0, COMMENT_PART_AND_ATTRIBUTES);
    put(out, 0, OUTSIDE_ATTRIBUTES);
    put(out, offset, 4);
    text_append(out, item->name);
}

static void put_end(struct text *out, size_t count, size_t size, size_t offset)
{
    text_append_bytes(out, end_signature, 4);
    put(out, 0, 4);
    put(out, count, 2);
    put(out, count, 2);
    put(out, size, 4);
    put(out, offset, 4);
    put(out, 0, 2);
}

scrawl_status zip_write(const struct zip_item *items, size_t count, uint8_t **archive, size_t *size)
{
    struct text out = {0}, directory = {0};
    for (size_t i = 0; i < count; i++) {
        const uint32_t crc = crc32_of(items[i].bytes, items[i].size);
        put_central(&directory, &items[i], crc, out.length);
        text_append_bytes(&out, local_signature, 4);
        put_description(&out, &items[i], crc);
        text_append(&out, items[i].name);
        text_append_bytes(&out, (const char *)items[i].bytes, items[i].size);
    }
    const size_t offset = out.length;
    text_append_bytes(&out, directory.bytes, directory.length);
    put_end(&out, count, directory.length, offset);
    const bool failed = out.failed || directory.failed, too_large = out.length > UINT32_MAX;
    text_free(&directory);
    if (!failed && !too_large) {
        *size = out.length;
        *archive = (uint8_t *)text_take(&out);
        return SCRAWL_OK;
    }
    text_free(&out);
    return failed ? fail_out_of_memory()
                  : fail(SCRAWL_INVALID_ARGUMENT, "A ZIP file of more than 4 GiB can't be written.", NULL);
}
