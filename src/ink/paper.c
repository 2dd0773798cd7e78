/* Implements paper.h: the lightest cells around, by morphological closing. Must not know thresholds. */
#include "paper.h"

#include <stdlib.h>
#include <string.h>

#include "base/box.h"

enum {
    COARSE_CELLS = 64, /* at most, each way */
    /* A coarse cell's paper is this percentile of its pixels, of at least this many. */
    PAPER_PERCENTILE = 75,
    CELL_SAMPLES = 6, /* each way */
    FEW_SAMPLES = 9,  /* are sorted sooner than searched */
    VECTOR_BYTES = 16,
    SAMPLES_ROOM = (CELL_SAMPLES * CELL_SAMPLES / VECTOR_BYTES + 1) * VECTOR_BYTES,
    /* Strokes may be as broad as this part of the picture's longer side, and still paper is seen on both sides. */
    STROKE_PART = 4,
    SMALL_SIDE = 40,       /* pixels: smaller pictures hold one digit, */
    SMALL_STROKE_PART = 2, /* which may be one blot */
    FINE_RADIUS = 3,       /* cells */
};

/* Darker paper than this is not made up for: noise would become ink. */
static const float dimmest_paper = 90;

void paper_free(struct paper *paper)
{
    free(paper->light);
    *paper = (struct paper){0};
}

static scrawl_status paper_allocate(const struct picture *picture, uint8_t flip, int cell, struct paper *paper)
{
    int rows = (picture->height + cell - 1) / cell, columns = (picture->width + cell - 1) / cell;
    uint8_t *light = malloc((size_t)rows * (size_t)columns);
    if (!light) return fail_out_of_memory();
    *paper = (struct paper){cell, rows, columns, flip, light};
    return SCRAWL_OK;
}

/* Sorts few samples where they are. */
static void sort_samples(uint8_t *samples, int count)
{
    for (int i = 1; i < count; i++) {
        const uint8_t sample = samples[i];
        int place = i;
        for (; place > 0 && samples[place - 1] > sample; place--) samples[place] = samples[place - 1];
        samples[place] = sample;
    }
}

/* The value that `rank` of the samples lie below, found bit by bit from the highest. Behind the last one, up to a whole
 * number of vectors, there must be values that are not below any. */
static uint8_t sample_at(const uint8_t *samples, int count, int rank)
{
    uint8_t value = 0;
    for (int bit = 1 << 7; bit > 0; bit >>= 1) {
        uint8_t middle = (uint8_t)(value | bit), below = 0;
        for (int first = 0; first < count; first += VECTOR_BYTES) {
            for (int i = 0; i < VECTOR_BYTES; i++) below += samples[first + i] < middle;
        }
        if (below <= rank) value = middle;
    }
    return value;
}

/* The PAPER_PERCENTILE of a cell's samples. */
static uint8_t cell_light(const struct picture *picture, const struct paper *paper, int row, int column)
{
    int left = column * paper->cell, top = row * paper->cell, step = paper->cell / CELL_SAMPLES + 1;
    int right = min_int(left + paper->cell, picture->width), bottom = min_int(top + paper->cell, picture->height);
    uint8_t samples[SAMPLES_ROOM];
    int count = 0;
    for (int y = top; y < bottom; y += step) {
        const uint8_t *grey = picture->grey + (size_t)y * (size_t)picture->width;
        for (int x = left; x < right; x += step) samples[count++] = grey[x] ^ paper->flip;
    }
    const int rank = (count - 1) * PAPER_PERCENTILE / 100;
    if (count <= FEW_SAMPLES) {
        sort_samples(samples, count);
        return samples[rank];
    }
    memset(samples + count, UINT8_MAX, (size_t)(SAMPLES_ROOM - count));
    return sample_at(samples, count, rank);
}

static void add_row(const uint8_t *row, size_t width, uint8_t flip, uint32_t *sums)
{
    for (size_t x = 0; x < width; x++) sums[x] += row[x] ^ flip;
}

/* A fine cell is its mean, which evens noise and printed raster out; closing looks past the cells that hold ink.
 * sums[width] is scratch. */
