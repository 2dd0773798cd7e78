/* Implements canvas.h. Must not know what is drawn. */
#include "canvas.h"

#include <math.h>
#include <string.h>

#include "glyphs.h"
#include "report.h"

static int lesser(int a, int b)
{
    return a < b ? a : b;
}

static int greater(int a, int b)
{
    return a > b ? a : b;
}

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
    int right = lesser(x + width, canvas->width), bottom = lesser(y + height, canvas->height);
    for (int row = greater(0, y); row < bottom; row++) {
        for (int column = greater(0, x); column < right; column++) {
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

/* ---- Pictures ---- */

/* The pixels of `count` that fall on the index-th of `parts`: one at least. */
static int part_start(int index, int parts, int count)
{
    return (int)((long long)index * count / parts);
}

static int part_end(int index, int parts, int count)
{
    return greater(part_start(index, parts, count) + 1, part_start(index + 1, parts, count));
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
    int shown = characters <= room ? characters : greater(0, room - (int)strlen(ellipsis));
    for (int i = 0; i < shown; text++) {
        if (is_continuation(*text)) continue;
        draw_glyph(canvas, x + step * i++, y, scale, color, *text);
    }
    for (int i = 0; shown < characters && i < lesser(room, (int)strlen(ellipsis)); i++) {
        draw_glyph(canvas, x + step * shown++, y, scale, color, ellipsis[i]);
    }
    return x + step * shown;
}
