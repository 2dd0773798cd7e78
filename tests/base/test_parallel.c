/* Every task runs once, on a thread of the pool, round after round. */
#include "base/parallel.h"

#include <string.h>

#include "test.h"

enum { TASKS = 1000, ROUNDS = 200 };

struct count_tasks {
    int thread_count, bad_threads;
    unsigned char runs[TASKS];
};

static void count_task(void *context, size_t task, int thread)
{
    struct count_tasks *counts = context;
    if (thread < 0 || thread >= counts->thread_count) __atomic_fetch_add(&counts->bad_threads, 1, __ATOMIC_RELAXED);
    counts->runs[task]++;
}

TEST(parallel_runs_every_task_once)
{
    for (int threads = 1; threads <= 5; threads++) {
        struct parallel *parallel;
        if (!CHECK_EQUAL(parallel_create(threads, &parallel), SCRAWL_OK)) return;
        CHECK_EQUAL(parallel_threads(parallel), threads);
        static struct count_tasks counts;
        counts = (struct count_tasks){.thread_count = threads};
        for (int round = 0; round < ROUNDS; round++) parallel_run(parallel, TASKS, count_task, &counts);
        for (size_t i = 0; i < TASKS; i++) CHECK_EQUAL(counts.runs[i], ROUNDS);
        CHECK_EQUAL(counts.bad_threads, 0);
        parallel_run(parallel, 0, count_task, &counts);
        parallel_free(parallel);
    }
}

TEST(parallel_without_a_pool_is_a_loop)
{
    static struct count_tasks counts;
    counts = (struct count_tasks){.thread_count = 1};
    parallel_run(NULL, TASKS, count_task, &counts);
    for (size_t i = 0; i < TASKS; i++) CHECK_EQUAL(counts.runs[i], 1);
}

TEST(parallel_refuses_senseless_counts)
{
    struct parallel *parallel = NULL;
    CHECK_EQUAL(parallel_create(-1, &parallel), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(parallel_create(SCRAWL_MAX_THREADS + 1, &parallel), SCRAWL_INVALID_ARGUMENT);
    CHECK(parallel == NULL);
}
