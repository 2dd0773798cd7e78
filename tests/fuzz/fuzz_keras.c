/* Fuzz target: bytes as a Keras model's description, with weights beside it that fit some layers. What is read must be
 * written and read again. Built by make fuzz; replay.c runs it over kept files. */
#include <stdlib.h>

#include "exchange/keras.h"
#include "exchange/zip.h"
#include "hdf5/hdf5_write.h"
#include "visit_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_VALUES = 40, CHANNELS = 2, CLASSES = 10 };

/* Weights of "conv 2 3x3, conv 2 3x3, depthwise 3x3, batchnorm, globalpool, dense 10 softmax". */
static scrawl_status make_weights(uint8_t **bytes, size_t *size)
{
    static float values[MOST_VALUES];
    static const struct {
        const char *name;
        size_t count; /* of weights */
        size_t kernel_dimensions, kernel[4], others;
    } layers[] = {
        {"conv2d", 2, 4, {3, 3, 1, CHANNELS}, CHANNELS},
        {"conv2d_1", 2, 4, {3, 3, CHANNELS, CHANNELS}, CHANNELS},
        {"depthwise_conv2d", 2, 4, {3, 3, CHANNELS, 1}, CHANNELS},
        {"batch_normalization", 4, 1, {CHANNELS}, CHANNELS},
        {"dense", 2, 2, {CHANNELS, CLASSES}, CLASSES},
    };
    static const char *const numbers[] = {"0", "1", "2", "3"};
    struct hdf5_writer writer = {0};
    for (size_t i = 0; i < MOST_VALUES; i++) values[i] = 0.5f + (float)i / MOST_VALUES;
    const size_t all = hdf5_add_group(&writer, HDF5_ROOT, "layers");
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const size_t layer = hdf5_add_group(&writer, all, layers[i].name),
                     group = hdf5_add_group(&writer, layer, "vars");
        hdf5_add_floats(&writer, group, numbers[0], layers[i].kernel_dimensions, layers[i].kernel, values);
        for (size_t j = 1; j < layers[i].count; j++)
            hdf5_add_floats(&writer, group, numbers[j], 1, &layers[i].others, values);
    }
    scrawl_status status = hdf5_write(&writer, bytes, size);
    hdf5_writer_free(&writer);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    uint8_t *weights = NULL, *archive = NULL;
    size_t weights_size = 0, archive_size = 0;
    scrawl_model *model = NULL;
    if (make_weights(&weights, &weights_size) != SCRAWL_OK) return 0;
    const struct zip_item items[] = {{"config.json", bytes, size}, {"model.weights.h5", weights, weights_size}};
    if (zip_write(items, sizeof items / sizeof *items, &archive, &archive_size) == SCRAWL_OK &&
        keras_read(archive, archive_size, &model) == SCRAWL_OK) {
        read_and_save(model, SCRAWL_KERAS_H5);
        save_and_load(model, SCRAWL_KERAS);
    }
    scrawl_model_free(model);
    free(archive);
    free(weights);
    return 0;
}
