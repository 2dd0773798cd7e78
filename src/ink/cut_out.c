/* Implements cut_out.h by a distance transform down the columns. Must not know what is cut out, or what for. */
#include "cut_out.h"

#include <string.h>

static uint8_t *row_of(const struct box *area, int y, uint8_t *cut)
{
    return cut + (size_t)(y - area->top) * (size_t)box_width(area);
}

/* One row more than the area is scratch. */
size_t cut_out_size(const struct box *area)
{
    return (size_t)box_width(area) * ((size_t)box_height(area) + 1);
}

/* The columns of the area that lie within margin pixels of a run; false: none. */
static bool clip_run(const struct run *run, int margin, const struct box *area, int *start, int *end)
{
    *start = max_int(area->left, run->start - margin);
    *end = min_int(area->right, run->end + margin);
    return *start < *end;
}

/* At first, cut[][] is how many rows a pixel lies below or above one that the margin reaches along its row. Runs
 * outside the area, which a window cut from a larger group has, count from its edge on. */
static void reach_along_rows(const struct components *components, uint32_t member, const struct box *area, int margin,
                             uint8_t *cut)
{
    const struct box reach = {area->left - margin, area->top - margin, area->right + margin, area->bottom + margin};
    struct run_walk walk = component_walk(components, member, &reach);
    for (const struct run *run; (run = run_walk_next(&walk));) {
        int start, end, y = min_int(max_int(run->row, area->top), area->bottom - 1);
        int distance = run->row < y ? y - run->row : run->row - y;
        if (distance > margin || !clip_run(run, margin, area, &start, &end)) continue;
        uint8_t *row = row_of(area, y, cut) + (start - area->left);
        const uint8_t here = (uint8_t)distance;
        for (int x = 0, count = end - start; x < count; x++) row[x] = row[x] < here ? row[x] : here;
    }
}

/* Vectorises as an addition that saturates. */
static uint8_t one_more(uint8_t distance)
{
    return (uint8_t)((distance < UINT8_MAX - 1 ? distance : UINT8_MAX - 1) + 1);
}

/* row[x] becomes one more than beside[x] where that is less. */
static void spread_row(const uint8_t *beside, int width, uint8_t *row)
{
    for (int x = 0; x < width; x++) {
        uint8_t distance = one_more(beside[x]);
        row[x] = row[x] < distance ? row[x] : distance;
    }
}

/* The distances of the row below become this row's; this row becomes ink. */
static void keep_near(const uint8_t *values, int width, uint8_t margin, uint8_t threshold, uint8_t *below, uint8_t *row)
{
    for (int x = 0; x < width; x++) {
        uint8_t distance = one_more(below[x]);
        distance = row[x] < distance ? row[x] : distance;
        uint8_t soft = values[x] < threshold ? values[x] : 0;
        below[x] = distance;
        row[x] = distance <= margin ? soft : 0;
    }
}

static void keep_soft_ink(const struct ink *ink, const struct box *area, int margin, uint8_t *cut)
{
    int width = box_width(area);
    uint8_t threshold = (uint8_t)min_int(ink->threshold, UINT8_MAX), *below = row_of(area, area->bottom, cut);
    for (int y = area->top + 1; y < area->bottom; y++)
        spread_row(row_of(area, y - 1, cut), width, row_of(area, y, cut));
    for (int y = area->bottom - 1; y >= area->top; y--) {
        const uint8_t *values = ink->values + (size_t)y * (size_t)ink->width + area->left;
        keep_near(values, width, (uint8_t)margin, threshold, below, row_of(area, y, cut));
    }
}

static void copy_strokes(const struct ink *ink, const struct components *components, uint32_t member,
                         const struct box *area, uint8_t *cut)
{
    struct run_walk walk = component_walk(components, member, area);
    for (const struct run *run; (run = run_walk_next(&walk));) {
        int start, end;
        if (!clip_run(run, 0, area, &start, &end)) continue;
        const uint8_t *values = ink->values + (size_t)run->row * (size_t)ink->width;
        memcpy(row_of(area, run->row, cut) + (start - area->left), values + start, (size_t)(end - start));
    }
}

void cut_out(const struct ink *ink, const struct components *components, const uint32_t *members, size_t member_count,
             const struct box *area, int margin, uint8_t *cut)
{
    memset(cut, UINT8_MAX, cut_out_size(area));
    for (size_t i = 0; i < member_count; i++) reach_along_rows(components, members[i], area, margin, cut);
    keep_soft_ink(ink, area, margin, cut);
    for (size_t i = 0; i < member_count; i++) copy_strokes(ink, components, members[i], area, cut);
}
