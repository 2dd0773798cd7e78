/* The pictures of a command that several ranks share: the first rank finds them all and hands each rank its share; it
 * alone looks into folders and lists. Holds names in files without a name, not in memory. */
#ifndef RANK_NAMES_H
#define RANK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "picture_source.h"
#include "scrawl.h"

/* Starts as {0}. */
struct rank_names {
    FILE *own; /* this rank's, as picture_source_of_items takes them */
    size_t own_count;
    FILE *all;  /* at the first rank: of every picture who reads it, and its name, in order */
    char *path; /* what rank_names_next gave */
    size_t capacity;
};

/* All ranks call it. source: at the first rank, where NULL says that all are to end with *status. shards: of the
 * request. Returns whether to go on; if not, *status is what to end with, and a rank that has something to complain
 * about has done so. */
bool rank_names_hand_out(struct rank_names *names, struct picture_source *source, size_t shards,
                         const scrawl_ranks *ranks, int *status);

/* At the first rank: all names once more from the begin on, one by one; *path lives until the next call. */
void rank_names_rewind(struct rank_names *names);
bool rank_names_next(struct rank_names *names, const char **path, int *reader);

void rank_names_free(struct rank_names *names);

#endif
