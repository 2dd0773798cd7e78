/* Tests of grey.c: which channel a picture's grey is. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "picture/grey.h"

enum { SIDE = 20, PIXELS = SIDE * SIDE };

/* A bar of one RGBA colour on another; what becomes of both. */
static void greys_of(const uint8_t pen[4], const uint8_t paper[4], uint8_t *pen_grey, uint8_t *paper_grey)
{
    uint8_t pixels[PIXELS * 4], grey[PIXELS];
    for (int i = 0; i < PIXELS * 4; i++) pixels[i] = i / 4 % SIDE / 4 == 2 ? pen[i % 4] : paper[i % 4];
    grey_from_pixels(pixels, 4, PIXELS, grey);
    *paper_grey = grey[0];
    *pen_grey = grey[8];
}

TEST(grey_is_luma_where_that_is_enough)
{
    uint8_t pen, paper;
    greys_of((uint8_t[]){30, 30, 160, 255}, (uint8_t[]){250, 240, 230, 255}, &pen, &paper);
    CHECK_EQUAL(pen, grey_luma((uint8_t[]){30, 30, 160}));
    CHECK_EQUAL(paper, grey_luma((uint8_t[]){250, 240, 230}));
}

TEST(grey_is_the_channel_that_separates)
{
    uint8_t pen, paper;
    greys_of((uint8_t[]){255, 255, 0, 255}, (uint8_t[]){255, 255, 255, 255}, &pen, &paper);
    CHECK_EQUAL(pen, 0);
    CHECK_EQUAL(paper, 255);
    greys_of((uint8_t[]){200, 60, 90, 255}, (uint8_t[]){20, 152, 90, 255}, &pen, &paper);
    CHECK_EQUAL(pen, 200);
    CHECK_EQUAL(paper, 20);
}

TEST(grey_is_transparency_for_light_ink)
{
    uint8_t pen, paper;
    greys_of((uint8_t[]){255, 255, 255, 255}, (uint8_t[]){0, 0, 0, 0}, &pen, &paper);
    CHECK_EQUAL(pen, 0);
    CHECK_EQUAL(paper, 255);
    greys_of((uint8_t[]){0, 0, 0, 255}, (uint8_t[]){0, 0, 0, 0}, &pen, &paper);
    CHECK_EQUAL(pen, 0);
    CHECK_EQUAL(paper, 255);
}

/* The definitions in grey.h, rounded. */
static int expected_grey(const uint8_t *pixel, int channels)
{
    double luma = channels < 3 ? pixel[0] : (19595.0 * pixel[0] + 38470.0 * pixel[1] + 7471.0 * pixel[2]) / 65536;
    int value = (int)(luma + 0.5), alpha = channels % 2 ? 255 : pixel[channels - 1];
    return (value * alpha + 255 * (255 - alpha) + 127) / 255;
}

TEST(grey_of_every_number_of_channels_is_exact)
{
    enum { MANY = 65536, FEW = 63 }; /* values with alphas; so few pixels are always luma */
    static uint8_t pixels[MANY * 4], grey[MANY];
    for (int channels = 1; channels <= 4; channels++) {
        int wrong = 0;
        for (int i = 0; i < MANY; i++) {
            for (int c = 0; c < channels; c++) pixels[i * channels + c] = (uint8_t)(i + (c == 1 ? i / 7 : 0));
            if (channels % 2 == 0) pixels[i * channels + channels - 1] = (uint8_t)(i / 256);
        }
        for (int i = 0; i < MANY; i += FEW) {
            size_t count = (size_t)(MANY - i < FEW ? MANY - i : FEW);
            grey_from_pixels(pixels + i * channels, channels, count, grey + i);
        }
        for (int i = 0; i < MANY; i++) wrong += grey[i] != expected_grey(pixels + i * channels, channels);
        CHECK_EQUAL(wrong, 0);
    }
}

/* One kind of pen behind many grey and opaque pixels: colour or transparency tells it all the same. */
TEST(grey_is_told_by_pixels_anywhere)
{
    enum { MANY = 5000, PEN = 600 };
    static uint8_t pixels[MANY * 4], grey[MANY];
    static const uint8_t pens[][4] = {{255, 128, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 0}, {90, 90, 90, 255}};
    for (size_t kind = 0; kind < sizeof pens / sizeof *pens; kind++) {
        const uint8_t paper = kind == 0 ? 157 : 255;
        for (int i = 0; i < MANY; i++) {
            memset(pixels + 4 * i, paper, 3);
            pixels[4 * i + 3] = 255;
            if (i >= MANY - PEN) memcpy(pixels + 4 * i, pens[kind], 4);
        }
        grey_from_pixels(pixels, 4, MANY, grey);
        CHECK(abs(grey[0] - grey[MANY - 1]) >= 90);
    }
}
