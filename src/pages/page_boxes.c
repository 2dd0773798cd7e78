/* Implements the boxes of page.h: which box of a page, and how far beside its place. Must not know how pages are made.
 */
#include "page.h"

#include <stdlib.h>

#include "base/minmax.h"
#include "base/random.h"
#include "layers/loss.h"
#include "picture/grey_input.h"

enum {
    INDICES = 8, /* in a row that have the same page: it costs as much as an image's pass through a network */
    SIZES = 2,
    TRIES = 3, /* pages, to find one with a readable digit */
};

enum box_kind { BOX_DIGIT, BOX_HALF, BOX_BETWEEN, BOX_TWO, BOX_WRITING, BOX_ELSEWHERE, BOX_KINDS };

/* All numbers of the boxes, besides INDICES and TRIES. Shares are of all boxes; a {low, high} has a uniform
 * distribution. */
static const struct {
    size_t sides[SIZES];
    float large_share, empty_share;
    float kinds[BOX_KINDS];
    float least_side;
    struct {
        float shift, stretch, rough_share, rough;
    } jitter;
    struct range half;
    struct {
        float most_gap, least_beside;
    } neighbours;
    struct {
        struct range height, proportion;
        float most_covered;
        int tries;
        float inked_share;
    } elsewhere;
} settings = {
    .sides = {96, 208},  /* of a page, pixels: large ones hold digits that become smaller in an image */
    .large_share = 0.2f, /* of the pages */
    .empty_share = 0.2f, /* of those without a readable digit, that are taken as they are */

    .kinds[BOX_DIGIT] = 0.79f,
    .kinds[BOX_HALF] = 0.03f,
    .kinds[BOX_BETWEEN] = 0.03f,
    .kinds[BOX_TWO] = 0.03f,
    .kinds[BOX_WRITING] = 0.1f, /* where there is any: else elsewhere */
    .kinds[BOX_ELSEWHERE] = 0.02f,

    .least_side = 8, /* of a digit's box or a letter's, pixels: nobody reads a smaller one */

    .jitter.shift = 0.06f,      /* of a side, either way: the middle */
    .jitter.stretch = 0.1f,     /* of a side, longer or shorter */
    .jitter.rough_share = 0.2f, /* of the boxes, moved and stretched more: */
    .jitter.rough = 2,          /* times as far */

    .half = {0.35f, 0.6f}, /* of a side that is left */

    .neighbours.most_gap = 1,        /* digits' heights between them */
    .neighbours.least_beside = 0.5f, /* of the lower one's height that the other one stands beside */

    .elsewhere.height = {0.1f, 0.45f}, /* of the page's */
    .elsewhere.proportion = {0.3f, 1.3f},
    .elsewhere.most_covered = 0.1f, /* of the box, by a digit's */
    .elsewhere.tries = 12,
    .elsewhere.inked_share = 0.75f, /* of them: the one with the highest contrast of all tries */
};

/* The last page of a thread: a function of seed and number, as long as the source is the same. */
struct kept_page {
    struct page pages[SIZES], *last; /* one of the pages; NULL before any is made */
    uint64_t seed, number;
};

struct page_boxes {
    struct kept_page *kept; /* [threads] */
    int threads;
};

scrawl_status page_boxes_create(int threads, struct page_boxes **result)
{
    struct page_boxes *boxes = calloc(1, sizeof *boxes);
    scrawl_status status = SCRAWL_OK;
    if (!boxes) return fail_out_of_memory();
    boxes->kept = calloc((size_t)threads, sizeof *boxes->kept);
    if (boxes->kept)
        boxes->threads = threads;
    else
        status = fail_out_of_memory();
    for (int i = 0; i < boxes->threads; i++)
        for (int size = 0; size < SIZES && status == SCRAWL_OK; size++)
            status = page_create(settings.sides[size], settings.sides[size], &boxes->kept[i].pages[size]);
    if (status == SCRAWL_OK)
        *result = boxes;
    else
        page_boxes_free(boxes);
    return status;
}

void page_boxes_free(struct page_boxes *boxes)
{
    if (!boxes) return;
    for (int i = 0; i < boxes->threads; i++)
        for (int size = 0; size < SIZES; size++) page_free(&boxes->kept[i].pages[size]);
    free(boxes->kept);
    free(boxes);
}

/* ---- Digits ------------------------------------------------------------------------------------------------------ */

static bool is_readable(const struct page_digit *digit)
{
    return !digit->ignored && digit->class_index != NO_CLASS &&
           max_float(digit->right - digit->left, digit->bottom - digit->top) >= settings.least_side;
}

