/* The most multiply-adds per second that one thread can do with one instruction set: independent chains of them in
 * registers, no memory. Compiled once per instruction set with its flags, like kernels_table.c, and for wasm. */
#include "peak.h"

#if defined __AVX512F__
enum { LANES = 16 };
#elif defined __AVX__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

/* Enough to cover the latency of a multiplication and an addition where the two aren't fused (3 + 3 cycles, two a
 * cycle); with factor and addend they fit into 16 registers, and into the 15 that wasm engines leave. */
enum { CHAINS = 13 };

typedef float vector __attribute__((vector_size(LANES * sizeof(float))));

double PEAK_FUNCTION(size_t rounds, float *result)
{
    const vector factor = (vector){0} + 0.999f, addend = (vector){0} + 0.001f;
    vector sums[CHAINS];
    for (int chain = 0; chain < CHAINS; chain++) sums[chain] = (vector){0} + (float)chain;
    for (size_t round = 0; round < rounds; round++)
        for (int chain = 0; chain < CHAINS; chain++) sums[chain] = sums[chain] * factor + addend;
    for (int chain = 1; chain < CHAINS; chain++) sums[0] += sums[chain];
    *result = sums[0][0];
    return 2.0 * LANES * CHAINS * (double)rounds;
}
