/* Runs across a thin line, row by row, that continue each other. Knows only a mask, and lines that run down its rows.
 */
#ifndef CHAINS_H
#define CHAINS_H

#include "base/box.h"
#include "ink/mask.h"

/* Runs of consecutive rows that overlap or touch at a corner; where they fork or meet, the nearest. */
struct chain {
    int first_row, last_row;
    int start, end; /* of the first run; end is outside */
    float first_center, last_center;
    int pixels;
    int next; /* for whoever joins chains; -1 */
};

struct chains {
    struct chain *items; /* by their first row, then from left to right */
    int count, room;
};

/* Chains of runs of at most most_width pixels that are long for their width and for the mask; the first 65536 of them:
 * beyond, the picture is noise. Starts as {0}; chains_free, after a failure too. Fails with OUT_OF_MEMORY only. */
scrawl_status chains_find(const struct mask *mask, int most_width, struct chains *chains);
void chains_free(struct chains *chains);

static inline int chain_length(const struct chain *chain)
{
    return chain->last_row - chain->first_row + 1;
}

/* Mean pixels across. */
static inline double chain_width(const struct chain *chain)
{
    return (double)chain->pixels / chain_length(chain);
}

/* Columns that runs of neighbouring rows share, from start to end, which is outside: 0 where only corners touch,
 * negative where nothing does. */
static inline int shared_columns(int start, int end, int other_start, int other_end)
{
    return min_int(end, other_end) - max_int(start, other_start);
}

/* Whether a line of one width may go on in the other: a stroke that leaves it makes it broader. */
static inline bool is_hardly_broader(double width, double than)
{
    const double most_change = 1.5; /* and 1 pixel */
    return width <= most_change * than + 1;
}

#endif
