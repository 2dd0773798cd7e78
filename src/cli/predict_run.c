/* Implements predict_run.h. */
#include "predict_run.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "doubts.h"
#include "draw/explanation.h"
#include "draw/png_file.h"
#include "files.h"
#include "interruption.h"
#include "models.h"
#include "ordered_jobs.h"
#include "output.h"
#include "picture_jobs.h"
#include "predict_rows.h"
#include "printable.h"
#include "progress.h"
#include "report.h"
#include "row_file.h"

struct run {
    const struct predict_settings *settings;
    struct picture_source *source;
    const struct predict_share *share; /* NULL: it is all */
    scrawl_model *model, *finder;      /* the latter NULL without one */
    char *mark;
    struct picture_reader reader;
    struct predict_rows rows;
    struct row_file *out;  /* NULL: standard output */
    struct doubts *doubts; /* NULL: nobody looks */
    struct count_view view;
    size_t together; /* pictures of one job */
    struct predict_counts counts;
    bool is_complete; /* the source has no more pictures */
    bool stopped;     /* what was read can't be written any more, or memory is short */
};

/* A row of an earlier run that stays, and where the picture's row stands among the doubtful ones. Starts as {0}. */
struct kept_rows {
    struct row_group row, doubt;
};

static void kept_rows_free(struct kept_rows *kept)
{
    row_group_free(&kept->row);
    row_group_free(&kept->doubt);
}

/* What a job leaves; the pictures and what came of them first. Starts as {0}. */
struct run_job {
    struct picture_job pictures;
    struct kept_rows kept[MOST_TOGETHER];
};

/* ---- What is there already ---- */

/* Whether kept->row, of this picture, is still true. */
static bool is_true_still(struct run *run, const struct picture_item *picture, struct kept_rows *kept)
{
    const struct file_facts facts = file_facts(picture->path);
    const bool is_file = facts.is_file && !picture->sentence;
    if (!is_file || kept->row.failed) return false;
    char *mark = predict_rows_mark(&facts, run->mark);
    const bool same = strcmp(mark, kept->row.mark) == 0;
    free(mark);
    return same && (!run->doubts || !kept->row.doubtful || doubts_find(run->doubts, picture->path, &kept->doubt));
}

static bool names_picture(const struct run *run, const struct picture_item *picture, const struct row_group *row)
{
    char *name = row_text_kept(&run->rows.layout, picture->path);
    const bool same = strcmp(name, row->file) == 0;
    free(name);
    return same;
}

static void count_kept(struct run *run, const struct kept_rows *kept)
{
    if (run->doubts && kept->row.doubtful) doubts_keep(run->doubts, kept->doubt.begin, kept->doubt.end);
    run->counts.doubtful += kept->row.doubtful;
    run->counts.done++;
    run->counts.kept++;
}

/* As long as the file holds the rows that would come, they stay. Of those that don't, some may be true in another
 * place. */
static bool keep_begin(struct run *run)
{
    struct kept_rows kept = {0};
    struct picture_item picture = {0};
    bool ok = true, same = true;
    while (ok && same && !interruption_signal() && row_file_next(run->out, &kept.row)) {
        const bool there = picture_source_next(run->source, &picture);
        same = there && names_picture(run, &picture, &kept.row) && is_true_still(run, &picture, &kept);
        if (same) count_kept(run, &kept);
        if (there && !same) picture_source_return(run->source, &picture);
        if (!same) ok = row_file_set_aside(run->out);
        picture_item_free(&picture);
    }
    kept_rows_free(&kept);
    if (interruption_signal()) return true; /* all rows are where they were */
    return ok && row_file_start(run->out) && row_file_flush(run->out) && (!run->doubts || doubts_flush(run->doubts));
}

/* Whether rows of the picture that were set aside are true. */
static bool find_kept(struct run *run, const struct picture_item *picture, struct kept_rows *kept)
{
    if (!run->out || !row_file_has_old(run->out)) return false;
    char *name = row_text_kept(&run->rows.layout, picture->path);
    const bool found = row_file_find(run->out, name, &kept->row) && is_true_still(run, picture, kept);
    free(name);
    return found;
}

/* ---- Jobs ---- */

/* Some pictures together; fewer where others would have to be waited for. */
static bool next_job(void *context, size_t number, void *result)
{
    struct run *run = context;
    struct run_job *job = result;
    struct picture_job *pictures = &job->pictures;
    (void)number;
    while (pictures->count < run->together && !run->is_complete && !interruption_signal()) {
        struct picture_item *picture = &pictures->pictures[pictures->count];
        if (pictures->count > 0 && !picture_source_is_ready(run->source)) break;
        if (picture_source_next(run->source, picture)) {
            struct outcome *outcome = &pictures->outcomes[pictures->count];
            outcome->is_kept = find_kept(run, picture, &job->kept[pictures->count]);
            pictures->count++;
        } else {
            run->is_complete = !interruption_signal();
        }
    }
    return pictures->count > 0;
}

