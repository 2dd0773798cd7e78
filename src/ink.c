/* Implements ink.h. Must not know shapes, digits or the size of a network's input. */
#include "ink.h"

#include <stdlib.h>
#include <string.h>

#include "box.h"
#include "otsu.h"

enum {
    NO_INK = LEVELS,
    /* The least difference between paper and pen, in grey levels: below, compression noise looks like writing. */
    CONTRAST_FLOOR = 10,
    /* The paper's brightness is known on a grid of at most this many cells each way. */
    MAX_PAPER_CELLS = 64,
    /* A cell's paper is this percentile of its pixels, counted from the paper's side. */
    PAPER_PERCENTILE = 25,
    /* Strokes may be as broad as this part of the picture's longer side, and still paper is seen on both sides. */
    STROKE_PART = 4,
    BLOCKS = 12,              /* of the longer side */
    LEAST_BLOCKED_SIDE = 100, /* pixels; in smaller pictures a block is no broader than a stroke */
    /* Strokes are told by the runs at this percentile, of those up to this part of the longer side: rulings are
     * thinner, and many; level strokes are longer. */
    STROKE_PERCENTILE = 85,
    LONGEST_RUN_PART = 8,
    /* Once the strokes' width is known, a cell is as broad as a stroke, and valleys of up to 2 * 3 + 1 cells are ink.
     */
    FINE_RADIUS = 3,
    LEAST_FINE_CELL = 2,
    FINE_PART = 40, /* the picture is at least this many strokes long */
};

/* Darker paper than this is not made up for: noise would become ink. */
static const float dimmest_paper = 90;
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

