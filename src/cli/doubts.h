/* A folder of pictures that people shall look at: a crop of each, and a table for their answers. Knows no options. */
#ifndef DOUBTS_H
#define DOUBTS_H

#include "row_file.h"
#include "scrawl.h"

struct doubts;

/* Where the table is: doubtful.csv, of a shard doubtful-I-of-N.csv (shards 0: there are none); to be freed by the
 * caller. And what its rows hold. */
char *doubts_path(const char *folder, size_t shard, size_t shards);
struct row_layout doubts_layout(void);

/* Makes the folder where it isn't there. False, with a complaint. */
bool doubts_make_folder(const char *folder);

/* path: of the table, or of a part of it. The folder is there. Complains and returns NULL: see row_file_open. Both
 * texts must live on. */
struct doubts *doubts_open(const char *folder, const char *path, bool resume);

/* Whether an earlier run's table has the picture, in this one to be kept by doubts_keep. */
bool doubts_find(struct doubts *doubts, const char *path, struct row_group *group);
void doubts_keep(struct doubts *doubts, uint64_t begin, uint64_t end);

/* Writes the crop, a PNG, and the table's row. False, with a complaint, when that fails. */
bool doubts_add(struct doubts *doubts, const char *path, const scrawl_reading *reading, const void *crop, size_t size);

bool doubts_flush(struct doubts *doubts);

/* complete: all that was found earlier and is still doubtful is kept. */
bool doubts_close(struct doubts *doubts, bool complete);

#endif
