/* Tests of upright.c. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "ink/upright.h"

enum { SIDE = 61, BAR = 41, HALF = 3, MOST = 2 * SIDE };

/* A soft-edged upright bar through the middle that is rotated clockwise. */
static void draw_rotated_bar(double rotation, uint8_t values[SIDE * SIDE])
{
    for (int i = 0; i < SIDE * SIDE; i++) {
        double x = i % SIDE - SIDE / 2, y = i / SIDE - SIDE / 2;
        double across = fabs(x * cos(rotation) + y * sin(rotation)) - HALF,
               along = fabs(y * cos(rotation) - x * sin(rotation)) - BAR / 2;
        double ink = fmin(fmax(0.5 - fmax(across, along), 0), 1);
        values[i] = (uint8_t)lround(255 * ink);
    }
}

TEST(upright_ink_stands_straight_around_its_middle)
{
    uint8_t values[SIDE * SIDE], straight[SIDE * SIDE], upright[MOST * MOST];
    draw_rotated_bar(0, straight);
    for (int degrees = -10; degrees <= 10; degrees += 5) {
        double rotation = degrees * M_PI / 180;
        int width, height, wrong = 0;
        draw_rotated_bar(rotation, values);
        upright_size(SIDE, SIDE, rotation, &width, &height);
        CHECK(width >= SIDE && height >= SIDE && width < MOST && height < MOST);
        upright_rotate(values, SIDE, SIDE, rotation, upright);
        for (int i = 0; i < width * height; i++) {
            double x = i % width - (width - 1) / 2.0, y = i / width - (height - 1) / 2.0;
            bool inside = fabs(x) < HALF - 1 && fabs(y) < BAR / 2 - 1;
            bool outside = fabs(x) > HALF + 2 || fabs(y) > BAR / 2 + 2;
            wrong += (inside && upright[i] < 230) || (outside && upright[i] > 25);
        }
        CHECK_EQUAL(wrong, 0);
        if (degrees == 0) CHECK(memcmp(upright, straight, sizeof straight) == 0);
    }
}

TEST(upright_ink_of_one_pixel_and_of_a_narrow_area)
{
    uint8_t upright[MOST * MOST], dot = 200, row[SIDE];
    int width, height;
    memset(row, 255, sizeof row);
    upright_size(1, 1, 0.1, &width, &height);
    CHECK(width * height <= 4);
    upright_rotate(&dot, 1, 1, 0.1, upright);
    CHECK(upright[0] > 0);
    upright_size(SIDE, 1, -0.15, &width, &height);
    CHECK(width * height <= MOST * MOST);
    upright_rotate(row, SIDE, 1, -0.15, upright);
    long sum = 0;
    for (int i = 0; i < width * height; i++) sum += upright[i];
    CHECK_NEAR(sum / 255.0, SIDE, 3);
}
