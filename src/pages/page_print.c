/* Implements the print of page_sheet.h: rulings, tables, frames, security print and letters of a press. Must not know
 * what a pen writes besides digits. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "templates.h"

/* All numbers of the print. Lengths are parts of the hand's digit height where nothing else is said, values 0 .. 1 of
 * full coverage. A deviation is the standard one of a normal distribution with mean 0; a {low, high} has a uniform one.
 * Chances are of pages, which a calm or busy page multiplies; shares are of what is drawn. */
static const struct {
    struct {
        struct range width, thick;
        float thick_share, least_bold;
        struct range bold, bold_value, value;
        float dashed_share;
        struct range dash, hole;
    } line;
    struct {
        float chance;
        struct range distance;
        float margin_share;
    } lines, squares, dots;
    struct {
        float chance;
        struct range distance, width, turn, wave, wave_length, centre;
        float second_share, arcs_share, dots_share, lying_share, letters_share, letter_half, arc_wave;
    } security;
    struct {
        float chance, missing, double_share;
    } table;
    struct {
        float chance;
        struct range place;
        float middle_share;
        struct range middle;
        float each, across_share;
    } feet;
    struct {
        float chance, all_share, bold_share, shake, pen_share, double_share;
        struct range margin, gap;
    } frame, row_frame;
    struct {
        float chance, comb_share, dashed_share, side;
        struct range above, below, tick;
    } cells;
    struct {
        float chance;
        int most_words;
        struct range size, small;
        float small_share, apart_share;
    } print;
    struct {
        struct range width, slant, spacing;
        float least_width, slanted_share, serif_share, serif, serif_width, most_width;
    } type;
    struct {
        float chance;
        int most;
        struct range size, step, down;
        float lying_share, inside;
    } heading;
    struct {
        float chance;
        int most;
        struct range width, height, value;
    } panel;
} settings = {
    .line.width = {0.6f, 2.4f}, /* pixels */
    .line.thick_share = 0.2f,
    .line.thick = {2, 4}, /* pixels */
    .line.bold = {0.06f, 0.16f},
    .line.least_bold = 2, /* pixels */
    .line.bold_value = {0.75f, 1},
    .line.value = {0.3f, 1},
    .line.dashed_share = 0.12f,
    .line.dash = {2, 14}, /* pixels */
    .line.hole = {2, 8},  /* pixels */

    .lines.chance = 0.15f,
    .lines.distance = {0.5f, 2.6f},
    .lines.margin_share = 0.2f, /* with a line down the page */

    .squares.chance = 0.13f,
    .squares.distance = {0.3f, 1.6f},

    .dots.chance = 0.07f,
    .dots.distance = {0.25f, 1},

    /* Lines where a smooth phase is a whole number. */
    .security.chance = 0.16f,
    .security.distance = {2.6f, 9},    /* pixels from line to line */
    .security.width = {0.4f, 1.4f},    /* pixels */
    .security.turn = {-0.6f, 0.6f},    /* rows a column */
    .security.wave = {0, 3},           /* lines' distances */
    .security.wave_length = {24, 160}, /* pixels */
    .security.centre = {-1, 2},        /* of arcs, parts of the page */
    .security.second_share = 0.4f,     /* has lines that cross the first ones */
    .security.arcs_share = 0.25f,
    .security.arc_wave = 0.3f,    /* of the waves, in arcs */
    .security.dots_share = 0.25f, /* of those with crossing lines: dots where they meet */
    .security.lying_share = 0.75f,
    .security.letters_share = 0.12f, /* lines of tiny print */
    .security.letter_half = 0.3f,    /* half of its height, lines' distances */

    .table.chance = 0.75f, /* of pages with a table, whatever their busyness */
    .table.missing = 0.05f,
    .table.double_share = 0.3f, /* has every third line thicker, as a sudoku */

    .feet.chance = 0.14f,
    .feet.each = 0.8f,            /* of the rows */
    .feet.place = {-0.15f, 0.2f}, /* below the lowest ink */
    .feet.middle_share = 0.2f,
    .feet.middle = {-0.9f, -0.2f},
    .feet.across_share = 0.5f, /* goes over the whole page */

    .frame.chance = 0.09f,
    .frame.bold_share = 0.2f,
    .frame.all_share = 0.5f, /* frames around each digit, not around one */
    .frame.shake = 0.6f,     /* deviation of a corner, pixels */
    .frame.pen_share = 0.4f, /* drawn with the digits' pen */
    .frame.double_share = 0.15f,
    .frame.margin = {0.08f, 0.5f},
    .frame.gap = {0.06f, 0.2f},

    .row_frame.chance = 0.24f,
    .row_frame.all_share = 0.35f,
    .row_frame.bold_share = 0.5f,
    .row_frame.shake = 0.6f,
    .row_frame.pen_share = 0.3f,
    .row_frame.double_share = 0.2f,
    .row_frame.margin = {0.04f, 0.6f},
    .row_frame.gap = {0.06f, 0.2f},

    .cells.chance = 0.2f,
    .cells.comb_share = 0.5f, /* open at the top */
    .cells.dashed_share = 0.25f,
    .cells.side = 0.2f, /* before the first digit, and behind the last */
    .cells.above = {0.1f, 0.5f},
    .cells.below = {0.05f, 0.4f},
    .cells.tick = {0.12f, 0.8f}, /* of the height, of a comb */

    .print.chance = 0.2f,
    .print.most_words = 6,
    .print.apart_share = 0.5f, /* of the words: don't go on behind the last one */
    .print.size = {0.25f, 1.1f},
    .print.small_share = 0.35f,
    .print.small = {5, 14}, /* pixels */

    .type.width = {0.08f, 0.22f}, /* of capitals' size, as all lengths of type */
    .type.least_width = 0.7f,     /* pixels */
    .type.slanted_share = 0.15f,
    .type.slant = {0.1f, 0.3f}, /* columns a row */
    .type.serif_share = 0.35f,
    .type.serif = 0.12f,
    .type.serif_width = 0.6f, /* of the line's width */
    .type.spacing = {0.06f, 0.2f},
    .type.most_width = 0.8f, /* of a letter, of its own size */

    .heading.chance = 0.13f,
    .heading.most = 6,
    .heading.size = {0.45f, 1.05f},
    .heading.step = {3, 7}, /* type's sizes from one to the next, outside of tables */
    .heading.down = {1, 2.2f},
    .heading.lying_share = 0.6f, /* stand beside one another, not below */
    .heading.inside = 0.2f,      /* of a cell's border, type's sizes */

    .panel.chance = 0.05f,
    .panel.most = 3,
    .panel.width = {0.3f, 4},
    .panel.height = {0.2f, 2},
    .panel.value = {0.4f, 1},
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

/* A line as thick and dark as a marker's. */
static struct ruling bold_ruling(const struct page_sheet *sheet, struct random *random)
{
    const float width = sheet->hand.height * random_in(random, settings.line.bold);
    return (struct ruling){.width = max_float(width, settings.line.least_bold),
                           .value = random_in(random, settings.line.bold_value)};
}

static void draw_ruling(struct sheet_layer *layer, const struct ruling *ruling, struct page_box from_to)
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
    draw_ruling(&sheet->rulings, ruling, (struct page_box){0, y, width, y + sheet->tilt * width});
}