static void perform_job(void *context, size_t number, void *result)
{
    const struct run *run = context;
    struct run_job *job = result;
    (void)number;
    picture_job_perform(&run->reader, &job->pictures);
}

static void drop_job(void *result)
{
    struct run_job *job = result;
    for (size_t i = 0; i < job->pictures.count; i++) kept_rows_free(&job->kept[i]);
    picture_job_drop(&job->pictures);
}

/* ---- Results ---- */

static FILE *stream_of(const struct run *run)
{
    if (run->out) return row_file_stream(run->out);
    return run->share ? rank_rows_stream(run->share->rows) : stdout;
}

static void complain_of_picture(const struct run *run, const char *path, const struct outcome *outcome,
                                const char *sentence)
{
    const bool is_whole = outcome->sentence && outcome->sentence_names_path;
    char *line = is_whole ? format_text("%s", sentence) : format_text("%s: %s", path, sentence);
    if (run->share) {
        rank_rows_complain(run->share->rows, line);
        return;
    }
    complain("%s", line);
    free(line);
}

static void report_failure(struct run *run, const char *path, const struct outcome *outcome)
{
    const char *sentence = outcome->sentence ? outcome->sentence : scrawl_status_text(SCRAWL_OUT_OF_MEMORY);
    if (run->rows.layout.format != ROWS_TEXT) {
        predict_rows_print_error(&run->rows, stream_of(run), path, &outcome->facts, sentence);
        return;
    }
    count_clear(&run->view);
    complain_of_picture(run, path, outcome, sentence);
}

static bool write_explanation(const struct run *run, const char *path, const scrawl_reading *reading)
{
    uint8_t *png = NULL;
    size_t size = 0;
    bool drawn = draw_explanation(path, run->model, reading, &png, &size);
    return png_file_write(run->settings->explain, drawn, png, size);
}

/* Whether all that belongs to a picture that was read could be written, as far as that is known. */
static bool show_reading(struct run *run, const char *path, const struct outcome *outcome)
{
    const scrawl_reading *reading = outcome->reading;
    const bool doubtful = predict_rows_doubtful(reading);
    run->counts.doubtful += doubtful;
    if (doubtful && run->doubts && !doubts_add(run->doubts, path, reading, outcome->crop, outcome->crop_size)) {
        run->stopped = true;
        return false;
    }
    predict_rows_print(&run->rows, stream_of(run), path, &outcome->facts, reading);
    return !run->settings->explain || write_explanation(run, path, reading);
}

/* Prints what came of a picture. */
static void show_outcome(struct run *run, const struct picture_item *picture, const struct outcome *outcome,
                         const struct kept_rows *kept)
{
    if (outcome->is_kept) {
        row_file_copy(run->out, kept->row.begin, kept->row.end);
        count_kept(run, kept);
        run->view.passed++;
        return;
    }
    run->counts.done++;
    if (!outcome->reading) {
        report_failure(run, picture->path, outcome);
        run->counts.errors++;
    } else if (!show_reading(run, picture->path, outcome)) {
        run->counts.errors++;
    }
}

static bool flush(struct run *run)
{
    if (run->doubts && !doubts_flush(run->doubts)) return false;
    if (run->share && !run->out) return rank_rows_check(run->share->rows);
    return run->out ? row_file_flush(run->out) : output_flush();
}

static void show_progress(struct run *run)
{
    char errors[CELL_SIZE] = "", note[2 * CELL_SIZE];
    if (run->counts.done == 0) return;
    if (run->counts.errors > 0)
        snprintf(errors, sizeof errors, "  %zu error%s", run->counts.errors, run->counts.errors == 1 ? "" : "s");
    if (run->counts.doubtful > 0)
        snprintf(note, sizeof note, "%s  %zu doubtful", errors, run->counts.doubtful);
    else
        snprintf(note, sizeof note, "%s", errors);
    count_show(&run->view, run->counts.done, note);
}

static bool take_job(void *context, size_t number, void *result)
{
    struct run *run = context;
    struct run_job *job = result;
    struct picture_job *pictures = &job->pictures;
    (void)number;
    for (size_t i = 0; i < pictures->count && !run->stopped; i++) {
        struct outcome *outcome = &pictures->outcomes[i];
        if (outcome->in_turn) {
            run->stopped = !flush(run); /* for as long as it waits */
            if (run->stopped) break;
            picture_read_in_turn(&run->reader, &pictures->pictures[i], outcome);
        }
        show_outcome(run, &pictures->pictures[i], outcome, &job->kept[i]);
        if (run->share && !run->out) rank_rows_end(run->share->rows);
    }
    drop_job(job);
    run->stopped = !flush(run) || run->stopped;
    if (run->stopped) picture_source_stop(run->source);
    show_progress(run);
    return !run->stopped;
}

/* ---- All of it ---- */

