/* Tests of narrow_levels.c: which pictures are stretched, and which stay as they are. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "drawing.h"
#include "picture/narrow_levels.h"
#include "picture_files.h"

enum { SIDE = 40, PIXELS = SIDE * SIDE };

/* A zero of one level on paper of another, its edge of a third. */
static struct picture draw_mask(uint8_t paper, uint8_t pen, uint8_t edge)
{
    struct picture picture = blank_picture(SIDE, SIDE, paper);
    draw_zero(&picture, 9, 5, 22, 30, 6, edge);
    draw_zero(&picture, 10, 6, 20, 28, 4, pen);
    return picture;
}

static void check_stretched(uint8_t paper, uint8_t pen, uint8_t edge, bool stretched)
{
    struct picture picture = draw_mask(paper, pen, edge), before = {0};
    CHECK_EQUAL(picture_copy(&picture, &before), SCRAWL_OK);
    CHECK_EQUAL(narrow_levels_stretch(picture.grey, SIDE, SIDE), SCRAWL_OK);
    for (int i = 0; i < PIXELS; i++) {
        const int level = before.grey[i];
        const int expected = level == paper ? (paper > pen ? 255 : 0) : level == pen ? (paper > pen ? 0 : 255) : -1;
        if (stretched && expected >= 0) CHECK_EQUAL(picture.grey[i], expected);
        if (!stretched) CHECK_EQUAL(picture.grey[i], level);
    }
    picture_free(&before);
    picture_free(&picture);
}

TEST(narrow_levels_of_masks_are_stretched)
{
    check_stretched(0, 1, 1, true);
    check_stretched(1, 0, 0, true);
    check_stretched(255, 254, 254, true);
    check_stretched(255, 250, 253, true);
    check_stretched(0, 9, 4, true);
    check_stretched(0, 10, 5, false);     /* wide enough as it is */
    check_stretched(100, 101, 99, false); /* paper between the others is none */
    check_stretched(7, 7, 7, false);
}

/* Of a camera in the dark, each pixel by itself or smeared over its neighbours. */
TEST(narrow_levels_of_noise_stay)
{
    static const int steps[] = {1, 2, 5}; /* pixels */
    for (size_t smear = 0; smear < sizeof steps / sizeof *steps; smear++) {
        for (int rarity = 4; rarity <= 100; rarity *= 5) {
            struct picture picture = blank_picture(SIDE, SIDE, 0), before = {0};
            struct random random = random_stream(7, RANDOM_AUGMENTATION, (uint64_t)rarity, smear);
            for (int i = 0; i < PIXELS; i++) {
                const bool lit = random_below(&random, (size_t)(rarity * steps[smear])) == 0;
                for (int j = 0; lit && j < steps[smear] && i + j < PIXELS; j++) picture.grey[i + j] = 1;
            }
            CHECK_EQUAL(picture_copy(&picture, &before), SCRAWL_OK);
            CHECK_EQUAL(narrow_levels_stretch(picture.grey, SIDE, SIDE), SCRAWL_OK);
            CHECK(memcmp(picture.grey, before.grey, PIXELS) == 0);
            picture_free(&before);
            picture_free(&picture);
        }
    }
}

TEST(narrow_levels_find_white)
{
    CHECK_EQUAL(narrow_levels_white(0, 65535), 1);
    CHECK_EQUAL(narrow_levels_white(1, 65535), 1);
    CHECK_EQUAL(narrow_levels_white(2, 65535), 3);
    CHECK_EQUAL(narrow_levels_white(255, 65535), 255);
    CHECK_EQUAL(narrow_levels_white(4080, 65535), 4095);
    CHECK_EQUAL(narrow_levels_white(4096, 65535), 65535);
    CHECK_EQUAL(narrow_levels_white(1, 1000), 1);
    CHECK_EQUAL(narrow_levels_white(999, 1000), 1000);
}

/* Files of 16 bits that use the lowest of them: a PNG and a PNM of the same samples. */
static void check_wide(const uint16_t samples[4], const uint8_t expected[4])
{
    struct file png = wide_png(4, 1, samples), pnm = text_file("P5 4 1 65535\n", 13);
    for (int i = 0; i < 4; i++) file_append(&pnm, (uint8_t[]){(uint8_t)(samples[i] >> 8), (uint8_t)samples[i]}, 2);
    for (int format = 0; format < 2; format++) {
        struct picture picture = {0};
        const struct file *file = format == 0 ? &png : &pnm;
        if (!CHECK_EQUAL(decode_file(file, file->size, &picture), SCRAWL_OK)) return;
        for (int i = 0; i < 4; i++) CHECK_NEAR(picture.grey[i], expected[i], 1);
        picture_free(&picture);
    }
}

TEST(narrow_levels_of_wide_samples_become_bytes)
{
    check_wide((uint16_t[]){0, 1, 1, 0}, (uint8_t[]){0, 255, 255, 0});
    check_wide((uint16_t[]){0, 100, 200, 255}, (uint8_t[]){0, 100, 200, 255});
    check_wide((uint16_t[]){0, 2047, 4080, 16}, (uint8_t[]){0, 127, 254, 1});
    check_wide((uint16_t[]){0, 20000, 65535, 256}, (uint8_t[]){0, 78, 255, 1});
}
