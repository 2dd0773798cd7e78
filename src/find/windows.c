/* Implements windows.h: windows of groups and of their cuts, windows of boxes, and the ink of either as the network's
 * input. Must not know networks or how components are judged. */
#include "windows.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ink/cut_out.h"
#include "ink/fit_input.h"
#include "ink/upright.h"

enum {
    LEAST_MARGIN = 2, /* pixels of a stroke's soft edge */
    /* Windows of one group that begin at the same cut: enough for the broadest digit. */
    MAX_WINDOWS_FROM_ONE = 24,
    MOST_JOINED = 3, /* groups that are one digit's pieces */
};

/* What speaks against a window, in nats. Lengths are in parts of the group's height. Chosen by how many of several
 * thousand single digits, pairs and rows are read right: a sure network outweighs them, but not a doubtful one. */
static const double broad_aspect = 0.7, broad_cost = 0.8; /* for each part by which it is broader */
static const double short_part = 0.8, short_cost = 12;    /* for each part by which it is lower */
static const double cut_cost = 0.35;                      /* a cut, */
static const double crossed_cost = 0.3;                   /* for each stroke that it crosses */
static const double join_cost = 0.1, join_gap_cost = 0.5; /* two groups, and the gap between them */
static const double join_gap = 0.3, join_aspect = 1.1;    /* at most; of the two together */
static const double stacked_overlap = 0.2;                /* of the narrower one's columns, for two above each other; */
static const double stacked_aspect = 2.2;                 /* heights to widths of both, at most; */
static const double stacked_broad = 1.4;                  /* widths to heights, at most; */
static const double stacked_part = 0.5;                   /* of the height that the lower of them has at most */
static const double bar_overlap = 0.5, bar_gap = 0.15;    /* of the broader one's columns; of the height of both */
static const double bar_aspect = 3;                       /* heights to widths of both, at least */
static const double widest_window = 1.6;                  /* cut from a group */

static const double least_piece = 0.3;  /* of a stroke of the group's height: smaller pieces are no digits */
static const double most_backwards = 1; /* strokes, squared: ink on the wrong side of both of two cuts that cross */

static const double margin_part = 0.6;                 /* of the strokes' width: their soft edge in enlarged pictures */
static const double least_rotation = 1.5 * M_PI / 180; /* radians: below, making digits upright only blurs them */

/* Of a box and what lies in it. */
static const double mostly_inside = 0.5; /* of a component's pixels, with which it belongs to the box; or it has */
static const double much_of_box = 0.2;   /* this part of the pixels inside */
static const double far_beyond = 0.2;    /* of the box's longer side: what reaches further beyond it is cut off */
static const double beyond_part = 0.05;  /* this far from it */

static const double as_large = 0.5; /* as digits: of their typical height, which is 0 where there are none */

/* ---- Windows ---- */

static double shape_cost(const struct box *box, int height)
{
    double aspect = (double)box_width(box) / height, part = (double)box_height(box) / height;
    return broad_cost * fmax(0, aspect - broad_aspect) + short_cost * fmax(0, short_part - part);
}

static double cost_of_cut(const struct finding *finding, int cut)
{
    return cut < 0 ? 0 : cut_cost + crossed_cost * finding->cuts[cut].crossed;
}

static struct box whole_picture(const struct finding *finding)
{
    return (struct box){0, 0, finding->ink.width, finding->ink.height};
}

/* Of some groups' ink in a box. Groups that follow each other have members that do. */
static struct window window_of_groups(const struct finding *finding, size_t group, size_t count, const struct box *box)
{
    const struct group *first = &finding->grouping.groups[group], *last = first + count - 1;
    return (struct window){.first_member = first->first_member,
                           .member_count = last->first_member + last->member_count - first->first_member,
                           .left_cut = -1,
                           .right_cut = -1,
                           .clip = whole_picture(finding),
                           .box = *box,
                           .group = group,
                           .group_count = count,
                           .line = first->line};
}

