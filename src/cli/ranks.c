/* Implements ranks.h. */
#include "ranks.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "interruption.h"
#include "launcher.h"
#include "mpi/mpi_calls.h"
#include "report.h"

enum { NAME_SIZE = 32, LAUNCHER_SIZE = 32 }; /* bytes */

/* NULL, and all zero, while this process is alone. */
static const struct mpi_calls *calls;
static scrawl_ranks own;
static char own_name[NAME_SIZE], launcher[LAUNCHER_SIZE];
static int processors;
static bool has_ended;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void nap(double seconds)
{
    const struct timespec time = {0, (long)(seconds * 1e9)};
    nanosleep(&time, NULL);
}

/* ---- Waiting ---- */

enum { SPINS = 200 }; /* looks, of less than a microsecond each, before other threads may have the processor */
static const double nap_after = 0.02, nap_time = 0.0002; /* seconds: others do what takes its time */

/* A rank is lost when it doesn't answer so long after this process was told to end: launchers tell it to all others
 * when one dies, and a second later kill them. Where ranks have waited for each other before, it is so many times as
 * long; and the most where the first one may be writing a file meanwhile. */
static const double lost_after = 0.3, lost_after_most = 10; /* seconds */
enum { LOST_AFTER_WAITS = 3 };

static struct {
    int looks;
    double begin, told_to_end, usual; /* seconds; 0: not yet. usual: a longest wait of the last ones */
    bool patient;                     /* nobody is lost, however long it takes */
    bool first_may_write;
    void (*say)(const void *context);
    const void *context;
} waiting;

_Noreturn static void end_lost(void)
{
    if (ranks_is_first()) {
        complain("Another rank has ended, so all of them end. Where one died, the launcher's message names it.");
        if (waiting.say) waiting.say(waiting.context);
    }
    fflush(NULL);
    _exit(EXIT_TROUBLE);
}

static double longest_wait(void)
{
    const double by_usual = LOST_AFTER_WAITS * waiting.usual;
    if (waiting.first_may_write || by_usual > lost_after_most) return lost_after_most;
    return by_usual < lost_after ? lost_after : by_usual;
}

static void look_for_lost(double time)
{
    if (waiting.patient || !interruption_signal()) return;
    if (waiting.told_to_end == 0) waiting.told_to_end = time;
    if (time - waiting.told_to_end > longest_wait()) end_lost();
}

static void idle(void)
{
    if (waiting.looks++ < SPINS) return;
    const double time = now();
    if (waiting.begin == 0) waiting.begin = time;
    look_for_lost(time);
    if (time - waiting.begin < nap_after)
        sched_yield();
    else
        nap(nap_time);
}

static void begin_wait(void)
{
    waiting.looks = 0;
    waiting.begin = waiting.told_to_end = 0;
    waiting.first_may_write = false;
}

/* ok: what MPI says. */
static void end_wait(bool ok)
{
    static const double kept = 0.99; /* of what was usual, by a wait; a step has dozens */
    if (!ok) end_lost();
    const double waited = waiting.begin == 0 ? 0 : now() - waiting.begin;
    waiting.usual *= kept;
    if (waited > waiting.usual) waiting.usual = waited;
}

static void exchange(void *context, const scrawl_part *sent, const scrawl_part *received)
{
    (void)context;
    begin_wait();
    end_wait(calls->exchange(sent, received, idle));
}

static void begin(void *context, int number, const scrawl_part *sent, const scrawl_part *received)
{
    (void)context;
    if (!calls->begin(number, sent, received)) end_lost();
}

static void finish(void *context, int number)
{
    (void)context;
    begin_wait();
    end_wait(calls->finish(number, idle));
}

bool ranks_any(bool here)
{
    bool ok;
    if (!calls) return here;
    begin_wait();
    waiting.first_may_write = !ranks_is_first();
    const bool anywhere = calls->any(here, &ok, idle);
    end_wait(ok);
    return anywhere;
}

