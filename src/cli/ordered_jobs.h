/* Many small jobs on several threads, whose results are taken in the jobs' order. Knows no job. */
#ifndef ORDERED_JOBS_H
#define ORDERED_JOBS_H

#include <stdbool.h>
#include <stddef.h>

struct ordered_jobs {
    size_t count;
    int threads; /* from 1 on; 0: one per processor. With one, or where none can be started, the caller does it all */
    size_t result_size; /* bytes of what a job leaves for `take` */
    void *context;      /* of all three calls */

    /* Does a job; several at once, on any thread. result is zeroed, and at most JOBS_AHEAD jobs of each thread are done
     * and not taken. */
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
