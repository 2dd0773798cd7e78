/* Tests of explanation.c, through the public interface: what a reading shows of how it came about. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "drawing.h"

enum { WIDTH = 400, HEIGHT = 240, PAPER = 230, PEN = 40, RULING_Y = 30, RULING = 4, ZERO_X = 60, ZERO_Y = 90 };

/* Two zeros far apart that a bar joins to one group, and a ruling over the whole picture. */
static struct picture make_page(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    fill_box(&page, 0, RULING_Y, WIDTH, RULING, PEN);
    draw_zero(&page, ZERO_X, ZERO_Y, 60, 100, 8, PEN);
    draw_zero(&page, ZERO_X + 100, ZERO_Y, 60, 100, 8, PEN);
    fill_box(&page, ZERO_X + 60, ZERO_Y + 46, 40, 8, PEN);
    return page;
}

/* Frees the picture. side: each of its pixels becomes side x side. */
static scrawl_reading *read_page(struct picture page, int side, scrawl_predict_options options)
{
    size_t width = (size_t)(page.width * side), height = (size_t)(page.height * side);
    uint8_t *rgba = malloc(width * height * 4);
    for (size_t i = 0; i < width * height; i++) {
        size_t x = i % width / (size_t)side, y = i / width / (size_t)side;
        memset(rgba + 4 * i, page.grey[y * (size_t)page.width + x], 3);
        rgba[4 * i + 3] = UINT8_MAX;
    }
    scrawl_model *model = NULL;
    scrawl_reading *reading = NULL;
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_predict_rgba(model, rgba, width, height, &options, &reading), SCRAWL_OK);
    scrawl_model_free(model);
    picture_free(&page);
    free(rgba);
    return reading;
}

static scrawl_predict_options with_explanation(bool single)
{
    scrawl_predict_options options = scrawl_predict_default();
    options.single = single;
    options.explain = true;
    return options;
}

/* What is wrong with the boxes, lines and digits of a reading's explanation; "" for nothing. */
static const char *fault_of(const scrawl_reading *reading)
{
    const scrawl_explanation *explanation = reading->explanation;
    size_t digits = 0;
    if (explanation->width != (reading->width + explanation->factor - 1) / explanation->factor) return "width";
    if (explanation->height != (reading->height + explanation->factor - 1) / explanation->factor) return "height";
    for (size_t i = 0; i < explanation->group_count; i++) {
        const scrawl_box *box = &explanation->groups[i];
        bool inside = box->x >= 0 && box->y >= 0 && box->width > 0 && box->height > 0;
        if (!inside || box->x + box->width > reading->width || box->y + box->height > reading->height) return "group";
    }
    for (size_t i = 0; i < explanation->cut_count; i++)
        if (explanation->cuts[i].from_y >= explanation->cuts[i].to_y) return "cut";
    for (size_t i = 0; i < explanation->candidate_count; i++) {
        const scrawl_candidate *candidate = &explanation->candidates[i];
        if (candidate->digit < 0) continue;
        const scrawl_digit *digit = &reading->digits[digits];
        if (candidate->digit != (int)digits++) return "order";
        if (candidate->box.x != digit->x || candidate->box.height != digit->height) return "box";
        if (candidate->class_index != digit->class_index || candidate->confidence < digit->confidence) return "class";
        if (memcmp(candidate->input, digit->input, SCRAWL_IMAGE_PIXELS) != 0) return "input";
    }
    return digits == reading->digit_count ? "" : "count";
}

