/* Implements scale.h: by whole factors in sums of whole numbers; to other sizes rows first, then columns, each with its
 * own shares. Must not know what the picture shows. */
#include "scale.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/minmax.h"

/* ---- By a whole factor ---- */

static size_t parts(int length, int factor)
{
    return (size_t)((length + factor - 1) / factor);
}

int reduce_factor(int width, int height, size_t most_pixels)
{
    int factor = 1;
    while (parts(width, factor) * parts(height, factor) > most_pixels) factor++;
    return factor;
}

static void copy_row(const uint8_t *row, size_t width, uint32_t *sums)
{
    for (size_t x = 0; x < width; x++) sums[x] = row[x];
}

static void add_row(const uint8_t *row, size_t width, uint32_t *sums)
{
    for (size_t x = 0; x < width; x++) sums[x] += row[x];
}

/* sums[count * factor] of `rows` rows each to the means of `factor` neighbours. Inlined, so that where factor and rows
 * are constants the compiler divides several at a time. */
static inline void write_means(const uint32_t *sums, size_t count, int factor, int rows, uint8_t *means)
{
    uint32_t pixels = (uint32_t)(rows * factor);
    for (size_t i = 0; i < count; i++) {
        uint32_t sum = pixels / 2;
        for (int part = 0; part < factor; part++) sum += sums[i * (size_t)factor + (size_t)part];
        means[i] = (uint8_t)(sum / pixels);
    }
}

/* sums[width] to means[parts]; the last one has what is left of the row. */
static void write_row(const uint32_t *sums, size_t width, int factor, int rows, uint8_t *means)
{
    size_t whole = width / (size_t)factor, left = width % (size_t)factor;
    if (factor == 2 && rows == 2)
        write_means(sums, whole, 2, 2, means);
    else if (factor == 3 && rows == 3)
        write_means(sums, whole, 3, 3, means);
    else if (factor == 4 && rows == 4)
        write_means(sums, whole, 4, 4, means);
    else
        write_means(sums, whole, factor, rows, means);
    if (left) write_means(sums + whole * (size_t)factor, 1, (int)left, rows, means + whole);
}

scrawl_status reduce_picture(const struct picture *picture, int factor, struct picture *reduced)
{
    if (factor == 1) return picture_copy(picture, reduced);
    size_t width = (size_t)picture->width, columns = parts(picture->width, factor);
    size_t rows = parts(picture->height, factor);
    struct picture result = {0};
    uint32_t *sums = malloc(width * sizeof *sums);
    scrawl_status status = sums ? picture_create(columns, rows, &result) : fail_out_of_memory();
    if (status != SCRAWL_OK) {
        free(sums);
        return status;
    }
    for (size_t row = 0; row < rows; row++) {
        size_t top = row * (size_t)factor, bottom = min_size(top + (size_t)factor, (size_t)picture->height);
        copy_row(picture->grey + top * width, width, sums);
        for (size_t y = top + 1; y < bottom; y++) add_row(picture->grey + y * width, width, sums);
        write_row(sums, width, factor, (int)(bottom - top), result.grey + row * columns);
    }
    free(sums);
    *reduced = result;
    return SCRAWL_OK;
}

/* ---- To any size ---- */

/* Which source pixels make up a target pixel: `count` from `first` on, their weights from weights[start] on. */
struct mixture {
    int first, count;
    size_t start;
};

/* Of all target pixels along one axis. */
struct axis {
    struct mixture *mixtures; /* [targets] */
    float *weights;           /* zero behind those of each mixture, up to `most` of them */
    int most;                 /* source pixels of one target pixel */
};

/* The weight of a source pixel in a target pixel when `ratio` source pixels make one, not yet normalised. */
static float weight_of(double target, double ratio, int source)
{
    if (ratio > 1) return (float)fmax(0, fmin((target + 1) * ratio, source + 1) - fmax(target * ratio, source));
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
                          calloc((size_t)targets * most, sizeof *axis->weights), 0};
    if (!axis->mixtures || !axis->weights) return fail_out_of_memory();
    for (int target = 0; target < targets; target++) {
        axis->mixtures[target].start = (size_t)target * most;
        find_mixture(target, ratio, sources, &axis->mixtures[target], axis->weights + (size_t)target * most);
        axis->most = max_int(axis->most, axis->mixtures[target].count);
    }
    return SCRAWL_OK;
}

