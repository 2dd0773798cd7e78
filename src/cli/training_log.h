/* A CSV file with a row for each epoch, and those epochs in memory. Knows no trainer. */
#ifndef TRAINING_LOG_H
#define TRAINING_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "scrawl.h"

/* Loss and accuracy (0 .. 1) of one epoch; NaN where there is none. */
struct epoch_figures {
    double loss, accuracy, validation_loss, validation_accuracy;
};

/* Reads what a log that is there says of the first epochs[count]; an epoch's last row counts. Others, and rows that no
 * training has written, change nothing. */
void training_log_read(const char *path, struct epoch_figures *epochs, size_t count);

/* Opens a new file, or with `append` the end of the one that is there. Complains and returns NULL when it can't. */
FILE *training_log_open(const char *path, bool append);

/* Adds a row that other programs can read at once. False when it couldn't be written. */
bool training_log_add(FILE *log, const scrawl_progress *progress, double seconds, double images_per_second);

#endif
