/* A detector looks at a picture: where digits may be, at which size. Knows no ink. */
#ifndef DETECTOR_H
#define DETECTOR_H

#include "base/box.h"
#include "model.h"
#include "picture/picture.h"

enum { DETECTOR_CLASSES = 10 };

/* A place that may be a digit, in pixels of the picture. */
struct detection {
    struct place box;
    float score;                           /* 0 .. 1: that there is a digit */
    float probabilities[DETECTOR_CLASSES]; /* of each, if there is one */
};

/* Starts as {0}. The highest score first. */
struct detections {
    struct detection *items;
    size_t count;
};

/* Looks for digits of least to most pixels of height, as far as the picture has them. detector: a model that detects.
 * threads: as parallel_create. Fails with INVALID_ARGUMENT for a model that is no detector, and OUT_OF_MEMORY. */
scrawl_status detect(const scrawl_model *detector, const struct picture *picture, double least_height,
                     double most_height, int threads, struct detections *detections);
void detections_free(struct detections *detections);

#endif
