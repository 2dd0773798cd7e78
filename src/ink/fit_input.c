/* Implements fit_input.h. Must not know where the ink came from. */
#include "fit_input.h"

#include <math.h>
#include <string.h>

#include "base/box.h"
#include "base/histogram.h"
#include "base/ink_levels.h"
#include "stroke_width.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    BOX = 20,    /* pixels a digit's longer side fills (LeCun et al. 1998) */
    STRIP = 256, /* columns that are resampled together */
    FEW = 4,     /* columns that a vector holds everywhere */
};

/* Ink is brightened until this part of its mass lies in pixels that are full: a thin stroke that averaging made grey
 * is as black as a broad one again. */
static const double full_part = 0.35;
/* But not noise: at most by this factor. */
static const double max_gain = 6;

struct crop {
    const uint8_t *values; /* of the first pixel */
    int width, height, stride;
};

/* ---- The digit's size ---- */

static bool any_above(const uint8_t *values, int count, int stride, int soft)
{
    for (int i = 0; i < count; i++) {
        if (values[(ptrdiff_t)i * stride] >= soft) return true;
    }
    return false;
}

/* The smallest part that holds everything from `soft` up; false when nothing does. */
static bool trim(struct crop *crop, int soft)
{
    while (crop->height > 0 && !any_above(crop->values, crop->width, 1, soft)) {
        crop->values += crop->stride;
        crop->height--;
    }
    if (crop->height == 0) return false;
    while (!any_above(crop->values + (ptrdiff_t)(crop->height - 1) * crop->stride, crop->width, 1, soft))
        crop->height--;
    while (!any_above(crop->values, crop->height, crop->stride, soft)) crop->values++, crop->width--;
    while (!any_above(crop->values + crop->width - 1, crop->height, crop->stride, soft)) crop->width--;
    return true;
}

/* ---- Resampling ---- */

/* The source pixels from begin to end - 1 make up a target pixel, each with its weight from weights[start] on. */
struct share {
    int begin, end, start; /* in pixels of the strip */
};

/* Which pixels of a strip of one axis make up each target pixel. */
struct axis {
    struct share shares[BOX];
    float weights[STRIP + 2 * BOX]; /* shrinking, neighbours share a pixel; enlarging, each has two at most */
};

/* The weight of source pixel `source` in target pixel `target` when `ratio` source pixels make one: the area they share
 * when shrinking, linear interpolation when enlarging. */
static double overlap(double target, double ratio, int source)
{
    if (ratio >= 1) {
        double start = target * ratio, end = start + ratio;
        start = start > source ? start : source;
        end = end < source + 1 ? end : source + 1;
        return end > start ? (end - start) / ratio : 0;
    }
    double distance = fabs((target + 0.5) * ratio - (source + 0.5));
    return distance < 1 ? 1 - distance : 0;
}

/* The source pixels from *begin to *end - 1 that a target pixel shares in, of a strip of the axis. */
static void find_range(double ratio, int target, int first, int count, int *begin, int *end)
{
    double reach = ratio >= 1 ? 0 : 1;
    *begin = max_int(0, (int)(target * ratio - reach) - first);
    *end = min_int(count, (int)((target + 1) * ratio + reach) + 1 - first);
    while (*begin < *end && overlap(target, ratio, first + *begin) <= 0) ++*begin;
    while (*begin < *end && overlap(target, ratio, first + *end - 1) <= 0) --*end;
}

/* first, count: the strip. Sources are numbered from its start. */
static void find_shares(double ratio, int first, int count, int targets, struct axis *axis)
{
    int used = 0;
    for (int target = 0; target < targets; target++) {
        struct share *share = &axis->shares[target];
        find_range(ratio, target, first, count, &share->begin, &share->end);
        share->start = used;
        for (int source = share->begin; source < share->end; source++)
            axis->weights[used++] = (float)overlap(target, ratio, first + source);
    }
}

/* Digits are narrow: what compilers make of one loop goes by sixteen, then one by one. */
static void add_weighted(const uint8_t *restrict values, int count, float weight, float *restrict sums)
{
    int i = 0;
    for (; i + FEW <= count; i += FEW)
        for (int j = 0; j < FEW; j++) sums[i + j] += weight * (float)values[i + j];
    for (; i < count; i++) sums[i] += weight * (float)values[i];
}

