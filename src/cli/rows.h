/* Rows of what was read, for programs: as JSON objects, tab-separated or comma-separated tables, written and read back.
 * Knows no files and no pictures. */
#ifndef ROWS_H
#define ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum row_format {
    ROWS_TEXT, /* lines for people, which nothing reads back */
    ROWS_JSON, /* an object on each line */
    ROWS_TSV,  /* tabs, new lines, carriage returns and backslashes within cells are \t, \n, \r and \\ */
    ROWS_CSV,  /* RFC 4180; what is read may also end lines by \n alone */
};

/* For an option's choices, up to a NULL. */
extern const char *const row_format_names[];

/* The cells there may be. Bytes of texts are kept as they are, UTF-8 or not, but in JSON. */
enum row_field {
    FIELD_FILE,
    FIELD_LINE,       /* of a digit: as in scrawl_digit */
    FIELD_NUMBER,     /* of a digit in its picture, from 1 on */
    FIELD_DIGITS,     /* of how many */
    FIELD_TEXT,       /* as in scrawl_reading; of a digit its label */
    FIELD_CONFIDENCE, /* the least one of all digits */
    FIELD_DOUBTFUL,   /* 0 or 1 */
    FIELD_X,          /* of the box of all digits, pixels of the upright picture, as the next three */
    FIELD_Y,
    FIELD_WIDTH,
    FIELD_HEIGHT,
    FIELD_ERROR,    /* a sentence; empty: there is none */
    FIELD_SIZE,     /* of the file, bytes; empty for what is no file, as the next */
    FIELD_MODIFIED, /* seconds since 1970 with nine decimals */
    FIELD_MODEL,    /* model_mark's */
    FIELD_CROP,     /* a file's name */
    FIELD_ANSWER,   /* a person's */
    FIELDS,
};

/* Columns in order, up to FIELDS. */
extern const enum row_field row_columns_of_pictures[], row_columns_of_digits[], row_columns_of_doubts[];

enum { MOST_COLUMNS = 64 };

/* How a table's lines are divided. */
struct row_layout {
    enum row_format format;               /* not text */
    char separator;                       /* of cells */
    enum row_field columns[MOST_COLUMNS]; /* FIELDS for one that isn't known; none of JSON */
    size_t column_count;
};

/* columns: up to FIELDS. */
struct row_layout row_layout_of(enum row_format format, const enum row_field *columns);

bool row_layouts_equal(const struct row_layout *layout, const struct row_layout *other);

/* How a JSON object says that one of its digits is doubtful. */
enum { ROW_JSON_DOUBTFUL_SIZE = 16 };
extern const char row_json_doubtful[ROW_JSON_DOUBTFUL_SIZE];

/* A row of cells, and where its text lies in the bytes of a JSON object, with its quotes. */
struct row_cells {
    const char *values[FIELDS]; /* NULL: there is no such cell */
    size_t text_begin, text_end;
};

/* ---- Writing ---- */

/* The names of a table's columns; of JSON nothing. */
void rows_print_header(FILE *stream, const struct row_layout *layout);

/* One row of a table; NULL is an empty cell. */
void rows_print_table_row(FILE *stream, const struct row_layout *layout, const char *const values[FIELDS]);

/* The text as it is read back: in JSON U+FFFD stands for each byte that is no UTF-8. To be freed by the caller. */
char *row_text_kept(const struct row_layout *layout, const char *text);

/* ---- Reading back ---- */

/* How many bytes the first row has, its end included; 0 when it isn't whole. */
size_t row_length(const struct row_layout *layout, const char *bytes, size_t size);

/* Whether the bytes of a table's first line, without its end, name columns; and which. Those that are not known, and
 * such that come twice, are FIELDS. */
bool row_layout_read(struct row_layout *layout, const char *bytes, size_t size);

/* Divides a row of row_length bytes into cells, whose texts go to storage[size + 1]. False for what is no such row. */
bool row_decode(const struct row_layout *layout, const char *bytes, size_t size, char *storage,
                struct row_cells *cells);

#endif
