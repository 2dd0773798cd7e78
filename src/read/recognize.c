/* Implements recognize.h, the reading part of scrawl.h: finds the digits, asks the network for them, and writes down
 * the reading; and a picture as a training image, by the same steps, so that a network trained on pictures sees what it
 * will be asked to read. Must not know files or how digits are found. */
#include "recognize.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chosen_digits.h"
#include "data/dataset.h"
#include "explanation.h"
#include "find/find_digits.h"
#include "group_strokes.h"
#include "layers/loss.h"
#include "reading.h"

scrawl_predict_options scrawl_predict_default(void)
{
    return (scrawl_predict_options){.single = false, .explain = false, .finder = NULL, .threads = 0};
}

/* ---- Pictures ---- */

/* What a reading of a picture is made of on the way. */
struct picture_reading {
    struct finding finding;
    struct split split;
    struct detections detections;
    struct candidates candidates;
    struct chosen_digits chosen;
};

static void picture_reading_free(struct picture_reading *parts)
{
    chosen_digits_free(&parts->chosen);
    candidates_free(&parts->candidates);
    detections_free(&parts->detections);
    split_free(&parts->split);
    finding_free(&parts->finding);
}

/* By the finder's windows alone. */
static scrawl_status read_windows(struct reader *reader, struct picture_reading *parts)
{
    const size_t classes = scrawl_model_class_count(reader->model);
    scrawl_status status = split_digits(reader, &parts->finding, &parts->split);
    return status == SCRAWL_OK ? chosen_of_split(&parts->finding, &parts->split, classes, &parts->chosen) : status;
}

/* ---- Whether a detector could change anything ---- */

static const float sure_confidence = 0.95f; /* of each digit */
static const double same_height = 1.6;      /* the highest digit to the lowest */

static bool is_whole_group(const struct picture_reading *parts, size_t place)
{
    return window_is_group(&parts->finding.windows[parts->split.chosen[place]]);
}

/* Digits of one size, each a group of its own and read without doubt, with nothing left out beside them. */
static bool is_sure(const scrawl_model *model, const struct picture_reading *parts)
{
    const struct found_digits *found = &parts->chosen.found;
    const size_t classes = scrawl_model_class_count(model);
    int least = INT_MAX, most = 0;
    if (found->count == 0 || parts->split.left_out_count > 0 || parts->finding.rulings.count > 0 ||
        finding_left_out_count(&parts->finding) > 0)
        return false;
    for (size_t i = 0; i < found->count; i++) {
        const float *probabilities = parts->chosen.probabilities + i * classes;
        if (probabilities[most_probable(classes, probabilities)] < sure_confidence || !is_whole_group(parts, i))
            return false;
        least = min_int(least, found->digits[i].height);
        most = max_int(most, found->digits[i].height);
    }
    return most <= same_height * least;
}

/* By windows and a detector's boxes. */
static scrawl_status read_candidates(const scrawl_model *detector, int threads, struct reader *reader,
                                     struct picture_reading *parts)
{
    const size_t classes = scrawl_model_class_count(reader->model);
    scrawl_status status = detect_for(detector, &parts->finding, threads, &parts->detections);
    if (status == SCRAWL_OK)
        status = candidates_find(reader, &parts->finding, &parts->split, &parts->detections, &parts->candidates);
    if (status != SCRAWL_OK) return status;
    struct chosen_digits chosen = {0};
    status = chosen_of_candidates(&parts->finding, &parts->candidates, classes, &chosen);
    if (status != SCRAWL_OK || (chosen.found.count == 0 && !parts->candidates.texture)) {
        chosen_digits_free(&chosen);
        return status;
    }
    chosen_digits_free(&parts->chosen);
    parts->chosen = chosen;
    return SCRAWL_OK;
}

