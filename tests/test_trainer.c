/* Training runs: they learn, they repeat to the byte, they resume, and they refuse what makes no sense. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../src/layers.h"
#include "../src/random.h"
#include "../src/model.h"
#include "../src/scrawl.h"
#include "../src/synthesize.h"
#include "test.h"
#include "trainings.h"

enum { IMAGES = 32, CLASSES = TRAININGS_CLASSES };
static const char small_architecture[] =
    "maxpool 2, conv 6 3x3 relu, maxpool 2, dropout 0.1, flatten, dense 16 relu, dropout 0.1, dense 10 softmax";

TEST(trainer_learns_32_images_by_heart)
{
    static const scrawl_optimizer optimizers[] = {SCRAWL_ADAM, SCRAWL_SGD};
    for (size_t i = 0; i < 2; i++) {
        scrawl_dataset *dataset = random_dataset(IMAGES, 1);
        scrawl_model *model =
            make_model("maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 32 relu, dense 10 softmax");
        scrawl_training_options options = scrawl_training_default();
        scrawl_trainer *trainer;
        options.epochs = 150;
        options.batch_size = 8;
        options.optimizer = optimizers[i];
        options.learning_rate = options.optimizer == SCRAWL_ADAM ? 0.003f : 0.03f;
        if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
        scrawl_progress last = train_to_end(trainer);
        CHECK_NEAR(last.accuracy, 1, 0);
        CHECK(last.loss < 0.05);
        CHECK_EQUAL(last.phase, SCRAWL_EPOCH_END);
        scrawl_evaluation evaluation;
        size_t confusion[CLASSES * CLASSES], total = 0, diagonal = 0;
        CHECK_EQUAL(scrawl_evaluate(model, dataset, 1, &evaluation, confusion), SCRAWL_OK);
        CHECK_NEAR(evaluation.accuracy, 1, 0);
        for (size_t j = 0; j < CLASSES * CLASSES; j++) total += confusion[j];
        for (size_t j = 0; j < CLASSES; j++) diagonal += confusion[j * CLASSES + j];
        CHECK_EQUAL(total, IMAGES);
        CHECK_EQUAL(diagonal, IMAGES);
        scrawl_trainer_free(trainer);
        scrawl_model_free(model);
        scrawl_dataset_free(dataset);
    }
}

/* Two ways to train, which together use all that a trainer has to repeat and to keep. */
struct recipe {
    const char *architecture;
    float weight_decay, average;
};
static const struct recipe recipes[] = {
    {small_architecture, 0, 0},
    {"maxpool 2, conv 6 3x3, batchnorm relu, maxpool 2, flatten, dense 16, batchnorm relu, dropout 0.1, dense 10 "
     "softmax",
     0.1f, 0.9f},
};
enum { RECIPE_COUNT = sizeof recipes / sizeof *recipes };

static scrawl_training_options run_options(int threads)
{
    scrawl_training_options options = scrawl_training_default();
    options.epochs = 3;
    options.batch_size = 20; /* 48 training images: batches of 20, 20 and 8 */
    options.validation_split = 0.2;
    options.schedule = SCRAWL_ONE_CYCLE;
    options.label_smoothing = 0.1f;
    options.threads = threads;
    return options;
}

static scrawl_training_options recipe_options(const struct recipe *recipe, int threads)
{
    scrawl_training_options options = run_options(threads);
    options.weight_decay = recipe->weight_decay;
    options.average = recipe->average;
    return options;
}

/* The model file after a whole run. */
static uint8_t *run(const struct recipe *recipe, const scrawl_dataset *dataset, int threads, uint64_t seed,
                    size_t *size)
{
    scrawl_model *model = make_model(recipe->architecture);
    scrawl_training_options options = recipe_options(recipe, threads);
    scrawl_trainer *trainer;
    uint8_t *bytes = NULL;
    options.seed = seed;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return bytes;
}

