/* Made pages: functions of seed and number, whose boxes hold their digits' ink, and whose elements don't meddle with
 * one another. */
#include <stdlib.h>
#include <string.h>

#include "allocations.h"
#include "layers/loss.h"
#include "pages/page.h"
#include "pages/page_sheet.h"
#include "pages/synthesize.h"
#include "test.h"

enum { SIDE = 96, PIXELS = SIDE * SIDE, SOURCE_IMAGES = 60, CLASSES = 10, LAYERS = 5, SEED = 5 };
static const uint64_t clean_digits = (uint64_t)1 << PAGE_CROP;

/* Images to make pages from. */
static struct page_source test_source(void)
{
    static uint8_t images[SOURCE_IMAGES][SCRAWL_IMAGE_PIXELS], labels[SOURCE_IMAGES];
    for (int i = 0; i < SOURCE_IMAGES; i++) labels[i] = (uint8_t)synthesize_digit(77, (uint64_t)i, images[i]);
    return (struct page_source){images[0], labels, SOURCE_IMAGES};
}

static bool create_two(struct page pages[2])
{
    return CHECK(page_create(SIDE, SIDE, &pages[0]) == SCRAWL_OK) &&
           CHECK(page_create(SIDE, SIDE, &pages[1]) == SCRAWL_OK);
}

static void free_two(struct page pages[2])
{
    page_free(&pages[0]);
    page_free(&pages[1]);
}

/* Of its digits; letters that look like one come behind them. */
static size_t true_digits(const struct page *page)
{
    size_t count = 0;
    while (count < page->digit_count && page->sheet->rows[count] != PAGE_NO_DIGIT) count++;
    return count;
}

static bool same_digits(const struct page *page, const struct page *other)
{
    if (page->digit_count != other->digit_count) return false;
    for (size_t i = 0; i < page->digit_count; i++) {
        const struct page_digit *a = &page->digits[i], *b = &other->digits[i];
        if (a->left != b->left || a->top != b->top || a->right != b->right || a->bottom != b->bottom) return false;
        if (a->class_index != b->class_index || a->ignored != b->ignored) return false;
    }
    return true;
}

TEST(page_make_is_a_function_of_seed_and_number)
{
    const struct page_source source = test_source();
    struct page pages[2];
    if (!create_two(pages)) return;
    int same = 0, other = 0;
    for (uint64_t number = 0; number < 100; number++) {
        page_make(&source, SEED, number, &pages[0]);
        page_make(&source, SEED + 1, number, &pages[1]);
        other += memcmp(pages[0].grey, pages[1].grey, PIXELS) != 0;
        page_make(&source, SEED, number, &pages[1]);
        same += memcmp(pages[0].grey, pages[1].grey, PIXELS) == 0 && same_digits(&pages[0], &pages[1]);
    }
    CHECK_EQUAL(same, 100);
    CHECK_EQUAL(other, 100);
    free_two(pages);
}

/* ---- Boxes ---------------------------------------------------------------------------------------------------------
 */

/* Whether a box holds the middle of this pixel. */
static bool is_inside(const struct page_digit *digit, int column, int row)
{
    return (float)column + 0.5f > digit->left && (float)column + 0.5f < digit->right &&
           (float)row + 0.5f > digit->top && (float)row + 0.5f < digit->bottom;
}

/* Pixels of ink that no box holds. */
static int ink_outside(const struct page *page)
{
    int outside = 0;
    for (int i = 0; i < PIXELS; i++) {
        if (page->sheet->digits.values[i] < 100) continue;
        bool held = false;
        for (size_t j = 0; j < page->digit_count && !held; j++) held = is_inside(&page->digits[j], i % SIDE, i / SIDE);
        outside += !held;
    }
    return outside;
}

/* Sides of a digit's box, all of it on the page, at which there is no ink. */
static int loose_sides(const struct page *page, const struct page_digit *digit)
{
    const int box[4] = {(int)digit->left, (int)digit->top, (int)digit->right, (int)digit->bottom};
    if (box[0] < 0 || box[1] < 0 || box[2] > SIDE || box[3] > SIDE) return 0;
    bool sides[4] = {false};
    for (int row = box[1]; row < box[3]; row++) {
        for (int column = box[0]; column < box[2]; column++) {
            if (page->sheet->digits.values[row * SIDE + column] < 10) continue;
            sides[0] |= column == box[0];
            sides[1] |= row == box[1];
            sides[2] |= column == box[2] - 1;
            sides[3] |= row == box[3] - 1;
        }
    }
    return !sides[0] + !sides[1] + !sides[2] + !sides[3];
}

