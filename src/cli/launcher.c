/* Implements launcher.h. */
#include "launcher.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "mpi/mpi_calls.h"
#include "options.h"
#include "report.h"

/* ---- The environment ---- */

/* What Open MPI's mpirun, that of MPICH and its kin, and Slurm with PMIx tell each process; size NULL: not told. */
static const struct {
    const char *rank, *size;
} told[] = {
    {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
    {"PMI_RANK", "PMI_SIZE"},
    {"PMIX_RANK", "SLURM_STEP_NUM_TASKS"},
    {"MPI_LOCALRANKID", "MPI_LOCALNRANKS"},
};

/* 0 where it is no number, or none is told. */
static int number_of(const char *variable)
{
    const char *text = getenv(variable);
    uint64_t number;
    return text && read_whole_number(text, INT_MAX, &number) ? (int)number : 0;
}

bool launcher_started(struct launch *launch)
{
    const char *wanted = getenv("SCRAWL_MPI");
    if (wanted && strcmp(wanted, "none") == 0) return false;
    for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
        if (!getenv(told[i].rank)) continue;
        const bool by_slurm = i > 0 && getenv("SLURM_PROCID");
        *launch = (struct launch){number_of(told[i].rank), number_of(told[i].size), by_slurm ? "srun -n" : "mpirun -n"};
        return launch->count != 1;
    }
    return false;
}

/* ---- The shared object ---- */

#define SHARED_OBJECT "scrawl-mpi.so"

/* Where this program lies, to be freed by the caller; NULL where that can't be told. */
static char *program_folder(void)
{
    char path[PATH_MAX];
    const ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0) return NULL;
    path[length] = 0;
    return format_text("%.*s", (int)(strrchr(path, '/') - path), path);
}

/* The path that it is loaded from, to be freed by the caller; NULL where there is none. */
static char *find_shared_object(void)
{
    static const char *const places[] = {"", "/../lib/scrawl"};
    const char *wanted = getenv("SCRAWL_MPI");
    if (wanted && wanted[0]) return format_text("%s%s", strchr(wanted, '/') ? "" : "./", wanted);
    char *folder = program_folder(), *found = NULL;
    for (size_t i = 0; folder && !found && i < sizeof places / sizeof *places; i++) {
        char *path = format_text("%s%s/" SHARED_OBJECT, folder, places[i]);
        if (file_exists(path))
            found = path;
        else
            free(path);
    }
    free(folder);
    return found;
}

const struct mpi_calls *launcher_load(const char **sentence)
{
    static const char missing[] = "Several processes were started by MPI, but what lets them share the work isn't "
                                  "there: build it by `make mpi`, or "
                                  "install Debian's package scrawl-mpi; SCRAWL_MPI=FILE says where a " SHARED_OBJECT
                                  " is, and SCRAWL_MPI=none that "
                                  "each shall work alone.";
    char *path = find_shared_object();
    *sentence = missing;
    if (!path) return NULL;
    /* MPI's own parts look for its names among those of all. */
    void *loaded = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    const struct mpi_calls *calls = loaded ? dlsym(loaded, MPI_CALLS_SYMBOL) : NULL;
    if (!calls) {
        *sentence = format_text("%s can't be loaded: %s. Build it anew by `make mpi`.", path, dlerror());
    } else if (calls->version != MPI_CALLS_VERSION) {
        *sentence = format_text("%s belongs to another version of Scrawl. Build it anew by `make mpi`.", path);
        calls = NULL;
    }
    free(path);
    return calls;
}
