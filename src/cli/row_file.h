/* A file that rows are appended to, so that whatever ends the program costs at most a torn last line; and what an
 * earlier run has left there. Rows of one picture follow each other. While a file that doesn't begin as the new rows do
 * is written anew, FILE.resuming holds what it held. Knows no picture. */
#ifndef ROW_FILE_H
#define ROW_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "row_reader.h"

struct row_file;

/* The name of the file's FILE.resuming; to be freed by the caller. */
char *row_file_old_name(const char *path);

/* Whether nothing is there under the name yet; complains where something is. */
bool row_file_is_free(const char *path, const char *option);

/* Begins a file, or where `resume` goes on with it. option: the name of the one that chose it, for sentences. Only one
 * run has it at a time. Complains and returns NULL: when it is there already and not to go on, holds other rows, is
 * another run's, or can't be opened. A device or pipe can be begun only. path must live on. */
struct row_file *row_file_open(const char *path, const char *option, const struct row_layout *layout, bool resume);

/* ---- What is there, from the begin on: before any row is added ---- */

/* The next picture's rows that are there already; they stay unless row_file_set_aside follows, which it must where
 * group->failed says that they are none to keep. False: there are no more whole ones, or, complained about and then
 * said by row_file_flush too, what is there are no rows. *group starts as {0}, and is filled anew. */
bool row_file_next(struct row_file *file, struct row_group *group);

/* Copies rows that row_file_next gave to another file. False when they can't be, without a complaint; errno says why.
 */
bool row_file_copy_out(const struct row_file *file, const struct row_group *group, FILE *to);

/* What row_file_next gave last, or would give first, and all after it is moved to FILE.resuming. False, with a
 * complaint, when it can't be. */
bool row_file_set_aside(struct row_file *file);

/* Drops what row_file_next didn't give: new rows come behind those that it did. False, with a complaint. */
bool row_file_start(struct row_file *file);

/* ---- What was set aside ---- */

bool row_file_has_old(const struct row_file *file);

/* The latest rows of the picture of that name, as row_text_kept has it. Not from two threads at once, but beside
 * row_file_copy. */
bool row_file_find(struct row_file *file, const char *name, struct row_group *group);

/* Appends them: offsets of row_file_find. */
void row_file_copy(struct row_file *file, uint64_t begin, uint64_t end);

/* ---- New rows ---- */

/* To print rows to. */
FILE *row_file_stream(struct row_file *file);

/* Rows of a picture are complete: writes them, and now and then makes sure that they are on the disk. False, with one
 * complaint, when they can't be. */
bool row_file_flush(struct row_file *file);

/* Makes sure that what was written is on the disk. Where all rows are there, FILE.resuming goes. False when something
 * couldn't be written; it has been complained about. */
bool row_file_close(struct row_file *file, bool complete);

#endif
