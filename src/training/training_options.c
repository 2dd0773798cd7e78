/* Implements training_options.h. Must not know what training does with the options. */
#include "training_options.h"

#include "layers/loss.h"
#include "option_table.h"
#include "pages/synthesize.h"
#include "training_pages.h"

scrawl_status training_options_check(const scrawl_training_options *options)
{
    const struct training_option *option;
    for (size_t i = 0; (option = training_option(i)); i++) {
        if (option->place == offsetof(scrawl_training_options, teacher_share) && !options->teacher) continue;
        scrawl_status status = training_option_check(option, options);
        if (status != SCRAWL_OK) return status;
    }
    if (options->synthetic + options->unknown + options->touching + options->pages <= 1) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "The parts of synthetic, unknown and touching images and of boxes of pages ",
                "must be from 0 to 1, and together at most 1.", NULL);
}

/* Fails where an option is chosen that this build has no code for. */
static scrawl_status check_built_in(const scrawl_training_options *options)
{
    const struct training_option *option;
    for (size_t i = 0; (option = training_option(i)); i++)
        if (option->shown.missing && training_option_value(option, options) != option->shown.initial)
            return fail(SCRAWL_UNSUPPORTED, option->shown.name,
                        " isn't built into WebAssembly. Leave it out, or train with the command line.", NULL);
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

static scrawl_status fit_detector(const scrawl_training_options *options, const scrawl_model *model)
{
    const struct training_option *option;
    if (!training_pages_built_in())
        return fail(SCRAWL_UNSUPPORTED, "Pages for a detector aren't made in WebAssembly. Train with the command line.",
                    NULL);
    for (size_t i = 0; (option = training_option(i)); i++)
        if (option->of_images && training_option_value(option, options) != 0)
            return fail(SCRAWL_INVALID_ARGUMENT, option->shown.title,
                        " is for images; a detector is trained on pages, which are made without it.", NULL);
    if (options->teacher) return fail(SCRAWL_INVALID_ARGUMENT, "A detector takes no teacher.", NULL);
    if (reads_digits(model)) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARGUMENT, "Pages show digits: they can only train a detector whose classes are 0 to 9.",
                NULL);
}

scrawl_status training_options_fit(const scrawl_training_options *options, const scrawl_model *model)
{
    const size_t classes = model->network.class_count;
    scrawl_status status = check_built_in(options);
    if (status != SCRAWL_OK) return status;
    if (options->synthetic + options->pages > 0 && !reads_digits(model))
        return fail(SCRAWL_INVALID_ARGUMENT,
                    "Synthetic images and pages hold digits: they can only train a model whose ", "classes are 0 to 9.",
                    NULL);
    if (network_detects(&model->network)) return fit_detector(options, model);
    if (options->teacher && network_detects(&options->teacher->network))
        return fail(SCRAWL_INVALID_ARGUMENT, "The teacher finds digits on pages; it can't teach to read images.", NULL);
    if (options->teacher && scrawl_model_class_count(options->teacher) != classes)
        return fail(SCRAWL_INVALID_ARGUMENT, "The teacher knows other classes than the model.", NULL);
    if (options->unknown + options->touching > 0 && classes > NO_CLASS)
        return fail(SCRAWL_INVALID_ARGUMENT, "Unknown and touching images can only train a model of up to 255 classes.",
                    NULL);
    return SCRAWL_OK;
}
