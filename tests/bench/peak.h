/* The functions that peak.c becomes, one per instruction set. */
#ifndef PEAK_H
#define PEAK_H

#include <stddef.h>

/* Does `rounds` rounds of multiply-adds and returns how many floating point operations these were. *result keeps the
 * compiler from dropping them. */
typedef double peak_function(size_t rounds, float *result);

peak_function peak_avx512, peak_avx2, peak_sse2, peak_baseline, peak_wasm;

#endif
