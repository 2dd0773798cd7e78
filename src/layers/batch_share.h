/* Which images of a batch, and which parts of other work, a rank computes, and how all ranks come to have what each of
 * them made. A batch is cut into chunks of images, the same ones for any number of ranks. Knows no layer. */
#ifndef BATCH_SHARE_H
#define BATCH_SHARE_H

#include "base/minmax.h"
#include "base/status.h"

struct batch_share {
    const scrawl_ranks *ranks; /* NULL: one process computes all */
    size_t images;             /* of the batch */
    size_t chunk;              /* images of each chunk but the last */
};

struct portion {
    size_t first, end;
};

/* Never any in WebAssembly: then the compiler leaves out all that ranks exchange. */
#ifdef __wasm__
enum { RANKS_BUILT_IN = false };
#else
enum { RANKS_BUILT_IN = true };
#endif

static inline const scrawl_ranks *share_ranks(const struct batch_share *share)
{
    return RANKS_BUILT_IN ? share->ranks : NULL;
}

static inline int share_count(const struct batch_share *share)
{
    return share_ranks(share) ? share_ranks(share)->count : 1;
}

static inline int share_own(const struct batch_share *share)
{
    return share_ranks(share) ? share_ranks(share)->rank : 0;
}

static inline size_t share_chunk_count(const struct batch_share *share)
{
    return (share->images + share->chunk - 1) / share->chunk;
}

/* A rank's part of `count` things: one portion each, in order of the ranks, as even as can be. */
static inline struct portion share_part(const struct batch_share *share, size_t count, int rank)
{
    const size_t ranks = (size_t)share_count(share), number = (size_t)rank;
    if (!share_ranks(share)) return (struct portion){0, count};
    return (struct portion){count * number / ranks, count * (number + 1) / ranks};
}

static inline struct portion share_chunks(const struct batch_share *share, int rank)
{
    return share_part(share, share_chunk_count(share), rank);
}

static inline struct portion share_images(const struct batch_share *share, int rank)
{
    const struct portion chunks = share_chunks(share, rank);
    if (!share_ranks(share)) return (struct portion){0, share->images};
    return (struct portion){min_size(chunks.first * share->chunk, share->images),
                            min_size(chunks.end * share->chunk, share->images)};
}

static inline struct portion share_own_images(const struct batch_share *share)
{
    return share_images(share, share_own(share));
}

static inline scrawl_part share_bytes(void *values, size_t size, struct portion portion)
{
    return (scrawl_part){(char *)values + portion.first * size, (portion.end - portion.first) * size};
}

/* An exchange that goes on meanwhile: see scrawl_ranks. */
static inline void share_begin(const struct batch_share *share, int number, const scrawl_part *sent,
                               const scrawl_part *received)
{
    if (share->ranks->begin)
        share->ranks->begin(share->ranks->context, number, sent, received);
    else
        share->ranks->exchange(share->ranks->context, sent, received);
}

static inline void share_finish(const struct batch_share *share, int number)
{
    if (share->ranks->begin) share->ranks->finish(share->ranks->context, number);
}

/* values[], each of `size` bytes, of which every rank has made its portion, and gets the others'. */
static inline void share_list_portions(const struct batch_share *share, const struct portion *portions, size_t size,
                                       void *values, scrawl_part *sent, scrawl_part *received)
{
    for (int rank = 0; rank < share->ranks->count; rank++) {
        sent[rank] = share_bytes(values, size, portions[share->ranks->rank]);
        received[rank] = share_bytes(values, size, portions[rank]);
    }
}

/* Now each rank has all values[]. Nothing to do for one process. */
static inline void share_gather(const struct batch_share *share, const struct portion *portions, size_t size,
                                void *values)
{
    scrawl_part sent[SCRAWL_MAX_RANKS], received[SCRAWL_MAX_RANKS];
    if (!share_ranks(share)) return;
    share_list_portions(share, portions, size, values, sent, received);
    share->ranks->exchange(share->ranks->context, sent, received);
}

/* The same for what each rank made of its images: values[images], each of `size` bytes. */
static inline void share_gather_images(const struct batch_share *share, size_t size, void *values)
{
    struct portion portions[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(share); rank++) portions[rank] = share_images(share, rank);
    share_gather(share, portions, size, values);
}

/* And of its chunks: values[chunks]. */
static inline void share_gather_chunks(const struct batch_share *share, size_t size, void *values)
{
    struct portion portions[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < share_count(share); rank++) portions[rank] = share_chunks(share, rank);
    share_gather(share, portions, size, values);
}

#endif
