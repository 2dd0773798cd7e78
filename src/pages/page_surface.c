/* Implements the photograph of page_sheet.h: layers become ink on paper, under a light, through a camera. Must not know
 * what the layers show. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"
#include "layers/loss.h"
#include "templates.h"

/* All numbers of paper, light and camera. Brightness is 0 black .. 1 white, contrast the part of it that full ink takes
 * away. A {low, high} has a uniform distribution, or a uniform one of its logarithm where (log) is said; a deviation is
 * the standard one of a normal distribution. Lengths are pixels where nothing else is said. Chances are of pages. */
static const struct {
    struct {
        float clean_share, white_share, black_share;
        struct range level, clean_level, ink, mark, ruling, print;
        float most_print, pale_ruling_share;
        struct range pale_ruling;
    } paper;
    struct {
        float chance;
        struct range contrast;
    } faint;
    struct {
        float chance;
        struct range cell, deviation;
        float least;
    } uneven;
    struct {
        float chance;
        int most_words, most_letters;
        struct range size, width, value;
        float spacing;
    } show_through;
    struct {
        float chance;
        int most;
        struct range length, value, width;
    } fibres;
    struct {
        float chance;
        int most_octaves;
        struct range cell, deviation;
    } grain;
    struct {
        float full_texture, contrast, deviations;
    } readable;
    struct {
        float chance;
        struct range slope;
        float clouds_share;
        struct range cell, clouds;
    } light;
    struct {
        float chance;
        int most;
        struct range reach, depth, line;
        float line_share;
    } folds;
    struct {
        float chance, hard_share, band_share, corner_share, disc_share, patch_share, outside_share;
        struct range hard, soft, strength, band;
    } shadows;
    struct {
        float chance;
        struct range strength;
    } vignette;
    struct {
        float chance, straight_share, tilt;
        struct range place, table, cell, texture, softness;
        float hidden;
    } edges;
    struct {
        float chance;
        struct range side;
        float constant_share, least_seen;
    } crop;
    struct {
        float chance;
        struct range deviation, strong;
        float strong_share;
    } blur;
    struct {
        float chance;
        int most_steps;
    } motion;
    struct {
        float chance;
        struct range factor;
        float blocks_share, blur;
    } resized;
    struct {
        float chance;
        struct range deviation;
        float clean_share;
    } noise;
    struct {
        float chance;
        struct range deviation;
    } bands;
    struct {
        float chance;
        struct range share;
    } salt;
    struct {
        float chance;
        struct range step;
        float slope;
    } jpeg;
    struct {
        float chance;
        struct range level, deviation;
    } one_bit;
    struct {
        float chance;
    } inverse;
} settings = {
    .paper.clean_share = 0.22f, /* drawn or scanned without any texture */
    .paper.white_share = 0.6f,  /* of the clean ones */
    .paper.black_share = 0.6f,  /* of the clean ones: ink without any light */
    .paper.level = {0.5f, 1},
    .paper.clean_level = {0.35f, 1},
    .paper.ink = {0.25f, 1},
    .paper.mark = {0.2f, 1},
    .paper.ruling = {0.08f, 0.9f},
    .paper.print = {0.06f, 0.45f},
    .paper.most_print = 0.7f,         /* of the ink's */
    .paper.pale_ruling_share = 0.04f, /* lighter than paper */
    .paper.pale_ruling = {-0.3f, -0.08f},

    .faint.chance = 0.12f,
    .faint.contrast = {0.08f, 0.25f},

    .uneven.chance = 0.3f,
    .uneven.cell = {1.5f, 12}, /* (log) */
    .uneven.deviation = {0.05f, 0.35f},
    .uneven.least = 0.2f, /* part of the ink that stays everywhere */

    .show_through.chance = 0.05f,
    .show_through.most_words = 4,
    .show_through.most_letters = 8,
    .show_through.size = {0.5f, 1.2f},   /* of the digits' height */
    .show_through.width = {0.08f, 0.2f}, /* of the size */
    .show_through.spacing = 0.8f,        /* of the size */
    .show_through.value = {0.15f, 0.6f},

    .fibres.chance = 0.08f,
    .fibres.most = 60,
    .fibres.length = {3, 14},
    .fibres.value = {0.1f, 0.5f},
    .fibres.width = {0.5f, 1},

    .grain.chance = 0.8f,
    .grain.most_octaves = 5,
    .grain.cell = {1.1f, 14},           /* (log) */
    .grain.deviation = {0.002f, 0.03f}, /* (log) */
    .readable.full_texture = 0.2f,      /* contrast below which noise and grain are weaker, in proportion */
    .readable.contrast = 0.035f,        /* of a digit on the finished page, below which it is ignored */
    .readable.deviations = 0.6f,        /* and in standard deviations of what is around it */

    .light.chance = 0.8f,
    .light.slope = {-0.25f, 0.25f}, /* across the page, and down */
    .light.clouds_share = 0.5f,
    .light.cell = {16, 90},
    .light.clouds = {0.005f, 0.05f}, /* deviation */

    .folds.chance = 0.05f,
    .folds.most = 2,
    .folds.reach = {3, 40},       /* on each side */
    .folds.depth = {-0.2f, 0.2f}, /* part of the light at the fold, other on both sides */
    .folds.line_share = 0.6f,
    .folds.line = {-0.35f, 0.3f}, /* part of the light, in the fold itself */

    .shadows.chance = 0.22f,
    .shadows.hard_share = 0.4f,
    .shadows.hard = {0.5f, 3},
    .shadows.soft = {4, 40},
    .shadows.strength = {0.12f, 0.6f},
    .shadows.band_share = 0.2f, /* of the shadows; the rest are half of the page */
    .shadows.corner_share = 0.25f,
    .shadows.disc_share = 0.12f,
    .shadows.patch_share = 0.18f,  /* rectangles: labels, corrections */
    .shadows.outside_share = 0.4f, /* of discs and patches: what is around them is darker */
    .shadows.band = {0.1f, 0.5f},  /* of the page, half the width; a disc's radius too */

    .vignette.chance = 0.1f,
    .vignette.strength = {0.1f, 0.5f}, /* part of the light that corners lose */

    .edges.chance = 0.09f,
    .edges.straight_share = 0.7f,
    .edges.tilt = 0.06f,           /* deviation of a straight edge's direction */
    .edges.place = {0.15f, 0.48f}, /* from the page's middle, parts of its shorter side */
    .edges.table = {0, 0.9f},      /* its brightness */
    .edges.cell = {1.5f, 30},      /* (log) of its texture */
    .edges.texture = {0.005f, 0.1f},
    .edges.softness = {0.5f, 2.5f},
    .edges.hidden = 0.06f, /* part of a digit's box on the table, from which it is ignored */

    .crop.chance = 0.1f,
    .crop.side = {0.15f, 0.9f},  /* of the page's */
    .crop.constant_share = 0.5f, /* beyond it there is one brightness */
    .crop.least_seen = 0.65f,    /* part of a digit's box, below which it is ignored */

    .blur.chance = 0.42f,
    .blur.deviation = {0.3f, 1.1f},
    .blur.strong_share = 0.12f,
    .blur.strong = {0.04f, 0.085f}, /* of the digits' height: large digits can be far out of focus */

    .motion.chance = 0.05f,
    .motion.most_steps = 3,

    .resized.chance = 0.08f,
    .resized.factor = {1.3f, 2.6f},
    .resized.blur = 0.35f,        /* deviation before it is made smaller, of the factor */
    .resized.blocks_share = 0.3f, /* pixels become blocks */

    .noise.chance = 0.6f,
    .noise.deviation = {0.003f, 0.045f}, /* (log) */
    .noise.clean_share = 0.15f,          /* of the clean pages */

    .bands.chance = 0.04f,
    .bands.deviation = {0.003f, 0.03f}, /* (log) of a column's or a row's brightness */

    .salt.chance = 0.03f,
    .salt.share = {0.001f, 0.02f}, /* of the pixels, each way */

    .jpeg.chance = 0.3f,
    .jpeg.step = {3, 40}, /* (log) of the lowest frequencies, of 255 */
    .jpeg.slope = 0.35f,  /* by which it grows for each higher one */

    .one_bit.chance = 0.06f,
    .one_bit.level = {0.3f, 0.75f},     /* part of the way from paper to ink */
    .one_bit.deviation = {0.02f, 0.2f}, /* of the noise before, of that way */

    .inverse.chance = 0.4f,
};

