/* Implements the clutter of page_sheet.h: what a pen draws on a page without writing, and dust. Must not know paper and
 * light. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/minmax.h"

/* All numbers of the clutter. Lengths are parts of the hand's digit height where nothing else is said, values 0 .. 1 of
 * full coverage. A deviation is the standard one of a normal distribution with mean 0; a {low, high} has a uniform one.
 * Chances are of pages, which a calm or busy page multiplies; shares are of what is drawn. */
static const struct {
    struct {
        float chance, each, double_share;
        struct range below, beyond, rise;
        float gap, shake;
    } underline;
    struct {
        float chance, row_share, each, several_share;
        struct range wider, overshoot;
        float beside, spiral, shake;
    } ring;
    struct {
        float chance;
        int most;
        struct range length, head;
    } arrow;
    struct {
        float chance, row_share, each, cross_share, scribble_share;
        struct range beyond, slope;
        float shake;
    } strike;
    struct {
        float chance, each;
        struct range away, width;
    } bracket;
    struct {
        float chance, each, low_share, longest, shake;
        struct range level, reach;
    } ligature;
    struct {
        float chance;
        int most_rows, least_strokes, most_strokes;
        struct range length, part, spacing, width;
        float slope, off;
    } strokes;
    struct {
        float chance;
        int most, most_points;
        struct range step, turn, width;
        float wide, tangled, memory;
    } scribble;
    struct {
        float chance;
        int most;
        struct range radius, value, hair;
        float hair_share;
    } speck;
} settings = {
    .underline.chance = 0.13f,
    .underline.each = 0.6f, /* of the rows */
    .underline.double_share = 0.25f,
    .underline.below = {-0.12f, 0.4f}, /* below the lowest ink; many touch it */
    .underline.beyond = {-0.2f, 1},
    .underline.rise = {-0.12f, 0.12f},
    .underline.gap = 0.1f, /* between two */
    .underline.shake = 0.02f,

    .ring.chance = 0.11f,
    .ring.row_share = 0.45f,
    .ring.each = 0.3f, /* of the other digits, on pages with several rings: */
    .ring.several_share = 0.3f,
    .ring.wider = {1, 1.6f},
    .ring.beside = 0.15f,             /* more room beside digits, which may be narrow */
    .ring.spiral = 0.05f,             /* its end is wider than its start */
    .ring.overshoot = {-0.06f, 0.1f}, /* turns */
    .ring.shake = 0.02f,

    .arrow.chance = 0.05f,
    .arrow.most = 2,
    .arrow.length = {0.8f, 4},
    .arrow.head = {0.15f, 0.4f},

    .strike.chance = 0.05f,
    .strike.row_share = 0.4f, /* goes through a whole row */
    .strike.each = 0.3f,
    .strike.cross_share = 0.3f,
    .strike.scribble_share = 0.25f,
    .strike.beyond = {0.02f, 0.25f},
    .strike.slope = {-0.6f, 0.4f}, /* of the height, over the whole stroke */
    .strike.shake = 0.02f,

    .bracket.chance = 0.07f,
    .bracket.each = 0.8f, /* of a row's sides */
    .bracket.away = {0.2f, 0.55f},
    .bracket.width = {0.12f, 0.3f},

    .ligature.chance = 0.07f,
    .ligature.each = 0.4f,      /* of neighbours */
    .ligature.low_share = 0.4f, /* of pages: near the foot */
    .ligature.longest = 0.4f,
    .ligature.shake = 0.05f,
    .ligature.level = {0, 0.25f}, /* below the top, or above the foot */
    .ligature.reach = {0.2f, 0.45f},

    .strokes.chance = 0.1f,
    .strokes.most_rows = 4,
    .strokes.least_strokes = 5,
    .strokes.most_strokes = 30, /* more */
    .strokes.length = {0.1f, 0.6f},
    .strokes.part = {0.4f, 1}, /* of the length */
    .strokes.off = 0.1f,       /* deviation from the line, of the length */
    .strokes.spacing = {0.1f, 0.4f},
    .strokes.width = {0.7f, 2.5f}, /* pixels */
    .strokes.slope = 0.3f,         /* deviation */

    .scribble.chance = 0.14f,
    .scribble.most = 4,
    .scribble.most_points = 40,
    .scribble.step = {0.08f, 0.35f},
    .scribble.turn = {0.02f, 0.14f}, /* deviation of a step's turn, turns */
    .scribble.memory = 0.8f,         /* of a step's turn in the next one's */
    .scribble.wide = 1.25f,          /* no digit is so much wider than high */
    .scribble.tangled = 5,           /* nor as many times as long as high */
    .scribble.width = {0.6f, 1.4f},  /* of the pen's */

    .speck.chance = 0.25f,
    .speck.most = 14,
    .speck.radius = {0.4f, 2.5f}, /* pixels */
    .speck.value = {0.3f, 1},
    .speck.hair = {0.15f, 0.7f},
    .speck.hair_share = 0.25f,
};

