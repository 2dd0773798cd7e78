/* Implements detector_alone.h: detections become candidates of which a threshold chooses. Knows no rule and no network
 * that reads. */
#include "detector_alone.h"

#include <stdlib.h>
#include <string.h>

#include "find/find_digits.h"
#include "read/candidates.h"
#include "read/chosen_digits.h"
#include "read/reading.h"

static scrawl_status candidates_from(const struct detections *detections, float least_score,
                                     struct candidates *candidates)
{
    const size_t count = detections->count;
    candidates->items = calloc(count + 1, sizeof *candidates->items);
    candidates->choices = calloc(count + 1, sizeof *candidates->choices);
    candidates->inputs = calloc(count + 1, SCRAWL_IMAGE_PIXELS);
    candidates->probabilities = calloc((count + 1) * DETECTOR_CLASSES, sizeof *candidates->probabilities);
    if (!candidates->items || !candidates->choices || !candidates->inputs || !candidates->probabilities)
        return fail_out_of_memory();
    for (size_t i = 0; i < count; i++) {
        const struct detection *detection = &detections->items[i];
        candidates->items[i] = (struct candidate){
            .box = detection->box, .window = NO_SOURCE, .detection = i, .confidence = detection->score};
        candidates->choices[i].chosen = detection->score >= least_score;
        memcpy(candidates->probabilities + i * DETECTOR_CLASSES, detection->probabilities,
               sizeof detection->probabilities);
    }
    candidates->count = count;
    return SCRAWL_OK;
}

scrawl_status read_by_detector(const scrawl_model *model, const scrawl_model *detector, const void *bytes, size_t size,
                               float least_score, scrawl_reading **reading)
{
    struct picture picture = {0};
    struct finding finding = {.keep_picture = true};
    struct detections detections = {0};
    struct candidates candidates = {0};
    struct chosen_digits chosen = {0};
    if (!detector) return fail(SCRAWL_INVALID_ARGUMENT, "There is no finder to read by.", NULL);
    if (scrawl_model_class_count(model) != DETECTOR_CLASSES)
        return fail(SCRAWL_INVALID_ARGUMENT, "The model reads other classes than the ten digits.", NULL);
    scrawl_status status = picture_decode(bytes, size, &picture);
    if (status == SCRAWL_OK) status = find_digits(&picture, false, &finding);
    if (status == SCRAWL_OK) status = detect_for(detector, &finding, 1, &detections);
    if (status == SCRAWL_OK) status = candidates_from(&detections, least_score, &candidates);
    if (status == SCRAWL_OK) status = chosen_of_candidates(&finding, &candidates, DETECTOR_CLASSES, &chosen);
    if (status == SCRAWL_OK)
        status = reading_write(model, finding.picture_width, finding.picture_height, &chosen.found,
                               chosen.probabilities, reading);
    chosen_digits_free(&chosen);
    candidates_free(&candidates);
    detections_free(&detections);
    finding_free(&finding);
    picture_free(&picture);
    return status;
}
