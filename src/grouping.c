/* Implements grouping.h. Must not know networks or encoded pictures. */
#include "grouping.h"

#include <stdlib.h>
#include <string.h>

enum {
    /* More pieces than any page has digits; beyond, the largest are taken. Bounds the pairwise stages. */
    MAX_PIECES = 2048,
    ENOUGH_WRITING = 3, /* pieces that don't touch the border tell how high writing is */
    LEAST_EXTENT = 5,   /* pixels: noise leaves smaller specks; */
    EXTENT_PART = 60,   /* in small pictures, which nobody photographed, this part of the longer side */
};

/* Sizes in parts of the typical height of the picture's digits. */
static const double speck_size = 0.2;   /* smaller pieces are dirt, unless they touch a digit's box */
static const double part_size = 0.5;    /* smaller pieces may be a loose part of a digit */
static const double part_width = 1.8;   /* and is not wider than this */
static const double loose_gap = 0.15;   /* how far from its digit such a part may be */
static const double whole_height = 1.5; /* a digit is not higher than this with its loose part, by its own height too */
static const double least_height = 0.4; /* smaller digits are dirt */
static const double border_size = 0.7;  /* smaller pieces that touch the border are cut-off neighbours */
static const double single_gap = 0.5;   /* single: how far from the digit its parts may be */
/* Parts of the smaller of two boxes. */
static const double joined_overlap = 0.5; /* pieces that overlap this much, both ways, are one digit */
/* A rule or frame: this many times as long as high, or reaching over this part of the picture. */
static const double rule_aspect = 5;
static const double frame_part = 0.97;
/* What is left of a box at the edge of a cell: elongated along that edge, or reaching this far along two edges. It goes
 * when a piece inside the picture is at least this part of its length. */
static const double edge_aspect = 3;
static const double edge_part = 0.6;
static const double inside_part = 0.4;
/* Halves of a broken stroke lie above each other with a gap below this part of their common height. */
static const double stacked_gap = 0.06;
static const double stacked_aspect = 1.2;      /* and are together at least this many times as high as wide, */
static const double stacked_most_aspect = 2.5; /* but not this many times: that is two digits above each other */

/* A block at the border: this part of its box is ink, it is broader than this many strokes and at least half as long as
 * the picture. */
static const double solid_part = 0.7, solid_strokes = 2.5;
static const double edge_height = 2;     /* of writing's: higher pieces at the border are the page's edge */
static const double side_room = 0.05;    /* of the picture's width, in which that edge may be a thin line */
static const double thin_aspect = 10;    /* times as high as wide at least */
static const double continued_gap = 0.1; /* of writing's height, between stretches of it */
static const double faint_part = 0.5;    /* of the writing's mean ink that a piece must have */

/* A candidate: first one connected piece of ink, in the end all pieces of one digit. */
struct piece {
    struct box box;
    uint32_t component;
    int owner; /* index of the piece that this one was joined to; itself otherwise */
    bool dropped;
};

struct pieces {
    struct piece *items;
    int count;
    double height; /* typical for the picture's digits */
};

/* ---- Pieces ---- */

static int larger_first(const void *a, const void *b)
{
    const struct piece *first = a, *second = b;
    int by_extent = box_extent(&second->box) - box_extent(&first->box);
    if (by_extent) return by_extent;
    return first->component < second->component ? -1 : 1;
}

