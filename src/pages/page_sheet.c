/* Implements the drawing of page_sheet.h: lines, curves, areas and smooth fields, each to the same bytes everywhere.
 * Must not know what they stand for. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "layers/loss.h"

/* How busy pages are, a page's factor of all chances, and what its parts have in common. Shares are of the pages. */
static const struct {
    float clean_share, calm_share, calm, busy_share, busy, empty;
    float clear;                   /* around digits, for what stands beside them; parts of their height */
    float least_width, most_width; /* of the pen where it writes no digits; pixels */
} settings = {
    .clean_share = 0.13f, /* with digits alone */
    .calm_share = 0.2f,
    .calm = 0.2f,
    .busy_share = 0.2f,
    .busy = 1.8f,
    .empty = 2, /* of pages without digits */
    .clear = 0.08f,
    .least_width = 0.8f,
    .most_width = 9,
};

struct random page_random(const struct page_sheet *sheet, enum page_element element, size_t number)
{
    return random_stream(sheet->seed, RANDOM_PAGES, sheet->number, (uint64_t)number << 8 | (uint64_t)element);
}

bool page_is_off(const struct page_sheet *sheet, enum page_element element)
{
    return sheet->elements_off >> element & 1;
}

static float busyness(const struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_BUSYNESS, 0);
    const float place = random_uniform(&random);
    if (sheet->empty) return settings.empty;
    if (place < settings.clean_share) return 0;
    if (place < settings.clean_share + settings.calm_share) return settings.calm;
    return place > 1 - settings.busy_share ? settings.busy : 1;
}

bool page_is_clean(const struct page_sheet *sheet)
{
    return busyness(sheet) == 0;
}

bool page_has(const struct page_sheet *sheet, enum page_element element, struct random *random, float chance)
{
    const bool has = random_uniform(random) < chance * busyness(sheet);
    return has && !page_is_off(sheet, element);
}

float page_sine(float turns)
{
    const float phase = turns - floorf(turns);
    const float wave = phase < 0.5f ? 16 * phase * (0.5f - phase) : 16 * (phase - 0.5f) * (phase - 1);
    return wave * (0.775f + 0.225f * fabsf(wave));
}

/* ---- Digits and what is around them --------------------------------------------------------------------------------
 */

struct page_box page_digit_box(const struct page_digit *digit)
{
    return (struct page_box){digit->left, digit->top, digit->right, digit->bottom};
}

/* Of a row's digits, false when there are none. */
bool page_row_box(const struct page_sheet *sheet, int row, struct page_box *box)
{
    *box = (struct page_box){1e9f, 1e9f, -1e9f, -1e9f};
    for (size_t i = 0; i < sheet->digit_count; i++) {
        if (sheet->rows[i] != row) continue;
        box->left = min_float(box->left, sheet->found[i].left);
        box->right = max_float(box->right, sheet->found[i].right);
        box->top = min_float(box->top, sheet->found[i].top);
        box->bottom = max_float(box->bottom, sheet->found[i].bottom);
    }
    return box->left < box->right;
}

struct page_box page_wider(struct page_box box, float margin)
{
    return (struct page_box){box.left - margin, box.top - margin, box.right + margin, box.bottom + margin};
}

float page_pen_width(const struct page_sheet *sheet)
{
    return clamp_float(2 * sheet->hand.radius * sheet->hand.height, settings.least_width, settings.most_width);
}

/* Whether no digit is in this box. */
bool page_is_free(const struct page_sheet *sheet, struct page_box box)
{
    const float clear = settings.clear * sheet->hand.height + 1;
    for (size_t i = 0; i < sheet->digit_count; i++) {
        const struct page_digit *digit = &sheet->found[i];
        if (box.right > digit->left - clear && box.left < digit->right + clear && box.bottom > digit->top - clear &&
            box.top < digit->bottom + clear)
            return false;
    }
    return true;
}

bool page_overlaps(const struct page_sheet *sheet, struct page_box box, float most)
{
    for (size_t i = 0; i < sheet->digit_count; i++) {
        const struct page_digit *digit = &sheet->found[i];
        if (min_float(box.right, digit->right) - max_float(box.left, digit->left) > most &&
            min_float(box.bottom, digit->bottom) - max_float(box.top, digit->top) > most)
            return true;
    }
    return false;
}

void page_random_place(const struct page_sheet *sheet, struct random *random, float *x, float *y)
{
    *x = random_uniform(random) * (float)sheet->width;
    *y = random_uniform(random) * (float)sheet->height;
}

void page_ignore_digit(struct page_digit *digit)
{
    digit->ignored = true;
    digit->class_index = NO_CLASS;
}

/* ---- Layers ------------------------------------------------------------------------------------------------------ */

static void darken(uint8_t *pixel, float value)
{
    const int level = (int)(clamp_float(value, 0, 1) * FULL_INK + 0.5f);
    if (level > *pixel) *pixel = (uint8_t)level;
}

/* The pixels whose middles may be in [low, high], within 0 .. size. */
static int first_pixel(float low, int size)
{
    return (int)clamp_float(floorf(low), 0, (float)size);
}

static int end_pixel(float high, int size)
{
    return (int)clamp_float(ceilf(high), 0, (float)size);
}

