/* Strokes to digits: what belongs together, in which order it is read, and what is refused. */
#include <math.h>
#include <stdlib.h>

#include "pages/templates.h"
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

/* ---- Marks ---- */

enum { ROW_STROKES = 32, ROW_POINTS = 24, ROW_DIGITS = 4 };

/* A row of digits of the templates, each 90 high, with marks between them. */
struct row {
    scrawl_point points[ROW_STROKES][ROW_POINTS];
    scrawl_stroke strokes[ROW_STROKES];
    size_t count;
    float right; /* where the next one begins */
};

static void add_point(struct row *row, float x, float y)
{
    scrawl_stroke *stroke = &row->strokes[row->count];
    scrawl_point *points = row->points[row->count];
    points[stroke->point_count++] = (scrawl_point){x, y, 0.5f};
    *stroke = (scrawl_stroke){points, stroke->point_count};
}

static void end_stroke(struct row *row)
{
    if (row->strokes[row->count].point_count > 0) row->count++;
}

/* size: of its height, in parts of the others'; top: where it begins. */
static void add_digit(struct row *row, const char *form, float size, float top)
{
    float widest = 0;
    for (const char *place = form; *place; place++) {
        if (*place == ',') end_stroke(row);
        if (*place < '0' || *place > '9') continue;
        const float x = (float)(place[0] - '0') * 10 * size, y = (float)(place[1] - '0') * 10 * size;
        add_point(row, row->right + x, top + y);
        widest = fmaxf(widest, x);
        place++;
    }
    end_stroke(row);
    row->right += widest + 20;
}

static void add_line(struct row *row, float from_x, float from_y, float to_x, float to_y)
{
    add_point(row, row->right + from_x, from_y);
    add_point(row, row->right + to_x, to_y);
    end_stroke(row);
}

/* A loop that is closed. */
static void add_circle(struct row *row, float y, float radius)
{
    for (int i = 0; i <= 8; i++)
        add_point(row, row->right + radius * cosf((float)i * (float)M_PI / 4),
                  y + radius * sinf((float)i * (float)M_PI / 4));
    end_stroke(row);
}

/* A point, a point as a tick, as a circle; a comma, bent; a colon of dots and of ticks; an apostrophe; a dash, waved.
 */
enum { MARKS = 10 };

static void add_mark(struct row *row, int mark)
{
    switch (mark) {
        case 0:
            add_line(row, 0, 90, 0, 90);
            break;
        case 1:
            add_line(row, 0, 84, 6, 93);
            break;
        case 2:
            add_circle(row, 87, 5);
            break;
        case 3:
            add_line(row, 0, 84, -9, 112);
            break;
        case 4:
            add_point(row, row->right, 86);
            add_point(row, row->right + 6, 92);
            add_point(row, row->right - 6, 110);
            end_stroke(row);
            break;
        case 5:
            add_line(row, 0, 25, 0, 26);
            add_line(row, 2, 75, 2, 76);
            break;
        case 6:
            add_line(row, 0, 20, 8, 24);
            add_circle(row, 72, 4);
            break;
        case 7:
            add_line(row, 2, -5, -4, 22);
            break;
        case 8:
            add_line(row, 0, 48, 35, 42);
            break;
        default:
            for (int i = 0; i <= 8; i++) add_point(row, row->right + (float)i * 5, 45 + (float)(i % 4 < 2 ? 3 : -3));
            end_stroke(row);
    }
    row->right += mark >= 8 ? 55 : 18;
}

static void transform(struct row *row, float size, float angle)
{
    for (size_t i = 0; i < row->count; i++) {
        for (size_t j = 0; j < row->strokes[i].point_count; j++) {
            scrawl_point *point = &row->points[i][j];
            const float x = point->x, y = point->y;
            point->x = size * (x * cosf(angle) - y * sinf(angle));
            point->y = size * (x * sinf(angle) + y * cosf(angle));
        }
    }
}

