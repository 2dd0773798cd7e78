/* Tests of candidates.c: how windows and boxes come together. The network is untrained: what it reads is not tested
 * here. */
#include "test.h"

#include <math.h>
#include <stdlib.h>

#include "drawing.h"
#include "find/find_digits.h"
#include "model/model.h"
#include "read/candidates.h"

enum { PAPER = 230, PEN = 40, WIDTH = 420, HEIGHT = 160 };

struct scene {
    scrawl_model *model;
    struct reader reader;
    struct finding finding;
    struct split split;
    struct candidates candidates;
};

static struct scene find_page(struct picture *page)
{
    struct scene scene = {.finding.keep_picture = true};
    CHECK_EQUAL(scrawl_model_create(NULL, &scene.model), SCRAWL_OK);
    CHECK_EQUAL(find_digits(page, false, &scene.finding), SCRAWL_OK);
    CHECK_EQUAL(reader_create(scene.model, 1, &scene.reader), SCRAWL_OK);
    CHECK_EQUAL(split_digits(&scene.reader, &scene.finding, &scene.split), SCRAWL_OK);
    picture_free(page);
    return scene;
}

/* Three zeros in a row. */
static struct scene find_scene(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 3; i++) draw_zero(&page, 30 + 80 * i, 40, 40, 60, 6, PEN);
    return find_page(&page);
}

static void free_scene(struct scene *scene)
{
    candidates_free(&scene->candidates);
    split_free(&scene->split);
    reader_free(&scene->reader);
    finding_free(&scene->finding);
    scrawl_model_free(scene->model);
}

static struct detection detection_at(float left, float top, float right, float bottom, float score)
{
    struct detection detection = {.box = {left, top, right, bottom}, .score = score};
    for (int i = 0; i < DETECTOR_CLASSES; i++) detection.probabilities[i] = i == 7 ? 0.91f : 0.01f;
    return detection;
}

static const struct candidate *with_detection(const struct scene *scene, size_t detection)
{
    for (size_t i = 0; i < scene->candidates.count; i++)
        if (scene->candidates.items[i].detection == detection) return &scene->candidates.items[i];
    return NULL;
}

static void find_with(struct scene *scene, struct detection *items, size_t count)
{
    const struct detections detections = {items, count};
    CHECK_EQUAL(candidates_find(&scene->reader, &scene->finding, &scene->split, &detections, &scene->candidates),
                SCRAWL_OK);
}

TEST(candidates_join_a_window_and_a_box_of_the_same_place)
{
    struct scene scene = find_scene();
    struct detection items[] = {detection_at(29, 38, 71, 101, 0.9f), detection_at(300, 20, 330, 60, 0.8f)};
    find_with(&scene, items, 2);
    const struct candidate *both = with_detection(&scene, 0), *alone = with_detection(&scene, 1);
    if (CHECK(both && alone)) {
        CHECK(both->window != NO_SOURCE);
        CHECK(both->ink != NULL);
        CHECK(both->features[FEATURE_OVERLAP] > 0.8f);
        CHECK_NEAR(both->box.left, 30, 1.1); /* the ink's own box */
        CHECK_NEAR(both->features[FEATURE_SCORE], log(0.9 / 0.1), 1e-4);
        CHECK(alone->window == NO_SOURCE); /* blank paper */
        CHECK(alone->ink == NULL);
        CHECK_NEAR(alone->features[FEATURE_BEST], log(0.9 / 0.1), 1e-4);
    }
    free_scene(&scene);
}

TEST(candidates_cut_a_window_from_what_a_box_covers)
{
    struct scene scene = find_scene();
    struct detection items[] = {detection_at(29, 38, 51, 101, 0.9f)}; /* the left half of a zero */
    find_with(&scene, items, 1);
    const struct candidate *half = with_detection(&scene, 0);
    if (CHECK(half != NULL)) {
        CHECK(half->window == NO_SOURCE);
        CHECK(half->ink != NULL);
        CHECK_EQUAL(half->features[FEATURE_MADE], 1);
        CHECK(half->made.member_count > 0);
    }
    free_scene(&scene);
}

