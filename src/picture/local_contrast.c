/* Implements local_contrast.h: sums over windows that move by adding what enters and taking off what leaves. They are
 * whole numbers, and so exact: 61 x 61 squares of 255 are below 2^28. */
#include "local_contrast.h"

#include <math.h>
#include <stdbool.h>

#include "base/minmax.h"

static const size_t radii[LOCAL_CONTRAST_PLANES] = {30, 8}; /* pixels on each side of the middle */
static const float least_deviation = 5.1f;                  /* a fiftieth of the range: paper's grain stays small */
static const float most_contrast = 4;

/* Of values and of their squares: over a window's rows for each column, then over all of the window for each pixel of a
 * row. */
struct sums {
    size_t radius;
    uint32_t *column_sums, *column_squares, *sums, *squares; /* [width] */
};

static size_t clamp_index(size_t index, size_t behind, size_t count)
{
    return index < behind ? 0 : min_size(index - behind, count - 1);
}

static void add_row(size_t width, const uint8_t *row, uint32_t times, struct sums *sums)
{
    uint32_t *restrict column_sums = sums->column_sums, *restrict column_squares = sums->column_squares;
    for (size_t i = 0; i < width; i++) {
        const uint32_t value = row[i];
        column_sums[i] += times * value;
        column_squares[i] += times * value * value;
    }
}

/* The columns' sums when one row enters the window and another leaves it: of squares a * a - b * b, as a product of
 * numbers that fit into 16 bits. */
static void exchange_rows(size_t width, const uint8_t *entering, const uint8_t *leaving, uint32_t *restrict sums,
                          uint32_t *restrict squares)
{
    for (size_t i = 0; i < width; i++) {
        const int16_t more = (int16_t)(entering[i] - leaving[i]), both = (int16_t)(entering[i] + leaving[i]);
        sums[i] += (uint32_t)(int32_t)more;
        squares[i] += (uint32_t)((int32_t)more * both);
    }
}

/* Makes the columns' sums those of the window around a row, from those around the row before. */
static void move_down(const uint8_t *grey, size_t width, size_t height, size_t row, struct sums *sums)
{
    exchange_rows(width, grey + clamp_index(row + sums->radius, 0, height) * width,
                  grey + clamp_index(row, sums->radius + 1, height) * width, sums->column_sums, sums->column_squares);
}

/* The columns' sums around the row above the first, for move_down to begin with: all of the window but the last row is
 * the first row, or lies below it. */
static void start(const uint8_t *grey, size_t width, size_t height, struct sums *sums)
{
    for (size_t i = 0; i < width; i++) sums->column_sums[i] = sums->column_squares[i] = 0;
    add_row(width, grey, (uint32_t)sums->radius + 2, sums);
    for (size_t row = 1; row < sums->radius; row++) add_row(width, grey + min_size(row, height - 1) * width, 1, sums);
}

/* A window's sums on its way along a row. */
struct moving {
    uint32_t sum, square;
};

/* From one pixel to behind another: both kinds of sums, so that neither waits for the other. Inlined, so that
 * `clamped`, whether columns beyond the edges are met, is a constant in each loop. */
static inline struct moving move_between(size_t first, size_t end, bool clamped, size_t last, const struct sums *sums,
                                         struct moving here)
{
    const size_t radius = sums->radius;
    const uint32_t *restrict column_sums = sums->column_sums, *restrict column_squares = sums->column_squares;
    uint32_t *restrict window_sums = sums->sums, *restrict window_squares = sums->squares;
    for (size_t i = first; i < end; i++) {
        const size_t entering = clamped ? min_size(i + radius + 1, last) : i + radius + 1;
        const size_t leaving = clamped ? clamp_index(i, radius, last + 1) : i - radius;
        window_sums[i] = here.sum;
        window_squares[i] = here.square;
        here.sum += column_sums[entering] - column_sums[leaving];
        here.square += column_squares[entering] - column_squares[leaving];
    }
    return here;
}

/* From columns to windows, along a row. */
static void move_right(size_t width, const struct sums *sums)
{
    const size_t radius = sums->radius, last = width - 1;
    const uint32_t *columns = sums->column_sums, *squares = sums->column_squares;
    struct moving here = {(uint32_t)(radius + 1) * columns[0], (uint32_t)(radius + 1) * squares[0]};
    for (size_t i = 1; i <= radius; i++) {
        here.sum += columns[min_size(i, last)];
        here.square += squares[min_size(i, last)];
    }
    const size_t first = min_size(radius, width), end = max_size(first, width - min_size(width, radius + 1));
    here = move_between(0, first, true, last, sums, here);
    here = move_between(first, end, false, last, sums, here);
    move_between(end, width, true, last, sums, here);
}

static float contrast(float grey, float part, uint32_t sum, uint32_t square)
{
    const float mean = (float)(int32_t)sum * part, variance = (float)(int32_t)square * part - mean * mean;
    return clamp_float((grey - mean) / (sqrtf(max_float(variance, 0)) + least_deviation), -most_contrast,
                       most_contrast);
}

/* The sums are below 2^31: signed numbers convert faster. */
static void write_row(size_t width, const uint8_t *restrict row, const struct sums *wide, const struct sums *narrow,
                      float *restrict planes)
{
    const float wide_part = 1 / (float)((2 * wide->radius + 1) * (2 * wide->radius + 1));
    const float narrow_part = 1 / (float)((2 * narrow->radius + 1) * (2 * narrow->radius + 1));
    const uint32_t *restrict wide_sums = wide->sums, *restrict wide_squares = wide->squares;
    const uint32_t *restrict narrow_sums = narrow->sums, *restrict narrow_squares = narrow->squares;
    for (size_t i = 0; i < width; i++) {
        const float grey = (float)row[i];
        planes[LOCAL_CONTRAST_PLANES * i] = contrast(grey, wide_part, wide_sums[i], wide_squares[i]);
        planes[LOCAL_CONTRAST_PLANES * i + 1] = contrast(grey, narrow_part, narrow_sums[i], narrow_squares[i]);
    }
}

void local_contrast(const uint8_t *grey, size_t width, size_t height, uint32_t *scratch, float *planes)
{
    struct sums windows[LOCAL_CONTRAST_PLANES];
    for (size_t i = 0; i < LOCAL_CONTRAST_PLANES; i++, scratch += 4 * width) {
        windows[i] = (struct sums){radii[i], scratch, scratch + width, scratch + 2 * width, scratch + 3 * width};
        start(grey, width, height, &windows[i]);
    }
    for (size_t row = 0; row < height; row++) {
        for (size_t i = 0; i < LOCAL_CONTRAST_PLANES; i++) {
            struct sums *sums = &windows[i];
            move_down(grey, width, height, row, sums);
            move_right(width, sums);
        }
        write_row(width, grey + row * width, &windows[0], &windows[1], planes + row * width * LOCAL_CONTRAST_PLANES);
    }
}
