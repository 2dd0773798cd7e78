/* Implements training_notes.h. Must not know any trainer. */
#include "training_notes.h"

#include <string.h>

#include "option_table.h"

static const char epochs_key[] = METADATA_NOTE_PREFIX "epochs", images_key[] = METADATA_NOTE_PREFIX "images",
                  loss_key[] = METADATA_NOTE_PREFIX "loss", accuracy_key[] = METADATA_NOTE_PREFIX "accuracy",
                  validation_loss_key[] = METADATA_NOTE_PREFIX "validation_loss",
                  validation_accuracy_key[] = METADATA_NOTE_PREFIX "validation_accuracy";

static void note(struct metadata *metadata, const char *key, double value)
{
    (void)metadata_set_number(metadata, key, value);
}

static void note_option(struct metadata *metadata, const scrawl_training_options *options,
                        const struct training_option *option)
{
    char key[OPTION_KEY_SIZE];
    training_option_key(METADATA_NOTE_PREFIX, option, key);
    const double value = training_option_value(option, options);
    if (option->shown.words)
        (void)metadata_set(metadata, key, option->shown.words[(size_t)value]);
    else if (option->shown.kind == SCRAWL_WHOLE)
        (void)metadata_set_unsigned(metadata, key, training_option_bits(option, options));
    else
        note(metadata, key, value);
}

static void remove_option(struct metadata *metadata, const struct training_option *option)
{
    char key[OPTION_KEY_SIZE];
    metadata_remove(metadata, training_option_key(METADATA_NOTE_PREFIX, option, key));
}

/* What is as scrawl_training_default has it needs no word. A model that is trained further may hold one of a training
 * before. */
static void note_unusual(struct metadata *metadata, const scrawl_training_options *options,
                         const struct training_option *option)
{
    if (training_option_value(option, options) != option->shown.initial)
        note_option(metadata, options, option);
    else
        remove_option(metadata, option);
}

static void note_named(struct metadata *metadata, const scrawl_training_options *options, const char *name)
{
    note_option(metadata, options, training_option_find(name));
}

/* These are removed and noted anew at each epoch, in these orders: so their places in a file are as they ever were. */
static void note_movable(struct metadata *metadata, const scrawl_training_options *options)
{
    static const char *const removed[] = {"schedule", "dropout", "label-smoothing", "weight-decay", "average"};
    static const char *const noted[] = {"schedule", "dropout", "weight-decay", "average", "label-smoothing"};
    for (size_t i = 0; i < sizeof removed / sizeof *removed; i++)
        remove_option(metadata, training_option_find(removed[i]));
    for (size_t i = 0; i < sizeof noted / sizeof *noted; i++)
        note_unusual(metadata, options, training_option_find(noted[i]));
}

static bool is_known(const char *key)
{
    const char *const figures[] = {epochs_key,   images_key,          loss_key,
                                   accuracy_key, validation_loss_key, validation_accuracy_key};
    const struct training_option *option;
    char option_key[OPTION_KEY_SIZE];
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (strcmp(key, figures[i]) == 0) return true;
    for (size_t i = 0; (option = training_option(i)); i++)
        if (strcmp(key, training_option_key(METADATA_NOTE_PREFIX, option, option_key)) == 0) return true;
    return false;
}

/* Another maker's notes, which speak of an earlier training: so their number doesn't grow. */
static void remove_unknown(struct metadata *metadata)
{
    for (size_t i = metadata->count; i-- > 0;) {
        const char *key = metadata->entries[i].key;
        if (strncmp(key, METADATA_NOTE_PREFIX, strlen(METADATA_NOTE_PREFIX)) == 0 && !is_known(key))
            metadata_remove(metadata, key);
    }
}

void training_notes_write(const scrawl_training_options *options, const scrawl_progress *progress,
                          struct metadata *metadata)
{
    const struct training_option *option, *share = training_option_find("teacher-share");
    remove_unknown(metadata);
    note_named(metadata, options, "optimizer");
    (void)metadata_set_unsigned(metadata, epochs_key, (uint64_t)progress->epoch + 1);
    (void)metadata_set_unsigned(metadata, images_key, progress->epoch_images);
    note_named(metadata, options, "batch-size");
    note_named(metadata, options, "learning-rate");
    note_movable(metadata, options);
    note_named(metadata, options, "seed");
    for (size_t i = 0; (option = training_option(i)); i++)
        if (option->noted) note_unusual(metadata, options, option);
    if (options->teacher)
        note_option(metadata, options, share);
    else
        remove_option(metadata, share);
    note(metadata, loss_key, progress->loss);
    note(metadata, accuracy_key, progress->accuracy);
    metadata_remove(metadata, validation_loss_key);
    metadata_remove(metadata, validation_accuracy_key);
    if (progress->validation_images == 0) return;
    note(metadata, validation_loss_key, progress->validation_loss);
    note(metadata, validation_accuracy_key, progress->validation_accuracy);
}
