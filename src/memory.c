/* Implements memory.h. */
#include "memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

float *allocate_floats(size_t count)
{
    size_t lines = count / ALIGNMENT_FLOATS + 1;
    if (lines > SIZE_MAX / ALIGNMENT_BYTES) return NULL;
    float *floats = aligned_alloc(ALIGNMENT_BYTES, lines * ALIGNMENT_BYTES);
    if (floats) memset(floats, 0, lines * ALIGNMENT_BYTES);
    return floats;
}
