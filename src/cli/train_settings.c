/* Implements train_settings.h. */
#include "train_settings.h"

#include <string.h>

#include "command.h"
#include "data.h"
#include "models.h"
#include "options.h"

enum { MOST_LEARNING_RATE = 1000 };

static const char *const optimizer_names[] = {"adam", "sgd", NULL};
static const char *const dropout_names[] = {"off", "on", NULL};
static const char *const schedule_names[] = {"constant", "one-cycle", "cosine", NULL};

/* What the table's options point to. */
static struct train_settings chosen;
static int dropout; /* index into dropout_names */
_Static_assert(sizeof(scrawl_optimizer) == sizeof(int) && sizeof(scrawl_schedule) == sizeof(int), "set as int");

static struct option options[] = {
    {.name = "data",
     .argument = "DIR",
     .help = "folder with the training images (default " DATA_DEFAULT_FOLDER ")",
     .text = &chosen.data},
    {.name = "arch",
     .argument = "NAME|TEXT",
     .help = "\"small\" (default), \"best\", \"fast\", \"tutorial\", or layers as a text, see below",
     .text = &chosen.architecture},
    {.name = "out",
     .argument = "FILE",
     .help = "the model file to write (default " TRAIN_DEFAULT_OUT ")",
     .text = &chosen.out},
    {.name = "preset",
     .argument = "small|best|fast|tutorial",
     .help = "proven settings, see below; what is given beside it wins",
     .text = &chosen.preset},
    {.name = "epochs",
     .argument = "N",
     .help = "times to go through the images (default 5)",
     .whole_int = &chosen.training.epochs,
     .least = 1,
     .most = SCRAWL_MAX_EPOCHS},
    {.name = "batch-size",
     .argument = "N",
     .help = "images per step (default 128)",
     .whole_int = &chosen.training.batch_size,
     .least = 1,
     .most = SCRAWL_MAX_BATCH_SIZE},
    {.name = "learning-rate",
     .argument = "X",
     .help = "step size of the optimizer, the highest of a schedule (default 0.001)",
     .real_float = &chosen.training.learning_rate,
     .above_low = true,
     .high = MOST_LEARNING_RATE},
    {.name = "schedule",
     .argument = "constant|one-cycle|cosine",
     .help = "how the learning rate changes over the run (default constant)",
     .choice = (int *)&chosen.training.schedule,
     .choices = schedule_names},
    {.name = "optimizer",
     .argument = "adam|sgd",
     .help = "how weights follow gradients (default adam)",
     .choice = (int *)&chosen.training.optimizer,
     .choices = optimizer_names},
    {.name = "momentum",
     .argument = "X",
     .help = "of sgd (default 0.9)",
     .real_float = &chosen.training.momentum,
     .high = 1},
    {.name = "weight-decay",
     .argument = "X",
     .help = "what a step takes off weights, times the learning rate (default 0)",
     .real_float = &chosen.training.weight_decay,
     .to_high = true,
     .high = 1},
    {.name = "average",
     .argument = "X",
     .help = "make the model a running average that keeps X per step (default 0: none)",
     .real_float = &chosen.training.average,
     .high = 1},
    {.name = "dropout",
     .argument = "on|off",
     .help = "whether the network's dropout layers do anything (default on)",
     .choice = &dropout,
     .choices = dropout_names},
    {.name = "label-smoothing",
     .argument = "X",
     .help = "share of certainty that is spread over all classes (default 0)",
     .real_float = &chosen.training.label_smoothing,
     .high = 1},
    {.name = "epoch-share",
     .argument = "X",
     .help = "of the images for training, drawn anew for each epoch (default 1)",
     .real = &chosen.training.epoch_share,
     .above_low = true,
     .high = 1,
     .to_high = true},
    {.name = "validation-split",
     .argument = "X",
     .help = "the last fraction of the images, kept for validation (default 0)",
     .real = &chosen.training.validation_split,
     .high = 1},
    {.name = "normalize",
     .argument = "unit|column-l2",
     .help = "divide by 255, or scale each image column to unit length (default unit)",
     .choice = &chosen.normalization,
     .choices = normalization_names},
    {.name = "augment",
     .argument = "X",
     .help = "strength of random distortions of the training images, 0 to 1 (default 0)",
     .real_float = &chosen.training.augment,
     .to_high = true,
     .high = 1},
    {.name = "augment-fade",
     .argument = "X",
     .help = "part of that strength lost over the last fifth of the run, 0 to 1 (default 0)",
     .real_float = &chosen.training.augment_fade,
     .to_high = true,
     .high = 1},
    {.name = "synthetic",
     .argument = "SHARE",
     .help = "part of the training images that the program writes itself, 0 to 1 (default 0)",
     .real_float = &chosen.training.synthetic,
     .to_high = true,
     .high = 1},
    {.name = "unknown",
     .argument = "SHARE",
     .help = "part of them that show no digit, to be read as nothing, 0 to 1 (default 0)",
     .real_float = &chosen.training.unknown,
     .to_high = true,
     .high = 1},
    {.name = "touching",
     .argument = "SHARE",
     .help = "part of them made of two images that touch, whole or cut apart, 0 to 1 (default 0)",
     .real_float = &chosen.training.touching,
     .to_high = true,
     .high = 1},
    {.name = "teacher",
     .argument = "MODEL",
     .help = "a model file, \"best\" or \"small\": train towards its probabilities as well",
     .text = &chosen.teacher},
    {.name = "teacher-share",
     .argument = "X",
     .help = "how much these count, the labels the rest; above 0 to 1 (default 0.7)",
     .real_float = &chosen.training.teacher_share,
     .above_low = true,
     .to_high = true,
     .high = 1},
    {.name = "seed",
     .argument = "N",
     .help = "of weights, shuffling, dropout and what is made for training (default 1)",
     .whole = &chosen.training.seed,
     .most = UINT64_MAX},
    {.name = "threads",
     .argument = "N",
     .help = "changes the speed only (default 0: one per processor)",
     .whole_int = &chosen.training.threads,
     .most = SCRAWL_MAX_THREADS},
    {.name = "from",
     .argument = "MODEL",
     .help = "begin with the network, weights and classes of a model file, \"best\" or \"small\"",
     .text = &chosen.from},
    {.name = "resume", .argument = "FILE", .help = "go on from a checkpoint", .text = &chosen.resume},
    {.name = "log",
     .argument = "FILE.csv",
     .help = "write a row per epoch; with --resume, add to it",
     .text = &chosen.log},
    {.name = "plot",
     .argument = "FILE.png",
     .help = "draw loss and accuracy, anew after each epoch",
     .text = &chosen.plot},
    {.name = "half", .help = "write weights in half precision, in half the bytes", .flag = &chosen.half},
    {.name = "quiet", .help = "show no progress", .flag = &chosen.quiet},
    {0},
};

