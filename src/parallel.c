/* Implements parallel.h: workers wait for a round, then take task numbers from one counter. */
#include "parallel.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

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

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct parallel *parallel = worker->parallel;
    unsigned round = 0;
    pthread_mutex_lock(&parallel->mutex);
    for (;;) {
        while (parallel->round == round && !parallel->stopping)
            pthread_cond_wait(&parallel->round_starts, &parallel->mutex);
        if (parallel->stopping) break;
        round = parallel->round;
        pthread_mutex_unlock(&parallel->mutex);
        take_tasks(parallel, worker->index);
        pthread_mutex_lock(&parallel->mutex);
        if (--parallel->working == 0) pthread_cond_signal(&parallel->round_ends);
    }
    pthread_mutex_unlock(&parallel->mutex);
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
    if (threads < 0 || threads > SCRAWL_MAX_THREADS)
        return fail(SCRAWL_INVALID_ARGUMENT, "The number of threads must be from 0 (one per processor) to 64.", NULL);
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

static void start_round(struct parallel *parallel, size_t task_count, parallel_task *run, void *context)
{
    pthread_mutex_lock(&parallel->mutex);
    parallel->run = run;
    parallel->context = context;
    parallel->task_count = task_count;
    parallel->next_task = 0;
    parallel->working = parallel->thread_count - 1;
    parallel->round++;
    pthread_cond_broadcast(&parallel->round_starts);
    pthread_mutex_unlock(&parallel->mutex);
}

static void end_round(struct parallel *parallel)
{
    pthread_mutex_lock(&parallel->mutex);
    while (parallel->working > 0) pthread_cond_wait(&parallel->round_ends, &parallel->mutex);
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
    pthread_mutex_lock(&parallel->mutex);
    parallel->stopping = true;
    pthread_cond_broadcast(&parallel->round_starts);
    pthread_mutex_unlock(&parallel->mutex);
    for (int i = 1; i < parallel->thread_count; i++) pthread_join(parallel->workers[i].thread, NULL);
    pthread_cond_destroy(&parallel->round_ends);
    pthread_cond_destroy(&parallel->round_starts);
    pthread_mutex_destroy(&parallel->mutex);
    free(parallel);
}
