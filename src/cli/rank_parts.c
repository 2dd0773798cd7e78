/* Implements rank_parts.h. Must not know what rows say, but whose they are. */
#include "rank_parts.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files.h"
#include "picture_source.h"
#include "report.h"
#include "row_file.h"

enum { FIRST_CAPACITY = 64 };

static const char between[] = "-of-", old_ending[] = ".resuming";

char *rank_parts_folder(const char *table)
{
    return format_text("%s.parts", table);
}

char *rank_parts_path(const struct rank_parts *parts, size_t rank)
{
    return format_text("%s.parts/%zu%s%zu", parts->table, rank + 1, between, parts->ranks);
}

/* Where row_file looks for a rank's earlier rows. */
static char *old_path(const struct rank_parts *parts, size_t rank)
{
    if (parts->ranks == 1) return row_file_old_name(parts->table);
    char *path = rank_parts_path(parts, rank), *old = row_file_old_name(path);
    free(path);
    return old;
}

/* ---- What is there ---- */

/* Behind a number's digits; NULL: there is none. */
static const char *pass_number(const char *text)
{
    if (!isdigit((unsigned char)*text)) return NULL;
    while (isdigit((unsigned char)*text)) text++;
    return text;
}

/* Behind "2-of-4"; NULL for another name. *count: the 4, where it points. */
static const char *pass_part(const char *name, const char **count)
{
    const char *end = pass_number(name);
    if (!end || strncmp(end, between, strlen(between)) != 0) return NULL;
    *count = end + strlen(between);
    return pass_number(*count);
}

struct found {
    char **paths; /* the later of two hold the later rows */
    size_t count, capacity;
    size_t others; /* of another number of ranks */
};

static void add(struct found *found, char *path)
{
    if (found->count == found->capacity) {
        const size_t capacity = found->capacity ? 2 * found->capacity : FIRST_CAPACITY;
        char **paths = allocate(capacity * sizeof *paths);
        if (found->count > 0) memcpy(paths, found->paths, found->count * sizeof *paths);
        free(found->paths);
        found->paths = paths;
        found->capacity = capacity;
    }
    found->paths[found->count++] = path;
}

static void free_found(struct found *found)
{
    for (size_t i = 0; i < found->count; i++) free(found->paths[i]);
    free(found->paths);
}

/* "2-of-4.resuming" before "2-of-4". */
static int compare_paths(const void *first, const void *second)
{
    return -strcmp(*(char *const *)first, *(char *const *)second);
}

static void find_parts(const struct rank_parts *parts, struct found *found)
{
    char *folder = rank_parts_folder(parts->table);
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        const char *count, *end = pass_part(entry->d_name, &count);
        if (!end || (*end && strcmp(end, old_ending) != 0)) continue;
        found->others += strtoul(count, NULL, 10) != parts->ranks;
        add(found, path_join(folder, entry->d_name));
    }
    if (directory) closedir(directory);
    if (found->count > 0) qsort(found->paths, found->count, sizeof *found->paths, compare_paths);
    free(folder);
}

/* All files with rows, and whether some are in the wrong place. */
static bool find_all(const struct rank_parts *parts, struct found *found)
{
    find_parts(parts, found);
    char *old = row_file_old_name(parts->table);
    const bool is_alone = parts->ranks == 1, counts = parts->is_answered || found->count == 0;
    bool misplaced = is_alone ? found->count > 0 : found->others > 0;
    if (file_exists(old) && (is_alone || counts)) {
        add(found, format_text("%s", old));
        misplaced = misplaced || !is_alone;
    }
    if (!is_alone && counts && file_exists(parts->table)) {
        add(found, format_text("%s", parts->table));
        misplaced = true;
    }
    free(old);
    return misplaced;
}

/* ---- Taking over ---- */

struct target {
    char *path;
    struct file_stream file;
};

static bool fail(const char *path, int error)
{
    complain("Can't write %s: %s. Nothing is lost; once that is mended, --resume goes on.", path, strerror(error));
    return false;
}

