/* Implements predict_ranks.h. */
#include "predict_ranks.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "doubts.h"
#include "files.h"
#include "hash.h"
#include "interruption.h"
#include "output.h"
#include "predict_rows.h"
#include "rank_names.h"
#include "rank_parts.h"
#include "rank_transfer.h"
#include "ranks.h"
#include "report.h"
#include "row_part.h"

struct team {
    const struct predict_settings *settings; /* of all */
    const scrawl_ranks *ranks;
    struct rank_parts table, doubts; /* where settings want them */
    struct rank_names names;
};

static bool is_first(const struct team *team)
{
    return team->ranks->rank == 0;
}

/* ---- Files ---- */

static struct rank_parts table_parts(const struct predict_settings *settings, size_t ranks)
{
    return (struct rank_parts){.table = settings->out,
                               .option = "out",
                               .layout = predict_rows_layout(settings->format, settings->with_digits),
                               .shards = settings->pictures.shards,
                               .ranks = ranks};
}

static struct rank_parts doubts_parts(const struct predict_settings *settings, size_t ranks)
{
    return (struct rank_parts){.table = settings->doubtful_table,
                               .option = "doubtful-to",
                               .layout = doubts_layout(),
                               .is_answered = true,
                               .shards = settings->pictures.shards,
                               .ranks = ranks};
}

bool predict_take_over(const struct predict_settings *settings)
{
    const struct rank_parts table = table_parts(settings, 1), doubts = doubts_parts(settings, 1);
    return rank_parts_prepare(&table, true) && (!settings->doubtful_to || rank_parts_prepare(&doubts, true));
}

static bool can_write(const char *path)
{
    if (file_can_write(path)) return true;
    complain("%s Choose another file by --out.", file_error());
    return false;
}

static bool prepare(const struct team *team)
{
    const struct predict_settings *settings = team->settings;
    if (settings->out && (!can_write(settings->out) || !rank_parts_prepare(&team->table, settings->resume)))
        return false;
    return !settings->doubtful_to ||
           (doubts_make_folder(settings->doubtful_to) && rank_parts_prepare(&team->doubts, settings->resume));
}

/* A folder in which nothing is. */
static void remove_if_empty(const struct rank_parts *parts)
{
    char *folder = rank_parts_folder(parts->table);
    rmdir(folder);
    free(folder);
}

/* ---- Whether all read alike ---- */

enum { MARK_SIZE = 64 };

struct fingerprint {
    char mark[MARK_SIZE];
    uint64_t options;
};

static uint64_t add_text(uint64_t hash, const char *text)
{
    return text ? hash_add(hash, text, strlen(text) + 1) : hash_add(hash, "\1", 1);
}

static uint64_t hash_options(const struct predict_settings *settings)
{
    const int numbers[] = {(int)settings->format, settings->with_digits, settings->resume};
    uint64_t hash = hash_add(hash_start, numbers, sizeof numbers);
    const char *const texts[] = {settings->out, settings->doubtful_to, settings->explain};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) hash = add_text(hash, texts[i]);
    return hash;
}

static bool is_alike(const struct fingerprint *other, const struct fingerprint *first, int rank)
{
    if (strcmp(other->mark, first->mark) != 0)
        complain(
            "Rank %d reads with the model %s, rank 0 with %s: the models, Scrawl's versions or the kernels differ. "
            "SCRAWL_KERNELS=avx2, say, makes kernels alike.",
            rank, other->mark, first->mark);
    else if (other->options != first->options)
        complain("Rank %d was given other options than rank 0.", rank);
    else
        return true;
    return false;
}

static bool agree(const struct predict_share *share, const char *mark)
{
    const struct team *team = share->context;
    struct fingerprint own = {.options = hash_options(team->settings)}, all[SCRAWL_MAX_RANKS];
    scrawl_part parts[SCRAWL_MAX_RANKS];
    bool alike = true;
    strncpy(own.mark, mark, MARK_SIZE - 1);
    for (int rank = 0; rank < team->ranks->count; rank++) parts[rank] = (scrawl_part){&all[rank], sizeof all[rank]};
    rank_transfer_to_first(team->ranks, (scrawl_part){&own, sizeof own}, parts);
    for (int rank = 1; rank < team->ranks->count && alike && is_first(team); rank++)
        alike = is_alike(&all[rank], &all[0], rank);
    rank_transfer_share(team->ranks, &alike, sizeof alike);
    return alike;
}

