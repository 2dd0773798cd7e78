/* Implements cuts.h: over-segmentation as in LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
 * document recognition", 1998, section V, along the cheapest passages that differ. Must not know networks. */
#include "cuts.h"

#include <math.h>
#include <stdlib.h>

#include "passages.h"

/* Sizes in parts of the group's height. */
static const double least_aspect = 0.35;  /* narrower groups are one digit */
static const double least_height = 18;    /* pixels; lower groups are left alone */
static const double cuts_per_aspect = 20; /* at most */
/* Sizes in strokes' widths. */
static const double least_between = 0.8; /* squared: ink between cuts that are not the same */
static const double least_length = 3;    /* of a stroke on either side of a cut */

/* Whether there is a stroke on either side. */
static bool parts_ink(const struct terrain *terrain, const int *columns)
{
    double left = 0, all = 0, least = least_length * terrain->stroke * terrain->stroke * TERRAIN_FULL;
    for (int y = 0; y < terrain->height; y++) {
        left += terrain_ink_left_of(terrain, y, columns[y]);
        all += terrain_ink_left_of(terrain, y, terrain->width);
    }
    return left >= least && all - left >= least;
}

static bool are_same(const struct terrain *terrain, const int *a, const int *b)
{
    double between = 0, least = least_between * terrain->stroke * terrain->stroke * TERRAIN_FULL;
    for (int y = 0; y < terrain->height; y++)
        between += abs(terrain_ink_left_of(terrain, y, a[y]) - terrain_ink_left_of(terrain, y, b[y]));
    return between < least;
}

/* ways[MAX_CUTS][height]: the cheapest that differ, and their places among the passages. */
static int choose_ways(const struct terrain *terrain, const struct passages *passages, int *ways, int *places)
{
    int count = 0, width = terrain->width - 2 * terrain->margin;
    int most = min_int(MAX_CUTS, (int)(cuts_per_aspect * width / terrain->height));
    for (int i = 0; i < passages->count && count < most; i++) {
        int *way = ways + count * terrain->height;
        bool same = false;
        const struct passage *passage = &passages->items[i];
        terrain_follow(terrain, FROM_BELOW, passage->end_row, passage->end_column, way);
        for (int row = passage->row; row < passage->end_row; row++) way[row] = passage_column(passage, row);
        terrain_follow(terrain, FROM_ABOVE, passage->row, passage->column, way);
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

void cut_free(struct cut *cut)
{
    free(cut->columns);
    *cut = (struct cut){0};
}

/* The way in pixels of the ink. */
static scrawl_status make_cut(const struct terrain *terrain, const struct box *box, const int *way, int cost,
                              struct cut *cut)
{
    int height = box_height(box), last = terrain->height - 1;
    double sum = 0;
    cut->top = box->top;
    cut->height = height;
    cut->columns = malloc((size_t)height * sizeof *cut->columns);
    if (!cut->columns) return fail_out_of_memory();
    for (int y = 0; y < height; y++) {
        double place = fmin(fmax((y + 0.5) / terrain->factor - 0.5, 0), last);
        int above = (int)place, below = min_int(above + 1, last);
        double column = way[above] + (place - above) * (way[below] - way[above]) - terrain->margin;
        cut->columns[y] = box->left + (int)floor(column * terrain->factor + 0.5);
        sum += cut->columns[y];
    }
    cut->top_x = (float)cut->columns[0];
    cut->bottom_x = (float)cut->columns[height - 1];
    cut->mean_x = (float)(sum / height);
    cut->crossed = (float)(cost / (terrain->stroke * TERRAIN_FULL));
    return SCRAWL_OK;
}

/* passages and ways[MAX_CUTS][height] are scratch. */
static scrawl_status make_cuts(struct terrain *terrain, const struct box *box, struct passages *passages, int *ways,
                               struct cut *cuts, int *count)
{
    int places[MAX_CUTS];
    passages_find(terrain, passages);
    int found = choose_ways(terrain, passages, ways, places);
    for (; *count < found; ++*count) {
        scrawl_status status = make_cut(terrain, box, ways + *count * terrain->height,
                                        passages->items[places[*count]].cost, &cuts[*count]);
        if (status == SCRAWL_OK) continue;
        while (*count > 0) cut_free(&cuts[--*count]);
        return status;
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
    scrawl_status status = terrain_create(ink, components, grouping, group, &terrain);
    struct passages *passages = malloc(sizeof *passages);
    int *ways = malloc((size_t)MAX_CUTS * (size_t)max_int(1, terrain.height) * sizeof *ways);
    if (status == SCRAWL_OK && (!passages || !ways)) status = fail_out_of_memory();
    if (status == SCRAWL_OK) status = make_cuts(&terrain, box, passages, ways, cuts, count);
    free(ways);
    free(passages);
    terrain_free(&terrain);
    return status;
}

/* ---- What lies between ---- */

int cut_column(const struct cut *cut, int row)
{
    return cut->columns[max_int(0, min_int(cut->height - 1, row - cut->top))];
}

struct stretch cuts_between(const struct components *components, const struct grouping *grouping,
                            const struct group *group, const struct cut *left, const struct cut *right)
{
    struct stretch stretch = {.box = {group->box.right, group->box.bottom, group->box.left, group->box.top}};
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t at = components->components[member].first_run; at != NO_RUN; at = components->runs[at].next) {
            const struct run *run = &components->runs[at];
            int from = left ? cut_column(left, run->row) : run->start;
            int to = right ? cut_column(right, run->row) : run->end;
            int start = max_int(run->start, from), end = min_int(run->end, to);
            if (from > to) stretch.backwards += (size_t)max_int(0, min_int(run->end, from) - max_int(run->start, to));
            if (start >= end) continue;
            struct box part = {start, run->row, end, run->row + 1};
            stretch.box = box_union(&stretch.box, &part);
            stretch.pixels += (size_t)(end - start);
        }
    }
    if (stretch.pixels == 0) stretch.box = (struct box){0};
    return stretch;
}
