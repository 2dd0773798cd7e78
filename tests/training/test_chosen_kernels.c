/* Tests that all that comes from a model is computed with the kernels it was made with, whichever are chosen later:
 * for each pair of tables the same bytes as when no other table was ever chosen. */
#include <stdlib.h>
#include <string.h>

#include "kernels/kernels.h"
#include "test.h"
#include "trainings.h"

/* 3x3 convolutions, whose packed sizes differ most between tables, in front of all other kinds of weights. */
static const char mixed_architecture[] = "maxpool 2, conv 6 3x3 relu, conv 18 3x3 same, batchnorm relu, maxpool 2, "
                                         "depthwise 3x3 same relu, conv 9 1x1 relu, "
                                         "dropout 0.1, flatten, dense 20 relu, dense 10 softmax";
static const char *const architectures[] = {mixed_architecture, small_architecture};

enum { IMAGES = 60, ANY_CLASS = -1, STEPS = 4 };

/* What a model and trainings of it gave, to be compared byte for byte. */
struct results {
    float probabilities[IMAGES * TRAININGS_CLASSES];
    float saliency[SCRAWL_IMAGE_PIXELS];
    double loss, calibration_error;
    uint8_t *trained, *resumed; /* model files */
    size_t trained_size, resumed_size;
};

static void results_free(struct results *results)
{
    scrawl_free(results->trained);
    scrawl_free(results->resumed);
}

static void read_and_inspect(const scrawl_model *model, const scrawl_dataset *dataset, struct results *results)
{
    scrawl_inspection *inspection = NULL;
    const uint8_t *images = scrawl_dataset_image(dataset, 0);
    CHECK_EQUAL(scrawl_predict_images(model, images, IMAGES, 1, results->probabilities), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_inspect(model, images, ANY_CLASS, &inspection), SCRAWL_OK)) return;
    memcpy(results->saliency, inspection->saliency, sizeof results->saliency);
    scrawl_inspection_free(inspection);
    const scrawl_evaluation evaluation = evaluate(model, dataset, NULL);
    results->loss = evaluation.loss;
    results->calibration_error = evaluation.calibration_error;
}

/* Trains to the end and gives the model file; the trainer is freed. */
static uint8_t *finish(scrawl_model *model, scrawl_trainer *trainer, size_t *size)
{
    uint8_t *bytes = NULL;
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    return bytes;
}

/* The model and a checkpoint's trainer are made with the first table, everything else happens after the second was
 * chosen. */
static struct results use(const char *architecture, const char *first, const char *second,
                          const scrawl_training_options *options, const scrawl_dataset *dataset)
{
    struct results results = {.trained = NULL};
    scrawl_progress progress;
    scrawl_trainer *trainer = NULL;
    uint8_t *checkpoint = NULL;
    size_t size;
    CHECK_EQUAL(scrawl_kernels_choose(first), SCRAWL_OK);
    scrawl_model *model = make_model(architecture), *resumed = NULL;
    CHECK_EQUAL(scrawl_kernels_choose(second), SCRAWL_OK);
    read_and_inspect(model, dataset, &results);
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, options, &trainer), SCRAWL_OK)) abort();
    for (int i = 0; i < STEPS; i++) scrawl_trainer_step(trainer, &progress);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &size), SCRAWL_OK);
    results.trained = finish(model, trainer, &results.trained_size);
    CHECK_EQUAL(scrawl_kernels_choose(first), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, options->teacher, 0, 1, &resumed, &trainer),
                     SCRAWL_OK))
        abort();
    CHECK_EQUAL(scrawl_kernels_choose(second), SCRAWL_OK);
    results.resumed = finish(resumed, trainer, &results.resumed_size);
    scrawl_free(checkpoint);
    scrawl_model_free(resumed);
    scrawl_model_free(model);
    return results;
}