static size_t pixels_of(const struct page_sheet *sheet)
{
    return (size_t)sheet->width * (size_t)sheet->height;
}

static float logarithmic(struct random *random, struct range range)
{
    const float part = random_uniform(random);
    return range.low * expf(part * logf(range.high / range.low));
}

/* Whether an element of every page, calm or busy, is there; draws from its stream. */
static bool has(const struct page_sheet *sheet, enum page_element element, struct random *random, float chance)
{
    const bool there = random_uniform(random) < chance;
    return there && !page_is_off(sheet, element);
}

/* ---- Ink on paper -------------------------------------------------------------------------------------------------
 */

/* A page's paper and inks. */
struct surface {
    bool clean;                     /* without texture, shadows and light */
    bool one_bit;                   /* will be black and white */
    float level;                    /* brightness of the paper */
    float ink, mark, ruling, print; /* what full coverage takes away of it */
    float texture;                  /* factor of grain and noise: what stays readable */
};

static struct surface random_surface(const struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 0), faint = page_random(sheet, PAGE_FAINT, 0),
                  one_bit = page_random(sheet, PAGE_ONE_BIT, 0);
    struct surface surface;
    surface.clean = random_uniform(&random) < settings.paper.clean_share;
    const bool black = random_uniform(&random) < settings.paper.black_share,
               white = random_uniform(&random) < settings.paper.white_share;
    const bool pale = random_uniform(&random) < settings.paper.pale_ruling_share;
    const float level = random_in(&random, settings.paper.level),
                clean_level = random_in(&random, settings.paper.clean_level);
    const float ink = random_in(&random, settings.paper.ink);
    surface.level = !surface.clean ? level : white ? 1 : clean_level;
    surface.ink = surface.clean && black ? 1 : ink;
    surface.mark = random_in(&random, settings.paper.mark);
    const float ruling = random_in(&random, settings.paper.ruling),
                pale_ruling = random_in(&random, settings.paper.pale_ruling);
    surface.ruling = pale ? pale_ruling : ruling;
    surface.print = random_in(&random, settings.paper.print);
    if (page_has(sheet, PAGE_FAINT, &faint, settings.faint.chance))
        surface.ink = random_in(&faint, settings.faint.contrast);
    surface.print = min_float(surface.print, settings.paper.most_print * surface.ink);
    surface.one_bit = has(sheet, PAGE_ONE_BIT, &one_bit, settings.one_bit.chance);
    surface.texture = min_float(surface.level * surface.ink / settings.readable.full_texture, 1);
    return surface;
}

