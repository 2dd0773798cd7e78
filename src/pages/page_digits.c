/* Implements the digits of page_sheet.h: an image or a template becomes ink of any height with clean edges. Must not
 * know where on the page it comes to stand. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "base/status.h"
#include "synthesize.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    BORDER = 4,                        /* of paper around the field */
    FIELD = 2 * SIDE - 1 + 2 * BORDER, /* places of an image at twice its resolution */
    MOST_NODES = SIDE * SIDE,          /* of a middle line */
    MOST_PIECES = 4 * MOST_NODES,
    DIGITS = 10,
    MOST_ROUGH = 3, /* deviations of a border */
};

/* All numbers of the digits. A deviation is the standard one of a normal distribution, with mean 0 where none is named;
 * a {low, high} has a uniform one. Lengths are parts of a digit's height where nothing else is said. */
static const struct {
    struct {
        float small_share;
        struct range large_share;
        struct range usual, small;
        float page_side, most_part;
        float plain_share, rotation, slant, slant_deviation, width;
        struct range width_limits;
        float pen_share;
        struct range radius;
        float source_radius, pressure;
        struct range boldness, softness, plain_softness;
        float template_chance;
        struct range template_share;
        float rough_chance, rough_cell, most_rough;
        struct range roughness;
        float hollow_chance;
        struct range hollow;
        float least_hollow_radius;
    } hand;
    struct {
        struct range height;
        float rotation, most_rotation, slant, width, warp_share, warp, narrow;
        struct range warp_turns;
    } digit;
    float ink_level, least_slope, box_level;
} settings = {
    /* Heights on a page, pixels; the rest are {logarithmic} from the usual ones up to a part of the page. */
    .hand.small_share = 0.1f,
    .hand.large_share = {0.18f, 0.55f}, /* of pages of `page_side`, and of very large ones */
    .hand.page_side = 128,              /* pixels */
    .hand.usual = {14, 35},
    .hand.small = {5, 14},
    .hand.most_part = 1.1f, /* of the page's shorter side */

    .hand.plain_share = 0.2f, /* writes just as in the source */
    .hand.rotation = 0.08f,   /* deviation of the angle's sine */
    .hand.slant = 0.05f,      /* mean, columns a row */
    .hand.slant_deviation = 0.17f,
    .hand.width = 0.15f, /* deviation of its logarithm */
    .hand.width_limits = {0.65f, 1.5f},
    .hand.pen_share = 0.5f,
    .hand.radius = {0.012f, 0.15f},   /* logarithmic: hairline to marker */
    .hand.source_radius = 0.06f,      /* of the source's lines */
    .hand.pressure = 0.25f,           /* the most */
    .hand.boldness = {-0.03f, 0.05f}, /* on each side of the source's line */
    .hand.softness = {0.8f, 1.7f},    /* pixels */
    .hand.plain_softness = {1.3f, 2.2f},
    .hand.template_chance = 0.5f, /* has a share of digits from templates */
    .hand.template_share = {0.15f, 1},
    .hand.rough_chance = 0.12f,
    .hand.rough_cell = 0.07f,
    .hand.most_rough = 0.35f, /* of the radius */
    .hand.roughness = {0.005f, 0.03f},
    .hand.hollow_chance = 0.03f,
    .hand.hollow = {0.45f, 0.75f}, /* part of the half width */
    .hand.least_hollow_radius = 0.07f,

    .digit.height = {0.9f, 1.1f}, /* factor */
    .digit.rotation = 0.05f,      /* deviations beside the hand's */
    .digit.most_rotation = 0.7f,  /* sine, with the hand's */
    .digit.slant = 0.06f,
    .digit.width = 0.07f, /* of the logarithm */
    .digit.warp_share = 0.75f,
    .digit.warp = 0.028f,             /* the most, uniform from 0 */
    .digit.warp_turns = {0.4f, 1.3f}, /* waves in a digit's height */
    .digit.narrow = 0.55f,            /* of the width counts as height, so that lying shapes don't become huge */

    .ink_level = 0.36f,   /* of full ink, where the source's lines have their border */
    .least_slope = 0.05f, /* of full ink a place, below which no border is near */
    .box_level = 0.3f,    /* of the darkest ink, from which a pixel is the digit's */
};

