/* Implements detectors.h. */
#include "detectors.h"

#include <math.h>
#include <string.h>

#include "layers/detection.h"
#include "model/model.h"
#include "test.h"

scrawl_model *make_detector(uint64_t seed)
{
    scrawl_model *model = NULL;
    const scrawl_model_options options = {
        .architecture = "input any 2, conv 8 5x5 stride 4 same relu, conv 15 1x1, detection", .seed = seed};
    CHECK_EQUAL(scrawl_model_create(&options, &model), SCRAWL_OK);
    return model;
}

scrawl_model *make_blind_detector(float side, float centre)
{
    enum { OUTPUTS = 15 };
    static const float side_unit = 10; /* pixels, of which a side is the exponential's factor */
    scrawl_model *model = make_detector(6);
    float *parameters = model->weights.values;
    float *biases = parameters + model->network.parameter_count - OUTPUTS;
    memset(parameters, 0, model->network.parameter_count * sizeof *parameters);
    biases[DETECTION_CENTRE] = centre;
    for (int i = 0; i < DETECTION_SIDE_COUNT; i++) biases[DETECTION_SIDES + i] = logf(side / 2 / side_unit);
    CHECK_EQUAL(model_prepare(model, NULL), SCRAWL_OK);
    return model;
}
