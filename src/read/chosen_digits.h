/* What was chosen, as digits in reading order with their probabilities: of the lattice's path, or of the candidates.
 * Knows neither networks nor pixels. */
#ifndef CHOSEN_DIGITS_H
#define CHOSEN_DIGITS_H

#include "candidates.h"
#include "find/found_digits.h"

/* Starts as {0}. */
struct chosen_digits {
    struct found_digits found;
    float *probabilities; /* [found.count][classes] */
};

/* Fail with OUT_OF_MEMORY only. */
scrawl_status chosen_of_split(const struct finding *finding, const struct split *split, size_t classes,
                              struct chosen_digits *chosen);
scrawl_status chosen_of_candidates(const struct finding *finding, const struct candidates *candidates, size_t classes,
                                   struct chosen_digits *chosen);
void chosen_digits_free(struct chosen_digits *chosen);

#endif
