/* Tests src/base/random.c: known values, streams that don't meet, even distribution. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "base/random.h"

TEST(random_bits_are_splitmix64)
{
    struct random random = {0};
    CHECK(random_bits(&random) == 0xE220A8397B1DCDAFu); /* the published first values from state 0 */
    CHECK(random_bits(&random) == 0x6E789E6AA1B965F4u);
    CHECK(random_bits(&random) == 0x06C45D188009454Fu);
}

TEST(random_streams_differ_in_every_name)
{
    const struct random streams[] = {
        random_stream(1, RANDOM_WEIGHTS, 0, 0), random_stream(1, RANDOM_WEIGHTS, 0, 0),
        random_stream(2, RANDOM_WEIGHTS, 0, 0), random_stream(1, RANDOM_SHUFFLE, 0, 0),
        random_stream(1, RANDOM_WEIGHTS, 1, 0), random_stream(1, RANDOM_WEIGHTS, 0, 1),
        random_stream(0, RANDOM_WEIGHTS, 1, 1), random_stream(1, RANDOM_DROPOUT, 0, 0),
    };
    CHECK(streams[0].state == streams[1].state);
    for (size_t i = 1; i < sizeof streams / sizeof *streams; i++) {
        for (size_t j = 1; j < i; j++) CHECK(streams[i].state != streams[j].state);
    }
}

TEST(random_uniform_fills_its_range)
{
    enum { DRAWS = 100000, PARTS = 10 };
    size_t counts[PARTS] = {0};
    struct random random = random_stream(1, RANDOM_WEIGHTS, 0, 0);
    double sum = 0;
    for (size_t i = 0; i < DRAWS; i++) {
        float value = random_uniform(&random);
        if (!CHECK(value >= 0 && value < 1)) return;
        sum += (double)value;
        counts[(size_t)(value * PARTS)]++;
    }
    CHECK_NEAR(sum / DRAWS, 0.5, 0.005);
    for (size_t i = 0; i < PARTS; i++) CHECK_NEAR((double)counts[i], DRAWS / PARTS, 500);
}

TEST(random_below_is_even_and_in_range)
{
    enum { DRAWS = 70000, BOUND = 7 };
    size_t counts[BOUND] = {0};
    struct random random = random_stream(3, RANDOM_SHUFFLE, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        size_t value = random_below(&random, BOUND);
        if (!CHECK(value < BOUND)) return;
        counts[value]++;
    }
    for (size_t i = 0; i < BOUND; i++) CHECK_NEAR((double)counts[i], DRAWS / BOUND, 500);
    CHECK_EQUAL(random_below(&random, 1), 0);
    CHECK(random_below(&random, SIZE_MAX) < SIZE_MAX);
}

TEST(random_normal_is_bounded_with_unit_deviation)
{
    enum { DRAWS = 100000 };
    struct random random = random_stream(4, RANDOM_SYNTHESIS, 0, 0);
    double sum = 0, squares = 0, most = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double value = (double)random_normal(&random);
        sum += value;
        squares += value * value;
        most = fmax(most, fabs(value));
    }
    CHECK_NEAR(sum / DRAWS, 0, 0.02);
    CHECK_NEAR(squares / DRAWS, 1, 0.02);
    CHECK(most > 2.8 && most <= 3.5);
}

TEST(random_direction_goes_all_ways)
{
    struct random random = random_stream(4, RANDOM_SYNTHESIS, 1, 0);
    size_t counts[4] = {0};
    for (int i = 0; i < 8000; i++) {
        float x, y;
        random_direction(&random, &x, &y);
        CHECK_NEAR(x * x + y * y, 1, 1e-5);
        counts[(x > 0) + 2 * (y > 0)]++;
    }
    for (int i = 0; i < 4; i++) CHECK_NEAR((double)counts[i], 2000, 160);
}

TEST(random_between_stays_between)
{
    struct random random = random_stream(4, RANDOM_SYNTHESIS, 2, 0);
    for (int i = 0; i < 1000; i++) {
        const float value = random_between(&random, -3, 5);
        CHECK(value >= -3 && value < 5);
    }
}

TEST(random_in_draws_as_random_between)
{
    struct random random = random_stream(4, RANDOM_SYNTHESIS, 2, 0), same = random;
    for (int i = 0; i < 100; i++)
        CHECK(random_in(&random, (struct range){0.6f, 0.95f}) == random_between(&same, 0.6f, 0.95f));
}

TEST(random_shuffle_permutes)
{
    enum { COUNT = 1000 };
    uint32_t values[COUNT], again[COUNT];
    bool seen[COUNT] = {0};
    size_t fixed = 0;
    for (uint32_t i = 0; i < COUNT; i++) values[i] = again[i] = i;
    struct random random = random_stream(1, RANDOM_SHUFFLE, 2, 0), same = random;
    random_shuffle(&random, values, COUNT);
    random_shuffle(&same, again, COUNT);
    CHECK(memcmp(values, again, sizeof values) == 0);
    for (uint32_t i = 0; i < COUNT; i++) {
        if (!CHECK(values[i] < COUNT && !seen[values[i]])) return;
        seen[values[i]] = true;
        fixed += values[i] == i;
    }
    CHECK(fixed < 10); /* one is expected */
    random_shuffle(&random, values, 0);
}

/* Each of the six orders of three comes equally often. */
TEST(random_shuffle_is_even)
{
    enum { DRAWS = 60000, ORDERS = 6 };
    size_t counts[27] = {0}, seen = 0;
    struct random random = random_stream(1, RANDOM_SHUFFLE, 0, 0);
    for (size_t i = 0; i < DRAWS; i++) {
        uint32_t values[] = {0, 1, 2};
        random_shuffle(&random, values, 3);
        counts[values[0] * 9 + values[1] * 3 + values[2]]++;
    }
    for (size_t i = 0; i < 27; i++) {
        if (counts[i] == 0) continue;
        seen++;
        CHECK_NEAR((double)counts[i], DRAWS / ORDERS, 500);
    }
    CHECK_EQUAL(seen, ORDERS);
}
