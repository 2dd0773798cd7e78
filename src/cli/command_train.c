/* `scrawl train`: data to model file, with checkpoints that go on where they were interrupted. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "data.h"
#include "files.h"
#include "models.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "training_log.h"

enum { MOST_EPOCHS = 100000, MOST_BATCH_SIZE = 4096 };

#define DEFAULT_OUT "scrawl.safetensors"
#define CHECKPOINT_ENDING ".checkpoint"

static const double most_learning_rate = 1000;

static const char *const optimizer_names[] = {"adam", "sgd", NULL};

struct settings {
    const char *data, *architecture, *out, *resume, *log;
    uint64_t epochs, batch_size, seed, threads;
    double learning_rate, momentum, validation_split;
    int optimizer, normalization;
    bool epochs_given, quiet;
};

struct run {
    struct settings settings;
    char *out, *checkpoint; /* paths */
    struct data data;
    scrawl_model *model;
    scrawl_trainer *trainer;
    FILE *log;
    bool log_failed;
};

/* ---- Arguments ---- */

static bool is_given(const struct option *options, const char *name)
{
    for (const struct option *option = options; option->name; option++)
        if (strcmp(option->name, name) == 0) return option->given;
    return false;
}

/* A checkpoint fixes all that would make the run another one. */
static bool options_agree(const struct option *options, const struct settings *settings)
{
    static const char *const fixed[] = {"arch",     "batch-size",       "learning-rate", "optimizer",
                                        "momentum", "validation-split", "normalize",     "seed"};
    for (size_t i = 0; settings->resume && i < sizeof fixed / sizeof fixed[0]; i++) {
        if (!is_given(options, fixed[i])) continue;
        usage_error("train", "--resume goes on with what the checkpoint says: --%s can't be changed.", fixed[i]);
        return false;
    }
    if (is_given(options, "momentum") && settings->optimizer != SCRAWL_SGD) {
        usage_error("train", "--momentum belongs to --optimizer sgd.");
        return false;
    }
    return true;
}

/* False with the exit status to end with. As long as the table of options is. */
static bool read_settings(int argument_count, char **arguments, struct settings *settings, int *status)
{
    struct option options[] = {
        {.name = "data",
         .argument = "DIR",
         .help = "folder with the training images (default " DATA_DEFAULT_FOLDER ")",
         .text = &settings->data},
        {.name = "arch",
         .argument = "NAME|TEXT",
         .help = "\"small\" (default), \"tutorial\", or layers as a text, see below",
         .text = &settings->architecture},
        {.name = "out",
         .argument = "FILE",
         .help = "the model file to write (default " DEFAULT_OUT ")",
         .text = &settings->out},
        {.name = "epochs",
         .argument = "N",
         .help = "times to go through all images (default 5)",
         .whole = &settings->epochs,
         .least = 1,
         .most = MOST_EPOCHS},
        {.name = "batch-size",
         .argument = "N",
         .help = "images per step (default 128)",
         .whole = &settings->batch_size,
         .least = 1,
         .most = MOST_BATCH_SIZE},
        {.name = "learning-rate",
         .argument = "X",
         .help = "step size of the optimizer (default 0.001)",
         .real = &settings->learning_rate,
         .above_low = true,
         .high = most_learning_rate},
        {.name = "optimizer",
         .argument = "adam|sgd",
         .help = "how weights follow gradients (default adam)",
         .choice = &settings->optimizer,
         .choices = optimizer_names},
        {.name = "momentum", .argument = "X", .help = "of sgd (default 0.9)", .real = &settings->momentum, .high = 1},
        {.name = "validation-split",
         .argument = "X",
         .help = "the last fraction of the images, kept for validation (default 0)",
         .real = &settings->validation_split,
         .high = 1},
        {.name = "normalize",
         .argument = "unit|column-l2",
         .help = "divide by 255, or scale each image column to unit length (default unit)",
         .choice = &settings->normalization,
         .choices = normalization_names},
        {.name = "seed",
         .argument = "N",
         .help = "of weights, shuffling and dropout (default 1)",
         .whole = &settings->seed,
         .most = UINT64_MAX},
        {.name = "threads",
         .argument = "N",
         .help = "changes the speed only (default 0: one per processor)",
         .whole = &settings->threads,
         .most = SCRAWL_MAX_THREADS},
        {.name = "resume", .argument = "FILE", .help = "go on from a checkpoint", .text = &settings->resume},
        {.name = "log",
         .argument = "FILE.csv",
         .help = "write a row per epoch; with --resume, add to it",
         .text = &settings->log},
        {.name = "quiet", .help = "show no progress", .flag = &settings->quiet},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "train",
        .operands = "",
        .purpose = "Trains a network and writes it to a model file.",
        .details =
            "DIR holds IDX files (train-images-idx3-ubyte and train-labels-idx1-ubyte, each also .gz), or pictures as\n"
            "train/CLASS/PICTURE or CLASS/PICTURE; pictures that can't be read are named and left out.\n"
            "TEXT is layers separated by commas, the last one with softmax:\n"
            "  conv CHANNELS KxK [same] [relu] | maxpool SIZE | dropout RATE | flatten | relu | dense N "
            "[relu|softmax]\n"
            "Ctrl-C saves a checkpoint to OUT" CHECKPOINT_ENDING
            " and ends with exit status 1; a second one stops at once. With\n"
            "--resume, only --epochs, --data, --out, --log, --threads and --quiet can be chosen anew.",
        .example = "  scrawl train --arch tutorial --epochs 10 --validation-split 0.3 --out tutorial.safetensors\n",
        .options = options,
    };
    size_t operand_count;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, status)) return false;
    settings->epochs_given = is_given(options, "epochs");
    *status = EXIT_USAGE;
    return options_agree(options, settings);
}

