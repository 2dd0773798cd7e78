/* Tests of mask.c, against pixels looked at one by one. */
#include "test.h"

#include "ink/mask.h"

enum { WIDTH = 150, HEIGHT = 70, LEVELS_TESTED = 256 };

static void fill(uint8_t *values, size_t count, uint32_t state)
{
    for (size_t i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (uint8_t)(state >> 24);
    }
}

TEST(mask_compares_every_value_with_every_threshold)
{
    uint8_t values[LEVELS_TESTED];
    uint64_t row[LEVELS_TESTED / MASK_WORD];
    for (int i = 0; i < LEVELS_TESTED; i++) values[i] = (uint8_t)i;
    for (int threshold = 0; threshold <= LEVELS_TESTED; threshold++) {
        int wrong = 0;
        mask_threshold_row(values, LEVELS_TESTED, threshold, row);
        for (int i = 0; i < LEVELS_TESTED; i++) wrong += mask_is_set(row, i) != (i >= threshold);
        CHECK_EQUAL(wrong, 0);
    }
}

TEST(mask_rows_of_any_width_end_with_zeros)
{
    uint8_t values[WIDTH];
    for (int i = 0; i < WIDTH; i++) values[i] = UINT8_MAX;
    for (int width = 1; width <= WIDTH; width++) {
        uint64_t row[WIDTH / MASK_WORD + 1];
        int set = 0;
        mask_threshold_row(values, width, 1, row);
        for (int x = 0; x < (int)mask_words(width) * MASK_WORD; x++) set += mask_is_set(row, x);
        CHECK_EQUAL(set, width);
        CHECK_EQUAL(mask_next(row, 0, width, false), width);
        CHECK_EQUAL(mask_count_runs(row, width), 1);
    }
}

TEST(mask_finds_the_next_pixel)
{
    uint8_t values[WIDTH];
    uint64_t row[WIDTH / MASK_WORD + 1];
    fill(values, WIDTH, 5);
    for (int threshold = 2; threshold < 256; threshold += 23) {
        size_t stretches = 0;
        int wrong = 0;
        mask_threshold_row(values, WIDTH, threshold, row);
        for (int x = 0; x < WIDTH; x++) {
            int next = x;
            stretches += values[x] >= threshold && (x == 0 || values[x - 1] < threshold);
            while (next < WIDTH && values[next] < threshold) next++;
            wrong += mask_next(row, x, WIDTH, true) != next;
            for (next = x; next < WIDTH && values[next] >= threshold;) next++;
            wrong += mask_next(row, x, WIDTH, false) != next;
        }
        CHECK_EQUAL(wrong, 0);
        CHECK_EQUAL(mask_count_runs(row, WIDTH), stretches);
    }
}

TEST(mask_exchanges_rows_and_columns)
{
    static uint8_t values[WIDTH * HEIGHT];
    struct mask mask = {0}, exchanged = {0};
    int wrong = 0;
    fill(values, sizeof values, 9);
    CHECK_EQUAL(mask_create(values, WIDTH, HEIGHT, 200, &mask), SCRAWL_OK);
    CHECK_EQUAL(mask_transpose(&mask, &exchanged), SCRAWL_OK);
    CHECK_EQUAL(exchanged.width, HEIGHT);
    CHECK_EQUAL(exchanged.height, WIDTH);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool set = values[y * WIDTH + x] >= 200;
            wrong += mask_is_set(mask_row(&mask, y), x) != set;
            wrong += mask_is_set(mask_row(&exchanged, x), y) != set;
        }
    }
    CHECK_EQUAL(wrong, 0);
    mask_free(&mask);
    mask_free(&exchanged);
}

TEST(mask_clears_a_stretch_of_a_copy)
{
    uint8_t values[WIDTH];
    struct mask mask = {0}, copy = {0};
    for (int i = 0; i < WIDTH; i++) values[i] = UINT8_MAX;
    CHECK_EQUAL(mask_create(values, WIDTH, 1, 1, &mask), SCRAWL_OK);
    for (int start = 0; start < WIDTH; start += 7) {
        for (int end = start; end <= WIDTH; end += 9) {
            int wrong = 0;
            CHECK_EQUAL(mask_copy(&mask, &copy), SCRAWL_OK);
            mask_clear(copy.bits, start, end);
            for (int x = 0; x < WIDTH; x++) wrong += mask_is_set(copy.bits, x) != (x < start || x >= end);
            CHECK_EQUAL(wrong, 0);
            mask_free(&copy);
        }
    }
    mask_free(&mask);
}
