/* Detectors for tests: what they see is not learnt. */
#ifndef DETECTORS_H
#define DETECTORS_H

#include <stdint.h>

#include "scrawl.h"

/* Untrained. */
scrawl_model *make_detector(uint64_t seed);

/* One that sees a digit with such sides around every cell, whatever is there. side: pixels of a level; centre: the
 * logit of each digit's score. */
scrawl_model *make_blind_detector(float side, float centre);

#endif
