/* Tests of picture_bmp_rle.c, on codes written by hand. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "picture/picture_bmp_rle.h"

enum { WIDTH = 5, HEIGHT = 3 };

/* Decodes codes[size] from a block of exactly that size into indexes[HEIGHT][WIDTH]. */
static scrawl_status decode(unsigned bits, const uint8_t *codes, size_t size, uint8_t *indexes)
{
    uint8_t *copy = malloc(size ? size : 1), *result = malloc(WIDTH * HEIGHT);
    memcpy(copy, codes, size);
    scrawl_status status = bmp_rle_decode(copy, size, bits, WIDTH, HEIGHT, result);
    memcpy(indexes, result, WIDTH * HEIGHT);
    free(copy);
    free(result);
    return status;
}

static void check(unsigned bits, const uint8_t *codes, size_t size, const uint8_t *expected)
{
    uint8_t indexes[WIDTH * HEIGHT];
    if (!CHECK_EQUAL(decode(bits, codes, size, indexes), SCRAWL_OK)) return;
    for (int i = 0; i < WIDTH * HEIGHT; i++) CHECK_EQUAL(indexes[i], expected[i]);
    /* Every code that isn't there any more is missed. */
    for (size_t cut = 0; cut < size; cut++) {
        CHECK_EQUAL(decode(bits, codes, cut, indexes), SCRAWL_INVALID_PICTURE);
        CHECK_MENTIONS(scrawl_error(), "end is missing");
    }
}

TEST(bmp_rle8_runs_literals_and_moves)
{
    static const uint8_t codes[] = {
        2, 7, 0, 3, 1, 2,   3, 0, /* the lowest row: 7 7, then 1 2 3 and a byte to fill up */
        0, 0, 0, 2, 1, 1,         /* the next row, then one right and one up */
        0, 4, 4, 5, 6, 255, 0, 1};
    static const uint8_t expected[] = {0, 4, 5, 6, 255, 0, 0, 0, 0, 0, 7, 7, 1, 2, 3};
    check(8, codes, sizeof codes, expected);
}

TEST(bmp_rle4_runs_take_turns)
{
    static const uint8_t codes[] = {5, 0x12, 0, 0, 0, 5, 0x34, 0x56, 0x70, 0, 0, 0, 1, 0xB0, 0, 1};
    static const uint8_t expected[] = {11, 0, 0, 0, 0, 3, 4, 5, 6, 7, 1, 2, 1, 2, 1};
    check(4, codes, sizeof codes, expected);
}

TEST(bmp_rle_ends_where_it_says)
{
    static const uint8_t expected[WIDTH * HEIGHT] = {0}, codes[] = {0, 1, 9, 9, 9};
    uint8_t indexes[WIDTH * HEIGHT];
    CHECK_EQUAL(decode(8, codes, sizeof codes, indexes), SCRAWL_OK);
    CHECK(memcmp(indexes, expected, sizeof expected) == 0);
}

TEST(bmp_rle_draws_nothing_outside)
{
    static const struct {
        uint8_t codes[12];
        const char *sentence;
    } cases[] = {
        {{6, 1, 0, 1}, "row is too long"},
        {{3, 1, 3, 1, 0, 1}, "row is too long"},
        {{0, 6, 1, 2, 3, 4, 5, 6, 0, 1}, "row is too long"},
        {{0, 2, 6, 0, 0, 1}, "outside"},
        {{0, 2, 0, 4, 0, 1}, "outside"},
        {{0, 2, 255, 255, 0, 1}, "outside"},
        {{0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, "too many rows"},
        {{0, 2, 0, 3, 1, 1, 0, 1}, "row is too long"}, /* above the top row */
    };
    uint8_t indexes[WIDTH * HEIGHT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CHECK_EQUAL(decode(8, cases[i].codes, sizeof cases[i].codes, indexes), SCRAWL_INVALID_PICTURE);
        CHECK_MENTIONS(scrawl_error(), cases[i].sentence);
    }
    /* The end of the last row is no further row. */
    static const uint8_t right[] = {0, 0, 0, 0, 5, 1, 0, 0, 0, 1};
    CHECK_EQUAL(decode(8, right, sizeof right, indexes), SCRAWL_OK);
}

/* Any bytes at all: a status, and nothing read or written outside, which the sanitizers would see. */
TEST(bmp_rle_of_random_codes)
{
    uint32_t state = 3;
    for (int round = 0; round < 20000; round++) {
        uint8_t codes[16], indexes[WIDTH * HEIGHT];
        for (size_t i = 0; i < sizeof codes; i++) {
            state = state * 1664525u + 1013904223u;
            codes[i] = (uint8_t)((state >> 24) % (i % 2 ? 256 : 4));
        }
        scrawl_status status = decode(round % 2 ? 4 : 8, codes, sizeof codes, indexes);
        CHECK(status == SCRAWL_OK || status == SCRAWL_INVALID_PICTURE);
    }
}
