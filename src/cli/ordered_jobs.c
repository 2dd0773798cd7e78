/* Implements ordered_jobs.h with POSIX threads. The results wait in a ring of slots: a job begins when the one that had
 * its slot is taken. */
#include "ordered_jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

struct ring {
    const struct ordered_jobs *jobs;
    size_t slots;
    unsigned char *results;   /* [slots][result_size] */
    bool *done;               /* [slots] */
    pthread_mutex_t choosing; /* held by the one thread that waits for the next job; before the other one */
    pthread_mutex_t mutex;    /* for all below, and for done */
    pthread_cond_t may_begin, next_is_done;
    size_t begun, taken; /* jobs */
    bool complete;       /* no further one begins */
    bool stopping;
};

static void *result_of(const struct ring *ring, size_t job)
{
    return ring->results + job % ring->slots * ring->jobs->result_size;
}

/* ---- The threads that do jobs ---- */

/* Waits for a free slot. False: no more is wanted. */
static bool wait_for_slot(struct ring *ring)
{
    pthread_mutex_lock(&ring->mutex);
    while (!ring->stopping && !ring->complete && ring->begun - ring->taken == ring->slots)
        pthread_cond_wait(&ring->may_begin, &ring->mutex);
    const bool wanted = !ring->stopping && !ring->complete;
    pthread_mutex_unlock(&ring->mutex);
    return wanted;
}

/* The next job, in its slot; false when there is none. `begun` changes only here. */
static bool choose_next(struct ring *ring, size_t *job)
{
    const struct ordered_jobs *jobs = ring->jobs;
    pthread_mutex_lock(&ring->choosing);
    bool found = wait_for_slot(ring);
    *job = ring->begun;
    if (found) {
        void *result = result_of(ring, *job);
        memset(result, 0, jobs->result_size);
        found = jobs->next(jobs->context, *job, result);
        pthread_mutex_lock(&ring->mutex);
        if (found) ring->begun++;
        ring->complete = !found;
        if (!found) pthread_cond_signal(&ring->next_is_done); /* whoever waits for one that doesn't come */
        pthread_mutex_unlock(&ring->mutex);
    }
    pthread_mutex_unlock(&ring->choosing);
    return found;
}

static void *work(void *argument)
{
    struct ring *ring = argument;
    const struct ordered_jobs *jobs = ring->jobs;
    size_t job;
    while (choose_next(ring, &job)) {
        jobs->perform(jobs->context, job, result_of(ring, job));
        pthread_mutex_lock(&ring->mutex);
        ring->done[job % ring->slots] = true;
        if (job == ring->taken) pthread_cond_signal(&ring->next_is_done);
        pthread_mutex_unlock(&ring->mutex);
    }
    return NULL;
}

/* ---- The caller ---- */

/* The mutex is held before and after, but not while a result is taken. False: there is none any more. */
static bool take_next(struct ring *ring)
{
    const struct ordered_jobs *jobs = ring->jobs;
    const size_t job = ring->taken;
    while (!ring->done[job % ring->slots]) {
        if (ring->complete && job == ring->begun) return false;
        pthread_cond_wait(&ring->next_is_done, &ring->mutex);
    }
    ring->done[job % ring->slots] = false;
    pthread_mutex_unlock(&ring->mutex);
    const bool go_on = jobs->take(jobs->context, job, result_of(ring, job));
    pthread_mutex_lock(&ring->mutex);
    ring->taken++;
    pthread_cond_signal(&ring->may_begin);
    return go_on;
}

static void drop_rest(struct ring *ring)
{
    for (size_t job = ring->taken; ring->jobs->drop && job < ring->begun; job++) ring->jobs->drop(result_of(ring, job));
}

static int start_threads(struct ring *ring, int wanted, pthread_t *threads)
{
    int started = 0;
    while (started < wanted && pthread_create(&threads[started], NULL, work, ring) == 0) started++;
    return started;
}

static void run_alone(const struct ordered_jobs *jobs)
{
    void *result = allocate(jobs->result_size);
    bool go_on = true;
    for (size_t job = 0; go_on; job++) {
        memset(result, 0, jobs->result_size);
        if (!jobs->next(jobs->context, job, result)) break;
        jobs->perform(jobs->context, job, result);
        go_on = jobs->take(jobs->context, job, result);
    }
    free(result);
}

static void run_together(struct ring *ring, int wanted)
{
    pthread_t *threads = allocate((size_t)wanted * sizeof *threads);
    const int started = start_threads(ring, wanted, threads);
    if (started == 0) {
        run_alone(ring->jobs);
    } else {
        pthread_mutex_lock(&ring->mutex);
        while (take_next(ring)) {
        }
        ring->stopping = true;
        pthread_cond_broadcast(&ring->may_begin);
        pthread_mutex_unlock(&ring->mutex);
    }
    for (int i = 0; i < started; i++) pthread_join(threads[i], NULL);
    drop_rest(ring);
    free(threads);
}

size_t ordered_jobs_threads(int threads)
{
    const long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return threads > 0 ? (size_t)threads : processors > 0 ? (size_t)processors : 1;
}

void ordered_jobs_run(const struct ordered_jobs *jobs)
{
    const size_t wanted = ordered_jobs_threads(jobs->threads), threads = wanted < jobs->most ? wanted : jobs->most;
    if (threads <= 1) {
        run_alone(jobs);
        return;
    }
    struct ring ring = {.jobs = jobs, .slots = JOBS_AHEAD * threads};
    ring.results = allocate(ring.slots * jobs->result_size);
    ring.done = allocate(ring.slots * sizeof *ring.done);
    pthread_mutex_init(&ring.choosing, NULL);
    pthread_mutex_init(&ring.mutex, NULL);
    pthread_cond_init(&ring.may_begin, NULL);
    pthread_cond_init(&ring.next_is_done, NULL);
    run_together(&ring, (int)threads);
    pthread_cond_destroy(&ring.next_is_done);
    pthread_cond_destroy(&ring.may_begin);
    pthread_mutex_destroy(&ring.mutex);
    pthread_mutex_destroy(&ring.choosing);
    free(ring.done);
    free(ring.results);
}
