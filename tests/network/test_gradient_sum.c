/* Tests src/network/gradient_sum.c: every chunk counts once, whatever the number of chunks, ranks and pieces. */
#include "network/gradient_sum.h"

#include <stdlib.h>

#include "base/memory.h"
#include "test.h"
#include "thread_ranks.h"

enum { FLOATS = 37 * ALIGNMENT_FLOATS, MOST_RANKS = 5 };

/* A batch whose chunk c adds (c + 1) * value(i) to float i: whole numbers, so that no sum is rounded. */
struct batch {
    size_t chunks;
    size_t step; /* floats that come at once */
    size_t wrong[MOST_RANKS];
};

static float value(size_t i)
{
    return (float)(i % 13 + 1);
}

static void fill(const struct batch_share *share, size_t first, size_t end, struct workspace *workspace)
{
    const struct portion own = share_chunks(share, share_own(share));
    for (size_t chunk = own.first; chunk < own.end; chunk++)
        for (size_t i = first; i < end; i++)
            workspace->chunk_gradients[chunk * FLOATS + i] = (float)(chunk + 1) * value(i);
}

static void sum_batch(const scrawl_ranks *ranks, void *context)
{
    struct batch *batch = context;
    const struct batch_share share = {ranks->count > 1 ? ranks : NULL, batch->chunks, 1};
    struct workspace workspace = {.chunk_gradients = allocate_floats(batch->chunks * FLOATS),
                                  .gradient_stride = FLOATS};
    struct gradient_sum sum = gradient_sum_start(&workspace, kernels_current(), &share, NULL);
    for (size_t end = FLOATS, first; end > 0; end = first) {
        first = end - min_size(end, batch->step);
        fill(&share, first, end, &workspace);
        gradient_sum_add(&sum, first);
    }
    const float *result = gradient_sum_finish(&sum), count = (float)(batch->chunks * (batch->chunks + 1) / 2);
    for (size_t i = 0; i < FLOATS; i++) batch->wrong[ranks->rank] += !(result[i] == count * value(i));
    free(workspace.chunk_gradients);
}

TEST(gradient_sum_counts_every_chunk_once)
{
    static const size_t steps[] = {FLOATS, FLOATS / 2, FLOATS / 7, ALIGNMENT_FLOATS};
    for (size_t chunks = 1; chunks <= MOST_CHUNKS; chunks++)
        for (int count = 1; count <= MOST_RANKS; count++) {
            struct batch batch = {.chunks = chunks, .step = steps[(chunks + (size_t)count) % 4]};
            run_ranks(count, sum_batch, &batch);
            for (int rank = 0; rank < count; rank++) CHECK_EQUAL(batch.wrong[rank], 0);
        }
}
