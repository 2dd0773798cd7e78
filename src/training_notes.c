/* Implements training_notes.h. Must not know any trainer. */
#include "training_notes.h"

#include <stdlib.h>

#include "schedule.h"
#include "text.h"

static void note_count(struct metadata *metadata, const char *key, uint64_t value)
{
    char number[NUMBER_TEXT_SIZE];
    (void)metadata_set(metadata, key, unsigned_text(value, number));
}

static void note(struct metadata *metadata, const char *key, double value)
{
    struct text text = {0};
    text_append_number(&text, value);
    char *written = text_take(&text);
    if (written) (void)metadata_set(metadata, key, written);
    free(written);
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
    if (options->weight_decay > 0) note(metadata, "trained_weight_decay", (double)options->weight_decay);
    if (options->average > 0) note(metadata, "trained_average", (double)options->average);
    if (options->label_smoothing > 0) note(metadata, "trained_label_smoothing", (double)options->label_smoothing);
}

void training_notes_write(const scrawl_training_options *options, const scrawl_progress *progress,
                          struct metadata *metadata)
{
    (void)metadata_set(metadata, "trained_optimizer", options->optimizer == SCRAWL_ADAM ? "adam" : "sgd");
    note_count(metadata, "trained_epochs", (uint64_t)progress->epoch + 1);
    note_count(metadata, "trained_images", progress->epoch_images);
    note_count(metadata, "trained_batch_size", (uint64_t)options->batch_size);
    note(metadata, "trained_learning_rate", (double)options->learning_rate);
    note_unusual(metadata, options);
    note_count(metadata, "trained_seed", options->seed);
    if (options->augment > 0) note(metadata, "trained_augment", (double)options->augment);
    if (options->augment_fade > 0) note(metadata, "trained_augment_fade", (double)options->augment_fade);
    if (options->synthetic > 0) note(metadata, "trained_synthetic", (double)options->synthetic);
    if (options->unknown > 0) note(metadata, "trained_unknown", (double)options->unknown);
    if (options->touching > 0) note(metadata, "trained_touching", (double)options->touching);
    if (options->teacher) note(metadata, "trained_teacher_share", (double)options->teacher_share);
    note(metadata, "trained_loss", progress->loss);
    note(metadata, "trained_accuracy", progress->accuracy);
    metadata_remove(metadata, "trained_validation_loss");
    metadata_remove(metadata, "trained_validation_accuracy");
    if (progress->validation_images == 0) return;
    note(metadata, "trained_validation_loss", progress->validation_loss);
    note(metadata, "trained_validation_accuracy", progress->validation_accuracy);
}
