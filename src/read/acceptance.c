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
static const struct perceptron place =
    {
        .bias = -170,
        .direct =
            {
                [FEATURE_INK] = 6,         [FEATURE_GREY] = 8,         [FEATURE_DETECTOR] = 4,
                [FEATURE_SCORE] = 20,      [FEATURE_WINDOW] = 38,      [FEATURE_DETECTION] = -48,
                [FEATURE_OVERLAP] = 55,    [FEATURE_LOWER] = -63,      [FEATURE_HIGHER] = -99,
                [FEATURE_PRIOR] = -2,      [FEATURE_RULES] = -6,       [FEATURE_MADE] = -20,
                [FEATURE_BEST] = 10,       [FEATURE_CROWD] = 12,       [FEATURE_BROAD] = -60,
                [FEATURE_WIDTH] = 41,      [FEATURE_SIZE] = 10,        [FEATURE_GRAIN] = -151,
                [FEATURE_INK_AGREES] = 17, [FEATURE_GREY_AGREES] = 19, [FEATURE_DETECTOR_AGREES] = 14,
                [FEATURE_COVERS] = -28,    [FEATURE_BESIDE] = 17,      [FEATURE_LEFT_OUT] = 9,
                [FEATURE_BLANK] = 4,       [FEATURE_INSIDE] = 20,      [FEATURE_FIELD] = 9,
            },
        .weights = {-79, 57, 90, 49, 78, -59},
        .hidden_bias = {29, -150, 287, 140, 124, -40},
        .hidden =
            {
                [FEATURE_INK] = {4, 0, 0, 4, -6, 3},
                [FEATURE_GREY] = {-6, 7, 9, 8, 3, -10},
                [FEATURE_DETECTOR] = {1, -3, -9, -8, -8, -2},
                [FEATURE_SCORE] = {-33, 20, 62, 46, 35, -36},
                [FEATURE_WINDOW] = {18, 50, 84, -52, 90, 38},
                [FEATURE_DETECTION] = {92, 0, -281, -18, -134, -39},
                [FEATURE_OVERLAP] = {-19, 10, -4, 65, 35, -46},
                [FEATURE_LOWER] = {15, -99, -91, -20, -131, 100},
                [FEATURE_HIGHER] = {173, -29, -278, -184, 18, 173},
                [FEATURE_PRIOR] = {9, 73, -27, -40, -53, -27},
                [FEATURE_RULES] = {6, -7, 10, 5, 7, -3},
                [FEATURE_MADE] = {20, -2, 14, 14, 7, 3},
                [FEATURE_BEST] = {-4, -4, -32, -16, 24, 5},
                [FEATURE_CROWD] = {-10, 6, 41, 22, 27, -15},
                [FEATURE_BROAD] = {-155, 147, -287, -84, 109, -12},
                [FEATURE_WIDTH] = {-70, 96, 11, -4, 108, -34},
                [FEATURE_SIZE] = {8, 2, 30, -23, -38, 19},
                [FEATURE_GRAIN] = {-112, 5, 213, 170, -311, -138},
                [FEATURE_INK_AGREES] = {-15, 33, -28, -30, -3, -1},
                [FEATURE_GREY_AGREES] = {1, 51, -30, -37, -20, 15},
                [FEATURE_DETECTOR_AGREES] = {-14, -25, -2, -21, -4, -13},
                [FEATURE_COVERS] = {9, 63, 14, -45, 34, 36},
                [FEATURE_BESIDE] = {-15, -15, -36, -5, 51, 4},
                [FEATURE_LEFT_OUT] = {-8, -14, -19, 6, -29, -8},
                [FEATURE_BLANK] = {-87, -38, -21, 71, -26, -78},
                [FEATURE_INSIDE] = {40, -2, -48, -97, 93, 194},
                [FEATURE_FIELD] = {-17, 12, -53, -19, -32, 46},
            },
};
static const struct perceptron class_index =
    {
        .bias = 123,
        .direct =
            {
                [FEATURE_INK] = 5,        [FEATURE_GREY] = 8,         [FEATURE_DETECTOR] = 12,
                [FEATURE_SCORE] = -1,     [FEATURE_WINDOW] = -130,    [FEATURE_DETECTION] = 1,
                [FEATURE_OVERLAP] = -82,  [FEATURE_LOWER] = -14,      [FEATURE_HIGHER] = 62,
                [FEATURE_PRIOR] = 14,     [FEATURE_RULES] = 23,       [FEATURE_MADE] = -15,
                [FEATURE_BEST] = 6,       [FEATURE_CROWD] = 0,        [FEATURE_BROAD] = 44,
                [FEATURE_WIDTH] = 28,     [FEATURE_SIZE] = 1,         [FEATURE_GRAIN] = -13,
                [FEATURE_INK_AGREES] = 7, [FEATURE_GREY_AGREES] = 13, [FEATURE_DETECTOR_AGREES] = -24,
                [FEATURE_COVERS] = 13,    [FEATURE_BESIDE] = 6,       [FEATURE_LEFT_OUT] = 0,
                [FEATURE_BLANK] = 62,     [FEATURE_INSIDE] = 197,     [FEATURE_FIELD] = -11,
            },
        .weights = {-100, 88, 66, -81, 51, -99},
        .hidden_bias = {292, -3, -695, -112, -645, 1064},
        .hidden =
            {
                [FEATURE_INK] = {2, 2, 4, -2, 6, 3},
                [FEATURE_GREY] = {-2, 7, 6, -7, 9, -4},
                [FEATURE_DETECTOR] = {-13, 7, 17, -16, 0, -13},
                [FEATURE_SCORE] = {-19, -2, -12, 19, -12, -9},
                [FEATURE_WINDOW] = {58, -1, 773, 4, 518, -585},
                [FEATURE_DETECTION] = {-264, 145, 47, -64, -148, -373},
                [FEATURE_OVERLAP] = {-54, -96, -48, 85, 91, -100},
                [FEATURE_LOWER] = {-77, -45, 18, 2, -48, 52},
                [FEATURE_HIGHER] = {65, 78, -14, 80, 75, 80},
                [FEATURE_PRIOR] = {3, 14, 7, 9, -110, -20},
                [FEATURE_RULES] = {-7, 7, -13, 16, 19, 28},
                [FEATURE_MADE] = {-12, -4, 8, 3, 10, -24},
                [FEATURE_BEST] = {0, -12, -7, -4, 25, 3},
                [FEATURE_CROWD] = {4, -3, -1, 3, 3, -6},
                [FEATURE_BROAD] = {8, 29, -4, -3, -207, 10},
                [FEATURE_WIDTH] = {-21, -8, 9, -18, -83, -22},
                [FEATURE_SIZE] = {-4, -4, 6, -2, -2, 3},
                [FEATURE_GRAIN] = {-7, 36, -31, 37, -521, -61},
                [FEATURE_INK_AGREES] = {11, 10, -12, 8, 88, -4},
                [FEATURE_GREY_AGREES] = {13, 13, -8, 35, 147, -29},
                [FEATURE_DETECTOR_AGREES] = {-75, -29, -63, 44, 16, 1},
                [FEATURE_COVERS] = {56, 27, -2, 3, -3, 10},
                [FEATURE_BESIDE] = {-2, 4, -1, 5, -2, 7},
                [FEATURE_LEFT_OUT] = {1, -1, 0, 3, 34, -4},
                [FEATURE_BLANK] = {26, 58, -809, 729, 82, 609},
                [FEATURE_INSIDE] = {781, -47, 102, -159, 257, 812},
                [FEATURE_FIELD] = {-1, 7, 0, 3, 33, 1},
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
