/* Implements canvas.h. Must not know what is drawn. */
#include "canvas.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/report.h"
#include "glyphs.h"

struct canvas canvas_create(int width, int height, struct color color)
{
    struct canvas canvas = {width, height, width, allocate((size_t)width * (size_t)height * CANVAS_CHANNELS)};
    canvas_fill(&canvas, 0, 0, width, height, color);
    return canvas;
}

static uint8_t *pixel_at(const struct canvas *canvas, int x, int y)
{
    return canvas->rgb + ((size_t)y * (size_t)canvas->stride + (size_t)x) * CANVAS_CHANNELS;
}

struct canvas canvas_part(const struct canvas *canvas, int x, int y, int width, int height)
{
    return (struct canvas){width, height, canvas->stride, pixel_at(canvas, x, y)};
}

void canvas_fill(const struct canvas *canvas, int x, int y, int width, int height, struct color color)
{
    int right = min_int(x + width, canvas->width), bottom = min_int(y + height, canvas->height);
    for (int row = max_int(0, y); row < bottom; row++) {
        for (int column = max_int(0, x); column < right; column++) {
            memcpy(pixel_at(canvas, column, row), (uint8_t[]){color.red, color.green, color.blue}, CANVAS_CHANNELS);
        }
    }
}

void canvas_outline(const struct canvas *canvas, int x, int y, int width, int height, int border, struct color color)
{
    canvas_fill(canvas, x, y, width, border, color);
    canvas_fill(canvas, x, y + height - border, width, border, color);
    canvas_fill(canvas, x, y, border, height, color);
    canvas_fill(canvas, x + width - border, y, border, height, color);
}

void canvas_line(const struct canvas *canvas, double from_x, double from_y, double to_x, double to_y, int border,
                 struct color color)
{
    double width = to_x - from_x, height = to_y - from_y;
    int steps = (int)ceil(fmax(fabs(width), fabs(height))) + 1;
    for (int step = 0; step <= steps; step++) {
        double part = (double)step / steps;
        int x = (int)floor(from_x + part * width - (border - 1) / 2.0);
        int y = (int)floor(from_y + part * height - (border - 1) / 2.0);
        canvas_fill(canvas, x, y, border, border, color);
    }
}

/* Of the color, 0 .. 1 of the pixel. */
static void mix(const struct canvas *canvas, int x, int y, struct color color, double part)
{
    const uint8_t channels[] = {color.red, color.green, color.blue};
    uint8_t *pixel = pixel_at(canvas, x, y);
    for (int i = 0; i < CANVAS_CHANNELS; i++) pixel[i] = (uint8_t)(pixel[i] + part * (channels[i] - pixel[i]) + 0.5);
}

static double limited(double value, double least, double most)
{
    return fmin(fmax(value, least), most);
}

/* A pixel is covered as far as the edge, which runs half a width beside the line, lies beyond its middle. */
void canvas_smooth_line(const struct canvas *canvas, double from_x, double from_y, double to_x, double to_y,
                        double width, struct color color)
{
    const double along_x = to_x - from_x, along_y = to_y - from_y, square = along_x * along_x + along_y * along_y;
    const double reach = width / 2 + 1;
    int left = (int)limited(fmin(from_x, to_x) - reach, 0, canvas->width);
    int right = (int)limited(fmax(from_x, to_x) + reach, 0, canvas->width);
    int top = (int)limited(fmin(from_y, to_y) - reach, 0, canvas->height);
    int bottom = (int)limited(fmax(from_y, to_y) + reach, 0, canvas->height);
    for (int y = top; y < bottom; y++) {
        for (int x = left; x < right; x++) {
            double beside_x = x + 0.5 - from_x, beside_y = y + 0.5 - from_y;
            double part = square > 0 ? limited((beside_x * along_x + beside_y * along_y) / square, 0, 1) : 0;
            double distance = hypot(beside_x - part * along_x, beside_y - part * along_y);
            mix(canvas, x, y, color, limited(width / 2 + 0.5 - distance, 0, 1));
        }
    }
}

