/* Tests of stroke_width.c. */
#include "test.h"

#include <string.h>

#include "ink/stroke_width.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, PIXELS = SCRAWL_IMAGE_PIXELS, FULL_INK = 255, ROUNDING = 2 };
/* Pixels: strokes between these are left alone; what passes may leave. */
static const double thin = 1.41, broad = 4.22, tolerance = 0.16;

/* A ring of 20 x 20 pixels. Returns its bounds. */
static struct box draw_ring(int stroke, int level, uint8_t image[PIXELS])
{
    struct box bounds = {4, 4, 24, 24};
    memset(image, 0, PIXELS);
    for (int i = 0; i < PIXELS; i++) {
        int x = i % SIDE, y = i / SIDE;
        bool outside = x < 4 || x >= 24 || y < 4 || y >= 24;
        bool hole = x >= 4 + stroke && x < 24 - stroke && y >= 4 + stroke && y < 24 - stroke;
        if (!outside && !hole) image[i] = (uint8_t)level;
    }
    return bounds;
}

/* An upright bar in the middle. */
static struct box draw_bar(int width, uint8_t image[PIXELS])
{
    struct box bounds = {SIDE / 2 - width / 2, 4, SIDE / 2 - width / 2 + width, 24};
    memset(image, 0, PIXELS);
    for (int y = bounds.top; y < bounds.bottom; y++) memset(image + y * SIDE + bounds.left, FULL_INK, (size_t)width);
    return bounds;
}

TEST(stroke_width_of_rings)
{
    uint8_t image[PIXELS];
    for (int stroke = 1; stroke <= 5; stroke++) {
        for (int level = 85; level <= FULL_INK; level += 85) {
            draw_ring(stroke, level, image);
            CHECK_NEAR(stroke_width(image), stroke, 0.1 * stroke);
        }
    }
    memset(image, 0, PIXELS);
    CHECK(stroke_width(image) == 0);
}

/* An edge of half ink on both sides of a pixel makes a stroke of two. */
TEST(stroke_width_of_soft_edges)
{
    uint8_t image[PIXELS];
    draw_bar(3, image);
    for (int y = 4; y < 24; y++) image[y * SIDE + 13] = image[y * SIDE + 15] = FULL_INK / 2;
    CHECK_NEAR(stroke_width(image), 2, 0.2);
}

TEST(stroke_width_within_the_range_stays)
{
    uint8_t image[PIXELS], before[PIXELS];
    for (int stroke = 2; stroke <= 4; stroke++) {
        struct box bounds = draw_ring(stroke, FULL_INK, image);
        memcpy(before, image, PIXELS);
        stroke_width_limit(&bounds, image);
        CHECK(memcmp(before, image, PIXELS) == 0);
    }
}

/* Rings keep their size, bars their height. */
TEST(stroke_width_is_limited)
{
    uint8_t image[PIXELS];
    for (int stroke = 1; stroke <= 8; stroke += 7) {
        struct box bounds = draw_ring(stroke, FULL_INK, image);
        stroke_width_limit(&bounds, image);
        double width = stroke_width(image);
        CHECK(width > thin - tolerance && width < broad + tolerance);
        CHECK(image[4 * SIDE + 14] >= FULL_INK - ROUNDING);
        CHECK_EQUAL(image[3 * SIDE + 14], 0);
        bounds = draw_bar(stroke, image);
        stroke_width_limit(&bounds, image);
        width = stroke_width(image);
        CHECK(width > thin - tolerance && width < broad + tolerance);
        CHECK(image[4 * SIDE + 14] >= FULL_INK - ROUNDING);
        CHECK_EQUAL(image[3 * SIDE + 14], 0);
    }
}
