/* Implements split_digits.h: the network judges the windows, and the cheapest path over all atoms wins (LeCun, Bottou,
 * Bengio, Haffner, "Gradient-based learning applied to document recognition", 1998, section V). Must not know pixels
 * or how windows are made. */
#include "split_digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "layers/loss.h"

enum {
    MOST_ROUNDS = 32, /* in which only the most promising paths are looked at */
    TEXTURE = 4,      /* windows make a page, or a texture */
};

static const float least_probability = 1e-5f; /* of a window's digit; below, all are as unlikely */
/* Of the way from chance to certainty that a digit has at least: beside another that has it, and without one. */
static const float beyond_chance = 0.1f, beyond_chance_alone = 0.05f;

struct search {
    struct reader *reader;
    const struct finding *finding;
    struct split *split;
    float *forward;     /* [atoms + 1]: of the best path from the start, with windows not looked at as good as can be */
    float *backward;    /* [atoms + 1]: the same to the end */
    float *known;       /* [atoms + 1]: from the start, of windows that were looked at only */
    size_t *before;     /* [atoms + 1]: the last window of that path */
    size_t *hoped;      /* [atoms + 1]: the last window of forward's path */
    size_t *next_break; /* [atoms + 1]: the first atom from here on at which no window begins before and ends after */
};

/* ---- Costs in nats ---- */

static bool is_looked_at(const struct search *search, size_t window)
{
    return split_looked_at(search->split, window);
}

static float window_cost(const struct search *search, size_t window)
{
    float prior = search->finding->windows[window].prior;
    if (!is_looked_at(search, window)) return prior;
    size_t classes = scrawl_model_class_count(search->reader->model);
    const float *probabilities = search->split->probabilities + search->split->slots[window] * classes;
    float most = probabilities[most_probable(classes, probabilities)];
    return prior - logf(most > least_probability ? most : least_probability);
}

static void find_costs(struct search *search)
{
    const struct finding *finding = search->finding;
    for (size_t i = 1; i <= finding->atom_count; i++) search->forward[i] = search->known[i] = INFINITY;
    for (size_t i = 0; i < finding->atom_count; i++) search->backward[i] = INFINITY;
    search->forward[0] = search->known[0] = search->backward[finding->atom_count] = 0;
    for (size_t i = 0; i < finding->window_count; i++) {
        const struct window *window = &finding->windows[i];
        float cost = window_cost(search, i);
        float *end = &search->forward[window->end_atom], *known = &search->known[window->end_atom];
        if (search->forward[window->first_atom] + cost < *end) {
            *end = search->forward[window->first_atom] + cost;
            search->hoped[window->end_atom] = i;
        }
        if (is_looked_at(search, i) && search->known[window->first_atom] + cost < *known) {
            *known = search->known[window->first_atom] + cost;
            search->before[window->end_atom] = i;
        }
    }
    for (size_t i = finding->window_count; i-- > 0;) {
        const struct window *window = &finding->windows[i];
        float *first = &search->backward[window->first_atom];
        *first = fminf(*first, search->backward[window->end_atom] + window_cost(search, i));
    }
}

/* Windows are sorted by their first atom. */
static void find_breaks(struct search *search)
{
    const struct finding *finding = search->finding;
    size_t reach = 0, start = 0;
    for (size_t i = 0; i < finding->window_count; i++) {
        const struct window *window = &finding->windows[i];
        for (; window->first_atom >= reach && start < reach; start++) search->next_break[start] = reach;
        if (window->end_atom > reach) reach = window->end_atom;
    }
    for (; start < finding->atom_count; start++) search->next_break[start] = reach;
    search->next_break[finding->atom_count] = finding->atom_count;
}

/* Whether a path through this window could be the best between two breaks, were the network sure of it. */
static bool is_worth_a_look(const struct search *search, const struct window *window, size_t begin)
{
    size_t end = search->next_break[begin];
    float with = search->forward[window->first_atom] - search->forward[begin] + window->prior +
                 search->backward[window->end_atom] - search->backward[end];
    return with < search->known[end] - search->known[begin];
}

/* ---- The network ---- */

/* Makes the inputs of the windows whose slots are from first_slot on. */
static scrawl_status add_inputs(const struct finding *finding, uint32_t first_slot, struct split *split)
{
    uint8_t *inputs = realloc(split->inputs, split->slot_count * (size_t)SCRAWL_IMAGE_PIXELS);
    if (!inputs) return fail_out_of_memory();
    split->inputs = inputs;
    for (size_t i = 0; i < finding->window_count; i++) {
        uint32_t slot = split->slots[i];
        if (slot == NOT_LOOKED_AT || slot < first_slot) continue;
        scrawl_status status =
            finding_input(finding, &finding->windows[i], inputs + slot * (size_t)SCRAWL_IMAGE_PIXELS);
        if (status != SCRAWL_OK) return status;
    }
    return SCRAWL_OK;
}

