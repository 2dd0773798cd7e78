/* Implements page.h: memory, where a page's digits stand, and the order in which it is made. Must not know how a digit
 * is drawn, nor what else is on the page. */
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/memory.h"
#include "base/minmax.h"
#include "layers/loss.h"

enum {
    LAYERS = 5,
    LINES = 2, /* least rows of a buffer, whatever the page's height */
};

static struct sheet_layer *layer_of(struct page_sheet *sheet, int index)
{
    struct sheet_layer *layers[LAYERS] = {&sheet->digits, &sheet->pen, &sheet->marks, &sheet->rulings,
                                          &sheet->background};
    return layers[index];
}

scrawl_status page_create(size_t width, size_t height, struct page *page)
{
    const size_t pixels = width * height;
    struct page_sheet *sheet = calloc(1, sizeof *sheet);
    uint8_t *grey = malloc(pixels), *layers = malloc(pixels * LAYERS);
    float *values = allocate_floats((pixels + LINES * width) * 2);
    if (!sheet || !grey || !layers || !values) {
        free(sheet);
        free(grey);
        free(layers);
        free(values);
        return fail_out_of_memory();
    }
    sheet->width = (int)width;
    sheet->height = (int)height;
    for (int i = 0; i < LAYERS; i++)
        *layer_of(sheet, i) = (struct sheet_layer){layers + (size_t)i * pixels, (int)width, (int)height};
    sheet->values = values;
    sheet->other = values + pixels + LINES * width;
    *page = (struct page){.width = width, .height = height, .grey = grey, .sheet = sheet};
    return SCRAWL_OK;
}

void page_free(struct page *page)
{
    if (page->sheet) {
        free(page->sheet->digits.values);
        free(page->sheet->values);
    }
    free(page->sheet);
    free(page->grey);
    *page = (struct page){0};
}

void page_make(const struct page_source *source, uint64_t seed, uint64_t number, struct page *page)
{
    page_make_without(source, seed, number, 0, page);
}

#ifdef __wasm__

void page_make_without(const struct page_source *source, uint64_t seed, uint64_t number, uint64_t elements_off,
                       struct page *page)
{
    (void)source, (void)seed, (void)number, (void)elements_off;
    memset(page->grey, FULL_INK, page->width * page->height);
    page->inverse = false;
    page->digit_count = 0;
}

#else

enum layout_kind { LAYOUT_EMPTY, LAYOUT_LONE, LAYOUT_TABLE, LAYOUT_SCATTERED, LAYOUT_ROWS, LAYOUT_KINDS };

/* All numbers of the layout. Lengths are parts of the hand's digit height. A deviation is the standard one of a normal
 * distribution with mean 0; a {low, high} has a uniform one. Shares and chances are 0 .. 1. */
