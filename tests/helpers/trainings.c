/* Implements trainings.h. */
#include "trainings.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

const char small_architecture[] =
    "maxpool 2, conv 6 3x3 relu, maxpool 2, dropout 0.1, flatten, dense 16 relu, dropout 0.1, dense 10 softmax";
const char batchnorm_architecture[] = "maxpool 2, conv 6 3x3, batchnorm relu, maxpool 2, flatten, dense 16, batchnorm "
                                      "relu, dropout 0.1, dense 10 softmax";
const char detector_architecture[] = "input any 2, conv 6 5x5 stride 4 same, batchnorm relu, keep a, conv 6 3x3 same "
                                     "relu, add a, conv 15 1x1, detection";

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

scrawl_evaluation evaluate(const scrawl_model *model, const scrawl_dataset *dataset, size_t *confusion)
{
    const size_t count = scrawl_dataset_count(dataset);
    scrawl_evaluator *evaluator;
    if (!CHECK_EQUAL(scrawl_evaluator_create(model, scrawl_dataset_labels(dataset), count, 1, &evaluator), SCRAWL_OK))
        abort();
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, scrawl_dataset_image(dataset, 0), count), SCRAWL_OK);
    scrawl_evaluation result = *scrawl_evaluator_result(evaluator);
    if (confusion) memcpy(confusion, result.confusion, result.class_count * result.class_count * sizeof *confusion);
    result.confusion = NULL;
    result.predictions = NULL;
    result.confidences = NULL;
    scrawl_evaluator_free(evaluator);
    return result;
}

scrawl_progress train_to_end(scrawl_trainer *trainer)
{
    scrawl_progress progress, last = {0};
    for (scrawl_trainer_step(trainer, &progress); progress.phase != SCRAWL_FINISHED;
         scrawl_trainer_step(trainer, &progress))
        last = progress;
    return last;
}

scrawl_training_options short_training(int threads)
{
    scrawl_training_options options = scrawl_training_default();
    options.epochs = 3;
    options.batch_size = 20;
    options.validation_split = 0.2;
    options.schedule = SCRAWL_ONE_CYCLE;
    options.label_smoothing = 0.1f;
    options.threads = threads;
    return options;
}

/* Saves a training, ends it, and puts what its checkpoint's bytes make of it in its place. */
static void interrupt(const scrawl_dataset *dataset, const scrawl_model *teacher, scrawl_model **model,
                      scrawl_trainer **trainer)
{
    uint8_t *checkpoint = NULL;
    size_t size;
    CHECK_EQUAL(scrawl_trainer_save(*trainer, &checkpoint, &size), SCRAWL_OK);
    scrawl_trainer_free(*trainer);
    scrawl_model_free(*model);
    if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, teacher, 0, 1, model, trainer), SCRAWL_OK)) abort();
    scrawl_free(checkpoint);
}

uint8_t *train_to_file(const char *architecture, const scrawl_dataset *dataset, const scrawl_training_options *options,
                       int steps, size_t *size)
{
    scrawl_model *model = make_model(architecture);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    uint8_t *bytes = NULL;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, options, &trainer), SCRAWL_OK)) abort();
    for (int i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
    if (steps != UNINTERRUPTED) interrupt(dataset, options->teacher, &model, &trainer);
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return bytes;
}
