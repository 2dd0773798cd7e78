/* Implements reading_order.h: columns first, then the lines of each. Must not know what the boxes hold. */
#include "reading_order.h"

#include <math.h>
#include <stdlib.h>

#include "base/minmax.h"

/* Boxes that overlap this part of the lower one's height are on one line. */
static const float line_overlap = 0.4f;

/* In parts of the boxes' median height. */
static const float gutter_width = 1.5f; /* between columns, at least */
static const float near_gutter = 2;     /* where a line's middle is taken: a long one may slant */
/* Lines of two columns are in one row when they differ by this part of the lines' distance from each other, at most: by
 * chance half of all do. */
static const float aligned_within = 0.25f;
static const float aligned_part = 0.75f; /* of the lines beside others', in a table more */
static const float row_slant = 0.06f;    /* of rows: in perspective, not all are as level as the page */
enum {
    FEWEST_BESIDE = 2, /* lines beside another column's that tell whether the two are a table's */
    SLANTS = 5,        /* that are tried, from -row_slant to row_slant */
};

static int further_left_first(const void *a, const void *b)
{
    const struct reading_item *first = a, *second = b;
    if (first->left != second->left) return first->left < second->left ? -1 : 1;
    if (first->top != second->top) return first->top < second->top ? -1 : 1;
    return (first->index > second->index) - (first->index < second->index);
}

static int in_reading_order(const void *a, const void *b)
{
    const struct reading_item *first = a, *second = b;
    return first->line != second->line ? first->line - second->line : further_left_first(a, b);
}

static bool on_one_line(const struct reading_item *a, const struct reading_item *b)
{
    float shared = fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
    return shared >= line_overlap * fminf(a->bottom - a->top, b->bottom - b->top);
}

/* From left to right, each box joins the line whose last box has its middle nearest to its own, so that lines may
 * slant. last[count] is scratch: the last box of each line. Returns the number of lines. */
static int gather_lines(struct reading_item *items, size_t count, size_t *last)
{
    int lines = 0;
    for (size_t i = 0; i < count; i++) {
        struct reading_item *item = &items[i];
        int best = -1;
        float best_distance = INFINITY;
        for (int line = 0; line < lines; line++) {
            const struct reading_item *other = &items[last[line]];
            float distance = fabsf(item->top + item->bottom - other->top - other->bottom);
            if (!on_one_line(item, other) || distance >= best_distance) continue;
            best = line;
            best_distance = distance;
        }
        if (best < 0) best = lines++;
        item->line = best;
        last[best] = i;
    }
    return lines;
}

struct line {
    double middles; /* sum, then mean */
    size_t count;
    int number, rank;
};

static int upper_first(const void *a, const void *b)
{
    const struct line *first = a, *second = b;
    if (first->middles != second->middles) return first->middles < second->middles ? -1 : 1;
    return first->number - second->number;
}

static int by_number(const void *a, const void *b)
{
    return ((const struct line *)a)->number - ((const struct line *)b)->number;
}

/* Numbers the lines from the top, by the mean height of their middles. lines[line_count] is scratch. */
static void number_lines(struct reading_item *items, size_t count, struct line *lines, int line_count)
{
    for (int line = 0; line < line_count; line++) lines[line] = (struct line){.number = line};
    for (size_t i = 0; i < count; i++) {
        lines[items[i].line].middles += (items[i].top + items[i].bottom) / 2.0;
        lines[items[i].line].count++;
    }
    for (int line = 0; line < line_count; line++) lines[line].middles /= (double)lines[line].count;
    qsort(lines, (size_t)line_count, sizeof *lines, upper_first);
    for (int line = 0; line < line_count; line++) lines[line].rank = line;
    qsort(lines, (size_t)line_count, sizeof *lines, by_number);
    for (size_t i = 0; i < count; i++) items[i].line = lines[items[i].line].rank;
}

/* ---- Columns ---- */

/* heights[count] is scratch. */
static float median_height(const struct reading_item *items, size_t count, float *heights)
{
    for (size_t i = 0; i < count; i++) heights[i] = items[i].bottom - items[i].top;
    qsort(heights, count, sizeof *heights, compare_floats);
    return heights[count / 2];
}

/* Boxes from first to end - 1, of `lines` lines: what lies between two gutters. */
struct block {
    size_t first, end;
    int lines;
};

/* Items are sorted from left to right. Returns the number of blocks. */
static int find_blocks(const struct reading_item *items, size_t count, float gutter, struct block *blocks)
{
    float reach = -INFINITY;
    int found = 0;
    for (size_t i = 0; i < count; i++) {
        if (found == 0 || items[i].left - reach >= gutter) blocks[found++] = (struct block){.first = i};
        reach = fmaxf(reach, items[i].right);
        blocks[found - 1].end = i + 1;
    }
    return found;
}

/* middles[lines]: of each line's boxes at the block's right or left end. */
static void find_middles(const struct reading_item *items, const struct block *block, bool right_end, float room,
                         float *middles)
{
    for (int line = 0; line < block->lines; line++) {
        float edge = 0, sum = 0;
        int count = 0;
        for (size_t i = 0; i < block->end - block->first; i++) {
            const struct reading_item *item = &items[right_end ? block->end - 1 - i : block->first + i];
            if (item->line != line) continue;
            if (count == 0) edge = item->left;
            if (fabsf(item->left - edge) > room) break;
            sum += (item->top + item->bottom) / 2;
            count++;
        }
        middles[line] = sum / (float)count;
    }
}

