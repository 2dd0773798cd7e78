/* The default training options, and those that have proved themselves, by name. Knows nothing that trains. */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"
#include "option_table.h"
#include "training_pages.h"

enum { MOST_SETTINGS = 12 };

struct preset {
    const char *name;
    struct {
        const char *option;
        double value;
    } settings[MOST_SETTINGS]; /* up to an option NULL */
};

/* All are for Adam; what a preset doesn't name is scrawl_training_default's. */
static const struct preset presets[] = {
    {"fast",
     {{"epochs", 1},
      {"batch-size", 64},
      {"learning-rate", 0.01},
      {"schedule", SCRAWL_ONE_CYCLE},
      {"dropout", false},
      {"label-smoothing", 0.1},
      {"epoch-share", 0.75}}},
    {"small",
     {{"epochs", 40},
      {"learning-rate", 0.003},
      {"schedule", SCRAWL_COSINE},
      {"weight-decay", 0.02},
      {"validation-split", 0.05},
      {"augment", 0.7},
      {"augment-fade", 0.6},
      {"synthetic", 0.18},
      {"unknown", 0.12},
      {"touching", 0.1},
      {"pages", 0.2}}},
    {"best",
     {{"epochs", 40},
      {"learning-rate", 0.003},
      {"schedule", SCRAWL_COSINE},
      {"weight-decay", 0.02},
      {"validation-split", 0.05},
      {"augment", 0.7},
      {"augment-fade", 0.6},
      {"synthetic", 0.15},
      {"unknown", 0.12},
      {"touching", 0.1},
      {"pages", 0.25}}},
    {"tutorial", {{"epochs", 10}, {"validation-split", 0.3}}},
    {"finder",
     {{"epochs", 20},
      {"batch-size", 32},
      {"learning-rate", 0.003},
      {"schedule", SCRAWL_COSINE},
      {"weight-decay", 0.02},
      {"average", 0.999},
      {"validation-split", 0.05}}},
};

/* The last one is of use only where pages are made. */
static size_t preset_count(void)
{
    return sizeof presets / sizeof *presets - !training_pages_built_in();
}

scrawl_training_options scrawl_training_default(void)
{
    scrawl_training_options options = {0};
    const scrawl_option *option;
    for (size_t i = 0; (option = scrawl_training_option(i)); i++)
        (void)scrawl_training_set(&options, option->name, option->initial);
    return options;
}

const char *scrawl_preset_name(size_t index)
{
    return index < preset_count() ? presets[index].name : NULL;
}

/* "fast" or "tutorial": all names as a sentence lists them. To be freed; NULL when out of memory. */
static char *list_names(void)
{
    struct text text = {0};
    for (size_t i = 0; i < preset_count(); i++) {
        if (i > 0) text_append(&text, i + 1 == preset_count() ? " or " : ", ");
        text_append(&text, "\"");
        text_append(&text, presets[i].name);
        text_append(&text, "\"");
    }
    return text_take(&text);
}

static scrawl_status fail_unknown(const char *name)
{
    char *names = list_names();
    if (!names) return fail_out_of_memory();
    scrawl_status status =
        fail(SCRAWL_INVALID_ARGUMENT, "There is no preset \"", name, "\"; it must be ", names, ".", NULL);
    free(names);
    return status;
}

scrawl_status scrawl_training_preset(const char *name, scrawl_training_options *options)
{
    const struct preset *preset = presets, *end = presets + preset_count();
    if (!name) return fail(SCRAWL_INVALID_ARGUMENT, "Say the name of a preset.", NULL);
    while (preset < end && strcmp(preset->name, name) != 0) preset++;
    if (preset == end) return fail_unknown(name);
    *options = scrawl_training_default();
    for (size_t i = 0; i < MOST_SETTINGS && preset->settings[i].option; i++)
        if (!training_option_find(preset->settings[i].option)->shown.missing)
            (void)scrawl_training_set(options, preset->settings[i].option, preset->settings[i].value);
    return SCRAWL_OK;
}
