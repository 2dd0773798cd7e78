/* Implements components.h by runs and union-find. Must not know what a piece is part of. */
#include "components.h"

#include <stdlib.h>

/* The end of the stretch beginning at x (stroke or not), at most width. */
static int stretch_end(const uint8_t *line, int x, int width, int threshold, bool stroke)
{
    while (x < width && (line[x] >= threshold) == stroke) x++;
    return x;
}

/* Writes all runs, or only counts them when runs is NULL. */
static size_t collect_runs(const struct ink *ink, struct run *runs)
{
    size_t count = 0;
    for (int y = 0; y < ink->height; y++) {
        const uint8_t *line = ink->values + (size_t)y * (size_t)ink->width;
        for (int x = stretch_end(line, 0, ink->width, ink->threshold, false); x < ink->width;) {
            int end = stretch_end(line, x, ink->width, ink->threshold, true);
            if (runs) runs[count] = (struct run){y, x, end, (uint32_t)count, NO_RUN};
            count++;
            x = stretch_end(line, end, ink->width, ink->threshold, false);
        }
    }
    return count;
}

/* While connecting, run.component is the parent in a forest whose roots are each tree's first run. */
static uint32_t find_root(struct run *runs, uint32_t index)
{
    while (runs[index].component != index) {
        runs[index].component = runs[runs[index].component].component; /* path halving */
        index = runs[index].component;
    }
    return index;
}

static void connect(struct run *runs, uint32_t a, uint32_t b)
{
    a = find_root(runs, a);
    b = find_root(runs, b);
    if (a < b)
        runs[b].component = a;
    else
        runs[a].component = b;
}

/* Connects each run with those of the row above that touch it, corners included. */
static void connect_rows(struct run *runs, size_t count)
{
    size_t above = 0;
    for (size_t i = 0; i < count; i++) {
        while (above < i && (runs[above].row < runs[i].row - 1 ||
                             (runs[above].row == runs[i].row - 1 && runs[above].end < runs[i].start))) {
            above++;
        }
        for (size_t j = above; j < i && runs[j].row == runs[i].row - 1 && runs[j].start <= runs[i].end; j++) {
            connect(runs, (uint32_t)i, (uint32_t)j);
        }
    }
}

/* Numbers the roots; returns how many there are. Roots come first in their trees, so one pass forward is enough. */
static size_t number_components(struct run *runs, size_t count)
{
    size_t roots = 0;
    for (uint32_t i = 0; i < count; i++) runs[i].component = find_root(runs, i);
    for (uint32_t i = 0; i < count; i++) {
        bool root = runs[i].component == i;
        runs[i].component = root ? (uint32_t)roots++ : runs[runs[i].component].component;
    }
    return roots;
}

static void add_run(const struct ink *ink, struct component *component, struct run *runs, uint32_t index)
{
    const struct run *run = &runs[index];
    if (component->pixels == 0) {
        *component = (struct component){{run->start, run->row, run->end, run->row + 1}, 0, 0, index, index};
    } else {
        runs[component->last_run].next = index;
        component->last_run = index;
    }
    struct box *box = &component->box;
    if (run->start < box->left) box->left = run->start;
    if (run->end > box->right) box->right = run->end;
    box->bottom = run->row + 1;
    component->pixels += (size_t)(run->end - run->start);
    const uint8_t *values = ink->values + (size_t)run->row * (size_t)ink->width;
    for (int x = run->start; x < run->end; x++) component->mass += values[x];
}

scrawl_status components_find(const struct ink *ink, struct components *components)
{
    struct components result = {.run_count = collect_runs(ink, NULL)};
    if (result.run_count == 0) {
        *components = result;
        return SCRAWL_OK;
    }
    result.runs = malloc(result.run_count * sizeof *result.runs);
    if (!result.runs) return fail_out_of_memory();
    collect_runs(ink, result.runs);
    connect_rows(result.runs, result.run_count);
    result.count = number_components(result.runs, result.run_count);
    result.components = calloc(result.count, sizeof *result.components);
    if (!result.components) {
        components_free(&result);
        return fail_out_of_memory();
    }
    for (uint32_t i = 0; i < result.run_count; i++) {
        add_run(ink, &result.components[result.runs[i].component], result.runs, i);
    }
    *components = result;
    return SCRAWL_OK;
}

void components_free(struct components *components)
{
    free(components->runs);
    free(components->components);
    *components = (struct components){0};
}
