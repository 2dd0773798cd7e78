/* Implements training_notes.h. Must not know any trainer. */
#include "training_notes.h"

#include "schedule.h"

static void note(struct metadata *metadata, const char *key, double value)
{
    (void)metadata_set_number(metadata, key, value);
}

/* A model that is trained further may hold the note of a training before. */
static void note_positive(struct metadata *metadata, const char *key, float value)
{
    if (value > 0)
        note(metadata, key, (double)value);
    else
        metadata_remove(metadata, key);
}

/* What needs no word as long as it is as scrawl_training_default has it. */
static void note_unusual(struct metadata *metadata, const scrawl_training_options *options)
{
    metadata_remove(metadata, "trained_schedule");
    metadata_remove(metadata, "trained_dropout");
    metadata_remove(metadata, "trained_label_smoothing");
    metadata_remove(metadata, "trained_weight_decay");
    metadata_remove(metadata, "trained_average");
    if (options->schedule != SCRAWL_CONSTANT)
        (void)metadata_set(metadata, "trained_schedule", schedule_names[options->schedule]);
    if (!options->dropout) (void)metadata_set(metadata, "trained_dropout", "off");
    note_positive(metadata, "trained_weight_decay", options->weight_decay);
    note_positive(metadata, "trained_average", options->average);
    note_positive(metadata, "trained_label_smoothing", options->label_smoothing);
}

void training_notes_write(const scrawl_training_options *options, const scrawl_progress *progress,
                          struct metadata *metadata)
{
    (void)metadata_set(metadata, "trained_optimizer", options->optimizer == SCRAWL_ADAM ? "adam" : "sgd");
    (void)metadata_set_unsigned(metadata, "trained_epochs", (uint64_t)progress->epoch + 1);
    (void)metadata_set_unsigned(metadata, "trained_images", progress->epoch_images);
    (void)metadata_set_unsigned(metadata, "trained_batch_size", (uint64_t)options->batch_size);
    note(metadata, "trained_learning_rate", (double)options->learning_rate);
    note_unusual(metadata, options);
    (void)metadata_set_unsigned(metadata, "trained_seed", options->seed);
    note_positive(metadata, "trained_augment", options->augment);
    note_positive(metadata, "trained_augment_fade", options->augment_fade);
    note_positive(metadata, "trained_synthetic", options->synthetic);
    note_positive(metadata, "trained_unknown", options->unknown);
    note_positive(metadata, "trained_touching", options->touching);
    note_positive(metadata, "trained_teacher_share", options->teacher ? options->teacher_share : 0);
    note(metadata, "trained_loss", progress->loss);
    note(metadata, "trained_accuracy", progress->accuracy);
    metadata_remove(metadata, "trained_validation_loss");
    metadata_remove(metadata, "trained_validation_accuracy");
    if (progress->validation_images == 0) return;
    note(metadata, "trained_validation_loss", progress->validation_loss);
    note(metadata, "trained_validation_accuracy", progress->validation_accuracy);
}
