/* Tests of filled_boxes.c, alone and through find_digits.c, on drawn labels. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "clutter/filled_boxes.h"
#include "drawing.h"
#include "find/find_digits.h"
#include "picture/polarity.h"

enum { WIDTH = 300, HEIGHT = 200, PAPER = 230, PEN = 40, LABEL = 60, WHITE = 255, DARK_PAPER = 255 };

/* Two zeros on the page, and a label with two light ones. */
static struct picture page_with_label(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 2; i++) draw_zero(&page, 20 + i * 40, 20, 24, 40, 4, PEN);
    fill_box(&page, 140, 100, 100, 60, LABEL);
    for (int i = 0; i < 2; i++) draw_zero(&page, 155 + i * 40, 110, 24, 40, 4, WHITE);
    return page;
}

static void invert(struct picture *picture)
{
    for (int i = 0; i < picture->width * picture->height; i++) picture->grey[i] = (uint8_t)(WHITE - picture->grey[i]);
}

/* How many groups are found; frees the picture. */
static size_t count_groups(struct picture picture)
{
    struct finding finding = {0};
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    size_t count = finding.grouping.count;
    finding_free(&finding);
    picture_free(&picture);
    return count;
}

/* Frees the picture. */
static bool is_inverted(struct picture picture, int flip)
{
    struct picture inverted;
    CHECK_EQUAL(filled_boxes_invert(&picture, (uint8_t)flip, &inverted), SCRAWL_OK);
    bool any = inverted.grey != NULL;
    picture_free(&inverted);
    picture_free(&picture);
    return any;
}

/* The label becomes paper and its writing as much darker; nothing else changes. */
TEST(filled_boxes_become_paper)
{
    struct picture page = page_with_label(), inverted;
    CHECK_EQUAL(filled_boxes_invert(&page, 0, &inverted), SCRAWL_OK);
    if (!CHECK(inverted.grey != NULL)) return;
    int wrong = 0;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH, y = i / WIDTH;
        bool inside = x >= 140 && x < 240 && y >= 100 && y < 160;
        int expected = !inside ? page.grey[i] : page.grey[i] == WHITE ? PAPER + LABEL - WHITE : PAPER;
        wrong += inverted.grey[i] != expected;
    }
    CHECK_EQUAL(wrong, 0);
    picture_free(&inverted);
    picture_free(&page);
}

TEST(filled_boxes_on_either_paper)
{
    struct picture page = page_with_label(), dark = page_with_label();
    invert(&dark);
    CHECK_EQUAL(count_groups(page), 4);
    CHECK_EQUAL(count_groups(dark), 4);
}

/* A black button on a grey bar: with the bar, it becomes paper, and no bar that is left around the button. */
TEST(filled_boxes_may_hold_darker_ones)
{
    enum { BAR = 130, BUTTON = 10 };
    struct picture page = blank_picture(WIDTH, HEIGHT, WHITE), inverted;
    fill_box(&page, 30, 60, 240, 80, BAR);
    fill_box(&page, 50, 75, 90, 50, BUTTON);
    draw_zero(&page, 70, 80, 24, 40, 4, WHITE);
    for (int i = 0; i < 2; i++) draw_zero(&page, 170 + i * 40, 80, 24, 40, 4, WHITE);
    CHECK_EQUAL(filled_boxes_invert(&page, 0, &inverted), SCRAWL_OK);
    if (CHECK(inverted.grey != NULL)) {
        int dark = 0, writing = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            bool written =
                i / WIDTH >= 60 && i / WIDTH < 140 && i % WIDTH >= 30 && i % WIDTH < 270 && page.grey[i] == WHITE;
            writing += written && inverted.grey[i] == BAR;
            dark += inverted.grey[i] != WHITE;
        }
        CHECK(writing > 0);
        CHECK_EQUAL(dark, writing);
    }
    picture_free(&inverted);
    picture_free(&page);
}

