/* Reads an ONNX model: goes through its nodes in their order, and of each makes the layer that it is, or follows how it
 * reshapes. What a sequence of layers can't say is refused with the node's name. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "network/shapes.h"
#include "onnx.h"

/* Stands for the size of the batch among small constants. */
static const double batch_size = -9e15;

/* ---- Constants and shapes ---------------------------------------------------------------------------------------- */

static scrawl_status read_constant(struct onnx_reader *reader, const struct onnx_node *node)
{
    struct slice message;
    int64_t whole[ONNX_MOST_NUMBERS];
    double numbers[ONNX_MOST_NUMBERS];
    struct onnx_tensor tensor;
    if (onnx_tensor_attribute(node, "value", &message)) {
        scrawl_status status = onnx_tensor_read(message, &tensor);
        if (status == SCRAWL_OK) onnx_add_value(reader, node->output, VALUE_TENSOR)->tensor = tensor;
        return status;
    }
    size_t count = onnx_ints(node, "value_ints", whole, ONNX_MOST_NUMBERS);
    for (size_t i = 0; i < count && i < ONNX_MOST_NUMBERS; i++) numbers[i] = (double)whole[i];
    const int64_t single = onnx_int(node, "value_int", INT64_MIN);
    const float real = onnx_float(node, "value_float", INFINITY);
    if (single != INT64_MIN || isfinite(real)) numbers[0] = isfinite(real) ? (double)real : (double)single, count = 1;
    return count ? onnx_put_numbers(reader, node, numbers, count)
                 : onnx_fail(reader, "it is a constant of another kind.");
}

static scrawl_status read_shape(struct onnx_reader *reader, const struct onnx_node *node)
{
    double sizes[FLOW_MOST_DIMENSIONS + 1] = {batch_size};
    const struct onnx_value *value = onnx_input(reader, node, 0);
    if (!value || value->kind != VALUE_FLOW) return onnx_fail(reader, "it asks for a constant's shape.");
    const int64_t count = (int64_t)value->flow.dimension_count + 1;
    for (int64_t i = 1; i < count; i++) sizes[i] = (double)value->flow.dimensions[i - 1];
    int64_t start = onnx_int(node, "start", 0), end = onnx_int(node, "end", count);
    if (start < 0) start += count;
    if (end < 0) end += count;
    if (start < 0 || start >= end || end > count) return onnx_fail(reader, "its part of a shape is empty.");
    return onnx_put_numbers(reader, node, sizes + start, (size_t)(end - start));
}

/* Some of a shape's sizes, in any order. */
static scrawl_status read_gather(struct onnx_reader *reader, const struct onnx_node *node)
{
    double numbers[ONNX_MOST_NUMBERS], indices[ONNX_MOST_NUMBERS], gathered[ONNX_MOST_NUMBERS];
    const size_t count = onnx_numbers(onnx_input(reader, node, 0), numbers);
    const size_t wanted = onnx_numbers(onnx_input(reader, node, 1), indices);
    if (!count || !wanted) return onnx_fail(reader, "it gathers other than a few numbers.");
    for (size_t i = 0; i < wanted; i++) {
        const double index = indices[i] < 0 ? indices[i] + (double)count : indices[i];
        if (!(index >= 0 && index < (double)count)) return onnx_fail(reader, "its index is out of range.");
        gathered[i] = numbers[(size_t)index];
    }
    return onnx_put_numbers(reader, node, gathered, wanted);
}

/* Where a part begins or ends: counted from the end where it is negative, and within the numbers. */
static size_t slice_bound(double bound, size_t count)
{
    const double place = bound < 0 ? bound + (double)count : bound;
    return place > 0 ? place < (double)count ? (size_t)place : count : 0;
}

