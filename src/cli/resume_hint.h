/* The command that goes on with an interrupted training. Knows no training. */
#ifndef RESUME_HINT_H
#define RESUME_HINT_H

#include "train_settings.h"

/* On standard error, quoted for a shell where it must be. checkpoint: its path. launcher: what stands before
 * the command, "" for nothing. */
void resume_hint_print(const struct train_settings *settings, const char *checkpoint, const char *launcher);

#endif
