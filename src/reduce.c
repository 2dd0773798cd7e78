/* Implements reduce.h. Must not know what the picture shows. */
#include "reduce.h"

#include <stdlib.h>
#include <string.h>

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

static void add_row(const uint8_t *row, size_t width, uint32_t *sums)
{
    for (size_t x = 0; x < width; x++) sums[x] += row[x];
}

/* sums[width] of `rows` rows to the means of `factor` neighbours. */
static void write_means(const uint32_t *sums, int width, int factor, int rows, uint8_t *means)
{
    for (int x = 0; x < width; x += factor) {
        int end = x + factor < width ? x + factor : width;
        uint32_t sum = 0, pixels = (uint32_t)(rows * (end - x));
        for (int i = x; i < end; i++) sum += sums[i];
        *means++ = (uint8_t)((sum + pixels / 2) / pixels);
    }
}

scrawl_status reduce_picture(const struct picture *picture, int factor, struct picture *reduced)
{
    size_t width = (size_t)picture->width, columns = parts(picture->width, factor);
    size_t rows = parts(picture->height, factor);
    uint8_t *grey = malloc(rows * columns);
    uint32_t *sums = malloc(width * sizeof *sums);
    if (!grey || !sums) {
        free(grey);
        free(sums);
        return fail_out_of_memory();
    }
    for (size_t row = 0; row < rows; row++) {
        size_t top = row * (size_t)factor, bottom = top + (size_t)factor;
        if (bottom > (size_t)picture->height) bottom = (size_t)picture->height;
        memset(sums, 0, width * sizeof *sums);
        for (size_t y = top; y < bottom; y++) add_row(picture->grey + y * width, width, sums);
        write_means(sums, picture->width, factor, (int)(bottom - top), grey + row * columns);
    }
    free(sums);
    *reduced = (struct picture){(int)columns, (int)rows, grey};
    return SCRAWL_OK;
}