/* One of the page's readable digits; NULL without any. */
static const struct page_digit *choose_digit(const struct page *page, struct random *random)
{
    const struct page_digit *readable[PAGE_MOST_FOUND];
    size_t count = 0;
    for (size_t i = 0; i < page->digit_count; i++)
        if (is_readable(&page->digits[i])) readable[count++] = &page->digits[i];
    return count ? readable[random_below(random, count)] : NULL;
}

/* ---- Pages ---------------------------------------------------------------------------------------------------------
 */

static bool is_readable_page(const struct page *page)
{
    for (size_t i = 0; i < page->digit_count; i++)
        if (is_readable(&page->digits[i])) return true;
    return false;
}

static const struct page *turn_to_page(struct kept_page *kept, const struct page_source *source, uint64_t seed,
                                       uint64_t number)
{
    if (kept->last && kept->seed == seed && kept->number == number) return kept->last;
    struct random random = random_stream(seed, RANDOM_PAGE_BOXES, number, INDICES);
    kept->last = &kept->pages[random_uniform(&random) < settings.large_share];
    kept->seed = seed;
    kept->number = number;
    for (uint64_t i = 0; i < TRIES; i++) {
        page_make(source, seed, number * TRIES + i, kept->last);
        if (is_readable_page(kept->last) || random_uniform(&random) < settings.empty_share) break;
    }
    return kept->last;
}

/* ---- Neighbours ----------------------------------------------------------------------------------------------------
 */

/* The readable digit that follows in the same row; NULL without one. */
static const struct page_digit *next_in_row(const struct page *page, const struct page_digit *digit)
{
    const struct page_digit *next = NULL;
    const float height = digit->bottom - digit->top;
    for (size_t i = 0; i < page->digit_count; i++) {
        const struct page_digit *other = &page->digits[i];
        const float beside = min_float(other->bottom, digit->bottom) - max_float(other->top, digit->top);
        const float lower = min_float(other->bottom - other->top, height);
        const bool follows = other->left + other->right > digit->left + digit->right &&
                             other->left - digit->right < settings.neighbours.most_gap * height;
        if (other == digit || !is_readable(other) || !follows || beside < settings.neighbours.least_beside * lower)
            continue;
        if (!next || other->left < next->left) next = other;
    }
    return next;
}

static struct place box_of(const struct page_digit *digit)
{
    return (struct place){digit->left, digit->top, digit->right, digit->bottom};
}

static void jitter(struct place *box, struct random *random)
{
    const float far = random_uniform(random) < settings.jitter.rough_share ? settings.jitter.rough : 1;
    const float shift = settings.jitter.shift * far, stretch = settings.jitter.stretch * far;
    const float width = box->right - box->left, height = box->bottom - box->top;
    const float x = (box->left + box->right) / 2 + width * random_between(random, -shift, shift);
    const float y = (box->top + box->bottom) / 2 + height * random_between(random, -shift, shift);
    const float half_width = width / 2 * (1 + random_between(random, -stretch, stretch));
    const float half_height = height / 2 * (1 + random_between(random, -stretch, stretch));
    *box = (struct place){x - half_width, y - half_height, x + half_width, y + half_height};
}

/* ---- Boxes without one digit: each false where the page has no place for it ----------------------------------------
 */

/* A part of a digit, from one of its sides. */
static bool choose_half(const struct page *page, struct random *random, struct place *box)
{
    const struct page_digit *digit = choose_digit(page, random);
    const float left_out = 1 - random_in(random, settings.half);
    const size_t side = random_below(random, 4);
    if (!digit) return false;
    *box = box_of(digit);
    const float width = left_out * (box->right - box->left), height = left_out * (box->bottom - box->top);
    box->left += side == 0 ? width : 0;
    box->right -= side == 1 ? width : 0;
    box->top += side == 2 ? height : 0;
    box->bottom -= side == 3 ? height : 0;
    return true;
}

/* Two neighbours, or from the middle of one to the middle of the other. */
static bool choose_neighbours(const struct page *page, struct random *random, bool whole, struct place *box)
{
    const struct page_digit *digit = choose_digit(page, random), *next = digit ? next_in_row(page, digit) : NULL;
    if (!next) return false;
    *box = (struct place){digit->left, min_float(digit->top, next->top), max_float(digit->right, next->right),
                          max_float(digit->bottom, next->bottom)};
    if (whole) return true;
    box->left = (digit->left + digit->right) / 2;
    box->right = (next->left + next->right) / 2;
    return true;
}

/* Whether a digit, readable or not, covers much of the box. */
static bool is_covered(const struct page *page, const struct place *box)
{
    const float area = (box->right - box->left) * (box->bottom - box->top);
    for (size_t i = 0; i < page->digit_count; i++) {
        const struct page_digit *digit = &page->digits[i];
        const float width = min_float(digit->right, box->right) - max_float(digit->left, box->left);
        const float height = min_float(digit->bottom, box->bottom) - max_float(digit->top, box->top);
        if (width > 0 && height > 0 && width * height > settings.elsewhere.most_covered * area) return true;
    }
    return false;
}