/* Of what was found of a picture, and maybe looked at already. */
static scrawl_status read_found(struct reader *reader, const scrawl_predict_options *options,
                                struct picture_reading *parts, scrawl_reading **reading)
{
    const scrawl_model *model = reader->model;
    scrawl_explanation *explanation = NULL;
    scrawl_status status = read_windows(reader, parts);
    if (status == SCRAWL_OK && options->finder && !options->single && !is_sure(model, parts))
        status = read_candidates(options->finder, options->threads, reader, parts);
    if (status == SCRAWL_OK && options->explain)
        status = explanation_create(&parts->finding, &parts->chosen, &explanation);
    if (status == SCRAWL_OK)
        status = reading_write(model, parts->finding.picture_width, parts->finding.picture_height, &parts->chosen.found,
                               parts->chosen.probabilities, reading);
    if (status == SCRAWL_OK)
        (*reading)->explanation = explanation;
    else
        free(explanation);
    return status;
}

/* A detector finds the digits 0 to 9. */
static scrawl_status check_finder(const scrawl_model *model, const scrawl_model *finder)
{
    if (!finder) return SCRAWL_OK;
    if (!network_detects(&finder->network))
        return fail(SCRAWL_INVALID_ARGUMENT, "The finder is a model that reads digits, not one that finds them.", NULL);
    const size_t classes = scrawl_model_class_count(finder);
    if (classes != DETECTOR_CLASSES || classes != scrawl_model_class_count(model))
        return fail(SCRAWL_INVALID_ARGUMENT, "The finder and the model have different numbers of classes, or not ten.",
                    NULL);
    return SCRAWL_OK;
}

static scrawl_status find_parts(const struct picture *picture, const struct recognize_options *options,
                                struct picture_reading *parts)
{
    parts->finding.keep_picture = options->predict.explain || options->predict.finder;
    parts->finding.rules_off = options->rules_off;
    return find_digits(picture, options->predict.single, &parts->finding);
}

static scrawl_status read_picture(const scrawl_model *model, const struct picture *picture,
                                  const struct recognize_options *options, scrawl_reading **reading)
{
    struct picture_reading parts = {0};
    struct reader reader = {0};
    scrawl_status status = check_finder(model, options->predict.finder);
    if (status == SCRAWL_OK) status = find_parts(picture, options, &parts);
    if (status == SCRAWL_OK) status = reader_create(model, options->predict.threads, &reader);
    if (status == SCRAWL_OK) status = read_found(&reader, &options->predict, &parts, reading);
    picture_reading_free(&parts);
    reader_free(&reader);
    return status;
}

static struct recognize_options with_every_rule(const scrawl_predict_options *options)
{
    return (struct recognize_options){.predict = options ? *options : scrawl_predict_default()};
}

scrawl_status recognize_picture(const scrawl_model *model, const void *bytes, size_t size,
                                const struct recognize_options *options, scrawl_reading **reading)
{
    struct picture picture = {0};
    scrawl_status status = picture_decode(bytes, size, &picture);
    if (status == SCRAWL_OK) status = read_picture(model, &picture, options, reading);
    picture_free(&picture);
    return status;
}

scrawl_status scrawl_predict_picture(const scrawl_model *model, const void *bytes, size_t size,
                                     const scrawl_predict_options *options, scrawl_reading **reading)
{
    const struct recognize_options chosen = with_every_rule(options);
    return recognize_picture(model, bytes, size, &chosen, reading);
}

scrawl_status scrawl_predict_rgba(const scrawl_model *model, const uint8_t *rgba, size_t width, size_t height,
                                  const scrawl_predict_options *options, scrawl_reading **reading)
{
    struct picture picture = {0};
    const struct recognize_options chosen = with_every_rule(options);
    scrawl_status status = picture_from_rgba(rgba, width, height, &picture);
    if (status == SCRAWL_OK) status = read_picture(model, &picture, &chosen, reading);
    picture_free(&picture);
    return status;
}

/* ---- Several pictures: what the network is shown first of some of them, it is shown together ---- */

enum {
    MOST_TOGETHER = 8,
    TOGETHER_PIXELS = 1 << 20, /* found in, of all but the last one: what that takes in memory */
};

struct several {
    struct reader reader;
    struct recognize_options options;
    struct picture_reading parts[MOST_TOGETHER];
    bool found[MOST_TOGETHER]; /* false: no picture that can be read */
};

