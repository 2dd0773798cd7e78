/* Implements hdf5_write.h. What is referred to is written first, so that its address is known: children before their
 * groups, the superblock's two addresses at the end. */
#include "hdf5_write.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum {
    ALIGNMENT = 8,
    ADDRESS = 8,
    MOST_DIMENSIONS = 8,
    MOST_MESSAGE = 65528, /* bytes of a header's message: 16 bits, aligned */
    LEAF_ENTRIES = 8,     /* symbols of a leaf, twice the superblock's number */
    TREE_CHILDREN = 32,   /* leaves of a group's tree, likewise */
    MOST_CHILDREN = LEAF_ENTRIES * TREE_CHILDREN,
    SYMBOL_SIZE = 40,
    SUPERBLOCK_SIZE = 96,
    END_ADDRESS_AT = 40,
    ROOT_ADDRESS_AT = 64,
};
static const uint64_t NO_ADDRESS = UINT64_MAX;

struct hdf5_node {
    char *name;
    size_t group;           /* that it is in */
    struct text attributes; /* whole messages */
    size_t message_count;
    const float *values; /* NULL of a group */
    size_t dimension_count, dimensions[MOST_DIMENSIONS], value_bytes;
    uint64_t address; /* of its header, once written */
    uint64_t name_offset;
};

/* ---- Bytes ---- */

static void put(struct text *out, uint64_t number, size_t size)
{
    text_append_bytes(out, (const char *)&number, size);
}

static void put_zeros(struct text *out, size_t count)
{
    static const char zeros[64] = {0};
    for (; count > sizeof zeros; count -= sizeof zeros) text_append_bytes(out, zeros, sizeof zeros);
    text_append_bytes(out, zeros, count);
}

static size_t padding(size_t size)
{
    return (ALIGNMENT - size % ALIGNMENT) % ALIGNMENT;
}

static void align(struct text *out)
{
    put_zeros(out, padding(out->length));
}

/* A message's head; `size` bytes must follow. */
static void put_message(struct text *out, unsigned kind, size_t size)
{
    enum { FLAGS_AND_RESERVED = 4 };
    put(out, kind, 2);
    put(out, size, 2);
    put(out, 0, FLAGS_AND_RESERVED);
}

static void put_shape(struct text *out, size_t dimension_count, const size_t *dimensions)
{
    enum { VERSION = 1, RESERVED = 6 };
    put(out, VERSION, 1);
    put(out, dimension_count, 1);
    put_zeros(out, RESERVED);
    for (size_t i = 0; i < dimension_count; i++) put(out, dimensions[i], ADDRESS);
}

/* ---- Collecting ---- */

static void fail_writer(struct hdf5_writer *writer, scrawl_status status)
{
    if (writer->status == SCRAWL_OK) writer->status = status;
}

static size_t add_node(struct hdf5_writer *writer, size_t group, const char *name)
{
    enum { FIRST_NODES = 64 };
    if (writer->status != SCRAWL_OK) return HDF5_ROOT;
    if (writer->count == writer->capacity) {
        const size_t capacity = writer->capacity ? 2 * writer->capacity : FIRST_NODES;
        struct hdf5_node *nodes = realloc(writer->nodes, capacity * sizeof *nodes);
        if (!nodes) {
            fail_writer(writer, fail_out_of_memory());
            return HDF5_ROOT;
        }
        writer->nodes = nodes;
        writer->capacity = capacity;
    }
    struct hdf5_node node = {.name = strdup(name), .group = group};
    if (!node.name) fail_writer(writer, fail_out_of_memory());
    writer->nodes[writer->count] = node;
    return writer->count++;
}

/* The root comes by itself. */
static void begin(struct hdf5_writer *writer)
{
    if (writer->count == 0) add_node(writer, HDF5_ROOT, "");
}

size_t hdf5_add_group(struct hdf5_writer *writer, size_t group, const char *name)
{
    begin(writer);
    return add_node(writer, group, name);
}

