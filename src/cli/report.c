/* Implements report.h. */
#include "report.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "printable.h"

enum { KEPT = 32 }; /* complaints: the last ones say why the program ends */

static struct {
    bool keeps;
    char *sentences[KEPT]; /* a ring, each with its new line */
    size_t count;          /* of all so far */
} kept;

/* Without memory for it, it is lost. */
static void keep(const char *format, va_list arguments)
{
    char *sentence = NULL;
    size_t size;
    FILE *stream = open_memstream(&sentence, &size);
    if (!stream) return;
    print_printable_line(stream, format, arguments);
    fclose(stream);
    char **place = &kept.sentences[kept.count++ % KEPT];
    free(*place);
    *place = sentence;
}

/* One at a time, whatever thread complains. */
static void complain_after(const char *start, const char *command, const char *format, va_list arguments)
{
    flockfile(stderr);
    if (kept.keeps) {
        keep(format, arguments);
    } else {
        fflush(stdout);
        fprintf(stderr, "%s%s: ", start, command);
        print_printable_line(stderr, format, arguments);
    }
    funlockfile(stderr);
}

void complain(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    complain_after("scrawl", "", format, arguments);
    va_end(arguments);
}

void complain_usage(const char *command, const char *format, va_list arguments)
{
    complain_after("scrawl ", command, format, arguments);
}

void complaints_keep(void)
{
    kept.keeps = true;
}

void complaints_print(const char *name)
{
    const size_t first = kept.count > KEPT ? kept.count - KEPT : 0;
    kept.keeps = false;
    for (size_t i = first; i < kept.count; i++) {
        char **sentence = &kept.sentences[i % KEPT];
        if (*sentence) fprintf(stderr, "scrawl: %s: %s", name, *sentence);
        free(*sentence);
        *sentence = NULL;
    }
    kept.count = 0;
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
