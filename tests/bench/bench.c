/* One native measurement per process, so that the peak memory is that measurement's own; prints it as a line of JSON.
 * Images are random. Knows no other measurement: bench.mjs asks for them and makes the table.
 * Usage: bench --what train|read-1|read-128|peak --network NAME --kernels TABLE --threads N [--quick]
 *        bench --what tables */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "peak.h"
#include "scrawl.h"

enum {
    BATCH = 128,
    CLASSES = 10,
    MNIST_IMAGES = 60000,
    QUICK_IMAGES = 4 * BATCH,
    MOST_REPEATS = 7,
    KIB_PER_MIB = 1024
};

/* How long to measure, in seconds. */
struct pace {
    double warm_up, window;
    int repeats;
};
static const struct pace usual_pace = {0.5, 0.25, MOST_REPEATS}, quick_pace = {0.01, 0.01, 3};

struct settings {
    const char *what, *network, *kernels;
    int threads;
    bool quick;
};

/* What a unit of work needs. */
struct subject {
    const struct settings *settings;
    scrawl_model *model;
    scrawl_dataset *dataset;
    scrawl_trainer *trainer;
    const uint8_t *images; /* [BATCH][28][28] */
    peak_function *peak;
};

/* Does one unit of work and returns how much it was: images, or floating point operations. */
typedef double work(const struct subject *subject);

static void stop(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    exit(1);
}

static void check(scrawl_status status)
{
    if (status != SCRAWL_OK) stop(scrawl_error());
}

/* ---- Time ------------------------------------------------------------------------------------------------------ */

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Works for at least `duration` seconds, and returns the amount of work per second. */
static double rate_of(work *unit, const struct subject *subject, double duration)
{
    double start = seconds(), amount = 0, elapsed;
    do {
        amount += unit(subject);
        elapsed = seconds() - start;
    } while (elapsed < duration);
    return amount / elapsed;
}

/* The median of several windows after a warm-up. */
static double median_rate(work *unit, const struct subject *subject)
{
    const struct pace *pace = subject->settings->quick ? &quick_pace : &usual_pace;
    double rates[MOST_REPEATS];
    rate_of(unit, subject, pace->warm_up);
    for (int i = 0; i < pace->repeats; i++) rates[i] = rate_of(unit, subject, pace->window);
    qsort(rates, (size_t)pace->repeats, sizeof *rates, compare);
    return rates[pace->repeats / 2];
}

/* ---- Memory and operations -------------------------------------------------------------------------------------- */

/* The high-water mark of this program's resident memory in MiB. Linux's getrusage would also count what the process was
 * before it became this program. */
static double peak_mib(void)
{
    char line[256];
    double kib = 0;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0) kib = strtod(line + 6, NULL);
    if (status) fclose(status);
    if (kib > 0) return kib / KIB_PER_MIB;
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / KIB_PER_MIB;
}

/* Floating point operations of one image by the definition of its layers, however they are computed: two for each
 * multiply-add of a direct convolution or dense layer. Training does each layer's three times (output, gradient to the
 * weights, gradient to the input), but nobody needs the gradient to the first layer's input. */
static double operations_per_image(const scrawl_model *model, bool training)
{
    double operations = 0;
    bool is_first = true;
    for (size_t i = 0; i < scrawl_model_layer_count(model); i++) {
        scrawl_layer layer;
        check(scrawl_model_layer(model, i, &layer));
        if (!layer.parameter_count) continue;
        double weights = (double)(layer.parameter_count - layer.channels);
        int passes = training ? (is_first ? 2 : 3) : 1;
        operations += 2 * passes * weights * (double)(layer.rows * layer.columns);
        is_first = false;
    }
    return operations;
}

/* ---- Training and reading --------------------------------------------------------------------------------------- */

static double train_step(const struct subject *subject)
{
    scrawl_progress progress;
    scrawl_trainer_step(subject->trainer, &progress);
    return BATCH;
}

static double read_batch(const struct subject *subject)
{
    float probabilities[BATCH * CLASSES];
    check(scrawl_predict_images(subject->model, subject->images, BATCH, subject->settings->threads, probabilities));
    return BATCH;
}

static double read_one(const struct subject *subject)
{
    float probabilities[CLASSES];
    check(scrawl_predict_images(subject->model, subject->images, 1, subject->settings->threads, probabilities));
    return 1;
}

static uint8_t *random_bytes(size_t count, unsigned most)
{
    uint8_t *bytes = malloc(count);
    uint32_t state = 1;
    if (!bytes) stop("There is not enough memory for the images.");
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u; /* Numerical Recipes' generator; its upper bits are the good ones */
        bytes[i] = (uint8_t)((state >> 16) % (most + 1));
    }
    return bytes;
}

/* As many images as MNIST has, so that the memory is what a user sees: whole batches of them. */
static void prepare_training(struct subject *subject)
{
    size_t count = (subject->settings->quick ? QUICK_IMAGES : MNIST_IMAGES) / BATCH * BATCH;
    uint8_t *images = random_bytes(count * SCRAWL_IMAGE_PIXELS, UINT8_MAX), *labels = random_bytes(count, CLASSES - 1);
    check(scrawl_dataset_from_arrays(images, labels, count, CLASSES, &subject->dataset));
    free(images);
    free(labels);
    scrawl_training_options options = scrawl_training_default();
    options.epochs = SCRAWL_MAX_EPOCHS;
    options.batch_size = BATCH;
    options.threads = subject->settings->threads;
    check(scrawl_trainer_create(subject->model, subject->dataset, &options, &subject->trainer));
}

