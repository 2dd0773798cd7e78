/* Implements memory.h. */
#include "memory.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef __linux__
#include <sys/mman.h>
#endif
#ifndef __wasm__
#include <unistd.h>
#endif

/* Blocks of some megabytes lie on huge pages where the system has them: passes over them would miss the translation
 * buffer at every small page. */
enum { HUGE_PAGE = 2 << 20, WORTH_HUGE_PAGES = 2 * HUGE_PAGE };

static void *allocate(size_t bytes)
{
#ifdef MADV_HUGEPAGE
    if (bytes >= WORTH_HUGE_PAGES) {
        const size_t whole = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
        void *memory = whole >= bytes ? aligned_alloc(HUGE_PAGE, whole) : NULL;
        if (memory) madvise(memory, whole, MADV_HUGEPAGE);
        return memory;
    }
#endif
    return aligned_alloc(ALIGNMENT_BYTES, bytes);
}

float *allocate_floats(uint64_t count)
{
    const uint64_t lines = count / ALIGNMENT_FLOATS + 1;
    if (lines > SIZE_MAX / ALIGNMENT_BYTES) return NULL;
    float *floats = allocate((size_t)lines * ALIGNMENT_BYTES);
    if (floats) memset(floats, 0, (size_t)lines * ALIGNMENT_BYTES);
    return floats;
}

size_t second_cache_bytes(void)
{
    enum { USUAL = 512 * 1024 };
    static long bytes; /* what the first thread was told, for all: cores may differ */
    long known = __atomic_load_n(&bytes, __ATOMIC_RELAXED);
    if (known) return (size_t)known;
#ifdef _SC_LEVEL2_CACHE_SIZE
    known = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
    if (known <= 0) known = USUAL;
    long first = 0;
    return __atomic_compare_exchange_n(&bytes, &first, known, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED)
               ? (size_t)known
               : (size_t)first;
}
