/* Writes Keras' model files: a description in JSON that Keras 3 and, of a .h5, Keras 2 understand, and the weights.
 * What Keras has by default is left out, but where its versions differ. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "hdf5/hdf5_write.h"
#include "keras.h"
#include "layers/batchnorm.h"
#include "model/model_file.h"
#include "zip.h"

enum keras_class {
    INPUT,
    CONV,
    DEPTHWISE,
    BATCHNORM,
    ACTIVATION,
    MAXPOOL,
    GLOBALPOOL,
    UPSAMPLING,
    DROPOUT,
    ADD,
    FLATTEN,
    DENSE,
    RESCALING,
    SOFTMAX,
    CLASSES
};

/* Layers are called as their class in Keras' snake case, with a counter from the second on: a .keras has their weights
 * by these names. */
static const struct {
    const char *class_name, *name;
} classes[CLASSES] = {
    [INPUT] = {"InputLayer", "input_layer"},
    [CONV] = {"Conv2D", "conv2d"},
    [DEPTHWISE] = {"DepthwiseConv2D", "depthwise_conv2d"},
    [BATCHNORM] = {"BatchNormalization", "batch_normalization"},
    [ACTIVATION] = {"Activation", "activation"},
    [MAXPOOL] = {"MaxPooling2D", "max_pooling2d"},
    [GLOBALPOOL] = {"GlobalAveragePooling2D", "global_average_pooling2d"},
    [UPSAMPLING] = {"UpSampling2D", "up_sampling2d"},
    [DROPOUT] = {"Dropout", "dropout"},
    [ADD] = {"Add", "add"},
    [FLATTEN] = {"Flatten", "flatten"},
    [DENSE] = {"Dense", "dense"},
    [RESCALING] = {"Rescaling", "rescaling"},
    [SOFTMAX] = {"Softmax", "softmax"},
};

enum { NAME_SIZE = 40 };

struct keras_writer {
    const scrawl_model *model;
    bool by_number;  /* .keras, else .h5 */
    bool functional; /* each layer says which ones' values it takes */
    struct text json;
    struct hdf5_writer hdf5;
    size_t weights; /* the group of all weights */
    size_t counts[CLASSES];
    char name[NAME_SIZE];                      /* of the layer that is written */
    char last[NAME_SIZE];                      /* of the one whose values come next */
    char kept[NETWORK_MAX_LAYERS][NAME_SIZE];  /* of those whose values a keep layer keeps, by its index */
    char named[NETWORK_MAX_LAYERS][NAME_SIZE]; /* of those with weights */
    size_t named_count;
    bool is_vector; /* as Keras sees the values: [images][channels] */
};

/* ---- Description ------------------------------------------------------------------------------------------------- */

static void append(struct keras_writer *writer, const char *text)
{
    text_append(&writer->json, text);
}

static void append_size(struct keras_writer *writer, const char *before, size_t size)
{
    append(writer, before);
    text_append_unsigned(&writer->json, size);
}

static void append_pair(struct keras_writer *writer, const char *before, size_t rows, size_t columns)
{
    append_size(writer, before, rows);
    append_size(writer, ",", columns);
    append(writer, "]");
}

static void append_number(struct keras_writer *writer, const char *before, double number)
{
    append(writer, before);
    text_append_number(&writer->json, number);
}

/* "conv2d", "conv2d_1", ... */
static void choose_name(struct keras_writer *writer, enum keras_class class)
{
    char number[NUMBER_TEXT_SIZE];
    const size_t count = writer->counts[class]++;
    strcpy(writer->name, classes[class].name);
    if (count == 0) return;
    strcat(writer->name, "_");
    strcat(writer->name, unsigned_text(count, number));
}

/* Up to the settings of its own, which follow, each with a comma before it. */
static void begin_layer(struct keras_writer *writer, enum keras_class class)
{
    choose_name(writer, class);
    append(writer, class == INPUT ? "" : ",");
    append(writer, "{\"module\":\"keras.layers\",\"class_name\":\"");
    append(writer, classes[class].class_name);
    append(writer, "\",\"config\":{\"name\":\"");
    append(writer, writer->name);
    append(writer, "\"");
}

static void append_tensor(struct keras_writer *writer, const char *name)
{
    append(writer, "[\"");
    append(writer, name);
    append(writer, "\",0,0,{}]");
}

/* What it takes is written in the form of Keras 2, which Keras 3 understands. second: whose values are added, else
 * NULL. */
