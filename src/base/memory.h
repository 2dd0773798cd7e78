/* Aligned blocks of floats, and how much a cache holds of them. Knows nothing of what they hold. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

enum {
    /* Blocks of floats start at a multiple of this many bytes: the widest vector and a cache line. */
    ALIGNMENT_BYTES = 64,
    ALIGNMENT_FLOATS = ALIGNMENT_BYTES / sizeof(float),
};

/* The floats up to the next block's start. In 64 bits, so that sizes are right before they are refused on a 32-bit
 * machine. */
static inline uint64_t aligned_floats(uint64_t floats)
{
    return (floats + ALIGNMENT_FLOATS - 1) / ALIGNMENT_FLOATS * ALIGNMENT_FLOATS;
}

/* count floats, aligned and zero; NULL when out of memory, also for counts beyond the address space. Free with free().
 */
float *allocate_floats(uint64_t count);

/* Bytes of a core's second-level cache, by what the system says; 512 KiB where it doesn't. */
size_t second_cache_bytes(void);

#endif
