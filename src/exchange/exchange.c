/* Implements exchange.h. Knows no format. */
#include "exchange.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "layers/batchnorm.h"
#include "layers/layers.h"
#include "network/shapes.h"

/* ---- Layers ------------------------------------------------------------------------------------------------------ */

void exchange_free(struct exchange *exchange)
{
    free(exchange->parameters);
    metadata_free(&exchange->fields);
    *exchange = EXCHANGE_START;
}

struct shape exchange_shape(const struct exchange *exchange)
{
    static const struct shape input = {SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE, 1};
    return exchange->layer_count ? exchange->layers[exchange->layer_count - 1].output : input;
}

static scrawl_status fail_place(const char *place, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, place, ": ", what, NULL);
}

static struct layer *last_layer(struct exchange *exchange)
{
    return exchange->layer_count ? &exchange->layers[exchange->layer_count - 1] : NULL;
}

/* What may follow what, and how many. */
static const char *wrong_order(struct exchange *exchange, const struct layer *layer)
{
    const struct layer *last = last_layer(exchange);
    if (last && last->activation == ACTIVATION_SOFTMAX) return "it comes after softmax, which must be the end.";
    if (exchange->layer_count == NETWORK_MAX_LAYERS) return "it is one layer too many; Scrawl takes 64.";
    if (layer->kind == LAYER_DENSE && (layer->input.rows != 1 || layer->input.columns != 1))
        return "its input must be a vector.";
    return NULL;
}

static scrawl_status grow_parameters(struct exchange *exchange, size_t count)
{
    const size_t total = exchange->parameter_count + count;
    if (count == 0) return SCRAWL_OK;
    float *parameters = realloc(exchange->parameters, total * sizeof *parameters);
    if (!parameters) return fail_out_of_memory();
    memset(parameters + exchange->parameter_count, 0, count * sizeof *parameters);
    exchange->parameters = parameters;
    exchange->parameter_count = total;
    return SCRAWL_OK;
}

/* Offsets of a layer whose parameters begin at `first`; where they end. */
static size_t place_parameters(struct layer *layer, size_t first)
{
    layer->weight_offset = first;
    layer->bias_offset = layer->weight_offset + layer->weight_count;
    layer->statistic_offset = layer->bias_offset + layer->bias_count;
    return layer->statistic_offset + layer->statistic_count;
}

scrawl_status exchange_add(struct exchange *exchange, const struct layer *layer, const char *place,
                           struct layer **added)
{
    struct layer row = *layer;
    row.input = exchange_shape(exchange);
    if (row.kind != LAYER_CONV && row.kind != LAYER_DENSE) row.output = row.input;
    const char *wrong = wrong_order(exchange, &row);
    if (!wrong && row.kind == LAYER_DENSE) row.output.rows = row.output.columns = 1;
    if (!wrong && row.kind != LAYER_ADD) wrong = shape_output(exchange->layers, &row);
    if (!wrong && !shape_parameters(&row)) wrong = "it makes the network too large.";
    if (wrong) return fail_place(place, wrong);
    const size_t end = place_parameters(&row, exchange->parameter_count);
    if (end > MOST_PARAMETERS) return fail_place(place, "it makes the network too large.");
    scrawl_status status = grow_parameters(exchange, end - exchange->parameter_count);
    if (status != SCRAWL_OK) return status;
    exchange->layers[exchange->layer_count++] = row;
    if (added) *added = last_layer(exchange);
    return SCRAWL_OK;
}

static bool same_shape(struct shape a, struct shape b)
{
    return a.rows == b.rows && a.columns == b.columns && a.channels == b.channels;
}

/* A network's input lies around 1: what makes pixels much smaller takes those of 0 to 255. */
enum { LARGEST_BYTE = 255 };
static const double least_scale = 0.1, most_scale = 10;