/* The sizes of a shape from one place up to another. */
static scrawl_status read_slice(struct onnx_reader *reader, const struct onnx_node *node)
{
    double numbers[ONNX_MOST_NUMBERS], starts[ONNX_MOST_NUMBERS], ends[ONNX_MOST_NUMBERS], step = 1;
    const size_t count = onnx_numbers(onnx_input(reader, node, 0), numbers);
    const bool bounded = onnx_node_numbers(reader, node, "starts", 1, starts) == 1 &&
                         onnx_node_numbers(reader, node, "ends", 2, ends) == 1;
    if (!count || !bounded ||
        (onnx_input_name(node, 4).size && !(onnx_input_number(reader, node, 4, &step) && step == 1)))
        return onnx_fail(reader, "it takes a part of other than a few numbers.");
    const size_t start = slice_bound(starts[0], count), end = slice_bound(ends[0], count);
    if (start >= end) return onnx_fail(reader, "its part is empty.");
    return onnx_put_numbers(reader, node, numbers + start, end - start);
}

static scrawl_status read_concat(struct onnx_reader *reader, const struct onnx_node *node)
{
    double numbers[2 * ONNX_MOST_NUMBERS];
    size_t count = 0;
    for (size_t i = 0; i < node->input_count; i++) {
        const size_t more = onnx_numbers(onnx_input(reader, node, i), numbers + count);
        if (!more) return onnx_fail(reader, "it joins branches of the network.");
        count += more;
        if (count > ONNX_MOST_NUMBERS) return onnx_fail(reader, "it makes too many numbers.");
    }
    return onnx_put_numbers(reader, node, numbers, count);
}

/* What changes nothing here: Identity, and Squeeze or Unsqueeze of numbers. */
static scrawl_status pass_on(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct onnx_value *value = onnx_input(reader, node, 0);
    if (!value) return onnx_fail(reader, "an input is missing, or comes later.");
    struct onnx_value copy = *value;
    copy.name = node->output;
    reader->values[reader->value_count++] = copy;
    return SCRAWL_OK;
}

/* To other floats, or of whole numbers. */
static scrawl_status read_cast(struct onnx_reader *reader, const struct onnx_node *node)
{
    const struct onnx_value *value = onnx_input(reader, node, 0);
    const int64_t type = onnx_int(node, "to", 0);
    const bool to_floats = type == ONNX_FLOAT || type == ONNX_FLOAT16 || type == ONNX_DOUBLE || type == ONNX_BFLOAT16;
    const bool of_floats =
        value && (value->kind == VALUE_FLOW || (value->kind == VALUE_TENSOR && value->tensor.type != ONNX_INT32 &&
                                                value->tensor.type != ONNX_INT64));
    if (of_floats && !to_floats) return onnx_fail(reader, "it makes other numbers of floats.");
    return pass_on(reader, node);
}

/* ---- Other dimensions -------------------------------------------------------------------------------------------- */

static scrawl_status put_reshaped(struct onnx_reader *reader, const struct onnx_node *node, const double *sizes,
                                  size_t count)
{
    struct onnx_flow flow = onnx_input(reader, node, 0)->flow;
    size_t dimensions[FLOW_MOST_DIMENSIONS];
    for (size_t i = 0; i < count && i < FLOW_MOST_DIMENSIONS; i++) {
        if (!(sizes[i] >= 1 && sizes[i] <= MOST_LAYER_VALUES)) return onnx_fail(reader, "its shape has no sizes.");
        dimensions[i] = (size_t)sizes[i];
    }
    if (count > FLOW_MOST_DIMENSIONS || !onnx_flow_reshape(&flow, dimensions, count))
        return onnx_fail(reader, "its shape is not one of as many values.");
    const bool is_last = flow.position == reader->exchange.layer_count;
    scrawl_status status = count == 1 && is_last ? onnx_flatten(reader, &flow) : SCRAWL_OK;
    if (status == SCRAWL_OK) onnx_put_flow(reader, node, flow);
    return status;
}

