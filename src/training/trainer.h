/* A training between two steps. */
#ifndef TRAINER_H
#define TRAINER_H

#include "evaluate.h"
#include "optimizer.h"
#include "pages/training_images.h"

struct scrawl_trainer {
    scrawl_model *model;
    scrawl_training_options options;
    struct training_images images;
    struct network network; /* the model's, without its dropout rates when the options say so; shares its text */
    struct parallel *parallel;
    struct workspace training, reading;
    float *parameters;     /* what is trained: the model's, or beside their average own_parameters */
    float *own_parameters; /* NULL without an average */
    /* Of these: model->derived where that is the same, else own. */
    struct derived *derived, own_derived, derived_backward;
    struct optimizer optimizer;
    float *gradients;        /* [parameter_count] */
    struct workspace asking; /* the teacher's, and what it says [batch_size][class_count]; empty without one */
    float *taught;
    int epoch;           /* complete ones */
    bool trained_before; /* by another trainer */
    /* What this epoch has trained and validated so far. */
    struct running_sums trained, validated;
};

/* Brings all that is derived from the parameters up to date; complete: see derived_update. */
void trainer_derive(scrawl_trainer *trainer, bool complete);

#endif
