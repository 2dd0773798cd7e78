/* Tests of rulings.c, on drawn pages. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "clutter/rulings.h"
#include "drawing.h"

enum { WIDTH = 400, HEIGHT = 300, PAPER = 230, PEN = 60 };

static struct picture page_of_zeros(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 12; i++) draw_zero(&page, 40 + i % 4 * 90, 30 + i / 4 * 85, 30, 50, 6, PEN);
    return page;
}

/* Two pixels thick; sinks by `slope` pixels over the page's width. */
static void rule_level(struct picture *page, int y, int slope, int level)
{
    for (int x = 0; x < WIDTH; x++) {
        for (int row = y + x * slope / WIDTH; row < y + x * slope / WIDTH + 2; row++) {
            uint8_t *pixel = page->grey + row * WIDTH + x;
            if (*pixel > level) *pixel = (uint8_t)level;
        }
    }
}

static void rule_upright(struct picture *page, int x, int level)
{
    for (int i = 0; i < 2 * HEIGHT; i++) {
        uint8_t *pixel = page->grey + i / 2 * WIDTH + x + i % 2;
        if (*pixel > level) *pixel = (uint8_t)level;
    }
}

/* The number of rulings; *wrong: strokes of the page that aren't in the ink, or the other way round. Frees ruled. */
static size_t remove_from(struct picture *ruled, const struct picture *page, int *wrong)
{
    struct ink ink;
    struct rulings rulings;
    CHECK_EQUAL(ink_measure(ruled, 0, &ink), SCRAWL_OK);
    CHECK_EQUAL(rulings_remove(&ink, false, &rulings), SCRAWL_OK);
    *wrong = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) *wrong += (ink.values[i] >= ink.threshold) != (page->grey[i] == PEN);
    size_t count = rulings.count;
    rulings_free(&rulings);
    ink_free(&ink);
    picture_free(ruled);
    return count;
}

TEST(rulings_of_a_lined_page)
{
    for (int slope = -20; slope <= 20; slope += 10) {
        struct picture page = page_of_zeros(), ruled = page_of_zeros();
        int wrong;
        for (int y = 24; y < 280; y += 33) rule_level(&ruled, y, slope, 130);
        CHECK_EQUAL(remove_from(&ruled, &page, &wrong), 8);
        CHECK(wrong < 200); /* where a line runs along a stroke */
        picture_free(&page);
    }
}

TEST(rulings_of_squared_paper)
{
    struct picture page = page_of_zeros(), ruled = page_of_zeros();
    int wrong;
    for (int y = 8; y < HEIGHT; y += 25) rule_level(&ruled, y, 0, 150);
    for (int x = 11; x < WIDTH; x += 25) rule_upright(&ruled, x, 150);
    CHECK_EQUAL(remove_from(&ruled, &page, &wrong), 12 + 16);
    CHECK(wrong < 600); /* stubs at the strokes */
    picture_free(&page);
}

/* The sides of cells, from the upper line to the lower one, are rulings too; a 1 between the lines is none. */
TEST(rulings_of_a_row_of_cells)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER), ruled = blank_picture(WIDTH, HEIGHT, PAPER);
    int wrong;
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++) {
            if (i < 3)
                draw_zero(j ? &page : &ruled, 45 + i * 90, 120, 30, 50, 6, PEN);
            else
                fill_box(j ? &page : &ruled, 345, 118, 5, 54, PEN);
        }
    }
    fill_box(&ruled, 10, 100, 380, 3, PEN);
    fill_box(&ruled, 10, 190, 380, 3, PEN);
    for (int x = 10; x < WIDTH; x += 94) fill_box(&ruled, x, 100, 3, 93, PEN);
    CHECK_EQUAL(remove_from(&ruled, &page, &wrong), 2 + 5);
    CHECK_EQUAL(wrong, 0);
    picture_free(&page);
}

TEST(rulings_are_no_strokes)
{
    struct picture page = page_of_zeros(), same = page_of_zeros();
    int wrong;
    CHECK_EQUAL(remove_from(&same, &page, &wrong), 0);
    CHECK_EQUAL(wrong, 0);
    picture_free(&page);
}

/* A tall 1 and a large 7 are lines too, but there is no other writing. */
TEST(rulings_spare_a_large_digit)
{
    for (int digit = 1; digit <= 7; digit += 6) {
        struct picture page = blank_picture(WIDTH, HEIGHT, PAPER), same;
        fill_box(&page, 200, 10, 8, 280, PEN);
        if (digit == 7) fill_box(&page, 80, 10, 128, 8, PEN);
        same = blank_picture(WIDTH, HEIGHT, PAPER);
        memcpy(same.grey, page.grey, WIDTH * HEIGHT);
        int wrong;
        CHECK_EQUAL(remove_from(&same, &page, &wrong), 0);
        CHECK_EQUAL(wrong, 0);
        picture_free(&page);
    }
}

/* A 1 at the side is as a border is, unless there must be a digit; the lines of an empty cell are none even then. */
TEST(rulings_spare_a_digit_that_must_be_there)
{
    for (int lines = 1; lines <= 4; lines += 3) {
        for (int single = 0; single < 2; single++) {
            struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
            struct ink ink;
            struct rulings rulings;
            fill_box(&page, 20, 10, 6, 280, PEN);
            if (lines == 4) fill_box(&page, 374, 10, 6, 280, PEN);
            if (lines == 4) fill_box(&page, 20, 10, 360, 6, PEN);
            if (lines == 4) fill_box(&page, 20, 284, 360, 6, PEN);
            CHECK_EQUAL(ink_measure(&page, 0, &ink), SCRAWL_OK);
            CHECK_EQUAL(rulings_remove(&ink, single, &rulings), SCRAWL_OK);
            CHECK_EQUAL(rulings.count, single && lines == 1 ? 0 : lines);
            rulings_free(&rulings);
            ink_free(&ink);
            picture_free(&page);
        }
    }
}
