/* A block of a network's parameters that says whose it is. Knows no pass. */
#ifndef WEIGHTS_H
#define WEIGHTS_H

#include "base/status.h"

/* Starts as {0}. */
struct weights {
    float *values; /* [parameter_count], aligned; offsets are the layers' */
    bool owned;    /* else they are another's, which is freed later */
};

/* Its own, all zero. Fails with OUT_OF_MEMORY only. */
scrawl_status weights_create(size_t count, struct weights *weights);

/* The same values, which stay the owner's. */
struct weights weights_borrow(const struct weights *owner);

void weights_free(struct weights *weights);

#endif