static void end_layer(struct keras_writer *writer, const char *second)
{
    append(writer, "},\"registered_name\":null");
    if (writer->functional) {
        append(writer, ",\"name\":\"");
        append(writer, writer->name);
        append(writer, "\",\"inbound_nodes\":[");
        if (*writer->last) append(writer, "[");
        if (*writer->last) append_tensor(writer, writer->last);
        if (second) append(writer, ",");
        if (second) append_tensor(writer, second);
        append(writer, *writer->last ? "]]" : "]");
    }
    append(writer, "}");
    memcpy(writer->last, writer->name, NAME_SIZE);
}

static void append_plain(struct keras_writer *writer, enum keras_class class)
{
    begin_layer(writer, class);
    end_layer(writer, NULL);
}

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

struct weight {
    const char *name; /* in a .h5 */
    const float *values;
    size_t dimension_count, dimensions[4];
};

/* layers/conv2d/vars/0 */
static void add_numbered(struct keras_writer *writer, const struct weight *weights, size_t count)
{
    const size_t layer = hdf5_add_group(&writer->hdf5, writer->weights, writer->name);
    const size_t group = hdf5_add_group(&writer->hdf5, layer, "vars");
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_TEXT_SIZE];
        hdf5_add_floats(&writer->hdf5, group, unsigned_text(i, number), weights[i].dimension_count,
                        weights[i].dimensions, weights[i].values);
    }
}

/* model_weights/conv2d/conv2d/kernel:0, and in weight_names of the first conv2d "conv2d/kernel:0". */
static void add_named(struct keras_writer *writer, const struct weight *weights, size_t count)
{
    enum { MOST_WEIGHTS = 4, PATH_SIZE = 2 * NAME_SIZE };
    char paths[MOST_WEIGHTS][PATH_SIZE];
    const char *names[MOST_WEIGHTS];
    const size_t layer = hdf5_add_group(&writer->hdf5, writer->weights, writer->name);
    const size_t group = hdf5_add_group(&writer->hdf5, layer, writer->name);
    for (size_t i = 0; i < count; i++) {
        strcpy(paths[i], writer->name);
        strcat(paths[i], "/");
        strcat(paths[i], weights[i].name);
        names[i] = paths[i];
        hdf5_add_floats(&writer->hdf5, group, weights[i].name, weights[i].dimension_count, weights[i].dimensions,
                        weights[i].values);
    }
    hdf5_add_texts(&writer->hdf5, layer, "weight_names", names, count);
    memcpy(writer->named[writer->named_count++], writer->name, NAME_SIZE);
}

static void add_weights(struct keras_writer *writer, const struct weight *weights, size_t count)
{
    if (writer->by_number)
        add_numbered(writer, weights, count);
    else
        add_named(writer, weights, count);
}

/* Kernel and bias of the layer that is written. */
static void add_linear_weights(struct keras_writer *writer, const struct layer *layer)
{
    const float *parameters = writer->model->weights.values;
    const bool dense = layer->kind == LAYER_DENSE, depthwise = layer->kind == LAYER_DEPTHWISE;
    const size_t inputs = layer->input.channels, outputs = depthwise ? 1 : layer->output.channels;
    struct weight weights[] = {
        {depthwise ? "depthwise_kernel:0" : "kernel:0",
         parameters + layer->weight_offset,
         4,
         {layer->kernel_rows, layer->kernel_columns, inputs, outputs}},
        {"bias:0", parameters + layer->bias_offset, 1, {layer->output.channels}},
    };
    if (dense) weights[0] = (struct weight){"kernel:0", weights[0].values, 2, {inputs, outputs}};
    add_weights(writer, weights, 2);
}

/* ---- Layers ------------------------------------------------------------------------------------------------------ */

static void write_relu(struct keras_writer *writer)
{
    begin_layer(writer, ACTIVATION);
    append(writer, ",\"activation\":\"relu\"");
    end_layer(writer, NULL);
}

static void make_vector(struct keras_writer *writer)
{
    if (!writer->is_vector) append_plain(writer, FLATTEN);
    writer->is_vector = true;
}

/* A layer of its own, and before it what divides by the temperature. */
static void write_softmax(struct keras_writer *writer)
{
    make_vector(writer);
    if (writer->model->temperature != 1) {
        begin_layer(writer, RESCALING);
        append_number(writer, ",\"scale\":", 1 / (double)writer->model->temperature);
        append(writer, ",\"offset\":0.0");
        end_layer(writer, NULL);
    }
    append_plain(writer, SOFTMAX);
}

