/* Trainings with a teacher: what it says counts as far as it shall, also after a pause. */
#include <stdlib.h>
#include <string.h>

#include "model/model.h"
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

static scrawl_training_options taught_training(const scrawl_model *teacher, float share)
{
    scrawl_training_options options = long_training();
    options.teacher = teacher;
    options.teacher_share = share;
    return options;
}

/* Of a model file, by the data's labels. */
static double accuracy(const uint8_t *bytes, size_t size, const scrawl_dataset *dataset)
{
    scrawl_model *model;
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_OK)) return -1;
    const double accuracy = evaluate(model, dataset, NULL).accuracy;
    scrawl_model_free(model);
    return accuracy;
}

TEST(trainer_believes_its_teacher_as_far_as_it_is_told)
{
    static const double labels_win = 1, teacher_wins = 0;
    scrawl_dataset *dataset = random_dataset(IMAGES, 1);
    scrawl_model *teacher = train_teacher(dataset);
    const scrawl_training_options little = taught_training(teacher, 0.1f), much = taught_training(teacher, 0.9f);
    size_t size, resumed_size;
    uint8_t *by_label = train_to_file(architecture, dataset, &little, UNINTERRUPTED, &size);
    CHECK_NEAR(accuracy(by_label, size, dataset), labels_win, 0);
    uint8_t *taught = train_to_file(architecture, dataset, &much, UNINTERRUPTED, &size);
    CHECK_NEAR(accuracy(taught, size, dataset), teacher_wins, 0);
    uint8_t *resumed = train_to_file(architecture, dataset, &much, 50, &resumed_size);
    CHECK(size == resumed_size && memcmp(taught, resumed, size) == 0);
    scrawl_free(by_label);
    scrawl_free(taught);
    scrawl_free(resumed);
    scrawl_model_free(teacher);
    scrawl_dataset_free(dataset);
}

TEST(trainer_resumes_with_its_teacher_only)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 1);
    scrawl_model *model = make_model(architecture), *teacher = make_model(architecture), *loaded = NULL;
    const scrawl_training_options options = taught_training(teacher, 0.5f);
    scrawl_trainer *trainer, *resumed = NULL;
    uint8_t *checkpoint = NULL;
    size_t size;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, NULL, 0, 1, &loaded, &resumed), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "has a teacher");
    scrawl_model *other = make_model("maxpool 4, flatten, dense 10 softmax");
    CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, other, 0, 1, &loaded, &resumed),
                SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "another teacher");
    teacher->temperature = 2; /* as one that was calibrated since: it says something else */
    CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, teacher, 0, 1, &loaded, &resumed),
                SCRAWL_INVALID_ARGUMENT);
    CHECK(!loaded && !resumed);
    scrawl_free(checkpoint);
    scrawl_trainer_free(trainer);
    scrawl_model_free(other);
    scrawl_model_free(teacher);
    scrawl_model_free(model);
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
