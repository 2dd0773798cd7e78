/* Tests of recognize.c: what a reading holds. How well digits are read is not tested here: the networks are untrained.
 */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "find/find_digits.h"
#include "model/model.h"

enum { WIDTH = 120, HEIGHT = 100, HEADER = 15 };

/* A PGM picture, and the same as RGBA. */
struct page {
    char pgm[HEADER + WIDTH * HEIGHT];
    uint8_t rgba[WIDTH * HEIGHT * 4];
};

static void draw_bar(uint8_t *grey, int x, int y, int width, int height)
{
    for (int row = y; row < y + height; row++) memset(grey + row * WIDTH + x, 20, (size_t)width);
}

/* Two bars far apart on the first line, one on the second; blank without bars. */
static struct page *make_page(bool bars)
{
    struct page *page = malloc(sizeof *page);
    uint8_t *grey = (uint8_t *)page->pgm + HEADER;
    memcpy(page->pgm, "P5 120 100 255\n", HEADER);
    memset(grey, 240, WIDTH * HEIGHT);
    if (bars) {
        draw_bar(grey, 20, 10, 8, 30);
        draw_bar(grey, 70, 12, 12, 30);
        draw_bar(grey, 40, 60, 10, 30);
    }
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        memset(page->rgba + 4 * i, grey[i], 3);
        page->rgba[4 * i + 3] = 255;
    }
    return page;
}

/* Named so that every label's length differs. */
static scrawl_model *make_model(void)
{
    static const char *const labels[] = {"a", "bb", "ccc"};
    scrawl_model_options options = scrawl_model_default();
    options.class_count = 3;
    options.labels = labels;
    scrawl_model *model = NULL;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    model->temperature = 0.1f; /* surer than chance: what isn't is no digit of a drawing */
    return model;
}

static void check_digit(const scrawl_model *model, const scrawl_digit *digit)
{
    float expected[3], sum = 0;
    CHECK_EQUAL(scrawl_predict_images(model, digit->input, 1, 1, expected), SCRAWL_OK);
    for (int class = 0; class < 3; class ++) {
        CHECK_NEAR(digit->probabilities[class], expected[class], 1e-5);
        CHECK(digit->probabilities[class] <= digit->confidence);
        sum += digit->probabilities[class];
    }
    CHECK_NEAR(sum, 1, 1e-5);
    CHECK(digit->confidence == digit->probabilities[digit->class_index]);
    CHECK_TEXT(digit->label, scrawl_model_label(model, (size_t)digit->class_index));
}

static void check_page(const scrawl_model *model, const scrawl_reading *reading)
{
    CHECK_EQUAL(reading->width, WIDTH);
    CHECK_EQUAL(reading->height, HEIGHT);
    if (!CHECK_EQUAL(reading->digit_count, 3)) return;
    static const int expected_x[] = {20, 70, 40}, lines[] = {0, 0, 1};
    static const bool spaces[] = {false, true, false};
    char text[32] = "";
    for (int i = 0; i < 3; i++) {
        CHECK_EQUAL(reading->digits[i].x, expected_x[i]);
        CHECK_EQUAL(reading->digits[i].height, 30);
        CHECK_EQUAL(reading->digits[i].line, lines[i]);
        CHECK_EQUAL(reading->digits[i].space_before, spaces[i]);
        check_digit(model, &reading->digits[i]);
        if (i == 1) strcat(text, " ");
        if (i == 2) strcat(text, "\n");
        strcat(text, reading->digits[i].label);
    }
    CHECK_TEXT(reading->text, text);
}

TEST(recognize_reads_pictures_and_pixels_alike)
{
    struct page *page = make_page(true);
    scrawl_model *model = make_model();
    scrawl_reading *encoded = NULL, *raw = NULL;
    CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm, NULL, &encoded), SCRAWL_OK);
    CHECK_EQUAL(scrawl_predict_rgba(model, page->rgba, WIDTH, HEIGHT, NULL, &raw), SCRAWL_OK);
    if (CHECK(encoded && raw)) {
        check_page(model, encoded);
        check_page(model, raw);
        CHECK_TEXT(raw->text, encoded->text);
    }
    scrawl_reading_free(encoded);
    scrawl_reading_free(raw);
    scrawl_model_free(model);
    free(page);
}

