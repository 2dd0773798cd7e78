/* What one rank of several does in a step of training: its time, and what it exchanges. Each rank is computed alone,
 * in turns with the others and with one process, and what the others would send is copied from what it sends itself: no
 * number is right then, but all of them take their time, and nobody is waited for. Prints a line of JSON. Knows no MPI.
 * Usage: bench_share --network NAME --ranks N [--kernels TABLE] [--quick] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scrawl.h"

enum { BATCH = 128, BATCHES = 8, CLASSES = 10, LEAST_TURNS = 3 };
static const double window = 4; /* seconds of all steps */

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

/* An exchange during which the rank computes. */
struct meanwhile {
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    double begin, seconds;
    size_t sent_bytes, received_bytes;
};

struct pretended {
    scrawl_ranks ranks;
    struct traffic traffic;
    struct meanwhile meanwhile[SCRAWL_MAX_EXCHANGES];
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

static void begin(void *context, int number, const scrawl_part *sent, const scrawl_part *received)
{
    struct pretended *own = context;
    struct meanwhile *meanwhile = &own->meanwhile[number];
    for (int rank = 0; rank < own->ranks.count; rank++) {
        meanwhile->sent[rank] = sent[rank];
        meanwhile->received[rank] = received[rank];
    }
    meanwhile->begin = seconds();
}

static void finish(void *context, int number)
{
    struct pretended *own = context;
    struct meanwhile *meanwhile = &own->meanwhile[number];
    const struct traffic before = own->traffic;
    meanwhile->seconds = seconds() - meanwhile->begin;
    exchange(context, meanwhile->sent, meanwhile->received);
    meanwhile->sent_bytes = own->traffic.sent - before.sent;
    meanwhile->received_bytes = own->traffic.received - before.received;
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

/* A process alone, or one of several ranks. */
struct measured {
    struct pretended own;
    scrawl_model *model;
    scrawl_trainer *trainer;
    double least; /* seconds of a step: whatever else the machine does makes it longer */
};

static void make(struct measured *measured, const char *network, const scrawl_dataset *dataset, int rank, int count)
{
    scrawl_model_options options = scrawl_model_default();
    scrawl_training_options training = scrawl_training_default();
    measured->own.ranks = (scrawl_ranks){rank, count, exchange, begin, finish, &measured->own};
    options.architecture = network;
    training.epochs = SCRAWL_MAX_EPOCHS;
    training.batch_size = BATCH;
    training.threads = 1;
    check(scrawl_model_create(&options, &measured->model));
    check(scrawl_trainer_create(measured->model, dataset, &training, &measured->trainer));
    check(scrawl_trainer_share(measured->trainer, &measured->own.ranks));
}

static void step(struct measured *measured)
{
    scrawl_progress progress;
    measured->own.traffic = (struct traffic){0};
    memset(measured->own.meanwhile, 0, sizeof measured->own.meanwhile);
    const double begin = seconds();
    scrawl_trainer_step(measured->trainer, &progress);
    const double time = seconds() - begin;
    if (measured->least == 0 || time < measured->least) measured->least = time;
    if (progress.images % BATCH > 0) fail("A step had no full batch.");
}

static void print(const char *before, const struct measured *measured)
{
    const struct traffic *traffic = &measured->own.traffic;
    printf("%s{\"seconds\": %.7f, \"exchanges\": %zu, \"messages\": %zu, \"sent\": %zu, \"received\": %zu, "
           "\"meanwhile\": [",
           before, measured->least, traffic->exchanges, traffic->messages, traffic->sent, traffic->received);
    for (int i = 0, printed = 0; i < SCRAWL_MAX_EXCHANGES; i++) {
        const struct meanwhile *meanwhile = &measured->own.meanwhile[i];
        if (meanwhile->sent_bytes + meanwhile->received_bytes == 0) continue;
        printf("%s{\"seconds\": %.7f, \"sent\": %zu, \"received\": %zu}", printed++ > 0 ? ", " : "", meanwhile->seconds,
               meanwhile->sent_bytes, meanwhile->received_bytes);
    }
    printf("]}");
}

/* All take steps in turns, so that what the machine does meanwhile meets all. */
static void measure(const char *network, int count, bool quick)
{
    static struct measured all[1 + SCRAWL_MAX_RANKS]; /* alone, then the ranks */
    scrawl_dataset *dataset = random_dataset();
    make(&all[0], network, dataset, 0, 1);
    for (int rank = 0; rank < count; rank++) make(&all[1 + rank], network, dataset, rank, count);
    const double end = seconds() + window;
    for (int turn = 0; turn < LEAST_TURNS || (!quick && seconds() < end); turn++)
        for (int i = 0; i <= count; i++) {
            step(&all[i]); /* brings into the caches what the others drove out: ranks have cores of their own */
            step(&all[i]);
        }
    printf("{\"network\": \"%s\"", network);
    print(", \"alone\": ", &all[0]);
    for (int rank = 0; rank < count; rank++) print(rank > 0 ? ", " : ", \"ranks\": [", &all[1 + rank]);
    printf("]}\n");
    for (int i = 0; i <= count; i++) {
        scrawl_trainer_free(all[i].trainer);
        scrawl_model_free(all[i].model);
    }
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
            count = (int)strtol(value, NULL, 10);
        else
            fail("There is an option that bench_share doesn't know.");
        i++;
    }
    if (count < 1 || count > SCRAWL_MAX_RANKS) fail("--ranks is a number from 1 to 32.");
    measure(network, count, quick);
    return 0;
}
