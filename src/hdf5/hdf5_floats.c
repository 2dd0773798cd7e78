/* The numbers of a data set, as one stretch or in a tree of chunks (section III.A.1 of the specification). Knows no
 * headers. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "hdf5_header.h"
#include "inflate.h"

enum {
    MOST_CHUNKS = 1 << 16,
    MOST_LEVELS = 16,
    CHUNK_SLACK = 1024, /* bytes that a chunk's file form may be larger than the chunk */
};

/* ---- Numbers ---- */

static float from_half(uint64_t bits)
{
    enum { MANTISSA = 10, MANTISSA_MASK = (1 << MANTISSA) - 1, EXPONENT_MASK = 31, BIAS = 15, SIGN = 15 };
    const int exponent = (int)(bits >> MANTISSA & EXPONENT_MASK), mantissa = (int)(bits & MANTISSA_MASK);
    const float sign = bits >> SIGN ? -1.0f : 1.0f;
    if (exponent == EXPONENT_MASK) return mantissa ? NAN : sign * INFINITY;
    if (exponent == 0) return sign * ldexpf((float)mantissa, 1 - BIAS - MANTISSA);
    return sign * ldexpf((float)(mantissa | 1 << MANTISSA), exponent - BIAS - MANTISSA);
}

static float from_integer(uint64_t bits, size_t size, bool is_signed)
{
    const unsigned unused = 64 - 8 * (unsigned)size;
    return is_signed ? (float)((int64_t)(bits << unused) >> unused) : (float)bits;
}

static float to_float(const struct hdf5_values *values, const uint8_t *bytes)
{
    uint64_t bits = 0;
    memcpy(&bits, bytes, values->item_size);
    if (values->kind == HDF5_INTEGER) return from_integer(bits, values->item_size, values->is_signed);
    if (values->item_size == 2) return from_half(bits);
    double wide;
    memcpy(&wide, &bits, sizeof wide);
    return fabs(wide) > (double)FLT_MAX ? copysignf(INFINITY, (float)copysign(1, wide)) : (float)wide;
}

static void convert(const struct hdf5_values *values, const uint8_t *bytes, size_t count, float *floats)
{
    if (values->kind == HDF5_FLOAT && values->item_size == sizeof *floats) {
        if (count > 0) memcpy(floats, bytes, count * sizeof *floats);
        return;
    }
    for (size_t i = 0; i < count; i++) floats[i] = to_float(values, bytes + i * values->item_size);
}

/* ---- Chunks ---- */

/* A data set that is read. */
struct chunked {
    const struct hdf5 *file;
    const struct hdf5_values *values;
    float *floats;
    uint8_t *inflated; /* [chunk_bytes] */
    size_t chunk_bytes, chunk_count;
};

static scrawl_status fail_chunks(void)
{
    return hdf5_fail("is damaged: a data set's chunks can't be read.");
}

/* The bytes of a key: size and filter mask, the place of the chunk's first value, and a 0 for the place in the value.
 */
static size_t key_size(const struct hdf5_values *values)
{
    return 2 * 4 + (values->dimension_count + 1) * sizeof(uint64_t);
}

/* Below, at or above 0: the place before, at or behind that of a key. */
static int compare_place(const struct chunked *chunked, const uint64_t *place, struct span key)
{
    span_take(&key, 2 * 4);
    for (size_t i = 0; i < chunked->values->dimension_count; i++) {
        const uint64_t other = span_number(&key, sizeof other);
        if (place[i] != other) return place[i] < other ? -1 : 1;
    }
    return 0;
}

/* The last child of a node whose key isn't behind the place: its key and address. */
static bool find_child(const struct chunked *chunked, struct span *node, const uint64_t *place, struct span *key,
                       uint64_t *child)
{
    const size_t stride = key_size(chunked->values) + HDF5_ADDRESS;
    const uint64_t count = span_number(node, 2);
    span_take(node, 2 * HDF5_ADDRESS);
    const struct span pairs = span_part(node, count * stride);
    size_t low = 0, high = (size_t)count;
    if (pairs.failed || count == 0) return false;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        *key = (struct span){.next = pairs.next + middle * stride, .end = pairs.end};
        if (compare_place(chunked, place, *key) < 0)
            high = middle;
        else
            low = middle;
    }
    struct span rest = {.next = pairs.next + low * stride, .end = pairs.end};
    *key = span_part(&rest, stride - HDF5_ADDRESS);
    *child = span_number(&rest, HDF5_ADDRESS);
    return !rest.failed;
}

