/* Tests src/training/checkpoint.c, and that trainings repeat to the byte on any threads, interrupted or not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/kernels.h"
#include "model/model_file.h"
#include "test.h"
#include "trainings.h"

/* Ways to train that together use all that a trainer has to repeat and to keep. */
struct recipe {
    const char *architecture;
    float weight_decay, average;
    float augment, augment_fade, synthetic, unknown, touching, pages;
};
static const struct recipe recipes[] = {
    {.architecture = small_architecture},
    {.architecture = batchnorm_architecture, .weight_decay = 0.1f, .average = 0.9f},
    {.architecture = detector_architecture, .weight_decay = 0.1f, .average = 0.9f},
    {.architecture = small_architecture,
     .augment = 0.7f,
     .augment_fade = 0.5f,
     .synthetic = 0.3f,
     .unknown = 0.2f,
     .touching = 0.2f,
     .pages = 0.2f},
};
enum { RECIPE_COUNT = sizeof recipes / sizeof *recipes };

static uint8_t *train(const struct recipe *recipe, const scrawl_dataset *dataset, int threads, uint64_t seed, int steps,
                      size_t *size)
{
    scrawl_training_options options = short_training(threads);
    if (recipe->architecture == detector_architecture) options.label_smoothing = 0; /* is for images */
    options.weight_decay = recipe->weight_decay;
    options.average = recipe->average;
    options.augment = recipe->augment;
    options.augment_fade = recipe->augment_fade;
    options.synthetic = recipe->synthetic;
    options.unknown = recipe->unknown;
    options.touching = recipe->touching;
    options.pages = recipe->pages;
    options.seed = seed;
    return train_to_file(recipe->architecture, dataset, &options, steps, size);
}

TEST(trainer_repeats_to_the_byte_on_any_number_of_threads)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t first_size, size;
    for (const struct recipe *recipe = recipes; recipe < recipes + RECIPE_COUNT; recipe++) {
        uint8_t *first = train(recipe, dataset, 1, 5, UNINTERRUPTED, &first_size);
        for (int threads = 1; threads <= 4; threads++) {
            uint8_t *again = train(recipe, dataset, threads, 5, UNINTERRUPTED, &size);
            CHECK(size == first_size && memcmp(first, again, size) == 0);
            scrawl_free(again);
        }
        uint8_t *other_seed = train(recipe, dataset, 1, 6, UNINTERRUPTED, &size);
        CHECK(size != first_size || memcmp(first, other_seed, size) != 0);
        scrawl_free(first);
        scrawl_free(other_seed);
    }
    scrawl_dataset_free(dataset);
}

TEST(trainer_resumes_bit_identically_from_any_step)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t whole_size, size;
    for (const struct recipe *recipe = recipes; recipe < recipes + RECIPE_COUNT; recipe++) {
        uint8_t *whole = train(recipe, dataset, 1, UINT64_MAX - 3, UNINTERRUPTED, &whole_size);
        for (int steps = 0; steps <= 12; steps++) { /* 4 an epoch: three batches and the validation */
            uint8_t *resumed = train(recipe, dataset, 2, UINT64_MAX - 3, steps, &size);
            test_check(size == whole_size && memcmp(whole, resumed, size) == 0, __FILE__, __LINE__,
                       "%s, interrupted after %d steps: the model differs", recipe->architecture, steps);
            scrawl_free(resumed);
        }
        scrawl_free(whole);
    }
    scrawl_dataset_free(dataset);
}

