/* Strokes as inputs: the exact ink of a line, and where it lies. */
#include <math.h>
#include <string.h>

#include "ink/strokes.h"
#include "test.h"

enum { SIDE = SCRAWL_IMAGE_SIDE };

static const struct pen_point cross_points[] = {{0, 0, 1}, {100, 100, 1}, {100, 0, 1}, {0, 100, 1}};
static const struct pen_stroke cross[] = {{cross_points, 2}, {cross_points + 2, 2}};

/* The first and last row or column that holds ink. */
static void ink_range(const uint8_t *input, bool rows, int *first, int *last)
{
    *first = SIDE, *last = -1;
    for (int i = 0; i < SIDE * SIDE; i++) {
        const int place = rows ? i / SIDE : i % SIDE;
        if (input[i] == 0) continue;
        if (place < *first) *first = place;
        if (place > *last) *last = place;
    }
}

TEST(strokes_ink_is_the_distance_from_the_line)
{
    float canvas[SCRAWL_IMAGE_PIXELS] = {0};
    const struct pen_point points[] = {{4.5f, 10.25f, 1.5f}, {20.5f, 10.25f, 1.5f}};
    strokes_draw(&(struct pen_stroke){points, 2}, canvas);
    /* Middles of rows 8 .. 12 are 1.75, 0.75, 0.25, 1.25 and 2.25 pixels from the line. */
    static const float expected[] = {0, 0.25f, 1, 1, 0.75f, 0, 0};
    for (int row = 0; row < 7; row++) CHECK_NEAR(canvas[(row + 7) * SIDE + 12], expected[row], 1e-5);
    CHECK_NEAR(canvas[10 * SIDE + 3], 0.9692, 1e-3); /* 1 pixel left of its round end */
    CHECK_NEAR(canvas[10 * SIDE + 2], 0, 0);
}

TEST(strokes_radius_runs_from_end_to_end)
{
    float canvas[SCRAWL_IMAGE_PIXELS] = {0};
    const struct pen_point points[] = {{4.5f, 14.5f, 1}, {24.5f, 14.5f, 3}};
    strokes_draw(&(struct pen_stroke){points, 2}, canvas);
    CHECK_NEAR(canvas[16 * SIDE + 9], 0, 1e-5);     /* radius 1.5 at column 9 */
    CHECK_NEAR(canvas[16 * SIDE + 14], 0.5f, 1e-5); /* 2 in the middle */
    CHECK_NEAR(canvas[16 * SIDE + 19], 1, 1e-5);    /* 2.5 */
}

TEST(strokes_fill_the_box_and_lie_in_the_middle)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    int first, last;
    strokes_render(cross, 2, input);
    for (int rows = 0; rows <= 1; rows++) {
        ink_range(input, rows, &first, &last);
        CHECK_EQUAL(first, 4);
        CHECK_EQUAL(last, 23);
    }
}

TEST(strokes_lie_with_their_mass_in_the_middle)
{
    /* A 7 has most of its ink above its middle. */
    const struct pen_point points[] = {{0, 0, 1}, {60, 0, 1}, {60, 1, 1}, {0, 1, 1}, {60, 2, 1}, {30, 100, 1}};
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    strokes_render(&(struct pen_stroke){points, 6}, 1, input);
    int first, last;
    ink_range(input, true, &first, &last);
    CHECK_EQUAL(last - first, 19);
    CHECK(first > 4);
}

TEST(strokes_know_no_unit)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS], other[SCRAWL_IMAGE_PIXELS];
    static const float scales[] = {0.0078125f, 4, 65536};
    strokes_render(cross, 2, input);
    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        struct pen_point points[4];
        for (int j = 0; j < 4; j++)
            points[j] =
                (struct pen_point){(cross_points[j].x - 50) * scales[i], (cross_points[j].y + 64) * scales[i], 1};
        const struct pen_stroke strokes[] = {{points, 2}, {points + 2, 2}};
        strokes_render(strokes, 2, other);
        CHECK(memcmp(input, other, sizeof input) == 0);
    }
}

TEST(strokes_of_many_points_are_those_of_few)
{
    enum { POINTS = 5000 };
    static struct pen_point points[POINTS];
    uint8_t input[SCRAWL_IMAGE_PIXELS], other[SCRAWL_IMAGE_PIXELS];
    for (int i = 0; i < POINTS; i++) {
        const float place = (float)i / (POINTS - 1) * 100;
        points[i] = (struct pen_point){place, place, 1};
    }
    const struct pen_stroke many[] = {{points, POINTS}, {cross_points + 2, 2}};
    strokes_render(cross, 2, input);
    strokes_render(many, 2, other);
    for (int i = 0; i < SIDE * SIDE; i++) CHECK_NEAR(other[i], input[i], 1);
}

TEST(strokes_may_be_a_dot_or_nothing)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    const struct pen_point dot = {1e7f, -1e7f, 2};
    int first, last;
    strokes_render(&(struct pen_stroke){&dot, 1}, 1, input);
    ink_range(input, true, &first, &last);
    CHECK_EQUAL(first, 12);
    CHECK_EQUAL(last, 15);
    const struct pen_point still[] = {dot, dot, dot};
    uint8_t same[SCRAWL_IMAGE_PIXELS];
    strokes_render(&(struct pen_stroke){still, 3}, 1, same);
    CHECK(memcmp(input, same, sizeof input) == 0);
    strokes_render(&(struct pen_stroke){NULL, 0}, 1, input);
    ink_range(input, true, &first, &last);
    CHECK_EQUAL(last, -1);
}

TEST(strokes_stay_inside_with_the_widest_pen)
{
    float canvas[SCRAWL_IMAGE_PIXELS] = {0};
    const struct pen_point points[] = {{-28, -28, STROKES_MOST_RADIUS}, {56, 56, STROKES_MOST_RADIUS}};
    strokes_draw(&(struct pen_stroke){points, 2}, canvas); /* the sanitizers watch the borders */
    CHECK_NEAR(canvas[0], 1, 0);
    CHECK_NEAR(canvas[SCRAWL_IMAGE_PIXELS - 1], 1, 0);
}
