/* Tests of stroke_geometry.c. */
#include "test.h"

#include "read/stroke_geometry.h"

static struct pen_stroke stroke_of(struct pen_point *points, size_t count)
{
    return (struct pen_stroke){points, count};
}

TEST(stroke_geometry_of_bounds)
{
    struct pen_point points[] = {{3, 8, 1}, {-2, 5, 1}, {4, 6, 1}};
    struct pen_stroke stroke = stroke_of(points, 3);
    struct bounds bounds = stroke_bounds(&stroke), other = {4, 0, 6, 7};
    CHECK(bounds.left == -2 && bounds.right == 4 && bounds.top == 5 && bounds.bottom == 8);
    CHECK(shared_width(&bounds, &other) == 0 && shared_height(&bounds, &other) == 2);
    struct bounds both = united(&bounds, &other);
    CHECK(width_of(&both) == 8 && height_of(&both) == 8);
}

TEST(stroke_geometry_of_length)
{
    struct pen_point points[] = {{0, 0, 1}, {3, 4, 1}, {3, 10, 1}};
    struct pen_stroke stroke = stroke_of(points, 3), dot = stroke_of(points, 1);
    CHECK(stroke_length(&stroke) == 11);
    CHECK(stroke_length(&dot) == 0);
}

/* Strokes that cross, that end near each other, and that are parallel. */
TEST(stroke_geometry_of_touching)
{
    struct pen_point level[] = {{0, 0, 1}, {10, 0, 1}}, upright[] = {{5, -5, 1}, {5, 5, 1}};
    struct pen_point near[] = {{12, 0, 1}, {20, 0, 1}}, dot[] = {{5, 3, 1}};
    struct pen_stroke a = stroke_of(level, 2), b = stroke_of(upright, 2), c = stroke_of(near, 2), d = stroke_of(dot, 1);
    CHECK(strokes_touch(&a, &b, 0));
    CHECK(!strokes_touch(&a, &c, 1.9f));
    CHECK(strokes_touch(&a, &c, 2));
    CHECK(!strokes_touch(&a, &d, 2.9f));
    CHECK(strokes_touch(&d, &a, 3));
}

/* A box, whole, without one side, and without two. */
TEST(stroke_geometry_of_surrounding)
{
    struct pen_point box[] = {{0, 0, 1}, {10, 0, 1}, {10, 10, 1}, {0, 10, 1}, {0, 0, 1}};
    const struct bounds inside = {4, 3, 6, 8}, beside = {8, 3, 12, 8}, whole = {0, 0, 10, 10};
    for (size_t points = 3; points <= 5; points++) {
        struct pen_stroke stroke = stroke_of(box, points);
        struct bounds own = stroke_bounds(&stroke);
        CHECK_EQUAL(stroke_surrounds(&stroke, &own, &inside), points > 3);
        CHECK(!stroke_surrounds(&stroke, &own, &beside));
        CHECK(!stroke_surrounds(&stroke, &own, &whole));
    }
}
