/* Ranks that are threads of the test: they exchange bytes through memory. */
#ifndef THREAD_RANKS_H
#define THREAD_RANKS_H

#include "scrawl.h"

/* What one rank does. CHECK is for one thread: it leaves what is to be checked in the context, each rank its own. */
typedef void rank_run(const scrawl_ranks *ranks, void *context);

/* Calls run on `count` threads, each with its own rank, and returns when all have returned. Checks that what is sent is
 * as long as what is received; returns the bytes sent to other ranks by all. */
size_t run_ranks(int count, rank_run *run, void *context);

#endif
