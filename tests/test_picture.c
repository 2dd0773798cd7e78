/* Tests of picture.c, picture_format.c and stb_image.c. Pictures are written here, PNG and BMP by stb_image_write, the
 * others byte by byte. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "../src/picture.h"

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

enum { MAX_FILE = 1 << 16 };

struct file {
    uint8_t bytes[MAX_FILE];
    size_t size;
};

static void append(void *context, void *data, int size)
{
    struct file *file = context;
    memcpy(file->bytes + file->size, data, (size_t)size);
    file->size += (size_t)size;
}

static struct file text_file(const char *text, size_t size)
{
    struct file file = {.size = size};
    memcpy(file.bytes, text, size);
    return file;
}

static struct file png_file(int width, int height, int channels, const uint8_t *pixels)
{
    struct file file = {.size = 0};
    stbi_write_png_to_func(append, &file, width, height, channels, pixels, width * channels);
    return file;
}

/* ---- A JPEG of flat blocks: only the DC coefficients are there ---- */

enum { BLOCK = 8, WHITE_LEVEL = 127, BLACK_LEVEL = -128 };

struct bits {
    struct file *file;
    unsigned buffer, count;
};

static void append_bits(struct bits *bits, unsigned value, unsigned count)
{
    for (; count-- > 0; bits->count++) {
        bits->buffer = bits->buffer << 1 | (value >> count & 1);
        if (bits->count % 8 != 7) continue;
        append(bits->file, (uint8_t[]){(uint8_t)bits->buffer, 0}, (uint8_t)bits->buffer == 0xFF ? 2 : 1);
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

/* columns x rows blocks, all white but one. */
static struct file block_jpeg(int columns, int rows, int black_block)
{
    struct file file = text_file("\xFF\xD8\xFF\xDB\0\x43\0", 7);
    uint8_t frame[] = {0xFF, 0xC0, 0, 11, 8, 0, (uint8_t)(rows * BLOCK), 0, (uint8_t)(columns * BLOCK), 1, 1, 0x11, 0};
    uint8_t dc_table[5 + 16 + 3] = {0xFF, 0xC4, 0, 22, 0x00, 0, 3, [21] = 0, 7, 8};
    uint8_t ac_table[5 + 16 + 1] = {0xFF, 0xC4, 0, 20, 0x10, 1};
    const uint8_t scan[] = {0xFF, 0xDA, 0, 8, 1, 1, 0x00, 0, 63, 0};
    memset(file.bytes + file.size, 8, 64); /* quantisation: a DC of 1 is one grey level */
    file.size += 64;
    append(&file, frame, sizeof frame);
    append(&file, dc_table, sizeof dc_table);
    append(&file, ac_table, sizeof ac_table);
    append(&file, (void *)scan, sizeof scan);
    struct bits bits = {&file, 0, 0};
    int before = 0;
    for (int block = 0; block < columns * rows; block++) {
        int level = block == black_block ? BLACK_LEVEL : WHITE_LEVEL;
        append_flat_block(&bits, level - before);
        before = level;
    }
    append_bits(&bits, 0x7F, (8 - bits.count % 8) % 8);
    append(&file, "\xFF\xD9", 2);
    return file;
}

static struct file jpeg_file(void)
{
    return block_jpeg(2, 1, 0);
}

static struct file bmp_file(void)
{
    struct file file = {.size = 0};
    const uint8_t pixels[2 * 3 * 3] = {0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9};
    stbi_write_bmp_to_func(append, &file, 3, 2, 3, pixels);
    return file;
}

/* 2 x 1: black and white, from two colours. LZW of 2 bits: clear, 0, 1, end. */
static struct file gif_file(void)
{
    static const uint8_t bytes[] = {'G', 'I',  'F', '8', '9', 'a', 2, 0, 1, 0, 0x80, 0, 0, 0,    0,    0, 255, 255,
                                    255, 0x2C, 0,   0,   0,   0,   2, 0, 1, 0, 0,    2, 2, 0x44, 0x0A, 0, 0x3B};
    struct file file = {.size = sizeof bytes};
    memcpy(file.bytes, bytes, sizeof bytes);
    return file;
}

static struct file pnm_file(void)
{
    return text_file("P5\n# a comment\n3 2 255\n\x00\x10\x20\x30\x40\xFF", 29);
}

static struct file any_file(int index)
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
        default:
            return pnm_file();
    }
}

