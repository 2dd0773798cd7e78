/* Tests src/layers/normalize.c. */
#include "scrawl.h"
#include "test.h"

TEST(normalize_by_255_and_by_columns)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS] = {0};
    float values[SCRAWL_IMAGE_PIXELS];
    image[0] = 30, image[SCRAWL_IMAGE_SIDE] = 40; /* column 0 has the norm 50 */
    image[5] = 255;
    scrawl_normalize(image, SCRAWL_NORMALIZE_UNIT, values);
    CHECK_NEAR((double)values[0], 30 / 255.0, 1e-7);
    CHECK_NEAR((double)values[5], 1, 0);
    scrawl_normalize(image, SCRAWL_NORMALIZE_COLUMN_L2, values);
    CHECK_NEAR((double)values[0], 0.6, 1e-6);
    CHECK_NEAR((double)values[SCRAWL_IMAGE_SIDE], 0.8, 1e-6);
    CHECK_NEAR((double)values[5], 1, 1e-6);
    CHECK_NEAR((double)values[1], 0, 0);
}
