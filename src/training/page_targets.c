/* Implements page_targets.h. Digits of a certain size are wanted; around that range they count less and less, then
 * nothing is said of them, as of digits that are cut off or can't be read. Those far from it are for another level of a
 * pyramid, and must not be found. */
#include "page_targets.h"

#include <math.h>
#include <stdbool.h>

#include "base/minmax.h"
#include "layers/loss.h"

/* Pixels, of the longer side of a digit's box. */
static const struct {
    float open_from, soft_from, wanted_from, wanted_to, soft_to, open_to;
} sizes = {8, 11, 13, 37, 42, 58};

static const float least_visible = 0.9f, least_open_visible = 0.25f; /* part of a box that is on the page */
static const float margin = 0.2f;        /* on each side of a box, of which something is said at any rate */
static const float radius_share = 0.09f; /* a centre's standard deviation, of the box's width and height */
static const float least_radius = 0.55f; /* cells */
static const float reach = 3;            /* standard deviations */
static const float near = 0.55f;         /* cells so near a centre give the digit's sides and class too */
static const float least_side = 0.5f, most_side = 60; /* pixels */

/* The page's cells. */
struct cells {
    struct cell_target *targets;
    int rows, columns;
};

/* Of one side, in pixels: from..to. */
struct span {
    float from, to;
};

static struct span visible(float from, float to, size_t side)
{
    return (struct span){max_float(from, 0), min_float(to, (float)side)};
}

static float visible_share(const struct page *page, const struct page_digit *digit)
{
    const struct span x = visible(digit->left, digit->right, page->width),
                      y = visible(digit->top, digit->bottom, page->height);
    const float area = (digit->right - digit->left) * (digit->bottom - digit->top);
    if (x.to <= x.from || y.to <= y.from || area <= 0) return 0;
    return (x.to - x.from) * (y.to - y.from) / area;
}

static float size_of(const struct page_digit *digit)
{
    return max_float(digit->right - digit->left, digit->bottom - digit->top);
}

/* How much a digit of this size is wanted, 0 .. 1. */
static float weight_of_size(float size)
{
    const float rising = (size - sizes.soft_from) / (sizes.wanted_from - sizes.soft_from);
    const float falling = (sizes.soft_to - size) / (sizes.soft_to - sizes.wanted_to);
    return clamp_float(min_float(rising, falling), 0, 1);
}

/* How much a digit is wanted, or below 0: its place must be as empty as paper. */
static float find_weight(const struct page *page, const struct page_digit *digit)
{
    const float size = size_of(digit), share = visible_share(page, digit);
    const bool readable = digit->class_index >= 0 && digit->class_index != NO_CLASS;
    if (size < sizes.open_from || size > sizes.open_to || share < least_open_visible) return -1;
    if (digit->ignored || (readable && share < least_visible)) return 0;
    return readable ? weight_of_size(size) : -1;
}

static int first_cell(float pixel, int count)
{
    return (int)clamp_float(floorf(pixel / DETECTION_CELL), 0, (float)(count - 1));
}

/* The middle of what is seen of a digit counts at most as much as the digit. */
static void open_middle(const struct page *page, const struct page_digit *digit, float weight,
                        const struct cells *cells)
{
    const struct span x = visible(digit->left, digit->right, page->width),
                      y = visible(digit->top, digit->bottom, page->height);
    const float x_margin = margin * (x.to - x.from), y_margin = margin * (y.to - y.from);
    for (int row = first_cell(y.from + y_margin, cells->rows); row <= first_cell(y.to - y_margin, cells->rows); row++)
        for (int column = first_cell(x.from + x_margin, cells->columns);
             column <= first_cell(x.to - x_margin, cells->columns); column++) {
            float *counts = &cells->targets[row * cells->columns + column].centre_weight;
            *counts = min_float(*counts, weight);
        }
}

/* 1 at a centre, in cells, falling with the distance from it. */
static float bell(int cell, float centre, float radius)
{
    const float distance = ((float)cell + 0.5f - centre) / radius;
    return expf(-distance * distance / 2);
}

static void set_digit(struct cell_target *target, const struct page_digit *digit, int row, int column, float weight)
{
    const float x = ((float)column + 0.5f) * DETECTION_CELL, y = ((float)row + 0.5f) * DETECTION_CELL;
    const float sides[DETECTION_SIDE_COUNT] = {x - digit->left, y - digit->top, digit->right - x, digit->bottom - y};
    for (size_t i = 0; i < DETECTION_SIDE_COUNT; i++) target->sides[i] = clamp_float(sides[i], least_side, most_side);
    target->class_index = (uint8_t)digit->class_index;
    target->digit_weight = weight;
}

static void stamp(const struct page_digit *digit, float weight, const struct cells *cells)
{
    const float x = (digit->left + digit->right) / 2 / DETECTION_CELL,
                y = (digit->top + digit->bottom) / 2 / DETECTION_CELL;
    const float x_radius = max_float(radius_share * (digit->right - digit->left) / DETECTION_CELL, least_radius),
                y_radius = max_float(radius_share * (digit->bottom - digit->top) / DETECTION_CELL, least_radius);
    const int x_reach = (int)(reach * x_radius) + 1, y_reach = (int)(reach * y_radius) + 1;
    const int centre_row = first_cell(y * DETECTION_CELL, cells->rows),
              centre_column = first_cell(x * DETECTION_CELL, cells->columns);
    for (int row = max_int(centre_row - y_reach, 0); row <= min_int(centre_row + y_reach, cells->rows - 1); row++)
        for (int column = max_int(centre_column - x_reach, 0);
             column <= min_int(centre_column + x_reach, cells->columns - 1); column++) {
            struct cell_target *target = &cells->targets[row * cells->columns + column];
            const bool is_centre = row == centre_row && column == centre_column;
            const float value = is_centre ? 1 : bell(row, y, y_radius) * bell(column, x, x_radius);
            if (value > near && value >= target->centre) set_digit(target, digit, row, column, value * weight);
            if (is_centre) target->centre_weight = max_float(target->centre_weight, weight);
            target->centre = max_float(target->centre, value);
        }
}

void page_targets_make(const struct page *page, struct cell_target *targets)
{
    const struct cells cells = {targets, (int)(page->height / DETECTION_CELL), (int)(page->width / DETECTION_CELL)};
    for (int i = 0; i < cells.rows * cells.columns; i++) targets[i] = (struct cell_target){.centre_weight = 1};
    for (size_t i = 0; i < page->digit_count; i++) {
        const float weight = find_weight(page, &page->digits[i]);
        if (weight >= 0 && weight < 1) open_middle(page, &page->digits[i], weight, &cells);
    }
    for (size_t i = 0; i < page->digit_count; i++) {
        const float weight = find_weight(page, &page->digits[i]);
        if (weight > 0) stamp(&page->digits[i], weight, &cells);
    }
}
