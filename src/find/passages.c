/* Implements passages.h. */
#include "passages.h"

#include <math.h>
#include <stdlib.h>

enum {
    BEHIND = 1,        /* what puts ends and corners behind the middle of a valley that costs the same */
    LEVEL_PASSES = 12, /* rows in which passages are sought */
    MAX_CORNERS = 48,
};

static const double most_slant = 0.6; /* of the straight line between two corners: columns, in heights of the group */
/* Sizes in strokes' widths. */
static const double most_crossed = 5;
static const double as_good = 0.3;      /* crossing this much more is as good: such a passage reaches from end to end */
static const double long_passage = 1.0; /* whose ends are offered too */
static const double puddle_depth = 0.5;

static void offer(struct passages *passages, int row, int column, int cost)
{
    if (passages->count < MAX_PASSAGES)
        passages->items[passages->count++] = (struct passage){row, column, row, column, cost};
}

/* The valleys of what it costs to pass the row; where one is long, its ends too, which lie at thicker strokes. */
static void find_passages_of_row(const struct terrain *terrain, int row, struct passages *passages)
{
    int *costs = terrain->scratch, first = terrain->margin;
    int end = terrain->width - terrain->margin, most = (int)(most_crossed * terrain->stroke * TERRAIN_FULL);
    for (int x = 0; x < terrain->width; x++) costs[x] = terrain_cost_through(terrain, row, x);
    for (int x = first; x < end; x++) {
        if (costs[x] > most || (x > first && costs[x] >= costs[x - 1])) continue;
        int last = x;
        while (last + 1 < end && costs[last + 1] == costs[x]) last++;
        if (last + 1 < end && costs[last + 1] < costs[x]) continue;
        offer(passages, row, (x + last) / 2, costs[x]);
        int left = x, right = last, limit = min_int(most, costs[x] + (int)(as_good * terrain->stroke * TERRAIN_FULL));
        while (left > first && costs[left - 1] <= limit) left--;
        while (right + 1 < end && costs[right + 1] <= limit) right++;
        if (right - left < long_passage * terrain->stroke) continue;
        offer(passages, row, left, costs[left] + BEHIND);
        offer(passages, row, right, costs[right] + BEHIND);
    }
}

/* ---- Where water would stand ---- */

/* Where strokes meet. */
struct corners {
    struct {
        int row, column;
    } items[MAX_CORNERS];
    int count;
};

static int row_at(const struct terrain *terrain, enum direction direction, int depth)
{
    return direction == FROM_BELOW ? terrain->height - 1 - depth : depth;
}

/* Where water would flow, from above or, with the terrain turned upside down, from below. */
static void flood(struct terrain *terrain, enum direction direction)
{
    const uint8_t *before = NULL;
    int width = terrain->width;
    for (int depth = 0; depth < terrain->height; depth++) {
        const uint8_t *ink = terrain->ink + row_at(terrain, direction, depth) * width;
        uint8_t *open = terrain->open + row_at(terrain, direction, depth) * width;
        for (int x = 0; x < width; x++) open[x] = ink[x] < TERRAIN_FULL / 2 && (!before || before[x]);
        for (int x = 1; x < width; x++) open[x] |= open[x - 1] && ink[x] < TERRAIN_FULL / 2;
        for (int x = width - 2; x >= 0; x--) open[x] |= open[x + 1] && ink[x] < TERRAIN_FULL / 2;
        before = open;
    }
}

static void add_corner(struct corners *corners, int row, int column)
{
    if (corners->count == MAX_CORNERS) return;
    corners->items[corners->count].row = row;
    corners->items[corners->count++].column = column;
}

/* The open pixels of a row. */
struct surface {
    int depth, start, end; /* end is outside */
};

/* Fills what has no way deeper, one row up. */
static void rise(const struct terrain *terrain, enum direction direction, struct surface *surface)
{
    const uint8_t *open = terrain->open + row_at(terrain, direction, --surface->depth) * terrain->width;
    int x = surface->start;
    while (x + 1 < surface->end && !open[x]) x++;
    surface->start = x;
    surface->end = x + 1;
    while (surface->start > 0 && open[surface->start - 1]) surface->start--;
    while (surface->end < terrain->width && open[surface->end]) surface->end++;
}

