/* Tests of cuts.c and the windows made of them. */
#include "test.h"

#include <stdlib.h>

#include "drawing.h"
#include "find/find_digits.h"

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

/* Slanting bars whose columns overlap, with a bridge between them: no straight cut parts them without crossing one. */
TEST(cuts_follow_the_gap_between_crooked_strokes)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    fill_box(&picture, 40, 30, 40, 6, PEN);
    fill_box(&picture, 40, 30, 6, 60, PEN);
    fill_box(&picture, 74, 84, 40, 6, PEN);
    fill_box(&picture, 108, 30, 6, 60, PEN);
    fill_box(&picture, 60, 52, 6, 36, PEN);
    fill_box(&picture, 40, 52, 74, 3, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.grouping.count, 1);
    CHECK(windows_at(&finding, 40, 80) >= 1);
    CHECK(windows_at(&finding, 74, 114) >= 1);
    for (size_t i = 0; i < finding.cut_count; i++) {
        const struct cut *cut = &finding.cuts[i];
        const struct box *box = &finding.grouping.groups[0].box;
        if (i > 0) CHECK(cut->mean_x >= cut[-1].mean_x);
        CHECK_EQUAL(cut_column(cut, box->top - 5), cut_column(cut, box->top));
    }
    finding_free(&finding);
}

/* Two bars side by side that overlap for half their height, as a V and an inverted V: the cut follows the seam. */
TEST(cuts_run_along_a_seam_between_corners)
{
    struct picture picture = blank_picture(200, 140, PAPER);
    for (int y = 0; y < 80; y++) {
        int bend = abs(y - 40) / 4;
        fill_box(&picture, 60 - bend, 30 + y, 12, 1, PEN);
        fill_box(&picture, 70 + bend, 30 + y, 12, 1, PEN);
    }
    fill_box(&picture, 30, 30, 24, 10, PEN);
    fill_box(&picture, 86, 100, 24, 10, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.grouping.count, 1);
    CHECK(windows_at(&finding, 30, 72) >= 1);
    CHECK(windows_at(&finding, 70, 110) >= 1);
    finding_free(&finding);
}

/* Both halves of the ink between two cuts, and nothing of it twice. */
TEST(cuts_between_count_every_pixel_once)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    draw_zero(&picture, 40, 30, 36, 60, 6, PEN);
    draw_zero(&picture, 90, 30, 36, 60, 6, PEN);
    fill_box(&picture, 74, 58, 18, 5, PEN);
    struct finding finding = find(picture);
    const struct group *group = &finding.grouping.groups[0];
    struct stretch all = cuts_between(&finding.components, &finding.grouping, group, NULL, NULL);
    CHECK(finding.cut_count > 0);
    for (size_t i = 0; i < finding.cut_count; i++) {
        const struct cut *cut = &finding.cuts[i];
        struct stretch left = cuts_between(&finding.components, &finding.grouping, group, NULL, cut);
        struct stretch right = cuts_between(&finding.components, &finding.grouping, group, cut, NULL);
        CHECK_EQUAL(left.pixels + right.pixels, all.pixels);
        CHECK_EQUAL(left.backwards + right.backwards, 0);
        CHECK_EQUAL(cuts_between(&finding.components, &finding.grouping, group, cut, cut).pixels, 0);
    }
    finding_free(&finding);
}

/* A digit in three pieces side by side. */
TEST(cuts_join_three_pieces)
{
    struct picture picture = blank_picture(200, 120, PAPER);
    fill_box(&picture, 40, 30, 8, 60, PEN);
    fill_box(&picture, 52, 30, 8, 60, PEN);
    fill_box(&picture, 64, 30, 8, 60, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(finding.grouping.count, 3);
    CHECK_EQUAL(windows_at(&finding, 40, 72), 1);
    finding_free(&finding);
}

/* The bar of a 5, wider than what is below it, may be the other's part although neither is above the other's middle. */
TEST(cuts_offer_a_loose_bar_to_the_digit_beside_it)
{
    struct picture picture = blank_picture(200, 160, PAPER);
    draw_zero(&picture, 40, 60, 44, 50, 6, PEN);
    fill_box(&picture, 70, 30, 44, 24, PEN);
    struct finding finding = find(picture);
    CHECK_EQUAL(windows_at(&finding, 40, 114), 1);
    finding_free(&finding);
}
