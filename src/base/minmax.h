/* The lesser and the greater of two numbers, for each type that needs them, and which comes first. */
#ifndef MINMAX_H
#define MINMAX_H

#include <stddef.h>

static inline int min_int(int a, int b)
{
    return a < b ? a : b;
}

static inline int max_int(int a, int b)
{
    return a > b ? a : b;
}

static inline size_t min_size(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t max_size(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* As fminf and fmaxf for numbers, but one instruction. */
static inline float min_float(float a, float b)
{
    return a < b ? a : b;
}

static inline float max_float(float a, float b)
{
    return a > b ? a : b;
}

static inline float clamp_float(float value, float least, float most)
{
    return min_float(max_float(value, least), most);
}

/* For qsort: numbers that ascend. */
static inline int compare_floats(const void *a, const void *b)
{
    const float first = *(const float *)a, second = *(const float *)b;
    return (first > second) - (first < second);
}

#endif
