/* Every allocation of a model's life fails in turn: made, written in both precisions, read again, looked into. */
#include "allocations.h"
#include "scrawl.h"
#include "test.h"

static scrawl_status load_and_look(const uint8_t *bytes, size_t size)
{
    static const uint8_t image[SCRAWL_IMAGE_PIXELS] = {255, 255};
    float probabilities[10];
    scrawl_model *model = NULL;
    scrawl_inspection *inspection = NULL;
    scrawl_status status = scrawl_model_load(bytes, size, &model);
    if (status == SCRAWL_OK) status = scrawl_predict_images(model, image, 1, 1, probabilities);
    if (status == SCRAWL_OK) status = scrawl_inspect(model, image, -1, &inspection);
    scrawl_inspection_free(inspection);
    scrawl_model_free(model);
    return status;
}

static scrawl_status live(void *context)
{
    const scrawl_model_options *options = context;
    scrawl_model *model = NULL;
    uint8_t *bytes = NULL, *half = NULL, *whole = NULL;
    size_t size = 0, half_size = 0, whole_size = 0;
    scrawl_status status = scrawl_model_create(options, &model);
    if (status == SCRAWL_OK) status = scrawl_model_save(model, &bytes, &size);
    if (status == SCRAWL_OK) status = scrawl_model_save_half(model, &half, &half_size);
    if (status == SCRAWL_OK) status = scrawl_model_save_int8(model, &whole, &whole_size);
    if (status == SCRAWL_OK) status = load_and_look(bytes, size);
    if (status == SCRAWL_OK) status = load_and_look(whole, whole_size);
    if (status == SCRAWL_OK) status = load_and_look(half, half_size);
    scrawl_free(half);
    scrawl_free(whole);
    scrawl_free(bytes);
    scrawl_model_free(model);
    return status;
}

TEST(models_survive_every_failed_allocation)
{
    static const char *const architectures[] = {"maxpool 7, flatten, dense 10 softmax",
                                                "maxpool 4, conv 2 1x1, batchnorm relu, flatten, dense 10 softmax"};
    for (int i = 0; i < 2; i++) {
        scrawl_model_options options = {.architecture = architectures[i], .seed = 1};
        const struct allocation_faults faults = fail_each_allocation(live, &options);
        CHECK(faults.allocations > 0);
        CHECK_EQUAL(faults.statuses, 0);
        CHECK_EQUAL(faults.leaks, 0);
    }
}
