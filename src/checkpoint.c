/* A training run to and from the bytes of a model file with more in it: options, place, optimizer state. */
#include <stdlib.h>
#include <string.h>

#include "fingerprint.h"
#include "model_file.h"
#include "schedule.h"
#include "text.h"
#include "trainer.h"

static const char *const moment_suffixes[][OPTIMIZER_MAX_MOMENTS] = {
    [SCRAWL_ADAM] = {".first_moment", ".second_moment"},
    [SCRAWL_SGD] = {".velocity"},
};

/* The weights that are trained, where the model is their average. */
static const char trained_suffix[] = ".trained";

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

/* ---- Saving ---------------------------------------------------------------------------------------------------------
 */

static const char kernels_key[] = CHECKPOINT_PREFIX "kernels";

struct field {
    const char *key;
    uint64_t value;
};

enum { FIELD_COUNT = 33 };

/* 0 for no teacher. */
static uint64_t teacher_fingerprint(const scrawl_model *teacher)
{
    if (!teacher) return 0;
    return fingerprint(FINGERPRINT_START, teacher->reading_parameters,
                       teacher->reading.parameter_count * sizeof(float));
}

static void list_fields(const scrawl_trainer *trainer, struct field fields[FIELD_COUNT])
{
    const scrawl_training_options *options = &trainer->options;
    const struct field listed[FIELD_COUNT] = {
        {CHECKPOINT_PREFIX "epochs", (uint64_t)options->epochs},
        {CHECKPOINT_PREFIX "batch_size", (uint64_t)options->batch_size},
        {CHECKPOINT_PREFIX "optimizer", (uint64_t)options->optimizer},
        {CHECKPOINT_PREFIX "learning_rate", double_bits((double)options->learning_rate)},
        {CHECKPOINT_PREFIX "schedule", (uint64_t)options->schedule},
        {CHECKPOINT_PREFIX "momentum", double_bits((double)options->momentum)},
        {CHECKPOINT_PREFIX "epsilon", double_bits((double)options->epsilon)},
        {CHECKPOINT_PREFIX "weight_decay", double_bits((double)options->weight_decay)},
        {CHECKPOINT_PREFIX "average", double_bits((double)options->average)},
        {CHECKPOINT_PREFIX "dropout", options->dropout},
        {CHECKPOINT_PREFIX "label_smoothing", double_bits((double)options->label_smoothing)},
        {CHECKPOINT_PREFIX "teacher", teacher_fingerprint(options->teacher)},
        {CHECKPOINT_PREFIX "teacher_share", double_bits((double)options->teacher_share)},
        {CHECKPOINT_PREFIX "epoch_share", double_bits(options->epoch_share)},
        {CHECKPOINT_PREFIX "validation_split", double_bits(options->validation_split)},
        {CHECKPOINT_PREFIX "seed", options->seed},
        {CHECKPOINT_PREFIX "threads", (uint64_t)options->threads},
        {CHECKPOINT_PREFIX "augment", double_bits((double)options->augment)},
        {CHECKPOINT_PREFIX "augment_fade", double_bits((double)options->augment_fade)},
        {CHECKPOINT_PREFIX "synthetic", double_bits((double)options->synthetic)},
        {CHECKPOINT_PREFIX "unknown", double_bits((double)options->unknown)},
        {CHECKPOINT_PREFIX "touching", double_bits((double)options->touching)},
        {CHECKPOINT_PREFIX "epoch", (uint64_t)trainer->epoch},
        {CHECKPOINT_PREFIX "trained_before", trainer->trained_before},
        {CHECKPOINT_PREFIX "steps", trainer->optimizer.steps},
        {CHECKPOINT_PREFIX "trained_images", trainer->trained.images},
        {CHECKPOINT_PREFIX "trained_unknown", trainer->trained.unknown},
        {CHECKPOINT_PREFIX "trained_correct", trainer->trained.correct},
        {CHECKPOINT_PREFIX "trained_loss", double_bits(trainer->trained.loss)},
        {CHECKPOINT_PREFIX "validated_images", trainer->validated.images},
        {CHECKPOINT_PREFIX "validated_correct", trainer->validated.correct},
        {CHECKPOINT_PREFIX "validated_loss", double_bits(trainer->validated.loss)},
        {CHECKPOINT_PREFIX "data", dataset_fingerprint(trainer->dataset)},
    };
    memcpy(fields, listed, sizeof listed);
}

