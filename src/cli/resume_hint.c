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

void resume_hint_print(const struct train_settings *settings, const char *checkpoint, const char *launcher)
{
    const bool elsewhere = settings->out && file_is_device_or_pipe(settings->out); /* not where its name says */
    const struct {
        const char *name, *value;
    } arguments[] = {
        {"resume", checkpoint},         {"data", settings->data}, {"out", elsewhere ? settings->out : NULL},
        {"teacher", settings->teacher}, {"log", settings->log},   {"plot", settings->plot},
    };
    fprintf(stderr, "  %sscrawl train", launcher);
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        char *text = argument_text(arguments[i].name, arguments[i].value);
        fputs(text, stderr);
        free(text);
    }
    fputs(settings->half ? " --half\n" : settings->int8 ? " --int8\n" : "\n", stderr);
}
