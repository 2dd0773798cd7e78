/* Implements cuts.h: over-segmentation as in LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
 * document recognition", 1998, section V, along cheapest paths (dynamic programming). Must not know networks. */
#include "cuts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SIDEWAYS = 6,       /* what a step to the side costs: this much ink */
    UNREACHED = 1 << 29 /* costs more than any path */
};

/* Sizes in parts of the group's height. */
static const double least_aspect = 0.6;  /* narrower groups are one digit */
static const double least_height = 18;   /* pixels; lower groups are left alone */
static const double border_room = 0.12;  /* from the first cut to the edge, at mid-height */
static const double between_cuts = 0.13; /* at mid-height */
static const double cuts_per_aspect = 5; /* at most */
static const double most_crossed = 3.2;  /* strokes' widths */
static const double beside = 0.25;       /* how far paths may leave the box to either side */

/* The group's ink in its box and beside it, and the paths through it: from each pixel to the box's upper edge, and to
 * its lower one, the cheapest way. */
struct terrain {
    int width, height, margin; /* margin: columns to the left of the box, and to its right */
    uint8_t *ink;              /* [height][width] */
    int8_t *steps;             /* [height][width]: to the next row on the way out: -1, 0 or 1 column */
    int *costs;                /* [3][width] and 2: downwards, upwards, and scratch */
    double stroke;
};

static void free_terrain(struct terrain *terrain)
{
    free(terrain->ink);
    free(terrain->steps);
    free(terrain->costs);
}

static scrawl_status make_terrain(const struct ink *ink, const struct components *components,
                                  const struct grouping *grouping, const struct group *group, struct terrain *terrain)
{
    const struct box *box = &group->box;
    int margin = (int)(beside * box_height(box)) + 1;
    *terrain = (struct terrain){box_width(box) + 2 * margin, box_height(box), margin, NULL, NULL, NULL, 0};
    size_t width = (size_t)terrain->width, pixels = width * (size_t)terrain->height, runs = 0, stroke = 0;
    terrain->ink = calloc(1, pixels);
    terrain->steps = malloc(pixels);
    terrain->costs = malloc((3 * width + 2) * sizeof *terrain->costs);
    if (!terrain->ink || !terrain->steps || !terrain->costs) return fail_out_of_memory();
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t at = components->components[member].first_run; at != NO_RUN; at = components->runs[at].next) {
            const struct run *run = &components->runs[at];
            size_t length = (size_t)(run->end - run->start);
            memcpy(terrain->ink + (size_t)(run->row - box->top) * width + (run->start - box->left + margin),
                   ink->values + (size_t)run->row * (size_t)ink->width + run->start, length);
            stroke += length;
            runs++;
        }
    }
    terrain->stroke = (double)stroke / (double)runs;
    return SCRAWL_OK;
}

/* The cheapest ways from an edge (row `first`) to the row `last`, both included; straight on where it costs the same.
 * before[-1 .. width] is scratch. */
static void find_ways(const struct terrain *terrain, int first, int last, int *costs, int *before)
{
    int down = last >= first ? 1 : -1, width = terrain->width;
    memset(costs, 0, (size_t)width * sizeof *costs);
    before[-1] = before[width] = UNREACHED;
    for (int row = first; row != last + down; row += down) {
        const uint8_t *ink = terrain->ink + (size_t)row * (size_t)width;
        int8_t *steps = terrain->steps + (size_t)row * (size_t)width;
        memcpy(before, costs, (size_t)width * sizeof *costs);
        for (int x = 0; x < width; x++) {
            int left = before[x - 1] + SIDEWAYS, right = before[x + 1] + SIDEWAYS, least = lesser(left, right);
            steps[x] = (int8_t)(before[x] <= least ? 0 : left <= right ? -1 : 1);
            costs[x] = lesser(before[x], least) + ink[x];
        }
    }
}

/* The columns of the way through `column` of the middle row. */
static void follow(const struct terrain *terrain, int left, int column, int *columns)
{
    int middle = terrain->height / 2;
    for (int row = middle, x = column; row >= 0; row--) {
        columns[row] = x - terrain->margin + left;
        x += terrain->steps[(size_t)row * (size_t)terrain->width + (size_t)x];
    }
    for (int row = middle + 1, x = column; row < terrain->height; row++) {
        columns[row] = x - terrain->margin + left;
        x += terrain->steps[(size_t)row * (size_t)terrain->width + (size_t)x];
    }
}

/* A way through the middle row. */
struct passage {
    int column, cost;
};

