/* Implements grey.h. Must not know where the pixels came from or what they show. */
#include "grey.h"

#include "otsu.h"

/* Luma of ITU-R BT.601, in 1/65536: 0.299, 0.587, 0.114. */
enum { LUMA_RED = 19595, LUMA_GREEN = 38470, LUMA_BLUE = 7471, LUMA_SHIFT = 16 };

enum {
    WHITE = 255,
    LEAST_PIXELS = 64, /* smaller pictures hold no writing to part from paper */
    SAMPLES = 1 << 15, /* pixels that the choice looks at, at most twice as many */
};

/* What a pixel's grey may be. The first is preferred. */
enum source { LUMA, RED, GREEN, BLUE, ALPHA, SOURCES };

/* Another source must be this much better, in variance between the two classes: luma has less noise. */
static const double luma_preference = 2;

uint8_t grey_luma(const uint8_t *rgb)
{
    uint32_t sum = (uint32_t)LUMA_RED * rgb[0] + (uint32_t)LUMA_GREEN * rgb[1] + (uint32_t)LUMA_BLUE * rgb[2];
    return (uint8_t)((sum + (1u << (LUMA_SHIFT - 1))) >> LUMA_SHIFT);
}

static uint8_t on_white(uint32_t value, uint32_t alpha)
{
    return (uint8_t)((value * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
}

/* Opaque is dark. */
static uint8_t pixel_grey(const uint8_t *pixel, int channels, enum source source)
{
    bool has_alpha = channels % 2 == 0;
    uint8_t alpha = has_alpha ? pixel[channels - 1] : WHITE;
    if (source == ALPHA) return (uint8_t)(WHITE - alpha);
    uint8_t value = channels < 3 ? pixel[0] : source == LUMA ? grey_luma(pixel) : pixel[source - RED];
    return has_alpha ? on_white(value, alpha) : value;
}

static bool has_source(int channels, enum source source)
{
    if (source == ALPHA) return channels % 2 == 0;
    return source == LUMA || channels >= 3;
}

static double separation(const uint8_t *pixels, int channels, size_t count, enum source source)
{
    size_t histogram[LEVELS] = {0}, step = count / SAMPLES + 1;
    for (size_t i = 0; i < count; i += step) histogram[pixel_grey(pixels + i * (size_t)channels, channels, source)]++;
    double between;
    otsu_threshold(histogram, &between);
    return between;
}

static enum source best_source(const uint8_t *pixels, int channels, size_t count)
{
    if (channels == 1 || count < LEAST_PIXELS) return LUMA;
    enum source best = LUMA;
    double best_separation = luma_preference * separation(pixels, channels, count, LUMA);
    for (enum source source = RED; source < SOURCES; source++) {
        if (!has_source(channels, source)) continue;
        double here = separation(pixels, channels, count, source);
        if (here > best_separation) best_separation = here, best = source;
    }
    return best;
}

void grey_from_pixels(const uint8_t *pixels, int channels, size_t count, uint8_t *grey)
{
    enum source source = best_source(pixels, channels, count);
    for (size_t i = 0; i < count; i++) grey[i] = pixel_grey(pixels + i * (size_t)channels, channels, source);
}
