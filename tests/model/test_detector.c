/* Tests of detector.c: sizes, places and suppression. The networks are untrained: what they see is not tested here. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "allocations.h"
#include "detectors.h"
#include "drawing.h"
#include "model/detector.h"
#include "model/model.h"

/* Logits of a score that is sure, and of one that isn't. */
static const float STRONG = 2, WEAK = -1;

static struct picture draw_page(int width, int height)
{
    struct picture page = blank_picture(width, height, 220);
    for (int i = 0; 60 * (i + 1) <= width; i++) draw_zero(&page, 15 + 60 * i, 10 + 6 * (i % 4), 30, 44, 5, 30);
    return page;
}

static struct detections detect_with(const scrawl_model *model, const struct picture *page)
{
    struct detections detections = {0};
    CHECK_EQUAL(detect(model, page, 20, 90, 1, &detections), SCRAWL_OK);
    return detections;
}

TEST(detector_gives_places_in_the_picture_the_surest_first)
{
    scrawl_model *model = make_detector(2);
    struct picture page = draw_page(400, 130);
    struct detections found = detect_with(model, &page);
    CHECK(found.count > 2);
    for (size_t i = 0; i < found.count; i++) {
        const struct detection *item = &found.items[i];
        const float x = (item->box.left + item->box.right) / 2, y = (item->box.top + item->box.bottom) / 2;
        float sum = 0;
        for (int k = 0; k < DETECTOR_CLASSES; k++) sum += item->probabilities[k];
        CHECK_NEAR(sum, 1, 1e-4);
        CHECK(item->score > 0 && item->score <= 1);
        CHECK(x >= 0 && x <= 400 && y >= 0 && y <= 130);
        CHECK(i == 0 || item->score <= item[-1].score);
        for (size_t j = 0; j < i; j++) CHECK(place_overlap(&item->box, &found.items[j].box) < 0.5f);
    }
    detections_free(&found);
    picture_free(&page);
    scrawl_model_free(model);
}

/* With something to see everywhere. */
static struct picture busy_page(int width, int height)
{
    struct picture page = blank_picture(width, height, 220);
    for (int y = 0; y < height; y += 24)
        for (int x = 0; x < width; x += 24) fill_box(&page, x, y, min_int(12, width - x), min_int(12, height - y), 40);
    return page;
}

/* What is smaller or larger than the digits that a level was trained for is for the next one: too small at all levels,
 * the finest one says it; too large, the coarsest. */
TEST(detector_s_levels_see_digits_of_their_sizes)
{
    /* Pixels of the finest and the coarsest level in one of the page, with digits of 20 to 90 pixels: as fine as the
     * lowest ones need, and on a small page as shows them best. */
    static const struct {
        int width, height;
        double finest, coarsest;
    } pages[] = {{800, 600, 13.0 / 20, 13.0 / 20 / (2 * M_SQRT2)}, {100, 80, 24.0 / 20, 24.0 / 20 / (4 * M_SQRT2)}};
    static const struct {
        float side;
        bool at_finest, at_coarsest;
    } cases[] = {{8, true, false}, {24, true, true}, {50, false, true}};
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        const double finest = pages[i % 2].finest, coarsest = pages[i % 2].coarsest, side = (double)cases[i / 2].side;
        struct picture page = busy_page(pages[i % 2].width, pages[i % 2].height);
        scrawl_model *model = make_blind_detector(cases[i / 2].side, STRONG);
        struct detections found = detect_with(model, &page);
        float least = INFINITY, most = 0;
        for (size_t j = 0; j < found.count; j++) {
            const float width = found.items[j].box.right - found.items[j].box.left;
            least = fminf(least, width);
            most = fmaxf(most, width);
        }
        CHECK(found.count > 0);
        CHECK(least >= 0.98 * side / (cases[i / 2].at_finest ? finest : coarsest));
        CHECK(most <= 1.02 * side / (cases[i / 2].at_coarsest ? coarsest : finest));
        detections_free(&found);
        scrawl_model_free(model);
        picture_free(&page);
    }
}

/* How many a blind detector sees on a page of this width. */
static size_t seen_on(int width, float centre)
{
    scrawl_model *model = make_blind_detector(13, centre);
    struct picture page = busy_page(width, 100);
    struct detections found = detect_with(model, &page);
    const size_t count = found.count;
    detections_free(&found);
    picture_free(&page);
    scrawl_model_free(model);
    return count;
}

/* Of what it doubts there is no end in a texture: so much is kept as a page has room for. Of what it is sure of, all.
 */
TEST(detector_keeps_what_is_sure_and_some_of_the_rest)
{
    const size_t all = seen_on(400, STRONG), twice = seen_on(800, STRONG), some = seen_on(400, WEAK),
                 more = seen_on(800, WEAK);
    CHECK(all > 250 && twice > 500);
    CHECK(some >= 100 && some < all);
    CHECK(more > some + 50 && more < twice);
}

/* Paper without contrast holds nothing, whatever the detector would say of it; where there is ink, it says it. */
TEST(detector_looks_where_there_is_contrast)
{
    static const int places[][2] = {{40, 30}, {900, 30}, {900, 500}, {520, 260}};
    enum { PLACES = sizeof places / sizeof *places, SIZE = 40, AROUND = 180 };
    scrawl_model *model = make_blind_detector(13, STRONG);
    struct picture page = blank_picture(1000, 600, 220);
    struct detections found = detect_with(model, &page);
    size_t near[PLACES] = {0}, all = 0;
    CHECK_EQUAL(found.count, 0);
    detections_free(&found);
    for (size_t i = 0; i < PLACES; i++) draw_zero(&page, places[i][0], places[i][1], SIZE, SIZE, 4, 190);
    found = detect_with(model, &page);
    for (size_t i = 0; i < found.count; i++)
        for (size_t j = 0; j < PLACES; j++) {
            const float x = found.items[i].box.left - (float)places[j][0],
                        y = found.items[i].box.top - (float)places[j][1];
            const bool is_near = x > -AROUND && x < SIZE + AROUND && y > -AROUND && y < SIZE + AROUND;
            near[j] += is_near;
            all += is_near;
        }
    for (size_t i = 0; i < PLACES; i++) CHECK(near[i] > 3);
    CHECK(all >= found.count);
    detections_free(&found);
    picture_free(&page);
    scrawl_model_free(model);
}

TEST(detector_takes_pictures_of_any_size)
{
    static const int sizes[][2] = {{1, 1}, {1, 300}, {700, 2}, {28, 28}, {1300, 900}, {40000, 2}};
    scrawl_model *model = make_detector(4);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct picture page = busy_page(sizes[i][0], sizes[i][1]);
        struct detections found = detect_with(model, &page);
        detections_free(&found);
        picture_free(&page);
    }
    scrawl_model_free(model);
}

struct task {
    scrawl_model *model;
    const struct picture *page;
};

static scrawl_status detect_once(void *context)
{
    const struct task *task = context;
    struct detections found = {0};
    scrawl_status status = detect(task->model, task->page, 20, 40, 1, &found);
    detections_free(&found);
    model_release(task->model);
    return status;
}

TEST(detector_fails_cleanly_without_memory)
{
    scrawl_model *model = make_detector(2);
    struct picture page = draw_page(120, 80);
    struct task task = {model, &page};
    const struct allocation_faults faults = fail_each_allocation(detect_once, &task);
    CHECK(faults.allocations > 5);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
    picture_free(&page);
    scrawl_model_free(model);
}
