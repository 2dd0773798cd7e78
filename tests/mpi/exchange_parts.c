/* Exchanges parts of many sizes between all ranks by scrawl-mpi.so's own calls, here in small pieces, and checks each
 * byte; asks questions meanwhile. Prints "exchanged" on the first rank. */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/mpi/mpi_calls.h"

enum { ROUNDS = 40, MOST = 50000 /* bytes of a part */ };

static const struct mpi_calls *calls;
static int rank, count;

static unsigned hash(unsigned a, unsigned b, unsigned c)
{
    unsigned value = (a * 31 + b) * 31 + c + 1;
    for (int i = 0; i < 3; i++) value = (value ^ (value >> 15)) * 2654435761u;
    return value ^ (value >> 13);
}

/* Of what `from` sends to `to`: a third is nothing, a third small. */
static size_t size_of(int round, int from, int to)
{
    const unsigned drawn = hash((unsigned)round, (unsigned)from, (unsigned)to);
    return drawn % 3 == 0 ? 0 : drawn / 3 % (drawn % 3 == 1 ? 64 : MOST);
}

static char byte_of(int round, int from, int to, size_t place)
{
    return (char)hash((unsigned)(round * SCRAWL_MAX_RANKS + from), (unsigned)to, (unsigned)place);
}

static void idle(void) {}

static void fail(const char *what)
{
    fprintf(stderr, "rank %d: %s\n", rank, what);
    calls->stop_all(1);
}

static void fill(int round, scrawl_part *sent, scrawl_part *received)
{
    for (int other = 0; other < count; other++) {
        sent[other].size = other == rank ? 1 : size_of(round, rank, other); /* one's own is passed over */
        received[other].size = other == rank ? 2 : size_of(round, other, rank);
        memset(received[other].bytes, 0, MOST + 1);
        for (size_t i = 0; i < sent[other].size; i++) ((char *)sent[other].bytes)[i] = byte_of(round, rank, other, i);
    }
}

static void check(int round, const scrawl_part *received)
{
    for (int other = 0; other < count; other++) {
        const char *bytes = received[other].bytes;
        const size_t size = other == rank ? 0 : received[other].size;
        for (size_t i = 0; i < size; i++)
            if (bytes[i] != byte_of(round, other, rank, i)) fail("a byte is wrong");
        if (bytes[size] != 0) fail("more came than was sent");
    }
}

/* In one go, or in halves with another exchange between. */
static void exchange(int round, const scrawl_part *sent, const scrawl_part *received)
{
    static const scrawl_part nothing[SCRAWL_MAX_RANKS];
    const int number = round % SCRAWL_MAX_EXCHANGES;
    const bool ok = round % 3 == 0 ? calls->exchange(sent, received, idle)
                                   : calls->begin(number, sent, received) && calls->exchange(nothing, nothing, idle) &&
                                         calls->finish(number, idle);
    if (!ok) fail("MPI failed");
}

int main(int argument_count, char **arguments)
{
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    int ends[SCRAWL_MAX_RANKS];
    bool ok;
    void *loaded = argument_count == 2 ? dlopen(arguments[1], RTLD_NOW | RTLD_GLOBAL) : NULL;
    calls = loaded ? dlsym(loaded, MPI_CALLS_SYMBOL) : NULL;
    if (!calls || !calls->join(&rank, &count) || calls->processors() < 1) return 1;
    for (int other = 0; other < count; other++)
        sent[other].bytes = calloc(MOST, 1), received[other].bytes = calloc(MOST + 1, 1);
    for (int round = 0; round < ROUNDS; round++) {
        fill(round, sent, received);
        exchange(round, sent, received);
        check(round, received);
        if (calls->any(round % count == rank && round % 2, &ok, idle) != (round % 2 == 1) || !ok)
            fail("a wrong answer");
    }
    calls->tell_end(rank + 5);
    while (!calls->know_ends(ends)) idle();
    for (int other = 0; other < count; other++)
        if (ends[other] != other + 5) fail("a wrong end");
    calls->leave();
    if (rank == 0) puts("exchanged");
    return 0;
}
