/* Implements model.h and the model part of scrawl.h: making, asking, reading prepared images. Knows no file format. */
#include "model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "calibrate.h"
#include "layers/layers.h"
#include "network/fold_batchnorm.h"

scrawl_model_options scrawl_model_default(void)
{
    return (scrawl_model_options){.architecture = "small", .seed = 1};
}

static scrawl_status copy_labels(const char *const *labels, size_t count, char **copies)
{
    for (size_t i = 0; i < count; i++) {
        char number[NUMBER_TEXT_SIZE];
        copies[i] = strdup(labels ? labels[i] : unsigned_text(i, number));
        if (!copies[i]) return fail_out_of_memory();
    }
    return SCRAWL_OK;
}

static bool is_control(char byte)
{
    return (unsigned char)byte < ' ' || byte == 0x7F;
}

bool model_accepts_label(const char *label)
{
    size_t length = label ? strlen(label) : 0, size = 0;
    if (length == 0 || length > SCRAWL_MAX_LABEL_BYTES) return false;
    for (size_t i = 0; i < length; i += size)
        if ((size = utf8_character_size(label + i, length - i)) == 0 || is_control(label[i])) return false;
    return true;
}

static scrawl_status check_labels(const char *const *labels, size_t count)
{
    for (size_t i = 0; labels && i < count; i++)
        if (!model_accepts_label(labels[i]))
            return fail(SCRAWL_INVALID_ARGUMENT,
                        "Every class needs a name of 1 to 64 bytes of UTF-8 without control characters.", NULL);
    return SCRAWL_OK;
}

scrawl_status model_allocate(scrawl_model *model)
{
    model->labels = calloc(model->network.class_count, sizeof *model->labels);
    if (!model->labels) return fail_out_of_memory();
    return weights_create(model->network.parameter_count, &model->weights);
}

static scrawl_status check_normalization(const struct network *network, scrawl_normalization normalization)
{
    if (normalization != SCRAWL_NORMALIZE_UNIT && normalization != SCRAWL_NORMALIZE_COLUMN_L2)
        return fail(SCRAWL_INVALID_ARGUMENT, "There is no such normalisation.", NULL);
    if (network_detects(network) && normalization != SCRAWL_NORMALIZE_UNIT)
        return fail(SCRAWL_INVALID_ARGUMENT, "A network that finds digits on pages takes no other normalisation.",
                    NULL);
    return SCRAWL_OK;
}

scrawl_status scrawl_model_create(const scrawl_model_options *options, scrawl_model **result)
{
    scrawl_model_options defaults = scrawl_model_default();
    if (!options) options = &defaults;
    if (!options->architecture) return fail(SCRAWL_INVALID_ARGUMENT, "A model needs an architecture.", NULL);
    if (options->labels && !options->class_count)
        return fail(SCRAWL_INVALID_ARGUMENT, "Say with class_count how many labels there are.", NULL);
    struct network network;
    scrawl_status status = network_create(options->architecture, options->class_count, &network);
    if (status != SCRAWL_OK) return status;
    status = check_labels(options->labels, network.class_count);
    if (status == SCRAWL_OK) status = check_normalization(&network, options->normalization);
    if (status != SCRAWL_OK) {
        network_free(&network);
        return status;
    }
    scrawl_model *model = calloc(1, sizeof *model);
    if (!model) {
        network_free(&network);
        return fail_out_of_memory();
    }
    model->network = network;
    model->normalization = options->normalization;
    model_forget_calibration(model);
    status = model_allocate(model);
    if (status == SCRAWL_OK) status = copy_labels(options->labels, network.class_count, model->labels);
    if (status == SCRAWL_OK) {
        network_initialize(&model->network, options->seed, model->weights.values);
        status = model_begin(model);
    }
    if (status == SCRAWL_OK)
        *result = model;
    else
        scrawl_model_free(model);
    return status;
}

void model_forget_calibration(scrawl_model *model)
{
    model->temperature = 1;
    model->doubtful_below = CALIBRATE_DEFAULT_DOUBT;
}

scrawl_status model_begin(scrawl_model *model)
{
    model->folded = fold_batchnorm(&model->network, &model->reading);
    model->packed.kernels = kernels_current();
    return idle_memory_create(&model->idle);
}

