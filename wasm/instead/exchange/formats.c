/* In place of src/exchange/formats.c, and of all that this reads and writes with, in the modules that read and train:
 * visitors download those, and hardly anybody has a model of another program's. scrawl-exchange.wasm has all formats.
 * Knows no format but safetensors. */
#include "model/model_file.h"

/* UNSUPPORTED, which nothing else of a model fails with, tells scrawl.js to ask scrawl-exchange.wasm. */
scrawl_status scrawl_model_load(const void *bytes, size_t size, scrawl_model **model)
{
    scrawl_format format;
    scrawl_status status = scrawl_model_format_of_bytes(bytes, size, &format);
    if (status != SCRAWL_OK) return status;
    if (format == SCRAWL_SAFETENSORS) return model_from_bytes(bytes, size, model);
    return fail(SCRAWL_UNSUPPORTED, "This is ", format == SCRAWL_ONNX ? "an ONNX" : "a Keras",
                " model, and only safetensors files are loaded here.", NULL);
}
