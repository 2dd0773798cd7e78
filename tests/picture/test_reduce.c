/* Tests of reduce.c. */
#include "test.h"

#include "drawing.h"
#include "picture/reduce.h"

TEST(reduce_factor_is_the_least)
{
    CHECK_EQUAL(reduce_factor(1000, 1000, 1000000), 1);
    CHECK_EQUAL(reduce_factor(1001, 1000, 1000000), 2);
    CHECK_EQUAL(reduce_factor(8000, 8000, 3200000), 5);
    CHECK_EQUAL(reduce_factor(64000000, 1, 3200000), 20);
}

TEST(reduce_averages_areas)
{
    struct picture picture = blank_picture(7, 5, 0), reduced = {0};
    for (int i = 0; i < 7 * 5; i++) picture.grey[i] = (uint8_t)(i % 7 * 10 + i / 7);
    CHECK_EQUAL(reduce_picture(&picture, 3, &reduced), SCRAWL_OK);
    if (CHECK_EQUAL(reduced.width, 3) && CHECK_EQUAL(reduced.height, 2)) {
        CHECK_EQUAL(reduced.grey[0], 11); /* columns 0..2, rows 0..2 */
        CHECK_EQUAL(reduced.grey[1], 41);
        CHECK_EQUAL(reduced.grey[2], 61); /* column 6 alone */
        CHECK_EQUAL(reduced.grey[3], 14); /* rows 3 and 4: 13.5, rounded */
    }
    picture_free(&picture);
    picture_free(&reduced);
}

TEST(reduce_leaves_no_pattern_of_a_checkerboard)
{
    struct picture picture = blank_picture(64, 64, 0), reduced = {0};
    for (int i = 0; i < 64 * 64; i++) picture.grey[i] = (i % 64 + i / 64) % 2 ? 255 : 0;
    CHECK_EQUAL(reduce_picture(&picture, 4, &reduced), SCRAWL_OK);
    for (int i = 0; i < 16 * 16; i++) CHECK_EQUAL(reduced.grey[i], 128);
    picture_free(&picture);
    picture_free(&reduced);
}

TEST(reduce_by_any_factor_gives_rounded_means)
{
    enum { WIDTH = 61, HEIGHT = 43 };
    for (int factor = 2; factor <= 7; factor++) {
        struct picture picture = blank_picture(WIDTH, HEIGHT, 0), reduced = {0};
        int wrong = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) picture.grey[i] = (uint8_t)(i * 37 + i / 11 * 5);
        CHECK_EQUAL(reduce_picture(&picture, factor, &reduced), SCRAWL_OK);
        for (int i = 0; i < reduced.width * reduced.height; i++) {
            int sum = 0, pixels = 0;
            for (int j = 0; j < factor * factor; j++) {
                int x = i % reduced.width * factor + j % factor, y = i / reduced.width * factor + j / factor;
                if (x < WIDTH && y < HEIGHT) sum += picture.grey[y * WIDTH + x], pixels++;
            }
            wrong += reduced.grey[i] != (sum + pixels / 2) / pixels;
        }
        CHECK_EQUAL(wrong, 0);
        picture_free(&picture);
        picture_free(&reduced);
    }
}