/* Fills sheet->other with the part of the ink that the pen left. */
static void spread_ink(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_UNEVEN_INK, 0);
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->other[i] = 1;
    if (!has(sheet, PAGE_UNEVEN_INK, &random, settings.uneven.chance)) return;
    const float cell = logarithmic(&random, settings.uneven.cell),
                deviation = random_in(&random, settings.uneven.deviation);
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->other[i] = 1 - 0.5f * deviation;
    page_add_field(sheet, sheet->other, cell, deviation, &random);
    for (size_t i = 0; i < pixels_of(sheet); i++)
        sheet->other[i] = clamp_float(sheet->other[i], settings.uneven.least, 1);
}

static void lay_ink(struct page_sheet *sheet, const struct surface *surface)
{
    const float of_ink = surface->ink / FULL_INK, of_mark = surface->mark / FULL_INK,
                of_ruling = surface->ruling / FULL_INK, of_print = surface->print / FULL_INK;
    const uint8_t *digits = sheet->digits.values, *pen = sheet->pen.values, *marks = sheet->marks.values,
                  *rulings = sheet->rulings.values, *print = sheet->background.values;
    for (size_t i = 0; i < pixels_of(sheet); i++) {
        const uint8_t ink = digits[i] > pen[i] ? digits[i] : pen[i];
        const float behind = (1 - of_print * (float)print[i]) * (1 - of_ruling * (float)rulings[i]);
        sheet->values[i] =
            surface->level * behind * (1 - of_mark * (float)marks[i]) * (1 - of_ink * sheet->other[i] * (float)ink);
    }
}

/* ---- Paper --------------------------------------------------------------------------------------------------------
 */

/* Words of the back side, from right to left. */
static void add_show_through(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SHOW_THROUGH, 0);
    if (!page_has(sheet, PAGE_SHOW_THROUGH, &random, settings.show_through.chance)) return;
    const size_t words = 1 + random_below(&random, (size_t)settings.show_through.most_words);
    const float value = random_in(&random, settings.show_through.value);
    for (size_t i = 0; i < words; i++) {
        const float size = sheet->hand.height * random_in(&random, settings.show_through.size),
                    width = size * random_in(&random, settings.show_through.width);
        const float y = random_uniform(&random) * (float)sheet->height;
        float x = random_uniform(&random) * (float)sheet->width;
        const size_t letters = 1 + random_below(&random, (size_t)settings.show_through.most_letters);
        for (size_t j = 0; j < letters && x > -size; j++, x -= settings.show_through.spacing * size) {
            const char *text = negative_templates[random_below(&random, negative_template_count)];
            page_draw_sign(sheet, &sheet->background,
                           &(struct page_sign){text, 5000 + j, x, y, -size, size, width, value});
        }
    }
}

static void add_fibres(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_FIBRES, 0);
    if (!page_has(sheet, PAGE_FIBRES, &random, settings.fibres.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.fibres.most);
    for (size_t i = 0; i < count; i++) {
        float points[3][2], x, y;
        random_direction(&random, &x, &y);
        points[0][0] = random_uniform(&random) * (float)sheet->width;
        points[0][1] = random_uniform(&random) * (float)sheet->height;
        const float step = 0.5f * random_in(&random, settings.fibres.length), bend = 0.5f * random_normal(&random);
        const float value = random_in(&random, settings.fibres.value),
                    width = random_in(&random, settings.fibres.width);
        points[1][0] = points[0][0] + step * x;
        points[1][1] = points[0][1] + step * y;
        points[2][0] = points[1][0] + step * (x - bend * y);
        points[2][1] = points[1][1] + step * (y + bend * x);
        layer_curve(&sheet->background, (const float(*)[2])points, 3, width, value);
    }
}

static void add_grain(struct page_sheet *sheet, const struct surface *surface)
{
    struct random random = page_random(sheet, PAGE_GRAIN, 0);
    if (!has(sheet, PAGE_GRAIN, &random, settings.grain.chance) || surface->clean) return;
    const size_t octaves = random_below(&random, (size_t)settings.grain.most_octaves + 1);
    for (size_t i = 0; i < octaves; i++) {
        const float cell = logarithmic(&random, settings.grain.cell),
                    deviation = logarithmic(&random, settings.grain.deviation);
        page_add_field(sheet, sheet->values, cell, surface->texture * deviation, &random);
    }
}

