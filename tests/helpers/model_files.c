/* Implements model_files.h. */
#include "model_files.h"

#include <math.h>
#include <stdio.h>

#include "test.h"

enum { PATH_SIZE = 256 };

uint8_t *model_fixture(const char *folder, const char *name, const char *ending, size_t *size)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "tests/fixtures/%s/%s%s", folder, name, ending);
    return test_file(path, size);
}

scrawl_model *load_model(const uint8_t *bytes, size_t size)
{
    scrawl_model *model = NULL;
    if (!CHECK_EQUAL(scrawl_model_load(bytes, size, &model), SCRAWL_OK)) CHECK_TEXT(scrawl_error(), "");
    return model;
}

void predict_fixture_images(const scrawl_model *model, float *probabilities)
{
    uint8_t images[FIXTURE_IMAGES * SCRAWL_IMAGE_PIXELS];
    for (uint32_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)((i * i * 31 + i * 17) >> 5);
    CHECK_EQUAL(scrawl_predict_images(model, images, FIXTURE_IMAGES, 1, probabilities), SCRAWL_OK);
}

double largest_difference(const float *a, const float *b, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++) largest = fmax(largest, fabs((double)a[i] - (double)b[i]));
    return largest;
}
