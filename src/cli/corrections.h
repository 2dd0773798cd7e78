/* What people answered about doubtful pictures, from tables that `scrawl predict --doubtful-to` made and people filled
 * in. Knows no pictures. */
#ifndef CORRECTIONS_H
#define CORRECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "rows.h"

struct correction {
    char *file;
    char *text;       /* "" where the answer is "-": there is no digit */
    const char *path; /* of the table, and its line */
    size_t line;
    bool is_used; /* for who uses it */
};

/* Starts as {0}. */
struct corrections {
    struct correction *items; /* sorted by file */
    size_t count, capacity;
    char **paths;
    size_t path_count;
};

/* Reads a table of at least the columns `file` and `answer`, or all .csv files of a folder; rows without an answer say
 * nothing. layout: of the rows to correct, whose names are as row_text_kept has them. Complains of each row that can't
 * be meant, by its line, and returns false. */
bool corrections_read(const char *path, const struct row_layout *layout, struct corrections *corrections);

/* NULL: there is none. */
struct correction *corrections_find(const struct corrections *corrections, const char *file);

/* Prints the row with the answer as its text, and no digit doubtful. */
void correction_print_row(const struct correction *correction, FILE *stream, const struct row_layout *layout,
                          const char *bytes, size_t size, const struct row_cells *cells);

void corrections_free(struct corrections *corrections);

#endif
