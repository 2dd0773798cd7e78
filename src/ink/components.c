/* Implements components.h by runs and union-find. Must not know what a piece is part of. */
#include "components.h"

#include <stdlib.h>

static size_t count_runs(const struct mask *mask)
{
    size_t count = 0;
    for (int y = 0; y < mask->height; y++) count += mask_count_runs(mask_row(mask, y), mask->width);
    return count;
}

static void write_runs(const struct mask *mask, struct run *runs)
{
    size_t count = 0;
    for (int y = 0; y < mask->height; y++) {
        const uint64_t *row = mask_row(mask, y);
        for (int x = mask_next(row, 0, mask->width, true); x < mask->width;) {
            int end = mask_next(row, x, mask->width, false);
            runs[count] = (struct run){y, x, end, (uint32_t)count, NO_RUN};
            count++;
            x = mask_next(row, end, mask->width, true);
        }
    }
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

/* values[height][width]; NULL: the mass is not known. */
static void add_run(const uint8_t *values, int width, struct component *component, struct run *runs, uint32_t index)
{
    const struct run *run = &runs[index];
    if (component->pixels == 0) {
        *component = (struct component){
            .box = {run->start, run->row, run->end, run->row + 1}, .first_run = index, .last_run = index};
    } else {
        runs[component->last_run].next = index;
        component->last_run = index;
    }
    struct box *box = &component->box;
    if (run->start < box->left) box->left = run->start;
    if (run->end > box->right) box->right = run->end;
    box->bottom = run->row + 1;
    component->pixels += (size_t)(run->end - run->start);
    if (!values) return;
    const uint8_t *row = values + (size_t)run->row * (size_t)width;
    uint32_t mass = 0;
    for (int x = run->start; x < run->end; x++) mass += row[x];
    component->mass += mass;
}

scrawl_status components_of_mask(const struct mask *mask, const uint8_t *values, struct components *components)
{
    const size_t run_count = count_runs(mask);
    struct components result = {.run_count = run_count, .cleared_run = run_count};
    if (result.run_count == 0) {
        *components = result;
        return SCRAWL_OK;
    }
    result.runs = malloc(result.run_count * sizeof *result.runs);
    if (!result.runs) return fail_out_of_memory();
    write_runs(mask, result.runs);
    connect_rows(result.runs, result.run_count);
    result.count = number_components(result.runs, result.run_count);
    result.components = calloc(result.count, sizeof *result.components);
    if (!result.components) {
        components_free(&result);
        return fail_out_of_memory();
    }
    for (uint32_t i = 0; i < result.run_count; i++) {
        add_run(values, mask->width, &result.components[result.runs[i].component], result.runs, i);
    }
    *components = result;
    return SCRAWL_OK;
}

scrawl_status components_find(const struct ink *ink, struct components *components)
{
    struct mask mask = {0};
    scrawl_status status = mask_create(ink->values, ink->width, ink->height, ink->threshold, &mask);
    if (status == SCRAWL_OK) status = components_of_mask(&mask, ink->values, components);
    mask_free(&mask);
    return status;
}

/* What is set in `before` and not in the ink. */
static scrawl_status cleared_mask(const struct ink *ink, const uint8_t *before, struct mask *cleared)
{
    struct mask left = {0};
    scrawl_status status = mask_create(ink->values, ink->width, ink->height, ink->threshold, &left);
    if (status == SCRAWL_OK) status = mask_create(before, ink->width, ink->height, ink->threshold, cleared);
    for (size_t i = 0; status == SCRAWL_OK && i < left.words * (size_t)left.height; i++)
        cleared->bits[i] &= ~left.bits[i];
    mask_free(&left);
    return status;
}

/* Moves the indexes of runs and components behind those that there are. */
static void append(const struct components *added, enum rule rule, struct components *components)
{
    const uint32_t runs = (uint32_t)components->run_count, count = (uint32_t)components->count;
    for (size_t i = 0; i < added->run_count; i++) {
        struct run run = added->runs[i];
        run.component += count;
        if (run.next != NO_RUN) run.next += runs;
        components->runs[components->run_count++] = run;
    }
    for (size_t i = 0; i < added->count; i++) {
        struct component component = added->components[i];
        component.first_run += runs;
        component.last_run += runs;
        component.rule = rule;
        components->components[components->count++] = component;
    }
}

static scrawl_status make_room(size_t more_runs, size_t more, struct components *components)
{
    struct run *runs = realloc(components->runs, (components->run_count + more_runs) * sizeof *runs);
    if (!runs) return fail_out_of_memory();
    components->runs = runs;
    struct component *items = realloc(components->components, (components->count + more) * sizeof *items);
    if (!items) return fail_out_of_memory();
    components->components = items;
    return SCRAWL_OK;
}

scrawl_status components_add_cleared(const struct ink *ink, const uint8_t *before, enum rule rule,
                                     struct components *components)
{
    struct mask mask = {0};
    struct components added = {0};
    scrawl_status status = cleared_mask(ink, before, &mask);
    if (status == SCRAWL_OK) status = components_of_mask(&mask, before, &added);
    if (status == SCRAWL_OK && added.count > 0) status = make_room(added.run_count, added.count, components);
    if (status == SCRAWL_OK) append(&added, rule, components);
    components_free(&added);
    mask_free(&mask);
    return status;
}

/* The first run from `at` to `end` that lies in a row and ends behind a column, or in a later row. */
static uint32_t first_behind(const struct run *runs, uint32_t at, uint32_t end, int row, int column)
{
    while (at < end) {
        const uint32_t middle = at + (end - at) / 2;
        if (runs[middle].row < row || (runs[middle].row == row && runs[middle].end <= column))
            at = middle + 1;
        else
            end = middle;
    }
    return at;
}

struct run_walk component_walk(const struct components *components, uint32_t component, const struct box *box)
{
    const struct component *walked = &components->components[component];
    const bool cleared = walked->first_run >= components->cleared_run;
    struct run_walk walk = {components, box_intersection(box, &walked->box), component, walked->first_run, NO_RUN, 0};
    if (box_width(&walk.box) <= 0 || box_height(&walk.box) <= 0) {
        walk.at = NO_RUN;
        return walk;
    }
    if (box_width(&walk.box) == box_width(&walked->box) && box_height(&walk.box) == box_height(&walked->box))
        return walk;
    walk.end = (uint32_t)(cleared ? components->run_count : components->cleared_run);
    walk.row = walk.box.top;
    walk.at = first_behind(components->runs, walk.at, walk.end, walk.row, walk.box.left);
    return walk;
}

static const struct run *next_of_all(struct run_walk *walk)
{
    if (walk->at == NO_RUN) return NULL;
    const struct run *run = &walk->components->runs[walk->at];
    walk->at = run->next;
    return run;
}

const struct run *run_walk_next(struct run_walk *walk)
{
    const struct run *runs = walk->components->runs;
    if (walk->end == NO_RUN) return next_of_all(walk);
    while (walk->at < walk->end && runs[walk->at].row < walk->box.bottom) {
        const struct run *run = &runs[walk->at];
        if (run->row == walk->row && run->start < walk->box.right) {
            walk->at++;
            if (run->component == walk->component) return run;
        } else {
            walk->row = max_int(run->row, walk->row + 1);
            walk->at = first_behind(runs, walk->at, walk->end, walk->row, walk->box.left);
        }
    }
    return NULL;
}

void component_judge(struct components *components, size_t index, enum rule rule)
{
    struct component *component = &components->components[index];
    if (component_is_writing(component) && !(components->rules_off & rule_bit(rule))) component->rule = rule;
}

void components_free(struct components *components)
{
    free(components->runs);
    free(components->components);
    *components = (struct components){0};
}

double component_bulge(const struct components *components, const struct component *component)
{
    size_t span = 0;
    const struct run *before = NULL;
    for (uint32_t i = component->first_run; i != NO_RUN; i = components->runs[i].next) {
        const struct run *run = &components->runs[i];
        span += (size_t)(run->end - (before && before->row == run->row ? before->end : run->start));
        before = run;
    }
    return (double)span / ((double)box_width(&component->box) * box_height(&component->box));
}

size_t component_samples(const struct components *components, const struct component *component, size_t most,
                         struct pixel *samples)
{
    const size_t step = component->pixels / most + 1;
    size_t next = step / 2, seen = 0, count = 0;
    for (uint32_t i = component->first_run; i != NO_RUN; i = components->runs[i].next) {
        const struct run *run = &components->runs[i];
        const size_t end = seen + (size_t)(run->end - run->start);
        for (; next < end && count < most; next += step)
            samples[count++] = (struct pixel){run->start + (int)(next - seen), run->row};
        seen = end;
    }
    return count;
}