static const struct {
    float kinds[LAYOUT_KINDS];
    struct {
        float off_middle, word_share;
    } lone;
    struct {
        struct range width, height, filled;
        float jitter;
        struct range size;
    } table;
    struct {
        int most, tries;
        struct range size;
        float beside, above;
    } scattered;
    struct {
        float slope, steep_share, steep_slope;
        struct range spacing, spacing_change;
        float jitter;
        float single_share, short_share;
        int most_short;
        float indented_share;
        struct range first, indent, outside, size;
        float other_size_chance;
        struct range other_size;
        float aligned_share, exponents_chance, exponent_chance;
        struct range exponent_size, exponent_rise;
        float gap_chance;
        struct range gap_width;
        float signs_share, sign_chance;
        struct range sign_width, end_width;
        float sums_share, sum_chance;
        struct range sum_width;
        float words_share, word_chance, before_share, behind_share;
        struct range word_width, before_width;
        float behind_width;
        float beside_sign, least_step;
        struct {
            float share;
            struct range distance;
        } spaces[4];
    } rows;
    struct {
        float chance, each, least_step, unequal_share;
        struct range overlap, unequal;
    } touching;
    struct {
        float share, deviation, straight;
    } tilt;
    float most_missing, least_seen, least_height;
} settings = {
    .kinds[LAYOUT_EMPTY] = 0.1f,
    .kinds[LAYOUT_LONE] = 0.14f,
    .kinds[LAYOUT_TABLE] = 0.18f,
    .kinds[LAYOUT_SCATTERED] = 0.08f,
    .kinds[LAYOUT_ROWS] = 0.5f,

    .lone.off_middle = 0.42f, /* of the room that is left */
    .lone.word_share = 0.2f,  /* has room for words beside it, not for signs */

    .table.width = {1.05f, 2.3f},
    .table.height = {1.15f, 2.2f},
    .table.filled = {0.3f, 1},
    .table.jitter = 0.12f, /* of a cell, to each side */
    .table.size = {0.85f, 1.1f},

    .scattered.most = 9,
    .scattered.tries = 6,
    .scattered.size = {0.7f, 1.3f},
    .scattered.beside = 0.45f,
    .scattered.above = 0.55f,

    .rows.slope = 0.035f, /* deviation from the page's tilt, rows a column */
    .rows.steep_share = 0.15f,
    .rows.steep_slope = 0.15f,
    .rows.spacing = {1.1f, 2.4f}, /* from one base line to the next */
    .rows.spacing_change = {0.93f, 1.08f},
    .rows.jitter = 0.09f, /* highest deviation of a digit from its line; uniform from 0 */
    .rows.single_share = 0.4f,
    .rows.short_share = 0.5f, /* rows with few digits */
    .rows.most_short = 7,
    .rows.first = {0.3f, 1.2f},    /* its base line, from the page's top */
    .rows.outside = {-0.6f, 0.1f}, /* the left edge of rows that aren't indented */
    .rows.indented_share = 0.6f,
    .rows.indent = {-0.5f, 0.5f}, /* digits' heights before the edge, parts of the page behind it */
    .rows.size = {0.86f, 1.1f},
    .rows.other_size_chance = 0.25f, /* of pages */
    .rows.other_size = {0.6f, 1.4f},
    .rows.aligned_share = 0.35f,    /* of pages, whose rows begin at the same place */
    .rows.exponents_chance = 0.08f, /* of pages */
    .rows.exponent_chance = 0.15f,  /* of such a page's digits, but never a row's first */
    .rows.exponent_size = {0.45f, 0.7f},
    .rows.exponent_rise = {0.45f, 0.8f},
    .rows.gap_chance = 0.05f,
    .rows.gap_width = {0.4f, 2},
    .rows.signs_share = 0.55f, /* of pages */
    .rows.sign_chance = 0.13f, /* of a sign between digits, on pages with signs */
    .rows.sign_width = {0.15f, 0.9f},
    .rows.end_width = {0.4f, 0.9f},
    .rows.sums_share = 0.25f, /* of pages */
    .rows.sum_chance = 0.4f,  /* of a sign between digits, on such a page */
    .rows.sum_width = {0.45f, 1.2f},
    .rows.words_share = 0.4f,  /* of pages */
    .rows.word_chance = 0.1f,  /* of a word between digits, on such a page */
    .rows.before_share = 0.4f, /* of its rows that begin with a word */
    .rows.behind_share = 0.6f, /* of its rows that end with one */
    .rows.word_width = {0.8f, 2.6f},
    .rows.before_width = {0.8f, 3.2f},
    .rows.behind_width = 5,
    .rows.beside_sign = 0.1f,
    .rows.least_step = 0.1f, /* from a digit's left edge to the next one's */
    .rows.spaces = {{0.3f, {-0.12f, 0.07f}}, {0.3f, {-0.03f, 0.25f}}, {0.3f, {0.08f, 0.6f}}, {0.1f, {0.4f, 1.6f}}},

    .touching.chance = 0.5f,             /* of pages */
    .touching.least_step = 0.12f,        /* from a digit's left edge to the next one's */
    .touching.each = 0.8f,               /* of a page's neighbours */
    .touching.overlap = {-0.02f, 0.18f}, /* by which the nearest ink overlaps */
    .touching.unequal_share = 0.35f,     /* of pages: with digits of more different sizes, touching or not, */
    .touching.unequal = {0.6f, 1.3f},    /* factor */

    .tilt.share = 0.3f,
    .tilt.deviation = 0.06f, /* rows a column */
    .tilt.straight = 0.015f, /* of the other pages */

    .most_missing = 0.35f, /* of a digit's ink beyond the border, before it is ignored */
    .least_seen = 0.02f,   /* of it, below which there is no digit */
    .least_height = 6,     /* pixels, below which nobody can read one */
};

/* The last digit's left edge, and where each row of its ink ends on the right, in page columns. */
struct outline {
    int top, count, left;
    int ends[PAGE_TILE];
};

