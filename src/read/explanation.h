/* What the finder and the network did with a picture, as scrawl.h shows it. Knows not how it came about. */
#ifndef EXPLANATION_H
#define EXPLANATION_H

#include "chosen_digits.h"

/* The finding has its picture. *explanation is one allocation, to be freed with free(), and refers to nothing else.
 * Fails with OUT_OF_MEMORY only. */
scrawl_status explanation_create(const struct finding *finding, const struct chosen_digits *chosen,
                                 scrawl_explanation **explanation);

#endif
