/* Two classes of levels. */
#ifndef OTSU_H
#define OTSU_H

#include "status.h"

enum { LEVELS = 256 };

/* Otsu, "A threshold selection method from gray-level histograms", 1979: the first level of the upper class. *between,
 * unless NULL: the variance between the classes, in levels squared; 0 when there is one level only. */
int otsu_threshold(const size_t histogram[LEVELS], double *between);

#endif
