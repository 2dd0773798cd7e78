/* Synthetic images: the tables they come from are whole, and each is a function of its seed and number. */
#include <string.h>

#include "pages/synthesize.h"
#include "pages/templates.h"
#include "test.h"

/* Strokes and places of a template, and whether it is written as templates.h says; *form says where strokes begin. */
static bool measure(const char *template, int *strokes, int *places, char form[TEMPLATE_MAX_PLACES + 1])
{
    bool start = true;
    *strokes = *places = 0;
    for (const char *next = template; *next;) {
        if (*next == ' ' || *next == ',') {
            if (*next++ == ',') start = true;
            continue;
        }
        if (next[0] < '0' || next[0] > '9' || next[1] < '0' || next[1] > '9' || *places == TEMPLATE_MAX_PLACES)
            return false;
        *strokes += start;
        form[(*places)++] = start ? 's' : 'p';
        start = false;
        next += next[2] == '.' ? 3 : 2;
    }
    form[*places] = 0;
    return *places > 0 && *strokes <= TEMPLATE_MAX_STROKES;
}

TEST(templates_are_written_as_the_parser_wants_them)
{
    int strokes, places, counts[10] = {0};
    char form[TEMPLATE_MAX_PLACES + 1], other[TEMPLATE_MAX_PLACES + 1];
    for (size_t i = 0; i < digit_template_count; i++) {
        const struct digit_template *template = &digit_templates[i];
        bool good = measure(template->forms[0], &strokes, &places, form) &&
                    measure(template->forms[1], &strokes, &places, other);
        test_check(good && strcmp(form, other) == 0, __FILE__, __LINE__, "the forms \"%s\" and \"%s\" don't match",
                   template->forms[0], template->forms[1]);
        if (CHECK(template->digit >= 0 && template->digit < 10 && template->weight > 0)) counts[template->digit]++;
    }
    for (int digit = 0; digit < 10; digit++) CHECK(counts[digit] >= 4);
    for (size_t i = 0; i < negative_template_count; i++)
        test_check(measure(negative_templates[i], &strokes, &places, form), __FILE__, __LINE__, "bad template \"%s\"",
                   negative_templates[i]);
    CHECK(!measure("12 3", &strokes, &places, form));
    CHECK(!measure("00, 00, 00, 00, 00", &strokes, &places, form));
    CHECK(!measure("00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00", &strokes, &places, form));
}

static int mass(const uint8_t *image)
{
    int sum = 0;
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) sum += image[i];
    return sum / 255;
}

TEST(synthesize_digit_is_a_function_of_seed_and_number)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], again[SCRAWL_IMAGE_PIXELS];
    int digit = synthesize_digit(5, 1000, image);
    for (uint64_t index = 0; index < 50; index++) (void)synthesize_digit(5, index, again);
    CHECK_EQUAL(synthesize_digit(5, 1000, again), digit);
    CHECK(memcmp(image, again, sizeof image) == 0);
    (void)synthesize_digit(5, 1001, again);
    CHECK(memcmp(image, again, sizeof image) != 0);
    (void)synthesize_digit(6, 1000, again);
    CHECK(memcmp(image, again, sizeof image) != 0);
}

TEST(synthesize_digit_writes_all_ten_with_ink)
{
    enum { IMAGES = 4000 };
    int counts[SYNTHESIZE_DIGITS] = {0};
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    for (uint64_t i = 0; i < IMAGES; i++) {
        int digit = synthesize_digit(1, i, image);
        if (!CHECK(digit >= 0 && digit < SYNTHESIZE_DIGITS)) return;
        counts[digit]++;
        if (!CHECK(mass(image) > 10 && mass(image) < 350)) return;
    }
    for (int digit = 0; digit < SYNTHESIZE_DIGITS; digit++) CHECK_NEAR(counts[digit], IMAGES / 10.0, 80);
}

TEST(synthesize_other_is_a_function_of_seed_and_number)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], again[SCRAWL_IMAGE_PIXELS];
    int empty = 0, different = 0;
    for (uint64_t i = 0; i < 2000; i++) {
        synthesize_negative(3, i, image);
        synthesize_negative(3, i, again);
        if (!CHECK(memcmp(image, again, sizeof image) == 0)) return;
        synthesize_negative(4, i, again);
        different += memcmp(image, again, sizeof image) != 0;
        empty += mass(image) == 0;
    }
    CHECK_EQUAL(different, 2000);
    CHECK(empty < 20); /* a part of a digit may be nothing */
}

static bool same_drawing(const struct drawing *drawing, const struct drawing *other)
{
    return drawing->point_count == other->point_count && drawing->stroke_count == other->stroke_count &&
           memcmp(drawing->points, other->points, drawing->point_count * sizeof *drawing->points) == 0;
}

TEST(synthesize_strokes_keeps_to_a_writers_forms)
{
    enum { WRITERS = 40 };
    int same = 0, same_form = 0, other_form = 0;
    struct drawing drawing, other;
    for (uint64_t writer = 0; writer < WRITERS; writer++) {
        for (int digit = 0; digit < SYNTHESIZE_DIGITS; digit++) {
            synthesize_strokes(writer, 1, digit, &drawing);
            if (!CHECK(drawing.point_count > 3 && drawing.stroke_count > 0)) return;
            synthesize_strokes(writer, 1, digit, &other);
            same += same_drawing(&drawing, &other);
            synthesize_strokes(writer, 2, digit, &other);
            if (!CHECK(!same_drawing(&drawing, &other))) return;
            same_form += drawing.point_count == other.point_count;
            synthesize_strokes(writer + WRITERS, 1, digit, &other);
            other_form += drawing.point_count != other.point_count;
        }
    }
    CHECK_EQUAL(same, WRITERS * SYNTHESIZE_DIGITS);
    CHECK_EQUAL(same_form, WRITERS * SYNTHESIZE_DIGITS);
    CHECK(other_form > WRITERS * SYNTHESIZE_DIGITS / 4);
}

TEST(synthesize_sign_writes_a_template)
{
    struct drawing drawing;
    synthesize_sign(3, 1, "05. 95., 50. 59.", &drawing);
    CHECK_EQUAL(drawing.stroke_count, 2);
    CHECK_EQUAL(drawing.point_count, 2 * (DRAWING_CURVE_STEPS + 1));
    for (size_t i = 0; i < drawing.point_count; i++)
        CHECK(drawing.points[i].x > -2 && drawing.points[i].x < 2 && drawing.points[i].y > -1 &&
              drawing.points[i].y < 1);
}