/* ---- Strokes of a pen -----------------------------------------------------------------------------------------------
 */

enum { STROKE_POINTS = 12 };

/* A nearly straight stroke, as a hand draws it. */
static void draw_stroke(struct sheet_layer *layer, struct page_box from_to, float width, float shake,
                        struct random *random)
{
    float points[STROKE_POINTS][2];
    const float bend_x = 2 * shake * random_normal(random), bend_y = 2 * shake * random_normal(random);
    for (int i = 0; i < STROKE_POINTS; i++) {
        const float part = (float)i / (STROKE_POINTS - 1), bend = 4 * part * (1 - part);
        points[i][0] =
            from_to.left + part * (from_to.right - from_to.left) + bend * bend_x + 0.2f * shake * random_normal(random);
        points[i][1] =
            from_to.top + part * (from_to.bottom - from_to.top) + bend * bend_y + 0.2f * shake * random_normal(random);
    }
    layer_curve(layer, (const float(*)[2])points, STROKE_POINTS, width, 1);
}

static void add_underlines(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_UNDERLINES, 0);
    if (!page_has(sheet, PAGE_UNDERLINES, &random, settings.underline.chance)) return;
    const float height = sheet->hand.height, width = page_pen_width(sheet);
    const bool doubled = random_uniform(&random) < settings.underline.double_share;
    for (int row = -1; row < PAGE_MOST_ROWS; row++) {
        struct page_box box;
        struct random own = page_random(sheet, PAGE_UNDERLINES, 2 + (size_t)(row + 1));
        const bool there = random_uniform(&own) < settings.underline.each;
        if (!page_row_box(sheet, row, &box) || !there) continue;
        const float left = box.left - height * random_in(&own, settings.underline.beyond);
        const float right = box.right + height * random_in(&own, settings.underline.beyond);
        const float y = box.bottom + height * random_in(&own, settings.underline.below) + 0.5f * width;
        const float rise = height * random_in(&own, settings.underline.rise),
                    gap = width + settings.underline.gap * height;
        const float shake = settings.underline.shake * height;
        draw_stroke(&sheet->pen, (struct page_box){left, y, right, y - rise}, width, shake, &own);
        if (doubled)
            draw_stroke(&sheet->pen, (struct page_box){left, y + gap, right, y + gap - rise}, width, shake, &own);
    }
}

enum { RING_POINTS = 40 };

static void draw_ring(struct page_sheet *sheet, struct page_box box, float width, struct random *random)
{
    float points[RING_POINTS][2];
    const float wider_x = random_in(random, settings.ring.wider), wider_y = random_in(random, settings.ring.wider);
    const float turns = 1 + random_in(random, settings.ring.overshoot), start = random_uniform(random),
                shake = settings.ring.shake * sheet->hand.height;
    const float half_x = 0.5f * wider_x * (box.right - box.left) + settings.ring.beside * sheet->hand.height,
                half_y = 0.5f * wider_y * (box.bottom - box.top);
    for (int i = 0; i < RING_POINTS; i++) {
        const float place = start + turns * (float)i / (RING_POINTS - 1),
                    spiral = 1 + settings.ring.spiral * (float)i / RING_POINTS;
        points[i][0] =
            0.5f * (box.left + box.right) + spiral * half_x * page_sine(place + 0.25f) + shake * random_normal(random);
        points[i][1] =
            0.5f * (box.top + box.bottom) + spiral * half_y * page_sine(place) + shake * random_normal(random);
    }
    layer_curve(&sheet->pen, (const float(*)[2])points, RING_POINTS, width, 1);
}