static scrawl_status decode(const struct file *file, size_t size, struct picture *picture)
{
    /* In a block of its exact size, so that reading past it is seen. */
    uint8_t *copy = malloc(size ? size : 1);
    memcpy(copy, file->bytes, size);
    scrawl_status status = picture_decode(copy, size, picture);
    free(copy);
    return status;
}

static void check_grey(const struct file *file, int width, int height, const uint8_t *grey)
{
    struct picture picture = {0};
    if (!CHECK_EQUAL(decode(file, file->size, &picture), SCRAWL_OK)) return;
    if (CHECK_EQUAL(picture.width, width) & CHECK_EQUAL(picture.height, height)) {
        for (int i = 0; i < width * height; i++) CHECK_EQUAL(picture.grey[i], grey[i]);
    }
    picture_free(&picture);
    CHECK(picture.grey == NULL);
}

/* The status of a file's first `size` bytes; whatever was decoded is freed. */
static scrawl_status status_of(const struct file *file, size_t size)
{
    struct picture picture = {0};
    scrawl_status status = decode(file, size, &picture);
    if (status == SCRAWL_OK)
        CHECK(picture.grey && picture.width > 0 && picture.height > 0);
    else
        CHECK(picture.grey == NULL && picture.width == 0);
    picture_free(&picture);
    return status;
}

TEST(picture_png_grey)
{
    const uint8_t grey[] = {0, 50, 100, 150, 200, 255};
    struct file file = png_file(3, 2, 1, grey);
    check_grey(&file, 3, 2, grey);
}

