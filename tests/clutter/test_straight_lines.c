/* Tests of chains.c, straight_lines.c and clear_lines.c, on drawn masks. */
#include "test.h"

#include <string.h>

#include "clutter/clear_lines.h"

enum { WIDTH = 120, HEIGHT = 200, MOST_WIDTH = 6 };

/* A nearly upright line, 3 pixels wide, from row 10 to row 189, that leaves rows out. */
static void draw_line(uint8_t *values, int column, int gap_row, int gap)
{
    memset(values, 0, WIDTH * HEIGHT);
    for (int y = 10; y < 190; y++) {
        if (y < gap_row || y >= gap_row + gap) memset(values + y * WIDTH + column + y / 40, 1, 3);
    }
}

static struct straight_lines lines_of(const uint8_t *values, bool exchanged)
{
    struct straight_lines lines = {.exchanged = exchanged, .most_width = MOST_WIDTH};
    struct mask mask = {0};
    CHECK_EQUAL(mask_create(values, WIDTH, HEIGHT, 1, exchanged ? &mask : &lines.mask), SCRAWL_OK);
    if (exchanged) CHECK_EQUAL(mask_transpose(&mask, &lines.mask), SCRAWL_OK);
    CHECK_EQUAL(straight_lines_find(&lines), SCRAWL_OK);
    mask_free(&mask);
    return lines;
}

TEST(straight_lines_go_on_after_a_gap)
{
    static uint8_t values[WIDTH * HEIGHT];
    draw_line(values, 50, 100, 5);
    struct straight_lines lines = lines_of(values, false);
    CHECK_EQUAL(lines.chains.count, 2);
    if (CHECK_EQUAL(lines.count, 1)) {
        CHECK_EQUAL(straight_line_length(&lines, &lines.items[0]), 180);
        CHECK_NEAR(straight_line_width(&lines.items[0]), 3, 1e-9);
        CHECK_NEAR(straight_line_center_at(&lines, &lines.items[0], 100), 50 + 1.5 + 2.2, 0.6);
        CHECK_EQUAL(lines.items[0].blank, 5);
    }
    straight_lines_free(&lines);
}

TEST(straight_lines_end_at_a_long_gap)
{
    static uint8_t values[WIDTH * HEIGHT];
    draw_line(values, 50, 70, 60);
    struct straight_lines lines = lines_of(values, false);
    CHECK_EQUAL(lines.count, 2);
    straight_lines_free(&lines);
}

TEST(straight_lines_are_thin)
{
    static uint8_t values[WIDTH * HEIGHT];
    memset(values, 0, sizeof values);
    for (int y = 10; y < 190; y++) memset(values + y * WIDTH + 40, 1, MOST_WIDTH + 1);
    struct straight_lines lines = lines_of(values, false);
    CHECK_EQUAL(lines.count, 0);
    straight_lines_free(&lines);
}

/* A line with a stroke across it: the stroke's pixels stay, the line's go. */
TEST(clear_lines_leaves_strokes_across)
{
    static uint8_t values[WIDTH * HEIGHT];
    int line = 0, stroke = 0;
    draw_line(values, 50, 0, 0);
    for (int y = 90; y < 98; y++) memset(values + y * WIDTH + 30, 1, 60);
    struct straight_lines directions[2] = {lines_of(values, false), {.exchanged = true}};
    struct mask rest = {0};
    if (CHECK_EQUAL(directions[0].count, 1)) {
        CHECK_EQUAL(mask_copy(&directions[0].mask, &rest), SCRAWL_OK);
        clear_lines_of_mask(directions, &rest);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++)
                *(y >= 90 && y < 98 ? &stroke : &line) += mask_is_set(mask_row(&rest, y), x);
        }
        CHECK_EQUAL(stroke, 8 * 60);
        CHECK_EQUAL(line, 0);
    }
    mask_free(&rest);
    straight_lines_free(&directions[0]);
}

