/* Implements files.h on POSIX calls. Must not know what the bytes mean. */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

enum { FIRST_READ = 1 << 16, ERROR_SIZE = 4096 + 256 }; /* bytes; an error holds a path */
enum { MOST_LINKS = 40 };                               /* one after the other, as Linux has it */

static _Thread_local char error_sentence[ERROR_SIZE];

const char *file_error(void)
{
    return error_sentence;
}

static bool file_fail(const char *action, const char *path, int error)
{
    snprintf(error_sentence, sizeof error_sentence, "Can't %s %.4096s: %s.", action, path, strerror(error));
    return false;
}

char *path_join(const char *folder, const char *name)
{
    size_t length = strlen(folder);
    return format_text("%s%s%s", folder, length > 0 && folder[length - 1] == '/' ? "" : "/", name);
}

bool file_exists(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0;
}

bool file_is_folder(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static bool are_one(const struct stat *facts, const struct stat *other)
{
    return facts->st_dev == other->st_dev && facts->st_ino == other->st_ino;
}

/* ---- Reading ---- */

static bool set_capacity(struct bytes *bytes, size_t capacity)
{
    uint8_t *data = realloc(bytes->data, capacity);
    if (data) bytes->data = data;
    return data != NULL;
}

/* Room is never more than one byte above the limit, which is where a file that is too large shows. Returns 0 or an
 * error number. */
static int read_to_end(int descriptor, size_t expected_size, struct bytes *bytes)
{
    const size_t most = (size_t)FILE_SIZE_LIMIT + 1;
    size_t capacity = expected_size == 0 ? FIRST_READ : expected_size < most ? expected_size + 1 : most;
    if (!set_capacity(bytes, capacity)) return ENOMEM;
    for (;;) {
        ssize_t count = read(descriptor, bytes->data + bytes->size, capacity - bytes->size);
        if (count == 0) return 0;
        if (count < 0 && errno != EINTR) return errno;
        if (count > 0) bytes->size += (size_t)count;
        if (bytes->size > FILE_SIZE_LIMIT) return EFBIG;
        if (bytes->size < capacity) continue;
        capacity = capacity < most / 2 ? capacity * 2 : most;
        if (!set_capacity(bytes, capacity)) return ENOMEM;
    }
}

static bool fail_too_large(const char *path)
{
    snprintf(error_sentence, sizeof error_sentence, "Can't read %.4096s: it is larger than 1 GiB.", path);
    return false;
}

static struct file_facts facts_of(const struct stat *status)
{
    if (!S_ISREG(status->st_mode)) return (struct file_facts){0};
    return (struct file_facts){true, (uint64_t)status->st_size, status->st_mtim.tv_sec, status->st_mtim.tv_nsec};
}

struct file_facts file_facts(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? facts_of(&status) : (struct file_facts){0};
}

bool file_facts_equal(const struct file_facts *facts, const struct file_facts *other)
{
    return facts->is_file == other->is_file && facts->size == other->size && facts->seconds == other->seconds &&
           facts->nanoseconds == other->nanoseconds;
}

static struct file_facts facts_of_descriptor(int descriptor)
{
    struct stat status;
    return fstat(descriptor, &status) == 0 ? facts_of(&status) : (struct file_facts){0};
}

/* A file that is too large is left unread. */
static bool read_descriptor(int descriptor, const char *path, struct bytes *bytes)
{
    const struct file_facts facts = facts_of_descriptor(descriptor);
    struct bytes content = {0};
    int error = facts.size > FILE_SIZE_LIMIT ? EFBIG : read_to_end(descriptor, (size_t)facts.size, &content);
    if (error) {
        free(content.data);
        return error == EFBIG ? fail_too_large(path) : file_fail("read", path, error);
    }
    *bytes = content;
    return true;
}

/* -1 with a sentence when it can't be opened. */
static int open_named(const char *path)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) file_fail("open", path, errno);
    return descriptor;
}

/* What is there may change between the two looks: the second one decides, the first spares devices from being opened.
 */
static int open_in_folder(const char *path)
{
    struct stat status;
    int descriptor = file_is_device_or_pipe(path) ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0 && !file_is_device_or_pipe(path)) {
        file_fail("open", path, errno);
        return -1;
    }
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode)) return descriptor;
    if (descriptor >= 0) close(descriptor);
    snprintf(error_sentence, sizeof error_sentence, "Can't read %.4096s: it is no file, but a device or pipe.", path);
    return -1;
}

