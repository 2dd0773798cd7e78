/* Keeps a training's checkpoint on disk while it runs, so that whatever ends it costs two minutes at most. */
#ifndef CHECKPOINT_KEEPER_H
#define CHECKPOINT_KEEPER_H

#include <stdbool.h>

#include "scrawl.h"

struct checkpoint_keeper {
    const char *path; /* where it is written */
    double due;       /* seconds of a clock that never steps back */
    bool written;     /* by this run */
    bool failed;      /* and complained about */
};

void checkpoint_keeper_start(struct checkpoint_keeper *keeper, const char *path);

/* To be called after each step: writes the checkpoint when an epoch is complete, or two minutes after the last time.
 * What can't be written is complained about once; the training goes on. */
void checkpoint_keeper_look(struct checkpoint_keeper *keeper, const scrawl_trainer *trainer, bool epoch_complete);

/* Writes it now. Complains and returns false when that fails. */
bool checkpoint_keeper_write(struct checkpoint_keeper *keeper, const scrawl_trainer *trainer);

#endif
