/* Tests src/training/page_targets.c: which digits of a page are wanted, where, and how much. */
#include "training/page_targets.h"

#include "layers/loss.h"
#include "test.h"

enum { SIDE = 128, CELLS = SIDE / DETECTION_CELL };

struct fixture {
    struct page page;
    struct cell_target targets[CELLS * CELLS];
};

/* Targets of a page with these digits. */
static void make(struct fixture *fixture, const struct page_digit *digits, size_t count)
{
    fixture->page = (struct page){.width = SIDE, .height = SIDE, .digit_count = count};
    for (size_t i = 0; i < count; i++) fixture->page.digits[i] = digits[i];
    page_targets_make(&fixture->page, fixture->targets);
}

static const struct cell_target *at(const struct fixture *fixture, int row, int column)
{
    return &fixture->targets[row * CELLS + column];
}

static struct page_digit digit_at(float left, float top, float width, float height, int class_index)
{
    return (struct page_digit){left, top, left + width, top + height, class_index, false};
}

/* How many cells are a digit's centre, and how many say nothing of whether they are one. */
static size_t count_centres(const struct fixture *fixture)
{
    size_t count = 0;
    for (size_t i = 0; i < CELLS * CELLS; i++) count += fixture->targets[i].centre >= 1;
    return count;
}

static size_t count_open(const struct fixture *fixture)
{
    size_t count = 0;
    for (size_t i = 0; i < CELLS * CELLS; i++) count += fixture->targets[i].centre_weight == 0;
    return count;
}

TEST(page_targets_of_a_digit_are_in_its_middle)
{
    struct fixture fixture;
    const struct page_digit digit = digit_at(40, 60, 16, 24, 7); /* its middle is (48, 72), cell (12, 18) */
    make(&fixture, &digit, 1);
    const struct cell_target *middle = at(&fixture, 18, 12), *beside = at(&fixture, 18, 11),
                             *far = at(&fixture, 18, 16);
    CHECK_EQUAL(count_centres(&fixture), 1);
    CHECK_EQUAL(count_open(&fixture), 0);
    CHECK(middle->centre == 1 && middle->centre_weight == 1 && middle->digit_weight == 1);
    CHECK_EQUAL(middle->class_index, 7);
    CHECK_NEAR((double)middle->sides[0], 50 - 40, 1e-4);
    CHECK_NEAR((double)middle->sides[1], 74 - 60, 1e-4);
    CHECK_NEAR((double)middle->sides[2], 56 - 50, 1e-4);
    CHECK_NEAR((double)middle->sides[3], 84 - 74, 1e-4);
    CHECK(beside->centre > 0.3f && beside->centre < 1);
    CHECK_NEAR((double)beside->centre, (double)at(&fixture, 17, 12)->centre, 1e-5);
    CHECK(far->centre < 0.01f && far->digit_weight == 0 && far->centre_weight == 1);
}

TEST(page_targets_of_cells_near_a_centre_have_its_box_too)
{
    struct fixture fixture;
    const struct page_digit digit = digit_at(41, 61, 14, 26, 3); /* (48, 74): the border of two columns */
    make(&fixture, &digit, 1);
    const struct cell_target *middle = at(&fixture, 18, 12), *beside = at(&fixture, 18, 11);
    CHECK(middle->digit_weight == 1 && beside->digit_weight > 0.5f && beside->digit_weight < 1);
    CHECK_EQUAL(beside->class_index, 3);
    CHECK_NEAR((double)beside->sides[0], 46 - 41, 1e-4);
    CHECK_NEAR((double)beside->sides[2], 55 - 46, 1e-4);
}

TEST(page_targets_want_digits_of_one_octave_and_a_half)
{
    static const struct {
        float height;
        size_t centres;
        double weight; /* of the centre's cell */
    } sizes[] = {{7, 0, 1},  {9, 0, 0},       {10.9f, 0, 0}, {12, 1, 0.5}, {13, 1, 1},
                 {37, 1, 1}, {39.5f, 1, 0.5}, {43, 0, 0},    {57, 0, 0},   {60, 0, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fixture fixture;
        const struct page_digit digit = digit_at(61, 62 - sizes[i].height / 2, 2, sizes[i].height, 1);
        make(&fixture, &digit, 1);
        CHECK_EQUAL(count_centres(&fixture), sizes[i].centres);
        CHECK_NEAR((double)at(&fixture, 15, 15)->centre_weight, sizes[i].weight, 1e-4);
    }
}

TEST(page_targets_leave_open_what_nobody_can_say)
{
    struct fixture fixture;
    struct page_digit ignored = digit_at(40, 60, 16, 24, 5), cut_off = digit_at(-8, 60, 16, 24, 5),
                      unreadable = digit_at(40, 60, 16, 24, NO_CLASS), outside = digit_at(-14, 60, 16, 24, 5);
    ignored.ignored = true;
    make(&fixture, &ignored, 1);
    CHECK_EQUAL(count_centres(&fixture), 0);
    CHECK(at(&fixture, 18, 12)->centre_weight == 0 && at(&fixture, 18, 16)->centre_weight == 1);
    CHECK(count_open(&fixture) >= 4 && count_open(&fixture) <= 20);
    make(&fixture, &cut_off, 1);
    CHECK(count_centres(&fixture) == 0 && count_open(&fixture) > 0);
    make(&fixture, &unreadable, 1); /* must be as empty as paper */
    CHECK(count_centres(&fixture) == 0 && count_open(&fixture) == 0);
    make(&fixture, &outside, 1);
    CHECK(count_centres(&fixture) == 0 && count_open(&fixture) == 0);
}

TEST(page_targets_of_neighbours_go_to_the_nearer_one)
{
    struct fixture fixture;
    const struct page_digit digits[] = {digit_at(40, 60, 10, 20, 1), digit_at(48, 60, 10, 20, 2)};
    make(&fixture, digits, 2); /* (45, 70) and (53, 70): cells 11 and 13 */
    CHECK_EQUAL(count_centres(&fixture), 2);
    CHECK_EQUAL(at(&fixture, 17, 11)->class_index, 1);
    CHECK_EQUAL(at(&fixture, 17, 13)->class_index, 2);
    CHECK(at(&fixture, 17, 12)->centre < 1);
}

TEST(page_targets_never_leave_the_page)
{
    struct fixture fixture;
    const struct page_digit digits[] = {digit_at(-0.5f, -0.5f, 14, 20, 1), digit_at(114.5f, 108.5f, 14, 20, 2),
                                        digit_at(500, 500, 10, 20, 3), digit_at(20, 20, 0, 0, 4)};
    make(&fixture, digits, 4);
    CHECK_EQUAL(count_centres(&fixture), 2);
}
