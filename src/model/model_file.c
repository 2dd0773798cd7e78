/* Implements model_file.h and the saving of scrawl.h: a model to and from safetensors bytes. Everything a
 * file says is compared with the network's table before memory is taken for it. Knows no file system and no trainer. */
#include "model_file.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "calibrate.h"
#include "layers/layers.h"

static const char architecture_key[] = MODEL_ARCHITECTURE, labels_key[] = MODEL_LABELS,
                  normalization_key[] = MODEL_NORMALIZATION, version_key[] = MODEL_VERSION,
                  temperature_key[] = MODEL_TEMPERATURE, doubt_key[] = MODEL_DOUBT;

const char *normalization_name(scrawl_normalization normalization)
{
    return normalization == SCRAWL_NORMALIZE_COLUMN_L2 ? "column-l2" : "unit";
}

bool normalization_from_name(const char *name, scrawl_normalization *normalization)
{
    static const scrawl_normalization all[] = {SCRAWL_NORMALIZE_UNIT, SCRAWL_NORMALIZE_COLUMN_L2};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(name, normalization_name(all[i])) != 0) continue;
        *normalization = all[i];
        return true;
    }
    return false;
}

/* ---- Tensors of a network ---- */

/* A layer has two blocks of parameters, or none; batchnorm has two more. Each is a tensor of the file. */
enum part { PART_WEIGHT, PART_BIAS, PART_MEAN, PART_VARIANCE, MOST_PARTS };

static const char *const part_names[MOST_PARTS] = {
    [PART_WEIGHT] = ".weight", [PART_BIAS] = ".bias", [PART_MEAN] = ".mean", [PART_VARIANCE] = ".variance"};

static enum part part_count(const struct layer *layer)
{
    if (layer->weight_count == 0) return PART_WEIGHT;
    return layer->statistic_count ? MOST_PARTS : PART_MEAN;
}

/* Appends to a name; false when it grows too long. */
static bool append_name(char name[TENSOR_NAME_SIZE], const char *more)
{
    size_t length = strlen(name), more_length = strlen(more);
    if (more_length >= TENSOR_NAME_SIZE - length) return false;
    memcpy(name + length, more, more_length + 1);
    return true;
}

/* "3.weight" + suffix, and the shape a part of layer `index` must have. data stays open. */
static scrawl_status describe_part(const struct network *network, size_t index, enum part part, const char *suffix,
                                   struct tensor *tensor)
{
    const struct layer *layer = &network->layers[index];
    char number[NUMBER_TEXT_SIZE];
    *tensor = (struct tensor){0};
    if (!append_name(tensor->name, unsigned_text(index, number)) || !append_name(tensor->name, part_names[part]) ||
        !append_name(tensor->name, suffix)) {
        return fail(SCRAWL_INVALID_ARGUMENT, "The tensor suffix \"", suffix, "\" is too long.", NULL);
    }
    size_t *dimensions = tensor->dimensions;
    if (part == PART_WEIGHT && layer->stride) {
        dimensions[tensor->dimension_count++] = layer->kernel_rows;
        dimensions[tensor->dimension_count++] = layer->kernel_columns;
    }
    if (part == PART_WEIGHT && layer->kind != LAYER_BATCHNORM)
        dimensions[tensor->dimension_count++] = layer->input.channels;
    const bool alone = part == PART_WEIGHT && layer->kind == LAYER_DEPTHWISE;
    dimensions[tensor->dimension_count++] = alone ? 1 : layer->output.channels;
    tensor->count = part == PART_WEIGHT ? layer->weight_count : layer->output.channels;
    return SCRAWL_OK;
}

/* Of convolutions and dense layers: biases and batchnorm are few, and need the range. */
static bool is_compressed(const struct tensor *tensor)
{
    return tensor->dimension_count > 1;
}

static const char scale_suffix[] = "_scale";

/* "3.weight_scale": what the whole numbers of an I8 tensor are multiplied with, one for each output channel. */
static scrawl_status describe_scale(const struct network *network, size_t index, struct tensor *tensor)
{
    scrawl_status status = describe_part(network, index, PART_WEIGHT, scale_suffix, tensor);
    tensor->dimension_count = 1;
    tensor->dimensions[0] = tensor->count = network->layers[index].output.channels;
    return status;
}