void ranks_wait(void)
{
    waiting.patient = true;
    ranks_any(false);
    waiting.patient = false;
}

void ranks_when_lost(void (*say)(const void *context), const void *context)
{
    waiting.say = say;
    waiting.context = context;
}

/* ---- Starting ---- */

/* All ranks mostly meet the same: the first one says it, and the launcher ends the others while they wait. */
static bool refuse(int rank, const char *sentence)
{
    static const unsigned seconds = 2;
    if (rank > 0) {
        sleep(seconds);
        complain("rank %d: %s", rank, sentence);
    } else {
        complain("%s", sentence);
    }
    return false;
}

/* What ends the program without ranks_end is no memory. */
static void end_unasked(void)
{
    if (has_ended) return;
    complaints_print(own_name);
    calls->stop_all(EXIT_TROUBLE);
}

static bool join(const struct launch *launch, const struct mpi_calls *mpi)
{
    int rank = launch->rank, count;
    if (!mpi->join(&rank, &count)) return refuse(launch->rank, "MPI can't start here. Try it with another program.");
    if (launch->count > 0 && count != launch->count)
        return refuse(launch->rank,
                      "MPI's launcher has started more processes than scrawl-mpi.so sees: it was built for "
                      "another MPI. Build it anew by `make mpi MPICC=COMPILER`.");
    if (count == 1) return true;
    if (count > SCRAWL_MAX_RANKS)
        return refuse(rank, "There are more than 32 ranks. Start fewer, of more threads each.");
    calls = mpi;
    own = (scrawl_ranks){.rank = rank, .count = count, .exchange = exchange, .begin = begin, .finish = finish};
    snprintf(own_name, sizeof own_name, "rank %d", rank);
    snprintf(launcher, sizeof launcher, "%s %d ", launch->command, count);
    processors = calls->processors();
    atexit(end_unasked);
    if (rank == 0) return true;
    complaints_keep();
    return freopen("/dev/null", "w", stdout) || refuse(rank, "/dev/null can't be written.");
}

bool ranks_start(void)
{
    struct launch launch;
    const char *sentence;
    if (!launcher_started(&launch)) return true;
    const struct mpi_calls *mpi = launcher_load(&sentence);
    return mpi ? join(&launch, mpi) : refuse(launch.rank, sentence);
}

/* ---- Asking ---- */

const scrawl_ranks *ranks(void)
{
    return calls ? &own : NULL;
}

int ranks_number(void)
{
    return own.rank;
}

int ranks_count(void)
{
    return calls ? own.count : 1;
}

bool ranks_is_first(void)
{
    return own.rank == 0;
}

int ranks_threads(int threads)
{
    if (!calls || threads > 0) return threads;
    return processors < SCRAWL_MAX_THREADS ? processors : SCRAWL_MAX_THREADS;
}

const char *ranks_launcher(void)
{
    return launcher;
}

/* ---- Ending ---- */

static const double end_look = 0.001, end_patience = 2; /* seconds */

_Noreturn static void stop_others(int status)
{
    if (ranks_is_first())
        complain("Rank 0 can't go on, and stops all others.");
    else
        complaints_print(own_name);
    fflush(NULL);
    has_ended = true;
    calls->stop_all(status);
    _exit(status);
}

/* The first rank that failed. */
static int first_failed(const int *statuses)
{
    int rank = 0;
    while (rank < own.count && statuses[rank] == EXIT_FINE) rank++;
    return rank;
}

int ranks_end(int status)
{
    int statuses[SCRAWL_MAX_RANKS];
    const double begin = now();
    if (!calls) return status;
    calls->tell_end(status);
    while (!calls->know_ends(statuses)) {
        if (status != EXIT_FINE && now() - begin > end_patience) stop_others(status);
        nap(end_look);
    }
    if (own.rank > 0 && first_failed(statuses) == own.rank) complaints_print(own_name);
    fflush(NULL);
    has_ended = true;
    calls->leave();
    return status;
}
