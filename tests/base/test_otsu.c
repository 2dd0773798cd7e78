/* Tests of otsu.c. */
#include "test.h"

#include "base/otsu.h"

TEST(otsu_parts_two_heaps)
{
    size_t histogram[LEVELS] = {0};
    double between;
    histogram[40] = 300;
    histogram[200] = 100;
    int threshold = otsu_threshold(histogram, &between);
    CHECK(threshold > 40 && threshold <= 200);
    CHECK_NEAR(between, 0.75 * 0.25 * 160 * 160, 1e-6);
}

TEST(otsu_of_one_level_and_of_nothing)
{
    size_t histogram[LEVELS] = {0};
    double between = -1;
    CHECK_EQUAL(otsu_threshold(histogram, &between), 0);
    CHECK_NEAR(between, 0, 0);
    histogram[90] = 5;
    CHECK_EQUAL(otsu_threshold(histogram, &between), 0);
    CHECK_NEAR(between, 0, 0);
}