static size_t part_offset(const struct layer *layer, enum part part)
{
    const size_t offsets[MOST_PARTS] = {layer->weight_offset, layer->bias_offset, layer->statistic_offset,
                                        layer->statistic_offset + layer->output.channels};
    return offsets[part];
}

/* ---- Reading ---- */

static void append_shape(struct text *text, const struct tensor *tensor)
{
    text_append(text, "[");
    for (size_t i = 0; i < tensor->dimension_count; i++) {
        if (i > 0) text_append(text, ", ");
        text_append_unsigned(text, tensor->dimensions[i]);
    }
    text_append(text, "]");
}

static scrawl_status fail_shape(const struct tensor *found, const struct tensor *wanted)
{
    struct text text = {0};
    append_shape(&text, found);
    text_append(&text, ", but its layer needs ");
    append_shape(&text, wanted);
    char *shapes = text_take(&text);
    if (!shapes) return fail_out_of_memory();
    fail(SCRAWL_INVALID_MODEL, "The tensor \"", found->name, "\" of the model file has the shape ", shapes, ".", NULL);
    free(shapes);
    return SCRAWL_INVALID_MODEL;
}

/* The tensor of the file that is as `wanted` describes it. */
static scrawl_status find_part(const struct safetensors *file, const struct tensor *wanted, const struct tensor **found)
{
    const struct tensor *tensor = safetensors_find(file, wanted->name);
    if (!tensor) return fail(SCRAWL_INVALID_MODEL, "The model file has no tensor \"", wanted->name, "\".", NULL);
    bool same = tensor->dimension_count == wanted->dimension_count && tensor->count == wanted->count;
    for (size_t i = 0; same && i < wanted->dimension_count; i++) {
        same = tensor->dimensions[i] == wanted->dimensions[i];
    }
    if (!same) return fail_shape(tensor, wanted);
    *found = tensor;
    return SCRAWL_OK;
}

/* Without a branch for each, as vectors do it. */
static bool are_finite(const float *values, size_t count)
{
    int finite = 1;
    for (size_t i = 0; i < count; i++) finite &= fabsf(values[i]) <= FLT_MAX;
    return finite;
}

static scrawl_status copy_finite(const struct tensor *tensor, enum part part, float *values)
{
    safetensors_values(tensor, values);
    if (!are_finite(values, tensor->count))
        return fail(SCRAWL_INVALID_MODEL, "The tensor \"", tensor->name,
                    "\" of the model file holds a value that is no finite number.", NULL);
    for (size_t i = 0; part == PART_VARIANCE && i < tensor->count; i++)
        if (values[i] < 0)
            return fail(SCRAWL_INVALID_MODEL, "The tensor \"", tensor->name,
                        "\" of the model file holds a negative variance.", NULL);
    return SCRAWL_OK;
}

static scrawl_status copy_scaled(const struct tensor *tensor, const struct tensor *scale, float *values)
{
    float *scales = malloc(scale->count * sizeof *scales);
    scrawl_status status = scales ? copy_finite(scale, PART_WEIGHT, scales) : fail_out_of_memory();
    if (status == SCRAWL_OK) safetensors_values(tensor, values);
    for (size_t row = 0; status == SCRAWL_OK && row < tensor->count; row += scale->count)
        for (size_t i = 0; i < scale->count; i++) values[row + i] *= scales[i];
    if (status == SCRAWL_OK && !are_finite(values, tensor->count))
        status = fail(SCRAWL_INVALID_MODEL, "The tensor \"", scale->name,
                      "\" of the model file makes a weight too large for a number.", NULL);
    free(scales);
    return status;
}

/* The scales of an I8 tensor, which only weights of convolutions and dense layers may be. */
static scrawl_status find_scale(const struct safetensors *file, const struct network *network, size_t index,
                                const struct tensor *weights, const char *suffix, const struct tensor **scale)
{
    struct tensor wanted;
    if (!is_compressed(weights) || *suffix)
        return fail(SCRAWL_INVALID_MODEL, "The tensor \"", weights->name, "\" of the model file can't be I8.", NULL);
    scrawl_status status = describe_scale(network, index, &wanted);
    if (status == SCRAWL_OK) status = find_part(file, &wanted, scale);
    if (status != SCRAWL_OK || (*scale)->type == TENSOR_F32) return status;
    return fail(SCRAWL_INVALID_MODEL, "The tensor \"", wanted.name, "\" of the model file must be F32.", NULL);
}