static void check_same_reading(const scrawl_reading *reading, const scrawl_reading *expected, size_t classes)
{
    if (!CHECK(reading != NULL)) return;
    CHECK_TEXT(reading->text, expected->text);
    CHECK_EQUAL(reading->width, expected->width);
    if (!CHECK_EQUAL(reading->digit_count, expected->digit_count)) return;
    for (size_t i = 0; i < reading->digit_count; i++) {
        const scrawl_digit *digit = &reading->digits[i], *other = &expected->digits[i];
        CHECK(memcmp(digit->probabilities, other->probabilities, classes * sizeof(float)) == 0);
        CHECK(memcmp(digit->input, other->input, SCRAWL_IMAGE_PIXELS) == 0);
        CHECK_EQUAL(digit->x, other->x);
    }
}

/* More than are looked at together; among them blank ones, such as can't be read, and one of so many pixels that no
 * other is looked at with it. */
TEST(recognize_reads_several_pictures_as_each_alone)
{
    enum { MANY = 21, BROKEN = 3, LARGE = 7, SIDE = 1100 };
    struct page *pages[2] = {make_page(true), make_page(false)};
    char *large = calloc(1, SIDE * SIDE + 17);
    const void *bytes[MANY];
    size_t sizes[MANY];
    scrawl_reading *readings[MANY];
    scrawl_model *model = make_model();
    strcpy(large, "P5 1100 1100 255\n");
    memset(large + 17, 240, SIDE * SIDE);
    for (int row = 300; row < 700; row++) memset(large + 17 + row * SIDE + 500, 20, 90);
    for (size_t i = 0; i < MANY; i++) {
        bytes[i] = i % LARGE == 5 ? large : pages[i % 5 == 4]->pgm;
        sizes[i] = i % LARGE == 5 ? SIDE * SIDE + 17 : sizeof pages[0]->pgm;
        if (i % 8 == BROKEN) sizes[i] = i < MANY / 2 ? HEADER : 0;
    }
    CHECK_EQUAL(scrawl_predict_pictures(model, MANY, bytes, sizes, NULL, readings), SCRAWL_OK);
    for (size_t i = 0; i < MANY; i++) {
        scrawl_reading *alone = NULL;
        const scrawl_status status = scrawl_predict_picture(model, bytes[i], sizes[i], NULL, &alone);
        CHECK_EQUAL(status == SCRAWL_OK, i % 8 != BROKEN);
        if (alone)
            check_same_reading(readings[i], alone, 3);
        else
            CHECK(!readings[i]);
        scrawl_reading_free(alone);
        scrawl_reading_free(readings[i]);
    }
    scrawl_model_free(model);
    free(large);
    free(pages[0]);
    free(pages[1]);
}

TEST(recognize_reads_no_pictures_with_a_detector)
{
    const scrawl_model_options options = {
        .architecture = "input any 2, conv 4 3x3 stride 2 same relu, conv 15 3x3 stride 2 same, detection"};
    scrawl_model *model = NULL;
    struct page *page = make_page(true);
    const void *bytes = page->pgm;
    const size_t size = sizeof page->pgm;
    scrawl_reading before = {0}, *reading = &before;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_predict_pictures(model, 1, &bytes, &size, NULL, &reading), SCRAWL_INVALID_ARGUMENT);
    CHECK(!reading);
    scrawl_model_free(model);
    free(page);
}

TEST(recognize_reading_outlives_the_model)
{
    struct page *page = make_page(true);
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    CHECK_EQUAL(scrawl_predict_rgba(model, page->rgba, WIDTH, HEIGHT, NULL, &reading), SCRAWL_OK);
    scrawl_model_free(model);
    free(page);
    if (CHECK(reading && reading->digit_count == 3)) CHECK(strlen(reading->digits[0].label) <= 3);
    scrawl_reading_free(reading);
}

