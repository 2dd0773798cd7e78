/* A training to and from the bytes of a model file with more in it: options, place, optimizer state. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/fingerprint.h"
#include "model/model_file.h"
#include "option_table.h"
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

/* ---- Fields ---- */

static const char kernels_key[] = CHECKPOINT_PREFIX "kernels";

/* ---- Saving ---- */

static const char trained_digits_key[] = CHECKPOINT_PREFIX "trained_digits",
                  validated_digits_key[] = CHECKPOINT_PREFIX "validated_digits";

/* Of a detector: the digits of its pages so far. */
static scrawl_status set_digits(const scrawl_trainer *trainer, struct metadata *metadata)
{
    scrawl_status status = metadata_set_unsigned(metadata, trained_digits_key, trainer->trained.digits);
    if (status != SCRAWL_OK) return status;
    return metadata_set_unsigned(metadata, validated_digits_key, trainer->validated.digits);
}

/* Where the training is, and what must be given again. */
static scrawl_status set_place(const scrawl_trainer *trainer, struct metadata *metadata)
{
    const struct {
        const char *key;
        uint64_t number;
    } fields[] = {
        {CHECKPOINT_PREFIX "teacher", evaluate_fingerprint(trainer->options.teacher)},
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
        {CHECKPOINT_PREFIX "data", dataset_fingerprint(trainer->images.dataset)},
    };
    scrawl_status status = SCRAWL_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == SCRAWL_OK; i++)
        status = metadata_set_unsigned(metadata, fields[i].key, fields[i].number);
    if (status == SCRAWL_OK && network_detects(&trainer->network)) status = set_digits(trainer, metadata);
    return status == SCRAWL_OK ? metadata_set(metadata, kernels_key, trainer->model->packed.kernels->name) : status;
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
    if (trainer->weights.owned) {
        suffixes[count] = trained_suffix;
        blocks[count++] = trainer->weights.values;
    }
    return model_to_safetensors(trainer->model, metadata, suffixes, blocks, count, bytes, size);
}

scrawl_status scrawl_trainer_save(const scrawl_trainer *trainer, uint8_t **bytes, size_t *size)
{
    struct metadata metadata = {0};
    scrawl_status status = SCRAWL_OK;
    const struct training_option *option = NULL;
    char key[OPTION_KEY_SIZE];
    while (status == SCRAWL_OK && (option = training_option_after(option)))
        status = metadata_set_unsigned(&metadata, training_option_key(CHECKPOINT_PREFIX, option, key),
                                       training_option_bits(option, &trainer->options));
    if (status == SCRAWL_OK) status = set_place(trainer, &metadata);
    if (status == SCRAWL_OK) status = write_blocks(trainer, &metadata, bytes, size);
    metadata_free(&metadata);
    return status;
}

/* ---- Loading ---- */

static scrawl_status fail_damaged(const char *key)
{
    return fail(SCRAWL_INVALID_MODEL, "The checkpoint is damaged: the field \"", key, "\" can't be right.", NULL);
}

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
        *status = fail_damaged(key);
    } else {
        return value;
    }
    return 0;
}

static scrawl_status read_options(const struct metadata *metadata, scrawl_training_options *options)
{
    scrawl_status status = SCRAWL_OK;
    const struct training_option *option = NULL;
    char key[OPTION_KEY_SIZE];
    *options = (scrawl_training_options){0};
    while (status == SCRAWL_OK && (option = training_option_after(option))) {
        const uint64_t bits = field(metadata, training_option_key(CHECKPOINT_PREFIX, option, key), UINT64_MAX, &status);
        if (status == SCRAWL_OK && !training_option_set_bits(option, bits, options)) status = fail_damaged(key);
    }
    return status;
}

enum { MOST_PAGE_CELLS = 1 << 10 }; /* a page has at most a digit in each cell */

