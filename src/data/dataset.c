/* Implements dataset.h and the data part of scrawl.h: labelled 28x28 images from arrays, or one by one. Knows no file
 * format, picture or network. */
#include "dataset.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fingerprint.h"

enum {
    MIN_CLASSES = 2,
    FIRST_CAPACITY = 64, /* images */
};

/* ---- Making and freeing ---- */

static scrawl_status check_class_count(size_t class_count)
{
    if (class_count >= MIN_CLASSES && class_count <= SCRAWL_MAX_CLASSES) return SCRAWL_OK;
    char count[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_ARGUMENT, "A data set needs 2 to 256 classes, not ", unsigned_text(class_count, count),
                ".", NULL);
}

scrawl_status dataset_reserve(scrawl_dataset *dataset, size_t capacity)
{
    if (capacity <= dataset->capacity) return SCRAWL_OK;
    if (capacity > SIZE_MAX / SCRAWL_IMAGE_PIXELS) return fail_out_of_memory();
    uint8_t *images = realloc(dataset->images, capacity * SCRAWL_IMAGE_PIXELS);
    if (!images) return fail_out_of_memory();
    dataset->images = images;
    uint8_t *labels = realloc(dataset->labels, capacity);
    if (!labels) return fail_out_of_memory();
    dataset->labels = labels;
    dataset->capacity = capacity;
    return SCRAWL_OK;
}

scrawl_status scrawl_dataset_create(size_t class_count, scrawl_dataset **dataset)
{
    scrawl_status status = check_class_count(class_count);
    if (status != SCRAWL_OK) return status;
    scrawl_dataset *result = calloc(1, sizeof *result);
    if (!result) return fail_out_of_memory();
    result->class_count = class_count;
    *dataset = result;
    return SCRAWL_OK;
}

scrawl_status scrawl_dataset_add_image(scrawl_dataset *dataset, const uint8_t *image, size_t label)
{
    if (label >= dataset->class_count) {
        char label_text[NUMBER_TEXT_SIZE], count[NUMBER_TEXT_SIZE];
        return fail(SCRAWL_INVALID_ARGUMENT, "The label ", unsigned_text(label, label_text),
                    " is too large: the data set has ", unsigned_text(dataset->class_count, count), " classes.", NULL);
    }
    if (dataset->count == dataset->capacity) {
        if (dataset->capacity > SIZE_MAX / 2) return fail_out_of_memory();
        scrawl_status status = dataset_reserve(dataset, dataset->capacity ? dataset->capacity * 2 : FIRST_CAPACITY);
        if (status != SCRAWL_OK) return status;
    }
    memcpy(dataset->images + dataset->count * SCRAWL_IMAGE_PIXELS, image, SCRAWL_IMAGE_PIXELS);
    dataset->labels[dataset->count++] = (uint8_t)label;
    return SCRAWL_OK;
}

void scrawl_dataset_free(scrawl_dataset *dataset)
{
    if (!dataset) return;
    free(dataset->images);
    free(dataset->labels);
    free(dataset);
}

/* ---- From arrays ---- */

scrawl_status dataset_check_labels(size_t class_count, const uint8_t *labels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (labels[i] < class_count) continue;
        char label[NUMBER_TEXT_SIZE], place[NUMBER_TEXT_SIZE], classes[NUMBER_TEXT_SIZE];
        return fail(SCRAWL_INVALID_DATASET, "The label of image ", unsigned_text(i, place), " is ",
                    unsigned_text(labels[i], label), ", but there are only ", unsigned_text(class_count, classes),
                    " classes, counted from 0.", NULL);
    }
    return SCRAWL_OK;
}

scrawl_status scrawl_dataset_from_arrays(const uint8_t *images, const uint8_t *labels, size_t count, size_t class_count,
                                         scrawl_dataset **dataset)
{
    scrawl_dataset *result = NULL;
    if (count > 0 && (!images || !labels)) return fail(SCRAWL_INVALID_ARGUMENT, "There are no images.", NULL);
    scrawl_status status = scrawl_dataset_create(class_count, &result);
    if (status == SCRAWL_OK) status = dataset_check_labels(class_count, labels, count);
    if (status == SCRAWL_OK) status = dataset_reserve(result, count);
    if (status != SCRAWL_OK) {
        scrawl_dataset_free(result);
        return status;
    }
    if (count > 0) {
        memcpy(result->images, images, count * SCRAWL_IMAGE_PIXELS);
        memcpy(result->labels, labels, count);
    }
    result->count = count;
    *dataset = result;
    return SCRAWL_OK;
}

/* ---- Looking inside ---- */

size_t scrawl_dataset_count(const scrawl_dataset *dataset)
{
    return dataset->count;
}

size_t scrawl_dataset_class_count(const scrawl_dataset *dataset)
{
    return dataset->class_count;
}

const uint8_t *scrawl_dataset_image(const scrawl_dataset *dataset, size_t index)
{
    return index < dataset->count ? dataset->images + index * SCRAWL_IMAGE_PIXELS : NULL;
}

int scrawl_dataset_label(const scrawl_dataset *dataset, size_t index)
{
    return index < dataset->count ? dataset->labels[index] : -1;
}

const uint8_t *scrawl_dataset_labels(const scrawl_dataset *dataset)
{
    return dataset->labels;
}

uint64_t dataset_fingerprint(const scrawl_dataset *dataset)
{
    const uint64_t hash = fingerprint(FINGERPRINT_START, dataset->labels, dataset->count);
    return fingerprint(hash, dataset->images, dataset->count * SCRAWL_IMAGE_PIXELS);
}
