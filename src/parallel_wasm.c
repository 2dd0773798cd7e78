/* Implements parallel.h in WebAssembly. Threads can't be started from in here: whoever loads the module may run more
 * instances of it on the same memory and let each call parallel_serve(). Without any, everything is a plain loop. */
#ifdef __wasm__

#include "parallel.h"

#include <stdlib.h>

#include "text.h"

struct parallel {
    int thread_count; /* with the caller */
};

/* One caller at a time has rounds, so that all pools share them. */
static struct {
    int workers; /* serving; worker i is thread i + 1 */
    unsigned round;
    int threads; /* that take part in this round, with the caller */
    int working; /* that have not finished it, without the caller */
    parallel_task *run;
    void *context;
    size_t task_count, next_task;
} shared;

static void take_tasks(int thread)
{
    for (;;) {
        size_t task = __atomic_fetch_add(&shared.next_task, 1, __ATOMIC_RELAXED);
        if (task >= shared.task_count) return;
        shared.run(shared.context, task, thread);
    }
}

#ifdef __wasm_atomics__

enum { LOOKS = 20000 }; /* before sleeping: rounds follow each other within microseconds */

static void wait_for_round(unsigned round)
{
    for (int i = 0; i < LOOKS; i++)
        if (__atomic_load_n(&shared.round, __ATOMIC_ACQUIRE) != round) return;
    while (__atomic_load_n(&shared.round, __ATOMIC_ACQUIRE) == round)
        __builtin_wasm_memory_atomic_wait32((int *)&shared.round, (int)round, -1);
}

/* Never returns: the instance belongs to the pool until its thread is ended from outside. */
__attribute__((export_name("parallel_serve"))) void parallel_serve(void);
void parallel_serve(void)
{
    unsigned round = __atomic_load_n(&shared.round, __ATOMIC_ACQUIRE);
    int thread = __atomic_add_fetch(&shared.workers, 1, __ATOMIC_ACQ_REL);
    for (;;) {
        wait_for_round(round);
        round = __atomic_load_n(&shared.round, __ATOMIC_ACQUIRE);
        if (thread >= shared.threads) continue;
        take_tasks(thread);
        __atomic_sub_fetch(&shared.working, 1, __ATOMIC_ACQ_REL);
    }
}

/* How many instances serve by now. */
__attribute__((export_name("parallel_workers"))) int parallel_workers(void);
int parallel_workers(void)
{
    return __atomic_load_n(&shared.workers, __ATOMIC_ACQUIRE);
}

static void wake_workers(void)
{
    __builtin_wasm_memory_atomic_notify((int *)&shared.round, SCRAWL_MAX_THREADS);
}

#else

static void wake_workers(void) {}

#endif

scrawl_status parallel_create(int threads, struct parallel **result)
{
    char most[NUMBER_TEXT_SIZE];
    if (threads < 0 || threads > SCRAWL_MAX_THREADS)
        return fail(SCRAWL_INVALID_ARGUMENT, "The number of threads must be from 0 (one per processor) to ",
                    unsigned_text(SCRAWL_MAX_THREADS, most), ".", NULL);
    struct parallel *parallel = malloc(sizeof *parallel);
    if (!parallel) return fail_out_of_memory();
    int available = __atomic_load_n(&shared.workers, __ATOMIC_ACQUIRE) + 1;
    parallel->thread_count = threads && threads < available ? threads : available;
    *result = parallel;
    return SCRAWL_OK;
}

int parallel_threads(const struct parallel *parallel)
{
    return parallel ? parallel->thread_count : 1;
}

void parallel_run(struct parallel *parallel, size_t task_count, parallel_task *run, void *context)
{
    if (parallel_threads(parallel) == 1 || task_count <= 1) {
        for (size_t task = 0; task < task_count; task++) run(context, task, 0);
        return;
    }
    shared.run = run;
    shared.context = context;
    shared.task_count = task_count;
    shared.next_task = 0;
    shared.threads = parallel->thread_count;
    shared.working = parallel->thread_count - 1;
    __atomic_add_fetch(&shared.round, 1, __ATOMIC_ACQ_REL);
    wake_workers();
    take_tasks(0);
    /* A page's own thread may not sleep, and there is little left to wait for. */
    while (__atomic_load_n(&shared.working, __ATOMIC_ACQUIRE) > 0) continue;
}

void parallel_free(struct parallel *parallel)
{
    free(parallel);
}

#endif