/* ---- A hand ------------------------------------------------------------------------------------------------------ */

static float logarithmic(struct random *random, float low, float high)
{
    const float part = random_uniform(random);
    return low * expf(part * logf(high / low));
}

static float random_height(const struct page_sheet *sheet, struct random *random)
{
    const float most =
        min_float(settings.hand.most_part * (float)min_int(sheet->width, sheet->height), PAGE_MOST_HEIGHT);
    const float kind = random_uniform(random),
                smallness = min_float(settings.hand.page_side / (float)max_int(sheet->width, sheet->height), 1);
    const float large_share =
        settings.hand.large_share.high + smallness * (settings.hand.large_share.low - settings.hand.large_share.high);
    if (kind < settings.hand.small_share) return random_in(random, settings.hand.small);
    if (kind < settings.hand.small_share + large_share && most > settings.hand.usual.high)
        return logarithmic(random, settings.hand.usual.high, most);
    return random_in(random, settings.hand.usual);
}

/* What a writer's arm and paper do. */
static void random_posture(struct random *random, struct page_hand *hand)
{
    const bool plain = random_uniform(random) < settings.hand.plain_share;
    hand->rotation = settings.hand.rotation * random_normal(random);
    hand->slant = settings.hand.slant + settings.hand.slant_deviation * random_normal(random);
    hand->width = expf(settings.hand.width * random_normal(random));
    hand->width = clamp_float(hand->width, settings.hand.width_limits.low, settings.hand.width_limits.high);
    hand->boldness = random_in(random, settings.hand.boldness);
    hand->softness = random_in(random, settings.hand.softness);
    if (!plain) return;
    hand->rotation = hand->slant = hand->boldness = 0;
    hand->width = 1;
    hand->softness = random_in(random, settings.hand.plain_softness);
}

struct page_hand page_random_hand(struct page_sheet *sheet)
{
    struct page_hand hand = {0};
    struct random random = page_random(sheet, PAGE_HAND, 0);
    struct random pens = page_random(sheet, PAGE_PENS, 0), templates = page_random(sheet, PAGE_TEMPLATES, 0),
                  hollow = page_random(sheet, PAGE_HOLLOW, 0), rough = page_random(sheet, PAGE_ROUGH, 0);
    hand.height = random_height(sheet, &random);
    random_posture(&random, &hand);
    hand.seed = random_bits(&random);
    hand.pen = random_uniform(&pens) < settings.hand.pen_share && !page_is_off(sheet, PAGE_PENS);
    hand.radius = logarithmic(&pens, settings.hand.radius.low, settings.hand.radius.high);
    hand.pressure = settings.hand.pressure * random_uniform(&pens);
    if (!hand.pen) hand.radius = settings.hand.source_radius + hand.boldness;
    if (random_uniform(&templates) < settings.hand.template_chance && !page_is_off(sheet, PAGE_TEMPLATES))
        hand.template_share = random_in(&templates, settings.hand.template_share);
    if (page_has(sheet, PAGE_HOLLOW, &hollow, settings.hand.hollow_chance)) {
        hand.pen = true;
        hand.hollow = random_in(&hollow, settings.hand.hollow);
        hand.radius = max_float(hand.radius, settings.hand.least_hollow_radius);
    }
    hand.rotation += sheet->tilt;
    if (page_has(sheet, PAGE_ROUGH, &rough, settings.hand.rough_chance)) {
        hand.roughness = min_float(random_in(&rough, settings.hand.roughness), settings.hand.most_rough * hand.radius);
        memset(sheet->other, 0, (size_t)sheet->width * (size_t)sheet->height * sizeof *sheet->other);
        page_add_field(sheet, sheet->other, settings.hand.rough_cell * max_float(hand.height, 1), 1, &rough);
    }
    return hand;
}