static void add_rings(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_RINGS, 0);
    if (!page_has(sheet, PAGE_RINGS, &random, settings.ring.chance) || sheet->digit_count == 0) return;
    const size_t index = random_below(&random, sheet->digit_count);
    struct page_box box = page_digit_box(&sheet->found[index]);
    if (random_uniform(&random) < settings.ring.row_share) page_row_box(sheet, sheet->rows[index], &box);
    draw_ring(sheet, box, page_pen_width(sheet), &random);
    if (random_uniform(&random) >= settings.ring.several_share) return;
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct random own = page_random(sheet, PAGE_RINGS, 1 + i);
        if (i == index || random_uniform(&own) >= settings.ring.each) continue;
        draw_ring(sheet, page_digit_box(&sheet->found[i]), page_pen_width(sheet), &own);
    }
}

static struct page_box box_around(const float (*points)[2], int count, float margin)
{
    struct page_box box = {1e9f, 1e9f, -1e9f, -1e9f};
    for (int i = 0; i < count; i++) {
        box.left = min_float(box.left, points[i][0]);
        box.right = max_float(box.right, points[i][0]);
        box.top = min_float(box.top, points[i][1]);
        box.bottom = max_float(box.bottom, points[i][1]);
    }
    return page_wider(box, margin);
}

static void add_arrows(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_ARROWS, 0);
    if (!page_has(sheet, PAGE_ARROWS, &random, settings.arrow.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.arrow.most);
    for (size_t i = 0; i < count; i++) {
        float points[4][2], x, y;
        random_direction(&random, &x, &y);
        const float length = sheet->hand.height * random_in(&random, settings.arrow.length),
                    head = sheet->hand.height * random_in(&random, settings.arrow.head);
        page_random_place(sheet, &random, &points[0][0], &points[0][1]);
        points[1][0] = points[0][0] + length * x;
        points[1][1] = points[0][1] + length * y;
        for (int side = 0; side < 2; side++) {
            const float turn = side ? 0.6f : -0.6f;
            points[2 + side][0] = points[1][0] - head * (x - turn * y);
            points[2 + side][1] = points[1][1] - head * (y + turn * x);
        }
        if (!page_is_free(sheet, box_around((const float(*)[2])points, 4, page_pen_width(sheet)))) continue;
        const struct page_box shaft = {points[0][0], points[0][1], points[1][0], points[1][1]};
        draw_stroke(&sheet->pen, shaft, page_pen_width(sheet), 0.03f * length, &random);
        const float tip[3][2] = {
            {points[2][0], points[2][1]}, {points[1][0], points[1][1]}, {points[3][0], points[3][1]}};
        layer_curve(&sheet->pen, tip, 3, page_pen_width(sheet), 1);
    }
}

/* Over a box: a line, a cross or a zigzag. */
static void draw_strike(struct page_sheet *sheet, struct page_box box, struct random *random)
{
    enum { ZIGZAG = 8 };
    const float height = box.bottom - box.top, width = page_pen_width(sheet),
                shake = settings.strike.shake * sheet->hand.height;
    const float beyond = sheet->hand.height * random_in(random, settings.strike.beyond),
                middle = 0.5f * (box.top + box.bottom);
    const float kind = random_uniform(random), slope = height * random_in(random, settings.strike.slope);
    if (kind < settings.strike.scribble_share) {
        float points[ZIGZAG][2];
        for (int i = 0; i < ZIGZAG; i++) {
            const float part = (float)i / (ZIGZAG - 1);
            points[i][0] = box.left - beyond + part * (box.right - box.left + 2 * beyond);
            points[i][1] = (i % 2 ? box.top : box.bottom) + 0.1f * height * random_normal(random);
        }
        layer_curve(&sheet->pen, (const float(*)[2])points, ZIGZAG, width, 1);
        return;
    }
    const struct page_box line = {box.left - beyond, middle - 0.5f * slope, box.right + beyond, middle + 0.5f * slope};
    draw_stroke(&sheet->pen, line, width, shake, random);
    if (kind > settings.strike.scribble_share + settings.strike.cross_share) return;
    const struct page_box down = {box.left - beyond, box.top, box.right + beyond, box.bottom},
                          up = {down.left, down.bottom, down.right, down.top};
    draw_stroke(&sheet->pen, down, width, shake, random);
    draw_stroke(&sheet->pen, up, width, shake, random);
}

