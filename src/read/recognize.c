/* The reading part of scrawl.h: finds the digits, asks the network for them, and writes down the reading; and a picture
 * as a training image, by the same steps, so that a network trained on pictures sees what it will be asked to read.
 * Must not know files or how digits are found. */
#include <stdlib.h>
#include <string.h>

#include "data/dataset.h"
#include "explanation.h"
#include "find/find_digits.h"
#include "group_strokes.h"
#include "layers/loss.h"
#include "split_digits.h"

scrawl_predict_options scrawl_predict_default(void)
{
    return (scrawl_predict_options){.single = false, .explain = false};
}

/* A gap between digits of one line that is wider than this many of their heights becomes a space. */
static const double space_gap = 1.2;

/* A reading and everything it points to are one allocation; the reading comes first. */
struct reading_parts {
    scrawl_reading *reading;
    scrawl_digit *digits; /* [count] */
    float *probabilities; /* [count][classes] */
    uint8_t *inputs;      /* [count][28][28] */
    char *labels;         /* the classes' names, each with its 0 */
    char *text;
};

static size_t labels_size(const scrawl_model *model, size_t classes, size_t *longest)
{
    size_t size = 0;
    *longest = 0;
    for (size_t class = 0; class < classes; class ++) {
        size_t length = strlen(scrawl_model_label(model, class));
        if (length > *longest) *longest = length;
        size += length + 1;
    }
    return size;
}

/* No product here can overflow: the finder gives a few thousand digits at most, a model 256 classes. */
static scrawl_status allocate_reading(const scrawl_model *model, size_t count, struct reading_parts *parts)
{
    size_t classes = scrawl_model_class_count(model), longest;
    size_t digits_size = count * sizeof(scrawl_digit), probabilities_size = count * classes * sizeof(float);
    size_t inputs_size = count * SCRAWL_IMAGE_PIXELS, names_size = labels_size(model, classes, &longest);
    size_t text_size = count * (longest + 1) + 1;
    char *memory =
        calloc(1, sizeof(scrawl_reading) + digits_size + probabilities_size + inputs_size + names_size + text_size);
    if (!memory) return fail_out_of_memory();
    parts->reading = (scrawl_reading *)memory;
    parts->digits = (scrawl_digit *)(memory += sizeof(scrawl_reading));
    parts->probabilities = (float *)(memory += digits_size);
    parts->inputs = (uint8_t *)(memory += probabilities_size);
    parts->labels = memory += inputs_size;
    parts->text = memory + names_size;
    return SCRAWL_OK;
}

/* The copied name of a class. */
static const char *copied_label(const char *labels, int class_index)
{
    while (class_index-- > 0) labels += strlen(labels) + 1;
    return labels;
}

static void copy_labels(const scrawl_model *model, char *labels)
{
    for (size_t class = 0; class < scrawl_model_class_count(model); class ++) {
        size_t size = strlen(scrawl_model_label(model, class)) + 1;
        memcpy(labels, scrawl_model_label(model, class), size);
        labels += size;
    }
}

static bool is_wide_gap(const struct found_digit *before, const struct found_digit *here)
{
    return here->x - before->x - before->width > space_gap * max_int(before->height, here->height);
}

/* Where a digit stands in the text, from the digit before it. */
static void place_in_text(const struct found_digit *before, const struct found_digit *here,
                          const scrawl_digit *previous, scrawl_digit *digit)
{
    const bool same_line = here->line == before->line;
    digit->line = previous->line + !same_line;
    digit->space_before = same_line && is_wide_gap(before, here);
}

static void write_digits(const scrawl_model *model, const struct found_digits *found, struct reading_parts *parts)
{
    const size_t classes = scrawl_model_class_count(model);
    const float doubtful_below = scrawl_model_doubtful_below(model);
    for (size_t i = 0; i < found->count; i++) {
        const struct found_digit *place = &found->digits[i];
        const float *probabilities = parts->probabilities + i * classes;
        int class_index = (int)most_probable(classes, probabilities);
        memcpy(parts->inputs + i * SCRAWL_IMAGE_PIXELS, place->input, SCRAWL_IMAGE_PIXELS);
        parts->digits[i] = (scrawl_digit){
            .x = place->x,
            .y = place->y,
            .width = place->width,
            .height = place->height,
            .class_index = class_index,
            .confidence = probabilities[class_index],
            .doubtful = place->beside_left_out || !(probabilities[class_index] >= doubtful_below),
            .beside_left_out = place->beside_left_out,
            .label = copied_label(parts->labels, class_index),
            .probabilities = probabilities,
            .input = parts->inputs + i * SCRAWL_IMAGE_PIXELS,
        };
        if (i > 0) place_in_text(place - 1, place, &parts->digits[i - 1], &parts->digits[i]);
    }
}