/* ---- From a digit's own places to pixels --------------------------------------------------------------------------
 */

/* x' = xx x + xy y, y' = yx x + yy y, then a smooth warp. */
struct shape {
    float xx, xy, yx, yy;
    float warp_x, warp_y, turns_x, turns_y, phase_x, phase_y; /* pixels, turns a pixel, turns */
    float height;                                             /* in pixels */
};

static struct shape random_shape(const struct page_hand *hand, float height, struct random *random)
{
    struct shape shape;
    shape.height = height * random_in(random, settings.digit.height);
    const float sine = clamp_float(hand->rotation + settings.digit.rotation * random_normal(random),
                                   -settings.digit.most_rotation, settings.digit.most_rotation);
    const float cosine = sqrtf(1 - sine * sine);
    const float slant = hand->slant + settings.digit.slant * random_normal(random);
    const float width = hand->width * expf(settings.digit.width * random_normal(random));
    shape.xx = cosine * width;
    shape.xy = -slant * cosine - sine;
    shape.yx = sine * width;
    shape.yy = -slant * sine + cosine;
    const bool warped = random_uniform(random) < settings.digit.warp_share;
    const float warp = warped ? settings.digit.warp * shape.height : 0;
    shape.warp_x = warp * random_uniform(random);
    shape.warp_y = warp * random_uniform(random);
    shape.turns_x = random_in(random, settings.digit.warp_turns) / shape.height;
    shape.turns_y = random_in(random, settings.digit.warp_turns) / shape.height;
    shape.phase_x = random_uniform(random);
    shape.phase_y = random_uniform(random);
    return shape;
}

/* So that a digit of this size in its own places gets the shape's height. */
static void scale_shape(struct shape *shape, float width, float height)
{
    const float scale = shape->height / max_float(max_float(height, width * settings.digit.narrow), 1e-3f);
    shape->xx *= scale;
    shape->xy *= scale;
    shape->yx *= scale;
    shape->yy *= scale;
}

/* Makes room for a digit that reaches this far from its middle, and clears it. */
static void open_tile(struct page_tile *tile, float reach_x, float reach_y)
{
    tile->width = min_int(2 * ((int)reach_x + 2), PAGE_TILE);
    tile->height = min_int(2 * ((int)reach_y + 2), PAGE_TILE);
    memset(tile->values, 0, (size_t)(tile->width * tile->height));
}

/* ---- The source's own line: the image's border between its pixels -------------------------------------------------
 */

struct field {
    float values[FIELD][FIELD];   /* 0 paper .. 1 full ink, at twice the image's resolution */
    int left, top, right, bottom; /* of what is ink; right and bottom just beyond it */
};

/* A cubic B-spline's values at the image's pixels and half-way between them. */
static void refine(const float *pixels /* [SIDE], paper beyond */, int stride, float *places, int places_stride)
{
    float before = 0, own = pixels[0];
    for (int i = 0; i < SIDE; i++) {
        const float next = i + 1 < SIDE ? pixels[(i + 1) * stride] : 0;
        places[2 * i * places_stride] = (before + 6 * own + next) * 0.125f;
        if (i + 1 < SIDE) places[(2 * i + 1) * places_stride] = (own + next) * 0.5f;
        before = own;
        own = next;
    }
}

static void read_field(const uint8_t *image, struct field *field)
{
    float pixels[SIDE][SIDE], rows[SIDE][2 * SIDE];
    memset(field->values, 0, sizeof field->values);
    for (int i = 0; i < SIDE * SIDE; i++) pixels[i / SIDE][i % SIDE] = (float)image[i] / FULL_INK;
    for (int row = 0; row < SIDE; row++) refine(pixels[row], 1, rows[row], 1);
    for (int column = 0; column < 2 * SIDE - 1; column++)
        refine(&rows[0][column], 2 * SIDE, &field->values[BORDER][BORDER + column], FIELD);
    field->left = field->top = FIELD;
    field->right = field->bottom = 0;
    for (int row = 0; row < FIELD; row++) {
        for (int column = 0; column < FIELD; column++) {
            if (field->values[row][column] < settings.ink_level) continue;
            field->left = min_int(field->left, column);
            field->right = max_int(field->right, column + 1);
            field->top = min_int(field->top, row);
            field->bottom = row + 1;
        }
    }
}