/* ---- One table of all parts ---- */

/* The parts of all ranks, while they are read. */
struct reading {
    struct row_part parts[SCRAWL_MAX_RANKS];
    char *paths[SCRAWL_MAX_RANKS];
};

static bool open_reading(struct reading *reading, const struct rank_parts *parts)
{
    bool ok = true;
    for (size_t rank = 0; rank < parts->ranks; rank++) {
        reading->paths[rank] = rank_parts_path(parts, rank);
        reading->parts[rank].descriptor = -1;
        if (ok && !file_exists(reading->paths[rank])) {
            complain("There is no %s, which rank %zu wrote. All ranks need the same folder for --%s.",
                     reading->paths[rank], rank, parts->option);
            ok = false;
        }
        ok = ok && row_part_open(&reading->parts[rank], reading->paths[rank]);
        if (ok) row_part_rewind(&reading->parts[rank]);
    }
    return ok;
}

static void close_reading(struct reading *reading, const struct rank_parts *parts)
{
    for (size_t rank = 0; rank < parts->ranks; rank++) {
        row_part_close(&reading->parts[rank]);
        free(reading->paths[rank]);
    }
}

/* Where a part holds other rows than this run has written. */
static bool refuse_part(const struct row_part *part)
{
    return row_part_refuse(part, "changed meanwhile, or isn't whole. Go on by --resume.");
}

/* The rows of one name, if the part has them next. */
static bool take_name(struct row_part *part, const struct rank_parts *parts, const char *path, FILE *stream, int *error)
{
    char *name = row_text_kept(&parts->layout, path);
    const bool is_next = part->group.file && strcmp(part->group.file, name) == 0;
    free(name);
    if (!is_next) return parts->is_answered || refuse_part(part); /* not every picture is doubtful */
    if (!row_part_copy(part, stream, error)) return false;
    row_part_advance(part);
    return true;
}

/* In the order of the names. False, with a complaint unless writing failed or a signal came. */
static bool take_all(struct team *team, const struct rank_parts *parts, struct reading *reading, FILE *stream,
                     int *error)
{
    const char *path;
    int reader;
    rows_print_header(stream, &parts->layout);
    rank_names_rewind(&team->names);
    while (rank_names_next(&team->names, &path, &reader)) {
        if (interruption_signal() || !take_name(&reading->parts[reader], parts, path, stream, error)) return false;
    }
    for (size_t rank = 0; rank < parts->ranks; rank++)
        if (reading->parts[rank].group.file || !reading->parts[rank].is_through)
            return refuse_part(&reading->parts[rank]);
    return true;
}

static bool merge(struct team *team, const struct rank_parts *parts)
{
    struct reading *reading = allocate(sizeof *reading);
    struct file_stream file;
    bool ok = open_reading(reading, parts);
    if (ok && !file_stream_open(parts->table, &file)) {
        complain("%s", file_error());
        ok = false;
    } else if (ok) {
        int error = 0;
        ok = take_all(team, parts, reading, file.stream, &error);
        file.error = error;
        if (!file_stream_close(parts->table, &file, ok || error)) {
            complain("%s All that was read stays; once that is mended, --resume goes on.", file_error());
            ok = false;
        }
    }
    close_reading(reading, parts);
    free(reading);
    return ok;
}

/* ---- All rows on standard output ---- */

static bool print_all(struct team *team, FILE **files)
{
    const struct rank_parts *table = &team->table;
    const char *path;
    int reader;
    if (team->settings->format != ROWS_TEXT) rows_print_header(stdout, &table->layout);
    rank_names_rewind(&team->names);
    while (rank_names_next(&team->names, &path, &reader))
        if (!rank_rows_print_next(files[reader])) return false;
    return output_flush();
}

/* ---- The end ---- */

static void tell_how_to_go_on(const void *context)
{
    const struct predict_settings *settings = context;
    char *folder = rank_parts_folder(settings->out);
    complain("%s holds the rows so far; go on, on as many ranks as you like, with", folder);
    fprintf(stderr, "  %s%s\n", ranks_launcher(), settings->command_to_resume);
    free(folder);
}

static int end_interrupted(const struct team *team)
{
    complain("Interrupted.");
    if (is_first(team)) tell_how_to_go_on(team->settings);
    return EXIT_INTERRUPTED + interruption_signal();
}

