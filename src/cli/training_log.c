/* Implements training_log.h. */
#include "training_log.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "report.h"

static const char header[] = "epoch,loss,accuracy,val_loss,val_accuracy,seconds,images_per_second\n";

FILE *training_log_open(const char *path, bool append)
{
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
