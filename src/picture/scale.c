/* Implements scale.h: rows first, then columns, each with its own shares. Must not know pages. */
#include "scale.h"

#include <math.h>
#include <stdlib.h>

#include "base/minmax.h"

/* Which source pixels make up a target pixel: `count` from `first` on, their weights from weights[start] on. */
struct mixture {
    int first, count;
    size_t start;
};

/* Of all target pixels along one axis. */
struct axis {
    struct mixture *mixtures; /* [targets] */
    float *weights;
};

/* The weight of a source pixel in a target pixel when `ratio` source pixels make one, not yet normalised. */
static float weight_of(double target, double ratio, int source)
{
    if (ratio > 1)
        return (float)fmax(0, fmin((target + 1) * ratio, source + 1) - fmax(target * ratio, source));
    return (float)fmax(0, 1 - fabs((target + 0.5) * ratio - (source + 0.5)));
}

static void find_mixture(double target, double ratio, int sources, struct mixture *mixture, float *weights)
{
    const double reach = ratio > 1 ? ratio : 1, middle = (target + 0.5) * ratio;
    int first = max_int(0, (int)floor(middle - reach)), end = min_int(sources, (int)ceil(middle + reach));
    while (first + 1 < end && weight_of(target, ratio, first) <= 0) first++;
    while (first + 1 < end && weight_of(target, ratio, end - 1) <= 0) end--;
    float sum = 0;
    for (int source = first; source < end; source++) sum += weights[source - first] = weight_of(target, ratio, source);
    for (int source = first; source < end; source++) weights[source - first] /= sum;
    mixture->first = first;
    mixture->count = end - first;
}

static void axis_free(struct axis *axis)
{
    free(axis->mixtures);
    free(axis->weights);
}

/* May be freed also on failure. */
static scrawl_status axis_create(int sources, int targets, struct axis *axis)
{
    const double ratio = (double)sources / targets;
    const size_t most = 2 * (size_t)ceil(ratio > 1 ? ratio : 1) + 2;
    *axis = (struct axis){malloc((size_t)targets * sizeof *axis->mixtures),
                          malloc((size_t)targets * most * sizeof *axis->weights)};
    if (!axis->mixtures || !axis->weights) return fail_out_of_memory();
    for (int target = 0; target < targets; target++) {
        axis->mixtures[target].start = (size_t)target * most;
        find_mixture(target, ratio, sources, &axis->mixtures[target], axis->weights + (size_t)target * most);
    }
    return SCRAWL_OK;
}

/* sums[width]: a target row of the source's columns. */
static void mix_rows(const struct picture *picture, const struct axis *rows, int target, float *sums)
{
    const struct mixture *mixture = &rows->mixtures[target];
    for (int x = 0; x < picture->width; x++) sums[x] = 0;
    for (int i = 0; i < mixture->count; i++) {
        const uint8_t *source = picture->grey + (size_t)(mixture->first + i) * (size_t)picture->width;
        const float weight = rows->weights[mixture->start + (size_t)i];
        for (int x = 0; x < picture->width; x++) sums[x] += weight * (float)source[x];
    }
}

static void mix_columns(const float *sums, const struct axis *columns, const struct scaled_size *size, uint8_t *row)
{
    for (int x = 0; x < size->all_width; x++) {
        const int target = max_int(0, min_int(size->width - 1, x - size->margin));
        const struct mixture *mixture = &columns->mixtures[target];
        const float *weights = columns->weights + mixture->start;
        float sum = 0;
        for (int i = 0; i < mixture->count; i++) sum += weights[i] * sums[mixture->first + i];
        row[x] = (uint8_t)(sum + 0.5f);
    }
}

static void fill(const struct picture *picture, const struct scaled_size *size, const struct axis *rows,
                 const struct axis *columns, float *sums, struct picture *scaled)
{
    int before = -1;
    for (int y = 0; y < size->all_height; y++) {
        const int target = max_int(0, min_int(size->height - 1, y - size->margin));
        if (target != before) mix_rows(picture, rows, target, sums);
        before = target;
        mix_columns(sums, columns, size, scaled->grey + (size_t)y * (size_t)size->all_width);
    }
}

scrawl_status scale_picture(const struct picture *picture, const struct scaled_size *size, struct picture *scaled)
{
    struct axis rows = {0}, columns = {0};
    struct picture result = {0};
    float *sums = malloc((size_t)picture->width * sizeof *sums);
    scrawl_status status = sums ? SCRAWL_OK : fail_out_of_memory();
    if (status == SCRAWL_OK) status = axis_create(picture->height, size->height, &rows);
    if (status == SCRAWL_OK) status = axis_create(picture->width, size->width, &columns);
    if (status == SCRAWL_OK) status = picture_create((size_t)size->all_width, (size_t)size->all_height, &result);
    if (status == SCRAWL_OK) {
        fill(picture, size, &rows, &columns, sums, &result);
        *scaled = result;
    }
    axis_free(&rows);
    axis_free(&columns);
    free(sums);
    return status;
}