/* Checks a part of a layer, and copies it too unless values is NULL. */
static scrawl_status visit_part(const struct safetensors *file, const struct network *network, size_t index,
                                enum part part, const char *suffix, float *values)
{
    struct tensor wanted;
    const struct tensor *found = NULL, *scale = NULL;
    scrawl_status status = describe_part(network, index, part, suffix, &wanted);
    if (status == SCRAWL_OK) status = find_part(file, &wanted, &found);
    if (status == SCRAWL_OK && found->type == TENSOR_I8)
        status = find_scale(file, network, index, found, suffix, &scale);
    if (status != SCRAWL_OK || !values) return status;
    return scale ? copy_scaled(found, scale, values) : copy_finite(found, part, values);
}

/* Checks every tensor of the network with that suffix, and copies them too unless parameters is NULL. */
static scrawl_status visit_parts(const struct safetensors *file, const struct network *network, const char *suffix,
                                 float *parameters)
{
    for (size_t index = 0; index < network->layer_count; index++) {
        const struct layer *layer = &network->layers[index];
        for (enum part part = 0; part < part_count(layer); part++) {
            float *values = parameters ? parameters + part_offset(layer, part) : NULL;
            scrawl_status status = visit_part(file, network, index, part, suffix, values);
            if (status != SCRAWL_OK) return status;
        }
    }
    return SCRAWL_OK;
}

scrawl_status parameters_from_safetensors(const struct safetensors *file, const struct network *network,
                                          const char *suffix, float *parameters)
{
    scrawl_status status = visit_parts(file, network, suffix, NULL);
    return status == SCRAWL_OK ? visit_parts(file, network, suffix, parameters) : status;
}

/* "3.weight", or "3.weight.momentum" as a checkpoint has it, or "3.weight_scale" beside whole numbers. */
static bool belongs_to_network(const struct safetensors *file, const struct network *network, const char *name)
{
    for (size_t index = 0; index < network->layer_count; index++) {
        for (enum part part = 0; part < part_count(&network->layers[index]); part++) {
            struct tensor tensor;
            if (describe_part(network, index, part, "", &tensor) != SCRAWL_OK) return false;
            size_t length = strlen(tensor.name);
            if (strncmp(name, tensor.name, length) != 0) continue;
            if (name[length] == 0 || (name[length] == '.' && name[length + 1] != 0)) return true;
            if (part != PART_WEIGHT || strcmp(name + length, scale_suffix) != 0) continue;
            const struct tensor *weights = safetensors_find(file, tensor.name);
            if (weights && weights->type == TENSOR_I8) return true;
        }
    }
    return false;
}

static scrawl_status check_no_stranger(const struct safetensors *file, const struct network *network)
{
    for (size_t i = 0; i < file->tensor_count; i++) {
        const char *name = file->tensors[i].name;
        if (belongs_to_network(file, network, name)) continue;
        return fail(SCRAWL_INVALID_MODEL, "The model file has a tensor \"", name,
                    "\", which its architecture has no layer for.", NULL);
    }
    return SCRAWL_OK;
}

static scrawl_status require_field(const struct metadata *fields, const char *key, const char **value)
{
    *value = metadata_get(fields, key);
    if (*value) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_MODEL, "The model file has no field \"", key,
                "\" in its __metadata__: it isn't Scrawl's.", NULL);
}

/* Reads the JSON array of labels. Counts them, and copies them too unless labels is NULL; then *count is how many were
 * copied, also on failure. */
static scrawl_status read_labels(const char *text, char **labels, size_t *count)
{
    struct json json = {.next = text, .end = text + strlen(text)};
    char label[SCRAWL_MAX_LABEL_BYTES + 1];
    *count = 0;
    json_expect(&json, '[');
    do {
        if (!json_string(&json, label, sizeof label) || !model_accepts_label(label) || *count == SCRAWL_MAX_CLASSES)
            break;
        if (labels && !(labels[*count] = strdup(label))) return fail_out_of_memory();
        ++*count;
    } while (json_more(&json, ']'));
    if (json_at_end(&json)) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_MODEL,
                "The field \"labels\" of the model file must be a JSON array of at most 256 texts ",
                "of 1 to 64 bytes without control characters.", NULL);
}

