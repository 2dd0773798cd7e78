/* Tests of scale.c: what shrinks keeps its mean, what grows goes evenly, the margin goes on. */
#include "test.h"

#include <stdlib.h>

#include "picture/scale.h"

static struct picture picture_of(int width, int height, int (*grey)(int x, int y))
{
    struct picture picture = {0};
    if (!CHECK_EQUAL(picture_create((size_t)width, (size_t)height, &picture), SCRAWL_OK)) exit(1);
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) picture.grey[y * width + x] = (uint8_t)grey(x, y);
    return picture;
}

static int slope(int x, int y)
{
    return 3 * x + 5 * y;
}

static int checked(int x, int y)
{
    return (x + y) % 2 ? 250 : 0;
}

static struct picture scale(const struct picture *picture, struct scaled_size size)
{
    struct picture scaled = {0};
    CHECK_EQUAL(scale_picture(picture, &size, &scaled), SCRAWL_OK);
    CHECK_EQUAL(scaled.width, size.all_width);
    CHECK_EQUAL(scaled.height, size.all_height);
    return scaled;
}

TEST(scale_keeps_a_picture_of_the_same_size)
{
    struct picture picture = picture_of(7, 5, slope), same = scale(&picture, (struct scaled_size){7, 5, 0, 7, 5});
    for (int i = 0; i < 35; i++) CHECK_EQUAL(same.grey[i], picture.grey[i]);
    picture_free(&picture);
    picture_free(&same);
}

TEST(scale_averages_what_shrinks)
{
    struct picture picture = picture_of(30, 30, checked), small = scale(&picture, (struct scaled_size){11, 7, 0, 11, 7});
    for (int i = 0; i < 77; i++) CHECK_NEAR(small.grey[i], 125, 12);
    picture_free(&picture);
    picture_free(&small);
}

TEST(scale_grows_evenly)
{
    struct picture picture = picture_of(9, 9, slope), large = scale(&picture, (struct scaled_size){27, 18, 0, 27, 18});
    for (int y = 2; y < 16; y++)
        for (int x = 2; x < 25; x++) {
            const double expected = 3 * ((x + 0.5) / 3 - 0.5) + 5 * ((y + 0.5) / 2 - 0.5);
            CHECK_NEAR(large.grey[y * 27 + x], expected, 0.51);
        }
    picture_free(&picture);
    picture_free(&large);
}

TEST(scale_goes_on_beyond_the_edges)
{
    struct picture picture = picture_of(4, 3, slope), wide = scale(&picture, (struct scaled_size){4, 3, 2, 10, 8});
    CHECK_EQUAL(wide.grey[0], slope(0, 0));
    CHECK_EQUAL(wide.grey[2 * 10 + 2], slope(0, 0));
    CHECK_EQUAL(wide.grey[3 * 10 + 4], slope(2, 1));
    CHECK_EQUAL(wide.grey[7 * 10 + 9], slope(3, 2));
    picture_free(&picture);
    picture_free(&wide);
}
