/* Distortions: none at strength 0, the same for the same number, and never so strong that the image is lost. */
#include <math.h>
#include <string.h>

#include "pages/augment.h"
#include "pages/synthesize.h"
#include "test.h"

enum { SIDE = SCRAWL_IMAGE_SIDE };

static void moments(const uint8_t *image, double *mass, double *x, double *y)
{
    *mass = *x = *y = 0;
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) {
        *mass += image[i];
        *x += image[i] * (double)(i % SIDE);
        *y += image[i] * (double)(i / SIDE);
    }
    *x /= *mass;
    *y /= *mass;
}

TEST(augment_of_strength_0_changes_nothing)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], distorted[SCRAWL_IMAGE_PIXELS];
    for (int i = 0; i < SCRAWL_IMAGE_PIXELS; i++) image[i] = (uint8_t)(i * 7);
    augment(image, 0, 1, 1, distorted);
    CHECK(memcmp(image, distorted, sizeof image) == 0);
}

TEST(augment_is_a_function_of_seed_and_number)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], one[SCRAWL_IMAGE_PIXELS], other[SCRAWL_IMAGE_PIXELS];
    (void)synthesize_digit(1, 1, image);
    augment(image, 1, 8, 70, one);
    augment(image, 1, 8, 71, other);
    CHECK(memcmp(one, other, sizeof one) != 0);
    augment(image, 1, 9, 70, other);
    CHECK(memcmp(one, other, sizeof one) != 0);
    augment(image, 1, 8, 70, other);
    CHECK(memcmp(one, other, sizeof one) == 0);
}

TEST(augment_keeps_the_image_in_its_place)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], distorted[SCRAWL_IMAGE_PIXELS];
    double mass, x, y, new_mass, new_x, new_y, shift = 0, faint = 0, weak_shift = 0;
    enum { IMAGES = 1000 };
    for (uint64_t i = 0; i < IMAGES; i++) {
        (void)synthesize_digit(2, i, image);
        moments(image, &mass, &x, &y);
        augment(image, 1, 2, i, distorted);
        moments(distorted, &new_mass, &new_x, &new_y);
        shift += hypot(new_x - x, new_y - y);
        faint += new_mass < 0.3 * mass;
        augment(image, 0.2f, 2, i, distorted);
        moments(distorted, &new_mass, &new_x, &new_y);
        weak_shift += hypot(new_x - x, new_y - y);
    }
    CHECK(shift / IMAGES > 0.3 && shift / IMAGES < 2);
    CHECK(weak_shift < shift / 2);
    CHECK(faint < IMAGES / 50);
}

TEST(augment_takes_any_image)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], distorted[SCRAWL_IMAGE_PIXELS];
    memset(image, 255, sizeof image);
    for (uint64_t i = 0; i < 200; i++) augment(image, 1, 1, i, distorted);
    CHECK(distorted[14 * SIDE + 14] > 0);
    memset(image, 0, sizeof image);
    for (uint64_t i = 0; i < 200; i++) augment(image, 1, 1, i, distorted);
}
