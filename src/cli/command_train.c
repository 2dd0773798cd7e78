/* `scrawl train`: data to model file, with checkpoints that go on where they were interrupted. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checkpoint_keeper.h"
#include "command.h"
#include "data.h"
#include "draw/curves.h"
#include "draw/png_file.h"
#include "files.h"
#include "interruption.h"
#include "models.h"
#include "options.h"
#include "printable.h"
#include "progress.h"
#include "ranks.h"
#include "report.h"
#include "resume_hint.h"
#include "train_settings.h"
#include "training_log.h"

struct training {
    struct train_settings settings;
    char *out, *checkpoint; /* paths */
    struct data data;
    scrawl_model *model, *teacher; /* the latter NULL without one */
    scrawl_trainer *trainer;
    struct checkpoint_keeper keeper;
    FILE *log;
    struct epoch_figures *history; /* [epochs] for the plot; NULL without one */
    bool log_failed, plot_failed;
};

/* ---- Start ---- */

/* Of several ranks the first one writes and tells; the others do the same without that. */
static void leave_to_first_rank(struct train_settings *settings)
{
    settings->training.threads = ranks_threads(settings->training.threads);
    if (ranks_is_first()) return;
    settings->log = settings->plot = NULL;
    settings->quiet = true;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), ending_length = strlen(ending);
    return length > ending_length && strcmp(text + length - ending_length, ending) == 0;
}

/* Without --out, x.safetensors.checkpoint goes on to become x.safetensors. */
static char *choose_out(const struct train_settings *settings)
{
    const char *resume = settings->resume;
    if (settings->out) return format_text("%s", settings->out);
    if (!resume || !ends_with(resume, TRAIN_CHECKPOINT_ENDING)) return format_text(TRAIN_DEFAULT_OUT);
    return format_text("%.*s", (int)(strlen(resume) - strlen(TRAIN_CHECKPOINT_ENDING)), resume);
}

/* Beside the model; where that goes to a device or a pipe, in the current folder. */
static char *choose_checkpoint(const char *out)
{
    return format_text("%s" TRAIN_CHECKPOINT_ENDING, file_is_device_or_pipe(out) ? TRAIN_DEFAULT_OUT : out);
}

/* The file that two of the results are to be written to, or that one is and the training comes from; NULL when each has
 * its own. */
static const char *shared_result(const struct training *training)
{
    const struct train_settings *settings = &training->settings;
    const char *paths[] = {settings->log,    settings->plot, training->out,    training->checkpoint,
                           settings->resume, settings->from, settings->teacher};
    enum { PATHS = sizeof paths / sizeof *paths, CHOSEN = 2 /* the others belong together */ };
    for (int i = 0; i < CHOSEN; i++)
        for (int j = i + 1; j < PATHS; j++)
            if (paths[i] && paths[j] && file_is_same(paths[i], paths[j])) return paths[i];
    return NULL;
}

/* Whether a file's name promises another kind of model than is written here. */
static bool is_for_other_programs(const char *out)
{
    scrawl_format format;
    return scrawl_model_format_of_name(out, &format) == SCRAWL_OK && format != SCRAWL_SAFETENSORS;
}

/* So that no training is lost because another one is begun by mistake. */
static bool holds_another_training(const struct training *training)
{
    const char *resume = training->settings.resume;
    if (!file_exists(training->checkpoint) || file_is_folder(training->checkpoint)) return false;
    if (resume && file_is_same(resume, training->checkpoint)) return false;
    complain("%s holds a training that isn't finished. Go on with it by --resume, remove it, or choose another file by "
             "--out.",
             training->checkpoint);
    return true;
}

/* Before hours of training, not after them. */
static bool can_write_results(const struct training *training)
{
    if (holds_another_training(training)) return false;
    if (file_can_write(training->out) && file_can_write(training->checkpoint))
        return png_file_possible("plot", training->settings.plot);
    complain("%s Choose another file by --out.", file_error());
    return false;
}

static bool is_out_of_memory(scrawl_status status)
{
    if (status == SCRAWL_OUT_OF_MEMORY) complain("%s", scrawl_error());
    return status == SCRAWL_OUT_OF_MEMORY;
}

static int create_model(const struct train_settings *settings, const struct data *data, scrawl_model **model)
{
    scrawl_model_options options = scrawl_model_default();
    options.architecture = settings->architecture;
    options.normalization = (scrawl_normalization)settings->normalization;
    options.seed = settings->training.seed;
    if (data) options.class_count = data->class_count;
    if (data) options.labels = (const char *const *)data->labels;
    scrawl_status status = scrawl_model_create(&options, model);
    if (status == SCRAWL_OK) return EXIT_FINE;
    return is_out_of_memory(status) ? EXIT_TROUBLE : usage_error("train", "%s", scrawl_error());
}

