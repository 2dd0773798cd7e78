/* Tests of choose_candidates.c against trying every subset. */
#include "test.h"

#include <math.h>

#include "base/random.h"
#include "read/choose_candidates.h"

enum { MOST = 12 };

static float shared(const struct place *a, const struct place *b)
{
    return fminf(a->right, b->right) - fmaxf(a->left, b->left);
}

/* Boxes that share more than a pixel's width, both ways. */
static bool overlap(const void *context, size_t first, size_t second)
{
    const struct choice *choices = context;
    const struct place *a = &choices[first].box, *b = &choices[second].box;
    return shared(a, b) > 1 && fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top) > 1;
}

static struct choice choice_at(float left, float top, float width, float height, float weight)
{
    return (struct choice){.box = {left, top, left + width, top + height}, .weight = weight};
}

/* The best weight of all subsets without conflicts, and without one of the choices: MOST for none. */
static float best_of_all(const struct choice *choices, size_t count, size_t without)
{
    float best = 0;
    for (unsigned set = 0; set < 1u << count; set++) {
        float weight = 0;
        bool fits = true;
        for (size_t i = 0; i < count && fits; i++) {
            if (!(set >> i & 1)) continue;
            weight += choices[i].weight;
            fits = i != without;
            for (size_t j = 0; j < i && fits; j++) fits = !(set >> j & 1) || !overlap(choices, i, j);
        }
        if (fits && weight > best) best = weight;
    }
    return best;
}

static float chosen_weight(const struct choice *choices, size_t count)
{
    float weight = 0;
    for (size_t i = 0; i < count; i++) {
        weight += choices[i].chosen ? choices[i].weight : 0;
        for (size_t j = 0; j < i; j++) CHECK(!choices[i].chosen || !choices[j].chosen || !overlap(choices, i, j));
    }
    return weight;
}

static scrawl_status choose_all(struct choice *choices, size_t count)
{
    struct place_index index = {0};
    scrawl_status status = place_index_create(choices, sizeof *choices, count, &index);
    if (status == SCRAWL_OK) status = choose_candidates(choices, count, &index, overlap, choices);
    place_index_free(&index);
    return status;
}

TEST(choose_candidates_takes_the_heaviest_set)
{
    for (uint64_t number = 0; number < 200; number++) {
        struct random random = random_stream(5, 0, number, 0);
        struct choice choices[MOST];
        for (size_t i = 0; i < MOST; i++) {
            const float left = 60 * random_uniform(&random), top = 30 * random_uniform(&random);
            const float width = 4 + 20 * random_uniform(&random), height = 8 + 20 * random_uniform(&random);
            choices[i] = choice_at(left, top, width, height, 6 * random_uniform(&random) - 2);
        }
        CHECK_EQUAL(choose_all(choices, MOST), SCRAWL_OK);
        const float best = best_of_all(choices, MOST, MOST);
        CHECK_NEAR(chosen_weight(choices, MOST), best, 1e-4);
        for (size_t i = 0; i < MOST; i++)
            if (choices[i].chosen) CHECK_NEAR(choices[i].margin, best - best_of_all(choices, MOST, i), 1e-4);
    }
}

TEST(choose_candidates_leaves_out_what_is_worth_nothing)
{
    struct choice choices[] = {choice_at(0, 0, 10, 20, -0.1f), choice_at(20, 0, 10, 20, 0.2f)};
    CHECK_EQUAL(choose_all(choices, 2), SCRAWL_OK);
    CHECK(!choices[0].chosen);
    CHECK(choices[1].chosen);
    CHECK_NEAR(choices[1].margin, 0.2, 1e-6);
}

TEST(choose_candidates_parts_a_broad_box)
{
    struct choice choices[] = {choice_at(0, 0, 40, 20, 3), choice_at(0, 0, 19, 20, 2), choice_at(20, 0, 20, 20, 2)};
    CHECK_EQUAL(choose_all(choices, 3), SCRAWL_OK);
    CHECK(!choices[0].chosen);
    CHECK(choices[1].chosen && choices[2].chosen);
    CHECK_NEAR(choices[1].margin, 1, 1e-6); /* the broad one would take both places */
}

TEST(choose_candidates_takes_long_rows)
{
    enum { LONG = 300 };
    static struct choice choices[2 * LONG];
    for (size_t i = 0; i < LONG; i++) {
        choices[2 * i] = choice_at(20.0f * (float)i, 0, 19, 30, 2);
        choices[2 * i + 1] = choice_at(20.0f * (float)i + 10, 0, 19, 30, 1);
    }
    CHECK_EQUAL(choose_all(choices, 2 * LONG), SCRAWL_OK);
    CHECK_NEAR(chosen_weight(choices, LONG), 2 * LONG / 2, 1e-3);
    for (size_t i = 0; i < LONG; i++) CHECK(choices[2 * i].chosen && !choices[2 * i + 1].chosen);
}

TEST(choose_candidates_of_nothing)
{
    CHECK_EQUAL(choose_all(NULL, 0), SCRAWL_OK);
}