/* Joined zeros: the window of both and that of the left one are near a box that is too wide for the latter. */
TEST(candidates_share_a_box_that_is_near_several_windows)
{
    size_t near = 0, chosen = 0;
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    for (int i = 0; i < 2; i++) draw_zero(&page, 30 + 50 * i, 40, 40, 60, 6, PEN);
    fill_box(&page, 68, 70, 14, 3, PEN);
    struct scene scene = find_page(&page);
    struct detection items[] = {detection_at(29, 38, 95, 101, 0.9f)};
    find_with(&scene, items, 1);
    for (size_t i = 0; i < scene.candidates.count; i++) {
        const struct candidate *item = &scene.candidates.items[i];
        near += item->window != NO_SOURCE && item->detection == 0;
        chosen += scene.candidates.choices[i].chosen && item->detection == 0;
    }
    CHECK(near >= 2);
    CHECK(chosen <= 1);
    free_scene(&scene);
}

/* What is as high and in the same row counts; what is far off, much smaller or in another row doesn't. */
TEST(candidates_know_what_stands_beside_them)
{
    struct scene scene = find_scene();
    struct detection items[] = {detection_at(30, 40, 70, 100, 0.9f), detection_at(110, 42, 150, 98, 0.8f),
                                detection_at(300, 40, 340, 100, 0.7f), detection_at(75, 80, 85, 95, 0.6f),
                                detection_at(30, 110, 70, 150, 0.5f)};
    find_with(&scene, items, 5);
    const struct candidate *first = with_detection(&scene, 0), *far = with_detection(&scene, 2);
    if (CHECK(first && far)) {
        CHECK_NEAR(first->features[FEATURE_BESIDE], 0.8, 1e-4);
        CHECK_NEAR(far->features[FEATURE_BESIDE], 0, 1e-4);
        CHECK_NEAR(first->features[FEATURE_LEFT_OUT], 0, 1e-4);
    }
    free_scene(&scene);
}

TEST(candidates_of_the_same_ink_are_not_both_taken)
{
    struct scene scene = find_scene();
    struct detection items[] = {detection_at(29, 38, 71, 101, 0.9f), detection_at(29, 38, 49, 101, 0.85f),
                                detection_at(109, 38, 151, 101, 0.9f)};
    find_with(&scene, items, 3);
    for (size_t i = 0; i < scene.candidates.count; i++) {
        const struct candidate *a = &scene.candidates.items[i];
        CHECK(a->confidence >= 0 && a->confidence <= 1);
        for (size_t j = 0; j < i; j++) {
            const struct place *b = &scene.candidates.items[j].box;
            if (scene.candidates.choices[i].chosen && scene.candidates.choices[j].chosen)
                CHECK(place_overlap(&a->box, b) < 0.5f);
        }
    }
    free_scene(&scene);
}

static size_t count_chosen(const struct scene *scene)
{
    size_t chosen = 0;
    for (size_t i = 0; i < scene->candidates.count; i++) chosen += scene->candidates.choices[i].chosen;
    return chosen;
}

/* Two boxes that go beyond a zero to either side: three quarters of them, and all the ink, is in both. */
TEST(candidates_of_boxes_around_the_same_ink_are_not_both_taken)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, PAPER);
    draw_zero(&page, 30, 40, 40, 60, 6, PEN);
    struct scene scene = find_page(&page);
    struct detection items[] = {detection_at(15, 38, 71, 101, 0.9f), detection_at(29, 38, 85, 101, 0.9f)};
    find_with(&scene, items, 2);
    CHECK_EQUAL(count_chosen(&scene), 1);
    free_scene(&scene);
}

TEST(candidates_leave_out_boxes_of_hardly_any_score)
{
    struct scene scene = find_scene();
    struct detection items[] = {detection_at(300, 20, 330, 60, 0.01f)};
    find_with(&scene, items, 1);
    CHECK(with_detection(&scene, 0) == NULL);
    free_scene(&scene);
}
