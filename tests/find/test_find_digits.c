/* Tests of find_digits.c with the stages below it, on drawn shapes. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"
#include "find/find_digits.h"
#include "find/found_digits.h"
#include "ink/components.h"

enum { PAPER = 230, PEN = 40, CENTER = SCRAWL_IMAGE_SIDE / 2, INPUT_BOX = 20 };

static void draw_one(struct picture *picture, int x, int y, int height, int level)
{
    fill_box(picture, x, y, 5, height, level);
}

static void invert(struct picture *picture)
{
    for (int i = 0; i < picture->width * picture->height; i++) picture->grey[i] = (uint8_t)(255 - picture->grey[i]);
}

/* Small differences without a pattern, always the same. */
static void add_noise(struct picture *picture, int amplitude)
{
    uint32_t state = 1;
    for (int i = 0; i < picture->width * picture->height; i++) {
        state = state * 1664525u + 1013904223u;
        int value = picture->grey[i] + (int)(state >> 16) % (2 * amplitude + 1) - amplitude;
        picture->grey[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

/* Every group as a whole. Frees the picture. */
static struct found_digits find(struct picture picture, bool single)
{
    struct finding finding = {0};
    CHECK_EQUAL(find_digits(&picture, single, &finding), SCRAWL_OK);
    struct found_digits found = {calloc(finding.grouping.count + 1, sizeof *found.digits), 0};
    for (size_t i = 0; i < finding.window_count; i++) {
        const struct window *window = &finding.windows[i];
        if (!window_is_group(window)) continue;
        struct found_digit *digit = &found.digits[found.count++];
        struct box box = finding_box(&finding, window);
        *digit = (struct found_digit){.x = box.left, .y = box.top, .width = box_width(&box)};
        digit->height = box_height(&box);
        digit->line = window->line;
        CHECK_EQUAL(finding_input(&finding, window, digit->input), SCRAWL_OK);
    }
    CHECK_EQUAL(found.count, finding.grouping.count);
    finding_free(&finding);
    picture_free(&picture);
    return found;
}

static void check_count(struct picture picture, size_t count)
{
    struct found_digits found = find(picture, false);
    CHECK_EQUAL(found.count, count);
    found_digits_free(&found);
}

static void check_box(const struct found_digit *digit, int x, int y, int width, int height)
{
    CHECK_EQUAL(digit->x, x);
    CHECK_EQUAL(digit->y, y);
    CHECK_EQUAL(digit->width, width);
    CHECK_EQUAL(digit->height, height);
}

/* The bounds of an input's pixels above 0. */
static struct box input_bounds(const uint8_t *input)
{
    struct box box = {SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE, 0, 0};
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        int x = i % SCRAWL_IMAGE_SIDE, y = i / SCRAWL_IMAGE_SIDE;
        if (!input[i]) continue;
        if (x < box.left) box.left = x;
        if (x >= box.right) box.right = x + 1;
        if (y < box.top) box.top = y;
        box.bottom = y + 1;
    }
    return box;
}

static void check_centered(const uint8_t *input)
{
    double mass = 0, x = 0, y = 0;
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        mass += input[i];
        x += input[i] * (i % SCRAWL_IMAGE_SIDE);
        y += input[i] * (i / SCRAWL_IMAGE_SIDE);
    }
    CHECK(mass > 0);
    CHECK_NEAR(x / mass, CENTER, 0.51);
    CHECK_NEAR(y / mass, CENTER, 0.51);
}

/* ---- Polarity, paper and ink ---- */

static struct picture zero_on_paper(void)
{
    struct picture picture = blank_picture(100, 90, PAPER);
    draw_zero(&picture, 30, 20, 24, 40, 5, PEN);
    return picture;
}

TEST(find_dark_on_light_and_light_on_dark)
{
    struct picture light = zero_on_paper(), dark = zero_on_paper();
    invert(&dark);
    struct found_digits first = find(light, false), second = find(dark, false);
    if (CHECK_EQUAL(first.count, 1) & CHECK_EQUAL(second.count, 1)) {
        check_box(&first.digits[0], 30, 20, 24, 40);
        check_box(&second.digits[0], 30, 20, 24, 40);
        CHECK(memcmp(first.digits[0].input, second.digits[0].input, SCRAWL_IMAGE_PIXELS) == 0);
    }
    found_digits_free(&first);
    found_digits_free(&second);
}

TEST(find_digit_from_border_to_border)
{
    for (int light = 0; light <= 1; light++) {
        struct picture picture = blank_picture(28, 28, 255);
        fill_box(&picture, 12, 0, 4, 28, 0);
        fill_box(&picture, 8, 4, 4, 4, 0);
        if (light) invert(&picture);
        struct found_digits found = find(picture, false);
        if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 8, 0, 8, 28);
        found_digits_free(&found);
    }
}

