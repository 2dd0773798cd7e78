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

/* The sentence with its new line in fresh memory, to be freed by the caller; NULL without memory for it. */
static char *sentence_text(const char *format, va_list arguments)
{
    char *sentence = NULL;
    size_t size;
    FILE *stream = open_memstream(&sentence, &size);
    if (!stream) return NULL;
    print_printable_line(stream, format, arguments);
    if (fclose(stream) == 0) return sentence;
    free(sentence);
    return NULL;
}

static void keep(char *sentence)
{
    char **place = &kept.sentences[kept.count++ % KEPT];
    free(*place);
    *place = sentence;
}

/* Written at once, as other processes may complain to the same terminal; in pieces only without memory. */
static void print(const char *start, const char *command, const char *sentence, const char *format, va_list arguments)
{
    fflush(stdout);
    if (sentence) {
        fprintf(stderr, "%s%s: %s", start, command, sentence);
    } else {
        fprintf(stderr, "%s%s: ", start, command);
        print_printable_line(stderr, format, arguments);
    }
}

/* One at a time, whatever thread complains. */
static void complain_after(const char *start, const char *command, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    char *sentence = sentence_text(format, again);
    va_end(again);
    flockfile(stderr);
    if (!kept.keeps) {
        print(start, command, sentence, format, arguments);
        free(sentence);
    } else if (sentence) {
        keep(sentence);
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
