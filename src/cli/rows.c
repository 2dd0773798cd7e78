/* Implements rows.h. What is read back comes from outside: nothing is taken for granted. */
#include "rows.h"

#include <stdint.h>
#include <string.h>

#include "printable.h"
#include "report.h"

const char *const row_format_names[] = {"text", "json", "tsv", "csv", NULL};

const char row_json_doubtful[ROW_JSON_DOUBTFUL_SIZE] = "\"doubtful\":true";

static const char *const field_names[FIELDS] = {"file",     "line",     "number", "digits", "text",   "confidence",
                                                "doubtful", "x",        "y",      "width",  "height", "error",
                                                "size",     "modified", "model",  "crop",   "answer"};

const enum row_field row_columns_of_pictures[] = {
    FIELD_FILE,   FIELD_TEXT,  FIELD_CONFIDENCE, FIELD_DOUBTFUL, FIELD_X,     FIELD_Y, FIELD_WIDTH,
    FIELD_HEIGHT, FIELD_ERROR, FIELD_SIZE,       FIELD_MODIFIED, FIELD_MODEL, FIELDS};
const enum row_field row_columns_of_digits[] = {
    FIELD_FILE, FIELD_LINE,  FIELD_NUMBER, FIELD_DIGITS, FIELD_TEXT, FIELD_CONFIDENCE, FIELD_DOUBTFUL, FIELD_X,
    FIELD_Y,    FIELD_WIDTH, FIELD_HEIGHT, FIELD_ERROR,  FIELD_SIZE, FIELD_MODIFIED,   FIELD_MODEL,    FIELDS};
const enum row_field row_columns_of_doubts[] = {FIELD_FILE, FIELD_CROP,  FIELD_TEXT,   FIELD_CONFIDENCE, FIELD_X,
                                                FIELD_Y,    FIELD_WIDTH, FIELD_HEIGHT, FIELD_ANSWER,     FIELDS};

struct row_layout row_layout_of(enum row_format format, const enum row_field *columns)
{
    struct row_layout layout = {.format = format, .separator = format == ROWS_TSV ? '\t' : ','};
    if (format == ROWS_JSON) return layout;
    while (columns[layout.column_count] != FIELDS) {
        layout.columns[layout.column_count] = columns[layout.column_count];
        layout.column_count++;
    }
    return layout;
}

bool row_layouts_equal(const struct row_layout *layout, const struct row_layout *other)
{
    return layout->format == other->format && layout->separator == other->separator &&
           layout->column_count == other->column_count &&
           memcmp(layout->columns, other->columns, layout->column_count * sizeof layout->columns[0]) == 0;
}

/* ---- Writing ---- */

static void print_tsv_cell(FILE *stream, const char *text)
{
    static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
    while (*text) {
        const size_t plain = strcspn(text, special);
        fwrite(text, 1, plain, stream);
        text += plain;
        if (!*text) return;
        fputc('\\', stream);
        fputc(letters[strchr(special, *text++) - special], stream);
    }
}

static void print_csv_cell(FILE *stream, char separator, const char *text)
{
    const char special[] = {separator, '"', '\r', '\n', 0};
    if (text[strcspn(text, special)] == 0) {
        fputs(text, stream);
        return;
    }
    fputc('"', stream);
    for (; *text; text++) {
        if (*text == '"') fputc('"', stream);
        fputc(*text, stream);
    }
    fputc('"', stream);
}

void rows_print_table_row(FILE *stream, const struct row_layout *layout, const char *const values[FIELDS])
{
    for (size_t i = 0; i < layout->column_count; i++) {
        const enum row_field field = layout->columns[i];
        const char *text = field < FIELDS && values[field] ? values[field] : "";
        if (i > 0) fputc(layout->separator, stream);
        if (layout->format == ROWS_TSV)
            print_tsv_cell(stream, text);
        else
            print_csv_cell(stream, layout->separator, text);
    }
    fputs(layout->format == ROWS_TSV ? "\n" : "\r\n", stream);
}

void rows_print_header(FILE *stream, const struct row_layout *layout)
{
    if (layout->format != ROWS_JSON) rows_print_table_row(stream, layout, field_names);
}

char *row_text_kept(const struct row_layout *layout, const char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    if (layout->format != ROWS_JSON) return format_text("%s", text);
    char *kept = allocate(strlen(text) * (sizeof replacement - 1) + 1), *next = kept;
    while (*text) {
        const size_t length = character_length(text);
        if (length > 0)
            next = stpncpy(next, text, length);
        else
            next = stpcpy(next, replacement);
        text += length > 0 ? length : 1;
    }
    return kept;
}

/* ---- Tables, read back ---- */

