/* `scrawl merge`: one table of several that `scrawl predict --out` made, in the order of the files' names. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "corrections.h"
#include "files.h"
#include "interruption.h"
#include "options.h"
#include "output.h"
#include "report.h"
#include "row_reader.h"

/* A place in a part whose rows aren't in the order of names. */
struct place {
    char *file;
    uint64_t offset;
};

struct part {
    const char *path;
    int descriptor;
    struct row_reader reader;
    uint64_t first; /* offset of the first row */
    size_t pictures;
    struct place *places; /* [pictures], sorted; NULL: it is sorted by itself */
    size_t taken;
    struct row_group group; /* the next picture's rows; no file: there are no more */
    char *model;            /* NULL without rows */
};

struct merge {
    struct part *parts;
    size_t count;
    const struct part *typical; /* the first that isn't empty; NULL: all are */
    struct corrections corrections;
    FILE *stream; /* NULL: only looks whether all is well */
    int error;    /* that writing failed with */
};

/* ---- Parts ---- */

static bool refuse(const char *path, const char *why)
{
    complain("%s %s", path, why);
    return false;
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
static bool check_model(struct part *part, const struct row_group *group)
{
    if (!part->model) part->model = format_text("%s", group->model);
    if (!part->model[0]) return refuse(part->path, "has rows without a model. Merge files of predict --out.");
    if (strcmp(part->model, group->model) == 0) return true;
    complain("%s: line %zu was read by the model %s, others by %s. Read them again by predict --resume.", part->path,
             group->line, group->model, part->model);
    return false;
}

/* Whether the part's rows are whole and of one model; and whether they are sorted. */
static bool look_through(struct part *part, bool *is_sorted)
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
            ok = refuse(part->path, "lacks digits of a picture. Go on with it by predict --resume.");
        end = group.end;
        *is_sorted = *is_sorted && strcmp(last, group.file) <= 0;
        free(last);
        last = group.file;
        group.file = NULL;
        part->pictures++;
    }
    if (ok && state == ROW_READER_TORN)
        ok = refuse(part->path, "ends in a row that isn't whole. Go on with it by predict --resume, then merge.");
    if (ok && state == ROW_READER_WRONG) {
        complain("%s", row_reader_sentence(&part->reader));
        ok = false;
    }
    free(last);
    row_group_free(&group);
    return ok;
}

static int compare_places(const void *first, const void *second)
{
    const struct place *a = first, *b = second;
    const int order = strcmp(a->file, b->file);
    return order ? order : a->offset < b->offset ? -1 : a->offset > b->offset;
}

static void find_places(struct part *part)
{
    struct row_group group = {0};
    size_t count = 0;
    part->places = allocate(part->pictures * sizeof *part->places);
    row_reader_seek(&part->reader, part->first);
    while (count < part->pictures && row_reader_next_group(&part->reader, &group) == ROW_READER_ROW) {
        part->places[count++] = (struct place){group.file, group.begin};
        group.file = NULL;
    }
    part->pictures = count;
    row_group_free(&group);
    qsort(part->places, count, sizeof *part->places, compare_places);
}

/* The next picture of the part. */
static void advance(struct part *part)
{
    if (part->places && part->taken < part->pictures) row_reader_seek(&part->reader, part->places[part->taken].offset);
    if (part->taken == part->pictures || row_reader_next_group(&part->reader, &part->group) != ROW_READER_ROW)
        row_group_free(&part->group);
    else
        part->taken++;
}

static void rewind_part(struct part *part)
{
    part->taken = 0;
    row_reader_seek(&part->reader, part->first);
    advance(part);
}

static bool open_part(struct part *part, const char *path)
{
    bool is_sorted;
    part->path = path;
    part->descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (part->descriptor < 0 || file_is_folder(path) || file_is_device_or_pipe(path)) {
        complain("Can't open %s: %s.", path, part->descriptor < 0 ? strerror(errno) : "it is no file");
        return false;
    }
    const enum row_reader_state state = row_reader_open(&part->reader, part->descriptor, path);
    if (state == ROW_READER_END) return true;
    if (state == ROW_READER_TORN)
        return refuse(path, "ends in a row that isn't whole. Go on with it by predict --resume, then merge.");
    if (state == ROW_READER_WRONG || !is_of_predict(&part->reader.layout))
        return refuse(path, "is no file that predict --out made.");
    part->first = part->reader.offset;
    if (!look_through(part, &is_sorted)) return false;
    if (!is_sorted) find_places(part);
    return true;
}

