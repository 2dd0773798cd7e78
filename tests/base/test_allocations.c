/* The helper that makes allocations fail: it sees what is right, what leaks and what keeps quiet. */
#include <stdlib.h>

#include "allocations.h"
#include "base/status.h"
#include "test.h"

enum { MADE = 3 };

/* What a piece of work does wrong. */
struct habits {
    bool leaks, keeps_quiet;
};

static scrawl_status work(void *context)
{
    const struct habits *habits = context;
    void *volatile made[MADE] = {malloc(8), calloc(2, 8), realloc(NULL, 8)};
    const bool enough = made[0] && made[1] && made[2];
    for (int i = habits->leaks && !enough; i < MADE; i++) free(made[i]);
    return enough || habits->keeps_quiet ? SCRAWL_OK : fail_out_of_memory();
}

TEST(allocations_fail_in_turn)
{
    struct habits habits = {false, false};
    const struct allocation_faults faults = fail_each_allocation(work, &habits);
    CHECK_EQUAL(faults.allocations, MADE);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}

TEST(allocations_check_catches_silence)
{
    struct habits habits = {false, true};
    CHECK_EQUAL(fail_each_allocation(work, &habits).statuses, MADE);
    CHECK_EQUAL(fail_each_allocation_unnoticed(work, &habits).statuses, 0);
    habits.keeps_quiet = false;
    CHECK_EQUAL(fail_each_allocation_unnoticed(work, &habits).statuses, MADE);
}

static scrawl_status keep_one(void *context)
{
    void **kept = context;
    void *made = malloc(8);
    if (!made) return fail_out_of_memory();
    free(*kept);
    *kept = NULL;
    *kept = made;
    return SCRAWL_OK;
}

TEST(allocations_check_catches_leaks)
{
    void *kept = NULL;
    CHECK_EQUAL(fail_each_allocation(keep_one, &kept).leaks, 1);
    free(kept);
}
