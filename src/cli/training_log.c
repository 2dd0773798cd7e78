/* Implements training_log.h. */
#include "training_log.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"
#include "report.h"

enum { ROW_SIZE = 256 }; /* bytes, longer than any row */

static const char header[] = "epoch,loss,accuracy,val_loss,val_accuracy,seconds,images_per_second\n";

FILE *training_log_open(const char *path, bool append)
{
    if (file_is_device_or_pipe(path) && !file_can_write(path)) {
        complain("%s", file_error());
        return NULL;
    }
    FILE *log = fopen(path, append ? "a" : "w");
    if (!log) {
        complain("Can't write %s: %s.", path, strerror(errno));
        return NULL;
    }
    /* A fresh "a" stream stands at 0 whatever the file holds. */
    fseek(log, 0, SEEK_END);
    if (ftell(log) <= 0) fputs(header, log);
    if (fflush(log) == 0) return log;
    complain("Can't write %s: %s.", path, strerror(errno));
    fclose(log);
    return NULL;
}

/* ---- Reading ---- */

/* The number up to the next comma, which may be the end of the line; NaN for none. False for anything else. */
static bool next_number(char **rest, double *value)
{
    char *field = strsep(rest, ","), *end;
    if (!field) return false;
    *value = NAN;
    if (field[strspn(field, "\r\n")] == 0) return true;
    *value = strtod(field, &end);
    return isfinite(*value) && end[strspn(end, "\r\n")] == 0;
}

static bool is_share(double value)
{
    return value >= 0 && value <= 1;
}

static bool read_row(char *row, double *epoch, struct epoch_figures *figures)
{
    if (!next_number(&row, epoch) || !next_number(&row, &figures->loss) || !next_number(&row, &figures->accuracy) ||
        !next_number(&row, &figures->validation_loss) || !next_number(&row, &figures->validation_accuracy))
        return false;
    bool validated = figures->validation_loss >= 0 && is_share(figures->validation_accuracy);
    bool unvalidated = isnan(figures->validation_loss) && isnan(figures->validation_accuracy);
    return figures->loss >= 0 && is_share(figures->accuracy) && (validated || unvalidated);
}

void training_log_read(const char *path, struct epoch_figures *epochs, size_t count)
{
    char row[ROW_SIZE];
    FILE *log = file_is_device_or_pipe(path) ? NULL : fopen(path, "r");
    while (log && fgets(row, sizeof row, log)) {
        struct epoch_figures figures;
        double epoch;
        if (read_row(row, &epoch, &figures) && epoch >= 1 && epoch <= (double)count)
            epochs[(size_t)epoch - 1] = figures;
    }
    if (log) fclose(log);
}

/* ---- Writing ---- */

/* Nothing for a figure that there isn't. */
static void add_number(FILE *log, double value)
{
    if (isnan(value))
        fputc(',', log);
    else
        fprintf(log, ",%.9g", value);
}

bool training_log_add(FILE *log, const scrawl_progress *progress, double seconds, double images_per_second)
{
    fprintf(log, "%d,%.9g,%.9g", progress->epoch + 1, progress->loss, progress->accuracy);
    add_number(log, progress->validation_loss);
    add_number(log, progress->validation_accuracy);
    add_number(log, seconds);
    add_number(log, images_per_second);
    fputc('\n', log);
    return fflush(log) == 0 && !ferror(log);
}