TEST(filled_boxes_may_be_round)
{
    struct picture sign = blank_picture(WIDTH, HEIGHT, PAPER), dark;
    fill_disk(&sign, 150, 100, 45, LABEL);
    for (int i = 0; i < 2; i++) draw_zero(&sign, 123 + i * 30, 80, 24, 40, 4, WHITE);
    dark = blank_picture(WIDTH, HEIGHT, 0);
    memcpy(dark.grey, sign.grey, WIDTH * HEIGHT);
    invert(&dark);
    CHECK_EQUAL(count_groups(sign), 2);
    CHECK_EQUAL(count_groups(dark), 2);
}

/* A 7 without a bar. */
static void draw_seven(struct picture *picture, int left, int top, int level)
{
    fill_box(picture, left, top, 24, 4, level);
    for (int y = 4; y < 40; y++) fill_box(picture, left + 20 - y / 2, top + y, 4, 1, level);
}

/* Hardly a row or column of it is in several stretches. */
TEST(filled_boxes_with_one_bent_stroke)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    fill_box(&page, 60, 50, 180, 70, LABEL);
    draw_seven(&page, 140, 65, WHITE);
    CHECK(is_inverted(page, 0));
}

/* On light paper, which is less than half of the page. */
TEST(filled_boxes_may_fill_the_page)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER), inverted;
    for (int box = 0; box < 2; box++) {
        fill_box(&page, 12, 12 + 92 * box, WIDTH - 24, 80, LABEL);
        for (int i = 0; i < 3; i++) draw_zero(&page, 60 + i * 60, 32 + 92 * box, 24, 40, 4, WHITE);
    }
    CHECK(paper_is_dark(&page));
    CHECK_EQUAL(filled_boxes_invert(&page, 0, &inverted), SCRAWL_OK);
    CHECK(inverted.grey && !paper_is_dark(&inverted));
    picture_free(&inverted);
    CHECK_EQUAL(count_groups(page), 6);
}

/* A frame, a thick 0, one with a narrow opening, a thick 8, a filled box without writing, one that the picture's edge
 * cuts, and a broad frame around a 7. */
TEST(filled_boxes_hold_writing)
{
    enum { PAGES = 7 };
    struct picture pages[PAGES];
    for (int i = 0; i < PAGES; i++) pages[i] = blank_picture(WIDTH, HEIGHT, PAPER);
    draw_zero(&pages[0], 40, 40, 120, 80, 6, PEN);
    draw_zero(&pages[0], 80, 60, 24, 40, 4, PEN);
    fill_disk(&pages[1], 150, 100, 60, PEN);
    fill_disk(&pages[1], 150, 100, 25, PAPER);
    fill_box(&pages[2], 40, 40, 120, 80, LABEL);
    fill_box(&pages[3], 0, 40, 120, 80, LABEL);
    draw_zero(&pages[3], 40, 60, 24, 40, 4, WHITE);
    fill_disk(&pages[4], 150, 100, 60, PEN);
    for (int y = 60; y < 140; y++) fill_box(&pages[4], 150 + (100 - y) / 4, y, 8, 1, PAPER);
    fill_disk(&pages[5], 150, 100, 60, PEN);
    fill_disk(&pages[5], 150, 75, 10, PAPER);
    fill_disk(&pages[5], 150, 125, 12, PAPER);
    fill_box(&pages[6], 40, 40, 120, 100, PEN);
    fill_box(&pages[6], 65, 65, 70, 50, PAPER);
    draw_seven(&pages[6], 90, 70, PEN);
    for (int i = 0; i < PAGES; i++) CHECK(!is_inverted(pages[i], 0));
}

TEST(filled_boxes_depend_on_the_paper)
{
    CHECK(is_inverted(page_with_label(), 0));
    CHECK(!is_inverted(page_with_label(), DARK_PAPER));
    CHECK(!is_inverted(blank_picture(WIDTH, HEIGHT, PAPER), 0));
}
