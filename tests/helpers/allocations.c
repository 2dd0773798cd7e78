/* Implements allocations.h. */
#include "allocations.h"

#include <stdlib.h>
#include <string.h>

/* Names that the linker makes of --wrap. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
void __real_free(void *memory);

void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
void __wrap_free(void *memory);

static struct {
    bool counting;
    size_t made, failing; /* the allocation that fails, counted from 0 */
    long alive;
} state;

/* Whether this one fails. */
static bool fails(void)
{
    return state.counting && state.made++ == state.failing;
}

static void *count_alive(void *memory)
{
    if (state.counting && memory) state.alive++;
    return memory;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : count_alive(__real_malloc(size));
}

void *__wrap_calloc(size_t count, size_t size)
{
    return fails() ? NULL : count_alive(__real_calloc(count, size));
}

void *__wrap_realloc(void *memory, size_t size)
{
    if (fails()) return NULL;
    return memory ? __real_realloc(memory, size) : count_alive(__real_realloc(memory, size));
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : count_alive(__real_aligned_alloc(alignment, size));
}

char *__wrap_strdup(const char *text)
{
    const size_t size = strlen(text) + 1;
    char *copy = __wrap_malloc(size);
    return copy ? memcpy(copy, text, size) : NULL;
}

void __wrap_free(void *memory)
{
    if (state.counting && memory) state.alive--;
    __real_free(memory);
}

static struct allocation_faults fail_each(scrawl_status (*work)(void *context), void *context, scrawl_status expected)
{
    struct allocation_faults faults = {0};
    for (size_t failing = 0;; failing++) {
        state.made = 0;
        state.alive = 0;
        state.failing = failing;
        state.counting = true;
        const scrawl_status status = work(context);
        state.counting = false;
        const bool whole = state.made <= failing;
        faults.statuses += status != (whole ? SCRAWL_OK : expected);
        faults.leaks += state.alive != 0;
        if (!whole) continue;
        faults.allocations = state.made;
        return faults;
    }
}

struct allocation_faults fail_each_allocation(scrawl_status (*work)(void *context), void *context)
{
    return fail_each(work, context, SCRAWL_OUT_OF_MEMORY);
}

struct allocation_faults fail_each_allocation_unnoticed(scrawl_status (*work)(void *context), void *context)
{
    return fail_each(work, context, SCRAWL_OK);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