static int create_trainer(struct training *training)
{
    scrawl_training_options options = training->settings.training;
    options.teacher = training->teacher;
    scrawl_status status = scrawl_trainer_create(training->model, training->data.dataset, &options, &training->trainer);
    if (status == SCRAWL_OK) return EXIT_FINE;
    return is_out_of_memory(status) ? EXIT_TROUBLE : usage_error("train", "%s", scrawl_error());
}

/* The text is checked before data is read for it, and says how many classes IDX files may have. */
static int count_outputs(const struct train_settings *settings, size_t *count)
{
    scrawl_model *model;
    int status = create_model(settings, NULL, &model);
    if (status != EXIT_FINE) return status;
    *count = scrawl_model_class_count(model);
    scrawl_model_free(model);
    return EXIT_FINE;
}

/* model: whose classes the data must have; NULL: they make the classes. */
static struct data_request request_data(const struct training *training, const scrawl_model *model)
{
    return (struct data_request){.folder = training->settings.data,
                                 .part = DATA_TRAIN,
                                 .model = model,
                                 .threads = training->settings.training.threads,
                                 .spread = true};
}

static int start_anew(struct training *training)
{
    struct data_request request = request_data(training, NULL);
    int status = count_outputs(&training->settings, &request.idx_class_count);
    if (status != EXIT_FINE) return status;
    if (!data_load(&request, &training->data)) return EXIT_TROUBLE;
    status = create_model(&training->settings, &training->data, &training->model);
    return status == EXIT_FINE ? create_trainer(training) : status;
}

static int start_from_model(struct training *training)
{
    if (!model_open(training->settings.from, &training->model)) return EXIT_TROUBLE;
    const struct data_request request = request_data(training, training->model);
    return data_load(&request, &training->data) ? create_trainer(training) : EXIT_TROUBLE;
}

/* The checkpoint's own model says which classes the data must have. */
static bool load_data_for(const struct bytes *checkpoint, struct training *training)
{
    scrawl_model *model;
    if (scrawl_model_load(checkpoint->data, checkpoint->size, &model) != SCRAWL_OK) {
        complain("%s: %s", training->settings.resume, scrawl_error());
        return false;
    }
    const struct data_request request = request_data(training, model);
    bool ok = data_load(&request, &training->data);
    scrawl_model_free(model);
    return ok;
}

static int resume(struct training *training)
{
    const struct train_settings *settings = &training->settings;
    struct bytes checkpoint;
    if (!file_read(settings->resume, &checkpoint)) {
        complain("%s", file_error());
        return EXIT_TROUBLE;
    }
    int epochs = settings->epochs_given ? settings->training.epochs : 0;
    bool ok = load_data_for(&checkpoint, training);
    if (ok) {
        ok = scrawl_trainer_load(checkpoint.data, checkpoint.size, training->data.dataset, training->teacher, epochs,
                                 settings->training.threads, &training->model, &training->trainer) == SCRAWL_OK;
        if (!ok) complain("%s: %s", settings->resume, scrawl_error());
    }
    free(checkpoint.data);
    return ok ? EXIT_FINE : EXIT_TROUBLE;
}

