/* What a model file says of its making. Knows no trainer and no file format. */
#ifndef TRAINING_NOTES_H
#define TRAINING_NOTES_H

#include "model/metadata.h"

/* Notes the options and how the epoch that is complete went. Out of memory loses a note, never the training. */
void training_notes_write(const scrawl_training_options *options, const scrawl_progress *progress,
                          struct metadata *metadata);

#endif