static void close_part(struct part *part)
{
    row_reader_close(&part->reader);
    row_group_free(&part->group);
    for (size_t i = 0; part->places && i < part->pictures; i++) free(part->places[i].file);
    free(part->places);
    free(part->model);
    if (part->descriptor >= 0) close(part->descriptor);
}

/* ---- Parts that belong together ---- */

static bool same_columns(const struct row_layout *layout, const struct row_layout *other)
{
    return layout->format == other->format && layout->separator == other->separator &&
           layout->column_count == other->column_count &&
           memcmp(layout->columns, other->columns, layout->column_count * sizeof layout->columns[0]) == 0;
}

static bool is_empty(const struct part *part)
{
    return part->reader.layout.format == ROWS_JSON && part->pictures == 0;
}

static bool belong_together(struct merge *merge)
{
    const struct part *modelled = NULL;
    for (struct part *part = merge->parts; part < merge->parts + merge->count; part++) {
        const struct part *typical = merge->typical;
        if (is_empty(part)) continue;
        if (typical && !same_columns(&typical->reader.layout, &part->reader.layout)) {
            complain("%s and %s have different columns, or are of different formats.", typical->path, part->path);
            return false;
        }
        if (modelled && part->model && strcmp(modelled->model, part->model) != 0) {
            complain("%s was read by the model %s, %s by %s. Read all with one model, and the same kernels.",
                     modelled->path, modelled->model, part->path, part->model);
            return false;
        }
        if (!typical) merge->typical = part;
        if (!modelled && part->model) modelled = part;
    }
    return true;
}

static bool open_parts(struct merge *merge, char *const *paths)
{
    bool ok = true;
    for (size_t i = 0; i < merge->count; i++) merge->parts[i].descriptor = -1;
    for (size_t i = 0; ok && i < merge->count; i++) ok = open_part(&merge->parts[i], paths[i]);
    return ok && belong_together(merge);
}

/* ---- All rows in order ---- */

/* The part whose next picture comes first; NULL: there is none. */
static struct part *first_part(const struct merge *merge)
{
    struct part *first = NULL;
    for (struct part *part = merge->parts; part < merge->parts + merge->count; part++)
        if (part->group.file && (!first || strcmp(part->group.file, first->group.file) < 0)) first = part;
    return first;
}

static bool overlaps(const struct merge *merge, const struct part *part)
{
    for (const struct part *other = part + 1; other < merge->parts + merge->count; other++) {
        if (!other->group.file || strcmp(other->group.file, part->group.file) != 0) continue;
        complain("%s is in %s and in %s. Merge parts that have no file in common.", part->group.file, part->path,
                 other->path);
        return true;
    }
    return false;
}

/* Whether a correction has something to correct. */
static bool may_correct(struct correction *correction, const struct part *part)
{
    correction->is_used = true;
    if (!part->group.failed) return true;
    complain("%s: line %zu answers for %s, which couldn't be read: it has no text to correct.", correction->path,
             correction->line, correction->file);
    return false;
}

static bool copy_rows(struct merge *merge, const struct part *part)
{
    char bytes[1 << 16];
    for (uint64_t begin = part->group.begin; begin < part->group.end;) {
        const uint64_t left = part->group.end - begin;
        const ssize_t count = pread(part->descriptor, bytes, left < sizeof bytes ? left : sizeof bytes, (off_t)begin);
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            complain("Can't read %s: %s.", part->path, count < 0 ? strerror(errno) : "it became shorter");
            return false;
        }
        if (fwrite(bytes, 1, (size_t)count, merge->stream) != (size_t)count) {
            merge->error = errno;
            return false;
        }
        begin += (uint64_t)count;
    }
    return true;
}

static bool print_rows(struct merge *merge, struct part *part, const struct correction *correction)
{
    struct row row;
    if (!correction) return copy_rows(merge, part);
    row_reader_seek(&part->reader, part->group.begin);
    if (row_reader_next(&part->reader, &row) != ROW_READER_ROW) return refuse(part->path, "changed meanwhile.");
    correction_print_row(correction, merge->stream, &part->reader.layout, row.bytes, row.size, &row.cells);
    return true;
}

