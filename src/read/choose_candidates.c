/* Implements choose_candidates.h: those that exclude each other, directly or over others, make a cluster; each is
 * solved by itself, from left to right, where a state is which of the chosen ones reach beyond the current left edge
 * (dynamic programming over the frontier). Must not know pictures. */
#include "choose_candidates.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STATES = 128, /* of one step: the best ones; clusters of a row need a few */
    MOST_ACTIVE = 6,   /* chosen ones that reach beyond the left edge */
};

static const uint32_t nothing = UINT32_MAX;

/* The best way to choose among the choices so far that ends with these reaching on. */
struct state {
    float weight;
    uint32_t active[MOST_ACTIVE]; /* in the order of their left edges; nothing after the last */
    uint32_t last;                /* index of the link that added the last choice; nothing */
};

/* A chosen one, and what was chosen before it. */
struct link {
    uint32_t choice, before;
};

struct solver {
    struct choice *choices;
    size_t count;
    const struct place_index *index; /* of the choices */
    choices_conflict *conflict;
    const void *context;
    uint32_t *order;   /* [count]: by left edge, cluster by cluster */
    uint32_t *cluster; /* [count]: the lowest member's number, found by union */
    struct state *states, *next;
    struct link *links;
    size_t link_count, link_room;
};

/* ---- Clusters ---- */

static uint32_t root_of(uint32_t *cluster, uint32_t index)
{
    while (cluster[index] != index) index = cluster[index] = cluster[cluster[index]];
    return index;
}

static bool exclude(const struct solver *solver, uint32_t a, uint32_t b)
{
    return place_shared(&solver->choices[a].box, &solver->choices[b].box) > 0 &&
           solver->conflict(solver->context, a, b);
}

/* Joins the clusters of two that exclude each other. */
static void join(struct solver *solver, uint32_t i, uint32_t j)
{
    const uint32_t a = root_of(solver->cluster, i), b = root_of(solver->cluster, j);
    if (a == b || !(solver->choices[i].weight > 0) || !(solver->choices[j].weight > 0)) return;
    if (exclude(solver, i, j)) solver->cluster[a > b ? a : b] = a > b ? b : a;
}

static void find_clusters(struct solver *solver)
{
    for (uint32_t i = 0; i < solver->count; i++) solver->cluster[i] = i;
    for (uint32_t i = 0; i < solver->count; i++) {
        size_t j;
        for (struct place_walk walk = place_index_walk(solver->index, &solver->choices[i].box);
             place_walk_next(&walk, &j);)
            if (j > i) join(solver, i, (uint32_t)j);
    }
    for (uint32_t i = 0; i < solver->count; i++) solver->cluster[i] = root_of(solver->cluster, i);
}

/* qsort has no context. */
struct sort_key {
    uint32_t cluster, index;
    float left;
};

static int by_cluster_then_left(const void *a, const void *b)
{
    const struct sort_key *first = a, *second = b;
    if (first->cluster != second->cluster) return first->cluster < second->cluster ? -1 : 1;
    if (first->left != second->left) return first->left < second->left ? -1 : 1;
    return first->index < second->index ? -1 : first->index > second->index;
}

static scrawl_status sort_choices(struct solver *solver)
{
    struct sort_key *keys = malloc(solver->count * sizeof *keys);
    if (!keys) return fail_out_of_memory();
    for (uint32_t i = 0; i < solver->count; i++)
        keys[i] = (struct sort_key){solver->cluster[i], i, solver->choices[i].box.left};
    qsort(keys, solver->count, sizeof *keys, by_cluster_then_left);
    for (uint32_t i = 0; i < solver->count; i++) solver->order[i] = keys[i].index;
    free(keys);
    return SCRAWL_OK;
}

/* ---- One cluster ---- */

static bool same_active(const struct state *a, const struct state *b)
{
    return memcmp(a->active, b->active, sizeof a->active) == 0;
}

/* Keeps the better of two states that reach on alike; of too many the worst goes. */
static void add_state(struct state *states, size_t *count, const struct state *state)
{
    size_t worst = 0;
    for (size_t i = 0; i < *count; i++) {
        if (same_active(&states[i], state)) {
            if (state->weight > states[i].weight) states[i] = *state;
            return;
        }
        if (states[i].weight < states[worst].weight) worst = i;
    }
    if (*count < MOST_STATES)
        states[(*count)++] = *state;
    else if (state->weight > states[worst].weight)
        states[worst] = *state;
}

