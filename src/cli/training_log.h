/* A CSV file with a row for each epoch. Knows no trainer. */
#ifndef TRAINING_LOG_H
#define TRAINING_LOG_H

#include <stdbool.h>
#include <stdio.h>

#include "../scrawl.h"

/* Opens a new file, or with `append` the end of the one that is there. Complains and returns NULL when it can't. */
FILE *training_log_open(const char *path, bool append);

/* Adds a row that other programs can read at once. False when it couldn't be written. */
bool training_log_add(FILE *log, const scrawl_progress *progress, double seconds, double images_per_second);

#endif
