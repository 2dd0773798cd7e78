/* Implements calibrate.h. Must not know where probabilities come from. */
#include "calibrate.h"

#include <math.h>

#include "layers/loss.h"

/* p ^ exponent for 0 <= p <= 1; 0 below what a logarithm can tell. */
static float power(float p, float exponent)
{
    return p > 0 ? expf(exponent * logf(p)) : 0;
}

/* A softmax's probabilities hold its logits up to a constant: log p. So dividing the logits by a temperature is a power
 * of p. */
void calibrate_apply(size_t images, size_t classes, float temperature, float *probabilities)
{
    if (temperature == 1) return;
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        float sum = 0;
        for (size_t i = 0; i < classes; i++) sum += probabilities[i] = power(probabilities[i], 1 / temperature);
        for (size_t i = 0; i < classes; i++) probabilities[i] /= sum;
    }
}

/* ---- Temperature ------------------------------------------------------------------------------------------------- */

static double loss_at(float temperature, size_t images, size_t classes, const float *probabilities,
                      const uint8_t *labels)
{
    static const float smallest = 1e-30f; /* what rounding made 0 */
    double loss = 0;
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        double sum = 0;
        for (size_t i = 0; i < classes; i++) sum += (double)power(probabilities[i], 1 / temperature);
        loss += log(sum) - log((double)fmaxf(probabilities[labels[image]], smallest)) / (double)temperature;
    }
    return loss;
}

/* The loss has one minimum: golden-section search over the logarithm of the temperature. A network that made no mistake
 * on few images would have none: what it says is made surer by a factor of 2 at most. */
float calibrate_temperature(size_t images, size_t classes, const float *probabilities, const uint8_t *labels)
{
    enum { STEPS = 24 };
    static const float golden = 0.618034f, least = -0.6931472f, most = 1.6094379f; /* logarithms of 1/2 and 5 */
    float low = least, high = most;
    float a = high - golden * (high - low), b = low + golden * (high - low);
    double loss_a = loss_at(expf(a), images, classes, probabilities, labels);
    double loss_b = loss_at(expf(b), images, classes, probabilities, labels);
    for (int step = 0; step < STEPS; step++) {
        const bool left = loss_a <= loss_b;
        if (left)
            high = b, b = a, loss_b = loss_a, a = high - golden * (high - low);
        else
            low = a, a = b, loss_a = loss_b, b = low + golden * (high - low);
        *(left ? &loss_a : &loss_b) = loss_at(expf(left ? a : b), images, classes, probabilities, labels);
    }
    return expf((low + high) / 2);
}

/* ---- Doubt ------------------------------------------------------------------------------------------------------- */

float calibrate_doubt(size_t images, size_t classes, const float *probabilities, const uint8_t *labels)
{
    enum { BINS = 1000 };
    static const double doubted = 0.01; /* part of the right ones */
    static const float least = 0.5f, most = 0.9f;
    size_t counts[BINS] = {0}, right = 0, below = 0, bin = 0;
    for (size_t image = 0; image < images; image++, probabilities += classes) {
        const size_t best = most_probable(classes, probabilities);
        if (best != labels[image]) continue;
        right++;
        counts[(size_t)fminf(probabilities[best] * BINS, BINS - 1)]++;
    }
    while (bin < BINS && (double)(below += counts[bin]) <= doubted * (double)right) bin++;
    return fminf(fmaxf((float)bin / BINS, least), most);
}
