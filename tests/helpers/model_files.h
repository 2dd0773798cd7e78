/* Model files of other programs, which tests/fixtures keeps. */
#ifndef MODEL_FILES_H
#define MODEL_FILES_H

#include "scrawl.h"

enum { FIXTURE_IMAGES = 4, FIXTURE_CLASSES = 10 };

static const double fixture_agreement = 1e-5; /* of probabilities with those of another program */

/* The bytes of tests/fixtures/FOLDER/NAMEENDING, to be freed with free(). */
uint8_t *model_fixture(const char *folder, const char *name, const char *ending, size_t *size);

/* NULL, and a failed check that names the reason, when it can't be loaded. */
scrawl_model *load_model(const uint8_t *bytes, size_t size);

/* What a model says of the images that the fixtures' scripts make: probabilities[FIXTURE_IMAGES][class_count]. */
void predict_fixture_images(const scrawl_model *model, float *probabilities);

/* The largest one of `count` values. */
double largest_difference(const float *a, const float *b, size_t count);

#endif
