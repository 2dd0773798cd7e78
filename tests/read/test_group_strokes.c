/* Strokes to digits: what belongs together, in which order it is read, and what is refused. */
#include <math.h>
#include <stdlib.h>

#include "read/group_strokes.h"
#include "test.h"

enum { MOST_STROKES = 8, MOST_POINTS = 8 };

/* A drawing on a grid: strokes "x,y x,y", each coordinate up to three figures. */
struct sketch {
    scrawl_point points[MOST_STROKES][MOST_POINTS];
    scrawl_stroke strokes[MOST_STROKES];
    size_t count;
};

static void draw(struct sketch *sketch, const char *text)
{
    scrawl_stroke *stroke = &sketch->strokes[sketch->count];
    scrawl_point *points = sketch->points[sketch->count++];
    *stroke = (scrawl_stroke){points, 0};
    while (*text) {
        char *next;
        scrawl_point *point = &points[stroke->point_count++];
        point->x = strtof(text, &next);
        point->y = strtof(next + 1, &next);
        point->pressure = 0.5f;
        text = next;
    }
}

static struct found_digits group(const struct sketch *sketch, bool single)
{
    struct found_digits found = {0};
    int width, height;
    CHECK_EQUAL(group_strokes(sketch->strokes, sketch->count, single, &found, &width, &height), SCRAWL_OK);
    return found;
}

static void check_count(const struct sketch *sketch, size_t count)
{
    struct found_digits found = group(sketch, false);
    CHECK_EQUAL(found.count, count);
    found_digits_free(&found);
}

TEST(group_strokes_joins_what_one_digit_is_made_of)
{
    struct sketch five = {.count = 0}, four = five, seven = five, one = five, eight = five;
    draw(&five, "10,10 8,50 40,60 40,90 8,100");
    draw(&five, "18,4 60,0"); /* a loose bar */
    check_count(&five, 1);
    draw(&four, "20,0 5,60 70,60");
    draw(&four, "50,20 50,100");
    check_count(&four, 1);
    draw(&seven, "0,0 60,0 20,100");
    draw(&seven, "10,50 60,48");
    check_count(&seven, 1);
    draw(&one, "0,30 30,0");
    draw(&one, "30,0 32,100");
    draw(&one, "10,100 55,101");
    check_count(&one, 1);
    draw(&eight, "30,0 0,25 30,50 60,25 30,0"); /* two circles, one on the other */
    draw(&eight, "30,51 0,75 30,100 60,75 30,51");
    check_count(&eight, 1);
}

TEST(group_strokes_parts_digits_that_are_near)
{
    struct sketch apart = {.count = 0}, below = apart;
    draw(&apart, "0,0 0,100");
    draw(&apart, "20,0 20,100");
    draw(&apart, "35,0 80,0 50,100");
    check_count(&apart, 3);
    draw(&below, "0,0 60,0 30,100");
    draw(&below, "0,125 60,125 30,225");
    check_count(&below, 2);
}

/* The first digit's box. */
static void check_first(const struct sketch *sketch, size_t count, int x, int y, int width, int height)
{
    struct found_digits found = group(sketch, false);
    if (CHECK_EQUAL(found.count, count)) {
        CHECK_EQUAL(found.digits[0].x, x);
        CHECK_EQUAL(found.digits[0].y, y);
        CHECK_EQUAL(found.digits[0].width, width);
        CHECK_EQUAL(found.digits[0].height, height);
    }
    found_digits_free(&found);
}