/* Builds the table that the file describes; the sentence says which field is wrong. */
static scrawl_status read_network(const struct metadata *fields, struct network *network)
{
    enum { SENTENCE_SIZE = 512 };
    const char *architecture, *labels;
    size_t class_count;
    scrawl_status status = require_field(fields, architecture_key, &architecture);
    if (status == SCRAWL_OK) status = require_field(fields, labels_key, &labels);
    if (status == SCRAWL_OK) status = read_labels(labels, NULL, &class_count);
    if (status != SCRAWL_OK) return status;
    status = network_create(architecture, class_count, network);
    if (status == SCRAWL_OK || status == SCRAWL_OUT_OF_MEMORY) return status;
    char reason[SENTENCE_SIZE] = "";
    strncpy(reason, scrawl_error(), sizeof reason - 1);
    return fail(SCRAWL_INVALID_MODEL, "The fields \"architecture\" and \"labels\" of the model file make no network. ",
                reason, NULL);
}

static scrawl_status read_normalization(const struct metadata *fields, scrawl_normalization *normalization)
{
    const char *name;
    scrawl_status status = require_field(fields, normalization_key, &name);
    if (status != SCRAWL_OK || normalization_from_name(name, normalization)) return status;
    return fail(SCRAWL_INVALID_MODEL, "The field \"normalization\" of the model file is \"", name,
                "\"; Scrawl knows \"unit\" and \"column-l2\".", NULL);
}

/* A number that the file may hold; *value stays where it doesn't. */
static scrawl_status read_optional(const struct metadata *fields, const char *key, float least, float most,
                                   float *value)
{
    double number;
    const char *text = metadata_get(fields, key);
    if (!text) return SCRAWL_OK;
    if (!parse_number(text, strlen(text), &number) || !((float)number >= least && (float)number <= most))
        return fail(SCRAWL_INVALID_MODEL, "The field \"", key, "\" of the model file is \"", text,
                    "\", which is no number in its range.", NULL);
    *value = (float)number;
    return SCRAWL_OK;
}

static scrawl_status read_calibration(const struct metadata *fields, scrawl_model *model)
{
    model_forget_calibration(model);
    scrawl_status status = read_optional(fields, temperature_key, CALIBRATE_LEAST_TEMPERATURE,
                                         CALIBRATE_MOST_TEMPERATURE, &model->temperature);
    return status == SCRAWL_OK ? read_optional(fields, doubt_key, 0, 1, &model->doubtful_below) : status;
}

static bool is_own_key(const char *key)
{
    static const char *const keys[] = {architecture_key, labels_key,      normalization_key,
                                       version_key,      temperature_key, doubt_key};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (strcmp(key, keys[i]) == 0) return true;
    }
    return false;
}

/* What a file may hold beyond a model's own fields. So much is left of a file's limits (safetensors.h) that the model
 * can be written again with all that a training adds, in JSON's longest spelling. */
enum {
    MOST_FOREIGN_FIELDS = 1024,
    MOST_FOREIGN_BYTES = 2 << 20, /* keys and values */
    MOST_NOTES = 64,              /* of a training, which replaces all there are */
    MOST_NOTE_BYTES = 64 << 10,
};

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static scrawl_status check_fields(const struct metadata *metadata)
{
    size_t fields = 0, bytes = 0, notes = 0, note_bytes = 0;
    for (size_t i = 0; i < metadata->count; i++) {
        const struct metadata_entry *entry = &metadata->entries[i];
        const bool is_note = begins_with(entry->key, METADATA_NOTE_PREFIX);
        if (is_own_key(entry->key) || begins_with(entry->key, CHECKPOINT_PREFIX)) continue;
        *(is_note ? &notes : &fields) += 1;
        *(is_note ? &note_bytes : &bytes) += strlen(entry->key) + strlen(entry->value);
    }
    if (fields <= MOST_FOREIGN_FIELDS && bytes <= MOST_FOREIGN_BYTES && notes <= MOST_NOTES &&
        note_bytes <= MOST_NOTE_BYTES)
        return SCRAWL_OK;
    return fail(SCRAWL_INVALID_MODEL,
                "The model file has too many fields in __metadata__: 1024 of 2 MiB in all may stand there beside the "
                "model's own.",
                NULL);
}