static bool read_and_close(int descriptor, const char *path, struct bytes *bytes)
{
    if (descriptor < 0) return false;
    bool ok = read_descriptor(descriptor, path, bytes);
    close(descriptor);
    return ok;
}

bool file_read(const char *path, struct bytes *bytes)
{
    return read_and_close(open_named(path), path, bytes);
}

bool file_read_in_folder(const char *path, struct bytes *bytes)
{
    return read_and_close(open_in_folder(path), path, bytes);
}

bool file_read_unchanged(const char *path, bool in_folder, struct bytes *bytes, struct file_facts *facts)
{
    int descriptor = in_folder ? open_in_folder(path) : open_named(path);
    *facts = descriptor >= 0 ? facts_of_descriptor(descriptor) : (struct file_facts){0};
    if (descriptor < 0) return false;
    bool ok = read_descriptor(descriptor, path, bytes);
    const struct file_facts after = facts_of_descriptor(descriptor);
    close(descriptor);
    if (!ok || file_facts_equal(facts, &after)) return ok;
    free(bytes->data);
    *bytes = (struct bytes){0};
    snprintf(error_sentence, sizeof error_sentence, "%.4096s changed while it was read.", path);
    return false;
}

bool file_read_standard_input(struct bytes *bytes)
{
    return read_descriptor(STDIN_FILENO, "standard input", bytes);
}

/* ---- Writing ---- */

/* Where a new file takes shape, and the name it gets when it is whole. All three are freed by draft_free. */
struct draft {
    char *target; /* the path with symbolic links followed, so that a link stays one */
    char *folder;
    char *temporary; /* in the same folder: a rename within one file system is atomic */
};

static void draft_free(struct draft *draft)
{
    free(draft->target);
    free(draft->folder);
    free(draft->temporary);
}

/* The length of the folder that the path begins with, without the slash behind it unless that is all; 0: none. */
static int folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return !slash ? 0 : slash == path ? 1 : (int)(slash - path);
}

/* What stands behind the folder. */
static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* The path with symbolic links followed, also to a file that isn't there yet; to be freed. */
static char *follow_links(const char *path)
{
    char *resolved = realpath(path, NULL), *here = resolved ? resolved : format_text("%s", path);
    char link[PATH_MAX];
    for (int links = 0; !resolved && links < MOST_LINKS; links++) {
        ssize_t length = readlink(here, link, sizeof link - 1);
        if (length < 0) break;
        link[length] = 0;
        char *folder = format_text("%.*s", link[0] == '/' ? 0 : folder_length(here), here);
        free(here);
        here = folder[0] ? path_join(folder, link) : format_text("%s", link);
        free(folder);
    }
    return here;
}

/* What a temporary's name has behind its target's; mkstemp chooses the last ones. */
static const char temporary_ending[] = ".unfinished.XXXXXX";
enum { CHOSEN_LENGTH = 6 }; /* characters */

static struct draft draft_for(const char *path)
{
    struct draft draft = {.target = follow_links(path)};
    int length = folder_length(draft.target);
    draft.folder = length ? format_text("%.*s", length, draft.target) : format_text(".");
    draft.temporary = format_text("%s%s", draft.target, temporary_ending);
    return draft;
}

/* The temporary file there is right now, for file_abandon. */
static const char *volatile unfinished;

void file_abandon(void)
{
    if (unfinished) unlink(unfinished);
}

/* ---- Leftovers ----
 * Who writes a temporary holds a lock on it, which ends with the process, however that ends. A temporary without one is
 * a killed run's. Where there are no locks, nothing is removed. */

static bool is_temporary_of(const char *target_name, const char *name)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    const size_t length = strlen(target_name), ending_length = strlen(temporary_ending) - CHOSEN_LENGTH;
    if (strncmp(name, target_name, length) != 0) return false;
    if (strncmp(name + length, temporary_ending, ending_length) != 0) return false;
    const char *chosen = name + length + ending_length;
    return strlen(chosen) == CHOSEN_LENGTH && chosen[strspn(chosen, characters)] == 0;
}

/* Of our own, and locked by nobody. */
static void remove_leftover(int folder, const char *name)
{
    struct stat facts, now;
    int descriptor = openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (descriptor < 0) return;
    if (fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_uid == geteuid() && facts.st_nlink == 1 &&
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 && fstatat(folder, name, &now, AT_SYMLINK_NOFOLLOW) == 0 &&
        are_one(&facts, &now))
        unlinkat(folder, name, 0);
    close(descriptor);
}

