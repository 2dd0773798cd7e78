/* Reads Keras' model files: opens either kind, and goes through the layers in the order in which values pass them. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "keras.h"
#include "zip.h"

const char *const keras_fields[KERAS_FIELDS] = {KERAS_FIELD_PREFIX MODEL_LABELS, KERAS_FIELD_PREFIX MODEL_NORMALIZATION,
                                                KERAS_FIELD_PREFIX MODEL_DOUBT};

/* ---- The order of layers ----------------------------------------------------------------------------------------- */

static const size_t NOT_YET = SIZE_MAX;

/* Whether all that a layer takes is there. */
static bool is_ready(const struct keras_layer *layer, const size_t *positions)
{
    for (size_t i = 0; i < layer->source_count; i++)
        if (positions[layer->sources[i]] == NOT_YET) return false;
    return true;
}

/* Whether no other layer that comes yet takes the values at a position. */
static bool is_alone(const struct keras_graph *graph, size_t index, size_t position, const size_t *positions)
{
    for (size_t i = 0; i < graph->count; i++) {
        if (i == index || positions[i] != NOT_YET) continue;
        for (size_t j = 0; j < graph->layers[i].source_count; j++)
            if (positions[graph->layers[i].sources[j]] == position) return false;
    }
    return true;
}

/* A layer takes the values that the layers so far give, and one that adds two others of before, or of now. */
static scrawl_status place_layer(struct keras_translation *translation, size_t index, const size_t *positions)
{
    const struct keras_layer *layer = &translation->graph->layers[index];
    const size_t end = translation->exchange->layer_count;
    if (layer->source_count == 0 && !translation->graph->is_chain && strcmp(layer->class_name, "InputLayer") != 0)
        return keras_fail(layer, "it takes no values of any layer.");
    if (layer->source_count == 0) return SCRAWL_OK;
    const size_t first = positions[layer->sources[0]];
    const size_t second = layer->source_count > 1 ? positions[layer->sources[1]] : end;
    if (first != end && second != end)
        return keras_fail(layer,
                          "it takes no values of the layer before; Scrawl reads one sequence of layers, in which "
                          "values may be kept and added.");
    if (first != end && layer->source_count == 1)
        return keras_fail(layer, "it takes values of an earlier layer, which Scrawl can only add.");
    translation->added_position = first == end ? second : first;
    translation->alone = is_alone(translation->graph, index, end, positions);
    return SCRAWL_OK;
}

static scrawl_status translate_all(struct keras_translation *translation, size_t *positions)
{
    const struct keras_graph *graph = translation->graph;
    size_t last = 0, inputs = 0;
    for (size_t done = 0; done < graph->count; done++) {
        size_t i = 0;
        while (i < graph->count && (positions[i] != NOT_YET || !is_ready(&graph->layers[i], positions))) i++;
        if (i == graph->count) return keras_fail(&graph->layers[0], "layers take each other's values in a circle.");
        const struct keras_layer *layer = &graph->layers[i];
        if (layer->source_count == 0 && inputs++ > 0) return keras_fail(layer, "it is a second input.");
        scrawl_status status = place_layer(translation, i, positions);
        if (status == SCRAWL_OK) status = keras_translate(translation, layer);
        if (status != SCRAWL_OK) return status;
        positions[i] = translation->exchange->layer_count;
        last = i;
    }
    return last == graph->output ? SCRAWL_OK : keras_fail(&graph->layers[last], "its values go nowhere.");
}

/* A Sequential model may begin without an InputLayer; another's first layer is refused then. */
static scrawl_status translate(struct keras_translation *translation)
{
    const struct keras_graph *graph = translation->graph;
    scrawl_status status = SCRAWL_OK;
    if (graph->is_chain && strcmp(graph->layers[0].class_name, "InputLayer") != 0)
        status = keras_translate_input(translation);
    size_t *positions = malloc(graph->count * sizeof *positions);
    if (!positions) return fail_out_of_memory();
    for (size_t i = 0; i < graph->count; i++) positions[i] = NOT_YET;
    if (status == SCRAWL_OK) status = translate_all(translation, positions);
    free(positions);
    return status;
}

/* ---- Either kind of file ----------------------------------------------------------------------------------------- */

/* weights: the file is open. exchange: its fields are there. */
static scrawl_status read_model(const char *config, size_t length, struct keras_weights *weights,
                                struct exchange *exchange, scrawl_model **model)
{
    struct keras_graph graph = {0};
    struct keras_translation translation = {.graph = &graph, .weights = weights, .exchange = exchange};
    weights->graph = &graph;
    weights->bytes_left = weights->file.size;
    scrawl_status status = keras_graph_read(config, length, &graph);
    if (status == SCRAWL_OK) status = translate(&translation);
    if (status == SCRAWL_OK) status = exchange_model(exchange, model);
    keras_graph_free(&graph);
    return status;
}

/* The text of an attribute of the root; *text is NULL where there is none. */
static scrawl_status root_text(const struct hdf5 *file, const char *name, const char **text, size_t *length)
{
    struct hdf5_values values;
    bool there;
    scrawl_status status = hdf5_attribute(file, file->root, name, &values, &there);
    *text = NULL;
    return status == SCRAWL_OK && there ? hdf5_string(file, &values, 0, text, length) : status;
}