/* A line below two 1s and a 7 is part of none of them, one below a single 7 no part of it, and a 1's foot is one. */
TEST(group_strokes_leaves_underlines_out)
{
    struct sketch three = {.count = 0}, seven = three, one = three, dash = three;
    draw(&three, "20,0 18,100");
    draw(&three, "80,0 78,100");
    draw(&three, "120,0 170,0 140,100");
    draw(&three, "0,112 190,108");
    struct found_digits found = group(&three, false);
    CHECK_EQUAL(found.count, 3);
    for (size_t i = 0; i < found.count; i++) CHECK_EQUAL(found.digits[i].height, 100);
    found_digits_free(&found);
    draw(&seven, "20,0 70,0 40,100");
    draw(&seven, "0,108 110,106");
    check_first(&seven, 1, 20, 0, 50, 100);
    draw(&one, "30,0 32,100");
    draw(&one, "0,103 70,104");
    check_first(&one, 1, 0, 0, 70, 104);
    draw(&dash, "0,103 70,104"); /* nothing else is there */
    check_first(&dash, 1, 0, 103, 70, 1);
}

/* Lines that go beyond the rest on both sides. */
TEST(group_strokes_joins_bars_and_bases)
{
    struct sketch four = {.count = 0}, two = four;
    draw(&four, "33,0 5,60");
    draw(&four, "0,62 70,62");
    draw(&four, "55,20 52,100");
    check_count(&four, 1);
    draw(&two, "10,0 60,0 5,75");
    draw(&two, "0,77 70,77");
    check_first(&two, 1, 0, 0, 70, 77);
}

/* Whether the circle comes first or last, closed or not, around one digit or several. */
TEST(group_strokes_leaves_circles_around_digits_out)
{
    static const char seven[] = "70,60 110,60 90,140", bar[] = "75,100 105,98";
    static const char circle[] = "90,10 150,40 180,100 150,160 90,190 30,160 0,100 30,40";
    struct sketch first = {.count = 0}, last = first, box = first, plain = first, dot = first, level = first;
    draw(&first, circle);
    draw(&first, seven);
    check_first(&first, 1, 70, 60, 40, 80);
    draw(&last, seven);
    draw(&last, bar);
    draw(&last, circle);
    check_first(&last, 1, 70, 60, 40, 80);
    struct found_digits all = group(&last, true);
    if (CHECK_EQUAL(all.count, 1)) CHECK_EQUAL(all.digits[0].width, 180);
    found_digits_free(&all);
    draw(&box, "0,0 300,0 300,200 0,200 0,0");
    draw(&box, "50,60 90,60 70,140");
    draw(&box, "200,60 240,60 220,140");
    check_first(&box, 2, 50, 60, 40, 80);
    draw(&plain, circle);
    check_first(&plain, 1, 0, 10, 180, 180);
    draw(&dot, "30,40");
    check_first(&dot, 1, 30, 40, 1, 1);
    draw(&level, "30,40 90,40");
    check_first(&level, 1, 30, 40, 60, 1);
}

TEST(group_strokes_keeps_zeros_with_a_dot_or_a_slash)
{
    struct sketch dotted = {.count = 0}, slashed = dotted, wide = dotted, open = dotted;
    draw(&dotted, "90,10 150,40 180,100 150,160 90,190 30,160 0,100 90,10");
    draw(&dotted, "85,95 95,105");
    check_first(&dotted, 1, 0, 10, 180, 180);
    draw(&slashed, "50,0 85,30 100,80 85,140 50,160 15,140 0,80 50,0");
    draw(&slashed, "70,40 30,120");
    check_first(&slashed, 1, 0, 0, 100, 160);
    draw(&wide, "90,10 150,40 180,100 150,160 90,190 30,160 0,100 90,10");
    draw(&wide, "120,60 90,102 60,140");
    check_first(&wide, 1, 0, 10, 180, 180);
    draw(&open, "0,0 180,0 180,180"); /* an angle beside a digit */
    draw(&open, "60,60 100,60 80,140");
    check_first(&open, 1, 0, 0, 180, 180);
}

