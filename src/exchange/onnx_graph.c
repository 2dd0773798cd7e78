/* An ONNX file as tables: see onnx.h. Distrusts its bytes, knows no operator. */
#include "onnx.h"

#include <stdlib.h>
#include <string.h>

#include "model/half.h"

const char *onnx_name_text(struct slice name, char text[ONNX_NAME_SIZE])
{
    size_t length = name.size < ONNX_NAME_SIZE ? name.size : ONNX_NAME_SIZE - 1;
    if (length < name.size) /* between characters */
        while (length > 0 && (name.bytes[length] & 0xC0) == 0x80) length--;
    if (length > 0) memcpy(text, name.bytes, length);
    text[length] = 0;
    return text;
}

static scrawl_status fail_model(const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, "The ONNX model ", what, NULL);
}

/* ---- Tensors ----------------------------------------------------------------------------------------------------- */

static scrawl_status fail_tensor(const struct onnx_tensor *tensor, const char *what)
{
    char name[ONNX_NAME_SIZE];
    return fail(SCRAWL_INVALID_MODEL, "The tensor \"", onnx_name_text(tensor->name, name), "\" of the ONNX model ",
                what, NULL);
}

/* The field that holds values of a type in place of raw bytes; 0 for types that no network here has. */
static uint32_t typed_field(uint64_t type)
{
    switch (type) {
        case ONNX_FLOAT:
            return TENSOR_FLOAT_DATA;
        case ONNX_DOUBLE:
            return TENSOR_DOUBLE_DATA;
        case ONNX_INT64:
            return TENSOR_INT64_DATA;
        case ONNX_INT32:
        case ONNX_FLOAT16:
        case ONNX_BFLOAT16:
            return TENSOR_INT32_DATA;
        default:
            return 0;
    }
}

/* Bytes of a value. */
static size_t value_size(uint64_t type)
{
    if (type == ONNX_FLOAT16 || type == ONNX_BFLOAT16) return sizeof(uint16_t);
    return type == ONNX_FLOAT || type == ONNX_INT32 ? sizeof(float) : sizeof(double);
}

/* Goes through the values that typed fields hold, packed or one by one: as bits of their type. */
struct typed_values {
    struct slice message, packed;
    uint32_t number;
    size_t size; /* of a value, 0 for varints */
};

static bool take_packed(struct typed_values *values, uint64_t *bits)
{
    *bits = 0;
    if (values->size == 0) return protobuf_varint(&values->packed, bits);
    if (values->packed.size < values->size) return false;
    memcpy(bits, values->packed.bytes, values->size);
    values->packed.bytes += values->size;
    values->packed.size -= values->size;
    return true;
}

/* False at the end, and where packed values are damaged, when some of them are left. */
static bool next_typed(struct typed_values *values, uint64_t *bits)
{
    struct protobuf_field field;
    while (values->packed.size == 0) {
        if (!protobuf_next(&values->message, &field)) return false;
        if (field.number != values->number) continue;
        *bits = field.value;
        if (field.kind != WIRE_BYTES) return true;
        values->packed = field.bytes;
    }
    return take_packed(values, bits);
}

static struct typed_values typed_values(const struct onnx_tensor *tensor)
{
    const uint32_t number = typed_field(tensor->type);
    const bool fixed = number == TENSOR_FLOAT_DATA || number == TENSOR_DOUBLE_DATA;
    return (struct typed_values){tensor->message, {0}, number, fixed ? value_size(tensor->type) : 0};
}

static bool has_all_values(const struct onnx_tensor *tensor)
{
    size_t bytes, found = 0;
    uint64_t bits;
    if (__builtin_mul_overflow(tensor->count, value_size(tensor->type), &bytes)) return false;
    if (tensor->is_raw) return tensor->raw.size == bytes;
    struct typed_values values = typed_values(tensor);
    while (found <= tensor->count && next_typed(&values, &bits)) found++;
    return found == tensor->count && values.packed.size == 0;
}

static bool add_dimension(struct onnx_tensor *tensor, uint64_t size)
{
    if (tensor->dimension_count == ONNX_MOST_DIMENSIONS || size > SIZE_MAX) return false;
    tensor->dimensions[tensor->dimension_count++] = (size_t)size;
    return !__builtin_mul_overflow(tensor->count, (size_t)size, &tensor->count);
}

