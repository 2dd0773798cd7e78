/* Implements output.h. Must not know any JSON document. */
#include "output.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "printable.h"
#include "report.h"

enum { FIRST_PRINTABLE = 0x20 };

static void print_json_character(FILE *stream, const char *text, size_t length)
{
    unsigned char first = (unsigned char)text[0];
    if (first == '"' || first == '\\')
        fprintf(stream, "\\%c", first);
    else if (first == '\n')
        fputs("\\n", stream);
    else if (first == '\t')
        fputs("\\t", stream);
    else if (first < FIRST_PRINTABLE)
        fprintf(stream, "\\u%04x", first);
    else
        fwrite(text, 1, length, stream);
}

void print_json_text(FILE *stream, const char *text)
{
    fputc('"', stream);
    while (*text) {
        size_t length = character_length(text);
        if (length > 0)
            print_json_character(stream, text, length);
        else
            fputs("\xef\xbf\xbd", stream);
        text += length > 0 ? length : 1;
    }
    fputc('"', stream);
}

void print_json_number(FILE *stream, double value)
{
    if (isfinite(value))
        fprintf(stream, "%.9g", value);
    else
        fputs("null", stream);
}

bool output_flush(void)
{
    static bool complained;
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    if (!complained)
        complain("Can't write to standard output: %s.", errno ? strerror(errno) : "an earlier write failed");
    complained = true;
    return false;
}