/* What was made before a failure stays for the next attempt. */
static scrawl_status make_reading(scrawl_model *model, struct parallel *parallel)
{
    scrawl_status status = SCRAWL_OK;
    if (!model_is_folded(model))
        model->reading_weights = weights_borrow(&model->weights);
    else if (!model->reading_weights.values)
        status = weights_create(model->network.parameter_count, &model->reading_weights);
    if (status == SCRAWL_OK && !model->packed.memory)
        status = packed_weights_create(&model->reading, model->packed.kernels, false, &model->packed);
    if (status == SCRAWL_OK) model_update(model, parallel, true);
    return status;
}

scrawl_status model_prepare(const scrawl_model *model, struct parallel *parallel)
{
    scrawl_status status = SCRAWL_OK;
    if (__atomic_load_n(&model->prepared, __ATOMIC_ACQUIRE)) return SCRAWL_OK;
    parallel_lock();
    if (!model->prepared) {
        scrawl_model *changed = (scrawl_model *)model; /* no model is const by birth */
        status = make_reading(changed, parallel);
        __atomic_store_n(&changed->prepared, status == SCRAWL_OK, __ATOMIC_RELEASE);
    }
    parallel_unlock();
    return status;
}

scrawl_status model_begin_reading(const scrawl_model *model, int threads, struct reading_memory **memory)
{
    struct reading_memory *taken = NULL;
    scrawl_status status = idle_memory_take(model->idle, threads, &taken);
    if (status == SCRAWL_OK) status = model_prepare(model, taken->parallel);
    if (status == SCRAWL_OK)
        *memory = taken;
    else
        idle_memory_give(model->idle, taken);
    return status;
}

bool model_is_folded(const scrawl_model *model)
{
    return model->folded;
}

scrawl_status model_check_classifies(const scrawl_model *model)
{
    if (!network_detects(&model->network)) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "This model finds digits on pages; a model is wanted that reads images.",
                NULL);
}

scrawl_status model_check_detects(const scrawl_model *model)
{
    if (network_detects(&model->network)) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "This model reads images; one is wanted that finds digits on pages.", NULL);
}

bool scrawl_model_detects(const scrawl_model *model)
{
    return network_detects(&model->network);
}

bool model_is_finite(const scrawl_model *model)
{
    for (size_t i = 0; i < model->network.parameter_count; i++)
        if (!isfinite(model->weights.values[i])) return false;
    return true;
}

scrawl_status model_check_finite(const scrawl_model *model)
{
    if (model_is_finite(model)) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_MODEL, "A weight of the network is no finite number: its training diverged. ",
                "Train again with a lower learning rate.", NULL);
}

void model_update(scrawl_model *model, struct parallel *parallel, bool complete)
{
    if (model_is_folded(model))
        fold_batchnorm_parameters(&model->reading, model->weights.values, parallel, model->reading_weights.values);
    packed_weights_update(&model->reading, model->reading_weights.values, parallel, complete, &model->packed);
}

void model_fall_behind(scrawl_model *model)
{
    __atomic_store_n(&model->prepared, false, __ATOMIC_RELEASE);
}

void model_release(scrawl_model *model)
{
    const struct kernels *kernels = model->packed.kernels;
    if (model->idle) idle_memory_release(model->idle);
    weights_free(&model->reading_weights);
    packed_weights_free(&model->packed);
    model->packed.kernels = kernels;
    model->prepared = false;
}

void scrawl_model_free(scrawl_model *model)
{
    if (!model) return;
    for (size_t i = 0; model->labels && i < model->network.class_count; i++) free(model->labels[i]);
    free(model->labels);
    model_release(model);
    weights_free(&model->weights);
    metadata_free(&model->metadata);
    idle_memory_free(model->idle);
    network_free(&model->network);
    free(model);
}

const char *scrawl_model_architecture(const scrawl_model *model)
{
    return model->network.text;
}

scrawl_normalization scrawl_model_normalization(const scrawl_model *model)
{
    return model->normalization;
}

scrawl_status scrawl_model_set_normalization(scrawl_model *model, scrawl_normalization normalization)
{
    scrawl_status status = check_normalization(&model->network, normalization);
    if (status == SCRAWL_OK) model->normalization = normalization;
    return status;
}

float scrawl_model_temperature(const scrawl_model *model)
{
    return model->temperature;
}

