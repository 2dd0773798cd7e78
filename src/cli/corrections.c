/* Implements corrections.h. Spreadsheets may have had the tables in between. */
#include "corrections.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "folder_names.h"
#include "output.h"
#include "printable.h"
#include "report.h"
#include "row_reader.h"

enum { FIRST_CAPACITY = 64 };

static const char no_digit[] = "-", spaces[] = " \t\r\n";

void corrections_free(struct corrections *corrections)
{
    for (size_t i = 0; i < corrections->count; i++) {
        free(corrections->items[i].file);
        free(corrections->items[i].text);
    }
    for (size_t i = 0; i < corrections->path_count; i++) free(corrections->paths[i]);
    free(corrections->items);
    free(corrections->paths);
    *corrections = (struct corrections){0};
}

/* ---- Answers ---- */

/* Lines may be several: "12\n34". */
static bool is_answer(const char *text)
{
    for (size_t length; *text; text += length) {
        length = character_length(text);
        if (length == 0 || (is_control_character(text) && *text != '\n')) return false;
    }
    return true;
}

/* Without spaces around it and carriage returns in it; to be freed. */
static char *clean(const char *answer)
{
    answer += strspn(answer, spaces);
    char *text = format_text("%s", answer), *to = text;
    for (const char *from = text; *from; from++)
        if (*from != '\r') *to++ = *from;
    while (to > text && strchr(spaces, to[-1])) to--;
    *to = 0;
    return text;
}

static struct correction *add(struct corrections *corrections)
{
    if (corrections->count == corrections->capacity) {
        const size_t capacity = corrections->capacity ? 2 * corrections->capacity : FIRST_CAPACITY;
        struct correction *items = allocate(capacity * sizeof *items);
        if (corrections->count > 0) memcpy(items, corrections->items, corrections->count * sizeof *items);
        free(corrections->items);
        corrections->items = items;
        corrections->capacity = capacity;
    }
    return &corrections->items[corrections->count++];
}

/* False, with a complaint, for a row that can't be meant. */
static bool add_row(struct corrections *corrections, const struct row_layout *layout, const char *path,
                    const struct row *row)
{
    const char *file = row->cells.values[FIELD_FILE];
    char *text = clean(row->cells.values[FIELD_ANSWER]);
    const bool is_empty = !text[0], ok = file[0] && is_answer(text);
    if (!is_empty && ok) {
        struct correction *item = add(corrections);
        *item = (struct correction){.file = row_text_kept(layout, file), .path = path, .line = row->line};
        item->text = format_text("%s", strcmp(text, no_digit) == 0 ? "" : text);
    } else if (!is_empty && !file[0]) {
        complain("%s: line %zu has an answer, but names no file.", path, row->line);
    } else if (!is_empty) {
        complain("%s: the answer on line %zu is no text of UTF-8 without control characters.", path, row->line);
    }
    free(text);
    return is_empty || ok;
}

static bool has_column(const struct row_layout *layout, enum row_field field)
{
    for (size_t i = 0; i < layout->column_count; i++)
        if (layout->columns[i] == field) return true;
    return false;
}

static bool read_rows(struct corrections *corrections, const struct row_layout *layout, const char *path,
                      struct row_reader *reader, int descriptor)
{
    struct row row;
    bool ok = true;
    enum row_reader_state state = row_reader_open(reader, descriptor, path);
    if (state == ROW_READER_ROW &&
        !(has_column(&reader->layout, FIELD_FILE) && has_column(&reader->layout, FIELD_ANSWER))) {
        complain("%s has no columns \"file\" and \"answer\". Name a table that predict --doubtful-to made.", path);
        return false;
    }
    reader->ends_open = true;
    while (state == ROW_READER_ROW && (state = row_reader_next(reader, &row)) == ROW_READER_ROW)
        ok = add_row(corrections, layout, path, &row) && ok;
    if (state == ROW_READER_WRONG) complain("%s", row_reader_sentence(reader));
    if (state == ROW_READER_TORN) complain("%s has no line of names.", path);
    return ok && state == ROW_READER_END;
}

