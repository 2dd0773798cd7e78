/* Tests of page_rotation.c. */
#include "test.h"

#include <math.h>

#include "find/page_rotation.h"

enum { MOST = 64, HEIGHT = 60, WIDTH = 40, PAGE = 800 };

static const double degree = M_PI / 180;

/* A group whose middle is at x, y of a page that is rotated around its upper left corner. */
static struct group group_at(double x, double y, double rotation)
{
    int middle_x = (int)lround(x * cos(rotation) - y * sin(rotation)),
        middle_y = (int)lround(x * sin(rotation) + y * cos(rotation));
    struct box box = {middle_x - WIDTH / 2, middle_y - HEIGHT / 2, middle_x + WIDTH / 2, middle_y + HEIGHT / 2};
    return (struct group){.box = box};
}

/* Rows of groups that an unsteady hand wrote. */
static struct grouping write_rows(struct group *groups, int rows, int columns, double step, double line,
                                  double rotation)
{
    static const double unsteady[] = {3, -4, 0, 5, -2, -3, 1};
    struct grouping grouping = {.groups = groups, .height = HEIGHT};
    for (int i = 0; i < rows * columns; i++)
        groups[grouping.count++] =
            group_at(100 + i % columns * step, 300 + i / columns * line + unsteady[i % 7], rotation);
    return grouping;
}

static double estimate(const struct rulings *rulings, const struct grouping *grouping)
{
    double rotation = NAN;
    CHECK_EQUAL(page_rotation_estimate(rulings, grouping, &rotation), SCRAWL_OK);
    return rotation / degree;
}

TEST(page_rotation_is_that_of_lines_of_writing)
{
    struct group groups[MOST];
    const struct rulings none = {0};
    for (int degrees = -12; degrees <= 12; degrees += 4) {
        double rotation = degrees * degree;
        struct grouping one_line = write_rows(groups, 1, 8, 50, 0, rotation);
        CHECK_NEAR(estimate(&none, &one_line), degrees, 1.5);
        struct grouping page = write_rows(groups, 5, 7, 55, 90, rotation);
        CHECK_NEAR(estimate(&none, &page), degrees, 0.5);
    }
    for (int degrees = -10; degrees <= 10; degrees += 5) {
        struct grouping table = write_rows(groups, 4, 4, 3 * HEIGHT, 1.5 * HEIGHT, degrees * degree);
        CHECK_NEAR(estimate(&none, &table), degrees, 0.7);
    }
}

/* Two high groups that share a line, but lie too far from its middle to tell how it runs: the lines below it do. */
TEST(page_rotation_is_that_of_the_lines_below_strays)
{
    enum { FROM_MIDDLE = 25, MORE_HEIGHT = 20, STEP = 100 };
    struct group groups[MOST];
    const struct rulings none = {0};
    struct grouping page = write_rows(groups, 4, 7, 55, 90, 5 * degree);
    for (int i = 0; i < 2; i++) {
        struct group stray = group_at(100 + i * STEP, 140 + (i ? FROM_MIDDLE : -FROM_MIDDLE), 5 * degree);
        stray.box.top -= MORE_HEIGHT;
        stray.box.bottom += MORE_HEIGHT;
        groups[page.count++] = stray;
    }
    CHECK_NEAR(estimate(&none, &page), 5, 0.5);
}

/* With a rotation, the lines of one would go on in those of the other. */
TEST(page_rotation_is_none_for_two_level_columns_at_different_heights)
{
    struct group groups[MOST];
    const struct rulings none = {0};
    struct grouping left = write_rows(groups, 3, 3, 68, 120, 0);
    for (int i = 0; i < 9; i++) groups[9 + i] = group_at(460 + i % 3 * 68, 240 + i / 3 * 120, 0);
    left.count += 9;
    CHECK_EQUAL(estimate(&none, &left), 0);
}

TEST(page_rotation_of_four_digits_is_known_when_it_is_clear)
{
    struct group groups[MOST];
    const struct rulings none = {0};
    struct grouping clear = write_rows(groups, 1, 4, 55, 0, -8 * degree);
    CHECK_NEAR(estimate(&none, &clear), -8, 2.5);
    struct grouping unclear = write_rows(groups, 1, 4, 55, 0, 3 * degree);
    CHECK_EQUAL(estimate(&none, &unclear), 0);
}

TEST(page_rotation_is_none_where_nothing_shows_it)
{
    struct group groups[MOST];
    const struct rulings none = {0};
    struct grouping nothing = {0};
    CHECK_EQUAL(estimate(&none, &nothing), 0);
    struct grouping few = write_rows(groups, 1, 3, 55, 0, 8 * degree);
    CHECK_EQUAL(estimate(&none, &few), 0);
    struct grouping column = write_rows(groups, 7, 1, 0, 90, 8 * degree);
    CHECK_EQUAL(estimate(&none, &column), 0);
    struct grouping scattered = {.groups = groups, .height = HEIGHT};
    uint32_t state = 1;
    for (int i = 0; i < 12; i++) {
        state = state * 1664525u + 1013904223u;
        groups[scattered.count++] = group_at(state >> 16 & 511, state >> 4 & 511, 0);
    }
    CHECK_EQUAL(estimate(&none, &scattered), 0);
}

/* From x, y on, of a length, in a direction. */
static struct ruling ruling_at(double x, double y, double length, double direction)
{
    return (struct ruling){(int)lround(x), (int)lround(y), (int)lround(x + length * cos(direction)),
                           (int)lround(y + length * sin(direction))};
}

TEST(page_rotation_is_that_of_rulings_where_they_agree)
{
    struct group groups[MOST];
    struct ruling items[4];
    struct rulings rulings = {.items = items, .count = 4};
    struct grouping two = write_rows(groups, 1, 2, 55, 0, 0);
    for (int i = 0; i < 4; i++) items[i] = ruling_at(0, 100 * i, PAGE, (i == 2 ? 6 : 4) * degree);
    CHECK_NEAR(estimate(&rulings, &two), 4, 0.2);
    for (int i = 0; i < 4; i++) items[i] = ruling_at(100 * i, 0, PAGE, 85 * degree);
    CHECK_NEAR(estimate(&rulings, &two), -5, 0.2);
    for (int i = 0; i < 4; i++) items[i] = ruling_at(0, 100 * i, PAGE, 3 * i * degree);
    CHECK_EQUAL(estimate(&rulings, &two), 0);
    for (int i = 0; i < 4; i++) items[i] = ruling_at(0, 100 * i, HEIGHT, 4 * degree);
    CHECK_EQUAL(estimate(&rulings, &two), 0);
    struct grouping one = write_rows(groups, 1, 1, 55, 0, 0);
    for (int i = 0; i < 4; i++) items[i] = ruling_at(0, 100 * i, PAGE, 4 * degree);
    CHECK_EQUAL(estimate(&rulings, &one), 0);
}

TEST(rotated_back_boxes_keep_their_size)
{
    struct reading_item item = rotated_back(&(struct box){90, 190, 110, 230}, M_PI / 2);
    CHECK_NEAR(item.left, 200, 1e-3);
    CHECK_NEAR(item.right, 220, 1e-3);
    CHECK_NEAR(item.top, -120, 1e-3);
    CHECK_NEAR(item.bottom, -80, 1e-3);
}
