/* Tests src/model/safetensors.c: round trips, files of other writers, and files that lie. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "model/safetensors.h"

static const float first_values[] = {1.5f, -2, 3, 4, 5, 6}, second_values[] = {7};

static const struct tensor two_tensors[] = {
    {.name = "b.first", .dimension_count = 2, .dimensions = {2, 3}, .count = 6, .data = first_values},
    {.name = "a", .dimension_count = 0, .count = 1, .data = second_values},
};

static void fill_metadata(struct metadata *metadata)
{
    CHECK_EQUAL(metadata_set(metadata, "key", "value"), SCRAWL_OK);
    CHECK_EQUAL(metadata_set(metadata, "quoted \"\xC3\xA9\"", "line\nend"), SCRAWL_OK);
    CHECK_EQUAL(metadata_set(metadata, "empty", ""), SCRAWL_OK);
}

static uint8_t *write_two(size_t *size)
{
    uint8_t *bytes = NULL;
    struct metadata metadata = {0};
    fill_metadata(&metadata);
    CHECK_EQUAL(safetensors_write(two_tensors, 2, &metadata, &bytes, size), SCRAWL_OK);
    metadata_free(&metadata);
    return bytes;
}

TEST(safetensors_round_trip)
{
    size_t size = 0;
    uint8_t *bytes = write_two(&size);
    struct safetensors file = {0};
    if (!CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK)) return;
    CHECK_EQUAL(file.tensor_count, 2);
    CHECK_EQUAL(file.metadata.count, 3);
    CHECK_TEXT(metadata_get(&file.metadata, "quoted \"\xC3\xA9\""), "line\nend");
    CHECK_TEXT(metadata_get(&file.metadata, "empty"), "");
    CHECK(metadata_get(&file.metadata, "other") == NULL);
    const struct tensor *first = safetensors_find(&file, "b.first"), *second = safetensors_find(&file, "a");
    if (!CHECK(first && second && !safetensors_find(&file, "b"))) return;
    CHECK(first->dimension_count == 2 && first->dimensions[0] == 2 && first->dimensions[1] == 3 && first->count == 6);
    CHECK(memcmp(first->data, first_values, sizeof first_values) == 0);
    CHECK(second->dimension_count == 0 && second->count == 1);
    CHECK(memcmp(second->data, second_values, sizeof second_values) == 0);
    safetensors_free(&file);
    free(bytes);
}

TEST(safetensors_data_is_aligned)
{
    char key[16] = "";
    for (size_t length = 1; length <= 9; length++) {
        struct metadata metadata = {0};
        uint8_t *bytes = NULL;
        size_t size = 0;
        uint64_t header_size;
        memset(key, 'k', length);
        metadata_set(&metadata, key, "");
        CHECK_EQUAL(safetensors_write(two_tensors, 2, &metadata, &bytes, &size), SCRAWL_OK);
        memcpy(&header_size, bytes, sizeof header_size);
        CHECK_EQUAL(header_size % 8, 0);
        CHECK_EQUAL(size, 8 + header_size + sizeof first_values + sizeof second_values);
        free(bytes);
        metadata_free(&metadata);
    }
}

TEST(safetensors_may_be_empty)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    struct safetensors file = {0};
    CHECK_EQUAL(safetensors_write(NULL, 0, NULL, &bytes, &size), SCRAWL_OK);
    CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK);
    CHECK_EQUAL(file.tensor_count + file.metadata.count, 0);
    safetensors_free(&file);
    free(bytes);
}

/* A file of that header and data_size zeros, in a block of exactly its size. */
static uint8_t *make_file(const char *header, size_t data_size, size_t *size)
{
    uint64_t header_size = strlen(header);
    *size = 8 + (size_t)header_size + data_size;
    uint8_t *bytes = calloc(1, *size);
    memcpy(bytes, &header_size, sizeof header_size);
    memcpy(bytes + 8, header, (size_t)header_size);
    return bytes;
}

static scrawl_status read_header(const char *header, size_t data_size, size_t *tensor_count)
{
    size_t size;
    struct safetensors file = {0};
    uint8_t *bytes = make_file(header, data_size, &size);
    scrawl_status status = safetensors_read(bytes, size, &file);
    *tensor_count = file.tensor_count;
    safetensors_free(&file);
    free(bytes);
    return status;
}