TEST(picture_color_is_luma)
{
    const uint8_t rgb[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
    struct file file = png_file(2, 2, 3, rgb);
    check_grey(&file, 2, 2, (const uint8_t[]){76, 150, 29, 255});
}

TEST(picture_alpha_lies_on_white)
{
    const uint8_t rgba[] = {0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 128, 255, 255, 255, 0};
    const uint8_t expected[] = {0, 255, 127, 255};
    struct file file = png_file(2, 2, 4, rgba);
    check_grey(&file, 2, 2, expected);
    struct file grey_alpha = png_file(2, 1, 2, (const uint8_t[]){0, 255, 0, 0});
    check_grey(&grey_alpha, 2, 1, (const uint8_t[]){0, 255});
    struct picture picture = {0};
    if (!CHECK_EQUAL(picture_from_rgba(rgba, 2, 2, &picture), SCRAWL_OK)) return;
    CHECK(memcmp(picture.grey, expected, sizeof expected) == 0);
    picture_free(&picture);
}

TEST(picture_bmp_gif_pnm)
{
    struct file bmp = bmp_file(), gif = gif_file(), pnm = pnm_file();
    check_grey(&bmp, 3, 2, (const uint8_t[]){0, 255, 76, 150, 29, 9});
    check_grey(&gif, 2, 1, (const uint8_t[]){0, 255});
    check_grey(&pnm, 3, 2, (const uint8_t[]){0, 0x10, 0x20, 0x30, 0x40, 255});
}

TEST(picture_pnm_scales_to_its_maximum)
{
    struct file small = text_file("P5 2 1 15\n\x0F\x05", 12);
    check_grey(&small, 2, 1, (const uint8_t[]){255, 85});
    struct file wide = text_file("P6 1 1 65535\n\xFF\xFF\xFF\xFF\xFF\xFF", 19);
    check_grey(&wide, 1, 1, (const uint8_t[]){255});
    struct file beyond = text_file("P5 1 1 15\n\xFF", 11);
    check_grey(&beyond, 1, 1, (const uint8_t[]){255});
}

TEST(picture_long_strips)
{
    enum { LENGTH = 70000 };
    static uint8_t pixels[LENGTH];
    struct picture picture = {0};
    struct file file = png_file(LENGTH, 1, 1, pixels);
    CHECK_EQUAL(decode(&file, file.size, &picture), SCRAWL_OK);
    CHECK_EQUAL(picture.width, LENGTH);
    picture_free(&picture);
    file = png_file(1, LENGTH, 1, pixels);
    CHECK_EQUAL(decode(&file, file.size, &picture), SCRAWL_OK);
    CHECK_EQUAL(picture.height, LENGTH);
    picture_free(&picture);
}

/* ---- Orientation ---- */

static struct file with_exif(const struct file *jpeg, int orientation, bool little, int directory)
{
    uint8_t exif[] = {0xFF, 0xE1, 0,    34,   'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8,
                      0,    1,    0x01, 0x12, 0,   3,   0,   0,   0, 1, 0,   0,   0, 0,  0, 0, 0, 0};
    exif[29] = (uint8_t)orientation;
    exif[17] = (uint8_t)directory;
    if (little) {
        const uint8_t body[] = {'I', 'I', 42, 0, (uint8_t)directory,   0, 0, 0, 1, 0, 0x12, 0x01, 3, 0,
                                1,   0,   0,  0, (uint8_t)orientation, 0};
        memcpy(exif + 10, body, sizeof body);
    }
    struct file file = {.size = jpeg->size + sizeof exif};
    memcpy(file.bytes, jpeg->bytes, 2);
    memcpy(file.bytes + 2, exif, sizeof exif);
    memcpy(file.bytes + 2 + sizeof exif, jpeg->bytes + 2, jpeg->size - 2);
    return file;
}

TEST(picture_jpeg_is_gray_levels)
{
    struct file file = jpeg_file();
    uint8_t expected[2 * BLOCK * BLOCK];
    for (int i = 0; i < 2 * BLOCK * BLOCK; i++) expected[i] = i % (2 * BLOCK) < BLOCK ? 0 : 255;
    check_grey(&file, 2 * BLOCK, BLOCK, expected);
}

/* Where the one dark block of four by two lies tells all eight orientations apart. */
TEST(picture_jpeg_orientations)
{
    enum { COLUMNS = 4, ROWS = 2 };
    static const int block_columns[] = {1, 2, 2, 1, 0, 1, 1, 0}, block_rows[] = {0, 0, 1, 1, 1, 1, 2, 2};
    struct file jpeg = block_jpeg(COLUMNS, ROWS, 1);
    for (int orientation = 1; orientation <= 8; orientation++) {
        for (int little = 0; little <= 1; little++) {
            struct file file = with_exif(&jpeg, orientation, little, 8);
            struct picture picture = {0};
            if (!CHECK_EQUAL(decode(&file, file.size, &picture), SCRAWL_OK)) return;
            int width = (orientation < 5 ? COLUMNS : ROWS) * BLOCK, height = (orientation < 5 ? ROWS : COLUMNS) * BLOCK;
            if (!(CHECK_EQUAL(picture.width, width) & CHECK_EQUAL(picture.height, height))) return;
            for (int i = 0; i < width * height; i++) {
                bool dark = i % width / BLOCK == block_columns[orientation - 1] &&
                            i / width / BLOCK == block_rows[orientation - 1];
                CHECK_EQUAL(picture.grey[i], dark ? 0 : 255);
            }
            picture_free(&picture);
        }
    }
}

TEST(picture_ignores_exif_without_sense)
{
    struct file jpeg = jpeg_file();
    const struct file files[] = {with_exif(&jpeg, 9, false, 8), with_exif(&jpeg, 0, true, 8),
                                 with_exif(&jpeg, 6, false, 250), with_exif(&jpeg, 6, true, 25)};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct picture picture = {0};
        if (!CHECK_EQUAL(decode(&files[i], files[i].size, &picture), SCRAWL_OK)) return;
        CHECK_EQUAL(picture.width, 16);
        picture_free(&picture);
    }
}

