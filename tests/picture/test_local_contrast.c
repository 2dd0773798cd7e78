/* Tests src/picture/local_contrast.c against plain sums over windows, on pictures of any size. */
#include "picture/local_contrast.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "test.h"

static size_t clamped(ptrdiff_t index, size_t count)
{
    return index < 0 ? 0 : index >= (ptrdiff_t)count ? count - 1 : (size_t)index;
}

static double expected_value(const uint8_t *grey, size_t width, size_t height, size_t row, size_t column,
                             ptrdiff_t radius)
{
    const double count = (double)((2 * radius + 1) * (2 * radius + 1));
    double mean = 0, variance = 0;
    for (ptrdiff_t i = -radius; i <= radius; i++)
        for (ptrdiff_t j = -radius; j <= radius; j++)
            mean += grey[clamped((ptrdiff_t)row + i, height) * width + clamped((ptrdiff_t)column + j, width)] / count;
    for (ptrdiff_t i = -radius; i <= radius; i++)
        for (ptrdiff_t j = -radius; j <= radius; j++)
            variance +=
                pow(grey[clamped((ptrdiff_t)row + i, height) * width + clamped((ptrdiff_t)column + j, width)] - mean,
                    2) /
                count;
    const double value = (grey[row * width + column] - mean) / (sqrt(variance) + 5.1);
    return fmin(fmax(value, -4), 4);
}

static double worst_error(const uint8_t *grey, size_t width, size_t height, const float *planes)
{
    double worst = 0;
    for (size_t row = 0; row < height; row++)
        for (size_t column = 0; column < width; column++) {
            const float *pixel = planes + (row * width + column) * 2;
            worst = fmax(worst, fabs((double)pixel[0] - expected_value(grey, width, height, row, column, 30)));
            worst = fmax(worst, fabs((double)pixel[1] - expected_value(grey, width, height, row, column, 8)));
        }
    return worst;
}

enum { MOST_PIXELS = 100 * 80 };

TEST(local_contrast_is_that_of_the_definition_for_any_size)
{
    static const struct {
        size_t width, height;
    } sizes[] = {{1, 1}, {1, 70}, {70, 1}, {2, 3}, {17, 9}, {61, 31}, {100, 80}};
    static uint8_t grey[MOST_PIXELS];
    static float planes[2 * MOST_PIXELS];
    static uint32_t scratch[100 * LOCAL_CONTRAST_SCRATCH];
    struct random random = random_stream(3, RANDOM_WEIGHTS, 0, 0);
    for (size_t i = 0; i < MOST_PIXELS; i++) grey[i] = (uint8_t)random_below(&random, i % 97 < 60 ? 256 : 20);
    memset(scratch, 0x5A, sizeof scratch);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        const size_t width = sizes[i].width, height = sizes[i].height;
        local_contrast(grey, width, height, scratch, planes);
        const double error = worst_error(grey, width, height, planes);
        test_check(error < 1e-3, __FILE__, __LINE__, "%zu x %zu: error %g", width, height, error);
    }
    planes[11] += 0.1f;
    CHECK(worst_error(grey, 100, 80, planes) > 0.05);
}

TEST(local_contrast_of_even_paper_is_nothing_and_of_lone_ink_is_clipped)
{
    static uint8_t grey[40 * 40];
    static float planes[2 * 40 * 40];
    static uint32_t scratch[40 * LOCAL_CONTRAST_SCRATCH];
    memset(grey, 255, sizeof grey);
    local_contrast(grey, 40, 40, scratch, planes);
    for (size_t i = 0; i < sizeof planes / sizeof *planes; i++) CHECK_NEAR((double)planes[i], 0, 1e-3);
    grey[20 * 40 + 20] = 0;
    local_contrast(grey, 40, 40, scratch, planes);
    CHECK(planes[2 * (20 * 40 + 20)] == -4 && planes[2 * (20 * 40 + 20) + 1] == -4);
}