/* What pixels of 0 to 1 are multiplied with. */
static double pixel_scale(const struct exchange *exchange)
{
    static const double nearly = 1e-6; /* of 1/255 as a float */
    const double scale = exchange->input_scale;
    if (fabs(scale) >= least_scale) return scale;
    return fabs(scale * LARGEST_BYTE - 1) < nearly ? 1 : scale * LARGEST_BYTE;
}

bool exchange_is_input(const struct exchange *exchange, size_t position)
{
    size_t i = 0;
    while (i < position && exchange->layers[i].kind == LAYER_FLATTEN) i++;
    return i == position;
}

scrawl_status exchange_add_kept(struct exchange *exchange, size_t position, const char *place)
{
    const struct layer layer = {.kind = LAYER_ADD, .source = position};
    const bool scaled = pixel_scale(exchange) != 1 || exchange->input_shift != 0;
    if (scaled && exchange_is_input(exchange, position))
        return fail_place(place, "it adds the input, which is scaled before.");
    struct exchange before = {.layer_count = position};
    const struct shape kept = position ? exchange->layers[position - 1].output : exchange_shape(&before);
    if (!same_shape(kept, exchange_shape(exchange))) return fail_place(place, "it adds values of another shape.");
    scrawl_status status = exchange_add(exchange, &layer, place, NULL);
    if (status == SCRAWL_OK) exchange->kept[position] = true;
    return status;
}

static bool takes_activation(const struct layer *layer, enum activation activation)
{
    if (layer->activation != ACTIVATION_NONE) return false;
    if (layer->kind == LAYER_DENSE) return true;
    return activation == ACTIVATION_RELU && (layer->kind == LAYER_CONV || layer->kind == LAYER_DEPTHWISE ||
                                             layer->kind == LAYER_BATCHNORM || layer->kind == LAYER_ADD);
}

scrawl_status exchange_activate(struct exchange *exchange, enum activation activation, bool alone, const char *place)
{
    struct layer *last = last_layer(exchange);
    if (last && alone && takes_activation(last, activation)) {
        last->activation = activation;
        return SCRAWL_OK;
    }
    const bool relu = activation == ACTIVATION_RELU;
    const struct layer layer = {.kind = relu ? LAYER_RELU : LAYER_SOFTMAX,
                                .activation = relu ? ACTIVATION_NONE : ACTIVATION_SOFTMAX};
    return exchange_add(exchange, &layer, place, NULL);
}

void exchange_use_epsilon(struct exchange *exchange, double epsilon)
{
    const struct layer *layer = last_layer(exchange);
    float *gamma = exchange->parameters + layer->weight_offset;
    const float *variances = exchange->parameters + layer->statistic_offset + layer->output.channels;
    if ((float)epsilon == BATCHNORM_EPSILON) return;
    for (size_t i = 0; i < layer->output.channels; i++)
        gamma[i] = (float)((double)gamma[i] *
                           sqrt(((double)variances[i] + (double)BATCHNORM_EPSILON) / ((double)variances[i] + epsilon)));
}

/* ---- The input's scale ------------------------------------------------------------------------------------------- */

scrawl_status exchange_scale_input(struct exchange *exchange, double scale, double shift, const char *place)
{
    if (!exchange_is_input(exchange, exchange->layer_count)) return fail_place(place, "only the input may be scaled.");
    if (!isfinite(scale) || !isfinite(shift)) return fail_place(place, "it scales by no finite number.");
    exchange->scales_input = true;
    exchange->input_scale *= scale;
    const double size = fabs(exchange->input_scale), of_bytes = size * LARGEST_BYTE;
    if (!(size >= least_scale || (of_bytes >= least_scale && of_bytes <= most_scale)))
        return fail_place(place, "it takes neither pixels from 0 to 1 nor pixels from 0 to 255 to numbers around 1.");
    exchange->input_shift = exchange->input_shift * scale + shift;
    return SCRAWL_OK;
}

