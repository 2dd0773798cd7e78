/* How fast the matrix products of training are where they are used: trains on one thread with a table of kernels whose
 * products are timed, and prints operations per second as a line of JSON, in all and of each kind. What a product packs
 * for itself is in its time; columns that only fill up a panel count for nothing. Knows nothing of layers.
 * Usage: bench_products --network NAME --kernels TABLE [--quick] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kernels/kernels.h"
#include "model/model.h"
#include "scrawl.h"

enum { BATCH = 128, BATCHES = 8, CLASSES = 10, WARM_UP_STEPS = 3, STEPS = 25, QUICK_STEPS = 2, PROBES = 100000 };

/* ---- Time: ticks are short enough to be counted around a product that takes half a microsecond. ---- */

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

#if defined __x86_64__
static double ticks(void)
{
    return (double)__builtin_ia32_rdtsc();
}
#else
static double ticks(void)
{
    return seconds();
}
#endif

/* ---- Products that are timed ---- */

enum product { MULTIPLY, MULTIPLY_PANELS, MULTIPLY_TRANSPOSED, PRODUCTS };

static const char *const names[PRODUCTS] = {"multiply", "multiply_panels", "multiply_transposed"};
static const struct kernels *inner;
static struct {
    double ticks, operations, calls;
} spent[PRODUCTS];

static void note(enum product product, double start, size_t rows, size_t columns, size_t depth)
{
    spent[product].ticks += ticks() - start;
    spent[product].operations += 2.0 * (double)rows * (double)columns * (double)depth;
    spent[product].calls++;
}

static void multiply(size_t rows, size_t columns, size_t depth, struct matrix a, struct matrix b, float *c,
                     size_t c_stride, int accumulate)
{
    double start = ticks();
    inner->multiply(rows, columns, depth, a, b, c, c_stride, accumulate);
    note(MULTIPLY, start, rows, columns, depth);
}

static void multiply_panels(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                            size_t c_stride, int accumulate)
{
    double start = ticks();
    inner->multiply_panels(rows, columns, depth, a, b, c, c_stride, accumulate);
    note(MULTIPLY_PANELS, start, rows, columns, depth);
}

static void multiply_transposed(size_t rows, size_t columns, size_t depth, struct matrix a, struct panels b, float *c,
                                size_t c_stride)
{
    double start = ticks();
    inner->multiply_transposed(rows, columns, depth, a, b, c, c_stride);
    note(MULTIPLY_TRANSPOSED, start, rows, columns, depth);
}

/* What a timed product of nothing takes, in ticks: the clock's own part. */
static double overhead(void)
{
    memset(spent, 0, sizeof spent);
    for (int i = 0; i < PROBES; i++) note(MULTIPLY, ticks(), 0, 0, 0);
    double each = spent[MULTIPLY].ticks / PROBES;
    memset(spent, 0, sizeof spent);
    return each;
}

/* ---- Training ---- */

static void check(scrawl_status status)
{
    if (status == SCRAWL_OK) return;
    fprintf(stderr, "%s\n", scrawl_error());
    exit(1);
}

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

static void train(scrawl_trainer *trainer, int steps)
{
    scrawl_progress progress;
    for (int i = 0; i < steps; i++) scrawl_trainer_step(trainer, &progress);
}

/* ---- Result ---- */

static void print(const char *network, double ticks_per_second, double overhead_ticks, double all_seconds)
{
    double operations = 0, time = 0, rates[PRODUCTS], shares[PRODUCTS];
    for (int i = 0; i < PRODUCTS; i++) {
        double own = (spent[i].ticks - spent[i].calls * overhead_ticks) / ticks_per_second;
        operations += spent[i].operations;
        time += own;
        rates[i] = spent[i].calls > 0 ? spent[i].operations / own * 1e-9 : 0;
        shares[i] = own / all_seconds;
    }
    printf("{\"network\": \"%s\", \"kernels\": \"%s\", \"gflops\": %.1f, \"share_of_time\": %.3f", network, inner->name,
           operations / time * 1e-9, time / all_seconds);
    for (int i = 0; i < PRODUCTS; i++)
        printf(", \"%s\": {\"gflops\": %.1f, \"share_of_time\": %.3f}", names[i], rates[i], shares[i]);
    printf("}\n");
}

static void measure(const char *network, bool quick)
{
    scrawl_model_options options = scrawl_model_default();
    scrawl_training_options training = scrawl_training_default();
    scrawl_model *model;
    scrawl_trainer *trainer;
    options.architecture = network;
    training.epochs = SCRAWL_MAX_EPOCHS;
    training.batch_size = BATCH;
    training.threads = 1;
    check(scrawl_model_create(&options, &model));
    inner = model->packed.kernels;
    struct kernels timed = *inner;
    timed.multiply = multiply;
    timed.multiply_panels = multiply_panels;
    timed.multiply_transposed = multiply_transposed;
    model->packed.kernels = &timed;
    scrawl_dataset *dataset = random_dataset();
    check(scrawl_trainer_create(model, dataset, &training, &trainer));
    train(trainer, WARM_UP_STEPS);
    const double overhead_ticks = overhead();
    double start = seconds(), start_ticks = ticks();
    train(trainer, quick ? QUICK_STEPS : STEPS);
    double all_seconds = seconds() - start;
    print(network, (ticks() - start_ticks) / all_seconds, overhead_ticks, all_seconds);
    scrawl_trainer_free(trainer);
    scrawl_dataset_free(dataset);
    scrawl_model_free(model);
}

int main(int count, char **arguments)
{
    const char *network = "tutorial";
    bool quick = false;
    for (int i = 1; i < count; i++) {
        const char *value = i + 1 < count ? arguments[i + 1] : "";
        if (strcmp(arguments[i], "--quick") == 0) {
            quick = true;
            continue;
        }
        if (strcmp(arguments[i], "--network") == 0)
            network = value;
        else if (strcmp(arguments[i], "--kernels") == 0)
            check(scrawl_kernels_choose(value));
        else {
            fprintf(stderr, "There is an option that bench_products doesn't know.\n");
            return 1;
        }
        i++;
    }
    measure(network, quick);
    return 0;
}
