/* Implements train_settings.h. */
#include "train_settings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "data.h"
#include "models.h"
#include "options.h"
#include "report.h"

/* What the own options point to. */
static struct train_settings chosen;

/* Those that are none of the library's training options, each with the one of these that it stands before in the help;
 * NULL: after all of them. */
static const struct {
    const char *before;
    struct option option;
} own_options[] = {
    {"epochs",
     {.name = "data",
      .argument = "DIR",
      .help = "folder with the training images (default " DATA_DEFAULT_FOLDER ")",
      .text = &chosen.data}},
    {"epochs",
     {.name = "arch",
      .argument = "NAME|TEXT",
      .help = "\"small\" (default), \"best\", \"fast\", \"tutorial\", \"finder\", or layers as a text, see below",
      .text = &chosen.architecture}},
    {"epochs",
     {.name = "out",
      .argument = "FILE",
      .help = "the model file to write (default " TRAIN_DEFAULT_OUT ")",
      .text = &chosen.out}},
    {"epochs",
     {.name = "preset",
      .argument = "small|best|fast|tutorial|finder",
      .help = "proven settings, see below; what is given beside it wins",
      .text = &chosen.preset}},
    {"augment",
     {.name = "normalize",
      .argument = "unit|column-l2",
      .help = "divide by 255, or scale each image column to unit length (default unit)",
      .choice = &chosen.normalization,
      .choices = normalization_names}},
    {"teacher-share",
     {.name = "teacher",
      .argument = "MODEL",
      .help = "a model file, \"best\" or \"small\": train towards its probabilities as well",
      .text = &chosen.teacher}},
    {NULL,
     {.name = "from",
      .argument = "MODEL",
      .help = "begin with the network, weights and classes of a model file, \"best\" or \"small\"",
      .text = &chosen.from}},
    {NULL, {.name = "resume", .argument = "FILE", .help = "go on from a checkpoint", .text = &chosen.resume}},
    {NULL,
     {.name = "log",
      .argument = "FILE.csv",
      .help = "write a row per epoch; with --resume, add to it",
      .text = &chosen.log}},
    {NULL,
     {.name = "plot",
      .argument = "FILE.png",
      .help = "draw loss and accuracy, anew after each epoch",
      .text = &chosen.plot}},
    {NULL, {.name = "half", .help = "write weights in half precision, in half the bytes", .flag = &chosen.half}},
    {NULL,
     {.name = "int8",
      .help = "write weights as whole numbers of 8 bits, in about a quarter of the bytes",
      .flag = &chosen.int8}},
    {NULL, {.name = "quiet", .help = "show no progress", .flag = &chosen.quiet}},
};
enum { OWN_COUNT = sizeof own_options / sizeof *own_options };

/* ---- The library's options as those of a command line ---- */

enum { TEXT_SIZE = 256, PART_SIZE = 64 }; /* bytes, longer than any option's help, its range and its default */

/* Where the value of a library's option goes, and its texts. */
struct training_value {
    uint64_t whole;
    double real;
    int choice;
    char argument[TEXT_SIZE], help[TEXT_SIZE];
};

static struct option *options;        /* up to one without a name; they live as long as the program */
static struct training_value *values; /* of the library's options, by their index there */

/* "N", "X", "on|off", "constant|one-cycle|cosine" */
static void write_argument(const scrawl_option *shown, char text[TEXT_SIZE])
{
    size_t length = 0;
    if (!shown->words) snprintf(text, TEXT_SIZE, "%s", shown->kind == SCRAWL_WHOLE ? "N" : "X");
    if (shown->kind == SCRAWL_SWITCH) snprintf(text, TEXT_SIZE, "%s|%s", shown->words[true], shown->words[false]);
    if (shown->kind != SCRAWL_CHOICE) return;
    for (size_t i = 0; shown->words[i] && length < TEXT_SIZE; i++)
        length += (size_t)snprintf(text + length, TEXT_SIZE - length, "%s%s", i ? "|" : "", shown->words[i]);
}

static const double exact_whole_end = 0x1p53; /* beyond it no range is told, only refused */