static bool read_dimensions(struct onnx_tensor *tensor, const struct protobuf_field *field)
{
    struct slice packed = field->bytes;
    uint64_t size;
    if (field->kind == WIRE_VARINT) return add_dimension(tensor, field->value);
    while (protobuf_varint(&packed, &size))
        if (!add_dimension(tensor, size)) return false;
    return packed.size == 0;
}

scrawl_status onnx_tensor_read(struct slice message, struct onnx_tensor *tensor)
{
    struct protobuf_field field;
    struct slice rest = message;
    bool sizes_fit = true, elsewhere = false;
    *tensor = (struct onnx_tensor){.count = 1, .message = message};
    while (protobuf_next(&rest, &field)) {
        if (field.number == TENSOR_DIMS) sizes_fit &= read_dimensions(tensor, &field);
        if (field.number == TENSOR_DATA_TYPE) tensor->type = field.value;
        if (field.number == TENSOR_NAME) tensor->name = field.bytes;
        if (field.number == TENSOR_DATA_LOCATION) elsewhere = field.value != 0;
        if (field.number != TENSOR_RAW_DATA) continue;
        tensor->raw = field.bytes;
        tensor->is_raw = true;
    }
    if (rest.size > 0) return fail_tensor(tensor, "is damaged.");
    if (elsewhere)
        return fail_tensor(tensor, "has its data in another file. Export all into one: "
                                   "torch.onnx.export(..., external_data=False), or "
                                   "onnx.save(onnx.load(\"model.onnx\"), \"whole.onnx\").");
    if (!sizes_fit) return fail_tensor(tensor, "has more than 4 dimensions, or is too large.");
    if (typed_field(tensor->type) == 0)
        return fail_tensor(tensor, "holds neither floats nor whole numbers of 32 or 64 bits.");
    return has_all_values(tensor) ? SCRAWL_OK
                                  : fail_tensor(tensor, "has more or fewer values than its dimensions say.");
}

/* Bits of a raw value. */
static uint64_t raw_bits(const struct onnx_tensor *tensor, size_t index)
{
    const size_t size = value_size(tensor->type);
    uint64_t bits = 0;
    memcpy(&bits, tensor->raw.bytes + index * size, size);
    return bits;
}

static float float_of(uint64_t type, uint64_t bits)
{
    enum { HALF_BITS = 16 };
    float value;
    double precise;
    uint32_t low = (uint32_t)bits;
    if (type == ONNX_FLOAT16) return half_to_float((uint16_t)bits);
    if (type == ONNX_BFLOAT16) low <<= HALF_BITS; /* the upper half of a float */
    memcpy(&value, &low, sizeof value);
    memcpy(&precise, &bits, sizeof precise);
    return type == ONNX_DOUBLE ? (float)precise : value;
}

bool onnx_tensor_floats(const struct onnx_tensor *tensor, float *values)
{
    struct typed_values typed = typed_values(tensor);
    uint64_t bits = 0;
    if (tensor->type == ONNX_INT32 || tensor->type == ONNX_INT64) return false;
    for (size_t i = 0; i < tensor->count; i++) {
        if (tensor->is_raw)
            bits = raw_bits(tensor, i);
        else if (!next_typed(&typed, &bits))
            return false;
        values[i] = float_of(tensor->type, bits);
    }
    return true;
}

bool onnx_tensor_whole(const struct onnx_tensor *tensor, int64_t *values)
{
    struct typed_values typed = typed_values(tensor);
    uint64_t bits = 0;
    if (tensor->type != ONNX_INT32 && tensor->type != ONNX_INT64) return false;
    for (size_t i = 0; i < tensor->count; i++) {
        if (tensor->is_raw)
            bits = raw_bits(tensor, i);
        else if (!next_typed(&typed, &bits))
            return false;
        values[i] = tensor->type == ONNX_INT32 ? (int32_t)(uint32_t)bits : (int64_t)bits;
    }
    return true;
}

/* ---- Attributes -------------------------------------------------------------------------------------------------- */

/* The message of a node's attribute. */
static bool find_attribute(const struct onnx_node *node, const char *name, struct slice *message)
{
    struct protobuf_field field, inner;
    struct slice rest = node->message;
    while (protobuf_next(&rest, &field)) {
        if (field.number != NODE_ATTRIBUTE) continue;
        for (struct slice attribute = field.bytes; protobuf_next(&attribute, &inner);)
            if (inner.number == ATTRIBUTE_NAME && slice_is(inner.bytes, name)) {
                *message = field.bytes;
                return true;
            }
    }
    return false;
}