TEST(trainer_repeats_to_the_byte_on_any_number_of_threads)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t first_size, size;
    for (const struct recipe *recipe = recipes; recipe < recipes + RECIPE_COUNT; recipe++) {
        uint8_t *first = run(recipe, dataset, 1, 5, &first_size);
        for (int threads = 1; threads <= 4; threads++) {
            uint8_t *again = run(recipe, dataset, threads, 5, &size);
            CHECK(size == first_size && memcmp(first, again, size) == 0);
            scrawl_free(again);
        }
        uint8_t *other_seed = run(recipe, dataset, 1, 6, &size);
        CHECK(size != first_size || memcmp(first, other_seed, size) != 0);
        scrawl_free(first);
        scrawl_free(other_seed);
    }
    scrawl_dataset_free(dataset);
}

/* Stops after `steps`, resumes from the checkpoint's bytes, and returns the model file after the end. */
static uint8_t *run_interrupted(const struct recipe *recipe, const scrawl_dataset *dataset, size_t steps, uint64_t seed,
                                size_t *size)
{
    scrawl_model *model = make_model(recipe->architecture);
    scrawl_training_options options = recipe_options(recipe, 2);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    uint8_t *checkpoint = NULL, *bytes = NULL;
    options.seed = seed;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    for (size_t i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
    CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, *size, dataset, NULL, 0, 1, &model, &trainer), SCRAWL_OK)) abort();
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_free(checkpoint);
    return bytes;
}

TEST(trainer_resumes_bit_identically_from_any_step)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t whole_size, size;
    for (const struct recipe *recipe = recipes; recipe < recipes + RECIPE_COUNT; recipe++) {
        uint8_t *whole = run(recipe, dataset, 1, UINT64_MAX - 3, &whole_size);
        for (size_t steps = 0; steps <= 12; steps++) { /* 4 an epoch: three batches and the validation */
            uint8_t *resumed = run_interrupted(recipe, dataset, steps, UINT64_MAX - 3, &size);
            test_check(size == whole_size && memcmp(whole, resumed, size) == 0, __FILE__, __LINE__,
                       "%s, interrupted after %zu steps: the model differs", recipe->architecture, steps);
            scrawl_free(resumed);
        }
        scrawl_free(whole);
    }
    scrawl_dataset_free(dataset);
}

TEST(trainer_resume_keeps_every_option)
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

static scrawl_training_options mixed_options(int threads)
{
    scrawl_training_options options = run_options(threads);
    options.augment = 0.7f;
    options.augment_fade = 0.5f;
    options.synthetic = 0.3f;
    options.unknown = 0.2f;
    options.touching = 0.3f;
    return options;
}

/* The model file after a whole run with all that is made for training, interrupted after `steps` unless 0. */
static uint8_t *run_mixed(const scrawl_dataset *dataset, int threads, size_t steps, size_t *size)
{
    scrawl_model *model = make_model(small_architecture);
    const scrawl_training_options options = mixed_options(threads);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    uint8_t *checkpoint = NULL, *bytes = NULL;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    if (steps > 0) {
        for (size_t i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
        CHECK_EQUAL(scrawl_trainer_save(trainer, &checkpoint, size), SCRAWL_OK);
        scrawl_trainer_free(trainer);
        scrawl_model_free(model);
        if (!CHECK_EQUAL(scrawl_trainer_load(checkpoint, *size, dataset, NULL, 0, 1, &model, &trainer), SCRAWL_OK))
            abort();
        scrawl_free(checkpoint);
    }
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, size), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return bytes;
}

TEST(trainer_makes_the_same_images_on_any_number_of_threads_and_after_a_pause)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    size_t whole_size, size;
    uint8_t *whole = run_mixed(dataset, 1, 0, &whole_size);
    for (int threads = 2; threads <= 3; threads++) {
        uint8_t *again = run_mixed(dataset, threads, 0, &size);
        CHECK(size == whole_size && memcmp(whole, again, size) == 0);
        scrawl_free(again);
    }
    for (size_t steps = 1; steps <= 12; steps += 3) {
        uint8_t *resumed = run_mixed(dataset, 2, steps, &size);
        test_check(size == whole_size && memcmp(whole, resumed, size) == 0, __FILE__, __LINE__,
                   "interrupted after %zu steps, the model differs", steps);
        scrawl_free(resumed);
    }
    scrawl_free(whole);
    scrawl_dataset_free(dataset);
}

