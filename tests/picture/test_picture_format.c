/* Tests of picture_format.c: what is refused before anything is decoded. They go through picture_decode, as hostile
 * bytes would. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "picture_files.h"

TEST(picture_format_ignores_exif_without_sense)
{
    static const struct {
        int orientation;
        bool little;
        int directory;
    } cases[] = {{9, false, 8}, {0, true, 8}, {6, false, 250}, {6, true, 25}, {6, true, 24}, {6, false, 0}};
    struct file jpeg = jpeg_file(), png = any_file(0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file files[] = {
            with_exif(&jpeg, cases[i].orientation, cases[i].little, cases[i].directory),
            png_with_exif(&png, false, cases[i].orientation, cases[i].little, cases[i].directory),
        };
        for (size_t format = 0; format < 2; format++) {
            struct picture picture = {0};
            if (!CHECK_EQUAL(decode_file(&files[format], files[format].size, &picture), SCRAWL_OK)) return;
            CHECK_EQUAL(picture.width, format == 0 ? 16 : 3);
            picture_free(&picture);
        }
    }
}

static int width_of_file(const struct file *file)
{
    struct picture picture = {0};
    CHECK_EQUAL(decode_file(file, file->size, &picture), SCRAWL_OK);
    const int width = picture.width;
    picture_free(&picture);
    return width;
}

/* As browsers do: the first counts, and none behind the pixels. One cut off by its chunk's end says nothing. */
TEST(picture_format_takes_a_pngs_first_orientation_before_its_pixels)
{
    struct file png = any_file(0), turned = png_with_exif(&png, false, 6, false, 8);
    struct file upright = png_with_exif(&png, false, 1, true, 8);
    struct file behind = png_with_exif(&png, true, 6, true, 8);
    struct file upright_first = png_with_exif(&turned, false, 1, false, 8);
    struct file turned_first = png_with_exif(&upright, false, 6, false, 8);
    CHECK_EQUAL(width_of_file(&turned), 2);
    CHECK_EQUAL(width_of_file(&behind), 3);
    CHECK_EQUAL(width_of_file(&upright_first), 3);
    CHECK_EQUAL(width_of_file(&turned_first), 2);
    for (size_t size = 0; size < turned.size; size++) CHECK_EQUAL(status_of(&turned, size), SCRAWL_INVALID_PICTURE);
}

/* ---- Damage ---- */

TEST(picture_format_rejects_every_truncation)
{
    for (int format = 0; format < FILE_FORMATS; format++) {
        struct file file = any_file(format);
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_OK);
        for (size_t size = 0; size < file.size; size++) {
            test_check(status_of(&file, size) == SCRAWL_INVALID_PICTURE, __FILE__, __LINE__,
                       "format %d cut at %zu of %zu", format, size, file.size);
        }
    }
}

TEST(picture_format_rejects_every_changed_byte_of_a_png)
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

TEST(picture_format_tolerates_padding_behind_the_end)
{
    for (int format = 0; format < FILE_FORMATS; format++) {
        struct file file = any_file(format);
        CHECK_EQUAL(status_of(&file, file.size + 10), SCRAWL_OK);
    }
}

