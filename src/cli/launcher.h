/* Whether an MPI launcher (mpirun, srun) has started this process together with others, and the shared object that
 * speaks MPI. Knows no command, and nothing of what ranks do. */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include <stdbool.h>

struct mpi_calls;

/* As the environment says. */
struct launch {
    int rank, count;     /* 0: so many aren't told */
    const char *command; /* that starts so many again: "mpirun -n" or "srun -n" */
};

/* False where nobody did, where it is known to be the only one, and where SCRAWL_MPI=none asks for that. */
bool launcher_started(struct launch *launch);

/* Loads scrawl-mpi.so: SCRAWL_MPI where that names it, or else from beside the program, or from ../lib/scrawl of there.
 * NULL with a sentence, which lives as long as the program. */
const struct mpi_calls *launcher_load(const char **sentence);

#endif
