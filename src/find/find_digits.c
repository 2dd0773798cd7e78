/* Implements find_digits.h: runs the stages one after the other, lists the windows and cuts their inputs out. Must not
 * know networks or encoded pictures. */
#include "find_digits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "clutter/blank_paper.h"
#include "clutter/enclosures.h"
#include "clutter/filled_boxes.h"
#include "clutter/shadow_edges.h"
#include "ink/cut_out.h"
#include "ink/fit_input.h"
#include "ink/upright.h"
#include "page_rotation.h"
#include "picture/polarity.h"
#include "picture/reduce.h"

enum {
    /* Larger pictures are reduced first: the smallest writing on a page is still legible. */
    MOST_PIXELS = 3200000,
    LEAST_MARGIN = 2, /* pixels of a stroke's soft edge */
    /* The boxes of all digits together may have this many times the picture's pixels (only nested ones get there). */
    MAX_BOX_SHARE = 4,
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

static void add_window(struct finding *finding, struct window window, double prior)
{
    window.prior = (float)prior;
    finding->windows[finding->window_count++] = window;
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
    struct window window = {.first_atom = finding->atom_count + (size_t)(left + 1),
                            .end_atom = finding->atom_count + (size_t)right + 1,
                            .group = group,
                            .group_count = 1,
                            .left_cut = first ? first_cut + left : -1,
                            .right_cut = last ? first_cut + right : -1,
                            .box = all ? whole->box : stretch.box};
    double cut = cost_of_cut(finding, window.left_cut) + cost_of_cut(finding, window.right_cut);
    add_window(finding, window, shape_cost(&window.box, height) + cut / 2);
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
        struct window window = {.first_atom = finding->atom_count,
                                .end_atom = end_atom,
                                .group = group,
                                .group_count = more + 1,
                                .left_cut = -1,
                                .right_cut = -1,
                                .box = all.box};
        int height = box_height(&all.box);
        double cost = join_cost * (double)more + join_gap_cost * gaps / height;
        add_window(finding, window, cost + shape_cost(&all.box, height));
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
static scrawl_status list_windows(struct finding *finding, bool single, int *counts)
{
    size_t groups = finding->grouping.count, most_windows = 0;
    for (size_t i = 0; i < groups; i++) {
        counts[i] = 0;
        scrawl_status status =
            single ? SCRAWL_OK
                   : cuts_find(&finding->ink, &finding->components, &finding->grouping, &finding->grouping.groups[i],
                               finding->cuts + finding->cut_count, &counts[i]);
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

static scrawl_status find_windows(struct finding *finding, bool single)
{
    size_t groups = finding->grouping.count;
    if (groups == 0) return SCRAWL_OK;
    int *counts = malloc(groups * sizeof *counts);
    finding->cuts = malloc(groups * MAX_CUTS * sizeof *finding->cuts);
    scrawl_status status = counts && finding->cuts ? list_windows(finding, single, counts) : fail_out_of_memory();
    free(counts);
    return status;
}

bool window_is_group(const struct window *window)
{
    return window->group_count == 1 && window->left_cut < 0 && window->right_cut < 0;
}

struct box finding_box(const struct finding *finding, const struct window *window)
{
    int factor = finding->factor;
    return (struct box){window->box.left * factor, window->box.top * factor,
                        min_int(window->box.right * factor, finding->picture_width),
                        min_int(window->box.bottom * factor, finding->picture_height)};
}

/* ---- Inputs ---- */

/* Pixels around a stroke, below the threshold, that still belong to it. */
static int ink_margin(const struct ink *ink)
{
    return max_int(LEAST_MARGIN, (int)(margin_part * ink->stroke + 0.5));
}

/* The box with its margin, inside the picture. */
static struct box with_margin(const struct box *box, const struct ink *ink)
{
    int margin = ink_margin(ink);
    return (struct box){max_int(0, box->left - margin), max_int(0, box->top - margin),
                        min_int(ink->width, box->right + margin), min_int(ink->height, box->bottom + margin)};
}

static size_t box_pixels(const struct box *box)
{
    return (size_t)box_width(box) * (size_t)box_height(box);
}

/* Clears what lies beyond the window's cuts. */
static void trim_to_cuts(const struct finding *finding, const struct window *window, const struct box *area,
                         uint8_t *cut)
{
    const struct box *box = &finding->grouping.groups[window->group].box;
    for (int y = area->top; y < area->bottom; y++) {
        uint8_t *row = cut + (size_t)(y - area->top) * (size_t)box_width(area);
        int left = area->left, right = area->right;
        if (window->left_cut >= 0) left = max_int(left, cut_column(&finding->cuts[window->left_cut], box, y));
        if (window->right_cut >= 0) right = min_int(right, cut_column(&finding->cuts[window->right_cut], box, y));
        memset(row, 0, (size_t)min_int(max_int(0, left - area->left), box_width(area)));
        if (right < area->right) {
            int first = max_int(0, right - area->left);
            memset(row + first, 0, (size_t)(box_width(area) - first));
        }
    }
}

/* members[count]: the components of the window's groups; free(). */
static scrawl_status list_members(const struct finding *finding, const struct window *window, uint32_t **members,
                                  size_t *count)
{
    const struct group *groups = finding->grouping.groups + window->group;
    *count = 0;
    for (size_t g = 0; g < window->group_count; g++) *count += groups[g].member_count;
    uint32_t *next = malloc(*count * sizeof *next);
    if (!next) return fail_out_of_memory();
    *members = next;
    for (size_t g = 0; g < window->group_count; g++) {
        for (uint32_t i = 0; i < groups[g].member_count; i++)
            *next++ = finding->grouping.members[groups[g].first_member + i];
    }
    return SCRAWL_OK;
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

scrawl_status finding_input(const struct finding *finding, const struct window *window,
                            uint8_t input[SCRAWL_IMAGE_PIXELS])
{
    struct box area = with_margin(&window->box, &finding->ink);
    size_t member_count = 0;
    uint32_t *members = NULL;
    uint8_t *cut = malloc(cut_out_size(&area));
    scrawl_status status = cut ? list_members(finding, window, &members, &member_count) : fail_out_of_memory();
    if (status == SCRAWL_OK) {
        cut_out(&finding->ink, &finding->components, members, member_count, &area, ink_margin(&finding->ink), cut);
        if (window->left_cut >= 0 || window->right_cut >= 0) trim_to_cuts(finding, window, &area, cut);
        status = fit_upright(finding, cut, &area, input);
    }
    free(members);
    free(cut);
    return status;
}

/* ---- The stages ---- */

/* Leaves groups out whose boxes share too many pixels with others'. */
static void limit_boxes(struct grouping *grouping, const struct ink *ink)
{
    size_t kept = 0, room = MAX_BOX_SHARE * (size_t)ink->width * (size_t)ink->height;
    for (size_t i = 0; i < grouping->count; i++) {
        struct box area = with_margin(&grouping->groups[i].box, ink);
        if (box_pixels(&area) > room) continue;
        room -= box_pixels(&area);
        grouping->groups[kept++] = grouping->groups[i];
    }
    grouping->count = kept;
}

/* Sorts the groups line by line, as they stand on the rotated page, and numbers their lines. */
static scrawl_status put_in_order(struct grouping *grouping, double rotation)
{
    size_t count = grouping->count;
    if (count == 0) return SCRAWL_OK;
    struct reading_item *items = malloc(count * sizeof *items);
    struct group *sorted = malloc(count * sizeof *sorted);
    for (size_t i = 0; items && i < count; i++) {
        items[i] = rotated_back(&grouping->groups[i].box, rotation);
        items[i].index = i;
    }
    scrawl_status status = items && sorted ? reading_order_sort(items, count) : fail_out_of_memory();
    if (status != SCRAWL_OK) {
        free(items);
        free(sorted);
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] = grouping->groups[items[i].index];
        sorted[i].line = items[i].line;
    }
    free(items);
    free(grouping->groups);
    grouping->groups = sorted;
    return SCRAWL_OK;
}

static scrawl_status keep_early(const struct picture *picture, struct finding *finding)
{
    size_t pixels = (size_t)picture->width * (size_t)picture->height;
    finding->early.ink = malloc(pixels);
    if (!finding->early.ink) return fail_out_of_memory();
    memcpy(finding->early.ink, finding->ink.values, pixels);
    return picture_copy(picture, &finding->early.picture);
}

/* Dark boxes that fill most of a light page are what its darkness comes from: inverted, they show its paper. */
static scrawl_status find_flip(const struct picture *picture, struct picture *inverted, uint8_t *flip)
{
    *flip = paper_is_dark(picture) ? UINT8_MAX : 0;
    if (*flip == 0) return SCRAWL_OK;
    scrawl_status status = filled_boxes_invert(picture, 0, inverted);
    if (status != SCRAWL_OK || !inverted->grey) return status;
    if (paper_is_dark(inverted))
        picture_free(inverted);
    else
        *flip = 0;
    return SCRAWL_OK;
}

/* All writing on the paper's side: what is in filled boxes is inverted first. */
static scrawl_status find_ink(const struct picture *picture, struct picture *inverted, struct ink *ink)
{
    uint8_t flip;
    scrawl_status status = find_flip(picture, inverted, &flip);
    if (status == SCRAWL_OK && !inverted->grey) status = filled_boxes_invert(picture, flip, inverted);
    return status == SCRAWL_OK ? ink_measure(inverted->grey ? inverted : picture, flip, ink) : status;
}

/* single: there is a digit, however faint. */
static void drop_what_is_paper(const struct picture *picture, bool single, struct finding *finding)
{
    shadow_edges_drop(picture, &finding->ink, single, &finding->components);
    if (!single && paper_is_blank(picture, &finding->ink, &finding->components)) finding->components.count = 0;
}

static scrawl_status find_in_picture(const struct picture *picture, bool single, struct finding *finding)
{
    struct picture inverted = {0};
    scrawl_status status = find_ink(picture, &inverted, &finding->ink);
    if (status == SCRAWL_OK && finding->keep_early) status = keep_early(picture, finding);
    if (status == SCRAWL_OK) status = rulings_remove(&finding->ink, single, &finding->rulings);
    if (status == SCRAWL_OK) status = components_find(&finding->ink, &finding->components);
    if (status == SCRAWL_OK) drop_what_is_paper(inverted.grey ? &inverted : picture, single, finding);
    picture_free(&inverted);
    if (status == SCRAWL_OK) status = enclosures_drop(&finding->ink, &finding->components);
    if (status == SCRAWL_OK) status = grouping_find(&finding->ink, &finding->components, single, &finding->grouping);
    if (status != SCRAWL_OK) return status;
    limit_boxes(&finding->grouping, &finding->ink);
    if (!single) status = page_rotation_estimate(&finding->rulings, &finding->grouping, &finding->rotation);
    if (status == SCRAWL_OK) status = put_in_order(&finding->grouping, finding->rotation);
    return status == SCRAWL_OK ? find_windows(finding, single) : status;
}

scrawl_status find_digits(const struct picture *picture, bool single, struct finding *finding)
{
    struct picture reduced = {0};
    int factor = reduce_factor(picture->width, picture->height, MOST_PIXELS);
    struct finding result = {.factor = factor, .picture_width = picture->width, .picture_height = picture->height};
    result.keep_early = finding->keep_early;
    result.single = single;
    scrawl_status status = factor > 1 ? reduce_picture(picture, factor, &reduced) : SCRAWL_OK;
    if (status == SCRAWL_OK) status = find_in_picture(factor > 1 ? &reduced : picture, single, &result);
    picture_free(&reduced);
    if (status == SCRAWL_OK)
        *finding = result;
    else
        finding_free(&result);
    return status;
}

void finding_free(struct finding *finding)
{
    picture_free(&finding->early.picture);
    free(finding->early.ink);
    ink_free(&finding->ink);
    rulings_free(&finding->rulings);
    components_free(&finding->components);
    grouping_free(&finding->grouping);
    for (size_t i = 0; i < finding->cut_count; i++) cut_free(&finding->cuts[i]);
    free(finding->cuts);
    free(finding->windows);
    *finding = (struct finding){0};
}