void hdf5_add_floats(struct hdf5_writer *writer, size_t group, const char *name, size_t dimension_count,
                     const size_t *dimensions, const float *values)
{
    begin(writer);
    const size_t index = add_node(writer, group, name);
    if (writer->status != SCRAWL_OK) return;
    struct hdf5_node *node = &writer->nodes[index];
    node->values = values;
    node->dimension_count = dimension_count;
    node->value_bytes = sizeof *values;
    for (size_t i = 0; i < dimension_count; i++) {
        node->dimensions[i] = dimensions[i];
        node->value_bytes *= dimensions[i];
    }
}

/* texts[count], each filled up with zeros to the longest; a scalar without dimensions. */
static void add_attribute(struct hdf5_writer *writer, size_t group, const char *name, const char *const *texts,
                          size_t count, bool is_scalar)
{
    enum { ATTRIBUTE = 0xC, VERSION = 1, TYPE_SIZE = 8, SHAPE_SIZE = 8, FIXED_STRING = 0x13, ZEROS_BEHIND_UTF8 = 0x11 };
    const size_t name_size = strlen(name) + 1, shape_size = SHAPE_SIZE + (is_scalar ? 0 : ADDRESS);
    size_t longest = 1;
    begin(writer);
    if (writer->status != SCRAWL_OK) return;
    for (size_t i = 0; i < count; i++)
        if (strlen(texts[i]) > longest) longest = strlen(texts[i]);
    const size_t bytes = count * longest, head = 8 + name_size + padding(name_size) + TYPE_SIZE + shape_size;
    if (longest > MOST_MESSAGE || bytes > MOST_MESSAGE - head) {
        fail_writer(writer, fail(SCRAWL_INVALID_ARGUMENT, "The attribute \"", name,
                                 "\" of an HDF5 file is too long: ", "64 KiB is the most.", NULL));
        return;
    }
    struct text *out = &writer->nodes[group].attributes;
    put_message(out, ATTRIBUTE, head + bytes + padding(bytes));
    put(out, VERSION, 2);
    put(out, name_size, 2);
    put(out, TYPE_SIZE, 2);
    put(out, shape_size, 2);
    text_append_bytes(out, name, name_size);
    align(out);
    put(out, FIXED_STRING, 1);
    put(out, ZEROS_BEHIND_UTF8, 3);
    put(out, longest, 4);
    put_shape(out, is_scalar ? 0 : 1, &count);
    for (size_t i = 0; i < count; i++) {
        text_append(out, texts[i]);
        put_zeros(out, longest - strlen(texts[i]));
    }
    align(out);
    writer->nodes[group].message_count++;
}

void hdf5_add_text(struct hdf5_writer *writer, size_t group, const char *name, const char *text)
{
    add_attribute(writer, group, name, &text, 1, true);
}

void hdf5_add_texts(struct hdf5_writer *writer, size_t group, const char *name, const char *const *texts, size_t count)
{
    add_attribute(writer, group, name, texts, count, false);
}

/* ---- Writing ---- */

/* Begins a header whose own messages have so many bytes; the attributes must follow them. */
static void put_header(struct text *out, struct hdf5_node *node, size_t own_count, size_t own_bytes)
{
    enum { VERSION = 1, PADDING = 4 };
    node->address = out->length;
    put(out, VERSION, 2);
    put(out, own_count + node->message_count, 2);
    put(out, 1, 4); /* references */
    put(out, own_bytes + node->attributes.length, 4);
    put_zeros(out, PADDING);
}

static void put_attributes(struct text *out, const struct hdf5_node *node)
{
    if (node->attributes.failed) out->failed = true;
    text_append_bytes(out, node->attributes.bytes, node->attributes.length);
}