static struct settings default_settings(void)
{
    const scrawl_training_options training = scrawl_training_default();
    const scrawl_model_options model = scrawl_model_default();
    return (struct settings){
        .architecture = model.architecture,
        .normalization = model.normalization,
        .epochs = (uint64_t)training.epochs,
        .batch_size = (uint64_t)training.batch_size,
        .optimizer = training.optimizer,
        .learning_rate = (double)training.learning_rate,
        .momentum = (double)training.momentum,
        .validation_split = training.validation_split,
        .seed = training.seed,
    };
}

/* ---- Interruption ---- */

static volatile sig_atomic_t interrupted;

static void interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

/* A second Ctrl-C ends the program at once. The others may come twice for one reason: from the system and from the
 * shell. */
static void watch_signals(void)
{
    static const struct {
        int number, flags;
    } signals[] = {{SIGINT, SA_RESETHAND}, {SIGTERM, 0}, {SIGHUP, 0}};
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        struct sigaction current, action = {.sa_handler = interrupt, .sa_flags = signals[i].flags | SA_RESTART};
        sigemptyset(&action.sa_mask);
        /* nohup and shells' background jobs ignore some on purpose. */
        if (sigaction(signals[i].number, NULL, &current) == 0 && current.sa_handler != SIG_IGN)
            sigaction(signals[i].number, &action, NULL);
    }
}

/* ---- Start ---- */

static bool ends_with(const char *text, const char *ending)
{
    size_t length = strlen(text), ending_length = strlen(ending);
    return length > ending_length && strcmp(text + length - ending_length, ending) == 0;
}

/* Without --out, x.safetensors.checkpoint goes on to become x.safetensors. */
static char *choose_out(const struct settings *settings)
{
    const char *resume = settings->resume;
    if (settings->out) return format_text("%s", settings->out);
    if (!resume || !ends_with(resume, CHECKPOINT_ENDING)) return format_text(DEFAULT_OUT);
    return format_text("%.*s", (int)(strlen(resume) - strlen(CHECKPOINT_ENDING)), resume);
}

/* Before hours of training, not after them. */
static bool can_write_results(const struct run *run)
{
    if (file_can_write(run->out) && file_can_write(run->checkpoint)) return true;
    complain("%s Choose another file by --out.", file_error());
    return false;
}

