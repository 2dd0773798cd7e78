/* Implements safetensors.h. Every number of a file is checked before it is used. Knows nothing of networks. */
#include "safetensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "half.h"

enum {
    LENGTH_BYTES = 8, /* of the header's length */
    DATA_ALIGNMENT = 8,
    MAX_HEADER_BYTES = 16 << 20,
    FIRST_TENSORS = 16,   /* tensors with room at first */
    FIELD_NAME_SIZE = 16, /* "dtype", "shape", "data_offsets" */
    DTYPE_SIZE = 16,
};

static const char metadata_name[] = "__metadata__";
static const struct {
    const char *name;
    size_t size; /* bytes of a value */
} types[TENSOR_TYPES] = {[TENSOR_F32] = {"F32", 4}, [TENSOR_F16] = {"F16", 2}, [TENSOR_I8] = {"I8", 1}};

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "Files and memory share the order of bytes.");

/* Bytes. */
static size_t value_size(const struct tensor *tensor)
{
    return types[tensor->type].size;
}

/* ---- Reading ---- */

/* A file that is being read. */
struct reading {
    struct json json;
    const uint8_t *data;
    size_t data_size, tensor_capacity;
    struct safetensors *file;
};

static scrawl_status fail_header(const struct json *json, const char *where)
{
    if (json->out_of_memory) return fail_out_of_memory();
    return fail(SCRAWL_INVALID_MODEL, "The header of the model file is damaged ", where, ".", NULL);
}

static scrawl_status fail_tensor(const char *name, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, "The tensor \"", name, "\" of the model file ", what, NULL);
}

/* The object behind "__metadata__". */
static scrawl_status read_metadata(struct json *json, struct metadata *metadata)
{
    static const char where[] = "in __metadata__, which must map texts to texts";
    if (!json_expect(json, '{')) return fail_header(json, where);
    if (json_take(json, '}')) return SCRAWL_OK;
    do {
        char *key = json_string_copy(json);
        json_expect(json, ':');
        char *value = json_string_copy(json);
        if (json->failed) {
            free(key);
            free(value);
            return fail_header(json, where);
        }
        bool twice = metadata_get(metadata, key) != NULL;
        scrawl_status status = metadata_add(metadata, key, value);
        if (status != SCRAWL_OK) return status;
        if (twice) return fail(SCRAWL_INVALID_MODEL, "The model file has the field \"", key, "\" twice.", NULL);
        if (metadata->count > SAFETENSORS_MAX_METADATA) return fail_header(json, "in __metadata__: too many fields");
    } while (json_more(json, '}'));
    return json->failed ? fail_header(json, where) : SCRAWL_OK;
}

static scrawl_status read_dtype(struct json *json, struct tensor *tensor)
{
    char dtype[DTYPE_SIZE];
    if (!json_string(json, dtype, sizeof dtype)) return fail_tensor(tensor->name, "has a damaged dtype.");
    for (tensor->type = 0; tensor->type < TENSOR_TYPES; tensor->type++)
        if (strcmp(dtype, types[tensor->type].name) == 0) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_MODEL, "The tensor \"", tensor->name, "\" of the model file has the dtype ", dtype,
                "; Scrawl reads F32, F16 and I8.", NULL);
}

static bool read_size(struct json *json, size_t *size)
{
    uint64_t value;
    if (!json_unsigned(json, &value) || value > SIZE_MAX) return false;
    *size = (size_t)value;
    return true;
}

static scrawl_status read_shape(struct json *json, struct tensor *tensor)
{
    static const char damaged[] = "has a damaged shape.";
    tensor->count = 1;
    if (!json_expect(json, '[')) return fail_tensor(tensor->name, damaged);
    if (json_take(json, ']')) return SCRAWL_OK;
    do {
        if (tensor->dimension_count == TENSOR_MAX_DIMENSIONS) {
            return fail_tensor(tensor->name, "has more than 4 dimensions.");
        }
        size_t *dimension = &tensor->dimensions[tensor->dimension_count++];
        if (!read_size(json, dimension)) return fail_tensor(tensor->name, damaged);
        if (__builtin_mul_overflow(tensor->count, *dimension, &tensor->count)) {
            return fail_tensor(tensor->name, "has a shape that is too large.");
        }
    } while (json_more(json, ']'));
    return json->failed ? fail_tensor(tensor->name, damaged) : SCRAWL_OK;
}

