/* Implements grouping.h. Must not know networks or encoded pictures. */
#include "grouping.h"

#include <stdlib.h>

#include "pieces.h"

enum {
    LEAST_EXTENT = 5, /* pixels: noise leaves smaller specks; */
    EXTENT_PART = 60, /* in small pictures, which nobody photographed, this part of the longer side */
};

/* Sizes in parts of the typical height of the picture's digits. */
static const double part_width = 1.8;   /* a loose part of a digit is not wider than this */
static const double loose_gap = 0.15;   /* how far from its digit such a part may be */
static const double whole_height = 1.5; /* a digit is not higher than this with its loose part, by its own height too */
static const double least_height = 0.4; /* smaller digits are dirt */
static const double single_gap = 0.5;   /* single: how far from the digit its parts may be */
static const double underline_aspect = 5;
static const double foot_width = 0.8; /* of its digit's height */
/* Parts of the smaller of two boxes. */
static const double joined_overlap = 0.5; /* pieces that overlap this much, both ways, are one digit */
/* Halves of a broken stroke lie above each other with a gap below this part of their common height. */
static const double stacked_gap = 0.06;
static const double stacked_aspect = 1.2;      /* and are together at least this many times as high as wide, */
static const double stacked_most_aspect = 2.5; /* but not this many times: that is two digits above each other */

/* ---- Joining pieces to digits ---- */

static bool overlap_strongly(const struct box *a, const struct box *b)
{
    return overlap_columns(a, b) >= joined_overlap * min_int(box_width(a), box_width(b)) &&
           overlap_rows(a, b) >= joined_overlap * min_int(box_height(a), box_height(b));
}

/* The halves of a digit whose stroke broke between them. */
static bool are_stacked(const struct box *a, const struct box *b)
{
    struct box both = box_union(a, b);
    return overlap_columns(a, b) >= joined_overlap * min_int(box_width(a), box_width(b)) &&
           -overlap_rows(a, b) <= stacked_gap * box_height(&both) &&
           box_height(&both) >= stacked_aspect * box_width(&both) &&
           box_height(&both) < stacked_most_aspect * box_width(&both);
}

/* What a digit stands on: longer than a 1's foot. */
static bool is_underline(const struct box *part, const struct box *whole)
{
    return part->top >= whole->bottom && part->left < whole->left && part->right > whole->right &&
           box_width(part) > underline_aspect * box_height(part) && box_width(part) > foot_width * box_height(whole);
}

/* A bar of a 5 or 7 that floats beside its digit, or a part of a broken stroke. */
static bool is_loose_part(const struct box *part, const struct box *whole, double height)
{
    return !is_underline(part, whole) && box_height(part) < part_size * height &&
           box_height(whole) > box_height(part) && box_width(part) < part_width * height &&
           box_gap(part, whole) <= loose_gap * height &&
           box_height(&(struct box){0, min_int(part->top, whole->top), 0, max_int(part->bottom, whole->bottom)}) <
               whole_height * max_int(box_height(whole), (int)height);
}

static void join(struct pieces *pieces, int part, int whole)
{
    pieces->items[part].owner = whole;
    pieces->items[whole].box = box_union(&pieces->items[whole].box, &pieces->items[part].box);
}

static bool is_digit(const struct pieces *pieces, int index)
{
    return pieces->items[index].owner == index && piece_is_writing(&pieces->items[index]);
}

/* Joins what overlaps until nothing changes; pieces are ordered by size, so a part's owner comes before it. */
static void join_overlapping(struct pieces *pieces)
{
    for (bool changed = true; changed;) {
        changed = false;
        for (int whole = 0; whole < pieces->count; whole++) {
            for (int part = whole + 1; is_digit(pieces, whole) && part < pieces->count; part++) {
                if (!is_digit(pieces, part)) continue;
                const struct box *a = &pieces->items[whole].box, *b = &pieces->items[part].box;
                if (!overlap_strongly(a, b) && !are_stacked(a, b)) continue;
                join(pieces, part, whole);
                changed = true;
            }
        }
    }
}

/* Gives each small piece to the nearest digit that it can be a part of. */
static void join_loose_parts(struct pieces *pieces)
{
    for (int part = pieces->count - 1; part >= 0; part--) {
        int nearest = -1, nearest_gap = 0;
        const struct box *box = &pieces->items[part].box;
        if (!is_digit(pieces, part) || box_extent(box) < speck_size * pieces->height) continue;
        for (int whole = 0; whole < pieces->count; whole++) {
            const struct box *other = &pieces->items[whole].box;
            if (!is_digit(pieces, whole) || !is_loose_part(box, other, pieces->height)) continue;
            if (nearest >= 0 && box_gap(box, other) >= nearest_gap) continue;
            nearest = whole;
            nearest_gap = box_gap(box, other);
        }
        if (nearest >= 0) join(pieces, part, nearest);
    }
}

