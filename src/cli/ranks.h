/* The processes that share one command's work, MPI's ranks: started together by mpirun or srun, or just this one. They
 * ask each other, wait for each other, and end together. Knows no command and no MPI. */
#ifndef RANKS_H
#define RANKS_H

#include <stdbool.h>

#include "scrawl.h"

/* Before a command that ranks share, once. From then on the first rank alone complains at once and has a standard
 * output; the others' complaints are kept for ranks_end. False after a complaint: this process can't join the others.
 */
bool ranks_start(void);

/* How they exchange what they compute; NULL where this process is alone, as the numbers are 0 of 1 then. */
const scrawl_ranks *ranks(void);
int ranks_number(void);
int ranks_count(void);
bool ranks_is_first(void); /* or alone: who writes files and says what happens */

/* What --threads N means: 0 is, among several, this rank's share of the processors it may use. All ranks call it, and
 * what comes then, in the same order. */
int ranks_threads(int threads);

/* Whether it is true on any rank: the same answer on all of them. */
bool ranks_any(bool here);

/* Returns once all ranks have called it, also where the program shall end: for what one of them does last. */
void ranks_wait(void);

/* Where this process waits for others when it is told to end, and they don't answer any more, one of them is lost. The
 * first rank says so, lets `say` say more, and each ends itself. NULL: nothing to say. */
void ranks_when_lost(void (*say)(const void *context), const void *context);

/* "mpirun -n 4 ", to put before a command that shall be shared again; "" alone. */
const char *ranks_launcher(void);

/* Ends the work together, and returns the exit status. Who did well waits for the others; who didn't stops them when
 * they aren't through soon. What the first rank hasn't complained about is said here, with the rank that met it. */
int ranks_end(int status);

#endif