static bool open_models(struct run *run)
{
    const struct predict_settings *settings = run->settings;
    if (!model_open(settings->model, &run->model) || !finder_open(settings->finder, run->model, &run->finder))
        return false;
    const bool is_in_rows = settings->format != ROWS_TEXT && (settings->format != ROWS_JSON || settings->out);
    if (!is_in_rows && !run->share) return true;
    run->mark = model_mark(run->model, run->finder, settings->single);
    return run->mark && (!run->share || run->share->agree(run->share, run->mark));
}

static bool open_results(struct run *run)
{
    const struct predict_settings *settings = run->settings;
    run->rows = (struct predict_rows){.model = run->model,
                                      .layout = predict_rows_layout(settings->format, settings->with_digits),
                                      .with_facts = settings->out != NULL,
                                      .mark = run->mark};
    if (settings->out) {
        run->out = row_file_open(settings->out, "out", &run->rows.layout, settings->resume);
        if (!run->out) return false;
    } else if (settings->format != ROWS_TEXT && !run->share) {
        rows_print_header(stdout, &run->rows.layout);
    }
    if (!settings->doubtful_to) return true;
    if (!doubts_make_folder(settings->doubtful_to)) return false;
    run->doubts = doubts_open(settings->doubtful_to, settings->doubtful_table, settings->resume);
    return run->doubts != NULL;
}

/* One picture is read by all threads, several by one each. */
static void choose_threads(struct run *run)
{
    size_t count;
    const bool is_counted = picture_source_count(run->source, &count);
    const size_t threads = ordered_jobs_threads(run->settings->threads);
    run->reader = (struct picture_reader){.model = run->model, .options = scrawl_predict_default()};
    run->reader.options.single = run->settings->single;
    run->reader.options.explain = run->settings->explain != NULL;
    run->reader.options.finder = run->finder;
    run->reader.options.threads = is_counted && count <= 1 ? run->settings->threads : 1;
    run->reader.with_crops = run->doubts != NULL;
    run->together = is_counted ? pictures_together(count, threads) : MOST_TOGETHER;
}

static void start_view(struct run *run)
{
    size_t count;
    const bool is_counted = picture_source_count(run->source, &count);
    const char *action = run->share ? run->share->action : "Reading";
    count_start(&run->view, action ? action : "", "pictures", is_counted ? count : 0);
    const bool is_shared = !run->out && isatty(STDOUT_FILENO);
    run->view.terminal = run->view.terminal && !is_shared && (!is_counted || count > 1) && action;
    run->view.passed = run->counts.kept;
}

static void read_all(struct run *run)
{
    size_t count;
    const bool is_counted = picture_source_count(run->source, &count);
    const struct ordered_jobs jobs = {
        .most = is_counted ? (count + run->together - 1) / run->together : SIZE_MAX,
        .threads = run->settings->threads,
        .result_size = sizeof(struct run_job),
        .context = run,
        .next = next_job,
        .perform = perform_job,
        .take = take_job,
        .drop = drop_job,
    };
    start_view(run);
    ordered_jobs_run(&jobs);
    count_clear(&run->view);
}

static bool close_results(struct run *run)
{
    const bool complete = run->is_complete && !run->stopped;
    bool ok = !run->doubts || doubts_close(run->doubts, complete);
    if (run->out) ok = row_file_close(run->out, complete && ok) && ok;
    run->doubts = NULL;
    run->out = NULL;
    return ok;
}

void predict_tell_end(const struct predict_settings *settings, const struct predict_counts *counts)
{
    fprintf(stderr, "%s: %zu picture%s", settings->out, counts->done, counts->done == 1 ? "" : "s");
    if (counts->kept > 0) fprintf(stderr, ", %zu of them there already", counts->kept);
    if (counts->doubtful > 0) fprintf(stderr, ", %zu doubtful", counts->doubtful);
    if (counts->errors > 0) fprintf(stderr, ", %zu with an error", counts->errors);
    fputs(".\n", stderr);
}

static enum predict_end end(struct run *run)
{
    const char *failure = picture_source_failure(run->source);
    if (failure) complain("%s", failure);
    const bool ok = close_results(run) && !failure && !run->stopped;
    if (ok && !run->is_complete && interruption_signal()) return PREDICT_INTERRUPTED;
    return ok ? PREDICT_COMPLETE : PREDICT_FAILED;
}

enum predict_end predict_run(const struct predict_settings *settings, struct picture_source *source,
                             const struct predict_share *share, struct predict_counts *counts)
{
    struct run run = {.settings = settings, .source = source, .share = share};
    enum predict_end how = PREDICT_FAILED;
    if (open_models(&run) && open_results(&run)) {
        if (run.out) interruption_watch();
        choose_threads(&run);
        run.stopped = run.out && !keep_begin(&run);
        if (!run.stopped && !interruption_signal()) read_all(&run);
        how = end(&run);
    } else if (run.out) {
        row_file_close(run.out, false);
        if (!settings->resume && !file_is_device_or_pipe(settings->out)) unlink(settings->out); /* nothing is in it */
    }
    *counts = run.counts;
    free(run.mark);
    scrawl_model_free(run.finder);
    scrawl_model_free(run.model);
    return how;
}
