/* Implements the clutter of page_sheet.h: rulings, frames and everything else that stands on a page and is no digit.
 * Must not know paper and light. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"
#include "layers/loss.h"

/* All numbers of the clutter. Lengths are parts of the hand's digit height where nothing else is said. A deviation is
 * the standard one of a normal distribution with mean 0; a {low, high} has a uniform one. Chances are of pages, which a
 * calm or busy page multiplies. */
static const struct {
    struct {
        struct range width, thick;
        float thick_share, slope;
        struct range value;
        float dashed_share;
        struct range dash, hole;
    } line;
    struct {
        float chance;
        struct range distance;
        float margin_share;
    } lines, squares, dots;
    struct {
        float chance, missing, double_share;
    } table;
    struct {
        float chance;
        struct range place;
        float middle_share;
        struct range middle;
        float each;
    } feet;
    struct {
        float chance, all_share, shake, pen_share, double_share;
        struct range margin, gap;
    } frame, row_frame;
} settings = {
    .line.width = {0.6f, 2.4f}, /* pixels */
    .line.thick_share = 0.2f,
    .line.thick = {2, 4}, /* pixels */
    .line.slope = 0.02f,  /* deviation, rows a column, of all rulings together */
    .line.value = {0.3f, 1},
    .line.dashed_share = 0.12f,
    .line.dash = {2, 14}, /* pixels */
    .line.hole = {2, 8},  /* pixels */

    .lines.chance = 0.15f,
    .lines.distance = {0.5f, 2.6f},
    .lines.margin_share = 0.2f, /* with a line down the page */

    .squares.chance = 0.14f,
    .squares.distance = {0.3f, 1.6f},

    .dots.chance = 0.03f,
    .dots.distance = {0.25f, 1},

    .table.chance = 0.75f, /* of pages with a table, whatever their busyness */
    .table.missing = 0.05f,
    .table.double_share = 0.3f, /* has every third line thicker, as a sudoku */

    .feet.chance = 0.12f,
    .feet.each = 0.8f,            /* of the rows */
    .feet.place = {-0.15f, 0.2f}, /* below the base line */
    .feet.middle_share = 0.2f,
    .feet.middle = {-0.9f, -0.2f},

    .frame.chance = 0.09f,
    .frame.all_share = 0.5f, /* frames around each digit, not around one */
    .frame.shake = 0.6f,     /* deviation of a corner, pixels */
    .frame.pen_share = 0.4f, /* drawn with the digits' pen */
    .frame.double_share = 0.15f,
    .frame.margin = {0.08f, 0.5f},
    .frame.gap = {0.06f, 0.2f},

    .row_frame.chance = 0.08f,
    .row_frame.shake = 0.6f,
    .row_frame.pen_share = 0.3f,
    .row_frame.double_share = 0.2f,
    .row_frame.margin = {0.1f, 0.6f},
    .row_frame.gap = {0.06f, 0.2f},
};

/* ---- Rulings -------------------------------------------------------------------------------------------------------
 */

struct ruling {
    float width, value; /* pixels, 0 .. 1 */
    float dash, hole;   /* pixels; no dashes when dash is 0 */
};

static struct ruling random_ruling(struct random *random)
{
    struct ruling ruling;
    const bool thick = random_uniform(random) < settings.line.thick_share;
    ruling.width = random_in(random, thick ? settings.line.thick : settings.line.width);
    ruling.value = random_in(random, settings.line.value);
    const bool dashed = random_uniform(random) < settings.line.dashed_share;
    ruling.dash = dashed ? random_in(random, settings.line.dash) : 0;
    ruling.hole = random_in(random, settings.line.hole);
    return ruling;
}

static void draw_ruling(struct layer *layer, const struct ruling *ruling, struct page_box from_to)
{
    if (ruling->dash == 0) {
        layer_line(layer, from_to, ruling->width, ruling->value);
        return;
    }
    const float dx = from_to.right - from_to.left, dy = from_to.bottom - from_to.top, length = sqrtf(dx * dx + dy * dy);
    for (float place = 0; place < length; place += ruling->dash + ruling->hole) {
        const float from = place / length, to = min_float(place + ruling->dash, length) / length;
        const struct page_box dash = {from_to.left + from * dx, from_to.top + from * dy, from_to.left + to * dx,
                                      from_to.top + to * dy};
        layer_line(layer, dash, ruling->width, ruling->value);
    }
}

