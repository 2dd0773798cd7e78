/* Weights of Keras' layers in both kinds of file. */
#include "keras.h"

#include <string.h>

#include "base/text.h"

/* ---- .keras ---- */

/* "Conv2D" to "conv2d", "BatchNormalization" to "batch_normalization": a capital letter before small ones, and one
 * behind a small one, begin a word (keras/src/utils/naming.py). */
static void append_snake_case(struct text *text, const char *name)
{
    for (size_t i = 0; name[i]; i++) {
        const bool capital = name[i] >= 'A' && name[i] <= 'Z';
        const bool before = i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z';
        const bool behind = i > 0 && name[i + 1] >= 'a' && name[i + 1] <= 'z';
        const char letter = (char)(capital ? name[i] - 'A' + 'a' : name[i]);
        if (capital && (before || behind)) text_append(text, "_");
        text_append_bytes(text, &letter, 1);
    }
}

/* The group of a layer's variables below one of all layers: by its class, and how many of it stand before. */
static scrawl_status find_in_layers(const struct keras_weights *weights, const struct keras_layer *layer,
                                    const char *layers, uint64_t *group)
{
    struct text path = {0};
    size_t before = 0;
    for (const struct keras_layer *other = weights->graph->layers; other < layer; other++)
        before += strcmp(other->class_name, layer->class_name) == 0;
    text_append(&path, layers);
    append_snake_case(&path, layer->class_name);
    if (before > 0) {
        text_append(&path, "_");
        text_append_unsigned(&path, before);
    }
    text_append(&path, "/vars");
    scrawl_status status =
        path.failed ? fail_out_of_memory() : hdf5_find(&weights->file, weights->file.root, path.bytes, group);
    text_free(&path);
    return status;
}

/* The second name is that of Keras 2.13 (keras/src/saving/saving_lib.py). */
static scrawl_status find_variables(const struct keras_weights *weights, const struct keras_layer *layer,
                                    uint64_t *group)
{
    scrawl_status status = find_in_layers(weights, layer, "layers/", group);
    if (status != SCRAWL_OK || *group) return status;
    return find_in_layers(weights, layer, "_layer_checkpoint_dependencies/", group);
}

/* ---- .h5 ---- */

static scrawl_status find_group(const struct keras_weights *weights, const struct keras_layer *layer, uint64_t *group)
{
    scrawl_status status = hdf5_find(&weights->file, weights->file.root, "model_weights", group);
    return status == SCRAWL_OK && *group ? hdf5_find(&weights->file, *group, layer->name, group) : status;
}

/* The data set that weight_names has at that place, below the layer's group; 0 where it has no more. */
static scrawl_status find_named(const struct keras_weights *weights, uint64_t group, size_t index, uint64_t *object)
{
    enum { MOST_PATH = 512 };
    struct hdf5_values names;
    bool there;
    const char *name;
    size_t length;
    char path[MOST_PATH];
    *object = 0;
    scrawl_status status = hdf5_attribute(&weights->file, group, "weight_names", &names, &there);
    if (status != SCRAWL_OK || !there || index >= names.count) return status;
    status = hdf5_string(&weights->file, &names, index, &name, &length);
    if (status != SCRAWL_OK || length >= MOST_PATH) return status;
    memcpy(path, name, length);
    path[length] = 0;
    return hdf5_find(&weights->file, group, path, object);
}

/* ---- Both ---- */

/* Weight `index` of those in a layer's group; 0 where there is none. */
static scrawl_status find_weight(const struct keras_weights *weights, uint64_t group, size_t index, uint64_t *object)
{
    char number[NUMBER_TEXT_SIZE];
    *object = 0;
    if (group == 0) return SCRAWL_OK;
    if (!weights->by_number) return find_named(weights, group, index, object);
    return hdf5_find(&weights->file, group, unsigned_text(index, number), object);
}

static scrawl_status fail_weight(const struct keras_layer *layer, const struct keras_weight *wanted, const char *what)
{
    return fail(SCRAWL_INVALID_MODEL, layer->place, ": its ", wanted->name, " ", what, NULL);
}

/* Whether so many bytes can lie in the file beside all others; chunks may be deflated to a part of that. */
static bool fits(struct keras_weights *weights, const struct hdf5_values *values)
{
    const uint64_t bytes = values->count * values->item_size,
                   taken = values->data ? bytes : bytes / HDF5_MOST_EXPANSION;
    if (taken > weights->bytes_left) return false;
    weights->bytes_left -= taken;
    return true;
}

static scrawl_status check_weight(struct keras_weights *weights, const struct keras_layer *layer,
                                  const struct keras_weight *wanted, const struct hdf5_values *values)
{
    bool same = values->dimension_count == wanted->dimension_count;
    for (size_t i = 0; same && i < wanted->dimension_count; i++) same = values->dimensions[i] == wanted->dimensions[i];
    if (!same) return fail_weight(layer, wanted, "has another shape than Scrawl's layer takes here.");
    if (values->kind != HDF5_FLOAT) /* whole numbers are others' bits: of bfloat16, or quantised */
        return fail_weight(layer, wanted, "has no numbers that Scrawl reads: floats of 16, 32 or 64 bits.");
    return fits(weights, values) ? SCRAWL_OK : fail_weight(layer, wanted, "can't lie in the file beside the others.");
}

scrawl_status keras_weights_find(struct keras_weights *weights, const struct keras_layer *layer,
                                 const struct keras_weight *wanted, size_t count, struct hdf5_values *found)
{
    uint64_t group = 0, object = 0;
    scrawl_status status =
        weights->by_number ? find_variables(weights, layer, &group) : find_group(weights, layer, &group);
    for (size_t i = 0; i < count && status == SCRAWL_OK; i++) {
        status = find_weight(weights, group, i, &object);
        if (status == SCRAWL_OK && !object) status = fail_weight(layer, &wanted[i], "is missing in the file.");
        if (status == SCRAWL_OK) status = hdf5_dataset(&weights->file, object, &found[i]);
        if (status == SCRAWL_OK) status = check_weight(weights, layer, &wanted[i], &found[i]);
    }
    if (status == SCRAWL_OK) status = find_weight(weights, group, count, &object);
    if (status == SCRAWL_OK && object) status = keras_fail(layer, "the file has more weights for it than it needs.");
    return status;
}