TEST(find_nothing_on_blank_paper)
{
    check_count(blank_picture(100, 80, 255), 0);
    check_count(blank_picture(100, 80, 0), 0);
    check_count(blank_picture(1, 1, 128), 0);
    check_count(blank_picture(1000, 1, 90), 0);
    struct found_digits single = find(blank_picture(50, 50, 200), true);
    CHECK_EQUAL(single.count, 0);
    found_digits_free(&single);
}

TEST(find_nothing_in_noise)
{
    for (int amplitude = 1; amplitude <= 40; amplitude += 13) {
        struct picture picture = blank_picture(300, 200, 180);
        add_noise(&picture, amplitude);
        check_count(picture, 0);
    }
}

TEST(find_digit_in_noise)
{
    struct picture picture = zero_on_paper();
    add_noise(&picture, 12);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 30, 20, 24, 40);
    found_digits_free(&found);
}

TEST(find_faint_digit)
{
    struct picture picture = blank_picture(100, 90, 250);
    draw_zero(&picture, 30, 20, 24, 40, 5, 230);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) CHECK(memchr(found.digits[0].input, 255, SCRAWL_IMAGE_PIXELS) != NULL);
    found_digits_free(&found);
}

/* Light from 250 on the left to 100 on the right; the pen is 60 darker than its paper, so no single level fits. */
TEST(find_digits_on_shaded_paper)
{
    struct picture picture = blank_picture(300, 120, 0);
    draw_zero(&picture, 20, 30, 30, 50, 6, 60);
    draw_zero(&picture, 130, 30, 30, 50, 6, 60);
    draw_zero(&picture, 240, 30, 30, 50, 6, 60);
    for (int i = 0; i < 300 * 120; i++) picture.grey[i] = (uint8_t)(250 - i % 300 / 2 - picture.grey[i]);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 3)) {
        for (int i = 0; i < 3; i++) check_box(&found.digits[i], 20 + 110 * i, 30, 30, 50);
    }
    found_digits_free(&found);
}

/* ---- Which pieces are a digit ---- */

TEST(find_two_lines_in_reading_order)
{
    struct picture picture = blank_picture(300, 220, PAPER);
    const int boxes[5][4] = {
        {40, 22, 30, 50}, {120, 30, 5, 46}, {200, 18, 34, 52}, {20, 120, 30, 55}, {150, 128, 28, 45}};
    for (int i = 4; i >= 0; i--) {
        if (boxes[i][2] == 5)
            draw_one(&picture, boxes[i][0], boxes[i][1], boxes[i][3], PEN);
        else
            draw_zero(&picture, boxes[i][0], boxes[i][1], boxes[i][2], boxes[i][3], 6, PEN);
    }
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 5)) {
        for (int i = 0; i < 5; i++) {
            check_box(&found.digits[i], boxes[i][0], boxes[i][1], boxes[i][2], boxes[i][3]);
            CHECK_EQUAL(found.digits[i].line, i < 3 ? 0 : 1);
        }
    }
    found_digits_free(&found);
}

TEST(find_slanting_lines)
{
    struct picture picture = blank_picture(500, 260, PAPER);
    for (int i = 0; i < 6; i++) {
        draw_zero(&picture, 20 + 80 * i, 10 + 18 * i, 25, 40, 6, PEN);
        draw_zero(&picture, 20 + 80 * i, 100 + 18 * i, 25, 40, 6, PEN);
    }
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 12)) {
        for (int i = 0; i < 12; i++) {
            CHECK_EQUAL(found.digits[i].line, i / 6);
            CHECK_EQUAL(found.digits[i].x, 20 + 80 * (i % 6));
        }
    }
    found_digits_free(&found);
}