TEST(recognize_single)
{
    CHECK(!scrawl_predict_default().single);
    struct page *page = make_page(true);
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    scrawl_predict_options options = {.single = true};
    CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm, &options, &reading), SCRAWL_OK);
    if (CHECK(reading)) CHECK_EQUAL(reading->digit_count, 1);
    scrawl_reading_free(reading);
    scrawl_model_free(model);
    free(page);
}

TEST(recognize_blank_page_gives_an_empty_reading)
{
    struct page *page = make_page(false);
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm, NULL, &reading), SCRAWL_OK);
    if (CHECK(reading)) {
        CHECK_EQUAL(reading->digit_count, 0);
        CHECK_TEXT(reading->text, "");
        CHECK_EQUAL(reading->width, WIDTH);
    }
    scrawl_reading_free(reading);
    scrawl_model_free(model);
    free(page);
}

/* A shadow with a sharp or soft edge, level or upright, on paper with some grain. */
static void shade(struct page *page, int penumbra, bool level)
{
    uint32_t state = 1;
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        int x = i % WIDTH, y = i / WIDTH, inside = level ? 3 * y - x - 60 : 3 * x - y - 100;
        int share = inside < 0 ? 0 : inside > 3 * penumbra ? 3 * penumbra : inside;
        state = state * 1664525u + 1013904223u;
        memset(page->rgba + 4 * i, 220 - 120 * share / (3 * penumbra) + (int)(state >> 16) % 5, 3);
    }
}

TEST(recognize_shadows_on_a_blank_page_give_an_empty_text)
{
    scrawl_model *model = make_model();
    for (int i = 0; i < 8; i++) {
        struct page *page = make_page(false);
        scrawl_reading *reading = NULL;
        shade(page, (1 << i / 2) * 2, i % 2);
        CHECK_EQUAL(scrawl_predict_rgba(model, page->rgba, WIDTH, HEIGHT, NULL, &reading), SCRAWL_OK);
        CHECK_EQUAL(reading->digit_count, 0);
        CHECK_TEXT(reading->text, "");
        scrawl_reading_free(reading);
        free(page);
    }
    scrawl_model_free(model);
}

TEST(recognize_failures_leave_the_reading_alone)
{
    struct page *page = make_page(true);
    scrawl_model *model = make_model();
    scrawl_reading mark, *reading = &mark;
    CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm - 1, NULL, &reading), SCRAWL_INVALID_PICTURE);
    CHECK_EQUAL(scrawl_predict_rgba(model, page->rgba, 0, HEIGHT, NULL, &reading), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_predict_rgba(model, page->rgba, 8001, 8000, NULL, &reading), SCRAWL_PICTURE_TOO_LARGE);
    CHECK(reading == &mark);
    scrawl_reading_free(NULL);
    scrawl_model_free(model);
    free(page);
}

TEST(recognize_reads_strokes)
{
    static const scrawl_point points[] = {{-20, 10, 0.5f}, {-20, 60, 0.5f}, {60.5f, 10, 0.5f}, {20, 12, 0.5f},
                                          {20, 61, 0.5f},  {0, 200, 0.5f},  {10, 250, 0.5f}};
    const scrawl_stroke strokes[] = {{points + 2, 3}, {points, 2}, {NULL, 0}, {points + 5, 2}};
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    scrawl_predict_options options = {.single = true};
    CHECK_EQUAL(scrawl_predict_strokes(model, strokes, 4, NULL, &reading), SCRAWL_OK);
    if (CHECK(reading && reading->digit_count == 3)) {
        static const int x[] = {-20, 20, 0}, widths[] = {1, 41, 10}, heights[] = {50, 51, 50};
        for (int i = 0; i < 3; i++) {
            CHECK_EQUAL(reading->digits[i].x, x[i]);
            CHECK_EQUAL(reading->digits[i].width, widths[i]);
            CHECK_EQUAL(reading->digits[i].height, heights[i]);
            CHECK_EQUAL(reading->digits[i].line, i == 2);
            CHECK(!reading->digits[i].space_before);
            check_digit(model, &reading->digits[i]);
        }
        CHECK(strchr(reading->text, '\n') != NULL);
        CHECK_EQUAL(reading->width, 61);
        CHECK_EQUAL(reading->height, 250);
    }
    scrawl_reading_free(reading);
    CHECK_EQUAL(scrawl_predict_strokes(model, strokes, 4, &options, &reading), SCRAWL_OK);
    CHECK_EQUAL(reading->digit_count, 1);
    scrawl_reading_free(reading);
    CHECK_EQUAL(scrawl_predict_strokes(model, NULL, 0, NULL, &reading), SCRAWL_OK);
    CHECK_EQUAL(reading->digit_count, 0);
    scrawl_reading_free(reading);
    scrawl_model_free(model);
}