/* A line of progress on standard error. */
static void tell(const struct training *training, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void tell(const struct training *training, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    if (!training->settings.quiet) print_printable_line(stderr, format, arguments);
    va_end(arguments);
}

/* ", 2 ranks of 1 thread", to be freed by the caller; "" alone. */
static char *ranks_text(const struct training *training)
{
    const int threads = training->settings.training.threads;
    if (!ranks()) return format_text("%s", "");
    return format_text(", %d ranks of %d thread%s", ranks_count(), threads, threads == 1 ? "" : "s");
}

static void announce(const struct training *training)
{
    char *shared = ranks_text(training);
    tell(training, "%zu images of %zu classes, %zu parameters, seed %llu%s: %s",
         scrawl_dataset_count(training->data.dataset), training->data.class_count,
         scrawl_model_parameter_count(training->model),
         (unsigned long long)scrawl_trainer_options(training->trainer)->seed, shared,
         scrawl_model_architecture(training->model));
    free(shared);
}

/* ---- Training ---- */

/* So far nothing is known, but what the log of a resumed training says. */
static void start_history(struct training *training)
{
    const struct train_settings *settings = &training->settings;
    size_t epochs = (size_t)scrawl_trainer_options(training->trainer)->epochs;
    training->history = allocate(epochs * sizeof *training->history);
    for (size_t i = 0; i < epochs; i++) training->history[i] = (struct epoch_figures){NAN, NAN, NAN, NAN};
    if (settings->resume && settings->log) training_log_read(settings->log, training->history, epochs);
}

/* What the log says of this epoch and later ones is of a training that went another way. */
static void add_to_history(struct training *training, const scrawl_progress *progress)
{
    struct epoch_figures *figures = &training->history[progress->epoch];
    *figures = (struct epoch_figures){progress->loss, progress->accuracy, progress->validation_loss,
                                      progress->validation_accuracy};
    for (int i = progress->epoch + 1; i < progress->epochs; i++)
        training->history[i] = (struct epoch_figures){NAN, NAN, NAN, NAN};
}

static void draw_plot(struct training *training, const scrawl_progress *progress)
{
    uint8_t *png = NULL;
    size_t size = 0;
    add_to_history(training, progress);
    bool drawn = draw_curves(training->out, training->history, (size_t)progress->epochs, &png, &size);
    training->plot_failed = !drawn || !file_write(training->settings.plot, png, size);
    if (training->plot_failed)
        complain("%s The training goes on.", drawn ? file_error() : "There is not enough memory for the plot.");
    free(png);
}

static void end_epoch(struct training *training, const struct progress_view *view, const scrawl_progress *progress)
{
    if (training->history && !training->plot_failed) draw_plot(training, progress);
    double seconds = progress_epoch_seconds(view), images_per_second = progress_images_per_second(view);
    if (!training->log || training->log_failed || training_log_add(training->log, progress, seconds, images_per_second))
        return;
    complain("%s can't be written any more; the training goes on.", training->settings.log);
    training->log_failed = true;
}

enum training_end { TRAINING_GOES_ON, TRAINING_COMPLETE, TRAINING_INTERRUPTED, TRAINING_DIVERGED, TRAINING_APART };

/* Where a rank is lost: from the last checkpoint, if there is any. */
static void say_how_to_go_on(const void *context)
{
    const struct training *training = context;
    const char *checkpoint = training->keeper.written ? training->checkpoint : training->settings.resume;
    if (!checkpoint) return;
    complain("%s holds the training as of its last checkpoint; go on with", checkpoint);
    resume_hint_print(&training->settings, checkpoint, ranks_launcher());
}

enum { STEPS_TO_COMPARE = 100 };

/* Whether the ranks still train the same; says so where they don't. */
static bool ranks_agree(const struct training *training)
{
    if (scrawl_trainer_compare(training->trainer) == SCRAWL_OK) return true;
    complain("%s", scrawl_error());
    return false;
}

/* What follows a step, and whether the training ends with it. */
static enum training_end end_step(struct training *training, struct progress_view *view,
                                  const scrawl_progress *progress, size_t steps)
{
    const bool epoch_complete = progress->phase == SCRAWL_EPOCH_END;
    const bool complete = epoch_complete && progress->epoch + 1 == progress->epochs;
    progress_step(view, progress);
    if ((epoch_complete || steps % STEPS_TO_COMPARE == 0) && !ranks_agree(training)) return TRAINING_APART;
    if (epoch_complete) {
        end_epoch(training, view, progress);
        progress_next_epoch(view);
    }
    if (complete) return TRAINING_COMPLETE;
    if (ranks_is_first() && !interruption_signal())
        checkpoint_keeper_look(&training->keeper, training->trainer, epoch_complete);
    return TRAINING_GOES_ON;
}

/* Steps until all epochs are complete, the weights are worth nothing any more, or the user has had enough. */
static enum training_end train(struct training *training)
{
    struct progress_view view;
    scrawl_progress progress;
    enum training_end end = TRAINING_GOES_ON;
    interruption_watch();
    checkpoint_keeper_start(&training->keeper, training->checkpoint);
    ranks_when_lost(say_how_to_go_on, training);
    progress_start(&view, scrawl_trainer_options(training->trainer),
                   scrawl_model_detects(training->model) ? "pages" : "images", training->settings.quiet);
    for (size_t steps = 1; end == TRAINING_GOES_ON && !ranks_any(interruption_signal() != 0); steps++) {
        scrawl_trainer_step(training->trainer, &progress);
        if (progress.phase == SCRAWL_FINISHED)
            end = TRAINING_COMPLETE;
        else if (isnan(progress.loss))
            end = TRAINING_DIVERGED;
        else
            end = end_step(training, &view, &progress, steps);
    }
    progress_clear(&view);
    return end == TRAINING_GOES_ON ? TRAINING_INTERRUPTED : end;
}

/* ---- End ---- */

static bool write_result(const char *path, scrawl_status status, uint8_t *bytes, size_t size)
{
    if (status != SCRAWL_OK) {
        complain("%s can't be written: %s", path, scrawl_error());
        return false;
    }
    bool ok = file_write(path, bytes, size);
    if (!ok) complain("%s", file_error());
    scrawl_free(bytes);
    return ok;
}

/* The one that this training began, if it wrote any. */
static void remove_own_checkpoint(const struct training *training)
{
    const char *resume = training->settings.resume;
    const bool resumed = resume && file_is_same(resume, training->checkpoint);
    if (training->keeper.written && !resumed) unlink(training->checkpoint);
}

/* A finished model makes the checkpoint that it came from unnecessary. */
static void remove_checkpoints(const struct training *training)
{
    const char *checkpoint = training->settings.resume;
    remove_own_checkpoint(training);
    if (checkpoint && file_remove_superseded(checkpoint, training->out)) tell(training, "Removed %s.", checkpoint);
}

static scrawl_status save(const struct training *training, uint8_t **bytes, size_t *size)
{
    const scrawl_model *model = training->model;
    if (training->settings.half) return scrawl_model_save_half(model, bytes, size);
    return training->settings.int8 ? scrawl_model_save_int8(model, bytes, size) : scrawl_model_save(model, bytes, size);
}

static int finish(struct training *training)
{
    uint8_t *bytes = NULL;
    size_t size = 0, skipped = training->data.skipped;
    scrawl_status status = scrawl_trainer_calibrate(training->trainer);
    if (status == SCRAWL_OK && ranks_is_first()) status = save(training, &bytes, &size);
    if (ranks_is_first() && !write_result(training->out, status, bytes, size)) return EXIT_TROUBLE;
    tell(training, "Wrote %s.", training->out);
    if (ranks_is_first()) remove_checkpoints(training);
    if (skipped > 0) complain("%zu picture%s left out, see above.", skipped, skipped == 1 ? " was" : "s were");
    return training->log_failed || training->plot_failed || skipped > 0 ? EXIT_TROUBLE : EXIT_FINE;
}

static int give_up(const struct training *training)
{
    remove_own_checkpoint(training);
    complain("The training diverged: the loss is no number any more. Nothing was written to %s. A lower "
             "--learning-rate than %g helps.",
             training->out, (double)scrawl_trainer_options(training->trainer)->learning_rate);
    return EXIT_TROUBLE;
}

static void save_checkpoint(struct training *training)
{
    if (!checkpoint_keeper_write(&training->keeper, training->trainer)) return;
    complain("Interrupted. %s holds the training so far; go on with", training->checkpoint);
    resume_hint_print(&training->settings, training->checkpoint, ranks_launcher());
}

static int end_interrupted(struct training *training)
{
    if (ranks_is_first()) save_checkpoint(training);
    ranks_wait();
    return EXIT_TROUBLE;
}

static bool open_log(struct training *training)
{
    const char *path = training->settings.log;
    if (path) training->log = training_log_open(path, training->settings.resume != NULL);
    return !path || training->log;
}

/* With the other ranks, if there are any. */
static bool share(const struct training *training)
{
    if (!ranks() || scrawl_trainer_share(training->trainer, ranks()) == SCRAWL_OK) return true;
    complain("%s", scrawl_error());
    return false;
}

static int start(struct training *training)
{
    const char *shared = shared_result(training);
    if (shared)
        return usage_error("train",
                           "--out, its checkpoint, --log and --plot need files of their own, not %s for two of them.",
                           shared);
    if (is_for_other_programs(training->out))
        return usage_error("train",
                           "--out %s: A trained model is written as .safetensors; `scrawl export` makes other "
                           "kinds of it.",
                           training->out);
    leave_to_first_rank(&training->settings);
    if (ranks_any(ranks_is_first() && !can_write_results(training))) return EXIT_TROUBLE;
    if (training->settings.teacher && !model_open(training->settings.teacher, &training->teacher)) return EXIT_TROUBLE;
    int status = training->settings.resume ? resume(training)
                 : training->settings.from ? start_from_model(training)
                                           : start_anew(training);
    if (status == EXIT_FINE && training->settings.plot) start_history(training);
    if (status != EXIT_FINE) return status;
    return share(training) && !ranks_any(!open_log(training)) ? EXIT_FINE : EXIT_TROUBLE;
}

static void training_free(struct training *training)
{
    if (training->log) fclose(training->log);
    scrawl_trainer_free(training->trainer);
    scrawl_model_free(training->model);
    scrawl_model_free(training->teacher);
    data_free(&training->data);
    free(training->history);
    free(training->out);
    free(training->checkpoint);
}

static int train_and_end(struct training *training)
{
    switch (train(training)) {
        case TRAINING_COMPLETE:
            return finish(training);
        case TRAINING_DIVERGED:
            return give_up(training);
        case TRAINING_APART:
            return EXIT_TROUBLE;
        default:
            return end_interrupted(training);
    }
}

int command_train(int argument_count, char **arguments)
{
    int status;
    struct training training = {0};
    if (!train_settings_read(argument_count, arguments, &training.settings, &status)) return status;
    training.out = choose_out(&training.settings);
    training.checkpoint = choose_checkpoint(training.out);
    status = start(&training);
    if (status == EXIT_FINE) {
        announce(&training);
        status = train_and_end(&training);
    }
    training_free(&training);
    return status;
}