/* What lies before this many bytes was looked at; a quote opens a cell only at its begin. */
size_t row_length(const struct row_layout *layout, const char *bytes, size_t size)
{
    if (layout->format != ROWS_CSV) {
        const char *end = memchr(bytes, '\n', size);
        return end ? (size_t)(end - bytes) + 1 : 0;
    }
    bool at_begin = true, quoted = false;
    for (size_t i = 0; i < size; i++) {
        const char byte = bytes[i];
        if (byte == '"' && (quoted || at_begin)) {
            quoted = !quoted || (i + 1 < size && bytes[i + 1] == '"');
            if (!at_begin && quoted) i++; /* a doubled one */
            at_begin = false;
            continue;
        }
        if (!quoted && byte == '\n') return i + 1;
        at_begin = !quoted && byte == layout->separator;
    }
    return 0;
}

/* Without \n, or \r\n. */
static size_t without_end(const char *bytes, size_t size)
{
    if (size > 0 && bytes[size - 1] == '\n') size--;
    return size > 0 && bytes[size - 1] == '\r' ? size - 1 : size;
}

/* Where bytes are read and texts are written. */
struct decoder {
    const char *next, *end;
    char *text;
};

static bool decode_tsv_cell(struct decoder *decoder)
{
    static const char special[] = "\t\n\r\\", letters[] = "tnr\\";
    while (decoder->next < decoder->end && *decoder->next != '\t') {
        char byte = *decoder->next++;
        if (byte == '\\') {
            const char *letter =
                decoder->next < decoder->end && *decoder->next ? strchr(letters, *decoder->next) : NULL;
            if (!letter) return false;
            byte = special[letter - letters];
            decoder->next++;
        }
        *decoder->text++ = byte;
    }
    return true;
}

static bool decode_quoted_cell(struct decoder *decoder, char separator)
{
    decoder->next++;
    for (; decoder->next < decoder->end; *decoder->text++ = *decoder->next++) {
        if (*decoder->next != '"') continue;
        decoder->next++;
        if (decoder->next == decoder->end || *decoder->next != '"')
            return decoder->next == decoder->end || *decoder->next == separator;
    }
    return false;
}

static bool decode_csv_cell(struct decoder *decoder, char separator)
{
    if (decoder->next < decoder->end && *decoder->next == '"') return decode_quoted_cell(decoder, separator);
    while (decoder->next < decoder->end && *decoder->next != separator) *decoder->text++ = *decoder->next++;
    return true;
}

/* The next cell's text; NULL for what is none. */
static const char *decode_cell(struct decoder *decoder, const struct row_layout *layout)
{
    const char *text = decoder->text;
    const bool ok = layout->format == ROWS_TSV ? decode_tsv_cell(decoder) : decode_csv_cell(decoder, layout->separator);
    *decoder->text++ = 0;
    return ok ? text : NULL;
}

static bool decode_table_row(const struct row_layout *layout, struct decoder *decoder, struct row_cells *cells)
{
    for (size_t i = 0; i < layout->column_count; i++) {
        const char *text = decode_cell(decoder, layout);
        const bool is_last = i + 1 == layout->column_count, is_end = decoder->next == decoder->end;
        if (!text || is_last != is_end) return false;
        if (layout->columns[i] < FIELDS) cells->values[layout->columns[i]] = text;
        if (!is_last) decoder->next++;
    }
    return true;
}

/* FIELDS for a name that isn't known. */
static enum row_field field_named(const char *name)
{
    enum row_field field = 0;
    while (field < FIELDS && strcmp(field_names[field], name) != 0) field++;
    return field;
}

/* A line of names has no longer one than this. */
enum { LONGEST_HEADER = 4096 };

bool row_layout_read(struct row_layout *layout, const char *bytes, size_t size)
{
    char storage[LONGEST_HEADER + 1];
    struct decoder decoder = {bytes, bytes + size, storage};
    bool seen[FIELDS + 1] = {false};
    if (size > LONGEST_HEADER || memchr(bytes, 0, size)) return false;
    for (layout->column_count = 0; layout->column_count < MOST_COLUMNS; decoder.next++) {
        const char *name = decode_cell(&decoder, layout);
        if (!name) return false;
        const enum row_field field = field_named(name);
        layout->columns[layout->column_count++] = seen[field] ? FIELDS : field;
        seen[field] = true;
        if (decoder.next == decoder.end) return true;
    }
    return false;
}

/* ---- JSON, read back ---- */

/* Of four hexadecimal digits; 0, which no text has, for what is none. */
static uint32_t decode_unit(struct decoder *decoder)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdefABCDEF";
        const char *digit = decoder->next < decoder->end && *decoder->next ? strchr(digits, *decoder->next) : NULL;
        if (!digit) return 0;
        const uint32_t value = (uint32_t)(digit - digits);
        unit = 16 * unit + (value < 16 ? value : value - 6);
        decoder->next++;
    }
    return unit;
}

/* As UTF-8. */
static void put_character(struct decoder *decoder, uint32_t code)
{
    static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    const int length = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (int i = length - 1; i > 0; i--, code >>= 6) decoder->text[i] = (char)(0x80 | (code & 0x3f));
    decoder->text[0] = (char)(length == 1 ? code : marks[length] | code);
    decoder->text += length;
}

