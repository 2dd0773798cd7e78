/* How well a model reads labelled images: the part that a training's validation shares with scrawl_evaluator. Knows no
 * training. */
#ifndef EVALUATE_H
#define EVALUATE_H

#include "model/model.h"

/* Sums over the images, or pages, that a running average has seen; the unknown ones show no class and count for no
 * average. */
struct running_sums {
    uint64_t images, unknown, correct;
    uint64_t digits; /* of pages: that are looked for, of which `correct` are found */
    double loss;
};

/* Adds `count` images: probabilities[count][classes], labels[count], where one that is no class is unknown. */
void running_sums_add(struct running_sums *sums, size_t classes, const float *probabilities, const uint8_t *labels,
                      size_t count);

/* Adds what other sums have seen. */
void running_sums_join(struct running_sums *sums, const struct running_sums *others);

/* Of the loss or of what is correct: NaN before any image was seen, 0 when none of them counts. */
double running_mean(double sum, const struct running_sums *sums);

/* The share of images, or of pages' digits, that are read right. */
double running_accuracy(const struct running_sums *sums);

/* A number by which a model is known again: of all that its probabilities depend on, once model_prepare was called. 0
 * for NULL. */
uint64_t evaluate_fingerprint(const scrawl_model *model);

/* Reads images[share->images][28][28], a workspace full at most, each rank its own, and adds them all to the sums.
 * Their probabilities [images][class_count] lie in the workspace until it is used again. */
const float *evaluate_part(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                           const struct batch_share *share, const uint8_t *images, const uint8_t *labels,
                           struct running_sums *sums);

#endif
