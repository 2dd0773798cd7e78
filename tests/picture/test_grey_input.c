/* Tests of grey_input.c. */
#include "picture/grey_input.h"

#include <math.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, FULL = 255, PAPER = 200, WIDTH = 120, HEIGHT = 90 };

static uint8_t page[HEIGHT * WIDTH];

static void clear(uint8_t grey)
{
    memset(page, grey, sizeof page);
}

static void fill(int left, int top, int right, int bottom, uint8_t grey)
{
    for (int row = top; row < bottom; row++) memset(page + row * WIDTH + left, grey, (size_t)(right - left));
}

static void read_box(float left, float top, float right, float bottom, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    grey_input(page, WIDTH, HEIGHT, 0, &(struct place){left, top, right, bottom}, input);
}

static int at(const uint8_t *input, int row, int column)
{
    return input[row * SIDE + column];
}

/* A pale bar of 40 x 10 becomes 20 x 5 of full ink around the middle, whichever of the two is darker. */
TEST(grey_input_scales_centers_and_stretches)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS], inverse[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(30, 40, 70, 50, PAPER - 40);
    read_box(30, 40, 70, 50, input);
    for (int row = 0; row < SIDE; row++)
        for (int column = 0; column < SIDE; column++) {
            const bool is_inside = column >= 4 && column < 24 && row >= 12 && row < 16;
            const bool is_outside = column < 4 || column >= 24 || row < 11 || row >= 17;
            if (is_inside) CHECK_EQUAL(at(input, row, column), FULL);
            if (is_outside) CHECK_EQUAL(at(input, row, column), 0);
        }
    for (size_t i = 0; i < sizeof page; i++) page[i] = (uint8_t)(FULL - page[i]);
    grey_input(page, WIDTH, HEIGHT, FULL, &(struct place){30, 40, 70, 50}, inverse);
    CHECK(memcmp(input, inverse, sizeof input) == 0);
}

/* What lies between two limits of a row or column of pixels: how much of pixel `place` is in [from, to]. */
static double part_in(int place, double from, double to)
{
    return fmax(0, fmin(to, place + 1) - fmax(from, place));
}

/* The mean grey of an area of the page, by looking at all of its pixels. */
static double area_mean(double left, double top, double side)
{
    double sum = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            sum += page[y * WIDTH + x] * part_in(x, left, left + side) * part_in(y, top, top + side);
    return sum / (side * side);
}

/* Two pixels of the input are known to be paper and full ink, by which the others' greys can be told from ink. */
static void check_means(float left, float top, float side)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    const double step = (double)side / 20, area = fmax(step, 1);
    read_box(left, top, left + side, top + side, input);
    int compared = 0;
    for (int row = 4; row < 24; row++)
        for (int column = 4; column < 24; column++) {
            const double x = left + (column - 4 + 0.5) * step - area / 2, y = top + (row - 4 + 0.5) * step - area / 2;
            const double grey = area_mean(x, y, area);
            if (at(input, row, column) == 0 || at(input, row, column) == FULL) continue;
            CHECK_NEAR(at(input, row, column), FULL * (PAPER - grey) / PAPER, 1.01 * FULL / PAPER);
            compared++;
        }
    CHECK(compared > 50);
}

/* Pixels of random grey on paper, and a black block: the means of areas, and between pixels when a box is enlarged. */
TEST(grey_input_takes_means_of_areas)
{
    struct random random = {3};
    clear(PAPER);
    for (int row = 30; row < 60; row++)
        for (int column = 30; column < 60; column++) page[row * WIDTH + column] = (uint8_t)random_below(&random, PAPER);
    fill(36, 36, 50, 50, 0);
    check_means(20, 20, 50);
    check_means(21.3f, 19.6f, 47.7f);
    clear(PAPER);
    fill(34, 34, 37, 39, 0);
    page[33 * WIDTH + 33] = PAPER / 2;
    check_means(31.25f, 31.5f, 9);
}

/* A page of four times as many pixels gives the same. */
TEST(grey_input_is_the_same_at_any_scale)
{
    static uint8_t large[4 * HEIGHT * WIDTH];
    uint8_t input[SCRAWL_IMAGE_PIXELS], same[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(30, 20, 34, 60, 20);
    fill(34, 40, 52, 46, 90);
    for (int i = 0; i < 4 * HEIGHT * WIDTH; i++) large[i] = page[i / (2 * WIDTH) / 2 * WIDTH + i % (2 * WIDTH) / 2];
    read_box(29, 19, 53, 61, input);
    grey_input(large, 2 * WIDTH, 2 * HEIGHT, 0, &(struct place){58, 38, 106, 122}, same);
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) CHECK_NEAR(input[i], same[i], 1);
}

/* A digit's neighbours stay visible, but weaker; what sticks out of the box a little is as dark as the digit. */
TEST(grey_input_weakens_what_is_outside_of_the_box)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(50, 30, 54, 50, 0); /* the digit: 4 x 20, one pixel of the page in one of the input */
    fill(42, 30, 45, 50, 0); /* its neighbour, 5 pixels off */
    fill(48, 30, 50, 32, 0); /* a flag that the box doesn't hold */
    read_box(50, 30, 54, 50, input);
    CHECK_EQUAL(at(input, 10, 13), FULL);
    CHECK_EQUAL(at(input, 4, 11), FULL);
    CHECK_EQUAL(at(input, 10, 6), 102);
    CHECK_EQUAL(at(input, 10, 9), 0);
}

/* The strokes of the box set the contrast, not the darker ones around it. */
TEST(grey_input_stretches_the_contrast_of_the_box)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(50, 30, 54, 50, PAPER - 60);
    fill(42, 30, 45, 50, 0);
    read_box(50, 30, 54, 50, input);
    CHECK_EQUAL(at(input, 10, 13), FULL);
}

TEST(grey_input_of_paper_is_empty)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(50, 30, 54, 50, PAPER - 4);
    read_box(45, 30, 65, 50, input);
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) CHECK_EQUAL(input[i], 0);
}

/* Beyond the page there is paper, even where ink reaches its border; a box may be anywhere, and even empty. */
TEST(grey_input_reaches_beyond_the_page)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    clear(PAPER);
    fill(WIDTH - 2, HEIGHT - 12, WIDTH, HEIGHT - 2, 0);
    read_box(WIDTH - 5, HEIGHT - 15, WIDTH + 5, HEIGHT + 5, input);
    CHECK_EQUAL(at(input, 9, 12), FULL);
    CHECK_EQUAL(at(input, 9, 13), FULL);
    CHECK_EQUAL(at(input, 9, 14), 0);
    CHECK_EQUAL(at(input, 19, 13), 0);
    CHECK_EQUAL(at(input, 9, 6), 0);
    static const struct place odd[] = {
        {-90, -90, -40, -60}, {300, 300, 310, 380}, {40, 40, 40, 40}, {50, 50, 20, 20}, {-500, -500, 600, 600}};
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        memset(input, 1, sizeof input);
        grey_input(page, WIDTH, HEIGHT, 0, &odd[i], input);
        CHECK_EQUAL(at(input, 0, 0), 0);
    }
}
