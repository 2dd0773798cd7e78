/* Implements straight_lines.h: from top to bottom, each chain joins the line that leads to it best, or begins one. Must
 * not know what the lines are. */
#include "straight_lines.h"

#include <math.h>
#include <stdlib.h>

#include "base/box.h"

enum {
    BUCKET = 8,      /* pixels across for which lines are searched together */
    PATIENCE = 64,   /* lines looked at in a bucket: those that ended last come first */
    LEAST_BLANK = 4, /* pixels without ink that may interrupt a line of any length */
};

static const double drift = 0.04;       /* a line may bend by this part of a gap, */
static const double drift_widths = 1.0; /* and by this many of its widths */
static const double gap_part = 0.4;     /* gaps with ink in them are at most this part of the line so far, */
static const double gap_side = 0.15;    /* or of the picture's longer side */
static const double blank_part = 0.06;  /* of them as much is blank, or LEAST_BLANK pixels */

int straight_line_length(const struct straight_lines *lines, const struct straight_line *line)
{
    return straight_line_last(lines, line)->last_row - straight_line_first(lines, line)->first_row + 1;
}

double straight_line_width(const struct straight_line *line)
{
    return (double)line->pixels / line->covered;
}

double straight_line_center_at(const struct straight_lines *lines, const struct straight_line *line, double row)
{
    const struct chain *first = straight_line_first(lines, line), *last = straight_line_last(lines, line);
    double part = (row - first->first_row) / fmax(1, last->last_row - first->first_row);
    return first->first_center + part * (last->last_center - first->first_center);
}

/* Rows without a stroke on the way from one chain to the next: none when strokes or other lines cross there. */
static int blank_rows(const struct mask *mask, const struct chain *above, const struct chain *below)
{
    int blank = 0, gap = below->first_row - above->last_row;
    for (int i = 1; i < gap; i++) {
        float center = above->last_center + (below->first_center - above->last_center) * (float)i / (float)gap;
        const uint64_t *row = mask_row(mask, above->last_row + i);
        int x = min_int((int)center, mask->width - 1);
        blank += !mask_is_set(row, x) && !mask_is_set(row, max_int(0, x - 1));
    }
    return blank;
}

/* How far the chain begins from where the line leads; negative when it doesn't belong to it. */
static double distance_from_line(const struct straight_lines *lines, const struct straight_line *line,
                                 const struct chain *chain)
{
    const struct chain *first = straight_line_first(lines, line), *last = straight_line_last(lines, line);
    int gap = chain->first_row - last->last_row, side = max_int(lines->mask.height, lines->mask.width);
    int length = straight_line_length(lines, line);
    if (gap <= 0 || gap > fmax(gap_part * length, gap_side * side)) return -1;
    double width = straight_line_width(line), other = chain_width(chain);
    if (other > 2 * width + 1 || width > 2 * other + 1) return -1;
    const struct chain *begin = length > 4 * (last->last_row - last->first_row) ? first : last;
    double slope = (last->last_center - begin->first_center) / fmax(1, last->last_row - begin->first_row);
    double away = fabs(last->last_center + slope * gap - chain->first_center);
    double room = drift * (gap + 0.5 * side * (length < side / 8) / 8) + drift_widths * width + 1;
    if (away > room) return -1;
    return blank_rows(&lines->mask, last, chain) <= fmax(LEAST_BLANK, blank_part * length) ? away : -1;
}

static int bucket_of(float center)
{
    return (int)center / BUCKET;
}

/* The line that leads to the chain best, -1 for none; buckets hold lines by where they end. */
static int nearest_line(const struct straight_lines *lines, const int *buckets, int bucket_count,
                        const struct chain *chain)
{
    int best = -1, bucket = bucket_of(chain->first_center);
    double best_distance = 0;
    for (int i = max_int(0, bucket - 1); i <= min_int(bucket_count - 1, bucket + 1); i++) {
        int patience = PATIENCE;
        for (int line = buckets[i]; line >= 0 && patience > 0; line = lines->items[line].next, patience--) {
            double distance = distance_from_line(lines, &lines->items[line], chain);
            if (distance < 0 || (best >= 0 && distance >= best_distance)) continue;
            best = line;
            best_distance = distance;
        }
    }
    return best;
}

static void unlink_line(struct straight_lines *lines, int *bucket, int line)
{
    while (*bucket != line) bucket = &lines->items[*bucket].next;
    *bucket = lines->items[line].next;
}

static void add_to_line(struct straight_lines *lines, struct straight_line *line, int index)
{
    struct chain *chain = &lines->chains.items[index], *last = &lines->chains.items[line->last];
    line->blank += blank_rows(&lines->mask, last, chain);
    last->next = index;
    line->last = index;
    line->covered += chain_length(chain);
    line->pixels += chain->pixels;
}

static void join_chains(struct straight_lines *lines, int *buckets, int bucket_count)
{
    for (int i = 0; i < bucket_count; i++) buckets[i] = -1;
    for (int i = 0; i < lines->chains.count; i++) {
        struct chain *chain = &lines->chains.items[i];
        int index = nearest_line(lines, buckets, bucket_count, chain);
        if (index < 0) {
            index = lines->count++;
            lines->items[index] = (struct straight_line){i, i, chain_length(chain), chain->pixels, 0, -1, false};
        } else {
            struct straight_line *line = &lines->items[index];
            unlink_line(lines, &buckets[bucket_of(straight_line_last(lines, line)->last_center)], index);
            add_to_line(lines, line, i);
        }
        int *bucket = &buckets[bucket_of(chain->last_center)];
        lines->items[index].next = *bucket;
        *bucket = index;
    }
}

scrawl_status straight_lines_find(struct straight_lines *lines)
{
    scrawl_status status = chains_find(&lines->mask, lines->most_width, &lines->chains);
    if (status != SCRAWL_OK) return status;
    int bucket_count = lines->mask.width / BUCKET + 1;
    int *buckets = malloc((size_t)bucket_count * sizeof *buckets);
    lines->items = malloc(((size_t)lines->chains.count + 1) * sizeof *lines->items);
    if (buckets && lines->items)
        join_chains(lines, buckets, bucket_count);
    else
        status = fail_out_of_memory();
    free(buckets);
    return status;
}

void straight_lines_free(struct straight_lines *lines)
{
    mask_free(&lines->mask);
    chains_free(&lines->chains);
    free(lines->items);
    *lines = (struct straight_lines){0};
}