/* With the optimizer's state, and the trained weights where the model isn't these. */
static scrawl_status write_blocks(const scrawl_trainer *trainer, const struct metadata *metadata, uint8_t **bytes,
                                  size_t *size)
{
    const struct optimizer *optimizer = &trainer->optimizer;
    const char *suffixes[OPTIMIZER_MAX_MOMENTS + 1];
    const float *blocks[OPTIMIZER_MAX_MOMENTS + 1];
    size_t count = 0;
    for (; count < optimizer->moment_count; count++) {
        suffixes[count] = moment_suffixes[optimizer->kind][count];
        blocks[count] = optimizer->moments[count];
    }
    if (trainer->own_parameters) {
        suffixes[count] = trained_suffix;
        blocks[count++] = trainer->own_parameters;
    }
    return model_to_safetensors(trainer->model, metadata, suffixes, blocks, count, bytes, size);
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
    if (status == SCRAWL_OK) status = metadata_set(&metadata, kernels_key, trainer->model->derived.kernels->name);
    if (status == SCRAWL_OK) status = write_blocks(trainer, &metadata, bytes, size);
    metadata_free(&metadata);
    return status;
}

/* ---- Loading --------------------------------------------------------------------------------------------------------
 */

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
        *status =
            fail(SCRAWL_INVALID_MODEL, "The checkpoint is damaged: the field \"", key, "\" can't be right.", NULL);
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
        .epochs = (int)field(metadata, CHECKPOINT_PREFIX "epochs", INT32_MAX, &status),
        .batch_size = (int)field(metadata, CHECKPOINT_PREFIX "batch_size", INT32_MAX, &status),
        .optimizer = (scrawl_optimizer)field(metadata, CHECKPOINT_PREFIX "optimizer", SCRAWL_SGD, &status),
        .learning_rate = float_field(metadata, CHECKPOINT_PREFIX "learning_rate", &status),
        .schedule = (scrawl_schedule)field(metadata, CHECKPOINT_PREFIX "schedule", SCHEDULE_COUNT - 1, &status),
        .momentum = float_field(metadata, CHECKPOINT_PREFIX "momentum", &status),
        .epsilon = float_field(metadata, CHECKPOINT_PREFIX "epsilon", &status),
        .weight_decay = float_field(metadata, CHECKPOINT_PREFIX "weight_decay", &status),
        .average = float_field(metadata, CHECKPOINT_PREFIX "average", &status),
        .dropout = field(metadata, CHECKPOINT_PREFIX "dropout", true, &status),
        .label_smoothing = float_field(metadata, CHECKPOINT_PREFIX "label_smoothing", &status),
        .teacher_share = float_field(metadata, CHECKPOINT_PREFIX "teacher_share", &status),
        .epoch_share = bits_double(field(metadata, CHECKPOINT_PREFIX "epoch_share", UINT64_MAX, &status)),
        .validation_split = bits_double(field(metadata, CHECKPOINT_PREFIX "validation_split", UINT64_MAX, &status)),
        .seed = field(metadata, CHECKPOINT_PREFIX "seed", UINT64_MAX, &status),
        .threads = (int)field(metadata, CHECKPOINT_PREFIX "threads", SCRAWL_MAX_THREADS, &status),
        .augment = float_field(metadata, CHECKPOINT_PREFIX "augment", &status),
        .augment_fade = float_field(metadata, CHECKPOINT_PREFIX "augment_fade", &status),
        .synthetic = float_field(metadata, CHECKPOINT_PREFIX "synthetic", &status),
        .unknown = float_field(metadata, CHECKPOINT_PREFIX "unknown", &status),
        .touching = float_field(metadata, CHECKPOINT_PREFIX "touching", &status),
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
    static const char *const trained[] = {CHECKPOINT_PREFIX "trained_images", CHECKPOINT_PREFIX "trained_correct",
                                          CHECKPOINT_PREFIX "trained_loss"};
    static const char *const validated[] = {CHECKPOINT_PREFIX "validated_images", CHECKPOINT_PREFIX "validated_correct",
                                            CHECKPOINT_PREFIX "validated_loss"};
    scrawl_status status = SCRAWL_OK;
    trainer->epoch = (int)field(metadata, CHECKPOINT_PREFIX "epoch", INT32_MAX, &status);
    trainer->trained_before = field(metadata, CHECKPOINT_PREFIX "trained_before", true, &status);
    trainer->optimizer.steps = field(metadata, CHECKPOINT_PREFIX "steps", UINT64_MAX, &status);
    trainer->trained = read_sums(metadata, trained, trainer->epoch_count, &status);
    trainer->trained.unknown = field(metadata, CHECKPOINT_PREFIX "trained_unknown", trainer->trained.images, &status);
    trainer->validated = read_sums(metadata, validated, trainer->dataset->count - trainer->training_count, &status);
    return status;
}

