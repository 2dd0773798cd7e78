/* How much a network's confidence is worth: the temperature that makes it true on images that were not trained on, and
 * the confidence below which a reading is doubtful. Knows no network. */
#ifndef CALIBRATE_H
#define CALIBRATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a model file may say. */
static const float CALIBRATE_LEAST_TEMPERATURE = 0.05f, CALIBRATE_MOST_TEMPERATURE = 20;
/* Of a model that was never calibrated. */
static const float CALIBRATE_DEFAULT_DOUBT = 0.5f;

/* probabilities[images][classes] become those of the logits divided by the temperature, in place. */
void calibrate_apply(size_t images, size_t classes, float temperature, float *probabilities);

/* The temperature that gives probabilities[images][classes] of labels[images] the least cross-entropy (Guo et al., "On
 * calibration of modern neural networks", 2017). */
float calibrate_temperature(size_t images, size_t classes, const float *probabilities, const uint8_t *labels);

/* The confidence that few of the right ones among probabilities[images][classes] are below. */
float calibrate_doubt(size_t images, size_t classes, const float *probabilities, const uint8_t *labels);

#endif