/* One row at a time, or one column: what the line covers there, across its longer way. */
void layer_line(struct sheet_layer *layer, struct page_box from_to, float width, float value)
{
    const float dx = from_to.right - from_to.left, dy = from_to.bottom - from_to.top;
    const bool lying = fabsf(dx) >= fabsf(dy);
    const float along = lying ? dx : dy, slope = along == 0 ? 0 : (lying ? dy : dx) / along;
    const float half = 0.5f * max_float(width, 1) * sqrtf(1 + slope * slope), thin = min_float(width, 1) * value;
    const float from = lying ? from_to.left : from_to.top, across = lying ? from_to.top : from_to.left;
    const int size = lying ? layer->width : layer->height, other = lying ? layer->height : layer->width;
    const int end = end_pixel(max_float(from, from + along) - 0.5f, size);
    for (int i = first_pixel(min_float(from, from + along) + 0.5f, size); i < end; i++) {
        const float middle = across + slope * ((float)i + 0.5f - from);
        const int last = end_pixel(middle + half, other);
        for (int j = first_pixel(middle - half, other); j < last; j++) {
            const float covered = min_float((float)j + 1, middle + half) - max_float((float)j, middle - half);
            darken(&layer->values[lying ? j * layer->width + i : i * layer->width + j], covered * thin);
        }
    }
}

/* A piece of a curve: all that is closer than half the width to it. */
static void draw_piece(struct sheet_layer *layer, const float a[2], const float b[2], float half, float value)
{
    const float reach = half + 1, dx = b[0] - a[0], dy = b[1] - a[1], squared = dx * dx + dy * dy;
    const float scale = squared > 0 ? 1 / squared : 0;
    const int left = first_pixel(min_float(a[0], b[0]) - reach, layer->width);
    const int right = end_pixel(max_float(a[0], b[0]) + reach, layer->width);
    const int bottom = end_pixel(max_float(a[1], b[1]) + reach, layer->height);
    for (int row = first_pixel(min_float(a[1], b[1]) - reach, layer->height); row < bottom; row++) {
        const float y = (float)row + 0.5f - a[1];
        for (int column = left; column < right; column++) {
            const float x = (float)column + 0.5f - a[0];
            const float part = clamp_float((x * dx + y * dy) * scale, 0, 1);
            const float away_x = x - part * dx, away_y = y - part * dy;
            const float away = away_x * away_x + away_y * away_y;
            if (away >= (half + 0.5f) * (half + 0.5f)) continue;
            darken(&layer->values[row * layer->width + column], value * min_float(half + 0.5f - sqrtf(away), 1));
        }
    }
}

void layer_curve(struct sheet_layer *layer, const float (*points)[2], int count, float width, float value)
{
    const float half = 0.5f * max_float(width, 1), thin = min_float(width, 1) * value;
    if (count == 1) draw_piece(layer, points[0], points[0], half, thin);
    for (int i = 0; i + 1 < count; i++) draw_piece(layer, points[i], points[i + 1], half, thin);
}

void layer_disc(struct sheet_layer *layer, float x, float y, float radius, float value)
{
    const float point[1][2] = {{x, y}};
    layer_curve(layer, point, 1, 2 * radius, value);
}

void layer_rectangle(struct sheet_layer *layer, struct page_box box, float value)
{
    const int right = end_pixel(box.right, layer->width), bottom = end_pixel(box.bottom, layer->height);
    for (int row = first_pixel(box.top, layer->height); row < bottom; row++) {
        const float down = min_float((float)row + 1, box.bottom) - max_float((float)row, box.top);
        for (int column = first_pixel(box.left, layer->width); column < right; column++) {
            const float across = min_float((float)column + 1, box.right) - max_float((float)column, box.left);
            darken(&layer->values[row * layer->width + column], value * across * down);
        }
    }
}

/* ---- Fields ------------------------------------------------------------------------------------------------------ */

enum { MOST_KNOTS = 1024 };

/* Rows of knots that lean, so that no rectangles show; smooth between them both ways, which leaves about two thirds of
 * the deviation. */
void page_add_field(struct page_sheet *sheet, float *values, float cell, float deviation, struct random *random)
{
    static const float loss = 0.68f, most_lean = 0.6f;
    float above[MOST_KNOTS], below[MOST_KNOTS], knots[MOST_KNOTS];
    const float lean = random_between(random, 0, most_lean);
    const float reach = (float)sheet->width + lean * (float)sheet->height,
                step = max_float(cell, reach / (MOST_KNOTS - 3));
    const int count = (int)(reach / step) + 3;
    const float phase_x = random_uniform(random), phase_y = random_uniform(random), scale = deviation / loss,
                part = 1 / step;
    for (int i = 0; i < count; i++) below[i] = scale * random_normal(random);
    int line = -1;
    for (int row = 0; row < sheet->height; row++) {
        const float place = (float)row * part + phase_y, t = place - floorf(place), blend = t * t * (3 - 2 * t);
        for (; line < (int)place; line++) {
            memcpy(above, below, (size_t)count * sizeof *above);
            for (int i = 0; i < count; i++) below[i] = scale * random_normal(random);
        }
        for (int i = 0; i < count; i++) knots[i] = above[i] + blend * (below[i] - above[i]);
        const float start = lean * (float)row * part + phase_x;
        float *out = values + (size_t)row * (size_t)sheet->width;
        for (int column = 0; column < sheet->width; column++) {
            const float x = (float)column * part + start;
            const int knot = (int)x;
            const float u = x - (float)knot;
            out[column] += knots[knot] + u * u * (3 - 2 * u) * (knots[knot + 1] - knots[knot]);
        }
    }
}
