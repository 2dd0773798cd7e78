/* Implements shell_words.h. */
#include "shell_words.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

char *shell_word(const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%";
    return word[0] && word[strspn(word, plain)] == 0 ? format_text("%s", word) : quote(word);
}
