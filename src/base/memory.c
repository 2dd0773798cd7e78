/* Implements memory.h. */
#include "memory.h"

#include <stdlib.h>
#include <string.h>

float *allocate_floats(uint64_t count)
{
    uint64_t lines = count / ALIGNMENT_FLOATS + 1;
    if (lines > SIZE_MAX / ALIGNMENT_BYTES) return NULL;
    float *floats = aligned_alloc(ALIGNMENT_BYTES, (size_t)lines * ALIGNMENT_BYTES);
    if (floats) memset(floats, 0, (size_t)lines * ALIGNMENT_BYTES);
    return floats;
}
