/* What one rank of several does in a step of training: its time, and what it exchanges. Each rank is computed alone,
 * one after the other, and what the others would send is copied from what it sends itself: no number is right then,
 * but all of them take their time, and nobody is waited for. Prints a line of JSON. Knows no MPI.
 * Usage: bench_share --network NAME --ranks N [--kernels TABLE] [--quick] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scrawl.h"

enum { BATCH = 128, BATCHES = 8, CLASSES = 10, WARM_UP_STEPS = 3, MOST_STEPS = 4000, QUICK_STEPS = 3 };
static const double window = 0.4; /* seconds of steps */

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

_Noreturn static void fail(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    exit(1);
}

static void check(scrawl_status status)
{
    if (status != SCRAWL_OK) fail(scrawl_error());
}

/* ---- The other ranks ---- */

struct traffic {
    size_t exchanges, messages, sent, received; /* times, messages to others, bytes to and from them */
};

struct pretended {
    scrawl_ranks ranks;
    struct traffic traffic;
};

/* Bytes of the sent part, again and again, so that the sums of other ranks' chunks count as many images. */
static void fill(const scrawl_part *received, const scrawl_part *sent)
{
    if (sent->size == 0) return;
    for (size_t place = 0; place < received->size; place += sent->size) {
        const size_t rest = received->size - place;
        memcpy((char *)received->bytes + place, sent->bytes, rest < sent->size ? rest : sent->size);
    }
}

static void exchange(void *context, const scrawl_part *sent, const scrawl_part *received)
{
    struct pretended *own = context;
    own->traffic.exchanges++;
    for (int other = 0; other < own->ranks.count; other++) {
        if (other == own->ranks.rank) continue;
        fill(&received[other], &sent[other]);
        own->traffic.messages += sent[other].size > 0;
        own->traffic.sent += sent[other].size;
        own->traffic.received += received[other].size;
    }
}

/* ---- Training ---- */

static scrawl_dataset *random_dataset(void)
{
    enum { COUNT = BATCH * BATCHES };
    static uint8_t images[COUNT * SCRAWL_IMAGE_PIXELS], labels[COUNT];
    uint32_t state = 1;
    scrawl_dataset *dataset;
    for (size_t i = 0; i < sizeof images; i++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator */
        images[i] = (uint8_t)(state >> 16);
    }
    for (size_t i = 0; i < COUNT; i++) labels[i] = images[i] % CLASSES;
    check(scrawl_dataset_from_arrays(images, labels, COUNT, CLASSES, &dataset));
    return dataset;
}

static int ascending(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The median time of a step; traffic: of the last step. */
static double time_steps(scrawl_trainer *trainer, bool quick, struct traffic *traffic)
{
    static double times[MOST_STEPS];
    scrawl_progress progress;
    size_t count = 0;
    for (int i = 0; i < WARM_UP_STEPS; i++) scrawl_trainer_step(trainer, &progress);
    for (double begin = seconds(), now = begin; count < (quick ? QUICK_STEPS : MOST_STEPS) && now < begin + window;) {
        *traffic = (struct traffic){0};
        scrawl_trainer_step(trainer, &progress);
        times[count++] = seconds() - now;
        now = seconds();
        if (progress.images % BATCH > 0) fail("A step had no full batch.");
    }
    qsort(times, count, sizeof *times, ascending);
    return times[count / 2];
}

struct measurement {
    double seconds; /* of a step */
    struct traffic traffic;
};

static struct measurement measure_rank(const char *network, const scrawl_dataset *dataset, int rank, int count,
                                       bool quick)
{
    struct pretended own = {.ranks = {rank, count, exchange, &own}};
    scrawl_model_options options = scrawl_model_default();
    scrawl_training_options training = scrawl_training_default();
    scrawl_model *model;
    scrawl_trainer *trainer;
    options.architecture = network;
    training.epochs = SCRAWL_MAX_EPOCHS;
    training.batch_size = BATCH;
    training.threads = 1;
    check(scrawl_model_create(&options, &model));
    check(scrawl_trainer_create(model, dataset, &training, &trainer));
    check(scrawl_trainer_share(trainer, &own.ranks));
    const double time = time_steps(trainer, quick, &own.traffic);
    scrawl_trainer_free(trainer);
    scrawl_model_free(model);
    return (struct measurement){time, own.traffic};
}

/* One rank is a process of its own, which exchanges nothing. */
static void measure(const char *network, int count, bool quick)
{
    struct measurement measured[SCRAWL_MAX_RANKS];
    scrawl_dataset *dataset = random_dataset();
    for (int rank = 0; rank < count; rank++) measured[rank] = measure_rank(network, dataset, rank, count, quick);
    printf("{\"network\": \"%s\", \"count\": %d, \"ranks\": [", network, count);
    for (int rank = 0; rank < count; rank++) {
        const struct traffic *traffic = &measured[rank].traffic;
        printf("%s{\"rank\": %d, \"seconds\": %.7f, \"exchanges\": %zu, \"messages\": %zu, \"sent\": %zu, "
               "\"received\": %zu}",
               rank > 0 ? ", " : "", rank, measured[rank].seconds, traffic->exchanges, traffic->messages, traffic->sent,
               traffic->received);
    }
    printf("]}\n");
    scrawl_dataset_free(dataset);
}

int main(int argument_count, char **arguments)
{
    const char *network = "best";
    int count = 2;
    bool quick = false;
    for (int i = 1; i < argument_count; i++) {
        const char *value = i + 1 < argument_count ? arguments[i + 1] : "";
        if (strcmp(arguments[i], "--quick") == 0) {
            quick = true;
            continue;
        }
        if (strcmp(arguments[i], "--network") == 0)
            network = value;
        else if (strcmp(arguments[i], "--kernels") == 0)
            check(scrawl_kernels_choose(value));
        else if (strcmp(arguments[i], "--ranks") == 0)
            count = atoi(value);
        else
            fail("There is an option that bench_share doesn't know.");
        i++;
    }
    if (count < 1 || count > SCRAWL_MAX_RANKS) fail("--ranks is a number from 1 to 32.");
    measure(network, count, quick);
    return 0;
}
