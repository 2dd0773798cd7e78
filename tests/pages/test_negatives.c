/* Negatives that are filled shapes: there, not everywhere, and as random as they should be. */
#include <string.h>

#include "pages/negatives.h"
#include "test.h"

TEST(silhouettes_leave_paper_around_ink)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], last[SCRAWL_IMAGE_PIXELS] = {0};
    for (uint64_t i = 0; i < 500; i++) {
        struct random random = random_stream(i, RANDOM_SYNTHESIS, 0, 0);
        int sum = 0;
        negative_silhouette(&random, image);
        for (int j = 0; j < SCRAWL_IMAGE_PIXELS; j++) sum += image[j];
        CHECK(sum > 255 && sum < 255 * 600);
        CHECK(memcmp(image, last, sizeof image) != 0);
        memcpy(last, image, sizeof image);
    }
}
