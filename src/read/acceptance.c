/* Implements acceptance.h: two multilayer perceptrons, each with one hidden layer and weights past it. Must not know
 * pictures or candidates. */
#include "acceptance.h"

#include <math.h>
#include <stdint.h>

/* Numbers in hundredths, so that visitors of the page download less. */
struct perceptron {
    int16_t bias, direct[FEATURE_COUNT];
    int16_t weights[ACCEPTANCE_HIDDEN], hidden_bias[ACCEPTANCE_HIDDEN], hidden[FEATURE_COUNT][ACCEPTANCE_HIDDEN];
};

static const float hundredth = 1e-2f;

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct perceptron place = {
    .bias = -332,
    .direct =
        {
            [FEATURE_INK] = 5,         [FEATURE_GREY] = 11,        [FEATURE_DETECTOR] = 5,
            [FEATURE_SCORE] = 26,      [FEATURE_WINDOW] = 69,      [FEATURE_DETECTION] = -5,
            [FEATURE_OVERLAP] = 69,    [FEATURE_LOWER] = -91,      [FEATURE_HIGHER] = -83,
            [FEATURE_PRIOR] = 2,       [FEATURE_RULES] = -8,       [FEATURE_MADE] = -21,
            [FEATURE_BEST] = 15,       [FEATURE_CROWD] = 16,       [FEATURE_BROAD] = -33,
            [FEATURE_WIDTH] = 84,      [FEATURE_SIZE] = 12,        [FEATURE_GRAIN] = -105,
            [FEATURE_INK_AGREES] = 28, [FEATURE_GREY_AGREES] = 40, [FEATURE_DETECTOR_AGREES] = 35,
            [FEATURE_COVERS] = -28,    [FEATURE_BESIDE] = 17,      [FEATURE_LEFT_OUT] = 5,
            [FEATURE_BLANK] = 29,      [FEATURE_INSIDE] = -84,     [FEATURE_FIELD] = 17,
        },
    .weights = {-90, 92, -90},
    .hidden_bias = {-273, 194, -35},
    .hidden =
        {
            [FEATURE_INK] = {3, -2, 4},
            [FEATURE_GREY] = {-11, 9, -5},
            [FEATURE_DETECTOR] = {7, -2, 2},
            [FEATURE_SCORE] = {-39, 23, -47},
            [FEATURE_WINDOW] = {-27, 12, -56},
            [FEATURE_DETECTION] = {182, -124, 98},
            [FEATURE_OVERLAP] = {-56, 29, 13},
            [FEATURE_LOWER] = {72, -82, 87},
            [FEATURE_HIGHER] = {186, -187, 182},
            [FEATURE_PRIOR] = {34, 24, -3},
            [FEATURE_RULES] = {-3, 11, 1},
            [FEATURE_MADE] = {13, -23, 23},
            [FEATURE_BEST] = {0, -2, -2},
            [FEATURE_CROWD] = {-17, 18, -26},
            [FEATURE_BROAD] = {38, -129, -139},
            [FEATURE_WIDTH] = {-23, 26, -76},
            [FEATURE_SIZE] = {33, -23, -18},
            [FEATURE_GRAIN] = {69, 127, -102},
            [FEATURE_INK_AGREES] = {25, 22, 31},
            [FEATURE_GREY_AGREES] = {23, -18, -6},
            [FEATURE_DETECTOR_AGREES] = {20, -10, 7},
            [FEATURE_COVERS] = {16, -3, -44},
            [FEATURE_BESIDE] = {11, 3, 24},
            [FEATURE_LEFT_OUT] = {5, -1, 14},
            [FEATURE_BLANK] = {3, -63, -104},
            [FEATURE_INSIDE] = {-18, -6, 12},
            [FEATURE_FIELD] = {11, -45, 32},
        },
};
static const struct perceptron class_index = {
    .bias = 44,
    .direct =
        {
            [FEATURE_INK] = 3,         [FEATURE_GREY] = 8,         [FEATURE_DETECTOR] = 14,
            [FEATURE_SCORE] = 7,       [FEATURE_WINDOW] = -59,     [FEATURE_DETECTION] = -54,
            [FEATURE_OVERLAP] = -123,  [FEATURE_LOWER] = 16,       [FEATURE_HIGHER] = -89,
            [FEATURE_PRIOR] = 39,      [FEATURE_RULES] = -4,       [FEATURE_MADE] = 1,
            [FEATURE_BEST] = 4,        [FEATURE_CROWD] = -2,       [FEATURE_BROAD] = 77,
            [FEATURE_WIDTH] = 58,      [FEATURE_SIZE] = 3,         [FEATURE_GRAIN] = -36,
            [FEATURE_INK_AGREES] = 12, [FEATURE_GREY_AGREES] = 55, [FEATURE_DETECTOR_AGREES] = 14,
            [FEATURE_COVERS] = 30,     [FEATURE_BESIDE] = 6,       [FEATURE_LEFT_OUT] = -1,
            [FEATURE_BLANK] = 81,      [FEATURE_INSIDE] = 193,     [FEATURE_FIELD] = -9,
        },
    .weights = {-15, 72, -99},
    .hidden_bias = {866, 151, 1312},
    .hidden =
        {
            [FEATURE_INK] = {1, 0, 1},
            [FEATURE_GREY] = {-2, 8, 2},
            [FEATURE_DETECTOR] = {-8, 2, -3},
            [FEATURE_SCORE] = {-27, -9, -19},
            [FEATURE_WINDOW] = {-398, -138, -872},
            [FEATURE_DETECTION] = {-171, 28, -510},
            [FEATURE_OVERLAP] = {-214, 59, -87},
            [FEATURE_LOWER] = {351, -36, -26},
            [FEATURE_HIGHER] = {217, 40, 5},
            [FEATURE_PRIOR] = {-38, -70, -14},
            [FEATURE_RULES] = {80, -16, -1},
            [FEATURE_MADE] = {43, 6, -18},
            [FEATURE_BEST] = {-36, -24, 5},
            [FEATURE_CROWD] = {-13, 0, -2},
            [FEATURE_BROAD] = {9, -558, 27},
            [FEATURE_WIDTH] = {47, -108, -2},
            [FEATURE_SIZE] = {32, 6, 4},
            [FEATURE_GRAIN] = {541, -140, 30},
            [FEATURE_INK_AGREES] = {-18, 52, -4},
            [FEATURE_GREY_AGREES] = {33, 102, 4},
            [FEATURE_DETECTOR_AGREES] = {-32, -20, -13},
            [FEATURE_COVERS] = {15, -73, 25},
            [FEATURE_BESIDE] = {-52, 4, 5},
            [FEATURE_LEFT_OUT] = {-35, 20, -4},
            [FEATURE_BLANK] = {412, -933, -36},
            [FEATURE_INSIDE] = {-5, 75, 851},
            [FEATURE_FIELD] = {-45, -8, 8},
        },
};

/* By the one exponential function that the library needs anyway. */
static float hyperbolic_tangent(float x)
{
    return 1 - 2 / (expf(2 * x) + 1);
}

static float logit_by(const struct perceptron *perceptron, const float features[FEATURE_COUNT])
{
    float sum = perceptron->bias;
    for (int i = 0; i < FEATURE_COUNT; i++) sum += perceptron->direct[i] * features[i];
    for (int j = 0; j < ACCEPTANCE_HIDDEN; j++) {
        float input = perceptron->hidden_bias[j];
        for (int i = 0; i < FEATURE_COUNT; i++) input += perceptron->hidden[i][j] * features[i];
        sum += perceptron->weights[j] * hyperbolic_tangent(hundredth * input);
    }
    return hundredth * sum;
}

float acceptance_of_place(const float features[FEATURE_COUNT])
{
    return logit_by(&place, features);
}

float acceptance_of_class(const float features[FEATURE_COUNT])
{
    return logit_by(&class_index, features);
}
