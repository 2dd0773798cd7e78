/* Implements picture_source.h. Must not know what is done with the pictures. */
#include "picture_source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "folder_names.h"
#include "hash.h"
#include "interruption.h"
#include "report.h"

enum {
    LONGEST_NAME = 1 << 16, /* bytes of a name in a list; no system has longer paths */
    LOOK_AROUND = 100,      /* milliseconds between two looks at whether all is to end */
    FIRST_DEPTH = 8,
};

/* A folder that is being gone through. */
struct level {
    char *path;
    struct folder_names names;
    size_t next;
};

struct list {
    int descriptor; /* -1: there is none */
    bool is_file, at_end;
    size_t start, end; /* of what is in the buffer and not given out */
    size_t line;       /* the next name's, from 1 on */
    char buffer[2 * LONGEST_NAME];
};

struct picture_source {
    struct picture_request request;
    size_t operand; /* the next one */
    struct level *levels;
    size_t depth, most_depth;
    bool folder_is_empty; /* so far, the operand */
    struct list list;
    FILE *items; /* NULL: pictures come from the request */
    struct picture_item returned;
    bool is_counted;
    size_t count;
    char *failure;
    atomic_bool stopped;
};

void picture_item_free(struct picture_item *picture)
{
    free(picture->path);
    free(picture->sentence);
    *picture = (struct picture_item){0};
}

static uint64_t hash_of(const char *name)
{
    return hash_end(hash_add(hash_start, name, strlen(name)));
}

size_t picture_shard(const char *name, size_t shards)
{
    return 1 + hash_of(name) % shards;
}

size_t picture_reader_of(const char *name, size_t shards, size_t readers)
{
    return hash_of(name) / (shards > 0 ? shards : 1) % readers;
}

/* ---- Items ---- */

void picture_item_write(const struct picture_item *picture, FILE *stream)
{
    fputc((int)picture->origin, stream);
    fwrite(picture->path, 1, strlen(picture->path) + 1, stream);
    const char *sentence = picture->sentence ? picture->sentence : "";
    fwrite(sentence, 1, strlen(sentence) + 1, stream);
}

/* Up to a zero byte; NULL at the end. */
static char *read_text(FILE *stream)
{
    char *text = NULL;
    size_t capacity = 0;
    if (getdelim(&text, &capacity, 0, stream) > 0) return text;
    free(text);
    return NULL;
}

static bool read_item(FILE *stream, struct picture_item *picture)
{
    const int origin = getc(stream);
    if (origin == EOF) return false;
    picture->origin = (enum picture_origin)origin;
    picture->path = read_text(stream);
    picture->sentence = read_text(stream);
    if (!picture->path || !picture->sentence) {
        picture_item_free(picture);
        return false;
    }
    if (picture->sentence[0]) return true;
    free(picture->sentence);
    picture->sentence = NULL;
    return true;
}

/* ---- Folders ---- */

static bool is_folder_or_file(const char *path, const struct stat *status)
{
    struct stat own;
    return stat(path, &own) == 0 && own.st_dev == status->st_dev && own.st_ino == status->st_ino;
}

/* Only one of the same name is looked at. name: with a "/" behind a folder's. */
static bool is_excluded(const struct picture_source *source, const char *folder, const char *name)
{
    const size_t length = strcspn(name, "/");
    for (size_t i = 0; i < PICTURE_SOURCE_EXCLUDED; i++) {
        const char *excluded = source->request.excluded[i];
        if (!excluded) continue;
        const char *end = excluded + strlen(excluded), *begin;
        while (end > excluded && end[-1] == '/') end--;
        for (begin = end; begin > excluded && begin[-1] != '/';) begin--;
        struct stat status;
        if ((size_t)(end - begin) != length || memcmp(begin, name, length) != 0 || stat(excluded, &status) != 0)
            continue;
        char *path = path_join(folder, name);
        const bool is_it = is_folder_or_file(path, &status);
        free(path);
        if (is_it) return true;
    }
    return false;
}

/* Takes over the path. A folder that can't be opened becomes a picture that isn't there. */
static bool enter(struct picture_source *source, char *path, struct picture_item *picture)
{
    struct folder_names names = {0};
    if (!folder_entries(path, source->request.recursive, &names)) {
        *picture = (struct picture_item){.path = path, .origin = PICTURE_IN_FOLDER};
        picture->sentence = format_text("Can't open %s: %s.", path, strerror(errno));
        source->folder_is_empty = false;
        return false;
    }
    if (source->depth == source->most_depth) {
        const size_t most = source->most_depth ? 2 * source->most_depth : FIRST_DEPTH;
        struct level *levels = allocate(most * sizeof *levels);
        if (source->depth > 0) memcpy(levels, source->levels, source->depth * sizeof *levels);
        free(source->levels);
        source->levels = levels;
        source->most_depth = most;
    }
    source->levels[source->depth++] = (struct level){path, names, 0};
    return true;
}

