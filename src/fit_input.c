/* Implements fit_input.h. Must not know where the ink came from. */
#include "fit_input.h"

#include <math.h>
#include <string.h>

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    BOX = 20, /* pixels a digit's longer side fills (LeCun et al. 1998) */
    FULL = 255,
    LEVELS = 256,
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

/* The weight of source pixel `source` in target pixel `target` when `ratio` source pixels make one: the area they share
 * when shrinking, linear interpolation when enlarging. */
static double overlap(double target, double ratio, int source)
{
    if (ratio >= 1) {
        double start = fmax(target * ratio, source), end = fmin((target + 1) * ratio, source + 1.0);
        return fmax(0, end - start) / ratio;
    }
    double distance = fabs((target + 0.5) * ratio - (source + 0.5));
    return fmax(0, 1 - distance);
}

/* The first and last target pixel that a source pixel reaches. */
static void reached(double ratio, int source, int targets, int *first, int *last)
{
    double reach = ratio >= 1 ? 0 : 1;
    *first = (int)fmax(0, floor((source - reach) / ratio) - 1);
    *last = (int)fmin(targets - 1, ceil((source + 1 + reach) / ratio));
}

/* One source row to targets floats. */
static void resample_row(const uint8_t *values, int count, double ratio, int targets, float row[BOX])
{
    memset(row, 0, BOX * sizeof *row);
    for (int source = 0; source < count; source++) {
        if (values[source] == 0) continue;
        int first, last;
        reached(ratio, source, targets, &first, &last);
        for (int target = first; target <= last; target++) {
            row[target] += (float)overlap(target, ratio, source) * values[source];
        }
    }
}

/* box[height][width] of the crop, sized in whole pixels. */
static void resample(const struct crop *crop, int width, int height, float box[BOX][BOX])
{
    double row_ratio = (double)crop->height / height, column_ratio = (double)crop->width / width;
    memset(box, 0, sizeof(float[BOX][BOX]));
    for (int source = 0; source < crop->height; source++) {
        float row[BOX];
        resample_row(crop->values + (ptrdiff_t)source * crop->stride, crop->width, column_ratio, width, row);
        int first, last;
        reached(row_ratio, source, height, &first, &last);
        for (int target = first; target <= last; target++) {
            float weight = (float)overlap(target, row_ratio, source);
            for (int column = 0; column < width; column++) box[target][column] += weight * row[column];
        }
    }
}

static int peak_of(const struct crop *crop)
{
    int peak = 0;
    for (int row = 0; row < crop->height; row++) {
        const uint8_t *values = crop->values + (ptrdiff_t)row * crop->stride;
        for (int column = 0; column < crop->width; column++) peak = values[column] > peak ? values[column] : peak;
    }
    return peak;
}

/* Makes a pen of any strength, which `peak` tells, as black as any other. */
static void brighten(float box[BOX][BOX], int peak)
{
    double mass[LEVELS] = {0}, total = 0, above = 0, scale = (double)FULL / peak;
    for (int i = 0; i < BOX * BOX; i++) {
        double value = fmin(box[i / BOX][i % BOX] * scale, FULL);
        mass[(int)value] += value;
        total += value;
    }
    int level = LEVELS - 1;
    while (level > 1 && (above += mass[level]) < full_part * total) level--;
    scale *= fmin(max_gain, (double)FULL / level);
    for (int i = 0; i < BOX * BOX; i++) box[i / BOX][i % BOX] = (float)fmin(FULL, box[i / BOX][i % BOX] * scale);
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
    if (start > SIDE - length) start = SIDE - length;
    return start < 0 ? 0 : start;
}

/* A digit that already has the size, but for a faint edge, stays as it is: resampling would only blur it. */
static int scaled_side(int side, int longer)
{
    if (longer <= BOX && longer >= BOX - 1) return side;
    int scaled = (int)((double)side * BOX / longer + 0.5);
    return scaled > 0 ? scaled : 1;
}

void fit_input(const uint8_t *values, int width, int height, int soft, uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    struct crop crop = {values, width, height, width};
    memset(input, 0, SCRAWL_IMAGE_PIXELS);
    if (!trim(&crop, soft > 0 ? soft : 1)) return;
    int longer = crop.width > crop.height ? crop.width : crop.height;
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
}
