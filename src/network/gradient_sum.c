/* Implements gradient_sum.h. */
#include "gradient_sum.h"

enum { BLOCK = 8192 }; /* floats that are summed in one task */

struct summing {
    const struct workspace *workspace;
    const struct kernels *kernels;
    const struct batch_share *share;
    struct portion floats; /* of the gradient, which this rank sums */
    bool across;           /* the pairs of which no rank has both halves, or those within this rank's chunks */
};

static float *chunk_gradient(const struct workspace *workspace, size_t chunk)
{
    return workspace->chunk_gradients + chunk * workspace->gradient_stride;
}

/* The rank that has all of these chunks; none: the number of ranks. */
static int owner_of(const struct batch_share *share, size_t first, size_t end)
{
    int rank = 0;
    for (; rank < share_count(share); rank++) {
        const struct portion chunks = share_chunks(share, rank);
        if (chunks.first <= first && end <= chunks.end) break;
    }
    return rank;
}

/* Adds the right half to the left one of every such pair, from the smallest on. */
static void sum_block(void *context, size_t block, int thread)
{
    (void)thread;
    const struct summing *summing = context;
    const size_t chunks = share_chunk_count(summing->share), first = summing->floats.first + block * BLOCK;
    const size_t count = min_size(BLOCK, summing->floats.end - first);
    const int wanted = summing->across ? share_count(summing->share) : share_own(summing->share);
    for (size_t half = 1; half < chunks; half *= 2)
        for (size_t left = 0; left + half < chunks; left += 2 * half)
            if (owner_of(summing->share, left, min_size(left + 2 * half, chunks)) == wanted)
                summing->kernels->add(count, chunk_gradient(summing->workspace, left + half) + first,
                                      chunk_gradient(summing->workspace, left) + first);
}

static void sum_pairs(struct summing *summing, struct parallel *parallel, struct portion floats, bool across)
{
    summing->floats = floats;
    summing->across = across;
    parallel_run(parallel, (floats.end - floats.first + BLOCK - 1) / BLOCK, sum_block, summing);
}

/* ---- Between ranks ---- */

static struct portion part_of_gradient(const struct summing *summing, int rank)
{
    return share_part(summing->share, summing->workspace->gradient_stride, rank);
}

/* The chunk in which the index-th sum lies that a rank has made of its chunks, and of which it has nothing to be added
 * to; the number of chunks past the last. */
static size_t sum_of_rank(const struct batch_share *share, int rank, size_t index)
{
    const size_t chunks = share_chunk_count(share);
    const struct portion own = share_chunks(share, rank);
    for (size_t first = own.first; first < own.end;) {
        size_t count = 1;
        while (first % (2 * count) == 0 && min_size(first + 2 * count, chunks) <= own.end && count < chunks) count *= 2;
        if (index-- == 0) return first;
        first += count;
    }
    return chunks;
}

static scrawl_part part_of_sum(const struct summing *summing, size_t chunk, struct portion floats)
{
    if (chunk == share_chunk_count(summing->share)) return (scrawl_part){0};
    return share_bytes(chunk_gradient(summing->workspace, chunk), sizeof(float), floats);
}

/* Sends each rank the index-th sum of the part that belongs to it. False when no rank has so many. */
static bool exchange_sums(const struct summing *summing, size_t index)
{
    const scrawl_ranks *ranks = summing->share->ranks;
    const size_t none = share_chunk_count(summing->share), own = sum_of_rank(summing->share, ranks->rank, index);
    const struct portion own_floats = part_of_gradient(summing, ranks->rank);
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    bool any = false;
    for (int rank = 0; rank < ranks->count; rank++) {
        const size_t theirs = sum_of_rank(summing->share, rank, index);
        sent[rank] = part_of_sum(summing, own, part_of_gradient(summing, rank));
        received[rank] = part_of_sum(summing, theirs, own_floats);
        any = any || theirs != none;
    }
    if (any) ranks->exchange(ranks->context, sent, received);
    return any;
}

static void gather(const struct summing *summing)
{
    struct portion portions[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(summing->share); rank++) portions[rank] = part_of_gradient(summing, rank);
    share_gather(summing->share, portions, sizeof(float), chunk_gradient(summing->workspace, 0));
}

float *gradient_sum(const struct workspace *workspace, const struct kernels *kernels, const struct batch_share *share,
                    struct parallel *parallel)
{
    struct summing summing = {.workspace = workspace, .kernels = kernels, .share = share};
    sum_pairs(&summing, parallel, (struct portion){0, workspace->gradient_stride}, false);
    if (share->ranks && workspace->gradient_stride > 0) {
        for (size_t index = 0; exchange_sums(&summing, index);) index++;
        sum_pairs(&summing, parallel, part_of_gradient(&summing, share->ranks->rank), true);
        gather(&summing);
    }
    return chunk_gradient(workspace, 0);
}