/* A page that is being filled. */
struct layout {
    struct page_sheet *sheet;
    const struct page_source *source;
    struct random random;
    size_t drawn; /* digits, also those that lie outside */
    struct outline last;
};

static bool is_full(const struct layout *layout)
{
    return layout->sheet->digit_count == PAGE_MOST_DIGITS || layout->drawn >= 2 * (size_t)PAGE_MOST_DIGITS;
}

/* ---- Placing ------------------------------------------------------------------------------------------------------
 */

/* How much of the tile's ink is on the page when it is put to a place. */
static int seen_ink(const struct page_sheet *sheet, int x, int y)
{
    const struct page_tile *tile = &sheet->tile;
    int sum = 0;
    for (int row = max_int(0, -y); row < min_int(tile->height, sheet->height - y); row++)
        for (int column = max_int(0, -x); column < min_int(tile->width, sheet->width - x); column++)
            sum += tile->values[row * tile->width + column];
    return sum / FULL_INK;
}

/* Puts the tile's digit on the page and notes it, unless it lies outside; row: its number, or -1. */
static struct page_digit place(struct layout *layout, int class_index, int x, int y, int row)
{
    struct page_sheet *sheet = layout->sheet;
    const struct page_tile *tile = &sheet->tile;
    const int seen = seen_ink(sheet, x, y), height = max_int(tile->bottom - tile->top, tile->right - tile->left);
    struct page_digit digit = {
        .left = (float)(x + tile->left),
        .top = (float)(y + tile->top),
        .right = (float)(x + tile->right),
        .bottom = (float)(y + tile->bottom),
        .class_index = class_index,
    };
    const float whole = (float)max_int(tile->ink, 1);
    digit.ignored = (float)seen < (1 - settings.most_missing) * whole || (float)height < settings.least_height;
    if (digit.ignored) digit.class_index = NO_CLASS;
    if ((float)seen < settings.least_seen * whole) return digit;
    page_paste_tile(sheet, &sheet->digits, x, y);
    sheet->rows[sheet->digit_count] = row;
    sheet->found[sheet->digit_count++] = digit;
    return digit;
}

/* Draws the next digit; false when the tile is empty or there is no room for more. */
static bool draw(struct layout *layout, float height, int *class_index)
{
    if (is_full(layout)) return false;
    *class_index = page_draw_digit(layout->sheet, layout->source, layout->drawn++, height);
    return layout->sheet->tile.right > 0;
}

static void place_around(struct layout *layout, float height, float x, float y)
{
    int class_index;
    const struct page_tile *tile = &layout->sheet->tile;
    if (!draw(layout, height, &class_index)) return;
    place(layout, class_index, (int)floorf(x - 0.5f * (float)(tile->left + tile->right)),
          (int)floorf(y - 0.5f * (float)(tile->top + tile->bottom)), -1);
}

/* ---- Touching: two digits are moved together until their ink meets
 * --------------------------------------------------- */

static bool is_ink(const struct page_tile *tile, int row, int column)
{
    return tile->values[row * tile->width + column] >= FULL_INK * 2 / 5;
}

static void keep_outline(struct layout *layout, int x, int y)
{
    const struct page_tile *tile = &layout->sheet->tile;
    struct outline *last = &layout->last;
    last->left = x + tile->left;
    last->top = y;
    last->count = tile->height;
    for (int row = 0; row < tile->height; row++) {
        int column = tile->width - 1;
        while (column >= 0 && !is_ink(tile, row, column)) column--;
        last->ends[row] = column < 0 ? INT32_MIN : x + column + 1;
    }
}

/* The tile's x at which its ink just meets the last digit's; INT32_MIN when no row has both. */
static int meeting_x(const struct layout *layout, int y)
{
    const struct page_tile *tile = &layout->sheet->tile;
    const struct outline *last = &layout->last;
    int x = INT32_MIN;
    for (int row = max_int(0, last->top - y); row < min_int(tile->height, last->top + last->count - y); row++) {
        int column = 0;
        while (column < tile->width && !is_ink(tile, row, column)) column++;
        const int end = last->ends[row + y - last->top];
        if (column < tile->width && end != INT32_MIN) x = max_int(x, end - column);
    }
    return x;
}

/* ---- Rows ---------------------------------------------------------------------------------------------------------
 */