/* How far inside the border a place is, in places; about, and best near the border. */
static float inside_field(const struct field *field, float x, float y)
{
    if (!(x >= 0 && y >= 0 && x < FIELD - 1 && y < FIELD - 1)) return -2 * SIDE;
    const int column = (int)x, row = (int)y;
    const float right = x - (float)column, below = y - (float)row;
    const float *here = &field->values[row][column], *next = &field->values[row + 1][column];
    const float upper = here[0] + right * (here[1] - here[0]), lower = next[0] + right * (next[1] - next[0]);
    const float down = lower - upper, left = here[0] + below * (next[0] - here[0]);
    const float across = here[1] + below * (next[1] - here[1]) - left;
    const float slope = sqrtf(across * across + down * down);
    return (upper + below * down - settings.ink_level) / max_float(slope, settings.least_slope);
}

/* By how many pixels a rough line reaches further at a pixel of the tile. */
static float roughness_at(const struct page_sheet *sheet, int row, int column)
{
    if (sheet->hand.roughness == 0) return 0;
    return sheet->hand.roughness * sheet->hand.height *
           sheet->other[row % sheet->height * sheet->width + column % sheet->width];
}

static void draw_field(struct page_sheet *sheet, const struct field *field, struct shape *shape, struct random *random)
{
    const struct page_hand *hand = &sheet->hand;
    struct page_tile *tile = &sheet->tile;
    const float width = (float)(field->right - field->left), height = (float)(field->bottom - field->top);
    scale_shape(shape, width, height);
    const float bold = hand->boldness * shape->height, warp = max_float(shape->warp_x, shape->warp_y);
    const float extra = warp + max_float(bold, 0) + hand->softness + MOST_ROUGH * hand->roughness * hand->height;
    open_tile(tile, 0.5f * (fabsf(shape->xx) * width + fabsf(shape->xy) * height) + extra,
              0.5f * (fabsf(shape->yx) * width + fabsf(shape->yy) * height) + extra);
    const float determinant = shape->xx * shape->yy - shape->xy * shape->yx, scale = sqrtf(determinant);
    const float middle_x = 0.5f * (float)tile->width + random_uniform(random) - 0.5f;
    const float middle_y = 0.5f * (float)tile->height + random_uniform(random) - 0.5f;
    const float from_x = 0.5f * (float)(field->left + field->right - 1),
                from_y = 0.5f * (float)(field->top + field->bottom - 1);
    float across[PAGE_TILE];
    for (int column = 0; column < tile->width; column++)
        across[column] = shape->warp_y * page_sine(shape->phase_y + shape->turns_y * (float)column);
    for (int row = 0; row < tile->height; row++) {
        const float v = (float)row + 0.5f - middle_y,
                    bend = shape->warp_x * page_sine(shape->phase_x + shape->turns_x * (float)row);
        for (int column = 0; column < tile->width; column++) {
            const float x = (float)column + 0.5f - middle_x + bend, y = v + across[column];
            const float inside = inside_field(field, from_x + (shape->yy * x - shape->xy * y) / determinant,
                                              from_y + (shape->xx * y - shape->yx * x) / determinant);
            const float ink = (inside * scale + bold + roughness_at(sheet, row, column)) / hand->softness + 0.5f;
            tile->values[row * tile->width + column] = (uint8_t)(clamp_float(ink, 0, 1) * FULL_INK + 0.5f);
        }
    }
}

/* ---- Middle lines: what a pen of any width goes along -------------------------------------------------------------
 */

struct line_node {
    float x, y;
    float weight; /* of the pen's width, 1 on average */
};

