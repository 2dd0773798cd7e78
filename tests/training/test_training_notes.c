/* What a model notes of its training: what is unusual, as long as it is. */
#include "training/training_notes.h"

#include "allocations.h"
#include "test.h"
#include "trainings.h"

static void set_unusual(const scrawl_model *teacher, scrawl_training_options *options)
{
    options->dropout = false;
    options->weight_decay = options->average = options->augment = options->augment_fade = 0.1f;
    options->synthetic = options->unknown = options->touching = options->pages = 0.2f;
    options->teacher = teacher;
}

TEST(trainer_notes_only_unusual_options)
{
    static const char *const keys[] = {"trained_schedule",        "trained_dropout",
                                       "trained_label_smoothing", "trained_weight_decay",
                                       "trained_average",         "trained_augment",
                                       "trained_augment_fade",    "trained_synthetic",
                                       "trained_unknown",         "trained_touching",
                                       "trained_pages",           "trained_teacher_share",
                                       "trained_validation_loss", "trained_validation_accuracy"};
    enum { KEYS = sizeof keys / sizeof *keys };
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture), *teacher = make_model(small_architecture);
    for (int usual = 0; usual < 2; usual++) {
        scrawl_training_options options = usual ? scrawl_training_default() : short_training(1);
        scrawl_trainer *trainer;
        if (!usual) set_unusual(teacher, &options);
        if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
        train_to_end(trainer);
        for (size_t i = 0; i < KEYS; i++) CHECK_EQUAL(scrawl_model_metadata(model, keys[i]) == NULL, usual);
        scrawl_trainer_free(trainer);
    }
    scrawl_model_free(teacher);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

static scrawl_status write_and_drop(void *context)
{
    const scrawl_training_options options = scrawl_training_default();
    struct metadata metadata = {0};
    training_notes_write(&options, context, &metadata);
    metadata_free(&metadata);
    return SCRAWL_OK;
}

TEST(training_notes_are_lost_without_memory_and_nothing_else)
{
    scrawl_progress progress = {.images = 100, .epoch_images = 100, .loss = 0.25, .accuracy = 0.5};
    const struct allocation_faults faults = fail_each_allocation_unnoticed(write_and_drop, &progress);
    CHECK(faults.allocations > 0);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}