/* Behind "\u". A character above U+FFFF is two of them. */
static bool decode_escaped_code(struct decoder *decoder)
{
    uint32_t code = decode_unit(decoder);
    if (code >= 0xd800 && code < 0xdc00) {
        if (decoder->end - decoder->next < 2 || memcmp(decoder->next, "\\u", 2) != 0) return false;
        decoder->next += 2;
        const uint32_t low = decode_unit(decoder);
        if (low < 0xdc00 || low > 0xdfff) return false;
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return false;
    }
    if (code != 0) put_character(decoder, code);
    return code != 0;
}

/* At a quote: to behind the closing one. The text is never longer than what says it. */
static bool decode_string(struct decoder *decoder)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    decoder->next++;
    while (decoder->next < decoder->end && *decoder->next != '"') {
        if (*decoder->next != '\\') {
            *decoder->text++ = *decoder->next++;
            continue;
        }
        if (++decoder->next == decoder->end) return false;
        const char letter = *decoder->next++;
        if (letter == 'u') {
            if (!decode_escaped_code(decoder)) return false;
            continue;
        }
        const char *place = strchr(letters, letter);
        if (!letter || !place) return false;
        *decoder->text++ = meanings[place - letters];
    }
    if (decoder->next == decoder->end) return false;
    decoder->next++;
    *decoder->text++ = 0;
    return true;
}

/* Over strings, lists and objects in whatever is there. */
static bool pass_nested(struct decoder *decoder)
{
    size_t depth = 0;
    do {
        const char byte = *decoder->next;
        if (byte == '"') {
            char *text = decoder->text;
            if (!decode_string(decoder)) return false;
            decoder->text = text;
            continue;
        }
        if (byte == '[' || byte == '{') depth++;
        if (byte == ']' || byte == '}') depth--;
        decoder->next++;
    } while (depth > 0 && decoder->next < decoder->end);
    return depth == 0;
}

/* A string's text, a number as it is written; "" for what has others in it. NULL for what is no value. */
static const char *decode_value(struct decoder *decoder)
{
    const char *text = decoder->text;
    if (decoder->next == decoder->end) return NULL;
    if (*decoder->next == '"') return decode_string(decoder) ? text : NULL;
    if (*decoder->next == '[' || *decoder->next == '{') {
        if (!pass_nested(decoder)) return NULL;
    } else {
        const char *begin = decoder->next;
        while (decoder->next < decoder->end && !strchr(",}", *decoder->next)) *decoder->text++ = *decoder->next++;
        if (decoder->next == begin) return NULL;
    }
    *decoder->text++ = 0;
    return text;
}

/* An object as the program prints it: no spaces between what it is made of. */
static bool decode_object(struct decoder *decoder, const char *bytes, struct row_cells *cells)
{
    if (decoder->next == decoder->end || *decoder->next != '{') return false;
    do {
        decoder->next++;
        const char *name = decoder->text;
        if (decoder->next == decoder->end || *decoder->next != '"' || !decode_string(decoder)) return false;
        const enum row_field field = field_named(name);
        if (decoder->next == decoder->end || *decoder->next++ != ':') return false;
        const size_t begin = (size_t)(decoder->next - bytes);
        const char *value = decode_value(decoder);
        if (!value || decoder->next == decoder->end || (field < FIELDS && cells->values[field])) return false;
        if (field < FIELDS) cells->values[field] = value;
        if (field == FIELD_TEXT) {
            cells->text_begin = begin;
            cells->text_end = (size_t)(decoder->next - bytes);
        }
    } while (*decoder->next == ',');
    return *decoder->next++ == '}' && decoder->next == decoder->end;
}

/* Of its digits one is. In a string the quotes would be escaped. */
static bool says_doubtful(const char *bytes, size_t size)
{
    const char *end = bytes + size;
    for (const char *quote = bytes; (quote = memchr(quote, '"', (size_t)(end - quote))); quote++) {
        if ((size_t)(end - quote) < sizeof row_json_doubtful - 1) return false;
        if (memcmp(quote, row_json_doubtful, sizeof row_json_doubtful - 1) == 0) return true;
    }
    return false;
}

bool row_decode(const struct row_layout *layout, const char *bytes, size_t size, char *storage, struct row_cells *cells)
{
    const size_t length = without_end(bytes, size);
    struct decoder decoder = {bytes, bytes + length, storage};
    *cells = (struct row_cells){0};
    if (memchr(bytes, 0, length)) return false;
    if (layout->format != ROWS_JSON) return decode_table_row(layout, &decoder, cells);
    if (!decode_object(&decoder, bytes, cells)) return false;
    cells->values[FIELD_DOUBTFUL] = says_doubtful(bytes, length) ? "1" : "0";
    return true;
}
