/* Synthetic images: the tables they come from are whole, and each is a function of its seed and number. */
#include <math.h>
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
    bool written[SIGNS] = {false};
    for (size_t i = 0; i < sign_template_count; i++) {
        const struct sign_template *template = &sign_templates[i];
        test_check(measure(template->places, &strokes, &places, form), __FILE__, __LINE__, "bad template \"%s\"",
                   template->places);
        if (CHECK(template->sign >= 0 && template->sign < SIGNS)) written[template->sign] = true;
    }
    for (int sign = 0; sign < SIGNS; sign++) CHECK(written[sign]);
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

/* ---- A hand ------------------------------------------------------------------------------------------------------ */

static struct hand make_hand(uint64_t seed)
{
    struct random random = random_stream(seed, RANDOM_SYNTHESIS, 0, 0);
    return hand_create(&random);
}

static void write_digit(const struct hand *hand, int digit, uint64_t number, struct pen_drawing *drawing)
{
    struct random random = random_stream(1, RANDOM_SYNTHESIS, number, 2);
    hand_write_digit(hand, &random, digit, drawing);
}

static bool same_points(const struct pen_drawing *a, const struct pen_drawing *b)
{
    return a->point_count == b->point_count && memcmp(a->points, b->points, a->point_count * sizeof *a->points) == 0;
}

/* Strokes follow each other in the drawing's points, with ink, and its box holds them. */
static bool is_whole(const struct pen_drawing *drawing)
{
    size_t points = 0;
    for (size_t i = 0; i < drawing->stroke_count; i++) {
        if (drawing->strokes[i].points != drawing->points + points || drawing->strokes[i].count == 0) return false;
        points += drawing->strokes[i].count;
    }
    for (size_t i = 0; i < points; i++) {
        const struct pen_point *point = &drawing->points[i];
        if (!(point->radius > 0) || point->x - point->radius < drawing->left ||
            point->x + point->radius > drawing->right || point->y - point->radius < drawing->top ||
            point->y + point->radius > drawing->bottom)
            return false;
    }
    return points > 0 && points == drawing->point_count;
}

TEST(a_hand_writes_digits_of_height_1)
{
    struct pen_drawing drawing, again;
    float heights = 0;
    for (uint64_t seed = 0; seed < 200; seed++) {
        const struct hand hand = make_hand(seed);
        write_digit(&hand, (int)(seed % 10), seed, &drawing);
        write_digit(&hand, (int)(seed % 10), seed, &again);
        if (!CHECK(is_whole(&drawing) && same_points(&drawing, &again))) return;
        CHECK(drawing.top > -1 && drawing.bottom < 1 && drawing.left > -1.5f && drawing.right < 1.5f);
        heights += drawing.bottom - drawing.top;
    }
    CHECK_NEAR(heights / 200, 1.1, 0.1);
}

/* How far the points of two drawings are apart, where they have as many; -1 otherwise. */
static float distance(const struct pen_drawing *a, const struct pen_drawing *b)
{
    if (a->point_count != b->point_count || a->stroke_count != b->stroke_count) return -1;
    float sum = 0;
    for (size_t i = 0; i < a->point_count; i++)
        sum += fabsf(a->points[i].x - b->points[i].x) + fabsf(a->points[i].y - b->points[i].y);
    return sum / (float)a->point_count;
}

TEST(a_hand_writes_a_digit_the_same_way_again)
{
    enum { HANDS = 200 };
    int own = 0, other = 0;
    struct pen_drawing first, second, stranger;
    for (uint64_t i = 0; i < HANDS; i++) {
        struct hand hand = make_hand(i), another = make_hand(i + 1000);
        hand.gaps = another.gaps = 0;
        write_digit(&hand, 7, 2 * i, &first);
        write_digit(&hand, 7, 2 * i + 1, &second);
        write_digit(&another, 7, 2 * i + 1, &stranger);
        CHECK(!same_points(&first, &second));
        own += distance(&first, &second) >= 0 && distance(&first, &second) < 0.15f;
        other += distance(&first, &stranger) >= 0 && distance(&first, &stranger) < 0.15f;
    }
    CHECK(own > HANDS / 2);
    CHECK(other < HANDS / 5);
}

TEST(a_hand_keeps_its_pen_and_its_gaps)
{
    struct pen_drawing drawing, broken;
    struct hand hand = make_hand(4);
    hand.radius = 0.01f;
    hand.gaps = 0;
    write_digit(&hand, 8, 1, &drawing);
    for (size_t i = 0; i < drawing.point_count; i++) CHECK(drawing.points[i].radius <= 0.01f * (1 + hand.pressure));
    hand.gaps = 0.2f;
    write_digit(&hand, 8, 1, &broken);
    CHECK(is_whole(&broken));
    CHECK(broken.point_count < drawing.point_count && broken.point_count > drawing.point_count / 2);
    CHECK(broken.stroke_count > drawing.stroke_count);
    hand.gaps = 1; /* the ends alone */
    write_digit(&hand, 8, 1, &broken);
    CHECK_EQUAL(broken.point_count, 2 * drawing.stroke_count);
}

TEST(a_hand_writes_signs_where_they_stand)
{
    struct pen_drawing drawing;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct random random = random_stream(seed, RANDOM_SYNTHESIS, 0, 3);
        struct hand hand = hand_create(&random);
        hand.radius = 0.05f;
        for (int sign = 0; sign < SIGNS; sign++) {
            hand_write_sign(&hand, &random, (enum sign)sign, &drawing);
            CHECK(is_whole(&drawing));
            const float height = drawing.bottom - drawing.top, width = drawing.right - drawing.left;
            if (sign == SIGN_POINT) CHECK(drawing.top > 0.25f && height < 0.3f && width < 0.3f);
            if (sign == SIGN_COMMA) CHECK(drawing.top > 0 && height < 0.6f);
            if (sign == SIGN_MINUS) CHECK(height < width);
            if (sign == SIGN_DOLLAR) CHECK(height > 0.7f);
        }
    }
}

TEST(a_hand_writes_letters_and_scribbles)
{
    struct pen_drawing drawing, again;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct random random = random_stream(seed, RANDOM_SYNTHESIS, 0, 4);
        const struct hand hand = hand_create(&random);
        hand_write_letter(&hand, &random, &drawing);
        hand_scribble(&hand, &random, &again);
        CHECK(is_whole(&drawing) && is_whole(&again) && !same_points(&drawing, &again));
    }
}
