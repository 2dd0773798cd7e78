/* Implements output.h. Must not know any JSON document. */
#include "output.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "report.h"

enum { FIRST_PRINTABLE = 0x20 };

/* How many bytes the UTF-8 character at `text` has; 0 when there is none (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF). */
static size_t character_length(const unsigned char *text)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, length;
    } forms[] = {
        {0x01, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (text[0] < forms[i].first_low || text[0] > forms[i].first_high) continue;
        if (forms[i].length > 1 && (text[1] < forms[i].second_low || text[1] > forms[i].second_high)) return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((text[k] & 0xc0) != 0x80) return 0;
        return forms[i].length;
    }
    return 0;
}

static void print_json_character(const char *text, size_t length)
{
    unsigned char first = (unsigned char)text[0];
    if (first == '"' || first == '\\')
        printf("\\%c", first);
    else if (first == '\n')
        fputs("\\n", stdout);
    else if (first == '\t')
        fputs("\\t", stdout);
    else if (first < FIRST_PRINTABLE)
        printf("\\u%04x", first);
    else
        fwrite(text, 1, length, stdout);
}

void print_json_text(const char *text)
{
    putchar('"');
    while (*text) {
        size_t length = character_length((const unsigned char *)text);
        if (length > 0)
            print_json_character(text, length);
        else
            fputs("\xef\xbf\xbd", stdout);
        text += length > 0 ? length : 1;
    }
    putchar('"');
}

void print_json_number(double value)
{
    if (isfinite(value))
        printf("%.9g", value);
    else
        fputs("null", stdout);
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
