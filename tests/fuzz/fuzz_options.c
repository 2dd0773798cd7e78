/* Fuzz target: training options by name, a line each: "NAME VALUE" as a number, "NAME #VALUE" as a whole one,
 * "preset NAME". What is refused changes nothing; what is taken is in its range and can be set again. Built by make
 * fuzz; replay.c runs it over kept files. */
#include <stdlib.h>
#include <string.h>

#include "scrawl.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const double WHOLE_DOUBLES = 9007199254740992; /* 2^53: a seed from here on is read as the nearest double */

static const scrawl_option *find(const char *name)
{
    const scrawl_option *option;
    for (size_t i = 0; (option = scrawl_training_option(i)); i++)
        if (strcmp(option->name, name) == 0) return option;
    return NULL;
}

static bool is_in_range(const scrawl_option *option, double value)
{
    return (option->above_least ? value > option->least : value >= option->least) &&
           (option->below_most && option->most < WHOLE_DOUBLES ? value < option->most : value <= option->most);
}

/* Every option is in its range, whatever was set before. */
static void check(const scrawl_training_options *options)
{
    const scrawl_option *option;
    for (size_t i = 0; (option = scrawl_training_option(i)); i++) {
        double value;
        if (scrawl_training_get(options, option->name, &value) != SCRAWL_OK) abort();
        if (!is_in_range(option, value)) abort();
        scrawl_training_options again = *options;
        if (value < WHOLE_DOUBLES && scrawl_training_set(&again, option->name, value) != SCRAWL_OK) abort();
    }
}

static scrawl_status set(const char *name, const char *value, scrawl_training_options *options)
{
    if (strcmp(name, "preset") == 0) return scrawl_training_preset(value, options);
    const scrawl_status status = value[0] == '#'
                                     ? scrawl_training_set_whole(options, name, strtoull(value + 1, NULL, 10))
                                     : scrawl_training_set(options, name, strtod(value, NULL));
    if (status == SCRAWL_OK && !find(name)) abort();
    return status;
}

static void obey(char *line, scrawl_training_options *options)
{
    scrawl_training_options before;
    memcpy(&before, options, sizeof before);
    char *value = strchr(line, ' ');
    if (value) *value++ = 0;
    if (set(line, value ? value : "", options) == SCRAWL_OK)
        check(options);
    else if (memcmp(&before, options, sizeof before) != 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scrawl_training_options options = scrawl_training_default();
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, bytes, size);
    text[size] = 0;
    for (char *line = text; line;) {
        char *end = strchr(line, '\n');
        if (end) *end++ = 0;
        obey(line, &options);
        line = end;
    }
    free(text);
    return 0;
}