struct row_style {
    float slope, spacing, jitter;
    struct range spaces;
    bool touching, unequal, signs, sums, words, several_sizes, aligned, exponents;
    int most; /* digits in a row */
};

static struct row_style random_row_style(struct layout *layout)
{
    struct random *random = &layout->random;
    struct row_style style;
    const bool steep = random_uniform(random) < settings.rows.steep_share;
    style.slope =
        layout->sheet->tilt + (steep ? settings.rows.steep_slope : settings.rows.slope) * random_normal(random);
    style.spacing = random_in(random, settings.rows.spacing);
    style.jitter = settings.rows.jitter * random_uniform(random);
    float rest = random_uniform(random);
    int kind = 0;
    for (; kind < 3 && rest >= settings.rows.spaces[kind].share; kind++) rest -= settings.rows.spaces[kind].share;
    style.spaces = settings.rows.spaces[kind].distance;
    style.signs = random_uniform(random) < settings.rows.signs_share;
    style.sums = random_uniform(random) < settings.rows.sums_share;
    style.words = random_uniform(random) < settings.rows.words_share;
    const bool is_short = random_uniform(random) < settings.rows.short_share;
    const int most = 1 + (int)random_below(random, (size_t)settings.rows.most_short);
    style.most = is_short ? most : PAGE_MOST_DIGITS;
    struct random touching = page_random(layout->sheet, PAGE_TOUCHING, 0),
                  sizes = page_random(layout->sheet, PAGE_SIZES, 0);
    style.touching = random_uniform(&touching) < settings.touching.chance && !page_is_off(layout->sheet, PAGE_TOUCHING);
    style.unequal = random_uniform(&touching) < settings.touching.unequal_share;
    style.several_sizes = page_has(layout->sheet, PAGE_SIZES, &sizes, settings.rows.other_size_chance);
    struct random exponents = page_random(layout->sheet, PAGE_EXPONENTS, 0);
    style.exponents = page_has(layout->sheet, PAGE_EXPONENTS, &exponents, settings.rows.exponents_chance);
    style.aligned = random_uniform(random) < settings.rows.aligned_share;
    return style;
}

/* One digit of a row whose ink begins at x; returns where it ends. `joined`: to the one before. */
static float add_to_row(struct layout *layout, float height, float x, float base, int row, bool joined, float overlap)
{
    int class_index;
    const struct page_tile *tile = &layout->sheet->tile;
    if (!draw(layout, height, &class_index)) return x + height;
    const int y = (int)floorf(base) - tile->bottom;
    int left = (int)floorf(x) - tile->left;
    const int meeting = joined ? meeting_x(layout, y) : INT32_MIN;
    if (meeting != INT32_MIN)
        left = max_int(meeting - (int)floorf(overlap * height + 0.5f),
                       layout->last.left + (int)(settings.touching.least_step * height) - tile->left);
    const struct page_digit digit = place(layout, class_index, left, y, row);
    keep_outline(layout, left, y);
    return digit.right;
}

/* A row that is being filled. */
struct row {
    float start, base, height; /* where it begins: left edge, base line; its digits' height */
    float x;                   /* how far it has come */
    int number;
    bool apart; /* the next digit stands away from the last */
};

static float base_at(const struct row_style *style, const struct row *row)
{
    return row->base + style->slope * (row->x - row->start);
}

/* Room for a sign or word, of this width in the row's digit heights, from x on. */
static void add_gap(struct page_sheet *sheet, const struct row_style *style, const struct row *row,
                    enum page_gap_kind kind, float x, float width, bool outside)
{
    if (sheet->gap_count == PAGE_MOST_SIGNS) return;
    sheet->gaps[sheet->gap_count++] = (struct page_gap){
        .kind = kind,
        .x = x,
        .width = width * row->height,
        .base = base_at(style, row),
        .height = row->height,
        .before = outside,
        .first = outside && row->x == row->start,
    };
}