/* "images per step (1 to 4096, default 128)" */
static void write_help(const scrawl_option *shown, char text[TEXT_SIZE])
{
    const char *above = shown->above_least ? "above " : "", *below = shown->below_most ? "below " : "";
    char range[PART_SIZE] = "", initial[PART_SIZE];
    if (isinf(shown->most))
        snprintf(range, sizeof range, "%s%g, ", above, shown->least);
    else if (!shown->words && shown->most < exact_whole_end)
        snprintf(range, sizeof range, "%s%g to %s%g, ", above, shown->least, below, shown->most);
    if (shown->words)
        snprintf(initial, sizeof initial, "%s", shown->words[(size_t)shown->initial]);
    else
        snprintf(initial, sizeof initial, "%g", shown->initial);
    snprintf(text, TEXT_SIZE, "%s (%sdefault %s)", shown->help, range, initial);
}

static struct option training_option(const scrawl_option *shown, struct training_value *value)
{
    struct option option = {.name = shown->name, .argument = value->argument, .help = value->help};
    write_argument(shown, value->argument);
    write_help(shown, value->help);
    if (shown->words) {
        option.choice = &value->choice;
        option.choices = shown->words;
    } else if (shown->kind == SCRAWL_WHOLE) {
        option.whole = &value->whole;
    } else {
        option.real = &value->real;
    }
    return option;
}

/* Appends the own options that stand before the one of that name. */
static struct option *append_own(struct option *next, const char *before)
{
    for (size_t i = 0; i < OWN_COUNT; i++) {
        const char *place = own_options[i].before;
        if (place == before || (place && before && strcmp(place, before) == 0)) *next++ = own_options[i].option;
    }
    return next;
}

static void list_options(void)
{
    const scrawl_option *shown;
    size_t count = 0;
    while (scrawl_training_option(count)) count++;
    options = allocate((count + OWN_COUNT + 1) * sizeof *options);
    values = allocate(count * sizeof *values);
    struct option *next = options;
    for (size_t i = 0; (shown = scrawl_training_option(i)); i++) {
        next = append_own(next, shown->name);
        *next++ = training_option(shown, &values[i]);
    }
    append_own(next, NULL);
}

/* Sets what was given; false after a complaint. */
static bool set_given(scrawl_training_options *training)
{
    const scrawl_option *shown;
    for (size_t i = 0; (shown = scrawl_training_option(i)); i++) {
        if (!option_given(options, shown->name)) continue;
        scrawl_status status =
            shown->kind == SCRAWL_WHOLE
                ? scrawl_training_set_whole(training, shown->name, values[i].whole)
                : scrawl_training_set(training, shown->name, shown->words ? values[i].choice : values[i].real);
        if (status == SCRAWL_OK) continue;
        usage_error("train", "--%s can't be \"%s\": %s", shown->name, option_said(options, shown->name),
                    scrawl_error());
        return false;
    }
    return true;
}

/* ---- The command's arguments ---- */

static struct command_syntax syntax = {
    .name = "train",
    .operands = "",
    .purpose = "Trains a network and writes it to a model file.",
    .details =
        "DIR holds IDX files (train-images-idx3-ubyte and train-labels-idx1-ubyte, each also .gz), or train.csv (a row "
        "per "
        "image: label, 784 pixels; the file itself will do too), or pictures as "
        "train/CLASS/PICTURE or CLASS/PICTURE; pictures that can't be read are named and left out, and the exit status "
        "is 1 then.\n"
        "TEXT is layers separated by commas, the last one with softmax:\n"
        "  conv CHANNELS KxK [stride S] [same] [relu]\n"
        "  | depthwise KxK [stride S] [same] [relu] | batchnorm [relu] | maxpool SIZE\n"
        "  | globalpool | dropout RATE | flatten | dense N [relu|softmax] | relu\n"
        "  | softmax | keep NAME | add NAME [relu] | upsample FACTOR\n"
        "A detector of digits on pages begins with \"input any 2\" and ends with \"detection\".\n"
        "--preset takes the network of its name unless --arch or --from says otherwise. fast reaches 99 % on MNIST in "
        "seconds; small and best are the settings of the models that come with Scrawl (small's had --teacher best); "
        "tutorial, with --normalize column-l2, is as the Keras tutorial trains; finder trains the detector that comes "
        "with Scrawl, on pages that are made of the images.\n"
        "While it trains, OUT" TRAIN_CHECKPOINT_ENDING " holds a checkpoint, written at each epoch and every two "
        "minutes: what is killed goes on from there. Ctrl-C saves it and ends with exit status 1; a second one stops "
        "at once. With --resume, only --epochs, --data, --out, --log, --plot, --threads, --half, --int8 and --quiet "
        "can be chosen anew, and a --teacher must be given again, the same; the checkpoint is removed once the model "
        "is written.\n"
        "Under mpirun or srun, processes train one network together, to the same bytes as one alone, where `make mpi` "
        "or "
        "the package scrawl-mpi is there; --threads is of each, and 0 its share of the processors that the launcher "
        "lets "
        "it use (mpirun: see --bind-to). The first one writes and tells. When one dies all end, and the checkpoint "
        "goes "
        "on with any number of them.\n"
        "--from trains a finished model further, by a fresh optimizer; everything but --arch and --normalize can be "
        "chosen.\n"
        "With --resume, --plot draws the epochs before from --log FILE.csv where that holds them, and else begins with "
        "the epoch that is resumed.",
    .example = "  scrawl train --arch tutorial --epochs 10 --out tutorial.safetensors\n",
};

