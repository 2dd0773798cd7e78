/* How the learning rate changes over a training. Knows no optimizer and no step. */
#ifndef SCHEDULE_H
#define SCHEDULE_H

#include "scrawl.h"

enum { SCHEDULE_COUNT = SCRAWL_COSINE + 1 };

/* The word for each scrawl_schedule in a model file. */
extern const char *const schedule_names[SCHEDULE_COUNT];

/* The share of the peak learning rate, 0 .. 1, at a position in the training, 0 (its begin) .. 1 (its end). */
double schedule_share(scrawl_schedule schedule, double position);

#endif