static void add_window(struct finding *finding, const struct window *window, double prior)
{
    struct window *added = &finding->windows[finding->window_count++];
    *added = *window;
    added->prior = (float)prior;
}

/* A stretch of the group between two of its cuts: -1 is the group's start, `cuts` its end. */
static void add_stretch(struct finding *finding, size_t group, int first_cut, int cuts, int left, int right)
{
    const struct group *whole = &finding->grouping.groups[group];
    const struct cut *first = left >= 0 ? &finding->cuts[first_cut + left] : NULL;
    const struct cut *last = right < cuts ? &finding->cuts[first_cut + right] : NULL;
    int height = box_height(&whole->box);
    bool all = !first && !last;
    if (first && last && last->mean_x - first->mean_x > widest_window * height + height) return;
    struct stretch stretch = cuts_between(&finding->components, &finding->grouping, whole, first, last);
    double stroke = finding->ink.stroke;
    if (!all && box_width(&stretch.box) > widest_window * height) return;
    if (!all && ((double)stretch.pixels < least_piece * stroke * height ||
                 (double)stretch.backwards > most_backwards * stroke * stroke))
        return;
    struct window window = window_of_groups(finding, group, 1, all ? &whole->box : &stretch.box);
    window.first_atom = finding->atom_count + (size_t)(left + 1);
    window.end_atom = finding->atom_count + (size_t)right + 1;
    if (first) window.left_cut = first_cut + left;
    if (last) window.right_cut = first_cut + right;
    double cut = cost_of_cut(finding, window.left_cut) + cost_of_cut(finding, window.right_cut);
    add_window(finding, &window, shape_cost(&window.box, height) + cut / 2);
}

static void add_group_windows(struct finding *finding, size_t group, int first_cut, int cuts)
{
    for (int left = -1; left < cuts; left++) {
        for (int right = left + 1; right <= cuts; right++) {
            bool all = left < 0 && right == cuts;
            if (all || right - left <= MAX_WINDOWS_FROM_ONE) add_stretch(finding, group, first_cut, cuts, left, right);
        }
    }
}

/* One above the other and narrow, as a 1 whose stroke broke. */
static bool are_halves_of_bar(const struct box *a, const struct box *b)
{
    struct box both = box_union(a, b);
    return overlap_columns(a, b) >= bar_overlap * max_int(box_width(a), box_width(b)) &&
           box_height(&both) >= bar_aspect * box_width(&both) && -overlap_rows(a, b) <= bar_gap * box_height(&both);
}

/* Side by side on a line, or a loose part above or below the rest, which got a line of its own. */
static bool may_be_one(const struct group *first, const struct group *second)
{
    const struct box *a = &first->box, *b = &second->box;
    struct box both = box_union(a, b);
    int height = box_height(&both);
    if (box_gap(a, b) > join_gap * height) return false;
    if (first->line == second->line) return box_width(&both) <= join_aspect * height;
    if (are_halves_of_bar(a, b)) return true;
    return overlap_columns(a, b) >= stacked_overlap * min_int(box_width(a), box_width(b)) &&
           height <= stacked_aspect * box_width(&both) && box_width(&both) <= stacked_broad * height &&
           min_int(box_height(a), box_height(b)) <= stacked_part * height;
}

/* The group with the ones after it, as long as together they look like one digit. */
static void add_joined_windows(struct finding *finding, size_t group, const int *counts)
{
    const struct group *groups = finding->grouping.groups;
    struct group all = groups[group];
    size_t end_atom = finding->atom_count + (size_t)counts[group] + 1;
    double gaps = 0;
    for (size_t more = 1; more < MOST_JOINED && group + more < finding->grouping.count; more++) {
        const struct group *next = &groups[group + more];
        if (!may_be_one(&all, next)) return;
        gaps += box_gap(&all.box, &next->box);
        all.box = box_union(&all.box, &next->box);
        end_atom += (size_t)counts[group + more] + 1;
        struct window window = window_of_groups(finding, group, more + 1, &all.box);
        window.first_atom = finding->atom_count;
        window.end_atom = end_atom;
        int height = box_height(&all.box);
        double cost = join_cost * (double)more + join_gap_cost * gaps / height;
        add_window(finding, &window, cost + shape_cost(&all.box, height));
    }
}

