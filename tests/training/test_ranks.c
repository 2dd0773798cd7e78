/* Trainings and evaluations that several ranks share: the same bytes as one process, and sentences where they differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"
#include "thread_ranks.h"
#include "training/trainer.h"
#include "trainings.h"

enum { MOST = 8, IMAGES = 60, TEXT = 200 };

/* A training that each rank does for itself, and what came of it. */
struct job {
    const char *architecture;
    const scrawl_dataset *datasets[MOST]; /* the rank's */
    scrawl_training_options options[MOST];
    scrawl_normalization normalizations[MOST];
    const scrawl_model *teacher;
    int interrupted_after; /* steps, in which the checkpoint is made; 0: none */
    /* Of each rank. */
    scrawl_status statuses[MOST];
    char errors[MOST][TEXT];
    uint8_t *files[MOST], *checkpoints[MOST];
    size_t sizes[MOST], checkpoint_sizes[MOST];
    scrawl_progress progress[MOST];
};

static void note(struct job *job, int rank, scrawl_status status)
{
    job->statuses[rank] = status;
    if (status != SCRAWL_OK) snprintf(job->errors[rank], TEXT, "%s", scrawl_error());
}

static scrawl_status step_to_end(struct job *job, int rank, scrawl_trainer *trainer)
{
    scrawl_status status = SCRAWL_OK;
    scrawl_progress progress = {0};
    for (int step = 0; progress.phase != SCRAWL_FINISHED && status == SCRAWL_OK; step++) {
        if (progress.epochs > 0) job->progress[rank] = progress;
        if (job->interrupted_after > 0 && step == job->interrupted_after)
            return scrawl_trainer_save(trainer, &job->checkpoints[rank], &job->checkpoint_sizes[rank]);
        scrawl_trainer_step(trainer, &progress);
        status = scrawl_trainer_compare(trainer);
    }
    return status == SCRAWL_OK ? scrawl_trainer_calibrate(trainer) : status;
}

static void finish(struct job *job, const scrawl_ranks *ranks, scrawl_model *model, scrawl_trainer *trainer)
{
    scrawl_status status = scrawl_trainer_share(trainer, ranks);
    if (status == SCRAWL_OK) status = step_to_end(job, ranks->rank, trainer);
    if (status == SCRAWL_OK) status = scrawl_model_save(model, &job->files[ranks->rank], &job->sizes[ranks->rank]);
    note(job, ranks->rank, status);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
}

static void train(const scrawl_ranks *ranks, void *context)
{
    struct job *job = context;
    scrawl_model *model = make_model(job->architecture);
    scrawl_trainer *trainer;
    scrawl_status status = scrawl_model_set_normalization(model, job->normalizations[ranks->rank]);
    if (status == SCRAWL_OK)
        status = scrawl_trainer_create(model, job->datasets[ranks->rank], &job->options[ranks->rank], &trainer);
    if (status == SCRAWL_OK)
        finish(job, ranks, model, trainer);
    else
        note(job, ranks->rank, status);
}

/* From rank 0's checkpoint of an earlier job. */
static void go_on(const scrawl_ranks *ranks, void *context)
{
    struct job *job = context;
    scrawl_model *model;
    scrawl_trainer *trainer;
    scrawl_status status =
        scrawl_trainer_load(job->checkpoints[0], job->checkpoint_sizes[0], job->datasets[ranks->rank], job->teacher, 0,
                            job->options[ranks->rank].threads, &model, &trainer);
    if (status == SCRAWL_OK)
        finish(job, ranks, model, trainer);
    else
        note(job, ranks->rank, status);
}

static struct job make_job(const char *architecture, const scrawl_dataset *dataset,
                           const scrawl_training_options *options)
{
    struct job job = {.architecture = architecture, .teacher = options->teacher};
    for (int i = 0; i < MOST; i++) {
        job.datasets[i] = dataset;
        job.options[i] = *options;
        job.options[i].threads = i % 2 + 1;
    }
    return job;
}

static void free_job(struct job *job)
{
    for (int i = 0; i < MOST; i++) {
        scrawl_free(job->files[i]);
        scrawl_free(job->checkpoints[i]);
    }
}

/* Whether all these ranks wrote this file. */
static void check_files(const struct job *job, int count, const uint8_t *file, size_t size)
{
    for (int rank = 0; rank < count; rank++) {
        if (CHECK_TEXT(job->errors[rank], "") && CHECK_EQUAL(job->sizes[rank], size))
            CHECK(memcmp(job->files[rank], file, size) == 0);
    }
}

