/* Implements idle_memory.h by a short list behind a lock that is held for some instructions only. */
#include "idle_memory.h"

#include <stdlib.h>

enum {
    MOST_IDLE = 16,         /* readings that went on at once */
    MOST_FLOATS = 32 << 20, /* of all workspaces that are kept: 128 MiB, or two of a detector on megapixels */
};

struct idle_memory {
    bool locked;
    size_t count;
    uint64_t floats; /* of their workspaces */
    struct reading_memory *first;
};

static void lock(struct idle_memory *idle)
{
    while (__atomic_test_and_set(&idle->locked, __ATOMIC_ACQUIRE)) continue;
}

static void unlock(struct idle_memory *idle)
{
    __atomic_clear(&idle->locked, __ATOMIC_RELEASE);
}

static void free_memory(struct reading_memory *memory)
{
    workspace_free(&memory->workspace);
    parallel_free(memory->parallel);
    free(memory);
}

scrawl_status idle_memory_create(struct idle_memory **idle)
{
    *idle = calloc(1, sizeof **idle);
    return *idle ? SCRAWL_OK : fail_out_of_memory();
}

void idle_memory_release(struct idle_memory *idle)
{
    lock(idle);
    struct reading_memory *memory = idle->first;
    idle->first = NULL;
    idle->count = 0;
    for (const struct reading_memory *one = memory; one; one = one->next) idle->floats -= one->workspace.floats;
    unlock(idle);
    for (struct reading_memory *next; memory; memory = next) {
        next = memory->next;
        free_memory(memory);
    }
}

void idle_memory_free(struct idle_memory *idle)
{
    if (idle) idle_memory_release(idle);
    free(idle);
}

/* NULL: none has so many threads. */
static struct reading_memory *take_idle(struct idle_memory *idle, int threads)
{
    struct reading_memory *found = NULL;
    lock(idle);
    for (struct reading_memory **link = &idle->first; *link && !found; link = &(*link)->next) {
        if ((*link)->threads != threads) continue;
        found = *link;
        *link = found->next;
        idle->count--;
        idle->floats -= found->workspace.floats;
        break;
    }
    unlock(idle);
    return found;
}

scrawl_status idle_memory_take(struct idle_memory *idle, int threads, struct reading_memory **memory)
{
    *memory = take_idle(idle, threads);
    if (*memory) return SCRAWL_OK;
    struct reading_memory *made = calloc(1, sizeof *made);
    if (!made) return fail_out_of_memory();
    made->threads = threads;
    scrawl_status status = parallel_create(threads, &made->parallel);
    if (status == SCRAWL_OK)
        *memory = made;
    else
        free(made);
    return status;
}

/* Counts so many floats to those that are kept, unless they would be too many. */
static bool reserve(struct idle_memory *idle, uint64_t floats)
{
    lock(idle);
    const bool fits = idle->floats + floats <= MOST_FLOATS;
    if (fits) idle->floats += floats;
    unlock(idle);
    return fits;
}

void idle_memory_give(struct idle_memory *idle, struct reading_memory *memory)
{
    if (!memory) return;
    if (!reserve(idle, memory->workspace.floats)) workspace_free(&memory->workspace);
    lock(idle);
    const bool kept = idle->count < MOST_IDLE;
    if (kept) {
        memory->next = idle->first;
        idle->first = memory;
        idle->count++;
    } else {
        idle->floats -= memory->workspace.floats;
    }
    unlock(idle);
    if (!kept) free_memory(memory);
}
