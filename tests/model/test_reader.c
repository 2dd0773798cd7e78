#include "model/reader.h"

#include <pthread.h>
#include <string.h>

#include "test.h"

enum { IMAGES = 150, CLASSES = 10 };

static scrawl_model *make_model(void)
{
    scrawl_model *model = NULL;
    const scrawl_model_options options = {.architecture = "conv 4 3x3 relu, maxpool 2, flatten, dense 10 softmax",
                                          .seed = 4};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

TEST(reader_reads_the_same_look_after_look)
{
    static const size_t looks[] = {3, 1, IMAGES, 2, 0, IMAGES};
    static uint8_t images[IMAGES * SCRAWL_IMAGE_PIXELS];
    static float alone[IMAGES * CLASSES], again[IMAGES * CLASSES];
    for (size_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)(i * 31 + i / 91);
    scrawl_model *model = make_model();
    struct reader reader = {0};
    CHECK_EQUAL(reader_create(model, 1, &reader), SCRAWL_OK);
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
        const size_t size = looks[i] * CLASSES * sizeof(float);
        CHECK_EQUAL(scrawl_predict_images(model, images, looks[i], 1, alone), SCRAWL_OK);
        CHECK_EQUAL(reader_read(&reader, images, looks[i], again), SCRAWL_OK);
        CHECK(memcmp(alone, again, size) == 0);
    }
    reader_free(&reader);
    scrawl_model_free(model);
}

TEST(reader_keeps_its_memory_from_look_to_look)
{
    static uint8_t images[4 * SCRAWL_IMAGE_PIXELS];
    float probabilities[4 * CLASSES];
    scrawl_model *model = make_model();
    struct reader reader = {0};
    CHECK_EQUAL(reader_create(model, 1, &reader), SCRAWL_OK);
    CHECK_EQUAL(reader_read(&reader, images, 4, probabilities), SCRAWL_OK);
    const float *block = reader.memory->workspace.block;
    CHECK_EQUAL(reader_read(&reader, images, 2, probabilities), SCRAWL_OK);
    CHECK(block && reader.memory->workspace.block == block);
    CHECK_EQUAL(reader.memory->workspace.batch, 4);
    reader_free(&reader);
    CHECK(!reader.memory);
    CHECK_EQUAL(reader_create(model, SCRAWL_MAX_THREADS + 1, &reader), SCRAWL_INVALID_ARGUMENT);
    CHECK(!reader.memory);
    scrawl_model_free(model);
}

/* What one reading worked with serves the next with as many threads, and none that goes on at the same time. */
TEST(readers_of_a_model_use_idle_memory)
{
    scrawl_model *model = make_model();
    struct reader first = {0}, second = {0}, third = {0};
    CHECK_EQUAL(reader_create(model, 2, &first), SCRAWL_OK);
    CHECK_EQUAL(reader_create(model, 2, &second), SCRAWL_OK);
    const struct reading_memory *memory = first.memory;
    CHECK(memory != second.memory);
    reader_free(&first);
    CHECK_EQUAL(reader_create(model, 1, &third), SCRAWL_OK);
    CHECK(third.memory != memory);
    CHECK_EQUAL(reader_create(model, 2, &first), SCRAWL_OK);
    CHECK(first.memory == memory);
    reader_free(&first);
    reader_free(&second);
    reader_free(&third);
    scrawl_model_free(model);
}

TEST(reader_reads_the_same_on_any_threads)
{
    static const char *const architectures[] = {"tutorial", "small", "best", "fast"};
    static uint8_t images[5 * SCRAWL_IMAGE_PIXELS];
    for (size_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)(i * 31 + i / 91);
    for (size_t i = 0; i < sizeof architectures / sizeof *architectures; i++) {
        scrawl_model *model = NULL;
        const scrawl_model_options options = {.architecture = architectures[i], .seed = 4};
        CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
        for (size_t count = 1; count <= 5; count++) {
            float expected[5 * CLASSES], read[5 * CLASSES];
            CHECK_EQUAL(scrawl_predict_images(model, images, count, 1, expected), SCRAWL_OK);
            for (int threads = 2; threads <= 5; threads++) {
                CHECK_EQUAL(scrawl_predict_images(model, images, count, threads, read), SCRAWL_OK);
                CHECK(memcmp(expected, read, count * CLASSES * sizeof(float)) == 0);
            }
        }
        scrawl_model_free(model);
    }
}