/* ---- Light --------------------------------------------------------------------------------------------------------
 */

static void add_light(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LIGHT, 0);
    if (!has(sheet, PAGE_LIGHT, &random, settings.light.chance)) return;
    const float across = random_in(&random, settings.light.slope) / (float)sheet->width;
    const float down = random_in(&random, settings.light.slope) / (float)sheet->height;
    for (int row = 0; row < sheet->height; row++) {
        float *values = &sheet->values[row * sheet->width];
        const float start = 1 + down * (float)(row - sheet->height / 2) - across * (float)(sheet->width / 2);
        for (int column = 0; column < sheet->width; column++) values[column] *= start + across * (float)column;
    }
    if (random_uniform(&random) >= settings.light.clouds_share) return;
    const float cell = random_in(&random, settings.light.cell), deviation = random_in(&random, settings.light.clouds);
    page_add_field(sheet, sheet->values, cell, deviation, &random);
}

/* A straight border: how far a place is beyond it, in pixels. */
struct border {
    float x, y, offset;
};

static struct border random_border(const struct page_sheet *sheet, struct random *random)
{
    struct border border;
    random_direction(random, &border.x, &border.y);
    const float x = random_uniform(random) * (float)sheet->width, y = random_uniform(random) * (float)sheet->height;
    border.offset = border.x * x + border.y * y;
    return border;
}

static void add_folds(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_FOLDS, 0);
    if (!page_has(sheet, PAGE_FOLDS, &random, settings.folds.chance)) return;
    const size_t count = 1 + random_below(&random, (size_t)settings.folds.most);
    for (size_t i = 0; i < count; i++) {
        const struct border border = random_border(sheet, &random);
        const float reach = random_in(&random, settings.folds.reach);
        const float before = random_in(&random, settings.folds.depth),
                    behind = random_in(&random, settings.folds.depth);
        const bool has_line = random_uniform(&random) < settings.folds.line_share;
        const float line = random_in(&random, settings.folds.line);
        for (int at = 0; at < sheet->width * sheet->height; at++) {
            const float away =
                border.x * (float)(at % sheet->width) + border.y * (float)(at / sheet->width) - border.offset;
            if (fabsf(away) >= reach) continue;
            const float near = 1 - fabsf(away) / reach, in_line = has_line ? max_float(1 - fabsf(away), 0) : 0;
            sheet->values[at] *= (1 + near * near * (away < 0 ? before : behind)) * (1 + in_line * line);
        }
    }
}

enum shadow_kind { SHADOW_HALF, SHADOW_BAND, SHADOW_CORNER, SHADOW_DISC, SHADOW_PATCH, SHADOW_KINDS };

struct shadow {
    enum shadow_kind kind;
    struct border first, second;
    bool outside; /* it is dark around a disc or a patch */
    float x, y, size, height, softness,
        strength; /* middle and radius of a disc, half the width of a band; pixels; part of the light */
};

static struct shadow random_shadow(const struct page_sheet *sheet, struct random *random)
{
    struct shadow shadow = {.first = random_border(sheet, random), .kind = SHADOW_HALF};
    shadow.second = random_border(sheet, random);
    const float shares[SHADOW_KINDS] = {0, settings.shadows.band_share, settings.shadows.corner_share,
                                        settings.shadows.disc_share, settings.shadows.patch_share};
    float rest = random_uniform(random);
    for (int kind = SHADOW_BAND; kind < SHADOW_KINDS; kind++) {
        if (rest >= 0 && rest < shares[kind]) shadow.kind = (enum shadow_kind)kind;
        rest -= shares[kind];
    }
    shadow.outside = random_uniform(random) < settings.shadows.outside_share && shadow.kind >= SHADOW_DISC;
    shadow.x = random_uniform(random) * (float)sheet->width;
    shadow.y = random_uniform(random) * (float)sheet->height;
    shadow.size = random_in(random, settings.shadows.band) * (float)min_int(sheet->width, sheet->height);
    shadow.height = random_in(random, settings.shadows.band) * (float)min_int(sheet->width, sheet->height);
    const bool hard = random_uniform(random) < settings.shadows.hard_share;
    shadow.softness = random_in(random, hard ? settings.shadows.hard : settings.shadows.soft);
    shadow.strength = random_in(random, settings.shadows.strength);
    return shadow;
}

/* How far inside the shadow a place is, in pixels. */
static float inside_shadow(const struct shadow *shadow, float x, float y)
{
    const float first = shadow->first.x * x + shadow->first.y * y - shadow->first.offset;
    if (shadow->kind == SHADOW_HALF) return first;
    if (shadow->kind == SHADOW_BAND) return shadow->size - fabsf(first);
    if (shadow->kind == SHADOW_CORNER)
        return min_float(first, shadow->second.x * x + shadow->second.y * y - shadow->second.offset);
    const float away_x = x - shadow->x, away_y = y - shadow->y;
    if (shadow->kind == SHADOW_PATCH) return min_float(shadow->size - fabsf(away_x), shadow->height - fabsf(away_y));
    return shadow->size - sqrtf(away_x * away_x + away_y * away_y);
}