static void draw_down(struct page_sheet *sheet, const struct ruling *ruling, float x)
{
    const float height = (float)sheet->height;
    draw_ruling(&sheet->rulings, ruling, (struct page_box){x, 0, x - sheet->tilt * height, height});
}

enum { LEAST_DISTANCE = 4 };

static void add_lines(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LINES, 0);
    if (!page_has(sheet, PAGE_LINES, &random, settings.lines.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const float distance = max_float(sheet->hand.height * random_in(&random, settings.lines.distance), LEAST_DISTANCE);
    const float beyond = fabsf(sheet->tilt) * (float)sheet->width;
    const float first = -distance * random_uniform(&random) - beyond,
                margin = random_uniform(&random) * (float)sheet->width;
    for (float y = first; y < (float)sheet->height + beyond; y += distance) draw_across(sheet, &ruling, y);
    if (random_uniform(&random) < settings.lines.margin_share) draw_down(sheet, &ruling, margin);
}

static void add_squares(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SQUARES, 0);
    if (!page_has(sheet, PAGE_SQUARES, &random, settings.squares.chance)) return;
    const struct ruling ruling = random_ruling(&random);
    const float distance =
        max_float(sheet->hand.height * random_in(&random, settings.squares.distance), LEAST_DISTANCE);
    const float beyond_x = fabsf(sheet->tilt) * (float)sheet->height,
                beyond_y = fabsf(sheet->tilt) * (float)sheet->width;
    const float top = -distance * random_uniform(&random) - beyond_y,
                left = -distance * random_uniform(&random) - beyond_x;
    for (float y = top; y < (float)sheet->height + beyond_y; y += distance) draw_across(sheet, &ruling, y);
    for (float x = left; x < (float)sheet->width + beyond_x; x += distance) draw_down(sheet, &ruling, x);
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
    for (float y = sheet->table.y - sheet->table.height; y < (float)sheet->height + 2 * sheet->table.height;
         y += sheet->table.height, line++) {
        ruling.width = doubled && line % 3 == 0 ? 2 * thin : thin;
        if (random_uniform(&random) >= settings.table.missing) draw_across(sheet, &ruling, y);
    }
    line = 0;
    for (float x = sheet->table.x - sheet->table.width; x < (float)sheet->width + 2 * sheet->table.width;
         x += sheet->table.width, line++) {
        ruling.width = doubled && line % 3 == 0 ? 2 * thin : thin;
        if (random_uniform(&random) >= settings.table.missing) draw_down(sheet, &ruling, x);
    }
}

