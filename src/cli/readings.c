/* Implements readings.h. Must not know what is made of the readings. */
#include "readings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "progress.h"
#include "report.h"

enum { ALL_PROCESSORS = 0, PART = 1024 /* images read between two looks at the clock */ };

static const double smallest_probability = 1e-7; /* in losses, as scrawl_evaluate has it */

size_t readings_most_probable(const float *probabilities, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}

/* Of one image; losses are summed up. */
static void keep(struct readings *readings, size_t index, size_t actual, const float *probabilities)
{
    size_t read = readings_most_probable(probabilities, readings->class_count);
    double probability = (double)probabilities[actual];
    readings->classes[index] = (uint8_t)read;
    readings->confidences[index] = probabilities[read];
    readings->confusion[actual * readings->class_count + read]++;
    readings->errors += read != actual;
    readings->loss -= log(probability < smallest_probability ? smallest_probability : probability);
}

static bool read_part(const scrawl_model *model, const scrawl_dataset *dataset, size_t first, size_t count,
                      uint8_t *images, float *probabilities, struct readings *readings)
{
    for (size_t i = 0; i < count; i++)
        memcpy(images + i * SCRAWL_IMAGE_PIXELS, scrawl_dataset_image(dataset, first + i), SCRAWL_IMAGE_PIXELS);
    if (scrawl_predict_images(model, images, count, ALL_PROCESSORS, probabilities) != SCRAWL_OK) {
        complain("%s", scrawl_error());
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        size_t actual = (size_t)scrawl_dataset_label(dataset, first + i);
        keep(readings, first + i, actual, probabilities + i * readings->class_count);
    }
    return true;
}

static bool read_all(const scrawl_model *model, const scrawl_dataset *dataset, struct readings *readings)
{
    uint8_t *images = allocate((size_t)PART * SCRAWL_IMAGE_PIXELS);
    float *probabilities = allocate((size_t)PART * readings->class_count * sizeof *probabilities);
    struct count_view view;
    bool ok = true;
    count_start(&view, "Reading", readings->count);
    for (size_t done = 0; ok && done < readings->count; done += PART) {
        size_t count = readings->count - done < PART ? readings->count - done : PART;
        ok = read_part(model, dataset, done, count, images, probabilities, readings);
        count_show(&view, done + count);
    }
    readings->seconds = count_seconds(&view);
    count_clear(&view);
    free(probabilities);
    free(images);
    return ok;
}

/* Bin i holds confidences above i / bins, up to and with (i + 1) / bins. */
static size_t bin_of(double confidence)
{
    double bin = ceil(confidence * READINGS_CALIBRATION_BINS) - 1;
    if (!(bin > 0)) return 0;
    return bin < READINGS_CALIBRATION_BINS ? (size_t)bin : READINGS_CALIBRATION_BINS - 1;
}

/* sum over bins of |images right - sum of confidences| / all images (Guo et al., "On calibration of modern neural
 * networks", 2017, equation 3, the bin's size cancelled) */
static double calibration_error(const struct readings *readings, const scrawl_dataset *dataset)
{
    double surplus[READINGS_CALIBRATION_BINS] = {0}, sum = 0;
    for (size_t i = 0; i < readings->count; i++) {
        double confidence = (double)readings->confidences[i];
        bool right = readings->classes[i] == scrawl_dataset_label(dataset, i);
        surplus[bin_of(confidence)] += confidence - right;
    }
    for (int i = 0; i < READINGS_CALIBRATION_BINS; i++) sum += fabs(surplus[i]);
    return sum / (double)readings->count;
}

bool readings_make(const scrawl_model *model, const scrawl_dataset *dataset, struct readings *readings)
{
    size_t count = scrawl_dataset_count(dataset), class_count = scrawl_model_class_count(model);
    *readings = (struct readings){
        .count = count,
        .class_count = class_count,
        .classes = allocate(count * sizeof *readings->classes),
        .confidences = allocate(count * sizeof *readings->confidences),
        .confusion = allocate(class_count * class_count * sizeof *readings->confusion),
    };
    if (!read_all(model, dataset, readings)) {
        readings_free(readings);
        return false;
    }
    readings->loss /= (double)count;
    readings->accuracy = (double)(count - readings->errors) / (double)count;
    readings->calibration_error = calibration_error(readings, dataset);
    return true;
}

void readings_free(struct readings *readings)
{
    free(readings->classes);
    free(readings->confidences);
    free(readings->confusion);
    *readings = (struct readings){0};
}