/* Keeps the cheapest; one gives way to a cheaper one that is too near. */
static void offer(struct passage *kept, int *count, int most, struct passage passage, double room)
{
    int left = 0;
    for (int i = 0; i < *count; i++) {
        if (abs(kept[i].column - passage.column) < room && kept[i].cost <= passage.cost) return;
    }
    for (int i = 0; i < *count; i++) {
        if (abs(kept[i].column - passage.column) >= room) kept[left++] = kept[i];
    }
    int at = left;
    while (at > 0 && kept[at - 1].cost > passage.cost) at--;
    if (at < most) {
        if (left == most) left--;
        memmove(kept + at + 1, kept + at, (size_t)(left - at) * sizeof *kept);
        kept[at] = passage;
        left++;
    }
    *count = left;
}

static int by_column(const void *a, const void *b)
{
    return ((const struct passage *)a)->column - ((const struct passage *)b)->column;
}

/* The middles of the valleys of what it costs to pass, from left to right. */
static int find_passages(const struct terrain *terrain, const int *costs, struct passage passages[MAX_CUTS])
{
    int room = (int)(border_room * terrain->height), width = terrain->width - 2 * terrain->margin, count = 0;
    int first = terrain->margin + room, end = terrain->margin + width - room;
    int most = lesser(MAX_CUTS, (int)(cuts_per_aspect * width / terrain->height));
    for (int x = first; x < end; x++) {
        if (costs[x] >= costs[x - 1]) continue;
        int last = x;
        while (last + 1 < end && costs[last + 1] == costs[x]) last++;
        if (last + 1 < end && costs[last + 1] < costs[x]) continue;
        if (costs[x] > most_crossed * terrain->stroke * UINT8_MAX) continue;
        offer(passages, &count, most, (struct passage){(x + last) / 2, costs[x]}, between_cuts * terrain->height);
    }
    if (count > 1) qsort(passages, (size_t)count, sizeof *passages, by_column);
    return count;
}

static scrawl_status make_cuts(const struct terrain *terrain, int left, struct cut *cuts, int *count)
{
    struct passage passages[MAX_CUTS];
    int middle = terrain->height / 2, *above = terrain->costs, *below = above + terrain->width;
    int *before = below + terrain->width + 1;
    find_ways(terrain, 0, middle, above, before);
    find_ways(terrain, terrain->height - 1, middle + 1, below, before);
    for (int x = 0; x < terrain->width; x++) above[x] += below[x];
    int found = find_passages(terrain, above, passages);
    for (; *count < found; ++*count) {
        struct cut *cut = &cuts[*count];
        cut->columns = malloc((size_t)terrain->height * sizeof *cut->columns);
        if (!cut->columns) return fail_out_of_memory();
        follow(terrain, left, passages[*count].column, cut->columns);
        cut->top_x = (float)cut->columns[0];
        cut->bottom_x = (float)cut->columns[terrain->height - 1];
        cut->crossed = (float)(passages[*count].cost / (terrain->stroke * UINT8_MAX));
    }
    return SCRAWL_OK;
}

scrawl_status cuts_find(const struct ink *ink, const struct components *components, const struct grouping *grouping,
                        const struct group *group, struct cut cuts[MAX_CUTS], int *count)
{
    const struct box *box = &group->box;
    struct terrain terrain;
    *count = 0;
    if (box_width(box) < least_aspect * box_height(box) || box_height(box) < least_height) return SCRAWL_OK;
    scrawl_status status = make_terrain(ink, components, grouping, group, &terrain);
    if (status == SCRAWL_OK) status = make_cuts(&terrain, box->left, cuts, count);
    free_terrain(&terrain);
    return status;
}

int cut_column(const struct cut *cut, const struct box *box, int row)
{
    return cut->columns[greater(0, lesser(box_height(box) - 1, row - box->top))];
}

void cuts_boxes(const struct components *components, const struct grouping *grouping, const struct group *group,
                const struct cut *cuts, int count, struct box *boxes)
{
    memset(boxes, 0, (size_t)(count + 1) * sizeof *boxes);
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t at = components->components[member].first_run; at != NO_RUN; at = components->runs[at].next) {
            const struct run *run = &components->runs[at];
            int start = run->start;
            for (int j = 0; j <= count && start < run->end; j++) {
                int end = j < count ? lesser(run->end, cut_column(&cuts[j], &group->box, run->row)) : run->end;
                if (end <= start) continue;
                struct box stretch = {start, run->row, end, run->row + 1};
                boxes[j] = box_width(&boxes[j]) ? box_union(&boxes[j], &stretch) : stretch;
                start = end;
            }
        }
    }
}
