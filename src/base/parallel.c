/* Implements parallel.h with POSIX threads: workers wait for a round, then take task numbers from one counter. */
#ifndef __wasm__

#include "parallel.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "text.h"

struct worker {
    struct parallel *parallel;
    pthread_t thread;
    int index; /* 1 .. thread_count - 1; the caller is 0 */
};

struct parallel {
    int thread_count; /* with the caller */
    struct worker workers[SCRAWL_MAX_THREADS];
    pthread_mutex_t mutex;
    pthread_cond_t round_starts, round_ends;
    /* Written under the mutex, but watched without it for a while. */
    unsigned round;
    int working; /* workers that have not finished this round */
    bool stopping;
    parallel_task *run;
    void *context;
    size_t task_count, next_task;
};

static void take_tasks(struct parallel *parallel, int thread)
{
    for (;;) {
        size_t task = __atomic_fetch_add(&parallel->next_task, 1, __ATOMIC_RELAXED);
        if (task >= parallel->task_count) return;
        parallel->run(parallel->context, task, thread);
    }
}

/* A pass has tens of short rounds: waking a sleeping thread would take as long as many of them, so both sides look for
 * a while before they sleep. How long a look takes differs tenfold between processors: the clock says when to stop. */
enum { PATIENCE_NANOSECONDS = 50000, LOOKS_BETWEEN_CLOCKS = 64 };

static int64_t nanoseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static bool is_new_round(const struct parallel *parallel, unsigned last)
{
    return __atomic_load_n(&parallel->round, __ATOMIC_ACQUIRE) != last;
}

static bool is_done(const struct parallel *parallel, unsigned unused)
{
    (void)unused;
    return __atomic_load_n(&parallel->working, __ATOMIC_ACQUIRE) == 0;
}

static bool comes_soon(bool (*has_come)(const struct parallel *, unsigned), const struct parallel *parallel,
                       unsigned argument)
{
    const int64_t end = nanoseconds() + PATIENCE_NANOSECONDS;
    do
        for (int i = 0; i < LOOKS_BETWEEN_CLOCKS; i++)
            if (has_come(parallel, argument)) return true;
    while (nanoseconds() < end);
    return false;
}

/* False when the pool stops. */
static bool wait_for_round(struct parallel *parallel, unsigned *round)
{
    if (!comes_soon(is_new_round, parallel, *round)) {
        pthread_mutex_lock(&parallel->mutex);
        while (parallel->round == *round) pthread_cond_wait(&parallel->round_starts, &parallel->mutex);
        pthread_mutex_unlock(&parallel->mutex);
    }
    *round = __atomic_load_n(&parallel->round, __ATOMIC_ACQUIRE);
    return !parallel->stopping;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct parallel *parallel = worker->parallel;
    unsigned round = 0;
    while (wait_for_round(parallel, &round)) {
        take_tasks(parallel, worker->index);
        if (__atomic_sub_fetch(&parallel->working, 1, __ATOMIC_ACQ_REL) > 0) continue;
        pthread_mutex_lock(&parallel->mutex);
        pthread_cond_signal(&parallel->round_ends);
        pthread_mutex_unlock(&parallel->mutex);
    }
    return NULL;
}

static int processor_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) return 1;
    return count < SCRAWL_MAX_THREADS ? (int)count : SCRAWL_MAX_THREADS;
}

scrawl_status parallel_create(int threads, struct parallel **result)
{
    char most[NUMBER_TEXT_SIZE];
    if (threads < 0 || threads > SCRAWL_MAX_THREADS)
        return fail(SCRAWL_INVALID_ARGUMENT, "The number of threads must be from 0 (one per processor) to ",
                    unsigned_text(SCRAWL_MAX_THREADS, most), ".", NULL);
    struct parallel *parallel = calloc(1, sizeof *parallel);
    if (!parallel) return fail_out_of_memory();
    pthread_mutex_init(&parallel->mutex, NULL);
    pthread_cond_init(&parallel->round_starts, NULL);
    pthread_cond_init(&parallel->round_ends, NULL);
    int wanted = threads ? threads : processor_count();
    for (parallel->thread_count = 1; parallel->thread_count < wanted; parallel->thread_count++) {
        struct worker *worker = &parallel->workers[parallel->thread_count];
        *worker = (struct worker){.parallel = parallel, .index = parallel->thread_count};
        if (pthread_create(&worker->thread, NULL, work, worker) != 0) break;
    }
    *result = parallel;
    return SCRAWL_OK;
}

int parallel_threads(const struct parallel *parallel)
{
    return parallel ? parallel->thread_count : 1;
}

/* Everything a round needs is written before its number. */
static void announce_round(struct parallel *parallel)
{
    pthread_mutex_lock(&parallel->mutex);
    __atomic_add_fetch(&parallel->round, 1, __ATOMIC_ACQ_REL);
    pthread_cond_broadcast(&parallel->round_starts);
    pthread_mutex_unlock(&parallel->mutex);
}

static void start_round(struct parallel *parallel, size_t task_count, parallel_task *run, void *context)
{
    parallel->run = run;
    parallel->context = context;
    parallel->task_count = task_count;
    parallel->next_task = 0;
    parallel->working = parallel->thread_count - 1;
    announce_round(parallel);
}

static void end_round(struct parallel *parallel)
{
    if (comes_soon(is_done, parallel, 0)) return;
    pthread_mutex_lock(&parallel->mutex);
    while (__atomic_load_n(&parallel->working, __ATOMIC_ACQUIRE) > 0)
        pthread_cond_wait(&parallel->round_ends, &parallel->mutex);
    pthread_mutex_unlock(&parallel->mutex);
}

void parallel_run(struct parallel *parallel, size_t task_count, parallel_task *run, void *context)
{
    if (parallel_threads(parallel) == 1 || task_count <= 1) {
        for (size_t task = 0; task < task_count; task++) run(context, task, 0);
        return;
    }
    start_round(parallel, task_count, run, context);
    take_tasks(parallel, 0);
    end_round(parallel);
}

void parallel_free(struct parallel *parallel)
{
    if (!parallel) return;
    parallel->stopping = true;
    announce_round(parallel);
    for (int i = 1; i < parallel->thread_count; i++) pthread_join(parallel->workers[i].thread, NULL);
    pthread_cond_destroy(&parallel->round_ends);
    pthread_cond_destroy(&parallel->round_starts);
    pthread_mutex_destroy(&parallel->mutex);
    free(parallel);
}

static pthread_mutex_t made_once = PTHREAD_MUTEX_INITIALIZER;

void parallel_lock(void)
{
    pthread_mutex_lock(&made_once);
}

void parallel_unlock(void)
{
    pthread_mutex_unlock(&made_once);
}

#endif
