/* Fuzz target: bytes as a model file. One that loads must read an image, or a region of a page, and be saved. Built
 * by make fuzz; replay.c runs it over kept files. */
#include <stdlib.h>

#include "model/region.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The input's planes are as many as the file says, its side is the least that most detectors take. */
static void read_region(const scrawl_model *model)
{
    enum { SIDE = 32 };
    struct region_reader reader = {0};
    const float *cells;
    const size_t row = SIDE * model->network.input.channels;
    float *planes = calloc(SIDE * row, sizeof *planes);
    if (!planes) return;
    if (region_reader_create(model, 1, &reader) == SCRAWL_OK)
        (void)region_reader_read(&reader, planes, row, SIDE, SIDE, &cells);
    region_reader_free(&reader);
    free(planes);
}

static void read_and_save(const scrawl_model *model)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS], *saved;
    float probabilities[SCRAWL_MAX_CLASSES];
    size_t saved_size;
    scrawl_model *again;
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(i * 5);
    if (scrawl_model_detects(model))
        read_region(model);
    else
        scrawl_predict_images(model, image, 1, 1, probabilities);
    if (scrawl_model_save(model, &saved, &saved_size) != SCRAWL_OK) return;
    if (scrawl_model_load(saved, saved_size, &again) != SCRAWL_OK) abort();
    scrawl_model_free(again);
    scrawl_free(saved);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_model *model;
    if (scrawl_model_load(bytes, size, &model) != SCRAWL_OK) return 0;
    read_and_save(model);
    scrawl_model_free(model);
    return 0;
}
