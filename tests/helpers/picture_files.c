/* Implements picture_files.h: PNG and uncompressed BMP by stb_image_write, the others byte by byte. */
#include "picture_files.h"

#include <stdlib.h>
#include <string.h>

#include "test.h"

#define STB_IMAGE_WRITE_STATIC
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STBI_WRITE_NO_STDIO
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#pragma GCC diagnostic ignored "-Wshadow"
#if __has_include(<stb/stb_image_write.h>)
#include <stb/stb_image_write.h>
#else
#include "stb_image_write.h"
#endif

void file_append(void *context, void *data, int size)
{
    struct file *file = context;
    memcpy(file->bytes + file->size, data, (size_t)size);
    file->size += (size_t)size;
}

struct file text_file(const char *text, size_t size)
{
    struct file file = {.size = size};
    memcpy(file.bytes, text, size);
    return file;
}

struct file png_file(int width, int height, int channels, const uint8_t *pixels)
{
    struct file file = {.size = 0};
    stbi_write_png_to_func(file_append, &file, width, height, channels, pixels, width * channels);
    return file;
}

/* ---- A JPEG of flat blocks: only the DC coefficients are there ---- */

enum { WHITE_LEVEL = 127, BLACK_LEVEL = -128 };

struct bits {
    struct file *file;
    unsigned buffer, count;
};

static void append_bits(struct bits *bits, unsigned value, unsigned count)
{
    for (; count-- > 0; bits->count++) {
        bits->buffer = bits->buffer << 1 | (value >> count & 1);
        if (bits->count % 8 != 7) continue;
        file_append(bits->file, (uint8_t[]){(uint8_t)bits->buffer, 0}, (uint8_t)bits->buffer == 0xFF ? 2 : 1);
    }
}

/* The difference from the block before. Codes: 00 no bits follow, 01 seven, 10 eight; then 0, the end of the block. */
static void append_flat_block(struct bits *bits, int difference)
{
    int size = abs(difference);
    unsigned category = size == 0 ? 0 : size < 128 ? 7 : 8;
    append_bits(bits, category == 0 ? 0 : category - 6, 2);
    append_bits(bits, (unsigned)(difference < 0 ? difference - 1 : difference) & 0x1FF, category);
    append_bits(bits, 0, 1);
}

struct file block_jpeg(int columns, int rows, int black_block)
{
    struct file file = text_file("\xFF\xD8\xFF\xDB\0\x43\0", 7);
    uint8_t frame[] = {0xFF, 0xC0, 0,    11, 8, 0, (uint8_t)(rows * JPEG_BLOCK), 0, (uint8_t)(columns * JPEG_BLOCK),
                       1,    1,    0x11, 0};
    uint8_t dc_table[5 + 16 + 3] = {0xFF, 0xC4, 0, 22, 0x00, 0, 3, [21] = 0, 7, 8};
    uint8_t ac_table[5 + 16 + 1] = {0xFF, 0xC4, 0, 20, 0x10, 1};
    const uint8_t scan[] = {0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0};
    memset(file.bytes + file.size, 8, 64); /* quantisation: a DC of 1 is one grey level */
    file.size += 64;
    file_append(&file, frame, sizeof frame);
    file_append(&file, dc_table, sizeof dc_table);
    file_append(&file, ac_table, sizeof ac_table);
    file_append(&file, (void *)scan, sizeof scan);
    struct bits bits = {&file, 0, 0};
    int before = 0;
    for (int block = 0; block < columns * rows; block++) {
        int level = block == black_block ? BLACK_LEVEL : WHITE_LEVEL;
        append_flat_block(&bits, level - before);
        before = level;
    }
    append_bits(&bits, 0x7F, (8 - bits.count % 8) % 8);
    file_append(&file, "\xFF\xD9", 2);
    return file;
}

struct file jpeg_file(void)
{
    return block_jpeg(2, 1, 0);
}

struct file bmp_file(void)
{
    struct file file = {.size = 0};
    const uint8_t pixels[2 * 3 * 3] = {0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
    stbi_write_bmp_to_func(file_append, &file, 3, 2, 3, pixels);
    return file;
}

struct file bmp_rle_file(unsigned bits, int width, int height, const uint8_t *codes, size_t size)
{
    static const uint8_t colors[BMP_COLORS * 4] = {0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 255, 0, 9, 9, 9, 0};
    uint8_t header[54] = {'B', 'M', [10] = sizeof header + sizeof colors, [14] = 40, [26] = 1, [46] = BMP_COLORS};
    struct file file = {.size = 0};
    header[18] = (uint8_t)width;
    header[22] = (uint8_t)height;
    header[28] = (uint8_t)bits;
    header[30] = bits == 8 ? 1 : 2;
    file_append(&file, header, sizeof header);
    file_append(&file, (void *)colors, sizeof colors);
    file_append(&file, (void *)codes, (int)size);
    return file;
}

/* 2 x 1: black and white, from two colours. LZW of 2 bits: clear, 0, 1, end. */
struct file gif_file(void)
{
    static const uint8_t bytes[] = {'G', 'I',  'F', '8', '9', 'a', 2, 0, 1, 0, 0x80, 0, 0, 0,    0,    0, 255, 255,
                                    255, 0x2C, 0,   0,   0,   0,   2, 0, 1, 0, 0,    2, 2, 0x44, 0x0A, 0, 0x3B};
    struct file file = {.size = sizeof bytes};
    memcpy(file.bytes, bytes, sizeof bytes);
    return file;
}

struct file pnm_file(void)
{
    return text_file("P5\n# a comment\n3 2 255\n\x00\x10\x20\x30\x40\xFF", 29);
}

struct file any_file(int index)
{
    static const uint8_t grey[] = {0, 50, 100, 150, 200, 250};
    switch (index) {
        case 0:
            return png_file(3, 2, 1, grey);
        case 1:
            return jpeg_file();
        case 2:
            return bmp_file();
        case 3:
            return gif_file();
        case 4:
            return pnm_file();
        default:
            return bmp_rle_file(8, 3, 2, (const uint8_t[]){3, 1, 0, 0, 1, 2, 2, 0, 0, 1}, 10);
    }
}

scrawl_status decode_file(const struct file *file, size_t size, struct picture *picture)
{
    /* In a block of its exact size, so that reading past it is seen. */
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, file->bytes, size);
    scrawl_status status = picture_decode(copy, size, picture);
    free(copy);
    return status;
}