/* Scribbles and signs, which are hardly more like one class than like any other; told so, it is a digit all the same.
 */
TEST(recognize_leaves_strokes_out_that_are_no_digit)
{
    static const scrawl_point points[] = {{0, 0, 0.5f}, {40, 100, 0.5f}, {60, 10, 0.5f}};
    const scrawl_stroke stroke = {points, 3};
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    scrawl_predict_options single = {.single = true};
    model->temperature = 100;
    CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, NULL, &reading), SCRAWL_OK);
    CHECK_EQUAL(reading->digit_count, 0);
    CHECK_EQUAL(strlen(reading->text), 0);
    scrawl_reading_free(reading);
    CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, &single, &reading), SCRAWL_OK);
    CHECK_EQUAL(reading->digit_count, 1);
    scrawl_reading_free(reading);
    scrawl_model_free(model);
}

TEST(recognize_doubts_what_the_model_says)
{
    static const scrawl_point points[] = {{0, 0, 0.5f}, {0, 100, 0.5f}};
    const scrawl_stroke stroke = {points, 2};
    scrawl_model *model = make_model();
    scrawl_reading *reading = NULL;
    for (int i = 0; i < 2; i++) {
        model->doubtful_below = i == 0 ? 1 : 0;
        CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, NULL, &reading), SCRAWL_OK);
        CHECK(reading->digits[0].confidence < 1 && reading->digits[0].doubtful == (i == 0));
        scrawl_reading_free(reading);
    }
    scrawl_model_free(model);
}

TEST(recognize_reads_with_the_temperature)
{
    static const scrawl_point points[] = {{0, 0, 0.5f}, {0, 100, 0.5f}};
    const scrawl_stroke stroke = {points, 2};
    scrawl_model *model = make_model();
    scrawl_reading *plain = NULL, *hot = NULL;
    CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, NULL, &plain), SCRAWL_OK);
    model->temperature *= 2;
    CHECK_EQUAL(scrawl_predict_strokes(model, &stroke, 1, NULL, &hot), SCRAWL_OK);
    const float *cold = plain->digits[0].probabilities, *warm = hot->digits[0].probabilities;
    CHECK_NEAR(logf(warm[0] / warm[1]), logf(cold[0] / cold[1]) / 2, 1e-5);
    check_digit(model, &hot->digits[0]);
    scrawl_reading_free(plain);
    scrawl_reading_free(hot);
    scrawl_model_free(model);
}

