/* Implements plot.h, the file format through stb_image_write. Must not know what the picture shows. */
#include "plot.h"

#include <stdlib.h>
#include <string.h>

#include "cli/report.h"

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic ignored "-Wunused-function" /* it declares functions that these settings leave out */
#include <stb/stb_image_write.h>

enum { CHANNELS = 3 };

const char *const colormap_names[] = {"gray", "binary", "viridis", NULL};

/* The colors of matplotlib's viridis (Smith and van der Walt, CC0) at 0, 1/9, ..., 1; in between, they are mixed. */
static const uint8_t viridis[][CHANNELS] = {
    {0x44, 0x01, 0x54}, {0x48, 0x28, 0x78}, {0x3e, 0x4a, 0x89}, {0x31, 0x68, 0x8e}, {0x26, 0x82, 0x8e},
    {0x1f, 0x9e, 0x89}, {0x35, 0xb7, 0x79}, {0x6d, 0xcd, 0x59}, {0xb4, 0xde, 0x2c}, {0xfd, 0xe7, 0x25},
};

static void viridis_color(uint8_t grey, uint8_t color[CHANNELS])
{
    const int spans = sizeof viridis / sizeof viridis[0] - 1;
    int position = grey * spans;
    int span = position / UINT8_MAX < spans ? position / UINT8_MAX : spans - 1;
    int part = position - span * UINT8_MAX; /* 0 .. 255 of this span */
    for (int i = 0; i < CHANNELS; i++) {
        int mixed = viridis[span][i] * (UINT8_MAX - part) + viridis[span + 1][i] * part;
        color[i] = (uint8_t)((mixed + UINT8_MAX / 2) / UINT8_MAX);
    }
}

void colormap_apply(enum colormap colormap, const uint8_t *grey, size_t count, uint8_t *rgb)
{
    for (size_t i = 0; i < count; i++) {
        if (colormap == COLORMAP_VIRIDIS)
            viridis_color(grey[i], rgb + i * CHANNELS);
        else
            memset(rgb + i * CHANNELS, colormap == COLORMAP_GRAY ? grey[i] : UINT8_MAX - grey[i], CHANNELS);
    }
}

/* To be freed by the caller. */
static uint8_t *enlarge(const uint8_t *rgb, size_t rows, size_t columns, size_t scale)
{
    uint8_t *large = allocate(rows * scale * columns * scale * CHANNELS);
    uint8_t *next = large;
    for (size_t y = 0; y < rows * scale; y++)
        for (size_t x = 0; x < columns * scale; x++, next += CHANNELS)
            memcpy(next, rgb + (y / scale * columns + x / scale) * CHANNELS, CHANNELS);
    return large;
}

struct file {
    uint8_t *data;
    size_t size;
};

/* The writer hands over the whole file in one call. */
static void keep(void *context, void *data, int size)
{
    struct file *file = context;
    free(file->data);
    file->data = allocate((size_t)size);
    memcpy(file->data, data, (size_t)size);
    file->size = (size_t)size;
}

bool plot_png(const uint8_t *rgb, size_t rows, size_t columns, size_t scale, uint8_t **png, size_t *size)
{
    struct file file = {0};
    uint8_t *large = enlarge(rgb, rows, columns, scale);
    int width = (int)(columns * scale), height = (int)(rows * scale);
    bool ok = stbi_write_png_to_func(keep, &file, width, height, CHANNELS, large, width * CHANNELS) && file.data;
    free(large);
    if (!ok) return false;
    *png = file.data;
    *size = file.size;
    return true;
}
