/* What speaks for and against each candidate of made pages, and whether it is a digit and read right: what
 * fit_acceptance.mjs fits src/read/acceptance.c to. Knows no fitting. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "find/find_digits.h"
#include "layers/loss.h"
#include "model/detector.h"
#include "pages/page.h"
#include "read/candidates.h"

enum {
    LEAST_SIDE = 90,
    MOST_SIDE = 700,  /* pixels of a page's width */
    LEAST_FIELD = 12, /* pixels of a side */
    PAGE_NUMBERS = 77,
};

static const float same_place = 0.5f, open_place = 0.3f;    /* intersection over union */
static const float noise_share = 0.08f, field_share = 0.4f; /* of the pages */
static const float most_margin = 1.2f;                      /* around a field's number, of its height */
static const float other_share = 0.6f; /* of fields that stay where a letter or sign is in them, for each */
static const double least_aspect = 0.15, most_aspect = 1.3;

static bool read_file(const char *path, uint8_t **bytes, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    fseek(file, 0, SEEK_END);
    *size = (size_t)ftell(file);
    rewind(file);
    *bytes = malloc(*size);
    bool ok = *bytes && fread(*bytes, 1, *size, file) == *size;
    fclose(file);
    return ok;
}

static float overlap(const struct place *a, const struct page_digit *b)
{
    const float width = fminf(a->right, b->right) - fmaxf(a->left, b->left);
    const float height = fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
    if (width <= 0 || height <= 0) return 0;
    const float shared = width * height;
    return shared /
           ((a->right - a->left) * (a->bottom - a->top) + (b->right - b->left) * (b->bottom - b->top) - shared);
}

static void print_opinion(const float *probabilities)
{
    for (int i = 0; i < DETECTOR_CLASSES; i++) printf(" %.3g", probabilities ? (double)probabilities[i] : 1.0);
}

/* A line: page, place right, read right (-1 each: open), class, features, and each class's probability by the ink, the
 * grey and the detector, all 1 where it says nothing. */
static void print_candidate(size_t number, const struct candidates *candidates, size_t index,
                            const struct detections *detections, const struct page *page)
{
    const struct candidate *candidate = &candidates->items[index];
    int place = 0, label = -1;
    float most = 0;
    for (size_t i = 0; i < page->digit_count; i++) {
        const struct page_digit *digit = &page->digits[i];
        const float here = overlap(&candidate->box, digit);
        if (here <= most) continue;
        most = here;
        label = digit->class_index;
        place = here > same_place;
        if (digit->ignored || label == NO_CLASS) place = here > open_place ? -1 : 0;
    }
    const int right = place < 0 ? -1 : place && (size_t)label == candidate->class_index;
    printf("%zu %d %d %d", number, place, right, label);
    for (int i = 0; i < FEATURE_COUNT; i++) printf(" %.4f", (double)candidate->features[i]);
    print_opinion(candidate->ink);
    print_opinion(candidates->grey + index * DETECTOR_CLASSES);
    print_opinion(candidate->detection == NO_SOURCE ? NULL : detections->items[candidate->detection].probabilities);
    putchar('\n');
}

static scrawl_status look(const scrawl_model *model, const scrawl_model *detector, const struct page *page,
                          size_t number)
{
    struct finding finding = {.keep_picture = true};
    struct reader reader = {0};
    struct split split = {0};
    struct detections detections = {0};
    struct candidates candidates = {0};
    const struct picture picture = {(int)page->width, (int)page->height, page->grey};
    scrawl_status status = find_digits(&picture, false, &finding);
    if (status == SCRAWL_OK) status = reader_create(model, 1, &reader);
    if (status == SCRAWL_OK) status = split_digits(&reader, &finding, &split);
    if (status == SCRAWL_OK) status = detect_for(detector, &finding, 1, &detections);
    if (status == SCRAWL_OK) status = candidates_find(&reader, &finding, &split, &detections, &candidates);
    for (size_t i = 0; status == SCRAWL_OK && i < candidates.count; i++)
        print_candidate(number, &candidates, i, &detections, page);
    candidates_free(&candidates);
    detections_free(&detections);
    split_free(&split);
    reader_free(&reader);
    finding_free(&finding);
    return status;
}

/* People's pages have less on them than those that train a detector: some nothing but digits, some almost everything.
 */
static uint64_t elements_off(struct random *random)
{
    const float share = random_uniform(random), kept = share * share;
    uint64_t off = 0;
    for (int i = PAGE_LINES; i < PAGE_ELEMENTS; i++)
        if (random_uniform(random) >= kept) off |= UINT64_C(1) << i;
    return off;
}

/* Noise of any strength and coarseness, even, bell-shaped or of single specks, and no digit. */
static void fill_with_noise(struct random *random, struct page *page)
{
    const float level = 255 * random_uniform(random), spread = 255 * random_uniform(random);
    const float specks = random_uniform(random) < 0.4f ? 0.1f * random_uniform(random) : 1;
    const bool is_bell = random_uniform(random) < 0.5f;
    const size_t side = 1 + random_below(random, 3);
    for (size_t y = 0; y < page->height; y++)
        for (size_t x = 0; x < page->width; x++) {
            uint8_t *pixel = &page->grey[y * page->width + x];
            if (y % side || x % side) {
                *pixel = page->grey[(y - y % side) * page->width + x - x % side];
                continue;
            }
            const float deviation = is_bell ? random_normal(random) / 3 : random_uniform(random) - 0.5f;
            const float value = random_uniform(random) < specks ? level + spread * deviation : level;
            *pixel = (uint8_t)fminf(fmaxf(value, 0), 255);
        }
    page->digit_count = 0;
}

