/* Implements chains.h: directional single-connected chains (Zheng, Li, Doermann, "A model-based line detection
 * algorithm in documents", 2003), broken where a stroke crosses. Must not know which chains belong together. */
#include "chains.h"

#include <math.h>
#include <stdlib.h>

#include "base/box.h"

enum {
    LEAST_LENGTH = 6,  /* pixels a chain has at least, */
    LEAST_ASPECT = 2,  /* and this many times its width, */
    LENGTH_PART = 150, /* and this part of the mask's longer side */
    MOST_CHAINS = 1 << 16,
    FIRST_ROOM = 256,
};

static const double most_slope = 0.22; /* across per along: 12 degrees */

/* A run, as the end of the chain that leads to it. */
struct stretch {
    int start, end;
    struct chain chain;
    int nearest; /* of the other row's runs: the one that it shares most columns with, the first of equals; or -1 */
    bool taken;  /* continued in the row below */
};

/* Up to width / 2 + 1 runs of a row; the ones that are too wide break chains and are left out. */
static int row_stretches(const struct mask *mask, int row, int most_width, struct stretch *stretches)
{
    const uint64_t *bits = mask_row(mask, row);
    int count = 0;
    for (int start = mask_next(bits, 0, mask->width, true), end; start < mask->width;
         start = mask_next(bits, end, mask->width, true)) {
        end = mask_next(bits, start, mask->width, false);
        if (end - start > most_width) continue;
        float center = (float)(start + end) / 2;
        stretches[count++] =
            (struct stretch){start, end, {row, row, start, end, center, center, end - start, -1}, -1, false};
    }
    return count;
}

static bool is_long_chain(const struct mask *mask, const struct chain *chain)
{
    int length = chain_length(chain);
    float across = fabsf(chain->last_center - chain->first_center);
    return length >= max_int(LEAST_LENGTH, max_int(mask->width, mask->height) / LENGTH_PART) &&
           length * length >= LEAST_ASPECT * chain->pixels && across <= (float)(most_slope * length) + 1;
}

static scrawl_status keep_chain(const struct mask *mask, const struct chain *chain, struct chains *chains)
{
    if (!is_long_chain(mask, chain) || chains->count == MOST_CHAINS) return SCRAWL_OK;
    if (chains->count == chains->room) {
        int room = chains->room ? 2 * chains->room : FIRST_ROOM;
        struct chain *items = realloc(chains->items, (size_t)room * sizeof *items);
        if (!items) return fail_out_of_memory();
        chains->items = items;
        chains->room = room;
    }
    chains->items[chains->count++] = *chain;
    return SCRAWL_OK;
}

static void continue_chain(struct stretch *above, struct stretch *here)
{
    int width = here->end - here->start;
    double mean = chain_width(&above->chain);
    above->taken = is_hardly_broader(width, mean) && is_hardly_broader(mean, width);
    if (!above->taken) return;
    struct chain chain = above->chain;
    chain.last_row = here->chain.last_row;
    chain.last_center = here->chain.last_center;
    chain.pixels += here->chain.pixels;
    here->chain = chain;
}

static int shared_by(const struct stretch *a, const struct stretch *b)
{
    return shared_columns(a->start, a->end, b->start, b->end);
}

static void find_nearest(struct stretch *above, int above_count, struct stretch *here, int here_count)
{
    for (int i = 0, j = 0; i < above_count && j < here_count;) {
        int shared = shared_by(&above[i], &here[j]);
        if (shared >= 0) {
            if (above[i].nearest < 0 || shared > shared_by(&above[i], &here[above[i].nearest])) above[i].nearest = j;
            if (here[j].nearest < 0 || shared > shared_by(&above[here[j].nearest], &here[j])) here[j].nearest = i;
        }
        if (above[i].end < here[j].end)
            i++;
        else
            j++;
    }
}

/* Lets the runs of a row continue the chains of the row above. Where they fork or meet, the nearest go on. */
static void continue_chains(struct stretch *above, int above_count, struct stretch *here, int here_count)
{
    for (int i = 0; i < above_count; i++) above[i].nearest = -1;
    find_nearest(above, above_count, here, here_count);
    for (int i = 0; i < above_count; i++) {
        int nearest = above[i].nearest;
        if (nearest >= 0 && here[nearest].nearest == i) continue_chain(&above[i], &here[nearest]);
    }
}

static int higher_first(const void *a, const void *b)
{
    const struct chain *first = a, *second = b;
    if (first->first_row != second->first_row) return first->first_row - second->first_row;
    return first->start - second->start;
}

static scrawl_status collect_chains(const struct mask *mask, int most_width, struct stretch *above,
                                    struct stretch *here, struct chains *chains)
{
    for (int row = 0, above_count = 0; row <= mask->height; row++) {
        int count = row < mask->height ? row_stretches(mask, row, most_width, here) : 0;
        continue_chains(above, above_count, here, count);
        for (int i = 0; i < above_count; i++) {
            scrawl_status status = above[i].taken ? SCRAWL_OK : keep_chain(mask, &above[i].chain, chains);
            if (status != SCRAWL_OK) return status;
        }
        struct stretch *exchange = above;
        above = here;
        here = exchange;
        above_count = count;
    }
    return SCRAWL_OK;
}

scrawl_status chains_find(const struct mask *mask, int most_width, struct chains *chains)
{
    size_t room = (size_t)mask->width / 2 + 1;
    struct stretch *stretches = malloc(2 * room * sizeof *stretches);
    if (!stretches) return fail_out_of_memory();
    scrawl_status status = collect_chains(mask, most_width, stretches, stretches + room, chains);
    free(stretches);
    if (status == SCRAWL_OK && chains->count)
        qsort(chains->items, (size_t)chains->count, sizeof *chains->items, higher_first);
    return status;
}

void chains_free(struct chains *chains)
{
    free(chains->items);
    *chains = (struct chains){0};
}
