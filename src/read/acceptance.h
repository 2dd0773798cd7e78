/* How likely a candidate is to be a digit that is read right, from what speaks for and against it. Knows no picture. */
#ifndef ACCEPTANCE_H
#define ACCEPTANCE_H

#include "candidates.h"

/* The logit of that probability. */
float acceptance_logit(const struct candidate *candidate);

#endif
