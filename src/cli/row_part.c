/* Implements row_part.h. */
#include "row_part.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "report.h"

enum { COPIED_AT_ONCE = 1 << 16 };

bool row_part_refuse(const struct row_part *part, const char *why)
{
    complain("%s %s", part->path, why);
    return false;
}

/* ---- What a part is ---- */

bool row_part_open(struct row_part *part, const char *path)
{
    *part = (struct row_part){.path = path, .pictures = SIZE_MAX};
    part->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (part->descriptor < 0 || file_is_folder(path) || file_is_device_or_pipe(path)) {
        complain("Can't open %s: %s.", path, part->descriptor < 0 ? strerror(errno) : "it is no file");
        return false;
    }
    const enum row_reader_state state = row_reader_open(&part->reader, part->descriptor, path);
    if (state == ROW_READER_TORN)
        return row_part_refuse(part, "ends in a row that isn't whole. Go on with it by predict --resume, then merge.");
    if (state == ROW_READER_WRONG) return row_part_refuse(part, "is no file that predict --out made.");
    part->first = part->reader.offset;
    return true;
}

static bool is_of_predict(const struct row_layout *layout)
{
    bool has_file = layout->format == ROWS_JSON, has_model = has_file;
    for (size_t i = 0; i < layout->column_count; i++) {
        has_file = has_file || layout->columns[i] == FIELD_FILE;
        has_model = has_model || layout->columns[i] == FIELD_MODEL;
        if (layout->columns[i] == FIELDS) return false;
    }
    return has_file && has_model;
}

/* All rows of a part are of one model. */
static bool check_model(struct row_part *part, const struct row_group *group)
{
    if (!part->model) part->model = format_text("%s", group->model);
    if (!part->model[0]) return row_part_refuse(part, "has rows without a model. Merge files of predict --out.");
    if (strcmp(part->model, group->model) == 0) return true;
    complain("%s: line %zu was read by the model %s, others by %s. Read them again by predict --resume.", part->path,
             group->line, group->model, part->model);
    return false;
}

/* Whether the part's rows are whole and of one model; and whether they are sorted. */
static bool look_through(struct row_part *part, bool *is_sorted)
{
    struct row_group group = {0};
    char *last = format_text("%s", "");
    uint64_t end = part->first;
    enum row_reader_state state;
    bool ok = true;
    *is_sorted = true;
    while (ok && (state = row_reader_next_group(&part->reader, &group)) == ROW_READER_ROW) {
        ok = check_model(part, &group);
        if (ok && group.begin != end)
            ok = row_part_refuse(part, "lacks digits of a picture. Go on with it by predict --resume.");
        end = group.end;
        *is_sorted = *is_sorted && strcmp(last, group.file) <= 0;
        free(last);
        last = group.file;
        group.file = NULL;
        part->pictures++;
    }
    if (ok && state == ROW_READER_TORN)
        ok = row_part_refuse(part, "ends in a row that isn't whole. Go on with it by predict --resume, then merge.");
    if (ok && state == ROW_READER_WRONG) {
        complain("%s", row_reader_sentence(&part->reader));
        ok = false;
    }
    free(last);
    row_group_free(&group);
    return ok;
}

/* ---- Order ---- */

static int compare_places(const void *first, const void *second)
{
    const struct row_place *a = first, *b = second;
    const int order = strcmp(a->file, b->file);
    return order ? order : a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void find_places(struct row_part *part)
{
    struct row_group group = {0};
    size_t count = 0;
    part->places = allocate(part->pictures * sizeof *part->places);
    row_reader_seek(&part->reader, part->first);
    while (count < part->pictures && row_reader_next_group(&part->reader, &group) == ROW_READER_ROW) {
        part->places[count++] = (struct row_place){group.file, group.begin};
        group.file = NULL;
    }
    part->pictures = count;
    row_group_free(&group);
    qsort(part->places, count, sizeof *part->places, compare_places);
}

bool row_part_sort(struct row_part *part)
{
    bool is_sorted;
    if (!is_of_predict(&part->reader.layout)) return row_part_refuse(part, "is no file that predict --out made.");
    part->pictures = 0;
    if (!look_through(part, &is_sorted)) return false;
    if (!is_sorted) find_places(part);
    return true;
}

/* ---- Picture by picture ---- */

void row_part_advance(struct row_part *part)
{
    if (part->places && part->taken < part->pictures) row_reader_seek(&part->reader, part->places[part->taken].offset);
    const enum row_reader_state state =
        part->taken < part->pictures ? row_reader_next_group(&part->reader, &part->group) : ROW_READER_END;
    part->is_through = state == ROW_READER_END;
    if (state == ROW_READER_ROW)
        part->taken++;
    else
        row_group_free(&part->group);
}

void row_part_rewind(struct row_part *part)
{
    part->taken = 0;
    row_reader_seek(&part->reader, part->first);
    row_part_advance(part);
}

bool row_part_copy(const struct row_part *part, FILE *stream, int *error)
{
    char bytes[COPIED_AT_ONCE];
    for (uint64_t begin = part->group.begin; begin < part->group.end;) {
        const uint64_t left = part->group.end - begin;
        const ssize_t count = pread(part->descriptor, bytes, left < sizeof bytes ? left : sizeof bytes, (off_t)begin);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            complain("Can't read %s: %s.", part->path, count < 0 ? strerror(errno) : "it became shorter");
            return false;
        }
        if (fwrite(bytes, 1, (size_t)count, stream) != (size_t)count) {
            *error = errno;
            return false;
        }
        begin += (uint64_t)count;
    }
    return true;
}

void row_part_close(struct row_part *part)
{
    row_reader_close(&part->reader);
    row_group_free(&part->group);
    for (size_t i = 0; part->places && i < part->pictures; i++) free(part->places[i].file);
    free(part->places);
    free(part->model);
    if (part->descriptor >= 0) close(part->descriptor);
    *part = (struct row_part){.descriptor = -1};
}
