/* Ink to its connected pieces. Knows neither grey pixels nor digits. */
#ifndef COMPONENTS_H
#define COMPONENTS_H

#include "base/box.h"
#include "ink.h"
#include "mask.h"
#include "rules.h"

/* A horizontal stretch of stroke pixels. */
struct run {
    int row, start, end; /* end is outside */
    uint32_t component;  /* index into components */
    uint32_t next;       /* of the same component, NO_RUN after the last */
};

enum { NO_RUN = UINT32_MAX };

struct component {
    struct box box;
    size_t pixels;
    size_t mass; /* sum of its ink; 0 where that isn't known */
    uint32_t first_run, last_run;
    enum rule rule; /* which takes it for something other than writing */
};

struct components {
    struct run *runs;              /* row by row, left to right; then so those of what was cleared */
    size_t run_count, cleared_run; /* of all, and the first of those; run_count: none */
    struct component *components;  /* ordered by their topmost, then leftmost pixel; what was cleared comes last */
    size_t count;
    uint32_t rules_off; /* bits of rules that judge nothing; set by the caller */
};

/* Pieces of values at or above ink->threshold; pixels that touch at a corner are connected. Takes time in proportion
 * to the pixels. Fails with OUT_OF_MEMORY only. */
scrawl_status components_find(const struct ink *ink, struct components *components);
/* The same of a mask. values[height][width], or NULL: their ink. */
scrawl_status components_of_mask(const struct mask *mask, const uint8_t *values, struct components *components);

/* Adds, after the others, the pieces of strokes that the ink had and has no more: `before` are its values before a rule
 * cleared them, [height][width]. They are judged by that rule. At most once. Fails with OUT_OF_MEMORY only; then
 * nothing is added. */
scrawl_status components_add_cleared(const struct ink *ink, const uint8_t *before, enum rule rule,
                                     struct components *components);

void components_free(struct components *components);

/* Goes over the runs of a component that lie in a box, in part at least, in their order. Where the
 * component reaches beyond the box this takes time in proportion to all runs in the box, and for each of its rows to
 * the logarithm of all runs; else to the component's runs. */
struct run_walk {
    const struct components *components;
    struct box box;
    uint32_t component, at, end; /* end: of the runs of its kind; NO_RUN: the component lies in the box */
    int row;
};

struct run_walk component_walk(const struct components *components, uint32_t component, const struct box *box);

/* NULL: there are no more. */
const struct run *run_walk_next(struct run_walk *walk);

static inline bool component_is_writing(const struct component *component)
{
    return component->rule == RULE_NONE;
}

/* Writes down that a rule takes a component for something other than writing. The first one that does so counts, and
 * one that is switched off doesn't. */
void component_judge(struct components *components, size_t index, enum rule rule);

/* The part of its box that lies between the first and the last pixel of each row. */
double component_bulge(const struct components *components, const struct component *component);

struct pixel {
    int x, y;
};

/* Pixels of a component, spread evenly over its runs: at most `most` of them. Returns how many there are. */
size_t component_samples(const struct components *components, const struct component *component, size_t most,
                         struct pixel *samples);

#endif
