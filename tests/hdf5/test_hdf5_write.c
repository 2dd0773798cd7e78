/* Tests src/hdf5/hdf5_write.c by what src/hdf5/ reads of it; tests/interop/ shows that h5py reads the same. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "hdf5/hdf5.h"
#include "hdf5/hdf5_write.h"

enum { MANY = 100 };
static const float numbers[] = {1.5f, -2, 3, 4, 5, 6.25f};

static const char *name_of(unsigned number, char name[4])
{
    memcpy(name, "n00", 4);
    name[1] = (char)('0' + number / 10);
    name[2] = (char)('0' + number % 10);
    return name;
}

/* Two texts, a group of many, and in each of those numbers. */
static void describe(struct hdf5_writer *writer)
{
    static const char *const names[] = {"one", "three", ""};
    char name[4];
    const size_t group = hdf5_add_group(writer, HDF5_ROOT, "many");
    hdf5_add_text(writer, HDF5_ROOT, "title", "v\xC3\xA4rt");
    hdf5_add_texts(writer, group, "names", names, 3);
    hdf5_add_text(writer, group, "nothing", "");
    for (unsigned i = 0; i < MANY; i++) {
        const size_t inner = hdf5_add_group(writer, group, name_of((i * 37) % MANY, name));
        hdf5_add_floats(writer, inner, "matrix", 2, (size_t[]){2, 3}, numbers);
        hdf5_add_floats(writer, inner, "vector", 1, (size_t[]){i % 7}, numbers);
    }
}

static void check_numbers(const struct hdf5 *file, uint64_t group, unsigned number)
{
    char name[4];
    uint64_t inner, matrix, vector;
    struct hdf5_values values;
    float floats[6];
    CHECK_EQUAL(hdf5_find(file, group, name_of((number * 37) % MANY, name), &inner), SCRAWL_OK);
    if (!CHECK(inner != 0)) return;
    CHECK_EQUAL(hdf5_find(file, inner, "matrix", &matrix), SCRAWL_OK);
    if (!CHECK_EQUAL(hdf5_dataset(file, matrix, &values), SCRAWL_OK)) return;
    CHECK(values.dimension_count == 2 && values.dimensions[0] == 2 && values.dimensions[1] == 3);
    CHECK_EQUAL(hdf5_floats(file, &values, floats), SCRAWL_OK);
    CHECK(memcmp(floats, numbers, sizeof floats) == 0);
    CHECK_EQUAL(hdf5_find(file, inner, "vector", &vector), SCRAWL_OK);
    if (CHECK_EQUAL(hdf5_dataset(file, vector, &values), SCRAWL_OK)) CHECK_EQUAL(values.count, number % 7);
}

static void check_text(const struct hdf5 *file, uint64_t object, const char *name, uint64_t index, const char *expected)
{
    struct hdf5_values values;
    bool there;
    const char *string;
    size_t length;
    CHECK_EQUAL(hdf5_attribute(file, object, name, &values, &there), SCRAWL_OK);
    if (!CHECK(there) || !CHECK_EQUAL(hdf5_string(file, &values, index, &string, &length), SCRAWL_OK)) return;
    CHECK(length == strlen(expected) && memcmp(string, expected, length) == 0);
}

TEST(hdf5_writes_what_it_reads)
{
    struct hdf5_writer writer = {0};
    struct hdf5 file;
    uint8_t *bytes;
    size_t size;
    uint64_t group;
    describe(&writer);
    if (!CHECK_EQUAL(hdf5_write(&writer, &bytes, &size), SCRAWL_OK)) return;
    hdf5_writer_free(&writer);
    CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK);
    CHECK_EQUAL(hdf5_find(&file, file.root, "many", &group), SCRAWL_OK);
    check_text(&file, file.root, "title", 0, "v\xC3\xA4rt");
    check_text(&file, group, "names", 0, "one");
    check_text(&file, group, "names", 1, "three");
    check_text(&file, group, "names", 2, "");
    check_text(&file, group, "nothing", 0, "");
    for (unsigned i = 0; i < MANY; i++) check_numbers(&file, group, i);
    free(bytes);
}

TEST(hdf5_writes_an_empty_file)
{
    struct hdf5_writer writer = {0};
    struct hdf5 file;
    uint8_t *bytes;
    size_t size;
    uint64_t found;
    if (!CHECK_EQUAL(hdf5_write(&writer, &bytes, &size), SCRAWL_OK)) return;
    hdf5_writer_free(&writer);
    CHECK_EQUAL(hdf5_open(bytes, size, &file), SCRAWL_OK);
    CHECK_EQUAL(hdf5_find(&file, file.root, "any", &found), SCRAWL_OK);
    CHECK_EQUAL(found, 0);
    free(bytes);
}

TEST(hdf5_refuses_what_it_cant_write)
{
    enum { LONG = 70000, TOO_MANY = 257 };
    uint8_t *bytes = NULL;
    size_t size;
    char *text = calloc(1, LONG + 1);
    struct hdf5_writer writer = {0};
    memset(text, 'x', LONG);
    hdf5_add_text(&writer, HDF5_ROOT, "long", text);
    CHECK_EQUAL(hdf5_write(&writer, &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "\"long\"");
    hdf5_writer_free(&writer);
    for (unsigned i = 0; i < TOO_MANY; i++) {
        const char name[] = {(char)('A' + i / 26), (char)('a' + i % 26), 0};
        hdf5_add_group(&writer, HDF5_ROOT, name);
    }
    CHECK_EQUAL(hdf5_write(&writer, &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "256");
    CHECK(bytes == NULL);
    hdf5_writer_free(&writer);
    free(text);
}

static scrawl_status write_file(void *context)
{
    struct hdf5_writer writer = {0};
    uint8_t *bytes = NULL;
    size_t size;
    (void)context;
    describe(&writer);
    const scrawl_status status = hdf5_write(&writer, &bytes, &size);
    hdf5_writer_free(&writer);
    free(bytes);
    return status;
}

TEST(hdf5_writing_survives_every_failed_allocation)
{
    const struct allocation_faults faults = fail_each_allocation(write_file, NULL);
    CHECK(faults.allocations > MANY);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}

static scrawl_status read_chunks(void *context)
{
    struct hdf5_values values;
    struct hdf5 file;
    uint64_t object = 0;
    float floats[600];
    const uint8_t *const *bytes = context;
    scrawl_status status = hdf5_open(bytes[0], (size_t)(bytes[1] - bytes[0]), &file);
    if (status == SCRAWL_OK) status = hdf5_find(&file, file.root, "zeros", &object);
    if (status == SCRAWL_OK) status = hdf5_dataset(&file, object, &values);
    return status == SCRAWL_OK ? hdf5_floats(&file, &values, floats) : status;
}

TEST(hdf5_chunks_survive_every_failed_allocation)
{
    size_t size;
    uint8_t *bytes = test_file("tests/fixtures/hdf5/chunks.h5", &size);
    const uint8_t *ends[] = {bytes, bytes + size};
    const struct allocation_faults faults = fail_each_allocation(read_chunks, ends);
    CHECK_EQUAL(faults.allocations, 1);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
    free(bytes);
}