static bool beside(const struct page_digit *a, const struct page_digit *b)
{
    const float height = b->bottom - b->top, middle = (a->top + a->bottom) / 2;
    return middle > b->top && middle < b->bottom && a->left < b->right + height && b->left < a->right + height;
}

static void widen(struct page_digit *box, const struct page_digit *by)
{
    box->left = fminf(box->left, by->left), box->top = fminf(box->top, by->top);
    box->right = fmaxf(box->right, by->right), box->bottom = fmaxf(box->bottom, by->bottom);
}

/* The box of a number, or of a lone digit: of one digit and those of its row. False on a page without any. */
static bool choose_number(const struct page *page, struct random *random, struct page_digit *number)
{
    if (page->digit_count == 0) return false;
    *number = page->digits[random_below(random, page->digit_count)];
    size_t before = 0, count = 1;
    while (count > before) {
        before = count;
        count = 0;
        for (size_t i = 0; i < page->digit_count; i++)
            if (beside(&page->digits[i], number)) widen(number, &page->digits[i]), count++;
    }
    return true;
}

static bool is_in(const struct page_box *box, const struct page_digit *number)
{
    const float x = (box->left + box->right) / 2, y = (box->top + box->bottom) / 2;
    return x > number->left && x < number->right && y > number->top && y < number->bottom;
}

/* Cuts a number out, as a form's fields are cut out, mostly one with little else in it. */
static void cut_out_field(struct random *random, struct page *page)
{
    struct page_digit number;
    if (!choose_number(page, random, &number)) return;
    const float height = number.bottom - number.top;
    float *const sides[] = {&number.left, &number.top, &number.right, &number.bottom};
    for (int i = 0; i < 4; i++) {
        const float margin = height * most_margin * random_uniform(random) * random_uniform(random);
        *sides[i] += i < 2 ? -margin : margin;
    }
    for (size_t i = 0; i < page->other_count; i++)
        if (is_in(&page->others[i], &number) && random_uniform(random) > other_share) return;
    const size_t left = (size_t)fmaxf(0, number.left), top = (size_t)fmaxf(0, number.top),
                 right = (size_t)fminf((float)page->width, number.right),
                 bottom = (size_t)fminf((float)page->height, number.bottom);
    if (right < left + LEAST_FIELD || bottom < top + LEAST_FIELD) return;
    for (size_t y = top; y < bottom; y++)
        memmove(page->grey + (y - top) * (right - left), page->grey + y * page->width + left, right - left);
    page->width = right - left, page->height = bottom - top;
    for (size_t i = 0; i < page->digit_count; i++) {
        struct page_digit *digit = &page->digits[i];
        digit->left -= (float)left, digit->right -= (float)left, digit->top -= (float)top, digit->bottom -= (float)top;
    }
}

static scrawl_status make_and_look(const scrawl_model *model, const scrawl_model *detector,
                                   const struct page_source *source, size_t number)
{
    struct page page = {0};
    struct random random = random_stream(PAGE_NUMBERS, 0, number, 0);
    const double width = exp(log(LEAST_SIDE) + (double)random_uniform(&random) * log((double)MOST_SIDE / LEAST_SIDE));
    const double aspect = exp(log(least_aspect) + (double)random_uniform(&random) * log(most_aspect / least_aspect));
    const double height = fmax(40, width * aspect);
    scrawl_status status = page_create((size_t)width, (size_t)height, &page);
    if (status == SCRAWL_OK) {
        page_make_without(source, PAGE_NUMBERS, number, elements_off(&random), &page);
        const float kind = random_uniform(&random);
        if (kind < noise_share) fill_with_noise(&random, &page);
        if (kind > 1 - field_share) cut_out_field(&random, &page);
        status = look(model, detector, &page, number);
    }
    page_free(&page);
    return status;
}

/* candidates_of_pages MODEL FINDER IMAGES LABELS FIRST COUNT LAST: the last LAST images are the source */
int main(int count, char **arguments)
{
    uint8_t *bytes[4];
    size_t sizes[4];
    scrawl_model *models[2];
    if (count != 8) return 2;
    for (int i = 0; i < 4; i++)
        if (!read_file(arguments[i + 1], &bytes[i], &sizes[i])) return 2;
    for (int i = 0; i < 2; i++)
        if (scrawl_model_load(bytes[i], sizes[i], &models[i]) != SCRAWL_OK) {
            fprintf(stderr, "%s\n", scrawl_error());
            return 2;
        }
    const size_t all = sizes[3] - 8, use = strtoul(arguments[7], NULL, 10);
    if (use > all) return 2;
    const struct page_source source = {bytes[2] + 16 + (all - use) * SCRAWL_IMAGE_PIXELS, bytes[3] + 8 + (all - use),
                                       use};
    const size_t first = strtoul(arguments[5], NULL, 10), pages = strtoul(arguments[6], NULL, 10);
    for (size_t i = first; i < first + pages; i++)
        if (make_and_look(models[0], models[1], &source, i) != SCRAWL_OK) return 1;
    return 0;
}
