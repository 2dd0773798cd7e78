/* Training as it is watched: its speed, the time left, a bar or plain lines on standard error; and a bar for whatever
 * else takes its time. Knows no trainer. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "scrawl.h"

/* What happened when; all times in seconds. */
struct training_clock {
    double epoch_start, last_step;
    size_t images_before; /* of this epoch, at the last step */
    size_t validation_before;
    size_t epoch_trained; /* images of this epoch in this run of the program, and the time they took */
    double epoch_training;
    size_t trained, validated; /* the same of all epochs */
    double training, validating;
};

struct progress_view {
    struct training_clock clock;
    size_t batch_size;
    const char *unit; /* what is trained on: "images", or "pages" */
    bool quiet, terminal;
    double last_drawn;
};

/* To be called right before the first step. */
void progress_start(struct progress_view *view, const scrawl_training_options *options, const char *unit, bool quiet);

/* To be called after each step: counts, and shows the bar, or at the end of an epoch its line. */
void progress_step(struct progress_view *view, const scrawl_progress *progress);

/* Of the current epoch; images per second are NaN when a checkpoint had all of them trained already. */
double progress_images_per_second(const struct progress_view *view);
double progress_epoch_seconds(const struct progress_view *view);

/* To be called after the end of an epoch has been shown and logged. */
void progress_next_epoch(struct progress_view *view);

/* Takes the bar away. */
void progress_clear(const struct progress_view *view);

/* ---- Counting ---- */

/* Images that are read one after the other: a bar, on a terminal only. */
struct count_view {
    const char *action;       /* "Reading" */
    const char *unit;         /* "images" */
    size_t total;             /* 0: that isn't known */
    size_t passed;            /* of those that are done, without time worth counting; set by who knows of such */
    double start, last_drawn; /* seconds */
    bool terminal;
};

void count_start(struct count_view *view, const char *action, const char *unit, size_t total);

/* `done` is from 1 on; note: what else there is to say, as "  3 errors". */
void count_show(struct count_view *view, size_t done, const char *note);

/* Since the start. */
double count_seconds(const struct count_view *view);

/* Takes the bar away. */
void count_clear(const struct count_view *view);

#endif
