/* Every allocation of a model's way into another program's file and back fails in turn. */
#include "allocations.h"
#include "scrawl.h"
#include "test.h"

static scrawl_status there_and_back(void *context)
{
    const scrawl_format *format = context;
    const scrawl_model_options options = {.architecture = "maxpool 4, conv 2 3x3 same, keep a, batchnorm relu, add a, "
                                                          "flatten, dense 3 relu, dense 10 softmax"};
    scrawl_model *model = NULL, *back = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_status status = scrawl_model_create(&options, &model);
    if (status == SCRAWL_OK) status = scrawl_model_export(model, *format, &bytes, &size);
    if (status == SCRAWL_OK) status = scrawl_model_load(bytes, size, &back);
    scrawl_free(bytes);
    scrawl_model_free(back);
    scrawl_model_free(model);
    return status;
}

TEST(model_files_survive_every_failed_allocation)
{
    static const scrawl_format formats[] = {SCRAWL_ONNX, SCRAWL_KERAS_H5, SCRAWL_KERAS};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        scrawl_format format = formats[i];
        const struct allocation_faults faults = fail_each_allocation(there_and_back, &format);
        CHECK(faults.allocations > 0);
        CHECK_EQUAL(faults.statuses, 0);
        CHECK_EQUAL(faults.leaks, 0);
    }
}
