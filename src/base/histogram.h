/* How often each level of 8 bits occurs, and what follows from that. Knows not whether grey or ink is counted. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include "status.h"

enum { LEVELS = 256 };

/* Counts at most about `samples` of values[count], evenly spread. */
void histogram_count(const uint8_t *values, size_t count, size_t samples, size_t histogram[LEVELS]);

/* How many are counted below a level, 0 .. LEVELS. */
size_t histogram_below(const size_t histogram[LEVELS], int level);

/* The first level that `part`, above 0 to 1, of what is counted lies at or below: 0.5 for the median. 0 when nothing
 * is. */
int histogram_percentile(const size_t histogram[LEVELS], double part);

/* Otsu, "A threshold selection method from gray-level histograms", 1979: the first level of the upper class. *between,
 * unless NULL: the variance between the classes, in levels squared; 0 when there is one level only. */
int otsu_threshold(const size_t histogram[LEVELS], double *between);

#endif