TEST(explanation_show_every_plane)
{
    struct picture page = make_page();
    scrawl_reading *reading = read_page(make_page(), 1, with_explanation(false));
    const scrawl_explanation *explanation = reading->explanation;
    size_t stroke = (ZERO_Y + 4) * WIDTH + ZERO_X + 30, ruling = (RULING_Y + 1) * WIDTH + 200, paper = 5 * WIDTH + 5;
    CHECK_EQUAL(explanation->factor, 1);
    CHECK_EQUAL(explanation->width, WIDTH);
    CHECK_EQUAL(explanation->height, HEIGHT);
    CHECK(!explanation->dark_paper);
    CHECK_EQUAL(explanation->rotation, 0);
    CHECK(memcmp(explanation->grey, page.grey, WIDTH * HEIGHT) == 0);
    for (size_t i = 0; i < WIDTH * HEIGHT; i++)
        if (!CHECK_NEAR(explanation->paper[i], PAPER, 1)) break;
    CHECK(explanation->ink[stroke] >= explanation->threshold &&
          explanation->clean_ink[stroke] == explanation->ink[stroke]);
    CHECK(explanation->ink[ruling] >= explanation->threshold);
    CHECK_EQUAL(explanation->clean_ink[ruling], 0);
    CHECK_EQUAL(explanation->ink[paper], 0);
    picture_free(&page);
    scrawl_reading_free(reading);
}

TEST(explanation_list_rulings_groups_and_cuts)
{
    scrawl_reading *reading = read_page(make_page(), 1, with_explanation(false));
    const scrawl_explanation *explanation = reading->explanation;
    CHECK_TEXT(fault_of(reading), "");
    if (CHECK_EQUAL(explanation->ruling_count, 1)) {
        CHECK_NEAR(explanation->rulings[0].from_y, RULING_Y + RULING / 2.0, 1);
        CHECK_NEAR(fabsf(explanation->rulings[0].to_x - explanation->rulings[0].from_x), WIDTH, 4);
    }
    if (CHECK_EQUAL(explanation->group_count, 1)) {
        CHECK_EQUAL(explanation->groups[0].x, ZERO_X);
        CHECK_EQUAL(explanation->groups[0].y, ZERO_Y);
        CHECK_EQUAL(explanation->groups[0].width, 160);
        CHECK_EQUAL(explanation->groups[0].height, 100);
    }
    bool between = false;
    for (size_t i = 0; i < explanation->cut_count; i++) {
        CHECK_NEAR(explanation->cuts[i].from_y, ZERO_Y, 1e-3);
        CHECK_NEAR(explanation->cuts[i].to_y, ZERO_Y + 100, 1e-3);
        float middle = (explanation->cuts[i].from_x + explanation->cuts[i].to_x) / 2;
        between = between || (middle > ZERO_X + 60 && middle < ZERO_X + 100);
    }
    CHECK(between);
    CHECK(explanation->candidate_count > 1);
    scrawl_reading_free(reading);
}

/* An untrained network holds nothing for much more than chance. */
TEST(explanation_shows_what_was_left_out)
{
    scrawl_reading *reading = read_page(make_page(), 1, with_explanation(false));
    size_t left_out = 0;
    CHECK_TEXT(reading->text, "");
    CHECK_EQUAL(reading->digit_count, 0);
    for (size_t i = 0; i < reading->explanation->candidate_count; i++) {
        const scrawl_candidate *candidate = &reading->explanation->candidates[i];
        CHECK_EQUAL(candidate->digit, -1);
        left_out += candidate->reason == SCRAWL_REASON_NO_DIGIT;
    }
    CHECK(left_out > 0 && left_out < reading->explanation->candidate_count);
    scrawl_reading_free(reading);
    reading = read_page(make_page(), 1, with_explanation(true));
    CHECK_EQUAL(reading->digit_count, 1);
    CHECK_EQUAL(reading->explanation->candidates[0].reason, SCRAWL_REASON_NONE);
    scrawl_reading_free(reading);
}

TEST(explanation_of_a_large_picture_are_in_its_pixels)
{
    enum { SIDE = 6 };
    scrawl_reading *reading = read_page(make_page(), SIDE, with_explanation(false));
    const scrawl_explanation *explanation = reading->explanation;
    CHECK_EQUAL(reading->width, WIDTH * SIDE);
    CHECK_EQUAL(explanation->factor, 2);
    CHECK_EQUAL(explanation->width, WIDTH * SIDE / 2);
    CHECK_TEXT(fault_of(reading), "");
    if (CHECK_EQUAL(explanation->group_count, 1)) CHECK_NEAR(explanation->groups[0].x, ZERO_X * SIDE, 2);
    if (CHECK_EQUAL(explanation->ruling_count, 1))
        CHECK_NEAR(explanation->rulings[0].from_y, (RULING_Y + RULING / 2.0) * SIDE, SIDE);
    scrawl_reading_free(reading);
}

