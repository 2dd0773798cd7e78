/* Every allocation of a reading fails in turn: of pictures of every format, of a page with all that there is to find,
 * of pixels, of strokes. */
#include <string.h>

#include "allocations.h"
#include "detectors.h"
#include "drawing.h"
#include "model/model.h"
#include "picture_files.h"
#include "scrawl.h"
#include "test.h"

enum { WIDTH = 160, HEIGHT = 110 };

struct task {
    scrawl_model *model;
    struct file file;
    scrawl_predict_options options;
    scrawl_model *finder; /* that of the options, or NULL */
};

static scrawl_model *make_model(void)
{
    scrawl_model *model = NULL;
    const scrawl_model_options options = {.architecture = "maxpool 4, flatten, dense 10 softmax", .seed = 1};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

static void check_no_faults(struct allocation_faults faults)
{
    CHECK(faults.allocations > 0);
    CHECK_EQUAL(faults.statuses, 0);
    CHECK_EQUAL(faults.leaks, 0);
}

static scrawl_status read_file(void *context)
{
    const struct task *task = context;
    scrawl_reading *reading = NULL;
    scrawl_status status =
        scrawl_predict_picture(task->model, task->file.bytes, task->file.size, &task->options, &reading);
    CHECK((status == SCRAWL_OK) == (reading != NULL));
    scrawl_reading_free(reading);
    model_release(task->model);
    if (task->finder) model_release(task->finder);
    return status;
}

/* A ruling, a filled box, two zeros that touch and two that don't. */
static struct file draw_page(void)
{
    struct picture page = blank_picture(WIDTH, HEIGHT, 230);
    draw_zero(&page, 12, 12, 24, 36, 4, 40);
    draw_zero(&page, 34, 12, 24, 36, 4, 40);
    draw_zero(&page, 90, 12, 24, 36, 4, 40);
    draw_zero(&page, 12, 66, 24, 36, 4, 40);
    fill_box(&page, 70, 62, 70, 42, 40);
    draw_zero(&page, 96, 68, 18, 28, 3, 230);
    fill_box(&page, 0, 56, WIDTH, 1, 120);
    struct file file = png_file(WIDTH, HEIGHT, 1, page.grey);
    picture_free(&page);
    return file;
}

TEST(reading_a_page_survives_every_failed_allocation)
{
    struct task task = {.model = make_model(), .file = draw_page(), .options = {.explain = true}};
    check_no_faults(fail_each_allocation(read_file, &task));
    task.options = (scrawl_predict_options){.single = true};
    check_no_faults(fail_each_allocation(read_file, &task));
    scrawl_model_free(task.model);
}

/* One that is broken among others. */
static scrawl_status read_files(void *context)
{
    enum { FILES = 3 };
    const struct task *task = context;
    const void *bytes[FILES] = {task->file.bytes, task->file.bytes, task->file.bytes};
    const size_t sizes[FILES] = {task->file.size, task->file.size / 2, task->file.size};
    scrawl_reading *readings[FILES] = {NULL};
    scrawl_status status = scrawl_predict_pictures(task->model, FILES, bytes, sizes, &task->options, readings);
    for (size_t i = 0; i < FILES; i++) {
        CHECK((readings[i] != NULL) == (status == SCRAWL_OK && i != 1));
        scrawl_reading_free(readings[i]);
    }
    model_release(task->model);
    return status;
}

TEST(reading_several_pages_survives_every_failed_allocation)
{
    struct task task = {.model = make_model(), .file = draw_page()};
    check_no_faults(fail_each_allocation(read_files, &task));
    scrawl_model_free(task.model);
}

/* A blind detector sees digits everywhere: on a page as large as the other there would be thousands of allocations. */
static struct file draw_small_page(void)
{
    enum { SIDE = 72 };
    struct picture page = blank_picture(SIDE, SIDE, 230);
    draw_zero(&page, 8, 14, 24, 36, 4, 40);
    draw_zero(&page, 38, 14, 24, 36, 4, 40);
    struct file file = png_file(SIDE, SIDE, 1, page.grey);
    picture_free(&page);
    return file;
}

TEST(reading_a_page_with_a_finder_survives_every_failed_allocation)
{
    scrawl_model *finder = make_blind_detector(20, 1);
    struct task task = {
        .model = make_model(), .file = draw_small_page(), .options = {.finder = finder}, .finder = finder};
    model_release(finder); /* What it was made ready with isn't counted. */
    const size_t without =
        fail_each_allocation(read_file, &(struct task){.model = task.model, .file = task.file}).allocations;
    const struct allocation_faults faults = fail_each_allocation(read_file, &task);
    CHECK(faults.allocations > without + 20);
    check_no_faults(faults);
    scrawl_model_free(task.model);
    scrawl_model_free(finder);
}

TEST(reading_pictures_of_every_format_survives_every_failed_allocation)
{
    struct task task = {.model = make_model()};
    for (int i = 0; i < FILE_FORMATS; i++) {
        task.file = any_file(i);
        check_no_faults(fail_each_allocation(read_file, &task));
    }
    scrawl_model_free(task.model);
}

static scrawl_status read_pixels(void *context)
{
    enum { SIDE = 40 };
    uint8_t rgba[SIDE * SIDE * 4];
    scrawl_reading *reading = NULL;
    memset(rgba, 255, sizeof rgba);
    for (size_t y = 8; y < SIDE - 8; y++) memset(rgba + (y * SIDE + SIDE / 2) * 4, 0, 12);
    scrawl_status status = scrawl_predict_rgba(context, rgba, SIDE, SIDE, NULL, &reading);
    CHECK((status == SCRAWL_OK) == (reading != NULL));
    scrawl_reading_free(reading);
    model_release(context);
    return status;
}

TEST(reading_pixels_survives_every_failed_allocation)
{
    scrawl_model *model = make_model();
    check_no_faults(fail_each_allocation(read_pixels, model));
    scrawl_model_free(model);
}

static scrawl_status read_strokes(void *context)
{
    static const scrawl_point first[] = {{10, 10, 0.5f}, {10, 60, 0.5f}}, second[] = {{80, 10, 0.5f}, {90, 60, 0.5f}};
    static const scrawl_stroke strokes[] = {{first, 2}, {second, 2}};
    scrawl_model *model = context;
    scrawl_reading *reading = NULL;
    scrawl_status status = scrawl_predict_strokes(model, strokes, 2, NULL, &reading);
    scrawl_reading_free(reading);
    model_release(model);
    return status;
}

TEST(reading_strokes_survives_every_failed_allocation)
{
    scrawl_model *model = make_model();
    check_no_faults(fail_each_allocation(read_strokes, model));
    scrawl_model_free(model);
}
