/* Tests src/model/metadata.c. */
#include "model/metadata.h"
#include "test.h"

TEST(metadata_replaces)
{
    struct metadata metadata = {0};
    metadata_set(&metadata, "a", "1");
    metadata_set(&metadata, "b", "2");
    metadata_set(&metadata, "a", "3");
    CHECK_EQUAL(metadata.count, 2);
    CHECK_TEXT(metadata_get(&metadata, "a"), "3");
    CHECK_TEXT(metadata_get(&metadata, "b"), "2");
    metadata_free(&metadata);
    CHECK(metadata.count == 0 && metadata_get(&metadata, "a") == NULL);
}

TEST(metadata_writes_numbers_in_decimal)
{
    struct metadata metadata = {0};
    CHECK_EQUAL(metadata_set_unsigned(&metadata, "whole", UINT64_MAX), SCRAWL_OK);
    CHECK_EQUAL(metadata_set_number(&metadata, "real", 0.001), SCRAWL_OK);
    CHECK_TEXT(metadata_get(&metadata, "whole"), "18446744073709551615");
    CHECK_TEXT(metadata_get(&metadata, "real"), "0.001");
    metadata_free(&metadata);
}

TEST(metadata_removes)
{
    struct metadata metadata = {0};
    metadata_set(&metadata, "a", "1");
    metadata_set(&metadata, "b", "2");
    metadata_set(&metadata, "c", "3");
    metadata_remove(&metadata, "a");
    metadata_remove(&metadata, "not there");
    CHECK_EQUAL(metadata.count, 2);
    CHECK(metadata_get(&metadata, "a") == NULL);
    CHECK_TEXT(metadata_get(&metadata, "b"), "2");
    CHECK_TEXT(metadata_get(&metadata, "c"), "3");
    metadata_free(&metadata);
}
