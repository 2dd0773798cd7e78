/* Keras' layers to those of the exchange: a function for each class of Keras layers. A configuration that says nothing
 * of a setting has Keras' default; one that Scrawl can't mean is refused. */
#include "keras.h"

#include <math.h>
#include <string.h>

#include "layers/batchnorm.h"
#include "model/calibrate.h"

/* ---- Configurations ---------------------------------------------------------------------------------------------- */

enum { MOST_TEXT = 64 };
static const double unlimited = 1e15; /* whole numbers that a double holds exactly */

/* Whether a setting is that text; `missing` where there is none, or null. */
static bool setting_is(const struct keras_layer *layer, const char *name, const char *text, bool missing)
{
    char value[MOST_TEXT];
    struct json json;
    if (!json_find(layer->config, name, &json) || json_word(&json, "null")) return missing;
    return json_string(&json, value, sizeof value) && strcmp(value, text) == 0;
}

static bool is_true(const struct keras_layer *layer, const char *name, bool missing)
{
    struct json json;
    return json_find(layer->config, name, &json) ? json_word(&json, "true") : missing;
}

/* A setting that is a number, or null, which leaves *value; false for anything else. */
static bool number_setting(const struct keras_layer *layer, const char *name, double *value)
{
    struct json json;
    if (!json_find(layer->config, name, &json) || json_word(&json, "null")) return true;
    return json_number(&json, value);
}

static bool is_number(const struct keras_layer *layer, const char *name, double wanted)
{
    double value = wanted;
    return number_setting(layer, name, &value) && value == wanted;
}

static bool take_size(struct json *json, size_t *size)
{
    double value;
    if (!json_number(json, &value) || !(value >= 0 && value <= unlimited) || value != floor(value)) return false;
    *size = (size_t)value;
    return true;
}

/* Whole numbers: [3, 3], or 3 for both; false for other lists. What isn't there leaves the pair. */
static bool pair_setting(const struct keras_layer *layer, const char *name, size_t pair[2])
{
    struct json json;
    if (!json_find(layer->config, name, &json) || json_word(&json, "null")) return true;
    if (!json_take(&json, '[')) {
        if (!take_size(&json, &pair[0])) return false;
        pair[1] = pair[0];
        return true;
    }
    return take_size(&json, &pair[0]) && json_more(&json, ']') && take_size(&json, &pair[1]) &&
           !json_more(&json, ']') && !json.failed;
}

static bool has_channels_last(const struct keras_layer *layer)
{
    return setting_is(layer, "data_format", "channels_last", true);
}

static const char other_order[] = "it has channels before rows; Scrawl reads channels_last alone.";

/* ---- Weights ----------------------------------------------------------------------------------------------------- */

/* Adds a layer whose weights are in the file, found before memory is taken for them. */
static scrawl_status add_weighted(struct keras_translation *translation, const struct keras_layer *layer,
                                  const struct layer *row, const struct keras_weight *wanted, size_t count,
                                  struct hdf5_values *found, struct layer **added)
{
    scrawl_status status = keras_weights_find(translation->weights, layer, wanted, count, found);
    return status == SCRAWL_OK ? exchange_add(translation->exchange, row, layer->place, added) : status;
}

/* The kernel, and the bias where there is one. */
static scrawl_status add_linear(struct keras_translation *translation, const struct keras_layer *layer,
                                const struct layer *row, struct keras_weight kernel, size_t outputs)
{
    const bool has_bias = is_true(layer, "use_bias", true);
    const struct keras_weight wanted[] = {kernel, {"bias", 1, {outputs}}};
    struct hdf5_values found[2];
    struct layer *added;
    scrawl_status status = add_weighted(translation, layer, row, wanted, has_bias ? 2 : 1, found, &added);
    if (status != SCRAWL_OK) return status;
    const struct hdf5 *file = &translation->weights->file;
    float *parameters = translation->exchange->parameters;
    status = hdf5_floats(file, &found[0], parameters + added->weight_offset);
    return status == SCRAWL_OK && has_bias ? hdf5_floats(file, &found[1], parameters + added->bias_offset) : status;
}