/* What comes between a digit and the next one; false: nothing. *width: in the row's digit heights. */
static bool choose_gap(struct random *random, const struct row_style *style, enum page_gap_kind *kind, float *width)
{
    static const enum page_gap_kind kinds[3] = {GAP_SUM, GAP_WORD, GAP_SIGN};
    const float chances[3] = {style->sums ? settings.rows.sum_chance : 0, style->words ? settings.rows.word_chance : 0,
                              style->signs ? settings.rows.sign_chance : 0};
    const struct range widths[3] = {settings.rows.sum_width, settings.rows.word_width, settings.rows.sign_width};
    bool found = false;
    for (int i = 0; i < 3; i++) {
        const bool chosen = random_uniform(random) < chances[i];
        const float own = random_in(random, widths[i]);
        if (!chosen || found) continue;
        found = true;
        *kind = kinds[i];
        *width = own;
    }
    return found;
}

/* Goes on to where the next digit begins. */
static void go_on(struct layout *layout, const struct row_style *style, struct row *row)
{
    struct random *random = &layout->random;
    const float space = random_in(random, style->spaces), wide = random_in(random, settings.rows.gap_width);
    const bool apart = random_uniform(random) < settings.rows.gap_chance;
    enum page_gap_kind kind;
    float width;
    row->apart = true;
    if (choose_gap(random, style, &kind, &width)) {
        add_gap(layout->sheet, style, row, kind, row->x + settings.rows.beside_sign * row->height, width, false);
        row->x += (width + 2 * settings.rows.beside_sign) * row->height;
    } else if (apart) {
        row->x += wide * row->height;
    } else {
        row->x += space * row->height;
        row->apart = false;
    }
}

/* Room before the first digit: for a sign, or for a word, behind which the row begins. */
static void begin_row(struct layout *layout, const struct row_style *style, struct row *row)
{
    struct random *random = &layout->random;
    const bool word = random_uniform(random) < settings.rows.before_share && style->words;
    const float width = random_in(random, word ? settings.rows.before_width : settings.rows.end_width);
    if (word) row->x = max_float(row->x, 0);
    row->start = row->x;
    add_gap(layout->sheet, style, row, word ? GAP_WORD : GAP_SIGN, word ? row->x : row->x - width * row->height, width,
            true);
    if (word) row->x += width * row->height;
}

/* Room behind the last digit. */
static void end_row(struct layout *layout, const struct row_style *style, const struct row *row)
{
    const bool word = random_uniform(&layout->random) < settings.rows.behind_share && style->words;
    const float width = random_in(&layout->random, settings.rows.end_width);
    add_gap(layout->sheet, style, row, word ? GAP_WORD : GAP_SIGN, row->x, word ? settings.rows.behind_width : width,
            true);
}

/* What sets a digit apart from the others of its row. */
struct deviation {
    float size, rise; /* factor; parts of the row's digit height */
    bool touches;     /* the digit before */
    float overlap;
};

static struct deviation random_deviation(struct random *random, struct random *exponents, struct random *touching,
                                         const struct row_style *style, const struct row *row)
{
    struct deviation deviation;
    deviation.size = random_in(random, settings.rows.size);
    deviation.rise = style->jitter * random_normal(random);
    deviation.touches = random_uniform(touching) < settings.touching.each && style->touching && !row->apart;
    deviation.overlap = random_in(touching, settings.touching.overlap);
    const float unequal = random_in(touching, settings.touching.unequal);
    if (style->unequal) deviation.size *= unequal;
    const bool is_exponent = random_uniform(exponents) < settings.rows.exponent_chance && style->exponents;
    const float size = random_in(exponents, settings.rows.exponent_size),
                rise = random_in(exponents, settings.rows.exponent_rise);
    if (!is_exponent || row->x == row->start) return deviation;
    deviation.size *= size;
    deviation.rise += rise;
    deviation.touches = false;
    return deviation;
}

static void fill_row(struct layout *layout, const struct row_style *style, struct row *row)
{
    struct random *random = &layout->random;
    struct random touching = page_random(layout->sheet, PAGE_TOUCHING, 1 + (size_t)row->number);
    struct random exponents = page_random(layout->sheet, PAGE_EXPONENTS, 1 + (size_t)row->number);
    float end = row->x;
    begin_row(layout, style, row);
    for (int i = 0; i < style->most && row->x < (float)layout->sheet->width && !is_full(layout); i++) {
        const struct deviation own = random_deviation(random, &exponents, &touching, style, row);
        const float base = base_at(style, row) - own.rise * row->height;
        end = add_to_row(layout, row->height * own.size, row->x, base, row->number, own.touches, own.overlap);
        row->x = max_float(end, row->x + settings.rows.least_step * row->height);
        go_on(layout, style, row);
    }
    row->x = end;
    end_row(layout, style, row);
}

