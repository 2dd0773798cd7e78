/* `scrawl predict` where several ranks share it: the first rank finds the pictures and prepares the files, each reads
 * its share, and the first makes one table of all, as one process would have written it. Knows no command line. */
#ifndef PREDICT_RANKS_H
#define PREDICT_RANKS_H

#include "predict_run.h"

/* For a process alone that is to go on with a file: takes over what ranks have left. False, with a complaint. */
bool predict_take_over(const struct predict_settings *settings);

/* All ranks call it. source: all pictures, at the first rank; NULL there: it ends with `status`, and so do all. Returns
 * the exit status. */
int predict_over_ranks(const struct predict_settings *settings, struct picture_source *source, int status);

#endif
