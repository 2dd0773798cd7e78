/* Implements acceptance.h: logistic regressions. Must not know pictures. */
#include "acceptance.h"

struct regression {
    float bias, weights[FEATURE_COUNT];
};

/* Fitted to made pages by tests/accuracy/fit_acceptance.mjs, which writes these two tables. */
static const struct regression place = {0};
static const struct regression class_index = {0};

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
