/* Implements acceptance.h: logistic regression. Must not know pictures. */
#include "acceptance.h"

static const float bias = 3.271f;
static const float weights[FEATURE_COUNT] = {
    [FEATURE_INK] = 0.108f,
    [FEATURE_GREY] = 0.263f,
    [FEATURE_DETECTOR] = 0.275f,
    [FEATURE_SCORE] = 1.318f,
    [FEATURE_WINDOW] = 2.085f,
    [FEATURE_DETECTION] = -4.177f,
    [FEATURE_OVERLAP] = -0.958f,
    [FEATURE_HEIGHT] = -2.535f,
    [FEATURE_PRIOR] = 0.062f,
    [FEATURE_RULES] = -0.1f,
    [FEATURE_BEST] = 0.030f,
    [FEATURE_CROWD] = -0.003f,
    [FEATURE_BROAD] = 0.615f,
};

float acceptance_logit(const struct candidate *candidate)
{
    float sum = bias;
    for (int i = 0; i < FEATURE_COUNT; i++) sum += weights[i] * candidate->features[i];
    return sum;
}
