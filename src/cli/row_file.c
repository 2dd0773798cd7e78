/* Implements row_file.h. Must not know what rows say. */
#include "row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "hash.h"
#include "report.h"

enum {
    SYNC_SECONDS = 5,        /* what a machine that loses power may cost */
    STREAM_BUFFER = 1 << 20, /* bytes: more than a job's rows, so that writing fails only where that is looked at */
    COPIED_AT_ONCE = 1 << 16,
    FIRST_CAPACITY = 1024,
};

/* Where a picture's rows stand in FILE.resuming. */
struct place {
    uint64_t hash; /* of its name */
    uint64_t offset;
};

struct row_file {
    const char *path, *option;
    struct row_layout layout;
    int descriptor;
    FILE *stream; /* on a duplicate of the descriptor */
    bool is_device, is_resumed, failed;
    bool is_written; /* new rows come, or may */
    uint64_t size;   /* of the whole rows */
    double synced;
    struct row_reader there; /* what is there already */
    uint64_t given;          /* where the latest group begins */
    char *old_path;
    int old_descriptor; /* -1: there is none */
    struct row_reader old;
    struct place *places; /* sorted by hash, then by offset */
    size_t place_count, place_capacity;
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool fail(struct row_file *file, const char *action, const char *path, int error)
{
    if (!file->failed) complain("Can't %s %s: %s.", action, path, strerror(error));
    file->failed = true;
    return false;
}

static bool complain_of(struct row_file *file, const struct row_reader *reader)
{
    complain("%s", row_reader_sentence(reader));
    file->failed = true;
    return false;
}

/* ---- FILE.resuming ---- */

static void add_place(struct row_file *file, const struct row_group *group)
{
    if (file->place_count == file->place_capacity) {
        const size_t capacity = file->place_capacity ? 2 * file->place_capacity : FIRST_CAPACITY;
        struct place *places = allocate(capacity * sizeof *places);
        if (file->place_count > 0) memcpy(places, file->places, file->place_count * sizeof *places);
        free(file->places);
        file->places = places;
        file->place_capacity = capacity;
    }
    const uint64_t hash = hash_add(hash_start, group->file, strlen(group->file));
    file->places[file->place_count++] = (struct place){hash, group->begin};
}

static int compare_places(const void *first, const void *second)
{
    const struct place *a = first, *b = second;
    if (a->hash != b->hash) return a->hash < b->hash ? -1 : 1;
    return a->offset < b->offset ? -1 : a->offset > b->offset;
}

static bool refuse_layout(const struct row_file *file, const char *path)
{
    complain("%s holds other columns, or is of another format, than is asked for now. Go on with the options that it "
             "was begun with, or choose another file by --%s.",
             path, file->option);
    return false;
}

/* Whether what is there, not even a whole line, is the begin of what such a file begins with; all else is somebody's.
 */
static bool is_begin_of_ours(const struct row_layout *layout, const struct row_reader *reader)
{
    static const char object[] = "{\"file\":\"";
    const char *there = reader->buffer + reader->start;
    const size_t size = reader->end - reader->start;
    if (layout->format == ROWS_JSON)
        return memcmp(there, object, size < sizeof object - 1 ? size : sizeof object - 1) == 0;
    char *header = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&header, &length);
    if (!stream) return false;
    rows_print_header(stream, layout);
    const bool ok = fclose(stream) == 0 && size <= length && memcmp(there, header, size) == 0;
    free(header);
    return ok;
}

/* Finds what FILE.resuming holds. A line that is torn ends it: *whole is where. */
static bool index_old(struct row_file *file, uint64_t *whole)
{
    struct row_group group = {0};
    file->place_count = 0;
    row_reader_close(&file->old);
    *whole = 0;
    enum row_reader_state state = row_reader_open(&file->old, file->old_descriptor, file->old_path);
    if ((state == ROW_READER_ROW && !row_layouts_equal(&file->old.layout, &file->layout)) ||
        (state == ROW_READER_TORN && !is_begin_of_ours(&file->layout, &file->old)))
        return refuse_layout(file, file->old_path);
    if (state == ROW_READER_ROW) *whole = file->old.offset;
    while (state == ROW_READER_ROW && (state = row_reader_next_group(&file->old, &group)) == ROW_READER_ROW)
        add_place(file, &group);
    if (state != ROW_READER_WRONG) *whole = file->old.offset;
    row_group_free(&group);
    if (file->place_count > 0) qsort(file->places, file->place_count, sizeof *file->places, compare_places);
    return state != ROW_READER_WRONG || complain_of(file, &file->old);
}

/* wanted: it is made when it isn't there. */
static bool open_old(struct row_file *file, bool wanted, uint64_t *whole)
{
    *whole = 0;
    if (!file->is_resumed) return true;
    if (file->old_descriptor < 0)
        file->old_descriptor = open(file->old_path, O_RDWR | O_CLOEXEC | (wanted ? O_CREAT : 0), 0666);
    if (file->old_descriptor >= 0) return index_old(file, whole);
    return (errno == ENOENT && !wanted) || fail(file, "open", file->old_path, errno);
}