static void write_text(size_t count, struct reading_parts *parts)
{
    char *next = parts->text;
    for (size_t i = 0; i < count; i++) {
        const scrawl_digit *digit = &parts->digits[i];
        if (i > 0 && digit->line != digit[-1].line) *next++ = '\n';
        if (digit->space_before) *next++ = ' ';
        size_t length = strlen(digit->label);
        memcpy(next, digit->label, length);
        next += length;
    }
    *next = 0;
}

/* probabilities[found][classes]. width, height: of what they were found in. */
static scrawl_status write_reading(const scrawl_model *model, int width, int height, const struct found_digits *found,
                                   const float *probabilities, scrawl_reading **reading)
{
    struct reading_parts parts = {0};
    scrawl_status status = allocate_reading(model, found->count, &parts);
    if (status != SCRAWL_OK) return status;
    copy_labels(model, parts.labels);
    if (found->count)
        memcpy(parts.probabilities, probabilities,
               found->count * scrawl_model_class_count(model) * sizeof *probabilities);
    write_digits(model, found, &parts);
    write_text(found->count, &parts);
    *parts.reading = (scrawl_reading){
        .text = parts.text,
        .digit_count = found->count,
        .digits = parts.digits,
        .width = width,
        .height = height,
    };
    *reading = parts.reading;
    return SCRAWL_OK;
}

/* ---- Pictures ---- */

/* What the network says of a window counts as far as the window is in the right path; else it may be anything. */
static void weigh(float share, size_t classes, const float *seen, float *probabilities)
{
    for (size_t i = 0; i < classes; i++) probabilities[i] = share * seen[i] + (1 - share) / (float)classes;
}

static struct found_digit digit_of(const struct finding *finding, const struct split *split, size_t place)
{
    const struct window *window = &finding->windows[split->chosen[place]];
    const size_t slot = split->slots[split->chosen[place]];
    const struct box box = finding_box(finding, window);
    struct found_digit digit = {
        .x = box.left,
        .y = box.top,
        .width = box_width(&box),
        .height = box_height(&box),
        .line = finding->grouping.groups[window->group].line,
    };
    memcpy(digit.input, split->inputs + slot * SCRAWL_IMAGE_PIXELS, SCRAWL_IMAGE_PIXELS);
    return digit;
}

/* What was left out beside a digit of the same number may be one that can't be read: the number is in doubt then. */
static bool makes_doubtful(const struct found_digit *before, const struct found_digit *here)
{
    return before->line == here->line && !is_wide_gap(before, here);
}

/* The chosen windows as digits, and probabilities[digits][classes]. */
static void collect(const struct finding *finding, const struct split *split, size_t classes,
                    struct found_digits *found, float *probabilities)
{
    struct found_digit before, here;
    for (size_t i = 0; i < split->chosen_count; i++, before = here) {
        here = digit_of(finding, split, i);
        const bool doubt = i > 0 && split->left_out[i] != split->left_out[i - 1] && makes_doubtful(&before, &here);
        if (split->left_out[i]) {
            if (doubt) found->digits[found->count - 1].beside_left_out = true;
            continue;
        }
        here.beside_left_out = doubt;
        weigh(split->shares[i], classes, split->probabilities + split->slots[split->chosen[i]] * classes,
              probabilities + found->count * classes);
        found->digits[found->count++] = here;
    }
}

static scrawl_status read_finding(const scrawl_model *model, const struct finding *finding, const struct split *split,
                                  scrawl_reading **reading)
{
    const size_t count = split->chosen_count, classes = scrawl_model_class_count(model);
    struct found_digits found = {.digits = malloc((count ? count : 1) * sizeof *found.digits)};
    float *probabilities = malloc((count ? count : 1) * classes * sizeof *probabilities);
    scrawl_status status = found.digits && probabilities ? SCRAWL_OK : fail_out_of_memory();
    if (status == SCRAWL_OK) {
        collect(finding, split, classes, &found, probabilities);
        status = write_reading(model, finding->picture_width, finding->picture_height, &found, probabilities, reading);
    }
    free(probabilities);
    found_digits_free(&found);
    return status;
}

