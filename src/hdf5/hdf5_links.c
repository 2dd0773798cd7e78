/* Finds objects by their names: links in an object's header, or a symbol table with its tree and its heap of names
 * (sections III.A.1, III.B to III.D and IV.A.2 of the specification). */
#include <string.h>

#include "hdf5_header.h"

/* A name on the way. */
struct name {
    const char *start;
    size_t length;
};

static scrawl_status fail_indirect(void)
{
    return hdf5_fail("has a link to another file or path, which Keras doesn't write.");
}

/* ---- Links in a header ---- */

/* Sets *found where the message is of that name. */
static scrawl_status match_link(struct span *body, const struct name *name, uint64_t *found)
{
    enum { VERSION = 1, SIZE_BITS = 3, HAS_ORDER = 1 << 2, HAS_KIND = 1 << 3, HAS_CHARACTERS = 1 << 4, HARD = 0 };
    const unsigned version = (unsigned)span_number(body, 1), flags = (unsigned)span_number(body, 1);
    const uint64_t kind = flags & HAS_KIND ? span_number(body, 1) : HARD;
    if (flags & HAS_ORDER) span_take(body, sizeof(uint64_t));
    if (flags & HAS_CHARACTERS) span_take(body, 1);
    const uint64_t length = span_number(body, (size_t)1 << (flags & SIZE_BITS));
    const uint8_t *text = span_take(body, length);
    if (!text || version != VERSION) return hdf5_fail("has a damaged link.");
    if (length != name->length || memcmp(text, name->start, name->length) != 0) return SCRAWL_OK;
    if (kind != HARD) return fail_indirect();
    *found = span_number(body, HDF5_ADDRESS);
    return body->failed ? hdf5_fail("has a damaged link.") : SCRAWL_OK;
}

/* Whether a group's links lie in a heap. */
static bool is_dense(struct span *body)
{
    enum { HAS_ORDER = 1 };
    span_take(body, 1);
    if (span_number(body, 1) & HAS_ORDER) span_take(body, sizeof(uint64_t));
    return span_number(body, HDF5_ADDRESS) != HDF5_NO_ADDRESS && !body->failed;
}

/* ---- Symbol tables ---- */

enum { MOST_ENTRIES = 4096 }; /* of a node; h5py has 32 and 8 */

/* A group's names, as its tree and symbols say where each begins. */
static struct span heap_names(const struct hdf5 *file, uint64_t address)
{
    enum { VERSION_AND_MORE = 4 };
    struct span span = hdf5_at(file, address);
    span_expect(&span, "HEAP");
    span_take(&span, VERSION_AND_MORE);
    const uint64_t size = span_number(&span, HDF5_ADDRESS);
    span_take(&span, HDF5_ADDRESS);
    const uint64_t data = span_number(&span, HDF5_ADDRESS);
    return span.failed ? span : span_within(file->bytes, file->size, data, size);
}

/* Below, at or above 0, as strcmp of the name and the one in the heap; *damaged where that one has no end. */
static int compare_name(const struct name *name, const struct span *heap, uint64_t offset, bool *damaged)
{
    const size_t size = span_left(heap);
    for (size_t i = 0; offset < size && i < size - (size_t)offset; i++) {
        const uint8_t own = i < name->length ? (uint8_t)name->start[i] : 0, other = heap->next[(size_t)offset + i];
        if (own != other) return own < other ? -1 : 1;
        if (own == 0) return 0;
    }
    *damaged = true;
    return 0;
}

/* The child of a tree's node in which the name would be: the first whose last name isn't less. A node is [key][child]
 * [key]..., and a child's names lie above the key before it, up to the one behind it. */
static bool find_child(struct span *node, const struct span *heap, const struct name *name, uint64_t *child)
{
    const uint64_t count = span_number(node, 2);
    bool damaged = count > MOST_ENTRIES;
    span_take(node, 2 * HDF5_ADDRESS); /* the nodes beside it */
    span_take(node, HDF5_ADDRESS);
    *child = HDF5_NO_ADDRESS;
    for (uint64_t i = 0; i < count && !node->failed && !damaged; i++) {
        const uint64_t address = span_number(node, HDF5_ADDRESS), last = span_number(node, HDF5_ADDRESS);
        if (node->failed || compare_name(name, heap, last, &damaged) > 0) continue;
        *child = address;
        break;
    }
    return !node->failed && !damaged;
}

