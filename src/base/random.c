/* Implements random.h. */
#include "random.h"

#include <math.h>

static uint64_t mix(uint64_t value)
{
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    return value ^ (value >> 31);
}

static const uint64_t golden_gamma = 0x9E3779B97F4A7C15u;

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t major, uint64_t minor)
{
    uint64_t state = mix(seed + golden_gamma);
    state = mix(state ^ ((uint64_t)purpose + golden_gamma));
    state = mix(state ^ (major + golden_gamma));
    state = mix(state ^ (minor + golden_gamma));
    return (struct random){state};
}

uint64_t random_bits(struct random *random)
{
    random->state += golden_gamma;
    return mix(random->state);
}

float random_uniform(struct random *random)
{
    return (float)(random_bits(random) >> 40) * 0x1p-24f;
}

float random_between(struct random *random, float low, float high)
{
    return low + (high - low) * random_uniform(random);
}

float random_in(struct random *random, struct range range)
{
    return random_between(random, range.low, range.high);
}

/* Four uniforms of 16 bits, whose sum has the variance 4/12. */
float random_normal(struct random *random)
{
    static const float root_of_three = 1.7320508f;
    uint64_t bits = random_bits(random);
    uint64_t sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
    return ((float)sum * 0x1p-16f - 2 + 0x1p-15f) * root_of_three;
}

/* Points of the square that lie in the disc have directions that are equally likely. */
void random_direction(struct random *random, float *x, float *y)
{
    float squared;
    do {
        *x = random_between(random, -1, 1);
        *y = random_between(random, -1, 1);
        squared = *x * *x + *y * *y;
    } while (squared > 1 || squared < 0.01f);
    *x /= sqrtf(squared);
    *y /= sqrtf(squared);
}

size_t random_below(struct random *random, size_t bound)
{
    uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    uint64_t bits;
    do bits = random_bits(random);
    while (bits >= limit);
    return (size_t)(bits % bound);
}

void random_shuffle(struct random *random, uint32_t *values, size_t count)
{
    for (size_t i = count; i > 1; i--) {
        size_t j = random_below(random, i);
        uint32_t value = values[i - 1];
        values[i - 1] = values[j];
        values[j] = value;
    }
}
