/* Implements ink.h. Must not know shapes, digits or the size of a network's input. */
#include "ink.h"

#include <stdlib.h>
#include <string.h>

#include "base/box.h"
#include "base/histogram.h"
#include "mask.h"

enum {
    NO_INK = LEVELS,
    /* The least difference between paper and pen, in grey levels: below, compression noise looks like writing. */
    CONTRAST_FLOOR = 10,
    SAMPLES = 60000,
    STROKE_ROWS = 500, /* rows in which runs are counted */
    /* Strokes are told by the runs at this percentile, of those up to this part of the longer side: rulings are
     * thinner, and many; level strokes are longer. */
    STROKE_PERCENTILE = 85,
    LONGEST_RUN_PART = 8,
    LEAST_FINE_CELL = 2,
    FINE_PART = 40, /* the picture is at least this many strokes long */
};

/* A stroke's width in the length of such a run. */
static const double run_share = 0.65;
/* Noise is told from ink by its spread times this. */
static const double noise_factor = 4;
/* Of the variance of values in two classes: evenly spread ones have 3 / 4 between their halves. */
static const double clear_part = 0.85;
/* A stroke's edge lies at this part of the typical ink. */
static const double threshold_part = 0.35;

/* ---- Strokes against noise ---- */

/* Takes `level` off all values and off those counted. */
static void subtract_level(uint8_t *values, size_t count, int level, size_t histogram[LEVELS])
{
    for (size_t i = 0; i < count; i++) values[i] = values[i] > level ? (uint8_t)(values[i] - level) : 0;
    for (int i = 1; i <= level; i++) histogram[0] += histogram[i];
    for (int i = 1; i < LEVELS; i++) histogram[i] = i + level < LEVELS ? histogram[i + level] : 0;
}

static double variance(const size_t histogram[LEVELS])
{
    double count = 0, sum = 0, squares = 0;
    for (int level = 0; level < LEVELS; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
        squares += (double)histogram[level] * level * level;
    }
    return squares / count - sum * sum / (count * count);
}

/* The value that half of the paper's pixels lie below, and the one that 16 % do. Most pixels are paper, unless broad
 * strokes in a small picture are, and clearly parted from it. */
static void measure_unevenness(const size_t histogram[LEVELS], int *low, int *middle)
{
    double between;
    int split = otsu_threshold(histogram, &between);
    size_t paper[LEVELS];
    memcpy(paper, histogram, sizeof paper);
    *middle = histogram_percentile(paper, 0.5);
    if (*middle >= split && between > clear_part * variance(histogram)) {
        for (int level = split; level < LEVELS; level++) paper[level] = 0;
        *middle = histogram_percentile(paper, 0.5);
    }
    *low = histogram_percentile(paper, 0.16);
}

/* Takes the paper's own unevenness off. */
static void choose_threshold(struct ink *ink, size_t pixels)
{
    size_t histogram[LEVELS];
    histogram_count(ink->values, pixels, SAMPLES, histogram);
    int middle, low;
    measure_unevenness(histogram, &low, &middle);
    subtract_level(ink->values, pixels, middle, histogram);
    /* 16 % lie one standard deviation below the middle. */
    ink->soft = max_int(CONTRAST_FLOOR, (int)(noise_factor * (middle - low) + 0.5));
    ink->threshold = NO_INK;
    if (ink->soft >= LEVELS) return;
    memset(histogram, 0, (size_t)ink->soft * sizeof *histogram);
    int split = otsu_threshold(histogram, NULL);
    double count = 0, sum = 0;
    for (int level = max_int(split, ink->soft); level < LEVELS; level++) {
        count += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    if (count > 0) ink->threshold = max_int(ink->soft, (int)(threshold_part * sum / count));
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
    int longest = min_int(LEVELS - 1, max_int(ink->width, ink->height) / LONGEST_RUN_PART);
    uint64_t *row = malloc(mask_words(ink->width) * sizeof *row);
    if (!row) return fail_out_of_memory();
    for (int y = 0; y < ink->height; y += ink->height / STROKE_ROWS + 1) {
        mask_threshold_row(ink->values + (size_t)y * (size_t)ink->width, ink->width, ink->threshold, row);
        count_runs(row, ink->width, longest, histogram);
    }
    free(row);
    int run = histogram_percentile(histogram, STROKE_PERCENTILE / 100.0);
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
    int cell = max_int(LEAST_FINE_CELL, (int)(ink->stroke + 0.5));
    if (status != SCRAWL_OK || ink->stroke == 0 || max_int(ink->width, ink->height) < FINE_PART * cell) return status;
    paper_free(&ink->paper);
    status = paper_finely(picture, flip, cell, &ink->paper);
    return status == SCRAWL_OK ? measure_against(picture, &ink->paper, ink) : status;
}

scrawl_status ink_measure(const struct picture *picture, uint8_t flip, struct ink *ink)
{
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    struct ink result = {picture->width, picture->height, malloc(pixels), 0, NO_INK, 0, {0}};
    if (!result.values) return fail_out_of_memory();
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