scrawl_status status_of(const struct file *file, size_t size)
{
    struct picture picture = {0};
    scrawl_status status = decode_file(file, size, &picture);
    if (status == SCRAWL_OK)
        CHECK(picture.grey && picture.width > 0 && picture.height > 0);
    else
        CHECK(picture.grey == NULL && picture.width == 0);
    picture_free(&picture);
    return status;
}

static uint32_t checksum(const uint8_t *bytes, size_t size)
{
    uint32_t sum = 0xFFFFFFFFu;
    for (size_t i = 0; i < size; i++) {
        sum ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) sum = sum >> 1 ^ (sum & 1 ? 0xEDB88320u : 0);
    }
    return ~sum;
}

static void write_big_endian(uint8_t *bytes, uint32_t value)
{
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void append_chunk(struct file *file, const char *type, const uint8_t *body, size_t size)
{
    uint8_t *chunk = file->bytes + file->size;
    write_big_endian(chunk, (uint32_t)size);
    memcpy(chunk + 4, type, 4);
    if (size) memcpy(chunk + 8, body, size);
    write_big_endian(chunk + 8 + size, checksum(chunk + 4, size + 4));
    file->size += size + 12;
}

static struct file grey_png(uint32_t width, uint32_t height, uint8_t bits, const uint8_t *compressed, size_t size)
{
    struct file file = text_file("\x89PNG\r\n\x1A\n", 8);
    uint8_t header[13] = {[8] = bits};
    write_big_endian(header, width);
    write_big_endian(header + 4, height);
    append_chunk(&file, "IHDR", header, sizeof header);
    append_chunk(&file, "IDAT", compressed, size);
    append_chunk(&file, "IEND", NULL, 0);
    return file;
}

struct file raw_png(uint32_t width, uint32_t height, const uint8_t *compressed, size_t size)
{
    return grey_png(width, height, 8, compressed, size);
}

struct file wide_png(int width, int height, const uint16_t *samples)
{
    const int row = 1 + 2 * width;
    uint8_t *rows = calloc((size_t)height, (size_t)row);
    for (int i = 0; i < width * height; i++) {
        uint8_t *sample = rows + i / width * row + 1 + i % width * 2; /* behind the row's filter: none */
        sample[0] = (uint8_t)(samples[i] >> 8);
        sample[1] = (uint8_t)samples[i];
    }
    int size;
    uint8_t *compressed = zlib_compress(rows, height * row, &size);
    struct file file = grey_png((uint32_t)width, (uint32_t)height, 16, compressed, (size_t)size);
    free(compressed);
    free(rows);
    return file;
}

uint8_t *zlib_compress(uint8_t *bytes, int size, int *compressed_size)
{
    enum { QUALITY = 8 };
    return stbi_zlib_compress(bytes, size, compressed_size, QUALITY);
}

/* ---- Orientations ---- */

enum { TIFF_SIZE = 26 };

static void write_tiff(int orientation, bool little, int directory, uint8_t tiff[TIFF_SIZE])
{
    const uint8_t big_bytes[TIFF_SIZE] = {'M', 'M', 0, 42, 0, 0, 0, (uint8_t)directory,  0, 1, 0x01, 0x12,
                                          0,   3,   0, 0,  0, 1, 0, (uint8_t)orientation};
    const uint8_t little_bytes[TIFF_SIZE] = {'I', 'I', 42, 0, (uint8_t)directory,  0, 0, 0, 1, 0, 0x12, 0x01, 3, 0,
                                             1,   0,   0,  0, (uint8_t)orientation};
    memcpy(tiff, little ? little_bytes : big_bytes, TIFF_SIZE);
}

struct file with_exif(const struct file *jpeg, int orientation, bool little, int directory)
{
    uint8_t segment[10 + TIFF_SIZE] = {0xFF, 0xE1, 0, 8 + TIFF_SIZE, 'E', 'x', 'i', 'f'};
    write_tiff(orientation, little, directory, segment + 10);
    struct file file = {.size = 0};
    file_append(&file, (void *)jpeg->bytes, 2);
    file_append(&file, segment, sizeof segment);
    file_append(&file, (void *)(jpeg->bytes + 2), (int)jpeg->size - 2);
    return file;
}

struct file png_with_exif(const struct file *png, bool behind_pixels, int orientation, bool little, int directory)
{
    enum { HEADER = 33, END = 12 };
    uint8_t tiff[TIFF_SIZE];
    const size_t at = behind_pixels ? png->size - END : HEADER;
    struct file file = {.size = 0};
    write_tiff(orientation, little, directory, tiff);
    file_append(&file, (void *)png->bytes, (int)at);
    append_chunk(&file, "eXIf", tiff, TIFF_SIZE);
    file_append(&file, (void *)(png->bytes + at), (int)(png->size - at));
    return file;
}