float scrawl_model_doubtful_below(const scrawl_model *model)
{
    return model->doubtful_below;
}

size_t scrawl_model_class_count(const scrawl_model *model)
{
    return model->network.class_count;
}

const char *scrawl_model_label(const scrawl_model *model, size_t class_index)
{
    return class_index < model->network.class_count ? model->labels[class_index] : NULL;
}

size_t scrawl_model_parameter_count(const scrawl_model *model)
{
    return model->network.parameter_count;
}

const char *scrawl_model_metadata(const scrawl_model *model, const char *key)
{
    return metadata_get(&model->metadata, key);
}

size_t scrawl_model_layer_count(const scrawl_model *model)
{
    return model->network.layer_count;
}

scrawl_status scrawl_model_layer(const scrawl_model *model, size_t index, scrawl_layer *result)
{
    static const char *const activations[] = {
        [ACTIVATION_NONE] = "", [ACTIVATION_RELU] = "relu", [ACTIVATION_SOFTMAX] = "softmax"};
    if (index >= model->network.layer_count) return fail(SCRAWL_INVALID_ARGUMENT, "There is no such layer.", NULL);
    const struct layer *layer = &model->network.layers[index];
    *result = (scrawl_layer){
        .kind = layer_names[layer->kind],
        .activation = activations[layer->activation],
        .rows = layer->output.rows,
        .columns = layer->output.columns,
        .channels = layer->output.channels,
        .parameter_count = layer->weight_count + layer->bias_count + layer->statistic_count,
    };
    return SCRAWL_OK;
}

const float *scrawl_model_weights(const scrawl_model *model, size_t index, size_t shape[4])
{
    const struct layer *layer = index < model->network.layer_count ? &model->network.layers[index] : NULL;
    if (!layer || layer->weight_count == 0 || layer->kind == LAYER_BATCHNORM) return NULL;
    const bool depthwise = layer->kind == LAYER_DEPTHWISE, dense = layer->kind == LAYER_DENSE;
    shape[0] = dense ? 1 : layer->kernel_rows;
    shape[1] = dense ? 1 : layer->kernel_columns;
    shape[2] = layer->input.channels;
    shape[3] = depthwise ? 1 : layer->output.channels;
    return model->weights.values + layer->weight_offset;
}

/* ---- Reading prepared images ------------------------------------------------------------------------------------- */

enum { READING_BATCH = 128, READING_FLOATS = 16 << 20 };

size_t model_batch(const scrawl_model *model, size_t images)
{
    size_t batch = min_size(images, READING_BATCH), floats = 0;
    for (size_t i = 0; i < model->reading.layer_count; i++) floats += shape_size(model->reading.layers[i].output);
    while (batch > 1 && batch * floats > READING_FLOATS) batch /= 2;
    return batch;
}

scrawl_status model_workspace(const scrawl_model *model, size_t images, const struct parallel *parallel,
                              struct workspace *workspace)
{
    return workspace_fit(&model->reading, model->packed.kernels, model_batch(model, images), parallel_threads(parallel),
                         FOR_READING, workspace);
}

float *model_forward(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel, size_t count)
{
    model_prepare(model, parallel); /* fails never: it was called before, and what it makes is kept */
    const struct network_pass pass = {
        .network = &model->reading,
        .parameters = model->reading_weights.values,
        .packed = &model->packed,
        .workspace = workspace,
        .parallel = parallel,
        .batch = count,
    };
    return network_forward(&pass);
}

float *model_read(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                  const uint8_t *images, size_t count)
{
    for (size_t i = 0; i < count; i++)
        scrawl_normalize(images + i * SCRAWL_IMAGE_PIXELS, model->normalization,
                         workspace->activations[0] + i * SCRAWL_IMAGE_PIXELS);
    float *probabilities = model_forward(model, workspace, parallel, count);
    calibrate_apply(count, model->network.class_count, model->temperature, probabilities);
    return probabilities;
}

void model_read_all(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                    const uint8_t *images, size_t count, size_t together, float *probabilities)
{
    const size_t classes = model->network.class_count;
    for (size_t first = 0, part; first < count; first += part) {
        part = min_size(count - first, together);
        const float *read = model_read(model, workspace, parallel, images + first * SCRAWL_IMAGE_PIXELS, part);
        memcpy(probabilities + first * classes, read, part * classes * sizeof *read);
    }
}
