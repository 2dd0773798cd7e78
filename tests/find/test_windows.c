/* Tests of windows.c: which ink belongs to a box, on drawn pages. Windows of groups and cuts: test_cuts.c. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "drawing.h"
#include "find/find_digits.h"

enum { WIDTH = 400, HEIGHT = 200, PAPER = 230, PEN = 40, STROKE = 6 };

/* Frees the picture. */
static struct finding find(struct picture picture, uint32_t rules_off)
{
    struct finding finding = {.rules_off = rules_off};
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    picture_free(&picture);
    return finding;
}

static struct picture page_of_zeros(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 4; i++) draw_zero(&page, 30 + 90 * i, 60, 40, 70, STROKE, PEN);
    return page;
}

static struct window window_from(struct finding *finding, struct box box, uint32_t rules)
{
    struct window window = {0};
    CHECK_EQUAL(finding_window_from_box(finding, &box, rules, &window), SCRAWL_OK);
    CHECK_EQUAL(window.left_cut, -1);
    CHECK_EQUAL(window.right_cut, -1);
    CHECK_EQUAL(window.group_count, 0);
    CHECK(!window_is_group(&window));
    CHECK(window.first_member + window.member_count <= finding->grouping.member_count);
    return window;
}

static void check_box(const struct box *box, struct box expected)
{
    CHECK_EQUAL(box->left, expected.left);
    CHECK_EQUAL(box->top, expected.top);
    CHECK_EQUAL(box->right, expected.right);
    CHECK_EQUAL(box->bottom, expected.bottom);
}

static size_t ink_of_input(const struct finding *finding, const struct window *window)
{
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    size_t sum = 0;
    CHECK_EQUAL(finding_input(finding, window, input), SCRAWL_OK);
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) sum += input[i];
    return sum;
}

/* A box that is a little too small, or cuts a neighbour, holds the digit whole and alone, as its group does. */
TEST(windows_of_a_box_hold_what_is_mostly_inside)
{
    static const struct box boxes[] = {{33, 63, 67, 127}, {25, 55, 75, 135}, {28, 58, 122, 132}};
    struct finding finding = find(page_of_zeros(), 0);
    const struct window *group = NULL;
    for (size_t i = 0; i < finding.window_count && !group; i++)
        if (window_is_group(&finding.windows[i])) group = &finding.windows[i];
    for (size_t i = 0; group && i < 3; i++) {
        uint8_t expected[SCRAWL_IMAGE_PIXELS], input[SCRAWL_IMAGE_PIXELS];
        struct window window = window_from(&finding, boxes[i], 0);
        CHECK_EQUAL(window.member_count, 1);
        CHECK_EQUAL(finding.grouping.members[window.first_member], finding.grouping.members[group->first_member]);
        CHECK_EQUAL(window.prior, 0);
        CHECK_EQUAL(window.line, 0);
        check_box(&window.box, (struct box){30, 60, 70, 130});
        CHECK_EQUAL(finding_input(&finding, group, expected), SCRAWL_OK);
        CHECK_EQUAL(finding_input(&finding, &window, input), SCRAWL_OK);
        CHECK(memcmp(input, expected, SCRAWL_IMAGE_PIXELS) == 0);
    }
    CHECK(group);
    finding_free(&finding);
}

TEST(windows_of_a_box_without_ink_are_empty)
{
    struct finding finding = find(page_of_zeros(), 0);
    struct window window = window_from(&finding, (struct box){0, 0, 400, 50}, every_rule);
    CHECK_EQUAL(window.member_count, 0);
    CHECK_EQUAL(box_width(&window.box), 0);
    finding_free(&finding);
}

/* Four zeros that a bar joins: of the component as much as lies in the box is the second zero. */
TEST(windows_of_a_box_cut_what_reaches_far_beyond_it)
{
    struct picture page = page_of_zeros();
    fill_box(&page, 30, 92, 280, STROKE, PEN);
    struct finding finding = find(page, 0);
    CHECK_EQUAL(finding.grouping.count, 1);
    struct window window = window_from(&finding, (struct box){120, 60, 160, 130}, 0);
    CHECK_EQUAL(window.member_count, 1);
    CHECK_EQUAL(window.box.top, 60);
    CHECK_EQUAL(window.box.bottom, 130);
    CHECK(window.box.left < 120 && window.box.left >= 114 && window.box.right > 160 && window.box.right <= 166);
    CHECK_EQUAL(window.clip.left, window.box.left);
    CHECK_EQUAL(window.clip.right, window.box.right);
    CHECK_EQUAL(window.clip.top, 0);
    CHECK_EQUAL(window.clip.bottom, HEIGHT);
    CHECK(ink_of_input(&finding, &window) > 0);
    finding_free(&finding);
}

/* A zero that is too small for a digit is a part of a box that asks for such ink, at its rule's cost. */
TEST(windows_of_a_box_bring_judged_ink_back)
{
    struct picture page = page_of_zeros();
    draw_zero(&page, 350, 10, 14, 18, 3, PEN);
    const struct box box = {345, 5, 370, 33};
    struct finding finding = find(page, 0);
    CHECK_EQUAL(finding.grouping.count, 4);
    CHECK_EQUAL(window_from(&finding, box, 0).member_count, 0);
    CHECK_EQUAL(window_from(&finding, box, rule_bit(RULE_FAINT)).member_count, 0);
    struct window window = window_from(&finding, box, rule_bit(RULE_SMALL));
    CHECK_EQUAL(window.member_count, 1);
    CHECK_NEAR(window.prior, rule_cost(RULE_SMALL), 1e-6);
    check_box(&window.box, (struct box){350, 10, 364, 28});
    CHECK(ink_of_input(&finding, &window) > 0);
    finding_free(&finding);
}