/* ---- Activations ------------------------------------------------------------------------------------------------- */

/* The setting "activation" by its name: as a text, or as Keras 3 writes a function of TensorFlow's, {"class_name":
 * "function", "config": "softmax_v2"} for tf.nn.softmax; "linear" where there is none. False for anything else. */
static bool activation_name(const struct keras_layer *layer, char name[MOST_TEXT])
{
    struct json setting, config, kind;
    strcpy(name, "linear");
    if (!json_find(layer->config, "activation", &setting) || json_word(&setting, "null")) return true;
    if (json_at(&setting, '"')) return json_string(&setting, name, MOST_TEXT);
    return json_find(setting, "class_name", &kind) && json_string(&kind, name, MOST_TEXT) &&
           strcmp(name, "function") == 0 && json_find(setting, "config", &config) &&
           json_string(&config, name, MOST_TEXT);
}

static bool find_activation(const struct keras_layer *layer, enum activation *activation)
{
    static const struct {
        const char *name;
        enum activation activation;
    } known[] = {{"linear", ACTIVATION_NONE},
                 {"relu", ACTIVATION_RELU},
                 {"softmax", ACTIVATION_SOFTMAX},
                 {"softmax_v2", ACTIVATION_SOFTMAX}};
    char name[MOST_TEXT];
    if (!activation_name(layer, name)) return false;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *activation = known[i].activation;
        if (strcmp(name, known[i].name) == 0) return true;
    }
    return false;
}

/* What the setting says. alone: nobody uses what comes before it. */
static scrawl_status add_activation(struct keras_translation *translation, const struct keras_layer *layer, bool alone)
{
    enum activation activation;
    if (!find_activation(layer, &activation))
        return keras_fail(layer, "it has an activation that Scrawl lacks; there are relu and softmax.");
    if (activation == ACTIVATION_NONE) return SCRAWL_OK;
    return exchange_activate(translation->exchange, activation, alone, layer->place);
}

static scrawl_status read_activation(struct keras_translation *translation, const struct keras_layer *layer)
{
    enum activation activation;
    if (find_activation(layer, &activation) && activation == ACTIVATION_SOFTMAX) translation->scaled = NULL;
    return add_activation(translation, layer, translation->alone);
}

static scrawl_status read_relu(struct keras_translation *translation, const struct keras_layer *layer)
{
    double limit = -1;
    const bool plain = number_setting(layer, "max_value", &limit) && limit == -1 && is_number(layer, "threshold", 0) &&
                       is_number(layer, "negative_slope", 0);
    if (!plain) return keras_fail(layer, "it has a limit, threshold or slope; Scrawl's relu has none.");
    return exchange_activate(translation->exchange, ACTIVATION_RELU, translation->alone, layer->place);
}

static scrawl_status read_softmax(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct json json;
    if (json_find(layer->config, "axis", &json) && !is_number(layer, "axis", -1))
        return keras_fail(layer, "it is no softmax over the last axis.");
    translation->scaled = NULL;
    return exchange_activate(translation->exchange, ACTIVATION_SOFTMAX, translation->alone, layer->place);
}

/* ---- Linear layers ----------------------------------------------------------------------------------------------- */

/* Kernel, stride and padding. */
static scrawl_status read_kernel(const struct keras_layer *layer, struct layer *row)
{
    size_t kernel[2] = {0}, strides[2] = {1, 1}, dilation[2] = {1, 1};
    row->same = setting_is(layer, "padding", "same", false);
    if (!row->same && !setting_is(layer, "padding", "valid", true))
        return keras_fail(layer, "it pads otherwise than \"valid\" and \"same\".");
    if (!has_channels_last(layer)) return keras_fail(layer, other_order);
    if (!pair_setting(layer, "kernel_size", kernel) || !kernel[0] || !kernel[1])
        return keras_fail(layer, "it has no kernel of rows and columns.");
    if (!pair_setting(layer, "strides", strides) || strides[0] != strides[1] || !strides[0])
        return keras_fail(layer, "its strides differ; Scrawl has one for rows and columns.");
    if (!pair_setting(layer, "dilation_rate", dilation) || dilation[0] != 1 || dilation[1] != 1)
        return keras_fail(layer, "its kernel is dilated, which Scrawl doesn't know.");
    row->kernel_rows = kernel[0];
    row->kernel_columns = kernel[1];
    row->stride = strides[0];
    return SCRAWL_OK;
}