TEST(checkpoint_keeps_every_option)
{
    const scrawl_training_options unusual = {.epochs = 7,
                                             .batch_size = 3,
                                             .optimizer = SCRAWL_SGD,
                                             .learning_rate = 0.02f,
                                             .schedule = SCRAWL_COSINE,
                                             .momentum = 0.7f,
                                             .epsilon = 1e-5f,
                                             .weight_decay = 0.05f,
                                             .average = 0.97f,
                                             .dropout = false,
                                             .label_smoothing = 0.2f,
                                             .epoch_share = 0.35,
                                             .augment = 0.6f,
                                             .augment_fade = 0.9f,
                                             .synthetic = 0.25f,
                                             .unknown = 0.1f,
                                             .touching = 0.15f,
                                             .pages = 0.35f,
                                             .validation_split = 0.15,
                                             .seed = 11,
                                             .threads = 1};
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture), *loaded;
    scrawl_trainer *trainer, *resumed;
    scrawl_progress progress, next;
    uint8_t *checkpoint;
    size_t size;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &unusual, &trainer), SCRAWL_OK)) return;
    scrawl_trainer_step(trainer, &progress);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &size), SCRAWL_OK);
    if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, NULL, 0, 1, &loaded, &resumed), SCRAWL_OK)) return;
    const scrawl_training_options *kept = scrawl_trainer_options(resumed);
    CHECK_EQUAL(kept->epochs, unusual.epochs);
    CHECK_EQUAL(kept->batch_size, unusual.batch_size);
    CHECK_EQUAL(kept->optimizer, unusual.optimizer);
    CHECK_EQUAL(kept->schedule, unusual.schedule);
    CHECK_EQUAL(kept->dropout, unusual.dropout);
    CHECK_EQUAL(kept->seed, unusual.seed);
    CHECK_NEAR((double)kept->learning_rate, (double)unusual.learning_rate, 0);
    CHECK_NEAR((double)kept->momentum, (double)unusual.momentum, 0);
    CHECK_NEAR((double)kept->epsilon, (double)unusual.epsilon, 0);
    CHECK_NEAR((double)kept->weight_decay, (double)unusual.weight_decay, 0);
    CHECK_NEAR((double)kept->average, (double)unusual.average, 0);
    CHECK_NEAR((double)kept->label_smoothing, (double)unusual.label_smoothing, 0);
    CHECK_NEAR(kept->epoch_share, unusual.epoch_share, 0);
    CHECK_NEAR((double)kept->augment, (double)unusual.augment, 0);
    CHECK_NEAR((double)kept->augment_fade, (double)unusual.augment_fade, 0);
    CHECK_NEAR((double)kept->synthetic, (double)unusual.synthetic, 0);
    CHECK_NEAR((double)kept->unknown, (double)unusual.unknown, 0);
    CHECK_NEAR((double)kept->touching, (double)unusual.touching, 0);
    CHECK_NEAR((double)kept->pages, (double)unusual.pages, 0);
    CHECK_NEAR(kept->validation_split, unusual.validation_split, 0);
    scrawl_trainer_step(trainer, &progress);
    scrawl_trainer_step(resumed, &next);
    CHECK_EQUAL(next.images, progress.images);
    CHECK_NEAR(next.loss, progress.loss, 0);
    scrawl_trainer_free(trainer);
    scrawl_trainer_free(resumed);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(checkpoint);
    scrawl_dataset_free(dataset);
}

TEST(checkpoint_refuses_what_does_not_fit)
{
    scrawl_dataset *dataset = random_dataset(60, 2), *other = random_dataset(60, 3);
    scrawl_model *model = make_model(small_architecture), *loaded = NULL;
    scrawl_trainer *trainer, *resumed = NULL;
    scrawl_training_options options = short_training(1);
    uint8_t *checkpoint = NULL, *finished = NULL;
    size_t checkpoint_size, finished_size;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &checkpoint_size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &finished, &finished_size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_trainer_load(checkpoint, checkpoint_size, other, NULL, 0, 1, &loaded, &resumed),
                SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "data set");
    CHECK_EQUAL(scrawl_trainer_load(finished, finished_size, dataset, NULL, 0, 1, &loaded, &resumed),
                SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "no checkpoint");
    for (size_t cut = 0; cut < checkpoint_size; cut += 97)
        CHECK(scrawl_trainer_load(checkpoint, cut, dataset, NULL, 0, 1, &loaded, &resumed) != SCRAWL_OK);
    CHECK(!loaded && !resumed);
    scrawl_free(checkpoint);
    scrawl_free(finished);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(other);
}

/* Any other than those in use; NULL where there are none. */
static const char *other_kernels(void)
{
    for (size_t i = 0; scrawl_kernels_name(i); i++)
        if (strcmp(scrawl_kernels_name(i), kernels_current()->name) != 0) return scrawl_kernels_name(i);
    return NULL;
}

TEST(trainer_stays_with_its_kernels)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *models[2], *loaded = NULL;
    scrawl_trainer *trainers[2], *resumed = NULL;
    scrawl_training_options options = short_training(1);
    scrawl_progress progress;
    uint8_t *bytes[2], *checkpoint = NULL;
    size_t sizes[2], checkpoint_size;
    const char *used = kernels_current()->name, *other = other_kernels();
    for (int i = 0; i < 2; i++) {
        models[i] = make_model(small_architecture);
        if (!CHECK_EQUAL(scrawl_trainer_create(models[i], dataset, &options, &trainers[i]), SCRAWL_OK)) return;
        scrawl_trainer_step(trainers[i], &progress);
        CHECK_EQUAL(scrawl_trainer_save(trainers[i], &checkpoint, &checkpoint_size), SCRAWL_OK);
        if (i == 1 && other) {
            CHECK_EQUAL(scrawl_kernels_choose(other), SCRAWL_OK);
            CHECK_EQUAL(scrawl_trainer_load(checkpoint, checkpoint_size, dataset, NULL, 0, 1, &loaded, &resumed),
                        SCRAWL_INVALID_ARGUMENT);
            CHECK_MENTIONS(scrawl_error(), used);
        }
        scrawl_free(checkpoint);
        train_to_end(trainers[i]);
        CHECK_EQUAL(scrawl_kernels_choose(used), SCRAWL_OK);
        CHECK_EQUAL(scrawl_model_save(models[i], &bytes[i], &sizes[i]), SCRAWL_OK);
    }
    CHECK(sizes[0] == sizes[1] && memcmp(bytes[0], bytes[1], sizes[0]) == 0);
    for (int i = 0; i < 2; i++) {
        scrawl_free(bytes[i]);
        scrawl_trainer_free(trainers[i]);
        scrawl_model_free(models[i]);
    }
    scrawl_dataset_free(dataset);
}

