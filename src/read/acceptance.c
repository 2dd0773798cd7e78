/* Implements acceptance.h: logistic regressions. Must not know pictures or candidates. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {
    .bias = 0.390f,
    .weights =
        {
            [FEATURE_INK] = 0.037f,
            [FEATURE_GREY] = 0.379f,
            [FEATURE_DETECTOR] = -0.022f,
            [FEATURE_SCORE] = 1.522f,
            [FEATURE_WINDOW] = 1.502f,
            [FEATURE_DETECTION] = -4.500f,
            [FEATURE_OVERLAP] = -0.182f,
            [FEATURE_HEIGHT] = -2.970f,
            [FEATURE_PRIOR] = -0.414f,
            [FEATURE_RULES] = -0.181f,
            [FEATURE_MADE] = -0.325f,
            [FEATURE_BEST] = 0.257f,
            [FEATURE_CROWD] = 0.341f,
            [FEATURE_BROAD] = -0.778f,
            [FEATURE_WIDTH] = 1.363f,
            [FEATURE_SIZE] = 0.316f,
            [FEATURE_GRAIN] = 1.436f,
            [FEATURE_INK_AGREES] = 0.079f,
            [FEATURE_GREY_AGREES] = -0.144f,
            [FEATURE_DETECTOR_AGREES] = 0.096f,
            [FEATURE_COVERS] = -0.697f,
            [FEATURE_INSIDE] = -0.342f,
        },
};
static const struct regression class_index = {
    .bias = -1.142f,
    .weights =
        {
            [FEATURE_INK] = 0.090f,
            [FEATURE_GREY] = 0.339f,
            [FEATURE_DETECTOR] = 0.432f,
            [FEATURE_SCORE] = 0.068f,
            [FEATURE_WINDOW] = 0.238f,
            [FEATURE_DETECTION] = 0.544f,
            [FEATURE_OVERLAP] = -0.514f,
            [FEATURE_HEIGHT] = -0.445f,
            [FEATURE_PRIOR] = 0.695f,
            [FEATURE_RULES] = -0.023f,
            [FEATURE_MADE] = 0.104f,
            [FEATURE_BEST] = 0.058f,
            [FEATURE_CROWD] = 0.045f,
            [FEATURE_BROAD] = 0.383f,
            [FEATURE_WIDTH] = 0.187f,
            [FEATURE_SIZE] = 0.132f,
            [FEATURE_GRAIN] = 0.352f,
            [FEATURE_INK_AGREES] = 0.167f,
            [FEATURE_GREY_AGREES] = 0.341f,
            [FEATURE_DETECTOR_AGREES] = 0.177f,
            [FEATURE_COVERS] = 0.181f,
            [FEATURE_INSIDE] = -0.375f,
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