/* Adds to one row of the box what the sums of a strip's columns share in it. */
static void add_shares(const float *sums, const struct axis *axis, int targets, float row[BOX])
{
    for (int target = 0; target < targets; target++) {
        const struct share *share = &axis->shares[target];
        const float *weights = axis->weights + share->start;
        float sum = 0;
        for (int source = share->begin; source < share->end; source++) sum += *weights++ * sums[source];
        row[target] += sum;
    }
}

/* box[height][width] of the crop, sized in whole pixels: rows first, a strip of columns at a time. */
static void resample(const struct crop *crop, int width, int height, float box[BOX][BOX])
{
    double row_ratio = (double)crop->height / height, column_ratio = (double)crop->width / width;
    memset(box, 0, sizeof(float[BOX][BOX]));
    for (int left = 0; left < crop->width; left += STRIP) {
        struct axis axis;
        int count = min_int(STRIP, crop->width - left);
        find_shares(column_ratio, left, count, width, &axis);
        for (int target = 0; target < height; target++) {
            float sums[STRIP] = {0};
            int begin, end;
            find_range(row_ratio, target, 0, crop->height, &begin, &end);
            for (int source = begin; source < end; source++) {
                const uint8_t *values = crop->values + (ptrdiff_t)source * crop->stride + left;
                add_weighted(values, count, (float)overlap(target, row_ratio, source), sums);
            }
            add_shares(sums, &axis, width, box[target]);
        }
    }
}

/* ---- Strength ---- */

static int peak_of(const struct crop *crop)
{
    uint8_t peak = 0;
    for (int row = 0; row < crop->height; row++) {
        const uint8_t *values = crop->values + (ptrdiff_t)row * crop->stride;
        for (int column = 0; column < crop->width; column++) peak = values[column] > peak ? values[column] : peak;
    }
    return peak;
}

static double at_most_full(double value)
{
    return value < FULL_INK ? value : FULL_INK;
}

/* Makes a pen of any strength, which `peak` tells, as black as any other. */
static void brighten(float box[BOX][BOX], int peak)
{
    double mass[LEVELS] = {0}, total = 0, above = 0, scale = (double)FULL_INK / peak;
    for (int i = 0; i < BOX * BOX; i++) {
        double value = at_most_full(box[i / BOX][i % BOX] * scale);
        mass[(int)value] += value;
        total += value;
    }
    int level = LEVELS - 1;
    while (level > 1 && (above += mass[level]) < full_part * total) level--;
    double gain = (double)FULL_INK / level;
    scale *= gain < max_gain ? gain : max_gain;
    for (int i = 0; i < BOX * BOX; i++) box[i / BOX][i % BOX] = (float)at_most_full(box[i / BOX][i % BOX] * scale);
}

/* In pixels from the centre of the first one. */
static void center_of_mass(float box[BOX][BOX], double *row, double *column)
{
    double mass = 0;
    *row = *column = 0;
    for (int i = 0; i < BOX * BOX; i++) {
        mass += box[i / BOX][i % BOX];
        *row += box[i / BOX][i % BOX] * (i / BOX);
        *column += box[i / BOX][i % BOX] * (i % BOX);
    }
    *row /= mass;
    *column /= mass;
}

/* Where the box begins so that its centre of mass lies on the middle of the input and nothing is cut off. */
static int place(double center, int length)
{
    int start = (int)floor(SIDE / 2 - center + 0.5);
    return max_int(0, min_int(start, SIDE - length));
}

/* A digit that already has the size, but for a faint edge, stays as it is: resampling would only blur it. */
static int scaled_side(int side, int longer)
{
    if (longer <= BOX && longer >= BOX - 1) return side;
    int scaled = (int)((double)side * BOX / longer + 0.5);
    return max_int(1, scaled);
}

void fit_input(const uint8_t *values, int width, int height, int soft, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    struct crop crop = {values, width, height, width};
    memset(input, 0, SCRAWL_IMAGE_PIXELS);
    if (!trim(&crop, soft > 0 ? soft : 1)) return;
    int longer = max_int(crop.width, crop.height);
    int columns = scaled_side(crop.width, longer), rows = scaled_side(crop.height, longer);
    float box[BOX][BOX];
    resample(&crop, columns, rows, box);
    brighten(box, peak_of(&crop));
    double center_row, center_column;
    center_of_mass(box, &center_row, &center_column);
    int top = place(center_row, rows), left = place(center_column, columns);
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            input[(top + row) * SIDE + left + column] = (uint8_t)(box[row][column] + 0.5f);
        }
    }
    stroke_width_limit(&(struct box){left, top, left + columns, top + rows}, input);
}