static void add_shadows(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SHADOWS, 0);
    if (!page_has(sheet, PAGE_SHADOWS, &random, settings.shadows.chance)) return;
    const struct shadow shadow = random_shadow(sheet, &random);
    for (int row = 0; row < sheet->height; row++) {
        for (int column = 0; column < sheet->width; column++) {
            const float within = inside_shadow(&shadow, (float)column, (float)row),
                        inside = shadow.outside ? -within : within,
                        part = clamp_float(inside / shadow.softness + 0.5f, 0, 1);
            sheet->values[row * sheet->width + column] *= 1 - shadow.strength * part * part * (3 - 2 * part);
        }
    }
}

static void add_vignette(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_VIGNETTE, 0);
    if (!page_has(sheet, PAGE_VIGNETTE, &random, settings.vignette.chance)) return;
    const float strength = random_in(&random, settings.vignette.strength), width = (float)sheet->width,
                height = (float)sheet->height;
    for (int row = 0; row < sheet->height; row++) {
        const float y = 2 * (float)row / height - 1;
        for (int column = 0; column < sheet->width; column++) {
            const float x = 2 * (float)column / width - 1;
            sheet->values[row * sheet->width + column] *= 1 - 0.5f * strength * (x * x + y * y);
        }
    }
}

/* ---- Borders of the paper and of the picture ----------------------------------------------------------------------
 */

/* Ignores digits of which a part lies beyond the border. */
static void hide_digits(struct page_sheet *sheet, const struct border *border)
{
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct page_digit *digit = &sheet->found[i];
        const float width = digit->right - digit->left, height = digit->bottom - digit->top;
        const float middle =
            border->x * (digit->left + 0.5f * width) + border->y * (digit->top + 0.5f * height) - border->offset;
        const float reach = 0.5f * (fabsf(border->x) * width + fabsf(border->y) * height);
        if (middle > -reach * (1 - 2 * settings.edges.hidden)) page_ignore_digit(digit);
    }
}

/* The paper ends, and a table begins. */
static void add_edge(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_EDGES, 0);
    if (!page_has(sheet, PAGE_EDGES, &random, settings.edges.chance)) return;
    static const float sides[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    struct border border;
    random_direction(&random, &border.x, &border.y);
    const bool straight = random_uniform(&random) < settings.edges.straight_share;
    const size_t side = random_below(&random, 4);
    const float tilt = settings.edges.tilt * random_normal(&random);
    if (straight) border.x = sides[side][0] - tilt * sides[side][1], border.y = sides[side][1] + tilt * sides[side][0];
    border.offset = 0.5f * (border.x * (float)sheet->width + border.y * (float)sheet->height) +
                    random_in(&random, settings.edges.place) * (float)min_int(sheet->width, sheet->height);
    const float table = random_in(&random, settings.edges.table), cell = logarithmic(&random, settings.edges.cell),
                texture = random_in(&random, settings.edges.texture),
                softness = random_in(&random, settings.edges.softness);
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->other[i] = table;
    page_add_field(sheet, sheet->other, cell, texture, &random);
    hide_digits(sheet, &border);
    for (int row = 0; row < sheet->height; row++) {
        for (int column = 0; column < sheet->width; column++) {
            const int at = row * sheet->width + column;
            const float beyond = border.x * (float)column + border.y * (float)row - border.offset,
                        part = clamp_float(beyond / softness + 0.5f, 0, 1);
            sheet->values[at] += part * (sheet->other[at] - sheet->values[at]);
        }
    }
}

/* Digits as a smaller picture shows them. */
static void crop_digits(struct page_sheet *sheet, const int box[4])
{
    size_t kept = 0;
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct page_digit *digit = &sheet->found[i];
        const float left = clamp_float(digit->left, (float)box[0], (float)box[2]),
                    right = clamp_float(digit->right, (float)box[0], (float)box[2]);
        const float top = clamp_float(digit->top, (float)box[1], (float)box[3]),
                    bottom = clamp_float(digit->bottom, (float)box[1], (float)box[3]);
        const float whole = (digit->right - digit->left) * (digit->bottom - digit->top);
        if ((right - left) * (bottom - top) < settings.crop.least_seen * whole) page_ignore_digit(digit);
        digit->left = left;
        digit->right = right;
        digit->top = top;
        digit->bottom = bottom;
        if (right <= left || bottom <= top) continue;
        sheet->rows[kept] = sheet->rows[i];
        sheet->found[kept++] = *digit;
    }
    sheet->digit_count = kept;
}

