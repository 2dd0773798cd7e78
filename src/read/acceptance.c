/* Implements acceptance.h: logistic regressions. Must not know pictures. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {
    .bias = 1.552f,
    .weights = {
        [FEATURE_INK] = 0.046f,
        [FEATURE_GREY] = 0.278f,
        [FEATURE_DETECTOR] = -0.079f,
        [FEATURE_SCORE] = 1.411f,
        [FEATURE_WINDOW] = 1.921f,
        [FEATURE_DETECTION] = -5.068f,
        [FEATURE_OVERLAP] = 1.217f,
        [FEATURE_HEIGHT] = -2.985f,
        [FEATURE_PRIOR] = 0.587f,
        [FEATURE_RULES] = 0.221f,
        [FEATURE_MADE] = -1.669f,
        [FEATURE_BEST] = -0.243f,
        [FEATURE_CROWD] = 0.368f,
        [FEATURE_BROAD] = 0.192f,
        [FEATURE_SIZE] = 0.752f,
        [FEATURE_GRAIN] = 0.543f,
    },
};
static const struct regression class_index = {
    .bias = 1.102f,
    .weights = {
        [FEATURE_INK] = 0.216f,
        [FEATURE_GREY] = 0.456f,
        [FEATURE_DETECTOR] = 0.499f,
        [FEATURE_SCORE] = 0.169f,
        [FEATURE_WINDOW] = -0.014f,
        [FEATURE_DETECTION] = -0.287f,
        [FEATURE_OVERLAP] = -0.035f,
        [FEATURE_HEIGHT] = -0.599f,
        [FEATURE_PRIOR] = 0.835f,
        [FEATURE_RULES] = 0.008f,
        [FEATURE_MADE] = 0.608f,
        [FEATURE_BEST] = 0.100f,
        [FEATURE_CROWD] = 0.062f,
        [FEATURE_BROAD] = 0.420f,
        [FEATURE_SIZE] = -0.065f,
        [FEATURE_GRAIN] = 0.046f,
    },
};

static float regress(const struct regression *regression, const struct candidate *candidate)
{
    float sum = regression->bias;
    for (int i = 0; i < FEATURE_COUNT; i++) sum += regression->weights[i] * candidate->features[i];
    return sum;
}

float acceptance_of_place(const struct candidate *candidate)
{
    return regress(&place, candidate);
}

float acceptance_of_class(const struct candidate *candidate)
{
    return regress(&class_index, candidate);
}