bool row_file_has_old(const struct row_file *file)
{
    return file->place_count > 0;
}

bool row_file_find(struct row_file *file, const char *name, struct row_group *group)
{
    const uint64_t hash = hash_add(hash_start, name, strlen(name));
    size_t low = 0, high = file->place_count; /* behind the last one of the hash */
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (file->places[middle].hash <= hash)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low > 0 && file->places[low - 1].hash == hash; low--) {
        row_reader_seek(&file->old, file->places[low - 1].offset);
        if (row_reader_next_group(&file->old, group) == ROW_READER_ROW && strcmp(group->file, name) == 0) return true;
    }
    return false;
}

/* Returns 0 or an error number. */
static int copy_bytes(int from, uint64_t begin, uint64_t end, FILE *to)
{
    char bytes[COPIED_AT_ONCE];
    while (begin < end) {
        const uint64_t left = end - begin;
        const ssize_t count = pread(from, bytes, left < sizeof bytes ? left : sizeof bytes, (off_t)begin);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count < 0 ? errno : EIO;
        if (fwrite(bytes, 1, (size_t)count, to) != (size_t)count) return errno;
        begin += (uint64_t)count;
    }
    return 0;
}

void row_file_copy(struct row_file *file, uint64_t begin, uint64_t end)
{
    const int error = copy_bytes(file->old_descriptor, begin, end, file->stream);
    if (error) fail(file, "copy rows to", file->path, error);
}

/* Where the last whole row ends, from a row's begin on. */
static bool find_end(struct row_file *file, uint64_t begin, uint64_t *end)
{
    struct row row;
    enum row_reader_state state;
    row_reader_seek(&file->there, begin);
    while ((state = row_reader_next(&file->there, &row)) == ROW_READER_ROW) {
    }
    *end = file->there.offset;
    return state != ROW_READER_WRONG || complain_of(file, &file->there);
}

/* What `from` on holds goes behind what FILE.resuming holds, and is there before it is cut off here. */
static int move_to_old(struct row_file *file, uint64_t from, uint64_t end, uint64_t whole)
{
    if (ftruncate(file->old_descriptor, (off_t)whole) != 0) return errno;
    FILE *old = fdopen(dup(file->old_descriptor), "w");
    if (!old || fseeko(old, (off_t)whole, SEEK_SET) != 0) return errno;
    if (whole == 0) rows_print_header(old, &file->layout);
    int error = copy_bytes(file->descriptor, from, end, old);
    errno = 0;
    if (fflush(old) != 0 && !error) error = errno;
    if (!error && fsync(file->old_descriptor) != 0) error = errno;
    fclose(old);
    if (!error && ftruncate(file->descriptor, (off_t)from) != 0) error = errno;
    return error;
}

bool row_file_set_aside(struct row_file *file)
{
    uint64_t end, whole;
    file->size = file->given;
    if (!find_end(file, file->given, &end) || !open_old(file, true, &whole)) return false;
    const int error = move_to_old(file, file->given, end, whole);
    return error ? fail(file, "write", file->old_path, error) : index_old(file, &whole);
}

/* ---- What is there ---- */

bool row_file_next(struct row_file *file, struct row_group *group)
{
    file->given = file->size;
    const enum row_reader_state state =
        file->is_device || file->failed ? ROW_READER_END : row_reader_next_group(&file->there, group);
    if (state == ROW_READER_WRONG) return complain_of(file, &file->there);
    if (state != ROW_READER_ROW) return false;
    group->failed = group->failed || group->begin != file->size;
    file->size = group->end;
    return true;
}

bool row_file_start(struct row_file *file)
{
    row_reader_close(&file->there);
    if (file->failed) return false;
    file->is_written = true;
    if (file->is_device) return true;
    if (ftruncate(file->descriptor, (off_t)file->size) == 0 && fseeko(file->stream, (off_t)file->size, SEEK_SET) == 0)
        return true;
    return fail(file, "write", file->path, errno);
}

bool row_file_copy_out(const struct row_file *file, const struct row_group *group, FILE *to)
{
    errno = copy_bytes(file->descriptor, group->begin, group->end, to);
    return errno == 0;
}

/* The first line tells whether these rows are like the new ones; in a file without a whole one they begin. */
static bool look_at_begin(struct row_file *file)
{
    uint64_t whole;
    const enum row_reader_state state = row_reader_open(&file->there, file->descriptor, file->path);
    if (state == ROW_READER_WRONG) return complain_of(file, &file->there);
    if (state == ROW_READER_ROW) {
        if (!row_layouts_equal(&file->there.layout, &file->layout)) return refuse_layout(file, file->path);
        file->size = file->given = file->there.offset;
        return open_old(file, false, &whole);
    }
    if (state == ROW_READER_TORN && !is_begin_of_ours(&file->layout, &file->there))
        return refuse_layout(file, file->path);
    if (!row_file_start(file)) return false;
    rows_print_header(file->stream, &file->layout);
    if (!row_file_flush(file)) return false;
    file->given = file->size;
    return row_reader_open(&file->there, file->descriptor, file->path) != ROW_READER_WRONG &&
           open_old(file, false, &whole);
}

