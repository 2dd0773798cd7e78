/* Implements resume_hint.h: what a checkpoint doesn't hold is given again. */
#include "resume_hint.h"

#include <stdio.h>
#include <stdlib.h>

#include "files.h"
#include "report.h"
#include "shell_words.h"

/* " --name value", quoted for a shell where it must be; "" for no value. To be freed by the caller. */
static char *argument_text(const char *name, const char *value)
{
    if (!value) return format_text("%s", "");
    char *word = shell_word(value), *text = format_text(" --%s %s", name, word);
    free(word);
    return text;
}

/* Both, one behind the other; frees them. */
static char *joined(char *text, char *more)
{
    char *both = format_text("%s%s", text, more);
    free(text);
    free(more);
    return both;
}

void resume_hint_print(const struct train_settings *settings, const char *checkpoint, const char *launcher)
{
    const bool elsewhere = settings->out && file_is_device_or_pipe(settings->out); /* not where its name says */
    const struct {
        const char *name, *value;
    } arguments[] = {
        {"resume", checkpoint},         {"data", settings->data}, {"out", elsewhere ? settings->out : NULL},
        {"teacher", settings->teacher}, {"log", settings->log},   {"plot", settings->plot},
    };
    char *line = format_text("  %sscrawl train", launcher);
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++)
        line = joined(line, argument_text(arguments[i].name, arguments[i].value));
    fprintf(stderr, "%s%s", line, settings->half ? " --half\n" : settings->int8 ? " --int8\n" : "\n");
    free(line);
}
