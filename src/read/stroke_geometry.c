/* Implements stroke_geometry.h. Must not know which strokes make a digit. */
#include "stroke_geometry.h"

#include "base/minmax.h"

struct bounds stroke_bounds(const struct pen_stroke *stroke)
{
    struct bounds bounds = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; i < stroke->count; i++) {
        const struct pen_point *point = &stroke->points[i];
        bounds.left = fminf(bounds.left, point->x);
        bounds.right = fmaxf(bounds.right, point->x);
        bounds.top = fminf(bounds.top, point->y);
        bounds.bottom = fmaxf(bounds.bottom, point->y);
    }
    return bounds;
}

enum { COMPARED_POINTS = 48 }; /* of a stroke: enough to see where it goes */

/* The i-th of at most COMPARED_POINTS points that stand for a stroke, from its first to its last. */
static const struct pen_point *compared_point(const struct pen_stroke *stroke, size_t i, size_t compared)
{
    return &stroke->points[compared > 1 ? i * (stroke->count - 1) / (compared - 1) : 0];
}

float stroke_length(const struct pen_stroke *stroke)
{
    const size_t compared = min_size(stroke->count, COMPARED_POINTS);
    float length = 0;
    for (size_t i = 1; i < compared; i++) {
        const struct pen_point *before = compared_point(stroke, i - 1, compared);
        const struct pen_point *here = compared_point(stroke, i, compared);
        length += hypotf(here->x - before->x, here->y - before->y);
    }
    return length;
}

/* The squared distance of a point from the segment a-b. */
static float squared_distance(const struct pen_point *point, const struct pen_point *a, const struct pen_point *b)
{
    const float dx = b->x - a->x, dy = b->y - a->y, length = dx * dx + dy * dy;
    float place = length > 0 ? ((point->x - a->x) * dx + (point->y - a->y) * dy) / length : 0;
    place = fminf(fmaxf(place, 0), 1);
    const float x = point->x - a->x - place * dx, y = point->y - a->y - place * dy;
    return x * x + y * y;
}

static float side_of(const struct pen_point *point, const struct pen_point *a, const struct pen_point *b)
{
    return (b->x - a->x) * (point->y - a->y) - (b->y - a->y) * (point->x - a->x);
}

/* Segments that cross, or come nearer to each other than the distance. */
static bool segments_touch(const struct pen_point *a, const struct pen_point *b, float distance)
{
    const float limit = distance * distance;
    if (side_of(&a[0], &b[0], &b[1]) * side_of(&a[1], &b[0], &b[1]) < 0 &&
        side_of(&b[0], &a[0], &a[1]) * side_of(&b[1], &a[0], &a[1]) < 0)
        return true;
    return squared_distance(&a[0], &b[0], &b[1]) <= limit || squared_distance(&a[1], &b[0], &b[1]) <= limit ||
           squared_distance(&b[0], &a[0], &a[1]) <= limit || squared_distance(&b[1], &a[0], &a[1]) <= limit;
}

bool strokes_touch(const struct pen_stroke *a, const struct pen_stroke *b, float distance)
{
    const size_t a_count = min_size(a->count, COMPARED_POINTS);
    const size_t b_count = min_size(b->count, COMPARED_POINTS);
    for (size_t i = 0; i < a_count; i++) {
        const struct pen_point of_a[] = {*compared_point(a, i > 0 ? i - 1 : 0, a_count),
                                         *compared_point(a, i, a_count)};
        for (size_t j = 0; j < b_count; j++) {
            const struct pen_point of_b[] = {*compared_point(b, j > 0 ? j - 1 : 0, b_count),
                                             *compared_point(b, j, b_count)};
            if (segments_touch(of_a, of_b, distance)) return true;
        }
    }
    return false;
}

/* ---- Around ---- */

enum { SECTORS = 32 };
static const double around_part = 0.74; /* of all directions: a circle may have a gap */

/* The sector that a direction lies in. Measured along a square on its corner, which costs no arctangent. */
static int sector_of(float x, float y)
{
    const float around = fabsf(x) + fabsf(y), along = around > 0 ? x / around : 1;
    return (int)((y >= 0 ? 1 - along : 3 + along) * SECTORS / 4) % SECTORS;
}

/* From one sector to another, the short way. */
static void mark_sectors(int from, int to, bool seen[SECTORS])
{
    const int step = (to - from + SECTORS) % SECTORS <= SECTORS / 2 ? 1 : SECTORS - 1;
    for (int sector = from; sector != to; sector = (sector + step) % SECTORS) seen[sector] = true;
    seen[to] = true;
}

bool stroke_surrounds(const struct pen_stroke *stroke, const struct bounds *own, const struct bounds *other)
{
    bool seen[SECTORS] = {false};
    int around = 0, before = 0;
    const float x = (other->left + other->right) / 2, y = (other->top + other->bottom) / 2;
    if (other->left <= own->left || other->top <= own->top || other->right >= own->right ||
        other->bottom >= own->bottom)
        return false;
    const size_t compared = min_size(stroke->count, COMPARED_POINTS);
    for (size_t i = 0; i < compared; i++) {
        const struct pen_point *point = compared_point(stroke, i, compared);
        const int sector = sector_of(point->x - x, point->y - y);
        mark_sectors(i > 0 ? before : sector, sector, seen);
        before = sector;
    }
    for (int i = 0; i < SECTORS; i++) around += seen[i];
    return around >= around_part * SECTORS;
}
