/* Tests of fit_input.c. */
#include "test.h"

#include <string.h>

#include "ink/fit_input.h"
#include "ink/stroke_width.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, FULL_INK = 255 };

TEST(fit_input_of_nothing)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS] = {1};
    const uint8_t empty[6] = {0};
    fit_input(empty, 3, 2, 10, input);
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) CHECK_EQUAL(input[i], 0);
}

/* A bar of 40 x 10 becomes 20 x 5 around the middle; soft ink around it doesn't count for its size. */
TEST(fit_input_scales_and_centers)
{
    enum { WIDTH = 50, HEIGHT = 30, SOFT = 20 };
    uint8_t values[WIDTH * HEIGHT], input[SCRAWL_IMAGE_PIXELS];
    memset(values, SOFT - 1, sizeof values);
    for (int row = 3; row < 13; row++) memset(values + row * WIDTH + 8, 100, 40);
    fit_input(values, WIDTH, HEIGHT, SOFT, input);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            bool inside = x >= 5 && x < 23 && y >= 13 && y < 15, outside = x < 3 || x > 24 || y < 10 || y > 17;
            if (inside) CHECK_EQUAL(input[y * SIDE + x], FULL_INK);
            if (outside) CHECK_EQUAL(input[y * SIDE + x], 0);
        }
    }
}

/* Rings drawn by a very thin and a very broad pen come as rings of the usual width. */
TEST(fit_input_evens_the_pen)
{
    enum { LARGE = 200, SOFT = 10 };
    static uint8_t values[LARGE * LARGE];
    for (int stroke = 2; stroke <= 80; stroke += 78) {
        uint8_t input[SCRAWL_IMAGE_PIXELS];
        memset(values, FULL_INK, sizeof values);
        for (int y = stroke; y < LARGE - stroke; y++)
            memset(values + y * LARGE + stroke, 0, (size_t)(LARGE - 2 * stroke));
        fit_input(values, LARGE, LARGE, SOFT, input);
        double width = stroke_width(input);
        CHECK(width > 1.25 && width < 4.4);
    }
}
