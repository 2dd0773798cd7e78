/* Measures training and reading on random images: images per second, medians over several repeats, for each table of
 * kernels that this processor has. Usage: bench [REPEATS] */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../../src/scrawl.h"

enum { BATCH = 128, IMAGES = 8 * BATCH, CLASSES = 10, MAX_REPEATS = 99, READ_SINGLY = 64 };

static uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS], labels[IMAGES];
static float probabilities[IMAGES * CLASSES];

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(scrawl_status status)
{
    if (status == SCRAWL_OK) return;
    fprintf(stderr, "%s\n", scrawl_error());
    exit(1);
}

static void fill_images(void)
{
    for (size_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)((i * 2654435761u) >> 24);
    for (size_t i = 0; i < IMAGES; i++) labels[i] = (uint8_t)(i % CLASSES);
}

struct subject {
    scrawl_model *model;
    scrawl_trainer *trainer;
    int threads;
};

static size_t train_once(struct subject *subject)
{
    scrawl_progress progress;
    for (size_t i = 0; i < IMAGES / BATCH; i++) scrawl_trainer_step(subject->trainer, &progress);
    return IMAGES;
}

static size_t read_together(struct subject *subject)
{
    check(scrawl_predict_images(subject->model, images, IMAGES, subject->threads, probabilities));
    return IMAGES;
}

static size_t read_singly(struct subject *subject)
{
    for (size_t i = 0; i < READ_SINGLY; i++)
        check(scrawl_predict_images(subject->model, images + i * SCRAWL_IMAGE_PIXELS, 1, 1, probabilities));
    return READ_SINGLY;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median images per second after one warm-up. */
static double measure(size_t (*run)(struct subject *), struct subject *subject, int repeats)
{
    double rates[MAX_REPEATS];
    run(subject);
    for (int i = 0; i < repeats; i++) {
        double start = seconds();
        size_t count = run(subject);
        rates[i] = (double)count / (seconds() - start);
    }
    qsort(rates, (size_t)repeats, sizeof *rates, compare);
    return rates[repeats / 2];
}

static void measure_network(const char *architecture, const scrawl_dataset *dataset, int threads, int repeats)
{
    scrawl_model_options model_options = scrawl_model_default();
    scrawl_training_options options = scrawl_training_default();
    struct subject subject = {.threads = threads};
    model_options.architecture = architecture;
    options.epochs = 100000;
    options.threads = threads;
    check(scrawl_model_create(&model_options, &subject.model));
    check(scrawl_trainer_create(subject.model, dataset, &options, &subject.trainer));
    double train = measure(train_once, &subject, repeats);
    double together = measure(read_together, &subject, repeats);
    double singly = threads == 1 ? measure(read_singly, &subject, repeats) : 0;
    printf("%-10s %7d %12.0f %14.0f", architecture, threads, train, together);
    if (threads == 1) printf(" %12.0f", singly);
    printf("\n");
    scrawl_trainer_free(subject.trainer);
    scrawl_model_free(subject.model);
}

int main(int argument_count, char **arguments)
{
    int repeats = argument_count > 1 ? atoi(arguments[1]) : 5;
    if (repeats < 1 || repeats > MAX_REPEATS) repeats = 5;
    scrawl_dataset *dataset;
    fill_images();
    check(scrawl_dataset_from_arrays(images, labels, IMAGES, CLASSES, &dataset));
    for (size_t i = 0; scrawl_kernels_name(i); i++) {
        check(scrawl_kernels_choose(scrawl_kernels_name(i)));
        printf("%s: images/s\n%-10s %7s %12s %14s %12s\n", scrawl_kernels_name(i), "network", "threads", "train",
               "read many", "read one");
        for (int threads = 1; threads <= 2; threads++)
            for (size_t j = 0; scrawl_architecture_name(j); j++)
                measure_network(scrawl_architecture_name(j), dataset, threads, repeats);
    }
    scrawl_dataset_free(dataset);
    return 0;
}