static scrawl_status read_conv(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct layer row = {.kind = LAYER_CONV};
    size_t filters[2] = {0};
    scrawl_status status = read_kernel(layer, &row);
    if (status != SCRAWL_OK) return status;
    if (!is_number(layer, "groups", 1))
        return keras_fail(layer, "it has groups; use DepthwiseConv2D for one of each channel.");
    if (!pair_setting(layer, "filters", filters) || !filters[0]) return keras_fail(layer, "it has no filters.");
    row.output.channels = filters[0];
    const size_t inputs = exchange_shape(translation->exchange).channels;
    const struct keras_weight kernel = {"kernel", 4, {row.kernel_rows, row.kernel_columns, inputs, filters[0]}};
    status = add_linear(translation, layer, &row, kernel, filters[0]);
    return status == SCRAWL_OK ? add_activation(translation, layer, true) : status;
}

static scrawl_status read_depthwise(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct layer row = {.kind = LAYER_DEPTHWISE};
    scrawl_status status = read_kernel(layer, &row);
    if (status != SCRAWL_OK) return status;
    if (!is_number(layer, "depth_multiplier", 1))
        return keras_fail(layer, "it gives more than one channel for each; Scrawl's depthwise gives one.");
    const size_t channels = exchange_shape(translation->exchange).channels;
    const struct keras_weight kernel = {"kernel", 4, {row.kernel_rows, row.kernel_columns, channels, 1}};
    status = add_linear(translation, layer, &row, kernel, channels);
    return status == SCRAWL_OK ? add_activation(translation, layer, true) : status;
}

static scrawl_status add_plain(struct keras_translation *translation, const struct keras_layer *layer,
                               enum layer_kind kind)
{
    return exchange_add(translation->exchange, &(struct layer){.kind = kind}, layer->place, NULL);
}

static bool is_vector(const struct keras_translation *translation)
{
    const struct shape shape = exchange_shape(translation->exchange);
    return shape.rows == 1 && shape.columns == 1;
}

/* An input of 784 values becomes the vector that it is. */
static scrawl_status flatten_input(struct keras_translation *translation, const struct keras_layer *layer)
{
    const bool is_open = translation->flat_input && !is_vector(translation);
    return is_open ? add_plain(translation, layer, LAYER_FLATTEN) : SCRAWL_OK;
}

static scrawl_status read_dense(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct layer row = {.kind = LAYER_DENSE};
    size_t units[2] = {0};
    if (!pair_setting(layer, "units", units) || !units[0]) return keras_fail(layer, "it has no units.");
    scrawl_status status = flatten_input(translation, layer);
    if (status != SCRAWL_OK) return status;
    if (!is_vector(translation)) return keras_fail(layer, "it takes no vector; put Flatten before it.");
    row.output.channels = units[0];
    const struct keras_weight kernel = {"kernel", 2, {exchange_shape(translation->exchange).channels, units[0]}};
    status = add_linear(translation, layer, &row, kernel, units[0]);
    return status == SCRAWL_OK ? add_activation(translation, layer, true) : status;
}

/* ---- Batch normalisation ----------------------------------------------------------------------------------------- */

/* -1, or the last one of rows, columns and channels, or of a vector: a number, or a list of one. */
static bool is_last_axis(const struct keras_translation *translation, const struct keras_layer *layer)
{
    struct json json;
    double axis;
    if (!json_find(layer->config, "axis", &json)) return true;
    const bool list = json_take(&json, '[');
    if (!json_number(&json, &axis) || (list && json_more(&json, ']'))) return false;
    return axis == -1 || axis == 3 || (axis == 1 && is_vector(translation));
}