/* ---- Pictures ---- */

/* The pixels of `count` that fall on the index-th of `parts`: one at least. */
static int part_start(int index, int parts, int count)
{
    return (int)((long long)index * count / parts);
}

static int part_end(int index, int parts, int count)
{
    return max_int(part_start(index, parts, count) + 1, part_start(index + 1, parts, count));
}

void canvas_picture(const struct canvas *canvas, const uint8_t *rgb, int columns, int rows)
{
    for (int y = 0; y < canvas->height; y++) {
        int top = part_start(y, canvas->height, rows), bottom = part_end(y, canvas->height, rows);
        for (int x = 0; x < canvas->width; x++) {
            int left = part_start(x, canvas->width, columns), right = part_end(x, canvas->width, columns);
            unsigned sums[CANVAS_CHANNELS] = {0}, count = (unsigned)((bottom - top) * (right - left));
            for (int row = top; row < bottom; row++) {
                const uint8_t *from = rgb + ((size_t)row * (size_t)columns + (size_t)left) * CANVAS_CHANNELS;
                for (int i = 0; i < (right - left) * CANVAS_CHANNELS; i++) sums[i % CANVAS_CHANNELS] += from[i];
            }
            for (int i = 0; i < CANVAS_CHANNELS; i++) pixel_at(canvas, x, y)[i] = (uint8_t)(sums[i] / count);
        }
    }
}

/* ---- Text ---- */

static void draw_glyph(const struct canvas *canvas, int x, int y, int scale, struct color color, char character)
{
    const uint8_t *rows = glyph_rows(character);
    for (int row = 0; row < GLYPH_ROWS; row++) {
        for (int column = 0; column < GLYPH_WIDTH; column++) {
            if (rows[row] >> (GLYPH_WIDTH - 1 - column) & 1)
                canvas_fill(canvas, x + column * scale, y + row * scale, scale, scale, color);
        }
    }
}

/* UTF-8's bytes after a character's first. */
static int is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static int count_characters(const char *text)
{
    int count = 0;
    for (; *text; text++) count += !is_continuation(*text);
    return count;
}

int canvas_text(const struct canvas *canvas, int x, int y, int scale, struct color color, const char *text,
                int most_width)
{
    static const char ellipsis[] = "..";
    int step = GLYPH_STEP * scale, room = most_width / step, characters = count_characters(text);
    int shown = characters <= room ? characters : max_int(0, room - (int)strlen(ellipsis));
    for (int i = 0; i < shown; text++) {
        if (is_continuation(*text)) continue;
        draw_glyph(canvas, x + step * i++, y, scale, color, *text);
    }
    for (int i = 0; shown < characters && i < min_int(room, (int)strlen(ellipsis)); i++) {
        draw_glyph(canvas, x + step * shown++, y, scale, color, ellipsis[i]);
    }
    return x + step * shown;
}

int canvas_text_width(int scale, const char *text)
{
    int characters = count_characters(text);
    return characters > 0 ? (characters * GLYPH_STEP - (GLYPH_STEP - GLYPH_WIDTH)) * scale : 0;
}

/* A quarter turn of level text: its pixels are those that differ from its ground. */
void canvas_text_upwards(const struct canvas *canvas, int x, int y, int scale, struct color color, const char *text,
                         int most_height)
{
    static const struct color ground = {0, 0, 0}, ink = {UINT8_MAX, UINT8_MAX, UINT8_MAX};
    int width = min_int(canvas_text_width(scale, text), most_height) + GLYPH_STEP * scale;
    struct canvas level = canvas_create(width, GLYPH_ROWS * scale, ground);
    canvas_text(&level, 0, 0, scale, ink, text, max_int(most_height, 0));
    for (int row = 0; row < level.height; row++) {
        for (int column = 0; column < level.width; column++) {
            if (*pixel_at(&level, column, row)) canvas_fill(canvas, x + row, y - 1 - column, 1, 1, color);
        }
    }
    free(level.rgb);
}
