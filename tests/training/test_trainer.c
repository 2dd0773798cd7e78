/* Trainings: they learn, they tell how far they are, options do what they should. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "training/trainer.h"
#include "trainings.h"

enum { IMAGES = 32, CLASSES = TRAININGS_CLASSES };

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
        size_t confusion[CLASSES * CLASSES], total = 0, diagonal = 0;
        CHECK_NEAR(evaluate(model, dataset, confusion).accuracy, 1, 0);
        for (size_t j = 0; j < CLASSES * CLASSES; j++) total += confusion[j];
        for (size_t j = 0; j < CLASSES; j++) diagonal += confusion[j * CLASSES + j];
        CHECK_EQUAL(total, IMAGES);
        CHECK_EQUAL(diagonal, IMAGES);
        scrawl_trainer_free(trainer);
        scrawl_model_free(model);
        scrawl_dataset_free(dataset);
    }
}

TEST(trainer_of_a_detector_learns_and_counts_pages)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(detector_architecture);
    scrawl_training_options options = short_training(2);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    options.epochs = 12;
    options.learning_rate = 0.01f;
    options.label_smoothing = 0;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    do scrawl_trainer_step(trainer, &progress);
    while (progress.phase != SCRAWL_EPOCH_END);
    const double first_loss = progress.loss;
    CHECK_EQUAL(progress.images, 48);
    CHECK_EQUAL(progress.validation_total, 12);
    CHECK(progress.accuracy >= 0 && progress.accuracy <= 1 && progress.validation_accuracy >= 0);
    progress = train_to_end(trainer);
    CHECK(progress.loss < 0.8 * first_loss);
    CHECK(progress.validation_loss < first_loss);
    CHECK_TEXT(scrawl_model_metadata(model, "trained_epochs"), "12");
    CHECK_EQUAL(scrawl_trainer_calibrate(trainer), SCRAWL_OK);
    CHECK_NEAR(scrawl_model_temperature(model), 1, 0);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(trainer_calibrates_on_the_validation_images)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = short_training(1);
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

TEST(trainer_progress_counts_and_validates_the_last_part)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = short_training(1);
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
    uint8_t labels[12];
    for (size_t i = 0; i < 12; i++) labels[i] = (uint8_t)scrawl_dataset_label(dataset, 48 + i);
    CHECK_EQUAL(scrawl_dataset_from_arrays(scrawl_dataset_image(dataset, 48), labels, 12, CLASSES, &last), SCRAWL_OK);
    const scrawl_evaluation evaluation = evaluate(model, last, NULL);
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
    options.epochs = 400;
    options.batch_size = IMAGES;
    options.learning_rate = 0.01f;
    options.label_smoothing = 0.3f;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    train_to_end(trainer);
    CHECK_NEAR(evaluate(model, dataset, NULL).loss, -log(target), 0.01);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

/* The weights after one step; those it begins with for no options. */
static scrawl_model *take_one_step(const scrawl_dataset *dataset, const scrawl_training_options *options)
{
    scrawl_model *model = make_model(batchnorm_architecture);
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
            CHECK_NEAR((double)decayed->weights.values[i],
                       (double)plain->weights.values[i] - share * (double)before->weights.values[i], 1e-7);
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
        double from = (double)before->weights.values[i], to = (double)plain->weights.values[i];
        CHECK_NEAR((double)average->weights.values[i], from + (1 - 2.0 / 11) * (to - from), 1e-7);
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
    scrawl_model *model = make_model(batchnorm_architecture), *saved;
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

/* 43.2 of 48 images, and all twelve for validation. */
TEST(trainer_draws_a_share_of_the_images_for_each_epoch)
{
    static const size_t trained[] = {20, 40, 44, 44, 20};
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model(small_architecture);
    scrawl_training_options options = short_training(1);
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

/* A weight that is no number makes relu's input none, and relu makes that 0. */
TEST(trainer_says_when_it_diverged_behind_a_relu)
{
    scrawl_dataset *dataset = random_dataset(60, 2);
    scrawl_model *model = make_model("conv 4 3x3 relu, maxpool 2, flatten, dense 10 softmax");
    scrawl_training_options options = short_training(1);
    scrawl_trainer *trainer;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) return;
    trainer->weights.values[0] = NAN;
    trainer_update(trainer, true);
    scrawl_progress last = train_to_end(trainer);
    CHECK_EQUAL(last.phase, SCRAWL_EPOCH_END);
    CHECK(isnan(last.loss));
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}
