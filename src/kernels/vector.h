/* Vectors of as many floats as the instruction set has, and the sizes that follow. Included by kernels_table.c only. */
#ifndef KERNELS_VECTOR_H
#define KERNELS_VECTOR_H

#include <stdbool.h>
#include <string.h>

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include "kernels.h"

/* A tile of a product is TILE_ROWS x TILE_VECTORS vectors of sums that stay in registers; beside them, one row of b and
 * one broadcast value of a must fit. A panel DEPTH_BLOCK deep stays in the L1 cache. */
#if defined __AVX512F__
enum { VECTOR_FLOATS = 16, TILE_ROWS = 6, TILE_VECTORS = 4, DEPTH_BLOCK = 128, UNROLLED_DEPTH = 2 };
#elif defined __AVX__
enum { VECTOR_FLOATS = 8, TILE_ROWS = 6, TILE_VECTORS = 2, DEPTH_BLOCK = 256, UNROLLED_DEPTH = 1 };
#elif defined __aarch64__
enum { VECTOR_FLOATS = 4, TILE_ROWS = 6, TILE_VECTORS = 4, DEPTH_BLOCK = 256, UNROLLED_DEPTH = 1 };
#else
enum { VECTOR_FLOATS = 4, TILE_ROWS = 4, TILE_VECTORS = 2, DEPTH_BLOCK = 256, UNROLLED_DEPTH = 1 };
#endif

enum { TILE_COLUMNS = TILE_VECTORS * VECTOR_FLOATS };

typedef float vector __attribute__((vector_size(VECTOR_FLOATS * sizeof(float))));
typedef float unaligned_vector
    __attribute__((vector_size(VECTOR_FLOATS * sizeof(float)), aligned(sizeof(float)), may_alias));

typedef uint32_t bits __attribute__((vector_size(VECTOR_FLOATS * sizeof(uint32_t))));
typedef int32_t mask __attribute__((vector_size(VECTOR_FLOATS * sizeof(int32_t))));

typedef uint8_t bytes __attribute__((vector_size(VECTOR_FLOATS)));

#define INLINE static inline __attribute__((always_inline))

/* Before a loop whose length is a constant at every call: unrolled so early that arrays of vectors become registers.
 * GCC unrolls outer loops too late for that by itself. */
#ifdef __clang__
#define UNROLL _Pragma("clang loop unroll(full)")
#define KEEP_LOOP \
    _Pragma("clang loop unroll(disable)") /* what it makes longer is no faster, and visitors download it */
#else
#define UNROLL _Pragma("GCC unroll 24")
#define KEEP_LOOP
#endif

INLINE vector load(const float *from)
{
    return *(const unaligned_vector *)from;
}

INLINE void store(float *to, vector values)
{
    *(unaligned_vector *)to = values;
}

/* The first `count` floats, the rest zero; and to memory. With masks where there are any: a copy of so few bytes is a
 * call. */
#ifdef __AVX512F__
INLINE vector load_part(const float *from, size_t count)
{
    return (vector)_mm512_maskz_loadu_ps((__mmask16)((1u << count) - 1), from);
}

INLINE void store_part(float *to, vector values, size_t count)
{
    _mm512_mask_storeu_ps(to, (__mmask16)((1u << count) - 1), (__m512)values);
}
#else
INLINE vector load_part(const float *from, size_t count)
{
    vector values = {0};
    memcpy(&values, from, count * sizeof *from);
    return values;
}

INLINE void store_part(float *to, vector values, size_t count)
{
    memcpy(to, &values, count * sizeof *to);
}
#endif

/* Subtracting zero changes no value, -0 included, so that compilers drop it and broadcast; adding would cost an
 * addition. */
INLINE vector splat(float value)
{
    return value - (vector){0};
}

INLINE vector positive(vector values)
{
    return (vector)((mask)values & (values > 0));
}

/* `values` where `other` is positive, else zero. */
INLINE vector where_positive(vector other, vector values)
{
    return (vector)((mask)values & (other > 0));
}

#endif