/* sums[width] of `count` rows (a constant wherever it is called, so that they stay in registers), each weighed; added
 * to what is there, or in its place. */
static inline void weigh_rows(int count, const uint8_t *rows, size_t width, const float *weights, bool added,
                              float *restrict sums)
{
    for (size_t x = 0; x < width; x++) {
        float sum = added ? sums[x] : 0;
        for (int i = 0; i < count; i++) sum += weights[i] * (float)rows[(size_t)i * width + x];
        sums[x] = sum;
    }
}

/* sums[width]: a target row of the source's columns. */
static void mix_rows(const struct picture *picture, const struct axis *rows, int target, float *sums)
{
    const struct mixture *mixture = &rows->mixtures[target];
    const size_t width = (size_t)picture->width;
    const uint8_t *from = picture->grey + (size_t)mixture->first * width;
    const float *weights = rows->weights + mixture->start;
    int done = 0;
    for (; mixture->count - done >= 4; done += 4)
        weigh_rows(4, from + (size_t)done * width, width, weights + done, done > 0, sums);
    const int rest = mixture->count - done;
    from += (size_t)done * width;
    if (rest == 3)
        weigh_rows(3, from, width, weights + done, done > 0, sums);
    else if (rest == 2)
        weigh_rows(2, from, width, weights + done, done > 0, sums);
    else if (rest == 1)
        weigh_rows(1, from, width, weights + done, done > 0, sums);
}

/* row[width] of target pixels that are mixed of at most `count` (a constant wherever it is called); weights behind a
 * mixture's own are zero, and so are the sums behind the last one. */
static inline void weigh_columns(int count, const float *sums, const struct axis *columns, int width, uint8_t *row)
{
    for (int x = 0; x < width; x++) {
        const float *weights = columns->weights + columns->mixtures[x].start, *from = sums + columns->mixtures[x].first;
        float sum = 0;
        for (int i = 0; i < count; i++) sum += weights[i] * from[i];
        row[x] = (uint8_t)(int)(sum + 0.5f);
    }
}

/* A row with its margins. */
static void mix_columns(const float *sums, const struct axis *columns, const struct scaled_size *size, uint8_t *row)
{
    uint8_t *middle = row + size->margin, *end = middle + size->width;
    if (columns->most == 2)
        weigh_columns(2, sums, columns, size->width, middle);
    else if (columns->most == 3)
        weigh_columns(3, sums, columns, size->width, middle);
    else if (columns->most == 4)
        weigh_columns(4, sums, columns, size->width, middle);
    else
        weigh_columns(columns->most, sums, columns, size->width, middle);
    memset(row, middle[0], (size_t)size->margin);
    memset(end, end[-1], (size_t)(size->all_width - size->margin - size->width));
}

static void fill(const struct picture *picture, const struct scaled_size *size, const struct axis *rows,
                 const struct axis *columns, float *sums, struct picture *scaled)
{
    const size_t stride = (size_t)size->all_width;
    uint8_t *first = scaled->grey + (size_t)size->margin * stride, *row = first;
    for (int y = 0; y < size->height; y++, row += stride) {
        mix_rows(picture, rows, y, sums);
        mix_columns(sums, columns, size, row);
    }
    for (int y = 0; y < size->margin; y++) memcpy(scaled->grey + (size_t)y * stride, first, stride);
    for (int y = size->margin + size->height; y < size->all_height; y++, row += stride)
        memcpy(row, row - stride, stride);
}

scrawl_status scale_picture(const struct picture *picture, const struct scaled_size *size, struct picture *scaled)
{
    struct axis rows = {0}, columns = {0};
    struct picture result = {0};
    float *sums = NULL;
    scrawl_status status = axis_create(picture->height, size->height, &rows);
    if (status == SCRAWL_OK) status = axis_create(picture->width, size->width, &columns);
    if (status == SCRAWL_OK) sums = calloc((size_t)picture->width + (size_t)columns.most, sizeof *sums);
    if (status == SCRAWL_OK && !sums) status = fail_out_of_memory();
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