static void append_activation(struct keras_writer *writer, enum activation activation)
{
    static const char *const names[] = {
        [ACTIVATION_NONE] = "linear", [ACTIVATION_RELU] = "relu", [ACTIVATION_SOFTMAX] = "softmax"};
    append(writer, ",\"activation\":\"");
    append(writer, names[activation]);
    append(writer, "\",\"use_bias\":true");
}

static void write_conv(struct keras_writer *writer, const struct layer *layer)
{
    begin_layer(writer, layer->kind == LAYER_CONV ? CONV : DEPTHWISE);
    if (layer->kind == LAYER_CONV) append_size(writer, ",\"filters\":", layer->output.channels);
    append_pair(writer, ",\"kernel_size\":[", layer->kernel_rows, layer->kernel_columns);
    append_pair(writer, ",\"strides\":[", layer->stride, layer->stride);
    append(writer, layer->same ? ",\"padding\":\"same\"" : ",\"padding\":\"valid\"");
    append(writer, ",\"data_format\":\"channels_last\"");
    append_activation(writer, layer->activation);
    add_linear_weights(writer, layer);
    end_layer(writer, NULL);
}

static void write_dense(struct keras_writer *writer, const struct layer *layer)
{
    const bool apart = layer->activation == ACTIVATION_SOFTMAX && writer->model->temperature != 1;
    make_vector(writer);
    begin_layer(writer, DENSE);
    append_size(writer, ",\"units\":", layer->output.channels);
    append_activation(writer, apart ? ACTIVATION_NONE : layer->activation);
    add_linear_weights(writer, layer);
    end_layer(writer, NULL);
    if (apart) write_softmax(writer);
}

static void write_batchnorm(struct keras_writer *writer, const struct layer *layer)
{
    const size_t channels = layer->output.channels;
    const float *parameters = writer->model->weights.values, *statistics = parameters + layer->statistic_offset;
    const struct weight weights[] = {
        {"gamma:0", parameters + layer->weight_offset, 1, {channels}},
        {"beta:0", parameters + layer->bias_offset, 1, {channels}},
        {"moving_mean:0", statistics, 1, {channels}},
        {"moving_variance:0", statistics + channels, 1, {channels}},
    };
    begin_layer(writer, BATCHNORM);
    append_number(writer, ",\"axis\":-1,\"momentum\":0.99,\"epsilon\":", (double)BATCHNORM_EPSILON);
    add_weights(writer, weights, sizeof weights / sizeof *weights);
    end_layer(writer, NULL);
    if (layer->activation == ACTIVATION_RELU) write_relu(writer);
}

/* As a vector, but where layers behind it want rows and columns, if only one of each. */
static void write_globalpool(struct keras_writer *writer, const struct layer *layer)
{
    const struct network *network = &writer->model->network;
    bool keeps = false;
    for (const struct layer *other = layer + 1; other < network->layers + network->layer_count; other++)
        keeps |= other->stride > 0 || other->kind == LAYER_MAXPOOL || other->kind == LAYER_GLOBALPOOL ||
                 other->kind == LAYER_UPSAMPLE || other->kind == LAYER_ADD;
    begin_layer(writer, GLOBALPOOL);
    append(writer, ",\"data_format\":\"channels_last\",\"keepdims\":");
    append(writer, keeps ? "true" : "false");
    end_layer(writer, NULL);
    writer->is_vector = !keeps;
}

static void write_maxpool(struct keras_writer *writer, const struct layer *layer)
{
    begin_layer(writer, MAXPOOL);
    append_pair(writer, ",\"pool_size\":[", layer->pool, layer->pool);
    append_pair(writer, ",\"strides\":[", layer->pool, layer->pool);
    append(writer, ",\"padding\":\"valid\",\"data_format\":\"channels_last\"");
    end_layer(writer, NULL);
}

static void write_upsample(struct keras_writer *writer, const struct layer *layer)
{
    begin_layer(writer, UPSAMPLING);
    append_pair(writer, ",\"size\":[", layer->factor, layer->factor);
    append(writer, ",\"data_format\":\"channels_last\",\"interpolation\":\"nearest\"");
    end_layer(writer, NULL);
}

static void write_dropout(struct keras_writer *writer, const struct layer *layer)
{
    begin_layer(writer, DROPOUT);
    append_number(writer, ",\"rate\":", (double)layer->rate);
    end_layer(writer, NULL);
}

