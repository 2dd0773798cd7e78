/* Implements narrow_levels.h. Must not know which levels are paper, or digits. */
#include "narrow_levels.h"

#include <stdlib.h>

#include "base/box.h"
#include "base/histogram.h"

enum {
    FEWEST_LEVELS = 16, /* in a byte, of wide samples */
    NARROW = 10,        /* levels between the extremes: below, ink doesn't differ enough from paper */
    LEAST_EXTENT = 10,  /* pixels of a stroke, in pictures of at least twice as many: specks of noise are smaller */
};

static const double paper_part = 0.6;  /* of the picture that the paper's level has, at least */
static const double whole_part = 0.95; /* of what differs from it that is no speck, at least */

unsigned narrow_levels_white(unsigned highest, unsigned maximum)
{
    unsigned white = 1;
    if (highest >= maximum / FEWEST_LEVELS) return maximum;
    while (white < highest) white = 2 * white + 1;
    return white;
}

/* The levels in use; most pictures leave a narrow range in their first rows. */
struct extremes {
    uint8_t low, high;
};

static bool is_narrow(const uint8_t *grey, size_t count, struct extremes *range)
{
    *range = (struct extremes){UINT8_MAX, 0};
    for (size_t i = 0; i < count; i++) {
        if (grey[i] < range->low) range->low = grey[i];
        if (grey[i] > range->high) range->high = grey[i];
        if (range->high >= range->low + NARROW) return false;
    }
    return range->high > range->low;
}

/* One end of the range is the paper, the other the pen: more frequent than the levels between them, which strokes' soft
 * edges have. Noise has the fewer pixels of a level the further it is from the most frequent one. */
static bool has_pen(const uint8_t *grey, size_t count, struct extremes range, uint8_t *paper)
{
    size_t histogram[LEVELS] = {0};
    for (size_t i = 0; i < count; i++) histogram[grey[i]]++;
    *paper = histogram[range.low] > histogram[range.high] ? range.low : range.high;
    const size_t pen = histogram[range.low + range.high - *paper];
    for (int level = range.low + 1; level < range.high; level++)
        if (histogram[level] > pen) return false;
    return (double)histogram[*paper] >= paper_part * (double)count;
}

/* ---- What hangs together ---- */

struct flood {
    const uint8_t *grey;
    int width, height;
    uint8_t paper;
    bool *seen;        /* [height][width] */
    uint32_t *waiting; /* [height * width] */
};

static void wait_for_neighbours(struct flood *flood, int x, int y, size_t *waiting)
{
    for (int row = max_int(0, y - 1); row < min_int(flood->height, y + 2); row++) {
        for (int column = max_int(0, x - 1); column < min_int(flood->width, x + 2); column++) {
            const size_t pixel = (size_t)row * (size_t)flood->width + (size_t)column;
            if (flood->seen[pixel] || flood->grey[pixel] == flood->paper) continue;
            flood->seen[pixel] = true;
            flood->waiting[(*waiting)++] = (uint32_t)pixel;
        }
    }
}

/* The pixels that are connected with this one, also at corners, and their box. */
static size_t flood_from(struct flood *flood, size_t pixel, struct box *box)
{
    const size_t width = (size_t)flood->width;
    size_t waiting = 0, pixels = 0;
    flood->seen[pixel] = true;
    flood->waiting[waiting++] = (uint32_t)pixel;
    *box = (struct box){(int)(pixel % width), (int)(pixel / width), (int)(pixel % width) + 1, (int)(pixel / width) + 1};
    for (; waiting > 0; pixels++) {
        const uint32_t here = flood->waiting[--waiting];
        const int x = (int)(here % width), y = (int)(here / width);
        *box = box_union(box, &(struct box){x, y, x + 1, y + 1});
        wait_for_neighbours(flood, x, y, &waiting);
    }
    return pixels;
}

static bool hangs_together(struct flood *flood)
{
    const int least = min_int(LEAST_EXTENT, max_int(flood->width, flood->height) / 2);
    const size_t count = (size_t)flood->width * (size_t)flood->height;
    size_t all = 0, whole = 0;
    for (size_t pixel = 0; pixel < count; pixel++) {
        struct box box;
        if (flood->seen[pixel] || flood->grey[pixel] == flood->paper) continue;
        const size_t pixels = flood_from(flood, pixel, &box);
        all += pixels;
        if (box_extent(&box) >= least) whole += pixels;
    }
    return (double)whole >= whole_part * (double)all;
}

static scrawl_status is_drawn(struct flood *flood, bool *drawn)
{
    const size_t count = (size_t)flood->width * (size_t)flood->height;
    flood->seen = calloc(count, sizeof *flood->seen);
    flood->waiting = malloc(count * sizeof *flood->waiting);
    const bool enough = flood->seen && flood->waiting;
    if (enough) *drawn = hangs_together(flood);
    free(flood->seen);
    free(flood->waiting);
    return enough ? SCRAWL_OK : fail_out_of_memory();
}

scrawl_status narrow_levels_stretch(uint8_t *grey, size_t width, size_t height)
{
    const size_t count = width * height;
    struct flood flood = {.grey = grey, .width = (int)width, .height = (int)height};
    struct extremes range;
    bool drawn = false;
    if (!is_narrow(grey, count, &range) || !has_pen(grey, count, range, &flood.paper)) return SCRAWL_OK;
    scrawl_status status = is_drawn(&flood, &drawn);
    for (size_t i = 0; drawn && i < count; i++)
        grey[i] = (uint8_t)((grey[i] - range.low) * UINT8_MAX / (range.high - range.low));
    return status;
}
