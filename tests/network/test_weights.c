#include "network/weights.h"

#include "test.h"

TEST(weights_that_are_borrowed_stay_their_owner_s)
{
    struct weights owner = {0};
    CHECK_EQUAL(weights_create(3, &owner), SCRAWL_OK);
    struct weights borrowed = weights_borrow(&owner);
    CHECK(owner.owned && !borrowed.owned);
    borrowed.values[2] = 4;
    weights_free(&borrowed);
    CHECK(!borrowed.values);
    CHECK_EQUAL(owner.values[2], 4);
    weights_free(&owner);
    CHECK(!owner.values && !owner.owned);
    weights_free(&owner);
}

TEST(weights_beyond_the_address_space_are_refused)
{
    struct weights weights = {0};
    CHECK_EQUAL(weights_create(SIZE_MAX / 2, &weights), SCRAWL_OUT_OF_MEMORY);
    CHECK(!weights.values);
}
