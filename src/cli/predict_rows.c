/* Implements predict_rows.h. Must not know where rows go. */
#include "predict_rows.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "printable.h"
#include "report.h"
#include "row_reader.h"

struct row_layout predict_rows_layout(enum row_format format, bool with_digits)
{
    if (format == ROWS_TEXT) return (struct row_layout){.format = format};
    return row_layout_of(format, with_digits ? row_columns_of_digits : row_columns_of_pictures);
}

/* ---- Of all digits ---- */

float predict_rows_confidence(const scrawl_reading *reading)
{
    float least = 1;
    for (size_t i = 0; i < reading->digit_count; i++)
        if (reading->digits[i].confidence < least) least = reading->digits[i].confidence;
    return least;
}

bool predict_rows_doubtful(const scrawl_reading *reading)
{
    for (size_t i = 0; i < reading->digit_count; i++)
        if (reading->digits[i].doubtful) return true;
    return false;
}

scrawl_box predict_rows_box(const scrawl_reading *reading)
{
    if (reading->digit_count == 0) return (scrawl_box){0};
    const scrawl_digit *first = reading->digits;
    int left = first->x, top = first->y, right = first->x + first->width, bottom = first->y + first->height;
    for (const scrawl_digit *digit = first + 1; digit < first + reading->digit_count; digit++) {
        if (digit->x < left) left = digit->x;
        if (digit->y < top) top = digit->y;
        if (digit->x + digit->width > right) right = digit->x + digit->width;
        if (digit->y + digit->height > bottom) bottom = digit->y + digit->height;
    }
    return (scrawl_box){left, top, right - left, bottom - top};
}

/* ---- JSON ---- */

/* Whether labels are the numbers of their classes, so that "digit" says it all. */
static bool labels_are_numbers(const scrawl_model *model)
{
    bool numbers = true;
    for (size_t i = 0; i < scrawl_model_class_count(model); i++) {
        predict_cell number;
        snprintf(number, sizeof number, "%zu", i);
        numbers = numbers && strcmp(number, scrawl_model_label(model, i)) == 0;
    }
    return numbers;
}

static void print_json_digit(FILE *stream, const scrawl_digit *digit, size_t class_count, bool with_label)
{
    fprintf(stream, "{\"digit\":%d,", digit->class_index);
    if (with_label) {
        fputs("\"label\":", stream);
        print_json_text(stream, digit->label);
        fputc(',', stream);
    }
    fputs("\"confidence\":", stream);
    print_json_number(stream, digit->confidence);
    fprintf(stream, ",\"doubtful\":%s,\"beside_left_out\":%s", digit->doubtful ? "true" : "false",
            digit->beside_left_out ? "true" : "false");
    fputs(",\"probabilities\":[", stream);
    for (size_t i = 0; i < class_count; i++) {
        if (i > 0) fputc(',', stream);
        print_json_number(stream, digit->probabilities[i]);
    }
    fprintf(stream, "],\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d,", digit->x, digit->y, digit->width, digit->height);
    fprintf(stream, "\"line\":%d,\"space_before\":%s}", digit->line, digit->space_before ? "true" : "false");
}

/* Nanoseconds since 1970 are more than a JSON number is sure to keep: a text. */
static void end_json_row(const struct predict_rows *rows, FILE *stream, const struct file_facts *facts)
{
    if (rows->with_facts && facts->is_file)
        fprintf(stream, ",\"size\":%" PRIu64 ",\"modified\":\"%" PRId64 ".%09" PRId64 "\"", facts->size, facts->seconds,
                facts->nanoseconds);
    else if (rows->with_facts)
        fputs(",\"size\":null,\"modified\":null", stream);
    if (rows->with_facts) fprintf(stream, ",\"model\":\"%s\"", rows->mark);
    fputs("}\n", stream);
}

static void print_json_reading(const struct predict_rows *rows, FILE *stream, const char *path,
                               const struct file_facts *facts, const scrawl_reading *reading)
{
    bool with_label = !labels_are_numbers(rows->model);
    fputs("{\"file\":", stream);
    print_json_text(stream, path);
    fputs(",\"text\":", stream);
    print_json_text(stream, reading->text);
    fputs(",\"digits\":[", stream);
    for (size_t i = 0; i < reading->digit_count; i++) {
        if (i > 0) fputc(',', stream);
        print_json_digit(stream, &reading->digits[i], scrawl_model_class_count(rows->model), with_label);
    }
    fputc(']', stream);
    end_json_row(rows, stream, facts);
}

static void print_json_error(const struct predict_rows *rows, FILE *stream, const char *path,
                             const struct file_facts *facts, const char *sentence)
{
    fputs("{\"file\":", stream);
    print_json_text(stream, path);
    fputs(",\"error\":", stream);
    print_json_text(stream, sentence);
    end_json_row(rows, stream, facts);
}

/* ---- Text ---- */

static void print_path(FILE *stream, const char *path, const char *what)
{
    print_printable(stream, path, 0);
    fprintf(stream, ": %s", what);
}

static void print_line(FILE *stream, const char *path, const scrawl_digit *digits, size_t count)
{
    print_path(stream, path, "");
    for (size_t i = 0; i < count; i++) {
        print_printable(stream, digits[i].label, 0);
        if (digits[i].doubtful) fputc('?', stream);
    }
    fputs("  (", stream);
    for (size_t i = 0; i < count; i++)
        fprintf(stream, "%s%.1f %%", i > 0 ? " " : "", 100 * (double)digits[i].confidence);
    fputs(")\n", stream);
}