/* The first given one of names up to a NULL; NULL when there is none. */
static const char *first_given(const char *const *names)
{
    while (*names && !option_given(options, *names)) names++;
    return *names;
}

/* The first given one that would make a training that is resumed another one; NULL when there is none. */
static const char *first_fixed_by_checkpoint(void)
{
    static const char *const own[] = {"from", "arch", "preset", "normalize", NULL};
    const scrawl_option *shown;
    for (size_t i = 0; (shown = scrawl_training_option(i)); i++)
        if (!shown->resumable && option_given(options, shown->name)) return shown->name;
    return first_given(own);
}

/* A checkpoint fixes all that would make the training another one, a model what its network is. */
static bool options_agree(void)
{
    static const char *const fixed_by_model[] = {"arch", "normalize", NULL};
    const bool by_sgd = chosen.training.optimizer == SCRAWL_SGD;
    const char *wrong;
    if (chosen.resume && (wrong = first_fixed_by_checkpoint()))
        usage_error("train", "--resume goes on with what the checkpoint says: --%s can't be changed.", wrong);
    else if (chosen.from && (wrong = first_given(fixed_by_model)))
        usage_error("train", "--from begins with the model's own network: --%s can't be changed.", wrong);
    else if (option_given(options, "teacher-share") && !chosen.teacher)
        usage_error("train", "--teacher-share belongs to --teacher.");
    else if (chosen.half && chosen.int8)
        usage_error("train", "--half and --int8 are two ways to write weights: give one of them.");
    else if (option_given(options, "momentum") && !by_sgd)
        usage_error("train", "--momentum belongs to --optimizer sgd.");
    else if (option_given(options, "epsilon") && by_sgd)
        usage_error("train", "--epsilon belongs to --optimizer adam.");
    else
        return true;
    return false;
}

static void set_defaults(const char *architecture, const scrawl_training_options *training)
{
    chosen = (struct train_settings){
        .architecture = architecture,
        .normalization = scrawl_model_default().normalization,
        .training = *training,
    };
}

bool train_settings_read(int argument_count, char **arguments, struct train_settings *settings, int *status)
{
    size_t operand_count;
    scrawl_training_options training = scrawl_training_default();
    set_defaults(scrawl_model_default().architecture, &training);
    list_options();
    syntax.options = options;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, status)) return false;
    if (chosen.preset) {
        if (scrawl_training_preset(chosen.preset, &training) != SCRAWL_OK) {
            *status = usage_error("train", "%s", scrawl_error());
            return false;
        }
        set_defaults(chosen.preset, &training);
        /* Once more, so that an --arch beside the preset wins wherever it stands. */
        if (!options_read(&syntax, argument_count, arguments, &operand_count, status)) return false;
    }
    *status = EXIT_USAGE;
    if (!set_given(&chosen.training)) return false;
    chosen.epochs_given = option_given(options, "epochs");
    *settings = chosen;
    return options_agree();
}