#define T(name, shape, offsets) "\"" name "\":{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

TEST(safetensors_reads_other_writers)
{
    static const struct {
        const char *header;
        size_t data_size, tensor_count;
    } good[] = {
        {"{}", 0, 0},
        {"{ }   ", 0, 0},
        {"{\"__metadata__\":{}}", 0, 0},
        {"{\"__metadata__\":{\"format\":\"pt\"}," T("a", "[2]", "[0,8]") "}  ", 8, 1},
        {"{" T("a", "[2]", "[4,12]") "," T("b", "[1]", "[0,4]") "}", 12, 2}, /* not in the order of the data */
        {"{" T("a", "[1]", "[0,4]") ",\"__metadata__\":{\"k\":\"v\"}," T("b", "[1]", "[4,8]") "}", 8, 2},
        {"{\"a\":{\"data_offsets\":[0,4],\"shape\":[1,1,1,1],\"dtype\":\"F32\"}}", 4, 1},
        {"{\n\"a\" : { \"dtype\" : \"F32\" , \"shape\" : [ 1 , 1 ] , \"data_offsets\" : [ 0 , 4 ] } }", 4, 1},
        {"{" T("z", "[0]", "[4,4]") "," T("a", "[1]", "[0,4]") "," T("y", "[3,0]", "[0,0]") "}", 4, 3}, /* empty ones */
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        size_t tensor_count = 0;
        scrawl_status status = read_header(good[i].header, good[i].data_size, &tensor_count);
        test_check(status == SCRAWL_OK, __FILE__, __LINE__, "%s: %s", good[i].header, scrawl_error());
        CHECK_EQUAL(tensor_count, good[i].tensor_count);
    }
}

