/* Implements evaluate.h and the evaluation of scrawl.h. Must not know any training. */
#include "evaluate.h"

#include <string.h>

#include "base/text.h"

static void count_confusion(size_t classes, const float *probabilities, const uint8_t *labels, size_t count,
                            size_t *confusion)
{
    for (size_t i = 0; i < count; i++, probabilities += classes)
        confusion[labels[i] * classes + most_probable(classes, probabilities)]++;
}

void evaluate_part(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                   const scrawl_dataset *dataset, size_t first, size_t count, struct running_sums *sums,
                   size_t *confusion)
{
    const size_t classes = model->network.class_count, done = (size_t)sums->images;
    const size_t part = min_size(count - done, workspace->batch);
    const uint8_t *labels = dataset->labels + first + done;
    size_t correct = 0;
    const float *probabilities =
        model_read(model, workspace, parallel, dataset->images + (first + done) * SCRAWL_IMAGE_PIXELS, part);
    cross_entropy(part, classes, probabilities, labels, &sums->loss, &correct);
    sums->images += part;
    sums->correct += correct;
    if (confusion) count_confusion(classes, probabilities, labels, part, confusion);
}

scrawl_status evaluate_check(const scrawl_model *model, const scrawl_dataset *dataset)
{
    char of_data[NUMBER_TEXT_SIZE], of_model[NUMBER_TEXT_SIZE];
    if (dataset->count == 0) return fail(SCRAWL_INVALID_ARGUMENT, "The data set holds no image.", NULL);
    if (dataset->class_count == model->network.class_count) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The data set has ", unsigned_text(dataset->class_count, of_data),
                " classes, but the model has ", unsigned_text(model->network.class_count, of_model), ".", NULL);
}

scrawl_status scrawl_evaluate(const scrawl_model *model, const scrawl_dataset *dataset, int threads,
                              scrawl_evaluation *evaluation, size_t *confusion)
{
    struct parallel *parallel;
    struct workspace workspace;
    const size_t classes = model->network.class_count;
    scrawl_status status = evaluate_check(model, dataset);
    if (status != SCRAWL_OK) return status;
    if ((status = parallel_create(threads, &parallel)) != SCRAWL_OK) return status;
    status = model_workspace(model, dataset->count, parallel, &workspace);
    if (status == SCRAWL_OK) {
        struct running_sums sums = {0};
        if (confusion) memset(confusion, 0, classes * classes * sizeof *confusion);
        while (sums.images < dataset->count)
            evaluate_part(model, &workspace, parallel, dataset, 0, dataset->count, &sums, confusion);
        *evaluation = (scrawl_evaluation){
            .images = dataset->count,
            .loss = sums.loss / (double)sums.images,
            .accuracy = (double)sums.correct / (double)sums.images,
        };
        workspace_free(&workspace);
    }
    parallel_free(parallel);
    return status;
}