/* Without what ends before the left edge. */
static struct state moved_on(const struct solver *solver, const struct state *state, float left)
{
    struct state moved = *state;
    size_t kept = 0;
    for (size_t i = 0; i < MOST_ACTIVE && state->active[i] != nothing; i++)
        if (solver->choices[state->active[i]].box.right > left) moved.active[kept++] = state->active[i];
    while (kept < MOST_ACTIVE) moved.active[kept++] = nothing;
    return moved;
}

/* Takes the choice too, where that goes. */
static bool extend(struct solver *solver, struct state *state, uint32_t choice)
{
    size_t active = 0;
    for (; active < MOST_ACTIVE && state->active[active] != nothing; active++)
        if (exclude(solver, state->active[active], choice)) return false;
    if (active == MOST_ACTIVE || solver->link_count == solver->link_room) return false;
    state->active[active] = choice;
    state->weight += solver->choices[choice].weight;
    solver->links[solver->link_count] = (struct link){choice, state->last};
    state->last = (uint32_t)solver->link_count++;
    return true;
}

/* The best way through order[first .. end), without the choice `without`: its weight, and its last link. */
static float solve(struct solver *solver, size_t first, size_t end, uint32_t without, uint32_t *last)
{
    size_t count = 1;
    struct state *states = solver->states, *next = solver->next;
    solver->link_count = 0;
    states[0] = (struct state){.weight = 0, .last = nothing};
    for (size_t i = 0; i < MOST_ACTIVE; i++) states[0].active[i] = nothing;
    for (size_t i = first; i < end; i++) {
        const uint32_t choice = solver->order[i];
        size_t next_count = 0;
        if (choice == without || !(solver->choices[choice].weight > 0)) continue;
        for (size_t j = 0; j < count; j++) {
            struct state state = moved_on(solver, &states[j], solver->choices[choice].box.left);
            add_state(next, &next_count, &state);
            if (extend(solver, &state, choice)) add_state(next, &next_count, &state);
        }
        struct state *exchange = states;
        states = next;
        next = exchange;
        count = next_count;
    }
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (states[i].weight > states[best].weight) best = i;
    *last = states[best].last;
    return states[best].weight;
}

static void solve_cluster(struct solver *solver, size_t first, size_t end)
{
    uint32_t last, ignored;
    const float best = solve(solver, first, end, nothing, &last);
    for (; last != nothing; last = solver->links[last].before)
        solver->choices[solver->links[last].choice].chosen = true;
    for (size_t i = first; i < end; i++) {
        struct choice *choice = &solver->choices[solver->order[i]];
        if (choice->chosen) choice->margin = best - solve(solver, first, end, solver->order[i], &ignored);
    }
}

static scrawl_status allocate(struct solver *solver)
{
    solver->link_room = 2 * (size_t)MOST_STATES * (solver->count + 1);
    solver->order = malloc(solver->count * sizeof *solver->order);
    solver->cluster = malloc(solver->count * sizeof *solver->cluster);
    solver->states = malloc((MOST_STATES + 1) * sizeof *solver->states);
    solver->next = malloc((MOST_STATES + 1) * sizeof *solver->next);
    solver->links = malloc(solver->link_room * sizeof *solver->links);
    return solver->order && solver->cluster && solver->states && solver->next && solver->links ? SCRAWL_OK
                                                                                               : fail_out_of_memory();
}

scrawl_status choose_candidates(struct choice *choices, size_t count, const struct place_index *index,
                                choices_conflict *conflict, const void *context)
{
    struct solver solver = {
        .choices = choices, .count = count, .index = index, .conflict = conflict, .context = context};
    if (count == 0) return SCRAWL_OK;
    for (size_t i = 0; i < count; i++) choices[i].chosen = false, choices[i].margin = 0;
    scrawl_status status = allocate(&solver);
    if (status == SCRAWL_OK) {
        find_clusters(&solver);
        status = sort_choices(&solver);
    }
    if (status == SCRAWL_OK) {
        for (size_t first = 0, end; first < count; first = end) {
            const uint32_t cluster = solver.cluster[solver.order[first]];
            for (end = first; end < count && solver.cluster[solver.order[end]] == cluster;) end++;
            solve_cluster(&solver, first, end);
        }
    }
    free(solver.order);
    free(solver.cluster);
    free(solver.states);
    free(solver.next);
    free(solver.links);
    return status;
}