/* ---- Damage ---- */

TEST(picture_rejects_every_truncation)
{
    for (int format = 0; format < 5; format++) {
        struct file file = any_file(format);
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_OK);
        for (size_t size = 0; size < file.size; size++) {
            test_check(status_of(&file, size) == SCRAWL_INVALID_PICTURE, __FILE__, __LINE__,
                       "format %d cut at %zu of %zu", format, size, file.size);
        }
    }
}

TEST(picture_rejects_every_changed_byte_of_a_png)
{
    struct file file = any_file(0);
    for (size_t i = 0; i < file.size; i++) {
        for (int change = 1; change < 256; change += 2) {
            struct file changed = file;
            changed.bytes[i] ^= (uint8_t)change;
            scrawl_status status = status_of(&changed, changed.size);
            test_check(status == SCRAWL_INVALID_PICTURE || status == SCRAWL_PICTURE_TOO_LARGE, __FILE__, __LINE__,
                       "byte %zu changed by %d: status %d", i, change, (int)status);
        }
    }
}

TEST(picture_changed_bytes_are_harmless)
{
    for (int format = 1; format < 5; format++) {
        struct file file = any_file(format);
        for (size_t i = 0; i < file.size; i++) {
            for (int bit = 0; bit < 8; bit++) {
                struct file changed = file;
                changed.bytes[i] ^= (uint8_t)(1 << bit);
                scrawl_status status = status_of(&changed, changed.size);
                CHECK(status == SCRAWL_OK || status == SCRAWL_INVALID_PICTURE || status == SCRAWL_PICTURE_TOO_LARGE);
            }
        }
    }
}

