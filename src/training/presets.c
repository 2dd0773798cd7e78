/* The default training options, and those that have proved themselves, by name. Knows nothing that trains. */
#include <stdlib.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"

struct preset {
    const char *name;
    int epochs, batch_size;
    float learning_rate;
    scrawl_schedule schedule;
    bool dropout;
    float label_smoothing, weight_decay;
    double epoch_share, validation_split;
    float augment, augment_fade, synthetic, unknown, touching;
};

/* All are for Adam; what no column says is scrawl_training_default's. */
static const struct preset presets[] = {
    {"fast", 1, 64, 0.01f, SCRAWL_ONE_CYCLE, false, 0.1f, 0, 0.75, 0, 0, 0, 0, 0, 0},
    {"small", 48, 128, 0.003f, SCRAWL_COSINE, true, 0, 0.02f, 1, 0.05, 0.7f, 0.6f, 0.18f, 0.12f, 0.1f},
    {"best", 64, 128, 0.003f, SCRAWL_COSINE, true, 0, 0.02f, 1, 0.05, 0.7f, 0.6f, 0.15f, 0.12f, 0.1f},
    {"tutorial", 10, 128, 0.001f, SCRAWL_CONSTANT, true, 0, 0, 1, 0.3, 0, 0, 0, 0, 0},
};
enum { PRESET_COUNT = sizeof presets / sizeof *presets };

scrawl_training_options scrawl_training_default(void)
{
    return (scrawl_training_options){
        .epochs = 5,
        .batch_size = 128,
        .optimizer = SCRAWL_ADAM,
        .learning_rate = 0.001f,
        .momentum = 0.9f,
        .epsilon = 1e-7f,
        .dropout = true,
        .teacher_share = 0.7f,
        .epoch_share = 1,
        .seed = 1,
    };
}

const char *scrawl_preset_name(size_t index)
{
    return index < PRESET_COUNT ? presets[index].name : NULL;
}

/* "fast" or "tutorial": all names as a sentence lists them. To be freed; NULL when out of memory. */
static char *list_names(void)
{
    struct text text = {0};
    for (size_t i = 0; i < PRESET_COUNT; i++) {
        if (i > 0) text_append(&text, i + 1 == PRESET_COUNT ? " or " : ", ");
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
    const struct preset *preset = presets, *end = presets + PRESET_COUNT;
    while (preset < end && strcmp(preset->name, name) != 0) preset++;
    if (preset == end) return fail_unknown(name);
    *options = scrawl_training_default();
    options->epochs = preset->epochs;
    options->batch_size = preset->batch_size;
    options->learning_rate = preset->learning_rate;
    options->schedule = preset->schedule;
    options->dropout = preset->dropout;
    options->label_smoothing = preset->label_smoothing;
    options->epoch_share = preset->epoch_share;
    options->weight_decay = preset->weight_decay;
    options->validation_split = preset->validation_split;
    options->augment = preset->augment;
    options->augment_fade = preset->augment_fade;
    options->synthetic = preset->synthetic;
    options->unknown = preset->unknown;
    options->touching = preset->touching;
    return SCRAWL_OK;
}
