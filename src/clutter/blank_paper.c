/* Implements blank_paper.h by the contrast of the heaviest components against how uneven the paper around them is. Must
 * not know digits. */
#include "blank_paper.h"

#include <math.h>

enum {
    LEAST_SIDE = 40,  /* pixels, the longer one */
    LEAST_EXTENT = 5, /* pixels; specks of noise are smaller */
    MOST_LOOKED_AT = 64,
    SAMPLES = 24, /* pixels of a component that are looked from */
    DIRECTIONS = 8,
    SOFT_EDGE = 3,    /* pixels beyond the ink that may still belong to it; */
    PAPER_PIXELS = 9, /* of paper that are looked at after them */
    LEAST_PIXELS = 4, /* of these, to tell how uneven they are */
};

static const struct direction {
    int x, y;
} directions[DIRECTIONS] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}, {-1, 0}, {0, -1}, {-1, -1}, {-1, 1}};

/* What a component's contrast is in standard deviations of the paper beside it, times the root of its pixels. Noise
 * seldom reaches that; the faintest of several thousand handwritten digits that are read right has 37. */
static const double least_clearness = 30;
static const double rounding = 1; /* grey levels that are added to that deviation */

/* Paper seen from a pixel, or sums of it: mean lightness less the pixel's, and variance within each direction. */
struct surroundings {
    double contrast, variance, deviation;
    int count;
};

static void add_direction(const struct picture *picture, const struct ink *ink, int x, int y, struct direction step,
                          struct surroundings *seen)
{
    const int own = picture->grey[(size_t)y * (size_t)ink->width + (size_t)x] ^ ink->paper.flip;
    double sum = 0, squares = 0;
    int beyond = 0, count = 0;
    while (beyond < SOFT_EDGE + PAPER_PIXELS) {
        x += step.x;
        y += step.y;
        if (x < 0 || y < 0 || x >= ink->width || y >= ink->height) break;
        const size_t pixel = (size_t)y * (size_t)ink->width + (size_t)x;
        const bool is_ink = ink->values[pixel] >= ink->threshold;
        if (is_ink && beyond == 0) continue;
        if (++beyond <= SOFT_EDGE) continue;
        if (is_ink) break;
        const double more = (picture->grey[pixel] ^ ink->paper.flip) - own;
        sum += more;
        squares += more * more;
        count++;
    }
    if (count < LEAST_PIXELS) return;
    seen->contrast += sum / count;
    seen->variance += (squares - sum * sum / count) / (count - 1);
    seen->count++;
}

static void add_sample(const struct picture *picture, const struct ink *ink, int x, int y, struct surroundings *sums)
{
    struct surroundings seen = {0};
    for (int i = 0; i < DIRECTIONS; i++) add_direction(picture, ink, x, y, directions[i], &seen);
    if (seen.count == 0) return;
    sums->contrast += seen.contrast / seen.count;
    sums->deviation += sqrt(fmax(0, seen.variance / seen.count));
    sums->count++;
}

/* What has no paper around it is none either. */
static bool is_clear(const struct picture *picture, const struct ink *ink, const struct components *components,
                     const struct component *component)
{
    struct surroundings sums = {0};
    struct pixel samples[SAMPLES];
    const size_t count = component_samples(components, component, SAMPLES, samples);
    for (size_t i = 0; i < count; i++) add_sample(picture, ink, samples[i].x, samples[i].y, &sums);
    return sums.count == 0 || sums.contrast * sqrt((double)component->pixels) >=
                                  least_clearness * (sums.deviation + rounding * sums.count);
}

/* The heaviest writing after `last` (NULL: of all), of equal ones the first; NULL when there is none. */
static const struct component *next_heaviest(const struct components *components, const struct component *last)
{
    const struct component *heaviest = NULL;
    for (size_t i = 0; i < components->count; i++) {
        const struct component *here = &components->components[i];
        bool after = !last || here->mass < last->mass || (here->mass == last->mass && here > last);
        if (!component_is_writing(here) || box_extent(&here->box) < LEAST_EXTENT) continue;
        if (after && (!heaviest || here->mass > heaviest->mass)) heaviest = here;
    }
    return heaviest;
}

bool paper_is_blank(const struct picture *picture, const struct ink *ink, const struct components *components)
{
    const struct component *component = NULL;
    if (max_int(ink->width, ink->height) < LEAST_SIDE) return false;
    for (int i = 0; i < MOST_LOOKED_AT; i++) {
        component = next_heaviest(components, component);
        if (!component) return true;
        if (is_clear(picture, ink, components, component)) return false;
    }
    return true;
}