/* ---- Around digits --------------------------------------------------------------------------------------------------
 */

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
        if (!page_row_box(sheet, row, &box) || !there) continue;
        const float y = box.bottom + place * sheet->hand.height;
        if (random_uniform(&random) < settings.feet.across_share)
            draw_across(sheet, &ruling, y - sheet->tilt * 0.5f * (box.left + box.right));
        else
            draw_ruling(&sheet->rulings, &ruling,
                        (struct page_box){box.left - sheet->hand.height, y, box.right + sheet->hand.height, y});
    }
}

/* Four sides whose corners are a little off. */
static void draw_frame(struct sheet_layer *layer, const struct ruling *ruling, struct page_box box, float shake,
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

static void add_frames(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_FRAMES, 0);
    if (!page_has(sheet, PAGE_FRAMES, &random, settings.frame.chance) || sheet->digit_count == 0) return;
    struct ruling ruling = random_ruling(&random);
    const struct ruling bold = bold_ruling(sheet, &random);
    if (random_uniform(&random) < settings.frame.bold_share) ruling = bold;
    const bool all = random_uniform(&random) < settings.frame.all_share,
               doubled = random_uniform(&random) < settings.frame.double_share;
    const bool pen = random_uniform(&random) < settings.frame.pen_share;
    const size_t one = random_below(&random, sheet->digit_count);
    const float margin = sheet->hand.height * random_in(&random, settings.frame.margin);
    const float gap = sheet->hand.height * random_in(&random, settings.frame.gap) + ruling.width;
    if (pen) ruling = (struct ruling){.width = page_pen_width(sheet), .value = 1};
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct sheet_layer *layer = pen ? &sheet->pen : &sheet->rulings;
        const struct page_box box = page_wider(page_digit_box(&sheet->found[i]), margin);
        struct random shake = page_random(sheet, PAGE_FRAMES, 1 + i);
        if (!all && i != one) continue;
        draw_frame(layer, &ruling, box, settings.frame.shake, &shake);
        if (doubled) draw_frame(layer, &ruling, page_wider(box, gap), settings.frame.shake, &shake);
    }
}

