/* Synthetic images: the tables they come from are whole, and each is a function of its seed and number. */
#include <math.h>
#include <string.h>

#include "pages/page_sheet.h"
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

/* Whether the table has ways to write a letter, all of them together. */
static bool has_letter(char letter)
{
    size_t count = 0, changes = 0;
    for (size_t i = 0; i < letter_template_count; i++) {
        const bool own = letter_templates[i].letter == letter;
        count += own;
        changes += own && (i == 0 || letter_templates[i - 1].letter != letter);
    }
    return count > 0 && changes == 1;
}

TEST(letters_of_all_words_can_be_written)
{
    enum { LETTERS = 26 };
    int strokes, places;
    char form[TEMPLATE_MAX_PLACES + 1];
    for (size_t i = 0; i < letter_template_count; i++)
        test_check(measure(letter_templates[i].text, &strokes, &places, form), __FILE__, __LINE__,
                   "bad template \"%s\"", letter_templates[i].text);
    for (int letter = 0; letter < LETTERS; letter++) {
        CHECK(has_letter((char)('a' + letter)));
        CHECK(has_letter((char)('A' + letter)));
    }
    CHECK(!has_letter('0'));
    for (size_t i = 0; i < written_word_count; i++) {
        const size_t length = strlen(written_words[i]);
        CHECK(length > 0 && length <= PAGE_WORD_LETTERS);
        for (size_t j = 0; j < length; j++) CHECK(has_letter(written_words[i][j]));
    }
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
    for (size_t i = 0; i < sign_template_count; i++)
        test_check(measure(sign_templates[i], &strokes, &places, form), __FILE__, __LINE__, "bad template \"%s\"",
                   sign_templates[i]);
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

TEST(synthesize_negative_is_a_function_of_seed_and_number)
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

/* Whether the image was made black and white. */
static bool two_levels(const uint8_t *image)
{
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++)
        if (image[i] != 0 && image[i] != 255) return false;
    return true;
}

TEST(synthesize_digit_takes_hairlines_markers_and_scans)
{
    enum { IMAGES = 2000 };
    int thin = 0, thick = 0, scans = 0;
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    for (uint64_t i = 0; i < IMAGES; i++) {
        if (synthesize_digit(8, i, image) != 1) {
            thin += mass(image) < 45;
            thick += mass(image) > 170;
        }
        scans += two_levels(image);
    }
    CHECK(thin > IMAGES / 50);
    CHECK(thick > IMAGES / 50);
    CHECK_NEAR(scans, IMAGES / 10.0, 60);
}

/* ---- One writer's strokes ---------------------------------------------------------------------------------------- */

static bool same_points(const struct drawing *a, const struct drawing *b)
{
    return a->point_count == b->point_count && memcmp(a->points, b->points, a->point_count * sizeof *a->points) == 0;
}

/* Strokes follow each other in the drawing's points, and all have ink. */
static bool is_whole(const struct drawing *drawing)
{
    size_t points = 0;
    for (size_t i = 0; i < drawing->stroke_count; i++) {
        if (drawing->strokes[i].points != drawing->points + points || drawing->strokes[i].count == 0) return false;
        points += drawing->strokes[i].count;
    }
    for (size_t i = 0; i < points; i++)
        if (!(drawing->points[i].radius > 0)) return false;
    return points > 0 && points == drawing->point_count;
}

static float highest(const struct drawing *drawing)
{
    float top = drawing->points[0].y;
    for (size_t i = 1; i < drawing->point_count; i++) top = fminf(top, drawing->points[i].y);
    return top;
}

static float lowest(const struct drawing *drawing)
{
    float bottom = drawing->points[0].y;
    for (size_t i = 1; i < drawing->point_count; i++) bottom = fmaxf(bottom, drawing->points[i].y);
    return bottom;
}

TEST(synthesize_strokes_are_a_digit_of_height_1)
{
    enum { DRAWINGS = 200 };
    struct drawing drawing, again;
    float heights = 0;
    for (uint64_t i = 0; i < DRAWINGS; i++) {
        synthesize_strokes(i, 5, (int)(i % 10), &drawing);
        synthesize_strokes(i, 5, (int)(i % 10), &again);
        if (!CHECK(is_whole(&drawing) && same_points(&drawing, &again))) return;
        CHECK(highest(&drawing) > -1 && lowest(&drawing) < 1);
        heights += lowest(&drawing) - highest(&drawing);
    }
    CHECK_NEAR(heights / DRAWINGS, 1, 0.1);
}

/* How far the points of two drawings are apart, where they have as many; a digit's height and more otherwise. */
static float distance(const struct drawing *a, const struct drawing *b)
{
    if (a->point_count != b->point_count || a->stroke_count != b->stroke_count) return 1;
    float sum = 0;
    for (size_t i = 0; i < a->point_count; i++)
        sum += fabsf(a->points[i].x - b->points[i].x) + fabsf(a->points[i].y - b->points[i].y);
    return sum / (float)a->point_count;
}

TEST(synthesize_strokes_of_one_hand_are_alike)
{
    enum { HANDS = 200 };
    int own = 0, other = 0;
    struct drawing first, second, stranger;
    for (uint64_t i = 0; i < HANDS; i++) {
        synthesize_strokes(i, 1, 7, &first);
        synthesize_strokes(i, 2, 7, &second);
        synthesize_strokes(i + HANDS, 2, 7, &stranger);
        CHECK(!same_points(&first, &second));
        own += distance(&first, &second) < 0.15f;
        other += distance(&first, &stranger) < 0.15f;
    }
    CHECK(own > HANDS / 2);
    CHECK(other < HANDS / 5);
}

TEST(synthesize_strokes_have_pens_of_all_widths_and_some_gaps)
{
    enum { HANDS = 1000 };
    int hairlines = 0, markers = 0, broken = 0;
    struct drawing drawing;
    for (uint64_t i = 0; i < HANDS; i++) {
        float sum = 0;
        synthesize_strokes(i, 0, 0, &drawing);
        for (size_t j = 0; j < drawing.point_count; j++) sum += drawing.points[j].radius;
        hairlines += sum / (float)drawing.point_count < 0.03f;
        markers += sum / (float)drawing.point_count > 0.1f;
        broken += drawing.stroke_count > TEMPLATE_MAX_STROKES;
    }
    CHECK(hairlines > HANDS / 50 && hairlines < HANDS / 5);
    CHECK(markers > HANDS / 50 && markers < HANDS / 5);
    CHECK(broken > HANDS / 200 && broken < HANDS / 10);
}

TEST(synthesize_sign_writes_the_template_where_it_stands)
{
    struct drawing drawing;
    for (uint64_t i = 0; i < 200; i++) {
        synthesize_sign(i, 3, "37 38 19", &drawing);
        CHECK(is_whole(&drawing));
        CHECK(highest(&drawing) > 0 && lowest(&drawing) < 1);
    }
    synthesize_sign(1, 3, "39", &drawing);
    CHECK_EQUAL(drawing.point_count, 1);
}