/* How many cuts each group has is in counts[groups]. */
static void add_windows(struct finding *finding, const int *counts)
{
    int first_cut = 0;
    for (size_t group = 0; group < finding->grouping.count; group++) {
        add_group_windows(finding, group, first_cut, counts[group]);
        add_joined_windows(finding, group, counts);
        finding->atom_count += (size_t)counts[group] + 1;
        first_cut += counts[group];
    }
}

static int by_first_atom(const void *a, const void *b)
{
    const struct window *first = a, *second = b;
    if (first->first_atom != second->first_atom) return first->first_atom < second->first_atom ? -1 : 1;
    return first->end_atom < second->end_atom ? -1 : first->end_atom > second->end_atom;
}

/* counts[groups] is scratch. */
static scrawl_status list_windows(struct finding *finding, int *counts)
{
    size_t groups = finding->grouping.count, most_windows = 0;
    for (size_t i = 0; i < groups; i++) {
        counts[i] = 0;
        scrawl_status status =
            finding->single ? SCRAWL_OK
                            : cuts_find(&finding->ink, &finding->components, &finding->grouping,
                                        &finding->grouping.groups[i], finding->cuts + finding->cut_count, &counts[i]);
        if (status != SCRAWL_OK) return status;
        finding->cut_count += (size_t)counts[i];
        most_windows += (size_t)(counts[i] + 1) * MAX_WINDOWS_FROM_ONE + MOST_JOINED;
    }
    finding->windows = malloc(most_windows * sizeof *finding->windows);
    if (!finding->windows) return fail_out_of_memory();
    add_windows(finding, counts);
    qsort(finding->windows, finding->window_count, sizeof *finding->windows, by_first_atom);
    return SCRAWL_OK;
}

scrawl_status windows_list(struct finding *finding)
{
    size_t groups = finding->grouping.count;
    if (groups == 0) return SCRAWL_OK;
    int *counts = malloc(groups * sizeof *counts);
    finding->cuts = malloc(groups * MAX_CUTS * sizeof *finding->cuts);
    scrawl_status status = counts && finding->cuts ? list_windows(finding, counts) : fail_out_of_memory();
    free(counts);
    return status;
}

bool window_is_group(const struct window *window)
{
    return window->group_count == 1 && window->left_cut < 0 && window->right_cut < 0;
}

struct box finding_in_picture(const struct finding *finding, const struct box *box)
{
    int factor = finding->factor;
    return (struct box){box->left * factor, box->top * factor, min_int(box->right * factor, finding->picture_width),
                        min_int(box->bottom * factor, finding->picture_height)};
}

struct box finding_box(const struct finding *finding, const struct window *window)
{
    return finding_in_picture(finding, &window->box);
}

/* ---- Inputs ---- */

/* Pixels around a stroke, below the threshold, that still belong to it. */
static int ink_margin(const struct ink *ink)
{
    return max_int(LEAST_MARGIN, (int)(margin_part * ink->stroke + 0.5));
}

struct box window_area(const struct box *box, const struct ink *ink)
{
    int margin = ink_margin(ink);
    return (struct box){max_int(0, box->left - margin), max_int(0, box->top - margin),
                        min_int(ink->width, box->right + margin), min_int(ink->height, box->bottom + margin)};
}

/* Clears what lies beyond the window's cuts. */
static void trim_to_cuts(const struct finding *finding, const struct window *window, const struct box *area,
                         uint8_t *cut)
{
    for (int y = area->top; y < area->bottom; y++) {
        uint8_t *row = cut + (size_t)(y - area->top) * (size_t)box_width(area);
        int left = area->left, right = area->right;
        if (window->left_cut >= 0) left = max_int(left, cut_column(&finding->cuts[window->left_cut], y));
        if (window->right_cut >= 0) right = min_int(right, cut_column(&finding->cuts[window->right_cut], y));
        memset(row, 0, (size_t)min_int(max_int(0, left - area->left), box_width(area)));
        if (right < area->right) {
            int first = max_int(0, right - area->left);
            memset(row + first, 0, (size_t)(box_width(area) - first));
        }
    }
}

