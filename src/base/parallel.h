/* Runs numbered tasks on a small pool of threads. Knows no task.
 * Which thread runs which task is open, so a task may write only what belongs to its number; then the results are the
 * same for any number of threads. */
#ifndef PARALLEL_H
#define PARALLEL_H

#include "status.h"

struct parallel;

/* threads: 1 .. SCRAWL_MAX_THREADS including the caller, 0 for one per processor. One thread starts none. Where threads
 * can't be started, the pool has fewer. */
scrawl_status parallel_create(int threads, struct parallel **parallel);
int parallel_threads(const struct parallel *parallel);

/* May neither allocate nor fail(): the other threads of the wasm module have no C runtime. */
typedef void parallel_task(void *context, size_t task, int thread);

/* Calls run(context, 0 .. task_count-1, thread) and returns when all have returned; thread is below parallel_threads
 * and no two tasks run with the same one at once. parallel NULL: a plain loop. Not reentrant. */
void parallel_run(struct parallel *parallel, size_t task_count, parallel_task *run, void *context);

void parallel_free(struct parallel *parallel);

/* For what is made once, by whichever thread wants it first: the others wait meanwhile, some milliseconds at most. All
 * that is made so has the one lock; who holds it doesn't take it again. */
void parallel_lock(void);
void parallel_unlock(void);

#endif