/* A component that no rule doubts makes a part of the cost away. */
TEST(windows_of_a_box_cost_as_much_as_is_judged)
{
    struct picture page = page_of_zeros();
    fill_box(&page, 76, 90, 7, 7, PEN);
    struct finding finding = find(page, 0);
    struct window window = window_from(&finding, (struct box){28, 58, 84, 132}, every_rule);
    CHECK_EQUAL(window.member_count, 2);
    CHECK(window.prior > 0 && window.prior < 0.1f * rule_cost(RULE_SMALL));
    finding_free(&finding);
}

/* A bar across the page is a ruling. What of it lies in a box comes back from the ink as it was. */
TEST(windows_of_a_box_restore_rulings)
{
    struct picture page = page_of_zeros();
    fill_box(&page, 0, 160, WIDTH, 4, PEN);
    struct finding finding = find(page, 0);
    const struct box box = {200, 140, 260, 180};
    CHECK_EQUAL(finding.rulings.count, 1);
    CHECK_EQUAL(finding.grouping.count, 4);
    CHECK_EQUAL(window_from(&finding, box, every_rule & ~rule_bit(RULE_RULING)).member_count, 0);
    struct window window = window_from(&finding, box, every_rule);
    CHECK_EQUAL(window.member_count, 1);
    check_box(&window.box, (struct box){197, 160, 263, 164});
    CHECK_NEAR(window.prior, rule_cost(RULE_RULING), 1e-6);
    CHECK(ink_of_input(&finding, &window) > 0);
    finding_free(&finding);
}

/* Every pixel of strokes in a box is one part's, rulings' and specks' too. */
TEST(windows_see_all_ink_in_a_box)
{
    static const struct box boxes[] = {{0, 0, WIDTH, HEIGHT}, {40, 70, 130, 165}, {190, 158, 260, 162}, {0, 0, 20, 20}};
    struct picture page = page_of_zeros();
    fill_box(&page, 0, 160, WIDTH, 4, PEN);
    draw_zero(&page, 350, 10, 14, 18, 3, PEN);
    struct finding finding = find(page, 0);
    for (size_t i = 0; i < 4; i++) {
        struct part_inside *parts = NULL;
        size_t count, seen = 0, expected = 0;
        CHECK_EQUAL(finding_parts_inside(&finding, &boxes[i], &parts, &count), SCRAWL_OK);
        for (size_t j = 0; j < count; j++) {
            CHECK(j == 0 || parts[j].component > parts[j - 1].component);
            CHECK(parts[j].pixels > 0);
            seen += parts[j].pixels;
        }
        for (int y = boxes[i].top; y < boxes[i].bottom; y++)
            for (int x = boxes[i].left; x < boxes[i].right; x++)
                expected += finding.rulings.ink[y * WIDTH + x] >= finding.ink.threshold;
        CHECK_EQUAL(seen, expected);
        CHECK((count == 0) == (i == 3));
        free(parts);
    }
    finding_free(&finding);
}

TEST(windows_of_ink_whose_rule_is_off)
{
    struct picture pages[2];
    for (int i = 0; i < 2; i++) {
        pages[i] = page_of_zeros();
        draw_zero(&pages[i], 350, 10, 14, 18, 3, PEN);
        fill_box(&pages[i], 0, 160, WIDTH, 4, PEN);
    }
    struct finding judged = find(pages[0], 0),
                   not_judged = find(pages[1], rule_bit(RULE_SMALL) | rule_bit(RULE_RULING));
    CHECK_EQUAL(judged.grouping.count, 4);
    CHECK_EQUAL(judged.rulings.count, 1);
    CHECK_EQUAL(not_judged.grouping.count, 5);
    CHECK_EQUAL(not_judged.rulings.count, 0);
    CHECK(!not_judged.rulings.ink);
    finding_free(&judged);
    finding_free(&not_judged);
}

static scrawl_status look_into_boxes(void *context)
{
    const struct picture *page = context;
    struct finding finding = {0};
    struct window window;
    uint8_t input[SCRAWL_IMAGE_PIXELS];
    scrawl_status status = find_digits(page, false, &finding);
    for (int i = 0; status == SCRAWL_OK && i < 2; i++) {
        const struct box box = {90 * i, 40, 90 * i + 90, 170};
        status = finding_window_from_box(&finding, &box, every_rule, &window);
        if (status == SCRAWL_OK) status = finding_input(&finding, &window, input);
    }
    finding_free(&finding);
    return status;
}

TEST(windows_of_a_box_fail_without_memory)
{
    struct picture page = page_of_zeros();
    fill_box(&page, 0, 160, WIDTH, 4, PEN);
    struct allocation_faults faults = fail_each_allocation(look_into_boxes, &page);
    CHECK(faults.allocations > 0);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
    picture_free(&page);
}
