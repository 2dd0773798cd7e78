/* Schedules against their formulas, and in a training step by step. */
#include "training/schedule.h"

#include <math.h>
#include <stdlib.h>

#include "test.h"
#include "training/trainer.h"

enum { IMAGES = 50, CLASSES = 10, POSITIONS = 1000 };
static const double exact = 1e-12;

TEST(schedule_constant_is_constant)
{
    for (int i = 0; i <= POSITIONS; i++) CHECK_NEAR(schedule_share(SCRAWL_CONSTANT, (double)i / POSITIONS), 1, 0);
}

TEST(schedule_one_cycle_begins_low_peaks_at_a_quarter_and_ends_at_zero)
{
    CHECK_NEAR(schedule_share(SCRAWL_ONE_CYCLE, 0), 0.04, exact);
    CHECK_NEAR(schedule_share(SCRAWL_ONE_CYCLE, 0.125), 0.52, exact);
    CHECK_NEAR(schedule_share(SCRAWL_ONE_CYCLE, 0.25), 1, exact);
    CHECK_NEAR(schedule_share(SCRAWL_ONE_CYCLE, 0.625), 0.5, exact);
    CHECK_NEAR(schedule_share(SCRAWL_ONE_CYCLE, 1), 0, exact);
}

TEST(schedule_cosine_warms_up_and_falls_as_half_a_cosine)
{
    CHECK_NEAR(schedule_share(SCRAWL_COSINE, 0), 0, exact);
    CHECK_NEAR(schedule_share(SCRAWL_COSINE, 0.025), 0.5, exact);
    CHECK_NEAR(schedule_share(SCRAWL_COSINE, 0.05), 1, exact);
    for (int i = 50; i <= POSITIONS; i++) {
        double position = (double)i / POSITIONS, done = (position - 0.05) / 0.95;
        CHECK_NEAR(schedule_share(SCRAWL_COSINE, position), (1 + cos(acos(-1) * done)) / 2, exact);
    }
}

TEST(schedules_rise_and_fall_without_a_jump)
{
    static const double steepest = 25. / POSITIONS; /* the cosine's warm-up takes a twentieth */
    for (int schedule = 0; schedule < SCHEDULE_COUNT; schedule++) {
        double before = schedule_share((scrawl_schedule)schedule, 0);
        bool falls = false;
        for (int i = 1; i <= POSITIONS; i++) {
            double share = schedule_share((scrawl_schedule)schedule, (double)i / POSITIONS);
            CHECK(share >= 0 && share <= 1 && fabs(share - before) < steepest);
            CHECK(!falls || share <= before);
            falls = falls || share < before;
            before = share;
        }
    }
}

static scrawl_dataset *make_dataset(void)
{
    static const uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS], labels[IMAGES];
    scrawl_dataset *dataset = NULL;
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, IMAGES, CLASSES, &dataset), SCRAWL_OK);
    return dataset;
}

static scrawl_model *make_model(void)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    options.architecture = "maxpool 4, flatten, dense 10 softmax";
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

/* Steps through `count` batches whose middles lie at these positions of the training. */
static void check_rates(scrawl_trainer *trainer, size_t count, const double *positions)
{
    for (size_t i = 0; i < count; i++) {
        scrawl_progress progress;
        scrawl_trainer_step(trainer, &progress);
        double expected = 0.01 * schedule_share(SCRAWL_ONE_CYCLE, positions[i]);
        CHECK_NEAR((double)trainer->optimizer.learning_rate, expected, 1e-9);
    }
}

/* Batches of 20, 20 and 10 images. */
TEST(schedule_follows_the_images_trained_also_into_more_epochs)
{
    static const double of_two[] = {0.1, 0.3, 0.45, 0.6, 0.8, 0.95};
    static const double of_four[] = {0.3, 0.4, 0.475, 0.55, 0.65, 0.725, 0.8, 0.9, 0.975};
    scrawl_dataset *dataset = make_dataset();
    scrawl_model *model = make_model();
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    uint8_t *checkpoint;
    size_t size;
    options.epochs = 2;
    options.batch_size = 20;
    options.learning_rate = 0.01f;
    options.schedule = SCRAWL_ONE_CYCLE;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    check_rates(trainer, 3, of_two);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &size), SCRAWL_OK);
    check_rates(trainer, 3, of_two + 3);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, NULL, 4, 1, &model, &trainer), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_trainer_options(trainer)->schedule, SCRAWL_ONE_CYCLE);
    check_rates(trainer, 9, of_four);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_free(checkpoint);
    scrawl_dataset_free(dataset);
}