static void lay_rows(struct layout *layout)
{
    struct random *random = &layout->random;
    struct page_sheet *sheet = layout->sheet;
    const struct row_style style = random_row_style(layout);
    const float height = sheet->hand.height, room = max_float((float)sheet->height - height, 0.1f * height);
    const bool single = random_uniform(random) < settings.rows.single_share;
    const float alone = random_uniform(random), first = random_in(random, settings.rows.first);
    float start = 0, base = single ? height + alone * room : first * height;
    for (int row = 0; row < PAGE_MOST_ROWS && base - 0.6f * height < (float)sheet->height && !is_full(layout); row++) {
        struct random sizes = page_random(sheet, PAGE_SIZES, 1 + (size_t)row);
        const float other = random_in(&sizes, settings.rows.other_size);
        const bool indented = random_uniform(random) < settings.rows.indented_share;
        const float inside =
            random_between(random, settings.rows.indent.low * height, settings.rows.indent.high * (float)sheet->width);
        const float outside = random_in(random, settings.rows.outside) * height;
        if (row == 0 || !style.aligned) start = indented ? inside : outside;
        const float own_height = height * (style.several_sizes ? other : 1);
        fill_row(layout, &style,
                 &(struct row){
                     .start = start, .base = base, .height = own_height, .x = start, .number = row, .apart = true});
        base += height * style.spacing * random_in(random, settings.rows.spacing_change);
        if (single) break;
    }
}

/* ---- The other kinds ----------------------------------------------------------------------------------------------
 */

static void lay_nothing(struct layout *layout)
{
    (void)layout;
}

/* Room for signs or words beside a lone digit. */
static void leave_ends(struct layout *layout, const struct page_digit *digit)
{
    static const struct row_style style = {.words = true};
    const float height = digit->bottom - digit->top, width = settings.rows.before_width.high;
    const bool word = random_uniform(&layout->random) < settings.lone.word_share;
    struct row row = {.start = digit->left, .base = digit->bottom, .height = height, .x = digit->left};
    add_gap(layout->sheet, &style, &row, word ? GAP_WORD : GAP_SIGN, digit->left - width * height, width, true);
    row.x = digit->right;
    add_gap(layout->sheet, &style, &row, word ? GAP_WORD : GAP_SIGN, digit->right, width, true);
}

static void lay_lone(struct layout *layout)
{
    struct page_sheet *sheet = layout->sheet;
    const float height = sheet->hand.height, off = settings.lone.off_middle;
    const float x = random_between(&layout->random, -off, off), y = random_between(&layout->random, -off, off);
    const float width = (float)sheet->width, page_height = (float)sheet->height;
    place_around(layout, height, 0.5f * width + x * max_float(width - 0.6f * height, 0),
                 0.5f * page_height + y * max_float(page_height - 0.95f * height, 0));
    if (sheet->digit_count > 0) leave_ends(layout, &sheet->found[0]);
}

/* A cell without a digit, if its middle is on the page. */
static void leave_cell(struct page_sheet *sheet, float height, float x, float y)
{
    if (sheet->gap_count == PAGE_MOST_SIGNS || x < 0 || y < 0 || x > (float)sheet->width || y > (float)sheet->height)
        return;
    sheet->gaps[sheet->gap_count++] = (struct page_gap){
        .kind = GAP_CELL, .x = x - 0.5f * height, .width = height, .base = y + 0.5f * height, .height = height};
}

static void lay_table(struct layout *layout)
{
    struct random *random = &layout->random;
    struct page_sheet *sheet = layout->sheet;
    const float height = sheet->hand.height;
    const float cell_width = height * random_in(random, settings.table.width),
                cell_height = height * random_in(random, settings.table.height);
    const float left = -cell_width * random_uniform(random), top = -cell_height * random_uniform(random);
    const float filled = random_in(random, settings.table.filled);
    sheet->table.there = true;
    sheet->table.x = left;
    sheet->table.y = top;
    sheet->table.width = cell_width;
    sheet->table.height = cell_height;
    const int rows = (int)((float)sheet->height / cell_height) + 2,
              columns = (int)((float)sheet->width / cell_width) + 2;
    for (int i = 0; i < (rows + 1) * (columns + 1); i++) {
        const float row = (float)(i / (columns + 1)) - 0.5f, column = (float)(i % (columns + 1)) - 0.5f;
        const bool is_filled = random_uniform(random) < filled;
        const float size = random_in(random, settings.table.size);
        const float off_x = random_between(random, -settings.table.jitter, settings.table.jitter);
        const float off_y = random_between(random, -settings.table.jitter, settings.table.jitter);
        const float x = left + (column + off_x) * cell_width, y = top + (row + off_y) * cell_height;
        if (is_filled)
            place_around(layout, height * size, x - sheet->tilt * y, y + sheet->tilt * x);
        else
            leave_cell(sheet, height * size, x - sheet->tilt * y, y + sheet->tilt * x);
    }
}