/* Nodes and the pieces between them; a piece from a node to itself is a dot. */
struct line {
    struct line_node nodes[MOST_NODES];
    uint16_t pieces[MOST_PIECES][2];
    int node_count, piece_count;
};

enum { AT_MOST_ROWS = 64 };

/* Bits that are set in at least two, and in all, of four words. */
static uint64_t two_of(uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
    return (a & b) | (c & d) | ((a | b) & (c | d));
}

/* One pass of thinning for 64 places at once: Guo & Hall, "Parallel thinning with two-subiteration algorithms", 1989.
 * above, own, below: rows with the place's column at the same bit. Returns what goes. */
static uint64_t thinned(uint64_t above, uint64_t own, uint64_t below, bool odd)
{
    const uint64_t p2 = above, p3 = above >> 1, p4 = own >> 1, p5 = below >> 1, p6 = below, p7 = below << 1,
                   p8 = own << 1, p9 = above << 1;
    const uint64_t a = ~p2 & (p3 | p4), b = ~p4 & (p5 | p6), c = ~p6 & (p7 | p8), d = ~p8 & (p9 | p2);
    const uint64_t one = (a | b | c | d) & ~two_of(a, b, c, d);
    const uint64_t e = p9 | p2, f = p3 | p4, g = p5 | p6, h = p7 | p8, i = p2 | p3, j = p4 | p5, k = p6 | p7,
                   l = p8 | p9;
    const uint64_t enough = two_of(e, f, g, h) & two_of(i, j, k, l), full = e & f & g & h & i & j & k & l;
    const uint64_t kept = odd ? (p2 | p3 | ~p5) & p4 : (p6 | p7 | ~p9) & p8;
    return own & one & enough & ~full & ~kept;
}

/* rows[FIELD] have a bit for each place of ink; the outer ones are paper. */
static void thin(uint64_t rows[AT_MOST_ROWS])
{
    for (uint64_t changed = 1; changed;) {
        changed = 0;
        for (int odd = 0; odd < 2; odd++) {
            uint64_t before = 0;
            for (int row = 1; row + 1 < FIELD; row++) {
                const uint64_t own = rows[row], gone = thinned(before, own, rows[row + 1], odd);
                before = own;
                rows[row] = own & ~gone;
                changed |= gone;
            }
        }
    }
}

/* Two by two places share a node, in the middle of those that are on the line. */
static void add_nodes(const uint64_t rows[AT_MOST_ROWS], uint16_t node_of[FIELD / 2 + 1][FIELD / 2 + 1],
                      struct line *line)
{
    line->node_count = line->piece_count = 0;
    for (int row = 0; row + 1 < FIELD; row += 2) {
        for (int column = 0; column + 1 < FIELD && line->node_count < MOST_NODES; column += 2) {
            float x = 0, y = 0, count = 0;
            for (int i = 0; i < 4; i++) {
                if (!(rows[row + i / 2] >> (column + i % 2) & 1)) continue;
                x += (float)(column + i % 2);
                y += (float)(row + i / 2);
                count++;
            }
            if (count == 0) continue;
            node_of[row / 2][column / 2] = (uint16_t)line->node_count;
            line->nodes[line->node_count++] = (struct line_node){x / count, y / count, 1};
        }
    }
}

static void add_piece(struct line *line, uint16_t from, uint16_t to)
{
    if (line->piece_count == MOST_PIECES) return;
    line->pieces[line->piece_count][0] = from;
    line->pieces[line->piece_count++][1] = to;
}

