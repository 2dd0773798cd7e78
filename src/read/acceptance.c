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
static const struct perceptron place =
    {
        .bias = -2771,
        .direct =
            {
                [FEATURE_INK] = 46,         [FEATURE_GREY] = 87,         [FEATURE_DETECTOR] = 42,
                [FEATURE_SCORE] = 253,      [FEATURE_WINDOW] = 646,      [FEATURE_DETECTION] = -266,
                [FEATURE_OVERLAP] = 624,    [FEATURE_LOWER] = -768,      [FEATURE_HIGHER] = -1439,
                [FEATURE_PRIOR] = 112,      [FEATURE_RULES] = -12,       [FEATURE_MADE] = -332,
                [FEATURE_BEST] = 143,       [FEATURE_CROWD] = 167,       [FEATURE_BROAD] = -338,
                [FEATURE_WIDTH] = 458,      [FEATURE_SIZE] = 161,        [FEATURE_GRAIN] = 321,
                [FEATURE_INK_AGREES] = 305, [FEATURE_GREY_AGREES] = 375, [FEATURE_DETECTOR_AGREES] = 346,
                [FEATURE_COVERS] = -228,    [FEATURE_BESIDE] = 215,      [FEATURE_LEFT_OUT] = 149,
                [FEATURE_BLANK] = 316,      [FEATURE_INSIDE] = -1298,
            },
        .weights = {-876, 994, -657, 969},
        .hidden_bias = {-1451, -1095, -364, 1257},
        .hidden =
            {
                [FEATURE_INK] = {29, -32, 61, 18},
                [FEATURE_GREY] = {-81, 100, -75, 87},
                [FEATURE_DETECTOR] = {-30, -42, 62, -108},
                [FEATURE_SCORE] = {-268, 175, -445, 466},
                [FEATURE_WINDOW] = {-576, 342, -1099, 246},
                [FEATURE_DETECTION] = {863, -302, 1211, -1710},
                [FEATURE_OVERLAP] = {-195, 452, 186, -77},
                [FEATURE_LOWER] = {642, -683, 822, 10},
                [FEATURE_HIGHER] = {1032, -74, 230, -2649},
                [FEATURE_PRIOR] = {-42, -271, -191, -77},
                [FEATURE_RULES] = {-21, 44, -69, -2},
                [FEATURE_MADE] = {235, 75, 530, 95},
                [FEATURE_BEST] = {20, 42, -72, -89},
                [FEATURE_CROWD] = {-75, 250, -167, 256},
                [FEATURE_BROAD] = {870, 1979, -1164, -1425},
                [FEATURE_WIDTH] = {-182, 846, -842, 478},
                [FEATURE_SIZE] = {366, 36, -80, -31},
                [FEATURE_GRAIN] = {1102, -1840, -614, 2794},
                [FEATURE_INK_AGREES] = {-146, -177, 73, -226},
                [FEATURE_GREY_AGREES] = {24, -36, 82, -220},
                [FEATURE_DETECTOR_AGREES] = {179, 128, 74, -9},
                [FEATURE_COVERS] = {151, 567, -292, -90},
                [FEATURE_BESIDE] = {41, 124, 89, -246},
                [FEATURE_LEFT_OUT] = {43, -175, 254, 15},
                [FEATURE_BLANK] = {1181, -594, -383, 554},
                [FEATURE_INSIDE] = {-345, 923, 446, 270},
            },
};
static const struct perceptron class_index =
    {
        .bias = -639,
        .direct =
            {
                [FEATURE_INK] = 32,         [FEATURE_GREY] = 79,         [FEATURE_DETECTOR] = 171,
                [FEATURE_SCORE] = 128,      [FEATURE_WINDOW] = -1191,    [FEATURE_DETECTION] = 348,
                [FEATURE_OVERLAP] = -702,   [FEATURE_LOWER] = -268,      [FEATURE_HIGHER] = -1035,
                [FEATURE_PRIOR] = 462,      [FEATURE_RULES] = 106,       [FEATURE_MADE] = -94,
                [FEATURE_BEST] = -69,       [FEATURE_CROWD] = -12,       [FEATURE_BROAD] = 307,
                [FEATURE_WIDTH] = 561,      [FEATURE_SIZE] = 72,         [FEATURE_GRAIN] = 762,
                [FEATURE_INK_AGREES] = 235, [FEATURE_GREY_AGREES] = 446, [FEATURE_DETECTOR_AGREES] = 370,
                [FEATURE_COVERS] = 49,      [FEATURE_BESIDE] = 118,      [FEATURE_LEFT_OUT] = -18,
                [FEATURE_BLANK] = 1575,     [FEATURE_INSIDE] = 35,
            },
        .weights = {-457, 1167, -824, 283},
        .hidden_bias = {5313, 360, 10435, 899},
        .hidden =
            {
                [FEATURE_INK] = {-16, 2, -2, 57},
                [FEATURE_GREY] = {-110, 61, -37, 82},
                [FEATURE_DETECTOR] = {-70, 59, -76, -11},
                [FEATURE_SCORE] = {58, -46, -40, 62},
                [FEATURE_WINDOW] = {-6618, 224, -11458, -784},
                [FEATURE_DETECTION] = {392, 596, -393, -109},
                [FEATURE_OVERLAP] = {-1086, -408, 255, -266},
                [FEATURE_LOWER] = {186, 8, -97, 122},
                [FEATURE_HIGHER] = {-1195, -54, 325, -1239},
                [FEATURE_PRIOR] = {948, -5, -83, -286},
                [FEATURE_RULES] = {192, -114, 14, -882},
                [FEATURE_MADE] = {-463, 16, -41, 130},
                [FEATURE_BEST] = {147, -36, 42, 82},
                [FEATURE_CROWD] = {181, 10, 16, 168},
                [FEATURE_BROAD] = {3615, -51, 128, -4273},
                [FEATURE_WIDTH] = {1449, 3, -3, -1018},
                [FEATURE_SIZE] = {344, 30, 34, 5},
                [FEATURE_GRAIN] = {2673, -347, 575, -6055},
                [FEATURE_INK_AGREES] = {-605, -47, -94, 39},
                [FEATURE_GREY_AGREES] = {-1318, -59, 15, 865},
                [FEATURE_DETECTOR_AGREES] = {266, -149, 219, -181},
                [FEATURE_COVERS] = {1007, 286, -14, -1319},
                [FEATURE_BESIDE] = {-7, -13, -9, 30},
                [FEATURE_LEFT_OUT] = {-316, -22, -16, 263},
                [FEATURE_BLANK] = {7056, -11120, -398, -5977},
                [FEATURE_INSIDE] = {-2108, 4, -540, 983},
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
