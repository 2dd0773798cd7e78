/* What several ranks keep beside a table until it is whole: in the folder TABLE.parts a file of rows of each rank, such
 * as 2-of-4. A later run on any number of ranks, or alone, takes their rows over. Knows neither MPI nor pictures. */
#ifndef RANK_PARTS_H
#define RANK_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "rows.h"

struct rank_parts {
    const char *table;  /* the file */
    const char *option; /* that named it, for sentences */
    struct row_layout layout;
    bool is_answered; /* people write into the table: what it says counts more than parts do */
    size_t shards;    /* of --shard: see picture_reader_of */
    size_t ranks;     /* 1: alone, with rows in the table itself */
};

/* To be freed by the caller. */
char *rank_parts_folder(const char *table);
char *rank_parts_path(const struct rank_parts *parts, size_t rank); /* from 0 on, of several */

/* Before the parts are opened, by one of all. Without `resume` nothing may be there of the table; with it, rows that
 * are there, but not where row_file_find of this many ranks would look, come there. False, with a complaint. */
bool rank_parts_prepare(const struct rank_parts *parts, bool resume);

/* Once the table is whole. */
void rank_parts_remove(const struct rank_parts *parts);

#endif
