/* Tests of reading_order.c. */
#include "test.h"

#include "find/reading_order.h"

enum { ROWS = 3, COLUMNS = 8 };

static struct reading_item box_at(float left, float top, float height, size_t index)
{
    return (struct reading_item){left, top, left + 10, top + height, -1, index};
}

/* Each line rises by more than a digit's height from end to end. */
TEST(lines_may_slant)
{
    struct reading_item items[ROWS * COLUMNS];
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        size_t place = i * 7 % (ROWS * COLUMNS), row = place / COLUMNS, column = place % COLUMNS;
        items[i] = box_at((float)column * 20, (float)row * 40 - (float)column * 5, 20, place);
    }
    CHECK_EQUAL(reading_order_sort(items, ROWS * COLUMNS), SCRAWL_OK);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        CHECK_EQUAL(items[i].index, i);
        CHECK_EQUAL(items[i].line, i / COLUMNS);
    }
}

TEST(lines_hold_low_and_flat_boxes)
{
    struct reading_item items[] = {box_at(30, 52, 0, 2), box_at(0, 40, 20, 0), box_at(15, 50, 4, 1),
                                   box_at(0, 70, 9, 3)};
    CHECK_EQUAL(reading_order_sort(items, 4), SCRAWL_OK);
    for (size_t i = 0; i < 4; i++) {
        CHECK_EQUAL(items[i].index, i);
        CHECK_EQUAL(items[i].line, i == 3);
    }
}

TEST(lines_of_equal_boxes_keep_the_callers_order)
{
    struct reading_item items[] = {box_at(5, 5, 20, 1), box_at(5, 5, 20, 0)};
    CHECK_EQUAL(reading_order_sort(items, 2), SCRAWL_OK);
    CHECK_EQUAL(items[0].index, 0);
    CHECK_EQUAL(items[1].index, 1);
    CHECK_EQUAL(reading_order_sort(NULL, 0), SCRAWL_OK);
}

/* Adds lines of `columns` boxes of 20, and numbers them in the order in which they shall be read. */
static size_t add_block(struct reading_item *items, size_t count, float left, float top, float distance, size_t lines,
                        size_t columns)
{
    static const float unsteady[] = {1, -2, 2, -1, 0};
    for (size_t i = 0; i < lines * columns; i++, count++)
        items[count] = box_at(left + (float)(i % columns) * 14, top + (float)(i / columns) * distance + unsteady[i % 5],
                              20, count);
    return count;
}

/* The number of lines; 0 when the order isn't that of the numbers. Items are given in another one. */
static int lines_in_order(struct reading_item *items, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct reading_item item = items[i];
        items[i] = items[count - 1 - i];
        items[count - 1 - i] = item;
    }
    if (!CHECK_EQUAL(reading_order_sort(items, count), SCRAWL_OK)) return 0;
    for (size_t i = 0; i < count; i++)
        if (items[i].index != i || (i > 0 && items[i].line < items[i - 1].line)) return 0;
    return items[count - 1].line + 1;
}

TEST(columns_whose_lines_are_not_aligned_are_read_one_after_the_other)
{
    struct reading_item items[100];
    size_t count = add_block(items, 0, 0, 0, 28, 5, 4);
    count = add_block(items, count, 100, 14, 28, 4, 3); /* between the lines beside */
    count = add_block(items, count, 200, 0, 37, 4, 3);  /* further apart */
    CHECK_EQUAL(lines_in_order(items, count), 13);
    count = add_block(items, 0, 0, 0, 60, 4, 4); /* wide apart, and below */
    count = add_block(items, count, 100, 90, 60, 4, 3);
    CHECK_EQUAL(lines_in_order(items, count), 8);
}

TEST(rows_of_a_table_are_read_across)
{
    enum { TABLE_COLUMNS = 4 };
    struct reading_item items[100];
    size_t count = 0;
    for (size_t row = 0; row < 5; row++) {
        for (size_t column = 0; column < TABLE_COLUMNS; column++) {
            if (row % TABLE_COLUMNS == column) continue; /* an empty cell */
            count = add_block(items, count, (float)column * 80, (float)row * 32 + (float)column, 0, 1, 2);
        }
    }
    CHECK_EQUAL(lines_in_order(items, count), 5);
}

/* What is left of a ruling between two of its lines, and rows that are not level.
 */
TEST(rows_of_a_table_may_be_unsteady)
{
    enum { TABLE_ROWS = 6 };
    struct reading_item items[100];
    for (int askew = 0; askew <= 1; askew++) {
        size_t count = 0;
        for (size_t row = 0; row < TABLE_ROWS; row++) {
            const float top = (float)row * 40, slant = askew ? 8.5f : 6;
            count = add_block(items, count, 0, top, 0, 1, 2);
            count = add_block(items, count, 124, top + slant, 0, 1, 2);
            if (row > 0 || askew) continue;
            items[count] = box_at(0, top + 24, 10, count);
            count++;
        }
        CHECK_EQUAL(lines_in_order(items, count), askew ? TABLE_ROWS : TABLE_ROWS + 1);
    }
}

/* One line beside several, two lines below others: nothing tells columns. */
TEST(few_lines_beside_each_other_are_read_from_the_top)
{
    struct reading_item items[100];
    size_t count = add_block(items, 0, 0, 0, 0, 1, 4);
    count = add_block(items, count, 200, 15, 0, 1, 2);
    count = add_block(items, count, 0, 30, 30, 2, 4);
    CHECK_EQUAL(lines_in_order(items, count), 4);
    count = add_block(items, 0, 0, 0, 30, 2, 4);
    count = add_block(items, count, 200, 75, 30, 2, 4);
    CHECK_EQUAL(lines_in_order(items, count), 4);
}
