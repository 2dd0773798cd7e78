/* Fuzz target: bytes as an ONNX model. One that is read must read an image, and be saved as ONNX too. Built by make
 * fuzz; replay.c runs it over kept files. */
#include "exchange/onnx.h"
#include "visit_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_model *model;
    if (onnx_read(bytes, size, &model) != SCRAWL_OK) return 0;
    read_and_save(model, SCRAWL_ONNX);
    scrawl_model_free(model);
    return 0;
}
