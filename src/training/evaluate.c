/* Implements evaluate.h and the evaluation of scrawl.h. Must not know any training. */
#include "evaluate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "data/dataset.h"
#include "data/fingerprint.h"
#include "data/likeness.h"

/* ---- Sums -------------------------------------------------------------------------------------------------------- */

void running_sums_add(struct running_sums *sums, size_t classes, const float *probabilities, const uint8_t *labels,
                      size_t count)
{
    size_t correct = 0;
    cross_entropy(count, classes, probabilities, labels, &sums->loss, &correct);
    sums->images += count;
    sums->correct += correct;
    for (size_t i = 0; i < count; i++) sums->unknown += labels[i] >= classes;
}

void running_sums_join(struct running_sums *sums, const struct running_sums *others)
{
    sums->images += others->images;
    sums->unknown += others->unknown;
    sums->correct += others->correct;
    sums->digits += others->digits;
    sums->loss += others->loss;
}

double running_mean(double sum, const struct running_sums *sums)
{
    if (sums->images == 0) return NAN;
    return sums->images > sums->unknown ? sum / (double)(sums->images - sums->unknown) : 0;
}

double running_accuracy(const struct running_sums *sums)
{
    return sums->digits ? (double)sums->correct / (double)sums->digits : running_mean((double)sums->correct, sums);
}

uint64_t evaluate_fingerprint(const scrawl_model *model)
{
    if (!model) return 0;
    const uint32_t normalization = model->normalization;
    uint64_t hash =
        fingerprint(FINGERPRINT_START, model->reading_weights.values, model->reading.parameter_count * sizeof(float));
    hash = fingerprint(hash, &model->temperature, sizeof model->temperature);
    return fingerprint(hash, &normalization, sizeof normalization);
}

const float *evaluate_part(const scrawl_model *model, struct workspace *workspace, struct parallel *parallel,
                           const struct batch_share *share, const uint8_t *images, const uint8_t *labels,
                           struct running_sums *sums)
{
    const struct portion own = share_own_images(share);
    const size_t classes = model->network.class_count, count = own.end - own.first;
    float *probabilities = workspace->probabilities;
    if (count > 0) {
        const float *read = model_read(model, workspace, parallel, images + own.first * SCRAWL_IMAGE_PIXELS, count);
        memmove(probabilities + own.first * classes, read, count * classes * sizeof *read);
    }
    share_gather_images(share, classes * sizeof *probabilities, probabilities);
    running_sums_add(sums, classes, probabilities, labels, share->images);
    return probabilities;
}

/* ---- The evaluator ----------------------------------------------------------------------------------------------- */

struct scrawl_evaluator {
    const scrawl_model *model;
    const scrawl_ranks *ranks; /* NULL: alone */
    struct parallel *parallel;
    struct workspace workspace;
    uint8_t *labels; /* [result.total] */
    struct running_sums sums;
    double surplus[SCRAWL_CALIBRATION_BINS]; /* of each bin's images: the sum of confidence - (1 if right, else 0) */
    /* What result points to, as scrawl_evaluation has it. */
    size_t *confusion;
    uint8_t *predictions;
    float *confidences;
    scrawl_evaluation result;
};

static scrawl_status allocate(scrawl_evaluator *evaluator, size_t classes, size_t count, int threads)
{
    evaluator->labels = malloc(count);
    evaluator->predictions = calloc(count, sizeof *evaluator->predictions);
    evaluator->confidences = calloc(count, sizeof *evaluator->confidences);
    evaluator->confusion = calloc(classes * classes, sizeof *evaluator->confusion);
    if (!evaluator->labels || !evaluator->predictions || !evaluator->confidences || !evaluator->confusion)
        return fail_out_of_memory();
    scrawl_status status = parallel_create(threads, &evaluator->parallel);
    if (status != SCRAWL_OK) return status;
    status = model_prepare(evaluator->model, evaluator->parallel);
    if (status != SCRAWL_OK) return status;
    return model_workspace(evaluator->model, count, evaluator->parallel, &evaluator->workspace);
}

/* Bin i holds confidences above i / bins, up to and with (i + 1) / bins. */
static size_t bin_of(double confidence)
{
    const double bin = ceil(confidence * SCRAWL_CALIBRATION_BINS) - 1;
    if (!(bin > 0)) return 0;
    return bin < SCRAWL_CALIBRATION_BINS ? (size_t)bin : SCRAWL_CALIBRATION_BINS - 1;
}

/* Keeps what the next `count` images were read as. */
static void keep(scrawl_evaluator *evaluator, const float *probabilities, size_t count)
{
    const size_t classes = evaluator->result.class_count, end = evaluator->result.images + count;
    for (size_t i = evaluator->result.images; i < end; i++, probabilities += classes) {
        const size_t read = most_probable(classes, probabilities), actual = evaluator->labels[i];
        const double confidence = (double)probabilities[read];
        evaluator->predictions[i] = (uint8_t)read;
        evaluator->confidences[i] = probabilities[read];
        evaluator->confusion[actual * classes + read]++;
        evaluator->surplus[bin_of(confidence)] += confidence - (read == actual);
    }
}