static void add_row_frames(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_ROW_FRAMES, 0);
    if (!page_has(sheet, PAGE_ROW_FRAMES, &random, settings.row_frame.chance)) return;
    struct ruling ruling = random_ruling(&random);
    const struct ruling bold = bold_ruling(sheet, &random);
    if (random_uniform(&random) < settings.row_frame.bold_share) ruling = bold;
    const bool doubled = random_uniform(&random) < settings.row_frame.double_share,
               pen = random_uniform(&random) < settings.row_frame.pen_share;
    const float margin = sheet->hand.height * random_in(&random, settings.row_frame.margin);
    const float gap = sheet->hand.height * random_in(&random, settings.row_frame.gap) + ruling.width;
    if (pen) ruling = (struct ruling){.width = page_pen_width(sheet), .value = 1};
    for (int row = -1; row < PAGE_MOST_ROWS; row++) {
        struct page_box box;
        const bool there = random_uniform(&random) < settings.row_frame.all_share;
        if (!page_row_box(sheet, row, &box) || !there) continue;
        struct sheet_layer *layer = pen ? &sheet->pen : &sheet->rulings;
        draw_frame(layer, &ruling, page_wider(box, margin), settings.row_frame.shake, &random);
        if (doubled) draw_frame(layer, &ruling, page_wider(box, margin + gap), settings.row_frame.shake, &random);
    }
}

/* Cells around a row's digits, or a comb: their borders are half-way between the digits. */
static void add_cells(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_CELLS, 0);
    if (!page_has(sheet, PAGE_CELLS, &random, settings.cells.chance)) return;
    struct ruling ruling = random_ruling(&random);
    const float height = sheet->hand.height;
    const bool comb = random_uniform(&random) < settings.cells.comb_share;
    const bool dashed = random_uniform(&random) < settings.cells.dashed_share;
    const float above = height * random_in(&random, settings.cells.above);
    const float below = height * random_in(&random, settings.cells.below),
                tick = random_in(&random, settings.cells.tick);
    if (dashed && ruling.dash == 0) ruling.dash = ruling.hole;
    for (int row = 0; row < PAGE_MOST_ROWS; row++) {
        struct page_box box;
        if (!page_row_box(sheet, row, &box)) continue;
        const float bottom = box.bottom + below, top = comb ? bottom - tick * (bottom - box.top) : box.top - above;
        const float side = settings.cells.side * height;
        float border = box.left - side;
        for (size_t i = 0; i < sheet->digit_count; i++) {
            if (sheet->rows[i] != row) continue;
            draw_ruling(&sheet->rulings, &ruling, (struct page_box){border, top, border, bottom});
            const bool last = i + 1 == sheet->digit_count || sheet->rows[i + 1] != row;
            border = last ? sheet->found[i].right + side : 0.5f * (sheet->found[i].right + sheet->found[i + 1].left);
        }
        draw_ruling(&sheet->rulings, &ruling, (struct page_box){border, top, border, bottom});
        draw_ruling(&sheet->rulings, &ruling, (struct page_box){box.left - side, bottom, border, bottom});
        if (!comb) draw_ruling(&sheet->rulings, &ruling, (struct page_box){box.left - side, top, border, top});
    }
}

/* ---- Letters and panels ---- */

/* How a press writes. */
struct type {
    float size, width; /* of capitals, of the line: pixels */
    float slant;       /* columns a row */
    float serif;       /* half the length of short lines at upright strokes' ends, parts of the size; 0: none */
};

static struct type random_type(struct random *random, float size)
{
    struct type type = {.size = size};
    type.width = max_float(size * random_in(random, settings.type.width), settings.type.least_width);
    const bool slanted = random_uniform(random) < settings.type.slanted_share,
               serif = random_uniform(random) < settings.type.serif_share;
    type.slant = slanted ? random_in(random, settings.type.slant) : 0;
    type.serif = serif ? settings.type.serif : 0;
    return type;
}

enum { BEND = 3, TYPE_POINTS = BEND * TEMPLATE_MAX_PLACES };

