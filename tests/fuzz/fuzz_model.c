/* Fuzz target: bytes as a model file. One that loads must read an image, or a region of a page, and be saved. Built
 * by make fuzz; replay.c runs it over kept files. */
#include "visit_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_model *model;
    if (scrawl_model_load(bytes, size, &model) != SCRAWL_OK) return 0;
    read_and_save(model, SCRAWL_SAFETENSORS);
    scrawl_model_free(model);
    return 0;
}
