/* Implements picture_bmp_rle.h after Microsoft's "Bitmap Compression". Every count is checked before it is drawn. Must
 * not know headers or colours. */
#include "picture_bmp_rle.h"

#include <string.h>

/* A code is two bytes: a run's length and its pixels, or 0 and one of these, or 0 and how many pixels follow as such.
 */
enum { CODE_SIZE = 2, END_OF_ROW = 0, END_OF_PICTURE = 1, MOVE = 2 };

enum { NIBBLE_BITS = 4, NIBBLE_MASK = 15 };

struct drawing {
    const uint8_t *codes;
    size_t size, at; /* at <= size */
    unsigned bits;
    uint8_t *indexes; /* [height][width] */
    size_t width, height;
    size_t x, row; /* x <= width, row <= height; rows count from the bottom */
};

static scrawl_status damaged(const char *what)
{
    return fail(SCRAWL_INVALID_PICTURE, "The BMP picture is damaged: ", what, NULL);
}

/* The number-th pixel of packed ones. */
static uint8_t pixel_of(const uint8_t *packed, size_t number, unsigned bits)
{
    if (bits != NIBBLE_BITS) return packed[number];
    return number % 2 ? packed[number / 2] & NIBBLE_MASK : packed[number / 2] >> NIBBLE_BITS;
}

/* Draws count pixels, over and over those of packed[period]. */
static bool draw(struct drawing *drawing, size_t count, const uint8_t *packed, size_t period)
{
    if (count > drawing->width - drawing->x || drawing->row >= drawing->height) return false;
    uint8_t *to = drawing->indexes + (drawing->height - 1 - drawing->row) * drawing->width + drawing->x;
    for (size_t i = 0; i < count; i++) to[i] = pixel_of(packed, i % period, drawing->bits);
    drawing->x += count;
    return true;
}

/* Pixels as such, which fill up whole pairs of bytes. */
static scrawl_status draw_literal(struct drawing *drawing, size_t count)
{
    size_t bytes = (count * drawing->bits + 15) / 16 * 2;
    if (bytes > drawing->size - drawing->at) return damaged("its end is missing.");
    if (!draw(drawing, count, drawing->codes + drawing->at, count)) return damaged("a row is too long.");
    drawing->at += bytes;
    return SCRAWL_OK;
}

static scrawl_status move(struct drawing *drawing)
{
    if (drawing->size - drawing->at < 2) return damaged("its end is missing.");
    size_t right = drawing->codes[drawing->at], up = drawing->codes[drawing->at + 1];
    if (right > drawing->width - drawing->x || up > drawing->height - drawing->row) {
        return damaged("a code points outside.");
    }
    drawing->x += right;
    drawing->row += up;
    drawing->at += 2;
    return SCRAWL_OK;
}

static scrawl_status end_row(struct drawing *drawing)
{
    if (drawing->row >= drawing->height) return damaged("it has too many rows.");
    drawing->row++;
    drawing->x = 0;
    return SCRAWL_OK;
}

scrawl_status bmp_rle_decode(const uint8_t *codes, size_t size, unsigned bits, size_t width, size_t height,
                             uint8_t *indexes)
{
    struct drawing drawing = {codes, size, 0, bits, indexes, width, height, 0, 0};
    const size_t run_pixels = bits == NIBBLE_BITS ? 2 : 1;
    scrawl_status status = SCRAWL_OK;
    memset(indexes, 0, width * height);
    while (status == SCRAWL_OK && size - drawing.at >= CODE_SIZE) {
        const uint8_t *code = codes + drawing.at;
        drawing.at += CODE_SIZE;
        if (code[0] > 0)
            status = draw(&drawing, code[0], code + 1, run_pixels) ? SCRAWL_OK : damaged("a row is too long.");
        else if (code[1] == END_OF_PICTURE)
            return SCRAWL_OK;
        else if (code[1] == END_OF_ROW)
            status = end_row(&drawing);
        else
            status = code[1] == MOVE ? move(&drawing) : draw_literal(&drawing, code[1]);
    }
    return status == SCRAWL_OK ? damaged("its end is missing.") : status;
}