/* Temporaries that killed runs left of the same target. */
static void remove_leftovers(const struct draft *draft)
{
    DIR *folder = opendir(draft->folder);
    struct dirent *entry;
    if (!folder) return;
    while ((entry = readdir(folder)))
        if (is_temporary_of(file_name(draft->target), entry->d_name)) remove_leftover(dirfd(folder), entry->d_name);
    closedir(folder);
}

/* A new temporary, locked; -1 and errno when there can't be one. Another run may have taken it for a leftover before
 * the lock, and removed it. */
static int create_temporary(struct draft *draft)
{
    remove_leftovers(draft);
    char *ending = draft->temporary + strlen(draft->temporary) - strlen(temporary_ending);
    for (;;) {
        struct stat facts;
        strcpy(ending, temporary_ending);
        int descriptor = mkstemp(draft->temporary);
        if (descriptor < 0 || flock(descriptor, LOCK_EX) != 0) return descriptor;
        if (fstat(descriptor, &facts) != 0 || facts.st_nlink > 0) return descriptor;
        close(descriptor);
    }
}

/* ---- The file itself ---- */

/* Returns 0 or an error number. */
static int write_all(int descriptor, const uint8_t *data, size_t size)
{
    while (size > 0) {
        ssize_t count = write(descriptor, data, size);
        if (count < 0 && errno != EINTR) return errno;
        if (count > 0) {
            data += count;
            size -= (size_t)count;
        }
    }
    return 0;
}

/* mkstemp makes files that only their owner can read; this gives them the mode of the file that they replace, or what
 * any other new file would have. */
static int set_mode(int descriptor, const char *target)
{
    struct stat facts;
    mode_t mask = umask(0);
    umask(mask);
    mode_t mode = stat(target, &facts) == 0 ? facts.st_mode & 0777 : 0666 & ~mask;
    return fchmod(descriptor, mode) == 0 ? 0 : errno;
}

static int write_temporary(int descriptor, const char *target, const uint8_t *data, size_t size)
{
    int error = set_mode(descriptor, target);
    if (!error) error = write_all(descriptor, data, size);
    return !error && fsync(descriptor) != 0 ? errno : error;
}

/* The new name is safe only when the folder is, too. File systems that can't sync a folder say EINVAL. */
static int sync_folder(const char *folder)
{
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return errno == EACCES ? 0 : errno;
    int error = fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
    close(descriptor);
    return error;
}

static int replace_file(struct draft *draft, const void *data, size_t size)
{
    unfinished = draft->temporary; /* which is no file's name before mkstemp completes it */
    int descriptor = create_temporary(draft);
    int error = descriptor < 0 ? errno : write_temporary(descriptor, draft->target, data, size);
    if (!error && rename(draft->temporary, draft->target) != 0) error = errno;
    if (error && descriptor >= 0) unlink(draft->temporary);
    unfinished = NULL;
    if (descriptor >= 0 && close(descriptor) != 0 && !error) error = errno;
    return error ? error : sync_folder(draft->folder);
}

/* A device or pipe, opened without waiting for a pipe's reader; -1 and errno when there is none. */
static int open_device(const char *path)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor >= 0) fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK);
    return descriptor;
}

static bool fail_device(const char *path, int error)
{
    if (error != ENXIO) return file_fail("write", path, error);
    snprintf(error_sentence, sizeof error_sentence, "Can't write %.4096s: it is a pipe that nobody reads.", path);
    return false;
}

static int write_directly(const char *path, const void *data, size_t size)
{
    int descriptor = open_device(path);
    if (descriptor < 0) return errno;
    int error = write_all(descriptor, data, size);
    if (close(descriptor) != 0 && !error) error = errno;
    return error;
}

bool file_is_device_or_pipe(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

bool file_write(const char *path, const void *data, size_t size)
{
    if (file_is_device_or_pipe(path)) {
        int error = write_directly(path, data, size);
        return error ? fail_device(path, error) : true;
    }
    struct draft draft = draft_for(path);
    int error = replace_file(&draft, data, size);
    draft_free(&draft);
    return error ? file_fail("write", path, error) : true;
}

bool file_write_unnamed(const char *path, const void *data, size_t size)
{
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor < 0) return file_fail("write", path, errno);
    int error = write_all(descriptor, data, size);
    if (!error && fsync(descriptor) != 0 && errno != EINVAL) error = errno;
    if (close(descriptor) != 0 && !error) error = errno;
    return error ? file_fail("write", path, error) : true;
}