/* The mean of the highest probability over images that are no digits. */
static double mean_confidence(const scrawl_model *model)
{
    enum { OTHERS = 200 };
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    float probabilities[CLASSES];
    double sum = 0;
    for (uint64_t i = 0; i < OTHERS; i++) {
        synthesize_other(99, i, image);
        CHECK_EQUAL(scrawl_predict_images(model, image, 1, 1, probabilities), SCRAWL_OK);
        sum += (double)probabilities[most_probable(CLASSES, probabilities)];
    }
    return sum / OTHERS;
}

/* Trains on synthetic digits alone, so the data set's random labels teach nothing. */
static double train_synthetic(float unknown, double *confidence)
{
    scrawl_dataset *dataset = random_dataset(2000, 2), *digits = NULL;
    scrawl_model *model = make_model("maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 32 relu, dense 10 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    scrawl_evaluation evaluation;
    static uint8_t images[300 * SCRAWL_IMAGE_PIXELS], labels[300];
    options.epochs = 6;
    options.batch_size = 32;
    options.learning_rate = 0.003f;
    options.synthetic = 1 - unknown;
    options.unknown = unknown;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return 0;
    scrawl_progress last = train_to_end(trainer);
    for (uint64_t i = 0; i < 300; i++) labels[i] = (uint8_t)synthesize_digit(77, i, images + i * SCRAWL_IMAGE_PIXELS);
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, 300, CLASSES, &digits), SCRAWL_OK);
    CHECK_EQUAL(scrawl_evaluate(model, digits, 1, &evaluation, NULL), SCRAWL_OK);
    CHECK(last.accuracy > 0.5 && last.accuracy <= 1); /* of the digits only */
    *confidence = mean_confidence(model);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(digits);
    return evaluation.accuracy;
}

TEST(trainer_learns_digits_from_what_is_made_and_to_doubt_the_rest)
{
    double sure, doubting;
    CHECK(train_synthetic(0, &sure) > 0.75);
    CHECK(train_synthetic(0.3f, &doubting) > 0.7);
    CHECK(doubting < sure - 0.15);
}

TEST(trainer_calibrates_on_the_validation_images)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = run_options(1);
    scrawl_trainer *trainer;
    options.epochs = 100;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    train_to_end(trainer);
    CHECK_NEAR(scrawl_model_temperature(model), 1, 0);
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    const float temperature = scrawl_model_temperature(model);
    CHECK(temperature > 1); /* labels are random: whatever the network is sure of, it is too sure */
    CHECK(scrawl_model_doubtful_below(model) >= 0.5f);
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK(scrawl_model_temperature(model) == temperature);
    scrawl_trainer_free(trainer);
    options.validation_split = 0;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    CHECK_NEAR(scrawl_model_temperature(model), 1, 0); /* its weights will be others */
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK_NEAR(scrawl_model_temperature(model), 1, 0);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(trainer_makes_digits_for_models_of_digits_only)
{
    static const char *const letters[] = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "x"};
    scrawl_dataset *dataset = random_dataset(20, 2);
    scrawl_model_options model_options = scrawl_model_default();
    scrawl_training_options options = scrawl_training_default();
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    model_options.architecture = small_architecture;
    model_options.class_count = CLASSES;
    model_options.labels = letters;
    CHECK_EQUAL(scrawl_model_create(&model_options, &model), SCRAWL_OK);
    options.synthetic = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "0 to 9");
    options.synthetic = 0;
    options.unknown = 0.1f;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(trainer_resume_refuses_what_does_not_fit)
{
    scrawl_dataset *dataset = random_dataset(60, 2), *other = random_dataset(60, 3);
    scrawl_model *model = make_model(small_architecture), *loaded = NULL;
    scrawl_trainer *trainer, *resumed = NULL;
    scrawl_training_options options = run_options(1);
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

TEST(trainer_progress_counts_and_validates_the_last_part)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = run_options(1);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    static const size_t trained[] = {20, 40, 48, 48};
    for (size_t i = 0; i < 4; i++) {
        scrawl_trainer_step(trainer, &progress);
        CHECK_EQUAL(progress.images, trained[i]);
        CHECK_EQUAL(progress.epoch_images, 48);
        CHECK_EQUAL(progress.phase, i < 3 ? SCRAWL_TRAINING : SCRAWL_EPOCH_END);
        CHECK(isnan(progress.validation_loss) == (i < 3));
    }
    CHECK_EQUAL(progress.validation_images, 12);
    /* The validation images are the last twelve: evaluating just these gives the same numbers. */
    scrawl_dataset *last = NULL;
    scrawl_evaluation evaluation;
    uint8_t labels[12];
    for (size_t i = 0; i < 12; i++) labels[i] = (uint8_t)scrawl_dataset_label(dataset, 48 + i);
    CHECK_EQUAL(scrawl_dataset_from_arrays(scrawl_dataset_image(dataset, 48), labels, 12, CLASSES, &last), SCRAWL_OK);
    CHECK_EQUAL(scrawl_evaluate(model, last, 2, &evaluation, NULL), SCRAWL_OK);
    CHECK_NEAR(evaluation.loss, progress.validation_loss, 1e-12);
    CHECK_NEAR(evaluation.accuracy, progress.validation_accuracy, 0);
    CHECK_TEXT(scrawl_model_metadata(model, "trained_epochs"), "1");
    CHECK_TEXT(scrawl_model_metadata(model, "trained_images"), "48");
    CHECK_TEXT(scrawl_model_metadata(model, "trained_schedule"), "one-cycle");
    CHECK_TEXT(scrawl_model_metadata(model, "trained_label_smoothing"), "0.1");
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(last);
}