/* Sevens on a line that falls by 6 degrees. */
TEST(explanation_tell_the_rotation)
{
    enum { COUNT = 7, STEP = 70 };
    struct picture page = blank_picture(2 * WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < COUNT; i++) {
        int x = 50 + i * STEP, y = 60 + (int)(i * STEP * tan(6 * M_PI / 180));
        fill_box(&page, x, y, 36, 8, PEN);
        fill_box(&page, x + 28, y, 8, 60, PEN);
    }
    scrawl_reading *reading = read_page(page, 1, with_explanation(false));
    CHECK_NEAR(reading->explanation->rotation, 6, 0.2);
    CHECK_EQUAL(reading->explanation->group_count, COUNT);
    CHECK_TEXT(fault_of(reading), "");
    scrawl_reading_free(reading);
}

static scrawl_reason reason_at(const scrawl_explanation *explanation, int x, int y)
{
    return explanation->reasons[y * explanation->width + x];
}

/* The candidate that became a digit there, or was left out there; NULL: neither. */
static const scrawl_candidate *candidate_at(const scrawl_explanation *explanation, int x, int y)
{
    for (size_t i = 0; i < explanation->candidate_count; i++) {
        const scrawl_candidate *candidate = &explanation->candidates[i];
        const scrawl_box *box = &candidate->box;
        const bool there = x >= box->x && x < box->x + box->width && y >= box->y && y < box->y + box->height;
        if (there && (candidate->digit >= 0 || candidate->reason == SCRAWL_REASON_NO_DIGIT)) return candidate;
    }
    return NULL;
}

/* A speck, a frame's side and a ruling are left out, each for its reason, and what the digits are made of is not. */
TEST(explanation_say_why_ink_was_left_out)
{
    static const struct {
        scrawl_box box;
        scrawl_reason reason;
    } foreign[] = {{{300, 130, 10, 10}, SCRAWL_REASON_SPECK}, {{394, 60, 6, 140}, SCRAWL_REASON_FRAME}};
    struct picture page = make_page();
    for (size_t i = 0; i < 2; i++)
        fill_box(&page, foreign[i].box.x, foreign[i].box.y, foreign[i].box.width, foreign[i].box.height, PEN);
    scrawl_reading *reading = read_page(page, 1, with_explanation(false));
    const scrawl_explanation *explanation = reading->explanation;
    size_t rulings = 0, others = 0;
    for (size_t i = 0; i < explanation->left_out_count; i++) {
        const scrawl_left_out *left_out = &explanation->left_out[i];
        CHECK(left_out->cost > 0);
        CHECK(left_out->reason != SCRAWL_REASON_NONE);
        rulings += left_out->reason == SCRAWL_REASON_RULING;
        for (size_t j = 0; j < 2; j++)
            others += left_out->reason == foreign[j].reason &&
                      memcmp(&left_out->box, &foreign[j].box, sizeof(scrawl_box)) == 0;
    }
    CHECK_EQUAL(rulings, 1);
    CHECK_EQUAL(others, 2);
    CHECK_EQUAL(explanation->left_out_count, 3);
    CHECK_EQUAL(reason_at(explanation, 305, 135), SCRAWL_REASON_SPECK);
    CHECK_EQUAL(reason_at(explanation, 397, 100), SCRAWL_REASON_FRAME);
    CHECK_EQUAL(reason_at(explanation, 200, RULING_Y + 1), SCRAWL_REASON_RULING);
    const scrawl_candidate *zero = candidate_at(explanation, ZERO_X + 30, ZERO_Y + 4); /* the network is untrained */
    if (CHECK(zero != NULL)) CHECK_EQUAL(reason_at(explanation, ZERO_X + 30, ZERO_Y + 4), zero->reason);
    CHECK_EQUAL(reason_at(explanation, 305, 150), SCRAWL_REASON_NONE);
    scrawl_reading_free(reading);
}