/* A JSON object of texts. What is none, or has more than a model file of Scrawl's may have, is passed over from there
 * on: the model doesn't need it. */
static scrawl_status read_notes(const char *text, size_t length, struct metadata *fields)
{
    struct json json = {.next = text, .end = text + length};
    scrawl_status status = SCRAWL_OK;
    if (!json_take(&json, '{') || json_take(&json, '}')) return SCRAWL_OK;
    do {
        char *key = json_string_copy(&json);
        json_expect(&json, ':');
        char *value = json_string_copy(&json);
        if (key && value) status = metadata_set(fields, key, value);
        free(key);
        free(value);
    } while (status == SCRAWL_OK && fields->count < SAFETENSORS_MAX_METADATA && json_more(&json, '}'));
    return json.out_of_memory ? fail_out_of_memory() : status;
}

static scrawl_status add_field(const char *field, const char *text, size_t length, struct metadata *fields)
{
    struct text copy = {0};
    text_append_bytes(&copy, text, length);
    char *value = text_take(&copy);
    scrawl_status status = value ? metadata_set(fields, field, value) : fail_out_of_memory();
    free(value);
    return status;
}

static scrawl_status read_h5_fields(const struct hdf5 *file, struct metadata *fields)
{
    const char *text;
    size_t length;
    scrawl_status status = root_text(file, KERAS_NOTES, &text, &length);
    if (status == SCRAWL_OK && text) status = read_notes(text, length, fields);
    for (size_t i = 0; i < KERAS_FIELDS && status == SCRAWL_OK; i++) {
        status = root_text(file, keras_fields[i], &text, &length);
        if (status == SCRAWL_OK && text) status = add_field(keras_field(i), text, length, fields);
    }
    return status;
}

scrawl_status keras_h5_read(const uint8_t *bytes, size_t size, scrawl_model **model)
{
    struct keras_weights weights = {.by_number = false};
    struct exchange exchange = EXCHANGE_START;
    const char *config = NULL;
    size_t length = 0;
    scrawl_status status = hdf5_open(bytes, size, &weights.file);
    if (status == SCRAWL_OK) status = root_text(&weights.file, "model_config", &config, &length);
    if (status == SCRAWL_OK && !config)
        status = fail(SCRAWL_INVALID_MODEL, "The HDF5 file doesn't describe a Keras model: it has no model_config. ",
                      "Save the whole model by model.save(), not its weights alone.", NULL);
    if (status == SCRAWL_OK) status = read_h5_fields(&weights.file, &exchange.fields);
    if (status == SCRAWL_OK) status = read_model(config, length, &weights, &exchange, model);
    exchange_free(&exchange);
    return status;
}

static scrawl_status read_member(const uint8_t *bytes, size_t size, const char *name, struct zip_entry *entry)
{
    scrawl_status status = zip_read(bytes, size, name, entry);
    if (status != SCRAWL_OK || entry->bytes) return status;
    return fail(SCRAWL_INVALID_MODEL, "The ZIP file has no ", name, ", as Keras 3 writes into .keras files; models of ",
                "PyTorch (.pt) and arrays of NumPy (.npz) are not read.", NULL);
}

static scrawl_status read_json_field(struct json root, size_t index, struct metadata *fields)
{
    struct json value;
    if (!json_find(root, keras_fields[index], &value)) return SCRAWL_OK;
    char *text = json_string_copy(&value);
    scrawl_status status = text ? metadata_set(fields, keras_field(index), text) : SCRAWL_OK;
    free(text);
    return value.out_of_memory ? fail_out_of_memory() : status;
}

/* Of metadata.json, which may be missing. */
static scrawl_status read_json_fields(const uint8_t *bytes, size_t size, struct metadata *fields)
{
    struct zip_entry entry = {0};
    scrawl_status status = zip_read(bytes, size, "metadata.json", &entry);
    if (status != SCRAWL_OK || !entry.bytes) return status;
    const char *text = (const char *)entry.bytes;
    const struct json root = {.next = text, .end = text + entry.size};
    struct json notes;
    if (json_find(root, KERAS_NOTES, &notes)) status = read_notes(notes.next, (size_t)(notes.end - notes.next), fields);
    for (size_t i = 0; i < KERAS_FIELDS && status == SCRAWL_OK; i++) status = read_json_field(root, i, fields);
    zip_entry_free(&entry);
    return status;
}

scrawl_status keras_read(const uint8_t *bytes, size_t size, scrawl_model **model)
{
    struct zip_entry config = {0}, values = {0};
    struct keras_weights weights = {.by_number = true};
    struct exchange exchange = EXCHANGE_START;
    scrawl_status status = read_member(bytes, size, "config.json", &config);
    if (status == SCRAWL_OK) status = read_member(bytes, size, "model.weights.h5", &values);
    if (status == SCRAWL_OK) status = hdf5_open(values.bytes, values.size, &weights.file);
    if (status == SCRAWL_OK) status = read_json_fields(bytes, size, &exchange.fields);
    if (status == SCRAWL_OK) status = read_model((const char *)config.bytes, config.size, &weights, &exchange, model);
    exchange_free(&exchange);
    zip_entry_free(&config);
    zip_entry_free(&values);
    return status;
}