/* At the first rank, once all have read. files: NULL with --out. */
static int publish(struct team *team, const struct predict_counts *counts, FILE **files)
{
    const struct predict_settings *settings = team->settings;
    bool ok = !settings->doubtful_to || merge(team, &team->doubts);
    ok = ok && (settings->out ? merge(team, &team->table) : print_all(team, files));
    if (!ok) return settings->out && interruption_signal() ? end_interrupted(team) : EXIT_TROUBLE;
    if (settings->doubtful_to) rank_parts_remove(&team->doubts);
    if (settings->out) {
        rank_parts_remove(&team->table);
        predict_tell_end(settings, counts);
    }
    return counts->errors == 0 ? EXIT_FINE : EXIT_TROUBLE;
}

static struct predict_counts add_up(const struct predict_counts *counts, int ranks)
{
    struct predict_counts sum = {0};
    for (int rank = 0; rank < ranks; rank++) {
        sum.done += counts[rank].done;
        sum.kept += counts[rank].kept;
        sum.errors += counts[rank].errors;
        sum.doubtful += counts[rank].doubtful;
    }
    return sum;
}

/* All have read their shares. */
static int gather(struct team *team, struct rank_rows *rows, const struct predict_counts *own)
{
    struct predict_counts counts[SCRAWL_MAX_RANKS], mine = *own;
    FILE *files[SCRAWL_MAX_RANKS] = {NULL};
    scrawl_part parts[SCRAWL_MAX_RANKS];
    bool ok = true;
    for (int rank = 0; rank < team->ranks->count; rank++) parts[rank] = (scrawl_part){&counts[rank], sizeof mine};
    rank_transfer_to_first(team->ranks, (scrawl_part){&mine, sizeof mine}, parts);
    if (rows) ok = rank_rows_collect(rows, team->ranks, files);
    int status = EXIT_TROUBLE;
    if (ok && is_first(team)) {
        const struct predict_counts sum = add_up(counts, team->ranks->count);
        status = publish(team, &sum, files);
    }
    for (int rank = 0; rank < team->ranks->count; rank++)
        if (files[rank]) fclose(files[rank]);
    rank_transfer_share(team->ranks, &status, sizeof status);
    return status;
}

/* ---- A rank's share ---- */

static int read_share(struct team *team, const struct predict_settings *own, struct rank_rows *rows)
{
    struct picture_source *source = picture_source_of_items(team->names.own, team->names.own_count);
    char *action = format_text("Reading the first of %d shares", team->ranks->count);
    const struct predict_share share = {
        .rows = rows, .action = is_first(team) ? action : NULL, .agree = agree, .context = team};
    struct predict_counts counts;
    const enum predict_end how = predict_run(own, source, &share, &counts);
    picture_source_close(source);
    free(action);
    if (how == PREDICT_INTERRUPTED) return end_interrupted(team);
    return how == PREDICT_COMPLETE ? gather(team, rows, &counts) : EXIT_TROUBLE;
}

static int read_own(struct team *team)
{
    struct predict_settings own = *team->settings;
    const size_t rank = (size_t)team->ranks->rank;
    char *out = own.out ? rank_parts_path(&team->table, rank) : NULL;
    char *doubts = own.doubtful_to ? rank_parts_path(&team->doubts, rank) : NULL;
    struct rank_rows *rows = out ? NULL : rank_rows_open();
    own.out = out;
    own.doubtful_table = doubts;
    const int status = out || rows ? read_share(team, &own, rows) : EXIT_TROUBLE;
    rank_rows_close(rows);
    free(doubts);
    free(out);
    return status;
}

int predict_over_ranks(const struct predict_settings *settings, struct picture_source *source, int status)
{
    const size_t count = (size_t)ranks_count();
    struct team team = {.settings = settings,
                        .ranks = ranks(),
                        .table = table_parts(settings, count),
                        .doubts = doubts_parts(settings, count)};
    const size_t shards = settings->pictures.shards;
    if (settings->out) ranks_when_lost(tell_how_to_go_on, settings);
    const bool ready = source && prepare(&team);
    if (source) status = ready ? EXIT_FINE : EXIT_TROUBLE;
    if (rank_names_hand_out(&team.names, ready ? source : NULL, shards, team.ranks, &status)) status = read_own(&team);
    if (is_first(&team) && settings->out) remove_if_empty(&team.table);
    if (is_first(&team) && settings->doubtful_to) remove_if_empty(&team.doubts);
    rank_names_free(&team.names);
    ranks_when_lost(NULL, NULL);
    return status;
}
