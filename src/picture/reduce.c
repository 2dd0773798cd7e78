/* Implements reduce.h. Must not know what the picture shows. */
#include "reduce.h"

#include <stdlib.h>

#include "base/minmax.h"

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
