/* A training between two steps. Knows no file format. */
#ifndef TRAINER_H
#define TRAINER_H

#include "data/training_images.h"
#include "evaluate.h"
#include "optimizer.h"
#include "training_pages.h"

struct scrawl_trainer {
    scrawl_model *model;
    scrawl_training_options options;
    struct training_images images; /* of a detector: how many pages an epoch has */
    struct training_pages pages;   /* of a detector */
    size_t validation_count;       /* images, or pages */
    struct network network;        /* borrowed from the model, without dropout rates when the options say so */
    struct parallel *parallel;
    const scrawl_ranks *ranks; /* who share each step; NULL: it is alone */
    struct workspace training, reading;
    struct weights weights;           /* what is trained: the model's, or its own where the model is their average */
    struct packed_weights own_packed; /* of these; empty where they are what the model reads with, and packed there */
    struct packed_weights packed_backward;
    struct optimizer optimizer;
    float *gradients;        /* [parameter_count] */
    struct workspace asking; /* the teacher's, and what it says [batch_size][class_count]; empty without one */
    float *taught;
    int epoch;           /* complete ones */
    bool trained_before; /* by another trainer */
    /* What this epoch has trained and validated so far. */
    struct running_sums trained, validated;
};

/* Packs the parameters anew, and brings the model up to date; complete: see packed_weights_update. */
void trainer_update(scrawl_trainer *trainer, bool complete);

#endif
