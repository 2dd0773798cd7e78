/* What fuzz targets of model files share: a model that was read must read an image, or a region of a page, and be saved
 * such that it is read again. */
#ifndef VISIT_MODEL_H
#define VISIT_MODEL_H

#include <stdlib.h>

#include "model/region.h"

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

/* As a file of that kind, and back. */
static void save_and_load(const scrawl_model *model, scrawl_format format)
{
    uint8_t *saved;
    size_t saved_size;
    scrawl_model *again;
    if (scrawl_model_export(model, format, &saved, &saved_size) != SCRAWL_OK) return;
    if (scrawl_model_load(saved, saved_size, &again) != SCRAWL_OK) abort();
    scrawl_model_free(again);
    scrawl_free(saved);
}

static void read_and_save(const scrawl_model *model, scrawl_format format)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    float probabilities[SCRAWL_MAX_CLASSES];
    for (size_t i = 0; i < sizeof image; i++) image[i] = (uint8_t)(i * 5);
    if (scrawl_model_detects(model))
        read_region(model);
    else
        scrawl_predict_images(model, image, 1, 1, probabilities);
    save_and_load(model, SCRAWL_SAFETENSORS);
    if (format != SCRAWL_SAFETENSORS) save_and_load(model, format);
}

#endif