static scrawl_status read_flatten(struct onnx_reader *reader, const struct onnx_node *node)
{
    if (!onnx_is_flow(reader, node, 0)) return onnx_fail(reader, "it computes with constants alone.");
    const struct onnx_flow flow = onnx_input(reader, node, 0)->flow;
    const int64_t axis = onnx_int(node, "axis", 1);
    const double total = (double)shape_size(flow.shape);
    if (axis != 1 && axis != -(int64_t)flow.dimension_count) return onnx_fail(reader, "its axis is not 1.");
    return put_reshaped(reader, node, &total, 1);
}

/* A constant in other dimensions, of which one may be -1 for what is left. */
static scrawl_status reshape_tensor(struct onnx_reader *reader, const struct onnx_node *node)
{
    double sizes[ONNX_MOST_NUMBERS], known = 1;
    struct onnx_tensor tensor = onnx_input(reader, node, 0)->tensor;
    const size_t count = onnx_numbers(onnx_input(reader, node, 1), sizes);
    for (size_t i = 0; i < count; i++) known *= sizes[i] == -1 ? 1 : sizes[i];
    if (count == 0 || count > ONNX_MOST_DIMENSIONS || !(known >= 1))
        return onnx_fail(reader, "its shape is no constant.");
    size_t product = 1;
    for (size_t i = 0; i < count; i++) {
        const double size = sizes[i] == -1 ? (double)tensor.count / known : sizes[i];
        if (!(size >= 1 && size <= MOST_LAYER_VALUES)) return onnx_fail(reader, "its shape has no sizes.");
        tensor.dimensions[i] = (size_t)size;
        if (__builtin_mul_overflow(product, tensor.dimensions[i], &product)) product = SIZE_MAX;
    }
    tensor.dimension_count = count;
    if (product != tensor.count) return onnx_fail(reader, "its shape is not one of as many values.");
    onnx_add_value(reader, node->output, VALUE_TENSOR)->tensor = tensor;
    return SCRAWL_OK;
}

static bool is_batch(const struct onnx_reader *reader, double size, bool zero_is_copy)
{
    if (size == batch_size || size == -1 || (size == 0 && zero_is_copy)) return true;
    return size == (reader->declared_batch > 0 ? reader->declared_batch : 1);
}

/* Sizes of 0 stand for the dimension that was there, one of -1 for what is left. */
static void fill_sizes(const struct onnx_flow *flow, bool zero_is_copy, double *sizes, size_t count)
{
    double known = 1;
    for (size_t i = 0; i < count; i++) {
        if (sizes[i] == 0 && zero_is_copy && i < flow->dimension_count) sizes[i] = (double)flow->dimensions[i];
        if (sizes[i] != -1) known *= sizes[i];
    }
    for (size_t i = 0; i < count && known > 0; i++)
        if (sizes[i] == -1) sizes[i] = floor((double)shape_size(flow->shape) / known);
}

static scrawl_status read_reshape(struct onnx_reader *reader, const struct onnx_node *node)
{
    double sizes[ONNX_MOST_NUMBERS];
    const bool zero_is_copy = onnx_int(node, "allowzero", 0) == 0;
    const struct onnx_value *value = onnx_input(reader, node, 0);
    if (value && value->kind == VALUE_NUMBERS) return pass_on(reader, node);
    if (value && value->kind == VALUE_TENSOR) return reshape_tensor(reader, node);
    if (!value || value->kind != VALUE_FLOW) return onnx_fail(reader, "it computes with constants alone.");
    const size_t count = onnx_numbers(onnx_input(reader, node, 1), sizes);
    if (count == 0) return onnx_fail(reader, "its shape is no constant.");
    if (!is_batch(reader, sizes[0], zero_is_copy))
        return onnx_fail(reader, "it mixes the values of several images, or takes a batch of fixed size.");
    fill_sizes(&value->flow, zero_is_copy, sizes + 1, count - 1);
    return put_reshaped(reader, node, sizes + 1, count - 1);
}