/* ---- Opening ---- */

static bool refuse_existing(const char *path, const char *option)
{
    complain("%s is there already. Go on with it by --resume, or choose another file by --%s.", path, option);
    return false;
}

bool row_file_is_free(const char *path, const char *option)
{
    return !file_exists(path) || refuse_existing(path, option);
}

static bool open_device(struct row_file *file)
{
    file->is_device = true;
    file->descriptor = open(file->path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file->descriptor < 0 && errno == ENXIO) {
        complain("Can't write %s: it is a pipe that nobody reads.", file->path);
        return false;
    }
    if (file->descriptor < 0) return fail(file, "write", file->path, errno);
    fcntl(file->descriptor, F_SETFL, fcntl(file->descriptor, F_GETFL) & ~O_NONBLOCK);
    return true;
}

static bool open_file(struct row_file *file, bool resume)
{
    if (file_is_folder(file->path)) return fail(file, "write", file->path, EISDIR);
    if (file_is_device_or_pipe(file->path)) {
        if (!resume) return open_device(file);
        complain("%s is no file that --resume could go on with.", file->path);
        return false;
    }
    file->descriptor = open(file->path, O_RDWR | O_CREAT | O_CLOEXEC | (resume ? 0 : O_EXCL), 0666);
    if (file->descriptor < 0 && errno == EEXIST) return refuse_existing(file->path, file->option);
    if (file->descriptor < 0) return fail(file, "write", file->path, errno);
    if (flock(file->descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return true;
    complain("%s is being written by another run of scrawl.", file->path);
    return false;
}

static void drop(struct row_file *file)
{
    row_reader_close(&file->there);
    row_reader_close(&file->old);
    if (file->old_descriptor >= 0) close(file->old_descriptor);
    if (file->descriptor >= 0) close(file->descriptor);
    free(file->places);
    free(file->old_path);
    free(file);
}

static bool open_stream(struct row_file *file)
{
    const int descriptor = fcntl(file->descriptor, F_DUPFD_CLOEXEC, 0);
    file->stream = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!file->stream) return fail(file, "write", file->path, errno);
    setvbuf(file->stream, NULL, _IOFBF, STREAM_BUFFER);
    return true;
}

char *row_file_old_name(const char *path)
{
    return format_text("%s.resuming", path);
}

struct row_file *row_file_open(const char *path, const char *option, const struct row_layout *layout, bool resume)
{
    struct row_file *file = allocate(sizeof *file);
    *file = (struct row_file){.path = path, .option = option, .layout = *layout, .descriptor = -1};
    file->is_resumed = resume;
    file->old_descriptor = -1;
    file->old_path = row_file_old_name(path);
    file->synced = seconds_now();
    if (open_file(file, resume) && open_stream(file)) {
        if (file->is_device) rows_print_header(file->stream, layout);
        if (file->is_device || look_at_begin(file)) return file;
    }
    if (file->stream) fclose(file->stream);
    drop(file);
    return NULL;
}

/* ---- New rows ---- */

FILE *row_file_stream(struct row_file *file)
{
    return file->stream;
}

static bool synchronize(struct row_file *file)
{
    file->synced = seconds_now();
    return file->is_device || fsync(file->descriptor) == 0 || errno == EINVAL || fail(file, "write", file->path, errno);
}

bool row_file_flush(struct row_file *file)
{
    errno = 0;
    if (file->failed) return false;
    if (fflush(file->stream) != 0 || ferror(file->stream)) {
        const int error = errno ? errno : EIO;
        if (!file->is_device)
            complain("Can't write %s: %s. Its whole rows stay; once that is mended, --resume goes on.", file->path,
                     strerror(error));
        else
            fail(file, "write", file->path, error);
        file->failed = true;
        return false;
    }
    if (!file->is_device) file->size = (uint64_t)lseek(file->descriptor, 0, SEEK_CUR);
    return seconds_now() - file->synced < SYNC_SECONDS || synchronize(file);
}

bool row_file_close(struct row_file *file, bool complete)
{
    bool ok = !file->failed && (!file->is_written || (row_file_flush(file) && synchronize(file)));
    const bool closed = fclose(file->stream) == 0; /* which tries once more to write what it couldn't */
    if (!ok && file->is_written && !file->is_device && ftruncate(file->descriptor, (off_t)file->size) == 0)
        fsync(file->descriptor);
    if (ok && !closed) ok = fail(file, "write", file->path, errno);
    if (ok && complete && file->old_descriptor >= 0) unlink(file->old_path);
    drop(file);
    return ok;
}
