/* Tests of polarity.c. */
#include "test.h"

#include "drawing.h"
#include "picture/polarity.h"

enum { LIGHT = 230, DARK = 40, SIDE = 16 };

static void invert(struct picture *picture)
{
    for (int i = 0; i < picture->width * picture->height; i++) picture->grey[i] = (uint8_t)(255 - picture->grey[i]);
}

/* The drawing as it is, and inverted; frees it. */
static void check_light_paper(struct picture drawing)
{
    CHECK(!paper_is_dark(&drawing));
    invert(&drawing);
    CHECK(paper_is_dark(&drawing));
    picture_free(&drawing);
}

TEST(polarity_of_a_digit_on_paper)
{
    struct picture picture = blank_picture(100, 90, LIGHT), small = blank_picture(28, 28, LIGHT);
    draw_zero(&picture, 30, 20, 24, 40, 5, DARK);
    draw_zero(&small, 6, 4, 14, 20, 5, DARK);
    check_light_paper(picture);
    check_light_paper(small);
}

/* An 8 that reaches all edges and fills more than half of the picture. */
TEST(polarity_of_a_digit_that_fills_the_picture)
{
    struct picture picture = blank_picture(SIDE, SIDE, DARK);
    fill_box(&picture, 4, 3, 8, 3, LIGHT);
    fill_box(&picture, 4, 10, 8, 3, LIGHT);
    fill_box(&picture, 0, 6, 4, 4, LIGHT);
    fill_box(&picture, 12, 6, 4, 4, LIGHT);
    for (int corner = 0; corner < 4; corner++)
        fill_box(&picture, corner % 2 * (SIDE - 3), corner / 2 * (SIDE - 2), 3, 2, LIGHT);
    int dark = 0;
    for (int i = 0; i < SIDE * SIDE; i++) dark += picture.grey[i] == DARK;
    CHECK(2 * dark > SIDE * SIDE);
    check_light_paper(picture);
}

/* Blocks, each by itself: half of the page is in shadow. */
TEST(polarity_of_a_page_in_shadow)
{
    struct picture page = blank_picture(300, 200, LIGHT);
    for (int i = 0; i < 12; i++) draw_zero(&page, 20 + i % 6 * 45, 20 + i / 6 * 90, 24, 60, 5, DARK);
    for (int i = 0; i < 300 * 200; i++) {
        if (i % 300 >= 100) page.grey[i] = (uint8_t)(page.grey[i] / 3);
    }
    check_light_paper(page);
}
