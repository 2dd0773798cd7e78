/* Tests of lines.c. */
#include "test.h"

#include "../src/lines.h"

enum { ROWS = 3, COLUMNS = 8 };

static struct line_item box_at(float left, float top, float height, size_t index)
{
    return (struct line_item){left, top, left + 10, top + height, -1, index};
}

/* Each line rises by more than a digit's height from end to end. */
TEST(lines_may_slant)
{
    struct line_item items[ROWS * COLUMNS];
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        size_t place = i * 7 % (ROWS * COLUMNS), row = place / COLUMNS, column = place % COLUMNS;
        items[i] = box_at((float)column * 20, (float)row * 40 - (float)column * 5, 20, place);
    }
    CHECK(lines_order(items, ROWS * COLUMNS));
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        CHECK_EQUAL(items[i].index, i);
        CHECK_EQUAL(items[i].line, i / COLUMNS);
    }
}

TEST(lines_hold_low_and_flat_boxes)
{
    struct line_item items[] = {box_at(30, 52, 0, 2), box_at(0, 40, 20, 0), box_at(15, 50, 4, 1), box_at(0, 70, 9, 3)};
    CHECK(lines_order(items, 4));
    for (size_t i = 0; i < 4; i++) {
        CHECK_EQUAL(items[i].index, i);
        CHECK_EQUAL(items[i].line, i == 3);
    }
}

TEST(lines_of_equal_boxes_keep_the_callers_order)
{
    struct line_item items[] = {box_at(5, 5, 20, 1), box_at(5, 5, 20, 0)};
    CHECK(lines_order(items, 2));
    CHECK_EQUAL(items[0].index, 0);
    CHECK_EQUAL(items[1].index, 1);
    CHECK(lines_order(NULL, 0));
}