static scrawl_status read_picture(const scrawl_model *model, const struct picture *picture,
                                  const scrawl_predict_options *options, scrawl_reading **reading)
{
    scrawl_predict_options chosen = options ? *options : scrawl_predict_default();
    struct finding finding = {.keep_early = chosen.explain};
    struct reader reader = {0};
    struct split split = {0};
    scrawl_explanation *explanation = NULL;
    scrawl_reading *result = NULL;
    scrawl_status status = find_digits(picture, chosen.single, &finding);
    if (status == SCRAWL_OK) status = reader_create(model, 1, &reader);
    if (status == SCRAWL_OK) status = split_digits(&reader, &finding, &split);
    if (status == SCRAWL_OK && chosen.explain) status = explanation_create(model, &finding, &split, &explanation);
    if (status == SCRAWL_OK) status = read_finding(model, &finding, &split, &result);
    if (status == SCRAWL_OK) {
        result->explanation = explanation;
        *reading = result;
    } else {
        free(explanation);
    }
    split_free(&split);
    reader_free(&reader);
    finding_free(&finding);
    return status;
}

scrawl_status scrawl_predict_picture(const scrawl_model *model, const void *bytes, size_t size,
                                     const scrawl_predict_options *options, scrawl_reading **reading)
{
    struct picture picture = {0};
    scrawl_status status = picture_decode(bytes, size, &picture);
    if (status == SCRAWL_OK) status = read_picture(model, &picture, options, reading);
    picture_free(&picture);
    return status;
}

scrawl_status scrawl_predict_rgba(const scrawl_model *model, const uint8_t *rgba, size_t width, size_t height,
                                  const scrawl_predict_options *options, scrawl_reading **reading)
{
    struct picture picture = {0};
    scrawl_status status = picture_from_rgba(rgba, width, height, &picture);
    if (status == SCRAWL_OK) status = read_picture(model, &picture, options, reading);
    picture_free(&picture);
    return status;
}

/* ---- Drawings ---- */

/* Without the small ones that the network doubts: commas and points of other shapes. probabilities[found][classes]. */
static void drop_marks(const scrawl_model *model, struct found_digits *found, float *probabilities)
{
    const size_t classes = scrawl_model_class_count(model), row = classes * sizeof *probabilities;
    size_t kept = 0;
    for (size_t i = 0; i < found->count; i++) {
        const float *seen = probabilities + i * classes;
        if (found->digits[i].may_be_mark && seen[most_probable(classes, seen)] < scrawl_model_doubtful_below(model))
            continue;
        memmove(probabilities + kept * classes, seen, row);
        found->digits[kept++] = found->digits[i];
    }
    found->count = kept;
}

static scrawl_status read_drawing(const scrawl_model *model, int width, int height, struct found_digits *found,
                                  scrawl_reading **reading)
{
    const size_t count = found->count ? found->count : 1;
    uint8_t *inputs = malloc(count * SCRAWL_IMAGE_PIXELS);
    float *probabilities = malloc(count * scrawl_model_class_count(model) * sizeof *probabilities);
    scrawl_status status = inputs && probabilities ? SCRAWL_OK : fail_out_of_memory();
    for (size_t i = 0; status == SCRAWL_OK && i < found->count; i++)
        memcpy(inputs + i * SCRAWL_IMAGE_PIXELS, found->digits[i].input, SCRAWL_IMAGE_PIXELS);
    if (status == SCRAWL_OK && found->count)
        status = scrawl_predict_images(model, inputs, found->count, 1, probabilities);
    if (status == SCRAWL_OK) drop_marks(model, found, probabilities);
    if (status == SCRAWL_OK) status = write_reading(model, width, height, found, probabilities, reading);
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
    if (status == SCRAWL_OK) status = read_drawing(model, width, height, &found, reading);
    found_digits_free(&found);
    return status;
}

void scrawl_reading_free(scrawl_reading *reading)
{
    if (!reading) return;
    free((void *)reading->explanation);
    free(reading);
}

/* The input that reading `bytes` as a single digit would show the network. */
static scrawl_status prepare_single(const void *bytes, size_t size, uint8_t image[SCRAWL_IMAGE_PIXELS])
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
    scrawl_status status = prepare_single(bytes, size, image);
    return status == SCRAWL_OK ? dataset_add_image(dataset, image, label) : status;
}
