/* Tests the reader of src/hdf5/: files of h5py's (tests/fixtures/hdf5), and the same ones cut off and changed. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "hdf5/hdf5.h"

static uint8_t *fixture(const char *name, size_t *size)
{
    char path[128] = "tests/fixtures/hdf5/";
    return test_file(strcat(path, name), size);
}

/* A value of an attribute as text: "none" where there is no attribute, or no value of that index. */
static char *text_of(const struct hdf5 *file, const char *name, uint64_t index)
{
    struct hdf5_values values;
    bool there;
    const char *string;
    size_t length;
    if (hdf5_attribute(file, file->root, name, &values, &there) != SCRAWL_OK) return strdup(scrawl_error());
    if (!there || index >= values.count) return strdup("none");
    if (hdf5_string(file, &values, index, &string, &length) != SCRAWL_OK) return strdup(scrawl_error());
    return strndup(string, length);
}

static void check_text(const struct hdf5 *file, const char *name, uint64_t index, const char *expected)
{
    char *text = text_of(file, name, index);
    CHECK_TEXT(text, expected);
    free(text);
}

static void check_attributes(const struct hdf5 *file)
{
    struct hdf5_values number;
    bool there;
    float value;
    check_text(file, "variable", 0, "v\xC3\xA4rt");
    check_text(file, "fixed", 0, "fixed");
    check_text(file, "names", 0, "one");
    check_text(file, "names", 1, "three");
    check_text(file, "names", 2, "");
    check_text(file, "fixed_names", 0, "a");
    check_text(file, "fixed_names", 1, "bcd");
    check_text(file, "none", 0, "none");
    check_text(file, "empty", 0, "none");
    check_text(file, "other", 0, "none");
    check_text(file, "name", 0, "none");
    if (!CHECK_EQUAL(hdf5_attribute(file, file->root, "number", &number, &there), SCRAWL_OK) || !CHECK(there)) return;
    CHECK_EQUAL(hdf5_floats(file, &number, &value), SCRAWL_OK);
    CHECK_NEAR(value, 2.5, 0);
}

/* The values of a data set, to be freed; NULL and a sentence where they can't be had. */
static float *floats_of(const struct hdf5 *file, const char *path, struct hdf5_values *values)
{
    uint64_t object = 0;
    float *floats = NULL;
    scrawl_status status = hdf5_find(file, file->root, path, &object);
    if (status == SCRAWL_OK && object) status = hdf5_dataset(file, object, values);
    if (status != SCRAWL_OK || !object) return NULL;
    floats = malloc((size_t)values->count * sizeof *floats + 1);
    if (hdf5_floats(file, values, floats) == SCRAWL_OK) return floats;
    free(floats);
    return NULL;
}

/* Values that go on from `first` by `step`. */
static void check_series(const struct hdf5 *file, const char *path, size_t count, double first, double step)
{
    struct hdf5_values values;
    float *floats = floats_of(file, path, &values);
    if (!test_check(floats != NULL, __FILE__, __LINE__, "%s: %s", path, scrawl_error())) return;
    CHECK_EQUAL(values.count, count);
    for (size_t i = 0; i < count; i++) CHECK_NEAR(floats[i], first + step * (double)i, 0);
    free(floats);
}

static void check_numbers(const struct hdf5 *file)
{
    struct hdf5_values values;
    float *floats = floats_of(file, "group/numbers/singles", &values);
    if (!CHECK(floats != NULL)) return;
    CHECK(values.dimension_count == 2 && values.dimensions[0] == 3 && values.dimensions[1] == 5);
    free(floats);
    check_series(file, "group/numbers/singles", 15, -1, 0.25);
    check_series(file, "/group//numbers/halves", 6, -1, 0.25);
    check_series(file, "group/numbers/doubles", 6, -1, 0.25);
    check_series(file, "group/numbers/integers", 7, -3, 1);
    check_series(file, "group/numbers/bytes", 2, 0, 200);
    check_series(file, "group/numbers/scalar", 1, 3.5, 0);
    check_series(file, "group/numbers/compact", 4, -1, 0.25);
}

static bool is_there(const struct hdf5 *file, const char *path)
{
    uint64_t object = 0;
    return CHECK_EQUAL(hdf5_find(file, file->root, path, &object), SCRAWL_OK) && object != 0;
}

TEST(hdf5_reads_what_h5py_writes)
{
    static const char *const names[] = {"usual.h5", "superblock2.h5", "superblock3.h5"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size;
        struct hdf5 file;
        uint8_t *bytes = fixture(names[i], &size);
        CHECK(hdf5_is_file(bytes, size));
        if (CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK)) {
            check_attributes(&file);
            check_numbers(&file);
            CHECK(is_there(&file, "") && is_there(&file, "group/numbers"));
            CHECK(!is_there(&file, "group/number") && !is_there(&file, "group/numberss") && !is_there(&file, "a/b/c"));
        }
        free(bytes);
    }
}

TEST(hdf5_finds_each_of_many)
{
    size_t size;
    struct hdf5 file;
    uint8_t *bytes = fixture("usual.h5", &size);
    CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK);
    for (unsigned i = 0; i < 30; i++) {
        char path[] = "many/00";
        if (i < 10) path[6] = 0;
        path[5] = (char)('0' + (i < 10 ? i : i / 10));
        if (i >= 10) path[6] = (char)('0' + i % 10);
        CHECK_EQUAL(is_there(&file, path), i < 20);
    }
    check_series(&file, "many/17/here", 2, -1, 0.25);
    free(bytes);
}