/* What the network says of the slots from first_slot on. */
static scrawl_status read_slots(struct reader *reader, uint32_t first_slot, struct split *split)
{
    const size_t classes = scrawl_model_class_count(reader->model), slots = split->slot_count;
    float *probabilities = realloc(split->probabilities, slots * classes * sizeof *probabilities);
    if (!probabilities) return fail_out_of_memory();
    split->probabilities = probabilities;
    return reader_read(reader, split->inputs + first_slot * (size_t)SCRAWL_IMAGE_PIXELS, slots - first_slot,
                       probabilities + first_slot * classes);
}

/* Shows the network the windows whose slots are from first_slot on. */
static scrawl_status look_at(struct search *search, uint32_t first_slot)
{
    if (search->split->slot_count == first_slot) return SCRAWL_OK;
    scrawl_status status = add_inputs(search->finding, first_slot, search->split);
    return status == SCRAWL_OK ? read_slots(search->reader, first_slot, search->split) : status;
}

static scrawl_status look_at_others(struct search *search)
{
    uint32_t first_slot = search->split->slot_count;
    size_t begin = 0;
    for (size_t i = 0; i < search->finding->window_count; i++) {
        const struct window *window = &search->finding->windows[i];
        if (window->first_atom >= search->next_break[begin]) begin = search->next_break[begin];
        if (is_looked_at(search, i) || !is_worth_a_look(search, window, begin)) continue;
        search->split->slots[i] = search->split->slot_count++;
    }
    return look_at(search, first_slot);
}

/* Looks at what isn't known of the path that would be best were the network sure of it: with nothing left to look at,
 * it is the best (a lazy search for the shortest path, as Dellin and Srinivasa, "A unifying formalism for shortest path
 * problems with expensive edge evaluations", 2016). */
static scrawl_status look_at_most_promising(struct search *search, bool *anything)
{
    uint32_t first_slot = search->split->slot_count;
    for (size_t atom = search->finding->atom_count; atom > 0;) {
        size_t window = search->hoped[atom];
        if (!is_looked_at(search, window)) search->split->slots[window] = search->split->slot_count++;
        atom = search->finding->windows[window].first_atom;
    }
    *anything = search->split->slot_count > first_slot;
    return look_at(search, first_slot);
}

/* ---- The best path ---- */

static void choose(struct search *search)
{
    struct split *split = search->split;
    size_t count = 0;
    for (size_t atom = search->finding->atom_count; atom > 0; count++) {
        split->chosen[count] = search->before[atom];
        atom = search->finding->windows[search->before[atom]].first_atom;
    }
    for (size_t i = 0; i < count / 2; i++) {
        size_t exchange = split->chosen[i];
        split->chosen[i] = split->chosen[count - 1 - i];
        split->chosen[count - 1 - i] = exchange;
    }
    split->chosen_count = count;
}

/* ---- What is no digit at all ---- */

static float chosen_probability(const struct search *search, size_t place)
{
    size_t classes = scrawl_model_class_count(search->reader->model);
    const float *probabilities =
        search->split->probabilities + search->split->slots[search->split->chosen[place]] * classes;
    return probabilities[most_probable(classes, probabilities)];
}

float split_least_of_digit(size_t classes)
{
    const float chance = 1.0f / (float)classes;
    return chance + beyond_chance * (1 - chance);
}

/* Leaves windows out for which the network has hardly more than chance: beside surer ones they are other writing and
 * dirt, many by themselves a texture. Without a surer one, few may be digits that are hard to read, and less is asked
 * of them. */
static void leave_others_out(struct search *search)
{
    struct split *split = search->split;
    const size_t classes = scrawl_model_class_count(search->reader->model);
    const float chance = 1.0f / (float)classes, beside_others = split_least_of_digit(classes);
    float surest = 0;
    for (size_t i = 0; i < split->chosen_count; i++) {
        surest = fmaxf(surest, chosen_probability(search, i));
        split->left_out[i] = false;
    }
    const bool judged = !(search->finding->rules_off & rule_bit(RULE_NO_DIGIT));
    if (!judged || search->finding->single) return;
    const bool alone = surest < beside_others && split->chosen_count < TEXTURE;
    const float least = alone ? chance + beyond_chance_alone * (1 - chance) : beside_others;
    for (size_t i = 0; i < split->chosen_count; i++) {
        split->left_out[i] = chosen_probability(search, i) < least;
        split->left_out_count += split->left_out[i];
    }
}