/* Squeeze and Unsqueeze: dimensions of size 1 go or come. */
static scrawl_status read_squeeze(struct onnx_reader *reader, const struct onnx_node *node)
{
    double axes[ONNX_MOST_NUMBERS], sizes[2 * ONNX_MOST_NUMBERS];
    const bool adds = slice_is(node->operator, "Unsqueeze");
    const struct onnx_value *value = onnx_input(reader, node, 0);
    if (!onnx_is_flow(reader, node, 0)) return pass_on(reader, node);
    const size_t axis_count = onnx_node_numbers(reader, node, "axes", 1, axes),
                 before = value->flow.dimension_count + 1;
    const size_t rank = adds ? before + axis_count : before;
    size_t taken = 1, count = 0;
    if (onnx_has_axis(axes, axis_count, 0, rank)) return onnx_fail(reader, "it changes the dimension of the batch.");
    for (size_t axis = 1; axis < rank; axis++) {
        const bool named = onnx_has_axis(axes, axis_count, axis, rank);
        if (adds && named) sizes[count++] = 1;
        if (adds && named) continue;
        const size_t size = taken < before ? value->flow.dimensions[taken - 1] : 0;
        taken++;
        if (size != 1 || !(named || axis_count == 0)) sizes[count++] = (double)size;
    }
    return put_reshaped(reader, node, sizes, count);
}

static scrawl_status read_transpose(struct onnx_reader *reader, const struct onnx_node *node)
{
    int64_t order[FLOW_MOST_DIMENSIONS + 1];
    size_t inner[FLOW_MOST_DIMENSIONS], seen = 0;
    if (!onnx_is_flow(reader, node, 0)) return onnx_fail(reader, "it computes with constants alone.");
    struct onnx_flow flow = onnx_input(reader, node, 0)->flow;
    const size_t rank = flow.dimension_count + 1;
    if (onnx_ints(node, "perm", order, FLOW_MOST_DIMENSIONS + 1) != rank || order[0] != 0)
        return onnx_fail(reader, "it moves the dimension of the batch.");
    for (size_t i = 1; i < rank; i++) {
        if (order[i] < 1 || order[i] >= (int64_t)rank) return onnx_fail(reader, "its order is damaged.");
        inner[i - 1] = (size_t)order[i] - 1;
        seen |= (size_t)1 << order[i];
    }
    if (seen != ((size_t)1 << rank) - 2 || !onnx_flow_transpose(&flow, inner))
        return onnx_fail(reader, "its order tears rows, columns or channels.");
    onnx_put_flow(reader, node, flow);
    return SCRAWL_OK;
}

/* ---- The walk ---------------------------------------------------------------------------------------------------- */

static const struct {
    const char *name;
    onnx_operator *read;
} operators[] = {
    {"Conv", onnx_read_conv},
    {"Relu", onnx_read_relu},
    {"MaxPool", onnx_read_maxpool},
    {"GlobalAveragePool", onnx_read_globalpool},
    {"ReduceMean", onnx_read_globalpool},
    {"BatchNormalization", onnx_read_batchnorm},
    {"Flatten", read_flatten},
    {"Reshape", read_reshape},
    {"Squeeze", read_squeeze},
    {"Unsqueeze", read_squeeze},
    {"Transpose", read_transpose},
    {"Gemm", onnx_read_gemm},
    {"MatMul", onnx_read_matmul},
    {"Add", onnx_read_add},
    {"Sub", onnx_read_subtract},
    {"Mul", onnx_read_multiply},
    {"Div", onnx_read_multiply},
    {"Softmax", onnx_read_softmax},
    {"LogSoftmax", onnx_read_softmax},
    {"Dropout", onnx_read_dropout},
    {"Identity", pass_on},
    {"Cast", read_cast},
    {"Constant", read_constant},
    {"Shape", read_shape},
    {"Gather", read_gather},
    {"Slice", read_slice},
    {"Concat", read_concat},
    {"Resize", onnx_read_resize},
    {"Upsample", onnx_read_resize},
};
enum { OPERATOR_COUNT = sizeof operators / sizeof *operators };

