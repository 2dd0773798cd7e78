/* Implements otsu.h. Must not know what is counted. */
#include "otsu.h"

int otsu_threshold(const size_t histogram[LEVELS], double *between)
{
    double total = 0, sum = 0, below = 0, sum_below = 0, best = 0;
    int threshold = 0;
    for (int level = 0; level < LEVELS; level++) {
        total += (double)histogram[level];
        sum += (double)histogram[level] * level;
    }
    for (int level = 0; level < LEVELS - 1; level++) {
        if (histogram[level] == 0) continue; /* the same two classes as before */
        below += (double)histogram[level];
        sum_below += (double)histogram[level] * level;
        if (below == total) break;
        double distance = sum_below / below - (sum - sum_below) / (total - below);
        double here = below / total * (1 - below / total) * distance * distance;
        if (here > best) best = here, threshold = level + 1;
    }
    if (between) *between = best;
    return threshold;
}