/* Short lines at both ends of an upright stroke. */
static void draw_serifs(struct sheet_layer *layer, const struct type *type, const float (*places)[2])
{
    const float half = type->serif * type->size;
    if (fabsf(places[0][0] - places[1][0]) > fabsf(places[0][1] - places[1][1])) return;
    for (int i = 0; i < 2; i++)
        layer_line(layer, (struct page_box){places[i][0] - half, places[i][1], places[i][0] + half, places[i][1]},
                   max_float(settings.type.serif_width * type->width, 1), 1);
}

/* Three points of a parabola that goes from the middle before a place to the one behind it. */
static void bend(const float (*place)[2], float points[BEND][2])
{
    static const float before[BEND] = {0.5f, 0.125f, 0}, after[BEND] = {0, 0.125f, 0.5f};
    for (int i = 0; i < BEND; i++)
        for (int axis = 0; axis < 2; axis++)
            points[i][axis] =
                before[i] * place[-1][axis] + (1 - before[i] - after[i]) * place[0][axis] + after[i] * place[1][axis];
}

/* A stroke, straight at its corners and bent at its other places. */
static void draw_type_stroke(struct sheet_layer *layer, const struct type *type, const float (*places)[2],
                             const bool *corners, int count)
{
    float line[TYPE_POINTS][2];
    int points = 0;
    for (int i = 0; i < count; i++) {
        const bool bent = i > 0 && i + 1 < count && !corners[i];
        if (bent)
            bend(places + i, line + points);
        else
            memcpy(line[points], places[i], sizeof line[points]);
        points += bent ? BEND : 1;
    }
    layer_curve(layer, (const float(*)[2])line, points, type->width, 1);
    if (type->serif > 0 && count == 2) draw_serifs(layer, type, places);
}

/* A template without any hand, its figures 0 .. 9 from y to y + size. Returns how far to the right it reaches. */
static float draw_type(struct sheet_layer *layer, const struct type *type, const char *text, float x, float y,
                       float size)
{
    float places[TEMPLATE_MAX_PLACES][2], right = x;
    bool corners[TEMPLATE_MAX_PLACES];
    int count = 0;
    for (; *text; text++) {
        if (*text == ',') {
            draw_type_stroke(layer, type, (const float(*)[2])places, corners, count);
            count = 0;
        }
        if (*text < '0' || *text > '9' || count == TEMPLATE_MAX_PLACES) continue;
        const float down = (float)(text[1] - '0') / 9;
        places[count][0] = x + size * ((float)(text[0] - '0') / 9 + type->slant * (1 - down));
        places[count][1] = y + size * down;
        right = max_float(right, places[count][0]);
        corners[count++] = text[2] == '.';
        text++;
    }
    draw_type_stroke(layer, type, (const float(*)[2])places, corners, count);
    return right + 0.5f * type->width;
}

/* Where a template's ink begins, parts of its size. */
static float left_of_type(const char *text)
{
    char least = '9';
    for (; *text; text++) {
        if (*text < '0' || *text > '9') continue;
        if (*text < least) least = *text;
        text++;
    }
    return (float)(least - '0') / 9;
}

/* Prints a word from x on where no digit is; returns where it ends. */
static float print_word(struct page_sheet *sheet, const struct type *type, float x, float base, struct random *random)
{
    char word[PAGE_WORD_LETTERS];
    const struct letter_template *letters[PAGE_WORD_LETTERS];
    const size_t count = page_random_word(random, word);
    const float spacing = type->width + type->size * random_in(random, settings.type.spacing);
    for (size_t i = 0; i < count; i++) letters[i] = page_letter(word[i], 0);
    for (size_t i = 0; i < count && x < (float)sheet->width; i++) {
        const struct page_letter_size own = page_letter_sizes[letters[i]->kind];
        const float size = type->size * own.size, top = base + type->size * own.below - size;
        const struct page_box box = {x, top, x + settings.type.most_width * size, base + type->size * own.below};
        const float from = x - size * left_of_type(letters[i]->text);
        const bool is_free = page_is_free(sheet, box);
        x = is_free ? draw_type(&sheet->marks, type, letters[i]->text, from, top, size) : box.right;
        if (is_free)
            page_note(sheet, (struct page_box){box.left, top, x, box.bottom}, page_is_alike(letters, count, i));
        x += spacing;
    }
    return x;
}

