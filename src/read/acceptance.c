/* Implements acceptance.h: logistic regression. Must not know pictures. */
#include "acceptance.h"

static const float bias = 1.736f;
static const float weights[FEATURE_COUNT] = {
    [FEATURE_INK] = 0.104f,
    [FEATURE_GREY] = 0.240f,
    [FEATURE_DETECTOR] = 0.258f,
    [FEATURE_SCORE] = 1.102f,
    [FEATURE_WINDOW] = 2.838f,
    [FEATURE_DETECTION] = -5.040f,
    [FEATURE_OVERLAP] = 1.539f,
    [FEATURE_HEIGHT] = -2.252f,
    [FEATURE_PRIOR] = 0.108f,
    [FEATURE_RULES] = 0.076f,
    [FEATURE_MADE] = -1.454f,
    [FEATURE_BEST] = 0.092f,
    [FEATURE_CROWD] = -0.144f,
    [FEATURE_BROAD] = 0.504f,
};

float acceptance_logit(const struct candidate *candidate)
{
    float sum = bias;
    for (int i = 0; i < FEATURE_COUNT; i++) sum += weights[i] * candidate->features[i];
    return sum;
}
