/* Implements trainings.h. */
#include "trainings.h"

#include <stdlib.h>

#include "../src/random.h"
#include "test.h"

scrawl_dataset *random_dataset(size_t count, uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_SHUFFLE, 0, 0);
    uint8_t *images = malloc(count * SCRAWL_IMAGE_PIXELS), *labels = malloc(count);
    scrawl_dataset *dataset = NULL;
    for (size_t i = 0; i < count * SCRAWL_IMAGE_PIXELS; i++) {
        size_t value = random_below(&random, 512);
        images[i] = value < 256 ? 0 : (uint8_t)(value - 256);
    }
    for (size_t i = 0; i < count; i++) labels[i] = (uint8_t)random_below(&random, TRAININGS_CLASSES);
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, count, TRAININGS_CLASSES, &dataset), SCRAWL_OK);
    free(images);
    free(labels);
    return dataset;
}

scrawl_model *make_model(const char *architecture)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    options.architecture = architecture;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

scrawl_progress train_to_end(scrawl_trainer *trainer)
{
    scrawl_progress progress, last = {0};
    for (scrawl_trainer_step(trainer, &progress); progress.phase != SCRAWL_FINISHED;
         scrawl_trainer_step(trainer, &progress))
        last = progress;
    return last;
}