/* Little-endian floats of 32 bits: section IV.A.2.d of the specification. */
static void put_float_type(struct text *out)
{
    enum { FLOAT = 0x11, LEADING_ONE = 0x20, SIGN_AT = 31 << 8, BITS = 32, EXPONENT_AT = 23, EXPONENT_BITS = 8 };
    enum { MANTISSA_BITS = 23, BIAS = 127 };
    put(out, FLOAT, 1);
    put(out, LEADING_ONE | SIGN_AT, 3);
    put(out, sizeof(float), 4);
    put(out, 0, 2);
    put(out, BITS, 2);
    put(out, EXPONENT_AT, 1);
    put(out, EXPONENT_BITS, 1);
    put(out, 0, 1);
    put(out, MANTISSA_BITS, 1);
    put(out, BIAS, 4);
}

static void write_floats(struct text *out, struct hdf5_node *node)
{
    enum {
        SHAPE = 0x1,
        TYPE = 0x3,
        LAYOUT = 0x8,
        HEAD = 8,
        TYPE_SIZE = 24,
        LAYOUT_SIZE = 24,
        VERSION = 3,
        CONTIGUOUS = 1
    };
    const size_t shape_size = 8 + node->dimension_count * ADDRESS;
    align(out);
    const uint64_t data = node->value_bytes ? out->length : NO_ADDRESS;
    text_append_bytes(out, (const char *)node->values, node->value_bytes);
    align(out);
    put_header(out, node, 3, 3 * HEAD + shape_size + TYPE_SIZE + LAYOUT_SIZE);
    put_message(out, SHAPE, shape_size);
    put_shape(out, node->dimension_count, node->dimensions);
    put_message(out, TYPE, TYPE_SIZE);
    put_float_type(out);
    align(out);
    put_message(out, LAYOUT, LAYOUT_SIZE);
    put(out, VERSION, 1);
    put(out, CONTIGUOUS, 1);
    put(out, data, ADDRESS);
    put(out, node->value_bytes, ADDRESS);
    align(out);
    put_attributes(out, node);
}

