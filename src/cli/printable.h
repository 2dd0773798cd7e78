/* Text from outside (file names, class labels, metadata) as it may go to a terminal: control characters and bytes that
 * are no UTF-8 become "\n", "\x1b" and the like. Knows no command. */
#ifndef PRINTABLE_H
#define PRINTABLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* How many bytes the UTF-8 character at `text` has; 0 when there is none (RFC 3629: no overlong forms, no surrogates,
 * nothing above U+10FFFF). The text may end within. */
size_t character_length(const char *text);

/* C0, C1 or DEL. */
bool is_control_character(const char *character);

/* In characters, as printed. */
size_t printable_width(const char *text);

/* To the right edge of so many columns, as printf's "%*s"; 0: as it is. */
void print_printable(FILE *stream, const char *text, size_t columns);

/* All that the format makes of its arguments, and a new line. */
void print_printable_line(FILE *stream, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

#endif
