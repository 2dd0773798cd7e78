/* To be loaded before the C library of a program (LD_PRELOAD): makes allocations fail from the one with the number
 * FAIL_FROM on, counted from 0, FAIL_COUNT of them; says in the file ALLOCATIONS how many there were. glibc only. */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

/* glibc's own, by names that it keeps for this. NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp)
 */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

static atomic_long made;
static long first, count;

static long number_in(const char *variable)
{
    const char *text = getenv(variable);
    return text ? strtol(text, NULL, 10) : -1;
}

/* What the loader asks for before this counts too, but fails never. */
__attribute__((constructor)) static void begin(void)
{
    first = number_in("FAIL_FROM");
    count = number_in("FAIL_COUNT");
    made = 0;
}

__attribute__((destructor)) static void end(void)
{
    const long all = made;
    const char *path = getenv("ALLOCATIONS");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%ld\n", all);
    fclose(file);
}

static int fails(void)
{
    const long number = made++;
    const int failing = count > 0 && number >= first && number < first + count;
    if (failing) errno = ENOMEM;
    return failing;
}

void *malloc(size_t size)
{
    return fails() ? NULL : __libc_malloc(size);
}

void *calloc(size_t elements, size_t size)
{
    return fails() ? NULL : __libc_calloc(elements, size);
}

void *realloc(void *memory, size_t size)
{
    return fails() ? NULL : __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return fails() ? NULL : __libc_memalign(alignment, size);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
