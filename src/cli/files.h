/* Whole files in, whole files out. Knows no format. */
#ifndef FILES_H
#define FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { FILE_SIZE_LIMIT = 1 << 30 }; /* bytes; nothing Scrawl reads is larger */

struct bytes {
    uint8_t *data; /* freed by the caller with free() */
    size_t size;
};

/* Reads a file to its end. Fails when it can't, or when it is larger than FILE_SIZE_LIMIT. */
bool file_read(const char *path, struct bytes *bytes);
bool file_read_standard_input(struct bytes *bytes);

/* The same for what a folder holds, which nobody named: devices and pipes are refused, never waited for. */
bool file_read_in_folder(const char *path, struct bytes *bytes);

/* What is different once a file has other content, as far as a file system tells. Zeroed for what is no file. */
struct file_facts {
    bool is_file;
    uint64_t size;                /* bytes */
    int64_t seconds, nanoseconds; /* of its last change, since 1970 */
};

/* Zeroed where there is none. */
struct file_facts file_facts(const char *path);
bool file_facts_equal(const struct file_facts *facts, const struct file_facts *other);

/* Reads a file as file_read, or in_folder as file_read_in_folder; fails also when the file changes meanwhile. facts: as
 * they were before, zeroed for what is no file or isn't there. */
bool file_read_unchanged(const char *path, bool in_folder, struct bytes *bytes, struct file_facts *facts);

/* Writes a file whole or not at all: a reader, or a machine that loses power, sees the old file or the new one. The
 * new one is for those whom the old one was for. Removes what killed runs left of the same file. A device or pipe is
 * written to directly, a pipe only when somebody reads it. */
bool file_write(const char *path, const void *data, size_t size);

/* Writes a file that nobody looks for before something else names it: it may be half there meanwhile, and costs less
 * where there are many in a folder. */
bool file_write_unnamed(const char *path, const void *data, size_t size);

/* The same as file_write piece by piece. Opens the stream to write to; file_stream_close makes it the file, or with
 * keep = false leaves everything as it was. Both return false with a sentence; after a failed file_stream_open there is
 * nothing to close. */
struct file_stream {
    FILE *stream;
    int error;           /* that a write failed with, for the sentence, where its caller knows; 0: it doesn't */
    struct draft *draft; /* NULL for a device or pipe */
};
bool file_stream_open(const char *path, struct file_stream *stream);
bool file_stream_close(const char *path, struct file_stream *stream, bool keep);

/* Removes what an unfinished file_write has left so far. May be called from a signal handler that then ends the
 * program.
 */
void file_abandon(void);

/* Removes a file that another one makes unnecessary. False, without a sentence, when it stays: both must be files and
 * not the same one; a link stays too. */
bool file_remove_superseded(const char *path, const char *successor);

/* Whether file_write would find a folder it can write into; the file itself is left as it is. */
bool file_can_write(const char *path);

bool file_exists(const char *path); /* or a folder */
bool file_is_folder(const char *path);
bool file_is_same_folder(const char *path, const char *other_path); /* both lead to one that is there */
bool file_is_device_or_pipe(const char *path);
/* Both lead to one file, by links too, or would if it were there; devices and pipes are no files. */
bool file_is_same(const char *path, const char *other_path);

/* The sentence about this thread's latest call that failed. */
const char *file_error(void);

/* "folder/name" in fresh memory, to be freed by the caller. */
char *path_join(const char *folder, const char *name);

#endif
