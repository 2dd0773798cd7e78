/* Implements terrain.h. */
#include "terrain.h"

#include <math.h>
#include <stdlib.h>

enum {
    SIDEWAYS = 6,        /* what a step to the side costs: this much ink */
    UNREACHED = 1 << 29, /* costs more than any path */
    ENOUGH_ROWS = 64,    /* higher groups are reduced to at least this many rows */
    FROM_LEFT = 2,       /* steps within a row */
    FROM_RIGHT = 3,
};

static const double beside = 0.25;       /* how far paths may leave the box to either side, in heights of the group */
static const double edge_length = 0.785; /* pi / 4 */
static const double diagonal = 0.4142;   /* by how much a diagonal step through ink is longer than a straight one */

static scrawl_status allocate_terrain(const struct box *box, struct terrain *terrain)
{
    int factor = max_int(1, box_height(box) / ENOUGH_ROWS);
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
    double scale = TERRAIN_FULL / (mean * terrain->factor * terrain->factor);
    for (int y = 0; y < terrain->height; y++) {
        int *sums = terrain->sums + y * (terrain->width + 1);
        uint8_t *ink = terrain->ink + y * terrain->width;
        const int *values = terrain->costs[0] + y * terrain->width;
        sums[0] = 0;
        for (int x = 0; x < terrain->width; x++) {
            ink[x] = (uint8_t)fmin(TERRAIN_FULL, values[x] * scale);
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
            if (ink[x] < TERRAIN_FULL / 2) continue;
            bool above = y > 0 && ink[x - width] >= TERRAIN_FULL / 2,
                 below = y + 1 < terrain->height && ink[x + width] >= TERRAIN_FULL / 2;
            pixels++;
            edges += !above + !below + (ink[x - 1] < TERRAIN_FULL / 2) + (ink[x + 1] < TERRAIN_FULL / 2);
        }
    }
    return fmax(1, 2 * pixels / (edge_length * max_int(1, edges)));
}

/* A row's costs from the row before, NULL for the first one; straight on where it costs the same. */
static void enter_row(const struct terrain *terrain, const uint8_t *ink, const int *before, int *costs, int8_t *steps)
{
    int width = terrain->width;
    for (int x = 0; x < width; x++) {
        int left = before && x > 0 ? before[x - 1] : UNREACHED,
            right = before && x + 1 < width ? before[x + 1] : UNREACHED;
        int aside = min_int(left, right) + SIDEWAYS + (int)(diagonal * ink[x]), straight = before ? before[x] : 0;
        steps[x] = (int8_t)(straight <= aside ? 0 : left <= right ? -1 : 1);
        costs[x] = min_int(straight, aside) + ink[x];
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

static void find_ways(struct terrain *terrain, enum direction direction)
{
    const int *before = NULL;
    for (int i = 0; i < terrain->height; i++) {
        int start = (direction == FROM_BELOW ? terrain->height - 1 - i : i) * terrain->width;
        int *costs = terrain->costs[direction] + start;
        int8_t *steps = terrain->steps[direction] + start;
        enter_row(terrain, terrain->ink + start, before, costs, steps);
        walk_along_row(terrain, terrain->ink + start, costs, steps);
        before = costs;
    }
}

scrawl_status terrain_create(const struct ink *ink, const struct components *components,
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
    find_ways(terrain, FROM_ABOVE);
    find_ways(terrain, FROM_BELOW);
    return SCRAWL_OK;
}

void terrain_free(struct terrain *terrain)
{
    free(terrain->memory);
    terrain->memory = NULL;
}

void terrain_follow(const struct terrain *terrain, enum direction direction, int row, int column, int *columns)
{
    bool below = direction == FROM_BELOW;
    int last = below ? terrain->height - 1 : 0, down = below ? 1 : -1;
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