/* Struck-out digits: nobody wants them read. */
static void add_strikes(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_STRIKES, 0);
    if (!page_has(sheet, PAGE_STRIKES, &random, settings.strike.chance) || sheet->digit_count == 0) return;
    const bool whole_row = random_uniform(&random) < settings.strike.row_share;
    const int row = sheet->rows[random_below(&random, sheet->digit_count)];
    struct page_box box;
    if (whole_row && row >= 0 && page_row_box(sheet, row, &box)) draw_strike(sheet, box, &random);
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct random own = page_random(sheet, PAGE_STRIKES, 1 + i);
        const bool hit = random_uniform(&own) < settings.strike.each;
        if (whole_row && row >= 0 ? sheet->rows[i] != row : !hit) continue;
        if (!whole_row || row < 0) draw_strike(sheet, page_digit_box(&sheet->found[i]), &own);
        page_ignore_digit(&sheet->found[i]);
    }
}

/* Beside a row, on both sides or on one: round, square or straight. */
static void add_brackets(struct page_sheet *sheet)
{
    static const float shapes[][4][2] = {{{1, 0}, {0.2f, 0.25f}, {0.2f, 0.75f}, {1, 1}},
                                         {{1, 0}, {0, 0}, {0, 1}, {1, 1}},
                                         {{0, 0}, {0, 0.3f}, {0, 0.7f}, {0, 1}}};
    struct random random = page_random(sheet, PAGE_BRACKETS, 0);
    if (!page_has(sheet, PAGE_BRACKETS, &random, settings.bracket.chance) || sheet->digit_count == 0) return;
    const int row = sheet->rows[random_below(&random, sheet->digit_count)];
    const size_t shape = random_below(&random, sizeof shapes / sizeof *shapes);
    const float away = sheet->hand.height * random_in(&random, settings.bracket.away),
                width = sheet->hand.height * random_in(&random, settings.bracket.width);
    const bool left = random_uniform(&random) < settings.bracket.each,
               right = random_uniform(&random) < settings.bracket.each;
    struct page_box box;
    if (row < 0 || !page_row_box(sheet, row, &box)) return;
    box = page_wider(box, away);
    for (int side = 0; side < 2; side++) {
        float points[4][2];
        for (int i = 0; i < 4; i++) {
            const float x = width * (shapes[shape][i][0] - 1);
            points[i][0] = side ? box.right - x : box.left + x;
            points[i][1] = box.top + shapes[shape][i][1] * (box.bottom - box.top);
        }
        if (side ? right : left) layer_curve(&sheet->pen, (const float(*)[2])points, 4, page_pen_width(sheet), 1);
    }
}

/* From a digit to the next in its row, near the top or the foot. */
static void add_ligatures(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LIGATURES, 0);
    if (!page_has(sheet, PAGE_LIGATURES, &random, settings.ligature.chance)) return;
    const bool low = random_uniform(&random) < settings.ligature.low_share;
    for (size_t i = 0; i + 1 < sheet->digit_count; i++) {
        struct random own = page_random(sheet, PAGE_LIGATURES, 1 + i);
        const struct page_digit *a = &sheet->found[i], *b = a + 1;
        const float reach = random_in(&own, settings.ligature.reach), level = random_in(&own, settings.ligature.level);
        if (sheet->rows[i] < 0 || sheet->rows[i] != sheet->rows[i + 1] ||
            b->left - a->right > settings.ligature.longest * sheet->hand.height)
            continue;
        if (random_uniform(&own) >= settings.ligature.each) continue;
        const float from = low ? a->bottom - level * (a->bottom - a->top) : a->top + level * (a->bottom - a->top);
        const float to = low ? b->bottom - level * (b->bottom - b->top) : b->top + level * (b->bottom - b->top);
        const struct page_box line = {a->right - reach * (a->right - a->left), from,
                                      b->left + reach * (b->right - b->left), to};
        draw_stroke(&sheet->pen, line, page_pen_width(sheet), settings.ligature.shake * sheet->hand.height, &own);
    }
}

/* ---- Without meaning -----------------------------------------------------------------------------------------------
 */