/* Whether it is that many digits on one line, from left to right. */
static bool is_line_of(const struct row *row, size_t count)
{
    struct found_digits found = {0};
    int width, height;
    CHECK_EQUAL(group_strokes(row->strokes, row->count, false, &found, &width, &height), SCRAWL_OK);
    bool right = found.count == count;
    for (size_t i = 1; i < found.count; i++)
        right = right && found.digits[i].line == 0 && found.digits[i].x > found.digits[i - 1].x;
    found_digits_free(&found);
    return right;
}

/* A digit of a template, a mark unless it is MARKS, and a 2. */
static void mark_row(struct row *row, const char *form, int mark, float size, float angle)
{
    add_digit(row, form, 1, 0);
    if (mark < MARKS) add_mark(row, mark);
    add_digit(row, "12 30 51 53 35 09. 69.", 1, 0);
    transform(row, size, angle);
}

/* A row upright and as large as it is, small and turned to one side, large and turned to the other. */
static const struct look {
    float size, angle;
} looks[] = {{1, 0}, {0.1f, 0.14f}, {5, -0.14f}};

static bool is_row_of_two(const char *form, int mark)
{
    bool right = true;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        struct row row = {.count = 0}; /* its strokes point into it */
        mark_row(&row, form, mark, looks[i].size, looks[i].angle);
        right = right && is_line_of(&row, 2);
    }
    return right;
}

/* Behind every way to write every digit that is one digit where its places are joined by straight lines. */
TEST(group_strokes_leaves_marks_out)
{
    size_t whole = 0;
    for (size_t i = 0; i < digit_template_count; i++) {
        const char *form = digit_templates[i].forms[0];
        if (!is_row_of_two(form, MARKS)) continue;
        whole++;
        for (int mark = 0; mark < MARKS; mark++)
            test_check(is_row_of_two(form, mark), __FILE__, __LINE__, "template %zu, mark %d", i, mark);
    }
    CHECK(whole + 3 > digit_template_count);
}

/* "1.234,50" and "-7" with two marks and one before the number. */
TEST(group_strokes_leaves_several_marks_out)
{
    struct row amount = {.count = 0}, negative = amount, trailing = amount;
    static const char one[] = "40. 49.", two[] = "12 30 51 53 35 09. 69.", five[] = "60. 10. 04. 34 56 57 39 08";
    add_digit(&amount, one, 1, 0);
    add_mark(&amount, 0);
    add_digit(&amount, two, 1, 0);
    add_digit(&amount, five, 1, 0);
    add_digit(&amount, one, 1, 0);
    add_mark(&amount, 3);
    add_digit(&amount, five, 1, 0);
    CHECK(is_line_of(&amount, 5));
    add_mark(&negative, 8);
    add_digit(&negative, two, 1, 0);
    CHECK(is_line_of(&negative, 1));
    add_digit(&trailing, two, 1, 0);
    add_digit(&trailing, one, 1, 0);
    add_mark(&trailing, 2);
    CHECK(is_line_of(&trailing, 2));
}

/* A superscript, a little 0, and a row of small digits below a large one are no marks. */
TEST(group_strokes_keeps_small_digits)
{
    static const char two[] = "12 30 51 53 35 09. 69.", zero[] = "40 12 05 28 49 68 75 62 40", one[] = "40. 49.";
    struct row raised = {.count = 0}, one_raised = raised, little = raised, below = raised;
    add_digit(&raised, two, 1, 0);
    add_digit(&raised, two, 0.5f, -10);
    CHECK(is_line_of(&raised, 2));
    add_digit(&one_raised, two, 1, 0);
    add_digit(&one_raised, one, 0.5f, -10);
    CHECK(is_line_of(&one_raised, 2));
    add_digit(&little, one, 1, 0);
    add_digit(&little, zero, 0.35f, 40);
    CHECK(is_line_of(&little, 2));
    add_digit(&below, zero, 4, -400);
    below.right = 0;
    for (int i = 0; i < ROW_DIGITS; i++) {
        below.right -= i == 0 ? 0 : 12;
        add_digit(&below, i % 2 ? zero : two, 0.4f, 0);
    }
    struct found_digits found = {0};
    int width, height;
    CHECK_EQUAL(group_strokes(below.strokes, below.count, false, &found, &width, &height), SCRAWL_OK);
    CHECK_EQUAL(found.count, ROW_DIGITS + 1);
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