static void append(char text[ONNX_PLACE_SIZE], const char *more)
{
    const size_t length = strlen(text);
    strncpy(text + length, more, ONNX_PLACE_SIZE - 1 - length);
}

/* The node "conv1" (Conv) of the ONNX model */
static void name_place(struct onnx_reader *reader, const struct onnx_node *node)
{
    char name[ONNX_NAME_SIZE];
    memset(reader->place, 0, sizeof reader->place);
    append(reader->place, "The node \"");
    append(reader->place, onnx_name_text(node->name, name));
    append(reader->place, "\" (");
    append(reader->place, onnx_name_text(node->operator, name));
    append(reader->place, ") of the ONNX model");
}

static scrawl_status read_node(struct onnx_reader *reader, const struct onnx_node *node)
{
    name_place(reader, node);
    const bool own = node->domain.size == 0 || slice_is(node->domain, "ai.onnx");
    if (!node->output.size) return onnx_fail(reader, "it gives nothing.");
    for (size_t i = 0; own && i < OPERATOR_COUNT; i++)
        if (slice_is(node->operator, operators[i].name)) return operators[i].read(reader, node);
    return onnx_fail(reader, "Scrawl knows no layer for this operator.");
}

/* ---- The ends ---------------------------------------------------------------------------------------------------- */

static scrawl_status fail_input(const struct onnx_reader *reader, const char *what)
{
    char name[ONNX_NAME_SIZE];
    return fail(SCRAWL_INVALID_MODEL, "The input \"", onnx_name_text(reader->graph.input_name, name),
                "\" of the ONNX model ", what, NULL);
}

/* The message that a field of another one is. */
static struct slice inner_message(struct slice message, uint32_t number, uint64_t *value)
{
    struct protobuf_field field;
    struct slice found = {0};
    while (protobuf_next(&message, &field)) {
        if (field.number != number) continue;
        found = field.bytes;
        if (value) *value = field.value;
    }
    return found;
}

/* The sizes of a shape, 0 for one that is open; false where they are too many. */
static bool read_sizes(struct slice shape, uint64_t sizes[FLOW_MOST_DIMENSIONS + 1], size_t *count)
{
    struct protobuf_field field;
    *count = 0;
    while (protobuf_next(&shape, &field)) {
        if (field.number != SHAPE_DIMENSION) continue;
        if (*count > FLOW_MOST_DIMENSIONS) return false;
        sizes[*count] = 0;
        (void)inner_message(field.bytes, DIMENSION_VALUE, &sizes[*count]);
        ++*count;
    }
    return true;
}

static bool is_image(const uint64_t *sizes, size_t count)
{
    enum { SIDE = SCRAWL_IMAGE_SIDE };
    static const uint64_t shapes[][AXES] = {{1, SIDE, SIDE}, {SIDE, SIDE, 1}, {SIDE, SIDE}, {SCRAWL_IMAGE_PIXELS}};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        uint64_t padded[AXES] = {0};
        for (size_t j = 0; j < count && j < AXES; j++) padded[j] = sizes[j];
        if (count <= AXES && memcmp(padded, shapes[i], sizeof padded) == 0) return true;
    }
    return false;
}