static void update_result(scrawl_evaluator *evaluator)
{
    const struct running_sums *sums = &evaluator->sums;
    double distance = 0; /* the bins' sizes, by which they are weighted, cancel out */
    for (int i = 0; i < SCRAWL_CALIBRATION_BINS; i++) distance += fabs(evaluator->surplus[i]);
    evaluator->result.images = (size_t)sums->images;
    evaluator->result.errors = (size_t)(sums->images - sums->correct);
    evaluator->result.loss = running_mean(sums->loss, sums);
    evaluator->result.accuracy = running_mean((double)sums->correct, sums);
    evaluator->result.calibration_error = running_mean(distance, sums);
}

scrawl_status scrawl_evaluator_create(const scrawl_model *model, const uint8_t *labels, size_t count, int threads,
                                      scrawl_evaluator **result)
{
    const size_t classes = model->network.class_count;
    if (count == 0 || !labels) return fail(SCRAWL_INVALID_ARGUMENT, "There is no image to read.", NULL);
    scrawl_status status = model_check_classifies(model);
    if (status == SCRAWL_OK) status = dataset_check_labels(classes, labels, count);
    if (status != SCRAWL_OK) return status;
    scrawl_evaluator *evaluator = calloc(1, sizeof *evaluator);
    if (!evaluator) return fail_out_of_memory();
    evaluator->model = model;
    status = allocate(evaluator, classes, count, threads);
    if (status != SCRAWL_OK) {
        scrawl_evaluator_free(evaluator);
        return status;
    }
    memcpy(evaluator->labels, labels, count);
    evaluator->result = (scrawl_evaluation){
        .total = count,
        .class_count = classes,
        .confusion = evaluator->confusion,
        .predictions = evaluator->predictions,
        .confidences = evaluator->confidences,
    };
    update_result(evaluator);
    *result = evaluator;
    return SCRAWL_OK;
}

scrawl_status scrawl_evaluator_share(scrawl_evaluator *evaluator, const scrawl_ranks *ranks)
{
    const scrawl_model *model = evaluator->model;
    const char *architecture = scrawl_model_architecture(model);
    const struct likeness things[] = {
        {"network", fingerprint(FINGERPRINT_START, architecture, strlen(architecture))},
        {"model", evaluate_fingerprint(model)},
        {"labels", fingerprint(FINGERPRINT_START, evaluator->labels, evaluator->result.total)},
    };
    scrawl_status status = likeness_check(ranks, model->packed.kernels->name, things, sizeof things / sizeof *things);
    if (status == SCRAWL_OK) evaluator->ranks = ranks && ranks->count > 1 ? ranks : NULL;
    return status;
}

/* Each rank reads only some of them, so nothing else would show that others' differ. */
static scrawl_status check_likeness(const scrawl_evaluator *evaluator, const uint8_t *images, size_t count)
{
    if (!RANKS_BUILT_IN || !evaluator->ranks) return SCRAWL_OK;
    const struct likeness things[] = {{"images", fingerprint(FINGERPRINT_START, images, count * SCRAWL_IMAGE_PIXELS)}};
    return likeness_check(evaluator->ranks, evaluator->model->packed.kernels->name, things, 1);
}

static scrawl_status check_part(const scrawl_evaluation *result, const uint8_t *images, size_t count)
{
    char left[NUMBER_TEXT_SIZE], wanted[NUMBER_TEXT_SIZE];
    if (count > 0 && !images) return fail(SCRAWL_INVALID_ARGUMENT, "There are no images.", NULL);
    if (count <= result->total - result->images) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The labels are for ", unsigned_text(result->total - result->images, left),
                " more images, not for ", unsigned_text(count, wanted), ".", NULL);
}

scrawl_status scrawl_evaluator_read(scrawl_evaluator *evaluator, const uint8_t *images, size_t count)
{
    scrawl_status status = check_part(&evaluator->result, images, count);
    if (status == SCRAWL_OK) status = check_likeness(evaluator, images, count);
    if (status != SCRAWL_OK) return status;
    for (size_t part; count > 0; count -= part, images += part * SCRAWL_IMAGE_PIXELS) {
        part = min_size(count, evaluator->workspace.batch);
        const uint8_t *labels = evaluator->labels + evaluator->result.images;
        const struct batch_share share = {evaluator->ranks, part, 1};
        keep(evaluator,
             evaluate_part(evaluator->model, &evaluator->workspace, evaluator->parallel, &share, images, labels,
                           &evaluator->sums),
             part);
        update_result(evaluator);
    }
    return SCRAWL_OK;
}

const scrawl_evaluation *scrawl_evaluator_result(const scrawl_evaluator *evaluator)
{
    return &evaluator->result;
}

void scrawl_evaluator_free(scrawl_evaluator *evaluator)
{
    if (!evaluator) return;
    workspace_free(&evaluator->workspace);
    parallel_free(evaluator->parallel);
    free(evaluator->confusion);
    free(evaluator->confidences);
    free(evaluator->predictions);
    free(evaluator->labels);
    free(evaluator);
}