/* A field of that attribute; all zeros where it isn't there. */
static bool find_value(const struct onnx_node *node, const char *name, uint32_t number, struct protobuf_field *field)
{
    struct slice attribute;
    if (!find_attribute(node, name, &attribute)) return false;
    while (protobuf_next(&attribute, field))
        if (field->number == number) return true;
    *field = (struct protobuf_field){0};
    return false;
}

int64_t onnx_int(const struct onnx_node *node, const char *name, int64_t otherwise)
{
    struct protobuf_field field;
    return find_value(node, name, ATTRIBUTE_INT, &field) ? (int64_t)field.value : otherwise;
}

float onnx_float(const struct onnx_node *node, const char *name, float otherwise)
{
    struct protobuf_field field;
    return find_value(node, name, ATTRIBUTE_FLOAT, &field) ? float_of(ONNX_FLOAT, field.value) : otherwise;
}

struct slice onnx_string(const struct onnx_node *node, const char *name)
{
    struct protobuf_field field = {0};
    (void)find_value(node, name, ATTRIBUTE_STRING, &field);
    return field.bytes;
}

bool onnx_tensor_attribute(const struct onnx_node *node, const char *name, struct slice *message)
{
    struct protobuf_field field;
    if (!find_value(node, name, ATTRIBUTE_TENSOR, &field)) return false;
    *message = field.bytes;
    return true;
}

size_t onnx_ints(const struct onnx_node *node, const char *name, int64_t *values, size_t most)
{
    struct slice attribute;
    uint64_t bits;
    size_t count = 0;
    if (!find_attribute(node, name, &attribute)) return 0;
    struct typed_values typed = {attribute, {0}, ATTRIBUTE_INTS, 0};
    for (; next_typed(&typed, &bits); count++)
        if (count < most) values[count] = (int64_t)bits;
    return count;
}

/* ---- The graph --------------------------------------------------------------------------------------------------- */

static size_t count_fields(struct slice message, uint32_t number)
{
    struct protobuf_field field;
    size_t count = 0;
    while (protobuf_next(&message, &field)) count += field.number == number;
    return count;
}

static scrawl_status fail_inputs(const struct onnx_node *node)
{
    char name[ONNX_NAME_SIZE], operator[ONNX_NAME_SIZE];
    return fail(SCRAWL_INVALID_MODEL, "The node \"", onnx_name_text(node->name, name), "\" (",
                onnx_name_text(node->operator, operator), ") of the ONNX model: it has more than 6 inputs, which no ",
                "layer here takes.", NULL);
}

static scrawl_status read_node(struct slice message, struct onnx_node *node)
{
    struct protobuf_field field;
    struct slice rest = message;
    bool damaged = false;
    size_t inputs = 0;
    *node = (struct onnx_node){.message = message};
    while (protobuf_next(&rest, &field)) {
        if (field.number == NODE_INPUT && inputs++ < ONNX_MOST_INPUTS) node->inputs[node->input_count++] = field.bytes;
        if (field.number == NODE_OUTPUT && !node->output.bytes) node->output = field.bytes;
        if (field.number == NODE_NAME) node->name = field.bytes;
        if (field.number == NODE_OP_TYPE) node->operator= field.bytes;
        if (field.number == NODE_DOMAIN) node->domain = field.bytes;
        if (field.number == NODE_ATTRIBUTE) damaged |= !protobuf_is_whole(field.bytes);
    }
    if (!node->name.size) node->name = node->output;
    if (damaged || rest.size) return fail_model("has a damaged node.");
    return inputs > ONNX_MOST_INPUTS ? fail_inputs(node) : SCRAWL_OK;
}

static scrawl_status read_entry(struct slice message, struct onnx_field *entry)
{
    struct protobuf_field field;
    *entry = (struct onnx_field){0};
    while (protobuf_next(&message, &field)) {
        if (field.number == ENTRY_KEY) entry->key = field.bytes;
        if (field.number == ENTRY_VALUE) entry->value = field.bytes;
    }
    return message.size ? fail_model("has a damaged entry in metadata_props.") : SCRAWL_OK;
}

/* Name and type of an input or output. */
static struct slice value_field(struct slice message, uint32_t number)
{
    struct protobuf_field field;
    struct slice found = {0};
    while (protobuf_next(&message, &field))
        if (field.number == number) found = field.bytes;
    return found;
}

