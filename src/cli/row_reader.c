/* Implements row_reader.h. */
#include "row_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

enum { FIRST_CAPACITY = 1 << 16, LONGEST_ROW = 1 << 28 /* bytes */ };

static const char byte_order_mark[] = "\xef\xbb\xbf"; /* spreadsheets write it before UTF-8 */

static enum row_reader_state wrong(struct row_reader *reader, char *sentence)
{
    free(reader->sentence);
    reader->sentence = sentence;
    return ROW_READER_WRONG;
}

const char *row_reader_sentence(const struct row_reader *reader)
{
    return reader->sentence;
}

void row_reader_close(struct row_reader *reader)
{
    free(reader->buffer);
    free(reader->storage);
    free(reader->sentence);
    *reader = (struct row_reader){0};
}

/* Room for more behind what is in the buffer. */
static void make_room(struct row_reader *reader)
{
    const size_t size = reader->end - reader->start;
    if (reader->start > 0) memmove(reader->buffer, reader->buffer + reader->start, size);
    reader->start = 0;
    reader->end = size;
    if (size < reader->capacity) return;
    const size_t capacity = reader->capacity ? 2 * reader->capacity : FIRST_CAPACITY;
    char *buffer = allocate(capacity);
    if (size > 0) memcpy(buffer, reader->buffer, size);
    free(reader->buffer);
    free(reader->storage);
    reader->buffer = buffer;
    reader->storage = allocate(capacity + 1);
    reader->capacity = capacity;
}

/* ROW: there is more in the buffer. */
static enum row_reader_state fill(struct row_reader *reader)
{
    if (reader->end - reader->start >= LONGEST_ROW)
        return wrong(reader, format_text("%s: line %zu is too long for a row.", reader->path, reader->line));
    make_room(reader);
    const uint64_t from = reader->offset + (reader->end - reader->start);
    ssize_t count;
    do count = pread(reader->descriptor, reader->buffer + reader->end, reader->capacity - reader->end, (off_t)from);
    while (count < 0 && errno == EINTR);
    if (count < 0) return wrong(reader, format_text("Can't read %s: %s.", reader->path, strerror(errno)));
    reader->end += (size_t)count;
    return count > 0 ? ROW_READER_ROW : ROW_READER_END;
}

/* The next row's bytes. */
static enum row_reader_state find_row(struct row_reader *reader, size_t *size)
{
    size_t looked = 0;
    for (;;) {
        const size_t there = reader->end - reader->start;
        if (there > looked) *size = row_length(&reader->layout, reader->buffer + reader->start, there);
        if (there > looked && *size > 0) return ROW_READER_ROW;
        looked = there;
        const enum row_reader_state state = fill(reader);
        if (state == ROW_READER_END && looked > 0 && reader->ends_open) {
            *size = looked;
            return ROW_READER_ROW;
        }
        if (state == ROW_READER_END) return looked > 0 ? ROW_READER_TORN : ROW_READER_END;
        if (state != ROW_READER_ROW) return state;
    }
}

static void pass(struct row_reader *reader, size_t size)
{
    for (size_t i = 0; i < size; i++) reader->line += reader->buffer[reader->start + i] == '\n';
    reader->start += size;
    reader->offset += size;
}

enum row_reader_state row_reader_next(struct row_reader *reader, struct row *row)
{
    const enum row_reader_state state = find_row(reader, &row->size);
    if (state != ROW_READER_ROW) return state;
    row->bytes = reader->buffer + reader->start;
    row->line = reader->line;
    row->offset = reader->offset;
    pass(reader, row->size);
    if (row_decode(&reader->layout, row->bytes, row->size, reader->storage, &row->cells)) return ROW_READER_ROW;
    return wrong(reader, format_text("%s: line %zu is no row like those that Scrawl writes.", reader->path, row->line));
}

void row_reader_seek(struct row_reader *reader, uint64_t offset)
{
    reader->start = reader->end = 0;
    reader->offset = offset;
}