static scrawl_status find_in_bytes(struct several *several, size_t place, const void *bytes, size_t size,
                                   size_t *pixels)
{
    struct picture_reading *parts = &several->parts[place];
    struct picture picture = {0};
    scrawl_status status = picture_decode(bytes, size, &picture);
    if (status == SCRAWL_OK) status = find_parts(&picture, &several->options, parts);
    if (status == SCRAWL_OK) status = split_begin(&parts->finding, &parts->split);
    *pixels += (size_t)picture.width * (size_t)picture.height;
    several->found[place] = status == SCRAWL_OK;
    picture_free(&picture);
    return status == SCRAWL_OUT_OF_MEMORY ? status : SCRAWL_OK;
}

/* probabilities[slots of all][classes] to each its own. */
static scrawl_status give_out(struct several *several, size_t count, size_t classes, const float *probabilities)
{
    for (size_t i = 0; i < count; i++) {
        struct split *split = &several->parts[i].split;
        const size_t values = split->slot_count * classes;
        if (values == 0) continue;
        split->probabilities = malloc(values * sizeof *probabilities);
        if (!split->probabilities) return fail_out_of_memory();
        memcpy(split->probabilities, probabilities, values * sizeof *probabilities);
        probabilities += values;
    }
    return SCRAWL_OK;
}

static scrawl_status look_together(struct several *several, size_t count)
{
    const size_t classes = scrawl_model_class_count(several->reader.model);
    size_t slots = 0, filled = 0;
    for (size_t i = 0; i < count; i++) slots += several->parts[i].split.slot_count;
    if (slots == 0) return SCRAWL_OK;
    uint8_t *inputs = malloc(slots * SCRAWL_IMAGE_PIXELS);
    float *probabilities = malloc(slots * classes * sizeof *probabilities);
    scrawl_status status = inputs && probabilities ? SCRAWL_OK : fail_out_of_memory();
    for (size_t i = 0; status == SCRAWL_OK && i < count; i++) {
        const struct split *split = &several->parts[i].split;
        if (!split->slot_count) continue;
        memcpy(inputs + filled * SCRAWL_IMAGE_PIXELS, split->inputs, split->slot_count * (size_t)SCRAWL_IMAGE_PIXELS);
        filled += split->slot_count;
    }
    if (status == SCRAWL_OK) status = reader_read(&several->reader, inputs, slots, probabilities);
    if (status == SCRAWL_OK) status = give_out(several, count, classes, probabilities);
    free(probabilities);
    free(inputs);
    return status;
}

/* The next of the pictures, as many as are looked at together: *taken. */
static scrawl_status read_some(struct several *several, size_t count, const void *const *bytes, const size_t *sizes,
                               size_t *taken, scrawl_reading **readings)
{
    size_t pixels = 0, some = 0;
    scrawl_status status = SCRAWL_OK;
    while (status == SCRAWL_OK && some < min_size(count, MOST_TOGETHER) && pixels < TOGETHER_PIXELS) {
        status = find_in_bytes(several, some, bytes[some], sizes[some], &pixels);
        some++;
    }
    if (status == SCRAWL_OK) status = look_together(several, some);
    for (size_t i = 0; status == SCRAWL_OK && i < some; i++)
        if (several->found[i])
            status = read_found(&several->reader, &several->options.predict, &several->parts[i], &readings[i]);
    for (size_t i = 0; i < some; i++) picture_reading_free(&several->parts[i]);
    *taken = some;
    return status;
}

scrawl_status scrawl_predict_pictures(const scrawl_model *model, size_t count, const void *const *bytes,
                                      const size_t *sizes, const scrawl_predict_options *options,
                                      scrawl_reading **readings)
{
    struct several several = {.options = with_every_rule(options)};
    for (size_t i = 0; i < count; i++) readings[i] = NULL;
    scrawl_status status = check_finder(model, several.options.predict.finder);
    if (status == SCRAWL_OK) status = reader_create(model, several.options.predict.threads, &several.reader);
    if (status != SCRAWL_OK) return status;
    for (size_t first = 0, taken; status == SCRAWL_OK && first < count; first += taken)
        status = read_some(&several, count - first, bytes + first, sizes + first, &taken, readings + first);
    reader_free(&several.reader);
    for (size_t i = 0; status != SCRAWL_OK && i < count; i++) {
        scrawl_reading_free(readings[i]);
        readings[i] = NULL;
    }
    return status;
}

