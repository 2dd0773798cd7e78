/* CSV to a data set: a row per image, its label and then its 784 pixels, as Kaggle's "Digit Recognizer" has them in
 * train.csv, with a line of names before them or without. Implements scrawl_dataset_from_csv. Knows no file system. */
#include <string.h>

#include "base/text.h"
#include "dataset.h"

enum { MOST_VALUE = UINT8_MAX, MOST_DIGITS = 3 /* of a value */ };

/* What is left of the file, and where that is. */
struct rows {
    const char *next, *end;
    size_t line; /* from 1 */
};

static scrawl_status fail_line(const struct rows *rows, const char *what)
{
    char line[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_DATASET, "Line ", unsigned_text(rows->line, line), " of the CSV file ", what, NULL);
}

static bool is_digit(char character)
{
    return character >= '0' && character <= '9';
}

/* The end of the line that begins at `next`. */
static const char *line_end(const struct rows *rows)
{
    const char *end = memchr(rows->next, '\n', (size_t)(rows->end - rows->next));
    return end ? end : rows->end;
}

static void skip_line(struct rows *rows)
{
    const char *end = line_end(rows);
    rows->next = end < rows->end ? end + 1 : end;
    rows->line++;
}

/* A line of names is none of numbers. */
static bool has_names(const struct rows *rows)
{
    return rows->next < rows->end && !is_digit(*rows->next);
}

static bool is_blank(const struct rows *rows)
{
    const char *end = line_end(rows);
    return end == rows->next || (end - rows->next == 1 && *rows->next == '\r');
}

/* Reads a value of 0 to 255 up to `end`, and steps behind it. */
static bool read_value(struct rows *rows, const char *end, uint8_t *value)
{
    unsigned number = 0;
    const char *first = rows->next;
    while (rows->next < end && is_digit(*rows->next) && rows->next - first < MOST_DIGITS)
        number = number * 10 + (unsigned)(*rows->next++ - '0');
    if (rows->next == first || number > MOST_VALUE) return false;
    *value = (uint8_t)number;
    return true;
}

/* Reads a line into values[1 + SCRAWL_IMAGE_PIXELS]. */
static scrawl_status read_row(struct rows *rows, uint8_t *values)
{
    const char *end = line_end(rows);
    if (end > rows->next && end[-1] == '\r') end--;
    for (size_t i = 0; i <= SCRAWL_IMAGE_PIXELS; i++) {
        if (i == SCRAWL_IMAGE_PIXELS && rows->next == end)
            return fail_line(rows, "has 784 values, a pixel each, and no label before them. Give a file with labels.");
        if (i > 0 && rows->next == end) return fail_line(rows, "ends before its 785 values, the label and 784 pixels.");
        if (i > 0 && *rows->next++ != ',') return fail_line(rows, "has no comma where a value should end.");
        if (!read_value(rows, end, &values[i]))
            return fail_line(rows, "has a value that is no whole number up to 255.");
    }
    if (rows->next < end) return fail_line(rows, "has more than 785 values, the label and 784 pixels.");
    skip_line(rows);
    return SCRAWL_OK;
}

static scrawl_status read_rows(struct rows *rows, scrawl_dataset *dataset)
{
    uint8_t values[1 + SCRAWL_IMAGE_PIXELS];
    while (rows->next < rows->end) {
        if (is_blank(rows)) {
            skip_line(rows);
            continue;
        }
        const size_t line = rows->line;
        scrawl_status status = read_row(rows, values);
        if (status != SCRAWL_OK) return status;
        if (values[0] >= dataset->class_count)
            return fail_line(&(struct rows){.line = line}, "has a label that is no class.");
        status = scrawl_dataset_add_image(dataset, values + 1, values[0]);
        if (status != SCRAWL_OK) return status;
    }
    return SCRAWL_OK;
}

scrawl_status scrawl_dataset_from_csv(const void *bytes, size_t size, size_t class_count, scrawl_dataset **dataset)
{
    enum { LEAST_ROW = 2 * SCRAWL_IMAGE_PIXELS + 1 }; /* bytes: 785 digits and 784 commas */
    static const char byte_order_mark[] = "\xEF\xBB\xBF";
    struct rows rows = {.next = bytes, .end = (const char *)bytes + size, .line = 1};
    scrawl_dataset *result = NULL;
    scrawl_status status = scrawl_dataset_create(class_count, &result);
    if (status != SCRAWL_OK) return status;
    if (size >= 3 && memcmp(bytes, byte_order_mark, 3) == 0) rows.next += 3;
    if (has_names(&rows)) skip_line(&rows);
    status = dataset_reserve(result, size / LEAST_ROW + 1);
    if (status == SCRAWL_OK) status = read_rows(&rows, result);
    if (status == SCRAWL_OK)
        *dataset = result;
    else
        scrawl_dataset_free(result);
    return status;
}
