/* A reading, as scrawl.h shows it, from the digits that were chosen. Knows not where they come from. */
#ifndef READING_H
#define READING_H

#include <stdbool.h>

#include "find/found_digits.h"

/* Whether the gap between a digit and the next one of its line becomes a space. */
bool reading_is_wide_gap(const struct found_digit *before, const struct found_digit *here);

/* probabilities[found][classes]. width, height: of what they were found in. Fails with OUT_OF_MEMORY only. */
scrawl_status reading_write(const scrawl_model *model, int width, int height, const struct found_digits *found,
                            const float *probabilities, scrawl_reading **reading);

#endif
