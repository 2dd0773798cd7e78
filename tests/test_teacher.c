/* Trainings with a teacher: what it says counts as far as it shall, also after a pause. */
#include <stdlib.h>
#include <string.h>

#include "../src/scrawl.h"
#include "test.h"
#include "trainings.h"

enum { IMAGES = 32, CLASSES = TRAININGS_CLASSES };
static const char architecture[] = "maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 32 relu, dense 10 softmax";

/* Enough to know the images by heart. */
static scrawl_training_options long_training(void)
{
    scrawl_training_options options = scrawl_training_default();
    options.epochs = 150;
    options.batch_size = 8;
    options.learning_rate = 0.01f;
    return options;
}

/* One that knows the images by heart, by other names: every label plus one. */
static scrawl_model *train_teacher(const scrawl_dataset *dataset)
{
    scrawl_model *model = make_model(architecture);
    const scrawl_training_options options = long_training();
    uint8_t labels[IMAGES];
    scrawl_dataset *renamed = NULL;
    scrawl_trainer *trainer;
    for (size_t i = 0; i < IMAGES; i++) labels[i] = (uint8_t)((scrawl_dataset_label(dataset, i) + 1) % CLASSES);
    CHECK_EQUAL(scrawl_dataset_from_arrays(scrawl_dataset_image(dataset, 0), labels, IMAGES, CLASSES, &renamed),
                SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_trainer_create(model, renamed, &options, &trainer), SCRAWL_OK)) abort();
    CHECK_NEAR(train_to_end(trainer).accuracy, 1, 0);
    scrawl_trainer_free(trainer);
    scrawl_dataset_free(renamed);
    return model;
}

/* Trains with a teacher, interrupted after `steps` unless 0; the model file and its accuracy by the data's labels. */
static uint8_t *run_taught(const scrawl_dataset *dataset, const scrawl_model *teacher, float share, size_t steps,
                           size_t *size, double *accuracy)
{
    scrawl_model *model = make_model(architecture);
    scrawl_training_options options = long_training();
    scrawl_trainer *trainer;
    scrawl_progress progress;
    scrawl_evaluation evaluation;
    uint8_t *checkpoint = NULL, *bytes = NULL;
    options.teacher = teacher;
    options.teacher_share = share;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    if (steps > 0) {
        for (size_t i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
        CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, size), SCRAWL_OK);
        scrawl_trainer_free(trainer);
        scrawl_model_free(model);
        CHECK_EQUAL(scrawl_trainer_load(checkpoint, *size, dataset, NULL, 0, 1, &model, &trainer),
                    SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), "teacher");
        if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, *size, dataset, teacher, 0, 1, &model, &trainer), SCRAWL_OK))
            abort();
        scrawl_free(checkpoint);
    }
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_evaluate(model, dataset, 1, &evaluation, NULL), SCRAWL_OK);
    *accuracy = evaluation.accuracy;
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return bytes;
}

TEST(trainer_believes_its_teacher_as_far_as_it_is_told)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 1);
    scrawl_model *teacher = train_teacher(dataset);
    double by_label, taught;
    size_t size, again_size;
    scrawl_free(run_taught(dataset, teacher, 0.1f, 0, &size, &by_label));
    uint8_t *whole = run_taught(dataset, teacher, 0.9f, 0, &size, &taught);
    uint8_t *resumed = run_taught(dataset, teacher, 0.9f, 50, &again_size, &taught);
    CHECK_NEAR(by_label, 1, 0);
    CHECK_NEAR(taught, 0, 0);
    CHECK(size == again_size && memcmp(whole, resumed, size) == 0);
    scrawl_free(whole);
    scrawl_free(resumed);
    scrawl_model_free(teacher);
    scrawl_dataset_free(dataset);
}

TEST(trainer_refuses_a_teacher_that_does_not_fit)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 1);
    scrawl_model *model = make_model(architecture), *teacher = make_model("flatten, dense 7 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer = NULL;
    options.teacher = teacher;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "teacher");
    options.teacher = model;
    options.teacher_share = 1.5f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "share");
    CHECK(trainer == NULL);
    scrawl_model_free(teacher);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}
