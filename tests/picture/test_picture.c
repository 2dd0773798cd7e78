/* Tests of picture.c and stb_image.c. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "picture_files.h"

static void check_grey(const struct file *file, int width, int height, const uint8_t *grey)
{
    struct picture picture = {0};
    if (!CHECK_EQUAL(decode_file(file, file->size, &picture), SCRAWL_OK)) return;
    if (CHECK_EQUAL(picture.width, width) & CHECK_EQUAL(picture.height, height)) {
        for (int i = 0; i < width * height; i++) CHECK_EQUAL(picture.grey[i], grey[i]);
    }
    picture_free(&picture);
    CHECK(picture.grey == NULL);
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

TEST(picture_bmp_of_run_lengths)
{
    struct file bytes = bmp_rle_file(8, 3, 2, (const uint8_t[]){3, 1, 0, 0, 1, 2, 2, 3, 0, 1}, 10);
    check_grey(&bytes, 3, 2, (const uint8_t[]){76, 9, 9, 255, 255, 255});
    struct file nibbles = bmp_rle_file(4, 3, 2, (const uint8_t[]){3, 0x12, 0, 0, 0, 3, 0x01, 0x30, 0, 1}, 10);
    check_grey(&nibbles, 3, 2, (const uint8_t[]){0, 255, 9, 255, 76, 255});
    struct file beyond_table = bmp_rle_file(8, 1, 1, (const uint8_t[]){1, 200, 0, 1}, 4);
    check_grey(&beyond_table, 1, 1, (const uint8_t[]){0});
}

/* 16 bits in pixels of 5, 6 and 5. */
TEST(picture_bmp_of_bit_fields)
{
    static const uint8_t bytes[] = {'B', 'M',  70, 0, 0,    0, 0, 0, 0,    0, 66, 0, 0, 0,    40,   0,   0, 0,
                                    2,   0,    0,  0, 1,    0, 0, 0, 1,    0, 16, 0, 3, 0,    0,    0,   4, 0,
                                    0,   0,    0,  0, 0,    0, 0, 0, 0,    0, 0,  0, 0, 0,    0,    0,   0, 0,
                                    0,   0xF8, 0,  0, 0xE0, 7, 0, 0, 0x1F, 0, 0,  0, 0, 0xF8, 0xFF, 0xFF};
    struct file file = text_file((const char *)bytes, sizeof bytes);
    check_grey(&file, 2, 1, (const uint8_t[]){76, 255});
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
    CHECK_EQUAL(decode_file(&file, file.size, &picture), SCRAWL_OK);
    CHECK_EQUAL(picture.width, LENGTH);
    picture_free(&picture);
    file = png_file(1, LENGTH, 1, pixels);
    CHECK_EQUAL(decode_file(&file, file.size, &picture), SCRAWL_OK);
    CHECK_EQUAL(picture.height, LENGTH);
    picture_free(&picture);
}

/* ---- Orientation ---- */

TEST(picture_jpeg_is_gray_levels)
{
    struct file file = jpeg_file();
    uint8_t expected[2 * JPEG_BLOCK * JPEG_BLOCK];
    for (int i = 0; i < 2 * JPEG_BLOCK * JPEG_BLOCK; i++) expected[i] = i % (2 * JPEG_BLOCK) < JPEG_BLOCK ? 0 : 255;
    check_grey(&file, 2 * JPEG_BLOCK, JPEG_BLOCK, expected);
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
            if (!CHECK_EQUAL(decode_file(&file, file.size, &picture), SCRAWL_OK)) return;
            int width = (orientation < 5 ? COLUMNS : ROWS) * JPEG_BLOCK,
                height = (orientation < 5 ? ROWS : COLUMNS) * JPEG_BLOCK;
            if (!(CHECK_EQUAL(picture.width, width) & CHECK_EQUAL(picture.height, height))) return;
            for (int i = 0; i < width * height; i++) {
                bool dark = i % width / JPEG_BLOCK == block_columns[orientation - 1] &&
                            i / width / JPEG_BLOCK == block_rows[orientation - 1];
                CHECK_EQUAL(picture.grey[i], dark ? 0 : 255);
            }
            picture_free(&picture);
        }
    }
}

/* The numbers count the stored pixels: 1 2 3 in the upper row, 4 5 6 below. */
TEST(picture_png_orientations)
{
    static const uint8_t stored[] = {1, 2, 3, 4, 5, 6};
    static const uint8_t upright[8][6] = {{1, 2, 3, 4, 5, 6}, {3, 2, 1, 6, 5, 4}, {6, 5, 4, 3, 2, 1},
                                          {4, 5, 6, 1, 2, 3}, {1, 4, 2, 5, 3, 6}, {4, 1, 5, 2, 6, 3},
                                          {6, 3, 5, 2, 4, 1}, {3, 6, 2, 5, 1, 4}};
    struct file png = png_file(3, 2, 1, stored);
    for (int orientation = 1; orientation <= 8; orientation++) {
        for (int little = 0; little <= 1; little++) {
            struct file file = png_with_exif(&png, false, orientation, little, 8);
            check_grey(&file, orientation < 5 ? 3 : 2, orientation < 5 ? 2 : 3, upright[orientation - 1]);
        }
    }
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

TEST(picture_changed_bytes_are_harmless)
{
    for (int format = 1; format < FILE_FORMATS; format++) {
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

/* One pixel, and megabytes of zeros behind it. */
TEST(picture_png_that_unpacks_to_too_much)
{
    enum { SIZE = 2 << 20 };
    uint8_t *zeros = calloc(1, SIZE);
    int size;
    uint8_t *compressed = zlib_compress(zeros, SIZE, &size);
    if (CHECK((size_t)size < MAX_FILE - 100)) {
        struct file file = raw_png(1, 1, compressed, (size_t)size);
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_INVALID_PICTURE);
    }
    free(compressed);
    free(zeros);
}

TEST(picture_of_no_bytes)
{
    struct picture picture = {0};
    CHECK_EQUAL(picture_decode(NULL, 0, &picture), SCRAWL_INVALID_PICTURE);
}

TEST(picture_copy_is_its_own)
{
    struct picture picture = {0}, copy = {0};
    CHECK_EQUAL(picture_create(3, 2, &picture), SCRAWL_OK);
    for (int i = 0; i < 6; i++) picture.grey[i] = (uint8_t)(10 * i);
    CHECK_EQUAL(picture_copy(&picture, &copy), SCRAWL_OK);
    CHECK(copy.grey != picture.grey && copy.width == 3 && copy.height == 2);
    picture_free(&picture);
    for (int i = 0; i < 6; i++) CHECK_EQUAL(copy.grey[i], 10 * i);
    picture_free(&copy);
    CHECK(!copy.grey);
}