/* Neighbouring places of different nodes make pieces, once each. */
static void add_pieces(const uint64_t rows[AT_MOST_ROWS], uint16_t node_of[FIELD / 2 + 1][FIELD / 2 + 1],
                       struct line *line)
{
    static const int steps[4][2] = {{1, 0}, {-1, 1}, {0, 1}, {1, 1}};
    for (int row = 0; row + 2 < FIELD; row++) {
        for (uint64_t rest = rows[row]; rest; rest &= rest - 1) {
            const int column = __builtin_ctzll(rest);
            const uint16_t own = node_of[row / 2][column / 2];
            for (int i = 0; i < 4; i++) {
                const int x = column + steps[i][0], y = row + steps[i][1];
                if (x < 0 || !(rows[y] >> x & 1)) continue;
                const uint16_t other = node_of[y / 2][x / 2];
                const int last = line->piece_count - 1;
                const bool again = last >= 0 && line->pieces[last][0] == own && line->pieces[last][1] == other;
                if (other != own && !again) add_piece(line, own, other);
            }
        }
    }
    if (line->piece_count == 0 && line->node_count > 0) add_piece(line, 0, 0);
}

/* Each node moves half-way to its neighbours' middle, but ends stay. */
static void smooth_line(struct line *line)
{
    float sums[MOST_NODES][3];
    memset(sums, 0, (size_t)line->node_count * sizeof *sums);
    for (int i = 0; i < line->piece_count; i++) {
        for (int end = 0; end < 2; end++) {
            const struct line_node *other = &line->nodes[line->pieces[i][1 - end]];
            float *sum = sums[line->pieces[i][end]];
            sum[0] += other->x;
            sum[1] += other->y;
            sum[2] += 1;
        }
    }
    for (int i = 0; i < line->node_count; i++) {
        if (sums[i][2] < 2) continue;
        line->nodes[i].x = 0.5f * (line->nodes[i].x + sums[i][0] / sums[i][2]);
        line->nodes[i].y = 0.5f * (line->nodes[i].y + sums[i][1] / sums[i][2]);
    }
}

static void line_of_field(const struct field *field, struct line *line)
{
    uint64_t rows[AT_MOST_ROWS] = {0};
    uint16_t node_of[FIELD / 2 + 1][FIELD / 2 + 1];
    for (int row = 1; row + 1 < FIELD; row++)
        for (int column = 1; column + 1 < FIELD; column++)
            rows[row] |= (uint64_t)(field->values[row][column] >= settings.ink_level) << column;
    thin(rows);
    add_nodes(rows, node_of, line);
    add_pieces(rows, node_of, line);
    smooth_line(line);
}

static void line_of_drawing(const struct drawing *drawing, struct line *line)
{
    float sum = 0;
    line->node_count = line->piece_count = 0;
    for (size_t i = 0; i < drawing->point_count; i++) sum += drawing->points[i].radius;
    const float mean = sum / (float)drawing->point_count;
    for (size_t i = 0; i < drawing->stroke_count; i++) {
        const struct pen_stroke *stroke = &drawing->strokes[i];
        for (size_t j = 0; j < stroke->count && line->node_count < MOST_NODES; j++) {
            const struct pen_point *point = &stroke->points[j];
            line->nodes[line->node_count] = (struct line_node){point->x, point->y, point->radius / mean};
            const int own = line->node_count++;
            if (j > 0 || stroke->count == 1) add_piece(line, (uint16_t)(j > 0 ? own - 1 : own), (uint16_t)own);
        }
    }
}

/* ---- A pen along a middle line ------------------------------------------------------------------------------------
 */

static struct page_box line_box(const struct line *line)
{
    struct page_box box = {1e9f, 1e9f, -1e9f, -1e9f};
    for (int i = 0; i < line->node_count; i++) {
        box.left = min_float(box.left, line->nodes[i].x);
        box.right = max_float(box.right, line->nodes[i].x);
        box.top = min_float(box.top, line->nodes[i].y);
        box.bottom = max_float(box.bottom, line->nodes[i].y);
    }
    return box;
}

/* Nodes to pixels of a tile with the middle 0. */
static void place_nodes(struct line *line, struct page_box box, const struct shape *shape, float pressure)
{
    const float middle_x = 0.5f * (box.left + box.right), middle_y = 0.5f * (box.top + box.bottom);
    for (int i = 0; i < line->node_count; i++) {
        struct line_node *node = &line->nodes[i];
        const float x = node->x - middle_x, y = node->y - middle_y;
        const float u = shape->xx * x + shape->xy * y, v = shape->yx * x + shape->yy * y;
        node->x = u + shape->warp_x * page_sine(shape->phase_x + shape->turns_x * v);
        node->y = v + shape->warp_y * page_sine(shape->phase_y + shape->turns_y * u);
        node->weight *= 1 + pressure * page_sine(shape->phase_x + shape->phase_y + shape->turns_x * (u + v));
    }
}