/* Sets all entries but the ones that have a field of their own in the model, or begin with `without`. */
static scrawl_status copy_metadata(const struct metadata *from, const char *without, struct metadata *to)
{
    scrawl_status status = SCRAWL_OK;
    for (size_t i = 0; status == SCRAWL_OK && i < from->count; i++) {
        const struct metadata_entry *entry = &from->entries[i];
        bool left_out = without && begins_with(entry->key, without);
        if (!left_out && !is_own_key(entry->key)) status = metadata_set(to, entry->key, entry->value);
    }
    return status;
}

/* What fields say of a model, before memory is taken for its weights. */
static scrawl_status read_fields(const struct metadata *fields, scrawl_model *model)
{
    const char *version;
    scrawl_status status = require_field(fields, version_key, &version);
    if (status == SCRAWL_OK) status = check_fields(fields);
    if (status == SCRAWL_OK) status = read_normalization(fields, &model->normalization);
    if (status == SCRAWL_OK) status = read_calibration(fields, model);
    return status == SCRAWL_OK ? read_network(fields, &model->network) : status;
}

/* Takes memory for what was checked, and copies labels and notes. */
static scrawl_status fill_model(const struct metadata *fields, scrawl_model *model)
{
    size_t count;
    scrawl_status status = model_allocate(model);
    if (status == SCRAWL_OK) status = read_labels(metadata_get(fields, labels_key), model->labels, &count);
    return status == SCRAWL_OK ? copy_metadata(fields, CHECKPOINT_PREFIX, &model->metadata) : status;
}

/* Hands over a model that is filled, or frees it where something failed. */
static scrawl_status finish_model(scrawl_status status, scrawl_model *result, scrawl_model **model)
{
    if (status == SCRAWL_OK) status = model_begin(result);
    if (status == SCRAWL_OK)
        *model = result;
    else
        scrawl_model_free(result);
    return status;
}

scrawl_status model_from_safetensors(const struct safetensors *file, scrawl_model **model)
{
    scrawl_model *result = calloc(1, sizeof *result);
    if (!result) return fail_out_of_memory();
    scrawl_status status = read_fields(&file->metadata, result);
    if (status == SCRAWL_OK) status = visit_parts(file, &result->network, "", NULL);
    if (status == SCRAWL_OK) status = check_no_stranger(file, &result->network);
    if (status == SCRAWL_OK) status = fill_model(&file->metadata, result);
    if (status == SCRAWL_OK) status = visit_parts(file, &result->network, "", result->weights.values);
    return finish_model(status, result, model);
}

scrawl_status model_from_bytes(const uint8_t *bytes, size_t size, scrawl_model **model)
{
    struct safetensors file = {0};
    scrawl_status status = safetensors_read(bytes, size, &file);
    if (status == SCRAWL_OK) status = model_from_safetensors(&file, model);
    safetensors_free(&file);
    return status;
}

static scrawl_status check_parameters(const struct network *network, const float *parameters)
{
    for (size_t index = 0; index < network->layer_count; index++) {
        const struct layer *layer = &network->layers[index];
        const size_t count = layer->weight_count + layer->bias_count + layer->statistic_count;
        const size_t variances = layer->statistic_count ? layer->output.channels : 0;
        bool fine = are_finite(parameters + layer->weight_offset, count);
        for (size_t i = 0; fine && i < variances; i++) fine = parameters[part_offset(layer, PART_VARIANCE) + i] >= 0;
        char number[NUMBER_TEXT_SIZE];
        if (!fine)
            return fail(SCRAWL_INVALID_MODEL, "Layer ", unsigned_text(index, number), " of the model file, ",
                        layer_names[layer->kind], ", holds a value that is no finite number, or a negative variance.",
                        NULL);
    }
    return SCRAWL_OK;
}

