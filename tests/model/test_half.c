/* Tests src/model/half.c: all 65,536 halves, and every place between two of them. */
#include "model/half.h"

#include <math.h>

#include "test.h"

enum { INFINITE = 0x7C00, SIGN = 0x8000 };

/* By the definition. */
static double value_of(unsigned half)
{
    const int exponent = half >> 10 & 31, fraction = half & 1023;
    double size = exponent ? ldexp(1024 + fraction, exponent - 25) : ldexp(fraction, -24);
    return half & SIGN ? -size : size;
}

TEST(half_of_all_values_there_and_back)
{
    size_t wrong = 0;
    for (unsigned half = 0; half <= UINT16_MAX; half++) {
        const float value = half_to_float((uint16_t)half);
        const unsigned size = half & (SIGN - 1);
        bool right = size > INFINITE    ? isnan(value)
                     : size == INFINITE ? isinf(value) && !signbit(value) == !(half & SIGN)
                                        : (double)value == value_of(half) && !signbit(value) == !(half & SIGN);
        const uint16_t back = half_from_float(value);
        right = right && (size > INFINITE ? (back & (SIGN - 1)) > INFINITE : back == half);
        wrong += !right;
    }
    CHECK_EQUAL(wrong, 0);
}

/* The largest is followed by 65536, which is infinite. */
TEST(half_rounds_to_the_nearest_and_ties_to_even)
{
    size_t wrong = 0;
    for (unsigned sign = 0; sign <= SIGN; sign += SIGN)
        for (unsigned below = 0; below < INFINITE; below++) {
            const double low = value_of(below), high = value_of(below + 1);
            const float middle = (float)((low + high) / 2), factor = sign ? -1.0f : 1.0f;
            const unsigned even = below % 2 ? below + 1 : below;
            wrong += half_from_float(factor * middle) != (sign | even);
            wrong += half_from_float(factor * nextafterf(middle, 0)) != (sign | below);
            wrong += half_from_float(factor * nextafterf(middle, INFINITY)) != (sign | (below + 1));
        }
    CHECK_EQUAL(wrong, 0);
    CHECK_EQUAL(half_from_float(65519.996f), 0x7BFF);
    CHECK_EQUAL(half_from_float(65520), INFINITE);
    CHECK_EQUAL(half_from_float(1e30f), INFINITE);
    CHECK_EQUAL(half_from_float(1e-30f), 0);
}