/* Lowers squares, of distances as parts of the pen's radius there, to those of a piece. */
static void draw_piece(struct page_tile *tile, const struct line_node *a, const struct line_node *b, float reach)
{
    const float dx = b->x - a->x, dy = b->y - a->y, squared = dx * dx + dy * dy;
    const float scale = squared > 0 ? 1 / squared : 0, weight = 0.5f * (a->weight + b->weight);
    const float far = reach * max_float(weight, 1) + 1, factor = 1 / (weight * weight);
    const int left = max_int((int)floorf(min_float(a->x, b->x) - far), 0);
    const int right = min_int((int)ceilf(max_float(a->x, b->x) + far), tile->width);
    const int top = max_int((int)floorf(min_float(a->y, b->y) - far), 0);
    const int bottom = min_int((int)ceilf(max_float(a->y, b->y) + far), tile->height);
    for (int row = top; row < bottom; row++) {
        const float y = (float)row + 0.5f - a->y;
        float *squares = &tile->squares[row * tile->width];
        for (int column = left; column < right; column++) {
            const float x = (float)column + 0.5f - a->x;
            const float part = clamp_float((x * dx + y * dy) * scale, 0, 1);
            const float away_x = x - part * dx, away_y = y - part * dy;
            squares[column] = min_float(squares[column], (away_x * away_x + away_y * away_y) * factor);
        }
    }
}

/* Squares of distances to ink. */
static void fill_tile(struct page_sheet *sheet, float radius)
{
    struct page_tile *tile = &sheet->tile;
    const float softness = sheet->hand.softness, hollow = sheet->hand.hollow;
    const float half = max_float(radius, 0.5f), thin = min_float(2 * radius, 1);
    for (int i = 0; i < tile->width * tile->height; i++) {
        const float reach = half + roughness_at(sheet, i / tile->width, i % tile->width);
        if (tile->squares[i] >= (reach + softness) * (reach + softness)) continue;
        const float away = sqrtf(tile->squares[i]);
        float ink = min_float((reach - away) / softness + 0.5f, 1);
        if (hollow > 0) ink = min_float(ink, (away - hollow * half) / softness + 0.5f);
        tile->values[i] = (uint8_t)(clamp_float(ink, 0, 1) * thin * FULL_INK + 0.5f);
    }
}

/* Along a line in its own places, with a shape that is scaled for them. */
static void draw_line(struct page_sheet *sheet, struct line *line, const struct shape *shape, float radius,
                      struct random *random)
{
    const struct page_hand *hand = &sheet->hand;
    struct page_tile *tile = &sheet->tile;
    place_nodes(line, line_box(line), shape, hand->pressure);
    const struct page_box placed = line_box(line);
    const float reach = max_float(radius, 0.5f) + hand->softness + MOST_ROUGH * hand->roughness * hand->height,
                extra = 2 * reach + 1;
    open_tile(tile, max_float(placed.right, -placed.left) + extra, max_float(placed.bottom, -placed.top) + extra);
    const float middle_x = 0.5f * (float)tile->width + random_uniform(random) - 0.5f;
    const float middle_y = 0.5f * (float)tile->height + random_uniform(random) - 0.5f;
    for (int i = 0; i < tile->width * tile->height; i++) tile->squares[i] = 1e9f;
    for (int i = 0; i < line->node_count; i++) {
        line->nodes[i].x += middle_x;
        line->nodes[i].y += middle_y;
    }
    for (int i = 0; i < line->piece_count; i++)
        draw_piece(tile, &line->nodes[line->pieces[i][0]], &line->nodes[line->pieces[i][1]], reach);
    fill_tile(sheet, radius);
}

