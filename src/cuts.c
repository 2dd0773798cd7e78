/* Implements cuts.h: over-segmentation as in LeCun, Bottou, Bengio, Haffner, "Gradient-based learning applied to
 * document recognition", 1998, section V. Must not know networks. */
#include "cuts.h"

#include <limits.h>
#include <math.h>
#include <string.h>

/* Sizes in parts of the group's height. */
static const double least_aspect = 0.6;  /* narrower groups are one digit */
static const double least_height = 18;   /* pixels; lower groups are left alone */
static const double border_room = 0.12;  /* from the first cut to the edge */
static const double between_cuts = 0.13; /* at mid-height */
static const double cuts_per_aspect = 5; /* at most */
static const double most_crossed = 3.2;  /* strokes' widths */
/* Columns per row by which writing leans to the right. */
static const double slants[] = {0, 0.25, 0.5, -0.2};
static const double slant_cost = 0.3; /* strokes' widths per column per row */

enum { SLANTS = sizeof slants / sizeof *slants, MARGIN = 4 };

/* Calls for each run of the group. */
typedef void visit_run(void *context, const struct run *run);

static void visit_runs(const struct components *components, const struct grouping *grouping, const struct group *group,
                       visit_run *visit, void *context)
{
    for (uint32_t i = 0; i < group->member_count; i++) {
        uint32_t member = grouping->members[group->first_member + i];
        for (uint32_t run = components->components[member].first_run; run != NO_RUN; run = components->runs[run].next) {
            visit(context, &components->runs[run]);
        }
    }
}

float cut_x(const struct cut *cut, const struct box *box, int row)
{
    float part = ((float)(row - box->top) + 0.5f) / (float)box_height(box);
    return cut->top_x + part * (cut->bottom_x - cut->top_x);
}

struct profile {
    const struct box *box;
    double slant;
    int *counts; /* [size]: ink pixels on the slanting line through each column at mid-height */
    int size;
    long pixels, runs;
};

static int profile_margin(const struct box *box)
{
    return box_height(box) / 4 + MARGIN / 2;
}

static void add_to_profile(void *context, const struct run *run)
{
    struct profile *profile = context;
    double middle = (profile->box->top + profile->box->bottom - 1) / 2.0;
    int shift =
        (int)floor(profile->slant * (run->row - middle) + 0.5) - profile->box->left + profile_margin(profile->box);
    profile->counts[run->start + shift]++;
    profile->counts[run->end + shift]--;
    profile->pixels += run->end - run->start;
    profile->runs++;
}

static struct cut cut_at(const struct profile *profile, int index)
{
    float middle = (float)(index - profile_margin(profile->box) + profile->box->left) + 0.5f;
    float lean = (float)(profile->slant * box_height(profile->box) / 2);
    double stroke = (double)profile->pixels / (double)profile->runs;
    return (struct cut){middle + lean, middle - lean, (float)(profile->counts[index] / stroke)};
}

static float middle_of(const struct cut *cut)
{
    return (cut->top_x + cut->bottom_x) / 2;
}

static bool are_compatible(const struct cut *a, const struct cut *b, double room)
{
    return fabsf(middle_of(a) - middle_of(b)) >= (float)room && (a->top_x < b->top_x) == (a->bottom_x < b->bottom_x);
}

/* Keeps cuts, sorted by what they cost; a cut gives way to a cheaper one that it isn't compatible with. */
static void offer_cut(struct cut *cuts, int *count, int most, const struct cut *cut, double room)
{
    for (int i = 0; i < *count; i++) {
        if (!are_compatible(&cuts[i], cut, room) && cuts[i].crossed <= cut->crossed) return;
    }
    int kept = 0;
    for (int i = 0; i < *count; i++) {
        if (are_compatible(&cuts[i], cut, room)) cuts[kept++] = cuts[i];
    }
    int at = kept;
    if (kept == most) {
        if (cuts[most - 1].crossed <= cut->crossed) {
            *count = kept;
            return;
        }
        at = --kept;
    }
    while (at > 0 && cuts[at - 1].crossed > cut->crossed) {
        cuts[at] = cuts[at - 1];
        at--;
    }
    cuts[at] = *cut;
    *count = kept + 1;
}

static void offer_slant(const struct components *components, const struct grouping *grouping, const struct group *group,
                        struct profile *profile, int most, struct cut *cuts, int *count)
{
    const struct box *box = &group->box;
    memset(profile->counts, 0, (size_t)profile->size * sizeof *profile->counts);
    profile->pixels = profile->runs = 0;
    visit_runs(components, grouping, group, add_to_profile, profile);
    for (int i = 1; i < profile->size; i++) profile->counts[i] += profile->counts[i - 1];
    int first = profile_margin(box) + (int)(border_room * box_height(box));
    int end = profile_margin(box) + box_width(box) - (int)(border_room * box_height(box));
    for (int i = first; i < end; i++) {
        /* the middle of each valley's floor */
        if (profile->counts[i] >= profile->counts[i - 1]) continue;
        int floor_end = i;
        while (floor_end + 1 < end && profile->counts[floor_end + 1] == profile->counts[i]) floor_end++;
        if (floor_end + 1 < end && profile->counts[floor_end + 1] < profile->counts[i]) continue;
        struct cut cut = cut_at(profile, (i + floor_end) / 2);
        cut.crossed += (float)(slant_cost * fabs(profile->slant));
        if (cut.crossed <= most_crossed) offer_cut(cuts, count, most, &cut, between_cuts * box_height(box));
    }
}

static void sort_by_place(struct cut *cuts, int count)
{
    for (int i = 1; i < count; i++) {
        struct cut cut = cuts[i];
        int at = i;
        for (; at > 0 && middle_of(&cuts[at - 1]) > middle_of(&cut); at--) cuts[at] = cuts[at - 1];
        cuts[at] = cut;
    }
}

int cuts_find(const struct components *components, const struct grouping *grouping, const struct group *group,
              int *profile, struct cut cuts[MAX_CUTS])
{
    const struct box *box = &group->box;
    double aspect = (double)box_width(box) / box_height(box);
    int most = (int)fmin(MAX_CUTS, cuts_per_aspect * aspect), count = 0;
    if (aspect < least_aspect || box_height(box) < least_height) return 0;
    for (int i = 0; i < SLANTS; i++) {
        struct profile of_slant = {box, slants[i], profile, box_width(box) + 2 * profile_margin(box), 0, 0};
        offer_slant(components, grouping, group, &of_slant, most, cuts, &count);
    }
    sort_by_place(cuts, count);
    return count;
}

struct division {
    const struct box *box;
    const struct cut *cuts;
    int count;
    struct box *boxes;
};

/* Gives each stretch of a run between two cuts to its box. */
static void divide_run(void *context, const struct run *run)
{
    struct division *division = context;
    int start = run->start;
    for (int i = 0; i <= division->count && start < run->end; i++) {
        int end = run->end;
        if (i < division->count) end = lesser(end, (int)ceilf(cut_x(&division->cuts[i], division->box, run->row)));
        if (end <= start) continue;
        struct box stretch = {start, run->row, end, run->row + 1};
        division->boxes[i] = box_width(&division->boxes[i]) ? box_union(&division->boxes[i], &stretch) : stretch;
        start = end;
    }
}

void cuts_boxes(const struct components *components, const struct grouping *grouping, const struct group *group,
                const struct cut *cuts, int count, struct box *boxes)
{
    struct division division = {&group->box, cuts, count, boxes};
    memset(boxes, 0, (size_t)(count + 1) * sizeof *boxes);
    visit_runs(components, grouping, group, divide_run, &division);
}
