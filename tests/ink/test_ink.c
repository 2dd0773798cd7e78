/* Tests of ink.c: paper and thresholds, on either side of the pen. */
#include "test.h"

#include <string.h>

#include "drawing.h"
#include "ink/ink.h"

enum { PAPER = 230, PEN = 40, MOST_INK = 255 };

TEST(ink_of_a_picture)
{
    struct picture picture = blank_picture(100, 90, PAPER);
    struct ink ink = {0};
    draw_zero(&picture, 30, 20, 24, 40, 5, PEN);
    CHECK_EQUAL(ink_measure(&picture, 0, &ink), SCRAWL_OK);
    CHECK_EQUAL(ink.values[0], 0);
    CHECK_EQUAL(ink.values[20 * 100 + 30], (MOST_INK * (PAPER - PEN) + PAPER / 2) / PAPER);
    CHECK(ink.threshold > ink.soft && ink.threshold < PAPER - PEN);
    CHECK(ink.stroke > 0);
    ink_free(&ink);
    picture_free(&picture);
}

TEST(ink_is_the_same_on_dark_paper)
{
    struct picture picture = blank_picture(100, 90, PAPER);
    struct ink dark_on_light = {0}, light_on_dark = {0};
    draw_zero(&picture, 30, 20, 24, 40, 5, PEN);
    CHECK_EQUAL(ink_measure(&picture, 0, &dark_on_light), SCRAWL_OK);
    for (int i = 0; i < 100 * 90; i++) picture.grey[i] = (uint8_t)(255 - picture.grey[i]);
    CHECK_EQUAL(ink_measure(&picture, UINT8_MAX, &light_on_dark), SCRAWL_OK);
    CHECK(memcmp(dark_on_light.values, light_on_dark.values, 100 * 90) == 0);
    CHECK_EQUAL(dark_on_light.threshold, light_on_dark.threshold);
    ink_free(&dark_on_light);
    ink_free(&light_on_dark);
    picture_free(&picture);
}

/* Half of the page lies in shadow with a sharp edge, and the table shows at the bottom: both are paper. */
TEST(ink_in_shadow_and_beside_a_dark_table)
{
    enum { WIDTH = 400, HEIGHT = 300, TABLE = 250 };
    struct picture picture = blank_picture(WIDTH, HEIGHT, PAPER);
    struct ink ink = {0};
    for (int i = 0; i < 8; i++) draw_zero(&picture, 20 + i % 4 * 95, 30 + i / 4 * 100, 40, 70, 6, PEN);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        if (i % WIDTH >= 165) picture.grey[i] = (uint8_t)(picture.grey[i] / 2);
        if (i / WIDTH >= TABLE) picture.grey[i] = 15;
    }
    CHECK_EQUAL(ink_measure(&picture, 0, &ink), SCRAWL_OK);
    int wrong = 0;
    for (int i = 0; i < WIDTH * (TABLE - 10); i++) {
        int paper = i % WIDTH >= 165 ? PAPER / 2 : PAPER;
        wrong += (ink.values[i] >= ink.threshold) != (picture.grey[i] < paper);
    }
    CHECK_EQUAL(wrong, 0);
    ink_free(&ink);
    picture_free(&picture);
}

TEST(ink_of_blank_paper)
{
    for (int level = 0; level <= 255; level += 51) {
        struct picture picture = blank_picture(70, 40, level);
        struct ink ink = {0};
        CHECK_EQUAL(ink_measure(&picture, 0, &ink), SCRAWL_OK);
        CHECK(ink.threshold > MOST_INK);
        ink_free(&ink);
        CHECK(ink.values == NULL);
        picture_free(&picture);
    }
}

/* An 8 of which more is ink than paper. */
TEST(ink_that_fills_the_picture)
{
    enum { SIDE = 16 };
    struct picture picture = blank_picture(SIDE, SIDE, PEN);
    struct ink ink = {0};
    fill_box(&picture, 4, 3, 8, 3, PAPER);
    fill_box(&picture, 4, 10, 8, 3, PAPER);
    fill_box(&picture, 0, 6, 4, 4, PAPER);
    fill_box(&picture, 12, 6, 4, 4, PAPER);
    for (int corner = 0; corner < 4; corner++)
        fill_box(&picture, corner % 2 * (SIDE - 3), corner / 2 * (SIDE - 2), 3, 2, PAPER);
    CHECK_EQUAL(ink_measure(&picture, 0, &ink), SCRAWL_OK);
    int wrong = 0;
    for (int i = 0; i < SIDE * SIDE; i++) wrong += (ink.values[i] >= ink.threshold) != (picture.grey[i] == PEN);
    CHECK_EQUAL(wrong, 0);
    ink_free(&ink);
    picture_free(&picture);
}