static bool is_tensor(const struct onnx_graph *graph, struct slice name)
{
    for (size_t i = 0; i < graph->tensor_count; i++)
        if (slice_equals(graph->tensors[i].name, name)) return true;
    return false;
}

/* Before IR version 4 the tensors stood among the inputs, too. */
static scrawl_status read_ends(struct slice message, struct onnx_graph *graph)
{
    struct protobuf_field field;
    size_t inputs = 0, outputs = 0;
    while (protobuf_next(&message, &field)) {
        if (field.number != GRAPH_INPUT && field.number != GRAPH_OUTPUT) continue;
        const struct slice name = value_field(field.bytes, VALUE_NAME);
        if (field.number == GRAPH_OUTPUT) {
            graph->output_name = name;
            outputs++;
        } else if (!is_tensor(graph, name)) {
            graph->input_name = name;
            graph->input_type = value_field(field.bytes, VALUE_TYPE);
            inputs++;
        }
    }
    if (inputs == 1 && outputs == 1) return SCRAWL_OK;
    return fail_model("must have one input, an image, and one output, a value for each class.");
}

static scrawl_status read_graph(struct slice message, struct onnx_graph *graph)
{
    struct protobuf_field field;
    struct slice rest = message;
    const size_t nodes = count_fields(message, GRAPH_NODE), tensors = count_fields(message, GRAPH_INITIALIZER);
    if (nodes > ONNX_MOST_NODES || tensors > ONNX_MOST_TENSORS)
        return fail_model("has more than 1024 nodes or tensors.");
    graph->nodes = calloc(nodes + 1, sizeof *graph->nodes);
    graph->tensors = calloc(tensors + 1, sizeof *graph->tensors);
    scrawl_status status = graph->nodes && graph->tensors ? SCRAWL_OK : fail_out_of_memory();
    while (status == SCRAWL_OK && protobuf_next(&rest, &field)) {
        if (field.number == GRAPH_NODE) status = read_node(field.bytes, &graph->nodes[graph->node_count++]);
        if (field.number == GRAPH_INITIALIZER)
            status = onnx_tensor_read(field.bytes, &graph->tensors[graph->tensor_count++]);
    }
    if (status != SCRAWL_OK) return status;
    return rest.size ? fail_model("has a damaged graph.") : read_ends(message, graph);
}

/* The version of ONNX's own operators. */
static void read_opset(struct slice message, struct onnx_graph *graph)
{
    struct protobuf_field field;
    struct slice domain = {0};
    uint64_t version = 0;
    while (protobuf_next(&message, &field)) {
        if (field.number == OPSET_DOMAIN) domain = field.bytes;
        if (field.number == OPSET_VERSION) version = field.value;
    }
    if (domain.size == 0 || slice_is(domain, "ai.onnx")) graph->opset = version;
}

scrawl_status onnx_graph_read(const uint8_t *bytes, size_t size, struct onnx_graph *graph)
{
    static const uint64_t oldest_opset = 7;
    const struct slice file = {bytes, size};
    struct slice rest = file, message = {0};
    struct protobuf_field field;
    const size_t fields = count_fields(file, MODEL_METADATA_PROPS);
    if (fields > ONNX_MOST_FIELDS) return fail_model("has more than 2048 entries in metadata_props.");
    graph->fields = calloc(fields + 1, sizeof *graph->fields);
    scrawl_status status = graph->fields ? SCRAWL_OK : fail_out_of_memory();
    while (status == SCRAWL_OK && protobuf_next(&rest, &field)) {
        if (field.number == MODEL_GRAPH) message = field.bytes;
        if (field.number == MODEL_OPSET_IMPORT) read_opset(field.bytes, graph);
        if (field.number == MODEL_METADATA_PROPS)
            status = read_entry(field.bytes, &graph->fields[graph->field_count++]);
    }
    if (status != SCRAWL_OK) return status;
    if (rest.size || !message.bytes) return fail_model("is cut off or damaged.");
    if (graph->opset < oldest_opset) return fail_model("must have opset 7 or newer.");
    return read_graph(message, graph);
}

void onnx_graph_free(struct onnx_graph *graph)
{
    free(graph->nodes);
    free(graph->tensors);
    free(graph->fields);
    *graph = (struct onnx_graph){0};
}