TEST(safetensors_refuses_lies)
{
    static const struct {
        const char *header;
        size_t data_size;
        const char *mention;
    } bad[] = {
        {"", 0, "first byte"},
        {" {}", 0, "first byte"},
        {"[]", 0, "first byte"},
        {"{", 0, "name"},
        {"{}{}", 0, "end"},
        {"{}\n", 0, "end"},
        {"{} x", 0, "end"},
        {"{}", 1, "1 bytes behind"},
        {"{" T("a", "[1]", "[0,4]") "}", 5, "1 bytes behind"},
        {"{" T("a", "[1]", "[0,4]") "}", 3, "\"a\""},
        {"{" T("a", "[1]", "[0,4]"), 4, "end"},
        {"{" T("a", "[1]", "[0,4]") ",}", 4, "name"},
        {"{" T("a", "[1]", "[4,8]") "}", 8, "\"a\""},                              /* gap at the front */
        {"{" T("a", "[1]", "[0,4]") "," T("b", "[1]", "[8,12]") "}", 12, "\"b\""}, /* gap between */
        {"{" T("a", "[2]", "[0,8]") "," T("b", "[2]", "[4,12]") "}", 12, "\"b\""}, /* overlap */
        {"{" T("a", "[1]", "[0,4]") "," T("b", "[1]", "[0,4]") "}", 4, "begin"},   /* one place */
        {"{" T("a", "[1]", "[0,4]") "," T("z", "[0]", "[2,2]") "}", 4, "\"z\""},   /* an empty one inside */
        {"{" T("a", "[1]", "[4,0]") "}", 4, "\"a\""},
        {"{" T("a", "[1]", "[0,8]") "}", 8, "\"a\""},
        {"{" T("a", "[2]", "[0,4]") "}", 4, "\"a\""},
        {"{" T("a", "[1]", "[0,4]") "," T("a", "[1]", "[4,8]") "}", 8, "\"a\""},
        {"{" T("a", "[1,1,1,1,1]", "[0,4]") "}", 4, "4 dimensions"},
        {"{" T("a", "[4294967296,4294967296]", "[0,0]") "}", 0, "too large"},
        {"{" T("a", "[4611686018427387905]", "[0,4]") "}", 4, "\"a\""}, /* times four is 4 again */
        {"{" T("a", "[-1]", "[0,4]") "}", 4, "shape"},
        {"{" T("a", "[1.0]", "[0,4]") "}", 4, "shape"},
        {"{" T("a", "[1", "[0,4]") "}", 4, "\"a\""},
        {"{" T("a", "1", "[0,4]") "}", 4, "shape"},
        {"{" T("a", "[1]", "[0]") "}", 4, "data_offsets"},
        {"{" T("a", "[1]", "[0,4,8]") "}", 4, "data_offsets"},
        {"{" T("a", "[1]", "[0,18446744073709551616]") "}", 4, "data_offsets"},
        {"{" T("a", "[1]", "[18446744073709551612,18446744073709551615]") "}", 4, "\"a\""},
        {"{\"a\":{}}", 0, "\"a\""},
        {"{\"a\":[]}", 0, "\"a\""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "\"a\""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "\"a\""},
        {"{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4, "\"a\""},
        {"{\"a\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[0,2]}}", 2, "BF16"},
        {"{\"a\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "\"a\""},
        {"{\"a\":{\"dtype\":32,\"shape\":[1],\"data_offsets\":[0,4]}}", 4, "dtype"},
        {"{" T("1234567890123456789012345678901234567890123456789012345678901234", "[1]", "[0,4]") "}", 4, "63"},
        {"{" T("a\\u0000b", "[1]", "[0,4]") "}", 4, "name"},
        {"{\"__metadata__\":1}", 0, "__metadata__"},
        {"{\"__metadata__\":{\"a\":1}}", 0, "__metadata__"},
        {"{\"__metadata__\":{\"a\":\"1\",}}", 0, "__metadata__"},
        {"{\"__metadata__\":{\"a\":\"1\"", 0, "__metadata__"},
        {"{\"__metadata__\":{\"a\":\"1\",\"a\":\"1\"}}", 0, "\"a\" twice"},
        {"{\"__metadata__\":{},\"__metadata__\":{}}", 0, "twice"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t tensor_count;
        scrawl_status status = read_header(bad[i].header, bad[i].data_size, &tensor_count);
        test_check(status == SCRAWL_INVALID_MODEL, __FILE__, __LINE__, "status %d for %s", (int)status, bad[i].header);
        CHECK_MENTIONS(scrawl_error(), bad[i].mention);
    }
}

TEST(safetensors_refuses_wrong_lengths)
{
    size_t size;
    struct safetensors file = {0};
    uint8_t *bytes = make_file("{}", 0, &size);
    CHECK_EQUAL(safetensors_read(NULL, 0, &file), SCRAWL_INVALID_MODEL);
    CHECK_EQUAL(safetensors_read(bytes, 7, &file), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "short");
    CHECK_EQUAL(safetensors_read(bytes, 9, &file), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "cut off");
    static const uint64_t lengths[] = {3, 16 << 20, (16 << 20) + 1, UINT64_MAX, UINT64_MAX - 7, (uint64_t)1 << 63};
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        memcpy(bytes, &lengths[i], sizeof lengths[i]);
        CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_INVALID_MODEL);
    }
    free(bytes);
}

TEST(safetensors_limits_its_header)
{
    enum { LARGEST = 16 << 20 };
    char *header = malloc(LARGEST + 2);
    memset(header, ' ', LARGEST + 1);
    memcpy(header, "{}", 2);
    for (size_t more = 0; more <= 1; more++) {
        size_t tensor_count;
        header[LARGEST + more] = 0;
        CHECK_EQUAL(read_header(header, 0, &tensor_count), more ? SCRAWL_INVALID_MODEL : SCRAWL_OK);
        header[LARGEST + more] = ' ';
    }
    CHECK_MENTIONS(scrawl_error(), "16 MiB");
    free(header);
}

/* `count` members after `before`, each with its number in the middle, commas between. */
static uint8_t *make_many(const char *before, const char *member_start, const char *member_end, size_t count,
                          const char *after, size_t *size)
{
    char *header = malloc(64 + count * 96), *end = header;
    end += strlen(strcpy(end, before));
    for (size_t i = 0; i < count; i++) {
        if (i > 0) *end++ = ',';
        end += strlen(strcpy(end, member_start));
        for (size_t digit = 10000; digit > 0; digit /= 10) *end++ = (char)('0' + i / digit % 10);
        end += strlen(strcpy(end, member_end));
    }
    strcpy(end, after);
    uint8_t *bytes = make_file(header, 0, size);
    free(header);
    return bytes;
}

