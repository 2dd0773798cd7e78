/* How fast ranks exchange bytes by scrawl-mpi.so's own calls, with nothing to compute between: the time of an exchange
 * of one byte with each other rank, and the bytes per second each way of long ones. The first rank prints a line of
 * JSON. Knows no network.
 * Usage, by mpirun: bench_exchange SCRAWL-MPI.SO [--quick] */
#include <dlfcn.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/mpi/mpi_calls.h"

enum {
    SHORT = 1, /* bytes */
    LONG = 4 << 20,
    WINDOWS = 7,
    SHORT_TIMES = 400, /* in a window */
    LONG_TIMES = 4,
    QUICK_TIMES = 2,
};

static const struct mpi_calls *calls;
static int rank, count;

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void idle(void)
{
    sched_yield();
}

_Noreturn static void fail(const char *sentence)
{
    fprintf(stderr, "%s\n", sentence);
    if (calls) calls->stop_all(1);
    exit(1);
}

static void load(const char *path)
{
    void *loaded = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    calls = loaded ? dlsym(loaded, MPI_CALLS_SYMBOL) : NULL;
    if (!calls || calls->version != MPI_CALLS_VERSION || !calls->join(&rank, &count) || count > SCRAWL_MAX_RANKS)
        fail("Usage, by mpirun: bench_exchange SCRAWL-MPI.SO [--quick]");
}

static int ascending(const void *one, const void *other)
{
    const double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Seconds of one exchange of so many bytes with each other rank: the median of windows, after one that warms up. */
static double time_exchange(size_t size, int times)
{
    static char leaving[LONG], arriving[2 * LONG];
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    double windows[WINDOWS];
    const size_t each = size > SHORT ? size / (size_t)(count > 1 ? count - 1 : 1) : size;
    for (int other = 0; other < count; other++) {
        sent[other] = (scrawl_part){leaving, each};
        received[other] = (scrawl_part){arriving + (size_t)other * each, each};
    }
    for (int window = -1; window < WINDOWS; window++) {
        const double begin = seconds();
        for (int i = 0; i < times; i++)
            if (!calls->exchange(sent, received, idle)) fail("MPI failed.");
        if (window >= 0) windows[window] = (seconds() - begin) / times;
    }
    qsort(windows, WINDOWS, sizeof *windows, ascending);
    return windows[WINDOWS / 2];
}

int main(int argument_count, char **arguments)
{
    int ends[SCRAWL_MAX_RANKS];
    const bool quick = argument_count == 3 && strcmp(arguments[2], "--quick") == 0;
    if (argument_count != 2 + quick) fail("Usage, by mpirun: bench_exchange SCRAWL-MPI.SO [--quick]");
    load(arguments[1]);
    const double latency = time_exchange(SHORT, quick ? QUICK_TIMES : SHORT_TIMES);
    const double length = time_exchange(LONG, quick ? QUICK_TIMES : LONG_TIMES);
    if (rank == 0)
        printf("{\"ranks\": %d, \"seconds\": %.8f, \"bytes_per_second\": %.0f}\n", count, latency, LONG / length);
    fflush(stdout);
    calls->tell_end(0);
    while (!calls->know_ends(ends)) idle();
    calls->leave();
    return 0;
}