TEST(picture_format_too_large_by_its_header)
{
    struct file png = raw_png(8001, 8000, (const uint8_t[]){0}, 1);
    struct file huge = raw_png(UINT32_MAX, UINT32_MAX, (const uint8_t[]){0}, 1);
    struct file pnm = text_file("P5 8000 8001 255\n", 17);
    struct file bmp = bmp_file(), gif = gif_file(), jpeg = jpeg_file();
    struct file run_lengths = any_file(FILE_FORMATS - 1);
    bmp.bytes[21] = bmp.bytes[25] = run_lengths.bytes[20] = run_lengths.bytes[24] = 0x40;
    memcpy(gif.bytes + 6, "\xFF\xFF\xFF\xFF", 4);
    for (size_t i = 0; i + 8 < jpeg.size; i++) {
        if (jpeg.bytes[i] == 0xFF && jpeg.bytes[i + 1] == 0xC0) memset(jpeg.bytes + i + 5, 0xFF, 4);
    }
    CHECK_EQUAL(status_of(&png, png.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&huge, huge.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&pnm, pnm.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&bmp, bmp.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&run_lengths, run_lengths.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&gif, gif.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&jpeg, jpeg.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_MENTIONS(scrawl_error(), "64 megapixels");
    struct file exactly = text_file("P5 8000 8000 255\n", 17);
    CHECK_EQUAL(status_of(&exactly, exactly.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "missing");
}

TEST(picture_format_without_size)
{
    struct file png = raw_png(0, 5, (const uint8_t[]){0}, 1), pnm = text_file("P5 0 5 255\n", 11);
    CHECK_EQUAL(status_of(&png, png.size), SCRAWL_INVALID_PICTURE);
    CHECK_EQUAL(status_of(&pnm, pnm.size), SCRAWL_INVALID_PICTURE);
}

/* A number with too many digits isn't two numbers. */
TEST(picture_format_pnm_of_long_numbers)
{
    struct file side = text_file("P5 000000012 2 3\n\1\2\3\1\2\3", 23);
    struct file maximum = text_file("P5 1 000000025 5\n\1\2\3\1\2\3", 23);
    CHECK_EQUAL(status_of(&side, side.size), SCRAWL_INVALID_PICTURE);
    CHECK_EQUAL(status_of(&maximum, maximum.size), SCRAWL_INVALID_PICTURE);
}

/* The offset of a JPEG's first segment of a kind. */
static size_t segment_at(const struct file *jpeg, uint8_t marker)
{
    for (size_t at = 2; at + 4 < jpeg->size; at += 2 + ((size_t)jpeg->bytes[at + 2] << 8 | jpeg->bytes[at + 3])) {
        if (jpeg->bytes[at + 1] == marker) return at;
    }
    return 0;
}

TEST(picture_format_jpeg_without_huffman_tables)
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

TEST(picture_format_jpeg_with_too_many_scans)
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

TEST(picture_format_foreign_bytes)
{
    struct file text = text_file("This is no picture.", 19);
    CHECK_EQUAL(status_of(&text, text.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "PNG, JPEG, BMP, GIF");
    struct file psd = text_file("8BPS\0\1\0\0\0\0\0\0\0\3\0\0\0\1\0\0\0\1\0\x08\0\3", 26);
    CHECK_EQUAL(status_of(&psd, psd.size), SCRAWL_INVALID_PICTURE);
}

TEST(picture_format_of_bmps_that_it_can_not_read)
{
    struct file bmp = bmp_file();
    bmp.bytes[30] = 5; /* a PNG within */
    CHECK_EQUAL(status_of(&bmp, bmp.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "Save it as PNG");
    bmp.bytes[30] = 99;
    CHECK_EQUAL(status_of(&bmp, bmp.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "variety");
}

TEST(picture_format_of_run_length_bmps)
{
    static const struct {
        size_t at;
        uint8_t value;
        const char *sentence;
    } cases[] = {
        {28, 4, "header"},     /* four bits, but codes for eight */
        {14, 20, "header"},    /* an info header of 20 bytes */
        {15, 0xFF, "missing"}, /* one longer than the file, with the colours behind it */
        {17, 0xFF, "missing"}, /* one longer than any file */
        {46, 40, "missing"},   /* 40 colours */
        {47, 0xFF, "missing"}, /* more than there can be: 256 */
        {11, 0xFF, "missing"}, /* codes beyond the end */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct file file = any_file(FILE_FORMATS - 1);
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_OK);
        file.bytes[cases[i].at] = cases[i].value;
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_INVALID_PICTURE);
        CHECK_MENTIONS(scrawl_error(), cases[i].sentence);
    }
    struct file top_row_first = any_file(FILE_FORMATS - 1);
    memcpy(top_row_first.bytes + 22, "\xFE\xFF\xFF\xFF", 4);
    CHECK_EQUAL(status_of(&top_row_first, top_row_first.size), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "header");
}

/* ---- PBM ---- */

/* Two rows of nine pixels: the second row's first, fourth and last are black. */
static const uint8_t pbm_levels[] = {255, 255, 255, 255, 255, 255, 255, 255, 255,
                                     0,   255, 255, 0,   255, 255, 255, 255, 0};

static void check_pbm(const char *bytes, size_t size)
{
    struct file file = text_file(bytes, size);
    struct picture picture = {0};
    if (!CHECK_EQUAL(decode_file(&file, file.size, &picture), SCRAWL_OK)) return;
    CHECK(picture.width == 9 && picture.height == 2);
    CHECK(memcmp(picture.grey, pbm_levels, sizeof pbm_levels) == 0);
    picture_free(&picture);
    for (size_t part = 0; part < size; part++) CHECK_EQUAL(status_of(&file, part), SCRAWL_INVALID_PICTURE);
}

TEST(picture_format_reads_pbm_of_bits_and_of_characters)
{
    static const char bits[] = "P4\n# a comment\n9 2\n\x00\x00\x90\x80", filled[] = "P4 9 2\n\x00\x7F\x90\xFF",
                      text[] = "P1\n9 2\n000000000\n100100001",
                      spaced[] = "P1 # 1\n9 2 0 0 0 0 0 0 0 0 0 # 1 1 1\n1\t0 0 1 0 0 0 0\r\n1";
    check_pbm(bits, sizeof bits - 1);
    check_pbm(filled, sizeof filled - 1); /* what fills up a row counts for nothing */
    check_pbm(text, sizeof text - 1);
    check_pbm(spaced, sizeof spaced - 1);
}

TEST(picture_format_rejects_pbm_that_lies)
{
    static const char *const texts[] = {"P1 9 1 000020000", "P1 2 1 0x", "P1 0 1 0",
                                        "P1 1 1 #1",        "P1 1 0 1",  "P1 -1 1 1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct file file = text_file(texts[i], strlen(texts[i]));
        CHECK_EQUAL(status_of(&file, file.size), SCRAWL_INVALID_PICTURE);
    }
    struct file large = text_file("P4 8001 8000 \1", 14), text = text_file("P1 99999999 99999999 1", 22);
    CHECK_EQUAL(status_of(&large, large.size), SCRAWL_PICTURE_TOO_LARGE);
    CHECK_EQUAL(status_of(&text, text.size), SCRAWL_PICTURE_TOO_LARGE);
}