static scrawl_status begin_flow(struct onnx_reader *reader)
{
    enum { UNSIGNED_BYTES = 2 }; /* TensorProto.data_type */
    uint64_t element = 0, sizes[FLOW_MOST_DIMENSIONS + 1];
    size_t count;
    const struct slice type = inner_message(reader->graph.input_type, TYPE_TENSOR, NULL);
    (void)inner_message(type, TENSOR_TYPE_ELEMENT, &element);
    const struct slice shape = inner_message(type, TENSOR_TYPE_SHAPE, NULL);
    if (!read_sizes(shape, sizes, &count) || count < 2 || !is_image(sizes + 1, count - 1))
        return fail_input(reader, "must be images of 28x28 in grey: [batch, 1, 28, 28], [batch, 28, 28, 1], "
                                  "[batch, 28, 28] or [batch, 784].");
    reader->declared_batch = sizes[0] <= MOST_LAYER_VALUES ? (double)sizes[0] : 0;
    if (element == UNSIGNED_BYTES) {
        scrawl_status status = exchange_scale_input(&reader->exchange, ONNX_LARGEST_BYTE, 0, "The input");
        if (status != SCRAWL_OK) return status;
    } else if (element != ONNX_FLOAT && element != ONNX_FLOAT16 && element != ONNX_DOUBLE) {
        return fail_input(reader, "is of neither floats nor bytes.");
    }
    struct onnx_flow flow = onnx_flow_planes(0, exchange_shape(&reader->exchange));
    const size_t dimensions[FLOW_MOST_DIMENSIONS] = {(size_t)sizes[1], count > 2 ? (size_t)sizes[2] : 1,
                                                     count > 3 ? (size_t)sizes[3] : 1};
    (void)onnx_flow_reshape(&flow, dimensions, count - 1);
    onnx_add_value(reader, reader->graph.input_name, VALUE_FLOW)->flow = flow;
    return SCRAWL_OK;
}

/* A model that ends with logits gets its softmax later. */
static scrawl_status end_flow(struct onnx_reader *reader)
{
    const struct onnx_value *value = onnx_find_value(reader, reader->graph.output_name);
    char name[ONNX_NAME_SIZE];
    memset(reader->place, 0, sizeof reader->place);
    append(reader->place, "The output \"");
    append(reader->place, onnx_name_text(reader->graph.output_name, name));
    append(reader->place, "\" of the ONNX model");
    if (!value || value->kind != VALUE_FLOW || value->flow.position != reader->exchange.layer_count)
        return onnx_fail(reader, "it is not what the last layer gives.");
    if (value->flow.flattened && !onnx_flow_is_ours(&value->flow)) return onnx_fail(reader, "its classes are pixels.");
    if (value->flow.scale == 1) return SCRAWL_OK;
    if (reader->exchange.layers[reader->exchange.layer_count - 1].activation == ACTIVATION_SOFTMAX)
        return onnx_fail(reader, "it is scaled behind softmax.");
    return onnx_set_logit_scale(reader, value->flow.scale);
}

/* ---- Fields ------------------------------------------------------------------------------------------------------ */

/* To be freed by the caller; NULL when there is no memory. */
static char *slice_copy(struct slice slice)
{
    char *copy = malloc(slice.size + 1);
    if (copy && slice.size > 0) memcpy(copy, slice.bytes, slice.size);
    if (copy) copy[slice.size] = 0;
    return copy;
}

static bool is_text(struct slice slice)
{
    return slice.size == 0 || !memchr(slice.bytes, 0, slice.size);
}

static bool has_field(const struct onnx_graph *graph, const char *key, struct slice *value)
{
    for (size_t i = 0; i < graph->field_count; i++) {
        if (!slice_is(graph->fields[i].key, key)) continue;
        *value = graph->fields[i].value;
        return true;
    }
    return false;
}

/* Of files that Scrawl wrote: what another program's say under the same names may be anything. */
static scrawl_status copy_fields(struct onnx_reader *reader)
{
    struct slice version;
    scrawl_status status = SCRAWL_OK;
    if (!has_field(&reader->graph, MODEL_VERSION, &version)) return SCRAWL_OK;
    for (size_t i = 0; status == SCRAWL_OK && i < reader->graph.field_count; i++) {
        const struct onnx_field *field = &reader->graph.fields[i];
        if (!is_text(field->key) || !is_text(field->value))
            return fail(SCRAWL_INVALID_MODEL, "The ONNX model has an entry in metadata_props that is no text.", NULL);
        char *key = slice_copy(field->key), *value = slice_copy(field->value);
        status = key && value ? metadata_set(&reader->exchange.fields, key, value) : fail_out_of_memory();
        free(key);
        free(value);
    }
    return status;
}