/* The body of a 5 and its bar, which does not touch it. */
static void draw_five(struct picture *picture, int x, int y)
{
    fill_box(picture, x, y + 8, 6, 18, PEN);
    fill_box(picture, x, y + 26, 30, 6, PEN);
    fill_box(picture, x + 24, y + 26, 6, 24, PEN);
    fill_box(picture, x, y + 46, 30, 6, PEN);
    fill_box(picture, x + 10, y, 26, 5, PEN);
}

TEST(find_five_with_a_loose_bar)
{
    struct picture picture = blank_picture(200, 100, PAPER);
    draw_five(&picture, 30, 20);
    draw_zero(&picture, 110, 22, 30, 50, 6, PEN);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 2)) {
        check_box(&found.digits[0], 30, 20, 36, 52);
        check_box(&found.digits[1], 110, 22, 30, 50);
        CHECK(found.digits[0].input[4 * SCRAWL_IMAGE_SIDE + 15] > 0); /* the bar is in the input */
    }
    found_digits_free(&found);
}

TEST(find_digit_whose_halves_came_apart)
{
    struct picture picture = blank_picture(100, 100, PAPER);
    draw_zero(&picture, 30, 20, 24, 25, 5, PEN);
    draw_zero(&picture, 28, 47, 28, 27, 5, PEN);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 28, 20, 28, 54);
    found_digits_free(&found);
}

/* Two groups, but also one window for both: a 1 whose stroke broke. */
TEST(find_window_of_a_broken_bar)
{
    struct picture picture = blank_picture(100, 100, PAPER);
    struct finding finding = {0};
    fill_box(&picture, 48, 20, 6, 30, PEN);
    fill_box(&picture, 48, 54, 6, 26, PEN);
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    CHECK_EQUAL(finding.grouping.count, 2);
    size_t joined = 0;
    for (size_t i = 0; i < finding.window_count; i++) {
        const struct box *box = &finding.windows[i].box;
        joined += finding.windows[i].group_count == 2 && box->top == 20 && box->bottom == 80;
    }
    CHECK_EQUAL(joined, 1);
    finding_free(&finding);
    picture_free(&picture);
}

/* A blot that is broader than half of a small picture is ink all over. */
TEST(find_a_blot_in_a_small_picture)
{
    struct picture picture = blank_picture(28, 28, PAPER);
    fill_box(&picture, 6, 4, 16, 20, PEN);
    struct finding finding = {0};
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    CHECK_EQUAL(finding.grouping.count, 1);
    int missing = 0;
    for (int i = 0; i < 28 * 28; i++)
        missing += picture.grey[i] == PEN && finding.ink.values[i] < finding.ink.threshold;
    CHECK_EQUAL(missing, 0);
    finding_free(&finding);
    picture_free(&picture);
}

TEST(find_leaves_specks_out)
{
    struct picture picture = zero_on_paper();
    fill_box(&picture, 80, 70, 3, 3, PEN);
    fill_box(&picture, 5, 5, 2, 2, PEN);
    struct picture same = zero_on_paper();
    memcpy(same.grey, picture.grey, 100 * 90);
    for (int single = 0; single <= 1; single++) {
        struct found_digits found = find(single ? picture : same, single);
        if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 30, 20, 24, 40);
        found_digits_free(&found);
    }
}

TEST(find_leaves_cut_off_neighbours_out)
{
    struct picture picture = zero_on_paper();
    fill_box(&picture, 92, 0, 8, 12, PEN);
    fill_box(&picture, 0, 30, 4, 20, PEN);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 30, 20, 24, 40);
    found_digits_free(&found);
}

TEST(find_leaves_a_frame_out)
{
    struct picture picture = zero_on_paper();
    draw_zero(&picture, 0, 0, 100, 90, 2, PEN);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 30, 20, 24, 40);
    found_digits_free(&found);
}

TEST(find_single_takes_everything_near)
{
    struct picture picture = blank_picture(120, 100, PAPER);
    draw_zero(&picture, 20, 20, 24, 50, 5, PEN);
    draw_one(&picture, 52, 20, 50, PEN);
    struct picture same = blank_picture(120, 100, PAPER);
    memcpy(same.grey, picture.grey, 120 * 100);
    check_count(same, 2);
    struct found_digits found = find(picture, true);
    if (CHECK_EQUAL(found.count, 1)) check_box(&found.digits[0], 20, 20, 37, 50);
    found_digits_free(&found);
}