static void leave(struct picture_source *source)
{
    struct level *level = &source->levels[--source->depth];
    folder_names_free(&level->names);
    free(level->path);
}

/* A step in the innermost folder: true when it gave a picture. */
static bool step_in_folder(struct picture_source *source, struct picture_item *picture)
{
    struct level *level = &source->levels[source->depth - 1];
    if (level->next == level->names.count) {
        const bool is_empty = source->depth == 1 && source->folder_is_empty;
        if (is_empty) {
            *picture = (struct picture_item){format_text("%s", level->path), PICTURE_IN_FOLDER, NULL};
            picture->sentence = format_text("%s holds no picture. Name the folder that does.", level->path);
        }
        leave(source);
        return is_empty;
    }
    const char *name = level->names.items[level->next++];
    if (is_excluded(source, level->path, name)) return false;
    char *path = path_join(level->path, name);
    if (name[strlen(name) - 1] == '/') return !enter(source, path, picture);
    source->folder_is_empty = false;
    *picture = (struct picture_item){.path = path, .origin = PICTURE_IN_FOLDER};
    return true;
}

/* ---- A list ---- */

static bool fail_list(struct picture_source *source, char *sentence)
{
    free(source->failure);
    source->failure = sentence;
    source->list.at_end = true;
    source->list.start = source->list.end;
    return false;
}

/* False when all is to end. */
static bool wait_for_writer(const struct picture_source *source)
{
    struct pollfd wanted = {source->list.descriptor, POLLIN, 0};
    while (!source->stopped && !interruption_signal())
        if (poll(&wanted, 1, LOOK_AROUND) > 0) return true;
    return false;
}

/* More into the buffer, in which there is room. False at the end. */
static bool fill(struct picture_source *source)
{
    struct list *list = &source->list;
    if (list->start > 0) memmove(list->buffer, list->buffer + list->start, list->end - list->start);
    list->end -= list->start;
    list->start = 0;
    while (!list->at_end) {
        if (!list->is_file && !wait_for_writer(source)) return false;
        const ssize_t count = read(list->descriptor, list->buffer + list->end, sizeof list->buffer - list->end);
        if (count > 0) {
            list->end += (size_t)count;
            return true;
        }
        if (count < 0 && errno == EINTR) continue;
        if (count < 0)
            return fail_list(source, format_text("Can't read the list %s: %s.", source->request.list, strerror(errno)));
        list->at_end = true;
    }
    return false;
}

/* The bytes of the next name are in the buffer: it may be none. False at the end. */
static bool find_name(struct picture_source *source, size_t *length)
{
    struct list *list = &source->list;
    size_t looked = 0;
    for (;;) {
        const char *begin = list->buffer + list->start;
        const char *end = memchr(begin + looked, source->request.separator, list->end - list->start - looked);
        looked = list->end - list->start;
        if (end || (list->at_end && looked > 0)) {
            *length = end ? (size_t)(end - begin) : looked;
            return true;
        }
        if (list->at_end) return false;
        if (looked > LONGEST_NAME)
            return fail_list(source, format_text("%s is no list of files: line %zu is longer than any name.",
                                                 source->request.list, list->line));
        if (!fill(source) && !list->at_end) return false;
    }
}

/* The next name that isn't empty. */
static bool next_listed(struct picture_source *source, struct picture_item *picture)
{
    struct list *list = &source->list;
    size_t length;
    while (list->descriptor >= 0 && find_name(source, &length)) {
        const char *name = list->buffer + list->start;
        if (memchr(name, 0, length))
            return fail_list(source, format_text("%s is no list of files with one on each line: line %zu has a zero "
                                                 "byte. Is it meant for -0?",
                                                 source->request.list, list->line));
        if (length > 0) *picture = (struct picture_item){.path = format_text("%.*s", (int)length, name)};
        picture->origin = PICTURE_LISTED;
        list->start += length < list->end - list->start ? length + 1 : length;
        list->line++;
        if (length > 0) return true;
    }
    return false;
}

