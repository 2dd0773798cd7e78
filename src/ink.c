/* Implements ink.h. Must not know shapes, digits or the size of a network's input. */
#include "ink.h"

#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "mask.h"
#include "otsu.h"

enum {
    NO_INK = LEVELS,
    /* The least difference between paper and pen, in grey levels: below, compression noise looks like writing. */
    CONTRAST_FLOOR = 10,
    SAMPLES = 60000,
    STROKE_ROWS = 500,        /* rows in which runs are counted */
    BLOCKS = 12,              /* of the longer side */
    BLOCK_SAMPLES = 40,       /* pixels looked at, each way */
    LEAST_BLOCKED_SIDE = 100, /* pixels; in smaller pictures a block is no broader than a stroke */
    /* Strokes are told by the runs at this percentile, of those up to this part of the longer side: rulings are
     * thinner, and many; level strokes are longer. */
    STROKE_PERCENTILE = 85,
    LONGEST_RUN_PART = 8,
    LEAST_FINE_CELL = 2,
    FINE_PART = 40, /* the picture is at least this many strokes long */
};

/* Variance between ink and paper of a block that counts half, levels squared. */
static const double clear_contrast = 150;
/* The blocks' vote against the whole picture's. */
static const double block_weight = 1.5;
/* A stroke's width in the length of such a run. */
static const double run_share = 0.65;
/* Noise is told from ink by its spread times this. */
static const double noise_factor = 4;
/* A stroke's edge lies at this part of the typical ink. */
static const double threshold_part = 0.35;

