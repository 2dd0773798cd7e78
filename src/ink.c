/* Implements ink.h. Must not know shapes, digits or the size of a network's input. */
#include "ink.h"

#include <stdlib.h>
#include <string.h>

enum {
    LEVELS = 256,
    NO_INK = LEVELS,
    /* The least difference between paper and pen, in grey levels: below, compression noise looks like writing. */
    CONTRAST_FLOOR = 10,
    /* The paper's brightness is known on a grid of at most this many cells each way. */
    MAX_PAPER_CELLS = 64,
    /* A cell's paper is this percentile of its pixels, counted from the paper's side. */
    PAPER_PERCENTILE = 25,
    /* Strokes may be as broad as this part of the picture's longer side, and still paper is seen on both sides. */
    STROKE_PART = 4,
};

/* Noise is told from ink by its spread times this. */
static const double noise_factor = 4;
/* A stroke's edge lies at this part of the typical ink. */
static const double threshold_part = 0.35;

static void count_levels(const uint8_t *values, size_t count, size_t histogram[LEVELS])
{
    memset(histogram, 0, LEVELS * sizeof *histogram);
    for (size_t i = 0; i < count; i++) histogram[values[i]]++;
}

/* Otsu, "A threshold selection method from gray-level histograms", 1979: the first level of the upper class. */
static int otsu_threshold(const size_t histogram[LEVELS])
{
    double total = 0, sum = 0, below = 0, sum_below = 0, best = -1;
    int threshold = 0;
    for (int level = 0; level < LEVELS; level++) {
        total += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    for (int level = 0; level < LEVELS - 1; level++) {
        below += (double)histogram[level];
        sum_below += (double)histogram[level] * level;
        if (below == 0 || below == total) continue;
        double distance = sum_below / below - (sum - sum_below) / (total - below);
        double between = below * (total - below) * distance * distance;
        if (between > best) best = between, threshold = level + 1;
    }
    return threshold;
}

/* The level below which `part` of the counted values lie. */
static int level_at(const size_t histogram[LEVELS], double part)
{
    double total = 0, seen = 0;
    for (int level = 0; level < LEVELS; level++) total += (double)histogram[level];
    for (int level = 0; level < LEVELS; level++) {
        seen += (double)histogram[level];
        if (seen > 0 && seen >= part * total) return level;
    }
    return LEVELS - 1;
}

static double dark_part_of_border(const struct picture *picture, int threshold)
{
    size_t width = (size_t)picture->width, height = (size_t)picture->height, dark = 0;
    for (size_t x = 0; x < width; x++) {
        dark += (picture->grey[x] < threshold) + (picture->grey[(height - 1) * width + x] < threshold);
    }
    for (size_t y = 0; y < height; y++) {
        dark += (picture->grey[y * width] < threshold) + (picture->grey[(y + 1) * width - 1] < threshold);
    }
    return (double)dark / (double)(2 * (width + height));
}

/* Paper is what most of the picture and most of its border are; the whole picture counts twice, so that a frame alone
 * does not decide. */
static bool paper_is_dark(const struct picture *picture, size_t pixels)
{
    size_t histogram[LEVELS], dark = 0;
    count_levels(picture->grey, pixels, histogram);
    int threshold = otsu_threshold(histogram);
    for (int level = 0; level < threshold; level++) dark += histogram[level];
    return (2 * (double)dark / (double)pixels + dark_part_of_border(picture, threshold)) / 3 > 0.5;
}

/* ---- The paper's brightness ---- */

/* A coarse map; light[rows][columns], one cell being `cell` pixels square (less at the right and bottom). */
struct paper {
    int cell, rows, columns;
    uint8_t light[MAX_PAPER_CELLS * MAX_PAPER_CELLS];
};

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static uint8_t cell_light(const struct ink *ink, int cell, int row, int column)
{
    int right = smaller(column * cell + cell, ink->width), bottom = smaller(row * cell + cell, ink->height);
    size_t histogram[LEVELS] = {0};
    for (int y = row * cell; y < bottom; y++) {
        const uint8_t *line = ink->values + (size_t)y * (size_t)ink->width;
        for (int x = column * cell; x < right; x++) histogram[line[x]]++;
    }
    return (uint8_t)level_at(histogram, 1 - PAPER_PERCENTILE / 100.0);
}

/* Replaces each of count values, `stride` apart, by the largest (or smallest) within radius. */
static void spread_line(uint8_t *values, int count, int stride, int radius, bool take_largest)
{
    uint8_t before[MAX_PAPER_CELLS];
    for (int i = 0; i < count; i++) before[i] = values[i * stride];
    for (int i = 0; i < count; i++) {
        int best = before[i];
        for (int j = larger(0, i - radius); j <= smaller(count - 1, i + radius); j++) {
            best = take_largest ? larger(best, before[j]) : smaller(best, before[j]);
        }
        values[i * stride] = (uint8_t)best;
    }
}

static void spread(struct paper *paper, int radius, bool take_largest)
{
    for (int row = 0; row < paper->rows; row++) {
        spread_line(paper->light + row * paper->columns, paper->columns, 1, radius, take_largest);
    }
    for (int column = 0; column < paper->columns; column++) {
        spread_line(paper->light + column, paper->rows, paper->columns, radius, take_largest);
    }
}

/* Closes dark valleys that are narrower than a stroke may be; slopes and steps of light and shadow stay. */
static void map_paper(const struct ink *ink, struct paper *paper)
{
    int side = larger(ink->width, ink->height);
    paper->cell = (side + MAX_PAPER_CELLS - 1) / MAX_PAPER_CELLS;
    paper->rows = (ink->height + paper->cell - 1) / paper->cell;
    paper->columns = (ink->width + paper->cell - 1) / paper->cell;
    for (int row = 0; row < paper->rows; row++) {
        for (int column = 0; column < paper->columns; column++) {
            paper->light[row * paper->columns + column] = cell_light(ink, paper->cell, row, column);
        }
    }
    int radius = larger(1, side / paper->cell / STROKE_PART / 2 + 1);
    spread(paper, radius, true);
    spread(paper, radius, false);
}

/* Where a pixel lies between the centres of two cells: the first cell, and the weight of the second. */
static int between_cells(int pixel, const struct paper *paper, int cells, float *weight)
{
    float position = ((float)pixel + 0.5f) / (float)paper->cell - 0.5f;
    if (position < 0) position = 0;
    int first = smaller((int)position, cells - 1);
    *weight = first == cells - 1 ? 0 : position - (float)first;
    return first;
}

/* The map's row at pixel row y, with the last cell repeated. */
static void paper_row(const struct paper *paper, int y, float light[MAX_PAPER_CELLS + 1])
{
    float weight;
    int row = between_cells(y, paper, paper->rows, &weight);
    const uint8_t *upper = paper->light + row * paper->columns;
    const uint8_t *lower = paper->light + smaller(row + 1, paper->rows - 1) * paper->columns;
    for (int column = 0; column < paper->columns; column++) {
        light[column] = (float)upper[column] + weight * (float)(lower[column] - upper[column]);
    }
    light[paper->columns] = light[paper->columns - 1];
}

static void subtract_from_paper(const struct paper *paper, struct ink *ink)
{
    for (int y = 0; y < ink->height; y++) {
        uint8_t *line = ink->values + (size_t)y * (size_t)ink->width;
        float light[MAX_PAPER_CELLS + 1];
        paper_row(paper, y, light);
        for (int x = 0; x < ink->width; x++) {
            float weight;
            int column = between_cells(x, paper, paper->columns, &weight);
            float here = light[column] + weight * (light[column + 1] - light[column]);
            line[x] = (uint8_t)larger(0, (int)(here + 0.5f) - line[x]);
        }
    }
}

/* ---- Strokes against noise ---- */

/* Takes the paper's own unevenness off. Most pixels are paper, so half the values lie below its typical one. */
static int remove_noise_level(struct ink *ink, size_t pixels)
{
    size_t histogram[LEVELS];
    count_levels(ink->values, pixels, histogram);
    int middle = level_at(histogram, 0.5), low = level_at(histogram, 0.16);
    for (size_t i = 0; i < pixels; i++) ink->values[i] = (uint8_t)larger(0, ink->values[i] - middle);
    return (int)(noise_factor * (middle - low) + 0.5); /* 16 % lie one standard deviation below the middle */
}

static void choose_threshold(struct ink *ink, size_t pixels)
{
    ink->soft = larger(CONTRAST_FLOOR, remove_noise_level(ink, pixels));
    ink->threshold = NO_INK;
    if (ink->soft >= LEVELS) return;
    size_t histogram[LEVELS];
    count_levels(ink->values, pixels, histogram);
    for (int level = 0; level < ink->soft; level++) histogram[level] = 0;
    int split = otsu_threshold(histogram);
    double count = 0, sum = 0;
    for (int level = larger(split, ink->soft); level < LEVELS; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    if (count > 0) ink->threshold = larger(ink->soft, (int)(threshold_part * sum / count));
}

scrawl_status ink_measure(const struct picture *picture, struct ink *ink)
{
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    struct ink result = {picture->width, picture->height, malloc(pixels), 0, NO_INK};
    if (!result.values) return fail_out_of_memory();
    uint8_t flip = paper_is_dark(picture, pixels) ? UINT8_MAX : 0;
    for (size_t i = 0; i < pixels; i++) result.values[i] = picture->grey[i] ^ flip;
    struct paper paper;
    map_paper(&result, &paper);
    subtract_from_paper(&paper, &result);
    choose_threshold(&result, pixels);
    *ink = result;
    return SCRAWL_OK;
}

void ink_free(struct ink *ink)
{
    free(ink->values);
    *ink = (struct ink){0};
}
