/* The model files of scrawl.h: which formats there are, and one way in and out for all of them. Knows no
 * format's inside. */
#include <string.h>

#include "keras.h"
#include "model/model_file.h"
#include "onnx.h"

enum { MOST_ENDINGS = 2 };

/* A reader fails as scrawl_model_load. A writer gets a model that reads images and has finite weights, and fails as
 * scrawl_model_export. */
static const struct format {
    scrawl_format format;
    const char *endings[MOST_ENDINGS]; /* of files' names, in small letters */
    scrawl_status (*read)(const uint8_t *bytes, size_t size, scrawl_model **model);
    scrawl_status (*write)(const scrawl_model *model, uint8_t **bytes, size_t *size);
} formats[] = {
    {SCRAWL_SAFETENSORS, {".safetensors"}, model_from_bytes, scrawl_model_save},
    {SCRAWL_KERAS_H5, {".h5", ".hdf5"}, keras_h5_read, keras_h5_write},
    {SCRAWL_KERAS, {".keras"}, keras_read, keras_write},
    {SCRAWL_ONNX, {".onnx"}, onnx_read, onnx_write},
};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

static const struct format *find_format(scrawl_format format)
{
    for (size_t i = 0; i < FORMAT_COUNT; i++)
        if (formats[i].format == format) return &formats[i];
    return NULL;
}

static char small_letter(char letter)
{
    return (char)(letter >= 'A' && letter <= 'Z' ? letter - 'A' + 'a' : letter);
}

/* There must be a name before the ending. */
static bool ends_with(const char *name, const char *ending)
{
    const size_t length = strlen(name), ending_length = strlen(ending);
    if (length <= ending_length || name[length - ending_length - 1] == '/') return false;
    for (size_t i = 0; i < ending_length; i++)
        if (small_letter(name[length - ending_length + i]) != ending[i]) return false;
    return true;
}

scrawl_status scrawl_model_format_of_name(const char *file_name, scrawl_format *format)
{
    for (size_t i = 0; file_name && i < FORMAT_COUNT; i++)
        for (size_t j = 0; j < MOST_ENDINGS && formats[i].endings[j]; j++)
            if (ends_with(file_name, formats[i].endings[j])) {
                *format = formats[i].format;
                return SCRAWL_OK;
            }
    return fail(SCRAWL_INVALID_ARGUMENT, "The name of a model file says by its ending what kind it is: .safetensors, ",
                ".h5 or .keras (Keras), .onnx (ONNX).", NULL);
}

scrawl_status scrawl_model_load(const void *bytes, size_t size, scrawl_model **model)
{
    scrawl_format format;
    scrawl_status status = scrawl_model_format_of_bytes(bytes, size, &format);
    return status == SCRAWL_OK ? find_format(format)->read(bytes, size, model) : status;
}

scrawl_status scrawl_model_export(const scrawl_model *model, scrawl_format format, uint8_t **bytes, size_t *size)
{
    const struct format *found = find_format(format);
    if (!found) return fail(SCRAWL_INVALID_ARGUMENT, "There is no such format.", NULL);
    if (scrawl_model_detects(model) && format != SCRAWL_SAFETENSORS)
        return fail(SCRAWL_INVALID_ARGUMENT, "A network that finds digits on pages is kept as safetensors alone.",
                    NULL);
    scrawl_status status = model_check_finite(model);
    return status == SCRAWL_OK ? found->write(model, bytes, size) : status;
}
