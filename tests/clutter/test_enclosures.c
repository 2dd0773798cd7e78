/* Tests of enclosures.c: what is drawn around digits goes, and digits stay. */
#include "test.h"

#include <math.h>

#include "clutter/enclosures.h"
#include "drawing.h"

enum { WIDTH = 300, HEIGHT = 200, PAPER = 230, PEN = 40, STROKE = 4 };

static struct picture blank_page(void)
{
    return blank_picture(WIDTH, HEIGHT, PAPER);
}

static void draw_circle(struct picture *page, int x, int y, int radius)
{
    fill_disk(page, x, y, radius, PEN);
    fill_disk(page, x, y, radius - STROKE, PAPER);
}

/* In the page's middle. */
static void fill_ellipse(struct picture *page, int horizontal_radius, int vertical_radius, int level)
{
    for (int y = -vertical_radius; y <= vertical_radius; y++) {
        double part = (double)y / vertical_radius;
        int half = (int)(horizontal_radius * sqrt(1 - part * part));
        fill_box(page, WIDTH / 2 - half, HEIGHT / 2 + y, 2 * half + 1, 1, level);
    }
}

/* Around its middle. */
static void draw_digit(struct picture *page, int x, int y)
{
    draw_zero(page, x - 12, y - 20, 24, 40, STROKE, PEN);
}

/* How many components there are, and how many are left; frees the page. */
static size_t count_left(struct picture page, size_t *all)
{
    struct ink ink = {0};
    struct components components = {0};
    CHECK_EQUAL(ink_measure(&page, 0, &ink), SCRAWL_OK);
    CHECK_EQUAL(components_find(&ink, &components), SCRAWL_OK);
    *all = components.count;
    CHECK_EQUAL(enclosures_judge(&ink, &components), SCRAWL_OK);
    size_t left = 0;
    for (size_t i = 0; i < components.count; i++) {
        left += component_is_writing(&components.components[i]);
        CHECK(component_is_writing(&components.components[i]) || components.components[i].rule == RULE_ENCLOSURE);
    }
    components_free(&components);
    ink_free(&ink);
    picture_free(&page);
    return left;
}

TEST(enclosures_around_a_digit_go)
{
    struct picture circle = blank_page(), box = blank_page(), both = blank_page();
    size_t all;
    draw_circle(&circle, 150, 100, 45);
    draw_zero(&box, 110, 60, 80, 80, STROKE, PEN);
    draw_zero(&both, 95, 45, 110, 110, STROKE, PEN);
    draw_circle(&both, 150, 100, 45);
    draw_digit(&circle, 150, 100);
    draw_digit(&box, 150, 100);
    draw_digit(&both, 150, 100);
    CHECK_EQUAL(count_left(circle, &all), 1);
    CHECK_EQUAL(all, 2);
    CHECK_EQUAL(count_left(box, &all), 1);
    CHECK_EQUAL(count_left(both, &all), 1);
    CHECK_EQUAL(all, 3);
}

TEST(enclosures_with_a_gap_go)
{
    for (int side = 0; side < 4; side++) {
        struct picture page = blank_page();
        size_t all;
        draw_circle(&page, 150, 100, 45);
        fill_box(&page, 150 + (side == 0) * 35 - (side == 1) * 45 - 6, 100 + (side == 2) * 35 - (side == 3) * 45 - 6,
                 20, 20, PAPER);
        draw_digit(&page, 150, 100);
        CHECK_EQUAL(count_left(page, &all), 1);
        CHECK_EQUAL(all, 2);
    }
}

TEST(enclosures_of_several_digits_go)
{
    struct picture cells = blank_page(), page = blank_page();
    size_t all;
    draw_zero(&cells, 30, 40, 240, 64, STROKE, PEN);
    for (int i = 1; i < 4; i++) fill_box(&cells, 30 + 60 * i, 40, STROKE, 64, PEN);
    for (int i = 0; i < 4; i++) draw_digit(&cells, 62 + 60 * i, 72);
    CHECK_EQUAL(count_left(cells, &all), 4);
    CHECK_EQUAL(all, 5);
    draw_zero(&page, 10, 10, 280, 180, STROKE, PEN);
    for (int i = 0; i < 4; i++) draw_digit(&page, 62 + 60 * i, 100);
    CHECK_EQUAL(count_left(page, &all), 4);
}

/* A 0 with a dot, a narrow one with a slash, a circle around nothing, and an angle around a digit. */
TEST(enclosures_leave_digits)
{
    enum { PAGES = 4 };
    struct picture pages[PAGES];
    for (int i = 0; i < PAGES; i++) pages[i] = blank_page();
    draw_circle(&pages[0], 150, 100, 60);
    fill_disk(&pages[0], 150, 100, 8, PEN);
    fill_ellipse(&pages[1], 35, 60, PEN);
    fill_ellipse(&pages[1], 35 - STROKE, 60 - STROKE, PAPER);
    for (int y = 70; y < 130; y++) fill_box(&pages[1], 148 + (100 - y) / 3, y, STROKE, 1, PEN);
    draw_circle(&pages[2], 100, 100, 45);
    draw_digit(&pages[2], 200, 100);
    fill_box(&pages[3], 60, 20, STROKE, 160, PEN);
    fill_box(&pages[3], 60, 20, 160, STROKE, PEN);
    draw_digit(&pages[3], 140, 100);
    for (int i = 0; i < PAGES; i++) {
        size_t all, left = count_left(pages[i], &all);
        CHECK(all > 1);
        CHECK_EQUAL(left, all);
    }
}