/* ---- The input ---- */

TEST(find_input_is_centered_and_keeps_its_aspect)
{
    for (int width = 10; width <= 90; width += 20) {
        struct picture picture = blank_picture(200, 150, PAPER);
        draw_zero(&picture, 60, 40, width, 50, 6, PEN);
        fill_box(&picture, 60, 40, width / 2, 25, PEN);
        struct found_digits found = find(picture, false);
        if (CHECK_EQUAL(found.count, 1)) {
            struct box box = input_bounds(found.digits[0].input);
            int longer = width > 50 ? width : 50;
            check_centered(found.digits[0].input);
            CHECK_EQUAL(box.right - box.left, (int)(INPUT_BOX * (double)width / longer + 0.5));
            CHECK_EQUAL(box.bottom - box.top, (int)(INPUT_BOX * 50.0 / longer + 0.5));
        }
        found_digits_free(&found);
    }
}

TEST(find_thin_strokes_do_not_fade)
{
    struct picture picture = blank_picture(900, 1000, PAPER);
    draw_zero(&picture, 200, 100, 500, 800, 8, PEN);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) {
        int full = 0;
        for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) full += found.digits[0].input[i] > 200;
        CHECK(full >= 50);
    }
    found_digits_free(&found);
}

TEST(find_input_holds_no_neighbour)
{
    struct picture picture = blank_picture(200, 100, PAPER);
    draw_zero(&picture, 20, 20, 40, 50, 6, PEN);
    struct picture together = blank_picture(200, 100, PAPER);
    draw_zero(&together, 20, 20, 40, 50, 6, PEN);
    draw_zero(&together, 61, 20, 40, 50, 6, PEN);
    struct found_digits alone = find(picture, false), both = find(together, false);
    if (CHECK_EQUAL(alone.count, 1) & CHECK_EQUAL(both.count, 2)) {
        CHECK(memcmp(alone.digits[0].input, both.digits[0].input, SCRAWL_IMAGE_PIXELS) == 0);
    }
    found_digits_free(&alone);
    found_digits_free(&both);
}

/* A soft ring of the size and place that MNIST's digits have. */
static void draw_mnist_like(uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        double x = i % SCRAWL_IMAGE_SIDE - 14.0, y = (i / SCRAWL_IMAGE_SIDE - 13.5) * 0.85;
        double value = 255 * (2.2 - fabs(hypot(x, y) - 6.3));
        image[i] = (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
    }
}

TEST(find_leaves_an_mnist_image_as_it_is)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    draw_mnist_like(image);
    struct picture picture = blank_picture(SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE, 0);
    memcpy(picture.grey, image, sizeof image);
    struct found_digits found = find(picture, false);
    if (CHECK_EQUAL(found.count, 1)) {
        double difference = 0, best = INFINITY;
        for (int shift = -1; shift <= 1; shift++) {
            difference = 0;
            for (int i = SCRAWL_IMAGE_SIDE; i < SCRAWL_IMAGE_PIXELS - SCRAWL_IMAGE_SIDE; i++) {
                difference += abs(found.digits[0].input[i] - image[i + shift * SCRAWL_IMAGE_SIDE]);
            }
            if (difference < best) best = difference;
        }
        CHECK_NEAR(best / SCRAWL_IMAGE_PIXELS, 0, 3);
        check_centered(found.digits[0].input);
    }
    found_digits_free(&found);
}

/* ---- Large and hostile pictures ---- */

TEST(find_in_a_checkerboard)
{
    struct picture picture = blank_picture(1000, 1000, 255);
    for (int i = 0; i < 1000 * 1000; i++) picture.grey[i] = (i % 1000 / 3 + i / 1000 / 3) % 2 ? 0 : 255;
    struct found_digits found = find(picture, false);
    CHECK(found.count <= 2048);
    found_digits_free(&found);
}

