/* Grey values into colors, and pixels into the bytes of a PNG file. Knows no terminal and no file system. */
#ifndef PLOT_H
#define PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum colormap {
    COLORMAP_GRAY,   /* 0 black .. 255 white */
    COLORMAP_BINARY, /* 0 white .. 255 black */
    COLORMAP_VIRIDIS,
};

/* For an option's choices: the name of each colormap, then NULL. */
extern const char *const colormap_names[];

/* grey[count] to rgb[count][3]. */
void colormap_apply(enum colormap colormap, const uint8_t *grey, size_t count, uint8_t *rgb);

/* rgb[rows][columns][3] as a PNG in which each pixel is a square of scale x scale; *png is freed by the caller with
 * free(). False when there is no memory. */
bool plot_png(const uint8_t *rgb, size_t rows, size_t columns, size_t scale, uint8_t **png, size_t *size);

#endif
