/* Implements checkpoint_keeper.h. Must not know what is trained. */
#include "checkpoint_keeper.h"

#include <time.h>

#include "files.h"
#include "report.h"

static const double interval = 110; /* seconds: two minutes with the step that is being done when they are over */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

void checkpoint_keeper_start(struct checkpoint_keeper *keeper, const char *path)
{
    *keeper = (struct checkpoint_keeper){.path = path, .due = seconds_now() + interval};
}

bool checkpoint_keeper_write(struct checkpoint_keeper *keeper, const scrawl_trainer *trainer)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_status status = scrawl_trainer_save(trainer, &bytes, &size);
    bool ok = status == SCRAWL_OK && file_write(keeper->path, bytes, size);
    if (status != SCRAWL_OK)
        complain("%s can't be written: %s", keeper->path, scrawl_error());
    else if (!ok)
        complain("%s", file_error());
    scrawl_free(bytes);
    keeper->written = keeper->written || ok;
    keeper->due = seconds_now() + interval;
    return ok;
}

void checkpoint_keeper_look(struct checkpoint_keeper *keeper, const scrawl_trainer *trainer, bool epoch_complete)
{
    if (!epoch_complete && seconds_now() < keeper->due) return;
    if (keeper->failed && seconds_now() < keeper->due) return;
    bool first_failure = !keeper->failed;
    keeper->failed = !checkpoint_keeper_write(keeper, trainer);
    if (keeper->failed && first_failure) complain("The training goes on, and tries again every two minutes.");
}
