/* What attributes and data sets hold: their types, shapes and places (sections IV.A.2 and III.E of the
 * specification). */
#include <string.h>

#include "hdf5_header.h"

/* ---- Types and shapes ---- */

/* Floats of IEEE 754 alone: where their parts lie, as the specification's table has them. */
static bool is_ieee(struct span *body, size_t size)
{
    static const struct {
        uint8_t size, exponent_bits, mantissa_bits;
        uint32_t bias;
    } formats[] = {{2, 5, 10, 15}, {4, 8, 23, 127}, {8, 11, 52, 1023}};
    const uint64_t offset = span_number(body, 2), precision = span_number(body, 2);
    const uint64_t exponent_at = span_number(body, 1), exponent_bits = span_number(body, 1);
    const uint64_t mantissa_at = span_number(body, 1), mantissa_bits = span_number(body, 1),
                   bias = span_number(body, 4);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (size == formats[i].size)
            return offset == 0 && precision == 8 * size && exponent_at == formats[i].mantissa_bits &&
                   mantissa_at == 0 && exponent_bits == formats[i].exponent_bits &&
                   mantissa_bits == formats[i].mantissa_bits && bias == formats[i].bias;
    return false;
}

static bool read_type(struct span *body, struct hdf5_values *values)
{
    enum { INTEGER, FLOAT, STRING = 3, VARIABLE = 9 };
    enum { BIG_ENDIAN = 1, SIGNED = 1 << 3, KIND_BITS = 15, OF_CHARACTERS = 1, REFERENCE = 4 + HDF5_ADDRESS + 4 };
    const unsigned kind = span_number(body, 1) & KIND_BITS, flags = (unsigned)span_number(body, 3);
    const size_t size = (size_t)span_number(body, 4);
    const bool big_endian = flags & BIG_ENDIAN;
    values->item_size = size;
    values->is_signed = flags & SIGNED;
    values->kind = HDF5_OTHER;
    if (kind == INTEGER && !big_endian && (size == 1 || size == 2 || size == 4 || size == 8))
        values->kind = HDF5_INTEGER;
    if (kind == FLOAT && !big_endian && is_ieee(body, size)) values->kind = HDF5_FLOAT;
    if (kind == STRING) values->kind = HDF5_STRING;
    if (kind == VARIABLE && (flags & KIND_BITS) == OF_CHARACTERS && size == REFERENCE)
        values->kind = HDF5_VARIABLE_STRING;
    return !body->failed && size > 0;
}

static bool read_shape(struct span *body, struct hdf5_values *values)
{
    enum { OLD = 1, NEW = 2, OLD_RESERVED = 5, NULL_SPACE = 2 };
    const uint64_t version = span_number(body, 1), rank = span_number(body, 1);
    uint64_t bytes = values->item_size;
    span_take(body, 1);
    const uint64_t kind = version == OLD ? 0 : span_number(body, 1);
    if (version == OLD) span_take(body, OLD_RESERVED);
    if (body->failed || version < OLD || version > NEW || rank > HDF5_MOST_DIMENSIONS) return false;
    values->dimension_count = (size_t)rank;
    values->count = version == NEW && kind == NULL_SPACE ? 0 : 1;
    for (size_t i = 0; i < rank; i++) {
        values->dimensions[i] = span_number(body, HDF5_ADDRESS);
        if (__builtin_mul_overflow(values->count, values->dimensions[i], &values->count)) return false;
    }
    return !body->failed && !__builtin_mul_overflow(bytes, values->count, &bytes) && bytes <= SIZE_MAX;
}

/* ---- Attributes ---- */

