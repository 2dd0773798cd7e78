/* Implements printable.h. */
#include "printable.h"

#include <stdlib.h>

enum { USUAL_LINE = 1024, ESCAPE_SIZE = 8 };

size_t character_length(const char *text)
{
    static const struct {
        unsigned char first_low, first_high, second_low, second_high, length;
    } forms[] = {
        {0x01, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (bytes[0] < forms[i].first_low || bytes[0] > forms[i].first_high) continue;
        if (forms[i].length > 1 && (bytes[1] < forms[i].second_low || bytes[1] > forms[i].second_high)) return 0;
        for (size_t k = 2; k < forms[i].length; k++)
            if ((bytes[k] & 0xc0) != 0x80) return 0;
        return forms[i].length;
    }
    return 0;
}

bool is_control_character(const char *character)
{
    const unsigned char *bytes = (const unsigned char *)character;
    return bytes[0] < 0x20 || bytes[0] == 0x7f || (bytes[0] == 0xc2 && bytes[1] < 0xa0);
}

/* The character at `text` as it is printed; returns how many bytes of `text` it has. */
static size_t next_printable(const char *text, char printed[ESCAPE_SIZE])
{
    size_t length = character_length(text);
    unsigned char first = (unsigned char)text[0];
    if (length > 0 && !is_control_character(text))
        snprintf(printed, ESCAPE_SIZE, "%.*s", (int)length, text);
    else if (length > 1)
        snprintf(printed, ESCAPE_SIZE, "\\u%04x", (unsigned char)text[1]); /* C1: U+0080 .. U+009F */
    else if (first == '\n' || first == '\t')
        snprintf(printed, ESCAPE_SIZE, "\\%c", first == '\n' ? 'n' : 't');
    else
        snprintf(printed, ESCAPE_SIZE, "\\x%02x", first);
    return length > 0 ? length : 1;
}

size_t printable_width(const char *text)
{
    size_t width = 0;
    while (*text) {
        char printed[ESCAPE_SIZE];
        text += next_printable(text, printed);
        for (const char *byte = printed; *byte; byte++) width += (*byte & 0xc0) != 0x80;
    }
    return width;
}

void print_printable(FILE *stream, const char *text, size_t columns)
{
    for (size_t width = columns > 0 ? printable_width(text) : 0; width < columns; width++) fputc(' ', stream);
    while (*text) {
        char printed[ESCAPE_SIZE];
        text += next_printable(text, printed);
        fputs(printed, stream);
    }
}

/* Without memory for a long line it is cut. */
void print_printable_line(FILE *stream, const char *format, va_list arguments)
{
    char usual[USUAL_LINE], *line = usual;
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(usual, sizeof usual, format, arguments);
    if (length >= USUAL_LINE) {
        char *longer = malloc((size_t)length + 1);
        if (longer) line = longer;
        if (longer) vsnprintf(longer, (size_t)length + 1, format, again);
    }
    va_end(again);
    print_printable(stream, line, 0);
    fputc('\n', stream);
    if (line != usual) free(line);
}