TEST(recognize_adds_pictures_as_it_reads_them)
{
    struct page *page = make_page(true), *empty = make_page(false);
    scrawl_model *model = make_model();
    scrawl_dataset *dataset = NULL;
    scrawl_reading *reading = NULL;
    scrawl_predict_options options = {.single = true};
    CHECK_EQUAL(scrawl_dataset_create(3, &dataset), SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_add_picture(dataset, page->pgm, sizeof page->pgm, 2), SCRAWL_OK);
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    CHECK_EQUAL(scrawl_image_from_picture(page->pgm, sizeof page->pgm, image), SCRAWL_OK);
    CHECK(memcmp(image, scrawl_dataset_image(dataset, 0), sizeof image) == 0);
    CHECK_EQUAL(scrawl_image_from_picture(empty->pgm, sizeof empty->pgm, image), SCRAWL_INVALID_PICTURE);
    CHECK_EQUAL(scrawl_dataset_add_image(dataset, image, 3), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_dataset_count(dataset), 1);
    CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm, &options, &reading), SCRAWL_OK);
    if (CHECK_EQUAL(scrawl_dataset_count(dataset), 1) && CHECK(reading && reading->digit_count == 1)) {
        CHECK(memcmp(scrawl_dataset_image(dataset, 0), reading->digits[0].input, SCRAWL_IMAGE_PIXELS) == 0);
        CHECK_EQUAL(scrawl_dataset_label(dataset, 0), 2);
    }
    CHECK_EQUAL(scrawl_dataset_add_picture(dataset, empty->pgm, sizeof empty->pgm, 1), SCRAWL_INVALID_PICTURE);
    CHECK_MENTIONS(scrawl_error(), "ink");
    CHECK_EQUAL(scrawl_dataset_add_picture(dataset, page->pgm, 20, 1), SCRAWL_INVALID_PICTURE);
    CHECK(scrawl_dataset_add_picture(dataset, page->pgm, sizeof page->pgm, 3) != SCRAWL_OK);
    CHECK_EQUAL(scrawl_dataset_count(dataset), 1);
    scrawl_reading_free(reading);
    scrawl_dataset_free(dataset);
    scrawl_model_free(model);
    free(page);
    free(empty);
}

/* What a detector says of other classes than the ten digits has no place. */
/* A network that reads everything as its last class with such a logit above the others' 0. */
static scrawl_model *make_stubborn_model(float logit)
{
    scrawl_model *model = NULL;
    const scrawl_model_options options = {.architecture = "maxpool 7, flatten, dense 10 softmax"};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    memset(model->weights.values, 0, model->network.parameter_count * sizeof *model->weights.values);
    model->weights.values[model->network.parameter_count - 1] = logit;
    return model;
}

TEST(recognize_makes_a_finder_ready_only_in_doubt)
{
    static const float logits[] = {20, 3};
    const scrawl_model_options detects = {.architecture =
                                              "input any 2, conv 4 3x3 stride 4 same relu, conv 15 1x1, detection"};
    struct page *page = make_page(true);
    for (int doubt = 0; doubt < 2; doubt++) {
        scrawl_model *model = make_stubborn_model(logits[doubt]), *finder = NULL;
        scrawl_reading *reading = NULL;
        CHECK_EQUAL(scrawl_model_create(&detects, &finder), SCRAWL_OK);
        scrawl_predict_options options = scrawl_predict_default();
        options.finder = finder;
        CHECK_EQUAL(scrawl_predict_picture(model, page->pgm, sizeof page->pgm, &options, &reading), SCRAWL_OK);
        CHECK(model->prepared);
        CHECK_EQUAL((int)finder->prepared, doubt);
        scrawl_reading_free(reading);
        scrawl_model_free(finder);
        scrawl_model_free(model);
    }
    free(page);
}

TEST(recognize_refuses_a_finder_of_other_classes)
{
    scrawl_model *model = NULL, *finder = NULL;
    scrawl_reading *reading = NULL;
    const uint8_t rgba[4 * 4 * 4] = {0};
    const scrawl_model_options three = {.architecture = "maxpool 4, flatten, dense 3 softmax", .class_count = 3};
    const scrawl_model_options detects = {.architecture = "input any 2, conv 8 5x5 stride 4 same, detection",
                                          .class_count = 3};
    CHECK_EQUAL(scrawl_model_create(&three, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_create(&detects, &finder), SCRAWL_OK);
    scrawl_predict_options options = scrawl_predict_default();
    options.finder = finder;
    CHECK_EQUAL(scrawl_predict_rgba(model, rgba, 4, 4, &options, &reading), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "ten");
    CHECK(reading == NULL);
    scrawl_model_free(finder);
    scrawl_model_free(model);
}