/* Counts at most about SAMPLES of the values, evenly spread. */
static void count_levels(const uint8_t *values, size_t count, size_t histogram[LEVELS])
{
    size_t step = count / SAMPLES + 1;
    if (step > 1 && step % 2 == 0) step++; /* so that widths, which are often even, have other multiples */
    memset(histogram, 0, LEVELS * sizeof *histogram);
    for (size_t i = 0; i < count; i += step) histogram[values[i]]++;
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

/* From -1/2, light ink on dark paper, to 1/2: how much of the blocks is light, each block parted by itself, so that
 * shadows don't count, and weighed by whether there is ink in it. */
static double light_part_of_blocks(const struct picture *picture)
{
    int block = greater(picture->width, picture->height) / BLOCKS + 1, step = block / BLOCK_SAMPLES + 1;
    double votes = 0, weights = 0;
    for (int top = 0; top < picture->height; top += block) {
        for (int left = 0; left < picture->width; left += block) {
            size_t histogram[LEVELS] = {0}, dark = 0, pixels = 0;
            for (int y = top; y < lesser(top + block, picture->height); y += step) {
                const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
                for (int x = left; x < lesser(left + block, picture->width); x += step, pixels++) histogram[line[x]]++;
            }
            double between;
            int threshold = otsu_threshold(histogram, &between);
            double weight = between / (between + clear_contrast);
            for (int level = 0; level < threshold; level++) dark += histogram[level];
            votes += weight * (0.5 - (double)dark / (double)pixels);
            weights += weight;
        }
    }
    return weights > 0 ? votes / weights : 0;
}

/* Paper is what most of the picture and most of its border are, and most of each block of it. */
static bool paper_is_dark(const struct picture *picture, size_t pixels)
{
    size_t histogram[LEVELS], dark = 0;
    double counted = 0;
    count_levels(picture->grey, pixels, histogram);
    int threshold = otsu_threshold(histogram, NULL);
    for (int level = 0; level < threshold; level++) dark += histogram[level];
    for (int level = 0; level < LEVELS; level++) counted += (double)histogram[level];
    double light = 0.5 - (2 * (double)dark / counted + dark_part_of_border(picture, threshold)) / 3;
    if (greater(picture->width, picture->height) >= LEAST_BLOCKED_SIDE)
        light += block_weight * light_part_of_blocks(picture);
    return light < 0;
}

/* ---- Strokes against noise ---- */

/* Takes `level` off all values and off those counted. */
static void subtract_level(uint8_t *values, size_t count, int level, size_t histogram[LEVELS])
{
    for (size_t i = 0; i < count; i++) values[i] = values[i] > level ? (uint8_t)(values[i] - level) : 0;
    for (int i = 1; i <= level; i++) histogram[0] += histogram[i];
    for (int i = 1; i < LEVELS; i++) histogram[i] = i + level < LEVELS ? histogram[i + level] : 0;
}

/* Takes the paper's own unevenness off: most pixels are paper, so half the values lie below its typical one. */
static void choose_threshold(struct ink *ink, size_t pixels)
{
    size_t histogram[LEVELS];
    count_levels(ink->values, pixels, histogram);
    int middle = level_at(histogram, 0.5), low = level_at(histogram, 0.16);
    subtract_level(ink->values, pixels, middle, histogram);
    /* 16 % lie one standard deviation below the middle. */
    ink->soft = greater(CONTRAST_FLOOR, (int)(noise_factor * (middle - low) + 0.5));
    ink->threshold = NO_INK;
    if (ink->soft >= LEVELS) return;
    for (int level = 0; level < ink->soft; level++) histogram[level] = 0;
    int split = otsu_threshold(histogram, NULL);
    double count = 0, sum = 0;
    for (int level = greater(split, ink->soft); level < LEVELS; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    if (count > 0) ink->threshold = greater(ink->soft, (int)(threshold_part * sum / count));
}

/* ---- The width of strokes ---- */

/* Counts the runs of a row that may be strokes: they end inside the picture and are not too long. */
static void count_runs(const uint64_t *row, int width, int longest, size_t histogram[LEVELS])
{
    for (int start = mask_next(row, 0, width, true); start < width;) {
        int end = mask_next(row, start, width, false);
        if (start > 0 && end < width && end - start <= longest) histogram[end - start]++;
        start = mask_next(row, end, width, true);
    }
}

static scrawl_status measure_stroke(struct ink *ink)
{
    size_t histogram[LEVELS] = {0};
    int longest = lesser(LEVELS - 1, greater(ink->width, ink->height) / LONGEST_RUN_PART);
    uint64_t *row = malloc(mask_words(ink->width) * sizeof *row);
    if (!row) return fail_out_of_memory();
    for (int y = 0; y < ink->height; y += ink->height / STROKE_ROWS + 1) {
        mask_row(ink->values + (size_t)y * (size_t)ink->width, ink->width, ink->threshold, row);
        count_runs(row, ink->width, longest, histogram);
    }
    free(row);
    int run = level_at(histogram, STROKE_PERCENTILE / 100.0);
    ink->stroke = run < LEVELS - 1 ? run_share * run : 0;
    return SCRAWL_OK;
}

static scrawl_status measure_against(const struct picture *picture, const struct paper *paper, struct ink *ink)
{
    scrawl_status status = paper_subtract(picture, paper, ink->values);
    if (status != SCRAWL_OK) return status;
    choose_threshold(ink, (size_t)ink->width * (size_t)ink->height);
    return measure_stroke(ink);
}

/* First against coarse paper. With the strokes' width known then, all that is several times broader is paper: shadows
 * with sharp edges, shaded cells, the table around the page. Pictures that are hardly broader than their strokes don't
 * need that. */
static scrawl_status measure(const struct picture *picture, uint8_t flip, struct ink *ink)
{
    scrawl_status status = paper_coarsely(picture, flip, &ink->paper);
    if (status == SCRAWL_OK) status = measure_against(picture, &ink->paper, ink);
    int cell = greater(LEAST_FINE_CELL, (int)(ink->stroke + 0.5));
    if (status != SCRAWL_OK || ink->stroke == 0 || greater(ink->width, ink->height) < FINE_PART * cell) return status;
    paper_free(&ink->paper);
    status = paper_finely(picture, flip, cell, &ink->paper);
    return status == SCRAWL_OK ? measure_against(picture, &ink->paper, ink) : status;
}

scrawl_status ink_measure(const struct picture *picture, struct ink *ink)
{
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    struct ink result = {picture->width, picture->height, malloc(pixels), 0, NO_INK, 0, {0}};
    if (!result.values) return fail_out_of_memory();
    uint8_t flip = paper_is_dark(picture, pixels) ? UINT8_MAX : 0;
    scrawl_status status = measure(picture, flip, &result);
    if (status == SCRAWL_OK)
        *ink = result;
    else
        ink_free(&result);
    return status;
}

void ink_free(struct ink *ink)
{
    free(ink->values);
    paper_free(&ink->paper);
    *ink = (struct ink){0};
}