static scrawl_status read_offsets(struct json *json, const struct tensor *tensor, size_t offsets[2])
{
    if (json_expect(json, '[') && read_size(json, &offsets[0]) && json_expect(json, ',') &&
        read_size(json, &offsets[1]) && json_expect(json, ']')) {
        return SCRAWL_OK;
    }
    return fail_tensor(tensor->name, "has damaged data_offsets.");
}

/* The three fields of a tensor, in any order. */
static scrawl_status read_fields(struct json *json, struct tensor *tensor, size_t offsets[2])
{
    static const char damaged[] = "needs dtype, shape and data_offsets, each once and nothing else.";
    bool has_dtype = false, has_shape = false, has_offsets = false;
    if (!json_expect(json, '{')) return fail_tensor(tensor->name, damaged);
    do {
        char field[FIELD_NAME_SIZE];
        scrawl_status status;
        if (!json_string(json, field, sizeof field) || !json_expect(json, ':')) break;
        if (strcmp(field, "dtype") == 0 && !has_dtype) {
            has_dtype = true;
            status = read_dtype(json, tensor);
        } else if (strcmp(field, "shape") == 0 && !has_shape) {
            has_shape = true;
            status = read_shape(json, tensor);
        } else if (strcmp(field, "data_offsets") == 0 && !has_offsets) {
            has_offsets = true;
            status = read_offsets(json, tensor, offsets);
        } else {
            return fail_tensor(tensor->name, damaged);
        }
        if (status != SCRAWL_OK) return status;
    } while (json_more(json, '}'));
    bool complete = !json->failed && has_dtype && has_shape && has_offsets;
    return complete ? SCRAWL_OK : fail_tensor(tensor->name, damaged);
}

/* The object behind a tensor's name. */
static scrawl_status read_tensor(struct reading *reading, struct tensor *tensor)
{
    size_t offsets[2] = {0}, bytes;
    scrawl_status status = read_fields(&reading->json, tensor, offsets);
    if (status != SCRAWL_OK) return status;
    if (offsets[0] > offsets[1] || offsets[1] > reading->data_size) {
        return fail_tensor(tensor->name, "lies outside of the data: the file is cut off or damaged.");
    }
    if (__builtin_mul_overflow(tensor->count, value_size(tensor), &bytes) || bytes != offsets[1] - offsets[0]) {
        return fail_tensor(tensor->name, "has a shape that doesn't agree with its data_offsets.");
    }
    tensor->data = reading->data + offsets[0];
    return SCRAWL_OK;
}

static scrawl_status add_tensor(struct reading *reading, const struct tensor *tensor)
{
    struct safetensors *file = reading->file;
    if (safetensors_find(file, tensor->name)) return fail_tensor(tensor->name, "is there twice.");
    if (file->tensor_count == SAFETENSORS_MAX_TENSORS) {
        return fail(SCRAWL_INVALID_MODEL, "The model file has more than 1024 tensors.", NULL);
    }
    if (file->tensor_count == reading->tensor_capacity) {
        size_t capacity = reading->tensor_capacity ? reading->tensor_capacity * 2 : FIRST_TENSORS;
        struct tensor *tensors = realloc(file->tensors, capacity * sizeof *tensors);
        if (!tensors) return fail_out_of_memory();
        file->tensors = tensors;
        reading->tensor_capacity = capacity;
    }
    file->tensors[file->tensor_count++] = *tensor;
    return SCRAWL_OK;
}

/* A member of the header: the metadata or a tensor. */
static scrawl_status read_member(struct reading *reading, bool *has_metadata)
{
    struct json *json = &reading->json;
    struct tensor tensor = {0};
    if (!json_string(json, tensor.name, sizeof tensor.name) || !json_expect(json, ':')) {
        return fail_header(json, "at the name of a tensor, which may have 63 bytes");
    }
    if (strcmp(tensor.name, metadata_name) == 0) {
        if (*has_metadata) return fail_header(json, "in __metadata__, which is there twice");
        *has_metadata = true;
        return read_metadata(json, &reading->file->metadata);
    }
    scrawl_status status = read_tensor(reading, &tensor);
    return status == SCRAWL_OK ? add_tensor(reading, &tensor) : status;
}

