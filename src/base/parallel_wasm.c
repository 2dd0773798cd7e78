/* Implements parallel.h in WebAssembly. Threads can't be started from in here: in the build with atomics, whoever loads
 * the module may run more instances of it on the same memory, each with a stack of its own, that serve this one. The
 * build without runs everything as a plain loop. Must not know what lies outside the module. */
#ifdef __wasm__

#include "parallel.h"

#include <stdlib.h>

#include "text.h"

struct parallel {
    int thread_count; /* with the caller */
};

#ifdef __wasm_atomics__

/* A round's word: its number above, below how many threads take part. In one word, because a worker that sits a round
 * out may look at any time, also while the next round is being prepared. */
enum { THREADS_BITS = 7, THREADS_MASK = (1 << THREADS_BITS) - 1 };
_Static_assert(SCRAWL_MAX_THREADS <= THREADS_MASK, "a round's word has room for all threads");

/* One caller at a time has rounds, so that all pools share them. */
static struct {
    int workers; /* that serve */
    bool may_sleep, broken;
    unsigned round;
    int working; /* workers that have not finished this round */
    parallel_task *run;
    void *context;
    size_t task_count, next_task;
} shared;

enum { LOOKS = 20000 }; /* before sleeping: rounds follow each other within microseconds */

static void take_tasks(int thread)
{
    for (;;) {
        size_t task = __atomic_fetch_add(&shared.next_task, 1, __ATOMIC_RELAXED);
        if (task >= shared.task_count) return;
        shared.run(shared.context, task, thread);
    }
}

static unsigned wait_for_round(unsigned last)
{
    unsigned round = last;
    for (int i = 0; i < LOOKS && round == last; i++) round = __atomic_load_n(&shared.round, __ATOMIC_ACQUIRE);
    while (round == last) {
        __builtin_wasm_memory_atomic_wait32((int *)&shared.round, (int)last, -1);
        round = __atomic_load_n(&shared.round, __ATOMIC_ACQUIRE);
    }
    return round;
}

static void finish_round(void)
{
    if (__atomic_sub_fetch(&shared.working, 1, __ATOMIC_ACQ_REL) > 0) return;
    __builtin_wasm_memory_atomic_notify(&shared.working, 1);
}

/* What a worker's instance calls, with thread from 1 to the workers' number. Never returns: the instance belongs to the
 * pool until its thread is ended from outside. */
__attribute__((export_name("parallel_serve"))) void parallel_serve(int thread);
void parallel_serve(int thread)
{
    for (unsigned round = 0;;) {
        round = wait_for_round(round);
        if (thread >= (int)(round & THREADS_MASK)) continue;
        take_tasks(thread);
        finish_round();
    }
}

/* For a worker whose parallel_serve() broke off in the middle of a task: the caller doesn't wait any longer, but traps.
 */
__attribute__((export_name("parallel_broke"))) void parallel_broke(void);
void parallel_broke(void)
{
    __atomic_store_n(&shared.broken, true, __ATOMIC_SEQ_CST);
    __atomic_sub_fetch(&shared.working, 1, __ATOMIC_SEQ_CST);
    __builtin_wasm_memory_atomic_notify(&shared.working, 1);
}

/* Tells the calling instance, once and before anything else, how many workers serve or are about to, and whether its
 * thread may sleep: a page's own may not. */
__attribute__((export_name("parallel_employ"))) void parallel_employ(int workers, int may_sleep);
void parallel_employ(int workers, int may_sleep)
{
    shared.workers = workers < SCRAWL_MAX_THREADS ? workers : SCRAWL_MAX_THREADS - 1;
    shared.may_sleep = may_sleep != 0;
}

/* Everything a round needs is written before its word. */
static void start_round(int threads, size_t task_count, parallel_task *run, void *context)
{
    shared.run = run;
    shared.context = context;
    shared.task_count = task_count;
    shared.next_task = 0;
    shared.working = threads - 1;
    unsigned number = (shared.round >> THREADS_BITS) + 1;
    __atomic_store_n(&shared.round, number << THREADS_BITS | (unsigned)threads, __ATOMIC_SEQ_CST);
    __builtin_wasm_memory_atomic_notify((int *)&shared.round, SCRAWL_MAX_THREADS);
}

static void end_round(void)
{
    for (unsigned looks = 0;; looks++) {
        int working = __atomic_load_n(&shared.working, __ATOMIC_SEQ_CST);
        if (__atomic_load_n(&shared.broken, __ATOMIC_SEQ_CST)) __builtin_trap();
        if (working <= 0) return;
        if (shared.may_sleep && looks >= LOOKS) __builtin_wasm_memory_atomic_wait32(&shared.working, working, -1);
    }
}

static bool share_tasks(int threads, size_t task_count, parallel_task *run, void *context)
{
    if (threads == 1 || task_count <= 1) return false;
    start_round(threads, task_count, run, context);
    take_tasks(0);
    end_round();
    return true;
}

static int most_threads(void)
{
    return shared.workers + 1;
}

#else

static bool share_tasks(int threads, size_t task_count, parallel_task *run, void *context)
{
    (void)threads, (void)task_count, (void)run, (void)context;
    return false;
}

static int most_threads(void)
{
    return 1;
}

#endif

scrawl_status parallel_create(int threads, struct parallel **result)
{
    char most[NUMBER_TEXT_SIZE];
    if (threads < 0 || threads > SCRAWL_MAX_THREADS)
        return fail(SCRAWL_INVALID_ARGUMENT, "The number of threads must be from 0 (one per processor) to ",
                    unsigned_text(SCRAWL_MAX_THREADS, most), ".", NULL);
    struct parallel *parallel = malloc(sizeof *parallel);
    if (!parallel) return fail_out_of_memory();
    parallel->thread_count = threads && threads < most_threads() ? threads : most_threads();
    *result = parallel;
    return SCRAWL_OK;
}

int parallel_threads(const struct parallel *parallel)
{
    return parallel ? parallel->thread_count : 1;
}

void parallel_run(struct parallel *parallel, size_t task_count, parallel_task *run, void *context)
{
    if (share_tasks(parallel_threads(parallel), task_count, run, context)) return;
    for (size_t task = 0; task < task_count; task++) run(context, task, 0);
}

void parallel_free(struct parallel *parallel)
{
    free(parallel);
}

/* One thread calls the library; those that serve it run tasks only. */
void parallel_lock(void) {}

void parallel_unlock(void) {}

#endif