/* ---- The first line ---- */

/* What the names of a table's columns are divided by. */
static char separator_in(const char *line, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (strchr("\t,;", line[i]) && line[i]) return line[i];
    return ',';
}

enum row_reader_state row_reader_open(struct row_reader *reader, int descriptor, const char *path)
{
    *reader = (struct row_reader){.path = path, .descriptor = descriptor, .line = 1};
    reader->layout = row_layout_of(ROWS_JSON, NULL); /* lines that end by \n, for the first one */
    size_t size;
    const enum row_reader_state state = find_row(reader, &size);
    if (state != ROW_READER_ROW || reader->buffer[0] == '{') return state;
    const size_t mark = strncmp(reader->buffer, byte_order_mark, 3) == 0 ? 3 : 0;
    size_t length = size - 1;
    if (length > mark && reader->buffer[length - 1] == '\r') length--;
    reader->layout.separator = separator_in(reader->buffer + mark, length - mark);
    reader->layout.format = reader->layout.separator == '\t' ? ROWS_TSV : ROWS_CSV;
    if (length < mark || !row_layout_read(&reader->layout, reader->buffer + mark, length - mark))
        return wrong(reader, format_text("%s: its first line names no columns.", path));
    pass(reader, size);
    return ROW_READER_ROW;
}

/* ---- Groups ---- */

void row_group_free(struct row_group *group)
{
    free(group->file);
    free(group->mark);
    free(group->model);
    *group = (struct row_group){0};
}

char *row_mark(const char *size, const char *modified, const char *model)
{
    return format_text("%s %s %s", size ? size : "", modified ? modified : "", model ? model : "");
}

static bool is_set(const char *value)
{
    return value && value[0] && strcmp(value, "0") != 0;
}

static void begin_group(struct row_group *group, const struct row *row)
{
    const char *const *values = row->cells.values;
    row_group_free(group);
    group->file = format_text("%s", values[FIELD_FILE]);
    group->mark = row_mark(values[FIELD_SIZE], values[FIELD_MODIFIED], values[FIELD_MODEL]);
    group->model = format_text("%s", values[FIELD_MODEL] ? values[FIELD_MODEL] : "");
    group->failed = is_set(values[FIELD_ERROR]);
    group->begin = row->offset;
    group->line = row->line;
}

/* Whether the row is the picture's `number`-th, or one without a number. */
static bool has_number(const struct row *row, size_t number)
{
    const char *said = row->cells.values[FIELD_NUMBER];
    char *wanted = format_text("%zu", number);
    const bool has = said && said[0] ? strcmp(said, wanted) == 0 : number == 1;
    free(wanted);
    return has;
}

/* Rows without numbers are pictures by themselves. */
static bool is_last(const struct row *row)
{
    const char *number = row->cells.values[FIELD_NUMBER], *digits = row->cells.values[FIELD_DIGITS];
    return !number || !number[0] || !digits || strcmp(number, digits) == 0;
}

enum row_reader_state row_reader_next_group(struct row_reader *reader, struct row_group *group)
{
    struct row row;
    enum row_reader_state state;
    size_t number = 0; /* of the row before; 0: no group has begun */
    while ((state = row_reader_next(reader, &row)) == ROW_READER_ROW) {
        const char *file = row.cells.values[FIELD_FILE];
        if (!file || !file[0]) return wrong(reader, format_text("%s: line %zu names no file.", reader->path, row.line));
        if (has_number(&row, 1))
            begin_group(group, &row);
        else if (number == 0 || !has_number(&row, number + 1) || strcmp(group->file, file) != 0) {
            number = 0;
            continue;
        }
        number = has_number(&row, 1) ? 1 : number + 1;
        group->doubtful = group->doubtful || is_set(row.cells.values[FIELD_DOUBTFUL]);
        group->end = row.offset + row.size;
        if (is_last(&row)) return ROW_READER_ROW;
    }
    return state == ROW_READER_END && number > 0 ? ROW_READER_TORN : state;
}
