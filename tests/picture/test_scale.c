/* Tests of scale.c: what shrinks keeps its mean, what grows goes evenly, the margin goes on. */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "base/minmax.h"
#include "drawing.h"
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
    struct picture picture = picture_of(30, 30, checked),
                   small = scale(&picture, (struct scaled_size){11, 7, 0, 11, 7});
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

static double overlap(double first, double end, int pixel)
{
    return fmax(0, fmin(end, pixel + 1) - fmax(first, pixel));
}

/* By its definition: the mean over the area that a pixel of the smaller picture covers. */
static double area_mean(const struct picture *picture, double x_ratio, double y_ratio, int x, int y)
{
    double sum = 0;
    for (int row = 0; row < picture->height; row++)
        for (int column = 0; column < picture->width; column++)
            sum += overlap(x * x_ratio, (x + 1) * x_ratio, column) * overlap(y * y_ratio, (y + 1) * y_ratio, row) *
                   picture->grey[row * picture->width + column];
    return sum / (x_ratio * y_ratio);
}

TEST(scale_shrinks_by_any_ratio_to_the_means_of_areas)
{
    enum { WIDTH = 61, HEIGHT = 47, MARGIN = 3 };
    struct picture picture = blank_picture(WIDTH, HEIGHT, 0);
    for (int i = 0; i < WIDTH * HEIGHT; i++) picture.grey[i] = (uint8_t)(i * 37 + i / 11 * 5);
    for (int width = 3; width <= WIDTH; width += 4) {
        const int height = width * HEIGHT / WIDTH + 1, all_width = width + 2 * MARGIN + 2;
        struct picture small =
            scale(&picture, (struct scaled_size){width, height, MARGIN, all_width, height + 2 * MARGIN + 1});
        int wrong = 0;
        for (int y = 0; y < small.height; y++)
            for (int x = 0; x < small.width; x++) {
                const int column = max_int(0, min_int(width - 1, x - MARGIN)),
                          row = max_int(0, min_int(height - 1, y - MARGIN));
                const double mean = area_mean(&picture, (double)WIDTH / width, (double)HEIGHT / height, column, row);
                wrong += fabs(small.grey[y * all_width + x] - mean) > 0.51;
            }
        CHECK_EQUAL(wrong, 0);
        picture_free(&small);
    }
    picture_free(&picture);
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