static void write_keep(struct keras_writer *writer, const struct layer *layer)
{
    memcpy(writer->kept[layer - writer->model->network.layers], writer->last, NAME_SIZE);
}

static void write_add(struct keras_writer *writer, const struct layer *layer)
{
    begin_layer(writer, ADD);
    end_layer(writer, writer->kept[layer->source]);
    if (layer->activation == ACTIVATION_RELU) write_relu(writer);
}

static void write_flatten(struct keras_writer *writer, const struct layer *layer)
{
    (void)layer;
    append_plain(writer, FLATTEN);
    writer->is_vector = true;
}

static void write_relu_layer(struct keras_writer *writer, const struct layer *layer)
{
    (void)layer;
    write_relu(writer);
}

static void write_softmax_layer(struct keras_writer *writer, const struct layer *layer)
{
    (void)layer;
    write_softmax(writer);
}

/* None for those of a network that finds digits. */
static void (*const layer_writers[LAYER_KIND_COUNT])(struct keras_writer *, const struct layer *) = {
    [LAYER_CONV] = write_conv,
    [LAYER_DEPTHWISE] = write_conv,
    [LAYER_MAXPOOL] = write_maxpool,
    [LAYER_GLOBALPOOL] = write_globalpool,
    [LAYER_BATCHNORM] = write_batchnorm,
    [LAYER_DROPOUT] = write_dropout,
    [LAYER_UPSAMPLE] = write_upsample,
    [LAYER_KEEP] = write_keep,
    [LAYER_ADD] = write_add,
    [LAYER_FLATTEN] = write_flatten,
    [LAYER_DENSE] = write_dense,
    [LAYER_RELU] = write_relu_layer,
    [LAYER_SOFTMAX] = write_softmax_layer,
};

/* ---- The model --------------------------------------------------------------------------------------------------- */

static void write_input(struct keras_writer *writer)
{
    begin_layer(writer, INPUT);
    append(writer, writer->by_number ? ",\"batch_shape\":" : ",\"batch_input_shape\":");
    append_size(writer, "[null,", SCRAWL_IMAGE_SIDE);
    append_size(writer, ",", SCRAWL_IMAGE_SIDE);
    append(writer, ",1],\"dtype\":\"float32\"");
    end_layer(writer, NULL);
}

static void append_end(struct keras_writer *writer, const char *before, const char *name)
{
    append(writer, before);
    append(writer, writer->by_number ? "[\"" : "[[\"");
    append(writer, name);
    append(writer, writer->by_number ? "\",0,0]" : "\",0,0]]");
}

/* The whole description, and all weights on their way. */
static void describe(struct keras_writer *writer)
{
    const struct network *network = &writer->model->network;
    for (size_t i = 0; i < network->layer_count; i++) writer->functional |= network->layers[i].kind == LAYER_ADD;
    writer->weights = hdf5_add_group(&writer->hdf5, HDF5_ROOT, writer->by_number ? "layers" : "model_weights");
    append(writer, writer->functional ? "{\"module\":\"keras.src.models.functional\",\"class_name\":\"Functional\""
                                      : "{\"module\":\"keras\",\"class_name\":\"Sequential\"");
    append(writer, ",\"config\":{\"name\":\"scrawl\",\"layers\":[");
    write_input(writer);
    for (size_t i = 0; i < network->layer_count; i++)
        layer_writers[network->layers[i].kind](writer, &network->layers[i]);
    append(writer, "]");
    if (writer->functional) {
        append_end(writer, ",\"input_layers\":", classes[INPUT].name);
        append_end(writer, ",\"output_layers\":", writer->last);
    }
    append(writer, "},\"registered_name\":");
    append(writer, writer->functional ? "\"Functional\"}" : "null}");
}

static scrawl_status begin(const scrawl_model *model, bool by_number, struct keras_writer **writer,
                           struct metadata *fields)
{
    scrawl_status status = model_fields(model, NULL, fields);
    if (status != SCRAWL_OK) return status;
    *writer = calloc(1, sizeof **writer);
    if (!*writer) return fail_out_of_memory();
    (*writer)->model = model;
    (*writer)->by_number = by_number;
    describe(*writer);
    return (*writer)->json.failed ? fail_out_of_memory() : SCRAWL_OK;
}

static void end(struct keras_writer *writer, struct metadata *fields)
{
    metadata_free(fields);
    if (!writer) return;
    text_free(&writer->json);
    hdf5_writer_free(&writer->hdf5);
    free(writer);
}

