/* Temperature and doubt on logits whose truth is known. */
#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "layers/loss.h"
#include "model/calibrate.h"
#include "test.h"

enum { IMAGES = 4000, CLASSES = 5 };

/* Labels drawn from the probabilities of random logits; then those logits times `factor`. */
static float *overconfident(float factor, uint8_t *labels)
{
    struct random random = random_stream(3, RANDOM_WEIGHTS, 0, 0);
    float *values = malloc(sizeof(float[IMAGES][CLASSES]));
    for (int image = 0; image < IMAGES; image++) {
        float *logits = values + image * CLASSES, probabilities[CLASSES];
        for (int i = 0; i < CLASSES; i++) logits[i] = probabilities[i] = 2 * random_normal(&random);
        softmax(1, CLASSES, probabilities);
        float rest = random_uniform(&random);
        int label = 0;
        while (label < CLASSES - 1 && rest >= probabilities[label]) rest -= probabilities[label++];
        labels[image] = (uint8_t)label;
        for (int i = 0; i < CLASSES; i++) logits[i] *= factor;
    }
    softmax(IMAGES, CLASSES, values);
    return values;
}

TEST(calibrate_finds_the_temperature)
{
    static const float factors[] = {0.6f, 1, 3};
    uint8_t labels[IMAGES];
    for (size_t i = 0; i < sizeof factors / sizeof *factors; i++) {
        float *probabilities = overconfident(factors[i], labels);
        const float temperature = calibrate_temperature(IMAGES, CLASSES, probabilities, labels);
        CHECK_NEAR(temperature / factors[i], 1, 0.06);
        free(probabilities);
    }
}

TEST(calibrate_stays_sane_when_no_image_was_read_wrong)
{
    static const float probabilities[] = {0.9f, 0.1f, 0.2f, 0.8f};
    static const uint8_t labels[] = {0, 1};
    CHECK_NEAR(calibrate_temperature(2, 2, probabilities, labels), 0.5, 1e-3);
}

TEST(calibrate_apply_divides_logits)
{
    float probabilities[] = {1, 3, -2, 0, 80}, expected[] = {0.5f, 1.5f, -1, 0, 40};
    softmax(1, 4, probabilities);
    softmax(1, 4, expected);
    calibrate_apply(1, 4, 2, probabilities);
    for (int i = 0; i < 4; i++) CHECK_NEAR(probabilities[i], expected[i], 1e-6);
    float certain[] = {1, 0, 0, 0};
    calibrate_apply(1, 4, 0.5f, certain);
    CHECK_NEAR(certain[0], 1, 0);
    CHECK_NEAR(certain[3], 0, 0);
}

/* 1000 images of two classes whose right confidences rise evenly from `least` to 1. */
static float doubt_of(float least)
{
    enum { COUNT = 1000 };
    static float probabilities[COUNT * 2];
    static uint8_t labels[COUNT];
    for (int i = 0; i < COUNT; i++) {
        probabilities[2 * i] = least + (1 - least) * (float)i / COUNT;
        probabilities[2 * i + 1] = 1 - probabilities[2 * i];
    }
    return calibrate_doubt(COUNT, 2, probabilities, labels);
}

TEST(calibrate_doubts_few_right_ones)
{
    CHECK_NEAR(doubt_of(0.7f), 0.703, 0.0021);
    CHECK_NEAR(doubt_of(0.99f), 0.9, 1e-6);
    CHECK_NEAR(doubt_of(0.501f), 0.506, 0.0021);
}