static bool open_list(struct picture_source *source)
{
    const char *path = source->request.list;
    struct stat status;
    source->list.line = 1;
    source->list.descriptor = -1;
    if (!path) return true;
    const bool is_input = strcmp(path, "-") == 0;
    source->list.descriptor = is_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (source->list.descriptor < 0) {
        complain("Can't open the list %s: %s.", path, strerror(errno));
        return false;
    }
    const bool is_known = fstat(source->list.descriptor, &status) == 0;
    source->list.is_file = !is_input && is_known && S_ISREG(status.st_mode);
    if (!is_known || !S_ISDIR(status.st_mode)) return true;
    complain("Can't read the list %s: %s.", path, strerror(EISDIR));
    return false;
}

/* ---- All of it ---- */

/* A step that gives a picture (true), leads nearer to one (false), or shows that there is none (false, *end). */
static bool step(struct picture_source *source, struct picture_item *picture, bool *end)
{
    if (source->items) {
        *end = !read_item(source->items, picture);
        if (ferror(source->items)) fail_list(source, format_text("Can't read the names again: %s.", strerror(errno)));
        return !*end;
    }
    if (source->depth > 0) return step_in_folder(source, picture);
    if (source->operand < source->request.operand_count) {
        const char *operand = source->request.operands[source->operand++];
        char *path = format_text("%s", operand);
        source->folder_is_empty = true;
        if (file_is_folder(operand)) return !enter(source, path, picture);
        *picture = (struct picture_item){.path = path, .origin = PICTURE_NAMED};
        return true;
    }
    *end = !next_listed(source, picture);
    return !*end;
}

static bool is_of_shard(const struct picture_request *request, const char *name)
{
    return request->shards == 0 || picture_shard(name, request->shards) == request->shard;
}

bool picture_source_next(struct picture_source *source, struct picture_item *picture)
{
    bool end = source->stopped;
    *picture = source->returned;
    source->returned = (struct picture_item){0};
    if (picture->path) return true;
    while (!end) {
        if (!step(source, picture, &end)) continue;
        if (is_of_shard(&source->request, picture->path)) return true;
        picture_item_free(picture);
    }
    return false;
}

void picture_source_return(struct picture_source *source, struct picture_item *picture)
{
    source->returned = *picture;
    *picture = (struct picture_item){0};
}

bool picture_source_is_ready(struct picture_source *source)
{
    const struct list *list = &source->list;
    struct pollfd wanted = {list->descriptor, POLLIN, 0};
    if (source->returned.path || source->depth > 0 || source->operand < source->request.operand_count) return true;
    if (list->descriptor < 0 || list->is_file || list->at_end) return true;
    if (memchr(list->buffer + list->start, source->request.separator, list->end - list->start)) return true;
    return poll(&wanted, 1, 0) > 0;
}

static struct picture_source *open_uncounted(const struct picture_request *request)
{
    struct picture_source *source = allocate(sizeof *source);
    source->request = *request;
    if (open_list(source)) return source;
    picture_source_close(source);
    return NULL;
}

/* What comes is gone through once, as far as that can be done twice. */
static bool count_all(struct picture_source *source)
{
    struct picture_item picture;
    if (source->list.descriptor >= 0 && !source->list.is_file) return true;
    struct picture_source *twin = open_uncounted(&source->request);
    if (!twin) return false;
    while (picture_source_next(twin, &picture)) {
        source->count++;
        picture_item_free(&picture);
    }
    source->is_counted = true;
    const bool ok = !twin->failure;
    if (!ok) complain("%s", twin->failure);
    picture_source_close(twin);
    return ok;
}

struct picture_source *picture_source_open(const struct picture_request *request)
{
    struct picture_source *source = open_uncounted(request);
    if (!source || count_all(source)) return source;
    picture_source_close(source);
    return NULL;
}

struct picture_source *picture_source_of_items(FILE *stream, size_t count)
{
    struct picture_source *source = allocate(sizeof *source);
    source->list.descriptor = -1;
    source->items = stream;
    source->is_counted = true;
    source->count = count;
    return source;
}

bool picture_source_count(const struct picture_source *source, size_t *count)
{
    *count = source->count;
    return source->is_counted;
}

void picture_source_stop(struct picture_source *source)
{
    source->stopped = true;
}

const char *picture_source_failure(const struct picture_source *source)
{
    return source->failure;
}

void picture_source_close(struct picture_source *source)
{
    if (!source) return;
    while (source->depth > 0) leave(source);
    if (source->list.descriptor > STDIN_FILENO) close(source->list.descriptor);
    picture_item_free(&source->returned);
    free(source->levels);
    free(source->failure);
    free(source);
}
