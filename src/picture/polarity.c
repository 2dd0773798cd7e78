/* Implements polarity.h: votes of all pixels, of the border, of blocks, and, in small pictures, of what is in pieces.
 * Must not know where the picture came from, or digits. */
#include "polarity.h"

#include <math.h>

#include "base/box.h"
#include "base/histogram.h"

enum {
    SAMPLES = 60000,
    BLOCKS = 12,              /* of the longer side */
    BLOCK_SAMPLES = 40,       /* pixels looked at, each way */
    LEAST_BLOCKED_SIDE = 100, /* pixels; in smaller pictures a block is no broader than a stroke */
    PIECE_PART = 150,         /* smaller pieces than this part of a small picture don't count */
    LEAST_PARTS = 4,          /* of the paper around and in a stroke that fills the picture */
    CORNERS = 4,
    MOST_INKED_CORNERS = 1,
};

/* Variance between ink and paper of a block that counts half, levels squared. */
static const double clear_contrast = 150;
/* The blocks' vote against the whole picture's. */
static const double block_weight = 1.5;
/* Ink may fill this much more than half of a small picture that was cut out close to a digit. */
static const double unclear_part = 0.15;

static double dark_part_of_border(const struct picture *picture, int threshold)
{
    size_t width = (size_t)picture->width, height = (size_t)picture->height, dark = 0;
    for (size_t x = 0; x < width; x++) {
        dark += (picture->grey[x] < threshold) + (picture->grey[(height - 1) * width + x] < threshold);
    }
    for (size_t y = 0; y < height; y++) {
        dark += (picture->grey[y * width] < threshold) + (picture->grey[(y + 1) * width - 1] < threshold);
    }
    return (double)dark / (double)(2 * (width + height));
}

/* From -1/2, light ink on dark paper, to 1/2: how much of the blocks is light, each block parted by itself, so that
 * shadows don't count, and weighed by whether there is ink in it. */
static double light_part_of_blocks(const struct picture *picture)
{
    int block = max_int(picture->width, picture->height) / BLOCKS + 1, step = block / BLOCK_SAMPLES + 1;
    double votes = 0, weights = 0;
    for (int top = 0; top < picture->height; top += block) {
        for (int left = 0; left < picture->width; left += block) {
            size_t histogram[LEVELS] = {0}, pixels = 0;
            for (int y = top; y < min_int(top + block, picture->height); y += step) {
                const uint8_t *row = picture->grey + (size_t)y * (size_t)picture->width;
                for (int x = left; x < min_int(left + block, picture->width); x += step, pixels++) histogram[row[x]]++;
            }
            double between;
            int threshold = otsu_threshold(histogram, &between);
            double weight = between / (between + clear_contrast);
            votes += weight * (0.5 - (double)histogram_below(histogram, threshold) / (double)pixels);
            weights += weight;
        }
    }
    return weights > 0 ? votes / weights : 0;
}

/* ---- Small pictures ---- */

struct small_picture {
    const struct picture *picture;
    int threshold;
    bool seen[LEAST_BLOCKED_SIDE * LEAST_BLOCKED_SIDE];
    uint16_t waiting[LEAST_BLOCKED_SIDE * LEAST_BLOCKED_SIDE];
};

static bool is_dark(const struct small_picture *small, int pixel)
{
    return small->picture->grey[pixel] < small->threshold;
}

/* Marks what is connected with a pixel, also at corners, as seen. Returns its pixels. */
static int flood(struct small_picture *small, int pixel)
{
    int width = small->picture->width, height = small->picture->height, waiting = 0, pixels = 0;
    bool dark = is_dark(small, pixel);
    small->seen[pixel] = true;
    small->waiting[waiting++] = (uint16_t)pixel;
    for (; waiting > 0; pixels++) {
        int x = small->waiting[--waiting] % width, y = small->waiting[waiting] / width;
        for (int row = max_int(0, y - 1); row < min_int(height, y + 2); row++) {
            for (int column = max_int(0, x - 1); column < min_int(width, x + 2); column++) {
                int other = row * width + column;
                if (small->seen[other] || is_dark(small, other) != dark) continue;
                small->seen[other] = true;
                small->waiting[waiting++] = (uint16_t)other;
            }
        }
    }
    return pixels;
}

/* Whether the larger class is one piece and parts the other, which also has the corners, into several: then it is a
 * stroke. Light tells the class. */
static bool larger_is_stroke(const struct picture *picture, int threshold, bool light)
{
    struct small_picture small = {.picture = picture, .threshold = threshold};
    int width = picture->width, pixels = width * picture->height, counts[2] = {0};
    int corners[CORNERS] = {0, width - 1, pixels - width, pixels - 1}, larger_corners = 0;
    for (int i = 0; i < CORNERS; i++) larger_corners += is_dark(&small, corners[i]) != light;
    if (larger_corners > MOST_INKED_CORNERS) return false;
    for (int pixel = 0; pixel < pixels; pixel++) {
        if (!small.seen[pixel] && flood(&small, pixel) * PIECE_PART >= pixels) counts[is_dark(&small, pixel)]++;
    }
    return counts[!light] == 1 && counts[light] >= LEAST_PARTS;
}

/* ---- All votes ---- */

/* Paper is what most of the picture and most of its border are, and most of each block of it. */
bool paper_is_dark(const struct picture *picture)
{
    size_t histogram[LEVELS];
    histogram_count(picture->grey, (size_t)picture->width * (size_t)picture->height, SAMPLES, histogram);
    int threshold = otsu_threshold(histogram, NULL);
    double dark_part = (double)histogram_below(histogram, threshold) / (double)histogram_below(histogram, LEVELS);
    if (max_int(picture->width, picture->height) < LEAST_BLOCKED_SIDE && fabs(dark_part - 0.5) < unclear_part &&
        larger_is_stroke(picture, threshold, dark_part < 0.5))
        return dark_part < 0.5;
    double light = 0.5 - (2 * dark_part + dark_part_of_border(picture, threshold)) / 3;
    if (max_int(picture->width, picture->height) >= LEAST_BLOCKED_SIDE)
        light += block_weight * light_part_of_blocks(picture);
    return light < 0;
}
