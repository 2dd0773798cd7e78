/* Tests src/data/dataset.c: arrays, adding, and what changes the fingerprint. */
#include "test.h"

#include <string.h>

#include "data/dataset.h"

TEST(dataset_refuses_class_counts)
{
    scrawl_dataset *dataset = NULL;
    static const uint8_t image[SCRAWL_IMAGE_PIXELS], label[1];
    static const size_t bad[] = {0, 1, SCRAWL_MAX_CLASSES + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CHECK_EQUAL(scrawl_dataset_create(bad[i], &dataset), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), "classes");
        CHECK_EQUAL(scrawl_dataset_from_arrays(image, label, 1, bad[i], &dataset), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), "classes");
    }
    CHECK(dataset == NULL);
}

TEST(dataset_copies_arrays)
{
    scrawl_dataset *dataset = NULL;
    uint8_t images[2 * SCRAWL_IMAGE_PIXELS] = {1}, labels[] = {1, 0};
    images[SCRAWL_IMAGE_PIXELS] = 2;
    if (!CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, 2, 2, &dataset), SCRAWL_OK)) return;
    images[SCRAWL_IMAGE_PIXELS] = labels[0] = 77;
    CHECK_EQUAL(scrawl_dataset_count(dataset), 2);
    CHECK_EQUAL(scrawl_dataset_image(dataset, 1)[0], 2);
    CHECK_EQUAL(scrawl_dataset_label(dataset, 0), 1);
    scrawl_dataset_free(dataset);
    dataset = NULL;
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, 2, 2, &dataset), SCRAWL_INVALID_DATASET);
    CHECK_MENTIONS(scrawl_error(), "77");
    CHECK_EQUAL(scrawl_dataset_from_arrays(NULL, labels, 2, 2, &dataset), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_dataset_from_arrays(images, NULL, 2, 2, &dataset), SCRAWL_INVALID_ARGUMENT);
    CHECK(dataset == NULL);
    CHECK_EQUAL(scrawl_dataset_from_arrays(NULL, NULL, 0, 2, &dataset), SCRAWL_OK);
    scrawl_dataset_free(dataset);
}

TEST(dataset_grows_image_by_image)
{
    enum { MANY = 1000 };
    scrawl_dataset *dataset = NULL;
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    if (!CHECK_EQUAL(scrawl_dataset_create(256, &dataset), SCRAWL_OK)) return;
    for (size_t i = 0; i < MANY; i++) {
        memset(image, (int)(i % 251), sizeof image);
        CHECK_EQUAL(scrawl_dataset_add_image(dataset, image, i % 256), SCRAWL_OK);
    }
    CHECK_EQUAL(scrawl_dataset_add_image(dataset, image, 256), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "256");
    CHECK_EQUAL(scrawl_dataset_count(dataset), MANY);
    for (size_t i = 0; i < MANY; i++) {
        CHECK_EQUAL(scrawl_dataset_image(dataset, i)[SCRAWL_IMAGE_PIXELS - 1], i % 251);
        CHECK_EQUAL(scrawl_dataset_label(dataset, i), i % 256);
        CHECK_EQUAL(scrawl_dataset_labels(dataset)[i], i % 256);
        CHECK(scrawl_dataset_image(dataset, i) == scrawl_dataset_image(dataset, 0) + i * SCRAWL_IMAGE_PIXELS);
    }
    scrawl_dataset_free(dataset);
}

TEST(dataset_fingerprint_shows_changes)
{
    enum { COUNT = 3 };
    static const uint8_t images[COUNT * SCRAWL_IMAGE_PIXELS] = {3, 1, 4}, labels[COUNT] = {1, 5, 9};
    scrawl_dataset *dataset = NULL;
    if (!CHECK_EQUAL(scrawl_dataset_from_arrays(images, labels, COUNT, 10, &dataset), SCRAWL_OK)) return;
    const uint64_t fingerprint = dataset_fingerprint(dataset);
    for (size_t i = 0; i < COUNT * SCRAWL_IMAGE_PIXELS; i++) {
        dataset->images[i] ^= 0x80;
        CHECK(dataset_fingerprint(dataset) != fingerprint);
        dataset->images[i] ^= 0x80;
    }
    for (size_t i = 0; i < COUNT; i++) {
        dataset->labels[i] ^= 1;
        CHECK(dataset_fingerprint(dataset) != fingerprint);
        dataset->labels[i] ^= 1;
    }
    CHECK(dataset_fingerprint(dataset) == fingerprint);
    dataset->count--;
    CHECK(dataset_fingerprint(dataset) != fingerprint);
    scrawl_dataset_free(dataset);
}
