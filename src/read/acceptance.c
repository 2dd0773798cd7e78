/* Implements acceptance.h: two networks with one hidden layer. Must not know pictures or candidates. */
#include "acceptance.h"

#include <math.h>
#include <stdint.h>

/* Numbers in thousandths, so that visitors of the page download half as much. */
struct judge {
    int16_t bias, weights[ACCEPTANCE_HIDDEN], hidden_bias[ACCEPTANCE_HIDDEN];
    int16_t hidden[FEATURE_COUNT][ACCEPTANCE_HIDDEN];
};

static const float unit = 1e-3f;

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct judge place =
    {
        .bias = -372,
        .weights = {597, -577, 773, -854, -704, 826, 716, 542},
        .hidden_bias = {-4006, -1524, 1593, 534, -455, 432, -51, 1401},
        .hidden =
            {
                [FEATURE_INK] = {-40, 13, -40, -29, 1, 95, 23, -116},
                [FEATURE_GREY] = {35, -120, 56, -158, -96, 36, 139, 104},
                [FEATURE_DETECTOR] = {-56, -2, -25, -85, 2, 86, -11, -82},
                [FEATURE_SCORE] = {518, -259, 380, -268, -199, 163, 428, 535},
                [FEATURE_WINDOW] = {640, -159, 876, -727, -489, 36, 106, 1485},
                [FEATURE_DETECTION] = {2206, 1464, -1223, 618, 984, -914, -871, -1443},
                [FEATURE_OVERLAP] = {814, -69, 248, -84, 224, 558, 200, 657},
                [FEATURE_HEIGHT] = {-921, 1819, -1602, 540, 1459, -995, -1094, -1870},
                [FEATURE_PRIOR] = {492, 655, -212, 152, 53, -328, 416, -323},
                [FEATURE_RULES] = {-7, -210, -12, 21, -77, -74, -7, 100},
                [FEATURE_MADE] = {202, 288, -503, -243, 273, 82, 186, -798},
                [FEATURE_BEST] = {-27, -70, 41, 75, -146, -26, -267, 215},
                [FEATURE_CROWD] = {211, -280, 52, -42, -201, 233, 81, 177},
                [FEATURE_BROAD] = {1441, 1530, 283, 172, -2004, 12, -968, 1705},
                [FEATURE_WIDTH] = {1887, -201, 166, 215, 55, 240, 121, 451},
                [FEATURE_SIZE] = {-80, 270, -149, -229, 274, -31, 151, -161},
                [FEATURE_GRAIN] = {4426, -1025, 21, -896, -158, -6649, 1212, 706},
                [FEATURE_INK_AGREES] = {-146, 75, -234, -554, -146, 209, -180, -329},
                [FEATURE_GREY_AGREES] = {-392, 204, -64, -127, 17, 93, 191, -420},
                [FEATURE_DETECTOR_AGREES] = {-36, 362, 284, -45, -144, -240, 307, -261},
                [FEATURE_COVERS] = {-485, -85, 65, -25, -541, -10, 78, 39},
                [FEATURE_BESIDE] = {-196, 276, 46, -18, 88, -152, -102, 71},
                [FEATURE_LEFT_OUT] = {-150, 49, -215, 202, 96, -87, 31, -317},
                [FEATURE_INSIDE] = {-1760, 79, -105, -3718, 289, -1457, 348, 184},
            },
};
static const struct judge class_index =
    {
        .bias = 364,
        .weights = {-488, 439, 607, -674, -341, 414, 601, 474},
        .hidden_bias = {45, 961, 1071, 9243, 5403, -7520, 1497, -11834},
        .hidden =
            {
                [FEATURE_INK] = {-7, 20, 26, 21, -80, 113, 34, 4},
                [FEATURE_GREY] = {-105, 59, 58, -63, -90, 22, 98, 76},
                [FEATURE_DETECTOR] = {-103, 62, 49, -79, -24, 90, 121, 93},
                [FEATURE_SCORE] = {86, -5, -14, -81, 129, 96, 14, 223},
                [FEATURE_WINDOW] = {-353, -213, -139, -5722, -4858, 2150, -15, 6930},
                [FEATURE_DETECTION] = {-637, -198, 45, -3732, 1053, 2532, -365, 4009},
                [FEATURE_OVERLAP] = {1440, -879, -1298, -90, 395, 2037, -1115, 526},
                [FEATURE_HEIGHT] = {252, 28, -473, -27, 1996, -1673, -1097, 460},
                [FEATURE_PRIOR] = {-61, 213, 124, -290, 1693, -1368, 492, 279},
                [FEATURE_RULES] = {-110, 25, 73, -72, 91, -10, -797, -828},
                [FEATURE_MADE] = {111, 26, -22, -124, -302, 589, -160, 44},
                [FEATURE_BEST] = {16, 77, -21, 41, -326, -136, -206, -99},
                [FEATURE_CROWD] = {-29, -28, 19, 8, -62, 50, 22, 55},
                [FEATURE_BROAD] = {-354, 548, 328, -476, 1607, -313, 531, 815},
                [FEATURE_WIDTH] = {-74, -51, 108, 1, 1258, -471, -115, -166},
                [FEATURE_SIZE] = {-34, 31, -1, -80, 142, -14, -134, 22},
                [FEATURE_GRAIN] = {-297, 394, 146, 1048, 115, -2255, -2755, -202},
                [FEATURE_INK_AGREES] = {-4, -127, -26, -201, -1321, 1081, 129, 18},
                [FEATURE_GREY_AGREES] = {-111, 176, 11, 160, -1205, 1144, 178, -123},
                [FEATURE_DETECTOR_AGREES] = {94, -56, 173, 72, -323, 1, 108, 671},
                [FEATURE_COVERS] = {-260, 212, 128, 89, 1387, -1224, 241, 169},
                [FEATURE_BESIDE] = {-65, 93, 40, -1, -39, 70, 104, 51},
                [FEATURE_LEFT_OUT] = {22, 11, 9, -46, -203, -57, 20, 85},
                [FEATURE_INSIDE] = {-18, 125, 245, 90, -2271, -3182, 155, -7651},
            },
};

/* By the one exponential function that the library needs anyway. */
static float hyperbolic_tangent(float x)
{
    return 1 - 2 / (expf(2 * x) + 1);
}

static float logit_by(const struct judge *judge, const float features[FEATURE_COUNT])
{
    float sum = judge->bias;
    for (int j = 0; j < ACCEPTANCE_HIDDEN; j++) {
        float input = judge->hidden_bias[j];
        for (int i = 0; i < FEATURE_COUNT; i++) input += judge->hidden[i][j] * features[i];
        sum += judge->weights[j] * hyperbolic_tangent(unit * input);
    }
    return unit * sum;
}

float acceptance_of_place(const float features[FEATURE_COUNT])
{
    return logit_by(&place, features);
}

float acceptance_of_class(const float features[FEATURE_COUNT])
{
    return logit_by(&class_index, features);
}
