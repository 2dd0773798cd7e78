/* Implements acceptance.h: logistic regressions. Must not know pictures or candidates. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {
    .bias = 1.666f,
    .weights =
        {
            [FEATURE_INK] = 0.036f,
            [FEATURE_GREY] = 0.408f,
            [FEATURE_DETECTOR] = -0.119f,
            [FEATURE_SCORE] = 1.635f,
            [FEATURE_WINDOW] = 1.797f,
            [FEATURE_DETECTION] = -5.067f,
            [FEATURE_OVERLAP] = -0.755f,
            [FEATURE_HEIGHT] = -3.648f,
            [FEATURE_PRIOR] = 0.216f,
            [FEATURE_RULES] = -0.202f,
            [FEATURE_MADE] = -0.332f,
            [FEATURE_BEST] = 0.369f,
            [FEATURE_CROWD] = 0.328f,
            [FEATURE_BROAD] = 0.189f,
            [FEATURE_SIZE] = 0.531f,
            [FEATURE_GRAIN] = 1.164f,
            [FEATURE_INK_AGREES] = 0.021f,
            [FEATURE_GREY_AGREES] = -0.218f,
            [FEATURE_DETECTOR_AGREES] = 0.097f,
            [FEATURE_COVERS] = 0.131f,
            [FEATURE_INSIDE] = -0.401f,
        },
};
static const struct regression class_index = {
    .bias = -0.051f,
    .weights =
        {
            [FEATURE_INK] = 0.110f,
            [FEATURE_GREY] = 0.392f,
            [FEATURE_DETECTOR] = 0.360f,
            [FEATURE_SCORE] = 0.012f,
            [FEATURE_WINDOW] = 0.026f,
            [FEATURE_DETECTION] = -0.250f,
            [FEATURE_OVERLAP] = -0.251f,
            [FEATURE_HEIGHT] = -0.505f,
            [FEATURE_PRIOR] = 0.505f,
            [FEATURE_RULES] = -0.015f,
            [FEATURE_MADE] = 0.302f,
            [FEATURE_BEST] = 0.141f,
            [FEATURE_CROWD] = -0.045f,
            [FEATURE_BROAD] = 0.135f,
            [FEATURE_SIZE] = 0.041f,
            [FEATURE_GRAIN] = 0.653f,
            [FEATURE_INK_AGREES] = 0.255f,
            [FEATURE_GREY_AGREES] = 0.270f,
            [FEATURE_DETECTOR_AGREES] = 0.334f,
            [FEATURE_COVERS] = 0.230f,
            [FEATURE_INSIDE] = -0.407f,
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