TEST(page_boxes_hold_their_digits_ink_and_no_more)
{
    const struct page_source source = test_source();
    struct page pages[2];
    if (!create_two(pages)) return;
    int outside = 0, loose = 0;
    for (uint64_t number = 0; number < 250; number++) {
        page_make_without(&source, SEED, number, clean_digits, &pages[0]);
        outside += ink_outside(&pages[0]);
        for (size_t i = 0; i < true_digits(&pages[0]); i++) loose += loose_sides(&pages[0], &pages[0].digits[i]);
    }
    CHECK_EQUAL(outside, 0);
    CHECK_EQUAL(loose, 0);
    /* The check itself: boxes that are too large or too small are seen. */
    int found = 0;
    for (uint64_t number = 0; number < 250 && !found; number++) {
        page_make_without(&source, SEED, number, clean_digits, &pages[0]);
        struct page_digit *digit = &pages[0].digits[0];
        found = pages[0].digit_count == 1 && !digit->ignored && digit->left > 6 && digit->top >= 0 &&
                digit->right <= SIDE && digit->bottom <= SIDE;
        if (!found) continue;
        digit->left -= 6;
        CHECK_EQUAL(loose_sides(&pages[0], digit), 1);
        digit->left += 9;
        CHECK(ink_outside(&pages[0]) > 0);
    }
    CHECK(found);
    free_two(pages);
}

TEST(page_digits_are_ignored_when_nobody_can_read_them)
{
    const struct page_source source = test_source();
    struct page pages[2];
    if (!create_two(pages)) return;
    int cut = 0, wrong = 0, digits = 0, read = 0;
    for (uint64_t number = 0; number < 250; number++) {
        page_make(&source, SEED, number, &pages[0]);
        for (size_t i = 0; i < pages[0].digit_count; i++) {
            const struct page_digit *digit = &pages[0].digits[i];
            const bool mostly_outside = digit->left + digit->right < 0 || digit->top + digit->bottom < 0 ||
                                        digit->left + digit->right > 2 * SIDE || digit->top + digit->bottom > 2 * SIDE;
            wrong += digit->ignored != (digit->class_index == NO_CLASS);
            wrong += digit->class_index != NO_CLASS && (digit->class_index < 0 || digit->class_index >= CLASSES);
            cut += mostly_outside;
            digits++;
            read += !digit->ignored;
        }
    }
    CHECK_EQUAL(wrong, 0);
    CHECK(cut > 50);
    CHECK(read > digits / 2 && read < digits * 9 / 10);
    free_two(pages);
}

/* ---- What pages show ------------------------------------------------------------------------------------------------
 */

TEST(pages_show_all_classes_in_many_sizes)
{
    const struct page_source source = test_source();
    struct page pages[2];
    if (!create_two(pages)) return;
    int counts[CLASSES] = {0}, total = 0, small = 0, usual = 0, large = 0, empty = 0;
    for (uint64_t number = 0; number < 400; number++) {
        page_make(&source, SEED, number, &pages[0]);
        empty += true_digits(&pages[0]) == 0;
        for (size_t i = 0; i < pages[0].digit_count; i++) {
            const struct page_digit *digit = &pages[0].digits[i];
            if (digit->ignored) continue;
            const float height = digit->bottom - digit->top;
            counts[digit->class_index]++;
            total++;
            small += height < 10;
            usual += height >= 13 && height <= 37;
            large += height > 50;
        }
    }
    for (int i = 0; i < CLASSES; i++) CHECK(counts[i] > total / 30 && counts[i] < total / 5);
    CHECK(small > 20);
    CHECK(usual > total / 2);
    CHECK(large > 10);
    CHECK(empty > 40 && empty < 200);
    free_two(pages);
}

TEST(pages_come_from_templates_alone_without_a_source)
{
    const struct page_source none = {0};
    struct page pages[2];
    if (!create_two(pages)) return;
    size_t digits = 0;
    for (uint64_t number = 0; number < 30; number++) {
        page_make(&none, SEED, number, &pages[0]);
        digits += pages[0].digit_count;
    }
    CHECK(digits > 50);
    free_two(pages);
}

