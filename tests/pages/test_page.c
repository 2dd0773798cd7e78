/* Made pages: functions of seed and number, whose boxes hold their digits' ink, and whose elements don't meddle with
 * one another. */
#include <stdlib.h>
#include <string.h>

#include "layers/loss.h"
#include "pages/page.h"
#include "pages/synthesize.h"
#include "test.h"

enum { SIDE = 128, SOURCE_IMAGES = 60, PIXELS = SIDE * SIDE };

/* Images to make pages from. */
static struct page_source test_source(void)
{
    static uint8_t images[SOURCE_IMAGES][SCRAWL_IMAGE_PIXELS], labels[SOURCE_IMAGES];
    for (int i = 0; i < SOURCE_IMAGES; i++) labels[i] = (uint8_t)synthesize_digit(77, (uint64_t)i, images[i]);
    return (struct page_source){images[0], labels, SOURCE_IMAGES};
}

TEST(page_make_is_a_function_of_seed_and_number)
{
    const struct page_source source = test_source();
    struct page page, again;
    if (!CHECK(page_create(SIDE, SIDE, &page) == SCRAWL_OK && page_create(SIDE, SIDE, &again) == SCRAWL_OK)) return;
    int same = 0, other = 0;
    for (uint64_t number = 0; number < 100; number++) {
        page_make(&source, 5, number, &page);
        page_make(&source, 6, number, &again);
        other += memcmp(page.grey, again.grey, PIXELS) != 0;
        page_make(&source, 5, number, &again);
        same += memcmp(page.grey, again.grey, PIXELS) == 0 && page.digit_count == again.digit_count &&
                memcmp(page.digits, again.digits, page.digit_count * sizeof *page.digits) == 0;
    }
    CHECK_EQUAL(same, 100);
    CHECK_EQUAL(other, 100);
    page_free(&page);
    page_free(&again);
}