/* ---- The first look ---- */

TEST(reader_makes_what_reads_when_it_is_wanted)
{
    static const char architecture[] = "conv 4 3x3, batchnorm relu, maxpool 4, flatten, dense 10 softmax";
    static const uint8_t image[SCRAWL_IMAGE_PIXELS] = {0};
    const scrawl_model_options options = {.architecture = architecture, .seed = 4};
    scrawl_model *model = NULL, *loaded = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    float first[CLASSES], again[CLASSES];
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_save(model, &bytes, &size), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK);
    CHECK(!model->prepared && !model->packed.memory);
    CHECK(!loaded->prepared && !loaded->packed.memory && !loaded->reading_weights.values);
    CHECK_EQUAL(scrawl_predict_images(loaded, image, 1, 1, first), SCRAWL_OK);
    CHECK(loaded->prepared && loaded->packed.memory && loaded->reading_weights.values);
    model_release(loaded);
    CHECK(!loaded->prepared && !loaded->packed.memory && !loaded->reading_weights.values);
    CHECK_EQUAL(scrawl_predict_images(loaded, image, 1, 1, again), SCRAWL_OK);
    CHECK(memcmp(first, again, sizeof first) == 0);
    scrawl_model_free(model);
    scrawl_model_free(loaded);
    scrawl_free(bytes);
}

/* A model stays with the kernels that there were when it was made, also when it is first read later. */
TEST(reader_keeps_the_models_kernels)
{
    static const uint8_t image[SCRAWL_IMAGE_PIXELS] = {0};
    const char *other = scrawl_kernels_name(1);
    float probabilities[CLASSES];
    if (!other) return;
    const struct kernels *before = kernels_current();
    scrawl_model *model = make_model();
    CHECK_EQUAL(scrawl_kernels_choose(strcmp(before->name, other) == 0 ? scrawl_kernels_name(0) : other), SCRAWL_OK);
    CHECK_EQUAL(scrawl_predict_images(model, image, 1, 1, probabilities), SCRAWL_OK);
    CHECK(model->packed.kernels == before);
    CHECK_EQUAL(scrawl_kernels_choose(before->name), SCRAWL_OK);
    scrawl_model_free(model);
}

enum { READERS = 6 };

struct first_look {
    const scrawl_model *model;
    const uint8_t *image;
    int threads;
    float probabilities[CLASSES];
};

static void *look_first(void *context)
{
    struct first_look *look = context;
    CHECK_EQUAL(scrawl_predict_images(look->model, look->image, 1, look->threads, look->probabilities), SCRAWL_OK);
    return NULL;
}

TEST(reader_is_made_once_by_several_threads)
{
    enum { ROUNDS = 20 };
    static uint8_t image[SCRAWL_IMAGE_PIXELS];
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(i * 31);
    for (int round = 0; round < ROUNDS; round++) {
        scrawl_model *model = make_model(), *same = make_model();
        float expected[CLASSES];
        pthread_t threads[READERS];
        struct first_look looks[READERS];
        for (int i = 0; i < READERS; i++) {
            looks[i] = (struct first_look){model, image, 1 + i % 2, {0}};
            CHECK_EQUAL(pthread_create(&threads[i], NULL, look_first, &looks[i]), 0);
        }
        for (int i = 0; i < READERS; i++) pthread_join(threads[i], NULL);
        CHECK_EQUAL(scrawl_predict_images(same, image, 1, 1, expected), SCRAWL_OK);
        for (int i = 0; i < READERS; i++) CHECK(memcmp(looks[i].probabilities, expected, sizeof expected) == 0);
        scrawl_model_free(model);
        scrawl_model_free(same);
    }
}