scrawl_status model_from_fields(const struct metadata *fields, const float *parameters, size_t parameter_count,
                                scrawl_model **model)
{
    scrawl_model *result = calloc(1, sizeof *result);
    if (!result) return fail_out_of_memory();
    scrawl_status status = read_fields(fields, result);
    if (status == SCRAWL_OK && result->network.parameter_count != parameter_count)
        status = fail(SCRAWL_INVALID_MODEL, "The weights of the model file are not as many as its layers have.", NULL);
    if (status == SCRAWL_OK) status = check_parameters(&result->network, parameters);
    if (status == SCRAWL_OK) status = fill_model(fields, result);
    if (status == SCRAWL_OK && parameter_count > 0)
        memcpy(result->weights.values, parameters, parameter_count * sizeof *parameters);
    return finish_model(status, result, model);
}

/* ---- Writing ---- */

static scrawl_status set_labels(const scrawl_model *model, struct metadata *metadata)
{
    struct text text = {0};
    for (size_t i = 0; i < model->network.class_count; i++) {
        text_append(&text, i == 0 ? "[" : ",");
        text_append_json(&text, model->labels[i]);
    }
    text_append(&text, "]");
    char *labels = text_take(&text);
    scrawl_status status = labels ? metadata_set(metadata, labels_key, labels) : fail_out_of_memory();
    free(labels);
    return status;
}

/* Nothing of a model that was never calibrated. */
static scrawl_status set_calibration(const scrawl_model *model, struct metadata *metadata)
{
    if (model->temperature == 1 && model->doubtful_below == CALIBRATE_DEFAULT_DOUBT) return SCRAWL_OK;
    scrawl_status status = metadata_set_number(metadata, temperature_key, (double)model->temperature);
    return status == SCRAWL_OK ? metadata_set_number(metadata, doubt_key, (double)model->doubtful_below) : status;
}

scrawl_status model_fields(const scrawl_model *model, const struct metadata *more, struct metadata *metadata)
{
    scrawl_status status = metadata_set(metadata, architecture_key, model->network.text);
    if (status == SCRAWL_OK) status = set_labels(model, metadata);
    if (status == SCRAWL_OK) {
        status = metadata_set(metadata, normalization_key, normalization_name(model->normalization));
    }
    if (status == SCRAWL_OK) status = set_calibration(model, metadata);
    if (status == SCRAWL_OK) status = metadata_set(metadata, version_key, SCRAWL_VERSION);
    if (status == SCRAWL_OK) status = copy_metadata(&model->metadata, NULL, metadata);
    if (status == SCRAWL_OK && more) status = copy_metadata(more, NULL, metadata);
    return status;
}

/* Describes one block after the tensors that are there already. */
static scrawl_status collect_tensors(const struct network *network, const char *suffix, const float *block,
                                     struct tensor *tensors, size_t *count)
{
    for (size_t index = 0; index < network->layer_count; index++) {
        const struct layer *layer = &network->layers[index];
        for (enum part part = 0; part < part_count(layer); part++) {
            struct tensor *tensor = &tensors[(*count)++];
            scrawl_status status = describe_part(network, index, part, suffix, tensor);
            if (status != SCRAWL_OK) return status;
            tensor->data = block + part_offset(layer, part);
        }
    }
    return SCRAWL_OK;
}

static const float largest_half = 65504, most_int8 = 127, largest_scaled = 1e38f;

static scrawl_status check_range(const struct tensor *tensor, float largest, const char *precision)
{
    const float *values = tensor->data;
    for (size_t i = 0; i < tensor->count; i++)
        if (fabsf(values[i]) > largest)
            return fail(SCRAWL_INVALID_MODEL, "A weight of the tensor \"", tensor->name, "\" is too large for ",
                        precision, ".", NULL);
    return SCRAWL_OK;
}

static scrawl_status halve(struct tensor *tensors, size_t count)
{
    scrawl_status status = SCRAWL_OK;
    for (size_t i = 0; status == SCRAWL_OK && i < count; i++) {
        if (!is_compressed(&tensors[i])) continue;
        tensors[i].type = TENSOR_F16;
        status = check_range(&tensors[i], largest_half, "half precision");
    }
    return status;
}

/* scales[channels] become such that each channel's largest weight is most_int8, weights[count] multiples of them. */
static void scale_weights(size_t channels, float *scales, size_t count, float *weights)
{
    for (size_t i = 0; i < channels; i++) scales[i] = 0;
    for (size_t i = 0; i < count; i++)
        scales[i % channels] = fmaxf(scales[i % channels], fabsf(weights[i]) / most_int8);
    for (size_t i = 0; i < channels; i++)
        if (scales[i] < FLT_MIN) scales[i] = 0; /* a quotient would not be exact */
    for (size_t i = 0; i < count; i++) weights[i] = scales[i % channels] > 0 ? weights[i] / scales[i % channels] : 0;
}