/* The text's lines, each with its digits' confidences and a ? behind each doubtful one:
 * "page.png: 20?24  (99.8 % 47.1 % 99.9 % 98.0 %)". */
static void print_text(FILE *stream, const char *path, const scrawl_reading *reading)
{
    const scrawl_digit *digits = reading->digits;
    if (reading->digit_count == 0) print_path(stream, path, "no digits found\n");
    for (size_t first = 0, end; first < reading->digit_count; first = end) {
        for (end = first + 1; end < reading->digit_count && digits[end].line == digits[first].line;) end++;
        print_line(stream, path, digits + first, end - first);
    }
}

/* ---- Tables ---- */

void predict_rows_set_box(const char *values[FIELDS], predict_cell cells[5], float confidence, scrawl_box box)
{
    const int numbers[] = {box.x, box.y, box.width, box.height};
    snprintf(cells[0], sizeof cells[0], "%.9g", (double)confidence);
    values[FIELD_CONFIDENCE] = cells[0];
    for (int i = 0; i < 4; i++) {
        snprintf(cells[1 + i], sizeof cells[1 + i], "%d", numbers[i]);
        values[FIELD_X + i] = cells[1 + i];
    }
}

/* The size and the time of a file's last change. */
static void set_facts(const char *values[FIELDS], predict_cell cells[2], const struct file_facts *facts)
{
    if (!facts->is_file) return;
    snprintf(cells[0], sizeof cells[0], "%" PRIu64, facts->size);
    snprintf(cells[1], sizeof cells[1], "%" PRId64 ".%09" PRId64, facts->seconds, facts->nanoseconds);
    values[FIELD_SIZE] = cells[0];
    values[FIELD_MODIFIED] = cells[1];
}

char *predict_rows_mark(const struct file_facts *facts, const char *mark)
{
    const char *values[FIELDS] = {NULL};
    predict_cell cells[2];
    set_facts(values, cells, facts);
    return row_mark(values[FIELD_SIZE], values[FIELD_MODIFIED], mark);
}

/* Of a picture as a whole; values holds the file, its facts and the model. */
static void print_picture(const struct predict_rows *rows, FILE *stream, const scrawl_reading *reading,
                          const char *values[FIELDS])
{
    predict_cell cells[5];
    values[FIELD_TEXT] = reading->text;
    values[FIELD_DOUBTFUL] = predict_rows_doubtful(reading) ? "1" : "0";
    values[FIELD_DIGITS] = "0"; /* in rows of digits; with some they are printed one by one */
    if (reading->digit_count > 0)
        predict_rows_set_box(values, cells, predict_rows_confidence(reading), predict_rows_box(reading));
    rows_print_table_row(stream, &rows->layout, values);
}

static void print_digits(const struct predict_rows *rows, FILE *stream, const scrawl_reading *reading,
                         const char *values[FIELDS])
{
    predict_cell line, number, digits, cells[5];
    snprintf(digits, sizeof digits, "%zu", reading->digit_count);
    values[FIELD_LINE] = line;
    values[FIELD_NUMBER] = number;
    values[FIELD_DIGITS] = digits;
    for (size_t i = 0; i < reading->digit_count; i++) {
        const scrawl_digit *digit = &reading->digits[i];
        snprintf(line, sizeof line, "%d", digit->line);
        snprintf(number, sizeof number, "%zu", i + 1);
        values[FIELD_TEXT] = digit->label;
        values[FIELD_DOUBTFUL] = digit->doubtful ? "1" : "0";
        predict_rows_set_box(values, cells, digit->confidence,
                             (scrawl_box){digit->x, digit->y, digit->width, digit->height});
        rows_print_table_row(stream, &rows->layout, values);
    }
}

static void print_table_rows(const struct predict_rows *rows, FILE *stream, const char *path,
                             const struct file_facts *facts, const scrawl_reading *reading, const char *sentence)
{
    const char *values[FIELDS] = {[FIELD_FILE] = path, [FIELD_ERROR] = sentence, [FIELD_MODEL] = rows->mark};
    predict_cell cells[2];
    const bool with_digits = rows->layout.columns[1] == FIELD_LINE;
    set_facts(values, cells, facts);
    if (!reading)
        rows_print_table_row(stream, &rows->layout, values);
    else if (with_digits && reading->digit_count > 0)
        print_digits(rows, stream, reading, values);
    else
        print_picture(rows, stream, reading, values);
}

void predict_rows_print(const struct predict_rows *rows, FILE *stream, const char *path, const struct file_facts *facts,
                        const scrawl_reading *reading)
{
    if (rows->layout.format == ROWS_TEXT)
        print_text(stream, path, reading);
    else if (rows->layout.format == ROWS_JSON)
        print_json_reading(rows, stream, path, facts, reading);
    else
        print_table_rows(rows, stream, path, facts, reading, NULL);
}

void predict_rows_print_error(const struct predict_rows *rows, FILE *stream, const char *path,
                              const struct file_facts *facts, const char *sentence)
{
    if (rows->layout.format == ROWS_JSON)
        print_json_error(rows, stream, path, facts, sentence);
    else
        print_table_rows(rows, stream, path, facts, NULL, sentence);
}