static scrawl_status read_batchnorm(struct keras_translation *translation, const struct keras_layer *layer)
{
    scrawl_status status = flatten_input(translation, layer);
    const size_t channels = exchange_shape(translation->exchange).channels;
    const bool used[] = {is_true(layer, "scale", true), is_true(layer, "center", true), true, true};
    static const char *const names[] = {"gamma", "beta", "moving_mean", "moving_variance"};
    struct keras_weight wanted[KERAS_MOST_WEIGHTS];
    struct hdf5_values found[KERAS_MOST_WEIGHTS];
    struct layer *added;
    size_t count = 0;
    double epsilon = (double)BATCHNORM_EPSILON;
    if (status != SCRAWL_OK) return status;
    if (!is_last_axis(translation, layer)) return keras_fail(layer, "it normalises another axis than the last.");
    if (!number_setting(layer, "epsilon", &epsilon) || !(epsilon > 0 && epsilon < 1))
        return keras_fail(layer, "its epsilon is no number between 0 and 1.");
    for (size_t i = 0; i < KERAS_MOST_WEIGHTS; i++)
        if (used[i]) wanted[count++] = (struct keras_weight){names[i], 1, {channels}};
    status = add_weighted(translation, layer, &(struct layer){.kind = LAYER_BATCHNORM}, wanted, count, found, &added);
    if (status != SCRAWL_OK) return status;
    float *parameters = translation->exchange->parameters;
    const size_t offsets[] = {added->weight_offset, added->bias_offset, added->statistic_offset,
                              added->statistic_offset + channels};
    for (size_t i = 0; !used[0] && i < channels; i++) parameters[added->weight_offset + i] = 1;
    for (size_t i = 0, next = 0; i < KERAS_MOST_WEIGHTS && status == SCRAWL_OK; i++)
        if (used[i]) status = hdf5_floats(&translation->weights->file, &found[next++], parameters + offsets[i]);
    if (status == SCRAWL_OK) exchange_use_epsilon(translation->exchange, epsilon);
    return status;
}

/* ---- Layers without weights -------------------------------------------------------------------------------------- */

static scrawl_status read_maxpool(struct keras_translation *translation, const struct keras_layer *layer)
{
    size_t pool[2] = {2, 2}, strides[2];
    const bool has_pool = pair_setting(layer, "pool_size", pool);
    memcpy(strides, pool, sizeof strides);
    if (!has_channels_last(layer)) return keras_fail(layer, other_order);
    if (!has_pool || !pool[0] || pool[0] != pool[1] || !pair_setting(layer, "strides", strides) ||
        strides[0] != pool[0] || strides[1] != pool[1])
        return keras_fail(layer, "its windows aren't squares side by side.");
    const struct shape shape = exchange_shape(translation->exchange);
    const bool whole = shape.rows % pool[0] == 0 && shape.columns % pool[0] == 0;
    if (!setting_is(layer, "padding", "valid", true) && !(whole && setting_is(layer, "padding", "same", false)))
        return keras_fail(layer, "it pads; Scrawl's windows lie within the values.");
    const struct layer row = {.kind = LAYER_MAXPOOL, .pool = pool[0]};
    return exchange_add(translation->exchange, &row, layer->place, NULL);
}

static scrawl_status read_upsampling(struct keras_translation *translation, const struct keras_layer *layer)
{
    size_t size[2] = {2, 2};
    if (!has_channels_last(layer)) return keras_fail(layer, other_order);
    if (!pair_setting(layer, "size", size) || size[0] != size[1] || !size[0] ||
        !setting_is(layer, "interpolation", "nearest", true))
        return keras_fail(layer, "it doesn't make each pixel a square of equal ones.");
    const struct layer row = {.kind = LAYER_UPSAMPLE, .factor = size[0]};
    return exchange_add(translation->exchange, &row, layer->place, NULL);
}

static scrawl_status read_globalpool(struct keras_translation *translation, const struct keras_layer *layer)
{
    return has_channels_last(layer) ? add_plain(translation, layer, LAYER_GLOBALPOOL) : keras_fail(layer, other_order);
}

