/* Which layers a Keras model has. The text is checked as a whole at first; what fails later is another document than
 * Keras writes. */
#include "keras.h"

#include <stdlib.h>
#include <string.h>

scrawl_status keras_fail(const struct keras_layer *layer, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, layer->place, ": ", what, NULL);
}

static scrawl_status fail_description(const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, "The description of the Keras model ", what, NULL);
}

static bool find_text(struct json object, const char *name, char *text, size_t capacity)
{
    struct json value;
    return json_find(object, name, &value) && json_string(&value, text, capacity);
}

/* ---- Layers ---- */

static void name_place(struct keras_layer *layer)
{
    const char *const parts[] = {"The layer \"", layer->name, "\" (", layer->class_name, ")"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t room = sizeof layer->place - 1 - length, part = strlen(parts[i]);
        memcpy(layer->place + length, parts[i], part < room ? part : room);
        length += part < room ? part : room;
    }
    layer->place[length] = 0;
}

static scrawl_status read_layer(struct json element, struct keras_layer *layer)
{
    if (!find_text(element, "class_name", layer->class_name, sizeof layer->class_name) ||
        !json_find(element, "config", &layer->config))
        return fail_description("has a layer without a class or a configuration.");
    if (!find_text(layer->config, "name", layer->name, sizeof layer->name))
        return fail(SCRAWL_INVALID_MODEL, "A layer of the Keras model (", layer->class_name,
                    ") has no name, or one of more than 127 bytes.", NULL);
    name_place(layer);
    return SCRAWL_OK;
}

static size_t find_layer(const struct keras_graph *graph, const char *name)
{
    size_t i = 0;
    while (i < graph->count && strcmp(graph->layers[i].name, name) != 0) i++;
    return i;
}

/* Takes memory for as many layers as the list has, and reads them; where each takes its values from stays open. */
static scrawl_status read_layers(struct json list, struct keras_graph *graph)
{
    struct json counted = list;
    size_t count = 0;
    if (!json_take(&counted, '[') || json_at(&counted, ']')) return fail_description("has no layers.");
    do count++;
    while (json_skip(&counted) && json_more(&counted, ']'));
    if (count > KERAS_MOST_LAYERS) return fail_description("has more than 256 layers.");
    graph->layers = calloc(count, sizeof *graph->layers);
    if (!graph->layers) return fail_out_of_memory();
    json_expect(&list, '[');
    do {
        struct keras_layer *layer = &graph->layers[graph->count];
        scrawl_status status = read_layer(list, layer);
        if (status != SCRAWL_OK) return status;
        if (find_layer(graph, layer->name) < graph->count) return keras_fail(layer, "another layer has its name.");
        graph->count++;
    } while (json_skip(&list) && json_more(&list, ']'));
    return SCRAWL_OK;
}

/* ---- What each takes ---- */

static scrawl_status add_source(const struct keras_graph *graph, struct keras_layer *layer, struct json *json)
{
    char name[KERAS_NAME_SIZE];
    const size_t source = json_string(json, name, sizeof name) ? find_layer(graph, name) : graph->count;
    if (source == graph->count) return keras_fail(layer, "it takes values of a layer that there isn't.");
    if (layer->source_count == KERAS_MOST_SOURCES) return keras_fail(layer, "it takes values of more than two layers.");
    layer->sources[layer->source_count++] = source;
    return SCRAWL_OK;
}

/* Every array that begins with a text is a tensor, by the name of the layer that gives it: ["conv2d", 0, 0, {}] in
 * Keras 2, "keras_history": ["conv2d", 0, 0] in Keras 3. Passes the value that they lie in. */
static scrawl_status collect_sources(const struct keras_graph *graph, struct keras_layer *layer, struct json *json)
{
    struct json inside = *json;
    scrawl_status status = SCRAWL_OK;
    json_skip(json);
    while (inside.next < json->next && status == SCRAWL_OK && !inside.failed) {
        if (json_at(&inside, '"')) {
            json_skip(&inside);
        } else if (!json_take(&inside, '[')) {
            inside.next++;
        } else if (json_at(&inside, '"')) {
            status = add_source(graph, layer, &inside);
            while (status == SCRAWL_OK && json_more(&inside, ']')) json_skip(&inside);
        }
    }
    return status;
}

