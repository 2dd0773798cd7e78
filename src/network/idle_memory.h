/* Threads and memory of readings that are over, kept for the next ones: to start threads and to clear memory takes
 * longer than to read one image. Knows no network. */
#ifndef IDLE_MEMORY_H
#define IDLE_MEMORY_H

#include "base/parallel.h"
#include "memory_plan.h"

/* What a reading works with, and nobody else meanwhile. */
struct reading_memory {
    int threads; /* as they were asked for */
    struct parallel *parallel;
    struct workspace workspace; /* of the reading before, or {0} */
    struct reading_memory *next;
};

/* What is idle. May be used from any thread. */
struct idle_memory;

/* Fails with OUT_OF_MEMORY only. */
scrawl_status idle_memory_create(struct idle_memory **idle);
/* All that was taken must have been given back. NULL is fine. */
void idle_memory_free(struct idle_memory *idle);

/* Frees what is idle. */
void idle_memory_release(struct idle_memory *idle);

/* With as many threads: idle memory, or new. Fails as parallel_create. */
scrawl_status idle_memory_take(struct idle_memory *idle, int threads, struct reading_memory **memory);
/* Takes it back. What is kept, 128 MiB of workspaces at most, waits for the next. NULL is fine. */
void idle_memory_give(struct idle_memory *idle, struct reading_memory *memory);

#endif
