/* What the command line asks of scrawl-mpi.so, which it loads when an MPI launcher has started it: the only way between
 * the two. Names nothing of MPI, so that the command line is compiled without. */
#ifndef MPI_CALLS_H
#define MPI_CALLS_H

#include <stdbool.h>

#include "scrawl.h"

/* The symbol that scrawl-mpi.so shows, a struct mpi_calls, and the number of its form. */
#define MPI_CALLS_SYMBOL "scrawl_mpi_calls"
enum { MPI_CALLS_VERSION = 2 };

/* Called again and again while something is waited for. */
typedef void mpi_idle(void);

struct mpi_calls {
    int version; /* MPI_CALLS_VERSION, whatever follows in other versions */

    /* Joins the processes that were started together, and says which of how many this one is. Once, before all others.
     * False: MPI can't start. */
    bool (*join)(int *rank, int *count);

    /* What this process may use of its machine's processors, those it shares with other ranks divided among them; at
     * least 1. All ranks call it, once, after join. */
    int (*processors)(void);

    /* As scrawl_ranks has them, with [count] parts each; false: MPI says that a rank is lost. */
    bool (*begin)(int number, const scrawl_part *sent, const scrawl_part *received);
    bool (*finish)(int number, mpi_idle *idle);
    bool (*exchange)(const scrawl_part *sent, const scrawl_part *received, mpi_idle *idle);

    /* Whether it is true on any rank: all of them call it, in the same order. False in `ok` as above. */
    bool (*any)(bool here, bool *ok, mpi_idle *idle);

    /* How all ranks ended: each tells its own exit status once, and asks until it knows all the others', in
     * statuses[count]. Other calls of other ranks meanwhile do no harm. */
    void (*tell_end)(int status);
    bool (*know_ends)(int *statuses);

    void (*leave)(void);          /* after all have told their end: the last call */
    void (*stop_all)(int status); /* ends all ranks at once; doesn't return */
};

#endif
