/* A run of `scrawl predict`: pictures from a source, read on several threads, to rows in the order of the pictures.
 * Knows no command line. */
#ifndef PREDICT_RUN_H
#define PREDICT_RUN_H

#include <stdbool.h>

#include "picture_source.h"
#include "rank_rows.h"
#include "rows.h"

struct predict_settings {
    const char *model, *finder; /* as model_open and finder_open take them */
    const char *explain;        /* a sheet of the one picture; NULL: none, as for the next two */
    const char *out;            /* where rows go; NULL: standard output */
    const char *doubtful_to;    /* a folder that is there, and where in it the table is */
    const char *doubtful_table;
    enum row_format format;
    bool with_digits, single, resume;
    int threads; /* see scrawl.h */
    struct picture_request pictures;
    const char *command_to_resume; /* a line for people */
};

/* How a process that reads but a share differs from one that reads all. */
struct predict_share {
    struct rank_rows *rows; /* what would go to standard output; with --out not used */
    const char *action;     /* above the bar: "Reading the first of 4 shares"; NULL: no bar */
    bool (*agree)(const struct predict_share *share, const char *mark); /* whether all have a model of that mark; all
                                                                           ask. If not, one of them has complained */
    void *context;                                                      /* of who asks */
};

enum predict_end {
    PREDICT_COMPLETE,    /* all pictures; some may have errors */
    PREDICT_INTERRUPTED, /* with --out; what was read is there, and --resume goes on */
    PREDICT_FAILED,      /* it was complained about */
};

/* Pictures. kept: those that an earlier run had read. */
struct predict_counts {
    size_t done, kept, errors, doubtful;
};

/* The pictures are read with what the settings say; may_explain has been asked where they want a sheet. share: NULL for
 * all. */
enum predict_end predict_run(const struct predict_settings *settings, struct picture_source *source,
                             const struct predict_share *share, struct predict_counts *counts);

/* What a table holds now is for whoever started the run, and doesn't look into it. */
void predict_tell_end(const struct predict_settings *settings, const struct predict_counts *counts);

#endif
