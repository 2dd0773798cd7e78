/* Tests of detector.c: sizes, places and suppression. The networks are untrained: what they see is not tested here. */
#include "test.h"

#include <math.h>
#include <string.h>

#include "allocations.h"
#include "drawing.h"
#include "model/detector.h"

static scrawl_model *make_detector(uint64_t seed)
{
    scrawl_model *model = NULL;
    const scrawl_model_options options = {
        .architecture = "input any 2, conv 8 5x5 stride 4 same relu, conv 15 1x1, detection", .seed = seed};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

static struct picture draw_page(int width, int height)
{
    struct picture page = blank_picture(width, height, 220);
    for (int i = 0; 60 * (i + 1) <= width; i++) draw_zero(&page, 15 + 60 * i, 10 + 6 * (i % 4), 30, 44, 5, 30);
    return page;
}

static struct detections detect_with(const scrawl_model *model, const struct picture *page, int threads)
{
    struct detections detections = {0};
    struct parallel *parallel = NULL;
    CHECK_EQUAL(parallel_create(threads, &parallel), SCRAWL_OK);
    CHECK_EQUAL(detect(model, page, 20, 90, parallel, &detections), SCRAWL_OK);
    parallel_free(parallel);
    return detections;
}

static float overlap(const struct grey_box *a, const struct grey_box *b)
{
    const float width = fminf(a->right, b->right) - fmaxf(a->left, b->left);
    const float height = fminf(a->bottom, b->bottom) - fmaxf(a->top, b->top);
    if (width <= 0 || height <= 0) return 0;
    const float first = (a->right - a->left) * (a->bottom - a->top);
    const float second = (b->right - b->left) * (b->bottom - b->top);
    return width * height / (first + second - width * height);
}

TEST(detector_gives_places_in_the_picture_the_surest_first)
{
    scrawl_model *model = make_detector(2);
    struct picture page = draw_page(400, 130);
    struct detections found = detect_with(model, &page, 1);
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
        for (size_t j = 0; j < i; j++) CHECK(overlap(&item->box, &found.items[j].box) < 0.5f);
    }
    detections_free(&found);
    picture_free(&page);
    scrawl_model_free(model);
}

TEST(detector_sees_the_same_with_any_number_of_threads)
{
    scrawl_model *model = make_detector(2);
    struct picture page = draw_page(300, 200);
    struct detections one = detect_with(model, &page, 1), three = detect_with(model, &page, 3);
    CHECK(one.count > 0);
    if (CHECK_EQUAL(one.count, three.count))
        CHECK(memcmp(one.items, three.items, one.count * sizeof *one.items) == 0);
    detections_free(&one);
    detections_free(&three);
    picture_free(&page);
    scrawl_model_free(model);
}

TEST(detector_takes_pictures_of_any_size)
{
    static const int sizes[][2] = {{1, 1}, {1, 300}, {700, 2}, {28, 28}, {1300, 900}};
    scrawl_model *model = make_detector(4);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct picture page = blank_picture(sizes[i][0], sizes[i][1], 200);
        struct detections found = detect_with(model, &page, 1);
        detections_free(&found);
        picture_free(&page);
    }
    scrawl_model_free(model);
}

struct task {
    const scrawl_model *model;
    const struct picture *page;
    struct parallel *parallel;
};

static scrawl_status detect_once(void *context)
{
    const struct task *task = context;
    struct detections found = {0};
    scrawl_status status = detect(task->model, task->page, 20, 40, task->parallel, &found);
    detections_free(&found);
    return status;
}

TEST(detector_fails_cleanly_without_memory)
{
    scrawl_model *model = make_detector(2);
    struct picture page = draw_page(120, 80);
    struct task task = {model, &page, NULL};
    CHECK_EQUAL(parallel_create(1, &task.parallel), SCRAWL_OK);
    const struct allocation_faults faults = fail_each_allocation(detect_once, &task);
    CHECK(faults.allocations > 5);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
    parallel_free(task.parallel);
    picture_free(&page);
    scrawl_model_free(model);
}