/* Takes over the path. */
static bool read_table(struct corrections *corrections, const struct row_layout *layout, char *path)
{
    struct row_reader reader;
    char **paths = allocate((corrections->path_count + 1) * sizeof *paths);
    if (corrections->path_count > 0) memcpy(paths, corrections->paths, corrections->path_count * sizeof *paths);
    free(corrections->paths);
    corrections->paths = paths;
    paths[corrections->path_count++] = path;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) {
        complain("Can't open %s: %s.", path, strerror(errno));
        return false;
    }
    const bool ok = read_rows(corrections, layout, path, &reader, descriptor);
    row_reader_close(&reader);
    close(descriptor);
    return ok;
}

static bool read_folder(struct corrections *corrections, const struct row_layout *layout, const char *folder)
{
    static const char ending[] = ".csv";
    struct folder_names names = {0};
    bool ok = folder_entries(folder, false, &names);
    if (!ok) complain("Can't open %s: %s.", folder, strerror(errno));
    for (size_t i = 0; i < names.count; i++) {
        const size_t length = strlen(names.items[i]), ending_length = sizeof ending - 1;
        if (length > ending_length && strcmp(names.items[i] + length - ending_length, ending) == 0)
            ok = read_table(corrections, layout, path_join(folder, names.items[i])) && ok;
    }
    folder_names_free(&names);
    return ok;
}

/* ---- All of them ---- */

static int compare_corrections(const void *first, const void *second)
{
    const struct correction *a = first, *b = second;
    const int order = strcmp(a->file, b->file);
    return order ? order : a->line < b->line ? -1 : a->line > b->line;
}

/* Each file has one answer. */
static bool are_consistent(const struct corrections *corrections)
{
    bool ok = true;
    for (size_t i = 1; i < corrections->count; i++) {
        const struct correction *item = &corrections->items[i], *before = item - 1;
        if (strcmp(item->file, before->file) != 0 || strcmp(item->text, before->text) == 0) continue;
        complain("%s: line %zu answers for %s, and so does line %zu of %s in another way.", item->path, item->line,
                 item->file, before->line, before->path);
        ok = false;
    }
    return ok;
}

bool corrections_read(const char *path, const struct row_layout *layout, struct corrections *corrections)
{
    const bool ok = file_is_folder(path) ? read_folder(corrections, layout, path)
                                         : read_table(corrections, layout, format_text("%s", path));
    if (corrections->count > 0)
        qsort(corrections->items, corrections->count, sizeof *corrections->items, compare_corrections);
    return are_consistent(corrections) && ok;
}

struct correction *corrections_find(const struct corrections *corrections, const char *file)
{
    size_t low = 0, high = corrections->count; /* the first that isn't below */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(corrections->items[middle].file, file) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < corrections->count && strcmp(corrections->items[low].file, file) == 0 ? &corrections->items[low]
                                                                                       : NULL;
}

/* ---- Rows ---- */

/* Every `"doubtful":true` becomes false. */
static void print_sure(FILE *stream, const char *bytes, size_t size)
{
    const char *end = bytes + size;
    const size_t length = strlen(row_json_doubtful);
    while (bytes < end) {
        const bool is_it = (size_t)(end - bytes) >= length && memcmp(bytes, row_json_doubtful, length) == 0;
        if (is_it)
            fputs("\"doubtful\":false", stream);
        else
            fputc(*bytes, stream);
        bytes += is_it ? length : 1;
    }
}

void correction_print_row(const struct correction *correction, FILE *stream, const struct row_layout *layout,
                          const char *bytes, size_t size, const struct row_cells *cells)
{
    if (layout->format != ROWS_JSON) {
        const char *values[FIELDS];
        memcpy(values, cells->values, sizeof values);
        values[FIELD_TEXT] = correction->text;
        values[FIELD_DOUBTFUL] = "0";
        rows_print_table_row(stream, layout, values);
        return;
    }
    fwrite(bytes, 1, cells->text_begin, stream);
    print_json_text(stream, correction->text);
    print_sure(stream, bytes + cells->text_end, size - cells->text_end);
}
