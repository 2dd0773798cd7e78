/* Implements cuts.h: over-segmentation as in LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
 * document recognition", 1998, section V, along cheapest paths (dynamic programming) through places at which the ink is
 * thin, or ends at a thicker stroke. Must not know networks. */
#include "cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDEWAYS = 6,        /* what a step to the side costs: this much ink */
    UNREACHED = 1 << 29, /* costs more than any path */
    BEHIND = 1,          /* what puts ends and corners behind the middle of a valley that costs the same */
    ENOUGH_ROWS = 64,    /* higher groups are reduced to at least this many rows */
    FROM_LEFT = 2,       /* steps within a row */
    FROM_RIGHT = 3,
    LEVEL_PASSES = 12, /* rows in which passages are sought */
    MAX_PASSAGES = 512,
    MAX_CORNERS = 48,
    FULL = UINT8_MAX,
};

/* Sizes in parts of the group's height. */
static const double least_aspect = 0.35;  /* narrower groups are one digit */
static const double least_height = 18;    /* pixels; lower groups are left alone */
static const double cuts_per_aspect = 20; /* at most */
static const double beside = 0.25;        /* how far paths may leave the box to either side */
static const double edge_length = 0.785;  /* pi / 4 */
static const double diagonal = 0.4142;    /* by how much a diagonal step through ink is longer than a straight one */
static const double most_slant = 0.6;     /* of the straight line between two corners: columns */
/* Sizes in strokes' widths. */
static const double most_crossed = 5;
static const double as_good = 0.3;      /* crossing this much more is as good: such a passage reaches from end to end */
static const double long_passage = 1.0; /* whose ends are offered too */
static const double puddle_depth = 0.5;
static const double least_between = 0.8; /* squared: ink between cuts that are not the same */
static const double least_length = 3;    /* of a stroke on either side of a cut */

/* The group's ink in its box and beside it, and the cheapest ways through it from each pixel to the box's upper edge
 * and to its lower one. */
struct terrain {
    int width, height, margin; /* margin: columns to the left of the box, and to its right */
    int factor;                /* pixels of the ink in one */
    int *sums;                 /* [height][width + 1]: ink to the left of a pixel, in its row */
    uint8_t *ink;              /* [height][width]; the group's mean is FULL */
    uint8_t *open;    /* [height][width]: whether water would flow there, from above or, with them turned upside
                       * down, from below */
    int *costs[2];    /* [height][width]: from above, from below, with the pixel itself */
    int8_t *steps[2]; /* [height][width]: back: -1, 0 or 1 column in the row before, or FROM_LEFT, FROM_RIGHT */
    int *scratch;     /* [width] */
    void *memory;
    double stroke;
};

static scrawl_status allocate_terrain(const struct box *box, struct terrain *terrain)
{
    int factor = greater(1, box_height(box) / ENOUGH_ROWS);
    int margin = (int)(beside * box_height(box) / factor) + 1;
    int width = (box_width(box) + factor - 1) / factor + 2 * margin, height = (box_height(box) + factor - 1) / factor;
    size_t pixels = (size_t)width * (size_t)height;
    int *memory = calloc(1, (3 * pixels + (size_t)height + (size_t)width) * sizeof(int) + 4 * pixels);
    if (!memory) return fail_out_of_memory();
    *terrain = (struct terrain){.width = width, .height = height, .margin = margin, .factor = factor, .memory = memory};
    terrain->costs[0] = memory;
    terrain->costs[1] = memory + pixels;
    terrain->sums = memory + 2 * pixels;
    terrain->scratch = memory + 3 * pixels + height;
    terrain->ink = (uint8_t *)(terrain->scratch + width);
    terrain->steps[0] = (int8_t *)terrain->ink + pixels;
    terrain->steps[1] = terrain->steps[0] + pixels;
    terrain->open = (uint8_t *)terrain->steps[1] + pixels;
    return SCRAWL_OK;
}

