/* Tests of evaluate.c: an evaluation, in parts of any size, against a plain computation from the probabilities. */
#include "training/evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "trainings.h"

enum { IMAGES = 300, CLASSES = TRAININGS_CLASSES, PIXELS = SCRAWL_IMAGE_PIXELS };

/* A model that has learnt some of the images, so that there are right and wrong, sure and unsure readings. */
static scrawl_model *half_trained(const scrawl_dataset *dataset)
{
    scrawl_model *model = make_model("maxpool 2, conv 8 3x3 relu, maxpool 2, flatten, dense 32 relu, dense 10 softmax");
    scrawl_training_options options = scrawl_training_default();
    scrawl_trainer *trainer;
    options.epochs = 12;
    options.batch_size = 32;
    options.learning_rate = 0.01f;
    if (!CHECK_EQUAL(scrawl_trainer_create(model, dataset, &options, &trainer), SCRAWL_OK)) abort();
    train_to_end(trainer);
    scrawl_trainer_free(trainer);
    return model;
}

static scrawl_evaluator *make_evaluator(const scrawl_model *model, const scrawl_dataset *dataset, int threads)
{
    scrawl_evaluator *evaluator;
    const uint8_t *labels = scrawl_dataset_labels(dataset);
    const size_t count = scrawl_dataset_count(dataset);
    if (!CHECK_EQUAL(scrawl_evaluator_create(model, labels, count, threads, &evaluator), SCRAWL_OK)) abort();
    return evaluator;
}

static scrawl_evaluator *read_in_parts(const scrawl_model *model, const scrawl_dataset *dataset, int threads,
                                       size_t part)
{
    scrawl_evaluator *evaluator = make_evaluator(model, dataset, threads);
    const size_t count = scrawl_dataset_count(dataset);
    for (size_t done = 0; done < count; done += part) {
        const size_t size = part < count - done ? part : count - done;
        CHECK_EQUAL(scrawl_evaluator_read(evaluator, scrawl_dataset_image(dataset, done), size), SCRAWL_OK);
        CHECK_EQUAL(scrawl_evaluator_result(evaluator)->images, done + size);
    }
    return evaluator;
}

/* ---- The plain computation ---- */

struct plain {
    size_t correct, confusion[CLASSES][CLASSES], predictions[IMAGES];
    double loss, confidences[IMAGES];
};

static void read_plainly(const scrawl_model *model, const scrawl_dataset *dataset, struct plain *plain)
{
    static float probabilities[IMAGES][CLASSES];
    memset(plain, 0, sizeof *plain);
    CHECK_EQUAL(scrawl_predict_images(model, scrawl_dataset_image(dataset, 0), IMAGES, 1, probabilities[0]), SCRAWL_OK);
    for (size_t i = 0; i < IMAGES; i++) {
        const size_t label = (size_t)scrawl_dataset_label(dataset, i);
        size_t *best = &plain->predictions[i];
        for (size_t class = 0; class < CLASSES; class ++)
            if (probabilities[i][class] > probabilities[i][*best]) *best = class;
        plain->confidences[i] = (double)probabilities[i][*best];
        plain->correct += *best == label;
        plain->confusion[label][*best]++;
        plain->loss -= log(fmax((double)probabilities[i][label], 1e-7)) / IMAGES;
    }
}

/* Each bin by itself: the distance of mean confidence and accuracy, weighted by its images. */
static double plain_calibration_error(const struct plain *plain, const scrawl_dataset *dataset)
{
    static const double bins = 15;
    double error = 0;
    for (double bin = 0; bin < bins; bin++) {
        double images = 0, right = 0, confidence = 0;
        for (size_t i = 0; i < IMAGES; i++) {
            if (plain->confidences[i] <= bin / bins || plain->confidences[i] > (bin + 1) / bins) continue;
            images++;
            right += plain->predictions[i] == (size_t)scrawl_dataset_label(dataset, i);
            confidence += plain->confidences[i];
        }
        if (images > 0) error += images / IMAGES * fabs(confidence / images - right / images);
    }
    return error;
}