TEST(trainer_notes_only_unusual_options)
{
    static const char *const keys[] = {"trained_schedule", "trained_dropout", "trained_label_smoothing"};
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    for (int usual = 0; usual < 2; usual++) {
        scrawl_training_options options = usual ? scrawl_training_default() : run_options(1);
        scrawl_trainer *trainer;
        if (!usual) options.dropout = false;
        if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
        train_to_end(trainer);
        for (size_t i = 0; i < 3; i++) CHECK_EQUAL(scrawl_model_metadata(model, keys[i]) == NULL, usual);
        scrawl_trainer_free(trainer);
    }
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

/* What a network that was trained for an epoch makes of the images. */
static void train_and_predict(const scrawl_dataset *dataset, const char *architecture, bool dropout,
                              float probabilities[IMAGES * CLASSES])
{
    scrawl_model *model = make_model(architecture);
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    options.dropout = dropout;
    options.epochs = 1;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_predict_images(model, scrawl_dataset_image(dataset, 0), IMAGES, 1, probabilities), SCRAWL_OK);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
}

TEST(trainer_without_dropout_is_dropout_of_rate_zero)
{
    static const char dropping[] = "maxpool 4, dropout 0.5, flatten, dense 10 softmax";
    static const char not_dropping[] = "maxpool 4, dropout 0, flatten, dense 10 softmax";
    scrawl_dataset *dataset = random_dataset(IMAGES, 4);
    float with[IMAGES * CLASSES], without[IMAGES * CLASSES], zero[IMAGES * CLASSES];
    train_and_predict(dataset, dropping, true, with);
    train_and_predict(dataset, dropping, false, without);
    train_and_predict(dataset, not_dropping, true, zero);
    CHECK_EQUAL(memcmp(without, zero, sizeof zero), 0);
    CHECK(memcmp(with, without, sizeof with) != 0);
    scrawl_dataset_free(dataset);
}

/* By heart, a network is as sure as its targets are: 1 - 0.3 + 0.3 / 10 of the label. */
TEST(trainer_with_label_smoothing_stays_unsure)
{
    static const double target = 0.73;
    scrawl_dataset *dataset = random_dataset(IMAGES, 4);
    scrawl_model *model = make_model("maxpool 2, flatten, dense 10 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    scrawl_evaluation evaluation;
    options.epochs = 400;
    options.batch_size = IMAGES;
    options.learning_rate = 0.01f;
    options.label_smoothing = 0.3f;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    train_to_end(trainer);
    CHECK_EQUAL(scrawl_evaluate(model, dataset, 1, &evaluation, NULL), SCRAWL_OK);
    CHECK_NEAR(evaluation.loss, -log(target), 0.01);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

/* 43.2 of 48 images, and all twelve for validation. */
/* The weights after one step; those it begins with for no options. */
static scrawl_model *take_one_step(const scrawl_dataset *dataset, const scrawl_training_options *options)
{
    scrawl_model *model = make_model(recipes[1].architecture);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    if (!options) return model;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, options, &trainer), SCRAWL_OK)) abort();
    scrawl_trainer_step(trainer, &progress);
    scrawl_trainer_free(trainer);
    return model;
}

