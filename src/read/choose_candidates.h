/* The best of all ways to take candidates of which no two take the same ink: a maximum-weight independent set. Knows
 * neither pictures nor what the weights come from. */
#ifndef CHOOSE_CANDIDATES_H
#define CHOOSE_CANDIDATES_H

#include <stdbool.h>

#include "base/place_index.h"

/* Something that may be chosen. */
struct choice {
    struct place box;
    float weight; /* what it is worth, nats; below 0 it is never chosen */
    bool chosen;  /* written */
    float margin; /* written for chosen ones: by how much the best way is better than the best one without it, nats */
};

/* Whether two exclude each other; symmetric; only asked of choices whose boxes meet, those that don't never do. */
typedef bool choices_conflict(const void *context, size_t first, size_t second);

/* choices[count], and an index of their boxes. Fails with OUT_OF_MEMORY only. */
scrawl_status choose_candidates(struct choice *choices, size_t count, const struct place_index *index,
                                choices_conflict *conflict, const void *context);

#endif
