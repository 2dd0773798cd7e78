/* Implements weights.h. */
#include "weights.h"

#include <stdlib.h>

#include "base/memory.h"

scrawl_status weights_create(size_t count, struct weights *weights)
{
    float *values = allocate_floats(count);
    if (!values) return fail_out_of_memory();
    *weights = (struct weights){values, true};
    return SCRAWL_OK;
}

struct weights weights_borrow(const struct weights *owner)
{
    return (struct weights){owner->values, false};
}

void weights_free(struct weights *weights)
{
    if (weights->owned) free(weights->values);
    *weights = (struct weights){0};
}