static void count_levels(const uint8_t *values, size_t count, size_t histogram[LEVELS])
{
    memset(histogram, 0, LEVELS * sizeof *histogram);
    for (size_t i = 0; i < count; i++) histogram[values[i]]++;
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
    int block = greater(picture->width, picture->height) / BLOCKS + 1;
    double votes = 0, weights = 0;
    for (int top = 0; top < picture->height; top += block) {
        for (int left = 0; left < picture->width; left += block) {
            size_t histogram[LEVELS] = {0}, dark = 0, pixels = 0;
            for (int y = top; y < lesser(top + block, picture->height); y++) {
                const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
                for (int x = left; x < lesser(left + block, picture->width); x++, pixels++) histogram[line[x]]++;
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
    count_levels(picture->grey, pixels, histogram);
    int threshold = otsu_threshold(histogram, NULL);
    for (int level = 0; level < threshold; level++) dark += histogram[level];
    double light = 0.5 - (2 * (double)dark / (double)pixels + dark_part_of_border(picture, threshold)) / 3;
    if (greater(picture->width, picture->height) >= LEAST_BLOCKED_SIDE)
        light += block_weight * light_part_of_blocks(picture);
    return light < 0;
}

/* ---- The paper's brightness ---- */

/* A coarse map: light[rows][columns], one cell being `cell` pixels square (less at the right and bottom). line[larger
 * of rows and columns] is scratch. */
struct paper {
    int cell, rows, columns;
    uint8_t *light, *line;
    float *row;     /* [columns + 1]: the map at one row of pixels */
    uint32_t *sums; /* [columns]: scratch */
};

static void paper_free(struct paper *paper)
{
    free(paper->light);
    free(paper->line);
    free(paper->row);
    free(paper->sums);
}

static scrawl_status paper_allocate(const struct picture *picture, int cell, struct paper *paper)
{
    int rows = (picture->height + cell - 1) / cell, columns = (picture->width + cell - 1) / cell;
    *paper = (struct paper){.cell = cell, .rows = rows, .columns = columns};
    paper->light = calloc((size_t)rows, (size_t)columns);
    paper->line = malloc((size_t)greater(rows, columns));
    paper->row = malloc(((size_t)columns + 1) * sizeof *paper->row);
    paper->sums = malloc((size_t)columns * sizeof *paper->sums);
    if (paper->light && paper->line && paper->row && paper->sums) return SCRAWL_OK;
    paper_free(paper);
    return fail_out_of_memory();
}

static uint8_t cell_light(const struct picture *picture, uint8_t flip, int cell, int row, int column)
{
    int right = lesser(column * cell + cell, picture->width), bottom = lesser(row * cell + cell, picture->height);
    size_t histogram[LEVELS] = {0};
    for (int y = row * cell; y < bottom; y++) {
        const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
        for (int x = column * cell; x < right; x++) histogram[line[x] ^ flip]++;
    }
    return (uint8_t)level_at(histogram, 1 - PAPER_PERCENTILE / 100.0);
}

static void fill_coarse(const struct picture *picture, uint8_t flip, struct paper *paper)
{
    for (int row = 0; row < paper->rows; row++) {
        for (int column = 0; column < paper->columns; column++) {
            paper->light[row * paper->columns + column] = cell_light(picture, flip, paper->cell, row, column);
        }
    }
}

/* Cells that are no broader than a stroke: their mean, which evens noise and printed raster out; closing looks past the
 * cells that hold ink.*/
static void fill_fine(const struct picture *picture, uint8_t flip, struct paper *paper)
{
    for (int row = 0; row < paper->rows; row++) {
        int top = row * paper->cell, bottom = lesser(top + paper->cell, picture->height);
        memset(paper->sums, 0, (size_t)paper->columns * sizeof *paper->sums);
        for (int y = top; y < bottom; y++) {
            const uint8_t *line = picture->grey + (size_t)y * (size_t)picture->width;
            for (int column = 0, x = 0; column < paper->columns; column++) {
                int end = lesser(x + paper->cell, picture->width);
                for (; x < end; x++) paper->sums[column] += line[x] ^ flip;
            }
        }
        for (int column = 0; column < paper->columns; column++) {
            int right = lesser(column * paper->cell + paper->cell, picture->width);
            uint32_t pixels = (uint32_t)((bottom - top) * (right - column * paper->cell));
            paper->light[row * paper->columns + column] = (uint8_t)(paper->sums[column] / pixels);
        }
    }
}

/* Replaces each of count values, `stride` apart, by the largest (or smallest) within radius. */
static void spread_line(uint8_t *values, int count, int stride, int radius, bool take_largest, uint8_t *before)
{
    for (int i = 0; i < count; i++) before[i] = values[(ptrdiff_t)i * stride];
    for (int i = 0; i < count; i++) {
        int best = before[i];
        for (int j = greater(0, i - radius); j <= lesser(count - 1, i + radius); j++) {
            best = take_largest ? greater(best, before[j]) : lesser(best, before[j]);
        }
        values[(ptrdiff_t)i * stride] = (uint8_t)best;
    }
}

static void spread(struct paper *paper, int radius, bool take_largest)
{
    for (int row = 0; row < paper->rows; row++) {
        spread_line(paper->light + (ptrdiff_t)row * paper->columns, paper->columns, 1, radius, take_largest,
                    paper->line);
    }
    for (int column = 0; column < paper->columns; column++) {
        spread_line(paper->light + column, paper->rows, paper->columns, radius, take_largest, paper->line);
    }
}

/* Morphological closing: fills dark valleys that are narrower than 2 * radius + 1 cells; slopes and steps of light and
 * shadow, and what is broader, stay. */
static void close_valleys(struct paper *paper, int radius)
{
    spread(paper, radius, true);
    spread(paper, radius, false);
}

/* Where a pixel lies between the centres of two cells: the first cell, and the weight of the second. */
static int between_cells(int pixel, const struct paper *paper, int cells, float *weight)
{
    float position = ((float)pixel + 0.5f) / (float)paper->cell - 0.5f;
    if (position < 0) position = 0;
    int first = lesser((int)position, cells - 1);
    *weight = first == cells - 1 ? 0 : position - (float)first;
    return first;
}

/* The map's row at pixel row y, with the last cell repeated. */
static void interpolate_row(const struct paper *paper, int y)
{
    float weight;
    int row = between_cells(y, paper, paper->rows, &weight);
    const uint8_t *upper = paper->light + (ptrdiff_t)row * paper->columns;
    const uint8_t *lower = paper->light + (ptrdiff_t)lesser(row + 1, paper->rows - 1) * paper->columns;
    for (int column = 0; column < paper->columns; column++) {
        paper->row[column] = (float)upper[column] + weight * (float)(lower[column] - upper[column]);
    }
    paper->row[paper->columns] = paper->row[paper->columns - 1];
}

/* ink = 255 * (paper - grey) / paper, so that a pen is as strong in shadow as in light. */
static void subtract_from_paper(const struct picture *picture, uint8_t flip, const struct paper *paper, struct ink *ink)
{
    for (int y = 0; y < ink->height; y++) {
        const uint8_t *line = picture->grey + (size_t)y * (size_t)ink->width;
        uint8_t *values = ink->values + (size_t)y * (size_t)ink->width;
        interpolate_row(paper, y);
        for (int x = 0; x < ink->width; x++) {
            float weight;
            int column = between_cells(x, paper, paper->columns, &weight);
            float here = paper->row[column] + weight * (paper->row[column + 1] - paper->row[column]);
            float darker = here - (float)(line[x] ^ flip);
            float strength = darker * (UINT8_MAX / (here > dimmest_paper ? here : dimmest_paper));
            values[x] = strength > 0 ? (uint8_t)(strength + 0.5f) : 0;
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
    for (size_t i = 0; i < pixels; i++) ink->values[i] = (uint8_t)greater(0, ink->values[i] - middle);
    return (int)(noise_factor * (middle - low) + 0.5); /* 16 % lie one standard deviation below the middle */
}

static void choose_threshold(struct ink *ink, size_t pixels)
{
    ink->soft = greater(CONTRAST_FLOOR, remove_noise_level(ink, pixels));
    ink->threshold = NO_INK;
    if (ink->soft >= LEVELS) return;
    size_t histogram[LEVELS];
    count_levels(ink->values, pixels, histogram);
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
static void count_runs(const struct ink *ink, const uint8_t *line, size_t histogram[LEVELS])
{
    int longest = lesser(LEVELS - 1, greater(ink->width, ink->height) / LONGEST_RUN_PART);
    for (int x = 0, length = 0; x < ink->width; x++) {
        if (line[x] >= ink->threshold) {
            length++;
            continue;
        }
        if (length > 0 && length < x && length <= longest) histogram[length]++;
        length = 0;
    }
}

static double typical_stroke(const struct ink *ink)
{
    size_t histogram[LEVELS] = {0};
    for (int y = 0; y < ink->height; y++) {
        count_runs(ink, ink->values + (size_t)y * (size_t)ink->width, histogram);
    }
    int run = level_at(histogram, STROKE_PERCENTILE / 100.0);
    return run < LEVELS - 1 ? run_share * run : 0;
}

static scrawl_status measure_coarsely(const struct picture *picture, uint8_t flip, struct ink *ink)
{
    struct paper paper;
    int side = greater(ink->width, ink->height);
    scrawl_status status = paper_allocate(picture, (side + MAX_PAPER_CELLS - 1) / MAX_PAPER_CELLS, &paper);
    if (status != SCRAWL_OK) return status;
    fill_coarse(picture, flip, &paper);
    close_valleys(&paper, greater(1, side / paper.cell / STROKE_PART / 2 + 1));
    subtract_from_paper(picture, flip, &paper, ink);
    paper_free(&paper);
    choose_threshold(ink, (size_t)ink->width * (size_t)ink->height);
    ink->stroke = typical_stroke(ink);
    return SCRAWL_OK;
}

/* With the strokes' width known, all that is several times broader is paper: shadows with sharp edges, shaded cells,
 * the table around the page. Pictures that are hardly broader than their strokes don't need it. */
static scrawl_status measure_finely(const struct picture *picture, uint8_t flip, struct ink *ink)
{
    struct paper paper;
    int cell = greater(LEAST_FINE_CELL, (int)(ink->stroke + 0.5));
    if (ink->threshold == NO_INK || ink->stroke == 0 || greater(ink->width, ink->height) < FINE_PART * cell)
        return SCRAWL_OK;
    scrawl_status status = paper_allocate(picture, cell, &paper);
    if (status != SCRAWL_OK) return status;
    fill_fine(picture, flip, &paper);
    close_valleys(&paper, FINE_RADIUS);
    subtract_from_paper(picture, flip, &paper, ink);
    paper_free(&paper);
    choose_threshold(ink, (size_t)ink->width * (size_t)ink->height);
    ink->stroke = typical_stroke(ink);
    return SCRAWL_OK;
}

scrawl_status ink_measure(const struct picture *picture, struct ink *ink)
{
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    struct ink result = {picture->width, picture->height, malloc(pixels), 0, NO_INK, 0};
    if (!result.values) return fail_out_of_memory();
    uint8_t flip = paper_is_dark(picture, pixels) ? UINT8_MAX : 0;
    scrawl_status status = measure_coarsely(picture, flip, &result);
    if (status == SCRAWL_OK) status = measure_finely(picture, flip, &result);
    if (status == SCRAWL_OK)
        *ink = result;
    else
        ink_free(&result);
    return status;
}

void ink_free(struct ink *ink)
{
    free(ink->values);
    *ink = (struct ink){0};
}