/* ---- Models with many fields ---- */

enum { MOST_FIELDS = 1024, MOST_NOTES = 64, MOST_FIELD_BYTES = 2 << 20, KEY_LENGTH = 10, MOST_KEY_LENGTH = 30 };

/* Adds `count` fields whose names are ten bytes long and whose values take six bytes in a file for each of their own:
 * the first has `first` bytes, the others one. */
static void add_fields(struct metadata *metadata, const char *key_format, size_t count, size_t first)
{
    char key[MOST_KEY_LENGTH + 1], *value = malloc(first + 1);
    memset(value, '\1', first);
    value[first] = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(key, sizeof key, key_format, i);
        CHECK_EQUAL(metadata_set(metadata, key, i ? "x" : value), SCRAWL_OK);
    }
    free(value);
}

/* A model file with so many fields of `bytes` bytes in all, and notes of another training. */
static uint8_t *write_with_fields(size_t fields, size_t bytes, size_t notes, size_t *size)
{
    scrawl_model *model = make_model(small_architecture);
    struct metadata metadata = {0};
    uint8_t *file = NULL;
    add_fields(&metadata, "field_%04zu", fields, bytes - fields * KEY_LENGTH - (fields - 1));
    add_fields(&metadata, METADATA_NOTE_PREFIX "%02zu", notes, 1);
    CHECK_EQUAL(model_to_safetensors(model, &metadata, NULL, NULL, 0, &file, size), SCRAWL_OK);
    metadata_free(&metadata);
    scrawl_model_free(model);
    return file;
}

/* Trains the model for some steps, goes on from the checkpoint to the end, and again from the model that came of it. */
static void train_and_resume(scrawl_model *model, const scrawl_dataset *dataset, int steps)
{
    const scrawl_training_options options = short_training(1);
    scrawl_trainer *trainer = NULL;
    scrawl_progress progress;
    uint8_t *checkpoint = NULL, *bytes = NULL;
    size_t size = 0;
    scrawl_model *loaded = NULL;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    for (int i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, &size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    trainer = NULL;
    if (CHECK_EQUAL(scrawl_trainer_load(checkpoint, size, dataset, NULL, 0, 1, &loaded, &trainer), SCRAWL_OK)) {
        train_to_end(trainer);
        CHECK_EQUAL(scrawl_model_save(loaded, &bytes, &size), SCRAWL_OK);
        scrawl_trainer_free(trainer);
        scrawl_model_free(loaded);
        CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK);
        CHECK(scrawl_model_metadata(loaded, "field_0001") != NULL);
        CHECK(scrawl_model_metadata(loaded, "trained_00") == NULL);
        scrawl_model_free(loaded);
    }
    scrawl_free(bytes);
    scrawl_free(checkpoint);
}

TEST(trainer_resumes_whatever_it_began_with)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t size = 0;
    for (int steps = 0; steps <= 5; steps += 5) {
        scrawl_model *model = NULL;
        uint8_t *bytes = write_with_fields(MOST_FIELDS, MOST_FIELD_BYTES, MOST_NOTES, &size);
        if (CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_OK)) train_and_resume(model, dataset, steps);
        scrawl_model_free(model);
        scrawl_free(bytes);
    }
    scrawl_dataset_free(dataset);
}

TEST(trainer_gets_no_model_with_more_fields_than_its_checkpoint_may_have)
{
    static const size_t counts[][3] = {
        {MOST_FIELDS + 1, MOST_FIELD_BYTES, 1}, {10, MOST_FIELD_BYTES + 1, 1}, {10, 200, MOST_NOTES + 1}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        scrawl_model *model = NULL;
        size_t size = 0;
        uint8_t *bytes = write_with_fields(counts[i][0], counts[i][1], counts[i][2], &size);
        CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_INVALID_MODEL);
        CHECK_MENTIONS(scrawl_error(), "fields");
        scrawl_free(bytes);
    }
}