/* Across the page at this height of its left edge, or down it. */
static void draw_across(struct page_sheet *sheet, const struct ruling *ruling, float y)
{
    const float width = (float)sheet->width;
    draw_ruling(&sheet->rulings, ruling, (struct page_box){0, y, width, y + sheet->line_slope * width});
}

static void draw_down(struct page_sheet *sheet, const struct ruling *ruling, float x)
{
    const float height = (float)sheet->height;
    draw_ruling(&sheet->rulings, ruling, (struct page_box){x, 0, x - sheet->line_slope * height, height});
}

enum { LEAST_DISTANCE = 4 };

static void add_lines(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LINES, 0);
    if (!page_has(sheet, PAGE_LINES, &random, settings.lines.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const float distance = max_float(sheet->hand.height * random_in(&random, settings.lines.distance), LEAST_DISTANCE);
    const float first = -distance * random_uniform(&random), margin = random_uniform(&random) * (float)sheet->width;
    for (float y = first; y < (float)sheet->height + distance; y += distance) draw_across(sheet, &ruling, y);
    if (random_uniform(&random) < settings.lines.margin_share) draw_down(sheet, &ruling, margin);
}

static void add_squares(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SQUARES, 0);
    if (!page_has(sheet, PAGE_SQUARES, &random, settings.squares.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const float distance =
        max_float(sheet->hand.height * random_in(&random, settings.squares.distance), LEAST_DISTANCE);
    const float top = -distance * random_uniform(&random), left = -distance * random_uniform(&random);
    for (float y = top; y < (float)sheet->height + distance; y += distance) draw_across(sheet, &ruling, y);
    for (float x = left; x < (float)sheet->width + distance; x += distance) draw_down(sheet, &ruling, x);
}

static void add_dots(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_DOTS, 0);
    if (!page_has(sheet, PAGE_DOTS, &random, settings.dots.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const float distance = max_float(sheet->hand.height * random_in(&random, settings.dots.distance), LEAST_DISTANCE);
    const float top = -distance * random_uniform(&random), left = -distance * random_uniform(&random);
    for (float y = top; y < (float)sheet->height; y += distance)
        for (float x = left; x < (float)sheet->width; x += distance)
            layer_disc(&sheet->rulings, x, y, 0.5f * ruling.width, ruling.value);
}

static void add_table(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_TABLE, 0);
    const bool has = random_uniform(&random) < settings.table.chance;
    if (!sheet->table.there || !has || page_is_off(sheet, PAGE_TABLE)) return;
    struct ruling ruling = random_ruling(&random);
    const bool doubled = random_uniform(&random) < settings.table.double_share;
    const float thin = ruling.width;
    int line = 0;
    for (float y = sheet->table.y; y < (float)sheet->height + sheet->table.height; y += sheet->table.height, line++) {
        ruling.width = doubled && line % 3 == 0 ? 2 * thin : thin;
        if (random_uniform(&random) >= settings.table.missing) draw_across(sheet, &ruling, y);
    }
    line = 0;
    for (float x = sheet->table.x; x < (float)sheet->width + sheet->table.width; x += sheet->table.width, line++) {
        ruling.width = doubled && line % 3 == 0 ? 2 * thin : thin;
        if (random_uniform(&random) >= settings.table.missing) draw_down(sheet, &ruling, x);
    }
}

/* ---- Around digits --------------------------------------------------------------------------------------------------
 */

static struct page_box digit_box(const struct page_digit *digit)
{
    return (struct page_box){digit->left, digit->top, digit->right, digit->bottom};
}

/* Of a row's digits, false when there are none. */
static bool row_box(const struct page_sheet *sheet, int row, struct page_box *box)
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

/* Lines just below digits, through their feet or through their middle. */
static void add_feet_lines(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_FEET_LINES, 0);
    if (!page_has(sheet, PAGE_FEET_LINES, &random, settings.feet.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const bool middle = random_uniform(&random) < settings.feet.middle_share;
    const float place = random_in(&random, middle ? settings.feet.middle : settings.feet.place);
    for (int row = -1; row < PAGE_MOST_ROWS; row++) {
        struct page_box box;
        const bool there = random_uniform(&random) < settings.feet.each;
        if (!row_box(sheet, row, &box) || !there) continue;
        const float y = box.bottom + place * sheet->hand.height;
        if (random_uniform(&random) < 0.5f)
            draw_across(sheet, &ruling, y - sheet->line_slope * 0.5f * (box.left + box.right));
        else
            draw_ruling(&sheet->rulings, &ruling,
                        (struct page_box){box.left - sheet->hand.height, y, box.right + sheet->hand.height, y});
    }
}

static struct page_box wider(struct page_box box, float margin)
{
    return (struct page_box){box.left - margin, box.top - margin, box.right + margin, box.bottom + margin};
}

/* Four sides whose corners are a little off. */
static void draw_frame(struct layer *layer, const struct ruling *ruling, struct page_box box, float shake,
                       struct random *random)
{
    float points[5][2] = {{box.left, box.top}, {box.right, box.top}, {box.right, box.bottom}, {box.left, box.bottom}};
    for (int i = 0; i < 4; i++) {
        points[i][0] += shake * random_normal(random);
        points[i][1] += shake * random_normal(random);
    }
    memcpy(points[4], points[0], sizeof points[4]);
    for (int i = 0; i < 4; i++)
        draw_ruling(layer, ruling, (struct page_box){points[i][0], points[i][1], points[i + 1][0], points[i + 1][1]});
}

static float pen_width(const struct page_sheet *sheet)
{
    return max_float(2 * sheet->hand.radius * sheet->hand.height, 0.8f);
}

static void add_frames(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_FRAMES, 0);
    if (!page_has(sheet, PAGE_FRAMES, &random, settings.frame.chance) || sheet->digit_count == 0) return;
    struct ruling ruling = random_ruling(&random);
    const bool all = random_uniform(&random) < settings.frame.all_share,
               doubled = random_uniform(&random) < settings.frame.double_share;
    const bool pen = random_uniform(&random) < settings.frame.pen_share;
    const size_t one = random_below(&random, sheet->digit_count);
    const float margin = sheet->hand.height * random_in(&random, settings.frame.margin);
    const float gap = sheet->hand.height * random_in(&random, settings.frame.gap) + ruling.width;
    if (pen) ruling = (struct ruling){.width = pen_width(sheet), .value = 1};
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct layer *layer = pen ? &sheet->pen : &sheet->rulings;
        const struct page_box box = wider(digit_box(&sheet->found[i]), margin);
        struct random shake = page_random(sheet, PAGE_FRAMES, 1 + i);
        if (!all && i != one) continue;
        draw_frame(layer, &ruling, box, settings.frame.shake, &shake);
        if (doubled) draw_frame(layer, &ruling, wider(box, gap), settings.frame.shake, &shake);
    }
}

static void add_row_frames(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_ROW_FRAMES, 0);
    if (!page_has(sheet, PAGE_ROW_FRAMES, &random, settings.row_frame.chance)) return;
    struct ruling ruling = random_ruling(&random);
    const bool doubled = random_uniform(&random) < settings.row_frame.double_share,
               pen = random_uniform(&random) < settings.row_frame.pen_share;
    const float margin = sheet->hand.height * random_in(&random, settings.row_frame.margin);
    const float gap = sheet->hand.height * random_in(&random, settings.row_frame.gap) + ruling.width;
    if (pen) ruling = (struct ruling){.width = pen_width(sheet), .value = 1};
    for (int row = -1; row < PAGE_MOST_ROWS; row++) {
        struct page_box box;
        const bool there = random_uniform(&random) < 0.5f;
        if (!row_box(sheet, row, &box) || !there) continue;
        struct layer *layer = pen ? &sheet->pen : &sheet->rulings;
        draw_frame(layer, &ruling, wider(box, margin), settings.row_frame.shake, &random);
        if (doubled) draw_frame(layer, &ruling, wider(box, margin + gap), settings.row_frame.shake, &random);
    }
}

void page_add_clutter(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 1);
    sheet->line_slope = settings.line.slope * random_normal(&random);
    add_lines(sheet);
    add_squares(sheet);
    add_dots(sheet);
    add_table(sheet);
    add_feet_lines(sheet);
    add_frames(sheet);
    add_row_frames(sheet);
}
