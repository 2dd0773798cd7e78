/* Which options of a training make sense together and for a model. Knows no trainer; option_table.c holds each one's
 * range. */
#ifndef TRAINING_OPTIONS_H
#define TRAINING_OPTIONS_H

#include "model/model.h"

/* Fails unless every option is in its range, and all together are. */
scrawl_status training_options_check(const scrawl_training_options *options);

/* Fails unless what is made for the training, and the teacher, know the model's classes. */
scrawl_status training_options_fit(const scrawl_training_options *options, const scrawl_model *model);

#endif
