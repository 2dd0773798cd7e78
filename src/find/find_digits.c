/* Implements find_digits.h: runs the stages one after the other. Must not know networks or encoded pictures. */
#include "find_digits.h"

#include <stdlib.h>
#include <string.h>

#include "clutter/blank_paper.h"
#include "clutter/enclosures.h"
#include "clutter/filled_boxes.h"
#include "clutter/shadow_edges.h"
#include "page_rotation.h"
#include "picture/polarity.h"
#include "picture/scale.h"

enum {
    /* Larger pictures are reduced first: the smallest writing on a page is still legible. */
    MOST_PIXELS = 3200000,
    /* The boxes of all digits together may have this many times the picture's pixels (only nested ones get there). */
    MAX_BOX_SHARE = 4,
};

/* Leaves groups out whose boxes share too many pixels with others'. */
static void limit_boxes(struct components *components, struct grouping *grouping, const struct ink *ink)
{
    size_t kept = 0, room = MAX_BOX_SHARE * (size_t)ink->width * (size_t)ink->height;
    for (size_t i = 0; i < grouping->count; i++) {
        const struct group *group = &grouping->groups[i];
        const struct box area = window_area(&group->box, ink);
        const size_t pixels = (size_t)box_width(&area) * (size_t)box_height(&area);
        if (pixels > room) {
            for (uint32_t m = 0; m < group->member_count; m++)
                component_judge(components, grouping->members[group->first_member + m], RULE_NESTED);
            continue;
        }
        room -= pixels;
        grouping->groups[kept++] = *group;
    }
    grouping->count = kept;
}

/* Groups, and their members, in the order of items[count]. */
static scrawl_status sort_groups(const struct reading_item *items, struct grouping *grouping)
{
    struct grouping sorted = {.groups = malloc(grouping->count * sizeof *sorted.groups),
                              .members = malloc(grouping->member_count * sizeof *sorted.members),
                              .count = grouping->count,
                              .height = grouping->height};
    if (!sorted.groups || !sorted.members) {
        grouping_free(&sorted);
        return fail_out_of_memory();
    }
    for (size_t i = 0; i < grouping->count; i++) {
        const struct group *group = &grouping->groups[items[i].index];
        sorted.groups[i] =
            (struct group){group->box, items[i].line, (uint32_t)sorted.member_count, group->member_count};
        memcpy(sorted.members + sorted.member_count, grouping->members + group->first_member,
               group->member_count * sizeof *sorted.members);
        sorted.member_count += group->member_count;
    }
    grouping_free(grouping);
    *grouping = sorted;
    return SCRAWL_OK;
}

/* Sorts the groups line by line, as they stand on the rotated page, and numbers their lines. */
static scrawl_status put_in_order(struct grouping *grouping, double rotation)
{
    size_t count = grouping->count;
    if (count == 0) return SCRAWL_OK;
    struct reading_item *items = malloc(count * sizeof *items);
    for (size_t i = 0; items && i < count; i++) {
        items[i] = rotated_back(&grouping->groups[i].box, rotation);
        items[i].index = i;
    }
    scrawl_status status = items ? reading_order_sort(items, count) : fail_out_of_memory();
    if (status == SCRAWL_OK) status = sort_groups(items, grouping);
    free(items);
    return status;
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
static scrawl_status find_ink(const struct picture *picture, bool invert_boxes, struct picture *inverted,
                              struct ink *ink)
{
    uint8_t flip = 0;
    if (!invert_boxes) return ink_measure(picture, paper_is_dark(picture) ? UINT8_MAX : 0, ink);
    scrawl_status status = find_flip(picture, inverted, &flip);
    if (status == SCRAWL_OK && !inverted->grey) status = filled_boxes_invert(picture, flip, inverted);
    return status == SCRAWL_OK ? ink_measure(inverted->grey ? inverted : picture, flip, ink) : status;
}

static bool judges(const struct finding *finding, enum rule rule)
{
    return !(finding->rules_off & rule_bit(rule));
}

/* Ink without rulings, and its components. */
static scrawl_status find_components(struct finding *finding)
{
    scrawl_status status = SCRAWL_OK;
    if (judges(finding, RULE_RULING)) status = rulings_remove(&finding->ink, finding->single, &finding->rulings);
    if (status == SCRAWL_OK) status = components_find(&finding->ink, &finding->components);
    finding->components.rules_off = finding->rules_off;
    return status;
}

/* single: there is a digit, however faint. */
static void judge_what_is_paper(const struct picture *picture, struct finding *finding)
{
    struct components *components = &finding->components;
    shadow_edges_judge(picture, &finding->ink, finding->single, components);
    if (finding->single || !paper_is_blank(picture, &finding->ink, components)) return;
    for (size_t i = 0; i < components->count; i++) component_judge(components, i, RULE_BLANK_PAPER);
}

/* The writing's components in groups, in reading order. */
static scrawl_status find_groups(struct finding *finding)
{
    struct grouping *grouping = &finding->grouping;
    scrawl_status status = grouping_find(&finding->ink, &finding->components, finding->single, grouping);
    if (status != SCRAWL_OK) return status;
    limit_boxes(&finding->components, grouping, &finding->ink);
    if (!finding->single) status = page_rotation_estimate(&finding->rulings, grouping, &finding->rotation);
    return status == SCRAWL_OK ? put_in_order(grouping, finding->rotation) : status;
}

static scrawl_status find_in_picture(const struct picture *picture, struct finding *finding)
{
    struct picture inverted = {0};
    scrawl_status status = find_ink(picture, judges(finding, RULE_FILLED_BOX), &inverted, &finding->ink);
    if (status == SCRAWL_OK && finding->keep_picture) status = picture_copy(picture, &finding->picture);
    if (status == SCRAWL_OK) status = find_components(finding);
    if (status == SCRAWL_OK) judge_what_is_paper(inverted.grey ? &inverted : picture, finding);
    picture_free(&inverted);
    if (status == SCRAWL_OK) status = enclosures_judge(&finding->ink, &finding->components);
    if (status == SCRAWL_OK) status = find_groups(finding);
    if (status == SCRAWL_OK && finding->rulings.ink)
        status = components_add_cleared(&finding->ink, finding->rulings.ink, RULE_RULING, &finding->components);
    return status == SCRAWL_OK ? windows_list(finding) : status;
}

scrawl_status find_digits(const struct picture *picture, bool single, struct finding *finding)
{
    struct picture reduced = {0};
    int factor = reduce_factor(picture->width, picture->height, MOST_PIXELS);
    struct finding result = {.factor = factor, .picture_width = picture->width, .picture_height = picture->height};
    result.keep_picture = finding->keep_picture;
    result.rules_off = finding->rules_off;
    result.single = single;
    scrawl_status status = factor > 1 ? reduce_picture(picture, factor, &reduced) : SCRAWL_OK;
    if (status == SCRAWL_OK) status = find_in_picture(factor > 1 ? &reduced : picture, &result);
    picture_free(&reduced);
    if (status == SCRAWL_OK)
        *finding = result;
    else
        finding_free(&result);
    return status;
}

void finding_free(struct finding *finding)
{
    picture_free(&finding->picture);
    ink_free(&finding->ink);
    rulings_free(&finding->rulings);
    components_free(&finding->components);
    grouping_free(&finding->grouping);
    for (size_t i = 0; i < finding->cut_count; i++) cut_free(&finding->cuts[i]);
    free(finding->cuts);
    free(finding->windows);
    *finding = (struct finding){0};
}