TEST(pages_do_without_digits_that_have_no_ink)
{
    static const uint8_t images[SCRAWL_IMAGE_PIXELS], labels[1];
    const struct page_source blank = {images, labels, 1};
    const uint64_t no_templates = (uint64_t)1 << PAGE_TEMPLATES;
    struct page pages[2];
    if (!create_two(pages)) return;
    size_t digits = 0;
    for (uint64_t number = 0; number < 30; number++) {
        page_make_without(&blank, SEED, number, no_templates, &pages[0]);
        digits += true_digits(&pages[0]);
    }
    CHECK_EQUAL(digits, 0);
    free_two(pages);
}

TEST(pages_may_have_any_size)
{
    static const size_t sizes[][2] = {{1, 1}, {1, 300}, {300, 1}, {2, 2}, {7, 9}, {400, 30}, {20, 250}, {333, 217}};
    const struct page_source source = test_source();
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct page page;
        if (!CHECK(page_create(sizes[i][0], sizes[i][1], &page) == SCRAWL_OK)) return;
        for (uint64_t number = 0; number < 60; number++) page_make(&source, SEED, number, &page);
        CHECK_EQUAL(page.width, sizes[i][0]);
        CHECK_EQUAL(page.height, sizes[i][1]);
        page_free(&page);
    }
}

/* ---- Elements -------------------------------------------------------------------------------------------------------
 */

static const uint8_t *layer_of(const struct page *page, int layer)
{
    return page->sheet->digits.values + (size_t)layer * PIXELS;
}

/* The same digits, apart from whether they can be read. */
static bool same_boxes(const struct page *page, const struct page *other)
{
    if (true_digits(page) != true_digits(other)) return false;
    for (size_t i = 0; i < true_digits(page); i++)
        if (memcmp(&page->digits[i], &other->digits[i], 4 * sizeof(float)) != 0) return false;
    return true;
}

/* Whether other, which lacks an element, has nothing that page doesn't have too. */
static bool is_part(const struct page *page, const struct page *other)
{
    if (memcmp(layer_of(page, 0), layer_of(other, 0), PIXELS) != 0) return false;
    for (int layer = 1; layer < LAYERS; layer++)
        for (int i = 0; i < PIXELS; i++)
            if (layer_of(other, layer)[i] > layer_of(page, layer)[i]) return false;
    return true;
}

/* How an element behaved, over pages. */
struct behaviour {
    int parts, boxes, different; /* pages: without it, nothing is new; digits stay; something changes */
};

/* Digits themselves, which are others without these. */
static bool is_of_digits(int element)
{
    return element < PAGE_LIGATURES || element == PAGE_HOLLOW || element == PAGE_ROUGH || element == PAGE_SIZES ||
           element == PAGE_EXPONENTS;
}

TEST(page_elements_leave_one_another_alone)
{
    enum { PAGES = 240 };
    const struct page_source source = test_source();
    struct behaviour behaviours[PAGE_ELEMENTS] = {{0}};
    struct page pages[2];
    if (!create_two(pages)) return;
    for (uint64_t number = 0; number < PAGES; number++) {
        page_make_without(&source, SEED, number, clean_digits, &pages[0]);
        for (int element = 0; element < PAGE_ELEMENTS; element++) {
            if (is_of_digits(element)) continue;
            page_make_without(&source, SEED, number, clean_digits | (uint64_t)1 << element, &pages[1]);
            behaviours[element].parts += is_part(&pages[0], &pages[1]);
            behaviours[element].boxes += same_boxes(&pages[0], &pages[1]);
            behaviours[element].different += memcmp(pages[0].grey, pages[1].grey, PIXELS) != 0;
        }
    }
    for (int element = 0; element < PAGE_ELEMENTS; element++) {
        const struct behaviour *own = &behaviours[element];
        if (is_of_digits(element) || element == PAGE_CROP) continue;
        test_check(own->parts == PAGES, __FILE__, __LINE__, "element %d changes layers of others", element);
        test_check(own->boxes == PAGES, __FILE__, __LINE__, "element %d moves digits", element);
        test_check(own->different > 0 && own->different < PAGES, __FILE__, __LINE__, "element %d is on %d pages of %d",
                   element, own->different, PAGES);
    }
    free_two(pages);
}

