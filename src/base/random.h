/* Seeded random numbers. A stream is named by a seed and up to three counters (what for, epoch, step), so that any
 * place in a training can be entered again without keeping a generator's state. Knows no caller. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for: equal seeds for different purposes stay unrelated. Values are part of every result: never
 * renumber. */
enum random_purpose {
    RANDOM_WEIGHTS = 1,
    RANDOM_SHUFFLE = 2,
    RANDOM_DROPOUT = 3,
    RANDOM_MIXTURE = 4,
    RANDOM_SYNTHESIS = 5,
    RANDOM_AUGMENTATION = 6,
    RANDOM_TOUCHING = 7,
    RANDOM_PAGES = 8,
    RANDOM_PAGE_BOXES = 9,
};

/* SplitMix64: Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
struct random {
    uint64_t state;
};

struct random random_stream(uint64_t seed, enum random_purpose purpose, uint64_t major, uint64_t minor);
uint64_t random_bits(struct random *random);
/* Uniform in [0, 1): 24 random bits. */
float random_uniform(struct random *random);
float random_between(struct random *random, float low, float high);
/* The same, for settings that stand in a table. */
struct range {
    float low, high;
};
float random_in(struct random *random, struct range range);
/* Nearly normal, with mean 0 and standard deviation 1, and never beyond +-3.5: a sum of uniforms. */
float random_normal(struct random *random);
/* A unit vector in any direction. */
void random_direction(struct random *random, float *x, float *y);
/* Uniform in 0 .. bound-1, without bias; bound > 0. */
size_t random_below(struct random *random, size_t bound);
/* Fisher-Yates. */
void random_shuffle(struct random *random, uint32_t *values, size_t count);

#endif