static scrawl_status read_header(struct reading *reading)
{
    struct json *json = &reading->json;
    bool has_metadata = false;
    if (json->next == json->end || *json->next != '{') return fail_header(json, "at its first byte");
    json_expect(json, '{');
    bool more = !json_take(json, '}');
    while (more) {
        scrawl_status status = read_member(reading, &has_metadata);
        if (status != SCRAWL_OK) return status;
        more = json_more(json, '}');
    }
    while (json->next < json->end && *json->next == ' ') json->next++;
    return json->failed || json->next != json->end ? fail_header(json, "near its end") : SCRAWL_OK;
}

static int compare_places(const void *left, const void *right)
{
    const struct tensor *a = left, *b = right;
    const uint8_t *a_data = a->data, *b_data = b->data;
    if (a_data != b_data) return a_data < b_data ? -1 : 1;
    return a->count < b->count ? -1 : a->count > b->count; /* empty tensors first */
}

/* The tensors must follow each other from the first byte of the data to the last. */
static scrawl_status check_places(const struct reading *reading)
{
    struct safetensors *file = reading->file;
    const uint8_t *place = reading->data;
    if (file->tensor_count > 0) qsort(file->tensors, file->tensor_count, sizeof *file->tensors, compare_places);
    for (size_t i = 0; i < file->tensor_count; i++) {
        const struct tensor *tensor = &file->tensors[i];
        if ((const uint8_t *)tensor->data != place) {
            return fail_tensor(tensor->name, "doesn't begin where the one before it ends.");
        }
        place += tensor->count * value_size(tensor);
    }
    if (place == reading->data + reading->data_size) return SCRAWL_OK;
    char bytes[NUMBER_TEXT_SIZE];
    unsigned_text((uint64_t)(reading->data + reading->data_size - place), bytes);
    return fail(SCRAWL_INVALID_MODEL, "The model file has ", bytes, " bytes behind its last tensor.", NULL);
}

static scrawl_status read_length(const uint8_t *bytes, size_t size, size_t *header_size)
{
    uint64_t length;
    if (size < LENGTH_BYTES) return fail(SCRAWL_INVALID_MODEL, "The file is too short to be a model.", NULL);
    memcpy(&length, bytes, sizeof length);
    if (length > MAX_HEADER_BYTES) {
        return fail(SCRAWL_INVALID_MODEL, "The file is no model: its header would be larger than 16 MiB.", NULL);
    }
    if (length > size - LENGTH_BYTES) {
        return fail(SCRAWL_INVALID_MODEL, "The model file ends within its header: it is cut off, or no model.", NULL);
    }
    *header_size = (size_t)length;
    return SCRAWL_OK;
}

scrawl_status safetensors_read(const void *bytes, size_t size, struct safetensors *file)
{
    size_t header_size = 0;
    scrawl_status status = read_length(bytes, size, &header_size);
    if (status != SCRAWL_OK) return status;
    const char *header = (const char *)bytes + LENGTH_BYTES;
    struct safetensors result = {0};
    struct reading reading = {
        .json = {.next = header, .end = header + header_size},
        .data = (const uint8_t *)header + header_size,
        .data_size = size - LENGTH_BYTES - header_size,
        .file = &result,
    };
    status = read_header(&reading);
    if (status == SCRAWL_OK) status = check_places(&reading);
    if (status == SCRAWL_OK)
        *file = result;
    else
        safetensors_free(&result);
    return status;
}

const struct tensor *safetensors_find(const struct safetensors *file, const char *name)
{
    for (size_t i = 0; i < file->tensor_count; i++) {
        if (strcmp(file->tensors[i].name, name) == 0) return &file->tensors[i];
    }
    return NULL;
}

