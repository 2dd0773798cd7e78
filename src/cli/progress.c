/* Implements progress.h. Must not know a trainer, only how it describes its steps. */
#include "progress.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "terminal.h"

enum { LINE_SIZE = 512, BAR_LEAST = 10, BAR_MOST = 30, MINUTE = 60, HOUR = 3600 };

enum { KEPT_FREE = 3 }; /* columns: for the cursor and the ^C of who interrupts, which would begin a new line */

static const double redraw_interval = 0.1; /* seconds */
static const double validation_cost_guess =
    1. / 3; /* of a training step, until it is known: the forward pass of three */

/* ---- Counting ---- */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void count_training(struct training_clock *clock, size_t batch_size, size_t images, double seconds)
{
    /* A checkpoint may start in the middle of an epoch: no step trains more than a batch. */
    size_t done = images - clock->images_before < batch_size ? images - clock->images_before : batch_size;
    clock->epoch_trained += done;
    clock->epoch_training += seconds;
    clock->trained += done;
    clock->training += seconds;
}

static void count_step(struct progress_view *view, const scrawl_progress *progress)
{
    struct training_clock *clock = &view->clock;
    double time = now();
    if (progress->validation_images > 0) {
        clock->validated += progress->validation_images - clock->validation_before;
        clock->validating += time - clock->last_step;
    } else {
        count_training(clock, view->batch_size, progress->images, time - clock->last_step);
    }
    clock->images_before = progress->images;
    clock->validation_before = progress->validation_images;
    clock->last_step = time;
}

double progress_images_per_second(const struct progress_view *view)
{
    const struct training_clock *clock = &view->clock;
    return clock->epoch_training > 0 ? (double)clock->epoch_trained / clock->epoch_training : NAN;
}

double progress_epoch_seconds(const struct progress_view *view)
{
    return view->clock.last_step - view->clock.epoch_start;
}

/* Of all epochs, by the speed so far. */
static double seconds_left(const struct progress_view *view, const scrawl_progress *progress)
{
    const struct training_clock *clock = &view->clock;
    double epochs_after = progress->epochs - progress->epoch - 1;
    double validation_images = (double)progress->validation_total;
    double to_train =
        (double)(progress->epoch_images - progress->images) + epochs_after * (double)progress->epoch_images;
    double to_validate = validation_images - (double)progress->validation_images + epochs_after * validation_images;
    double training_cost = clock->trained > 0 ? clock->training / (double)clock->trained : 0;
    double validation_cost =
        clock->validated > 0 ? clock->validating / (double)clock->validated : training_cost * validation_cost_guess;
    return to_train * training_cost + to_validate * validation_cost;
}

/* ---- Showing ---- */

static void append(char line[LINE_SIZE], const char *format, ...) __attribute__((format(printf, 2, 3)));

static void append(char line[LINE_SIZE], const char *format, ...)
{
    size_t length = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, LINE_SIZE - length, format, arguments);
    va_end(arguments);
}

static void append_figures(char line[LINE_SIZE], double loss, double accuracy)
{
    append(line, "  loss %.4f  accuracy %.4f", loss, accuracy);
}

static void append_speed(char line[LINE_SIZE], const struct progress_view *view)
{
    double speed = progress_images_per_second(view);
    if (!isnan(speed)) append(line, "  %.0f %s/s", speed, view->unit);
}

/* "0:07", "12:30" or "1:02:05". */
static void append_time_left(char line[LINE_SIZE], double seconds)
{
    long whole = (long)ceil(seconds);
    if (whole >= HOUR)
        append(line, "  %ld:%02ld", whole / HOUR, whole % HOUR / MINUTE);
    else
        append(line, "  %ld", whole / MINUTE);
    append(line, ":%02ld left", whole % MINUTE);
}

static void append_bar(char line[LINE_SIZE], double part, size_t width)
{
    size_t full = (size_t)(part * (double)width);
    append(line, "[");
    for (size_t i = 0; i < width; i++) append(line, "%c", i < full ? '=' : i == full ? '>' : ' ');
    append(line, "]");
}

/* What stands behind the bar; without the speed, 77 columns hold it and what stands before. */
static void append_state(char line[LINE_SIZE], const struct progress_view *view, const scrawl_progress *progress,
                         bool with_speed)
{
    if (progress->validation_images > 0) {
        append(line, " val %zu/%zu", progress->validation_images, progress->validation_total);
        append_figures(line, progress->validation_loss, progress->validation_accuracy);
    } else {
        append(line, " %zu/%zu", progress->images, progress->epoch_images);
        append_figures(line, progress->loss, progress->accuracy);
        if (with_speed) append_speed(line, view);
    }
    append_time_left(line, seconds_left(view, progress));
}

