/* Implements lines.h. Must not know ink. */
#include "lines.h"

#include <stdlib.h>

/* Digits that overlap this part of the smaller one's height are on one line. */
static const double line_overlap = 0.4;

static int further_left_first(const void *a, const void *b)
{
    const struct group *first = a, *second = b;
    if (first->box.left != second->box.left) return first->box.left - second->box.left;
    return first->box.top - second->box.top;
}

static int in_reading_order(const void *a, const void *b)
{
    const struct group *first = a, *second = b;
    return first->line != second->line ? first->line - second->line : further_left_first(a, b);
}

static bool on_one_line(const struct box *a, const struct box *b)
{
    return overlap_rows(a, b) >= line_overlap * lesser(box_height(a), box_height(b));
}

/* From left to right, each digit joins the line whose last digit shares the most rows with it, so that lines may slant.
 * last[count] is scratch: the last digit of each line. Returns the number of lines. */
static int gather_lines(struct grouping *grouping, int *last)
{
    int lines = 0;
    for (int i = 0; i < (int)grouping->count; i++) {
        struct group *digit = &grouping->groups[i];
        int best = -1, best_distance = 0;
        for (int line = 0; line < lines; line++) {
            const struct group *other = &grouping->groups[last[line]];
            int distance = abs(digit->box.top + digit->box.bottom - other->box.top - other->box.bottom);
            if (!on_one_line(&digit->box, &other->box) || (best >= 0 && distance >= best_distance)) continue;
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
static void number_lines(struct grouping *grouping, int lines, int *ranks, double *middles)
{
    for (int line = 0; line < lines; line++) {
        double sum = 0, count = 0;
        for (size_t i = 0; i < grouping->count; i++) {
            if (grouping->groups[i].line != line) continue;
            sum += (grouping->groups[i].box.top + grouping->groups[i].box.bottom) / 2.0;
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
    for (size_t i = 0; i < grouping->count; i++) grouping->groups[i].line = ranks[grouping->groups[i].line];
}

scrawl_status lines_order(struct grouping *grouping)
{
    if (grouping->count == 0) return SCRAWL_OK;
    int *integers = malloc(2 * grouping->count * sizeof *integers);
    double *numbers = malloc(grouping->count * sizeof *numbers);
    bool enough = integers && numbers;
    if (enough) {
        qsort(grouping->groups, grouping->count, sizeof *grouping->groups, further_left_first);
        int lines = gather_lines(grouping, integers);
        number_lines(grouping, lines, integers + grouping->count, numbers);
        qsort(grouping->groups, grouping->count, sizeof *grouping->groups, in_reading_order);
    }
    free(integers);
    free(numbers);
    return enough ? SCRAWL_OK : fail_out_of_memory();
}