/* A smaller picture whose border goes on as its last pixels, or in one brightness. */
static void crop(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_CROP, 0);
    if (!has(sheet, PAGE_CROP, &random, settings.crop.chance)) return;
    const int width = max_int((int)(random_in(&random, settings.crop.side) * (float)sheet->width), 1);
    const int height = max_int((int)(random_in(&random, settings.crop.side) * (float)sheet->height), 1);
    const int left = (int)random_below(&random, (size_t)(sheet->width - width) + 1),
              top = (int)random_below(&random, (size_t)(sheet->height - height) + 1);
    const bool constant = random_uniform(&random) < settings.crop.constant_share;
    const int box[4] = {left, top, left + width, top + height};
    float sum = 0;
    for (int column = left; column < left + width; column++)
        sum += sheet->values[top * sheet->width + column] + sheet->values[(top + height - 1) * sheet->width + column];
    const float mean = sum / (float)(2 * width);
    memcpy(sheet->other, sheet->values, pixels_of(sheet) * sizeof *sheet->values);
    for (int row = 0; row < sheet->height; row++) {
        for (int column = 0; column < sheet->width; column++) {
            const int x = min_int(max_int(column, left), left + width - 1),
                      y = min_int(max_int(row, top), top + height - 1);
            const bool outside = x != column || y != row;
            sheet->values[row * sheet->width + column] =
                outside && constant ? mean : sheet->other[y * sheet->width + x];
        }
    }
    crop_digits(sheet, box);
}

/* ---- Camera -------------------------------------------------------------------------------------------------------
 */

enum { MOST_REACH = 24 };

/* One line through a kernel whose sides are the same; the line's ends go on. from has reach more values on each side.
 */
static void convolve_row(const float *from, float *to, int width, const float *weights, int reach)
{
    for (int column = 0; column < width; column++) to[column] = weights[0] * from[column];
    for (int i = 1; i <= reach; i++)
        for (int column = 0; column < width; column++) to[column] += weights[i] * (from[column - i] + from[column + i]);
}

static void blur_rows(struct page_sheet *sheet, const float *weights, int reach)
{
    float line[PAGE_MOST_SIDE + 2 * MOST_REACH];
    for (int row = 0; row < sheet->height; row++) {
        const float *values = &sheet->values[row * sheet->width];
        for (int i = 0; i < reach; i++) {
            line[i] = values[0];
            line[reach + sheet->width + i] = values[sheet->width - 1];
        }
        memcpy(line + reach, values, (size_t)sheet->width * sizeof *line);
        convolve_row(line + reach, &sheet->other[row * sheet->width], sheet->width, weights, reach);
    }
}

static void blur_columns(struct page_sheet *sheet, const float *weights, int reach)
{
    const int width = sheet->width, last = sheet->height - 1;
    for (int row = 0; row < sheet->height; row++) {
        float *to = &sheet->values[row * width];
        const float *own = &sheet->other[row * width];
        for (int column = 0; column < width; column++) to[column] = weights[0] * own[column];
        for (int i = 1; i <= reach; i++) {
            const float *above = &sheet->other[max_int(row - i, 0) * width],
                        *below = &sheet->other[min_int(row + i, last) * width];
            for (int column = 0; column < width; column++) to[column] += weights[i] * (above[column] + below[column]);
        }
    }
}

static void blur(struct page_sheet *sheet, float deviation)
{
    float weights[MOST_REACH + 1], sum = 0;
    const int reach = min_int((int)ceilf(2.5f * deviation), MOST_REACH);
    for (int i = 0; i <= reach; i++) {
        weights[i] = expf(-0.5f * (float)(i * i) / (deviation * deviation));
        sum += i ? 2 * weights[i] : weights[i];
    }
    for (int i = 0; i <= reach; i++) weights[i] /= sum;
    blur_rows(sheet, weights, reach);
    blur_columns(sheet, weights, reach);
}

static void add_blur(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_BLUR, 0);
    const bool there = has(sheet, PAGE_BLUR, &random, settings.blur.chance);
    const bool strong = random_uniform(&random) < settings.blur.strong_share;
    const float usual = random_in(&random, settings.blur.deviation),
                far = random_in(&random, settings.blur.strong) * sheet->hand.height;
    if (there) blur(sheet, strong ? max_float(far, usual) : usual);
}

/* The mean of a few places along a direction. */
static void add_motion(struct page_sheet *sheet)
{
    static const int directions[4][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}};
    struct random random = page_random(sheet, PAGE_MOTION, 0);
    if (!page_has(sheet, PAGE_MOTION, &random, settings.motion.chance)) return;
    const int *direction = directions[random_below(&random, 4)],
              steps = 1 + (int)random_below(&random, (size_t)settings.motion.most_steps);
    memcpy(sheet->other, sheet->values, pixels_of(sheet) * sizeof *sheet->values);
    for (int row = 0; row < sheet->height; row++) {
        for (int column = 0; column < sheet->width; column++) {
            float sum = 0;
            for (int i = -steps; i <= steps; i++) {
                const int x = min_int(max_int(column + i * direction[0], 0), sheet->width - 1),
                          y = min_int(max_int(row + i * direction[1], 0), sheet->height - 1);
                sum += sheet->other[y * sheet->width + x];
            }
            sheet->values[row * sheet->width + column] = sum / (float)(2 * steps + 1);
        }
    }
}