/* That any number of ranks writes the bytes that one process does, at one go and after a pause with another number. */
static void check_same_bytes(const char *architecture, const scrawl_training_options *options)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 5);
    size_t size;
    uint8_t *file = train_to_file(architecture, dataset, options, UNINTERRUPTED, &size);
    for (int count = 1; count <= 7; count += 1 + count / 4) { /* 1, 2, 3, 4, 6 */
        struct job job = make_job(architecture, dataset, options), rest = make_job(architecture, dataset, options);
        const size_t sent = run_ranks(count, train, &job);
        check_files(&job, count, file, size);
        CHECK(count == 1 ? sent == 0 : sent > 0);
        rest.interrupted_after = 5;
        run_ranks(count, train, &rest);
        rest.interrupted_after = 0;
        for (int rank = 0; rank < MOST; rank++) scrawl_free(rest.files[rank]), rest.files[rank] = NULL;
        run_ranks(7 - count, go_on, &rest);
        check_files(&rest, 7 - count, file, size);
        free_job(&job);
        free_job(&rest);
    }
    scrawl_free(file);
    scrawl_dataset_free(dataset);
}

TEST(ranks_train_to_the_bytes_of_one_process)
{
    scrawl_training_options options = short_training(1);
    check_same_bytes(small_architecture, &options);
    check_same_bytes(batchnorm_architecture, &options);
    check_same_bytes("flatten, dense 200 relu, dense 10 softmax", &options);
    check_same_bytes("conv 8 5x5 stride 2 relu, depthwise 3x3 same, batchnorm relu, keep a, conv 8 3x3 same relu, "
                     "add a, conv 5 3x3 relu, maxpool 2, globalpool, dense 10 softmax",
                     &options);
}

TEST(ranks_train_with_an_average_and_decay_to_the_bytes_of_one_process)
{
    scrawl_training_options options = short_training(2);
    options.average = 0.9f;
    options.weight_decay = 0.1f;
    options.optimizer = SCRAWL_SGD;
    options.augment = 0.5f;
    options.synthetic = 0.2f;
    options.unknown = 0.1f;
    options.touching = 0.1f;
    options.batch_size = 47; /* of 48 */
    check_same_bytes(batchnorm_architecture, &options);
}

TEST(ranks_train_a_detector_to_the_bytes_of_one_process)
{
    scrawl_training_options options = short_training(1);
    options.label_smoothing = 0;
    options.epochs = 2;
    options.epoch_share = 0.5;
    options.batch_size = 12;
    check_same_bytes(detector_architecture, &options);
}

TEST(ranks_ask_their_teacher_for_their_own_images)
{
    scrawl_training_options options = short_training(1);
    options.teacher = make_model("flatten, dense 10 softmax");
    check_same_bytes(small_architecture, &options);
    scrawl_model_free((scrawl_model *)options.teacher);
}

/* What every rank says of a job that can't be shared. */
static void check_refused(struct job *job, int count, const char *sentence)
{
    run_ranks(count, train, job);
    for (int rank = 0; rank < count; rank++) {
        CHECK_EQUAL(job->statuses[rank], SCRAWL_INVALID_ARGUMENT);
        CHECK_TEXT(job->errors[rank], sentence);
    }
    free_job(job);
}

TEST(ranks_that_differ_are_named)
{
    const scrawl_training_options options = short_training(1);
    scrawl_dataset *dataset = random_dataset(IMAGES, 5), *other = random_dataset(IMAGES, 6);
    struct job data = make_job(small_architecture, dataset, &options);
    data.datasets[2] = other;
    check_refused(&data, 3, "Rank 2 differs from rank 0 in its data. All ranks need the same.");
    struct job seed = make_job(small_architecture, dataset, &options);
    seed.options[1].seed++;
    check_refused(&seed, 2, "Rank 1 differs from rank 0 in its training options. All ranks need the same.");
    struct job input = make_job(small_architecture, dataset, &options);
    input.normalizations[1] = SCRAWL_NORMALIZE_COLUMN_L2;
    check_refused(&input, 2, "Rank 1 differs from rank 0 in its normalization. All ranks need the same.");
    struct job many = make_job(small_architecture, dataset, &options);
    for (int i = 0; i < MOST; i++) many.options[i].batch_size = 4;
    check_refused(&many, 5, "At most 4 ranks can share a batch size of 4.");
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(other);
}

/* A machine that computes wrongly: rank 1's weights change by themselves. */
static void train_wrongly(const scrawl_ranks *ranks, void *context)
{
    struct job *job = context;
    scrawl_model *model = make_model(job->architecture);
    scrawl_trainer *trainer;
    scrawl_progress progress;
    scrawl_status status =
        scrawl_trainer_create(model, job->datasets[ranks->rank], &job->options[ranks->rank], &trainer);
    if (status == SCRAWL_OK) status = scrawl_trainer_share(trainer, ranks);
    for (int step = 0; step < 2 && status == SCRAWL_OK; step++) {
        scrawl_trainer_step(trainer, &progress);
        status = scrawl_trainer_compare(trainer);
        if (ranks->rank == 1) trainer->weights.values[0] += 1;
    }
    note(job, ranks->rank, status);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
}

