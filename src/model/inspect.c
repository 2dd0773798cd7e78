/* Looks inside the network on one image: what every layer makes of it, and which pixels speak for a class. Knows no
 * pictures and no files. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "calibrate.h"
#include "model.h"

/* A pass over one image that keeps everything. */
struct looking {
    struct network network; /* borrowed: as the model reads, without dropout rates */
    struct packed_weights packed_backward;
    struct workspace workspace;
    float *gradients; /* [parameter_count], which nobody wants */
};

static scrawl_status prepare(const scrawl_model *model, struct looking *looking)
{
    looking->network = network_borrow(&model->reading);
    for (size_t i = 0; i < looking->network.layer_count; i++) looking->network.layers[i].rate = 0;
    looking->gradients = allocate_floats(looking->network.parameter_count);
    if (!looking->gradients) return fail_out_of_memory();
    scrawl_status status =
        packed_weights_create(&looking->network, model->packed.kernels, true, &looking->packed_backward);
    if (status != SCRAWL_OK) return status;
    packed_weights_update(&looking->network, model->reading_weights.values, NULL, true, &looking->packed_backward);
    return workspace_create(&looking->network, model->packed.kernels, 1, 1, FOR_INSPECTION, &looking->workspace);
}

static void finish(struct looking *looking)
{
    workspace_free(&looking->workspace);
    packed_weights_free(&looking->packed_backward);
    free(looking->gradients);
}

/* An inspection and everything it points to are one allocation; the inspection comes first, then the layers. */
static scrawl_status allocate_inspection(const struct network *network, scrawl_inspection **inspection, float **floats)
{
    const uint64_t head = sizeof(scrawl_inspection) + network->layer_count * sizeof(scrawl_activation);
    uint64_t count = SCRAWL_IMAGE_PIXELS;
    for (size_t i = 0; i < network->layer_count; i++) count += shape_size(network->layers[i].output);
    const uint64_t size = head + count * sizeof(float);
    char *memory = size <= SIZE_MAX ? malloc((size_t)size) : NULL;
    if (!memory) return fail_out_of_memory();
    *floats = (float *)(memory + head);
    *inspection = (scrawl_inspection *)memory;
    return SCRAWL_OK;
}

/* Copies what the forward pass left in the workspace; returns where the copies end. */
static float *copy_activations(const struct looking *looking, scrawl_activation *layers, float *floats)
{
    for (size_t i = 0; i < looking->network.layer_count; i++) {
        const struct shape shape = looking->network.layers[i].output;
        layers[i] = (scrawl_activation){shape.rows, shape.columns, shape.channels, floats};
        memcpy(floats, looking->workspace.activations[i + 1], shape_size(shape) * sizeof *floats);
        floats += shape_size(shape);
    }
    return floats;
}

static scrawl_status look(const scrawl_model *model, struct looking *looking, const uint8_t *image, int class_index,
                          scrawl_inspection **result)
{
    const size_t classes = model->network.class_count, layer_count = model->network.layer_count;
    struct network_pass pass = {
        .network = &looking->network,
        .parameters = model->reading_weights.values,
        .packed = &model->packed,
        .packed_backward = &looking->packed_backward,
        .workspace = &looking->workspace,
        .batch = 1,
    };
    float *floats = NULL, *input = looking->workspace.activations[0];
    scrawl_inspection *inspection = NULL;
    scrawl_status status = allocate_inspection(&looking->network, &inspection, &floats);
    if (status != SCRAWL_OK) return status;
    scrawl_normalize(image, model->normalization, input);
    float *probabilities = network_forward(&pass);
    calibrate_apply(1, classes, model->temperature, probabilities);
    if (class_index < 0) class_index = (int)most_probable(classes, probabilities);
    scrawl_activation *layers = (scrawl_activation *)(inspection + 1);
    float *saliency = copy_activations(looking, layers, floats);
    memcpy(saliency - classes, probabilities, classes * sizeof *probabilities); /* the last layer's softmax */
    const float *gradient = network_input_gradient(&pass, (size_t)class_index, looking->gradients);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) saliency[i] = gradient[i] * input[i];
    *inspection = (scrawl_inspection){layer_count, layers, layers[layer_count - 1].values, class_index, saliency};
    *result = inspection;
    return SCRAWL_OK;
}

scrawl_status scrawl_inspect(const scrawl_model *model, const uint8_t *image, int class_index,
                             scrawl_inspection **inspection)
{
    struct looking looking = {.gradients = NULL};
    if (class_index >= (int)model->network.class_count) {
        return fail(SCRAWL_INVALID_ARGUMENT, "The model has no such class.", NULL);
    }
    scrawl_status status = model_check_classifies(model);
    if (status == SCRAWL_OK) status = model_prepare(model, NULL);
    if (status == SCRAWL_OK) status = prepare(model, &looking);
    if (status == SCRAWL_OK) status = look(model, &looking, image, class_index, inspection);
    finish(&looking);
    return status;
}

void scrawl_inspection_free(scrawl_inspection *inspection)
{
    free(inspection);
}
