/* Fuzz target: an architecture text. One that is taken says the same when it is read again, and where it is small,
 * its network reads an image and trains a step. Built by make fuzz; replay.c runs it over kept files. */
#include <stdlib.h>
#include <string.h>

#include "network/architecture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_PARAMETERS = 20000, MOST_VALUES = 200000, IMAGES = 3 };

static bool is_small(const struct network *network)
{
    size_t values = 0;
    for (size_t i = 0; i < network->layer_count; i++) values += shape_size(network->layers[i].output);
    return network->parameter_count <= MOST_PARAMETERS && values <= MOST_VALUES && !network_detects(network);
}

static void train_a_step(scrawl_model *model)
{
    uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS], labels[IMAGES] = {0, 1, 0};
    scrawl_dataset *dataset = NULL;
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    for (size_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)(i * 7);
    scrawl_training_options options = scrawl_training_default();
    options.threads = 1;
    const size_t classes = scrawl_model_class_count(model);
    if (scrawl_dataset_from_arrays(images, labels, IMAGES, classes, &dataset) != SCRAWL_OK) abort();
    if (scrawl_trainer_create(model, dataset, &options, &trainer) != SCRAWL_OK) abort();
    scrawl_trainer_step(trainer, &progress);
    scrawl_trainer_free(trainer);
    scrawl_dataset_free(dataset);
}

static void use(const char *text, size_t classes)
{
    const scrawl_model_options options = {.architecture = text, .class_count = classes, .seed = 1};
    const uint8_t image[SCRAWL_IMAGE_PIXELS] = {255};
    scrawl_model *model = NULL;
    scrawl_inspection *inspection = NULL;
    if (scrawl_model_create(&options, &model) != SCRAWL_OK) return;
    if (scrawl_inspect(model, image, -1, &inspection) != SCRAWL_OK) abort();
    scrawl_inspection_free(inspection);
    train_a_step(model);
    scrawl_model_free(model);
}

/* What a model file would hold is read as the same network. */
static void check(const struct network *network)
{
    struct network again = {0};
    if (network_create(network->text, network->class_count, &again) != SCRAWL_OK) abort();
    const bool same = strcmp(again.text, network->text) == 0 && again.layer_count == network->layer_count &&
                      again.parameter_count == network->parameter_count;
    if (!same) abort();
    network_free(&again);
}

/* The first byte is the number of classes; 0: as many as the text says. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct network network = {0};
    if (size == 0) return 0;
    char *text = malloc(size);
    if (!text) return 0;
    memcpy(text, bytes + 1, size - 1);
    text[size - 1] = 0;
    if (network_create(text, bytes[0], &network) == SCRAWL_OK) {
        check(&network);
        if (is_small(&network)) use(text, bytes[0]);
        network_free(&network);
    }
    free(text);
    return 0;
}