/* Where a speck touches a line at one row and stands beside it in the next, it is the line that goes on. */
TEST(clear_lines_goes_on_beside_a_speck)
{
    static uint8_t values[WIDTH * HEIGHT];
    for (int side = 0; side < 2; side++) {
        draw_line(values, 50, 0, 0);
        int column = side ? 54 : 49; /* the line's columns are 51 to 53 there */
        values[60 * WIDTH + column] = values[60 * WIDTH + (side ? 55 : 50)] = 1;
        values[61 * WIDTH + (side ? 55 : 49)] = 1;
        struct straight_lines directions[2] = {lines_of(values, false), {.exchanged = true}};
        struct mask rest = {0};
        size_t left = 0;
        CHECK_EQUAL(directions[0].chains.count, 1);
        CHECK_EQUAL(mask_copy(&directions[0].mask, &rest), SCRAWL_OK);
        clear_lines_of_mask(directions, &rest);
        for (int y = 0; y < HEIGHT; y++) left += mask_count_runs(mask_row(&rest, y), WIDTH);
        CHECK(left <= 1); /* the speck */
        mask_free(&rest);
        straight_lines_free(&directions[0]);
    }
}

/* A stroke that ends in a row of its own at a line's corner doesn't keep the rest of the line. */
TEST(clear_lines_goes_on_beside_the_end_of_a_stroke)
{
    static uint8_t values[WIDTH * HEIGHT];
    int left = 0;
    memset(values, 0, sizeof values);
    for (int y = 10; y < 190; y++) memset(values + y * WIDTH + 51, 1, y == 60 ? 3 : 2);
    memset(values + 61 * WIDTH + 20, 1, 32);
    values[61 * WIDTH + 52] = 0;
    values[61 * WIDTH + 53] = 1;
    struct straight_lines directions[2] = {lines_of(values, false), {.exchanged = true}};
    struct mask rest = {0};
    CHECK_EQUAL(directions[0].chains.count, 1);
    CHECK_EQUAL(mask_copy(&directions[0].mask, &rest), SCRAWL_OK);
    clear_lines_of_mask(directions, &rest);
    for (int y = 0; y < HEIGHT; y++) left += (int)mask_count_runs(mask_row(&rest, y), WIDTH);
    CHECK_EQUAL(left, 1); /* the stroke */
    mask_free(&rest);
    straight_lines_free(&directions[0]);
}

/* Rows of changing width make no chain, but lie on the way from one to the next. */
TEST(clear_lines_takes_ragged_stretches_of_ink)
{
    static uint8_t values[WIDTH * HEIGHT], ink_values[WIDTH * HEIGHT];
    int left = 0;
    draw_line(values, 50, 0, 0);
    for (int y = 81; y < 101; y += 2) values[y * WIDTH + 52] = values[y * WIDTH + 54] = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) ink_values[i] = values[i] ? 200 : 0;
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = ink_values, .soft = 20, .threshold = 100};
    struct straight_lines directions[2] = {lines_of(values, false), {.exchanged = true}};
    CHECK_EQUAL(directions[0].chains.count, 2);
    clear_lines_of_ink(directions, &ink);
    for (int i = 0; i < WIDTH * HEIGHT; i++) left += ink_values[i] > 0;
    CHECK_EQUAL(left, 0);
    straight_lines_free(&directions[0]);
}

TEST(clear_lines_takes_soft_edges_of_ink_too)
{
    static uint8_t values[WIDTH * HEIGHT], ink_values[WIDTH * HEIGHT];
    int left = 0;
    draw_line(values, 50, 0, 0);
    for (int i = 1; i < WIDTH * HEIGHT - 1; i++)
        ink_values[i] = values[i] ? 200 : values[i - 1] || values[i + 1] ? 60 : 0;
    struct ink ink = {.width = WIDTH, .height = HEIGHT, .values = ink_values, .soft = 20, .threshold = 100};
    struct straight_lines directions[2] = {lines_of(values, false), {.exchanged = true}};
    clear_lines_of_ink(directions, &ink);
    for (int i = 0; i < WIDTH * HEIGHT; i++) left += ink_values[i] > 0;
    CHECK_EQUAL(left, 0);
    straight_lines_free(&directions[0]);
}

TEST(straight_lines_of_the_exchanged_picture_are_level)
{
    static uint8_t values[WIDTH * HEIGHT];
    memset(values, 0, sizeof values);
    for (int y = 70; y < 72; y++) memset(values + y * WIDTH + 5, 1, 110);
    struct straight_lines directions[2] = {{.exchanged = false}, lines_of(values, true)};
    struct mask rest = {0};
    CHECK_EQUAL(directions[1].count, 1);
    CHECK_EQUAL(mask_create(values, WIDTH, HEIGHT, 1, &rest), SCRAWL_OK);
    clear_lines_of_mask(directions, &rest);
    for (int y = 0; y < HEIGHT; y++) CHECK_EQUAL(mask_count_runs(mask_row(&rest, y), WIDTH), 0);
    mask_free(&rest);
    straight_lines_free(&directions[1]);
}
