/* Implements gradient_sum.h. */
#include "gradient_sum.h"

enum { BLOCK = 8192 }; /* floats that are summed in one task */

/* Numbers of a piece's exchanges. */
enum { SUMS, PARTS, EXCHANGES_OF_PIECE };
_Static_assert((GRADIENT_PIECES + 1) * EXCHANGES_OF_PIECE <= SCRAWL_MAX_EXCHANGES, "there are numbers enough");

struct block_task {
    const struct gradient_sum *sum;
    struct portion floats; /* of the gradient, which this rank adds */
    bool across;           /* the pairs of which no rank has both halves, or those within this rank's chunks */
};

static float *chunk_gradient(const struct gradient_sum *sum, size_t chunk)
{
    return sum->workspace->chunk_gradients + chunk * sum->workspace->gradient_stride;
}

/* The rank that has all of these chunks; none: the number of ranks. */
static int owner_of(const struct batch_share *share, size_t first, size_t end)
{
    int rank = 0;
    if (!share_ranks(share)) return rank;
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
    const struct block_task *task = context;
    const struct batch_share *share = &task->sum->share;
    const size_t chunks = share_chunk_count(share), first = task->floats.first + block * BLOCK;
    const size_t count = min_size(BLOCK, task->floats.end - first);
    const int wanted = task->across ? share_count(share) : share_own(share);
    for (size_t half = 1; half < chunks; half *= 2)
        for (size_t left = 0; left + half < chunks; left += 2 * half)
            if (owner_of(share, left, min_size(left + 2 * half, chunks)) == wanted)
                task->sum->kernels->add(count, chunk_gradient(task->sum, left + half) + first,
                                        chunk_gradient(task->sum, left) + first);
}

static void sum_pairs(const struct gradient_sum *sum, struct portion floats, bool across)
{
    struct block_task task = {sum, floats, across};
    parallel_run(sum->parallel, (floats.end - floats.first + BLOCK - 1) / BLOCK, sum_block, &task);
}

/* ---- Between ranks ---- */

/* The part of a piece that belongs to a rank. */
static struct portion part_of_piece(const struct gradient_sum *sum, size_t piece, int rank)
{
    const size_t first = sum->pieces[piece].first;
    const struct portion part = share_part(&sum->share, sum->pieces[piece].end - first, rank);
    return (struct portion){first + part.first, first + part.end};
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

static scrawl_part part_of_sum(const struct gradient_sum *sum, size_t chunk, struct portion floats)
{
    if (chunk == share_chunk_count(&sum->share)) return (scrawl_part){0};
    return share_bytes(chunk_gradient(sum, chunk), sizeof(float), floats);
}

/* What goes to each rank, and comes from each, of the index-th sum of the part that belongs to it. False when no rank
 * has so many sums. */
static bool list_sums(const struct gradient_sum *sum, size_t piece, size_t index, scrawl_part *sent,
                      scrawl_part *received)
{
    const struct batch_share *share = &sum->share;
    const size_t none = share_chunk_count(share), own = sum_of_rank(share, share_own(share), index);
    const struct portion own_part = part_of_piece(sum, piece, share_own(share));
    bool any = false;
    for (int rank = 0; rank < share_count(share); rank++) {
        const size_t theirs = sum_of_rank(share, rank, index);
        sent[rank] = part_of_sum(sum, own, part_of_piece(sum, piece, rank));
        received[rank] = part_of_sum(sum, theirs, own_part);
        any = any || theirs != none;
    }
    return any;
}

/* Sends this rank's sums of a piece off. Of 2, 4, 8 or more ranks each has one mostly; others' further ones are few. */
static void begin_sums(const struct gradient_sum *sum, size_t piece)
{
    const struct batch_share *share = &sum->share;
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    list_sums(sum, piece, 0, sent, received);
    share_begin(share, (int)(piece * EXCHANGES_OF_PIECE + SUMS), sent, received);
    for (size_t index = 1; list_sums(sum, piece, index, sent, received); index++)
        share->ranks->exchange(share->ranks->context, sent, received);
}

/* Adds the ranks' sums of the part of a piece that belongs to this one, and sends it off. */
static void begin_gathering(const struct gradient_sum *sum, size_t piece)
{
    const struct batch_share *share = &sum->share;
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    struct portion portions[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(share); rank++) portions[rank] = part_of_piece(sum, piece, rank);
    share_finish(share, (int)(piece * EXCHANGES_OF_PIECE + SUMS));
    sum_pairs(sum, portions[share_own(share)], true);
    share_list_portions(share, portions, sizeof(float), chunk_gradient(sum, 0), sent, received);
    share_begin(share, (int)(piece * EXCHANGES_OF_PIECE + PARTS), sent, received);
}

/* ---- Piece by piece ---- */

struct gradient_sum gradient_sum_start(const struct workspace *workspace, const struct kernels *kernels,
                                       const struct batch_share *share, struct parallel *parallel)
{
    return (struct gradient_sum){.workspace = workspace,
                                 .kernels = kernels,
                                 .share = *share,
                                 .parallel = parallel,
                                 .from = workspace->gradient_stride,
                                 .last_first = workspace->gradient_stride};
}

void gradient_sum_add(struct gradient_sum *sum, size_t first)
{
    const struct portion piece = {first, sum->from};
    const size_t least = share_ranks(&sum->share) ? sum->workspace->gradient_stride / GRADIENT_PIECES : SIZE_MAX;
    const size_t begun = sum->begun; /* before: their sums have had time to arrive */
    if (first == sum->last_first) return;
    sum->last_first = first;
    if (first == 0 || piece.end - first >= least) {
        sum->from = first;
        sum_pairs(sum, piece, false);
        if (!share_ranks(&sum->share)) return;
        sum->pieces[sum->begun] = piece;
        begin_sums(sum, sum->begun++);
    }
    while (sum->gathering < begun) begin_gathering(sum, sum->gathering++);
}

float *gradient_sum_finish(struct gradient_sum *sum)
{
    if (!share_ranks(&sum->share)) return chunk_gradient(sum, 0);
    while (sum->gathering < sum->begun) begin_gathering(sum, sum->gathering++);
    for (size_t piece = 0; piece < sum->begun; piece++)
        share_finish(&sum->share, (int)(piece * EXCHANGES_OF_PIECE + PARTS));
    return chunk_gradient(sum, 0);
}
