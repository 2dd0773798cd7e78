/* Implements strokes.h. Must not know where strokes come from. */
#include "strokes.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    BOX = 20, /* pixels the ink's longer side fills (LeCun et al. 1998) */
};

static const float edge = 0.5f;       /* pixels that ink fades over, on either side of the line's border */
static const float least_move = 0.4f; /* pixels; a pen that moved less has not moved */
static const float least_extent = 1e-18f;

/* ---- One segment ------------------------------------------------------------------------------------------------- */

static int first_pixel(float from)
{
    return from > 0 ? (int)from : 0;
}

static int last_pixel(float to)
{
    return to < SIDE - 1 ? (int)ceilf(to) : SIDE - 1;
}

/* Inks the pixels around the segment a-b: a pixel's ink is the part of it that a straight border at the distance of the
 * line's would leave, 1 inside and 0 outside with a ramp of one pixel between. The radius runs evenly from end to end.
 */
static void draw_segment(const struct pen_point *a, const struct pen_point *b, float canvas[SCRAWL_IMAGE_PIXELS])
{
    const float dx = b->x - a->x, dy = b->y - a->y, squared_length = dx * dx + dy * dy;
    const float inverse = squared_length > 1e-12f ? 1 / squared_length : 0;
    const float reach = max_float(a->radius, b->radius) + edge + edge; /* pixels are counted from their middles */
    const int left = first_pixel(min_float(a->x, b->x) - reach), right = last_pixel(max_float(a->x, b->x) + reach - 1);
    const int top = first_pixel(min_float(a->y, b->y) - reach), bottom = last_pixel(max_float(a->y, b->y) + reach - 1);
    for (int row = top; row <= bottom; row++) {
        const float y = (float)row + 0.5f - a->y;
        for (int column = left; column <= right; column++) {
            const float x = (float)column + 0.5f - a->x;
            const float place = clamp_float((x * dx + y * dy) * inverse, 0, 1);
            const float across = x - place * dx, along = y - place * dy;
            const float squared_distance = across * across + along * along;
            const float outside = a->radius + place * (b->radius - a->radius) + edge;
            if (squared_distance >= outside * outside) continue;
            float *pixel = &canvas[row * SIDE + column];
            *pixel = max_float(*pixel, min_float(outside - sqrtf(squared_distance), 1));
        }
    }
}

void strokes_draw(const struct pen_stroke *stroke, float canvas[SCRAWL_IMAGE_PIXELS])
{
    if (stroke->count == 1) draw_segment(stroke->points, stroke->points, canvas);
    for (size_t i = 1; i < stroke->count; i++) draw_segment(&stroke->points[i - 1], &stroke->points[i], canvas);
}

/* ---- Where strokes go on the input ------------------------------------------------------------------------------- */

/* x_pixel = (x - origin_x) * scale + left, likewise y. */
struct frame {
    float origin_x, origin_y, scale, left, top;
};

struct extent {
    float left, top, right, bottom, radius;
};

static struct extent extent_of(const struct pen_stroke *strokes, size_t count)
{
    struct extent extent = {INFINITY, INFINITY, -INFINITY, -INFINITY, 0};
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < strokes[i].count; j++) {
            const struct pen_point *point = &strokes[i].points[j];
            extent.left = min_float(extent.left, point->x);
            extent.right = max_float(extent.right, point->x);
            extent.top = min_float(extent.top, point->y);
            extent.bottom = max_float(extent.bottom, point->y);
            extent.radius = max_float(extent.radius, point->radius);
        }
    }
    return extent;
}

/* The middle of the ink in pixels from the extent's corner, each segment weighing as its length and width, and a dot as
 * its width. */
static void center_of_mass(const struct pen_stroke *strokes, size_t count, const struct extent *extent, float scale,
                           float *x, float *y)
{
    double mass = 0, sum_x = 0, sum_y = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < strokes[i].count; j++) {
            const struct pen_point *b = &strokes[i].points[j], *a = j > 0 ? b - 1 : b;
            const float dx = (b->x - a->x) * scale, dy = (b->y - a->y) * scale, length = sqrtf(dx * dx + dy * dy);
            float weight = (a->radius + b->radius) * (j > 0 ? length : b->radius);
            mass += weight;
            sum_x += weight * ((a->x - extent->left) + (b->x - extent->left)) / 2;
            sum_y += weight * ((a->y - extent->top) + (b->y - extent->top)) / 2;
        }
    }
    *x = (float)(sum_x / mass) * scale;
    *y = (float)(sum_y / mass) * scale;
}

/* Where ink of `length` whole pixels begins so that its centre lies on the input's middle and nothing is cut off. */
static float place(float center, float length)
{
    float start = floorf((float)SIDE / 2 - center + 0.5f), last = floorf((float)SIDE - length);
    return max_float(0, min_float(start, last));
}

/* The ink's longer side is BOX pixels from border to border. */
static struct frame fit(const struct pen_stroke *strokes, size_t count)
{
    const struct extent extent = extent_of(strokes, count);
    const float width = extent.right - extent.left, height = extent.bottom - extent.top;
    const float longer = max_float(width, height), radius = extent.radius;
    struct frame frame = {.origin_x = extent.left,
                          .origin_y = extent.top,
                          .scale = longer > least_extent ? ((float)BOX - 2 * radius) / longer : 0};
    float x, y;
    center_of_mass(strokes, count, &extent, frame.scale, &x, &y);
    frame.left = place(x + radius, width * frame.scale + 2 * radius) + radius;
    frame.top = place(y + radius, height * frame.scale + 2 * radius) + radius;
    return frame;
}

static struct pen_point in_pixels(const struct pen_point *point, const struct frame *frame)
{
    return (struct pen_point){(point->x - frame->origin_x) * frame->scale + frame->left,
                              (point->y - frame->origin_y) * frame->scale + frame->top, point->radius};
}

static void draw_fitted(const struct pen_stroke *stroke, const struct frame *frame, float canvas[SCRAWL_IMAGE_PIXELS])
{
    struct pen_point last = in_pixels(&stroke->points[0], frame);
    if (stroke->count == 1) draw_segment(&last, &last, canvas);
    for (size_t i = 1; i < stroke->count; i++) {
        const struct pen_point next = in_pixels(&stroke->points[i], frame);
        bool moved = fabsf(next.x - last.x) + fabsf(next.y - last.y) >= least_move;
        if (!moved && i + 1 < stroke->count) continue;
        draw_segment(&last, &next, canvas);
        last = next;
    }
}

void strokes_render(const struct pen_stroke *strokes, size_t count, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    float canvas[SCRAWL_IMAGE_PIXELS] = {0};
    size_t points = 0;
    for (size_t i = 0; i < count; i++) points += strokes[i].count;
    if (points > 0) {
        const struct frame frame = fit(strokes, count);
        for (size_t i = 0; i < count; i++)
            if (strokes[i].count > 0) draw_fitted(&strokes[i], &frame, canvas);
    }
    for (size_t i = 0; i < SCRAWL_IMAGE_PIXELS; i++) input[i] = (uint8_t)(canvas[i] * FULL_INK + 0.5f);
}
