/* The images of a training: which ones an epoch takes, in which order, and what is made of them or in their place.
 * Knows no model and no step. */
#ifndef TRAINING_IMAGES_H
#define TRAINING_IMAGES_H

#include "base/parallel.h"
#include "dataset.h"
#include "layers/batch_share.h"

struct page_boxes;

struct training_images {
    const scrawl_dataset *dataset;
    const scrawl_training_options *options;
    scrawl_normalization normalization;
    size_t count;            /* of the data set's images, the first ones; the others are for validation */
    size_t validation_count; /* of these */
    size_t epoch_count;      /* trained in one epoch */
    int epoch;
    uint32_t *order;               /* [count]: this epoch's */
    uint8_t *batch_images;         /* [batch_size][28][28] */
    uint8_t *batch_labels;         /* [batch_size]; NO_CLASS where no digit is shown */
    struct page_boxes *page_boxes; /* NULL where no page is made */
};

/* threads: of the `parallel` that will make batches. Borrows the data set, which holds an image at least, and the
 * options. Fails when the validation split leaves no image, or with OUT_OF_MEMORY; may be freed all the same. No epoch
 * has begun yet. */
scrawl_status training_images_create(const scrawl_dataset *dataset, const scrawl_training_options *options,
                                     scrawl_normalization normalization, int threads, struct training_images *images);
void training_images_free(struct training_images *images);

/* Puts the images into the order of an epoch, counted from 0. */
void training_images_begin_epoch(struct training_images *images, int epoch);

/* Where in the training, 0 (its begin) .. 1 (its end), an epoch is after that many of its images. */
double training_images_position(const struct training_images *images, double done);

/* Of the batch that follows the epoch's first `done` images, makes these, in their places, and what the network takes
 * of them, input[own.end - own.first][28][28]. */
void training_images_make_batch(struct training_images *images, uint64_t done, struct portion own,
                                struct parallel *parallel, float *input);

#endif
