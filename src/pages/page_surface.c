/* Implements the photograph of page_sheet.h: layers become ink on paper, under a light, through a camera. Must not know
 * what the layers show. */
#include "page_sheet.h"

#include <math.h>
#include <string.h>

#include "base/ink_levels.h"
#include "base/minmax.h"

/* All numbers of paper, light and camera. Brightness is 0 black .. 1 white, contrast the part of it that full ink takes
 * away. A {low, high} has a uniform distribution, a deviation is the standard one of a normal distribution. Chances are
 * of pages. */
static const struct {
    struct {
        float clean_share, white_share, black_share;
        struct range level, clean_level, ink, ruling, mark, print;
        float ink_power, pale_ruling_share;
        struct range pale_ruling;
    } paper;
    struct {
        float chance;
        struct range slope;
        float clouds_share;
        struct range cloud_cell, clouds;
    } light;
    struct {
        float chance;
        int most_octaves;
        struct range deviation, cell;
    } grain;
    struct {
        float chance;
        struct range deviation;
    } noise;
    struct {
        float chance;
        struct range deviation;
    } blur;
    struct {
        float chance;
    } inverse;
} settings = {
    .paper.clean_share = 0.25f, /* drawn or scanned without any texture */
    .paper.white_share = 0.6f,  /* of the clean ones */
    .paper.black_share = 0.6f,  /* of the clean ones: ink without any light */
    .paper.level = {0.5f, 1},
    .paper.clean_level = {0.35f, 1},
    .paper.ink = {0.2f, 1},
    .paper.ruling = {0.08f, 0.9f},
    .paper.mark = {0.2f, 1},
    .paper.print = {0.05f, 0.4f},
    .paper.pale_ruling_share = 0.04f, /* lighter than paper */
    .paper.pale_ruling = {-0.3f, -0.08f},

    .light.chance = 0.8f,
    .light.slope = {-0.2f, 0.2f}, /* across the page, and down */
    .light.clouds_share = 0.5f,
    .light.cloud_cell = {16, 90}, /* pixels */
    .light.clouds = {0.005f, 0.05f},

    .grain.chance = 0.8f,
    .grain.most_octaves = 4,
    .grain.cell = {1.2f, 12},
    .grain.deviation = {0.002f, 0.03f},

    .noise.chance = 0.6f,
    .noise.deviation = {0.003f, 0.045f},

    .blur.chance = 0.4f,
    .blur.deviation = {0.3f, 1.2f}, /* pixels */

    .inverse.chance = 0.4f,
};

static size_t pixels_of(const struct page_sheet *sheet)
{
    return (size_t)sheet->width * (size_t)sheet->height;
}

/* ---- Ink on paper -------------------------------------------------------------------------------------------------
 */

/* What full coverage takes away of the paper's light. */
struct contrasts {
    float ink, mark, ruling, print;
};

static bool is_clean(const struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 0);
    return random_uniform(&random) < settings.paper.clean_share;
}

static struct contrasts random_contrasts(const struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 2);
    struct contrasts contrasts;
    const bool black = random_uniform(&random) < settings.paper.black_share;
    contrasts.ink = random_in(&random, settings.paper.ink);
    contrasts.mark = random_in(&random, settings.paper.mark);
    contrasts.ruling = random_in(&random, settings.paper.ruling);
    contrasts.print = random_in(&random, settings.paper.print);
    if (black && is_clean(sheet)) contrasts.ink = 1;
    const bool pale = random_uniform(&random) < settings.paper.pale_ruling_share;
    const float lighter = random_in(&random, settings.paper.pale_ruling);
    if (pale) contrasts.ruling = lighter;
    return contrasts;
}

static void fill_paper(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_PAPER, 3);
    const float level = random_in(&random, settings.paper.level),
                clean = random_in(&random, settings.paper.clean_level);
    const bool white = random_uniform(&random) < settings.paper.white_share;
    const float value = !is_clean(sheet) ? level : white ? 1 : clean;
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->values[i] = value;
}

static void add_ink(struct page_sheet *sheet, const struct contrasts *contrasts)
{
    const struct contrasts c = {contrasts->ink / FULL_INK, contrasts->mark / FULL_INK, contrasts->ruling / FULL_INK,
                                contrasts->print / FULL_INK};
    const uint8_t *digits = sheet->digits.values, *pen = sheet->pen.values, *marks = sheet->marks.values,
                  *rulings = sheet->rulings.values, *print = sheet->background.values;
    for (size_t i = 0; i < pixels_of(sheet); i++) {
        const uint8_t ink = digits[i] > pen[i] ? digits[i] : pen[i];
        const float behind = (1 - c.print * (float)print[i]) * (1 - c.ruling * (float)rulings[i]);
        sheet->values[i] *= behind * (1 - c.mark * (float)marks[i]) * (1 - c.ink * (float)ink);
    }
}