static const struct command_syntax syntax = {
    .name = "train",
    .operands = "",
    .purpose = "Trains a network and writes it to a model file.",
    .details =
        "DIR holds IDX files (train-images-idx3-ubyte and train-labels-idx1-ubyte, each also .gz), or pictures as "
        "train/CLASS/PICTURE or CLASS/PICTURE; pictures that can't be read are named and left out, and the exit status "
        "is 1 then.\n"
        "TEXT is layers separated by commas, the last one with softmax:\n"
        "  conv CHANNELS KxK [stride S] [same] [relu]\n"
        "  | depthwise KxK [stride S] [same] [relu] | batchnorm [relu] | maxpool SIZE\n"
        "  | globalpool | dropout RATE | flatten | dense N [relu|softmax] | relu\n"
        "  | softmax\n"
        "--preset takes the network of its name unless --arch or --from says otherwise. fast reaches 99 % on MNIST in "
        "seconds; small and best are the settings of the models that come with Scrawl (small's had --teacher best); "
        "tutorial, with --normalize column-l2, is as the Keras tutorial trains.\n"
        "Ctrl-C saves a checkpoint to OUT" TRAIN_CHECKPOINT_ENDING
        " and ends with exit status 1; a second one stops at once. With --resume, only --epochs, --data, --out, --log, "
        "--plot, --threads, --half and --quiet can be chosen anew, and a --teacher must be given again, the same; the "
        "checkpoint is removed once the model is written.\n"
        "--from trains a finished model further, by a fresh optimizer; everything but --arch and --normalize can be "
        "chosen.\n"
        "With --resume, --plot draws the epochs before from --log FILE.csv where that holds them, and else begins with "
        "the epoch that is resumed.",
    .example = "  scrawl train --arch tutorial --epochs 10 --out tutorial.safetensors\n",
    .options = options,
};

/* The first given one of names up to a NULL; NULL when there is none. */
static const char *first_given(const char *const *names)
{
    while (*names && !option_given(options, *names)) names++;
    return *names;
}

/* A checkpoint fixes all that would make the run another one, a model what its network is. */
static bool options_agree(void)
{
    static const char *const fixed_by_checkpoint[] = {
        "weight-decay", "average",   "from",         "arch",      "preset",          "batch-size",  "learning-rate",
        "schedule",     "optimizer", "momentum",     "dropout",   "label-smoothing", "epoch-share", "validation-split",
        "normalize",    "augment",   "augment-fade", "synthetic", "unknown",         "touching",    "teacher-share",
        "seed",         NULL};
    static const char *const fixed_by_model[] = {"arch", "normalize", NULL};
    const char *wrong;
    if (chosen.resume && (wrong = first_given(fixed_by_checkpoint)))
        usage_error("train", "--resume goes on with what the checkpoint says: --%s can't be changed.", wrong);
    else if (chosen.from && (wrong = first_given(fixed_by_model)))
        usage_error("train", "--from begins with the model's own network: --%s can't be changed.", wrong);
    else if (option_given(options, "teacher-share") && !chosen.teacher)
        usage_error("train", "--teacher-share belongs to --teacher.");
    else if (option_given(options, "momentum") && chosen.training.optimizer != SCRAWL_SGD)
        usage_error("train", "--momentum belongs to --optimizer sgd.");
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
    dropout = training->dropout;
}

bool train_settings_read(int argument_count, char **arguments, struct train_settings *settings, int *status)
{
    size_t operand_count;
    scrawl_training_options training = scrawl_training_default();
    set_defaults(scrawl_model_default().architecture, &training);
    if (!options_read(&syntax, argument_count, arguments, &operand_count, status)) return false;
    if (chosen.preset) {
        if (scrawl_training_preset(chosen.preset, &training) != SCRAWL_OK) {
            *status = usage_error("train", "%s", scrawl_error());
            return false;
        }
        set_defaults(chosen.preset, &training);
        /* Once more, so that what is given beside the preset wins wherever it stands. */
        if (!options_read(&syntax, argument_count, arguments, &operand_count, status)) return false;
    }
    chosen.training.dropout = dropout;
    chosen.epochs_given = option_given(options, "epochs");
    *settings = chosen;
    *status = EXIT_USAGE;
    return options_agree();
}
