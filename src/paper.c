/* Implements paper.h: the lightest cells around, by morphological closing. Must not know thresholds. */
#include "paper.h"

#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "otsu.h"

enum {
    COARSE_CELLS = 64, /* at most, each way */
    /* A coarse cell's paper is this percentile of its pixels, of at least this many. */
    PAPER_PERCENTILE = 75,
    CELL_SAMPLES = 6, /* each way */
    /* Strokes may be as broad as this part of the picture's longer side, and still paper is seen on both sides. */
    STROKE_PART = 4,
    FINE_RADIUS = 3, /* cells */
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
    *paper = (struct paper){cell, rows, columns, flip, malloc((size_t)rows * (size_t)columns)};
    return paper->light ? SCRAWL_OK : fail_out_of_memory();
}

/* The PAPER_PERCENTILE of a cell's samples. */
static uint8_t cell_light(const struct picture *picture, const struct paper *paper, int row, int column)
{
    int left = column * paper->cell, top = row * paper->cell, step = paper->cell / CELL_SAMPLES + 1;
    int right = lesser(left + paper->cell, picture->width), bottom = lesser(top + paper->cell, picture->height);
    uint8_t samples[CELL_SAMPLES * CELL_SAMPLES];
    int count = 0;
    for (int y = top; y < bottom; y += step) {
        const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
        for (int x = left; x < right; x += step) {
            uint8_t light = line[x] ^ paper->flip;
            int at = count++;
            for (; at > 0 && samples[at - 1] > light; at--) samples[at] = samples[at - 1];
            samples[at] = light;
        }
    }
    return samples[(count - 1) * PAPER_PERCENTILE / 100];
}

/* A fine cell is its mean, which evens noise and printed raster out; closing looks past the cells that hold ink.
 * sums[columns] is scratch. */
static void fill_row_of_means(const struct picture *picture, struct paper *paper, int row, uint32_t *sums)
{
    int top = row * paper->cell, bottom = lesser(top + paper->cell, picture->height);
    memset(sums, 0, (size_t)paper->columns * sizeof *sums);
    for (int y = top; y < bottom; y++) {
        const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
        for (int column = 0, x = 0; column < paper->columns; column++) {
            int end = lesser(x + paper->cell, picture->width);
            for (; x < end; x++) sums[column] += line[x] ^ paper->flip;
        }
    }
    for (int column = 0; column < paper->columns; column++) {
        int right = lesser(column * paper->cell + paper->cell, picture->width);
        uint32_t pixels = (uint32_t)((bottom - top) * (right - column * paper->cell));
        paper->light[(size_t)row * (size_t)paper->columns + (size_t)column] = (uint8_t)(sums[column] / pixels);
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
        for (int other = greater(0, row - radius); other <= lesser(paper->rows - 1, row + radius); other++) {
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

scrawl_status paper_coarsely(const struct picture *picture, uint8_t flip, struct paper *paper)
{
    int side = greater(picture->width, picture->height), cell = (side + COARSE_CELLS - 1) / COARSE_CELLS;
    scrawl_status status = paper_allocate(picture, flip, cell, paper);
    if (status != SCRAWL_OK) return status;
    for (int row = 0; row < paper->rows; row++) {
        for (int column = 0; column < paper->columns; column++) {
            paper->light[row * paper->columns + column] = cell_light(picture, paper, row, column);
        }
    }
    return close_valleys(paper, greater(1, side / cell / STROKE_PART / 2 + 1));
}

scrawl_status paper_finely(const struct picture *picture, uint8_t flip, int cell, struct paper *paper)
{
    scrawl_status status = paper_allocate(picture, flip, cell, paper);
    if (status != SCRAWL_OK) return status;
    uint32_t *sums = malloc((size_t)paper->columns * sizeof *sums);
    if (!sums) return fail_out_of_memory();
    for (int row = 0; row < paper->rows; row++) fill_row_of_means(picture, paper, row, sums);
    free(sums);
    return close_valleys(paper, FINE_RADIUS);
}

/* ---- Ink ---- */

/* Where a pixel lies between the centres of two cells: the first cell, and the weight of the second. */
static int between_cells(int pixel, int cell, int cells, float *weight)
{
    float position = ((float)pixel + 0.5f) / (float)cell - 0.5f;
    if (position < 0) position = 0;
    int first = lesser((int)position, cells - 1);
    *weight = first == cells - 1 ? 0 : position - (float)first;
    return first;
}

/* The columns' places between cells, for all rows, and one row of the map. */
struct interpolation {
    int *cells;     /* [width] */
    float *weights; /* [width] */
    float *light;   /* [width]: one row at every pixel */
    float *row;     /* [columns + 1]: one row at the cells' centres, the last one repeated */
};

static void interpolation_end(struct interpolation *places)
{
    free(places->light);
    free(places->cells);
}

static scrawl_status interpolation_start(const struct paper *paper, int width, struct interpolation *places)
{
    float *memory = malloc((2 * (size_t)width + (size_t)paper->columns + 1) * sizeof *memory);
    *places = (struct interpolation){malloc((size_t)width * sizeof *places->cells), NULL, memory, NULL};
    if (!memory || !places->cells) {
        interpolation_end(places);
        return fail_out_of_memory();
    }
    places->weights = memory + width;
    places->row = memory + 2 * width;
    for (int x = 0; x < width; x++) {
        places->cells[x] = between_cells(x, paper->cell, paper->columns, &places->weights[x]);
    }
    return SCRAWL_OK;
}

static void interpolate(const struct paper *paper, int y, int width, const struct interpolation *places)
{
    float weight, *row = places->row;
    int first = between_cells(y, paper->cell, paper->rows, &weight);
    const uint8_t *upper = paper->light + (size_t)first * (size_t)paper->columns;
    const uint8_t *lower = paper->light + (size_t)lesser(first + 1, paper->rows - 1) * (size_t)paper->columns;
    for (int column = 0; column < paper->columns; column++) {
        row[column] = (float)upper[column] + weight * (float)(lower[column] - upper[column]);
    }
    row[paper->columns] = row[paper->columns - 1];
    for (int x = 0; x < width; x++) {
        int cell = places->cells[x];
        places->light[x] = row[cell] + places->weights[x] * (row[cell + 1] - row[cell]);
    }
}

static void subtract_row(const uint8_t *grey, uint8_t flip, const float *light, int width, uint8_t *ink)
{
    for (int x = 0; x < width; x++) {
        float paper = light[x] > dimmest_paper ? light[x] : dimmest_paper;
        float strength = (light[x] - (float)(grey[x] ^ flip)) * UINT8_MAX / paper + 0.5f;
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
        interpolate(paper, y, picture->width, &places);
        subtract_row(picture->grey + (size_t)y * width, paper->flip, places.light, picture->width,
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
        interpolate(paper, y, width, &places);
        for (int x = 0; x < width; x++) *grey++ = (uint8_t)(int)(places.light[x] + 0.5f) ^ paper->flip;
    }
    interpolation_end(&places);
    return SCRAWL_OK;
}