/* ---- Light and grain ----------------------------------------------------------------------------------------------
 */

static void add_light(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_LIGHT, 0);
    const bool has = random_uniform(&random) < settings.light.chance;
    if (!has || page_is_off(sheet, PAGE_LIGHT) || is_clean(sheet)) return;
    const float across = random_in(&random, settings.light.slope) / (float)sheet->width;
    const float down = random_in(&random, settings.light.slope) / (float)sheet->height;
    for (int row = 0; row < sheet->height; row++)
        for (int column = 0; column < sheet->width; column++)
            sheet->values[row * sheet->width + column] *=
                1 + across * (float)(column - sheet->width / 2) + down * (float)(row - sheet->height / 2);
    if (random_uniform(&random) >= settings.light.clouds_share) return;
    const float cell = random_in(&random, settings.light.cloud_cell),
                deviation = random_in(&random, settings.light.clouds);
    page_add_field(sheet, sheet->values, cell, deviation, &random);
}

static float logarithmic(struct random *random, struct range range)
{
    const float part = random_uniform(random);
    return range.low * expf(part * logf(range.high / range.low));
}

static void add_grain(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_GRAIN, 0);
    const bool has = random_uniform(&random) < settings.grain.chance;
    if (!has || page_is_off(sheet, PAGE_GRAIN) || is_clean(sheet)) return;
    const size_t octaves = random_below(&random, (size_t)settings.grain.most_octaves + 1);
    for (size_t i = 0; i < octaves; i++) {
        const float cell = logarithmic(&random, settings.grain.cell),
                    deviation = logarithmic(&random, settings.grain.deviation);
        page_add_field(sheet, sheet->values, cell, deviation, &random);
    }
}

/* ---- Camera -------------------------------------------------------------------------------------------------------
 */

enum { MOST_REACH = 8 };

/* A kernel's weights 0 .. reach, both sides the same, along rows (step 1) or columns. */
static void convolve(const float *from, float *to, int width, int height, int step, const float weights[MOST_REACH + 1],
                     int reach)
{
    for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
            const int at = row * width + column, place = step == 1 ? column : row,
                      last = (step == 1 ? width : height) - 1;
            float sum = weights[0] * from[at];
            for (int i = 1; i <= reach; i++)
                sum += weights[i] * (from[at - step * min_int(i, place)] + from[at + step * min_int(i, last - place)]);
            to[at] = sum;
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
    convolve(sheet->values, sheet->other, sheet->width, sheet->height, 1, weights, reach);
    convolve(sheet->other, sheet->values, sheet->width, sheet->height, sheet->width, weights, reach);
}

static void add_blur(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_BLUR, 0);
    const bool has = random_uniform(&random) < settings.blur.chance;
    const float deviation = random_in(&random, settings.blur.deviation);
    if (has && !page_is_off(sheet, PAGE_BLUR)) blur(sheet, deviation);
}

static void add_noise(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_NOISE, 0);
    const bool has = random_uniform(&random) < settings.noise.chance;
    const float deviation = logarithmic(&random, settings.noise.deviation);
    if (!has || page_is_off(sheet, PAGE_NOISE) || is_clean(sheet)) return;
    for (size_t i = 0; i < pixels_of(sheet); i++) sheet->values[i] += deviation * random_normal(&random);
}

static void invert(struct page_sheet *sheet)
{
    struct random random = page_random(sheet, PAGE_INVERSE, 0);
    sheet->inverse = random_uniform(&random) < settings.inverse.chance && !page_is_off(sheet, PAGE_INVERSE);
    for (size_t i = 0; i < pixels_of(sheet) && sheet->inverse; i++) sheet->values[i] = 1 - sheet->values[i];
}

void page_photograph(struct page_sheet *sheet)
{
    const struct contrasts contrasts = random_contrasts(sheet);
    fill_paper(sheet);
    add_ink(sheet, &contrasts);
    add_grain(sheet);
    add_light(sheet);
    add_blur(sheet);
    add_noise(sheet);
    invert(sheet);
}