/* Fits the cut-out ink, made upright when its page is rotated noticeably. */
static scrawl_status fit_upright(const struct finding *finding, const uint8_t *cut, const struct box *area,
                                 uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    int width = box_width(area), height = box_height(area), upright_width, upright_height;
    if (fabs(finding->rotation) < least_rotation) {
        fit_input(cut, width, height, finding->ink.soft, input);
        return SCRAWL_OK;
    }
    upright_size(width, height, finding->rotation, &upright_width, &upright_height);
    uint8_t *upright = malloc((size_t)upright_width * (size_t)upright_height);
    if (!upright) return fail_out_of_memory();
    upright_rotate(cut, width, height, finding->rotation, upright);
    fit_input(upright, upright_width, upright_height, finding->ink.soft, input);
    free(upright);
    return SCRAWL_OK;
}

/* The ink that the members were found in. */
static struct ink ink_of(const struct finding *finding, const uint32_t *members, size_t count)
{
    struct ink ink = finding->ink;
    for (size_t i = 0; i < count; i++)
        if (finding->components.components[members[i]].rule == RULE_RULING) ink.values = finding->rulings.ink;
    return ink;
}

scrawl_status finding_input(const struct finding *finding, const struct window *window,
                            uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    const struct box around = window_area(&window->box, &finding->ink), area = box_intersection(&around, &window->clip);
    const uint32_t *members = finding->grouping.members + window->first_member;
    const struct ink ink = ink_of(finding, members, window->member_count);
    uint8_t *cut = malloc(cut_out_size(&area));
    if (!cut) return fail_out_of_memory();
    cut_out(&ink, &finding->components, members, window->member_count, &area, ink_margin(&ink), cut);
    if (window->left_cut >= 0 || window->right_cut >= 0) trim_to_cuts(finding, window, &area, cut);
    scrawl_status status = fit_upright(finding, cut, &area, input);
    free(cut);
    return status;
}

/* ---- Boxes ---- */

/* Of the component's pixels those in the box, and its bounds there. */
static size_t pixels_inside(const struct components *components, uint32_t index, const struct box *box,
                            struct box *bounds)
{
    size_t pixels = 0;
    struct run_walk walk = component_walk(components, index, box);
    for (const struct run *run; (run = run_walk_next(&walk));) {
        const struct box whole = {run->start, run->row, run->end, run->row + 1}, part = box_intersection(&whole, box);
        *bounds = pixels ? box_union(bounds, &part) : part;
        pixels += (size_t)box_width(&part);
    }
    return pixels;
}

static bool boxes_meet(const struct box *a, const struct box *b)
{
    return overlap_columns(a, b) > 0 && overlap_rows(a, b) > 0;
}

scrawl_status finding_parts_inside(const struct finding *finding, const struct box *box, struct part_inside **parts,
                                   size_t *count)
{
    const struct components *components = &finding->components;
    size_t most = 0;
    for (size_t i = 0; i < components->count; i++) most += boxes_meet(&components->components[i].box, box);
    struct part_inside *found = malloc((most ? most : 1) * sizeof *found);
    if (!found) return fail_out_of_memory();
    *parts = found;
    *count = 0;
    for (size_t i = 0; i < components->count; i++) {
        struct box bounds = {0};
        if (!boxes_meet(&components->components[i].box, box)) continue;
        found[*count] = (struct part_inside){(uint32_t)i, pixels_inside(components, (uint32_t)i, box, &bounds)};
        *count += found[*count].pixels > 0;
    }
    return SCRAWL_OK;
}