TEST(picture_tolerates_padding_behind_the_end)
{
    for (int format = 0; format < 5; format++) {
        struct file file = any_file(format);
        CHECK_EQUAL(status_of(&file, file.size + 10), SCRAWL_OK);
    }
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

/* A grey PNG of any size, with any compressed pixels. */
static struct file raw_png(uint32_t width, uint32_t height, const uint8_t *compressed, size_t size)
{
    struct file file = text_file("\x89PNG\r\n\x1A\n", 8);
    uint8_t header[13] = {[8] = 8};
    write_big_endian(header, width);
    write_big_endian(header + 4, height);
    append_chunk(&file, "IHDR", header, sizeof header);
    append_chunk(&file, "IDAT", compressed, size);
    append_chunk(&file, "IEND", NULL, 0);
    return file;
}

TEST(picture_too_large_by_its_header)
{
    struct file png = raw_png(8001, 8000, (const uint8_t[]){0}, 1);
    struct file huge = raw_png(UINT32_MAX, UINT32_MAX, (const uint8_t[]){0}, 1);
    struct file pnm = text_file("P5 8000 8001 255\n", 17);
    struct file bmp = bmp_file(), gif = gif_file(), jpeg = jpeg_file();
    bmp.bytes[21] = bmp.bytes[25] = 0x40;
    memcpy(gif.bytes + 6, "\xFF\xFF\xFF\xFF", 4);
    for (size_t i = 0; i + 8 < jpeg.size; i++) {
        if (jpeg.bytes[i] == 0xFF && jpeg.bytes[i + 1] == 0xC0) memset(jpeg.bytes + i + 5, 0xFF, 4);
    }
    CHECK_EQUAL(status_of(&png, png.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&huge, huge.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&pnm, pnm.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&bmp, bmp.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&gif, gif.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&jpeg, jpeg.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_MENTIONS(scrawl_error(), "64 megapixels");
    struct file exactly = text_file("P5 8000 8000 255\n", 17);
    CHECK_EQUAL(status_of(&exactly, exactly.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "missing");
}

TEST(picture_without_size)
{
    struct file png = raw_png(0, 5, (const uint8_t[]){0}, 1), pnm = text_file("P5 0 5 255\n", 11);
    CHECK_EQUAL(status_of(&png, png.size), SCRAWL_INVALID_PICTURE);
    CHECK_EQUAL(status_of(&pnm, pnm.size), SCRAWL_INVALID_PICTURE);
}

/* One pixel, and megabytes of zeros behind it. */
TEST(picture_png_that_unpacks_to_too_much)
{
    enum { SIZE = 2 << 20 };
    uint8_t *zeros = calloc(1, SIZE);
    int size;
    uint8_t *compressed = stbi_zlib_compress(zeros, SIZE, &size, 8);
    if (CHECK((size_t)size < MAX_FILE - 100)) {
        struct file file = raw_png(1, 1, compressed, (size_t)size);
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_INVALID_PICTURE);
    }
    free(compressed);
    free(zeros);
}

/* The offset of a JPEG's first segment of a kind. */
static size_t segment_at(const struct file *jpeg, uint8_t marker)
{
    for (size_t at = 2; at + 4 < jpeg->size; at += 2 + ((size_t)jpeg->bytes[at + 2] << 8 | jpeg->bytes[at + 3])) {
        if (jpeg->bytes[at + 1] == marker) return at;
    }
    return 0;
}

TEST(picture_jpeg_without_huffman_tables)
{
    struct file jpeg = jpeg_file();
    size_t at = segment_at(&jpeg, 0xC4);
    if (!CHECK(at > 0)) return;
    jpeg.bytes[at + 1] = 0xFE; /* a comment now */
    CHECK_EQUAL(status_of(&jpeg, jpeg.size), SCRAWL_INVALID_PICTURE);
    jpeg.bytes[at + 1] = 0xC4;
    memset(jpeg.bytes + at + 5, 0xFF, 16); /* 4080 codes announced */
    CHECK_EQUAL(status_of(&jpeg, jpeg.size), SCRAWL_INVALID_PICTURE);
}

TEST(picture_jpeg_with_too_many_scans)
{
    struct file jpeg = jpeg_file();
    size_t scan = segment_at(&jpeg, 0xDA), scan_size = jpeg.size - 2 - scan;
    struct file many = jpeg;
    many.size -= 2;
    for (int i = 1; i < 150; i++) {
        memcpy(many.bytes + many.size, jpeg.bytes + scan, scan_size);
        many.size += scan_size;
    }
    memcpy(many.bytes + many.size, "\xFF\xD9", 2);
    many.size += 2;
    CHECK_EQUAL(status_of(&many, many.size), SCRAWL_INVALID_PICTURE);
}

TEST(picture_foreign_bytes)
{
    struct file text = text_file("This is no picture.", 19);
    CHECK_EQUAL(status_of(&text, text.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "PNG, JPEG, BMP, GIF");
    struct file psd = text_file("8BPS\0\1\0\0\0\0\0\0\0\3\0\0\0\1\0\0\0\1\0\x08\0\3", 26);
    CHECK_EQUAL(status_of(&psd, psd.size), SCRAWL_INVALID_PICTURE);
    struct picture picture = {0};
    CHECK_EQUAL(picture_decode(NULL, 0, &picture), SCRAWL_INVALID_PICTURE);
}

TEST(picture_from_rgba_checks_sizes)
{
    const uint8_t rgba[4] = {0};
    struct picture picture = {0};
    CHECK_EQUAL(picture_from_rgba(NULL, 1, 1, &picture), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(picture_from_rgba(rgba, 0, 1, &picture), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(picture_from_rgba(rgba, 1, 0, &picture), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(picture_from_rgba(rgba, SIZE_MAX, SIZE_MAX, &picture), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(picture_from_rgba(rgba, SIZE_MAX / 2 + 1, 2, &picture), SCRAWL_PICTURE_TOO_LARGE);
    CHECK(picture.grey == NULL);
}
