/* The command line of `scrawl train`: its options, their defaults, their help and which of them agree. Knows no data
 * and no trainer. */
#ifndef TRAIN_SETTINGS_H
#define TRAIN_SETTINGS_H

#include <stdbool.h>

#include "scrawl.h"

#define TRAIN_DEFAULT_OUT "scrawl.safetensors"
#define TRAIN_CHECKPOINT_ENDING ".checkpoint"

struct train_settings {
    const char *data, *out, *log, *plot; /* NULL where not given */
    const char *architecture;            /* the default where not given */
    const char *from, *resume;           /* at most one of them */
    const char *teacher;                 /* NULL where not given */
    const char *preset;                  /* NULL where not given; what it says is in the options below */
    scrawl_training_options training;    /* without the teacher */
    int normalization;                   /* scrawl_normalization */
    bool epochs_given, half, int8, quiet;
};

/* False with the exit status to end with, after the help or a complaint. */
bool train_settings_read(int argument_count, char **arguments, struct train_settings *settings, int *status);

#endif