/* Leaves those of the parts that belong to their box; rules: bits of those whose ink may. Returns how many. */
static size_t keep_belonging(const struct components *components, uint32_t rules, struct part_inside *parts,
                             size_t count)
{
    size_t kept = 0, all = 0;
    for (size_t i = 0; i < count; i++) {
        const struct component *component = &components->components[parts[i].component];
        if (!component_is_writing(component) && !(rules & rule_bit(component->rule))) continue;
        all += parts[i].pixels;
        parts[kept++] = parts[i];
    }
    count = kept;
    kept = 0;
    for (size_t i = 0; i < count; i++) {
        const double inside = (double)parts[i].pixels, own = (double)components->components[parts[i].component].pixels;
        if (inside >= mostly_inside * own || inside >= much_of_box * (double)all) parts[kept++] = parts[i];
    }
    return kept;
}

/* The picture, but on sides beyond which a part reaches far only a little more than the box. */
static struct box clip_around(const struct finding *finding, const struct box *box, const struct part_inside *parts,
                              size_t count)
{
    const int room = (int)(far_beyond * box_extent(box)), beyond = (int)(beyond_part * box_extent(box) + 0.5);
    struct box clip = whole_picture(finding);
    for (size_t i = 0; i < count; i++) {
        const struct box *part = &finding->components.components[parts[i].component].box;
        if (part->left < box->left - room) clip.left = max_int(0, box->left - beyond);
        if (part->top < box->top - room) clip.top = max_int(0, box->top - beyond);
        if (part->right > box->right + room) clip.right = min_int(finding->ink.width, box->right + beyond);
        if (part->bottom > box->bottom + room) clip.bottom = min_int(finding->ink.height, box->bottom + beyond);
    }
    return clip;
}

/* Of all groups' lines that of the nearest; 0 without groups. */
static int nearest_line(const struct grouping *grouping, const struct box *box)
{
    int line = 0, least = INT_MAX;
    for (size_t i = 0; i < grouping->count; i++) {
        const int gap = box_gap(&grouping->groups[i].box, box);
        if (gap < least) line = grouping->groups[i].line;
        least = min_int(least, gap);
    }
    return line;
}

/* The window's members, box and prior. */
static scrawl_status fill_window(struct finding *finding, const struct part_inside *parts, size_t count,
                                 struct window *window)
{
    struct grouping *grouping = &finding->grouping;
    double cost = 0, pixels = 0;
    uint32_t *members = realloc(grouping->members, (grouping->member_count + count) * sizeof *members);
    if (!members) return fail_out_of_memory();
    grouping->members = members;
    window->first_member = grouping->member_count;
    window->member_count = count;
    for (size_t i = 0; i < count; i++) {
        struct box bounds = {0};
        const uint32_t index = parts[i].component;
        const double inside = (double)pixels_inside(&finding->components, index, &window->clip, &bounds);
        window->box = i ? box_union(&window->box, &bounds) : bounds;
        cost += inside * (double)rule_cost(finding->components.components[index].rule);
        pixels += inside;
        members[grouping->member_count++] = index;
    }
    window->prior = (float)(cost / pixels);
    window->line = nearest_line(grouping, &window->box);
    return SCRAWL_OK;
}

scrawl_status finding_window_from_box(struct finding *finding, const struct box *box, uint32_t rules,
                                      struct window *window)
{
    struct part_inside *parts;
    size_t count;
    scrawl_status status = finding_parts_inside(finding, box, &parts, &count);
    if (status != SCRAWL_OK) return status;
    count = keep_belonging(&finding->components, rules, parts, count);
    struct window made = {.left_cut = -1, .right_cut = -1, .clip = clip_around(finding, box, parts, count)};
    if (count > 0) status = fill_window(finding, parts, count, &made);
    free(parts);
    if (status == SCRAWL_OK) *window = made;
    return status;
}

size_t finding_left_out_count(const struct finding *finding)
{
    size_t count = 0;
    for (size_t i = 0; i < finding->components.count; i++) {
        const struct component *component = &finding->components.components[i];
        count += !component_is_writing(component) && box_extent(&component->box) >= as_large * finding->grouping.height;
    }
    return count;
}
