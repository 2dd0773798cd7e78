/* Reads some pictures' digits together, on one thread. Knows neither where pictures come from nor what is printed. */
#ifndef PICTURE_JOBS_H
#define PICTURE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "files.h"
#include "picture_source.h"
#include "scrawl.h"

enum { MOST_TOGETHER = 8 };

/* What pictures are read with. */
struct picture_reader {
    const scrawl_model *model;
    scrawl_predict_options options;
    bool with_crops; /* of doubtful ones */
};

/* What came of a picture. Starts as {0}. */
struct outcome {
    bool is_kept;            /* nothing is to be read: see who sets it */
    scrawl_reading *reading; /* NULL: it failed */
    char *sentence;          /* why; NULL: without even memory for that */
    bool sentence_names_path;
    bool in_turn;            /* it is to be read only when all before it are taken: picture_read_in_turn */
    struct file_facts facts; /* before it was read */
    uint8_t *crop;           /* the bytes of a PNG, of a doubtful picture where asked for; else NULL */
    size_t crop_size;
};

/* Starts as {0}. */
struct picture_job {
    size_t count;
    struct picture_item pictures[MOST_TOGETHER];
    struct outcome outcomes[MOST_TOGETHER];
};

/* Reads those that aren't kept. */
void picture_job_perform(const struct picture_reader *reader, struct picture_job *job);

/* What is read but once, and may wait for somebody. */
void picture_read_in_turn(const struct picture_reader *reader, const struct picture_item *picture,
                          struct outcome *outcome);

/* Frees what is in it. */
void picture_job_drop(struct picture_job *job);

/* How many together keep all threads busy to the end. */
size_t pictures_together(size_t pictures, size_t threads);

#endif