static bool open_targets(const struct rank_parts *parts, struct target *targets)
{
    for (size_t rank = 0; rank < parts->ranks; rank++) {
        targets[rank].path = old_path(parts, rank);
        if (!file_stream_open(targets[rank].path, &targets[rank].file)) {
            targets[rank].file.stream = NULL;
            complain("%s", file_error());
            return false;
        }
        rows_print_header(targets[rank].file.stream, &parts->layout);
    }
    return true;
}

static bool close_targets(const struct rank_parts *parts, struct target *targets, bool keep)
{
    for (size_t rank = 0; rank < parts->ranks; rank++) {
        struct target *target = &targets[rank];
        if (target->file.stream && !file_stream_close(target->path, &target->file, keep)) {
            if (keep) complain("%s", file_error());
            keep = false;
        }
    }
    return keep;
}

/* Each picture's rows to who reads it now. */
static bool take_over(const struct rank_parts *parts, const char *path, struct target *targets)
{
    struct row_group group = {0};
    struct row_file *file = row_file_open(path, parts->option, &parts->layout, true);
    bool ok = file != NULL;
    while (ok && row_file_next(file, &group)) {
        if (group.failed) continue;
        struct target *target = &targets[picture_reader_of(group.file, parts->shards, parts->ranks)];
        ok = row_file_copy_out(file, &group, target->file.stream) || fail(target->path, errno);
    }
    row_group_free(&group);
    return file && row_file_close(file, false) && ok;
}

static bool is_target(const struct rank_parts *parts, const struct target *targets, const char *path)
{
    for (size_t rank = 0; rank < parts->ranks; rank++)
        if (strcmp(targets[rank].path, path) == 0) return true;
    return false;
}

/* The table itself stays as it is until it is written anew. */
static bool move_rows(const struct rank_parts *parts, const struct found *found)
{
    struct target *targets = allocate(parts->ranks * sizeof *targets);
    bool ok = open_targets(parts, targets);
    for (size_t i = 0; ok && i < found->count; i++) ok = take_over(parts, found->paths[i], targets);
    ok = close_targets(parts, targets, ok) && ok;
    for (size_t i = 0; ok && i < found->count; i++)
        if (!is_target(parts, targets, found->paths[i]) && strcmp(found->paths[i], parts->table) != 0)
            unlink(found->paths[i]);
    for (size_t rank = 0; rank < parts->ranks; rank++) free(targets[rank].path);
    free(targets);
    return ok;
}

/* ---- Before and after ---- */

static bool make_folder(const struct rank_parts *parts)
{
    char *folder = rank_parts_folder(parts->table);
    const bool ok = mkdir(folder, 0777) == 0 || errno == EEXIST;
    if (!ok) complain("Can't make the folder %s: %s.", folder, strerror(errno));
    free(folder);
    return ok;
}

static bool are_free(const struct rank_parts *parts, const struct found *found)
{
    char *folder = rank_parts_folder(parts->table);
    const bool ok =
        row_file_is_free(parts->table, parts->option) && (found->count == 0 || row_file_is_free(folder, parts->option));
    free(folder);
    return ok;
}

bool rank_parts_prepare(const struct rank_parts *parts, bool resume)
{
    struct found found = {0};
    if (parts->ranks > 1 && file_is_device_or_pipe(parts->table)) {
        complain("Several ranks need a file for --%s, not %s. Without it, rows go to standard output.", parts->option,
                 parts->table);
        return false;
    }
    const bool misplaced = find_all(parts, &found);
    bool ok = (resume || are_free(parts, &found)) && (parts->ranks == 1 || make_folder(parts));
    if (ok && misplaced) ok = move_rows(parts, &found);
    if (ok && parts->ranks == 1 && misplaced) rank_parts_remove(parts);
    free_found(&found);
    return ok;
}

/* Also what killed runs have left of files that they wrote there. */
void rank_parts_remove(const struct rank_parts *parts)
{
    char *folder = rank_parts_folder(parts->table);
    DIR *directory = opendir(folder);
    const struct dirent *entry;
    while (directory && (entry = readdir(directory))) {
        const char *count;
        if (pass_part(entry->d_name, &count)) unlinkat(dirfd(directory), entry->d_name, 0);
    }
    if (directory) closedir(directory);
    rmdir(folder);
    free(folder);
}