/* "inbound_nodes" has an element for each time that the layer is used. */
static scrawl_status read_sources(const struct keras_graph *graph, struct json element, struct keras_layer *layer)
{
    struct json nodes;
    if (!json_find(element, "inbound_nodes", &nodes) || !json_take(&nodes, '['))
        return keras_fail(layer, "it isn't said what it takes.");
    if (json_take(&nodes, ']')) return SCRAWL_OK;
    scrawl_status status = collect_sources(graph, layer, &nodes);
    if (status == SCRAWL_OK && json_more(&nodes, ']')) status = keras_fail(layer, "it is used more than once.");
    return status;
}

static scrawl_status read_all_sources(struct json list, struct keras_graph *graph)
{
    json_expect(&list, '[');
    for (size_t i = 0; i < graph->count; i++) {
        scrawl_status status = read_sources(graph, list, &graph->layers[i]);
        if (status != SCRAWL_OK) return status;
        json_skip(&list);
        json_more(&list, ']');
    }
    return SCRAWL_OK;
}

/* "output_layers": ["dense", 0, 0], or a list of such ones. */
static scrawl_status read_output(struct json config, struct keras_graph *graph)
{
    char name[KERAS_NAME_SIZE];
    struct json outputs;
    graph->output = graph->count;
    if (json_find(config, "output_layers", &outputs) && json_take(&outputs, '[')) {
        struct json rest = outputs;
        const bool nested = json_take(&outputs, '[');
        if (nested && json_skip(&rest) && json_more(&rest, ']'))
            return fail_description("has more than one output; Scrawl reads models with one.");
        if (json_string(&outputs, name, sizeof name)) graph->output = find_layer(graph, name);
    }
    return graph->output < graph->count ? SCRAWL_OK : fail_description("doesn't say which layer gives its output.");
}

static void chain_layers(struct keras_graph *graph)
{
    for (size_t i = 1; i < graph->count; i++) {
        graph->layers[i].source_count = 1;
        graph->layers[i].sources[0] = i - 1;
    }
    graph->output = graph->count - 1;
}

/* ---- The model ---- */

static scrawl_status read_config(struct json root, struct keras_graph *graph)
{
    char class_name[KERAS_CLASS_SIZE];
    struct json config, list;
    if (!find_text(root, "class_name", class_name, sizeof class_name) || !json_find(root, "config", &config))
        return fail_description("has no class or no configuration.");
    graph->is_chain = strcmp(class_name, "Sequential") == 0;
    if (!graph->is_chain && strcmp(class_name, "Functional") != 0 && strcmp(class_name, "Model") != 0)
        return fail(SCRAWL_INVALID_MODEL, "The Keras model is of the class ", class_name,
                    "; Scrawl reads Sequential and Functional ones.", NULL);
    graph->root = config;
    if (!json_find(config, "layers", &list)) list = config; /* of Keras before 2.2.3, the list itself */
    scrawl_status status = read_layers(list, graph);
    if (status != SCRAWL_OK) return status;
    if (graph->is_chain) {
        chain_layers(graph);
        return SCRAWL_OK;
    }
    status = read_all_sources(list, graph);
    return status == SCRAWL_OK ? read_output(config, graph) : status;
}

scrawl_status keras_graph_read(const char *text, size_t length, struct keras_graph *graph)
{
    struct json root = {.next = text, .end = text + length}, whole = root;
    if (!json_skip(&whole) || !json_at_end(&whole)) return fail_description("is damaged: it is no JSON.");
    return read_config(root, graph);
}

void keras_graph_free(struct keras_graph *graph)
{
    free(graph->layers);
    *graph = (struct keras_graph){0};
}
