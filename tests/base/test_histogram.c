/* Tests of histogram.c. */
#include "test.h"

#include "base/histogram.h"

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

TEST(histogram_counts_all_or_an_even_sample)
{
    enum { COUNT = 1000 };
    uint8_t values[COUNT];
    size_t histogram[LEVELS];
    for (int i = 0; i < COUNT; i++) values[i] = i % 2 ? 7 : UINT8_MAX;
    histogram_count(values, COUNT, COUNT + 1, histogram);
    CHECK_EQUAL(histogram[7], COUNT / 2);
    CHECK_EQUAL(histogram[UINT8_MAX], COUNT / 2);
    CHECK_EQUAL(histogram_below(histogram, LEVELS), COUNT);
    histogram_count(values, COUNT, COUNT / 3, histogram); /* an even step would miss one of the two */
    size_t counted = histogram_below(histogram, LEVELS);
    CHECK(counted > COUNT / 8 && counted <= COUNT / 3 + 1);
    CHECK_NEAR((double)histogram[7], (double)counted / 2, 1);
}

TEST(histogram_counts_below_a_level)
{
    size_t histogram[LEVELS] = {[0] = 1, [4] = 2, [5] = 4, [LEVELS - 1] = 8};
    CHECK_EQUAL(histogram_below(histogram, 0), 0);
    CHECK_EQUAL(histogram_below(histogram, 1), 1);
    CHECK_EQUAL(histogram_below(histogram, 5), 3);
    CHECK_EQUAL(histogram_below(histogram, LEVELS - 1), 7);
    CHECK_EQUAL(histogram_below(histogram, LEVELS), 15);
}

TEST(histogram_percentiles)
{
    size_t histogram[LEVELS] = {0};
    CHECK_EQUAL(histogram_percentile(histogram, 0.5), 0);
    histogram[10] = 3, histogram[20] = 1, histogram[LEVELS - 1] = 4;
    CHECK_EQUAL(histogram_percentile(histogram, 0.1), 10);
    CHECK_EQUAL(histogram_percentile(histogram, 0.375), 10);
    CHECK_EQUAL(histogram_percentile(histogram, 0.5), 20);
    CHECK_EQUAL(histogram_percentile(histogram, 0.51), LEVELS - 1);
    CHECK_EQUAL(histogram_percentile(histogram, 1), LEVELS - 1);
}
