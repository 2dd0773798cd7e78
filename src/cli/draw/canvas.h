/* Drawing on a picture in memory: areas, lines, pictures and text. What lies outside is cut off. Knows no file format
 * and nothing of what it draws. */
#ifndef CANVAS_H
#define CANVAS_H

#include <stddef.h>
#include <stdint.h>

enum { CANVAS_CHANNELS = 3, CANVAS_TEXT_HEIGHT = 7 /* pixels above the base line, at scale 1 */ };

static inline int min_int(int a, int b)
{
    return a < b ? a : b;
}

static inline int max_int(int a, int b)
{
    return a > b ? a : b;
}

struct color {
    uint8_t red, green, blue;
};

/* rgb[height][stride][3] of which the first `width` of each row are used. */
struct canvas {
    int width, height, stride;
    uint8_t *rgb;
};

/* canvas.rgb is freed by the caller with free(). */
struct canvas canvas_create(int width, int height, struct color color);

/* The part of a canvas, inside it, with coordinates of its own; it draws on the same pixels. */
struct canvas canvas_part(const struct canvas *canvas, int x, int y, int width, int height);

void canvas_fill(const struct canvas *canvas, int x, int y, int width, int height, struct color color);

/* The border lies inside the box. */
void canvas_outline(const struct canvas *canvas, int x, int y, int width, int height, int border, struct color color);

/* Coordinates are between pixels: the first reaches from 0 to 1. */
void canvas_line(const struct canvas *canvas, double from_x, double from_y, double to_x, double to_y, int border,
                 struct color color);

/* The same smoothly, with round ends, `width` pixels broad; from a point to itself it is a dot. */
void canvas_smooth_line(const struct canvas *canvas, double from_x, double from_y, double to_x, double to_y,
                        double width, struct color color);

/* rgb[rows][columns][3] over the whole canvas: enlarged, or reduced to the means of what falls on each pixel. */
void canvas_picture(const struct canvas *canvas, const uint8_t *rgb, int columns, int rows);

/* Each pixel of the letters is a square of scale x scale; y is their top. Text that is wider than most_width pixels
 * ends in "..". Returns where it ended. */
int canvas_text(const struct canvas *canvas, int x, int y, int scale, struct color color, const char *text,
                int most_width);

/* Pixels from the first letter's left edge to the last one's right edge. */
int canvas_text_width(int scale, const char *text);

/* Text that is read from the bottom upwards: it begins above y, and x is the left edge of its pixels, where the
 * letters' tops are. */
void canvas_text_upwards(const struct canvas *canvas, int x, int y, int scale, struct color color, const char *text,
                         int most_height);

#endif
