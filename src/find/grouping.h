/* Pieces of ink to groups, each of which looks like one digit: what is dirt or a neighbour's remains is judged by a
 * rule, loose parts are joined. Knows no network. */
#ifndef GROUPING_H
#define GROUPING_H

#include "ink/components.h"

/* Pieces that belong together. */
struct group {
    struct box box;
    int line; /* 0, 1, ... from the top */
    uint32_t first_member, member_count;
};

/* Starts as {0}. */
struct grouping {
    struct group *groups;
    size_t count;
    uint32_t *members; /* indexes of components, group by group */
    size_t member_count;
    double height; /* typical for the picture's digits */
};

/* Groups what is still taken for writing, and judges what is dirt or foreign. single: all the ink is one digit. Fails
 * with OUT_OF_MEMORY only. */
scrawl_status grouping_find(const struct ink *ink, struct components *components, bool single,
                            struct grouping *grouping);
void grouping_free(struct grouping *grouping);

#endif