/* The extent that at most MAX_PIECES components exceed, by halving the range. */
static int least_extent(const struct components *components, int longest)
{
    int low = 0, high = longest;
    while (low < high) {
        int middle = low + (high - low) / 2;
        size_t above = 0;
        for (size_t i = 0; i < components->count; i++) above += box_extent(&components->components[i].box) > middle;
        if (above > MAX_PIECES)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds the components whose extent is low .. high, the topmost first, as far as there is room. */
static void add_pieces(const struct components *components, int low, int high, struct pieces *pieces)
{
    for (size_t i = 0; i < components->count && pieces->count < MAX_PIECES; i++) {
        const struct box *box = &components->components[i].box;
        int extent = box_extent(box);
        if (extent >= low && extent <= high)
            pieces->items[pieces->count++] = (struct piece){.box = *box, .component = (uint32_t)i};
    }
}

/* items[MAX_PIECES] of pieces from the largest to the smallest. */
static void collect_pieces(const struct components *components, const struct ink *ink, struct pieces *pieces)
{
    int longest = greater(ink->width, ink->height), least = least_extent(components, longest);
    add_pieces(components, least + 1, longest, pieces);
    add_pieces(components, least, least, pieces);
    qsort(pieces->items, (size_t)pieces->count, sizeof *pieces->items, larger_first);
    for (int i = 0; i < pieces->count; i++) pieces->items[i].owner = i;
}

static bool touches_border(const struct box *box, const struct ink *ink)
{
    return box->left == 0 || box->top == 0 || box->right == ink->width || box->bottom == ink->height;
}

/* Long horizontal strokes and what reaches from one side of the picture to the other, when something else is there. */
static bool is_rule_or_frame(const struct box *box, const struct ink *ink)
{
    bool wide = box_width(box) >= frame_part * ink->width, high = box_height(box) >= frame_part * ink->height;
    return (wide && high) || (wide && box_width(box) > 2 * box_height(box)) ||
           (high && box_height(box) > rule_aspect * box_width(box)) || box_width(box) > rule_aspect * box_height(box);
}

static int compare_heights(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

/* The median of the heights, each counted as often as its square says: many specks don't outweigh a digit.
 * heights[pieces->count] is scratch. */
static double typical_height(const struct pieces *pieces, int *heights)
{
    double total = 0, seen = 0;
    int count = 0;
    for (int i = 0; i < pieces->count; i++) {
        if (pieces->items[i].dropped) continue;
        int height = box_height(&pieces->items[i].box);
        heights[count++] = height;
        total += (double)height * height;
    }
    qsort(heights, (size_t)count, sizeof *heights, compare_heights);
    for (int i = 0; i < count; i++) {
        seen += (double)heights[i] * heights[i];
        if (seen >= total / 2) return heights[i];
    }
    return 0;
}

/* Only what is not needed as a digit: something else that is higher than a speck beside it must be there. */
static void drop_rules_and_frames(struct pieces *pieces, const struct ink *ink)
{
    int longest_other = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (!is_rule_or_frame(box, ink)) longest_other = greater(longest_other, box_height(box));
    }
    for (int i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->items[i];
        bool rule = is_rule_or_frame(&piece->box, ink);
        piece->dropped = rule && longest_other > speck_size * box_height(&piece->box) &&
                         (box_extent(&piece->box) > 2 * longest_other || touches_border(&piece->box, ink));
    }
}

/* Neighbours' strokes at the edge of a crop. */
static bool is_cut_off(const struct box *box, const struct ink *ink, double height)
{
    return touches_border(box, ink) && box_extent(box) < border_size * height;
}

/* The remains of a printed box around a cell. */
static bool is_edge_of_box(const struct box *box, const struct ink *ink)
{
    bool side = box->left == 0 || box->right == ink->width, end = box->top == 0 || box->bottom == ink->height;
    bool reaches_far = box_width(box) > edge_part * ink->width || box_height(box) > edge_part * ink->height;
    return (side && box_height(box) > edge_aspect * box_width(box)) ||
           (end && box_width(box) > edge_aspect * box_height(box)) || (side && end && reaches_far);
}

/* A digit may touch the border itself, so something inside must be there to be read instead. */
static void drop_at_border(struct pieces *pieces, const struct ink *ink)
{
    int inside = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        if (!piece->dropped && !touches_border(&piece->box, ink)) inside = greater(inside, box_extent(&piece->box));
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (is_edge_of_box(box, ink) && inside > inside_part * box_extent(box)) pieces->items[i].dropped = true;
    }
}

/* A solid block at the border is what lies beside the page. */
static void drop_solid(struct pieces *pieces, const struct ink *ink, const struct components *components)
{
    for (int i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->items[i];
        const struct box *box = &piece->box;
        double area = (double)box_width(box) * box_height(box);
        bool solid = (double)components->components[piece->component].pixels > solid_part * area;
        bool broad = lesser(box_width(box), box_height(box)) > solid_strokes * ink->stroke;
        bool small = 2 * box_extent(box) < greater(ink->width, ink->height);
        if (solid && broad && !small && touches_border(box, ink)) piece->dropped = true;
    }
}

static bool is_enough_writing(const struct pieces *pieces, const struct ink *ink)
{
    int inside = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        bool writing = !piece->dropped && !touches_border(&piece->box, ink);
        inside += writing && box_height(&piece->box) > part_size * pieces->height;
    }
    return inside >= ENOUGH_WRITING;
}

