/* Labelled 28x28 images; idx.c reads them from files' bytes. Knows no file system and no network. */
#ifndef DATASET_H
#define DATASET_H

#include "base/status.h"

struct scrawl_dataset {
    size_t count, capacity, class_count;
    uint8_t *images; /* [capacity][28][28] */
    uint8_t *labels; /* [capacity] */
};

/* Makes room for `capacity` images in all. Fails with OUT_OF_MEMORY only. */
scrawl_status dataset_reserve(scrawl_dataset *dataset, size_t capacity);

/* Fails with SCRAWL_INVALID_DATASET, naming the image, unless each label is one of the classes. */
scrawl_status dataset_check_labels(size_t class_count, const uint8_t *labels, size_t count);

/* A number that differs when images or labels do: a checkpoint stores it to notice another data set. */
uint64_t dataset_fingerprint(const scrawl_dataset *dataset);

#endif