void safetensors_values(const struct tensor *tensor, float *values)
{
    const uint8_t *place = tensor->data;
    if (tensor->type == TENSOR_F32 && tensor->count > 0) memcpy(values, place, tensor->count * sizeof *values);
    for (size_t i = 0; tensor->type == TENSOR_F16 && i < tensor->count; i++) {
        uint16_t half;
        memcpy(&half, place + i * sizeof half, sizeof half);
        values[i] = half_to_float(half);
    }
    for (size_t i = 0; tensor->type == TENSOR_I8 && i < tensor->count; i++) values[i] = (int8_t)place[i];
}

void safetensors_free(struct safetensors *file)
{
    free(file->tensors);
    metadata_free(&file->metadata);
    *file = (struct safetensors){0};
}

/* ---- Writing ---- */

static void append_metadata(struct text *header, const struct metadata *metadata)
{
    text_append_json(header, metadata_name);
    text_append(header, ":{");
    for (size_t i = 0; i < metadata->count; i++) {
        if (i > 0) text_append(header, ",");
        text_append_json(header, metadata->entries[i].key);
        text_append(header, ":");
        text_append_json(header, metadata->entries[i].value);
    }
    text_append(header, "}");
}

static void append_tensor(struct text *header, const struct tensor *tensor, size_t begin)
{
    text_append_json(header, tensor->name);
    text_append(header, ":{\"dtype\":");
    text_append_json(header, types[tensor->type].name);
    text_append(header, ",\"shape\":[");
    for (size_t i = 0; i < tensor->dimension_count; i++) {
        if (i > 0) text_append(header, ",");
        text_append_unsigned(header, tensor->dimensions[i]);
    }
    text_append(header, "],\"data_offsets\":[");
    text_append_unsigned(header, begin);
    text_append(header, ",");
    text_append_unsigned(header, begin + tensor->count * value_size(tensor));
    text_append(header, "]}");
}

/* The whole header, padded, and the size of the data. */
static void append_header(struct text *header, const struct tensor *tensors, size_t tensor_count,
                          const struct metadata *metadata, size_t *data_size)
{
    bool has_metadata = metadata && metadata->count > 0;
    text_append(header, "{");
    if (has_metadata) append_metadata(header, metadata);
    *data_size = 0;
    for (size_t i = 0; i < tensor_count; i++) {
        if (i > 0 || has_metadata) text_append(header, ",");
        append_tensor(header, &tensors[i], *data_size);
        *data_size += tensors[i].count * value_size(&tensors[i]);
    }
    text_append(header, "}");
    while ((LENGTH_BYTES + header->length) % DATA_ALIGNMENT != 0 && !header->failed) text_append(header, " ");
}

static void write_values(const struct tensor *tensor, uint8_t *place)
{
    const float *values = tensor->data;
    if (tensor->type == TENSOR_F32 && tensor->count > 0) memcpy(place, values, tensor->count * sizeof *values);
    for (size_t i = 0; tensor->type == TENSOR_F16 && i < tensor->count; i++) {
        const uint16_t half = half_from_float(values[i]);
        memcpy(place + i * sizeof half, &half, sizeof half);
    }
    for (size_t i = 0; tensor->type == TENSOR_I8 && i < tensor->count; i++)
        place[i] = (uint8_t)(int8_t)lrintf(fminf(fmaxf(values[i], -INT8_MAX), INT8_MAX));
}

scrawl_status safetensors_write(const struct tensor *tensors, size_t tensor_count, const struct metadata *metadata,
                                uint8_t **bytes, size_t *size)
{
    struct text header = {0};
    size_t data_size;
    append_header(&header, tensors, tensor_count, metadata, &data_size);
    size_t header_size = header.length, total = LENGTH_BYTES + header_size + data_size;
    uint8_t *result = header.failed ? NULL : malloc(total);
    if (!result) {
        text_free(&header);
        return fail_out_of_memory();
    }
    uint64_t length = header_size;
    memcpy(result, &length, sizeof length);
    memcpy(result + LENGTH_BYTES, header.bytes, header_size);
    text_free(&header);
    uint8_t *place = result + LENGTH_BYTES + header_size;
    for (size_t i = 0; i < tensor_count; i++) {
        write_values(&tensors[i], place);
        place += tensors[i].count * value_size(&tensors[i]);
    }
    *bytes = result;
    *size = total;
    return SCRAWL_OK;
}