/* Between lines that follow each other, at the end of their lower third: more lie where cells are empty, less where a
 * line is in two pieces. Infinite for one line. distances[lines] is scratch. */
static float line_distance(const float *middles, int lines, float *distances)
{
    if (lines < 2) return INFINITY;
    for (int i = 1; i < lines; i++) distances[i - 1] = fabsf(middles[i] - middles[i - 1]);
    qsort(distances, (size_t)(lines - 1), sizeof *distances, compare_floats);
    return distances[(lines - 1) / 3];
}

struct column {
    const float *middles; /* [lines], from the top */
    int lines;
};

/* How many of a column's lines are within this distance of one of the other's, which is moved down. */
static int count_near(struct column column, struct column other, float down, float distance)
{
    int count = 0;
    for (int i = 0; i < column.lines; i++) {
        float nearest = INFINITY;
        for (int j = 0; j < other.lines; j++)
            nearest = fminf(nearest, fabsf(column.middles[i] - other.middles[j] - down));
        count += nearest <= distance;
    }
    return count;
}

/* Whether the lines of two columns, at least as many in the second, are rows of a table; so they are when too few are
 * beside each other to tell. gutter: between them. distances[lines of the second] is scratch. */
static bool are_rows(struct column fewer, struct column more, float gutter, float *distances)
{
    const float distance =
        fminf(line_distance(fewer.middles, fewer.lines, distances), line_distance(more.middles, more.lines, distances));
    if (fewer.lines < FEWEST_BESIDE) return true;
    for (int slant = 0; slant < SLANTS; slant++) {
        const float down = row_slant * gutter * (2 * (float)slant / (SLANTS - 1) - 1);
        /* Where none is beside it, the other column has an empty cell. */
        const int beside = count_near(fewer, more, down, (1 - aligned_within) * distance);
        const int aligned = count_near(fewer, more, down, aligned_within * distance);
        if (beside < FEWEST_BESIDE || (float)aligned > aligned_part * (float)beside) return true;
    }
    return false;
}

static float gutter_between(const struct reading_item *items, const struct block *left, const struct block *right)
{
    float reach = -INFINITY;
    for (size_t i = left->first; i < left->end; i++) reach = fmaxf(reach, items[i].right);
    return items[right->first].left - reach;
}

/* middles[twice all their lines] is scratch. */
static bool belong_to_table(const struct reading_item *items, const struct block *left, const struct block *right,
                            float height, float *middles)
{
    float *of_left = middles, *of_right = middles + left->lines, *rest = of_right + right->lines;
    find_middles(items, left, true, near_gutter * height, of_left);
    find_middles(items, right, false, near_gutter * height, of_right);
    const struct column first = {of_left, left->lines}, second = {of_right, right->lines};
    const float gutter = gutter_between(items, left, right);
    return left->lines < right->lines ? are_rows(first, second, gutter, rest) : are_rows(second, first, gutter, rest);
}

/* ---- Both ---- */

struct workspace {
    size_t *last;         /* [count] */
    struct line *lines;   /* [count] */
    float *floats;        /* [2 * count] */
    struct block *blocks; /* [count] */
};

/* Returns the number of lines of the block's items, which are sorted from left to right. */
static int order_block(struct reading_item *items, const struct block *block, const struct workspace *space)
{
    size_t count = block->end - block->first;
    int lines = gather_lines(items + block->first, count, space->last);
    number_lines(items + block->first, count, space->lines, lines);
    return lines;
}

/* Joins neighbouring blocks whose lines are rows of a table; returns how many are left. */
static int join_tables(struct reading_item *items, int count, float height, const struct workspace *space)
{
    struct block *blocks = space->blocks;
    int kept = 0;
    for (int i = 0; i < count; i++) blocks[i].lines = order_block(items, &blocks[i], space);
    struct block before = blocks[0];
    for (int i = 1; i < count; i++) {
        struct block here = blocks[i];
        if (belong_to_table(items, &before, &here, height, space->floats))
            blocks[kept].end = here.end;
        else
            blocks[++kept] = here;
        before = here;
    }
    return kept + 1;
}

static void order_columns(struct reading_item *items, size_t count, const struct workspace *space)
{
    int lines = 0;
    qsort(items, count, sizeof *items, further_left_first);
    float height = median_height(items, count, space->floats);
    int blocks = find_blocks(items, count, gutter_width * height, space->blocks);
    if (blocks > 1) blocks = join_tables(items, blocks, height, space);
    for (int i = 0; i < blocks; i++) {
        const struct block *block = &space->blocks[i];
        int more = order_block(items, block, space);
        for (size_t j = block->first; j < block->end; j++) items[j].line += lines;
        lines += more;
    }
    qsort(items, count, sizeof *items, in_reading_order);
}

scrawl_status reading_order_sort(struct reading_item *items, size_t count)
{
    if (count == 0) return SCRAWL_OK;
    struct workspace space = {
        .last = malloc(count * sizeof *space.last),
        .lines = malloc(count * sizeof *space.lines),
        .floats = malloc(2 * count * sizeof *space.floats),
        .blocks = malloc(count * sizeof *space.blocks),
    };
    bool enough = space.last && space.lines && space.floats && space.blocks;
    if (enough) order_columns(items, count, &space);
    free(space.last);
    free(space.lines);
    free(space.floats);
    free(space.blocks);
    return enough ? SCRAWL_OK : fail_out_of_memory();
}