/* To an untrained network no class is more likely than the others: what it makes of a row is left out, and shown. */
TEST(explanation_show_what_is_no_digit)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 5; i++) draw_zero(&page, 30 + 70 * i, 60, 40, 70, 6, PEN);
    scrawl_reading *reading = read_page(page, 1, with_explanation(false));
    const scrawl_explanation *explanation = reading->explanation;
    size_t no_digits = 0;
    for (size_t i = 0; i < explanation->candidate_count; i++) {
        const scrawl_candidate *candidate = &explanation->candidates[i];
        no_digits += candidate->reason == SCRAWL_REASON_NO_DIGIT;
        CHECK(candidate->digit < 0 || candidate->reason == SCRAWL_REASON_NONE);
        CHECK(candidate->reason == SCRAWL_REASON_NONE || candidate->confidence < 0.2f);
    }
    CHECK(no_digits >= 4);
    CHECK(no_digits + reading->digit_count <= explanation->candidate_count);
    for (int i = 0; i < 5 && reading->digit_count == 0; i++)
        CHECK_EQUAL(reason_at(explanation, 33 + 70 * i, 90), SCRAWL_REASON_NO_DIGIT);
    CHECK_EQUAL(explanation->left_out_count, 0);
    scrawl_reading_free(reading);
}

TEST(explanation_of_one_digit_and_of_none)
{
    struct picture dark = blank_picture(28, 28, 20);
    fill_box(&dark, 12, 4, 4, 20, 240);
    scrawl_reading *reading = read_page(dark, 1, with_explanation(true));
    CHECK(reading->explanation->dark_paper);
    CHECK_NEAR(reading->explanation->paper[0], 20, 1);
    CHECK_EQUAL(reading->explanation->candidate_count, 1);
    CHECK_EQUAL(reading->explanation->cut_count, 0);
    CHECK_TEXT(fault_of(reading), "");
    scrawl_reading_free(reading);
    reading = read_page(blank_picture(5, 3, PAPER), 1, with_explanation(false));
    CHECK_EQUAL(reading->explanation->width, 5);
    CHECK_EQUAL(reading->explanation->group_count, 0);
    CHECK_EQUAL(reading->explanation->candidate_count, 0);
    CHECK(reading->explanation->threshold > UINT8_MAX);
    CHECK_TEXT(fault_of(reading), "");
    scrawl_reading_free(reading);
}

TEST(explanation_are_there_only_when_asked_for)
{
    scrawl_reading *reading = read_page(make_page(), 1, scrawl_predict_default());
    CHECK(reading->explanation == NULL);
    scrawl_reading_free(reading);
    const scrawl_point points[] = {{10, 10, 0.5f}, {10, 90, 0.5f}};
    const scrawl_stroke stroke = {points, 2};
    scrawl_predict_options options = with_explanation(true);
    scrawl_model *model = NULL;
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, &options, &reading), SCRAWL_OK);
    CHECK(reading->explanation == NULL);
    CHECK_EQUAL(reading->digit_count, 1);
    scrawl_reading_free(reading);
    scrawl_model_free(model);
}

TEST(faults_of_explanations_would_be_noticed)
{
    scrawl_reading *reading = read_page(make_page(), 1, with_explanation(false));
    scrawl_explanation *explanation = (scrawl_explanation *)reading->explanation;
    scrawl_line *cut = (scrawl_line *)explanation->cuts;
    scrawl_box *group = (scrawl_box *)explanation->groups;
    explanation->factor = 2;
    CHECK_TEXT(fault_of(reading), "width");
    explanation->factor = 1;
    group->x += WIDTH;
    CHECK_TEXT(fault_of(reading), "group");
    group->x -= WIDTH;
    cut->from_y += HEIGHT;
    CHECK_TEXT(fault_of(reading), "cut");
    scrawl_reading_free(reading);
    reading = read_page(make_page(), 1, with_explanation(true));
    ((scrawl_explanation *)reading->explanation)->candidate_count = 0;
    CHECK_TEXT(fault_of(reading), "count");
    scrawl_reading_free(reading);
}
