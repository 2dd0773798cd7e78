/* Tests of csv.c: rows as Kaggle's train.csv has them, every way to be wrong, and every place to be cut off. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "scrawl.h"
#include "test.h"

enum { CLASSES = 10, MOST_TEXT = 16384 };

struct csv {
    char text[MOST_TEXT];
    size_t size;
};

static void add_text(struct csv *csv, const char *text)
{
    const size_t length = strlen(text);
    memcpy(csv->text + csv->size, text, length);
    csv->size += length;
}

/* A row whose pixel i is (first + i) % 256, without its last values. */
static void add_row(struct csv *csv, const char *label, unsigned first, int pixels, const char *end)
{
    char value[16];
    add_text(csv, label);
    for (int i = 0; i < pixels; i++) {
        snprintf(value, sizeof value, ",%u", (first + (unsigned)i) % 256);
        add_text(csv, value);
    }
    add_text(csv, end);
}

static scrawl_status load(const struct csv *csv, scrawl_dataset **dataset)
{
    char *exact = malloc(csv->size ? csv->size : 1); /* so that a sanitizer sees reads past the end */
    memcpy(exact, csv->text, csv->size);
    scrawl_status status = scrawl_dataset_from_csv(exact, csv->size, CLASSES, dataset);
    free(exact);
    return status;
}

static void check_two(const struct csv *csv)
{
    scrawl_dataset *dataset = NULL;
    if (!CHECK_EQUAL(load(csv, &dataset), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_dataset_count(dataset), 2);
    CHECK_EQUAL(scrawl_dataset_label(dataset, 0), 7);
    CHECK_EQUAL(scrawl_dataset_label(dataset, 1), 0);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        CHECK_EQUAL(scrawl_dataset_image(dataset, 0)[i], i % 256);
        CHECK_EQUAL(scrawl_dataset_image(dataset, 1)[i], (250 + i) % 256);
    }
    scrawl_dataset_free(dataset);
}

TEST(csv_loads_rows_with_and_without_names)
{
    static const char *const heads[] = {"", "label,pixel0,pixel1\n", "\xEF\xBB\xBFlabel\r\n", "\"label\"\n", "\n\n"};
    static const char *const ends[] = {"\n", "\r\n", "\n\n"};
    for (size_t head = 0; head < sizeof heads / sizeof *heads; head++) {
        for (size_t end = 0; end < sizeof ends / sizeof *ends; end++) {
            struct csv csv = {.size = 0};
            add_text(&csv, heads[head]);
            add_row(&csv, "7", 0, SCRAWL_IMAGE_PIXELS, ends[end]);
            add_row(&csv, "0", 250, SCRAWL_IMAGE_PIXELS, end == 0 ? "" : ends[end]);
            check_two(&csv);
        }
    }
}

TEST(csv_says_in_which_line_what_is_wrong)
{
    static const struct {
        const char *label;
        int pixels;
        const char *end, *sentence;
    } rows[] = {
        {"1", 783, "\n", "no label before"},   {"1", 782, "\n", "ends before"},      {"1", 785, "\n", "more than 785"},
        {"10", 784, "\n", "label that is no"}, {"256", 784, "\n", "whole number"},   {"", 784, "\n", "whole number"},
        {"-1", 784, "\n", "whole number"},     {"1", 783, ",\n", "whole number"},    {"1", 783, ",0001\n", "more than"},
        {"1", 783, ",1.5\n", "more than"},     {"1", 783, ";7\n", "no comma where"}, {"x", 784, "\n", "whole number"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        scrawl_dataset *dataset = NULL;
        struct csv csv = {.size = 0};
        add_text(&csv, "label\n");
        add_row(&csv, "3", 0, SCRAWL_IMAGE_PIXELS, "\n");
        add_row(&csv, rows[i].label, 0, rows[i].pixels, rows[i].end);
        CHECK_EQUAL(load(&csv, &dataset), SCRAWL_INVALID_DATASET);
        CHECK_MENTIONS(scrawl_error(), "Line 3 ");
        CHECK_MENTIONS(scrawl_error(), rows[i].sentence);
        CHECK(dataset == NULL);
    }
}

TEST(csv_survives_every_truncation)
{
    struct csv csv = {.size = 0};
    add_row(&csv, "7", 0, SCRAWL_IMAGE_PIXELS, "");
    const size_t size = csv.size;
    for (csv.size = 0; csv.size <= size; csv.size++) {
        scrawl_dataset *dataset = NULL;
        /* The last pixel is 15: cut off within it, it is another one. */
        const bool whole = csv.size == 0 || csv.size >= size - 1;
        CHECK_EQUAL(load(&csv, &dataset), whole ? SCRAWL_OK : SCRAWL_INVALID_DATASET);
        scrawl_dataset_free(dataset);
    }
}

static scrawl_status load_and_drop(void *context)
{
    const struct csv *csv = context;
    scrawl_dataset *dataset = NULL;
    scrawl_status status = scrawl_dataset_from_csv(csv->text, csv->size, CLASSES, &dataset);
    scrawl_dataset_free(dataset);
    return status;
}

TEST(csv_survives_every_failed_allocation)
{
    struct csv csv = {.size = 0};
    add_row(&csv, "7", 0, SCRAWL_IMAGE_PIXELS, "\n");
    const struct allocation_faults faults = fail_each_allocation(load_and_drop, &csv);
    CHECK(faults.allocations >= 3);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}