/* ---- Piece by piece ---- */

static void draft_drop(struct draft *draft)
{
    if (!draft) return;
    draft_free(draft);
    free(draft);
}

bool file_stream_open(const char *path, struct file_stream *stream)
{
    *stream = (struct file_stream){0};
    int descriptor = -1, error = 0;
    if (file_is_folder(path)) return file_fail("write", path, EISDIR);
    if (file_is_device_or_pipe(path)) {
        descriptor = open_device(path);
        if (descriptor < 0) return fail_device(path, errno);
    } else {
        stream->draft = allocate(sizeof *stream->draft);
        *stream->draft = draft_for(path);
        unfinished = stream->draft->temporary;
        descriptor = create_temporary(stream->draft);
        error = descriptor < 0 ? errno : set_mode(descriptor, stream->draft->target);
    }
    if (!error && !(stream->stream = fdopen(descriptor, "w"))) error = errno;
    if (!error) return true;
    if (descriptor >= 0 && stream->draft) unlink(stream->draft->temporary);
    if (descriptor >= 0) close(descriptor);
    unfinished = NULL;
    draft_drop(stream->draft);
    return file_fail("write", path, error);
}

bool file_stream_close(const char *path, struct file_stream *stream, bool keep)
{
    struct draft *draft = stream->draft;
    int error = stream->error;
    errno = 0;
    if (!error && (fflush(stream->stream) != 0 || ferror(stream->stream))) error = errno ? errno : EIO;
    if (!error && draft && keep && fsync(fileno(stream->stream)) != 0) error = errno;
    if (!error && draft && keep && rename(draft->temporary, draft->target) != 0) error = errno;
    if (draft && (error || !keep)) unlink(draft->temporary);
    unfinished = NULL;
    if (fclose(stream->stream) != 0 && !error) error = errno;
    if (!error && draft && keep) error = sync_folder(draft->folder);
    draft_drop(draft);
    return error && keep ? file_fail("write", path, error) : true;
}

/* Whether new files of these names would be one. */
static bool share_target(const char *path, const char *other_path)
{
    struct draft draft = draft_for(path), other = draft_for(other_path);
    struct stat facts, other_facts;
    bool shared = strcmp(file_name(draft.target), file_name(other.target)) == 0 && stat(draft.folder, &facts) == 0 &&
                  stat(other.folder, &other_facts) == 0 && are_one(&facts, &other_facts);
    draft_free(&draft);
    draft_free(&other);
    return shared;
}

bool file_is_same(const char *path, const char *other_path)
{
    struct stat facts, other;
    bool is_there = stat(path, &facts) == 0, other_is_there = stat(other_path, &other) == 0;
    if (is_there != other_is_there) return false;
    return is_there ? S_ISREG(facts.st_mode) && are_one(&facts, &other) : share_target(path, other_path);
}

bool file_is_same_folder(const char *path, const char *other_path)
{
    struct stat facts, other;
    return stat(path, &facts) == 0 && stat(other_path, &other) == 0 && S_ISDIR(facts.st_mode) &&
           are_one(&facts, &other);
}

bool file_remove_superseded(const char *path, const char *successor)
{
    struct stat facts, other;
    if (lstat(path, &facts) != 0 || stat(successor, &other) != 0) return false;
    bool are_files = S_ISREG(facts.st_mode) && S_ISREG(other.st_mode);
    return are_files && !are_one(&facts, &other) && unlink(path) == 0;
}

/* A pipe stays open from here to the end of the program: else its reader would see the end now. */
static bool can_write_device(const char *path)
{
    int descriptor = open_device(path);
    struct stat facts;
    if (descriptor < 0) return fail_device(path, errno);
    if (fstat(descriptor, &facts) != 0 || !S_ISFIFO(facts.st_mode)) close(descriptor);
    return true;
}

bool file_can_write(const char *path)
{
    if (file_is_folder(path)) return file_fail("write", path, EISDIR);
    if (file_is_device_or_pipe(path)) return can_write_device(path);
    struct draft draft = draft_for(path);
    int descriptor = create_temporary(&draft);
    int error = descriptor < 0 ? errno : 0;
    if (descriptor >= 0) {
        unlink(draft.temporary);
        close(descriptor);
    }
    draft_free(&draft);
    return error ? file_fail("write", path, error) : true;
}
