/* Implements picture.h: decodes, lays transparency on white, makes grey and upright. Must not know digits. */
#include "picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/minmax.h"
#include "grey.h"
#include "narrow_levels.h"
#include "picture_bmp_rle.h"
#include "picture_format.h"
#include "stb_image_pixels.h"

enum { WHITE = 255 };

/* The highest of samples of two bytes. */
static unsigned highest_sample(const uint8_t *samples, size_t count)
{
    unsigned highest = 0;
    for (size_t i = 0; i < count; i++, samples += 2) {
        const unsigned value = (unsigned)samples[0] << 8 | samples[1];
        if (value > highest) highest = value;
    }
    return highest;
}

static void pnm_to_grey(const uint8_t *samples, const struct picture_header *header, size_t count, uint8_t *grey)
{
    const bool wide = header->maximum > UINT8_MAX;
    if (header->maximum == WHITE && header->channels == 1) {
        memcpy(grey, samples, count);
        return;
    }
    const unsigned maximum =
        wide ? narrow_levels_white(highest_sample(samples, count * header->channels), header->maximum)
             : header->maximum;
    for (size_t i = 0; i < count; i++) {
        uint8_t pixel[3] = {0};
        for (unsigned channel = 0; channel < header->channels; channel++) {
            uint32_t value = *samples++;
            if (wide) value = value << 8 | *samples++;
            if (value > maximum) value = maximum;
            pixel[channel] = (uint8_t)((value * WHITE + maximum / 2) / maximum);
        }
        grey[i] = header->channels == 3 ? grey_luma(pixel) : pixel[0];
    }
}

/* Rows of packed bits, the first one the highest. */
static void pbm_bits_to_grey(const uint8_t *rows, size_t width, size_t height, uint8_t *grey)
{
    const size_t row_size = (width + 7) / 8;
    for (size_t y = 0; y < height; y++, rows += row_size)
        for (size_t x = 0; x < width; x++) *grey++ = rows[x / 8] >> (7 - x % 8) & 1 ? 0 : WHITE;
}

/* Characters, as many as there are pixels, among white space and comments up to a line's end. */
static void pbm_text_to_grey(const uint8_t *text, size_t count, uint8_t *grey)
{
    for (bool comment = false; count > 0; text++) {
        comment = comment ? *text != '\n' : *text == '#';
        if (comment || (*text != '0' && *text != '1')) continue;
        *grey++ = *text == '1' ? 0 : WHITE;
        count--;
    }
}

/* Converts the colour table's indexes to grey; an index beyond the table is black. */
static void indexes_to_grey(const uint8_t *colors, size_t color_count, size_t count, uint8_t *grey)
{
    uint8_t levels[UINT8_MAX + 1] = {0};
    for (size_t i = 0; i < color_count; i++, colors += 4)
        levels[i] = grey_luma((uint8_t[]){colors[2], colors[1], colors[0]});
    for (size_t i = 0; i < count; i++) grey[i] = levels[grey[i]];
}

static scrawl_status bmp_rle_to_grey(const uint8_t *bytes, size_t size, const struct picture_header *header,
                                     uint8_t *grey)
{
    scrawl_status status = bmp_rle_decode(bytes + header->pixels_at, size - header->pixels_at, header->bits,
                                          header->width, header->height, grey);
    if (status != SCRAWL_OK) return status;
    indexes_to_grey(bytes + header->colors_at, header->color_count, header->width * header->height, grey);
    return SCRAWL_OK;
}

/* The largest single block that decoding may ask for. A PNG of 16-bit RGBA holds 8 bytes per pixel while a growing
 * buffer doubles; a JPEG's planes are padded to 32 pixels each way; a PNG's compressed chunks are joined. */
static size_t decoding_memory(const struct picture_header *header, size_t size)
{
    static const size_t bytes_per_pixel = 16, padding_bytes = 256, small = 1 << 16;
    static const size_t jpeg_side = 65535;
    size_t width = min_size(header->width, jpeg_side), height = min_size(header->height, jpeg_side);
    return bytes_per_pixel * header->width * header->height + padding_bytes * (width + height) + 2 * size + small;
}

static scrawl_status decode_to_grey(const uint8_t *bytes, size_t size, const struct picture_header *header,
                                    uint8_t *grey)
{
    if (header->format == PICTURE_PNM) {
        pnm_to_grey(bytes + header->pixels_at, header, header->width * header->height, grey);
        return SCRAWL_OK;
    }
    if (header->format == PICTURE_PBM) {
        if (header->bits == 1)
            pbm_bits_to_grey(bytes + header->pixels_at, header->width, header->height, grey);
        else
            pbm_text_to_grey(bytes + header->pixels_at, header->width * header->height, grey);
        return SCRAWL_OK;
    }
    if (header->format == PICTURE_BMP_RLE) return bmp_rle_to_grey(bytes, size, header, grey);
    int channels;
    uint8_t *pixels;
    scrawl_status status =
        stb_image_pixels(bytes, size, decoding_memory(header, size), header->width, header->height, &channels, &pixels);
    if (status != SCRAWL_OK) return status;
    grey_from_pixels(pixels, channels, header->width * header->height, grey);
    free(pixels);
    return SCRAWL_OK;
}