static void fill_row_of_means(const struct picture *picture, struct paper *paper, int row, uint32_t *sums)
{
    int top = row * paper->cell, bottom = min_int(top + paper->cell, picture->height);
    size_t width = (size_t)picture->width;
    memset(sums, 0, width * sizeof *sums);
    for (int y = top; y < bottom; y++) add_row(picture->grey + (size_t)y * width, width, paper->flip, sums);
    for (int column = 0; column < paper->columns; column++) {
        int left = column * paper->cell, right = min_int(left + paper->cell, picture->width);
        uint32_t sum = 0, pixels = (uint32_t)((bottom - top) * (right - left));
        for (int x = left; x < right; x++) sum += sums[x];
        paper->light[(size_t)row * (size_t)paper->columns + (size_t)column] = (uint8_t)(sum / pixels);
    }
}

/* ---- Closing ---- */

/* values[count] = the larger, or smaller, of both. */
static void extreme(uint8_t *values, const uint8_t *others, int count, bool larger)
{
    if (larger) {
        for (int i = 0; i < count; i++) values[i] = values[i] > others[i] ? values[i] : others[i];
    } else {
        for (int i = 0; i < count; i++) values[i] = values[i] < others[i] ? values[i] : others[i];
    }
}

/* Replaces each cell by the largest (or smallest) within radius, both ways. before[rows][columns] is scratch. */
static void spread(struct paper *paper, int radius, bool larger, uint8_t *before)
{
    size_t columns = (size_t)paper->columns;
    memcpy(before, paper->light, (size_t)paper->rows * columns);
    for (int row = 0; row < paper->rows; row++) {
        uint8_t *light = paper->light + (size_t)row * columns;
        const uint8_t *here = before + (size_t)row * columns;
        for (int shift = 1; shift <= radius && shift < paper->columns; shift++) {
            extreme(light, here + shift, paper->columns - shift, larger);
            extreme(light + shift, here, paper->columns - shift, larger);
        }
    }
    memcpy(before, paper->light, (size_t)paper->rows * columns);
    for (int row = 0; row < paper->rows; row++) {
        uint8_t *light = paper->light + (size_t)row * columns;
        for (int other = max_int(0, row - radius); other <= min_int(paper->rows - 1, row + radius); other++) {
            extreme(light, before + (size_t)other * columns, paper->columns, larger);
        }
    }
}

/* Fills dark valleys that are narrower than 2 * radius + 1 cells; slopes and steps of light and shadow, and what is
 * broader, stay. */
static scrawl_status close_valleys(struct paper *paper, int radius)
{
    uint8_t *before = malloc((size_t)paper->rows * (size_t)paper->columns);
    if (!before) return fail_out_of_memory();
    spread(paper, radius, true, before);
    spread(paper, radius, false, before);
    free(before);
    return SCRAWL_OK;
}

static void fill_with_percentiles(const struct picture *picture, struct paper *paper)
{
    for (int row = 0; row < paper->rows; row++) {
        for (int column = 0; column < paper->columns; column++) {
            paper->light[row * paper->columns + column] = cell_light(picture, paper, row, column);
        }
    }
}

static scrawl_status fill_with_means(const struct picture *picture, struct paper *paper)
{
    uint32_t *sums = malloc((size_t)picture->width * sizeof *sums);
    if (!sums) return fail_out_of_memory();
    for (int row = 0; row < paper->rows; row++) fill_row_of_means(picture, paper, row, sums);
    free(sums);
    return SCRAWL_OK;
}

/* What was made becomes the result, or is freed. */
static scrawl_status finish(scrawl_status status, struct paper *made, struct paper *paper)
{
    if (status == SCRAWL_OK)
        *paper = *made;
    else
        paper_free(made);
    return status;
}

scrawl_status paper_coarsely(const struct picture *picture, uint8_t flip, struct paper *paper)
{
    int side = max_int(picture->width, picture->height), cell = (side + COARSE_CELLS - 1) / COARSE_CELLS;
    int part = side < SMALL_SIDE ? SMALL_STROKE_PART : STROKE_PART;
    struct paper made = {0};
    scrawl_status status = paper_allocate(picture, flip, cell, &made);
    if (status == SCRAWL_OK) fill_with_percentiles(picture, &made);
    if (status == SCRAWL_OK) status = close_valleys(&made, max_int(1, side / cell / part / 2 + 1));
    return finish(status, &made, paper);
}

scrawl_status paper_finely(const struct picture *picture, uint8_t flip, int cell, struct paper *paper)
{
    struct paper made = {0};
    scrawl_status status = paper_allocate(picture, flip, cell, &made);
    if (status == SCRAWL_OK) status = fill_with_means(picture, &made);
    if (status == SCRAWL_OK) status = close_valleys(&made, FINE_RADIUS);
    return finish(status, &made, paper);
}