/* So that the whole line, with the pen's width, gets the shape's height. */
static void draw_digit_line(struct page_sheet *sheet, struct line *line, struct shape *shape, struct random *random)
{
    const float radius = sheet->hand.radius * shape->height;
    const struct page_box box = line_box(line);
    shape->height = max_float(shape->height - 2 * radius, 0.5f * shape->height);
    scale_shape(shape, box.right - box.left, box.bottom - box.top);
    draw_line(sheet, line, shape, radius, random);
}

/* ---- A digit ------------------------------------------------------------------------------------------------------
 */

/* The box of what is ink, and its sum. */
static void measure_tile(struct page_tile *tile)
{
    int darkest = 1, sum = 0;
    for (int i = 0; i < tile->width * tile->height; i++) darkest = max_int(darkest, tile->values[i]);
    const int level = max_int((int)(settings.box_level * (float)darkest), 1);
    tile->left = tile->top = PAGE_TILE;
    tile->right = tile->bottom = 0;
    for (int row = 0; row < tile->height; row++) {
        for (int column = 0; column < tile->width; column++) {
            const int value = tile->values[row * tile->width + column];
            sum += value;
            if (value < level) continue;
            tile->left = min_int(tile->left, column);
            tile->right = max_int(tile->right, column + 1);
            tile->top = min_int(tile->top, row);
            tile->bottom = row + 1;
        }
    }
    tile->ink = sum / FULL_INK;
}

int page_draw_digit(struct page_sheet *sheet, const struct page_source *source, size_t index, float height)
{
    struct random random = page_random(sheet, PAGE_DIGIT, index);
    const struct page_hand *hand = &sheet->hand;
    struct shape shape = random_shape(hand, height, &random);
    const bool from_template = random_uniform(&random) < hand->template_share || source->count == 0;
    const size_t image = random_below(&random, source->count ? source->count : 1);
    int digit = (int)random_below(&random, DIGITS);
    struct line line;
    struct field field;
    if (from_template) {
        struct drawing drawing;
        synthesize_strokes(hand->seed, index, digit, &drawing);
        line_of_drawing(&drawing, &line);
    } else {
        digit = source->labels[image];
        read_field(source->images + image * SCRAWL_IMAGE_PIXELS, &field);
        if (hand->pen) line_of_field(&field, &line);
    }
    const bool along_line = from_template || hand->pen;
    sheet->tile.width = sheet->tile.height = 0; /* as it stays for an empty image */
    if (along_line && line.node_count > 0) draw_digit_line(sheet, &line, &shape, &random);
    if (!along_line && field.right > 0) draw_field(sheet, &field, &shape, &random);
    measure_tile(&sheet->tile);
    return digit;
}

float page_draw_text(struct page_sheet *sheet, const char *text, uint64_t index, float size)
{
    struct random random = page_random(sheet, PAGE_DIGIT, index);
    struct shape shape = random_shape(&sheet->hand, size, &random);
    struct drawing drawing;
    struct line line;
    synthesize_sign(sheet->hand.seed, index, text, &drawing);
    line_of_drawing(&drawing, &line);
    const struct page_box box = line_box(&line);
    scale_shape(&shape, 0, 1);
    draw_line(sheet, &line, &shape, sheet->hand.radius * sheet->hand.height, &random);
    measure_tile(&sheet->tile);
    return 0.5f * (box.top + box.bottom) * size;
}

void page_paste_tile(const struct page_sheet *sheet, struct sheet_layer *layer, int x, int y)
{
    const struct page_tile *tile = &sheet->tile;
    for (int row = max_int(0, -y); row < min_int(tile->height, layer->height - y); row++) {
        const uint8_t *from = &tile->values[row * tile->width];
        uint8_t *to = &layer->values[(y + row) * layer->width];
        for (int column = max_int(0, -x); column < min_int(tile->width, layer->width - x); column++)
            if (from[column] > to[x + column]) to[x + column] = from[column];
    }
}
