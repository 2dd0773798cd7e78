/* Fuzz target: bytes as a file of rows, of which predict and merge read their own, and as a table of answers that
 * people filled in. What is read and written again is read as the same. Built by make fuzz; replay.c runs it over kept
 * files. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/corrections.h"
#include "cli/row_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { LONGEST_PATH = 64 };

static void require(bool condition)
{
    if (!condition) abort();
}

static bool is_written_by_us(const struct row_layout *layout)
{
    for (size_t i = 0; i < layout->column_count; i++)
        if (layout->columns[i] == FIELDS) return false;
    return layout->format != ROWS_JSON;
}

/* A table's row is the same after it was written and read. */
static void check_again(const struct row_layout *layout, const struct row_cells *cells)
{
    char *again = NULL;
    size_t size = 0;
    struct row_cells read;
    FILE *stream = open_memstream(&again, &size);
    require(stream != NULL);
    rows_print_table_row(stream, layout, cells->values);
    fclose(stream);
    char *storage = malloc(size + 1);
    require(storage && row_length(layout, again, size) == size && row_decode(layout, again, size, storage, &read));
    for (int field = 0; field < FIELDS; field++)
        require((cells->values[field] == NULL) == (read.values[field] == NULL) &&
                (!read.values[field] || strcmp(cells->values[field], read.values[field]) == 0));
    free(storage);
    free(again);
}

static void check_json(const struct row_layout *layout, const struct row *row, FILE *nowhere)
{
    const struct correction correction = {.text = "12"};
    const struct row_cells *cells = &row->cells;
    require(cells->text_begin <= cells->text_end && cells->text_end <= row->size);
    if (cells->values[FIELD_TEXT]) correction_print_row(&correction, nowhere, layout, row->bytes, row->size, cells);
}

static void read_rows(int descriptor, FILE *nowhere)
{
    struct row_reader reader;
    struct row row;
    uint64_t end = 0;
    enum row_reader_state state = row_reader_open(&reader, descriptor, "rows");
    while (state == ROW_READER_ROW && (state = row_reader_next(&reader, &row)) == ROW_READER_ROW) {
        require(row.size > 0 && row.offset >= end);
        end = row.offset + row.size;
        if (is_written_by_us(&reader.layout)) check_again(&reader.layout, &row.cells);
        if (reader.layout.format == ROWS_JSON) check_json(&reader.layout, &row, nowhere);
    }
    require(state != ROW_READER_WRONG || row_reader_sentence(&reader));
    row_reader_close(&reader);
}

static void read_groups(int descriptor)
{
    struct row_reader reader;
    struct row_group group = {0};
    uint64_t end = 0;
    enum row_reader_state state = row_reader_open(&reader, descriptor, "rows");
    while (state == ROW_READER_ROW && (state = row_reader_next_group(&reader, &group)) == ROW_READER_ROW) {
        require(group.begin >= end && group.end > group.begin && group.file[0]);
        end = group.end;
        char *kept = row_text_kept(&reader.layout, group.file);
        require(reader.layout.format == ROWS_JSON || strcmp(kept, group.file) == 0);
        free(kept);
    }
    row_group_free(&group);
    row_reader_close(&reader);
}

static void read_answers(int descriptor)
{
    char path[LONGEST_PATH];
    struct corrections corrections = {0};
    const struct row_layout layout = row_layout_of(ROWS_CSV, row_columns_of_pictures);
    snprintf(path, sizeof path, "/dev/fd/%d", descriptor);
    corrections_read(path, &layout, &corrections);
    for (size_t i = 0; i < corrections.count; i++)
        require(corrections_find(&corrections, corrections.items[i].file) != NULL);
    corrections_free(&corrections);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static FILE *nowhere;
    if (!nowhere) nowhere = fopen("/dev/null", "w");
    FILE *file = tmpfile(), *errors = stderr;
    require(nowhere && file && fwrite(bytes, 1, size, file) == size && fflush(file) == 0);
    read_rows(fileno(file), nowhere);
    read_groups(fileno(file));
    stderr = nowhere; /* complaints of thousands of inputs tell nothing */
    read_answers(fileno(file));
    stderr = errors;
    fclose(file);
    return 0;
}
