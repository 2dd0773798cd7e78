/* Implements training_options.h. Must not know what training does with the options. */
#include "training_options.h"

#include <math.h>

#include "layers/loss.h"
#include "schedule.h"
#include "pages/synthesize.h"

scrawl_status training_options_check(const scrawl_training_options *options)
{
    const float made = options->synthetic + options->unknown + options->touching;
    const struct {
        bool kept;
        const char *rule;
    } rules[] = {
        {options->epochs >= 1 && options->epochs <= SCRAWL_MAX_EPOCHS,
         "The number of epochs must be from 1 to 100000."},
        {options->batch_size >= 1 && options->batch_size <= SCRAWL_MAX_BATCH_SIZE,
         "The batch size must be from 1 to 4096."},
        {options->optimizer == SCRAWL_ADAM || options->optimizer == SCRAWL_SGD, "There is no such optimizer."},
        {(unsigned)options->schedule < SCHEDULE_COUNT, "There is no such schedule."},
        {options->learning_rate > 0 && !isinf(options->learning_rate), "The learning rate must be above 0 and finite."},
        {options->momentum >= 0 && options->momentum < 1, "The momentum must be from 0 to below 1."},
        {options->epsilon > 0 && !isinf(options->epsilon), "Epsilon must be above 0 and finite."},
        {options->weight_decay >= 0 && options->weight_decay <= 1, "The weight decay must be from 0 to 1."},
        {options->average >= 0 && options->average < 1, "The average must be from 0 to below 1."},
        {options->label_smoothing >= 0 && options->label_smoothing < 1,
         "The label smoothing must be from 0 to below 1."},
        {!options->teacher || (options->teacher_share > 0 && options->teacher_share <= 1),
         "The teacher's share must be above 0 and at most 1."},
        {options->epoch_share > 0 && options->epoch_share <= 1, "The epoch share must be above 0 and at most 1."},
        {options->validation_split >= 0 && options->validation_split < 1,
         "The validation split must be from 0 to below 1."},
        {options->augment >= 0 && options->augment <= 1, "The strength of the augmentation must be from 0 to 1."},
        {options->augment_fade >= 0 && options->augment_fade <= 1,
         "The part by which the augmentation fades must be from 0 to 1."},
        {options->synthetic >= 0 && options->unknown >= 0 && options->touching >= 0 && made <= 1,
         "The parts of synthetic, unknown and touching images must be from 0 to 1, and together at most 1."},
    };
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (!rules[i].kept) return fail(SCRAWL_INVALID_ARGUMENT, rules[i].rule, NULL);
    return SCRAWL_OK;
}

/* Whether the classes are 0 to 9. */
static bool reads_digits(const scrawl_model *model)
{
    bool digits = model->network.class_count == SYNTHESIZE_DIGITS;
    for (size_t i = 0; digits && i < SYNTHESIZE_DIGITS; i++)
        digits = model->labels[i][0] == (char)('0' + i) && model->labels[i][1] == 0;
    return digits;
}

scrawl_status training_options_fit(const scrawl_training_options *options, const scrawl_model *model)
{
    const size_t classes = model->network.class_count;
    if (options->synthetic + options->unknown > 0 && !synthesize_built_in)
        return fail(SCRAWL_UNSUPPORTED, "This build makes no synthetic or unknown images: train with the command line.",
                    NULL);
    if (options->synthetic > 0 && !reads_digits(model))
        return fail(SCRAWL_INVALID_ARGUMENT, "Synthetic images are digits: they can only train a model whose classes ",
                    "are 0 to 9.", NULL);
    if (options->teacher && scrawl_model_class_count(options->teacher) != classes)
        return fail(SCRAWL_INVALID_ARGUMENT, "The teacher knows other classes than the model.", NULL);
    if (options->unknown + options->touching > 0 && classes > NO_CLASS)
        return fail(SCRAWL_INVALID_ARGUMENT, "Unknown and touching images can only train a model of up to 255 classes.",
                    NULL);
    return SCRAWL_OK;
}