static void judge_small(struct pieces *pieces, const struct ink *ink)
{
    int least = min_int(LEAST_EXTENT, max_int(ink->width, ink->height) / EXTENT_PART);
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (pieces->items[i].owner == i && (box_height(box) < least_height * pieces->height || box_extent(box) < least))
            piece_judge(pieces, i, RULE_SMALL);
    }
}

/* All that is near the largest piece is one digit; far-off specks are not. */
static void join_single(struct pieces *pieces)
{
    int whole = 0;
    while (whole < pieces->count && !piece_is_writing(&pieces->items[whole])) whole++;
    for (int part = whole + 1; part < pieces->count; part++) {
        const struct piece *piece = &pieces->items[part];
        if (!piece_is_writing(piece)) continue;
        double size = box_extent(&pieces->items[whole].box), gap = box_gap(&piece->box, &pieces->items[whole].box);
        bool speck = box_extent(&piece->box) < speck_size * size;
        if (gap > (speck ? 0 : single_gap * size)) piece_judge(pieces, part, speck ? RULE_FAR_SPECK : RULE_FAR);
        if (piece_is_writing(piece)) join(pieces, part, whole);
    }
}

static void join_pieces(struct pieces *pieces, const struct ink *ink, bool single)
{
    if (single) {
        join_single(pieces);
        return;
    }
    join_overlapping(pieces);
    join_loose_parts(pieces);
    judge_small(pieces, ink);
}

/* ---- Groups ---- */

static int owner_of(const struct pieces *pieces, int index)
{
    while (pieces->items[index].owner != index) index = pieces->items[index].owner;
    return index;
}

/* numbers[count] is scratch: the group of each piece. */
static void fill_groups(const struct pieces *pieces, struct grouping *grouping, int *numbers)
{
    uint32_t members = 0;
    for (int i = 0; i < pieces->count; i++) {
        if (!is_digit(pieces, i)) continue;
        numbers[i] = (int)grouping->count;
        grouping->groups[grouping->count++] = (struct group){pieces->items[i].box, 0, 0, 0};
    }
    for (int i = 0; i < pieces->count; i++) {
        if (piece_is_writing(&pieces->items[owner_of(pieces, i)]))
            grouping->groups[numbers[owner_of(pieces, i)]].member_count++;
    }
    for (size_t i = 0; i < grouping->count; i++) {
        grouping->groups[i].first_member = members;
        members += grouping->groups[i].member_count;
        grouping->groups[i].member_count = 0;
    }
    grouping->member_count = members;
    for (int i = 0; i < pieces->count; i++) {
        int owner = owner_of(pieces, i);
        if (!piece_is_writing(&pieces->items[owner])) continue;
        struct group *group = &grouping->groups[numbers[owner]];
        grouping->members[group->first_member + group->member_count++] = pieces->items[i].component;
    }
}

static scrawl_status make_groups(const struct pieces *pieces, struct grouping *grouping, int *scratch)
{
    struct grouping result = {.height = pieces->height};
    if (pieces->count <= 0) return SCRAWL_OK;
    result.groups = malloc((size_t)pieces->count * sizeof *result.groups);
    result.members = malloc((size_t)pieces->count * sizeof *result.members);
    if (!result.groups || !result.members) {
        grouping_free(&result);
        return fail_out_of_memory();
    }
    fill_groups(pieces, &result, scratch);
    *grouping = result;
    return SCRAWL_OK;
}

/* Too large for a stack. */
struct piece_memory {
    struct piece items[MAX_PIECES];
    int scratch[MAX_PIECES]; /* a number for each piece */
};

/* A piece's ink is judged as what it was joined to. What there was no room for is no writing either. */
static void judge_components(const struct pieces *pieces, struct components *components)
{
    for (size_t i = 0; pieces->count == MAX_PIECES && i < components->count; i++)
        component_judge(components, i, RULE_SURPLUS);
    for (int i = 0; i < pieces->count; i++)
        components->components[pieces->items[i].component].rule = pieces->items[owner_of(pieces, i)].rule;
}

scrawl_status grouping_find(const struct ink *ink, struct components *components, bool single,
                            struct grouping *grouping)
{
    struct piece_memory *memory = malloc(sizeof *memory);
    if (!memory) return fail_out_of_memory();
    struct pieces pieces = {.items = memory->items};
    pieces_collect(components, ink, &pieces);
    pieces_judge_foreign(&pieces, ink, components, memory->scratch);
    join_pieces(&pieces, ink, single);
    judge_components(&pieces, components);
    scrawl_status status = make_groups(&pieces, grouping, memory->scratch);
    free(memory);
    return status;
}

void grouping_free(struct grouping *grouping)
{
    free(grouping->groups);
    free(grouping->members);
    *grouping = (struct grouping){0};
}