/* Goes through all pictures; with a stream prints them. False, with a complaint unless the stream failed. */
static bool go_through(struct merge *merge)
{
    bool ok = true;
    struct part *part;
    for (size_t i = 0; i < merge->count; i++) rewind_part(&merge->parts[i]);
    if (merge->stream && merge->typical) rows_print_header(merge->stream, &merge->typical->reader.layout);
    while (!interruption_signal() && (part = first_part(merge))) {
        struct correction *correction = corrections_find(&merge->corrections, part->group.file);
        if (merge->stream)
            ok = print_rows(merge, part, correction);
        else
            ok = (!correction || may_correct(correction, part)) && ok;
        if (merge->stream ? !ok : overlaps(merge, part)) return false;
        advance(part);
    }
    return ok && !interruption_signal();
}

/* ---- The command ---- */

static bool read_corrections(struct merge *merge, const char *path)
{
    if (!path) return true;
    const struct row_layout *layout = merge->typical ? &merge->typical->reader.layout : NULL;
    if (layout && layout->format != ROWS_JSON && layout->columns[1] == FIELD_LINE)
        return refuse(path, "can't correct rows of digits. Merge rows of pictures.");
    const struct row_layout table = row_layout_of(ROWS_CSV, row_columns_of_pictures);
    return corrections_read(path, layout ? layout : &table, &merge->corrections);
}

/* All of them correct something. */
static bool corrections_are_used(const struct corrections *corrections)
{
    bool ok = true;
    for (const struct correction *item = corrections->items; item < corrections->items + corrections->count; item++) {
        if (item->is_used || corrections_find(corrections, item->file)->is_used) continue;
        complain("%s: line %zu answers for %s, which no part has.", item->path, item->line, item->file);
        ok = false;
    }
    return ok;
}

static bool write_all(struct merge *merge, const char *out)
{
    struct file_stream file;
    merge->stream = stdout;
    if (!out) return go_through(merge) && output_flush();
    if (!file_stream_open(out, &file)) {
        complain("%s Choose another file by --out.", file_error());
        return false;
    }
    merge->stream = file.stream;
    const bool ok = go_through(merge);
    file.error = merge->error;
    if (file_stream_close(out, &file, ok || merge->error)) return ok;
    complain("%s", file_error());
    return false;
}

static int run(char *const *paths, size_t count, const char *out, const char *corrections)
{
    struct merge merge = {.parts = allocate(count * sizeof *merge.parts), .count = count};
    if (out) interruption_watch(); /* what is half there goes */
    bool ok = open_parts(&merge, paths) && read_corrections(&merge, corrections);
    if (ok) ok = go_through(&merge) && corrections_are_used(&merge.corrections) && write_all(&merge, out);
    for (size_t i = 0; i < count; i++) close_part(&merge.parts[i]);
    corrections_free(&merge.corrections);
    free(merge.parts);
    if (ok || !interruption_signal()) return ok ? EXIT_FINE : EXIT_TROUBLE;
    complain("Interrupted. Nothing was written to %s.", out);
    return EXIT_INTERRUPTED + interruption_signal();
}

int command_merge(int argument_count, char **arguments)
{
    const char *out = NULL, *corrections = NULL;
    struct option options[] = {
        {.name = "out", .argument = "FILE", .help = "write to FILE, not to standard output", .text = &out},
        {.name = "corrections",
         .argument = "TABLE",
         .help = "answers of people: a table of predict --doubtful-to, or the folder of all of them",
         .text = &corrections},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "merge",
        .operands = "PART...",
        .purpose = "Makes one file of PARTs that predict --out made with --shard, sorted by the names of the pictures: "
                   "the same as of one run over their folder.",
        .details = "PARTs must be whole, of one format and one model with the same kernels, and have no picture in "
                   "common.\n"
                   "In the column \"answer\" of a table of corrections stands what a person read, - where there is no "
                   "digit, or nothing. An answer becomes the picture's text, which then isn't doubtful.",
        .example = "  scrawl merge part-*.csv --out all.csv\n"
                   "  scrawl merge all.csv --corrections doubtful/ --out final.csv\n",
        .options = options,
        .fewest_operands = 1,
        .most_operands = SIZE_MAX,
    };
    size_t count;
    int status;
    if (!options_read(&syntax, argument_count, arguments, &count, &status)) return status;
    for (size_t i = 0; out && i < count; i++)
        if (file_is_same(out, arguments[i]))
            return usage_error("merge", "--out needs a file of its own, not %s, which is a PART.", out);
    return run(arguments, count, out, corrections);
}