/* Of 200 pages, those which an element changes. */
static int pages_with(enum page_element element)
{
    const struct page_source source = test_source();
    struct page pages[2];
    int different = 0;
    if (!create_two(pages)) return 0;
    for (uint64_t number = 0; number < 200; number++) {
        page_make(&source, SEED, number, &pages[0]);
        page_make_without(&source, SEED, number, (uint64_t)1 << element, &pages[1]);
        different += memcmp(pages[0].grey, pages[1].grey, PIXELS) != 0;
    }
    free_two(pages);
    return different;
}

TEST(page_elements_are_as_common_as_the_settings_say)
{
    CHECK_NEAR(pages_with(PAGE_INVERSE), 200 * 0.4, 22);
    CHECK_NEAR(pages_with(PAGE_CROP), 200 * 0.1, 14);
    CHECK_NEAR(pages_with(PAGE_SIGNS), 200 * 0.2, 14);
    CHECK_NEAR(pages_with(PAGE_SUMS), 200 * 0.11, 14);
    CHECK_NEAR(pages_with(PAGE_LINE_WORDS), 200 * 0.14, 14);
    CHECK(pages_with(PAGE_CELL_LETTERS) > 3);
    CHECK_NEAR(pages_with(PAGE_LARGE_LETTERS), 200 * 0.12, 14);
    CHECK_NEAR(pages_with(PAGE_HEADINGS), 200 * 0.1, 14);
    CHECK(pages_with(PAGE_CELLS) > 9);
    CHECK(pages_with(PAGE_RINGS) > 9);
    CHECK(pages_with(PAGE_ROW_FRAMES) > 9);
    CHECK_NEAR(pages_with(PAGE_TOUCHING), 200 * 0.3 * 0.45, 20);
    CHECK(pages_with(PAGE_TEMPLATES) > 40);
    CHECK(pages_with(PAGE_PENS) > 40);
    CHECK(pages_with(PAGE_SIZES) > 6);
    CHECK(pages_with(PAGE_EXPONENTS) > 0);
    CHECK(pages_with(PAGE_HOLLOW) > 0);
}

TEST(page_digits_touch_when_they_are_moved_together)
{
    const struct page_source source = test_source();
    struct page pages[2];
    if (!create_two(pages)) return;
    int closer = 0, farther = 0;
    for (uint64_t number = 0; number < 300; number++) {
        page_make(&source, SEED, number, &pages[0]);
        page_make_without(&source, SEED, number, (uint64_t)1 << PAGE_TOUCHING, &pages[1]);
        if (pages[0].digit_count < 2 || pages[1].digit_count < 2 || pages[0].sheet->rows[1] != 0) continue;
        const float gap = pages[0].digits[1].left - pages[0].digits[0].right;
        const float other = pages[1].digits[1].left - pages[1].digits[0].right;
        closer += gap < other;
        farther += gap > other;
    }
    CHECK(closer > 2 * farther && closer > 10);
    free_two(pages);
}

/* ---- Writing --------------------------------------------------------------------------------------------------------
 */

/* Elements that write; and all others that use the digits' pen. */
static const uint64_t writing = (uint64_t)1 << PAGE_SIGNS | (uint64_t)1 << PAGE_SUMS | (uint64_t)1 << PAGE_LINE_WORDS |
                                (uint64_t)1 << PAGE_WORDS | (uint64_t)1 << PAGE_CELL_LETTERS |
                                (uint64_t)1 << PAGE_LARGE_LETTERS | (uint64_t)1 << PAGE_FILLERS;
static const uint64_t drawing =
    (uint64_t)1 << PAGE_UNDERLINES | (uint64_t)1 << PAGE_RINGS | (uint64_t)1 << PAGE_ARROWS |
    (uint64_t)1 << PAGE_STRIKES | (uint64_t)1 << PAGE_BRACKETS | (uint64_t)1 << PAGE_LIGATURES |
    (uint64_t)1 << PAGE_SCRIBBLES | (uint64_t)1 << PAGE_FRAMES | (uint64_t)1 << PAGE_ROW_FRAMES;

static int pixels_in(const struct page *page, int layer, struct page_box box)
{
    int count = 0;
    for (int i = 0; i < PIXELS; i++) {
        const float x = (float)(i % SIDE) + 0.5f, y = (float)(i / SIDE) + 0.5f;
        const bool inside = x > box.left && x < box.right && y > box.top && y < box.bottom;
        count += inside && layer_of(page, layer)[i] > UINT8_MAX / 2;
    }
    return count;
}

