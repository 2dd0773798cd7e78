/* Every allocation of a training fails in turn, from the model to the checkpoint that is loaded again. */
#include <string.h>

#include "allocations.h"
#include "model/model.h"
#include "test.h"
#include "trainings.h"

static const char architecture[] = "maxpool 4, conv 2 1x1, batchnorm relu, flatten, dense 10 softmax";

static void check_no_faults(struct allocation_faults faults)
{
    CHECK(faults.allocations > 0);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}

static scrawl_status go_on(const void *bytes, size_t size, const scrawl_dataset *dataset)
{
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    scrawl_status status = scrawl_trainer_load(bytes, size, dataset, NULL, 0, 1, &model, &trainer);
    if (status == SCRAWL_OK) {
        scrawl_trainer_step(trainer, &progress);
        status = scrawl_trainer_calibrate(trainer);
    }
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return status;
}

static scrawl_status train_detector(void *context)
{
    const scrawl_model_options model_options = {.architecture = detector_architecture, .seed = 2};
    scrawl_training_options options = short_training(1);
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    options.label_smoothing = 0;
    scrawl_status status = scrawl_model_create(&model_options, &model);
    if (status == SCRAWL_OK) status = scrawl_trainer_create(model, context, &options, &trainer);
    if (status == SCRAWL_OK) scrawl_trainer_step(trainer, &progress);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return status;
}

TEST(training_a_detector_survives_every_failed_allocation)
{
    scrawl_dataset *dataset = random_dataset(60, 1);
    check_no_faults(fail_each_allocation(train_detector, dataset));
    scrawl_dataset_free(dataset);
}

static scrawl_status train(void *context)
{
    const scrawl_dataset *dataset = context;
    const scrawl_model_options model_options = {.architecture = architecture, .seed = 2};
    scrawl_training_options options = short_training(1);
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_model *teacher = NULL;
    options.average = 0.5f;
    options.augment = 0.5f;
    options.pages = 0.5f;
    scrawl_status status = scrawl_model_create(&model_options, &model);
    if (status == SCRAWL_OK) status = scrawl_model_create(&model_options, &teacher);
    options.teacher = teacher;
    if (status == SCRAWL_OK) status = scrawl_trainer_create(model, dataset, &options, &trainer);
    if (status == SCRAWL_OK) scrawl_trainer_step(trainer, &progress);
    if (status == SCRAWL_OK) status = scrawl_trainer_save(trainer, &bytes, &size);
    scrawl_trainer_free(trainer);
    scrawl_model_free(teacher);
    scrawl_model_free(model);
    scrawl_free(bytes);
    return status;
}

TEST(training_survives_every_failed_allocation)
{
    scrawl_dataset *dataset = random_dataset(60, 1);
    check_no_faults(fail_each_allocation(train, dataset));
    scrawl_dataset_free(dataset);
}

struct checkpoint {
    scrawl_dataset *dataset;
    uint8_t *bytes;
    size_t size;
};

static scrawl_status resume(void *context)
{
    const struct checkpoint *checkpoint = context;
    return go_on(checkpoint->bytes, checkpoint->size, checkpoint->dataset);
}

TEST(resuming_survives_every_failed_allocation)
{
    struct checkpoint checkpoint = {.dataset = random_dataset(60, 1)};
    const scrawl_training_options options = short_training(1);
    scrawl_model *model = make_model(architecture);
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    CHECK_EQUAL(scrawl_trainer_create(model, checkpoint.dataset, &options, &trainer), SCRAWL_OK);
    scrawl_trainer_step(trainer, &progress);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint.bytes, &checkpoint.size), SCRAWL_OK);
    check_no_faults(fail_each_allocation(resume, &checkpoint));
    scrawl_free(checkpoint.bytes);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(checkpoint.dataset);
}

struct judged {
    scrawl_model *model;
    scrawl_dataset *dataset;
};

static scrawl_status judge(void *context)
{
    enum { PART = 20, IMAGES = 60, THREADS = 3 };
    const struct judged *judged = context;
    scrawl_evaluator *evaluator = NULL;
    scrawl_status status =
        scrawl_evaluator_create(judged->model, scrawl_dataset_labels(judged->dataset), IMAGES, THREADS, &evaluator);
    CHECK((status == SCRAWL_OK) == (evaluator != NULL));
    for (size_t i = 0; status == SCRAWL_OK && i < IMAGES; i += PART)
        status = scrawl_evaluator_read(evaluator, scrawl_dataset_image(judged->dataset, i), PART);
    scrawl_evaluator_free(evaluator);
    model_release(judged->model);
    return status;
}

TEST(evaluating_survives_every_failed_allocation)
{
    struct judged judged = {make_model(architecture), random_dataset(60, 1)};
    check_no_faults(fail_each_allocation(judge, &judged));
    scrawl_dataset_free(judged.dataset);
    scrawl_model_free(judged.model);
}
