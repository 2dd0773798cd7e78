/* Implements find_digits.h: chooses which pieces of ink are parts of digits, joins them, and puts them in order.
 * Must not know networks or encoded pictures. */
#include "find_digits.h"

#include <stdlib.h>
#include <string.h>

#include "components.h"
#include "fit_input.h"
#include "ink.h"
#include "reduce.h"
#include "rulings.h"

enum {
    /* Larger pictures are reduced first: the smallest writing on a page is still legible. */
    MOST_PIXELS = 3200000,
    /* More pieces than any page has digits; beyond, the largest are taken. Bounds the pairwise stages. */
    MAX_PIECES = 2048,
    /* Anti-aliased pixels around a stroke, below the threshold, that still belong to it. */
    MARGIN = 2,
    /* The boxes of all digits together may have this many times the picture's pixels (only nested ones get there). */
    MAX_BOX_SHARE = 4,
};

/* Sizes in parts of the typical height of the picture's digits. */
static const double speck_size = 0.2;   /* smaller pieces are dirt, unless they touch a digit's box */
static const double part_size = 0.5;    /* smaller pieces may be a loose part of a digit */
static const double part_width = 1.5;   /* and is not wider than this */
static const double loose_gap = 0.15;   /* how far from its digit such a part may be */
static const double whole_height = 1.5; /* a digit is not higher than this with its loose part, by its own height too */
static const double least_height = 0.4; /* smaller digits are dirt */
static const double border_size = 0.7;  /* smaller pieces that touch the border are cut-off neighbours */
static const double single_gap = 0.5;   /* single: how far from the digit its parts may be */
/* Parts of the smaller of two boxes. */
static const double joined_overlap = 0.5; /* pieces that overlap this much, both ways, are one digit */
static const double line_overlap = 0.4;   /* digits that overlap this much vertically are on one line */
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

/* ---- Boxes ---- */

static int smaller(int a, int b)
{
    return a < b ? a : b;
}

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int box_width(const struct box *box)
{
    return box->right - box->left;
}

static int box_height(const struct box *box)
{
    return box->bottom - box->top;
}

static int box_extent(const struct box *box)
{
    return larger(box_width(box), box_height(box));
}

/* Pixels shared along an axis; negative: pixels between them. */
static int overlap_columns(const struct box *a, const struct box *b)
{
    return smaller(a->right, b->right) - larger(a->left, b->left);
}

static int overlap_rows(const struct box *a, const struct box *b)
{
    return smaller(a->bottom, b->bottom) - larger(a->top, b->top);
}

/* Pixels between two boxes, the longer way of the two axes; 0 when they touch or overlap. */
static int box_gap(const struct box *a, const struct box *b)
{
    return larger(0, -smaller(overlap_columns(a, b), overlap_rows(a, b)));
}

static struct box box_union(const struct box *a, const struct box *b)
{
    return (struct box){smaller(a->left, b->left), smaller(a->top, b->top), larger(a->right, b->right),
                        larger(a->bottom, b->bottom)};
}

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
    int longest = larger(ink->width, ink->height), least = least_extent(components, longest);
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
        if (!is_rule_or_frame(box, ink)) longest_other = larger(longest_other, box_height(box));
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
        if (!piece->dropped && !touches_border(&piece->box, ink)) inside = larger(inside, box_extent(&piece->box));
    }
    for (int i = 0; i < pieces->count; i++) {
        const struct box *box = &pieces->items[i].box;
        if (is_edge_of_box(box, ink) && inside > inside_part * box_extent(box)) pieces->items[i].dropped = true;
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
    return overlap_columns(a, b) >= joined_overlap * smaller(box_width(a), box_width(b)) &&
           overlap_rows(a, b) >= joined_overlap * smaller(box_height(a), box_height(b));
}

