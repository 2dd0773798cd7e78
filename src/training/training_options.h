/* Which options of a training make sense, alone and for a model. Knows no trainer; presets.c holds the defaults. */
#ifndef TRAINING_OPTIONS_H
#define TRAINING_OPTIONS_H

#include "model/model.h"

/* Fails unless every option is in its range. */
scrawl_status training_options_check(const scrawl_training_options *options);

/* Fails unless what is made for the training, and the teacher, know the model's classes. */
scrawl_status training_options_fit(const scrawl_training_options *options, const scrawl_model *model);

#endif
