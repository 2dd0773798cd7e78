/* Implements rank_transfer.h. */
#include "rank_transfer.h"

#include <string.h>

static void copy(scrawl_part from, scrawl_part to)
{
    if (to.size > 0 && to.bytes != from.bytes) memcpy(to.bytes, from.bytes, to.size);
}

void rank_transfer_to_first(const scrawl_ranks *ranks, scrawl_part mine, const scrawl_part *all)
{
    scrawl_part sent[SCRAWL_MAX_RANKS] = {{0}}, received[SCRAWL_MAX_RANKS] = {{0}};
    if (ranks->rank > 0) {
        sent[0] = mine;
    } else {
        copy(mine, all[0]);
        for (int rank = 1; rank < ranks->count; rank++) received[rank] = all[rank];
    }
    ranks->exchange(ranks->context, sent, received);
}

void rank_transfer_from_first(const scrawl_ranks *ranks, const scrawl_part *each, scrawl_part mine)
{
    scrawl_part sent[SCRAWL_MAX_RANKS] = {{0}}, received[SCRAWL_MAX_RANKS] = {{0}};
    if (ranks->rank > 0) {
        received[0] = mine;
    } else {
        copy(each[0], mine);
        for (int rank = 1; rank < ranks->count; rank++) sent[rank] = each[rank];
    }
    ranks->exchange(ranks->context, sent, received);
}

void rank_transfer_share(const scrawl_ranks *ranks, void *bytes, size_t size)
{
    scrawl_part each[SCRAWL_MAX_RANKS];
    for (int rank = 0; rank < ranks->count; rank++) each[rank] = (scrawl_part){bytes, size};
    rank_transfer_from_first(ranks, each, each[0]);
}