static bool is_free(const struct page_sheet *sheet, float x, float y, float beside, float above)
{
    for (size_t i = 0; i < sheet->digit_count; i++) {
        const struct page_digit *digit = &sheet->found[i];
        if (x > digit->left - beside && x < digit->right + beside && y > digit->top - above &&
            y < digit->bottom + above)
            return false;
    }
    return true;
}

static void lay_scattered(struct layout *layout)
{
    struct random *random = &layout->random;
    struct page_sheet *sheet = layout->sheet;
    const int count = 1 + (int)random_below(random, (size_t)settings.scattered.most);
    for (int i = 0; i < count; i++) {
        const float height = sheet->hand.height * random_in(random, settings.scattered.size);
        for (int tries = 0; tries < settings.scattered.tries; tries++) {
            const float x = random_uniform(random) * (float)sheet->width,
                        y = random_uniform(random) * (float)sheet->height;
            if (!is_free(sheet, x, y, settings.scattered.beside * height, settings.scattered.above * height)) continue;
            place_around(layout, height, x, y);
            break;
        }
    }
}

typedef void layout_filler(struct layout *layout);

static void lay_out(struct page_sheet *sheet, const struct page_source *source)
{
    static layout_filler *const fill[LAYOUT_KINDS] = {
        [LAYOUT_EMPTY] = lay_nothing,       [LAYOUT_LONE] = lay_lone, [LAYOUT_TABLE] = lay_table,
        [LAYOUT_SCATTERED] = lay_scattered, [LAYOUT_ROWS] = lay_rows,
    };
    struct layout layout = {.sheet = sheet, .source = source};
    layout.random = page_random(sheet, PAGE_LAYOUT, 0);
    float rest = random_uniform(&layout.random);
    int kind = 0;
    for (; kind < LAYOUT_ROWS && rest >= settings.kinds[kind]; kind++) rest -= settings.kinds[kind];
    fill[kind](&layout);
}

/* ---- A page ---------------------------------------------------------------------------------------------------- */

static float random_tilt(const struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 1);
    const bool tilted = random_uniform(&random) < settings.tilt.share;
    return (tilted ? settings.tilt.deviation : settings.tilt.straight) * random_normal(&random);
}

static void clear(struct page_sheet *sheet)
{
    memset(sheet->digits.values, 0, (size_t)sheet->width * (size_t)sheet->height * LAYERS);
    sheet->digit_count = sheet->gap_count = sheet->other_count = sheet->alike_count = 0;
    sheet->table.there = sheet->empty = false;
}

void page_make_without(const struct page_source *source, uint64_t seed, uint64_t number, uint64_t elements_off,
                       struct page *page)
{
    struct page_sheet *sheet = page->sheet;
    sheet->seed = seed;
    sheet->number = number;
    sheet->elements_off = elements_off;
    clear(sheet);
    sheet->tilt = random_tilt(sheet);
    sheet->hand = page_random_hand(sheet);
    lay_out(sheet, source);
    sheet->empty = sheet->digit_count == 0;
    page_add_print(sheet);
    page_add_clutter(sheet);
    page_add_writing(sheet);
    page_photograph(sheet);
    const size_t pixels = page->width * page->height;
    for (size_t i = 0; i < pixels; i++) page->grey[i] = (uint8_t)(sheet->values[i] * FULL_INK + 0.5f);
    page->inverse = sheet->inverse;
    page->digit_count = sheet->digit_count;
    page->other_count = sheet->other_count;
    memcpy(page->digits, sheet->found, sheet->digit_count * sizeof *page->digits);
    memcpy(page->others, sheet->others, sheet->other_count * sizeof *page->others);
}

#endif