/* digits_key: NULL where images are counted. */
static struct running_sums read_sums(const struct metadata *metadata, const char *const keys[3], const char *digits_key,
                                     uint64_t most, scrawl_status *status)
{
    struct running_sums sums = {.images = field(metadata, keys[0], most, status)};
    if (digits_key) sums.digits = field(metadata, digits_key, MOST_PAGE_CELLS * most, status);
    sums.correct = field(metadata, keys[1], digits_key ? sums.digits : sums.images, status);
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
    const bool detects = network_detects(&trainer->network);
    trainer->trained =
        read_sums(metadata, trained, detects ? trained_digits_key : NULL, trainer->images.epoch_count, &status);
    trainer->trained.unknown = field(metadata, CHECKPOINT_PREFIX "trained_unknown", trainer->trained.images, &status);
    trainer->validated =
        read_sums(metadata, validated, detects ? validated_digits_key : NULL, trainer->validation_count, &status);
    return status;
}

static scrawl_status restore(const struct safetensors *file, scrawl_trainer *trainer)
{
    struct optimizer *optimizer = &trainer->optimizer;
    scrawl_status status = restore_place(&file->metadata, trainer);
    for (size_t i = 0; i < optimizer->moment_count && status == SCRAWL_OK; i++)
        status = parameters_from_safetensors(file, &trainer->model->network, moment_suffixes[optimizer->kind][i],
                                             optimizer->moments[i]);
    if (status == SCRAWL_OK && trainer->weights.owned)
        status = parameters_from_safetensors(file, &trainer->model->network, trained_suffix, trainer->weights.values);
    if (status != SCRAWL_OK) return status;
    if (trainer->weights.owned) trainer_update(trainer, true);
    training_images_begin_epoch(&trainer->images, trainer->epoch);
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

static scrawl_status check_kernels(const struct metadata *metadata, const scrawl_model *model)
{
    const char *name = metadata_get(metadata, kernels_key);
    if (!name)
        return fail(SCRAWL_INVALID_MODEL, "The checkpoint is damaged: the field \"", kernels_key, "\" is missing.",
                    NULL);
    if (strcmp(name, model->packed.kernels->name) == 0) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The checkpoint was made with the kernels \"", name, "\", and here are \"",
                model->packed.kernels->name, "\". To go on to the same bytes, ", kernels_advice(), ".", NULL);
}

static scrawl_status check_teacher(const struct metadata *metadata, const scrawl_model *teacher)
{
    scrawl_status status = teacher ? model_prepare(teacher, NULL) : SCRAWL_OK;
    if (status != SCRAWL_OK) return status;
    const uint64_t expected = field(metadata, CHECKPOINT_PREFIX "teacher", UINT64_MAX, &status);
    if (status != SCRAWL_OK || expected == evaluate_fingerprint(teacher)) return status;
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
    if (status == SCRAWL_OK) status = check_data(&file->metadata, dataset);
    if (status == SCRAWL_OK) status = model_from_safetensors(file, model);
    if (status != SCRAWL_OK) return status;
    if (epochs) options.epochs = epochs;
    options.threads = threads;
    status = check_kernels(&file->metadata, *model);
    if (status == SCRAWL_OK) status = scrawl_trainer_create(*model, dataset, &options, trainer);
    if (status == SCRAWL_OK && (status = restore(file, *trainer)) != SCRAWL_OK) scrawl_trainer_free(*trainer);
    if (status != SCRAWL_OK) scrawl_model_free(*model);
    return status;
}

static scrawl_status check_kind(const void *bytes, size_t size)
{
    scrawl_format format;
    scrawl_status status = scrawl_model_format_of_bytes(bytes, size, &format);
    if (status != SCRAWL_OK || format == SCRAWL_SAFETENSORS) return status;
    return fail(SCRAWL_INVALID_MODEL, "This is another program's model; a training goes on from a checkpoint of ",
                "Scrawl's own.", NULL);
}

scrawl_status scrawl_trainer_load(const void *bytes, size_t size, const scrawl_dataset *dataset,
                                  const scrawl_model *teacher, int epochs, int threads, scrawl_model **model,
                                  scrawl_trainer **trainer)
{
    struct safetensors file;
    scrawl_model *loaded_model;
    scrawl_trainer *loaded_trainer;
    scrawl_status status = check_kind(bytes, size);
    if (status == SCRAWL_OK) status = safetensors_read(bytes, size, &file);
    if (status != SCRAWL_OK) return status;
    status = load(&file, dataset, teacher, epochs, threads, &loaded_model, &loaded_trainer);
    safetensors_free(&file);
    if (status != SCRAWL_OK) return status;
    *model = loaded_model;
    *trainer = loaded_trainer;
    return SCRAWL_OK;
}
