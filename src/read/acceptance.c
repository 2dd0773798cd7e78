/* Implements acceptance.h: two multilayer perceptrons, each with one hidden layer and weights past it. Must not know
 * pictures or candidates. */
#include "acceptance.h"

#include <math.h>
#include <stdint.h>

/* Numbers in thousandths, so that visitors of the page download half as much. */
struct perceptron {
    int16_t bias, direct[FEATURE_COUNT];
    int16_t weights[ACCEPTANCE_HIDDEN], hidden_bias[ACCEPTANCE_HIDDEN], hidden[FEATURE_COUNT][ACCEPTANCE_HIDDEN];
};

static const float thousandth = 1e-3f;

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct perceptron place = {
    .bias = -904,
    .direct = {
        [FEATURE_INK] = 25,
        [FEATURE_GREY] = 74,
        [FEATURE_DETECTOR] = 26,
        [FEATURE_SCORE] = 204,
        [FEATURE_WINDOW] = 606,
        [FEATURE_DETECTION] = -714,
        [FEATURE_OVERLAP] = 461,
        [FEATURE_LOWER] = -953,
        [FEATURE_HIGHER] = -1711,
        [FEATURE_PRIOR] = 79,
        [FEATURE_RULES] = -69,
        [FEATURE_MADE] = -376,
        [FEATURE_BEST] = 69,
        [FEATURE_CROWD] = 169,
        [FEATURE_BROAD] = -959,
        [FEATURE_WIDTH] = 574,
        [FEATURE_SIZE] = -117,
        [FEATURE_GRAIN] = -325,
        [FEATURE_INK_AGREES] = 215,
        [FEATURE_GREY_AGREES] = 292,
        [FEATURE_DETECTOR_AGREES] = -153,
        [FEATURE_COVERS] = -114,
        [FEATURE_BESIDE] = 169,
        [FEATURE_LEFT_OUT] = 145,
        [FEATURE_INSIDE] = 1084,
    },
    .weights = {1073, 931, -955, -285},
    .hidden_bias = {-3988, 304, -57, 4389},
    .hidden = {
        [FEATURE_INK] = {30, -15, 16, 17},
        [FEATURE_GREY] = {49, 113, -70, -54},
        [FEATURE_DETECTOR] = {-75, -39, 14, -79},
        [FEATURE_SCORE] = {282, 146, -260, -116},
        [FEATURE_WINDOW] = {57, 144, -972, -511},
        [FEATURE_DETECTION] = {1891, -411, 427, -1712},
        [FEATURE_OVERLAP] = {765, 350, 132, -934},
        [FEATURE_LOWER] = {-599, -855, 1121, 1444},
        [FEATURE_HIGHER] = {-2118, -719, 805, 540},
        [FEATURE_PRIOR] = {-267, -312, -115, 488},
        [FEATURE_RULES] = {54, -12, -59, -62},
        [FEATURE_MADE] = {25, -73, 171, 525},
        [FEATURE_BEST] = {-106, -65, -14, 46},
        [FEATURE_CROWD] = {215, 261, -104, -9},
        [FEATURE_BROAD] = {-215, 300, -282, 28},
        [FEATURE_WIDTH] = {1017, 438, -131, -416},
        [FEATURE_SIZE] = {153, -46, 52, 81},
        [FEATURE_GRAIN] = {2426, -1012, 60, -2659},
        [FEATURE_INK_AGREES] = {-209, -119, -95, -177},
        [FEATURE_GREY_AGREES] = {112, -170, -3, -767},
        [FEATURE_DETECTOR_AGREES] = {456, -50, 171, -853},
        [FEATURE_COVERS] = {-447, 511, -197, 78},
        [FEATURE_BESIDE] = {-58, -35, 1, -219},
        [FEATURE_LEFT_OUT] = {-6, -108, -35, -18},
        [FEATURE_INSIDE] = {-1179, -851, -231, 2961},
    },
};
static const struct perceptron class_index = {
    .bias = 473,
    .direct = {
        [FEATURE_INK] = 18,
        [FEATURE_GREY] = 60,
        [FEATURE_DETECTOR] = 98,
        [FEATURE_SCORE] = 42,
        [FEATURE_WINDOW] = -596,
        [FEATURE_DETECTION] = -211,
        [FEATURE_OVERLAP] = -950,
        [FEATURE_LOWER] = -68,
        [FEATURE_HIGHER] = -701,
        [FEATURE_PRIOR] = 407,
        [FEATURE_RULES] = -93,
        [FEATURE_MADE] = -49,
        [FEATURE_BEST] = -67,
        [FEATURE_CROWD] = -17,
        [FEATURE_BROAD] = 489,
        [FEATURE_WIDTH] = 256,
        [FEATURE_SIZE] = -9,
        [FEATURE_GRAIN] = -1167,
        [FEATURE_INK_AGREES] = 246,
        [FEATURE_GREY_AGREES] = 425,
        [FEATURE_DETECTOR_AGREES] = 182,
        [FEATURE_COVERS] = 128,
        [FEATURE_BESIDE] = 68,
        [FEATURE_LEFT_OUT] = 46,
        [FEATURE_INSIDE] = 1780,
    },
    .weights = {486, 908, -1033, -150},
    .hidden_bias = {-3665, -3409, 6952, 9858},
    .hidden = {
        [FEATURE_INK] = {71, -24, 8, -12},
        [FEATURE_GREY] = {63, 40, -34, -61},
        [FEATURE_DETECTOR] = {-23, 9, -35, -116},
        [FEATURE_SCORE] = {133, 103, -3, -83},
        [FEATURE_WINDOW] = {-2269, -399, -7637, -3772},
        [FEATURE_DETECTION] = {2507, 4138, -177, -2558},
        [FEATURE_OVERLAP] = {1724, 501, 329, -1909},
        [FEATURE_LOWER] = {15, -356, 118, 3567},
        [FEATURE_HIGHER] = {-1882, 277, -301, -397},
        [FEATURE_PRIOR] = {-953, 159, -208, 934},
        [FEATURE_RULES] = {51, -51, 46, -282},
        [FEATURE_MADE] = {604, 117, -75, 342},
        [FEATURE_BEST] = {178, -54, -1, 23},
        [FEATURE_CROWD] = {20, 15, 26, 184},
        [FEATURE_BROAD] = {-1412, 241, -222, 515},
        [FEATURE_WIDTH] = {-319, -85, 236, 114},
        [FEATURE_SIZE] = {-148, 13, -15, 264},
        [FEATURE_GRAIN] = {4499, -1097, 477, -3562},
        [FEATURE_INK_AGREES] = {375, -23, -85, -711},
        [FEATURE_GREY_AGREES] = {1559, -38, -53, -1702},
        [FEATURE_DETECTOR_AGREES] = {961, 259, 51, -1278},
        [FEATURE_COVERS] = {-1279, -102, -134, 286},
        [FEATURE_BESIDE] = {-57, -28, -2, -190},
        [FEATURE_LEFT_OUT] = {-188, 20, -61, 0},
        [FEATURE_INSIDE] = {881, -9315, -88, 4335},
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
        sum += perceptron->weights[j] * hyperbolic_tangent(thousandth * input);
    }
    return thousandth * sum;
}

float acceptance_of_place(const float features[FEATURE_COUNT])
{
    return logit_by(&place, features);
}

float acceptance_of_class(const float features[FEATURE_COUNT])
{
    return logit_by(&class_index, features);
}
