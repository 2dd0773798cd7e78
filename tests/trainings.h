/* What tests of training share: data that only memory can tell apart, models and whole runs. */
#ifndef TRAININGS_H
#define TRAININGS_H

#include "../src/scrawl.h"

enum { TRAININGS_CLASSES = 10 };

/* Random images with random labels. */
scrawl_dataset *random_dataset(size_t count, uint64_t seed);

scrawl_model *make_model(const char *architecture);

/* Trains until all epochs are complete; what the last step said. */
scrawl_progress train_to_end(scrawl_trainer *trainer);

#endif
