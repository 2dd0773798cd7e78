/* What was chosen, as digits in reading order with their probabilities: of the lattice's path, or of the candidates.
 * Knows neither networks nor pixels. */
#ifndef CHOSEN_DIGITS_H
#define CHOSEN_DIGITS_H

#include "candidates.h"
#include "find/found_digits.h"

enum { NOT_CHOSEN = -1 };

/* Something that the network was shown, and what became of it. */
struct look {
    struct box box;              /* in pixels of the picture */
    const struct window *window; /* whose ink it was; NULL: no window's */
    const uint8_t *input;        /* [28][28] */
    int class_index;
    float confidence;
    int digit;     /* which of the digits it became, or NOT_CHOSEN */
    bool left_out; /* no other reading of its ink was better: it is no digit */
};

/* Starts as {0}. Looks refer to what they were taken from. */
struct chosen_digits {
    struct found_digits found;
    float *probabilities; /* [found.count][classes] */
    struct look *looks;   /* in reading order by where they begin, as far as that is known */
    size_t look_count;
};

/* Fail with OUT_OF_MEMORY only. */
scrawl_status chosen_of_split(const struct finding *finding, const struct split *split, size_t classes,
                              struct chosen_digits *chosen);
scrawl_status chosen_of_candidates(const struct finding *finding, const struct candidates *candidates, size_t classes,
                                   struct chosen_digits *chosen);
void chosen_digits_free(struct chosen_digits *chosen);

#endif
