/* Tests of place_index.c against looking at every place. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "base/place_index.h"
#include "base/random.h"

enum { MOST = 60 };

static struct place random_place(struct random *random)
{
    const float left = 500 * random_uniform(random), top = 300 * random_uniform(random) - 50;
    const float side = random_uniform(random) < 0.1f ? 400 : 20;
    return (struct place){left, top, left + side * random_uniform(random), top + side * random_uniform(random)};
}

/* What the walk meets: how often each place, in all how many. */
static size_t walk_over(const struct place_index *index, const struct place *rows, size_t met[MOST])
{
    size_t place, all = 0;
    memset(met, 0, MOST * sizeof *met);
    for (struct place_walk walk = place_index_walk(index, rows); place_walk_next(&walk, &place); all++) met[place]++;
    return all;
}

TEST(place_index_meets_what_lies_in_the_rows_once)
{
    size_t met_in_all = 0, asked = 0;
    for (uint64_t number = 0; number < 100; number++) {
        struct random random = random_stream(7, 0, number, 0);
        struct place places[MOST];
        struct place_index index = {0};
        const size_t count = (size_t)(MOST * random_uniform(&random)) + 1;
        for (size_t i = 0; i < count; i++) places[i] = random_place(&random);
        CHECK_EQUAL(place_index_create(places, count, &index), SCRAWL_OK);
        for (size_t i = 0; i < MOST; i++) {
            const struct place rows = random_place(&random);
            size_t met[MOST];
            met_in_all += walk_over(&index, &rows, met);
            asked += count;
            for (size_t j = 0; j < count; j++) {
                const bool meets = places[j].top < rows.bottom && rows.top < places[j].bottom;
                CHECK(met[j] <= 1);
                CHECK(!meets || met[j] == 1);
            }
        }
        place_index_free(&index);
    }
    CHECK(met_in_all < asked / 2);
}

TEST(place_index_of_no_places_and_of_one_point)
{
    struct place_index index = {0};
    const struct place point = {3, 4, 3, 4};
    size_t met[MOST];
    CHECK_EQUAL(place_index_create(NULL, 0, &index), SCRAWL_OK);
    CHECK_EQUAL(walk_over(&index, &point, met), 0);
    place_index_free(&index);
    CHECK_EQUAL(place_index_create(&point, 1, &index), SCRAWL_OK);
    CHECK_EQUAL(walk_over(&index, &point, met), 1);
    place_index_free(&index);
}
