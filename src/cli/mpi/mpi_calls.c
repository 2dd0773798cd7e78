/* Implements mpi_calls.h by plain MPI 3 calls: this is all of scrawl-mpi.so. Knows neither commands nor signals, and
 * prints nothing. */
#include "mpi_calls.h"

#include <mpi.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

/* Bytes of one message, which MPI counts in an int. Tests have smaller ones. */
#ifndef LARGEST_MESSAGE
#define LARGEST_MESSAGE (1 << 30)
#endif

enum {
    PIECE = LARGEST_MESSAGE,
    AT_ONCE = SCRAWL_MAX_EXCHANGES, /* exchange(), beside those that begin and finish */
    EXCHANGES,
    MOST_PROCESSORS = 4096,
};

/* Each kind of traffic has its own, so that a rank that ends meets none of the others' messages. */
static MPI_Comm parts, questions, endings;
static MPI_Request ending = MPI_REQUEST_NULL;
static int own_rank, rank_count, own_end, ends[SCRAWL_MAX_RANKS];

/* ---- Joining ---- */

static bool duplicate(MPI_Comm *communicator)
{
    return MPI_Comm_dup(MPI_COMM_WORLD, communicator) == MPI_SUCCESS &&
           MPI_Comm_set_errhandler(*communicator, MPI_ERRORS_RETURN) == MPI_SUCCESS;
}

/* Only the thread that joins calls. */
static bool join(int *rank, int *count)
{
    int level;
    if (MPI_Init_thread(NULL, NULL, MPI_THREAD_FUNNELED, &level) != MPI_SUCCESS || level < MPI_THREAD_FUNNELED)
        return false;
    MPI_Comm_rank(MPI_COMM_WORLD, &own_rank);
    MPI_Comm_size(MPI_COMM_WORLD, &rank_count);
    *rank = own_rank;
    *count = rank_count;
    return duplicate(&parts) && duplicate(&questions) && duplicate(&endings);
}

/* Marks the processors that this process may run on: launchers bind ranks to some. */
static int mark_own(int *processors)
{
    int count = 0;
#ifdef CPU_SETSIZE /* Linux, with _GNU_SOURCE */
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int i = 0; i < CPU_SETSIZE && i < MOST_PROCESSORS; i++)
            if (CPU_ISSET(i, &set)) count += processors[i] = 1;
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    if (count == 0)
        for (; count < MOST_PROCESSORS && count < online; count++) processors[count] = 1;
    return count;
}

static int processors(void)
{
    static int own[MOST_PROCESSORS], sharing[MOST_PROCESSORS]; /* of each processor: whether it is ours, whose it is */
    MPI_Comm machine;
    mark_own(own);
    if (MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, own_rank, MPI_INFO_NULL, &machine) != MPI_SUCCESS)
        return 1;
    MPI_Allreduce(own, sharing, MOST_PROCESSORS, MPI_INT, MPI_SUM, machine);
    MPI_Comm_free(&machine);
    double share = 1e-6; /* thirds may add up to a little less than one */
    for (int i = 0; i < MOST_PROCESSORS; i++)
        if (own[i]) share += 1.0 / sharing[i];
    return share < 1 ? 1 : (int)share;
}

/* ---- Traffic ---- */

/* False: MPI says that it failed. */
static bool wait_for_all(int count, MPI_Request *requests, mpi_idle *idle)
{
    for (int i = 0, done = 0; i < count; i += done != 0) {
        if (MPI_Test(&requests[i], &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) return false;
        if (!done) idle();
    }
    return true;
}

/* What one exchange waits for: room for as many pieces as it ever had. */
static struct pending {
    MPI_Request *requests;
    int count, room;
} pending[EXCHANGES];

/* The next request; NULL: there is no memory. */
static MPI_Request *next_request(struct pending *exchange)
{
    enum { MORE = 2 * SCRAWL_MAX_RANKS };
    if (exchange->count == exchange->room) {
        MPI_Request *more = realloc(exchange->requests, (size_t)(exchange->room + MORE) * sizeof *more);
        if (!more) return NULL;
        exchange->requests = more;
        exchange->room += MORE;
    }
    return &exchange->requests[exchange->count++];
}

/* Sends a part to a rank, or receives it, piece by piece: both ends know its size, and so its pieces. */
static bool move(struct pending *exchange, int number, const scrawl_part *part, int rank, bool sends)
{
    for (size_t first = 0; first < part->size; first += PIECE) {
        const int size = part->size - first < PIECE ? (int)(part->size - first) : PIECE;
        char *bytes = (char *)part->bytes + first;
        MPI_Request *request = next_request(exchange);
        if (!request) return false;
        const int status = sends ? MPI_Isend(bytes, size, MPI_BYTE, rank, number, parts, request)
                                 : MPI_Irecv(bytes, size, MPI_BYTE, rank, number, parts, request);
        if (status != MPI_SUCCESS) return false;
    }
    return true;
}

static bool begin(int number, const scrawl_part *sent, const scrawl_part *received)
{
    struct pending *exchange = &pending[number];
    bool ok = true;
    exchange->count = 0;
    for (int i = 1; i < rank_count && ok; i++) {
        const int rank = (own_rank + rank_count - i) % rank_count;
        ok = move(exchange, number, &received[rank], rank, false);
    }
    for (int i = 1; i < rank_count && ok; i++) {
        const int rank = (own_rank + i) % rank_count;
        ok = move(exchange, number, &sent[rank], rank, true);
    }
    return ok;
}

static bool finish(int number, mpi_idle *idle)
{
    return wait_for_all(pending[number].count, pending[number].requests, idle);
}

static bool exchange(const scrawl_part *sent, const scrawl_part *received, mpi_idle *idle)
{
    return begin(AT_ONCE, sent, received) && finish(AT_ONCE, idle);
}

static bool any(bool here, bool *ok, mpi_idle *idle)
{
    int mine = here, anywhere = 0;
    MPI_Request request;
    *ok = MPI_Iallreduce(&mine, &anywhere, 1, MPI_INT, MPI_MAX, questions, &request) == MPI_SUCCESS &&
          wait_for_all(1, &request, idle);
    return anywhere != 0;
}

/* ---- Ending ---- */

static void tell_end(int status)
{
    own_end = status;
    MPI_Iallgather(&own_end, 1, MPI_INT, ends, 1, MPI_INT, endings, &ending);
}

static bool know_ends(int *statuses)
{
    int done = 0;
    if (MPI_Test(&ending, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS || !done) return false;
    for (int rank = 0; rank < rank_count; rank++) statuses[rank] = ends[rank];
    return true;
}

static void leave(void)
{
    for (int i = 0; i < EXCHANGES; i++) free(pending[i].requests);
    MPI_Finalize();
}

static void stop_all(int status)
{
    MPI_Abort(MPI_COMM_WORLD, status);
}

extern const struct mpi_calls scrawl_mpi_calls;
__attribute__((visibility("default"))) const struct mpi_calls scrawl_mpi_calls = {
    .version = MPI_CALLS_VERSION,
    .join = join,
    .processors = processors,
    .begin = begin,
    .finish = finish,
    .exchange = exchange,
    .any = any,
    .tell_end = tell_end,
    .know_ends = know_ends,
    .leave = leave,
    .stop_all = stop_all,
};
