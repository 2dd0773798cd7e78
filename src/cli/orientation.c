/* Implements orientation.h. Must not know where images come from. */
#include "orientation.h"

#include <stdlib.h>
#include <string.h>

#include "models.h"
#include "report.h"

enum { SIDE = SCRAWL_IMAGE_SIDE, PIXELS = SCRAWL_IMAGE_PIXELS, DIGITS = 10, LOOKED_AT = 250, LEAST_IMAGES = 30 };
static const char reader_name[] = "small";

/* ---- Which images show which digit ---- */

/* EMNIST's letters are numbered from 1, and these three are written as digits are. */
static const struct {
    int label, digit;
} letters[] = {{'S' - 'A' + 1, 5}, {'Z' - 'A' + 1, 2}, {'Q' - 'A' + 1, 9}};

/* Whether the labels are 1 to 26 and not 0. */
static bool are_letters(const scrawl_dataset *dataset)
{
    const uint8_t *labels = scrawl_dataset_labels(dataset);
    int least = SCRAWL_MAX_CLASSES, most = 0;
    for (size_t i = 0; i < scrawl_dataset_count(dataset); i++) {
        if (labels[i] < least) least = labels[i];
        if (labels[i] > most) most = labels[i];
    }
    return least == 1 && most == 'Z' - 'A' + 1;
}

/* The digit that a label stands for; -1: none. */
static int digit_of(int label, bool is_letter)
{
    for (size_t i = 0; is_letter && i < sizeof letters / sizeof *letters; i++)
        if (letters[i].label == label) return letters[i].digit;
    return is_letter || label >= DIGITS ? -1 : label;
}

/* Some images of digits, from all over the data set. */
struct sample {
    size_t count;
    int digits[LOOKED_AT];
    uint8_t images[LOOKED_AT * PIXELS], transposed[LOOKED_AT * PIXELS];
};

static void transpose(const uint8_t *image, uint8_t *transposed)
{
    for (size_t row = 0; row < SIDE; row++)
        for (size_t column = 0; column < SIDE; column++) transposed[column * SIDE + row] = image[row * SIDE + column];
}

static void add_image(const uint8_t *image, int digit, struct sample *sample)
{
    memcpy(sample->images + sample->count * PIXELS, image, PIXELS);
    transpose(image, sample->transposed + sample->count * PIXELS);
    sample->digits[sample->count++] = digit;
}

static void take_sample(const scrawl_dataset *dataset, struct sample *sample)
{
    const size_t count = scrawl_dataset_count(dataset);
    const bool is_letter = are_letters(dataset);
    size_t shown = 0, seen = 0;
    for (size_t i = 0; i < count; i++) shown += digit_of(scrawl_dataset_label(dataset, i), is_letter) >= 0;
    const size_t step = shown / LOOKED_AT + 1;
    for (size_t i = 0; i < count && sample->count < LOOKED_AT; i++) {
        const int digit = digit_of(scrawl_dataset_label(dataset, i), is_letter);
        if (digit >= 0 && seen++ % step == 0) add_image(scrawl_dataset_image(dataset, i), digit, sample);
    }
}

/* ---- What a network says ---- */

static size_t count_right(const scrawl_model *model, const uint8_t *images, const struct sample *sample, int threads)
{
    float *probabilities = allocate(sample->count * DIGITS * sizeof *probabilities);
    size_t right = 0;
    if (scrawl_predict_images(model, images, sample->count, threads, probabilities) == SCRAWL_OK) {
        for (size_t i = 0; i < sample->count; i++) {
            const float *row = probabilities + i * DIGITS;
            int best = 0;
            for (int k = 1; k < DIGITS; k++)
                if (row[k] > row[best]) best = k;
            right += best == sample->digits[i];
        }
    }
    free(probabilities);
    return right;
}

struct orientation_evidence orientation_look(const scrawl_dataset *dataset, int threads)
{
    struct orientation_evidence evidence = {0};
    scrawl_model *model = NULL;
    if (!model_is_built_in(reader_name)) return evidence;
    struct sample *sample = allocate(sizeof *sample);
    take_sample(dataset, sample);
    if (sample->count >= LEAST_IMAGES && model_open(reader_name, &model)) {
        evidence.images = sample->count;
        evidence.as_they_lie = count_right(model, sample->images, sample, threads);
        evidence.transposed = count_right(model, sample->transposed, sample, threads);
    }
    scrawl_model_free(model);
    free(sample);
    return evidence;
}

bool orientation_is_transposed(const struct orientation_evidence *evidence)
{
    static const double most_are_right = 0.6, clearly_more = 0.2;
    const double images = (double)evidence->images, transposed = (double)evidence->transposed;
    return evidence->images > 0 && transposed > most_are_right * images &&
           transposed - (double)evidence->as_they_lie > clearly_more * images;
}

scrawl_status orientation_transpose(scrawl_dataset **dataset)
{
    const size_t count = scrawl_dataset_count(*dataset);
    uint8_t *images = allocate(count * PIXELS);
    scrawl_dataset *result = NULL;
    for (size_t i = 0; i < count; i++) transpose(scrawl_dataset_image(*dataset, i), images + i * PIXELS);
    scrawl_status status = scrawl_dataset_from_arrays(images, scrawl_dataset_labels(*dataset), count,
                                                      scrawl_dataset_class_count(*dataset), &result);
    free(images);
    if (status != SCRAWL_OK) return status;
    scrawl_dataset_free(*dataset);
    *dataset = result;
    return SCRAWL_OK;
}