/* The page's edge, also when it is an angle around writing: touches the border and is much higher than what doesn't. */
static void drop_page_edges(struct pieces *pieces, const struct ink *ink)
{
    for (int i = 0; i < pieces->count; i++) {
        struct piece *piece = &pieces->items[i];
        if (touches_border(&piece->box, ink) && box_height(&piece->box) > edge_height * pieces->height)
            piece->dropped = true;
    }
}

static bool is_thin_at_side(const struct piece *piece, const struct ink *ink)
{
    const struct box *box = &piece->box;
    int room = (int)(side_room * ink->width);
    return !piece->dropped && box_height(box) > thin_aspect * box_width(box) &&
           (box->left < room || box->right > ink->width - room);
}

/* The box of a thin piece with those that go on where it ends. */
static struct box continued(const struct pieces *pieces, const struct ink *ink, int index)
{
    struct box box = pieces->items[index].box;
    for (bool changed = true; changed;) {
        changed = false;
        for (int i = 0; i < pieces->count; i++) {
            struct box both = box_union(&box, &pieces->items[i].box);
            if (box_height(&both) == box_height(&box) || !is_thin_at_side(&pieces->items[i], ink) ||
                box_gap(&box, &pieces->items[i].box) > continued_gap * pieces->height)
                continue;
            box = both;
            changed = true;
        }
    }
    return box;
}

/* The page's edge a little inside the picture, also in several stretches: much higher than writing. */
static void drop_thin_edges(struct pieces *pieces, const struct ink *ink, int *heights)
{
    for (int i = 0; i < pieces->count; i++) {
        struct box box = {0};
        if (is_thin_at_side(&pieces->items[i], ink)) box = continued(pieces, ink, i);
        heights[i] = box_height(&box);
    }
    for (int i = 0; i < pieces->count; i++) {
        if (heights[i] > edge_height * pieces->height) pieces->items[i].dropped = true;
    }
}

/* What shows through the paper, smudges and raster: much fainter than the writing. */
static void drop_faint(struct pieces *pieces, const struct components *components)
{
    double mass = 0, pixels = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct component *component = &components->components[pieces->items[i].component];
        if (pieces->items[i].dropped || box_height(&component->box) < part_size * pieces->height) continue;
        mass += (double)component->mass;
        pixels += (double)component->pixels;
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct component *component = &components->components[pieces->items[i].component];
        if ((double)component->mass * pixels < faint_part * mass * (double)component->pixels)
            pieces->items[i].dropped = true;
    }
}

static void drop_cut_off(struct pieces *pieces, const struct ink *ink)
{
    for (int i = 0; i < pieces->count; i++) {
        if (is_cut_off(&pieces->items[i].box, ink, pieces->height)) pieces->items[i].dropped = true;
    }
}

/* ---- Joining pieces to digits ---- */

static bool overlap_strongly(const struct box *a, const struct box *b)
{
    return overlap_columns(a, b) >= joined_overlap * lesser(box_width(a), box_width(b)) &&
           overlap_rows(a, b) >= joined_overlap * lesser(box_height(a), box_height(b));
}

/* The halves of a digit whose stroke broke between them. */
static bool are_stacked(const struct box *a, const struct box *b)
{
    struct box both = box_union(a, b);
    return overlap_columns(a, b) >= joined_overlap * lesser(box_width(a), box_width(b)) &&
           -overlap_rows(a, b) <= stacked_gap * box_height(&both) &&
           box_height(&both) >= stacked_aspect * box_width(&both) &&
           box_height(&both) < stacked_most_aspect * box_width(&both);
}