static void append_member(struct text *text, const char *before, const char *name, const char *value)
{
    text_append(text, before);
    text_append_json(text, name);
    text_append(text, ":");
    text_append_json(text, value);
}

static void append_notes(struct text *text, const scrawl_model *model)
{
    text_append(text, "{");
    for (size_t i = 0; i < model->metadata.count; i++) {
        const struct metadata_entry *entry = &model->metadata.entries[i];
        append_member(text, i ? "," : "", entry->key, entry->value);
    }
    text_append(text, "}");
}

/* ---- .h5 --------------------------------------------------------------------------------------------------------- */

static scrawl_status add_notes(struct keras_writer *writer)
{
    struct text notes = {0};
    append_notes(&notes, writer->model);
    scrawl_status status = notes.failed ? fail_out_of_memory() : SCRAWL_OK;
    if (status == SCRAWL_OK && notes.length <= HDF5_MOST_TEXT)
        hdf5_add_text(&writer->hdf5, HDF5_ROOT, KERAS_NOTES, notes.bytes);
    text_free(&notes);
    return status;
}

/* The attributes of the root and of model_weights. */
static void add_attributes(struct keras_writer *writer, const struct metadata *fields)
{
    static const char version[] = "2.15.0", backend[] = "tensorflow"; /* whose dialect this is */
    const size_t groups[] = {HDF5_ROOT, writer->weights};
    const char *names[NETWORK_MAX_LAYERS];
    for (size_t i = 0; i < 2; i++) {
        hdf5_add_text(&writer->hdf5, groups[i], "keras_version", version);
        hdf5_add_text(&writer->hdf5, groups[i], "backend", backend);
    }
    hdf5_add_text(&writer->hdf5, HDF5_ROOT, "model_config", writer->json.bytes);
    for (size_t i = 0; i < KERAS_FIELDS; i++) {
        const char *value = metadata_get(fields, keras_field(i));
        if (value) hdf5_add_text(&writer->hdf5, HDF5_ROOT, keras_fields[i], value);
    }
    for (size_t i = 0; i < writer->named_count; i++) names[i] = writer->named[i];
    hdf5_add_texts(&writer->hdf5, writer->weights, "layer_names", names, writer->named_count);
}

scrawl_status keras_h5_write(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    struct metadata fields = {0};
    struct keras_writer *writer = NULL;
    scrawl_status status = begin(model, false, &writer, &fields);
    if (status == SCRAWL_OK) add_attributes(writer, &fields);
    if (status == SCRAWL_OK) status = add_notes(writer);
    if (status == SCRAWL_OK) status = hdf5_write(&writer->hdf5, bytes, size);
    end(writer, &fields);
    return status;
}

/* ---- .keras ------------------------------------------------------------------------------------------------------ */

/* metadata.json, to be freed by the caller; NULL when there is no memory. */
static char *describe_file(const scrawl_model *model, const struct metadata *fields)
{
    struct text text = {0};
    text_append(&text, "{\"keras_version\":\"3.0.0\",\"date_saved\":\"1980-01-01@00:00:00\"");
    for (size_t i = 0; i < KERAS_FIELDS; i++) {
        const char *value = metadata_get(fields, keras_field(i));
        if (value) append_member(&text, ",", keras_fields[i], value);
    }
    text_append(&text, ",\"" KERAS_NOTES "\":");
    append_notes(&text, model);
    text_append(&text, "}");
    return text_take(&text);
}

scrawl_status keras_write(const scrawl_model *model, uint8_t **bytes, size_t *size)
{
    struct metadata fields = {0};
    struct keras_writer *writer = NULL;
    uint8_t *weights = NULL;
    size_t weights_size = 0;
    char *description = NULL;
    scrawl_status status = begin(model, true, &writer, &fields);
    if (status == SCRAWL_OK) status = hdf5_write(&writer->hdf5, &weights, &weights_size);
    if (status == SCRAWL_OK && !(description = describe_file(model, &fields))) status = fail_out_of_memory();
    if (status == SCRAWL_OK) {
        const struct zip_item items[] = {
            {"metadata.json", (const uint8_t *)description, strlen(description)},
            {"config.json", (const uint8_t *)writer->json.bytes, writer->json.length},
            {"model.weights.h5", weights, weights_size},
        };
        status = zip_write(items, sizeof items / sizeof *items, bytes, size);
    }
    free(description);
    free(weights);
    end(writer, &fields);
    return status;
}
