/* Implements pieces.h. */
#include "pieces.h"

#include <stdlib.h>

/* Parts of the typical height of the picture's digits. */
static const double border_size = 0.7; /* smaller pieces that touch the border are cut-off neighbours */
/* A rule or frame: this many times as long as high, or reaching over this part of the picture. */
static const double rule_aspect = 5;
static const double frame_part = 0.97;
/* What is left of a box at the edge of a cell: elongated along that edge, or reaching this far along two edges. It goes
 * when a piece inside the picture is at least this part of its length. */
static const double edge_aspect = 3;
static const double edge_part = 0.6;
static const double inside_part = 0.4;
static const double faint_part = 0.5; /* of the writing's mean ink that a piece must have */

static int larger_first(const void *a, const void *b)
{
    const struct piece *first = a, *second = b;
    int by_extent = box_extent(&second->box) - box_extent(&first->box);
    if (by_extent) return by_extent;
    return first->component < second->component ? -1 : 1;
}

/* The extent that at most MAX_PIECES components of writing exceed, by halving the range. */
static int least_extent(const struct components *components, int longest)
{
    int low = 0, high = longest;
    while (low < high) {
        int middle = low + (high - low) / 2;
        size_t above = 0;
        for (size_t i = 0; i < components->count; i++) {
            const struct component *component = &components->components[i];
            above += component_is_writing(component) && box_extent(&component->box) > middle;
        }
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
        if (!component_is_writing(&components->components[i])) continue;
        if (extent >= low && extent <= high)
            pieces->items[pieces->count++] = (struct piece){.box = *box, .component = (uint32_t)i};
    }
}

void pieces_collect(const struct components *components, const struct ink *ink, struct pieces *pieces)
{
    int longest = max_int(ink->width, ink->height), least = least_extent(components, longest);
    add_pieces(components, least + 1, longest, pieces);
    add_pieces(components, least, least, pieces);
    pieces->rules_off = components->rules_off;
    qsort(pieces->items, (size_t)pieces->count, sizeof *pieces->items, larger_first);
    for (int i = 0; i < pieces->count; i++) pieces->items[i].owner = i;
}

void piece_judge(struct pieces *pieces, int index, enum rule rule)
{
    struct piece *piece = &pieces->items[index];
    if (piece_is_writing(piece) && !(pieces->rules_off & rule_bit(rule))) piece->rule = rule;
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
        if (!piece_is_writing(&pieces->items[i])) continue;
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
static void judge_frames(struct pieces *pieces, const struct ink *ink)
{
    int longest_other = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        bool writing = piece_is_writing(piece) && !is_rule_or_frame(&piece->box, ink);
        if (writing) longest_other = max_int(longest_other, box_height(&piece->box));
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        if (is_rule_or_frame(&piece->box, ink) && longest_other > speck_size * box_height(&piece->box) &&
            (box_extent(&piece->box) > 2 * longest_other || touches_border(&piece->box, ink)))
            piece_judge(pieces, i, RULE_FRAME);
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
static void judge_edges_of_boxes(struct pieces *pieces, const struct ink *ink)
{
    int inside = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        if (piece_is_writing(piece) && !touches_border(&piece->box, ink))
            inside = max_int(inside, box_extent(&piece->box));
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (is_edge_of_box(box, ink) && inside > inside_part * box_extent(box))
            piece_judge(pieces, i, RULE_EDGE_OF_BOX);
    }
}

/* What shows through the paper, smudges and raster: much fainter than the writing. */
static void judge_faint(struct pieces *pieces, const struct components *components)
{
    double mass = 0, pixels = 0;
    for (int i = 0; i < pieces->count; i++) {
        const struct component *component = &components->components[pieces->items[i].component];
        if (!piece_is_writing(&pieces->items[i]) || box_height(&component->box) < part_size * pieces->height) continue;
        mass += (double)component->mass;
        pixels += (double)component->pixels;
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct component *component = &components->components[pieces->items[i].component];
        if ((double)component->mass * pixels < faint_part * mass * (double)component->pixels)
            piece_judge(pieces, i, RULE_FAINT);
    }
}

static void judge_cut_off(struct pieces *pieces, const struct ink *ink)
{
    for (int i = 0; i < pieces->count; i++) {
        if (is_cut_off(&pieces->items[i].box, ink, pieces->height)) piece_judge(pieces, i, RULE_CUT_OFF);
    }
}

void pieces_judge_foreign(struct pieces *pieces, const struct ink *ink, const struct components *components,
                          int *scratch)
{
    judge_frames(pieces, ink);
    judge_edges_of_boxes(pieces, ink);
    pieces->height = typical_height(pieces, scratch);
    judge_faint(pieces, components);
    judge_cut_off(pieces, ink);
}