/* Rows of short strokes, as print and scrawl look from afar. */
static void add_short_strokes(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SHORT_STROKES, 0);
    if (!page_has(sheet, PAGE_SHORT_STROKES, &random, settings.strokes.chance)) return;
    const size_t rows = 1 + random_below(&random, (size_t)settings.strokes.most_rows);
    const float width = random_in(&random, settings.strokes.width),
                length = sheet->hand.height * random_in(&random, settings.strokes.length);
    const float spacing = max_float(sheet->hand.height * random_in(&random, settings.strokes.spacing), width + 1);
    for (size_t i = 0; i < rows; i++) {
        struct random own = page_random(sheet, PAGE_SHORT_STROKES, 1 + i);
        float x, y;
        page_random_place(sheet, &own, &x, &y);
        const size_t strokes =
            (size_t)settings.strokes.least_strokes + random_below(&own, (size_t)settings.strokes.most_strokes);
        const float lean = settings.strokes.slope * random_normal(&own);
        for (size_t j = 0; j < strokes; j++, x += spacing) {
            const float tall = length * random_in(&own, settings.strokes.part),
                        tilt = lean + 0.5f * settings.strokes.slope * random_normal(&own),
                        off = settings.strokes.off * length * random_normal(&own);
            const struct page_box line = {x, y + off, x + tilt * tall, y + off - tall};
            if (page_is_free(sheet, (struct page_box){min_float(line.left, line.right), line.bottom,
                                                      max_float(line.left, line.right), line.top}))
                draw_stroke(&sheet->marks, line, width, 0.05f * tall, &own);
        }
    }
}

static void add_scribbles(struct page_sheet *sheet)
{
    enum { MOST_POINTS = 64 };
    struct random random = page_random(sheet, PAGE_SCRIBBLES, 0);
    if (!page_has(sheet, PAGE_SCRIBBLES, &random, settings.scribble.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.scribble.most);
    for (size_t i = 0; i < count; i++) {
        struct random own = page_random(sheet, PAGE_SCRIBBLES, 1 + i);
        float points[MOST_POINTS][2], heading = random_uniform(&own), turn = 0;
        const int length = 12 + (int)random_below(&own, (size_t)settings.scribble.most_points);
        const float step = sheet->hand.height * random_in(&own, settings.scribble.step),
                    sharp = random_in(&own, settings.scribble.turn);
        const float width = page_pen_width(sheet) * random_in(&own, settings.scribble.width);
        page_random_place(sheet, &own, &points[0][0], &points[0][1]);
        for (int j = 1; j < length; j++) {
            turn = settings.scribble.memory * turn + sharp * random_normal(&own);
            heading += turn;
            points[j][0] = points[j - 1][0] + step * page_sine(heading + 0.25f);
            points[j][1] = points[j - 1][1] + step * page_sine(heading);
        }
        const struct page_box box = box_around((const float(*)[2])points, length, 0);
        const bool wide = box.right - box.left > settings.scribble.wide * (box.bottom - box.top);
        const bool tangled = step * (float)length > settings.scribble.tangled * (box.bottom - box.top);
        if ((wide || tangled) && page_is_free(sheet, page_wider(box, width)))
            layer_curve(&sheet->pen, (const float(*)[2])points, length, width, 1);
    }
}

/* Dust, dots and hairs, also on digits. */
static void add_specks(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SPECKS, 0);
    if (!page_has(sheet, PAGE_SPECKS, &random, settings.speck.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.speck.most);
    for (size_t i = 0; i < count; i++) {
        float x, y, along, across;
        page_random_place(sheet, &random, &x, &y);
        random_direction(&random, &along, &across);
        const float radius = random_in(&random, settings.speck.radius),
                    value = random_in(&random, settings.speck.value),
                    hair = sheet->hand.height * random_in(&random, settings.speck.hair);
        if (random_uniform(&random) < settings.speck.hair_share)
            draw_stroke(&sheet->marks, (struct page_box){x, y, x + hair * along, y + hair * across}, 0.6f * radius,
                        0.1f * hair, &random);
        else
            layer_disc(&sheet->marks, x, y, radius, value);
    }
}

void page_add_clutter(struct page_sheet *sheet)
{
    add_underlines(sheet);
    add_rings(sheet);
    add_arrows(sheet);
    add_strikes(sheet);
    add_brackets(sheet);
    add_ligatures(sheet);
    add_short_strokes(sheet);
    add_scribbles(sheet);
    add_specks(sheet);
}