/* The name, type, shape and values of an attribute follow each other, in version 1 each filled up to 8 bytes. */
static bool read_attribute(struct span *body, const char *name, struct hdf5_values *values, bool *there)
{
    enum { PADDED = 1, WITH_CHARACTERS = 3, PADDING = 8 };
    const uint64_t version = span_number(body, 1), flags = span_number(body, 1);
    uint64_t sizes[3];
    struct span parts[3];
    for (size_t i = 0; i < 3; i++) sizes[i] = span_number(body, 2);
    if (version == WITH_CHARACTERS) span_take(body, 1);
    for (size_t i = 0; i < 3; i++) {
        parts[i] = span_part(body, version == PADDED ? (sizes[i] + PADDING - 1) / PADDING * PADDING : sizes[i]);
        if (parts[i].failed) return false;
    }
    const size_t length = strlen(name);
    if (version < PADDED || version > WITH_CHARACTERS || sizes[0] == 0) return false;
    if (sizes[0] != length + 1 || memcmp(parts[0].next, name, length) != 0) return true;
    *there = true;
    if (version > PADDED && flags != 0) return false; /* its type is elsewhere */
    if (!read_type(&parts[1], values) || !read_shape(&parts[2], values)) return false;
    values->data = span_take(body, values->count * values->item_size);
    return values->data != NULL;
}

/* Whether an object's attributes lie in a heap. */
static bool is_dense(struct span *body)
{
    enum { HAS_ORDER = 1 };
    span_take(body, 1);
    if (span_number(body, 1) & HAS_ORDER) span_take(body, 2);
    return span_number(body, HDF5_ADDRESS) != HDF5_NO_ADDRESS && !body->failed;
}

scrawl_status hdf5_attribute(const struct hdf5 *file, uint64_t object, const char *name, struct hdf5_values *values,
                             bool *there)
{
    struct hdf5_header header = hdf5_header(file, object);
    struct hdf5_values read = {0};
    enum hdf5_message kind;
    struct span body;
    *there = false;
    while (!*there && hdf5_next_message(&header, &kind, &body)) {
        if (kind == MESSAGE_ATTRIBUTE && !read_attribute(&body, name, &read, there))
            return fail(SCRAWL_INVALID_MODEL, "The HDF5 file has a damaged attribute where \"", name,
                        "\" was looked for.", NULL);
        if (kind == MESSAGE_ATTRIBUTE_INFO && is_dense(&body))
            return hdf5_fail(
                "keeps attributes as only newer dialects do: save it with Keras, or as h5py does by itself.");
    }
    if (*there) *values = read;
    return header.status;
}

/* ---- Data sets ---- */

static bool read_chunk_sizes(struct span *body, struct hdf5_values *values)
{
    const uint64_t rank = span_number(body, 1); /* with one more, for the bytes of a value */
    values->chunk_tree = span_number(body, HDF5_ADDRESS);
    if (rank < 2 || rank > HDF5_MOST_DIMENSIONS + 1) return false;
    for (size_t i = 0; i + 1 < rank; i++) values->chunk_dimensions[i] = span_number(body, 4);
    return !body->failed;
}

/* Where the values lie: as bytes, or as a tree of chunks. They are compared with the shape when both are known. */
static bool read_layout(const struct hdf5 *file, struct span *body, struct hdf5_values *values, uint64_t *size)
{
    enum { VERSION = 3, LATER_VERSION = 4, COMPACT = 0, CONTIGUOUS, CHUNKED };
    const uint64_t version = span_number(body, 1), kind = span_number(body, 1);
    if (version != VERSION && (version != LATER_VERSION || kind == CHUNKED)) return false;
    if (kind == CHUNKED) return read_chunk_sizes(body, values);
    struct span data = {.failed = true};
    if (kind == COMPACT) {
        *size = span_number(body, 2);
        data = span_part(body, *size);
    } else if (kind == CONTIGUOUS) {
        const uint64_t address = span_number(body, HDF5_ADDRESS);
        *size = span_number(body, HDF5_ADDRESS);
        data = span_within(file->bytes, file->size, *size ? address : 0, *size);
    }
    values->data = data.next;
    return !body->failed && !data.failed;
}

/* Deflate and nothing else. */
static bool read_filters(struct span *body, struct hdf5_values *values)
{
    enum { OLD = 1, DEFLATE = 1, OLD_RESERVED = 6 };
    const uint64_t version = span_number(body, 1), count = span_number(body, 1);
    if (version == OLD) span_take(body, OLD_RESERVED);
    values->is_deflated = count == 1 && span_number(body, 2) == DEFLATE;
    return !body->failed && (values->is_deflated || count == 0);
}