/* Lines of printed letters, all of the same size. */
static void add_print(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PRINT, 0);
    if (!page_has(sheet, PAGE_PRINT, &random, settings.print.chance)) return;
    const size_t words = 1 + random_below(&random, (size_t)settings.print.most_words);
    const bool small = random_uniform(&random) < settings.print.small_share;
    const float part = sheet->hand.height * random_in(&random, settings.print.size),
                pixels = random_in(&random, settings.print.small);
    const struct type type = random_type(&random, small ? pixels : part);
    float x, y;
    page_random_place(sheet, &random, &x, &y);
    for (size_t i = 0; i < words; i++) {
        struct random own = page_random(sheet, PAGE_PRINT, 1 + i);
        if (random_uniform(&own) < settings.print.apart_share) page_random_place(sheet, &own, &x, &y);
        x = print_word(sheet, &type, x, y, &own) + 0.5f * type.size;
    }
}

/* Words at one height: above a table's columns or its rows' names, a form's question before or above a number. */
static void add_headings(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_HEADINGS, 0);
    if (!page_has(sheet, PAGE_HEADINGS, &random, settings.heading.chance)) return;
    const struct type type = random_type(&random, sheet->hand.height * random_in(&random, settings.heading.size));
    const float step = sheet->table.there ? sheet->table.width : type.size * random_in(&random, settings.heading.step),
                down = sheet->table.there ? sheet->table.height
                                          : sheet->hand.height * random_in(&random, settings.heading.down);
    const bool lying = random_uniform(&random) < settings.heading.lying_share;
    float x, y;
    page_random_place(sheet, &random, &x, &y);
    if (sheet->table.there) {
        x = sheet->table.x + sheet->table.width * floorf(x / sheet->table.width) + settings.heading.inside * type.size;
        y = sheet->table.y + sheet->table.height * floorf(y / sheet->table.height) + 0.5f * (down + type.size);
    }
    if (lying) x -= step * floorf(x / step + 1);
    for (size_t i = 0; i < (size_t)settings.heading.most && x < (float)sheet->width && y < (float)sheet->height; i++) {
        struct random own = page_random(sheet, PAGE_HEADINGS, 1 + i);
        const float end = print_word(sheet, &type, x, y, &own);
        if (lying)
            x = max_float(x + step, end);
        else
            y += max_float(down, 1.2f * type.size);
    }
}

/* Filled rectangles: printed headings, stamps, blackened words. */
static void add_panels(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PANELS, 0);
    if (!page_has(sheet, PAGE_PANELS, &random, settings.panel.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.panel.most);
    const float value = random_in(&random, settings.panel.value);
    for (size_t i = 0; i < count; i++) {
        float x, y;
        page_random_place(sheet, &random, &x, &y);
        const float width = sheet->hand.height * random_in(&random, settings.panel.width),
                    height = sheet->hand.height * random_in(&random, settings.panel.height);
        const struct page_box box = {x - 0.5f * width, y - 0.5f * height, x + 0.5f * width, y + 0.5f * height};
        if (page_is_free(sheet, box)) layer_rectangle(&sheet->marks, box, value);
    }
}

/* ---- Security print -------------------------------------------------------------------------------------------------
 */

/* A family of lines: those places whose phase is whole. */
struct family {
    float across, down; /* phase a pixel */
    float wave_x, turns_x, phase_x, wave_y, turns_y, phase_y;
    bool arcs, letters;                       /* circles; broken as tiny print is */
    float centre_x, centre_y, distance, half; /* half of a line's width, in distances */
};