/* The halves of a digit whose stroke broke between them. */
static bool are_stacked(const struct box *a, const struct box *b)
{
    struct box both = box_union(a, b);
    return overlap_columns(a, b) >= joined_overlap * smaller(box_width(a), box_width(b)) &&
           -overlap_rows(a, b) <= stacked_gap * box_height(&both) &&
           box_height(&both) >= stacked_aspect * box_width(&both) &&
           box_height(&both) < stacked_most_aspect * box_width(&both);
}

/* A bar of a 5 or 7 that floats beside its digit, or a part of a broken stroke. */
static bool is_loose_part(const struct box *part, const struct box *whole, double height)
{
    return box_height(part) < part_size * height && box_height(whole) > box_height(part) &&
           box_width(part) < part_width * height && box_gap(part, whole) <= loose_gap * height &&
           box_height(&(struct box){0, smaller(part->top, whole->top), 0, larger(part->bottom, whole->bottom)}) <
               whole_height * larger(box_height(whole), (int)height);
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
    for (int part = pieces->count - 1; part > 0; part--) {
        int nearest = -1, nearest_gap = 0;
        const struct box *box = &pieces->items[part].box;
        if (!is_digit(pieces, part) || box_extent(box) < speck_size * pieces->height) continue;
        for (int whole = 0; whole < part; whole++) {
            const struct box *other = &pieces->items[whole].box;
            if (!is_digit(pieces, whole) || !is_loose_part(box, other, pieces->height)) continue;
            if (nearest >= 0 && box_gap(box, other) >= nearest_gap) continue;
            nearest = whole;
            nearest_gap = box_gap(box, other);
        }
        if (nearest >= 0) join(pieces, part, nearest);
    }
}

