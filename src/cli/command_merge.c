/* `scrawl merge`: one table of several that `scrawl predict --out` made, in the order of the files' names. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "corrections.h"
#include "files.h"
#include "interruption.h"
#include "options.h"
#include "output.h"
#include "report.h"
#include "row_part.h"

struct merge {
    struct row_part *parts;
    size_t count;
    const struct row_part *typical; /* the first that isn't empty; NULL: all are */
    struct corrections corrections;
    FILE *stream; /* NULL: only looks whether all is well */
    int error;    /* that writing failed with */
};

/* ---- Parts that belong together ---- */

static bool is_empty(const struct row_part *part)
{
    return part->reader.layout.format == ROWS_JSON && part->pictures == 0;
}

static bool belong_together(struct merge *merge)
{
    const struct row_part *modelled = NULL;
    for (struct row_part *part = merge->parts; part < merge->parts + merge->count; part++) {
        const struct row_part *typical = merge->typical;
        if (is_empty(part)) continue;
        if (typical && !row_layouts_equal(&typical->reader.layout, &part->reader.layout)) {
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
    for (size_t i = 0; ok && i < merge->count; i++)
        ok = row_part_open(&merge->parts[i], paths[i]) && row_part_sort(&merge->parts[i]);
    return ok && belong_together(merge);
}

/* ---- All rows in order ---- */

/* The part whose next picture comes first; NULL: there is none. */
static struct row_part *first_part(const struct merge *merge)
{
    struct row_part *first = NULL;
    for (struct row_part *part = merge->parts; part < merge->parts + merge->count; part++)
        if (part->group.file && (!first || strcmp(part->group.file, first->group.file) < 0)) first = part;
    return first;
}

static bool overlaps(const struct merge *merge, const struct row_part *part)
{
    for (const struct row_part *other = part + 1; other < merge->parts + merge->count; other++) {
        if (!other->group.file || strcmp(other->group.file, part->group.file) != 0) continue;
        complain("%s is in %s and in %s. Merge parts that have no file in common.", part->group.file, part->path,
                 other->path);
        return true;
    }
    return false;
}

/* Whether a correction has something to correct. */
static bool may_correct(struct correction *correction, const struct row_part *part)
{
    correction->is_used = true;
    if (!part->group.failed) return true;
    complain("%s: line %zu answers for %s, which couldn't be read: it has no text to correct.", correction->path,
             correction->line, correction->file);
    return false;
}

static bool print_rows(struct merge *merge, struct row_part *part, const struct correction *correction)
{
    struct row row;
    if (!correction) return row_part_copy(part, merge->stream, &merge->error);
    row_reader_seek(&part->reader, part->group.begin);
    if (row_reader_next(&part->reader, &row) != ROW_READER_ROW) return row_part_refuse(part, "changed meanwhile.");
    correction_print_row(correction, merge->stream, &part->reader.layout, row.bytes, row.size, &row.cells);
    return true;
}

/* Goes through all pictures; with a stream prints them. False, with a complaint unless the stream failed. */
static bool go_through(struct merge *merge)
{
    bool ok = true;
    struct row_part *part;
    for (size_t i = 0; i < merge->count; i++) row_part_rewind(&merge->parts[i]);
    if (merge->stream && merge->typical) rows_print_header(merge->stream, &merge->typical->reader.layout);
    while (!interruption_signal() && (part = first_part(merge))) {
        struct correction *correction = corrections_find(&merge->corrections, part->group.file);
        if (merge->stream)
            ok = print_rows(merge, part, correction);
        else
            ok = (!correction || may_correct(correction, part)) && ok;
        if (merge->stream ? !ok : overlaps(merge, part)) return false;
        row_part_advance(part);
    }
    return ok && !interruption_signal();
}

/* ---- The command ---- */

static bool read_corrections(struct merge *merge, const char *path)
{
    if (!path) return true;
    const struct row_layout *layout = merge->typical ? &merge->typical->reader.layout : NULL;
    if (layout && layout->format != ROWS_JSON && layout->columns[1] == FIELD_LINE) {
        complain("%s can't correct rows of digits. Merge rows of pictures.", path);
        return false;
    }
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
    for (size_t i = 0; i < count; i++) row_part_close(&merge.parts[i]);
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
