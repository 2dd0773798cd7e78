/* Tests src/hdf5/span.c: reads within bounds, and what is left after one that isn't. */
#include "test.h"

#include <string.h>

#include "hdf5/span.h"

static const uint8_t bytes[] = {1, 2, 3, 4, 'T', 'R', 'E', 'E', 9};

TEST(span_numbers_are_little_endian)
{
    struct span span = span_from(bytes, sizeof bytes, 0);
    CHECK_EQUAL(span_number(&span, 1), 1);
    CHECK_EQUAL(span_number(&span, 3), 0x040302);
    CHECK(span_expect(&span, "TREE"));
    CHECK_EQUAL(span_left(&span), 1);
    CHECK_EQUAL(span_number(&span, 2), 0);
    CHECK(span.failed);
    CHECK_EQUAL(span_number(&span, 1), 0); /* though one byte was left */
    CHECK_EQUAL(span_left(&span), 0);
    CHECK(!span_take(&span, 0));
}

TEST(span_stays_within_its_bytes)
{
    CHECK(!span_within(bytes, sizeof bytes, 3, 6).failed);
    CHECK(span_within(bytes, sizeof bytes, 3, 7).failed);
    CHECK(span_within(bytes, sizeof bytes, 10, 0).failed);
    CHECK(span_within(bytes, sizeof bytes, UINT64_MAX, 2).failed);
    CHECK(span_within(bytes, sizeof bytes, 2, UINT64_MAX).failed);
    CHECK(!span_from(bytes, sizeof bytes, 9).failed);
    CHECK(span_from(bytes, sizeof bytes, 10).failed);
}

TEST(span_parts_end_where_they_end)
{
    struct span span = span_from(bytes, sizeof bytes, 0), part = span_part(&span, 4);
    CHECK_EQUAL(span_left(&part), 4);
    CHECK(!span_expect(&part, "TREE")); /* which lies behind it */
    CHECK(span_expect(&span, "TREE"));
    part = span_part(&span, 2);
    CHECK(part.failed && span.failed);
}
