/* Makes every allocation of a piece of work fail in turn. The linker puts this in place of malloc and its like: see
 * make/test.mk. */
#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

#include "scrawl.h"

/* What was wrong when a piece of work ran once for each of its allocations, which failed, and once with all it asked
 * for. */
struct allocation_faults {
    size_t allocations; /* that the work makes when none fails */
    size_t statuses;    /* runs that said anything but OUT_OF_MEMORY, or at last anything but OK */
    size_t leaks;       /* runs after which memory was left, or freed that wasn't theirs */
};

/* work frees all it makes, and does the same each time. */
struct allocation_faults fail_each_allocation(scrawl_status (*work)(void *context), void *context);

/* The same for work that does without: every run says OK. */
struct allocation_faults fail_each_allocation_unnoticed(scrawl_status (*work)(void *context), void *context);

#endif
