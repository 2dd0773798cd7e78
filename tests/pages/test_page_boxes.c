/* Boxes of made pages: a function of seed and number, with a digit where the label says so. */
#include "pages/page.h"

#include <string.h>

#include "allocations.h"
#include "layers/loss.h"
#include "pages/synthesize.h"
#include "test.h"

enum { IMAGES = 200, BOXES = 600, CLASSES = 10 };

static uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS], labels[IMAGES];

static struct page_source digits(void)
{
    for (uint64_t i = 0; i < IMAGES; i++) labels[i] = (uint8_t)synthesize_digit(7, i, images + i * SCRAWL_IMAGE_PIXELS);
    return (struct page_source){images, labels, IMAGES};
}

TEST(page_boxes_are_a_function_of_seed_and_index)
{
    const struct page_source source = digits();
    struct page_boxes *boxes;
    uint8_t first[SCRAWL_IMAGE_PIXELS], again[SCRAWL_IMAGE_PIXELS];
    int different = 0, other_seed = 0;
    if (!CHECK_EQUAL(page_boxes_create(2, &boxes), SCRAWL_OK)) return;
    for (uint64_t i = 0; i < 40; i++) {
        const uint8_t label = page_boxes_make(boxes, 0, &source, 3, i, first);
        page_boxes_make(boxes, 1, &source, 3, i + 100, again); /* another page, which must not matter */
        CHECK_EQUAL(page_boxes_make(boxes, 1, &source, 3, i, again), label);
        CHECK(memcmp(first, again, sizeof first) == 0);
        page_boxes_make(boxes, 1, &source, 3, i + 1, again);
        different += memcmp(first, again, sizeof first) != 0;
        page_boxes_make(boxes, 1, &source, 4, i, again);
        other_seed += memcmp(first, again, sizeof first) != 0;
    }
    CHECK(different > 30);
    CHECK(other_seed > 30);
    page_boxes_free(boxes);
}

/* How much ink the middle 20 x 20 pixels hold. */
static int ink_of(const uint8_t *image)
{
    int ink = 0;
    for (int row = 4; row < 24; row++)
        for (int column = 4; column < 24; column++) ink += image[row * SCRAWL_IMAGE_SIDE + column];
    return ink;
}

TEST(page_boxes_show_all_digits_and_what_is_none)
{
    const struct page_source source = digits();
    struct page_boxes *boxes;
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    int counts[CLASSES] = {0}, none = 0, blank = 0;
    if (!CHECK_EQUAL(page_boxes_create(1, &boxes), SCRAWL_OK)) return;
    for (uint64_t i = 0; i < BOXES; i++) {
        const uint8_t label = page_boxes_make(boxes, 0, &source, 1, i, image);
        if (label == NO_CLASS)
            none++;
        else if (CHECK(label < CLASSES))
            counts[label]++, blank += ink_of(image) < 20 * UINT8_MAX / 2;
    }
    for (int i = 0; i < CLASSES; i++) CHECK(counts[i] > BOXES / 50);
    CHECK(none > BOXES * 17 / 100 && none < BOXES * 3 / 10);
    CHECK(blank < BOXES / 50); /* a digit shows ink, but for faint ones */
    page_boxes_free(boxes);
}

static scrawl_status create_and_free(void *context)
{
    struct page_boxes *boxes = NULL;
    (void)context;
    const scrawl_status status = page_boxes_create(2, &boxes);
    page_boxes_free(boxes);
    return status;
}

TEST(page_boxes_without_memory_fail)
{
    const struct allocation_faults faults = fail_each_allocation(create_and_free, NULL);
    CHECK(faults.allocations > 2);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}
