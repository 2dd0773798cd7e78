/* Implements lines.h. Must not know what the boxes hold. */
#include "lines.h"

#include <math.h>
#include <stdlib.h>

/* Boxes that overlap this part of the lower one's height are on one line. */
static const float line_overlap = 0.4f;

static int further_left_first(const void *a, const void *b)
{
    const struct line_item *first = a, *second = b;
    if (first->left != second->left) return first->left < second->left ? -1 : 1;
    if (first->top != second->top) return first->top < second->top ? -1 : 1;
    return (first->index > second->index) - (first->index < second->index);
}

static int in_reading_order(const void *a, const void *b)
{
    const struct line_item *first = a, *second = b;
    return first->line != second->line ? first->line - second->line : further_left_first(a, b);
}

static bool on_one_line(const struct line_item *a, const struct line_item *b)
{
    float shared = fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
    return shared >= line_overlap * fminf(a->bottom - a->top, b->bottom - b->top);
}

/* From left to right, each box joins the line whose last box has its middle nearest to its own, so that lines may
 * slant. last[count] is scratch: the last box of each line. Returns the number of lines. */
static int gather_lines(struct line_item *items, size_t count, size_t *last)
{
    int lines = 0;
    for (size_t i = 0; i < count; i++) {
        struct line_item *item = &items[i];
        int best = -1;
        float best_distance = INFINITY;
        for (int line = 0; line < lines; line++) {
            const struct line_item *other = &items[last[line]];
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
static void number_lines(struct line_item *items, size_t count, struct line *lines, int line_count)
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

bool lines_order(struct line_item *items, size_t count)
{
    if (count == 0) return true;
    size_t *last = malloc(count * sizeof *last);
    struct line *lines = malloc(count * sizeof *lines);
    bool enough = last && lines;
    if (enough) {
        qsort(items, count, sizeof *items, further_left_first);
        number_lines(items, count, lines, gather_lines(items, count, last));
        qsort(items, count, sizeof *items, in_reading_order);
    }
    free(lines);
    free(last);
    return enough;
}