/* ---- Drawings ---- */

/* Without what is hardly more like one digit than like any, scribbles and signs, and without the small ones that the
 * network doubts: commas and points of other shapes. probabilities[found][classes]. */
static void drop_others(const scrawl_model *model, struct found_digits *found, float *probabilities)
{
    const size_t classes = scrawl_model_class_count(model), row = classes * sizeof *probabilities;
    const float least = split_least_of_digit(classes), least_small = fmaxf(least, scrawl_model_doubtful_below(model));
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        const float *seen = probabilities + i * classes;
        if (seen[most_probable(classes, seen)] < (found->digits[i].may_be_mark ? least_small : least)) continue;
        memmove(probabilities + kept * classes, seen, row);
        found->digits[kept++] = found->digits[i];
    }
    found->count = kept;
}

static scrawl_status read_drawing(const scrawl_model *model, int width, int height,
                                  const scrawl_predict_options *options, struct found_digits *found,
                                  scrawl_reading **reading)
{
    const size_t count = found->count ? found->count : 1;
    uint8_t *inputs = malloc(count * SCRAWL_IMAGE_PIXELS);
    float *probabilities = malloc(count * scrawl_model_class_count(model) * sizeof *probabilities);
    scrawl_status status = inputs && probabilities ? SCRAWL_OK : fail_out_of_memory();
    for (size_t i = 0; status == SCRAWL_OK && i < found->count; i++)
        memcpy(inputs + i * SCRAWL_IMAGE_PIXELS, found->digits[i].input, SCRAWL_IMAGE_PIXELS);
    if (status == SCRAWL_OK && found->count)
        status = scrawl_predict_images(model, inputs, found->count, options->threads, probabilities);
    if (status == SCRAWL_OK && !options->single) drop_others(model, found, probabilities);
    if (status == SCRAWL_OK) status = reading_write(model, width, height, found, probabilities, reading);
    free(probabilities);
    free(inputs);
    return status;
}

scrawl_status scrawl_predict_strokes(const scrawl_model *model, const scrawl_stroke *strokes, size_t stroke_count,
                                     const scrawl_predict_options *options, scrawl_reading **reading)
{
    scrawl_predict_options chosen = options ? *options : scrawl_predict_default();
    struct found_digits found = {0};
    int width, height;
    scrawl_status status = group_strokes(strokes, stroke_count, chosen.single, &found, &width, &height);
    if (status == SCRAWL_OK) status = read_drawing(model, width, height, &chosen, &found, reading);
    found_digits_free(&found);
    return status;
}

scrawl_status scrawl_image_from_picture(const void *bytes, size_t size, uint8_t *image)
{
    struct picture picture = {0};
    struct finding finding = {0};
    scrawl_status status = picture_decode(bytes, size, &picture);
    if (status == SCRAWL_OK) status = find_digits(&picture, true, &finding);
    if (status == SCRAWL_OK && finding.window_count == 0) {
        status = fail(SCRAWL_INVALID_PICTURE, "The picture holds no ink: it is empty or too faint.", NULL);
    }
    if (status == SCRAWL_OK) status = finding_input(&finding, &finding.windows[0], image);
    finding_free(&finding);
    picture_free(&picture);
    return status;
}

scrawl_status scrawl_dataset_add_picture(scrawl_dataset *dataset, const void *bytes, size_t size, size_t label)
{
    uint8_t image[SCRAWL_IMAGE_PIXELS];
    scrawl_status status = scrawl_image_from_picture(bytes, size, image);
    return status == SCRAWL_OK ? scrawl_dataset_add_image(dataset, image, label) : status;
}