/* Adds the values of a run to the sums of the terrain's pixels that it lies in. Returns their total. */
static size_t add_run(const struct ink *ink, const struct run *run, const struct box *box, struct terrain *terrain)
{
    const uint8_t *values = ink->values + (size_t)run->row * (size_t)ink->width;
    int *row = terrain->costs[0] + (run->row - box->top) / terrain->factor * terrain->width + terrain->margin;
    size_t total = 0;
    for (int x = run->start; x < run->end; x++) {
        row[(x - box->left) / terrain->factor] += values[x];
        total += values[x];
    }
    return total;
}

static void scale_ink(struct terrain *terrain, double mean)
{
    double scale = FULL / (mean * terrain->factor * terrain->factor);
    for (int y = 0; y < terrain->height; y++) {
        int *sums = terrain->sums + y * (terrain->width + 1);
        uint8_t *ink = terrain->ink + y * terrain->width;
        const int *values = terrain->costs[0] + y * terrain->width;
        sums[0] = 0;
        for (int x = 0; x < terrain->width; x++) {
            ink[x] = (uint8_t)fmin(FULL, values[x] * scale);
            sums[x + 1] = sums[x] + ink[x];
        }
    }
}

/* Twice the area by the outline: edges of pixels are longer than what they follow, by 4 / pi on the mean. */
static double stroke_width(const struct terrain *terrain)
{
    int pixels = 0, edges = 0, width = terrain->width;
    for (int y = 0; y < terrain->height; y++) {
        const uint8_t *ink = terrain->ink + y * width;
        for (int x = 0; x < width; x++) {
            if (ink[x] < FULL / 2) continue;
            bool above = y > 0 && ink[x - width] >= FULL / 2,
                 below = y + 1 < terrain->height && ink[x + width] >= FULL / 2;
            pixels++;
            edges += !above + !below + (ink[x - 1] < FULL / 2) + (ink[x + 1] < FULL / 2);
        }
    }
    return fmax(1, 2 * pixels / (edge_length * greater(1, edges)));
}

static scrawl_status make_terrain(const struct ink *ink, const struct components *components,
                                  const struct grouping *grouping, const struct group *group, struct terrain *terrain)
{
    size_t pixels = 0, total = 0;
    scrawl_status status = allocate_terrain(&group->box, terrain);
    if (status != SCRAWL_OK) return status;
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t at = components->components[member].first_run; at != NO_RUN; at = components->runs[at].next) {
            const struct run *run = &components->runs[at];
            total += add_run(ink, run, &group->box, terrain);
            pixels += (size_t)(run->end - run->start);
        }
    }
    scale_ink(terrain, (double)total / (double)pixels);
    terrain->stroke = stroke_width(terrain);
    return SCRAWL_OK;
}

/* ---- The cheapest ways ---- */

/* A row's costs from the row before, NULL for the first one; straight on where it costs the same. */
static void enter_row(const struct terrain *terrain, const uint8_t *ink, const int *before, int *costs, int8_t *steps)
{
    int width = terrain->width;
    for (int x = 0; x < width; x++) {
        int left = before && x > 0 ? before[x - 1] : UNREACHED,
            right = before && x + 1 < width ? before[x + 1] : UNREACHED;
        int aside = lesser(left, right) + SIDEWAYS + (int)(diagonal * ink[x]), straight = before ? before[x] : 0;
        steps[x] = (int8_t)(straight <= aside ? 0 : left <= right ? -1 : 1);
        costs[x] = lesser(straight, aside) + ink[x];
    }
}

static void walk_along_row(const struct terrain *terrain, const uint8_t *ink, int *costs, int8_t *steps)
{
    for (int x = 1; x < terrain->width; x++) {
        int cost = costs[x - 1] + SIDEWAYS + ink[x];
        if (cost < costs[x]) costs[x] = cost, steps[x] = FROM_LEFT;
    }
    for (int x = terrain->width - 2; x >= 0; x--) {
        int cost = costs[x + 1] + SIDEWAYS + ink[x];
        if (cost < costs[x]) costs[x] = cost, steps[x] = FROM_RIGHT;
    }
}

