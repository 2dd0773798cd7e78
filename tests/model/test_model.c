/* Making and asking models, and reading prepared images. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scrawl.h"
#include "test.h"

TEST(model_tells_what_it_is)
{
    scrawl_model *model = NULL;
    scrawl_layer layer;
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_class_count(model), 10);
    CHECK_TEXT(scrawl_model_label(model, 7), "7");
    CHECK(scrawl_model_label(model, 10) == NULL);
    CHECK_EQUAL(scrawl_model_normalization(model), SCRAWL_NORMALIZE_UNIT);
    CHECK(scrawl_model_metadata(model, "trained_epochs") == NULL);
    size_t parameters = 0;
    for (size_t i = 0; i < scrawl_model_layer_count(model); i++) {
        CHECK_EQUAL(scrawl_model_layer(model, i, &layer), SCRAWL_OK);
        parameters += layer.parameter_count;
    }
    CHECK_EQUAL(parameters, scrawl_model_parameter_count(model));
    CHECK_TEXT(layer.kind, "dense");
    CHECK_TEXT(layer.activation, "softmax");
    CHECK_EQUAL(layer.channels, 10);
    CHECK_EQUAL(scrawl_model_layer(model, 99, &layer), SCRAWL_INVALID_ARGUMENT);
    scrawl_model_free(model);
}

TEST(model_options_are_checked)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    const char *labels[] = {"a", "", "c"};
    options.class_count = 1;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    options.class_count = SCRAWL_MAX_CLASSES + 1;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    options.class_count = 3;
    options.labels = labels;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "name");
    labels[1] = "b";
    options.architecture = NULL;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    options.architecture = "small";
    options.normalization = (scrawl_normalization)7;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    CHECK(model == NULL);
    options.normalization = SCRAWL_NORMALIZE_COLUMN_L2;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_TEXT(scrawl_model_label(model, 2), "c");
    scrawl_model_free(model);
}

TEST(model_reads_many_images_as_it_reads_each)
{
    enum { COUNT = 131, CLASSES = 10 }; /* two whole reading batches and a rest */
    scrawl_model *model = NULL;
    static uint8_t images[COUNT * SCRAWL_IMAGE_PIXELS];
    static float together[COUNT * CLASSES], alone[CLASSES];
    CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK);
    for (size_t i = 0; i < sizeof images; i++) images[i] = (uint8_t)((i * 2654435761u) >> 24);
    CHECK_EQUAL(scrawl_predict_images(model, images, COUNT, 2, together), SCRAWL_OK);
    for (size_t i = 0; i < COUNT; i++) {
        double sum = 0;
        CHECK_EQUAL(scrawl_predict_images(model, images + i * SCRAWL_IMAGE_PIXELS, 1, 1, alone), SCRAWL_OK);
        CHECK(memcmp(alone, together + i * CLASSES, sizeof alone) == 0);
        for (size_t j = 0; j < CLASSES; j++) sum += (double)alone[j];
        CHECK_NEAR(sum, 1, 1e-5);
    }
    CHECK_EQUAL(scrawl_predict_images(model, images, 0, 1, together), SCRAWL_OK);
    scrawl_model_free(model);
}

TEST(model_takes_its_class_count_from_the_text)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    options.architecture = "maxpool 2, flatten, dense 26, softmax";
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_class_count(model), 26);
    CHECK_TEXT(scrawl_model_label(model, 25), "25");
    scrawl_model_free(model);
    model = NULL;
    options.architecture = "tutorial";
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_class_count(model), 10);
    scrawl_model_free(model);
    model = NULL;
    options.architecture = "flatten, dense 300 softmax";
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARCHITECTURE);
    options.architecture = "small";
    options.labels = (const char *const[]){"a"};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    CHECK(model == NULL);
}

TEST(model_labels_hold_no_control_characters)
{
    scrawl_model *model = NULL;
    scrawl_model_options options = scrawl_model_default();
    const char *labels[] = {"a", "\x1B[2J"};
    options.class_count = 2;
    options.labels = labels;
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_INVALID_ARGUMENT);
    CHECK_MENTIONS(scrawl_error(), "control");
    CHECK(model == NULL);
}

TEST(model_normalization_can_be_said_later)
{
    scrawl_model *model = NULL, *detector = NULL;
    if (!CHECK_EQUAL(scrawl_model_create(NULL, &model), SCRAWL_OK)) return;
    CHECK_EQUAL(scrawl_model_set_normalization(model, SCRAWL_NORMALIZE_COLUMN_L2), SCRAWL_OK);
    CHECK_EQUAL(scrawl_model_normalization(model), SCRAWL_NORMALIZE_COLUMN_L2);
    CHECK_EQUAL(scrawl_model_set_normalization(model, (scrawl_normalization)2), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_model_normalization(model), SCRAWL_NORMALIZE_COLUMN_L2);
    scrawl_model_free(model);
    if (!CHECK_EQUAL(scrawl_model_create(&(scrawl_model_options){.architecture = "finder"}, &detector), SCRAWL_OK))
        return;
    CHECK_EQUAL(scrawl_model_set_normalization(detector, SCRAWL_NORMALIZE_COLUMN_L2), SCRAWL_INVALID_ARGUMENT);
    CHECK_EQUAL(scrawl_model_set_normalization(detector, SCRAWL_NORMALIZE_UNIT), SCRAWL_OK);
    scrawl_model_free(detector);
}