static scrawl_status read_flatten(struct keras_translation *translation, const struct keras_layer *layer)
{
    return has_channels_last(layer) ? add_plain(translation, layer, LAYER_FLATTEN) : keras_fail(layer, other_order);
}

static scrawl_status read_dropout(struct keras_translation *translation, const struct keras_layer *layer)
{
    static const double most = 0.999; /* of an architecture's text */
    double rate = 0;
    struct json json;
    if (!number_setting(layer, "rate", &rate) || !(rate >= 0 && rate <= most))
        return keras_fail(layer, "its rate is no number from 0 to 0.999.");
    if (json_find(layer->config, "noise_shape", &json) && !json_word(&json, "null"))
        return keras_fail(layer, "it drops several values together.");
    const struct layer row = {.kind = LAYER_DROPOUT, .rate = (float)rate};
    return exchange_add(translation->exchange, &row, layer->place, NULL);
}

static scrawl_status read_add(struct keras_translation *translation, const struct keras_layer *layer)
{
    if (layer->source_count != 2) return keras_fail(layer, "it doesn't add the values of two layers.");
    return exchange_add_kept(translation->exchange, translation->added_position, layer->place);
}

static const char no_scale[] = "it scales neither the input nor the values that softmax takes.";

/* Of the input, or the logits' temperature. */
static scrawl_status read_rescaling(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct exchange *exchange = translation->exchange;
    double scale = NAN, offset = 0;
    if (!number_setting(layer, "scale", &scale) || !number_setting(layer, "offset", &offset) || isnan(scale))
        return keras_fail(layer, "its scale or offset is no number.");
    if (exchange_is_input(exchange, exchange->layer_count))
        return exchange_scale_input(exchange, scale, offset, layer->place);
    const double temperature = 1 / scale;
    const bool is_end = exchange->layers[exchange->layer_count - 1].activation == ACTIVATION_SOFTMAX;
    if (is_end || offset != 0 ||
        !(temperature >= (double)CALIBRATE_LEAST_TEMPERATURE && temperature <= (double)CALIBRATE_MOST_TEMPERATURE))
        return keras_fail(layer, no_scale);
    translation->scaled = layer;
    return metadata_set_number(&exchange->fields, MODEL_TEMPERATURE, (double)(float)temperature);
}

/* ---- Shapes ------------------------------------------------------------------------------------------------------ */

enum { MOST_SHAPE = 4 };

/* A list of up to four sizes; null and -1 are 0. */
static bool take_shape(struct json json, size_t sizes[MOST_SHAPE], size_t *count)
{
    *count = 0;
    if (!json_take(&json, '[')) return false;
    do {
        double size = 0;
        if (*count == MOST_SHAPE || (!json_word(&json, "null") && !json_number(&json, &size))) return false;
        if (!(size >= -1 && size <= unlimited)) return false;
        sizes[(*count)++] = size > 0 ? (size_t)size : 0;
    } while (json_more(&json, ']'));
    return !json.failed;
}

/* 28 x 28, with a channel or without, or 784 values; behind the number of images. */
static scrawl_status check_input(struct keras_translation *translation, const struct keras_layer *layer,
                                 struct json shape)
{
    enum { SIDE = SCRAWL_IMAGE_SIDE };
    size_t sizes[MOST_SHAPE] = {0}, count;
    const bool taken = take_shape(shape, sizes, &count);
    translation->flat_input = taken && count == 2 && sizes[1] == SCRAWL_IMAGE_PIXELS;
    const bool image = taken && count >= 3 && sizes[1] == SIDE && sizes[2] == SIDE && (count == 3 || sizes[3] == 1);
    if (image || translation->flat_input) return SCRAWL_OK;
    return keras_fail(layer, "its input is no image of 28 x 28 pixels with one channel.");
}

static scrawl_status read_input(struct keras_translation *translation, const struct keras_layer *layer)
{
    struct json shape;
    if (json_find(layer->config, "batch_shape", &shape) || json_find(layer->config, "batch_input_shape", &shape))
        return check_input(translation, layer, shape);
    return keras_fail(layer, "it says no shape.");
}