/* direction: 0 from above, 1 from below. */
static void find_ways(struct terrain *terrain, int direction)
{
    const int *before = NULL;
    for (int i = 0; i < terrain->height; i++) {
        int start = (direction ? terrain->height - 1 - i : i) * terrain->width;
        int *costs = terrain->costs[direction] + start;
        int8_t *steps = terrain->steps[direction] + start;
        enter_row(terrain, terrain->ink + start, before, costs, steps);
        walk_along_row(terrain, terrain->ink + start, costs, steps);
        before = costs;
    }
}

/* The columns of the way from a pixel to the upper edge, or the lower one. */
static void follow(const struct terrain *terrain, int direction, int row, int column, int *columns)
{
    int last = direction ? terrain->height - 1 : 0, down = direction ? 1 : -1;
    for (;;) {
        int step = terrain->steps[direction][row * terrain->width + column];
        if (step == FROM_LEFT || step == FROM_RIGHT) {
            column += step == FROM_LEFT ? -1 : 1;
            continue;
        }
        columns[row] = column;
        if (row == last) return;
        column += step;
        row += down;
    }
}

/* ---- Where to pass ---- */

/* From the upper edge the cheapest way to a pixel, straight on to another, and the cheapest way to the lower edge. */
struct passage {
    int row, column, end_row, end_column, cost;
};

struct passages {
    struct passage items[MAX_PASSAGES];
    int count;
};

static void offer(struct passages *passages, int row, int column, int cost)
{
    if (passages->count < MAX_PASSAGES)
        passages->items[passages->count++] = (struct passage){row, column, row, column, cost};
}

static int cost_through(const struct terrain *terrain, int row, int column)
{
    int at = row * terrain->width + column;
    return terrain->costs[0][at] + terrain->costs[1][at] - terrain->ink[at];
}