/* A place from which water flows no deeper, and the ends of the puddle that would stand there when it is long. */
static void add_puddle(const struct terrain *terrain, enum direction direction, const struct surface *bottom,
                       struct corners *corners)
{
    struct surface surface = *bottom;
    int rows = (int)(puddle_depth * terrain->stroke + 0.5);
    if (surface.depth < rows) return;
    while (rows-- > 0) rise(terrain, direction, &surface);
    if (surface.start == 0 || surface.end == terrain->width) return;
    add_corner(corners, row_at(terrain, direction, bottom->depth), (bottom->start + bottom->end - 1) / 2);
    if (surface.end - surface.start < long_passage * terrain->stroke) return;
    add_corner(corners, row_at(terrain, direction, surface.depth), surface.start);
    add_corner(corners, row_at(terrain, direction, surface.depth), surface.end - 1);
}

static void find_corners(struct terrain *terrain, enum direction direction, struct corners *corners)
{
    int width = terrain->width;
    corners->count = 0;
    flood(terrain, direction);
    for (int depth = 1; depth + 1 < terrain->height; depth++) {
        const uint8_t *open = terrain->open + row_at(terrain, direction, depth) * width;
        const uint8_t *next = terrain->open + row_at(terrain, direction, depth + 1) * width;
        for (int x = 0; x < width; x++) {
            if (!open[x]) continue;
            struct surface bottom = {depth, x, x};
            bool flows = false;
            for (; x < width && open[x]; x++) flows |= next[x];
            bottom.end = x;
            if (!flows) add_puddle(terrain, direction, &bottom, corners);
        }
    }
}

int passage_column(const struct passage *passage, int row)
{
    int rows = passage->end_row - passage->row;
    if (rows <= 0) return passage->column;
    return passage->column + (passage->end_column - passage->column) * (row - passage->row) / rows;
}

/* The cost of the straight part, without its ends. */
static int straight_cost(const struct terrain *terrain, const struct passage *passage)
{
    double cost = 0, rows = passage->end_row - passage->row, columns = passage->end_column - passage->column;
    if (rows <= 0) {
        int row = passage->row * terrain->width;
        for (int x = min_int(passage->column, passage->end_column); x < max_int(passage->column, passage->end_column);
             x++)
            cost += terrain->ink[row + x];
        return (int)cost;
    }
    for (int row = passage->row + 1; row < passage->end_row; row++)
        cost += terrain->ink[row * terrain->width + passage_column(passage, row)];
    return (int)(cost * sqrt(rows * rows + columns * columns) / rows);
}

static void join_corners(const struct terrain *terrain, const struct corners *upper, const struct corners *lower,
                         struct passages *passages)
{
    int most = (int)(most_crossed * terrain->stroke * TERRAIN_FULL), width = terrain->width;
    for (int i = 0; i < upper->count; i++) {
        for (int j = 0; j < lower->count && passages->count < MAX_PASSAGES; j++) {
            struct passage passage = {upper->items[i].row, upper->items[i].column, lower->items[j].row,
                                      lower->items[j].column, 0};
            if (passage.end_row < passage.row) passage.row = passage.end_row = (passage.row + passage.end_row) / 2;
            if (abs(passage.end_column - passage.column) > most_slant * terrain->height) continue;
            passage.cost = terrain->costs[0][passage.row * width + passage.column] +
                           terrain->costs[1][passage.end_row * width + passage.end_column] +
                           straight_cost(terrain, &passage) + BEHIND;
            if (passage.cost <= most) passages->items[passages->count++] = passage;
        }
    }
}

static void offer_corners(const struct terrain *terrain, const struct corners *corners, struct passages *passages)
{
    for (int i = 0; i < corners->count; i++) {
        int row = corners->items[i].row, column = corners->items[i].column;
        offer(passages, row, column, terrain_cost_through(terrain, row, column) + BEHIND);
    }
}

static void find_passages_at_corners(struct terrain *terrain, struct passages *passages)
{
    struct corners upper, lower;
    find_corners(terrain, FROM_ABOVE, &upper);
    find_corners(terrain, FROM_BELOW, &lower);
    offer_corners(terrain, &upper, passages);
    offer_corners(terrain, &lower, passages);
    join_corners(terrain, &upper, &lower, passages);
}

static int cheaper_first(const void *a, const void *b)
{
    const struct passage *first = a, *second = b;
    if (first->cost != second->cost) return first->cost < second->cost ? -1 : 1;
    if (first->column != second->column) return first->column < second->column ? -1 : 1;
    return first->row - second->row;
}

void passages_find(struct terrain *terrain, struct passages *passages)
{
    passages->count = 0;
    for (int i = 0; i < LEVEL_PASSES; i++)
        find_passages_of_row(terrain, (2 * i + 1) * terrain->height / (2 * LEVEL_PASSES), passages);
    find_passages_at_corners(terrain, passages);
    qsort(passages->items, (size_t)passages->count, sizeof *passages->items, cheaper_first);
}
