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
    .bias = -182,
    .direct =
        {
            [FEATURE_INK] = 5,         [FEATURE_GREY] = 11,        [FEATURE_DETECTOR] = 5,
            [FEATURE_SCORE] = 27,      [FEATURE_WINDOW] = 73,      [FEATURE_DETECTION] = -64,
            [FEATURE_OVERLAP] = 72,    [FEATURE_LOWER] = -93,      [FEATURE_HIGHER] = -140,
            [FEATURE_PRIOR] = 13,      [FEATURE_RULES] = -9,       [FEATURE_MADE] = -39,
            [FEATURE_BEST] = 14,       [FEATURE_CROWD] = 16,       [FEATURE_BROAD] = 7,
            [FEATURE_WIDTH] = 46,      [FEATURE_SIZE] = -1,        [FEATURE_GRAIN] = -113,
            [FEATURE_INK_AGREES] = 39, [FEATURE_GREY_AGREES] = 30, [FEATURE_DETECTOR_AGREES] = 26,
            [FEATURE_COVERS] = -11,    [FEATURE_BESIDE] = 25,      [FEATURE_LEFT_OUT] = 5,
            [FEATURE_BLANK] = 0,       [FEATURE_INSIDE] = 46,
        },
    .weights = {113, -89, -109},
    .hidden_bias = {-141, 1, -204},
    .hidden =
        {
            [FEATURE_INK] = {0, 6, 2},
            [FEATURE_GREY] = {11, -9, -5},
            [FEATURE_DETECTOR] = {-6, 6, 2},
            [FEATURE_SCORE] = {33, -45, -41},
            [FEATURE_WINDOW] = {48, -97, -39},
            [FEATURE_DETECTION] = {54, 150, 161},
            [FEATURE_OVERLAP] = {0, -9, 1},
            [FEATURE_LOWER] = {-34, 75, 56},
            [FEATURE_HIGHER] = {-79, 59, 249},
            [FEATURE_PRIOR] = {-8, 16, 17},
            [FEATURE_RULES] = {5, 4, -10},
            [FEATURE_MADE] = {2, 38, 6},
            [FEATURE_BEST] = {-16, -7, 2},
            [FEATURE_CROWD] = {16, -18, -21},
            [FEATURE_BROAD] = {-116, -203, 66},
            [FEATURE_WIDTH] = {67, -126, -3},
            [FEATURE_SIZE] = {8, -11, 26},
            [FEATURE_GRAIN] = {48, 20, -95},
            [FEATURE_INK_AGREES] = {4, 28, 25},
            [FEATURE_GREY_AGREES] = {-16, 6, -2},
            [FEATURE_DETECTOR_AGREES] = {15, -12, 30},
            [FEATURE_COVERS] = {-51, -47, -24},
            [FEATURE_BESIDE] = {-15, 6, 16},
            [FEATURE_LEFT_OUT] = {-9, 17, 0},
            [FEATURE_BLANK] = {-4, -76, -11},
            [FEATURE_INSIDE] = {-142, 33, 15},
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