/* More equal bars than there may be pieces: as many as there may be are read, from the top. */
TEST(find_more_equal_bars_than_pieces)
{
    enum { SIDE = 50, CELL = 30, BAR_WIDTH = 4, BAR_HEIGHT = 16, MOST = 2048 };
    struct found_digits found[2];
    for (int round = 0; round < 2; round++) {
        struct picture picture = blank_picture(SIDE * CELL, SIDE * CELL, PAPER);
        for (int i = 0; i < SIDE * SIDE; i++) {
            fill_box(&picture, i % SIDE * CELL + 13, i / SIDE * CELL + 7, BAR_WIDTH, BAR_HEIGHT, PEN);
        }
        found[round] = find(picture, false);
        if (!CHECK_EQUAL(found[round].count, MOST)) return;
        for (int i = 0; i < MOST; i++) {
            check_box(&found[round].digits[i], i % SIDE * CELL + 13, i / SIDE * CELL + 7, BAR_WIDTH, BAR_HEIGHT);
        }
    }
    CHECK(memcmp(found[0].digits, found[1].digits, MOST * sizeof *found[0].digits) == 0);
    for (int round = 0; round < 2; round++) found_digits_free(&found[round]);
}

/* The larger ones come before all of the ties. */
TEST(find_large_digits_among_many_equal_specks)
{
    enum { SIDE = 60, CELL = 12 };
    struct picture picture = blank_picture(SIDE * CELL, SIDE * CELL + 100, PAPER);
    for (int i = 0; i < SIDE * SIDE; i++) fill_box(&picture, i % SIDE * CELL + 4, i / SIDE * CELL + 4, 3, 3, PEN);
    draw_zero(&picture, 300, SIDE * CELL + 20, 40, 60, 8, PEN);
    struct found_digits found = find(picture, false);
    bool is_there = false;
    for (size_t i = 0; i < found.count; i++) is_there = is_there || found.digits[i].height == 60;
    CHECK(is_there);
    found_digits_free(&found);
}

TEST(find_in_nested_corners)
{
    struct picture picture = blank_picture(1200, 1200, 255);
    for (int i = 0; i + 8 < 1200; i += 6) {
        fill_box(&picture, i, i, 2, 1200 - i, 0);
        fill_box(&picture, i, i, 1200 - i, 2, 0);
    }
    struct found_digits found = find(picture, false);
    CHECK(found.count <= 200);
    found_digits_free(&found);
}

TEST(specks_of_noise_are_no_digits)
{
    struct picture picture = blank_picture(300, 200, PAPER);
    for (int i = 0; i < 40; i++) fill_box(&picture, 7 + i % 8 * 36, 9 + i / 8 * 38, 2 + i % 3, 4 - i % 2, PEN);
    check_count(picture, 0);
}

TEST(an_empty_squared_sheet_holds_nothing)
{
    struct picture picture = blank_picture(400, 300, PAPER);
    for (int x = 40; x < 400; x += 40) fill_box(&picture, x, 0, 2, 300, 150);
    for (int y = 40; y < 300; y += 40) fill_box(&picture, 0, y, 400, 2, 150);
    check_count(picture, 0);
}

/* Bars that stand upright on a page that is rotated. */
TEST(inputs_of_a_rotated_page_are_upright)
{
    enum { DIGITS = 6, STEP = 80 };
    double rotation = -8 * M_PI / 180;
    struct picture picture = blank_picture(620, 300, PAPER);
    for (int i = 0; i < 620 * 300; i++) {
        double x = i % 620 - 60, y = i / 620 - 190;
        double across = x * cos(rotation) + y * sin(rotation), down = y * cos(rotation) - x * sin(rotation);
        int digit = (int)floor(across / STEP);
        if (digit >= 0 && digit < DIGITS && across - digit * STEP < 8 && down >= 0 && down < 80) picture.grey[i] = PEN;
    }
    struct found_digits found = find(picture, false);
    CHECK_EQUAL(found.count, DIGITS);
    for (size_t i = 0; i < found.count; i++) {
        int columns = 0;
        for (int x = 0; x < SCRAWL_IMAGE_SIDE; x++) {
            int ink = 0;
            for (int y = 0; y < SCRAWL_IMAGE_SIDE; y++) ink += found.digits[i].input[y * SCRAWL_IMAGE_SIDE + x] > 128;
            columns += ink > 0;
        }
        CHECK(columns <= 3); /* slanting by 8 degrees it would take five */
        CHECK_EQUAL(found.digits[i].line, 0);
        if (i > 0) CHECK(found.digits[i].y < found.digits[i - 1].y);
    }
    found_digits_free(&found);
}
