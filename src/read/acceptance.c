/* Implements acceptance.h: logistic regressions. Must not know pictures or candidates. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {
    .bias = 1.422f,
    .weights = {
        [FEATURE_INK] = 0.042f,
        [FEATURE_GREY] = 0.376f,
        [FEATURE_DETECTOR] = -0.091f,
        [FEATURE_SCORE] = 1.640f,
        [FEATURE_WINDOW] = 1.660f,
        [FEATURE_DETECTION] = -4.777f,
        [FEATURE_OVERLAP] = -0.866f,
        [FEATURE_HEIGHT] = -3.527f,
        [FEATURE_PRIOR] = 0.404f,
        [FEATURE_RULES] = -0.165f,
        [FEATURE_MADE] = -0.351f,
        [FEATURE_BEST] = 0.355f,
        [FEATURE_CROWD] = 0.320f,
        [FEATURE_BROAD] = 0.375f,
        [FEATURE_SIZE] = 0.557f,
        [FEATURE_GRAIN] = 0.715f,
    },
};
static const struct regression class_index = {
    .bias = 0.039f,
    .weights = {
        [FEATURE_INK] = 0.118f,
        [FEATURE_GREY] = 0.401f,
        [FEATURE_DETECTOR] = 0.424f,
        [FEATURE_SCORE] = 0.048f,
        [FEATURE_WINDOW] = 0.207f,
        [FEATURE_DETECTION] = 0.010f,
        [FEATURE_OVERLAP] = -0.298f,
        [FEATURE_HEIGHT] = -0.551f,
        [FEATURE_PRIOR] = 0.743f,
        [FEATURE_RULES] = -0.013f,
        [FEATURE_MADE] = 0.182f,
        [FEATURE_BEST] = 0.092f,
        [FEATURE_CROWD] = -0.014f,
        [FEATURE_BROAD] = 0.536f,
        [FEATURE_SIZE] = 0.110f,
        [FEATURE_GRAIN] = 0.491f,
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
