/* Implements training_options.h. Must not know what training does with the options. */
#include "training_options.h"

#include <math.h>

#include "layers.h"
#include "schedule.h"
#include "synthesize.h"

scrawl_status training_options_check(const scrawl_training_options *options)
{
    const char *wrong = NULL;
    if (options->epochs < 1 || options->epochs > SCRAWL_MAX_EPOCHS)
        wrong = "The number of epochs must be from 1 to 100000.";
    else if (options->batch_size < 1 || options->batch_size > SCRAWL_MAX_BATCH_SIZE)
        wrong = "The batch size must be from 1 to 4096.";
    else if (options->optimizer != SCRAWL_ADAM && options->optimizer != SCRAWL_SGD)
        wrong = "There is no such optimizer.";
    else if ((unsigned)options->schedule >= SCHEDULE_COUNT)
        wrong = "There is no such schedule.";
    else if (!(options->learning_rate > 0) || isinf(options->learning_rate))
        wrong = "The learning rate must be above 0 and finite.";
    else if (!(options->momentum >= 0 && options->momentum < 1))
        wrong = "The momentum must be from 0 to below 1.";
    else if (!(options->epsilon > 0) || isinf(options->epsilon))
        wrong = "Epsilon must be above 0 and finite.";
    else if (!(options->weight_decay >= 0 && options->weight_decay <= 1))
        wrong = "The weight decay must be from 0 to 1.";
    else if (!(options->average >= 0 && options->average < 1))
        wrong = "The average must be from 0 to below 1.";
    else if (!(options->label_smoothing >= 0 && options->label_smoothing < 1))
        wrong = "The label smoothing must be from 0 to below 1.";
    else if (options->teacher && !(options->teacher_share > 0 && options->teacher_share <= 1))
        wrong = "The teacher's share must be above 0 and at most 1.";
    else if (!(options->epoch_share > 0 && options->epoch_share <= 1))
        wrong = "The epoch share must be above 0 and at most 1.";
    else if (!(options->validation_split >= 0 && options->validation_split < 1))
        wrong = "The validation split must be from 0 to below 1.";
    else if (!(options->augment >= 0 && options->augment <= 1))
        wrong = "The strength of the augmentation must be from 0 to 1.";
    else if (!(options->augment_fade >= 0 && options->augment_fade <= 1))
        wrong = "The part by which the augmentation fades must be from 0 to 1.";
    else if (!(options->synthetic >= 0 && options->unknown >= 0 && options->touching >= 0 &&
               options->synthetic + options->unknown + options->touching <= 1))
        wrong = "The parts of synthetic, unknown and touching images must be from 0 to 1, and together at most 1.";
    return wrong ? fail(SCRAWL_INVALID_ARGUMENT, wrong, NULL) : SCRAWL_OK;
}

scrawl_status training_options_fit(const scrawl_training_options *options, const scrawl_model *model)
{
    const size_t classes = model->network.class_count;
    bool digits = classes == SYNTHESIZE_DIGITS;
    for (size_t i = 0; digits && i < classes; i++)
        digits = model->labels[i][0] == (char)('0' + i) && model->labels[i][1] == 0;
    if (options->synthetic + options->unknown > 0 && !synthesize_built_in)
        return fail(SCRAWL_UNSUPPORTED, "This build makes no synthetic or unknown images: train with the command line.",
                    NULL);
    if (options->synthetic > 0 && !digits)
        return fail(SCRAWL_INVALID_ARGUMENT, "Synthetic images are digits: they can only train a model whose classes ",
                    "are 0 to 9.", NULL);
    if (options->teacher && scrawl_model_class_count(options->teacher) != classes)
        return fail(SCRAWL_INVALID_ARGUMENT, "The teacher knows other classes than the model.", NULL);
    if (options->unknown + options->touching > 0 && classes > NO_CLASS)
        return fail(SCRAWL_INVALID_ARGUMENT, "Unknown and touching images can only train a model of up to 255 classes.",
                    NULL);
    return SCRAWL_OK;
}