/* Between four values of sheet->other, a picture of this size. */
static float sample(const float *from, int width, int height, float x, float y)
{
    x = clamp_float(x, 0, (float)(width - 1));
    y = clamp_float(y, 0, (float)(height - 1));
    const int column = min_int((int)x, max_int(width - 2, 0)), row = min_int((int)y, max_int(height - 2, 0));
    const int right = width > 1, below = height > 1 ? width : 0;
    const float *here = &from[row * width + column], u = x - (float)column, v = y - (float)row;
    const float upper = here[0] + u * (here[right] - here[0]),
                lower = here[below] + u * (here[below + right] - here[below]);
    return upper + v * (lower - upper);
}

/* Made smaller, then larger again: smooth or in blocks. */
static void resize(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_RESIZED, 0);
    if (!page_has(sheet, PAGE_RESIZED, &random, settings.resized.chance)) return;
    const float factor = random_in(&random, settings.resized.factor);
    const bool blocks = random_uniform(&random) < settings.resized.blocks_share;
    const int width = max_int((int)((float)sheet->width / factor), 1),
              height = max_int((int)((float)sheet->height / factor), 1);
    const float across = (float)sheet->width / (float)width, down = (float)sheet->height / (float)height;
    blur(sheet, settings.resized.blur * factor);
    for (int row = 0; row < height; row++)
        for (int column = 0; column < width; column++)
            sheet->other[row * width + column] =
                sample(sheet->values, sheet->width, sheet->height, ((float)column + 0.5f) * across - 0.5f,
                       ((float)row + 0.5f) * down - 0.5f);
    for (int row = 0; row < sheet->height; row++) {
        for (int column = 0; column < sheet->width; column++) {
            const float x = ((float)column + 0.5f) / across, y = ((float)row + 0.5f) / down;
            const int block = min_int((int)y, height - 1) * width + min_int((int)x, width - 1);
            sheet->values[row * sheet->width + column] =
                blocks ? sheet->other[block] : sample(sheet->other, width, height, x - 0.5f, y - 0.5f);
        }
    }
}

static void add_noise(struct page_sheet *sheet, const struct surface *surface)
{
    struct random random = page_random(sheet, PAGE_NOISE, 0);
    const bool there = has(sheet, PAGE_NOISE, &random, settings.noise.chance),
               on_clean = random_uniform(&random) < settings.noise.clean_share;
    const float deviation = surface->texture * logarithmic(&random, settings.noise.deviation);
    if (!there || (surface->clean && !on_clean)) return;
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->values[i] += deviation * random_normal(&random);
}

/* Columns, or rows, that a scanner took brighter or darker. */
static void add_bands(struct page_sheet *sheet, const struct surface *surface)
{
    struct random random = page_random(sheet, PAGE_BANDS, 0);
    if (!page_has(sheet, PAGE_BANDS, &random, settings.bands.chance)) return;
    const float deviation = surface->texture * logarithmic(&random, settings.bands.deviation);
    const bool upright = random_below(&random, 2) == 0;
    const int lines = upright ? sheet->width : sheet->height, length = upright ? sheet->height : sheet->width;
    for (int line = 0; line < lines; line++) {
        const float change = deviation * random_normal(&random);
        float *values = &sheet->values[upright ? line : line * sheet->width];
        for (int i = 0; i < length; i++) values[i * (upright ? sheet->width : 1)] += change;
    }
}

static void add_salt(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_SALT, 0);
    if (!page_has(sheet, PAGE_SALT, &random, settings.salt.chance)) return;
    const size_t count = (size_t)(random_in(&random, settings.salt.share) * (float)pixels_of(sheet));
    for (size_t i = 0; i < 2 * count; i++) sheet->values[random_below(&random, pixels_of(sheet))] = (float)(i % 2);
}

/* Black and white, by a level somewhere between paper and ink, with the noise of a worn copy. */
static void make_one_bit(struct page_sheet *sheet, const struct surface *surface)
{
    struct random random = page_random(sheet, PAGE_ONE_BIT, 1);
    const float way = surface->level * surface->ink,
                level = surface->level - way * random_in(&random, settings.one_bit.level);
    const float deviation = way * random_in(&random, settings.one_bit.deviation);
    for (size_t i = 0; i < pixels_of(sheet); i++)
        sheet->values[i] = sheet->values[i] + deviation * random_normal(&random) > level;
}

/* ---- JPEG: blocks of 8x8 as their cosine transform, rounded: Wallace, "The JPEG still picture compression standard",
 * 1991 ---- */

enum { BLOCK = 8 };

/* cos((2 place + 1) frequency pi / 16), scaled to an orthonormal transform. */
static void find_cosines(float cosines[BLOCK][BLOCK])
{
    for (int frequency = 0; frequency < BLOCK; frequency++)
        for (int place = 0; place < BLOCK; place++)
            cosines[frequency][place] =
                frequency == 0 ? 0.35355339f : 0.5f * page_sine((float)((2 * place + 1) * frequency) / 32 + 0.25f);
}

