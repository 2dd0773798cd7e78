/* What a model reads in every image of a data set, and how well that fits the labels. Knows no picture, no file and no
 * output but a progress bar. */
#ifndef READINGS_H
#define READINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scrawl.h"

enum { READINGS_CALIBRATION_BINS = 15 };

struct readings {
    size_t count, class_count, errors;
    uint8_t *classes;         /* [count]: the most probable of each image */
    float *confidences;       /* [count]: the probability of that class, 0 .. 1 */
    size_t *confusion;        /* [actual class][class read], images */
    double loss, accuracy;    /* as scrawl_evaluation has them */
    double calibration_error; /* expected calibration error, 0 .. 1 */
    double seconds;           /* that reading took */
};

/* Reads all images, on all processors, with a bar on a terminal. The data set's classes must be the model's. Complains
 * and returns false when it can't. */
bool readings_make(const scrawl_model *model, const scrawl_dataset *dataset, struct readings *readings);

void readings_free(struct readings *readings);

/* The class of the largest probability, the first of several. */
size_t readings_most_probable(const float *probabilities, size_t class_count);

#endif