/* ---- Ink ---- */

/* Where a pixel lies between the centres of two cells: the first cell, and the weight of the second. */
static int between_cells(int pixel, int cell, int cells, float *weight)
{
    float position = ((float)pixel + 0.5f) / (float)cell - 0.5f;
    if (position < 0) position = 0;
    int first = min_int((int)position, cells - 1);
    *weight = first == cells - 1 ? 0 : position - (float)first;
    return first;
}

/* The map from cells to pixels, first along rows of cells, then between them. */
struct interpolation {
    const struct paper *paper;
    int width;
    int row;              /* of cells, to which `upper` belongs; `lower` is the next one. -1: none yet */
    int *cells;           /* [width] between which cells a column lies */
    float *weights;       /* [width] */
    float *upper, *lower; /* [width] two rows of cells at every column */
};

static void interpolation_end(struct interpolation *places)
{
    free(places->weights);
    free(places->cells);
}

static scrawl_status interpolation_start(const struct paper *paper, int width, struct interpolation *places)
{
    float *memory = malloc(3 * (size_t)width * sizeof *memory);
    *places =
        (struct interpolation){paper, width, -1, malloc((size_t)width * sizeof *places->cells), memory, NULL, NULL};
    if (!memory || !places->cells) {
        interpolation_end(places);
        return fail_out_of_memory();
    }
    places->upper = memory + width;
    places->lower = memory + 2 * width;
    for (int x = 0; x < width; x++) {
        places->cells[x] = between_cells(x, paper->cell, paper->columns, &places->weights[x]);
    }
    return SCRAWL_OK;
}

/* One row of cells, or the last one, to every column. */
static void expand(const struct interpolation *places, int row, float *light)
{
    int last = places->paper->columns - 1;
    const uint8_t *cells = places->paper->light + (size_t)min_int(row, places->paper->rows - 1) * (size_t)(last + 1);
    for (int x = 0; x < places->width; x++) {
        int cell = places->cells[x];
        light[x] = (float)cells[cell] + places->weights[x] * (float)(cells[min_int(cell + 1, last)] - cells[cell]);
    }
}

/* Makes `upper` and `lower` the rows of cells around a row of pixels; returns the weight of `lower`. */
static float move_to_row(struct interpolation *places, int y)
{
    float weight;
    int row = between_cells(y, places->paper->cell, places->paper->rows, &weight);
    if (row == places->row) return weight;
    if (places->row >= 0 && row == places->row + 1) {
        float *exchange = places->upper;
        places->upper = places->lower;
        places->lower = exchange;
    } else {
        expand(places, row, places->upper);
    }
    expand(places, row + 1, places->lower);
    places->row = row;
    return weight;
}

static void subtract_row(const uint8_t *grey, uint8_t flip, const float *upper, const float *lower, float weight,
                         int width, uint8_t *ink)
{
    for (int x = 0; x < width; x++) {
        float light = upper[x] + weight * (lower[x] - upper[x]);
        float paper = max_float(light, dimmest_paper);
        float strength = (light - (float)(grey[x] ^ flip)) * UINT8_MAX / paper + 0.5f;
        ink[x] = (uint8_t)(int)(strength > 0 ? strength : 0);
    }
}

scrawl_status paper_subtract(const struct picture *picture, const struct paper *paper, uint8_t *ink)
{
    size_t width = (size_t)picture->width;
    struct interpolation places;
    scrawl_status status = interpolation_start(paper, picture->width, &places);
    if (status != SCRAWL_OK) return status;
    for (int y = 0; y < picture->height; y++) {
        float weight = move_to_row(&places, y);
        subtract_row(picture->grey + (size_t)y * width, paper->flip, places.upper, places.lower, weight, picture->width,
                     ink + (size_t)y * width);
    }
    interpolation_end(&places);
    return SCRAWL_OK;
}

scrawl_status paper_write(const struct paper *paper, int width, int height, uint8_t *grey)
{
    struct interpolation places;
    scrawl_status status = interpolation_start(paper, width, &places);
    if (status != SCRAWL_OK) return status;
    for (int y = 0; y < height; y++) {
        float weight = move_to_row(&places, y);
        for (int x = 0; x < width; x++) {
            float light = places.upper[x] + weight * (places.lower[x] - places.upper[x]);
            *grey++ = (uint8_t)(int)(light + 0.5f) ^ paper->flip;
        }
    }
    interpolation_end(&places);
    return SCRAWL_OK;
}
