/* Implements picture_jobs.h. */
#include "picture_jobs.h"

#include <stdlib.h>
#include <string.h>

#include "draw/doubt_crop.h"
#include "predict_rows.h"

enum {
    TOGETHER_BYTES = 1 << 20, /* of all their files but the last */
    PARTS_OF_THREAD = 16,     /* at least, where fewer are read together for that: so that all threads end at once */
};

size_t pictures_together(size_t pictures, size_t threads)
{
    const size_t most = pictures / (PARTS_OF_THREAD * threads);
    return most < 1 ? 1 : most < MOST_TOGETHER ? most : MOST_TOGETHER;
}

/* Files that are read together, and where what comes of each belongs. Starts as {0}. */
struct gathered {
    struct bytes files[MOST_TOGETHER];
    struct outcome *outcomes[MOST_TOGETHER];
    size_t count, bytes;
};

static bool read_picture_file(const struct picture_item *picture, struct bytes *bytes, struct file_facts *facts)
{
    if (picture->origin == PICTURE_NAMED && strcmp(picture->path, "-") == 0) return file_read_standard_input(bytes);
    return file_read_unchanged(picture->path, picture->origin == PICTURE_IN_FOLDER, bytes, facts);
}

/* Two of them may be one, as two times "-". */
static bool is_stream(const struct picture_item *picture)
{
    if (picture->origin == PICTURE_IN_FOLDER) return false;
    return (picture->origin == PICTURE_NAMED && strcmp(picture->path, "-") == 0) ||
           file_is_device_or_pipe(picture->path);
}

static void fail(struct outcome *outcome, const char *sentence)
{
    scrawl_reading_free(outcome->reading);
    outcome->reading = NULL;
    outcome->sentence = strdup(sentence);
}

/* For a doubtful picture its digits are looked at once more, with all that the search saw. */
static void draw_crop(const struct picture_reader *reader, const struct bytes *file, struct outcome *outcome)
{
    scrawl_predict_options options = reader->options;
    scrawl_reading *explained;
    options.explain = true;
    if (scrawl_predict_picture(reader->model, file->data, file->size, &options, &explained) != SCRAWL_OK) {
        fail(outcome, scrawl_error());
        return;
    }
    if (!draw_doubt_crop(explained, predict_rows_box(explained), &outcome->crop, &outcome->crop_size))
        fail(outcome, scrawl_status_text(SCRAWL_OUT_OF_MEMORY));
    scrawl_reading_free(explained);
}

/* Those that can't be read together are read by themselves, which says why. */
static void read_gathered(const struct picture_reader *reader, struct gathered *gathered)
{
    const scrawl_predict_options *options = &reader->options;
    const void *bytes[MOST_TOGETHER];
    size_t sizes[MOST_TOGETHER];
    scrawl_reading *readings[MOST_TOGETHER] = {NULL};
    for (size_t i = 0; i < gathered->count; i++) {
        bytes[i] = gathered->files[i].data;
        sizes[i] = gathered->files[i].size;
    }
    if (gathered->count > 1) scrawl_predict_pictures(reader->model, gathered->count, bytes, sizes, options, readings);
    for (size_t i = 0; i < gathered->count; i++) {
        struct outcome *outcome = gathered->outcomes[i];
        outcome->reading = readings[i];
        if (!outcome->reading &&
            scrawl_predict_picture(reader->model, bytes[i], sizes[i], options, &outcome->reading) != SCRAWL_OK)
            fail(outcome, scrawl_error());
        if (reader->with_crops && outcome->reading && predict_rows_doubtful(outcome->reading))
            draw_crop(reader, &gathered->files[i], outcome);
        free(gathered->files[i].data);
    }
    *gathered = (struct gathered){0};
}

/* outcome: zeroed. */
static void gather(const struct picture_item *picture, struct gathered *gathered, struct outcome *outcome)
{
    struct bytes *file = &gathered->files[gathered->count];
    outcome->sentence_names_path = picture->sentence || !read_picture_file(picture, file, &outcome->facts);
    if (outcome->sentence_names_path) {
        outcome->sentence = strdup(picture->sentence ? picture->sentence : file_error());
        return;
    }
    gathered->bytes += file->size;
    gathered->outcomes[gathered->count++] = outcome;
}

void picture_job_perform(const struct picture_reader *reader, struct picture_job *job)
{
    struct gathered gathered = {0};
    for (size_t i = 0; i < job->count; i++) {
        struct outcome *outcome = &job->outcomes[i];
        if (outcome->is_kept) continue;
        outcome->in_turn = is_stream(&job->pictures[i]);
        if (!outcome->in_turn) gather(&job->pictures[i], &gathered, outcome);
        if (gathered.bytes > TOGETHER_BYTES) read_gathered(reader, &gathered);
    }
    read_gathered(reader, &gathered);
}

void picture_read_in_turn(const struct picture_reader *reader, const struct picture_item *picture,
                          struct outcome *outcome)
{
    struct gathered gathered = {0};
    *outcome = (struct outcome){0};
    gather(picture, &gathered, outcome);
    read_gathered(reader, &gathered);
}

void picture_job_drop(struct picture_job *job)
{
    for (size_t i = 0; i < job->count; i++) {
        picture_item_free(&job->pictures[i]);
        scrawl_reading_free(job->outcomes[i].reading);
        free(job->outcomes[i].sentence);
        free(job->outcomes[i].crop);
    }
    job->count = 0;
}