TEST(ranks_notice_a_rank_that_computes_wrongly)
{
    const scrawl_training_options options = short_training(1);
    scrawl_dataset *dataset = random_dataset(IMAGES, 5);
    struct job job = make_job(small_architecture, dataset, &options);
    run_ranks(3, train_wrongly, &job);
    for (int rank = 0; rank < 3; rank++)
        CHECK_TEXT(job.errors[rank], "Rank 1 differs from rank 0 in its weights. All ranks need the same.");
    scrawl_dataset_free(dataset);
}

/* ---- Evaluation ---- */

/* An evaluation that each rank does for itself, and what came of it. */
struct reading {
    const scrawl_model *models[MOST];
    const scrawl_dataset *datasets[MOST];
    const uint8_t *labels[MOST];
    /* Of each rank. */
    scrawl_status statuses[MOST];
    scrawl_evaluation results[MOST];
    uint8_t predictions[MOST][IMAGES];
    float confidences[MOST][IMAGES];
    char errors[MOST][TEXT];
};

static void read_all(const scrawl_ranks *ranks, void *context)
{
    struct reading *reading = context;
    const int rank = ranks->rank;
    scrawl_evaluator *evaluator;
    scrawl_status status = scrawl_evaluator_create(reading->models[rank], reading->labels[rank], IMAGES, 1, &evaluator);
    if (status == SCRAWL_OK) status = scrawl_evaluator_share(evaluator, ranks);
    for (size_t i = 0; i < IMAGES && status == SCRAWL_OK; i += 20)
        status = scrawl_evaluator_read(evaluator, scrawl_dataset_image(reading->datasets[rank], i), 20);
    reading->statuses[rank] = status;
    reading->results[rank] = *scrawl_evaluator_result(evaluator);
    snprintf(reading->errors[rank], TEXT, "%s", scrawl_error());
    memcpy(reading->predictions[rank], reading->results[rank].predictions, IMAGES);
    memcpy(reading->confidences[rank], reading->results[rank].confidences, IMAGES * sizeof(float));
    scrawl_evaluator_free(evaluator);
}

static struct reading make_reading(const scrawl_model *model, const scrawl_dataset *dataset)
{
    struct reading reading = {0};
    for (int rank = 0; rank < MOST; rank++) {
        reading.models[rank] = model;
        reading.datasets[rank] = dataset;
        reading.labels[rank] = scrawl_dataset_labels(dataset);
    }
    return reading;
}

TEST(ranks_evaluate_as_one_process_does)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 7);
    scrawl_model *model = make_model(batchnorm_architecture);
    struct reading alone = make_reading(model, dataset);
    run_ranks(1, read_all, &alone);
    for (int count = 2; count <= MOST; count += 3) {
        struct reading shared = make_reading(model, dataset);
        run_ranks(count, read_all, &shared);
        for (int rank = 0; rank < count; rank++) {
            CHECK_EQUAL(shared.statuses[rank], SCRAWL_OK);
            CHECK_NEAR(shared.results[rank].loss, alone.results[0].loss, 0);
            CHECK_EQUAL(shared.results[rank].errors, alone.results[0].errors);
            CHECK(memcmp(shared.predictions[rank], alone.predictions[0], IMAGES) == 0);
            CHECK(memcmp(shared.confidences[rank], alone.confidences[0], IMAGES * sizeof(float)) == 0);
        }
    }
    scrawl_model_free(model);
    scrawl_dataset_free(dataset);
}

/* What both ranks say of an evaluation that can't be shared. */
static void check_reading_refused(struct reading *reading, const char *sentence)
{
    run_ranks(2, read_all, reading);
    for (int rank = 0; rank < 2; rank++) {
        CHECK_EQUAL(reading->statuses[rank], SCRAWL_INVALID_ARGUMENT);
        CHECK_TEXT(reading->errors[rank], sentence);
    }
}

TEST(ranks_that_evaluate_something_else_are_named)
{
    scrawl_dataset *dataset = random_dataset(IMAGES, 7), *other = random_dataset(IMAGES, 8);
    scrawl_model *model = make_model("flatten, dense 16 relu, dense 10 softmax");
    scrawl_model *bent = make_model("flatten, dense 16, dense 10 softmax"); /* of the same weights */
    struct reading labels = make_reading(model, dataset), images = labels, networks = labels;
    labels.labels[1] = scrawl_dataset_labels(other);
    check_reading_refused(&labels, "Rank 1 differs from rank 0 in its labels. All ranks need the same.");
    images.datasets[1] = other;
    check_reading_refused(&images, "Rank 1 differs from rank 0 in its images. All ranks need the same.");
    networks.models[1] = bent;
    check_reading_refused(&networks, "Rank 1 differs from rank 0 in its network. All ranks need the same.");
    scrawl_model_free(model);
    scrawl_model_free(bent);
    scrawl_dataset_free(dataset);
    scrawl_dataset_free(other);
}
