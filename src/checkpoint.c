/* A training run to and from the bytes of a model file with more in it: options, place, optimizer state. */
#include <stdlib.h>
#include <string.h>

#include "model_file.h"
#include "text.h"
#include "trainer.h"

static const char *const moment_suffixes[][OPTIMIZER_MAX_MOMENTS] = {
    [SCRAWL_ADAM] = {".first_moment", ".second_moment"},
    [SCRAWL_SGD] = {".velocity"},
};

/* Every field is the bits of a number in decimal, so that nothing is rounded. */
static uint64_t double_bits(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double bits_double(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* ---- Saving --------------------------------------------------------------------------------------------------------- */

struct field {
    const char *key;
    uint64_t value;
};

enum { FIELD_COUNT = 18 };

static void list_fields(const scrawl_trainer *trainer, struct field fields[FIELD_COUNT])
{
    const scrawl_training_options *options = &trainer->options;
    const struct field listed[FIELD_COUNT] = {
        {"checkpoint_epochs", (uint64_t)options->epochs},
        {"checkpoint_batch_size", (uint64_t)options->batch_size},
        {"checkpoint_optimizer", (uint64_t)options->optimizer},
        {"checkpoint_learning_rate", double_bits((double)options->learning_rate)},
        {"checkpoint_momentum", double_bits((double)options->momentum)},
        {"checkpoint_epsilon", double_bits((double)options->epsilon)},
        {"checkpoint_validation_split", double_bits((double)options->validation_split)},
        {"checkpoint_seed", options->seed},
        {"checkpoint_threads", (uint64_t)options->threads},
        {"checkpoint_epoch", (uint64_t)trainer->epoch},
        {"checkpoint_steps", trainer->optimizer.steps},
        {"checkpoint_trained_images", trainer->trained.images},
        {"checkpoint_trained_correct", trainer->trained.correct},
        {"checkpoint_trained_loss", double_bits(trainer->trained.loss)},
        {"checkpoint_validated_images", trainer->validated.images},
        {"checkpoint_validated_correct", trainer->validated.correct},
        {"checkpoint_validated_loss", double_bits(trainer->validated.loss)},
        {"checkpoint_data", dataset_fingerprint(trainer->dataset)},
    };
    memcpy(fields, listed, sizeof listed);
}

scrawl_status scrawl_trainer_save(const scrawl_trainer *trainer, uint8_t **bytes, size_t *size)
{
    struct field fields[FIELD_COUNT];
    struct metadata metadata = {0};
    scrawl_status status = SCRAWL_OK;
    list_fields(trainer, fields);
    for (size_t i = 0; i < FIELD_COUNT && status == SCRAWL_OK; i++) {
        char number[NUMBER_TEXT_SIZE];
        status = metadata_set(&metadata, fields[i].key, unsigned_text(fields[i].value, number));
    }
    if (status == SCRAWL_OK)
        status = model_to_safetensors(trainer->model, &metadata, moment_suffixes[trainer->options.optimizer],
                                      (const float *const *)trainer->optimizer.moments, trainer->optimizer.moment_count,
                                      bytes, size);
    metadata_free(&metadata);
    return status;
}

/* ---- Loading -------------------------------------------------------------------------------------------------------- */

/* A field's number, at most `most`. After a failure every further call returns 0. */
static uint64_t field(const struct metadata *metadata, const char *key, uint64_t most, scrawl_status *status)
{
    uint64_t value;
    if (*status != SCRAWL_OK) return 0;
    const char *text = metadata_get(metadata, key);
    if (!text) {
        *status = fail(SCRAWL_INVALID_MODEL, "This is no checkpoint: the field \"", key,
                       "\" is missing. A finished model can't be resumed.", NULL);
    } else if (!parse_unsigned(text, strlen(text), &value) || value > most) {
        *status = fail(SCRAWL_INVALID_MODEL, "The checkpoint is damaged: the field \"", key, "\" can't be right.", NULL);
    } else {
        return value;
    }
    return 0;
}

static float float_field(const struct metadata *metadata, const char *key, scrawl_status *status)
{
    return (float)bits_double(field(metadata, key, UINT64_MAX, status));
}

static scrawl_status read_options(const struct metadata *metadata, scrawl_training_options *options)
{
    scrawl_status status = SCRAWL_OK;
    *options = (scrawl_training_options){
        .epochs = (int)field(metadata, "checkpoint_epochs", INT32_MAX, &status),
        .batch_size = (int)field(metadata, "checkpoint_batch_size", INT32_MAX, &status),
        .optimizer = (scrawl_optimizer)field(metadata, "checkpoint_optimizer", SCRAWL_SGD, &status),
        .learning_rate = float_field(metadata, "checkpoint_learning_rate", &status),
        .momentum = float_field(metadata, "checkpoint_momentum", &status),
        .epsilon = float_field(metadata, "checkpoint_epsilon", &status),
        .validation_split = float_field(metadata, "checkpoint_validation_split", &status),
        .seed = field(metadata, "checkpoint_seed", UINT64_MAX, &status),
        .threads = (int)field(metadata, "checkpoint_threads", SCRAWL_MAX_THREADS, &status),
    };
    return status;
}

static struct running_sums read_sums(const struct metadata *metadata, const char *const keys[3], uint64_t most,
                                     scrawl_status *status)
{
    struct running_sums sums = {.images = field(metadata, keys[0], most, status)};
    sums.correct = field(metadata, keys[1], sums.images, status);
    sums.loss = bits_double(field(metadata, keys[2], UINT64_MAX, status));
    return sums;
}

static scrawl_status restore_place(const struct metadata *metadata, scrawl_trainer *trainer)
{
    static const char *const trained[] = {"checkpoint_trained_images", "checkpoint_trained_correct",
                                          "checkpoint_trained_loss"};
    static const char *const validated[] = {"checkpoint_validated_images", "checkpoint_validated_correct",
                                            "checkpoint_validated_loss"};
    scrawl_status status = SCRAWL_OK;
    trainer->epoch = (int)field(metadata, "checkpoint_epoch", INT32_MAX, &status);
    trainer->optimizer.steps = field(metadata, "checkpoint_steps", UINT64_MAX, &status);
    trainer->trained = read_sums(metadata, trained, trainer->training_count, &status);
    trainer->validated = read_sums(metadata, validated, trainer->dataset->count - trainer->training_count, &status);
    return status;
}

static scrawl_status restore(const struct safetensors *file, scrawl_trainer *trainer)
{
    struct optimizer *optimizer = &trainer->optimizer;
    scrawl_status status = restore_place(&file->metadata, trainer);
    for (size_t i = 0; i < optimizer->moment_count && status == SCRAWL_OK; i++)
        status = parameters_from_safetensors(file, &trainer->model->network,
                                             moment_suffixes[optimizer->kind][i], optimizer->moments[i]);
    if (status == SCRAWL_OK) trainer_shuffle(trainer);
    return status;
}

/* The fields of the checkpoint itself are the trainer's, no longer the model's. */
static void drop_fields(struct metadata *metadata)
{
    static const char prefix[] = "checkpoint_";
    size_t kept = 0;
    for (size_t i = 0; i < metadata->count; i++) {
        if (strncmp(metadata->entries[i].key, prefix, sizeof prefix - 1) == 0) {
            free(metadata->entries[i].key);
            free(metadata->entries[i].value);
        } else {
            metadata->entries[kept++] = metadata->entries[i];
        }
    }
    metadata->count = kept;
}

static scrawl_status check_data(const struct metadata *metadata, const scrawl_dataset *dataset)
{
    scrawl_status status = SCRAWL_OK;
    uint64_t expected = field(metadata, "checkpoint_data", UINT64_MAX, &status);
    if (status != SCRAWL_OK || expected == dataset_fingerprint(dataset)) return status;
    return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint was made with another data set; give the one it began with.", NULL);
}

static scrawl_status load(const struct safetensors *file, const scrawl_dataset *dataset, int epochs, int threads,
                          scrawl_model **model, scrawl_trainer **trainer)
{
    scrawl_training_options options;
    scrawl_status status = read_options(&file->metadata, &options);
    if (status == SCRAWL_OK) status = check_data(&file->metadata, dataset);
    if (status == SCRAWL_OK) status = model_from_safetensors(file, model);
    if (status != SCRAWL_OK) return status;
    if (epochs) options.epochs = epochs;
    options.threads = threads;
    drop_fields(&(*model)->metadata);
    status = scrawl_trainer_create(*model, dataset, &options, trainer);
    if (status == SCRAWL_OK && (status = restore(file, *trainer)) != SCRAWL_OK) scrawl_trainer_free(*trainer);
    if (status != SCRAWL_OK) scrawl_model_free(*model);
    return status;
}

scrawl_status scrawl_trainer_load(const void *bytes, size_t size, const scrawl_dataset *dataset, int epochs,
                                  int threads, scrawl_model **model, scrawl_trainer **trainer)
{
    struct safetensors file;
    scrawl_model *loaded_model;
    scrawl_trainer *loaded_trainer;
    scrawl_status status = safetensors_read(bytes, size, &file);
    if (status != SCRAWL_OK) return status;
    status = load(&file, dataset, epochs, threads, &loaded_model, &loaded_trainer);
    safetensors_free(&file);
    if (status != SCRAWL_OK) return status;
    *model = loaded_model;
    *trainer = loaded_trainer;
    return SCRAWL_OK;
}