scrawl_status keras_translate_input(struct keras_translation *translation)
{
    const struct keras_layer *first = &translation->graph->layers[0];
    struct json shape;
    if (json_find(first->config, "batch_input_shape", &shape) || json_find(first->config, "batch_shape", &shape) ||
        json_find(translation->graph->root, "build_input_shape", &shape))
        return check_input(translation, first, shape);
    return keras_fail(first, "the shape of the model's input is said nowhere; call the model once before it is saved.");
}

/* To an image's shape and back; what only names sizes otherwise changes nothing. */
static scrawl_status read_reshape(struct keras_translation *translation, const struct keras_layer *layer)
{
    const struct shape shape = exchange_shape(translation->exchange);
    const size_t wanted[] = {shape.rows, shape.columns, shape.channels};
    size_t sizes[MOST_SHAPE], count, open = 0;
    struct json json;
    if (!json_find(layer->config, "target_shape", &json) || !take_shape(json, sizes, &count))
        return keras_fail(layer, "it says no shape.");
    const bool vector = count == 1 && (sizes[0] == 0 || sizes[0] == shape_size(shape));
    if (vector && !is_vector(translation) && !translation->flat_input)
        return add_plain(translation, layer, LAYER_FLATTEN);
    bool same = vector || count == 3 || (count == 2 && shape.channels == 1);
    for (size_t i = 0; i < count && !vector && same; i++) {
        open += sizes[i] == 0;
        same = sizes[i] == 0 || sizes[i] == wanted[i];
    }
    if (!same || open > 1) return keras_fail(layer, "it gives the values another order of rows and columns.");
    if (!vector) translation->flat_input = false;
    return SCRAWL_OK;
}

/* What only training does: noise, and images that are changed. */
static scrawl_status read_nothing(struct keras_translation *translation, const struct keras_layer *layer)
{
    (void)translation, (void)layer;
    return SCRAWL_OK;
}

static scrawl_status refuse_model(struct keras_translation *translation, const struct keras_layer *layer)
{
    (void)translation;
    return keras_fail(layer, "it is a model within the model; put its layers in its place.");
}

/* ---- All of them ------------------------------------------------------------------------------------------------- */

static const struct {
    const char *class_name;
    scrawl_status (*read)(struct keras_translation *translation, const struct keras_layer *layer);
} classes[] = {
    {"InputLayer", read_input},
    {"Rescaling", read_rescaling},
    {"Reshape", read_reshape},
    {"Conv2D", read_conv},
    {"DepthwiseConv2D", read_depthwise},
    {"BatchNormalization", read_batchnorm},
    {"Activation", read_activation},
    {"ReLU", read_relu},
    {"MaxPooling2D", read_maxpool},
    {"GlobalAveragePooling2D", read_globalpool},
    {"UpSampling2D", read_upsampling},
    {"Dropout", read_dropout},
    {"Add", read_add},
    {"Flatten", read_flatten},
    {"Dense", read_dense},
    {"Softmax", read_softmax},
    {"Identity", read_nothing},
    {"ActivityRegularization", read_nothing},
    {"SpatialDropout2D", read_nothing},
    {"AlphaDropout", read_nothing},
    {"GaussianDropout", read_nothing},
    {"GaussianNoise", read_nothing},
    {"RandomBrightness", read_nothing},
    {"RandomContrast", read_nothing},
    {"RandomFlip", read_nothing},
    {"RandomRotation", read_nothing},
    {"RandomTranslation", read_nothing},
    {"RandomZoom", read_nothing},
    {"Sequential", refuse_model},
    {"Functional", refuse_model},
    {"Model", refuse_model},
};

scrawl_status keras_translate(struct keras_translation *translation, const struct keras_layer *layer)
{
    const struct keras_layer *scaled = translation->scaled;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strcmp(layer->class_name, classes[i].class_name) != 0) continue;
        scrawl_status status = classes[i].read(translation, layer);
        return status == SCRAWL_OK && scaled && translation->scaled ? keras_fail(scaled, no_scale) : status;
    }
    return keras_fail(layer, "Scrawl has no such layer.");
}