TEST(safetensors_limits_its_counts)
{
    static const char tensor_end[] = "\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
    for (size_t more = 0; more <= 1; more++) {
        size_t size;
        struct safetensors file = {0};
        scrawl_status expected = more ? SCRAWL_INVALID_MODEL : SCRAWL_OK;
        uint8_t *bytes = make_many("{", "\"", tensor_end, SAFETENSORS_MAX_TENSORS + more, "}", &size);
        CHECK_EQUAL(safetensors_read(bytes, size, &file), expected);
        safetensors_free(&file);
        free(bytes);
        bytes = make_many("{\"__metadata__\":{", "\"", "\":\"\"", SAFETENSORS_MAX_METADATA + more, "}}", &size);
        CHECK_EQUAL(safetensors_read(bytes, size, &file), expected);
        safetensors_free(&file);
        free(bytes);
    }
}

TEST(safetensors_survives_every_truncation)
{
    size_t size = 0;
    uint8_t *bytes = write_two(&size);
    for (size_t length = 0; length < size; length++) {
        uint8_t *part = malloc(length ? length : 1);
        struct safetensors file = {0};
        memcpy(part, bytes, length);
        CHECK_EQUAL(safetensors_read(part, length, &file), SCRAWL_INVALID_MODEL);
        free(part);
    }
    free(bytes);
}

/* Everything a read file points to lies within its bytes. */
static void use_file(const struct safetensors *file)
{
    volatile uint8_t sum = 0;
    for (size_t i = 0; i < file->tensor_count; i++) {
        const uint8_t *data = file->tensors[i].data;
        CHECK(strlen(file->tensors[i].name) < TENSOR_NAME_SIZE);
        for (size_t j = 0; j < file->tensors[i].count * sizeof(float); j++) sum += data[j];
    }
}

TEST(safetensors_survives_every_changed_byte)
{
    size_t size = 0, accepted = 0;
    uint8_t *bytes = write_two(&size);
    for (size_t place = 0; place < size; place++) {
        uint8_t original = bytes[place];
        for (int value = 0; value < 256; value++) {
            struct safetensors file = {0};
            bytes[place] = (uint8_t)value;
            if (safetensors_read(bytes, size, &file) != SCRAWL_OK) continue;
            accepted++;
            use_file(&file);
            safetensors_free(&file);
        }
        bytes[place] = original;
    }
    CHECK(accepted >= size + 255 * (sizeof first_values + sizeof second_values)); /* the original, and other values */
    free(bytes);
}

TEST(safetensors_halves_and_whole_numbers_beside_floats)
{
    static const float values[] = {1, -0.5f, 65504}, others[] = {0.1f}, wholes[] = {-127, 126.6f};
    const struct tensor tensors[] = {{"a", 1, {3}, 3, values, TENSOR_F16},
                                     {"b", 1, {1}, 1, others, TENSOR_F32},
                                     {"c", 1, {2}, 2, wholes, TENSOR_I8}};
    struct safetensors file = {0};
    uint8_t *bytes = NULL;
    size_t size = 0;
    float read[3];
    CHECK_EQUAL(safetensors_write(tensors, 3, NULL, &bytes, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(safetensors_read(bytes, size, &file), SCRAWL_OK)) return;
    CHECK(file.tensors[0].type == TENSOR_F16 && file.tensors[1].type == TENSOR_F32);
    safetensors_values(&file.tensors[2], read);
    CHECK(read[0] == -127 && read[1] == 127);
    safetensors_values(&file.tensors[0], read);
    CHECK(memcmp(read, values, sizeof values) == 0);
    safetensors_values(&file.tensors[1], read);
    CHECK(read[0] == others[0]);
    CHECK_EQUAL((const uint8_t *)file.tensors[1].data - (const uint8_t *)file.tensors[0].data, 6);
    safetensors_free(&file);
    free(bytes);
}