scrawl_status hdf5_dataset(const struct hdf5 *file, uint64_t object, struct hdf5_values *values)
{
    struct hdf5_header header = hdf5_header(file, object);
    struct hdf5_values read = {0};
    bool has_type = false, has_shape = false, has_layout = false, right = true;
    struct span shape = {.failed = true}, body;
    enum hdf5_message kind;
    uint64_t size = 0;
    while (right && hdf5_next_message(&header, &kind, &body)) {
        if (kind == MESSAGE_DATATYPE) right = has_type = read_type(&body, &read);
        if (kind == MESSAGE_DATASPACE) has_shape = true, shape = body;
        if (kind == MESSAGE_LAYOUT) right = has_layout = read_layout(file, &body, &read, &size);
        if (kind == MESSAGE_FILTERS && !read_filters(&body, &read))
            return hdf5_fail("has a data set that is compressed by other means than deflate.");
    }
    if (header.status != SCRAWL_OK) return header.status;
    if (!right || !has_type || !has_shape || !has_layout || !read_shape(&shape, &read))
        return hdf5_fail("has a data set that is damaged, or laid out as Keras doesn't write it.");
    if (read.data && size != read.count * read.item_size)
        return hdf5_fail("is damaged: a data set has more or fewer bytes than its shape needs.");
    if (!read.data && read.count * read.item_size / HDF5_MOST_EXPANSION > file->size)
        return hdf5_fail("has a data set of more than 64 times the file's bytes.");
    *values = read;
    return SCRAWL_OK;
}

/* ---- Strings ---- */

/* The object of that index in a collection of a heap for all of the file. */
static bool find_in_heap(const struct hdf5 *file, uint64_t address, uint64_t index, struct span *object)
{
    enum { VERSION_AND_MORE = 4, HEAD = 8 + 8 + 16, COUNT_AND_MORE = 6, PADDING = 8, MOST_OBJECTS = 1 << 16 };
    struct span span = hdf5_at(file, address);
    span_expect(&span, "GCOL");
    span_take(&span, VERSION_AND_MORE);
    const uint64_t size = span_number(&span, HDF5_ADDRESS);
    const uint64_t begun = 2 * HDF5_ADDRESS;
    struct span collection = span_part(&span, size < begun ? 0 : size - begun);
    for (size_t i = 0; i < MOST_OBJECTS && span_left(&collection) >= begun; i++) {
        const uint64_t found = span_number(&collection, 2);
        span_take(&collection, COUNT_AND_MORE);
        const uint64_t bytes = span_number(&collection, HDF5_ADDRESS);
        if (found == 0) break; /* what is free, to the end */
        *object = span_part(&collection, bytes);
        if (found == index) return !object->failed;
        if (!object->failed) span_take(&collection, -bytes % PADDING);
    }
    return false;
}

scrawl_status hdf5_string(const struct hdf5 *file, const struct hdf5_values *values, uint64_t index,
                          const char **string, size_t *length)
{
    if ((values->kind != HDF5_STRING && values->kind != HDF5_VARIABLE_STRING) || !values->data ||
        index >= values->count)
        return hdf5_fail("has no text where one is wanted.");
    struct span text = {.next = values->data + index * values->item_size};
    text.end = text.next + values->item_size;
    if (values->kind == HDF5_VARIABLE_STRING) {
        const uint64_t size = span_number(&text, 4), address = span_number(&text, HDF5_ADDRESS);
        const uint64_t object = span_number(&text, 4);
        if (size == 0)
            text.end = text.next;
        else if (!find_in_heap(file, address, object, &text) || span_left(&text) < size)
            return hdf5_fail("is damaged: a text of variable length can't be found.");
        else
            text.end = text.next + size;
    }
    const uint8_t *end = memchr(text.next, 0, span_left(&text));
    *string = (const char *)text.next;
    *length = end ? (size_t)(end - text.next) : span_left(&text);
    return SCRAWL_OK;
}
