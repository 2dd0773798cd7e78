/* Many small jobs on several threads, whose results are taken in the jobs' order. Knows no job. */
#ifndef ORDERED_JOBS_H
#define ORDERED_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct ordered_jobs {
    size_t most; /* how many there are at most, as far as that is known; SIZE_MAX: it isn't */
    int threads; /* from 1 on; 0: one per processor. With one, or where none can be started, the caller does it all */
    size_t result_size; /* bytes of what a job leaves for `take` */
    void *context;      /* of all four calls */

    /* Whether there is one more job; may put into its result, which is zeroed, what `perform` needs. Called in the
     * jobs' order, on any thread but never on two at once, and not again after false. It may wait: what is done is
     * taken meanwhile. At most JOBS_AHEAD jobs of each thread are begun and not taken. */
    bool (*next)(void *context, size_t job, void *result);

    /* Does a job; several at once, on any thread. */
    void (*perform)(void *context, size_t job, void *result);

    /* Takes the results one by one in order, on the caller's thread. False: no more is wanted. */
    bool (*take)(void *context, size_t job, void *result);

    /* Frees what a result holds that is never taken; NULL: nothing. */
    void (*drop)(void *result);
};

enum { JOBS_AHEAD = 8 };

/* The threads that so many mean, from 1 on. */
size_t ordered_jobs_threads(int threads);

/* Returns when all is taken, or no more is wanted and the jobs begun are done. */
void ordered_jobs_run(const struct ordered_jobs *jobs);

#endif
