/* Implements histogram.h. Must not know what is counted. */
#include "histogram.h"

enum { PARTS = 4 };

void histogram_count(const uint8_t *values, size_t count, size_t samples, size_t histogram[LEVELS])
{
    size_t step = count / samples + 1;
    if (step > 1 && step % 2 == 0) step++; /* so that widths, which are often even, have other multiples */
    /* Neighbours are alike: to count them in one place, each would wait for the one before. */
    uint32_t parts[PARTS][LEVELS] = {{0}};
    size_t i = 0;
    for (; i + (PARTS - 1) * step < count; i += PARTS * step)
        for (size_t part = 0; part < PARTS; part++) parts[part][values[i + part * step]]++;
    for (; i < count; i += step) parts[0][values[i]]++;
    for (size_t level = 0; level < LEVELS; level++) {
        histogram[level] = 0;
        for (size_t part = 0; part < PARTS; part++) histogram[level] += parts[part][level];
    }
}

size_t histogram_below(const size_t histogram[LEVELS], int level)
{
    size_t count = 0;
    for (int i = 0; i < level; i++) count += histogram[i];
    return count;
}

int histogram_percentile(const size_t histogram[LEVELS], double part)
{
    double wanted = part * (double)histogram_below(histogram, LEVELS), seen = 0;
    int level = 0;
    while (level < LEVELS - 1 && (seen += (double)histogram[level]) < wanted) level++;
    return level;
}

int otsu_threshold(const size_t histogram[LEVELS], double *between)
{
    uint64_t count = 0, all = 0; /* whole numbers, which don't wait for each other as fractions do */
    for (int level = 0; level < LEVELS; level++) {
        count += histogram[level];
        all += (uint64_t)histogram[level] * (uint64_t)level;
    }
    const double total = (double)count, sum = (double)all;
    double below = 0, sum_below = 0, best = 0;
    int threshold = 0;
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