/* The valleys of what it costs to pass the row; where one is long, its ends too, which lie at thicker strokes. */
static void find_passages_of_row(const struct terrain *terrain, int row, struct passages *passages)
{
    int *costs = terrain->scratch, first = terrain->margin;
    int end = terrain->width - terrain->margin, most = (int)(most_crossed * terrain->stroke * FULL);
    for (int x = 0; x < terrain->width; x++) costs[x] = cost_through(terrain, row, x);
    for (int x = first; x < end; x++) {
        if (costs[x] > most || (x > first && costs[x] >= costs[x - 1])) continue;
        int last = x;
        while (last + 1 < end && costs[last + 1] == costs[x]) last++;
        if (last + 1 < end && costs[last + 1] < costs[x]) continue;
        offer(passages, row, (x + last) / 2, costs[x]);
        int left = x, right = last, limit = lesser(most, costs[x] + (int)(as_good * terrain->stroke * FULL));
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

static int row_at(const struct terrain *terrain, int direction, int depth)
{
    return direction ? terrain->height - 1 - depth : depth;
}

static void flood(struct terrain *terrain, int direction)
{
    const uint8_t *before = NULL;
    int width = terrain->width;
    for (int depth = 0; depth < terrain->height; depth++) {
        const uint8_t *ink = terrain->ink + row_at(terrain, direction, depth) * width;
        uint8_t *open = terrain->open + row_at(terrain, direction, depth) * width;
        for (int x = 0; x < width; x++) open[x] = ink[x] < FULL / 2 && (!before || before[x]);
        for (int x = 1; x < width; x++) open[x] |= open[x - 1] && ink[x] < FULL / 2;
        for (int x = width - 2; x >= 0; x--) open[x] |= open[x + 1] && ink[x] < FULL / 2;
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
static void rise(const struct terrain *terrain, int direction, struct surface *surface)
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
static void add_puddle(const struct terrain *terrain, int direction, const struct surface *bottom,
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

static void find_corners(struct terrain *terrain, int direction, struct corners *corners)
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

/* The columns from one row to another, at most the height of the terrain. */
static int column_between(const struct passage *passage, int row)
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
        for (int x = lesser(passage->column, passage->end_column); x < greater(passage->column, passage->end_column);
             x++)
            cost += terrain->ink[row + x];
        return (int)cost;
    }
    for (int row = passage->row + 1; row < passage->end_row; row++)
        cost += terrain->ink[row * terrain->width + column_between(passage, row)];
    return (int)(cost * sqrt(rows * rows + columns * columns) / rows);
}

static void join_corners(const struct terrain *terrain, const struct corners *upper, const struct corners *lower,
                         struct passages *passages)
{
    int most = (int)(most_crossed * terrain->stroke * FULL), width = terrain->width;
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
        offer(passages, row, column, cost_through(terrain, row, column) + BEHIND);
    }
}

static void find_passages_at_corners(struct terrain *terrain, struct passages *passages)
{
    struct corners upper, lower;
    find_corners(terrain, 0, &upper);
    find_corners(terrain, 1, &lower);
    offer_corners(terrain, &upper, passages);
    offer_corners(terrain, &lower, passages);
    join_corners(terrain, &upper, &lower, passages);
}

/* ---- Which of them ---- */

static int cheaper_first(const void *a, const void *b)
{
    const struct passage *first = a, *second = b;
    if (first->cost != second->cost) return first->cost < second->cost ? -1 : 1;
    if (first->column != second->column) return first->column < second->column ? -1 : 1;
    return first->row - second->row;
}

static int ink_left_of(const struct terrain *terrain, int row, int column)
{
    return terrain->sums[row * (terrain->width + 1) + column];
}

/* Whether there is a stroke on either side. */
static bool parts_ink(const struct terrain *terrain, const int *columns)
{
    double left = 0, all = 0, least = least_length * terrain->stroke * terrain->stroke * FULL;
    for (int y = 0; y < terrain->height; y++) {
        left += ink_left_of(terrain, y, columns[y]);
        all += ink_left_of(terrain, y, terrain->width);
    }
    return left >= least && all - left >= least;
}

static bool are_same(const struct terrain *terrain, const int *a, const int *b)
{
    double between = 0, least = least_between * terrain->stroke * terrain->stroke * FULL;
    for (int y = 0; y < terrain->height; y++)
        between += abs(ink_left_of(terrain, y, a[y]) - ink_left_of(terrain, y, b[y]));
    return between < least;
}

/* ways[MAX_CUTS][height]: the cheapest that differ, and their places among the passages. */
static int choose_ways(const struct terrain *terrain, const struct passages *passages, int *ways, int *places)
{
    int count = 0, width = terrain->width - 2 * terrain->margin;
    int most = lesser(MAX_CUTS, (int)(cuts_per_aspect * width / terrain->height));
    for (int i = 0; i < passages->count && count < most; i++) {
        int *way = ways + count * terrain->height;
        bool same = false;
        const struct passage *passage = &passages->items[i];
        follow(terrain, 1, passage->end_row, passage->end_column, way);
        for (int row = passage->row; row < passage->end_row; row++) way[row] = column_between(passage, row);
        follow(terrain, 0, passage->row, passage->column, way);
        for (int j = 0; j < count && !same; j++) same = are_same(terrain, way, ways + j * terrain->height);
        if (same || !parts_ink(terrain, way)) continue;
        places[count++] = i;
    }
    return count;
}

/* ---- Cuts ---- */

static int by_mean(const void *a, const void *b)
{
    float first = ((const struct cut *)a)->mean_x, second = ((const struct cut *)b)->mean_x;
    return (first > second) - (first < second);
}

/* The way in pixels of the ink. */
static scrawl_status make_cut(const struct terrain *terrain, const struct box *box, const int *way, int cost,
                              struct cut *cut)
{
    int height = box_height(box), last = terrain->height - 1;
    double sum = 0;
    cut->columns = malloc((size_t)height * sizeof *cut->columns);
    if (!cut->columns) return fail_out_of_memory();
    for (int y = 0; y < height; y++) {
        double place = fmin(fmax((y + 0.5) / terrain->factor - 0.5, 0), last);
        int above = (int)place, below = lesser(above + 1, last);
        double column = way[above] + (place - above) * (way[below] - way[above]) - terrain->margin;
        cut->columns[y] = box->left + (int)floor(column * terrain->factor + 0.5);
        sum += cut->columns[y];
    }
    cut->top_x = (float)cut->columns[0];
    cut->bottom_x = (float)cut->columns[height - 1];
    cut->mean_x = (float)(sum / height);
    cut->crossed = (float)(cost / (terrain->stroke * FULL));
    return SCRAWL_OK;
}

/* passages, ways[MAX_CUTS][height] and places[MAX_CUTS] are scratch. */
static scrawl_status make_cuts(struct terrain *terrain, const struct box *box, struct passages *passages, int *ways,
                               struct cut *cuts, int *count)
{
    int places[MAX_CUTS];
    find_ways(terrain, 0);
    find_ways(terrain, 1);
    passages->count = 0;
    for (int i = 0; i < LEVEL_PASSES; i++)
        find_passages_of_row(terrain, (2 * i + 1) * terrain->height / (2 * LEVEL_PASSES), passages);
    find_passages_at_corners(terrain, passages);
    qsort(passages->items, (size_t)passages->count, sizeof *passages->items, cheaper_first);
    int found = choose_ways(terrain, passages, ways, places);
    for (; *count < found; ++*count) {
        scrawl_status status = make_cut(terrain, box, ways + *count * terrain->height,
                                        passages->items[places[*count]].cost, &cuts[*count]);
        if (status != SCRAWL_OK) return status;
    }
    if (found > 1) qsort(cuts, (size_t)found, sizeof *cuts, by_mean);
    return SCRAWL_OK;
}

scrawl_status cuts_find(const struct ink *ink, const struct components *components, const struct grouping *grouping,
                        const struct group *group, struct cut cuts[MAX_CUTS], int *count)
{
    const struct box *box = &group->box;
    struct terrain terrain = {0};
    *count = 0;
    if (box_width(box) < least_aspect * box_height(box) || box_height(box) < least_height) return SCRAWL_OK;
    scrawl_status status = make_terrain(ink, components, grouping, group, &terrain);
    struct passages *passages = malloc(sizeof *passages);
    int *ways = malloc((size_t)MAX_CUTS * (size_t)greater(1, terrain.height) * sizeof *ways);
    if (status == SCRAWL_OK && (!passages || !ways)) status = fail_out_of_memory();
    if (status == SCRAWL_OK) status = make_cuts(&terrain, box, passages, ways, cuts, count);
    free(ways);
    free(passages);
    free(terrain.memory);
    return status;
}

/* ---- What lies between ---- */

int cut_column(const struct cut *cut, const struct box *box, int row)
{
    return cut->columns[greater(0, lesser(box_height(box) - 1, row - box->top))];
}

struct stretch cuts_between(const struct components *components, const struct grouping *grouping,
                            const struct group *group, const struct cut *left, const struct cut *right)
{
    struct stretch stretch = {.box = {group->box.right, group->box.bottom, group->box.left, group->box.top}};
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t at = components->components[member].first_run; at != NO_RUN; at = components->runs[at].next) {
            const struct run *run = &components->runs[at];
            int from = left ? cut_column(left, &group->box, run->row) : run->start;
            int to = right ? cut_column(right, &group->box, run->row) : run->end;
            int start = greater(run->start, from), end = lesser(run->end, to);
            if (from > to) stretch.backwards += (size_t)greater(0, lesser(run->end, from) - greater(run->start, to));
            if (start >= end) continue;
            struct box part = {start, run->row, end, run->row + 1};
            stretch.box = box_union(&stretch.box, &part);
            stretch.pixels += (size_t)(end - start);
        }
    }
    if (stretch.pixels == 0) stretch.box = (struct box){0};
    return stretch;
}