/* A sign or a letter. */
static bool choose_writing(const struct page *page, struct random *random, struct place *box)
{
    struct place places[PAGE_MOST_OTHERS];
    size_t count = 0;
    for (size_t i = 0; i < page->other_count; i++) {
        const struct page_box *other = &page->others[i];
        const struct place place = {max_float(other->left, 0), max_float(other->top, 0),
                                    min_float(other->right, (float)page->width),
                                    min_float(other->bottom, (float)page->height)};
        const float side = max_float(place.right - place.left, place.bottom - place.top);
        const bool inside = place.right - place.left > 1 && place.bottom - place.top > 1;
        if (inside && side >= settings.least_side && !is_covered(page, &place)) places[count++] = place;
    }
    if (count == 0) return false;
    *box = places[random_below(random, count)];
    return true;
}

/* Between the darkest and the brightest of a box on the page. */
static int contrast_in(const struct page *page, const struct place *box)
{
    int darkest = UINT8_MAX, brightest = 0;
    for (size_t y = (size_t)box->top; y < min_size((size_t)box->bottom, page->height); y++)
        for (size_t x = (size_t)box->left; x < min_size((size_t)box->right, page->width); x++) {
            const int grey = page->grey[y * page->width + x];
            darkest = min_int(darkest, grey);
            brightest = max_int(brightest, grey);
        }
    return brightest - darkest;
}

static struct place random_box(const struct page *page, struct random *random)
{
    const float height = random_in(random, settings.elsewhere.height) * (float)page->height;
    const float width = height * random_in(random, settings.elsewhere.proportion);
    const float left = random_uniform(random) * ((float)page->width - width);
    const float top = random_uniform(random) * ((float)page->height - height);
    return (struct place){left, top, left + width, top + height};
}

static bool choose_elsewhere(const struct page *page, struct random *random, struct place *box)
{
    const bool inked = random_uniform(random) < settings.elsewhere.inked_share;
    int best = -1;
    for (int i = 0; i < settings.elsewhere.tries && (inked || best < 0); i++) {
        const struct place place = random_box(page, random);
        const int contrast = is_covered(page, &place) ? -1 : contrast_in(page, &place);
        if (contrast > best) best = contrast, *box = place;
    }
    return best >= 0;
}

/* ---- One image ----------------------------------------------------------------------------------------------------
 */

static enum box_kind random_kind(struct random *random)
{
    float rest = random_uniform(random);
    int kind = 0;
    for (; kind < BOX_KINDS - 1 && rest >= settings.kinds[kind]; kind++) rest -= settings.kinds[kind];
    return (enum box_kind)kind;
}

/* A box of a kind and its label; false where the page has no place for it. */
static bool choose(const struct page *page, enum box_kind kind, struct random *random, struct place *box,
                   uint8_t *label)
{
    const struct page_digit *digit;
    *label = NO_CLASS;
    switch (kind) {
        case BOX_HALF:
            return choose_half(page, random, box);
        case BOX_BETWEEN:
        case BOX_TWO:
            return choose_neighbours(page, random, kind == BOX_TWO, box);
        case BOX_WRITING:
            return choose_writing(page, random, box);
        case BOX_ELSEWHERE:
        case BOX_KINDS:
            return choose_elsewhere(page, random, box);
        case BOX_DIGIT:
            break;
    }
    if (!(digit = choose_digit(page, random))) return false;
    *label = (uint8_t)digit->class_index;
    *box = box_of(digit);
    return true;
}

uint8_t page_boxes_make(struct page_boxes *boxes, int thread, const struct page_source *source, uint64_t seed,
                        uint64_t index, uint8_t image[SCRAWL_IMAGE_PIXELS])
{
    const uint64_t number = index / INDICES;
    const struct page *page = turn_to_page(&boxes->kept[thread], source, seed, number);
    struct random random = random_stream(seed, RANDOM_PAGE_BOXES, number, index % INDICES);
    const enum box_kind kind = random_kind(&random);
    const int width = (int)page->width, height = (int)page->height;
    struct place box = {0, 0, (float)width, (float)height};
    uint8_t label;
    if (!choose(page, kind, &random, &box, &label) && !choose(page, BOX_ELSEWHERE, &random, &box, &label))
        (void)choose(page, BOX_DIGIT, &random, &box, &label);
    jitter(&box, &random);
    grey_input(page->grey, width, height, page->inverse ? UINT8_MAX : 0, &box, image);
    return label;
}