/* to = cosines * from * cosines', or back. */
static void transform(const float cosines[BLOCK][BLOCK], float block[BLOCK][BLOCK], bool back)
{
    float half[BLOCK][BLOCK] = {{0}};
    for (int i = 0; i < BLOCK; i++)
        for (int j = 0; j < BLOCK; j++)
            for (int k = 0; k < BLOCK; k++) half[i][k] += (back ? cosines[j][i] : cosines[i][j]) * block[j][k];
    memset(block, 0, sizeof(float[BLOCK][BLOCK]));
    for (int i = 0; i < BLOCK; i++)
        for (int j = 0; j < BLOCK; j++)
            for (int k = 0; k < BLOCK; k++) block[i][k] += half[i][j] * (back ? cosines[j][k] : cosines[k][j]);
}

static void compress(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_JPEG, 0);
    if (!has(sheet, PAGE_JPEG, &random, settings.jpeg.chance)) return;
    const float step = logarithmic(&random, settings.jpeg.step) / FULL_INK;
    float cosines[BLOCK][BLOCK], block[BLOCK][BLOCK];
    find_cosines(cosines);
    for (int top = 0; top < sheet->height; top += BLOCK) {
        for (int left = 0; left < sheet->width; left += BLOCK) {
            for (int i = 0; i < BLOCK * BLOCK; i++)
                block[i / BLOCK][i % BLOCK] = sheet->values[min_int(top + i / BLOCK, sheet->height - 1) * sheet->width +
                                                            min_int(left + i % BLOCK, sheet->width - 1)];
            transform(cosines, block, false);
            for (int i = 0; i < BLOCK * BLOCK; i++) {
                const float own = step * (1 + settings.jpeg.slope * (float)(i / BLOCK + i % BLOCK)),
                            value = block[i / BLOCK][i % BLOCK] / own;
                block[i / BLOCK][i % BLOCK] = own * (float)(int)(value + (value < 0 ? -0.5f : 0.5f));
            }
            transform(cosines, block, true);
            for (int row = 0; row < min_int(BLOCK, sheet->height - top); row++)
                memcpy(&sheet->values[(top + row) * sheet->width + left], block[row],
                       (size_t)min_int(BLOCK, sheet->width - left) * sizeof(float));
        }
    }
}

static void invert(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_INVERSE, 0);
    sheet->inverse = has(sheet, PAGE_INVERSE, &random, settings.inverse.chance);
    for (size_t i = 0; i < pixels_of(sheet) && sheet->inverse; i++) sheet->values[i] = 1 - sheet->values[i];
}

/* ---- What remains readable ----------------------------------------------------------------------------------------
 */

struct sums {
    float count, sum, squares;
};

static void add_value(struct sums *sums, float value)
{
    sums->count++;
    sums->sum += value;
    sums->squares += value * value;
}

/* Ignores digits whose ink differs from what is around it by less than that differs in itself. */
static void ignore_unreadable(struct page_sheet *sheet)
{
    for (size_t i = 0; i < sheet->digit_count; i++) {
        struct page_digit *digit = &sheet->found[i];
        struct sums ink = {0}, paper = {0};
        const int right = min_int((int)digit->right + 1, sheet->width),
                  bottom = min_int((int)digit->bottom + 1, sheet->height);
        for (int row = max_int((int)digit->top - 1, 0); row < bottom; row++) {
            for (int column = max_int((int)digit->left - 1, 0); column < right; column++) {
                const int at = row * sheet->width + column, covered = sheet->digits.values[at];
                if (covered > FULL_INK / 2) add_value(&ink, sheet->values[at]);
                if (covered < FULL_INK / 16) add_value(&paper, sheet->values[at]);
            }
        }
        if (ink.count == 0 || paper.count == 0) continue;
        const float mean = paper.sum / paper.count, variance = max_float(paper.squares / paper.count - mean * mean, 0);
        const float contrast = fabsf(ink.sum / ink.count - mean);
        if (contrast < settings.readable.contrast || contrast < settings.readable.deviations * sqrtf(variance))
            page_ignore_digit(digit);
    }
}

void page_photograph(struct page_sheet *sheet)
{
    const struct surface surface = random_surface(sheet);
    add_show_through(sheet);
    add_fibres(sheet);
    spread_ink(sheet);
    lay_ink(sheet, &surface);
    add_grain(sheet, &surface);
    if (!surface.clean && !surface.one_bit) {
        add_light(sheet);
        add_folds(sheet);
        add_shadows(sheet);
        add_vignette(sheet);
        add_edge(sheet);
    }
    crop(sheet);
    resize(sheet);
    add_motion(sheet);
    add_blur(sheet);
    add_noise(sheet, &surface);
    add_bands(sheet, &surface);
    add_salt(sheet);
    if (surface.one_bit) make_one_bit(sheet, &surface);
    invert(sheet);
    compress(sheet);
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->values[i] = clamp_float(sheet->values[i], 0, 1);
    ignore_unreadable(sheet);
}
