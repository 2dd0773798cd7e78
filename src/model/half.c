/* Implements half.h by scaling: a multiplication by a power of two rounds exactly where a half's subnormals need it. */
#include "half.h"

#include <string.h>

enum {
    HALF_SIGN = 0x8000,
    HALF_INFINITE = 0x7C00,
    HALF_QUIET = 0x0200, /* of a NaN */
    MORE_FRACTION = 13,  /* bits that a float's fraction has more */
};

static const uint32_t float_sign = 0x80000000u, float_infinite = 0x7F800000u;
static const uint32_t exponent_step = 0x00800000u;  /* a float's, from one exponent to the next */
static const uint32_t bias_difference = 127 - 15;   /* of the exponents */
static const uint32_t least_infinite = 0x477FF000u; /* 65520, as a float's bits */
static const uint32_t least_normal = 0x38800000u;   /* 2^-14 */
static const float half_per_subnormal = 0x1p-24f;   /* the least half above zero */

static uint32_t bits_of(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

float half_to_float(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & HALF_SIGN) << 16, rest = half & (HALF_SIGN - 1);
    if (rest >= HALF_INFINITE) return float_of(sign | float_infinite | (rest - HALF_INFINITE) << MORE_FRACTION);
    if (rest < exponent_step >> MORE_FRACTION) return float_of(sign | bits_of((float)rest * half_per_subnormal));
    return float_of(sign | ((rest << MORE_FRACTION) + bias_difference * exponent_step));
}

uint16_t half_from_float(float value)
{
    const uint32_t bits = bits_of(value), rest = bits & ~float_sign;
    const uint16_t sign = (uint16_t)(bits >> 16 & HALF_SIGN);
    if (rest > float_infinite) return (uint16_t)(sign | HALF_INFINITE | HALF_QUIET);
    if (rest >= least_infinite) return (uint16_t)(sign | HALF_INFINITE);
    if (rest < least_normal) { /* adding 2^23 units leaves whole units, rounded, in the fraction */
        static const float units = 0x1p23f;
        return (uint16_t)(sign | (bits_of(float_of(rest) / half_per_subnormal + units) - bits_of(units)));
    }
    const uint32_t odd = rest >> MORE_FRACTION & 1, below_half = (1u << (MORE_FRACTION - 1)) - 1;
    return (uint16_t)(sign | (rest - bias_difference * exponent_step + below_half + odd) >> MORE_FRACTION);
}
