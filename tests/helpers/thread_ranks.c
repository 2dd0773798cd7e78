/* Implements thread_ranks.h. */
#include "thread_ranks.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

enum { AT_ONCE = SCRAWL_MAX_EXCHANGES, EXCHANGES }; /* exchange() beside those that begin and finish */

struct meeting {
    int count;
    pthread_barrier_t barrier;
    scrawl_part sent[EXCHANGES][SCRAWL_MAX_RANKS][SCRAWL_MAX_RANKS]; /* [number][from][to] */
    rank_run *run;
    void *context;
};

struct thread_rank {
    struct meeting *meeting;
    pthread_t thread;
    scrawl_ranks ranks;
    scrawl_part received[EXCHANGES][SCRAWL_MAX_RANKS];
    size_t wrong_sizes, bytes;
};

static void begin(void *context, int number, const scrawl_part *sent, const scrawl_part *received)
{
    struct thread_rank *own = context;
    const size_t size = (size_t)own->meeting->count * sizeof *sent;
    memcpy(own->meeting->sent[number][own->ranks.rank], sent, size);
    memcpy(own->received[number], received, size);
}

/* All have put down what they send, then all take what they want, before anybody goes on. */
static void finish(void *context, int number)
{
    struct thread_rank *own = context;
    struct meeting *meeting = own->meeting;
    pthread_barrier_wait(&meeting->barrier);
    for (int from = 0; from < meeting->count; from++) {
        const scrawl_part *part = &meeting->sent[number][from][own->ranks.rank], *to = &own->received[number][from];
        if (from == own->ranks.rank) continue;
        if (part->size == to->size && part->size > 0) memcpy(to->bytes, part->bytes, part->size);
        own->wrong_sizes += part->size != to->size;
        own->bytes += part->size;
    }
    pthread_barrier_wait(&meeting->barrier);
}

static void exchange(void *context, const scrawl_part *sent, const scrawl_part *received)
{
    begin(context, AT_ONCE, sent, received);
    finish(context, AT_ONCE);
}

static void *run_rank(void *argument)
{
    struct thread_rank *own = argument;
    own->meeting->run(&own->ranks, own->meeting->context);
    return NULL;
}

size_t run_ranks(int count, rank_run *run, void *context)
{
    static bool whole = true; /* every other time there are no halves */
    struct meeting *meeting = calloc(1, sizeof *meeting);
    struct thread_rank *ranks = calloc((size_t)count, sizeof *ranks);
    size_t bytes = 0;
    whole = !whole;
    *meeting = (struct meeting){.count = count, .run = run, .context = context};
    pthread_barrier_init(&meeting->barrier, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        ranks[i].meeting = meeting;
        ranks[i].ranks = (scrawl_ranks){i, count, exchange, whole ? NULL : begin, whole ? NULL : finish, &ranks[i]};
        CHECK_EQUAL(pthread_create(&ranks[i].thread, NULL, run_rank, &ranks[i]), 0);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(ranks[i].thread, NULL);
        CHECK_EQUAL(ranks[i].wrong_sizes, 0);
        bytes += ranks[i].bytes;
    }
    pthread_barrier_destroy(&meeting->barrier);
    free(meeting);
    free(ranks);
    return bytes;
}