static scrawl_training_options training_options(const struct settings *settings)
{
    scrawl_training_options options = scrawl_training_default();
    options.epochs = (int)settings->epochs;
    options.batch_size = (int)settings->batch_size;
    options.optimizer = (scrawl_optimizer)settings->optimizer;
    options.learning_rate = (float)settings->learning_rate;
    options.momentum = (float)settings->momentum;
    options.validation_split = settings->validation_split;
    options.seed = settings->seed;
    options.threads = (int)settings->threads;
    return options;
}

static scrawl_status create(struct run *run)
{
    const struct settings *settings = &run->settings;
    scrawl_model_options model = scrawl_model_default();
    model.architecture = settings->architecture;
    model.class_count = run->data.class_count;
    model.labels = (const char *const *)run->data.labels;
    model.normalization = (scrawl_normalization)settings->normalization;
    model.seed = settings->seed;
    scrawl_training_options training = training_options(settings);
    scrawl_status status = scrawl_model_create(&model, &run->model);
    if (status == SCRAWL_OK) status = scrawl_trainer_create(run->model, run->data.dataset, &training, &run->trainer);
    return status;
}

static int start_anew(struct run *run)
{
    const struct data_request request = {
        .folder = run->settings.data,
        .part = DATA_TRAIN,
        .idx_class_count = architecture_output_count(run->settings.architecture),
    };
    if (!data_load(&request, &run->data)) return EXIT_TROUBLE;
    scrawl_status status = create(run);
    if (status == SCRAWL_INVALID_ARGUMENT || status == SCRAWL_INVALID_ARCHITECTURE)
        return usage_error("train", "%s", scrawl_error());
    if (status != SCRAWL_OK) complain("%s", scrawl_error());
    return status == SCRAWL_OK ? EXIT_FINE : EXIT_TROUBLE;
}

/* The checkpoint's own model says which classes the data must have. */
static bool load_data_for(const struct bytes *checkpoint, struct run *run)
{
    scrawl_model *model;
    if (scrawl_model_load(checkpoint->data, checkpoint->size, &model) != SCRAWL_OK) {
        complain("%s: %s", run->settings.resume, scrawl_error());
        return false;
    }
    const struct data_request request = {.folder = run->settings.data, .part = DATA_TRAIN, .model = model};
    bool ok = data_load(&request, &run->data);
    scrawl_model_free(model);
    return ok;
}

static int resume(struct run *run)
{
    const struct settings *settings = &run->settings;
    struct bytes checkpoint;
    if (!file_read(settings->resume, &checkpoint)) {
        complain("%s", file_error());
        return EXIT_TROUBLE;
    }
    int epochs = settings->epochs_given ? (int)settings->epochs : 0;
    bool ok = load_data_for(&checkpoint, run);
    if (ok) {
        ok = scrawl_trainer_load(checkpoint.data, checkpoint.size, run->data.dataset, epochs, (int)settings->threads,
                                 &run->model, &run->trainer) == SCRAWL_OK;
        if (!ok) complain("%s: %s", settings->resume, scrawl_error());
    }
    free(checkpoint.data);
    return ok ? EXIT_FINE : EXIT_TROUBLE;
}

static void announce(const struct run *run)
{
    if (run->settings.quiet) return;
    if (run->data.skipped > 0)
        complain("%zu picture%s left out.", run->data.skipped, run->data.skipped == 1 ? " is" : "s are");
    fprintf(stderr, "%zu images of %zu classes, %zu parameters, seed %llu: %s\n",
            scrawl_dataset_count(run->data.dataset), run->data.class_count, scrawl_model_parameter_count(run->model),
            (unsigned long long)scrawl_trainer_options(run->trainer)->seed, scrawl_model_architecture(run->model));
}

/* ---- Training ---- */

