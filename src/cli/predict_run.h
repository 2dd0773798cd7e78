/* A run of `scrawl predict`: pictures from a source, read on several threads, to rows in the order of the pictures.
 * Knows no command line. */
#ifndef PREDICT_RUN_H
#define PREDICT_RUN_H

#include <stdbool.h>

#include "picture_source.h"
#include "rows.h"

struct predict_settings {
    const char *model, *finder; /* as model_open and finder_open take them */
    const char *explain;        /* a sheet of the one picture; NULL: none, as for the next two */
    const char *out;            /* where rows go; NULL: standard output */
    const char *doubtful_to;    /* a folder */
    enum row_format format;
    bool with_digits, single, resume;
    int threads; /* see scrawl.h */
    struct picture_request pictures;
    const char *command_to_resume; /* a line for people */
};

/* The pictures are read with what the settings say; may_explain has been asked where they want a sheet. Returns the
 * exit status. */
int predict_run(const struct predict_settings *settings, struct picture_source *source);

#endif