static double part_done(const scrawl_progress *progress)
{
    if (progress->validation_images > 0)
        return (double)progress->validation_images / (double)progress->validation_total;
    return (double)progress->images / (double)progress->epoch_images;
}

static size_t usable_columns(void)
{
    size_t columns = terminal_columns(STDERR_FILENO);
    return columns > KEPT_FREE ? columns - KEPT_FREE : 0;
}

/* The line, a bar in the room that is left, and the state, cut to so many columns that it can be drawn over. Without a
 * bar where the part that is done isn't known, below 0. */
static void draw_line(char line[LINE_SIZE], const char *state, double part, size_t columns)
{
    size_t used = strlen(line) + strlen(state) + strlen("[]");
    size_t room = columns > used ? columns - used : 0;
    if (part >= 0 && room >= BAR_LEAST) append_bar(line, part, room < BAR_MOST ? room : BAR_MOST);
    append(line, "%s", state);
    if (columns < LINE_SIZE) line[columns] = 0;
    fprintf(stderr, "\r%s\x1b[K", line);
}

/* "Epoch 3/10 [=====>    ] 12800/42000 ..." */
static void draw_bar(const struct progress_view *view, const scrawl_progress *progress)
{
    size_t columns = usable_columns();
    char line[LINE_SIZE] = "", state[LINE_SIZE] = "";
    append(line, "Epoch %d/%d ", progress->epoch + 1, progress->epochs);
    append_state(state, view, progress, true);
    if (strlen(line) + strlen(state) > columns) {
        state[0] = 0;
        append_state(state, view, progress, false);
    }
    draw_line(line, state, part_done(progress), columns);
}

static void print_epoch(const struct progress_view *view, const scrawl_progress *progress)
{
    char line[LINE_SIZE] = "";
    append(line, "Epoch %d/%d  %zu %s", progress->epoch + 1, progress->epochs, progress->images, view->unit);
    append_figures(line, progress->loss, progress->accuracy);
    if (progress->validation_images > 0)
        append(line, "  val_loss %.4f  val_accuracy %.4f", progress->validation_loss, progress->validation_accuracy);
    append_speed(line, view);
    progress_clear(view);
    fprintf(stderr, "%s\n", line);
}

void progress_clear(const struct progress_view *view)
{
    if (view->terminal && !view->quiet) fputs("\r\x1b[K", stderr);
}

void progress_start(struct progress_view *view, const scrawl_training_options *options, const char *unit, bool quiet)
{
    double time = now();
    *view = (struct progress_view){
        .clock = {.epoch_start = time, .last_step = time},
        .batch_size = (size_t)options->batch_size,
        .unit = unit,
        .quiet = quiet,
        .terminal = isatty(STDERR_FILENO),
    };
}

void progress_step(struct progress_view *view, const scrawl_progress *progress)
{
    count_step(view, progress);
    if (view->quiet) return;
    if (progress->phase == SCRAWL_EPOCH_END) {
        print_epoch(view, progress);
    } else if (view->terminal && view->clock.last_step - view->last_drawn >= redraw_interval) {
        draw_bar(view, progress);
        view->last_drawn = view->clock.last_step;
    }
}

void progress_next_epoch(struct progress_view *view)
{
    view->clock.images_before = view->clock.validation_before = 0;
    view->clock.epoch_trained = 0;
    view->clock.epoch_training = 0;
    view->clock.epoch_start = view->clock.last_step;
}

/* ---- A count ---- */

void count_start(struct count_view *view, const char *action, const char *unit, size_t total)
{
    *view = (struct count_view){
        .action = action,
        .unit = unit,
        .total = total,
        .start = now(),
        .terminal = isatty(STDERR_FILENO),
    };
}

double count_seconds(const struct count_view *view)
{
    return now() - view->start;
}

/* "Reading [=====>    ] 3072/10000  21045 images/s  0:01 left", or "Reading 3072  21045 images/s" */
void count_show(struct count_view *view, size_t done, const char *note)
{
    double time = now(), taken = time - view->start;
    char line[LINE_SIZE] = "", state[LINE_SIZE] = "";
    if (!view->terminal || taken <= 0 || time - view->last_drawn < redraw_interval) return;
    const size_t known = view->total > done ? view->total : done, counted = done - view->passed;
    append(line, "%s ", view->action);
    append(state, view->total ? " %zu/%zu" : "%zu", done, known);
    append(state, "  %.0f %s/s%s", (double)counted / taken, view->unit, note);
    if (view->total && counted > 0) append_time_left(state, taken / (double)counted * (double)(known - done));
    draw_line(line, state, view->total ? (double)done / (double)known : -1, usable_columns());
    view->last_drawn = time;
}

void count_clear(const struct count_view *view)
{
    if (view->terminal) fputs("\r\x1b[K", stderr);
}