/* The layer that may take scale and shift into its parameters: the first, or a dense one behind flatten. */
static struct layer *first_linear(struct exchange *exchange)
{
    size_t i = 0;
    while (i < exchange->layer_count && !exchange->kept[i] && exchange->layers[i].kind == LAYER_FLATTEN) i++;
    struct layer *layer = &exchange->layers[i];
    if (i == exchange->layer_count || exchange->kept[i]) return NULL;
    if (layer->kind == LAYER_DENSE) return layer;
    const bool convolution = layer->kind == LAYER_CONV || layer->kind == LAYER_DEPTHWISE;
    return convolution && (!layer->same || exchange->input_shift == 0) ? layer : NULL;
}

/* Of one input plane: weights are [places][output], every output adds the shift times the sum of its weights. */
static void scale_weights(const struct exchange *exchange, const struct layer *layer)
{
    const size_t outputs = layer->output.channels;
    for (size_t output = 0; output < outputs; output++) {
        double sum = 0;
        for (size_t i = output; i < layer->weight_count; i += outputs) {
            float *weight = exchange->parameters + layer->weight_offset + i;
            sum += (double)*weight;
            *weight = (float)((double)*weight * exchange->input_scale);
        }
        float *bias = exchange->parameters + layer->bias_offset + output;
        *bias = (float)((double)*bias + exchange->input_shift * sum);
    }
}

/* A depthwise layer of 1x1 before all others. */
static scrawl_status insert_scaling(struct exchange *exchange)
{
    enum { PARAMETERS = 2 };
    const struct shape input = {SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE, 1};
    struct layer scaling = {.kind = LAYER_DEPTHWISE, .input = input, .output = input, .stride = 1};
    scaling.kernel_rows = scaling.kernel_columns = 1;
    scaling.weight_count = scaling.bias_count = 1;
    if (exchange->layer_count == NETWORK_MAX_LAYERS)
        return fail_place("The scale of the model's input", "it is one layer too many; Scrawl takes 64.");
    const size_t old_count = exchange->parameter_count;
    scrawl_status status = grow_parameters(exchange, PARAMETERS);
    if (status != SCRAWL_OK) return status;
    memmove(exchange->parameters + PARAMETERS, exchange->parameters, old_count * sizeof(float));
    exchange->parameters[0] = (float)exchange->input_scale;
    exchange->parameters[1] = (float)exchange->input_shift;
    for (size_t i = exchange->layer_count++; i > 0; i--) {
        exchange->layers[i] = exchange->layers[i - 1];
        exchange->kept[i] = exchange->kept[i - 1];
        if (exchange->layers[i].kind == LAYER_ADD) exchange->layers[i].source++;
    }
    exchange->kept[0] = false;
    exchange->layers[0] = scaling;
    for (size_t i = 0, first = 0; i < exchange->layer_count; i++) first = place_parameters(&exchange->layers[i], first);
    return SCRAWL_OK;
}

static scrawl_status apply_scale(struct exchange *exchange)
{
    exchange->input_scale = pixel_scale(exchange);
    if (exchange->input_scale == 1 && exchange->input_shift == 0) return SCRAWL_OK;
    const struct layer *layer = first_linear(exchange);
    if (!layer) return insert_scaling(exchange);
    scale_weights(exchange, layer);
    return SCRAWL_OK;
}

/* ---- The model --------------------------------------------------------------------------------------------------- */

static void append_size(struct text *text, const char *before, size_t size)
{
    text_append(text, before);
    text_append_unsigned(text, size);
}

/* The numbers behind a layer's name. */
static void append_numbers(struct text *text, const struct layer *layer)
{
    if (layer->kind == LAYER_CONV || layer->kind == LAYER_DENSE) append_size(text, " ", layer->output.channels);
    if (layer->stride) {
        append_size(text, " ", layer->kernel_rows);
        append_size(text, "x", layer->kernel_columns);
    }
    if (layer->stride > 1) append_size(text, " stride ", layer->stride);
    if (layer->same) text_append(text, " same");
    if (layer->kind == LAYER_MAXPOOL) append_size(text, " ", layer->pool);
    if (layer->kind == LAYER_UPSAMPLE) append_size(text, " ", layer->factor);
    if (layer->kind == LAYER_ADD) append_size(text, " skip", layer->source);
    if (layer->kind == LAYER_DROPOUT) {
        text_append(text, " ");
        text_append_number(text, (double)layer->rate);
    }
}