static void measure_network(const struct settings *settings, work *unit)
{
    struct subject subject = {.settings = settings};
    uint8_t *images = random_bytes(BATCH * SCRAWL_IMAGE_PIXELS, UINT8_MAX);
    bool training = unit == train_step;
    scrawl_model_options options = scrawl_model_default();
    options.architecture = settings->network;
    subject.images = images;
    check(scrawl_kernels_choose(settings->kernels));
    check(scrawl_model_create(&options, &subject.model));
    if (training) prepare_training(&subject);
    double rate = median_rate(unit, &subject);
    printf("{\"what\": \"%s\", \"network\": \"%s\", \"kernels\": \"%s\", \"threads\": %d, \"images_per_second\": %.1f, "
           "\"peak_mib\": %.1f, \"operations_per_image\": %.0f}\n",
           settings->what, settings->network, settings->kernels, settings->threads, rate, peak_mib(),
           operations_per_image(subject.model, training));
    scrawl_trainer_free(subject.trainer);
    scrawl_dataset_free(subject.dataset);
    scrawl_model_free(subject.model);
    free(images);
}

/* ---- The processor's peak --------------------------------------------------------------------------------------- */

static const struct {
    const char *kernels;
    peak_function *function;
} peaks[] = {
#if defined __x86_64__
    {"avx512", peak_avx512},
    {"avx2", peak_avx2},
    {"sse2", peak_sse2},
#else
    {"baseline", peak_baseline},
#endif
};

struct peak_worker {
    pthread_t thread;
    peak_function *function;
    double operations;
    float result;
};

static void *multiply_and_add(void *argument)
{
    enum { ROUNDS = 1000000 };
    struct peak_worker *worker = argument;
    worker->operations = worker->function(ROUNDS, &worker->result);
    return NULL;
}

static double peak_on_threads(const struct subject *subject)
{
    struct peak_worker workers[SCRAWL_MAX_THREADS];
    const int threads = subject->settings->threads;
    double operations = 0;
    for (int i = 0; i < threads; i++) {
        workers[i].function = subject->peak;
        if (pthread_create(&workers[i].thread, NULL, multiply_and_add, &workers[i]))
            stop("No thread could be started.");
    }
    for (int i = 0; i < threads; i++) {
        pthread_join(workers[i].thread, NULL);
        operations += workers[i].operations;
    }
    return operations;
}

static void measure_peak(const struct settings *settings)
{
    struct subject subject = {.settings = settings};
    check(scrawl_kernels_choose(settings->kernels)); /* fails where the processor lacks the instructions */
    for (size_t i = 0; i < sizeof peaks / sizeof *peaks; i++)
        if (strcmp(peaks[i].kernels, settings->kernels) == 0) subject.peak = peaks[i].function;
    if (!subject.peak) stop("There is no measurement of the peak for these kernels.");
    printf("{\"what\": \"peak\", \"kernels\": \"%s\", \"threads\": %d, \"gflops\": %.1f}\n", settings->kernels,
           settings->threads, median_rate(peak_on_threads, &subject) * 1e-9);
}

/* ---- Arguments -------------------------------------------------------------------------------------------------- */

static void print_tables(void)
{
    printf("[");
    for (size_t i = 0; scrawl_kernels_name(i); i++) printf("%s\"%s\"", i ? ", " : "", scrawl_kernels_name(i));
    printf("]\n");
}

static void parse(int count, char **arguments, struct settings *settings)
{
    for (int i = 1; i < count; i++) {
        const char *name = arguments[i], *value = i + 1 < count ? arguments[i + 1] : "";
        if (strcmp(name, "--quick") == 0) {
            settings->quick = true;
            continue;
        }
        if (strcmp(name, "--what") == 0)
            settings->what = value;
        else if (strcmp(name, "--network") == 0)
            settings->network = value;
        else if (strcmp(name, "--kernels") == 0)
            settings->kernels = value;
        else if (strcmp(name, "--threads") == 0)
            settings->threads = (int)strtol(value, NULL, 10);
        else
            stop("There is an option that bench doesn't know.");
        i++;
    }
    if (settings->threads < 1 || settings->threads > SCRAWL_MAX_THREADS) stop("--threads must be from 1 to 64.");
}

int main(int argument_count, char **arguments)
{
    static const struct {
        const char *what;
        work *unit;
    } measurements[] = {{"train", train_step}, {"read-1", read_one}, {"read-128", read_batch}};
    struct settings settings = {.what = "", .network = "small", .kernels = scrawl_kernels_name(0), .threads = 1};
    parse(argument_count, arguments, &settings);
    if (strcmp(settings.what, "tables") == 0) return print_tables(), 0;
    if (strcmp(settings.what, "peak") == 0) return measure_peak(&settings), 0;
    for (size_t i = 0; i < sizeof measurements / sizeof *measurements; i++)
        if (strcmp(settings.what, measurements[i].what) == 0)
            return measure_network(&settings, measurements[i].unit), 0;
    stop("--what must be train, read-1, read-128, peak or tables.");
}