TEST(hdf5_goes_down_trees_of_several_levels)
{
    size_t size;
    struct hdf5 file;
    uint8_t *bytes = fixture("levels.h5", &size);
    CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK);
    for (unsigned i = 0; i < 310; i++) {
        char path[NUMBER_TEXT_SIZE + 8] = "names/", number[NUMBER_TEXT_SIZE];
        CHECK_EQUAL(is_there(&file, strcat(path, unsigned_text(i, number))), i < 300);
    }
    check_series(&file, "names/299", 2, -1, 0.25);
    check_series(&file, "chunks", 100, -1, 0.25);
    free(bytes);
}

TEST(hdf5_reads_chunks)
{
    size_t size;
    struct hdf5 file;
    uint8_t *bytes = fixture("chunks.h5", &size);
    CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK);
    check_series(&file, "plain", 35, -1, 0.25);
    check_series(&file, "deflated", 120, -1, 0.25);
    check_series(&file, "zeros", 600, 0, 0);
    free(bytes);
}

/* Reads everything there is in the files of this test; a damaged one may fail anywhere, with a sentence. */
static void read_all(const uint8_t *bytes, size_t size)
{
    static const char *const paths[] = {
        "group/numbers/singles",
        "group/numbers/halves",
        "group/numbers/doubles",
        "group/numbers/integers",
        "group/numbers/bytes",
        "group/numbers/scalar",
        "group/numbers/compact",
        "many/17/here",
        "plain",
        "deflated",
        "zeros",
        "8",
    };
    static const char *const names[] = {"variable", "fixed", "names", "fixed_names", "none", "empty", "number"};
    struct hdf5 file;
    struct hdf5_values values;
    if (hdf5_open(bytes, size, &file) != SCRAWL_OK) return;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) free(floats_of(&file, paths[i], &values));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (uint64_t index = 0; index < 3; index++) free(text_of(&file, names[i], index));
}

static const char *const all_files[] = {"usual.h5",  "superblock2.h5", "superblock3.h5",
                                        "chunks.h5", "dense.h5",       "levels.h5"};
enum { ALL_FILES = sizeof all_files / sizeof *all_files };

TEST(hdf5_survives_every_truncation)
{
    for (size_t i = 0; i < ALL_FILES; i++) {
        size_t size;
        uint8_t *bytes = fixture(all_files[i], &size);
        for (size_t cut = 0; cut < size; cut += cut < 2048 ? 1 : 7) {
            uint8_t *exact = malloc(cut ? cut : 1); /* so that a sanitizer sees reads past the end */
            memcpy(exact, bytes, cut);
            read_all(exact, cut);
            free(exact);
        }
        free(bytes);
    }
}

TEST(hdf5_survives_every_changed_byte)
{
    for (size_t i = 0; i < ALL_FILES; i++) {
        size_t size;
        uint8_t *bytes = fixture(all_files[i], &size);
        for (size_t at = 0; at < size; at++) {
            const uint8_t byte = bytes[at];
            bytes[at] ^= at % 3 ? 0x01 : 0xFF;
            read_all(bytes, size);
            bytes[at] = byte;
        }
        free(bytes);
    }
}

static void check_refused(const char *name, const char *path, const char *mention)
{
    size_t size;
    struct hdf5 file;
    struct hdf5_values values;
    uint8_t *bytes = fixture(name, &size);
    if (CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK) && CHECK(!floats_of(&file, path, &values)))
        CHECK_MENTIONS(scrawl_error(), mention);
    free(bytes);
}

TEST(hdf5_says_what_it_cant_read)
{
    check_refused("dense.h5", "8", "newer dialects");
    check_refused("chunks.h5", "shuffled", "other means than deflate");
    check_refused("usual.h5", "turned", "floats of 16, 32 or 64 bits");
    check_refused("usual.h5", "group/numbers", "data set");
    check_refused("usual.h5", "group/linked/0", "has a link");
}

/* Bytes at the place of a signature are replaced, and what becomes of the file said. */
static void check_damage(const char *signature, size_t offset, const char *replacement, size_t length,
                         const char *mention)
{
    size_t size;
    struct hdf5 file;
    struct hdf5_values values;
    uint8_t *bytes = fixture("usual.h5", &size);
    for (size_t at = 0; at + offset + length <= size; at++)
        if (memcmp(bytes + at, signature, strlen(signature)) == 0) memcpy(bytes + at + offset, replacement, length);
    if (hdf5_open(bytes, size, &file) == SCRAWL_OK) CHECK(!floats_of(&file, "many/17/here", &values));
    CHECK_MENTIONS(scrawl_error(), mention);
    free(bytes);
}

TEST(hdf5_says_where_a_file_is_damaged)
{
    check_damage("\x89HDF", 0, "\x89HDG", 4, "doesn't begin");
    check_damage("\x89HDF", 8, "\x04", 1, "superblock of a version");
    check_damage("\x89HDF", 13, "\x04", 1, "8 bytes");
    check_damage("\x89HDF", 24, "\x01", 1, "8 bytes");
    check_damage("TREE", 4, "\x01", 1, "tree of names");
    check_damage("TREE", 5, "\xFF", 1, "tree of names");
    check_damage("HEAP", 8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8, "has no names");
    check_damage("SNOD", 0, "SNOT", 4, "names can't be read");
}
