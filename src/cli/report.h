/* Complaints on standard error, and memory that either is there or ends the program. Knows no command. */
#ifndef REPORT_H
#define REPORT_H

#include <stdarg.h>
#include <stddef.h>

/* Prints "scrawl: ", the sentence and a new line to standard error, after everything printed so far. What isn't
 * printable in the arguments is escaped. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with "scrawl COMMAND: ". */
void complain_usage(const char *command, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));

/* From now on complaints, the latest of them, are kept and not printed: for processes that do the same as another one,
 * which prints its own. */
void complaints_keep(void);

/* Prints what is kept, each with "scrawl: NAME: " before it, and keeps no more. */
void complaints_print(const char *name);

/* Zeroed memory, to be freed by the caller; ends the program with EXIT_TROUBLE when there is none. */
void *allocate(size_t size);

/* The formatted text in fresh memory, to be freed by the caller. */
char *format_text(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
