/* Implements report.h. */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "printable.h"

void complain(const char *format, ...)
{
    va_list arguments;
    fflush(stdout);
    fputs("scrawl: ", stderr);
    va_start(arguments, format);
    print_printable_line(stderr, format, arguments);
    va_end(arguments);
}

void *allocate(size_t size)
{
    void *memory = calloc(size > 0 ? size : 1, 1);
    if (!memory) {
        complain("There is not enough memory for %zu more bytes.", size);
        exit(EXIT_TROUBLE);
    }
    return memory;
}

char *format_text(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = allocate((size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
