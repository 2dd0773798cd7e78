/* Implements resume_hint.h: what a checkpoint doesn't hold is given again. */
#include "resume_hint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "printable.h"
#include "report.h"

/* In single quotes, which nothing ends but another one; where there are control characters, in $'...', as bash and
 * others read it. To be freed by the caller. */
static char *quote(const char *value)
{
    static const char longest[] = "\\ooo";
    bool plain = true;
    for (const char *byte = value; *byte; byte++) plain = plain && !is_control_character(byte);
    char *quoted = allocate(strlen(value) * strlen(longest) + sizeof "$''"), *next = quoted;
    next = stpcpy(next, plain ? "'" : "$'");
    for (const char *byte = value; *byte; byte++) {
        if (plain && *byte == '\'')
            next = stpcpy(next, "'\\''");
        else if (!plain && (*byte == '\'' || *byte == '\\' || (unsigned char)*byte < ' ' || (unsigned char)*byte > '~'))
            next += sprintf(next, "\\%03o", (unsigned char)*byte);
        else
            *next++ = *byte;
    }
    strcpy(next, "'");
    return quoted;
}

/* " --name value", quoted for a shell where it must be; "" for no value. To be freed by the caller. */
static char *argument_text(const char *name, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%";
    if (!value) return format_text("%s", "");
    if (value[strspn(value, plain)] == 0) return format_text(" --%s %s", name, value);
    char *quoted = quote(value);
    char *text = format_text(" --%s %s", name, quoted);
    free(quoted);
    return text;
}

void resume_hint_print(const struct train_settings *settings, const char *checkpoint)
{
    const bool elsewhere = settings->out && file_is_device_or_pipe(settings->out); /* not where its name says */
    const struct {
        const char *name, *value;
    } arguments[] = {
        {"resume", checkpoint},         {"data", settings->data}, {"out", elsewhere ? settings->out : NULL},
        {"teacher", settings->teacher}, {"log", settings->log},   {"plot", settings->plot},
    };
    fputs("  scrawl train", stderr);
    for (size_t i = 0; i < sizeof arguments / sizeof *arguments; i++) {
        char *text = argument_text(arguments[i].name, arguments[i].value);
        fputs(text, stderr);
        free(text);
    }
    fputs(settings->half ? " --half\n" : settings->int8 ? " --int8\n" : "\n", stderr);
}
