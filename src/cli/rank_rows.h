/* What a rank would print of its pictures, kept in a file without a name until the first rank prints all. Knows neither
 * pictures nor their order. */
#ifndef RANK_ROWS_H
#define RANK_ROWS_H

#include <stdbool.h>
#include <stdio.h>

#include "scrawl.h"

struct rank_rows;

/* NULL, with a complaint, where there is no room. */
struct rank_rows *rank_rows_open(void);

/* To print a picture's rows to; a complaint goes behind them. Both end with rank_rows_end, once for each picture. */
FILE *rank_rows_stream(struct rank_rows *rows);
void rank_rows_complain(struct rank_rows *rows, char *sentence); /* which it frees */
void rank_rows_end(struct rank_rows *rows);

/* False, with one complaint, where something couldn't be kept. */
bool rank_rows_check(struct rank_rows *rows);

/* All ranks call it: what each has kept comes to the first rank, into files[count] there, NULL elsewhere, each to be
 * closed by the caller. False there, with a complaint, when there is no room. */
bool rank_rows_collect(struct rank_rows *rows, const scrawl_ranks *ranks, FILE **files);

/* The next picture's: prints it to standard output, and complains. False, with a complaint, when there is none. */
bool rank_rows_print_next(FILE *file);

void rank_rows_close(struct rank_rows *rows);

#endif
