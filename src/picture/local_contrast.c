/* Implements local_contrast.h: sums over windows that move by adding what enters and taking off what leaves. They are
 * whole numbers, and so exact: 61 x 61 squares of 255 are below 2^28. */
#include "local_contrast.h"

#include <math.h>

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

/* Makes the columns' sums those of the window around a row, from those around the row before. */
static void move_down(const uint8_t *grey, size_t width, size_t height, size_t row, struct sums *sums)
{
    const uint32_t minus_one = UINT32_MAX; /* modulo 2^32 */
    add_row(width, grey + clamp_index(row + sums->radius, 0, height) * width, 1, sums);
    add_row(width, grey + clamp_index(row, sums->radius + 1, height) * width, minus_one, sums);
}

/* The columns' sums around the row above the first, for move_down to begin with: all of the window but the last row is
 * the first row, or lies below it. */
static void start(const uint8_t *grey, size_t width, size_t height, struct sums *sums)
{
    for (size_t i = 0; i < width; i++) sums->column_sums[i] = sums->column_squares[i] = 0;
    add_row(width, grey, (uint32_t)sums->radius + 2, sums);
    for (size_t row = 1; row < sums->radius; row++) add_row(width, grey + min_size(row, height - 1) * width, 1, sums);
}

/* One kind of sum from columns to windows, along a row. */
static void move_right(size_t width, size_t radius, const uint32_t *restrict columns, uint32_t *restrict windows)
{
    uint32_t sum = (uint32_t)(radius + 1) * columns[0];
    for (size_t i = 1; i <= radius; i++) sum += columns[min_size(i, width - 1)];
    for (size_t i = 0; i < width; i++) {
        windows[i] = sum;
        sum += columns[min_size(i + radius + 1, width - 1)] - columns[clamp_index(i, radius, width)];
    }
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
            move_right(width, sums->radius, sums->column_sums, sums->sums);
            move_right(width, sums->radius, sums->column_squares, sums->squares);
        }
        write_row(width, grey + row * width, &windows[0], &windows[1], planes + row * width * LOCAL_CONTRAST_PLANES);
    }
}