static scrawl_status restore(const struct safetensors *file, scrawl_trainer *trainer)
{
    struct optimizer *optimizer = &trainer->optimizer;
    scrawl_status status = restore_place(&file->metadata, trainer);
    for (size_t i = 0; i < optimizer->moment_count && status == SCRAWL_OK; i++)
        status = parameters_from_safetensors(file, &trainer->model->network, moment_suffixes[optimizer->kind][i],
                                             optimizer->moments[i]);
    if (status == SCRAWL_OK && trainer->own_parameters)
        status = parameters_from_safetensors(file, &trainer->model->network, trained_suffix, trainer->own_parameters);
    if (status != SCRAWL_OK) return status;
    if (trainer->own_parameters) trainer_derive(trainer, true);
    trainer_shuffle(trainer);
    return SCRAWL_OK;
}

static scrawl_status check_data(const struct metadata *metadata, const scrawl_dataset *dataset)
{
    scrawl_status status = SCRAWL_OK;
    uint64_t expected = field(metadata, CHECKPOINT_PREFIX "data", UINT64_MAX, &status);
    if (status != SCRAWL_OK || expected == dataset_fingerprint(dataset)) return status;
    return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint was made with another data set; give the one it began with.",
                NULL);
}

static scrawl_status check_kernels(const struct metadata *metadata)
{
    const char *name = metadata_get(metadata, kernels_key);
    if (!name)
        return fail(SCRAWL_INVALID_MODEL, "The checkpoint is damaged: the field \"", kernels_key, "\" is missing.",
                    NULL);
    if (strcmp(name, kernels_current()->name) == 0) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint was made with the kernels \"", name,
                "\"; set SCRAWL_KERNELS to that, on a processor that has them, to go on to the same bytes.", NULL);
}

static scrawl_status check_teacher(const struct metadata *metadata, const scrawl_model *teacher)
{
    scrawl_status status = SCRAWL_OK;
    const uint64_t expected = field(metadata, CHECKPOINT_PREFIX "teacher", UINT64_MAX, &status);
    if (status != SCRAWL_OK || expected == teacher_fingerprint(teacher)) return status;
    if (!teacher) return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint's training has a teacher; give it again.", NULL);
    return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint's training has ", expected ? "another" : "no", " teacher.",
                NULL);
}

static scrawl_status load(const struct safetensors *file, const scrawl_dataset *dataset, const scrawl_model *teacher,
                          int epochs, int threads, scrawl_model **model, scrawl_trainer **trainer)
{
    scrawl_training_options options;
    scrawl_status status = read_options(&file->metadata, &options);
    options.teacher = teacher;
    if (status == SCRAWL_OK) status = check_teacher(&file->metadata, teacher);
    if (status == SCRAWL_OK) status = check_kernels(&file->metadata);
    if (status == SCRAWL_OK) status = check_data(&file->metadata, dataset);
    if (status == SCRAWL_OK) status = model_from_safetensors(file, model);
    if (status != SCRAWL_OK) return status;
    if (epochs) options.epochs = epochs;
    options.threads = threads;
    status = scrawl_trainer_create(*model, dataset, &options, trainer);
    if (status == SCRAWL_OK && (status = restore(file, *trainer)) != SCRAWL_OK) scrawl_trainer_free(*trainer);
    if (status != SCRAWL_OK) scrawl_model_free(*model);
    return status;
}

scrawl_status scrawl_trainer_load(const void *bytes, size_t size, const scrawl_dataset *dataset,
                                  const scrawl_model *teacher, int epochs, int threads, scrawl_model **model,
                                  scrawl_trainer **trainer)
{
    struct safetensors file;
    scrawl_model *loaded_model;
    scrawl_trainer *loaded_trainer;
    scrawl_status status = safetensors_read(bytes, size, &file);
    if (status != SCRAWL_OK) return status;
    status = load(&file, dataset, teacher, epochs, threads, &loaded_model, &loaded_trainer);
    safetensors_free(&file);
    if (status != SCRAWL_OK) return status;
    *model = loaded_model;
    *trainer = loaded_trainer;
    return SCRAWL_OK;
}
