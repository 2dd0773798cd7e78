/* What tests of training share: data that only memory can tell apart, models and whole trainings. */
#ifndef TRAININGS_H
#define TRAININGS_H

#include "scrawl.h"

enum { TRAININGS_CLASSES = 10 };

extern const char small_architecture[];     /* with dropout */
extern const char batchnorm_architecture[]; /* with both */
extern const char detector_architecture[];  /* of a small detector */

/* Random images with random labels. */
scrawl_dataset *random_dataset(size_t count, uint64_t seed);

scrawl_model *make_model(const char *architecture);

/* How well the model reads the data set, all at once; confusion[class_count][class_count] unless NULL. What the result
 * points to is gone. */
scrawl_evaluation evaluate(const scrawl_model *model, const scrawl_dataset *dataset, size_t *confusion);

/* Trains until all epochs are complete; what the last step said. */
scrawl_progress train_to_end(scrawl_trainer *trainer);

/* Three epochs of random_dataset(60, ...): 48 images in batches of 20, 20 and 8, then 12 for validation. */
scrawl_training_options short_training(int threads);

/* The model file after a whole training and its calibration, to be freed with scrawl_free(). After `steps` steps the
 * training stops, and goes on from its checkpoint's bytes on one thread. */
enum { UNINTERRUPTED = -1 };
uint8_t *train_to_file(const char *architecture, const scrawl_dataset *dataset, const scrawl_training_options *options,
                       int steps, size_t *size);

#endif
