/* Tests of formats.c: what a file's name and its bytes say, and that each kind that is written is read again. */
#include <stdlib.h>

#include "scrawl.h"
#include "test.h"
#include "trainings.h"

TEST(formats_are_told_by_the_ending)
{
    static const struct {
        const char *name;
        scrawl_format format;
    } names[] = {
        {"a.safetensors", SCRAWL_SAFETENSORS},
        {"folder.h5/digits.onnx", SCRAWL_ONNX},
        {"DIGITS.ONNX", SCRAWL_ONNX},
        {"a.keras.onnx", SCRAWL_ONNX},
        {"digit_recogniser_model.h5", SCRAWL_KERAS_H5},
        {"a.HDF5", SCRAWL_KERAS_H5},
        {"a.keras", SCRAWL_KERAS},
    };
    static const char *const others[] = {"", "digits", "onnx", ".onnx", "folder/.onnx", "a.onnx.txt", "a.pt"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        scrawl_format format = (scrawl_format)99;
        CHECK_EQUAL(scrawl_model_format_of_name(names[i].name, &format), SCRAWL_OK);
        CHECK_EQUAL(format, names[i].format);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        scrawl_format format = SCRAWL_KERAS;
        CHECK_EQUAL(scrawl_model_format_of_name(others[i], &format), SCRAWL_INVALID_ARGUMENT);
        CHECK_MENTIONS(scrawl_error(), ".onnx");
        CHECK_EQUAL(format, SCRAWL_KERAS);
    }
    scrawl_format format;
    CHECK_EQUAL(scrawl_model_format_of_name(NULL, &format), SCRAWL_INVALID_ARGUMENT);
}

TEST(formats_are_told_by_the_bytes_that_were_written)
{
    static const scrawl_format formats[] = {SCRAWL_SAFETENSORS, SCRAWL_ONNX, SCRAWL_KERAS_H5, SCRAWL_KERAS};
    const scrawl_model_options options = {.architecture = "flatten, dense 10 softmax"};
    scrawl_model *model = NULL;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        uint8_t *bytes = NULL;
        size_t size = 0;
        scrawl_format format = (scrawl_format)99;
        scrawl_model *loaded = NULL;
        CHECK_EQUAL(scrawl_model_export(model, formats[i], &bytes, &size), SCRAWL_OK);
        CHECK_EQUAL(scrawl_model_format_of_bytes(bytes, size, &format), SCRAWL_OK);
        CHECK_EQUAL(format, formats[i]);
        CHECK_EQUAL(scrawl_model_load(bytes, size, &loaded), SCRAWL_OK);
        CHECK_TEXT(scrawl_model_architecture(loaded), options.architecture);
        scrawl_model_free(loaded);
        scrawl_free(bytes);
    }
    uint8_t *bytes = NULL;
    size_t size = 0;
    CHECK_EQUAL(scrawl_model_export(model, (scrawl_format)99, &bytes, &size), SCRAWL_INVALID_ARGUMENT);
    CHECK(!bytes);
    scrawl_model_free(model);
}

/* A training goes on from our own checkpoints alone, and says so before it looks for what they have. */
TEST(formats_of_others_are_no_checkpoints)
{
    size_t size;
    uint8_t *bytes = test_file("tests/fixtures/onnx/folded.onnx", &size);
    scrawl_dataset *dataset = random_dataset(20, 1);
    scrawl_model *model = NULL;
    scrawl_trainer *trainer = NULL;
    CHECK_EQUAL(scrawl_trainer_load(bytes, size, dataset, NULL, 0, 1, &model, &trainer), SCRAWL_INVALID_MODEL);
    CHECK_MENTIONS(scrawl_error(), "checkpoint");
    CHECK(!model && !trainer);
    scrawl_dataset_free(dataset);
    free(bytes);
}
