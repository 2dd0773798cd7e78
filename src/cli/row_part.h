/* One of several files of rows that are made one: its pictures one after the other, as they stand or by name, and
 * copies of their rows. Knows nothing of the other parts. */
#ifndef ROW_PART_H
#define ROW_PART_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "row_reader.h"

/* A place in a part whose rows aren't in the order of names. */
struct row_place {
    char *file;
    uint64_t offset;
};

struct row_part {
    const char *path;
    int descriptor;
    struct row_reader reader;
    uint64_t first;           /* offset of the first row */
    size_t pictures;          /* SIZE_MAX before row_part_sort */
    struct row_place *places; /* [pictures], sorted; NULL: it is sorted by itself */
    size_t taken;
    struct row_group group; /* the next picture's rows; no file: there are no more */
    bool is_through;        /* there is no more, and nothing that isn't whole */
    char *model;            /* NULL without rows, or before row_part_sort */
};

/* Looks at the file's begin only; path must live on. Complains and returns false for what are no rows. To be closed in
 * any case. */
bool row_part_open(struct row_part *part, const char *path);

/* Looks through a part of `scrawl predict --out`: its rows must be whole and of one model, and come in the order of
 * names from then on. False, with a complaint. */
bool row_part_sort(struct row_part *part);

/* To the first picture, or the one behind part->group. */
void row_part_rewind(struct row_part *part);
void row_part_advance(struct row_part *part);

/* Copies the rows of part->group. False: reading failed, with a complaint, or writing did, with *error. */
bool row_part_copy(const struct row_part *part, FILE *stream, int *error);

/* Complains "PATH why" and returns false. */
bool row_part_refuse(const struct row_part *part, const char *why);

/* Twice does no harm. */
void row_part_close(struct row_part *part);

#endif