scrawl_status picture_create(size_t width, size_t height, struct picture *picture)
{
    uint8_t *grey = malloc(width * height);
    if (!grey) return fail_out_of_memory();
    *picture = (struct picture){(int)width, (int)height, grey};
    return SCRAWL_OK;
}

scrawl_status picture_copy(const struct picture *picture, struct picture *copy)
{
    struct picture result = {0};
    scrawl_status status = picture_create((size_t)picture->width, (size_t)picture->height, &result);
    if (status != SCRAWL_OK) return status;
    memcpy(result.grey, picture->grey, (size_t)picture->width * (size_t)picture->height);
    *copy = result;
    return SCRAWL_OK;
}

void picture_free(struct picture *picture)
{
    free(picture->grey);
    *picture = (struct picture){0};
}

/* Where a pixel of an upright picture lies in the stored one: start + column * column_step + row * row_step. */
struct orientation {
    size_t width, height; /* upright */
    ptrdiff_t start, column_step, row_step;
};

/* EXIF orientations name the stored row 0 and column 0: 1 top left, 2 top right, 3 bottom right, 4 bottom left,
 * 5 left top, 6 right top, 7 right bottom, 8 left bottom. */
static struct orientation orientation_of(int exif, size_t width, size_t height)
{
    ptrdiff_t row = (ptrdiff_t)width, last_column = row - 1, last_row = row * ((ptrdiff_t)height - 1);
    switch (exif) {
        case 2:
            return (struct orientation){width, height, last_column, -1, row};
        case 3:
            return (struct orientation){width, height, last_row + last_column, -1, -row};
        case 4:
            return (struct orientation){width, height, last_row, 1, -row};
        case 5:
            return (struct orientation){height, width, 0, row, 1};
        case 6:
            return (struct orientation){height, width, last_row, -row, 1};
        case 7:
            return (struct orientation){height, width, last_row + last_column, -row, -1};
        case 8:
            return (struct orientation){height, width, last_column, row, -1};
        default:
            return (struct orientation){width, height, 0, 1, row};
    }
}

static scrawl_status apply_orientation(int exif, struct picture *picture)
{
    if (exif == 1) return SCRAWL_OK;
    struct orientation orientation = orientation_of(exif, (size_t)picture->width, (size_t)picture->height);
    struct picture upright = {0};
    scrawl_status status = picture_create(orientation.width, orientation.height, &upright);
    if (status != SCRAWL_OK) return status;
    uint8_t *next = upright.grey;
    for (size_t y = 0; y < orientation.height; y++) {
        ptrdiff_t from = orientation.start + (ptrdiff_t)y * orientation.row_step;
        for (size_t x = 0; x < orientation.width; x++, from += orientation.column_step) *next++ = picture->grey[from];
    }
    picture_free(picture);
    *picture = upright;
    return SCRAWL_OK;
}

/* What was made becomes the result, or is freed. */
static scrawl_status finish(scrawl_status status, struct picture *made, struct picture *picture)
{
    if (status == SCRAWL_OK)
        *picture = *made;
    else
        picture_free(made);
    return status;
}

scrawl_status picture_decode(const void *bytes, size_t size, struct picture *picture)
{
    struct picture_header header;
    if (!bytes && size) return fail(SCRAWL_INVALID_ARGUMENT, "The picture's bytes are missing.", NULL);
    scrawl_status status = picture_inspect(bytes, size, &header);
    if (status != SCRAWL_OK) return status;
    struct picture result = {0};
    status = picture_create(header.width, header.height, &result);
    if (status != SCRAWL_OK) return status;
    status = decode_to_grey(bytes, size, &header, result.grey);
    if (status == SCRAWL_OK) status = narrow_levels_stretch(result.grey, header.width, header.height);
    if (status == SCRAWL_OK) status = apply_orientation(header.orientation, &result);
    return finish(status, &result, picture);
}

scrawl_status picture_from_rgba(const uint8_t *rgba, size_t width, size_t height, struct picture *picture)
{
    if (!rgba || width == 0 || height == 0) {
        return fail(SCRAWL_INVALID_ARGUMENT, "The picture has no pixels.", NULL);
    }
    if (width > SCRAWL_MAX_PICTURE_PIXELS / height) {
        return fail(SCRAWL_PICTURE_TOO_LARGE, "The picture has more than 64 megapixels. Make it smaller first.", NULL);
    }
    struct picture result = {0};
    scrawl_status status = picture_create(width, height, &result);
    if (status != SCRAWL_OK) return status;
    grey_from_pixels(rgba, 4, width * height, result.grey);
    return finish(narrow_levels_stretch(result.grey, width, height), &result, picture);
}
