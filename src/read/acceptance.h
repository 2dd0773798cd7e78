/* How likely a candidate is to be a digit, and to be read right, from what speaks for and against it. Knows no picture.
 */
#ifndef ACCEPTANCE_H
#define ACCEPTANCE_H

#include "candidates.h"

/* The logit of the probability that a digit stands there; */
float acceptance_of_place(const struct candidate *candidate);

/* and, if so, that it is read right. */
float acceptance_of_class(const struct candidate *candidate);

#endif
