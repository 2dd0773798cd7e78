/* Implements grey.h. Must not know where the pixels came from or what they show. */
#include "grey.h"

#include <string.h>

#include "base/histogram.h"
#include "base/minmax.h"

/* Luma of ITU-R BT.601, 0.299, 0.587 and 0.114, in 1/65536: 19595, 38470 and 7471, parted into two bytes each. So all
 * sums have 16 bits, and every processor converts several pixels at a time. */
enum { RED_HIGH = 76, RED_LOW = 139, GREEN_HIGH = 150, GREEN_LOW = 70, BLUE_HIGH = 29, BLUE_LOW = 47, BYTE_HALF = 128 };

enum {
    WHITE = 255,
    LEAST_PIXELS = 64, /* smaller pictures hold no writing to part from paper */
    SAMPLES = 1 << 15, /* pixels that the choice looks at, at most twice as many */
    PART = 1 << 10,    /* pixels that are looked at before colour is told */
};

/* What a pixel's grey may be. The first is preferred. */
enum source { LUMA, RED, GREEN, BLUE, ALPHA, SOURCES };

/* Another source must be this much better, in variance between the two classes: luma has less noise. */
static const double luma_preference = 2;

static inline uint8_t luma(uint8_t red, uint8_t green, uint8_t blue)
{
    uint16_t high = (uint16_t)(RED_HIGH * red + GREEN_HIGH * green + BLUE_HIGH * blue + BYTE_HALF);
    uint16_t low = (uint16_t)(RED_LOW * red + GREEN_LOW * green + BLUE_LOW * blue);
    return (uint8_t)((uint16_t)(high + (low >> 8)) >> 8);
}

uint8_t grey_luma(const uint8_t *rgb)
{
    return luma(rgb[0], rgb[1], rgb[2]);
}

/* (value * alpha + 255 * (255 - alpha)) / 255, rounded; n / 255 is (n + 1 + n / 256) / 256 below 65535. */
static inline uint8_t on_white(uint8_t value, uint8_t alpha)
{
    uint16_t sum = (uint16_t)(WHITE * WHITE + WHITE / 2 - (WHITE - value) * alpha);
    return (uint8_t)((uint16_t)(sum + 1 + (sum >> 8)) >> 8);
}

/* Opaque is dark. Inlined, so that channels and source are constants wherever many pixels are converted. */
static inline uint8_t pixel_grey(const uint8_t *pixel, int channels, enum source source)
{
    bool has_alpha = channels % 2 == 0;
    uint8_t alpha = has_alpha ? pixel[channels - 1] : WHITE;
    if (source == ALPHA) return (uint8_t)(WHITE - alpha);
    uint8_t value = channels < 3 ? pixel[0] : source == LUMA ? luma(pixel[0], pixel[1], pixel[2]) : pixel[source - RED];
    return has_alpha ? on_white(value, alpha) : value;
}

/* ---- The choice ---- */

static bool has_source(int channels, enum source source)
{
    if (source == ALPHA) return channels % 2 == 0;
    return source == LUMA || channels >= 3;
}

/* Whether pixels are grey and opaque, [count] of red, green, blue and opacity. */
static bool are_opaque_grey(const uint8_t *pixels, size_t count)
{
    static const uint8_t first_two[4] = {WHITE, WHITE}, opacity[4] = {0, 0, 0, WHITE};
    uint32_t colors, opaque, differences = 0, both = UINT32_MAX;
    memcpy(&colors, first_two, sizeof colors);
    memcpy(&opaque, opacity, sizeof opaque);
    const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, pixels + i * sizeof word, sizeof word);
        differences |= word ^ (big_endian ? word << 8 : word >> 8);
        both &= word;
    }
    return (differences & colors) == 0 && (both & opaque) == opaque;
}

/* The same of many, given up at the first part that isn't. Then every source but opacity is luma, and that has one
 * level only: nothing is better than luma. */
static bool is_opaque_grey(const uint8_t *pixels, int channels, size_t count)
{
    if (channels != 4) return false;
    for (size_t first = 0; first < count; first += PART)
        if (!are_opaque_grey(pixels + 4 * first, min_size(PART, count - first))) return false;
    return true;
}

static enum source best_source(const uint8_t *pixels, int channels, size_t count)
{
    if (channels == 1 || count < LEAST_PIXELS || is_opaque_grey(pixels, channels, count)) return LUMA;
    size_t histograms[SOURCES][LEVELS] = {0}, step = count / SAMPLES + 1;
    for (size_t i = 0; i < count; i += step) {
        for (enum source source = LUMA; source < SOURCES; source++) {
            if (has_source(channels, source))
                histograms[source][pixel_grey(pixels + i * (size_t)channels, channels, source)]++;
        }
    }
    enum source best = LUMA;
    double best_separation = 0;
    for (enum source source = LUMA; source < SOURCES; source++) {
        double separation;
        otsu_threshold(histograms[source], &separation);
        if (source == LUMA) separation *= luma_preference;
        if (separation > best_separation) best_separation = separation, best = source;
    }
    return best;
}

/* ---- The conversion ---- */

/* One loop for each kind of pixels, that the compiler makes into vector instructions. */
static inline void convert(const uint8_t *pixels, int channels, enum source source, size_t count, uint8_t *grey)
{
    for (size_t i = 0; i < count; i++) grey[i] = pixel_grey(pixels + i * (size_t)channels, channels, source);
}

/* Luma on white of RGBA in whole words, which every compiler takes apart several at a time. */
static void convert_rgba_luma(const uint8_t *pixels, size_t count, uint8_t *grey)
{
    for (size_t i = 0; i < count; i++) {
        uint32_t word;
        memcpy(&word, pixels + i * sizeof word, sizeof word);
        if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) word = __builtin_bswap32(word);
        uint32_t red = word & WHITE, green = word >> 8 & WHITE, blue = word >> 16 & WHITE, alpha = word >> 24;
        uint32_t high = RED_HIGH * red + GREEN_HIGH * green + BLUE_HIGH * blue + BYTE_HALF;
        uint32_t low = RED_LOW * red + GREEN_LOW * green + BLUE_LOW * blue;
        uint32_t value = (high + (low >> 8)) >> 8;
        uint32_t white_sum = WHITE * WHITE + WHITE / 2 - (WHITE - value) * alpha;
        grey[i] = (uint8_t)((white_sum + 1 + (white_sum >> 8)) >> 8);
    }
}

static inline void convert_from(const uint8_t *pixels, int channels, enum source source, size_t count, uint8_t *grey)
{
    switch (source) {
        case RED:
            convert(pixels, channels, RED, count, grey);
            break;
        case GREEN:
            convert(pixels, channels, GREEN, count, grey);
            break;
        case BLUE:
            convert(pixels, channels, BLUE, count, grey);
            break;
        case ALPHA:
            convert(pixels, channels, ALPHA, count, grey);
            break;
        default:
            convert(pixels, channels, LUMA, count, grey);
    }
}

void grey_from_pixels(const uint8_t *pixels, int channels, size_t count, uint8_t *grey)
{
    enum source source = best_source(pixels, channels, count);
    if (channels == 4 && source == LUMA)
        convert_rgba_luma(pixels, count, grey);
    else if (channels == 4)
        convert_from(pixels, 4, source, count, grey);
    else if (channels == 3)
        convert_from(pixels, 3, source, count, grey);
    else if (channels == 2)
        convert(pixels, 2, source, count, grey);
    else
        memcpy(grey, pixels, count);
}
