/* Tests of cuts.c and the windows made of them. */
#include "test.h"

#include <stdlib.h>

#include "../src/find_digits.h"
#include "drawing.h"

enum { PAPER = 230, PEN = 40 };

/* Frees the picture. */
static struct finding find(struct picture picture)
{
    struct finding finding = {0};
    CHECK_EQUAL(find_digits(&picture, false, &finding), SCRAWL_OK);
    picture_free(&picture);
    return finding;
}

static int windows_at(const struct finding *finding, int left, int right)
{
    int count = 0;
    for (size_t i = 0; i < finding->window_count; i++) {
        const struct box *box = &finding->windows[i].box;
        count += abs(box->left - left) <= 3 && abs(box->right - right) <= 3;
    }
    return count;
}

TEST(cuts_between_two_zeros_that_touch)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    draw_zero(&picture, 40, 30, 36, 60, 6, PEN);
    draw_zero(&picture, 90, 30, 36, 60, 6, PEN);
    fill_box(&picture, 74, 58, 18, 5, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.grouping.count, 1);
    CHECK(windows_at(&finding, 40, 126) == 1);
    CHECK(windows_at(&finding, 40, 83) >= 1);
    CHECK(windows_at(&finding, 83, 126) >= 1);
    for (size_t i = 0; i < finding.window_count; i++) {
        CHECK(finding.windows[i].first_atom < finding.windows[i].end_atom);
        CHECK(finding.windows[i].end_atom <= finding.atom_count);
        CHECK(finding.windows[i].prior >= 0);
    }
    finding_free(&finding);
}

TEST(cuts_leave_narrow_digits_alone)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    draw_zero(&picture, 40, 30, 30, 60, 6, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.cut_count, 0);
    CHECK_EQUAL(finding.window_count, 1);
    finding_free(&finding);
}

TEST(cuts_join_what_stands_close)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    draw_zero(&picture, 40, 30, 20, 60, 6, PEN);
    fill_box(&picture, 66, 30, 6, 60, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.grouping.count, 2);
    CHECK_EQUAL(windows_at(&finding, 40, 72), 1);
    finding_free(&finding);
}
