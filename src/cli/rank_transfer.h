/* Bytes between the first rank and all, of sizes that both know. All ranks call the same functions in the same order.
 * Knows not what the bytes say. */
#ifndef RANK_TRANSFER_H
#define RANK_TRANSFER_H

#include "scrawl.h"

/* Each rank's `mine` goes to the first one's all[count], its own too; elsewhere `all` is passed over. */
void rank_transfer_to_first(const scrawl_ranks *ranks, scrawl_part mine, const scrawl_part *all);

/* The first one's each[count] go to `mine` of each, its own too; elsewhere `each` is passed over. */
void rank_transfer_from_first(const scrawl_ranks *ranks, const scrawl_part *each, scrawl_part mine);

/* The first one's bytes become everybody's. */
void rank_transfer_share(const scrawl_ranks *ranks, void *bytes, size_t size);

#endif