static void drop_small(struct pieces *pieces)
{
    for (int i = 0; i < pieces->count; i++) {
        if (box_height(&pieces->items[i].box) < least_height * pieces->height) {
            pieces->items[i].dropped |= pieces->items[i].owner == i;
        }
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

static void choose_digits(struct pieces *pieces, const struct ink *ink, bool single, int *scratch)
{
    drop_rules_and_frames(pieces, ink);
    drop_at_border(pieces, ink);
    pieces->height = typical_height(pieces, scratch);
    drop_cut_off(pieces, ink);
    if (single) {
        join_single(pieces);
        return;
    }
    join_overlapping(pieces);
    join_loose_parts(pieces);
    drop_small(pieces);
}

/* ---- Reading order ---- */

static int further_left_first(const void *a, const void *b)
{
    const struct found_digit *first = a, *second = b;
    if (first->x != second->x) return first->x - second->x;
    return first->y - second->y;
}

static int in_reading_order(const void *a, const void *b)
{
    const struct found_digit *first = a, *second = b;
    return first->line != second->line ? first->line - second->line : further_left_first(a, b);
}

static bool on_one_line(const struct found_digit *a, const struct found_digit *b)
{
    int shared = smaller(a->y + a->height, b->y + b->height) - larger(a->y, b->y);
    return shared >= line_overlap * smaller(a->height, b->height);
}

/* From left to right, each digit joins the line whose last digit shares the most rows with it, so that lines may slant.
 * last[count] is scratch: the last digit of each line. Returns the number of lines. */
static int gather_lines(struct found_digits *found, int *last)
{
    int lines = 0;
    for (int i = 0; i < (int)found->count; i++) {
        struct found_digit *digit = &found->digits[i];
        int best = -1, best_distance = 0;
        for (int line = 0; line < lines; line++) {
            const struct found_digit *other = &found->digits[last[line]];
            int distance = abs(2 * digit->y + digit->height - 2 * other->y - other->height);
            if (!on_one_line(digit, other) || (best >= 0 && distance >= best_distance)) continue;
            best = line;
            best_distance = distance;
        }
        if (best < 0) best = lines++;
        digit->line = best;
        last[best] = i;
    }
    return lines;
}

/* Numbers the lines from the top, by the mean height of their middles. ranks[lines] and middles[lines] are scratch. */
static void number_lines(struct found_digits *found, int lines, int *ranks, double *middles)
{
    for (int line = 0; line < lines; line++) {
        double sum = 0, count = 0;
        for (size_t i = 0; i < found->count; i++) {
            if (found->digits[i].line != line) continue;
            sum += found->digits[i].y + found->digits[i].height / 2.0;
            count++;
        }
        middles[line] = sum / count;
    }
    for (int line = 0; line < lines; line++) {
        ranks[line] = 0;
        for (int other = 0; other < lines; other++) {
            ranks[line] += middles[other] < middles[line] || (middles[other] == middles[line] && other < line);
        }
    }
    for (size_t i = 0; i < found->count; i++) found->digits[i].line = ranks[found->digits[i].line];
}

/* integers[2 * count] and numbers[count] are scratch. */
static void put_in_order(struct found_digits *found, int *integers, double *numbers)
{
    qsort(found->digits, found->count, sizeof *found->digits, further_left_first);
    int lines = gather_lines(found, integers);
    number_lines(found, lines, integers + found->count, numbers);
    qsort(found->digits, found->count, sizeof *found->digits, in_reading_order);
}

/* ---- Inputs ---- */

/* The box with its margin, inside the picture. */
static struct box with_margin(const struct box *box, const struct ink *ink)
{
    return (struct box){larger(0, box->left - MARGIN), larger(0, box->top - MARGIN),
                        smaller(ink->width, box->right + MARGIN), smaller(ink->height, box->bottom + MARGIN)};
}

/* Copies a stroke and the soft ink around it. cut is a buffer of the area's size. */
static void cut_run(const struct ink *ink, const struct run *run, const struct box *area, uint8_t *cut)
{
    int left = larger(area->left, run->start - MARGIN), right = smaller(area->right, run->end + MARGIN);
    int bottom = smaller(area->bottom, run->row + MARGIN + 1);
    for (int y = larger(area->top, run->row - MARGIN); y < bottom; y++) {
        const uint8_t *from = ink->values + (size_t)y * (size_t)ink->width;
        uint8_t *to = cut + (size_t)(y - area->top) * (size_t)box_width(area) - area->left;
        for (int x = left; x < right; x++) {
            bool stroke_of_run = y == run->row && x >= run->start && x < run->end;
            if (stroke_of_run || from[x] < ink->threshold) to[x] = from[x];
        }
    }
}

static size_t box_pixels(const struct box *box)
{
    return (size_t)box_width(box) * (size_t)box_height(box);
}

/* cut has room for the box with its margin. */
static void fit_digit(const struct ink *ink, const struct components *components, const struct pieces *pieces,
                      int index, uint8_t *cut, struct found_digit *digit)
{
    struct box area = with_margin(&pieces->items[index].box, ink);
    memset(cut, 0, box_pixels(&area));
    for (int i = 0; i < pieces->count; i++) {
        const struct piece *piece = &pieces->items[i];
        int owner = piece->owner;
        while (pieces->items[owner].owner != owner) owner = pieces->items[owner].owner;
        if (owner != index || piece->dropped) continue;
        for (uint32_t run = components->components[piece->component].first_run; run != NO_RUN;
             run = components->runs[run].next) {
            cut_run(ink, &components->runs[run], &area, cut);
        }
    }
    fit_input(cut, box_width(&area), box_height(&area), ink->soft, digit->input);
}

/* Which digits are kept when their boxes share too many pixels; returns their count. *largest: pixels of the largest.
 */
static size_t limit_boxes(struct pieces *pieces, const struct ink *ink, size_t *largest)
{
    size_t count = 0, room = MAX_BOX_SHARE * (size_t)ink->width * (size_t)ink->height;
    *largest = 0;
    for (int i = 0; i < pieces->count; i++) {
        if (!is_digit(pieces, i)) continue;
        struct box area = with_margin(&pieces->items[i].box, ink);
        size_t pixels = box_pixels(&area);
        if (pixels > room) {
            pieces->items[i].dropped = true;
            continue;
        }
        room -= pixels;
        if (pixels > *largest) *largest = pixels;
        count++;
    }
    return count;
}

static scrawl_status make_digits(const struct ink *ink, const struct components *components, struct pieces *pieces,
                                 struct found_digits *found)
{
    size_t largest, count = limit_boxes(pieces, ink, &largest);
    if (count == 0) return SCRAWL_OK;
    struct found_digit *digits = calloc(count, sizeof *digits);
    uint8_t *cut = malloc(largest);
    if (!digits || !cut) {
        free(digits);
        free(cut);
        return fail_out_of_memory();
    }
    for (int i = 0; i < pieces->count; i++) {
        if (!is_digit(pieces, i)) continue;
        const struct box *box = &pieces->items[i].box;
        struct found_digit *digit = &digits[found->count++];
        *digit = (struct found_digit){box->left, box->top, box_width(box), box_height(box), 0, {0}};
        fit_digit(ink, components, pieces, i, cut, digit);
    }
    free(cut);
    found->digits = digits;
    return SCRAWL_OK;
}

/* Memory of the stages that work on pieces. */
struct stage_memory {
    double numbers[MAX_PIECES];
    struct piece items[MAX_PIECES];
    int integers[2 * MAX_PIECES];
};

static scrawl_status find_in_ink(const struct ink *ink, bool single, struct found_digits *found)
{
    struct components components = {0};
    struct stage_memory *memory = malloc(sizeof *memory);
    if (!memory) return fail_out_of_memory();
    scrawl_status status = components_find(ink, &components);
    if (status == SCRAWL_OK) {
        struct pieces pieces = {memory->items, 0, 0};
        collect_pieces(&components, ink, &pieces);
        choose_digits(&pieces, ink, single, memory->integers);
        status = make_digits(ink, &components, &pieces, found);
    }
    if (status == SCRAWL_OK && found->count) put_in_order(found, memory->integers, memory->numbers);
    components_free(&components);
    free(memory);
    return status;
}

/* The digits' boxes, in pixels of the picture again. */
static void enlarge_boxes(struct found_digits *found, int factor, const struct picture *picture)
{
    for (size_t i = 0; i < found->count; i++) {
        struct found_digit *digit = &found->digits[i];
        digit->x *= factor;
        digit->y *= factor;
        digit->width = smaller(digit->width * factor, picture->width - digit->x);
        digit->height = smaller(digit->height * factor, picture->height - digit->y);
    }
}

static scrawl_status find_in_picture(const struct picture *picture, bool single, struct found_digits *found)
{
    struct ink ink;
    struct rulings rulings;
    scrawl_status status = ink_measure(picture, &ink);
    if (status != SCRAWL_OK) return status;
    status = rulings_remove(&ink, &rulings);
    if (status == SCRAWL_OK) status = find_in_ink(&ink, single, found);
    rulings_free(&rulings);
    ink_free(&ink);
    return status;
}

scrawl_status find_digits(const struct picture *picture, bool single, struct found_digits *found)
{
    struct found_digits result = {0};
    struct picture reduced = {0};
    int factor = reduce_factor(picture->width, picture->height, MOST_PIXELS);
    scrawl_status status = factor > 1 ? reduce_picture(picture, factor, &reduced) : SCRAWL_OK;
    if (status == SCRAWL_OK) status = find_in_picture(factor > 1 ? &reduced : picture, single, &result);
    picture_free(&reduced);
    enlarge_boxes(&result, factor, picture);
    if (status == SCRAWL_OK) *found = result;
    return status;
}

void found_digits_free(struct found_digits *found)
{
    free(found->digits);
    *found = (struct found_digits){0};
}
