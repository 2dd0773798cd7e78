/* What was read in a picture as lines for people, or as rows for programs. Knows no files. */
#ifndef PREDICT_ROWS_H
#define PREDICT_ROWS_H

#include <stdbool.h>
#include <stdio.h>

#include "files.h"
#include "rows.h"
#include "scrawl.h"

struct predict_rows {
    const scrawl_model *model;
    struct row_layout layout; /* of text nothing but the format counts */
    bool with_facts;          /* JSON says size, modified and model too, as tables always do */
    const char *mark;         /* model_mark's; needed with facts */
};

/* with_digits: of tables, a row for each digit. */
struct row_layout predict_rows_layout(enum row_format format, bool with_digits);

/* facts: of the picture's file. */
void predict_rows_print(const struct predict_rows *rows, FILE *stream, const char *path, const struct file_facts *facts,
                        const scrawl_reading *reading);

/* The same for a picture that couldn't be read; not as text. */
void predict_rows_print_error(const struct predict_rows *rows, FILE *stream, const char *path,
                              const struct file_facts *facts, const char *sentence);

/* The least confidence of all digits, and whether one is doubtful. There is at least one. */
float predict_rows_confidence(const scrawl_reading *reading);
bool predict_rows_doubtful(const scrawl_reading *reading);  /* false without digits */
scrawl_box predict_rows_box(const scrawl_reading *reading); /* around all digits; zeroed without */

/* A number, as a cell: up to CELL_SIZE - 1 characters. */
enum { CELL_SIZE = 32 };
typedef char predict_cell[CELL_SIZE];

/* The cells of confidence and box that digits have in common, into cells[5]. */
void predict_rows_set_box(const char *values[FIELDS], predict_cell cells[5], float confidence, scrawl_box box);

/* What row_mark says of such a file and model; to be freed by the caller. */
char *predict_rows_mark(const struct file_facts *facts, const char *mark);

#endif