/* The larger of two logarithms of sums, and what the other adds to it. */
static double add_logarithms(double a, double b)
{
    const double most = fmax(a, b);
    return most == -INFINITY ? most : most + log1p(exp(fmin(a, b) - most));
}

/* A window's share of all paths, each weighed by exp(-cost): what its paths' costs say, not only that they are least.
 * sums [2][atoms + 1]: logarithms of the weights of the paths from the start and to the end. */
static void find_shares(const struct search *search, double *sums)
{
    const struct finding *finding = search->finding;
    const size_t atoms = finding->atom_count;
    double *from_start = sums, *to_end = sums + atoms + 1;
    for (size_t i = 0; i <= atoms; i++) from_start[i] = to_end[i] = -INFINITY;
    from_start[0] = to_end[atoms] = 0;
    for (size_t i = 0; i < finding->window_count; i++) {
        if (!is_looked_at(search, i)) continue;
        const struct window *window = &finding->windows[i];
        double *end = &from_start[window->end_atom];
        *end = add_logarithms(*end, from_start[window->first_atom] - (double)window_cost(search, i));
    }
    for (size_t i = finding->window_count; i-- > 0;) {
        if (!is_looked_at(search, i)) continue;
        const struct window *window = &finding->windows[i];
        double *first = &to_end[window->first_atom];
        *first = add_logarithms(*first, to_end[window->end_atom] - (double)window_cost(search, i));
    }
    for (size_t i = 0; i < search->split->chosen_count; i++) {
        const size_t chosen = search->split->chosen[i];
        const struct window *window = &finding->windows[chosen];
        const double through =
            from_start[window->first_atom] - (double)window_cost(search, chosen) + to_end[window->end_atom];
        search->split->shares[i] = (float)fmin(exp(through - from_start[atoms]), 1);
    }
}

static scrawl_status run_search(struct search *search)
{
    scrawl_status status = SCRAWL_OK;
    bool unknown = true;
    find_breaks(search);
    find_costs(search);
    for (int round = 0; unknown && round < MOST_ROUNDS; round++) {
        status = look_at_most_promising(search, &unknown);
        if (status != SCRAWL_OK) return status;
        find_costs(search);
    }
    if (unknown) status = look_at_others(search);
    if (status != SCRAWL_OK) return status;
    find_costs(search);
    choose(search);
    double *sums = malloc(2 * (search->finding->atom_count + 1) * sizeof *sums);
    if (!sums) return fail_out_of_memory();
    find_shares(search, sums);
    free(sums);
    leave_others_out(search);
    return SCRAWL_OK;
}

/* Groups are looked at in any case. */
scrawl_status split_begin(const struct finding *finding, struct split *split)
{
    const size_t places = finding->atom_count + 1;
    if (finding->window_count == 0) return SCRAWL_OK;
    split->chosen = malloc(places * sizeof *split->chosen);
    split->left_out = malloc(places * sizeof *split->left_out);
    split->shares = malloc(places * sizeof *split->shares);
    split->slots = malloc(finding->window_count * sizeof *split->slots);
    if (!split->chosen || !split->left_out || !split->shares || !split->slots) return fail_out_of_memory();
    for (size_t i = 0; i < finding->window_count; i++) {
        const bool group = window_is_group(&finding->windows[i]);
        split->slots[i] = group ? split->slot_count++ : NOT_LOOKED_AT;
    }
    return split->slot_count ? add_inputs(finding, 0, split) : SCRAWL_OK;
}

scrawl_status split_digits(struct reader *reader, const struct finding *finding, struct split *split)
{
    const size_t places = finding->atom_count + 1;
    if (finding->window_count == 0) return SCRAWL_OK;
    scrawl_status status = split->slots ? SCRAWL_OK : split_begin(finding, split);
    if (status == SCRAWL_OK && !split->probabilities && split->slot_count) status = read_slots(reader, 0, split);
    if (status != SCRAWL_OK) return status;
    struct search search = {.reader = reader,
                            .finding = finding,
                            .split = split,
                            .forward = malloc(3 * places * sizeof(float)),
                            .before = malloc(3 * places * sizeof(size_t))};
    if (search.forward && search.before) {
        search.backward = search.forward + places;
        search.known = search.backward + places;
        search.next_break = search.before + places;
        search.hoped = search.next_break + places;
        status = run_search(&search);
    } else {
        status = fail_out_of_memory();
    }
    free(search.forward);
    free(search.before);
    return status;
}

void split_free(struct split *split)
{
    free(split->chosen);
    free(split->left_out);
    free(split->shares);
    free(split->slots);
    free(split->inputs);
    free(split->probabilities);
    *split = (struct split){0};
}