/* The text of the table, to be freed by the caller; NULL when there is no memory. */
static char *architecture_text(const struct exchange *exchange)
{
    struct text text = {0};
    for (size_t i = 0; i < exchange->layer_count; i++) {
        const struct layer *layer = &exchange->layers[i];
        if (exchange->kept[i]) append_size(&text, i ? ", keep skip" : "keep skip", i);
        if (text.length) text_append(&text, ", ");
        text_append(&text, layer_names[layer->kind]);
        append_numbers(&text, layer);
        const bool softmax = layer->activation == ACTIVATION_SOFTMAX && layer->kind != LAYER_SOFTMAX;
        if (layer->activation == ACTIVATION_RELU) text_append(&text, " relu");
        if (softmax) text_append(&text, " softmax");
    }
    return text_take(&text);
}

/* Ends with softmax over a vector that has a value for each class. */
static scrawl_status finish_layers(struct exchange *exchange)
{
    static const char place[] = "The end of the model";
    const struct shape shape = exchange_shape(exchange);
    if (shape.rows != 1 || shape.columns != 1)
        return fail_place(place, "it gives no vector with a value for each class.");
    if (shape.channels < 2 || shape.channels > SCRAWL_MAX_CLASSES)
        return fail_place(place, "Scrawl takes from 2 to 256 classes.");
    if (last_layer(exchange)->activation == ACTIVATION_SOFTMAX) return SCRAWL_OK;
    return exchange_activate(exchange, ACTIVATION_SOFTMAX, true, place);
}

static scrawl_status set_field(struct metadata *fields, const char *key, char *value)
{
    scrawl_status status = value ? metadata_set(fields, key, value) : fail_out_of_memory();
    free(value);
    return status;
}

static scrawl_status number_labels(struct metadata *fields, size_t count)
{
    struct text text = {0};
    for (size_t i = 0; i < count; i++) {
        append_size(&text, i ? ",\"" : "[\"", i);
        text_append(&text, "\"");
    }
    text_append(&text, "]");
    return set_field(fields, MODEL_LABELS, text_take(&text));
}

/* Without a word of it the input is divided by 255. A file that scales its input itself has said what that is. */
static scrawl_status assume_normalization(struct exchange *exchange)
{
    struct metadata *fields = &exchange->fields;
    if (metadata_get(fields, MODEL_NORMALIZATION)) return SCRAWL_OK;
    scrawl_status status = metadata_set(fields, MODEL_NORMALIZATION, normalization_name(SCRAWL_NORMALIZE_UNIT));
    if (status != SCRAWL_OK || exchange->scales_input) return status;
    return metadata_set(fields, MODEL_TRAINED_NORMALIZATION, MODEL_NORMALIZATION_UNSAID);
}

static scrawl_status finish_fields(struct exchange *exchange)
{
    struct metadata *fields = &exchange->fields;
    const size_t classes = exchange_shape(exchange).channels;
    scrawl_status status = set_field(fields, MODEL_ARCHITECTURE, architecture_text(exchange));
    if (status == SCRAWL_OK && !metadata_get(fields, MODEL_LABELS)) status = number_labels(fields, classes);
    if (status == SCRAWL_OK) status = assume_normalization(exchange);
    return status == SCRAWL_OK ? metadata_set(fields, MODEL_VERSION, SCRAWL_VERSION) : status;
}

scrawl_status exchange_model(struct exchange *exchange, scrawl_model **model)
{
    scrawl_status status = finish_layers(exchange);
    if (status == SCRAWL_OK) status = apply_scale(exchange);
    if (status == SCRAWL_OK) status = finish_fields(exchange);
    if (status != SCRAWL_OK) return status;
    return model_from_fields(&exchange->fields, exchange->parameters, exchange->parameter_count, model);
}