TEST(group_strokes_reads_lines_from_left_to_right)
{
    struct sketch sketch = {.count = 0};
    draw(&sketch, "150,220 150,300"); /* the second line, written first */
    draw(&sketch, "50,205 50,310");
    draw(&sketch, "200,30 200,130"); /* the first one slants */
    draw(&sketch, "100,15 100,110");
    draw(&sketch, "0,0 0,100");
    struct found_digits found = group(&sketch, false);
    static const int x[] = {0, 100, 200, 50, 150}, line[] = {0, 0, 0, 1, 1};
    if (CHECK_EQUAL(found.count, 5)) {
        for (int i = 0; i < 5; i++) {
            CHECK_EQUAL(found.digits[i].x, x[i]);
            CHECK_EQUAL(found.digits[i].line, line[i]);
            CHECK_EQUAL(found.digits[i].width, 1);
        }
    }
    found_digits_free(&found);
    found = group(&sketch, true);
    CHECK_EQUAL(found.count, 1);
    CHECK_EQUAL(found.digits[0].width, 200);
    CHECK_EQUAL(found.digits[0].height, 310);
    found_digits_free(&found);
}

TEST(group_strokes_takes_an_empty_drawing)
{
    struct found_digits found = {0};
    const scrawl_stroke empty = {NULL, 0};
    int width = 0, height = 0;
    CHECK_EQUAL(group_strokes(NULL, 0, false, &found, &width, &height), SCRAWL_OK);
    CHECK_EQUAL(group_strokes(&empty, 1, true, &found, &width, &height), SCRAWL_OK);
    CHECK_EQUAL(found.count, 0);
    CHECK_EQUAL(width, 1);
    CHECK_EQUAL(height, 1);
}

static void check_refused(scrawl_point point, const char *mention)
{
    struct found_digits found = {0};
    int width, height;
    const scrawl_point points[] = {{0, 0, 0.5f}, point};
    const scrawl_stroke stroke = {points, 2};
    CHECK_EQUAL(group_strokes(&stroke, 1, false, &found, &width, &height), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), mention);
    CHECK(found.digits == NULL);
}

TEST(group_strokes_refuses_what_lies_nowhere)
{
    check_refused((scrawl_point){NAN, 0, 0.5f}, "coordinates");
    check_refused((scrawl_point){0, INFINITY, 0.5f}, "coordinates");
    check_refused((scrawl_point){-1e30f, 0, 0.5f}, "coordinates");
    check_refused((scrawl_point){0, 0, NAN}, "pressure");
    struct found_digits found = {0};
    int width, height;
    scrawl_stroke *many = calloc(SCRAWL_MAX_STROKES + 1, sizeof *many);
    CHECK_EQUAL(group_strokes(many, SCRAWL_MAX_STROKES + 1, false, &found, &width, &height), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "strokes");
    free(many);
    const scrawl_point point = {0, 0, 0.5f};
    const scrawl_stroke too_long = {&point, SIZE_MAX};
    CHECK_EQUAL(group_strokes(&too_long, 1, false, &found, &width, &height), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "points");
}

TEST(group_strokes_takes_a_million_points_and_many_strokes)
{
    enum { POINTS = 1000000 };
    scrawl_point *points = malloc(POINTS * sizeof *points);
    scrawl_stroke *strokes = malloc(SCRAWL_MAX_STROKES * sizeof *strokes);
    struct found_digits found = {0};
    int width, height;
    for (int i = 0; i < POINTS; i++) points[i] = (scrawl_point){(float)(i % 1000), (float)(i / 1000), 2};
    CHECK_EQUAL(group_strokes(&(scrawl_stroke){points, POINTS}, 1, false, &found, &width, &height), SCRAWL_OK);
    CHECK_EQUAL(found.count, 1);
    CHECK_EQUAL(width, 999);
    found_digits_free(&found);
    for (int i = 0; i < SCRAWL_MAX_STROKES; i++) strokes[i] = (scrawl_stroke){points + i * 31, 30};
    CHECK_EQUAL(group_strokes(strokes, SCRAWL_MAX_STROKES, false, &found, &width, &height), SCRAWL_OK);
    CHECK(found.count > 0 && found.count <= SCRAWL_MAX_STROKES);
    found_digits_free(&found);
    free(points);
    free(strokes);
}
