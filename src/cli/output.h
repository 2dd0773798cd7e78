/* JSON pieces, and noticing when standard output can't be written. Knows no command. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>
#include <stdio.h>

/* With quotes. Bytes that are no UTF-8, as file names may hold, become U+FFFD. */
void print_json_text(FILE *stream, const char *text);

/* Nine significant digits, enough for any float; null when it is no number. */
void print_json_number(FILE *stream, double value);

/* Sends everything printed so far. False when standard output can't be written; complains about it once. */
bool output_flush(void);

#endif