TEST(evaluate_counts_what_a_plain_computation_counts)
{
    static struct plain plain;
    scrawl_dataset *dataset = random_dataset(IMAGES, 1);
    scrawl_model *model = half_trained(dataset);
    scrawl_evaluator *evaluator = read_in_parts(model, dataset, 2, IMAGES);
    const scrawl_evaluation *evaluation = scrawl_evaluator_result(evaluator);
    read_plainly(model, dataset, &plain);
    CHECK(plain.correct > IMAGES / 4 && plain.correct < IMAGES);
    CHECK_EQUAL(evaluation->images, IMAGES);
    CHECK_EQUAL(evaluation->total, IMAGES);
    CHECK_EQUAL(evaluation->errors, IMAGES - plain.correct);
    CHECK_EQUAL(evaluation->class_count, CLASSES);
    CHECK_NEAR(evaluation->accuracy, (double)plain.correct / IMAGES, 0);
    CHECK_NEAR(evaluation->loss, plain.loss, 1e-7);
    CHECK_NEAR(evaluation->calibration_error, plain_calibration_error(&plain, dataset), 1e-9);
    CHECK(evaluation->calibration_error > 0.001);
    CHECK_EQUAL(memcmp(evaluation->confusion, plain.confusion, sizeof plain.confusion), 0);
    for (size_t i = 0; i < IMAGES; i++) {
        CHECK_EQUAL(evaluation->predictions[i], plain.predictions[i]);
        CHECK_NEAR((double)evaluation->confidences[i], plain.confidences[i], 0);
    }
    scrawl_evaluator_free(evaluator);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

static void check_same(const scrawl_evaluation *one, const scrawl_evaluation *other)
{
    CHECK_EQUAL(one->images, other->images);
    CHECK_EQUAL(one->errors, other->errors);
    CHECK_NEAR(one->loss, other->loss, 0);
    CHECK_NEAR(one->accuracy, other->accuracy, 0);
    CHECK_NEAR(one->calibration_error, other->calibration_error, 0);
    CHECK_EQUAL(memcmp(one->confusion, other->confusion, CLASSES * CLASSES * sizeof *one->confusion), 0);
    CHECK_EQUAL(memcmp(one->predictions, other->predictions, one->images), 0);
    CHECK_EQUAL(memcmp(one->confidences, other->confidences, one->images * sizeof *one->confidences), 0);
}

TEST(evaluate_depends_on_neither_parts_nor_threads)
{
    static const size_t parts[] = {1, 7, 64, 128, 299};
    scrawl_dataset *dataset = random_dataset(IMAGES, 2);
    scrawl_model *model = half_trained(dataset);
    scrawl_evaluator *whole = read_in_parts(model, dataset, 1, IMAGES);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        scrawl_evaluator *divided = read_in_parts(model, dataset, 1 + (int)i % 3, parts[i]);
        check_same(scrawl_evaluator_result(divided), scrawl_evaluator_result(whole));
        scrawl_evaluator_free(divided);
    }
    scrawl_evaluator_free(whole);
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

TEST(evaluate_says_how_it_stands_after_each_part)
{
    enum { FIRST = 100 };
    scrawl_dataset *dataset = random_dataset(IMAGES, 3), *first = NULL;
    const uint8_t *images = scrawl_dataset_image(dataset, 0), *labels = scrawl_dataset_labels(dataset);
    scrawl_model *model = half_trained(dataset);
    scrawl_evaluator *evaluator = make_evaluator(model, dataset, 1);
    const scrawl_evaluation *evaluation = scrawl_evaluator_result(evaluator);
    CHECK_EQUAL(evaluation->images, 0);
    CHECK_EQUAL(evaluation->total, IMAGES);
    CHECK(isnan(evaluation->loss) && isnan(evaluation->accuracy) && isnan(evaluation->calibration_error));
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, images, FIRST), SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, FIRST, CLASSES, &first), SCRAWL_OK);
    scrawl_evaluator *of_first = read_in_parts(model, first, 1, FIRST);
    check_same(evaluation, scrawl_evaluator_result(of_first));
    scrawl_evaluator_free(of_first);
    scrawl_evaluator_free(evaluator);
    scrawl_model_free(model);
    scrawl_dataset_free(first);
    scrawl_dataset_free(dataset);
}

TEST(evaluate_refuses_what_it_cannot_read)
{
    static const uint8_t images[4 * PIXELS], labels[] = {1, 9, 0, 10};
    scrawl_model *model = make_model("maxpool 4, flatten, dense 10 softmax");
    scrawl_evaluator *evaluator = NULL;
    CHECK_EQUAL(scrawl_evaluator_create(model, labels, 0, 1, &evaluator), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "no image");
    CHECK_EQUAL(scrawl_evaluator_create(model, NULL, 3, 1, &evaluator), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_evaluator_create(model, labels, 4, 1, &evaluator), SCRAWL_INVALID_DATASET);
    CHECK_MENTIONS(scrawl_error(), "image 3 is 10");
    CHECK_EQUAL(scrawl_evaluator_create(model, labels, 3, -1, &evaluator), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_evaluator_create(model, labels, 3, SCRAWL_MAX_THREADS + 1, &evaluator), SCRAWL_INVALID_ARGUMENT);
    CHECK(evaluator == NULL);
    if (!CHECK_EQUAL(scrawl_evaluator_create(model, labels, 3, 1, &evaluator), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, images, 2), SCRAWL_OK);
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, NULL, 1), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, images, 2), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "1 more images, not for 2");
    CHECK_EQUAL(scrawl_evaluator_result(evaluator)->images, 2);
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, NULL, 0), SCRAWL_OK);
    CHECK_EQUAL(scrawl_evaluator_read(evaluator, images, 1), SCRAWL_OK);
    CHECK_EQUAL(scrawl_evaluator_result(evaluator)->images, 3);
    scrawl_evaluator_free(evaluator);
    scrawl_evaluator_free(NULL);
    scrawl_model_free(model);
}

/* Unknown ones, as made training images may be, count for no average. */
TEST(evaluate_sums_leave_the_unknown_out)
{
    static const float probabilities[] = {0.5f, 0.5f, 0.25f, 0.75f, 0.5f, 0.5f};
    static const uint8_t labels[] = {0, 0, 255};
    struct running_sums sums = {0};
    CHECK(isnan(running_mean(sums.loss, &sums)));
    running_sums_add(&sums, 2, probabilities, labels, 3);
    CHECK_EQUAL(sums.images, 3);
    CHECK_EQUAL(sums.unknown, 1);
    CHECK_EQUAL(sums.correct, 1);
    CHECK_NEAR(running_mean(sums.loss, &sums), (log(2) + log(4)) / 2, 1e-12);
    CHECK_NEAR(running_mean((double)sums.correct, &sums), 0.5, 0);
    struct running_sums unknown = {.images = 3, .unknown = 3};
    CHECK_NEAR(running_mean(unknown.loss, &unknown), 0, 0);
}