/* The bytes in the file of the chunk at that place. */
static bool find_chunk(const struct chunked *chunked, const uint64_t *place, struct span *bytes)
{
    enum { OF_CHUNKS = 1 };
    uint64_t address = chunked->values->chunk_tree;
    unsigned above = MOST_LEVELS;
    struct span key;
    do {
        struct span node = hdf5_at(chunked->file, address);
        span_expect(&node, "TREE");
        const uint64_t kind = span_number(&node, 1);
        const unsigned level = (unsigned)span_number(&node, 1);
        if (kind != OF_CHUNKS || level >= above || !find_child(chunked, &node, place, &key, &address)) return false;
        above = level;
    } while (above > 0);
    if (compare_place(chunked, place, key) != 0) return false;
    const uint64_t size = span_number(&key, 4), skipped_filters = span_number(&key, 4);
    *bytes = span_within(chunked->file->bytes, chunked->file->size, address, size);
    return skipped_filters == 0 && !bytes->failed;
}

/* The chunk's values in memory: [chunk dimensions]. */
static const uint8_t *chunk_values(const struct chunked *chunked, const uint64_t *place)
{
    struct span bytes;
    if (!find_chunk(chunked, place, &bytes)) return NULL;
    const size_t size = span_left(&bytes);
    if (!chunked->values->is_deflated) return size == chunked->chunk_bytes ? bytes.next : NULL;
    const bool small = size <= chunked->chunk_bytes + chunked->chunk_bytes / 8 + CHUNK_SLACK;
    return small && inflate_zlib_exactly(bytes.next, size, chunked->inflated, chunked->chunk_bytes) ? chunked->inflated
                                                                                                    : NULL;
}

/* Copies the rows of the last dimension that lie within the data set: a chunk at its edge goes beyond it. */
static void copy_chunk(const struct chunked *chunked, const uint64_t *place, const uint8_t *bytes)
{
    const struct hdf5_values *values = chunked->values;
    const size_t last = values->dimension_count - 1;
    const uint64_t row = values->chunk_dimensions[last], left = values->dimensions[last] - place[last];
    const size_t kept = (size_t)(row < left ? row : left),
                 rows = chunked->chunk_bytes / values->item_size / (size_t)row;
    for (size_t i = 0; i < rows; i++) {
        uint64_t rest = i, offset = 0, stride = values->dimensions[last];
        bool inside = true;
        for (size_t axis = last; axis-- > 0;) {
            const uint64_t at = place[axis] + rest % values->chunk_dimensions[axis];
            rest /= values->chunk_dimensions[axis];
            inside &= at < values->dimensions[axis];
            offset += at * stride;
            stride *= values->dimensions[axis];
        }
        if (inside)
            convert(values, bytes + i * (size_t)row * values->item_size, kept, chunked->floats + offset + place[last]);
    }
}

/* Sizes that agree with the data set's and with the file's; nothing leaves 64 bits. */
static bool check_sizes(struct chunked *chunked)
{
    const struct hdf5_values *values = chunked->values;
    uint64_t bytes = values->item_size, chunks = 1;
    for (size_t i = 0; i < values->dimension_count; i++) {
        const uint64_t size = values->chunk_dimensions[i];
        if (size == 0 || size > values->dimensions[i]) return false;
        bytes *= size; /* at most the data set's */
        chunks *= (values->dimensions[i] - 1) / size + 1;
    }
    chunked->chunk_bytes = (size_t)bytes;
    chunked->chunk_count = (size_t)chunks;
    return values->dimension_count > 0 && chunks <= MOST_CHUNKS;
}

static scrawl_status read_chunks(const struct hdf5 *file, const struct hdf5_values *values, float *floats)
{
    struct chunked chunked = {.file = file, .values = values, .floats = floats};
    if (!check_sizes(&chunked)) return fail_chunks();
    chunked.inflated = malloc(chunked.chunk_bytes);
    if (!chunked.inflated) return fail_out_of_memory();
    scrawl_status status = SCRAWL_OK;
    for (size_t i = 0; i < chunked.chunk_count && status == SCRAWL_OK; i++) {
        uint64_t place[HDF5_MOST_DIMENSIONS], rest = i;
        for (size_t axis = values->dimension_count; axis-- > 0;) {
            const uint64_t size = values->chunk_dimensions[axis], along = (values->dimensions[axis] - 1) / size + 1;
            place[axis] = rest % along * size;
            rest /= along;
        }
        const uint8_t *bytes = chunk_values(&chunked, place);
        if (bytes)
            copy_chunk(&chunked, place, bytes);
        else
            status = fail_chunks();
    }
    free(chunked.inflated);
    return status;
}

scrawl_status hdf5_floats(const struct hdf5 *file, const struct hdf5_values *values, float *floats)
{
    if (values->kind != HDF5_FLOAT && values->kind != HDF5_INTEGER)
        return hdf5_fail("has something else where numbers are wanted: floats of 16, 32 or 64 bits, or integers.");
    if (!values->data && values->count > 0) return read_chunks(file, values, floats);
    convert(values, values->data, (size_t)values->count, floats);
    return SCRAWL_OK;
}
