/* Implements plot.h. Must not know what the picture shows. */
#include "plot.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

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

/* ---- PNG: W3C, "Portable Network Graphics (PNG) Specification", second edition, 2003 ---- */

enum {
    LENGTH_SIZE = 4, /* bytes before a chunk's type; then come its data and its CRC */
    TYPE_SIZE = 4,
    CRC_SIZE = 4,
    CHUNK_FRAME = LENGTH_SIZE + TYPE_SIZE + CRC_SIZE,
    HEADER_SIZE = 13, /* IHDR's data */
    SAMPLE_BITS = 8,
    TRUECOLOR = 2, /* red, green and blue */
    FILTER_UP = 2, /* a row's bytes less those above: of enlarged pixels and areas, zeros */
};
static const uint8_t signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
static const uLong most_data = INT32_MAX; /* bytes of a chunk */

static void write_number(uint32_t number, uint8_t bytes[4])
{
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* Frames the data, which already stands behind where length and type go. Returns where the chunk ends. */
static uint8_t *end_chunk(uint8_t *chunk, const char type[TYPE_SIZE], size_t data_size)
{
    uint8_t *name = chunk + LENGTH_SIZE, *end = name + TYPE_SIZE + data_size;
    write_number((uint32_t)data_size, chunk);
    memcpy(name, type, TYPE_SIZE);
    write_number((uint32_t)crc32(crc32(0, NULL, 0), name, (uInt)(TYPE_SIZE + data_size)), end);
    return end + CRC_SIZE;
}

static uint8_t *write_header(uint8_t *chunk, size_t width, size_t height)
{
    uint8_t *data = chunk + LENGTH_SIZE + TYPE_SIZE;
    memset(data, 0, HEADER_SIZE);
    write_number((uint32_t)width, data);
    write_number((uint32_t)height, data + 4);
    data[8] = SAMPLE_BITS;
    data[9] = TRUECOLOR;
    return end_chunk(chunk, "IHDR", HEADER_SIZE);
}

/* rgb[rows][columns][3], each pixel a square of scale x scale. */
struct pixels {
    const uint8_t *rgb;
    size_t rows, columns, scale;
};

/* The row of the enlarged picture less the one above it, behind the filter's byte. */
static void filter_row(const struct pixels *pixels, size_t row, uint8_t *filtered)
{
    const size_t row_size = pixels->columns * CHANNELS;
    const uint8_t *here = pixels->rgb + row / pixels->scale * row_size;
    const bool first = row == 0, repeated = row % pixels->scale > 0;
    *filtered++ = FILTER_UP;
    for (size_t column = 0; column < pixels->columns * pixels->scale; column++) {
        const uint8_t *pixel = here + column / pixels->scale * CHANNELS;
        for (int i = 0; i < CHANNELS; i++)
            *filtered++ = repeated ? 0 : (uint8_t)(pixel[i] - (first ? 0 : *(pixel + i - row_size)));
    }
}

/* All rows into the stream's output, which has room for them. False when there is no memory. */
static bool deflate_rows(const struct pixels *pixels, z_stream *stream)
{
    const size_t size = 1 + pixels->columns * pixels->scale * CHANNELS, rows = pixels->rows * pixels->scale;
    uint8_t *filtered = malloc(size);
    int status = filtered ? Z_OK : Z_MEM_ERROR;
    for (size_t row = 0; row < rows && status == Z_OK; row++) {
        filter_row(pixels, row, filtered);
        stream->next_in = filtered;
        stream->avail_in = (uInt)size;
        status = deflate(stream, row + 1 < rows ? Z_NO_FLUSH : Z_FINISH);
    }
    free(filtered);
    return status == Z_STREAM_END;
}

static bool write_png(const struct pixels *pixels, z_stream *stream, uint8_t **png, size_t *size)
{
    const size_t width = pixels->columns * pixels->scale, height = pixels->rows * pixels->scale;
    const uLong room = deflateBound(stream, (uLong)(height * (1 + width * CHANNELS)));
    uint8_t *bytes = room <= most_data ? malloc(sizeof signature + 3 * CHUNK_FRAME + HEADER_SIZE + room) : NULL;
    if (!bytes) return false;
    memcpy(bytes, signature, sizeof signature);
    uint8_t *chunk = write_header(bytes + sizeof signature, width, height);
    stream->next_out = chunk + LENGTH_SIZE + TYPE_SIZE;
    stream->avail_out = (uInt)room;
    if (!deflate_rows(pixels, stream)) {
        free(bytes);
        return false;
    }
    chunk = end_chunk(chunk, "IDAT", stream->total_out);
    *png = bytes;
    *size = (size_t)(end_chunk(chunk, "IEND", 0) - bytes);
    return true;
}

bool plot_png(const uint8_t *rgb, size_t rows, size_t columns, size_t scale, uint8_t **png, size_t *size)
{
    const struct pixels pixels = {rgb, rows, columns, scale};
    z_stream stream = {.next_in = NULL};
    if (deflateInit(&stream, Z_DEFAULT_COMPRESSION) != Z_OK) return false;
    bool ok = write_png(&pixels, &stream, png, size);
    deflateEnd(&stream);
    return ok;
}