TEST(trainer_decays_weights_but_no_biases_and_no_batchnorm)
{
    scrawl_dataset *dataset = random_dataset(40, 2);
    scrawl_training_options options = scrawl_training_default();
    scrawl_model *before = take_one_step(dataset, NULL), *plain = take_one_step(dataset, &options);
    options.weight_decay = 0.5f;
    scrawl_model *decayed = take_one_step(dataset, &options);
    for (size_t l = 0; l < before->network.layer_count; l++) {
        const struct layer *layer = &before->network.layers[l];
        const float rate = layer->kind == LAYER_BATCHNORM ? 0 : options.learning_rate * options.weight_decay;
        for (size_t i = layer->weight_offset; i < layer->statistic_offset + layer->statistic_count; i++) {
            double share = i < layer->bias_offset ? (double)rate : 0;
            CHECK_NEAR((double)decayed->parameters[i],
                       (double)plain->parameters[i] - share * (double)before->parameters[i], 1e-7);
        }
    }
    scrawl_model_free(before);
    scrawl_model_free(plain);
    scrawl_model_free(decayed);
    scrawl_dataset_free(dataset);
}

TEST(trainer_with_an_average_leaves_the_average)
{
    scrawl_dataset *dataset = random_dataset(40, 2);
    scrawl_training_options options = scrawl_training_default();
    scrawl_model *before = take_one_step(dataset, NULL), *plain = take_one_step(dataset, &options);
    options.average = 0.99f;
    scrawl_model *average = take_one_step(dataset, &options);
    for (size_t i = 0; i < before->network.parameter_count; i++) {
        double from = (double)before->parameters[i], to = (double)plain->parameters[i];
        CHECK_NEAR((double)average->parameters[i], from + (1 - 2.0 / 11) * (to - from), 1e-7);
    }
    scrawl_model_free(before);
    scrawl_model_free(plain);
    scrawl_model_free(average);
    scrawl_dataset_free(dataset);
}

