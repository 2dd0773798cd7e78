/* Whether all ranks work on the same. Knows no model and no training. */
#ifndef LIKENESS_H
#define LIKENESS_H

#include "base/status.h"

/* Something by which ranks may differ. */
struct likeness {
    const char *what; /* to stand behind "in its": "data" */
    uint64_t number;  /* its fingerprint */
};

enum { LIKENESS_MOST = 8 };

/* Every rank calls this, with as many things in the same order. Fails with INVALID_ARGUMENT, on all ranks with the same
 * sentence, where a rank differs from rank 0: in the version of Scrawl, the kernels, or one of things[count], count up
 * to LIKENESS_MOST; and where the ranks' own numbers can't be right. ranks NULL: there is one process. */
scrawl_status likeness_check(const scrawl_ranks *ranks, const char *kernels, const struct likeness *things,
                             size_t count);

#endif
