/* Tests of place_index.c against looking at every place. */
#include "test.h"

#include <string.h>

#include "allocations.h"
#include "base/place_index.h"
#include "base/random.h"

enum { MOST = 60 };

static struct place random_place(struct random *random, float width)
{
    const float left = width * random_uniform(random), top = 300 * random_uniform(random) - 50;
    const float side = random_uniform(random) < 0.1f ? 400 : 20;
    return (struct place){left, top, left + side * random_uniform(random), top + side * random_uniform(random)};
}

/* What the walk meets: how often each place, in all how many. */
static size_t walk_over(const struct place_index *index, const struct place *place, size_t met[MOST])
{
    size_t number, all = 0;
    memset(met, 0, MOST * sizeof *met);
    for (struct place_walk walk = place_index_walk(index, place); place_walk_next(&walk, &number); all++) met[number]++;
    return all;
}

struct item {
    struct place place;
    char beside[12];
};

TEST(place_index_walks_over_what_meets_a_place_once)
{
    for (uint64_t number = 0; number < 100; number++) {
        struct random random = random_stream(7, 0, number, 0);
        const float width = number % 2 ? 100 : 900; /* high pages, and broad ones */
        struct item items[MOST];
        struct place_index index = {0};
        size_t met_in_all = 0, met[MOST];
        const size_t count = (size_t)(MOST * random_uniform(&random)) + 1;
        for (size_t i = 0; i < count; i++) items[i].place = random_place(&random, width);
        CHECK_EQUAL(place_index_create(items, sizeof *items, count, &index), SCRAWL_OK);
        for (size_t i = 0; i < MOST; i++) {
            const struct place place = random_place(&random, width);
            met_in_all += walk_over(&index, &place, met);
            for (size_t j = 0; j < count; j++) {
                const bool meets = place_shared(&items[j].place, &place) > 0;
                CHECK(met[j] <= 1);
                CHECK(!meets || met[j] == 1);
            }
        }
        if (count > MOST / 2) CHECK(met_in_all < count * MOST * 2 / 3);
        place_index_free(&index);
    }
}

TEST(place_index_of_no_places_and_of_one_point)
{
    struct place_index index = {0};
    const struct place point = {3, 4, 3, 4};
    size_t met[MOST];
    CHECK_EQUAL(place_index_create(NULL, sizeof point, 0, &index), SCRAWL_OK);
    CHECK_EQUAL(walk_over(&index, &point, met), 0);
    place_index_free(&index);
    CHECK_EQUAL(place_index_create(&point, sizeof point, 1, &index), SCRAWL_OK);
    CHECK_EQUAL(walk_over(&index, &point, met), 1);
    place_index_free(&index);
}

static scrawl_status index_once(void *context)
{
    struct place_index index = {0};
    scrawl_status status = place_index_create(context, sizeof(struct place), 3, &index);
    place_index_free(&index);
    return status;
}

TEST(place_index_survives_every_failed_allocation)
{
    struct place places[] = {{0, 0, 10, 10}, {20, 0, 30, 10}, {0, 40, 10, 50}};
    const struct allocation_faults faults = fail_each_allocation(index_once, places);
    CHECK_EQUAL(faults.allocations, 3);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}
