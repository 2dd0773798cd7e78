/* Implements clear_lines.h: follows each line run by run. Must not know why they are cleared. */
#include "clear_lines.h"

#include <string.h>

#include "base/box.h"

enum {
    STROKE_RING = 2, /* pixels around a crossing that dirt may have */
    SOFT_EDGE = 2,   /* pixels beside a line in which its soft edge lies */
    CROSSING_ROOM = 2,
};

/* What is cleared: one of both, the other is NULL. Coordinates are the picture's. */
struct surface {
    struct mask *mask;
    struct ink *ink;
    int width, height;
};

static bool is_stroke(const struct surface *surface, int x, int y)
{
    if (surface->mask) return mask_is_set(mask_row(surface->mask, y), x);
    return surface->ink->values[(size_t)y * (size_t)surface->width + (size_t)x] >= surface->ink->threshold;
}

static void clear_stretch(const struct surface *surface, int y, int start, int end)
{
    if (surface->mask)
        mask_clear(mask_row_to_write(surface->mask, y), start, end);
    else
        memset(surface->ink->values + (size_t)y * (size_t)surface->width + start, 0, (size_t)(end - start));
}

static void clear_pixel_if(const struct surface *surface, int x, int y, bool anyway)
{
    if (anyway || (surface->ink && !is_stroke(surface, x, y))) clear_stretch(surface, y, x, x + 1);
}

/* Clears a run across a line, of a row of the lines' mask, and the soft edge beside it. */
static void clear_run(const struct straight_lines *lines, int row, int start, int end, const struct surface *surface)
{
    int first = max_int(0, start - SOFT_EDGE), beyond = min_int(lines->mask.width, end + SOFT_EDGE);
    for (int across = first; across < beyond; across++) {
        bool inside = across >= start && across < end;
        if (lines->exchanged)
            clear_pixel_if(surface, row, across, inside);
        else
            clear_pixel_if(surface, across, row, inside);
    }
}

/* Of the runs in a row that touch one above, the nearest as chains.c has it, which leaves too wide ones out; false
 * where there is none. */
static bool next_run(const struct straight_lines *lines, int row, int *start, int *end)
{
    const uint64_t *bits = mask_row(&lines->mask, row);
    int above_start = *start, above_end = *end, most = -1;
    int beyond = min_int(lines->mask.width, above_end + 1),
        reach = min_int(lines->mask.width, beyond + lines->most_width);
    int first = mask_next(bits, max_int(0, above_start - 1), beyond, true);
    while (first > max_int(0, above_start - lines->most_width - 1) && first < beyond && mask_is_set(bits, first - 1))
        first--;
    while (first < beyond) {
        int last = mask_next(bits, first, reach, false);
        int shared = shared_columns(first, last, above_start, above_end);
        if (shared > most && last - first <= lines->most_width) {
            most = shared;
            *start = first;
            *end = last;
        }
        first = last < beyond ? mask_next(bits, last, beyond, true) : beyond;
    }
    return most >= 0;
}

/* Between two chains of a line: what is as narrow and lies on the way from one to the other. */
static void clear_gap(const struct straight_lines *lines, const struct chain *above, const struct chain *below,
                      double width, const struct surface *surface)
{
    double slope = (below->first_center - above->last_center) / (double)(below->first_row - above->last_row);
    for (int row = above->last_row + 1; row < below->first_row; row++) {
        int center = (int)(above->last_center + slope * (row - above->last_row)), start = center, end = center;
        if (next_run(lines, row, &start, &end) && is_hardly_broader(end - start, width))
            clear_run(lines, row, start, end, surface);
    }
}

/* Where a run is much wider than the line, a stroke lies on it. */
static void clear_line(const struct straight_lines *lines, const struct straight_line *line,
                       const struct surface *surface)
{
    double width = straight_line_width(line);
    for (int index = line->first; index >= 0; index = lines->chains.items[index].next) {
        const struct chain *chain = &lines->chains.items[index];
        int start = chain->start, end = chain->end;
        for (int row = chain->first_row; row <= chain->last_row; row++) {
            if (!next_run(lines, row, &start, &end)) break;
            if (is_hardly_broader(end - start, width)) clear_run(lines, row, start, end, surface);
        }
        if (index == line->last) break;
        /* Not of a mask: while lines are judged, what lies between their chains counts as writing that they touch. */
        if (surface->ink) clear_gap(lines, chain, &lines->chains.items[chain->next], width, surface);
    }
}

/* ---- Crossings ---- */

/* Clears what lies in the box, unless strokes lead into it: more than STROKE_RING pixels around it. */
static void clear_box(const struct surface *surface, struct box box)
{
    int left = max_int(0, box.left), right = min_int(surface->width, box.right), ring = 0;
    for (int y = max_int(0, box.top - 1); y < min_int(surface->height, box.bottom + 1); y++) {
        bool edge = y < box.top || y >= box.bottom;
        for (int x = left; edge && x < right; x++) ring += is_stroke(surface, x, y);
        if (box.left > 0 && box.left <= surface->width) ring += is_stroke(surface, box.left - 1, y);
        if (box.right < surface->width && box.right >= 0) ring += is_stroke(surface, box.right, y);
    }
    if (ring > STROKE_RING) return;
    for (int y = max_int(0, box.top); y < min_int(surface->height, box.bottom) && left < right; y++)
        clear_stretch(surface, y, left, right);
}

/* A line's half width with some room, in whole pixels. */
static int half_width(const struct straight_line *line)
{
    return line->pixels / line->covered / 2 + CROSSING_ROOM;
}

static bool reaches(const struct straight_lines *lines, const struct straight_line *line, double row, int room)
{
    return row >= straight_line_first(lines, line)->first_row - room &&
           row <= straight_line_last(lines, line)->last_row + room;
}

static void clear_crossing(const struct straight_lines *upright, const struct straight_line *a,
                           const struct straight_lines *level, const struct straight_line *b,
                           const struct surface *surface)
{
    double y = straight_line_center_at(level, b, straight_line_first(upright, a)->first_center);
    double x = straight_line_center_at(upright, a, y);
    y = straight_line_center_at(level, b, x);
    int across = half_width(a), down = half_width(b);
    if (!reaches(upright, a, y, down) || !reaches(level, b, x, across)) return;
    clear_box(surface, (struct box){(int)x - across, (int)y - down, (int)x + across + 1, (int)y + down + 1});
}

/* Where two lines cross, each is a stroke that crosses the other: what both have in common goes too. */
static void clear_lines(const struct straight_lines directions[2], const struct surface *surface)
{
    const struct straight_lines *upright = &directions[0], *level = &directions[1];
    for (int i = 0; i < upright->count; i++) clear_line(upright, &upright->items[i], surface);
    for (int i = 0; i < level->count; i++) clear_line(level, &level->items[i], surface);
    for (int i = 0; i < upright->count; i++) {
        for (int j = 0; j < level->count; j++)
            clear_crossing(upright, &upright->items[i], level, &level->items[j], surface);
    }
}

void clear_lines_of_mask(const struct straight_lines directions[2], struct mask *mask)
{
    clear_lines(directions, &(struct surface){mask, NULL, mask->width, mask->height});
}

void clear_lines_of_ink(const struct straight_lines directions[2], struct ink *ink)
{
    clear_lines(directions, &(struct surface){NULL, ink, ink->width, ink->height});
}
