/* Chooses among the ways to read what the finder found: which windows are the digits. Knows no pixels. */
#ifndef SPLIT_DIGITS_H
#define SPLIT_DIGITS_H

#include "find/find_digits.h"
#include "model/reader.h"

/* Starts as {0}. Windows that the network was shown have a slot in inputs and probabilities. */
struct split {
    size_t *chosen; /* [chosen_count]: indexes of the finding's windows, in reading order */
    size_t chosen_count;
    size_t left_out_count;
    bool *left_out;  /* [chosen_count]: those that are no digit at all, as far as the network can tell */
    float *shares;   /* [chosen_count]: probability that the window is in the right path, by all that were looked at */
    uint32_t *slots; /* [windows]: NOT_LOOKED_AT for windows that were not */
    uint32_t slot_count;
    uint8_t *inputs;      /* [slots][28][28] */
    float *probabilities; /* [slots][classes] */
};

enum { NOT_LOOKED_AT = UINT32_MAX };

/* Whether the network was shown a window. */
static inline bool split_looked_at(const struct split *split, size_t window)
{
    return split->slots[window] != NOT_LOOKED_AT;
}

/* The probability that a digit has at least beside others: with less it is hardly more like one class than another. */
float split_least_of_digit(size_t classes);

/* Gives the windows slots and inputs that the network is shown in any case: who writes their probabilities, of several
 * pictures at the same time, saves split_digits that look. Fails with OUT_OF_MEMORY only; may be freed also then. */
scrawl_status split_begin(const struct finding *finding, struct split *split);

/* From the start, or from what split_begin left. Fails with OUT_OF_MEMORY only; may be freed also then. */
scrawl_status split_digits(struct reader *reader, const struct finding *finding, struct split *split);
void split_free(struct split *split);

#endif
