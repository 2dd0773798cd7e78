/* Standard output: JSON pieces, and noticing when it can't be written. Knows no command. */
#ifndef OUTPUT_H
#define OUTPUT_H

#include <stdbool.h>

/* With quotes. Bytes that are no UTF-8, as file names may hold, become U+FFFD. */
void print_json_text(const char *text);

/* Nine significant digits, enough for any float; null when it is no number. */
void print_json_number(double value);

/* Sends everything printed so far. False when standard output can't be written; complains about it once. */
bool output_flush(void);

#endif