/* Of digits that can be read, per cent that have ink of their pen's other layer closer than their height at a side. */
static int percent_beside_ink(uint64_t elements_off)
{
    enum { PEN = 1 };
    const struct page_source source = test_source();
    struct page pages[2];
    int digits = 0, beside = 0;
    if (!create_two(pages)) return 0;
    for (uint64_t number = 0; number < 300; number++) {
        page_make_without(&source, SEED, number, elements_off | clean_digits, &pages[0]);
        for (size_t i = 0; i < pages[0].digit_count; i++) {
            const struct page_digit *digit = &pages[0].digits[i];
            struct page_box box = page_digit_box(digit);
            if (digit->ignored) continue;
            box.left -= digit->bottom - digit->top;
            box.right += digit->bottom - digit->top;
            digits++;
            beside += pixels_in(&pages[0], PEN, box) > 0;
        }
    }
    free_two(pages);
    return 100 * beside / digits;
}

TEST(pages_have_signs_and_letters_beside_digits_in_their_pen)
{
    const int percent = percent_beside_ink(drawing);
    CHECK(percent > 15 && percent < 35);
    CHECK_EQUAL(percent_beside_ink(drawing | writing), 0);
}

TEST(page_letters_that_look_like_digits_are_ignored)
{
    const struct page_source source = test_source();
    struct page pages[2];
    int alike = 0, others = 0, empty = 0;
    if (!create_two(pages)) return;
    for (uint64_t number = 0; number < 200; number++) {
        page_make_without(&source, SEED, number, clean_digits, &pages[0]);
        for (size_t i = true_digits(&pages[0]); i < pages[0].digit_count; i++, alike++)
            CHECK(pages[0].digits[i].ignored && pages[0].digits[i].class_index == NO_CLASS);
        for (size_t i = 0; i < pages[0].other_count; i++, others++)
            empty += pixels_in(&pages[0], 1, page_wider(pages[0].others[i], 1)) == 0 &&
                     pixels_in(&pages[0], 2, page_wider(pages[0].others[i], 1)) == 0;
        page_make_without(&source, SEED, number,
                          clean_digits | writing | (uint64_t)1 << PAGE_HEADINGS | (uint64_t)1 << PAGE_PRINT, &pages[1]);
        CHECK_EQUAL(pages[1].digit_count, true_digits(&pages[1]));
        CHECK_EQUAL(pages[1].other_count, 0);
    }
    CHECK(alike > 30 && alike < others / 2);
    CHECK(empty < others / 10); /* faint lines, and what is cut off by the border */
    free_two(pages);
}

TEST(pages_are_clean_often_enough)
{
    const struct page_source source = test_source();
    struct page pages[2];
    int clean = 0;
    if (!create_two(pages)) return;
    for (uint64_t number = 0; number < 300; number++) {
        page_make(&source, SEED, number, &pages[0]);
        bool has_more = pages[0].digit_count == 0;
        for (int i = PIXELS; i < LAYERS * PIXELS && !has_more; i++) has_more = layer_of(&pages[0], 0)[i] > 0;
        clean += !has_more;
    }
    CHECK(clean > 300 / 9 && clean < 300 / 4);
    free_two(pages);
}

TEST(page_letters_tell_by_their_neighbours)
{
    const struct letter_template clear = {.letter = 'E'}, alike = {.letter = 'o', .alike = true};
    const struct letter_template *word[] = {&clear, &alike, &clear, &alike, &alike};
    CHECK(page_is_alike(&word[1], 1, 0));
    CHECK(!page_is_alike(word, 5, 0));
    CHECK(!page_is_alike(word, 5, 1));
    CHECK(page_is_alike(word, 5, 3));
    CHECK(page_is_alike(word, 5, 4));
}

/* ---- Memory ---------------------------------------------------------------------------------------------------------
 */

static scrawl_status create_and_free(void *context)
{
    struct page page;
    (void)context;
    const scrawl_status status = page_create(SIDE, SIDE, &page);
    if (status == SCRAWL_OK) page_free(&page);
    return status;
}

TEST(page_create_says_when_memory_is_short)
{
    const struct allocation_faults faults = fail_each_allocation(create_and_free, NULL);
    CHECK_EQUAL(faults.allocations, 4);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
    page_free(&(struct page){0});
}