/* As collect_tensors does, with I8 weights and their scales behind them: both in values[2 * parameters]. */
static scrawl_status collect_int8(const struct network *network, const float *block, float *values,
                                  struct tensor *tensors, size_t *count)
{
    for (size_t index = 0; index < network->layer_count; index++) {
        const struct layer *layer = &network->layers[index];
        for (enum part part = 0; part < part_count(layer); part++) {
            struct tensor *tensor = &tensors[(*count)++];
            scrawl_status status = describe_part(network, index, part, "", tensor);
            tensor->data = block + part_offset(layer, part);
            if (status == SCRAWL_OK && is_compressed(tensor)) {
                struct tensor *scale = &tensors[(*count)++];
                status = describe_scale(network, index, scale);
                if (status == SCRAWL_OK) status = check_range(tensor, largest_scaled, "8 bits");
                memcpy(values, tensor->data, tensor->count * sizeof *values);
                scale_weights(scale->count, values + tensor->count, tensor->count, values);
                tensor->type = TENSOR_I8;
                tensor->data = values;
                scale->data = values + tensor->count;
                values += tensor->count + scale->count;
            }
            if (status != SCRAWL_OK) return status;
        }
    }
    return SCRAWL_OK;
}

/* values[2 * parameters]: room for the whole numbers and scales of I8; else NULL. */
static scrawl_status collect_model(const scrawl_model *model, enum tensor_type type, float *values,
                                   struct tensor *tensors, size_t *count)
{
    const float *weights = model->weights.values;
    if (type == TENSOR_I8) return collect_int8(&model->network, weights, values, tensors, count);
    scrawl_status status = collect_tensors(&model->network, "", weights, tensors, count);
    return status == SCRAWL_OK && type == TENSOR_F16 ? halve(tensors, *count) : status;
}

static scrawl_status write_model(const scrawl_model *model, const struct metadata *more_metadata,
                                 const char *const *suffixes, const float *const *blocks, size_t block_count,
                                 enum tensor_type type, uint8_t **bytes, size_t *size)
{
    const struct network *network = &model->network;
    struct metadata metadata = {0};
    size_t tensor_count = 0;
    scrawl_status status = model_check_finite(model);
    if (status != SCRAWL_OK) return status;
    const bool quantized = type == TENSOR_I8;
    struct tensor *tensors = calloc((block_count + 2) * network->layer_count * MOST_PARTS, sizeof *tensors);
    float *values = quantized ? malloc(2 * network->parameter_count * sizeof *values) : NULL;
    status = tensors && (values || !quantized) ? SCRAWL_OK : fail_out_of_memory();
    if (status == SCRAWL_OK) status = collect_model(model, type, values, tensors, &tensor_count);
    for (size_t i = 0; status == SCRAWL_OK && i < block_count; i++) {
        status = collect_tensors(network, suffixes[i], blocks[i], tensors, &tensor_count);
    }
    if (status == SCRAWL_OK) status = model_fields(model, more_metadata, &metadata);
    if (status == SCRAWL_OK) status = safetensors_write(tensors, tensor_count, &metadata, bytes, size);
    metadata_free(&metadata);
    free(values);
    free(tensors);
    return status;
}

scrawl_status model_to_safetensors(const scrawl_model *model, const struct metadata *more_metadata,
                                   const char *const *suffixes, const float *const *blocks, size_t block_count,
                                   uint8_t **bytes, size_t *size)
{
    return write_model(model, more_metadata, suffixes, blocks, block_count, TENSOR_F32, bytes, size);
}

scrawl_status scrawl_model_save_half(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    return write_model(model, NULL, NULL, NULL, 0, TENSOR_F16, bytes, size);
}

scrawl_status scrawl_model_save_int8(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    return write_model(model, NULL, NULL, NULL, 0, TENSOR_I8, bytes, size);
}

scrawl_status scrawl_model_save(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    return model_to_safetensors(model, NULL, NULL, NULL, 0, bytes, size);
}