/* A bar of a 5 or 7 that floats beside its digit, or a part of a broken stroke. */
static bool is_loose_part(const struct box *part, const struct box *whole, double height)
{
    return box_height(part) < part_size * height && box_height(whole) > box_height(part) &&
           box_width(part) < part_width * height && box_gap(part, whole) <= loose_gap * height &&
           box_height(&(struct box){0, lesser(part->top, whole->top), 0, greater(part->bottom, whole->bottom)}) <
               whole_height * greater(box_height(whole), (int)height);
}

static void join(struct pieces *pieces, int part, int whole)
{
    pieces->items[part].owner = whole;
    pieces->items[whole].box = box_union(&pieces->items[whole].box, &pieces->items[part].box);
}

static bool is_digit(const struct pieces *pieces, int index)
{
    return pieces->items[index].owner == index && !pieces->items[index].dropped;
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

static void drop_small(struct pieces *pieces, const struct ink *ink)
{
    int least = lesser(LEAST_EXTENT, greater(ink->width, ink->height) / EXTENT_PART);
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (box_height(box) < least_height * pieces->height || box_extent(box) < least)
            pieces->items[i].dropped |= pieces->items[i].owner == i;
    }
}

/* All that is near the largest piece is one digit; far-off specks are not. */
static void join_single(struct pieces *pieces)
{
    int whole = 0;
    while (whole < pieces->count && pieces->items[whole].dropped) whole++;
    for (int part = whole + 1; part < pieces->count; part++) {
        struct piece *piece = &pieces->items[part];
        if (piece->dropped) continue;
        double size = box_extent(&pieces->items[whole].box), gap = box_gap(&piece->box, &pieces->items[whole].box);
        bool speck = box_extent(&piece->box) < speck_size * size;
        if (speck && gap > 0)
            piece->dropped = true;
        else if (gap > single_gap * size)
            piece->dropped = true;
        else
            join(pieces, part, whole);
    }
}

static void choose_digits(struct pieces *pieces, const struct ink *ink, const struct components *components,
                          bool single, int *scratch)
{
    drop_solid(pieces, ink, components);
    drop_rules_and_frames(pieces, ink);
    drop_at_border(pieces, ink);
    pieces->height = typical_height(pieces, scratch);
    if (is_enough_writing(pieces, ink)) {
        drop_page_edges(pieces, ink);
        drop_thin_edges(pieces, ink, scratch);
    }
    drop_faint(pieces, components);
    drop_cut_off(pieces, ink);
    if (single) {
        join_single(pieces);
        return;
    }
    join_overlapping(pieces);
    join_loose_parts(pieces);
    drop_small(pieces, ink);
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
        if (!pieces->items[owner_of(pieces, i)].dropped) grouping->groups[numbers[owner_of(pieces, i)]].member_count++;
    }
    for (size_t i = 0; i < grouping->count; i++) {
        grouping->groups[i].first_member = members;
        members += grouping->groups[i].member_count;
        grouping->groups[i].member_count = 0;
    }
    for (int i = 0; i < pieces->count; i++) {
        int owner = owner_of(pieces, i);
        if (pieces->items[owner].dropped) continue;
        struct group *group = &grouping->groups[numbers[owner]];
        grouping->members[group->first_member + group->member_count++] = pieces->items[i].component;
    }
}

static scrawl_status make_groups(const struct pieces *pieces, struct grouping *grouping, int *scratch)
{
    struct grouping result = {.height = pieces->height};
    if (pieces->count == 0) return SCRAWL_OK;
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

/* Memory of the stages that work on pieces. */
struct stage_memory {
    struct piece items[MAX_PIECES];
    int integers[MAX_PIECES];
};

scrawl_status grouping_find(const struct ink *ink, const struct components *components, bool single,
                            struct grouping *grouping)
{
    struct stage_memory *memory = malloc(sizeof *memory);
    if (!memory) return fail_out_of_memory();
    struct pieces pieces = {memory->items, 0, 0};
    collect_pieces(components, ink, &pieces);
    choose_digits(&pieces, ink, components, single, memory->integers);
    scrawl_status status = make_groups(&pieces, grouping, memory->integers);
    free(memory);
    return status;
}

void grouping_free(struct grouping *grouping)
{
    free(grouping->groups);
    free(grouping->members);
    *grouping = (struct grouping){0};
}
