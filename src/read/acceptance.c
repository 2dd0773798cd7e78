/* Implements acceptance.h: logistic regressions. Must not know pictures or candidates. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {
    .bias = -3.505f,
    .weights = {
        [FEATURE_INK] = 0.182f,
        [FEATURE_GREY] = 0.429f,
        [FEATURE_DETECTOR] = -0.083f,
        [FEATURE_SCORE] = 1.036f,
        [FEATURE_WINDOW] = 0.787f,
        [FEATURE_DETECTION] = -3.518f,
        [FEATURE_OVERLAP] = -0.223f,
        [FEATURE_HEIGHT] = -1.495f,
        [FEATURE_PRIOR] = 1.825f,
        [FEATURE_RULES] = 0.210f,
        [FEATURE_MADE] = -0.540f,
        [FEATURE_BEST] = 0.821f,
        [FEATURE_CROWD] = -0.346f,
        [FEATURE_BROAD] = 0.481f,
        [FEATURE_SIZE] = 1.623f,
        [FEATURE_GRAIN] = 0.799f,
    },
};
static const struct regression class_index = {
    .bias = -0.794f,
    .weights = {
        [FEATURE_INK] = 0.119f,
        [FEATURE_GREY] = 0.554f,
        [FEATURE_DETECTOR] = 0.201f,
        [FEATURE_SCORE] = -0.017f,
        [FEATURE_WINDOW] = 0.244f,
        [FEATURE_DETECTION] = -0.309f,
        [FEATURE_OVERLAP] = -0.252f,
        [FEATURE_HEIGHT] = -0.677f,
        [FEATURE_PRIOR] = 0.649f,
        [FEATURE_RULES] = -0.210f,
        [FEATURE_MADE] = 0.410f,
        [FEATURE_BEST] = 0.447f,
        [FEATURE_CROWD] = 0.019f,
        [FEATURE_BROAD] = 0.294f,
        [FEATURE_SIZE] = 0.304f,
        [FEATURE_GRAIN] = 0.239f,
    },
};

static float regress(const struct regression *regression, const float features[FEATURE_COUNT])
{
    float sum = regression->bias;
    for (int i = 0; i < FEATURE_COUNT; i++) sum += regression->weights[i] * features[i];
    return sum;
}

float acceptance_of_place(const float features[FEATURE_COUNT])
{
    return regress(&place, features);
}

float acceptance_of_class(const float features[FEATURE_COUNT])
{
    return regress(&class_index, features);
}
