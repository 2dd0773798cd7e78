/* Implements loss.h. */
#include "loss.h"

#include <math.h>
#include <stdbool.h>

static void softmax_row(size_t classes, float *values)
{
    float largest = values[0], sum = 0;
    for (size_t i = 1; i < classes; i++) largest = values[i] > largest ? values[i] : largest;
    for (size_t i = 0; i < classes; i++) sum += values[i] = expf(values[i] - largest);
    for (size_t i = 0; i < classes; i++) values[i] /= sum;
}

void softmax(size_t images, size_t classes, float *values)
{
    for (size_t image = 0; image < images; image++) softmax_row(classes, values + image * classes);
}

size_t most_probable(size_t classes, const float *probabilities)
{
    size_t best = 0;
    for (size_t i = 1; i < classes; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}

void cross_entropy(size_t images, size_t classes, const float *probabilities, const uint8_t *labels, double *loss,
                   size_t *correct)
{
    static const float smallest = 1e-7f; /* as Keras clips, so that one certain mistake gives no infinite loss */
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        if (labels[image] >= classes) continue;
        float probability = probabilities[labels[image]];
        *loss -= log(probability < smallest ? smallest : probability); /* a NaN stays one */
        *correct += most_probable(classes, probabilities) == labels[image];
    }
}

void cross_entropy_gradient(size_t images, size_t batch, size_t classes, float *probabilities,
                            const struct targets *targets)
{
    const float share = targets->taught ? targets->teacher_share : 0, by_label = 1 - share;
    const float everywhere = by_label * targets->label_smoothing / (float)classes;
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        const bool known = targets->labels[image] < classes;
        if (known) probabilities[targets->labels[image]] -= by_label * (1 - targets->label_smoothing);
        const float target = known ? everywhere : by_label / (float)classes;
        const float *taught = targets->taught ? targets->taught + image * classes : NULL;
        for (size_t i = 0; i < classes; i++)
            probabilities[i] = (probabilities[i] - target - (taught ? share * taught[i] : 0)) / (float)batch;
    }
}
