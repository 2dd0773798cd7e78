/* Implements models.h. Must not know what a model is opened for. */
#include "models.h"

#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "files.h"
#include "hash.h"
#include "report.h"

enum { DIGITS = 10 };

const char *const normalization_names[] = {"unit", "column-l2", NULL};

static bool open_shipped(const struct shipped_model *shipped, scrawl_model **model)
{
    if (!shipped->name) {
        complain("This build has no model in it. Train one with `scrawl train` and pass it by --model FILE.");
        return false;
    }
    if (scrawl_model_load(shipped->bytes, shipped->size, model) == SCRAWL_OK) return true;
    complain("The model \"%s\" in this build is damaged: %s", shipped->name, scrawl_error());
    return false;
}

/* The end of the list when there is none of that name. */
static const struct shipped_model *find_shipped(const char *name)
{
    const struct shipped_model *shipped = shipped_models;
    while (shipped->name && strcmp(shipped->name, name) != 0) shipped++;
    return shipped;
}

bool model_is_built_in(const char *name)
{
    return find_shipped(name)->name != NULL;
}

/* A folder as TensorFlow's model.save() made before Keras 3. */
static bool is_saved_model(const char *path)
{
    char *inside = format_text("%s/saved_model.pb", path);
    const bool there = file_exists(inside);
    free(inside);
    return there;
}

/* Whoever means a built-in one may have written its name another way. */
static void complain_about_file(const char *path)
{
    if (is_saved_model(path)) {
        complain("%s is a SavedModel of TensorFlow, which Scrawl doesn't read; save the model as .keras or .h5.", path);
        return;
    }
    if (file_exists(path) || !shipped_models->name) {
        complain("%s", file_error());
        return;
    }
    char *names = format_text("\"%s\"", shipped_models->name);
    for (const struct shipped_model *shipped = shipped_models + 1; shipped->name; shipped++) {
        char *longer = format_text("%s, \"%s\"", names, shipped->name);
        free(names);
        names = longer;
    }
    complain("%s Pass the path of a model file, or the name of a model that is built in: %s.", file_error(), names);
    free(names);
}

const char *model_kind_name(scrawl_format format)
{
    static const char *const names[] = {[SCRAWL_SAFETENSORS] = "safetensors",
                                        [SCRAWL_KERAS_H5] = "Keras (HDF5)",
                                        [SCRAWL_KERAS] = "Keras",
                                        [SCRAWL_ONNX] = "ONNX"};
    return names[format];
}

bool model_open(const char *path, scrawl_model **model)
{
    scrawl_format format;
    return model_open_kind(path, model, &format);
}

bool model_open_kind(const char *path, scrawl_model **model, scrawl_format *format)
{
    struct bytes bytes;
    const struct shipped_model *shipped = path ? find_shipped(path) : shipped_models;
    *format = SCRAWL_SAFETENSORS;
    if (!path || shipped->name) return open_shipped(shipped, model);
    if (!file_read(path, &bytes)) {
        complain_about_file(path);
        return false;
    }
    bool ok = scrawl_model_format_of_bytes(bytes.data, bytes.size, format) == SCRAWL_OK &&
              scrawl_model_load(bytes.data, bytes.size, model) == SCRAWL_OK;
    if (!ok) complain("%s: %s", path, scrawl_error());
    free(bytes.data);
    return ok;
}

/* Whether labels are the numbers of their classes, 0 to 9: what the built-in finder finds. */
static bool reads_digits(const scrawl_model *model)
{
    bool digits = scrawl_model_class_count(model) == DIGITS;
    for (size_t i = 0; digits && i < DIGITS; i++) {
        const char number[] = {(char)('0' + i), 0};
        digits = strcmp(scrawl_model_label(model, i), number) == 0;
    }
    return digits;
}

bool finder_open(const char *path, const scrawl_model *model, scrawl_model **finder)
{
    *finder = NULL;
    if (path ? strcmp(path, "none") == 0 : !find_shipped("finder")->name || !reads_digits(model)) return true;
    return model_open(path ? path : "finder", finder);
}

/* ---- What tells readings apart ---- */

static bool add_model(uint64_t *hash, const scrawl_model *model)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (scrawl_model_save(model, &bytes, &size) != SCRAWL_OK) {
        complain("%s", scrawl_error());
        return false;
    }
    *hash = hash_add(*hash, bytes, size);
    scrawl_free(bytes);
    return true;
}

/* As the library chooses them. */
static const char *kernels_used(void)
{
    const char *wanted = getenv("SCRAWL_KERNELS"), *name;
    for (size_t i = 0; wanted && (name = scrawl_kernels_name(i)); i++)
        if (strcmp(name, wanted) == 0) return name;
    return scrawl_kernels_name(0);
}

char *model_mark(const scrawl_model *model, const scrawl_model *finder, bool single)
{
    uint64_t hash = hash_add(hash_start, SCRAWL_VERSION, sizeof SCRAWL_VERSION);
    const char options[] = {finder != NULL, single};
    hash = hash_add(hash, options, sizeof options);
    if (!add_model(&hash, model) || (finder && !add_model(&hash, finder))) return NULL;
    return format_text("%08lx-%s", (unsigned long)(hash_end(hash) >> 32), kernels_used());
}