/* The leaf with the symbols among which the name would be; HDF5_NO_ADDRESS where there is none. */
static scrawl_status find_symbols(const struct hdf5 *file, uint64_t tree, const struct span *heap,
                                  const struct name *name, uint64_t *symbols)
{
    enum { MOST_LEVELS = 16 };
    unsigned above = MOST_LEVELS;
    do {
        struct span node = hdf5_at(file, tree);
        span_expect(&node, "TREE");
        const uint64_t kind = span_number(&node, 1);
        const unsigned level = (unsigned)span_number(&node, 1);
        if (node.failed || kind != 0 || level >= above || !find_child(&node, heap, name, &tree))
            return hdf5_fail("is damaged: a group's tree of names can't be read.");
        above = level;
    } while (above > 0 && tree != HDF5_NO_ADDRESS);
    *symbols = tree;
    return SCRAWL_OK;
}

static scrawl_status search_symbols(const struct hdf5 *file, uint64_t address, const struct span *heap,
                                    const struct name *name, uint64_t *found)
{
    enum { VERSION_AND_RESERVED = 2, CACHED = 4 + 4 + 16 };
    struct span symbols = hdf5_at(file, address);
    span_expect(&symbols, "SNOD");
    span_take(&symbols, VERSION_AND_RESERVED);
    uint64_t left = span_number(&symbols, 2);
    bool damaged = left > MOST_ENTRIES;
    for (; left > 0 && !symbols.failed && !damaged && !*found; left--) {
        const uint64_t offset = span_number(&symbols, HDF5_ADDRESS), object = span_number(&symbols, HDF5_ADDRESS);
        span_take(&symbols, CACHED);
        if (!symbols.failed && compare_name(name, heap, offset, &damaged) == 0 && !damaged) *found = object;
    }
    if (symbols.failed || damaged) return hdf5_fail("is damaged: a group's names can't be read.");
    return *found == HDF5_NO_ADDRESS ? fail_indirect() : SCRAWL_OK;
}

static scrawl_status search_table(const struct hdf5 *file, struct span *body, const struct name *name, uint64_t *found)
{
    uint64_t symbols = HDF5_NO_ADDRESS;
    const uint64_t tree = span_number(body, HDF5_ADDRESS), heap_address = span_number(body, HDF5_ADDRESS);
    const struct span heap = body->failed ? *body : heap_names(file, heap_address);
    if (heap.failed) return hdf5_fail("is damaged: a group has no names.");
    scrawl_status status = find_symbols(file, tree, &heap, name, &symbols);
    if (status != SCRAWL_OK || symbols == HDF5_NO_ADDRESS) return status;
    return search_symbols(file, symbols, &heap, name, found);
}

/* ---- Paths ---- */

/* What a group has under that name, 0 for nothing. */
static scrawl_status find_one(const struct hdf5 *file, uint64_t group, const struct name *name, uint64_t *found)
{
    struct hdf5_header header = hdf5_header(file, group);
    enum hdf5_message kind;
    struct span body;
    scrawl_status status = SCRAWL_OK;
    *found = 0;
    while (status == SCRAWL_OK && !*found && hdf5_next_message(&header, &kind, &body)) {
        if (kind == MESSAGE_SYMBOL_TABLE) status = search_table(file, &body, name, found);
        if (kind == MESSAGE_LINK) status = match_link(&body, name, found);
        if (kind == MESSAGE_LINK_INFO && is_dense(&body))
            status = hdf5_fail("keeps the names of a large group as only newer dialects do: save it with Keras, or as "
                               "h5py does by itself.");
    }
    return status == SCRAWL_OK ? header.status : status;
}

scrawl_status hdf5_find(const struct hdf5 *file, uint64_t object, const char *path, uint64_t *found)
{
    scrawl_status status = SCRAWL_OK;
    while (*path && object && status == SCRAWL_OK) {
        const struct name name = {path, strcspn(path, "/")};
        if (name.length > 0) status = find_one(file, object, &name, &object);
        path += name.length;
        while (*path == '/') path++;
    }
    if (status == SCRAWL_OK) *found = object;
    return status;
}
