/* The pictures that a command is to read, one after the other: files and folders that were named, names from a list.
 * Holds the names of one folder, and of a list no more than a window. Knows no picture. */
#ifndef PICTURE_SOURCE_H
#define PICTURE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { PICTURE_SOURCE_EXCLUDED = 4, PICTURE_SOURCE_SHARDS = 1000000 };

struct picture_request {
    char *const *operands; /* files, folders, "-"; in this order, before the list */
    size_t operand_count;
    const char *list;     /* a file of names; "-": standard input; NULL: none */
    char separator;       /* what ends a name in the list */
    bool recursive;       /* folders in folders too; links to folders are not followed */
    size_t shard, shards; /* only those names whose hash says `shard` of 1 .. shards; shards 0: all */
    const char *excluded[PICTURE_SOURCE_EXCLUDED]; /* files and folders that folders may hold beside pictures, such as
                                                      what the command itself writes; NULL: none */
};

enum picture_origin {
    PICTURE_NAMED,     /* an operand: "-" stands for standard input */
    PICTURE_IN_FOLDER, /* which nobody named: see file_read_in_folder */
    PICTURE_LISTED,
};

/* Starts as {0}. */
struct picture_item {
    char *path; /* freed by picture_item_free */
    enum picture_origin origin;
    char *sentence; /* NULL, or why there is no picture, as of a folder that can't be opened */
};

void picture_item_free(struct picture_item *picture);

/* For picture_source_of_items. */
void picture_item_write(const struct picture_item *picture, FILE *stream);

struct picture_source;

/* Complains and returns NULL when the list can't be opened, or, where it can be read twice, is no list. The request's
 * texts must outlive the source. */
struct picture_source *picture_source_open(const struct picture_request *request);

/* Pictures that another source gave: `count` of picture_item_write, from the stream's place on. It stays the caller's.
 */
struct picture_source *picture_source_of_items(FILE *stream, size_t count);

/* How many come; false when that isn't known before, as of a list from a pipe. */
bool picture_source_count(const struct picture_source *source, size_t *count);

/* The next picture; false when there is none. Of a folder they come in the order of their whole paths' bytes. May wait
 * for a list's writer, until picture_source_stop or a signal. Not from two threads at once. */
bool picture_source_next(struct picture_source *source, struct picture_item *picture);

/* Gives back the picture that came last: it comes once more. The source takes over what the picture holds. */
void picture_source_return(struct picture_source *source, struct picture_item *picture);

/* Whether picture_source_next wouldn't wait. */
bool picture_source_is_ready(struct picture_source *source);

/* Nothing more comes; may be called from any thread. */
void picture_source_stop(struct picture_source *source);

/* Why the list ended before its end: a sentence that lives as long as the source; NULL: it didn't. */
const char *picture_source_failure(const struct picture_source *source);

void picture_source_close(struct picture_source *source);

/* The shard, 1 .. shards, of a name: by its bytes alone. */
size_t picture_shard(const char *name, size_t shards);

/* Who of 0 .. readers - 1 reads a picture, where several divide a shard, or all (shards 0 or 1); without shards it is
 * number picture_shard(name, readers) - 1. */
size_t picture_reader_of(const char *name, size_t shards, size_t readers);

#endif