static struct family random_family(const struct page_sheet *sheet, struct random *random)
{
    struct family family;
    family.distance = random_in(random, settings.security.distance);
    const bool lying = random_uniform(random) < settings.security.lying_share;
    const float turn = random_in(random, settings.security.turn);
    family.across = (lying ? turn : 1) / family.distance;
    family.down = (lying ? 1 : turn) / family.distance;
    family.wave_x = random_in(random, settings.security.wave);
    family.turns_x = 1 / random_in(random, settings.security.wave_length);
    family.phase_x = random_uniform(random);
    family.wave_y = random_in(random, settings.security.wave);
    family.turns_y = 1 / random_in(random, settings.security.wave_length);
    family.phase_y = random_uniform(random);
    family.arcs = random_uniform(random) < settings.security.arcs_share;
    family.centre_x = random_in(random, settings.security.centre) * (float)sheet->width;
    family.centre_y = random_in(random, settings.security.centre) * (float)sheet->height;
    family.half = 0.5f * random_in(random, settings.security.width) / family.distance;
    family.letters = random_uniform(random) < settings.security.letters_share;
    if (family.letters) family.half = settings.security.letter_half;
    return family;
}

/* Makes phases positive. */
enum { OFFSET = 4096 };

/* Holes of tiny print: a hash of the line and the place. */
static bool is_between_letters(uint32_t line, uint32_t row, uint32_t column)
{
    const uint32_t mixed = (line * 2654435761u ^ row * 2246822519u ^ column * 3266489917u) * 668265263u;
    return mixed >> 31;
}

/* How much a family covers of the pixels of a row. */
static void cover_row(const struct family *family, int row, int width, const float *waves, float *covered)
{
    const float y = (float)row,
                shift = family->wave_y * page_sine(family->phase_y + family->turns_y * y) + family->down * y,
                blur = 1 / family->distance;
    const float away_y = y - family->centre_y;
    for (int column = 0; column < width; column++) {
        const float x = (float)column, away_x = x - family->centre_x;
        float phase = shift + waves[column];
        if (family->arcs)
            phase = sqrtf(away_x * away_x + away_y * away_y) * blur + settings.security.arc_wave * waves[column];
        const float place = phase + OFFSET, off = fabsf(place - (float)(int)(place + 0.5f));
        covered[column] = clamp_float((family->half - off) / blur + 0.5f, 0, 1);
        if (family->letters &&
            is_between_letters((uint32_t)(place + 0.5f), (uint32_t)(row >> 1), (uint32_t)(column >> 1)))
            covered[column] = 0;
    }
}

static void find_waves(const struct family *family, int width, float *waves)
{
    for (int column = 0; column < width; column++) {
        const float x = (float)column;
        waves[column] =
            family->wave_x * page_sine(family->phase_x + family->turns_x * x) + (family->arcs ? 0 : family->across * x);
    }
}

/* Fine lines below all, as on cheques. */
static void add_security_print(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SECURITY_PRINT, 0);
    if (!page_has(sheet, PAGE_SECURITY_PRINT, &random, settings.security.chance)) return;
    const struct family first = random_family(sheet, &random), second = random_family(sheet, &random);
    const bool crossing = random_uniform(&random) < settings.security.second_share,
               dots = random_uniform(&random) < settings.security.dots_share;
    /* Rows of the other buffer, which is free before the photograph. */
    const int width = sheet->width;
    float *waves = sheet->other, *other_waves = waves + width, *covered = sheet->values, *other = covered + width;
    find_waves(&first, width, waves);
    find_waves(&second, width, other_waves);
    for (int row = 0; row < sheet->height; row++) {
        uint8_t *values = &sheet->background.values[row * width];
        cover_row(&first, row, width, waves, covered);
        if (crossing) cover_row(&second, row, width, other_waves, other);
        for (int column = 0; column < width; column++) {
            float value = covered[column];
            if (crossing) value = dots ? 2 * value * other[column] : max_float(value, other[column]);
            values[column] = (uint8_t)(min_float(value, 1) * FULL_INK);
        }
    }
}

void page_add_print(struct page_sheet *sheet)
{
    add_security_print(sheet);
    add_lines(sheet);
    add_squares(sheet);
    add_dots(sheet);
    add_table(sheet);
    add_feet_lines(sheet);
    add_frames(sheet);
    add_row_frames(sheet);
    add_cells(sheet);
    add_print(sheet);
    add_headings(sheet);
    add_panels(sheet);
}