/* A number, or a list of one: "0.1307", "[0.1307]". */
static bool read_single(struct slice text, double *value)
{
    static const char around[] = "[]() ";
    while (text.size && memchr(around, text.bytes[0], sizeof around - 1)) text.bytes++, text.size--;
    while (text.size && memchr(around, text.bytes[text.size - 1], sizeof around - 1)) text.size--;
    return parse_number((const char *)text.bytes, text.size, value) && isfinite(*value);
}

/* What metadata_props says of the input, where the graph doesn't do it. */
static scrawl_status scale_by_fields(struct onnx_reader *reader)
{
    static const char *const names[][2] = {{"mean", "std"}, {"image_mean", "image_std"}};
    struct slice mean_text, deviation_text;
    double mean, deviation;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (has_field(&reader->graph, names[i][0], &mean_text) &&
            has_field(&reader->graph, names[i][1], &deviation_text) && read_single(mean_text, &mean) &&
            read_single(deviation_text, &deviation) && deviation > 0) {
            reader->is_scaled_by_fields = true;
            return exchange_scale_input(&reader->exchange, 1 / deviation, -mean / deviation, "metadata_props");
        }
    return SCRAWL_OK;
}

/* The graph decides; a field that agrees has the exact number. */
static scrawl_status set_temperature(struct onnx_reader *reader)
{
    static const double tolerance = 1e-5;
    struct metadata *fields = &reader->exchange.fields;
    const char *text = metadata_get(fields, MODEL_TEMPERATURE);
    double said = 1;
    const bool known = !text || parse_number(text, strlen(text), &said);
    if (known && fabs(said * reader->logit_scale - 1) < tolerance) return SCRAWL_OK;
    return metadata_set_number(fields, MODEL_TEMPERATURE, 1 / reader->logit_scale);
}

static scrawl_status read_model(struct onnx_reader *reader, scrawl_model **model)
{
    const struct onnx_graph *graph = &reader->graph;
    reader->values = calloc(graph->node_count + graph->tensor_count + 1, sizeof *reader->values);
    if (!reader->values) return fail_out_of_memory();
    for (size_t i = 0; i < graph->tensor_count; i++)
        onnx_add_value(reader, graph->tensors[i].name, VALUE_TENSOR)->tensor = graph->tensors[i];
    scrawl_status status = copy_fields(reader);
    if (status == SCRAWL_OK) status = begin_flow(reader);
    if (status == SCRAWL_OK && reader->exchange.input_scale == 1) status = scale_by_fields(reader);
    for (size_t i = 0; status == SCRAWL_OK && i < graph->node_count; i++) status = read_node(reader, &graph->nodes[i]);
    if (status == SCRAWL_OK) status = end_flow(reader);
    if (status == SCRAWL_OK) status = set_temperature(reader);
    return status == SCRAWL_OK ? exchange_model(&reader->exchange, model) : status;
}

scrawl_status onnx_read(const uint8_t *bytes, size_t size, scrawl_model **model)
{
    struct onnx_reader *reader = calloc(1, sizeof *reader);
    if (!reader) return fail_out_of_memory();
    reader->exchange = EXCHANGE_START;
    reader->logit_scale = 1;
    scrawl_status status = onnx_graph_read(bytes, size, &reader->graph);
    if (status == SCRAWL_OK) status = read_model(reader, model);
    onnx_graph_free(&reader->graph);
    exchange_free(&reader->exchange);
    free(reader->values);
    free(reader);
    return status;
}