static int compare_names(const void *left, const void *right)
{
    const struct hdf5_node *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

/* The names of children[count], behind an empty one. Gives the heap's address. */
static uint64_t write_names(struct text *out, struct hdf5_node **children, size_t count)
{
    enum { HEADER_SIZE = 32, NO_FREE_BLOCK = 1 };
    size_t size = ALIGNMENT;
    for (size_t i = 0; i < count; i++) {
        const size_t length = strlen(children[i]->name) + 1;
        children[i]->name_offset = size;
        size += length + padding(length);
    }
    align(out);
    const uint64_t heap = out->length;
    text_append(out, "HEAP");
    put_zeros(out, 4);
    put(out, size, ADDRESS);
    put(out, NO_FREE_BLOCK, ADDRESS);
    put(out, heap + HEADER_SIZE, ADDRESS);
    put_zeros(out, ALIGNMENT);
    for (size_t i = 0; i < count; i++) {
        text_append_bytes(out, children[i]->name, strlen(children[i]->name) + 1);
        align(out);
    }
    return heap;
}

static void write_leaf(struct text *out, struct hdf5_node *const *children, size_t count)
{
    enum { VERSION = 1, CACHED = SYMBOL_SIZE - 2 * ADDRESS };
    text_append(out, "SNOD");
    put(out, VERSION, 2);
    put(out, count, 2);
    for (size_t i = 0; i < count; i++) {
        put(out, children[i]->name_offset, ADDRESS);
        put(out, children[i]->address, ADDRESS);
        put_zeros(out, CACHED);
    }
    put_zeros(out, (LEAF_ENTRIES - count) * SYMBOL_SIZE);
}

/* children[count] in the order of their names, in leaves of one tree. Gives the tree's address. */
static uint64_t write_tree(struct text *out, struct hdf5_node *const *children, size_t count)
{
    enum { LEAF_SIZE = 8 + LEAF_ENTRIES * SYMBOL_SIZE };
    const size_t leaves = (count + LEAF_ENTRIES - 1) / LEAF_ENTRIES;
    const uint64_t first = out->length, tree = first + leaves * LEAF_SIZE;
    for (size_t i = 0; i < count; i += LEAF_ENTRIES)
        write_leaf(out, children + i, count - i < LEAF_ENTRIES ? count - i : LEAF_ENTRIES);
    text_append(out, "TREE");
    put(out, 0, 2); /* of a group, at level 0 */
    put(out, leaves, 2);
    put(out, NO_ADDRESS, ADDRESS);
    put(out, NO_ADDRESS, ADDRESS);
    put(out, 0, ADDRESS);
    for (size_t i = 0; i < leaves; i++) {
        const size_t end = (i + 1) * LEAF_ENTRIES < count ? (i + 1) * LEAF_ENTRIES : count;
        put(out, first + i * LEAF_SIZE, ADDRESS);
        put(out, children[end - 1]->name_offset, ADDRESS);
    }
    put_zeros(out, (TREE_CHILDREN - leaves) * 2 * ADDRESS);
    return tree;
}

static scrawl_status write_group(struct text *out, struct hdf5_writer *writer, size_t index)
{
    enum { SYMBOL_TABLE = 0x11, HEAD = 8 };
    struct hdf5_node *children[MOST_CHILDREN];
    size_t count = 0;
    for (size_t i = index + 1; i < writer->count; i++) {
        if (writer->nodes[i].group != index) continue;
        if (count == MOST_CHILDREN)
            return fail(SCRAWL_INVALID_ARGUMENT, "A group of an HDF5 file has more than 256 members.", NULL);
        children[count++] = &writer->nodes[i];
    }
    qsort(children, count, sizeof *children, compare_names);
    const uint64_t heap = write_names(out, children, count), tree = write_tree(out, children, count);
    put_header(out, &writer->nodes[index], 1, HEAD + 2 * ADDRESS);
    put_message(out, SYMBOL_TABLE, 2 * ADDRESS);
    put(out, tree, ADDRESS);
    put(out, heap, ADDRESS);
    put_attributes(out, &writer->nodes[index]);
    return SCRAWL_OK;
}

/* With the addresses open that are known at the end. */
static void write_superblock(struct text *out)
{
    enum { VERSIONS = 5 };
    text_append(out, "\x89HDF\r\n\x1A\n");
    put_zeros(out, VERSIONS);
    put(out, ADDRESS, 1);
    put(out, ADDRESS, 2);
    put(out, LEAF_ENTRIES / 2, 2);
    put(out, TREE_CHILDREN / 2, 2);
    put(out, 0, 4);
    put(out, 0, ADDRESS);
    put(out, NO_ADDRESS, ADDRESS);
    put(out, 0, ADDRESS);
    put(out, NO_ADDRESS, ADDRESS);
    put_zeros(out, SUPERBLOCK_SIZE - out->length);
}

scrawl_status hdf5_write(struct hdf5_writer *writer, uint8_t **bytes, size_t *size)
{
    struct text out = {0};
    begin(writer);
    write_superblock(&out);
    for (size_t i = writer->count; i-- > 0 && writer->status == SCRAWL_OK;) {
        if (writer->nodes[i].values)
            write_floats(&out, &writer->nodes[i]);
        else
            writer->status = write_group(&out, writer, i);
    }
    if (out.failed) fail_writer(writer, fail_out_of_memory());
    if (writer->status != SCRAWL_OK) {
        text_free(&out);
        return writer->status;
    }
    const uint64_t end = out.length;
    memcpy(out.bytes + END_ADDRESS_AT, &end, sizeof end);
    memcpy(out.bytes + ROOT_ADDRESS_AT, &writer->nodes[HDF5_ROOT].address, sizeof end);
    *size = out.length;
    *bytes = (uint8_t *)text_take(&out);
    return SCRAWL_OK;
}

void hdf5_writer_free(struct hdf5_writer *writer)
{
    for (size_t i = 0; i < writer->count; i++) {
        free(writer->nodes[i].name);
        text_free(&writer->nodes[i].attributes);
    }
    free(writer->nodes);
    *writer = (struct hdf5_writer){0};
}