TEST(trainer_with_an_average_reads_and_saves_the_same_between_steps)
{
    scrawl_dataset *dataset = random_dataset(40, 2);
    const scrawl_training_options options = {.epochs = 2,
                                             .batch_size = 10,
                                             .learning_rate = 0.01f,
                                             .epsilon = 1e-7f,
                                             .average = 0.9f,
                                             .dropout = true,
                                             .epoch_share = 1,
                                             .seed = 3};
    scrawl_model *model = make_model(recipes[1].architecture), *saved;
    scrawl_trainer *trainer;
    scrawl_progress progress;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    for (size_t step = 0; step < 6; step++) {
        float now[CLASSES], later[CLASSES];
        uint8_t *bytes;
        size_t size;
        scrawl_trainer_step(trainer, &progress);
        CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
        if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &saved), SCRAWL_OK)) return;
        CHECK_EQUAL(scrawl_predict_images(model, scrawl_dataset_image(dataset, 0), 1, 1, now), SCRAWL_OK);
        CHECK_EQUAL(scrawl_predict_images(saved, scrawl_dataset_image(dataset, 0), 1, 1, later), SCRAWL_OK);
        CHECK(memcmp(now, later, sizeof now) == 0);
        scrawl_model_free(saved);
        scrawl_free(bytes);
    }
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(trainer_draws_a_share_of_the_images_for_each_epoch)
{
    static const size_t trained[] = {20, 40, 44, 44, 20};
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = run_options(1);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    options.epoch_share = 0.9;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    for (size_t i = 0; i < 5; i++) {
        scrawl_trainer_step(trainer, &progress);
        CHECK_EQUAL(progress.images, trained[i]);
        CHECK_EQUAL(progress.epoch_images, 44);
        CHECK_EQUAL(progress.validation_total, 12);
        CHECK_EQUAL(progress.validation_images, i == 3 ? 12 : 0);
        CHECK_EQUAL(progress.phase, i == 3 ? SCRAWL_EPOCH_END : SCRAWL_TRAINING);
    }
    CHECK_TEXT(scrawl_model_metadata(model, "trained_images"), "44");
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

static void check_refused(scrawl_training_options options, const scrawl_dataset *dataset, const char *mention)
{
    scrawl_model *model = make_model(small_architecture);
    scrawl_trainer *trainer = NULL;
    CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK(trainer == NULL);
    scrawl_model_free(model);
}

TEST(trainer_refuses_senseless_options)
{
    scrawl_dataset *dataset = random_dataset(5, 1);
    scrawl_training_options good = scrawl_training_default(), bad;
    bad = good, bad.epochs = 0, check_refused(bad, dataset, "epochs");
    bad = good, bad.batch_size = 5000, check_refused(bad, dataset, "batch size");
    bad = good, bad.learning_rate = 0, check_refused(bad, dataset, "learning rate");
    bad = good, bad.learning_rate = NAN, check_refused(bad, dataset, "learning rate");
    bad = good, bad.momentum = 1, check_refused(bad, dataset, "momentum");
    bad = good, bad.epsilon = -1, check_refused(bad, dataset, "Epsilon");
    bad = good, bad.validation_split = 1, check_refused(bad, dataset, "validation split");
    bad = good, bad.validation_split = 0.9, check_refused(bad, dataset, "leaves no image");
    bad = good, bad.augment = 1.5f, check_refused(bad, dataset, "augmentation");
    bad = good, bad.augment = NAN, check_refused(bad, dataset, "augmentation");
    bad = good, bad.augment_fade = 1.01f, check_refused(bad, dataset, "augmentation fades");
    bad = good, bad.synthetic = -0.1f, check_refused(bad, dataset, "synthetic");
    bad = good, bad.synthetic = bad.unknown = 0.6f, check_refused(bad, dataset, "together");
    bad = good, bad.threads = 1000, check_refused(bad, dataset, "threads");
    bad = good, bad.optimizer = (scrawl_optimizer)9, check_refused(bad, dataset, "optimizer");
    bad = good, bad.weight_decay = 1.1f, check_refused(bad, dataset, "weight decay");
    bad = good, bad.weight_decay = NAN, check_refused(bad, dataset, "weight decay");
    bad = good, bad.average = 1, check_refused(bad, dataset, "average");
    bad = good, bad.average = NAN, check_refused(bad, dataset, "average");
    bad = good, bad.label_smoothing = 1, check_refused(bad, dataset, "label smoothing");
    bad = good, bad.label_smoothing = NAN, check_refused(bad, dataset, "label smoothing");
    bad = good, bad.epoch_share = 0, check_refused(bad, dataset, "epoch share");
    bad = good, bad.epoch_share = 1.01, check_refused(bad, dataset, "epoch share");
    bad = good, bad.schedule = (scrawl_schedule)9, check_refused(bad, dataset, "schedule");
    scrawl_dataset_free(dataset);
    CHECK_EQUAL(scrawl_dataset_create(CLASSES, &dataset), SCRAWL_OK);
    check_refused(good, dataset, "no image");
    scrawl_dataset_free(dataset);
    CHECK_EQUAL(scrawl_dataset_create(CLASSES + 1, &dataset), SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_count(dataset), 0);
    scrawl_dataset_free(dataset);
}

TEST(trainer_says_when_it_diverged)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model("flatten, dense 64, dense 64, dense 10 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    uint8_t *bytes = NULL;
    size_t size;
    options.optimizer = SCRAWL_SGD;
    options.learning_rate = 1e6f;
    options.epochs = 10;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    scrawl_progress last = train_to_end(trainer);
    CHECK(isnan(last.loss));
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "diverged");
    CHECK(bytes == NULL);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}
