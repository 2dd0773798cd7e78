/* Implements reading.h. Must not know pictures, strokes or how digits are chosen. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/minmax.h"
#include "base/status.h"
#include "layers/loss.h"

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

bool reading_is_wide_gap(const struct found_digit *before, const struct found_digit *here)
{
    return here->x - before->x - before->width > space_gap * max_int(before->height, here->height);
}

/* Where a digit stands in the text, from the digit before it. */
static void place_in_text(const struct found_digit *before, const struct found_digit *here,
                          const scrawl_digit *previous, scrawl_digit *digit)
{
    const bool same_line = here->line == before->line;
    digit->line = previous->line + !same_line;
    digit->space_before = same_line && reading_is_wide_gap(before, here);
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
            .doubtful = place->doubted || place->beside_left_out || !(probabilities[class_index] >= doubtful_below),
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

scrawl_status reading_write(const scrawl_model *model, int width, int height, const struct found_digits *found,
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

void scrawl_reading_free(scrawl_reading *reading)
{
    if (!reading) return;
    free((void *)reading->explanation);
    free(reading);
}
