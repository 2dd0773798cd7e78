/* Implements thread_ranks.h. */
#include "thread_ranks.h"

#include <pthread.h>
#include <string.h>

#include "test.h"

struct meeting {
    int count;
    pthread_barrier_t barrier;
    scrawl_part sent[SCRAWL_MAX_RANKS][SCRAWL_MAX_RANKS]; /* [from][to] */
    rank_run *run;
    void *context;
};

struct thread_rank {
    struct meeting *meeting;
    pthread_t thread;
    scrawl_ranks ranks;
    size_t wrong_sizes, bytes;
};

/* All put down what they send, then all take what they want, before anybody goes on. */
static void exchange(void *context, const scrawl_part *sent, const scrawl_part *received)
{
    struct thread_rank *own = context;
    struct meeting *meeting = own->meeting;
    memcpy(meeting->sent[own->ranks.rank], sent, (size_t)meeting->count * sizeof *sent);
    pthread_barrier_wait(&meeting->barrier);
    for (int from = 0; from < meeting->count; from++) {
        const scrawl_part *part = &meeting->sent[from][own->ranks.rank];
        if (from == own->ranks.rank) continue;
        if (part->size == received[from].size && part->size > 0) memcpy(received[from].bytes, part->bytes, part->size);
        own->wrong_sizes += part->size != received[from].size;
        own->bytes += part->size;
    }
    pthread_barrier_wait(&meeting->barrier);
}

static void *run_rank(void *argument)
{
    struct thread_rank *own = argument;
    own->meeting->run(&own->ranks, own->meeting->context);
    return NULL;
}

size_t run_ranks(int count, rank_run *run, void *context)
{
    struct meeting meeting = {.count = count, .run = run, .context = context};
    struct thread_rank ranks[SCRAWL_MAX_RANKS] = {0};
    size_t bytes = 0;
    pthread_barrier_init(&meeting.barrier, NULL, (unsigned)count);
    for (int i = 0; i < count; i++) {
        ranks[i].meeting = &meeting;
        ranks[i].ranks = (scrawl_ranks){i, count, exchange, &ranks[i]};
        CHECK_EQUAL(pthread_create(&ranks[i].thread, NULL, run_rank, &ranks[i]), 0);
    }
    for (int i = 0; i < count; i++) {
        pthread_join(ranks[i].thread, NULL);
        CHECK_EQUAL(ranks[i].wrong_sizes, 0);
        bytes += ranks[i].bytes;
    }
    pthread_barrier_destroy(&meeting.barrier);
    return bytes;
}