static void check_same(const struct results *results, const struct results *expected, const char *first,
                       const char *second)
{
    const bool same_reading =
        memcmp(results->probabilities, expected->probabilities, sizeof results->probabilities) == 0;
    const bool same_saliency = memcmp(results->saliency, expected->saliency, sizeof results->saliency) == 0;
    const bool same_evaluation =
        results->loss == expected->loss && results->calibration_error == expected->calibration_error;
    const bool same_training = results->trained_size == expected->trained_size &&
                               memcmp(results->trained, expected->trained, expected->trained_size) == 0;
    const bool same_resumed = results->resumed_size == expected->trained_size &&
                              memcmp(results->resumed, expected->trained, expected->trained_size) == 0;
    test_check(same_reading && same_saliency && same_evaluation && same_training && same_resumed, __FILE__, __LINE__,
               "%s, then %s: reading %d, saliency %d, evaluation %d, training %d, resumed training %d", first, second,
               same_reading, same_saliency, same_evaluation, same_training, same_resumed);
}

/* Each table of this processor followed by each other. */
static void check_pairs(const char *architecture, const scrawl_training_options *options)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 2);
    const char *used = kernels_current()->name;
    for (size_t i = 0; scrawl_kernels_name(i); i++) {
        const char *first = scrawl_kernels_name(i);
        struct results expected = use(architecture, first, first, options, dataset);
        for (size_t k = 0; scrawl_kernels_name(k); k++) {
            struct results results = use(architecture, first, scrawl_kernels_name(k), options, dataset);
            check_same(&results, &expected, first, scrawl_kernels_name(k));
            results_free(&results);
        }
        results_free(&expected);
    }
    CHECK_EQUAL(scrawl_kernels_choose(used), SCRAWL_OK);
    scrawl_dataset_free(dataset);
}

TEST(chosen_kernels_leave_models_their_own)
{
    scrawl_training_options options = short_training(2);
    for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) check_pairs(architectures[i], &options);
}

TEST(chosen_kernels_leave_averages_and_momentum_their_own)
{
    scrawl_training_options options = short_training(1);
    options.average = 0.9f;
    options.optimizer = SCRAWL_SGD;
    options.weight_decay = 0.02f;
    check_pairs(mixed_architecture, &options);
}

/* The teacher keeps the table that it was made with, too. */
TEST(chosen_kernels_leave_teachers_their_own)
{
    scrawl_model *teacher = make_model(small_architecture);
    scrawl_training_options options = short_training(1);
    options.teacher = teacher;
    options.teacher_share = 0.5f;
    check_pairs(mixed_architecture, &options);
    scrawl_model_free(teacher);
}

/* A detector made with the first table and trained after the second was chosen, as a model file. */
static uint8_t *train_detector(const char *first, const char *second, const scrawl_dataset *dataset, size_t *size)
{
    scrawl_training_options options = short_training(1);
    scrawl_trainer *trainer = NULL;
    options.label_smoothing = 0;
    options.epochs = 1;
    CHECK_EQUAL(scrawl_kernels_choose(first), SCRAWL_OK);
    scrawl_model *model = make_model(detector_architecture);
    CHECK_EQUAL(scrawl_kernels_choose(second), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    uint8_t *bytes = finish(model, trainer, size);
    scrawl_model_free(model);
    return bytes;
}

TEST(chosen_kernels_leave_detectors_their_own)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 2);
    const char *used = kernels_current()->name;
    for (size_t i = 0; scrawl_kernels_name(i); i++) {
        const char *first = scrawl_kernels_name(i);
        size_t expected_size = 0, size = 0;
        uint8_t *expected = train_detector(first, first, dataset, &expected_size);
        for (size_t k = 0; scrawl_kernels_name(k); k++) {
            uint8_t *bytes = train_detector(first, scrawl_kernels_name(k), dataset, &size);
            CHECK(size == expected_size && memcmp(bytes, expected, size) == 0);
            scrawl_free(bytes);
        }
        scrawl_free(expected);
    }
    CHECK_EQUAL(scrawl_kernels_choose(used), SCRAWL_OK);
    scrawl_dataset_free(dataset);
}