static void end_epoch(struct run *run, const struct progress_view *view, const scrawl_progress *progress)
{
    double seconds = progress_epoch_seconds(view), images_per_second = progress_images_per_second(view);
    if (!run->log || run->log_failed || training_log_add(run->log, progress, seconds, images_per_second)) return;
    complain("%s can't be written any more; the training goes on.", run->settings.log);
    run->log_failed = true;
}

/* Steps until all epochs are complete, which returns true, or the user has had enough. */
static bool train(struct run *run)
{
    struct progress_view view;
    scrawl_progress progress;
    bool complete = false;
    watch_signals();
    progress_start(&view, scrawl_trainer_options(run->trainer), scrawl_dataset_count(run->data.dataset),
                   run->settings.quiet);
    while (!complete && !interrupted) {
        scrawl_trainer_step(run->trainer, &progress);
        complete = progress.phase == SCRAWL_FINISHED;
        if (complete) break;
        progress_step(&view, &progress);
        if (progress.phase != SCRAWL_EPOCH_END) continue;
        end_epoch(run, &view, &progress);
        progress_next_epoch(&view);
        complete = progress.epoch + 1 == progress.epochs;
    }
    progress_clear(&view);
    return complete;
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

static int finish(struct run *run)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_status status = scrawl_model_save(run->model, &bytes, &size);
    if (!write_result(run->out, status, bytes, size)) return EXIT_TROUBLE;
    if (!run->settings.quiet) fprintf(stderr, "Wrote %s.\n", run->out);
    return run->log_failed ? EXIT_TROUBLE : EXIT_FINE;
}

/* " --name value", quoted for a shell where it must be; "" for no value. To be freed by the caller. */
static char *argument_text(const char *name, const char *value)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%";
    static const char escaped_quote[] = "'\\''"; /* ends the quotes, a quote, begins them again */
    if (!value) return format_text("%s", "");
    if (value[strspn(value, plain)] == 0) return format_text(" --%s %s", name, value);
    char *quoted = allocate(strlen(value) * strlen(escaped_quote) + 1), *next = quoted;
    for (const char *character = value; *character; character++) {
        if (*character == '\'')
            next = stpcpy(next, escaped_quote);
        else
            *next++ = *character;
    }
    char *text = format_text(" --%s '%s'", name, quoted);
    free(quoted);
    return text;
}

static int save_checkpoint(struct run *run)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    scrawl_status status = scrawl_trainer_save(run->trainer, &bytes, &size);
    if (!write_result(run->checkpoint, status, bytes, size)) return EXIT_TROUBLE;
    char *resume_text = argument_text("resume", run->checkpoint), *data = argument_text("data", run->settings.data);
    char *log = argument_text("log", run->settings.log);
    complain("Interrupted. %s holds the training so far; go on with\n  scrawl train%s%s%s", run->checkpoint,
             resume_text, data, log);
    free(resume_text);
    free(data);
    free(log);
    return EXIT_TROUBLE;
}

static int start(struct run *run)
{
    if (!can_write_results(run)) return EXIT_TROUBLE;
    int status = run->settings.resume ? resume(run) : start_anew(run);
    if (status != EXIT_FINE || !run->settings.log) return status;
    run->log = training_log_open(run->settings.log, run->settings.resume != NULL);
    return run->log ? EXIT_FINE : EXIT_TROUBLE;
}

static void run_free(struct run *run)
{
    if (run->log) fclose(run->log);
    scrawl_trainer_free(run->trainer);
    scrawl_model_free(run->model);
    data_free(&run->data);
    free(run->out);
    free(run->checkpoint);
}

int command_train(int argument_count, char **arguments)
{
    int status;
    struct run run = {.settings = default_settings()};
    if (!read_settings(argument_count, arguments, &run.settings, &status)) return status;
    run.out = choose_out(&run.settings);
    run.checkpoint = format_text("%s%s", run.out, CHECKPOINT_ENDING);
    status = start(&run);
    if (status == EXIT_FINE) {
        announce(&run);
        status = train(&run) ? finish(&run) : save_checkpoint(&run);
    }
    run_free(&run);
    return status;
}
