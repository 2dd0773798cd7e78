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
    .bias = -163,
    .direct =
        {
            [FEATURE_INK] = 5,         [FEATURE_GREY] = 11,        [FEATURE_DETECTOR] = 4,
            [FEATURE_SCORE] = 26,      [FEATURE_WINDOW] = 70,      [FEATURE_DETECTION] = -86,
            [FEATURE_OVERLAP] = 70,    [FEATURE_LOWER] = -99,      [FEATURE_HIGHER] = -141,
            [FEATURE_PRIOR] = 15,      [FEATURE_RULES] = -10,      [FEATURE_MADE] = -37,
            [FEATURE_BEST] = 16,       [FEATURE_CROWD] = 18,       [FEATURE_BROAD] = -79,
            [FEATURE_WIDTH] = 36,      [FEATURE_SIZE] = 2,         [FEATURE_GRAIN] = -100,
            [FEATURE_INK_AGREES] = 37, [FEATURE_GREY_AGREES] = 33, [FEATURE_DETECTOR_AGREES] = 24,
            [FEATURE_COVERS] = -12,    [FEATURE_BESIDE] = 28,      [FEATURE_LEFT_OUT] = 11,
            [FEATURE_BLANK] = -15,     [FEATURE_INSIDE] = 50,
        },
    .weights = {113, -81, -107},
    .hidden_bias = {-159, -12, -166},
    .hidden =
        {
            [FEATURE_INK] = {-1, 5, 1},
            [FEATURE_GREY] = {10, -9, -6},
            [FEATURE_DETECTOR] = {-7, 7, 2},
            [FEATURE_SCORE] = {33, -44, -40},
            [FEATURE_WINDOW] = {60, -87, -34},
            [FEATURE_DETECTION] = {6, 137, 153},
            [FEATURE_OVERLAP] = {-6, -15, -4},
            [FEATURE_LOWER] = {-21, 58, 53},
            [FEATURE_HIGHER] = {-106, 47, 201},
            [FEATURE_PRIOR] = {-3, 11, 15},
            [FEATURE_RULES] = {8, 5, -10},
            [FEATURE_MADE] = {-9, 36, -5},
            [FEATURE_BEST] = {-7, -9, 0},
            [FEATURE_CROWD] = {21, -18, -23},
            [FEATURE_BROAD] = {61, -158, 118},
            [FEATURE_WIDTH] = {88, -139, -16},
            [FEATURE_SIZE] = {11, -4, 19},
            [FEATURE_GRAIN] = {83, -1, -142},
            [FEATURE_INK_AGREES] = {5, 31, 22},
            [FEATURE_GREY_AGREES] = {-10, 11, 4},
            [FEATURE_DETECTOR_AGREES] = {30, -8, 30},
            [FEATURE_COVERS] = {-13, -47, 6},
            [FEATURE_BESIDE] = {-7, 6, 18},
            [FEATURE_LEFT_OUT] = {-12, 20, -2},
            [FEATURE_BLANK] = {-16, -107, 6},
            [FEATURE_INSIDE] = {-96, 33, 9},
        },
};
static const struct perceptron class_index = {
    .bias = 263,
    .direct =
        {
            [FEATURE_INK] = 5,         [FEATURE_GREY] = 10,         [FEATURE_DETECTOR] = 18,
            [FEATURE_SCORE] = -1,      [FEATURE_WINDOW] = -66,      [FEATURE_DETECTION] = -75,
            [FEATURE_OVERLAP] = -183,  [FEATURE_LOWER] = -41,       [FEATURE_HIGHER] = -60,
            [FEATURE_PRIOR] = 43,      [FEATURE_RULES] = -13,       [FEATURE_MADE] = -14,
            [FEATURE_BEST] = 3,        [FEATURE_CROWD] = -5,        [FEATURE_BROAD] = 71,
            [FEATURE_WIDTH] = 19,      [FEATURE_SIZE] = -1,         [FEATURE_GRAIN] = 10,
            [FEATURE_INK_AGREES] = 20, [FEATURE_GREY_AGREES] = -81, [FEATURE_DETECTOR_AGREES] = 1,
            [FEATURE_COVERS] = 52,     [FEATURE_BESIDE] = 10,       [FEATURE_LEFT_OUT] = 0,
            [FEATURE_BLANK] = -55,     [FEATURE_INSIDE] = 410,
        },
    .weights = {123, -93, -57},
    .hidden_bias = {-593, 1472, 1210},
    .hidden =
        {
            [FEATURE_INK] = {-2, 0, -5},
            [FEATURE_GREY] = {1, -2, -6},
            [FEATURE_DETECTOR] = {6, -7, -7},
            [FEATURE_SCORE] = {9, -10, -14},
            [FEATURE_WINDOW] = {-57, -1087, -644},
            [FEATURE_DETECTION] = {525, -477, -368},
            [FEATURE_OVERLAP] = {41, -105, -170},
            [FEATURE_LOWER] = {28, -36, 43},
            [FEATURE_HIGHER] = {-65, 21, -28},
            [FEATURE_PRIOR] = {17, -2, 94},
            [FEATURE_RULES] = {5, 6, -3},
            [FEATURE_MADE] = {1, -23, -58},
            [FEATURE_BEST] = {-18, 5, 10},
            [FEATURE_CROWD] = {5, 2, -2},
            [FEATURE_BROAD] = {-106, 26, 309},
            [FEATURE_WIDTH] = {51, 6, 123},
            [FEATURE_SIZE] = {2, 3, 3},
            [FEATURE_GRAIN] = {-39, 47, 228},
            [FEATURE_INK_AGREES] = {11, -6, -19},
            [FEATURE_GREY_AGREES] = {142, 51, -211},
            [FEATURE_DETECTOR_AGREES] = {7, 0, -10},
            [FEATURE_COVERS] = {-41, 18, 136},
            [FEATURE_BESIDE] = {-1, 1, 5},
            [FEATURE_LEFT_OUT] = {-1, -3, -27},
            [FEATURE_BLANK] = {-3, -87, -139},
            [FEATURE_INSIDE] = {-1066, 291, -32},
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
