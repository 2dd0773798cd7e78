/* Rows of a file, one after the other, in memory for one of them. Knows not what is done with them. */
#ifndef ROW_READER_H
#define ROW_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "rows.h"

enum row_reader_state {
    ROW_READER_ROW,
    ROW_READER_END,
    ROW_READER_TORN,  /* the last line has no end, or isn't whole */
    ROW_READER_WRONG, /* row_reader_sentence says why */
};

struct row_reader {
    const char *path; /* for sentences */
    int descriptor;
    struct row_layout layout;
    char *buffer, *storage;
    size_t start, end, capacity; /* of what is in the buffer and wasn't given out */
    uint64_t offset;             /* in the file, of `start` */
    size_t line;                 /* the one that begins there, from 1 on */
    bool ends_open;              /* a last row may lack its end, as people's may; set by who reads, after opening */
    char *sentence;
};

/* A row, until the next call. */
struct row {
    const char *bytes;
    size_t size, line;
    uint64_t offset;
    struct row_cells cells;
};

/* Looks at what is there from the file's begin on: the descriptor must be a file's, and stays the caller's. ROW: the
 * layout is known. END: the file is empty; TORN: there is not even a first line. Always to be closed. */
enum row_reader_state row_reader_open(struct row_reader *reader, int descriptor, const char *path);

/* The next row, which only for ROW is one. */
enum row_reader_state row_reader_next(struct row_reader *reader, struct row *row);

/* Goes on at an offset at which a row begins. */
void row_reader_seek(struct row_reader *reader, uint64_t offset);

const char *row_reader_sentence(const struct row_reader *reader);

void row_reader_close(struct row_reader *reader);

/* ---- Groups: the rows of one picture ---- */

/* Of digits a picture has several rows. The texts are freed by row_group_free. */
struct row_group {
    char *file;
    char *mark;            /* of its size, modification time and model: see row_mark */
    char *model;           /* "" where there is none */
    bool failed, doubtful; /* it has an error; one of its digits is doubtful */
    uint64_t begin, end;   /* offsets in the file */
    size_t line;           /* where it begins */
};

/* The next picture's rows, if they are all there; others are passed over: compare `begin` to where the one before
 * ended. *group starts as {0} and is filled anew with each call. TORN also for a last picture whose rows aren't all
 * there. */
enum row_reader_state row_reader_next_group(struct row_reader *reader, struct row_group *group);

void row_group_free(struct row_group *group);

/* What is the same as long as a row stays true; to be freed by the caller. */
char *row_mark(const char *size, const char *modified, const char *model);

#endif
