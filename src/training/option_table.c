/* Implements option_table.h, and scrawl.h's calls by an option's name. Must not know what training does with them. */
#include "option_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pages/page.h"
#include "pages/synthesize.h"

_Static_assert(sizeof(scrawl_optimizer) == sizeof(int) && sizeof(scrawl_schedule) == sizeof(int), "held as int");

static const char *const optimizer_words[] = {[SCRAWL_ADAM] = "adam", [SCRAWL_SGD] = "sgd", NULL};
static const char *const schedule_words[] = {
    [SCRAWL_CONSTANT] = "constant", [SCRAWL_ONE_CYCLE] = "one-cycle", [SCRAWL_COSINE] = "cosine", NULL};
static const char *const switch_words[] = {"off", "on", NULL};

/* Checkpoints hold the values in the order of the struct, whatever the order here. */
static const struct training_option table[] = {
    {.shown = {.name = "epochs",
               .title = "Epochs",
               .help = "times to go through the images",
               .kind = SCRAWL_WHOLE,
               .least = 1,
               .most = SCRAWL_MAX_EPOCHS,
               .initial = 5,
               .resumable = true},
     .type = VALUE_INT,
     .place = offsetof(scrawl_training_options, epochs)},
    {.shown = {.name = "batch-size",
               .title = "Batch size",
               .help = "images per step",
               .kind = SCRAWL_WHOLE,
               .least = 1,
               .most = SCRAWL_MAX_BATCH_SIZE,
               .initial = 128},
     .type = VALUE_INT,
     .place = offsetof(scrawl_training_options, batch_size)},
    {.shown = {.name = "learning-rate",
               .title = "Learning rate",
               .help = "step size of the optimizer, the highest of a schedule",
               .kind = SCRAWL_REAL,
               .most = INFINITY,
               .above_least = true,
               .below_most = true,
               .initial = 0.001},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, learning_rate)},
    {.shown = {.name = "schedule",
               .title = "Learning rate schedule",
               .help = "how the learning rate changes over the training",
               .kind = SCRAWL_CHOICE,
               .most = SCRAWL_COSINE,
               .words = schedule_words,
               .initial = SCRAWL_CONSTANT},
     .type = VALUE_INT,
     .place = offsetof(scrawl_training_options, schedule)},
    {.shown = {.name = "optimizer",
               .title = "Optimizer",
               .help = "how weights follow gradients",
               .kind = SCRAWL_CHOICE,
               .most = SCRAWL_SGD,
               .words = optimizer_words,
               .initial = SCRAWL_ADAM},
     .type = VALUE_INT,
     .place = offsetof(scrawl_training_options, optimizer)},
    {.shown = {.name = "momentum",
               .title = "Momentum (SGD)",
               .help = "of sgd: how much of the last step goes on in the next",
               .kind = SCRAWL_REAL,
               .most = 1,
               .below_most = true,
               .initial = 0.9},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, momentum)},
    {.shown = {.name = "epsilon",
               .title = "Epsilon (Adam)",
               .help = "of adam: what keeps its steps small where gradients vanish",
               .kind = SCRAWL_REAL,
               .most = INFINITY,
               .above_least = true,
               .below_most = true,
               .initial = 1e-7},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, epsilon)},
    {.shown = {.name = "weight-decay",
               .title = "Weight decay",
               .help = "what a step takes off weights, times the learning rate",
               .kind = SCRAWL_REAL,
               .most = 1},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, weight_decay)},
    {.shown = {.name = "average",
               .title = "Averaging of weights",
               .help = "what a step keeps of the model as a running average of the weights; 0: no average",
               .kind = SCRAWL_REAL,
               .most = 1,
               .below_most = true},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, average)},
    {.shown = {.name = "dropout",
               .title = "Dropout layers",
               .help = "whether the network's dropout layers do anything",
               .kind = SCRAWL_SWITCH,
               .most = true,
               .words = switch_words,
               .initial = true},
     .type = VALUE_BOOL,
     .place = offsetof(scrawl_training_options, dropout)},
    {.shown = {.name = "label-smoothing",
               .title = "Label smoothing",
               .help = "share of certainty that is spread over all classes",
               .kind = SCRAWL_REAL,
               .most = 1,
               .below_most = true},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, label_smoothing),
     .of_images = true},
    {.shown = {.name = "epoch-share",
               .title = "Share of images in an epoch",
               .help = "share of the images for training, drawn anew for each epoch",
               .kind = SCRAWL_REAL,
               .most = 1,
               .above_least = true,
               .initial = 1},
     .type = VALUE_DOUBLE,
     .place = offsetof(scrawl_training_options, epoch_share)},
    {.shown = {.name = "validation-split",
               .title = "Validation split",
               .help = "the last fraction of the images, kept for validation",
               .kind = SCRAWL_REAL,
               .most = 1,
               .below_most = true},
     .type = VALUE_DOUBLE,
     .place = offsetof(scrawl_training_options, validation_split)},
    {.shown = {.name = "augment",
               .title = "Strength of the augmentation",
               .help = "strength of random distortions of the training images",
               .kind = SCRAWL_REAL,
               .most = 1},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, augment),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "augment-fade",
               .title = "Fading of the augmentation",
               .help = "part of that strength lost over the last fifth of the training",
               .kind = SCRAWL_REAL,
               .most = 1},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, augment_fade),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "synthetic",
               .title = "Part of synthetic images",
               .help = "part of the training images that the program writes itself",
               .kind = SCRAWL_REAL,
               .most = 1,
               .missing = !SYNTHESIZE_BUILT_IN},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, synthetic),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "unknown",
               .title = "Part of unknown images",
               .help = "part of them that show no digit, to be read as nothing",
               .kind = SCRAWL_REAL,
               .most = 1,
               .missing = !SYNTHESIZE_BUILT_IN},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, unknown),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "touching",
               .title = "Part of touching images",
               .help = "part of them made of two images that touch, whole or cut apart",
               .kind = SCRAWL_REAL,
               .most = 1},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, touching),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "pages",
               .title = "Part of boxes of pages",
               .help = "part of them cut out of pages that the program makes, with what stands around digits",
               .kind = SCRAWL_REAL,
               .most = 1,
               .missing = !PAGE_BUILT_IN},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, pages),
     .of_images = true,
     .noted = true},
    {.shown = {.name = "teacher-share",
               .title = "Teacher's share",
               .help = "how much a teacher's probabilities count, the labels the rest",
               .kind = SCRAWL_REAL,
               .most = 1,
               .above_least = true,
               .initial = 0.7},
     .type = VALUE_FLOAT,
     .place = offsetof(scrawl_training_options, teacher_share)},
    {.shown = {.name = "seed",
               .title = "Seed",
               .help = "of weights, shuffling, dropout and what is made for training",
               .kind = SCRAWL_WHOLE,
               .most = 0x1p64,
               .below_most = true,
               .initial = 1},
     .type = VALUE_UNSIGNED,
     .place = offsetof(scrawl_training_options, seed)},
    {.shown = {.name = "threads",
               .title = "Threads",
               .help = "changes the speed only; 0: one per processor",
               .kind = SCRAWL_WHOLE,
               .most = SCRAWL_MAX_THREADS,
               .resumable = true},
     .type = VALUE_INT,
     .place = offsetof(scrawl_training_options, threads)},
};
enum { OPTION_COUNT = sizeof table / sizeof *table };

/* ---- Rows ---- */

const struct training_option *training_option(size_t index)
{
    return index < OPTION_COUNT ? &table[index] : NULL;
}

const struct training_option *training_option_find(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(table[i].shown.name, name) == 0) return &table[i];
    return NULL;
}

const struct training_option *training_option_after(const struct training_option *last)
{
    const struct training_option *next = NULL;
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        const bool is_after = !last || table[i].place > last->place;
        if (is_after && (!next || table[i].place < next->place)) next = &table[i];
    }
    return next;
}

static char underscored(char letter)
{
    return letter == '-' ? '_' : letter;
}

const char *training_option_key(const char *prefix, const struct training_option *option, char key[OPTION_KEY_SIZE])
{
    size_t length = 0;
    for (const char *from = prefix; *from && length < OPTION_KEY_SIZE - 1; from++) key[length++] = *from;
    for (const char *from = option->shown.name; *from && length < OPTION_KEY_SIZE - 1; from++)
        key[length++] = underscored(*from);
    key[length] = 0;
    return key;
}

const scrawl_option *scrawl_training_option(size_t index)
{
    return index < OPTION_COUNT ? &table[index].shown : NULL;
}

/* ---- Values ---- */

double training_option_value(const struct training_option *option, const scrawl_training_options *options)
{
    const void *place = (const char *)options + option->place;
    switch (option->type) {
        case VALUE_INT:
            return *(const int *)place;
        case VALUE_BOOL:
            return *(const bool *)place;
        case VALUE_UNSIGNED:
            return (double)*(const uint64_t *)place;
        case VALUE_FLOAT:
            return (double)*(const float *)place;
        case VALUE_DOUBLE:
            return *(const double *)place;
    }
    return NAN;
}

/* A value that its type can hold. */
static void set_value(const struct training_option *option, double value, scrawl_training_options *options)
{
    void *place = (char *)options + option->place;
    switch (option->type) {
        case VALUE_INT:
            *(int *)place = (int)value;
            break;
        case VALUE_BOOL:
            *(bool *)place = value != 0;
            break;
        case VALUE_UNSIGNED:
            *(uint64_t *)place = (uint64_t)value;
            break;
        case VALUE_FLOAT:
            *(float *)place = (float)value;
            break;
        case VALUE_DOUBLE:
            *(double *)place = value;
            break;
    }
}

static bool is_real(const struct training_option *option)
{
    return option->shown.kind == SCRAWL_REAL;
}

uint64_t training_option_bits(const struct training_option *option, const scrawl_training_options *options)
{
    const double value = training_option_value(option, options);
    uint64_t bits;
    if (option->type == VALUE_UNSIGNED) return *(const uint64_t *)((const char *)options + option->place);
    if (!is_real(option)) return (uint64_t)value;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

bool training_option_set_bits(const struct training_option *option, uint64_t bits, scrawl_training_options *options)
{
    double value;
    if (option->type == VALUE_UNSIGNED) {
        *(uint64_t *)((char *)options + option->place) = bits;
        return true;
    }
    if (is_real(option))
        memcpy(&value, &bits, sizeof value);
    else if ((value = (double)bits) > option->shown.most)
        return false;
    set_value(option, value, options);
    return true;
}

/* ---- Ranges ---- */

static bool is_in_range(const struct training_option *option, double value)
{
    const scrawl_option *shown = &option->shown;
    return (shown->above_least ? value > shown->least : value >= shown->least) &&
           (shown->below_most ? value < shown->most : value <= shown->most) &&
           (is_real(option) || value == trunc(value));
}

/* The greatest that is allowed; 2^64 itself, which a seed is below, doesn't fit. */
static uint64_t greatest_whole(const scrawl_option *shown)
{
    return shown->most < 0x1p64 ? (uint64_t)shown->most - shown->below_most : UINT64_MAX;
}

/* "a whole number from 1 to 4096", "from 0 to below 1", "above 0 and finite", "off or on". */
static void append_range(struct text *text, const scrawl_option *shown)
{
    if (shown->words) {
        for (size_t i = 0; shown->words[i]; i++) {
            if (i > 0) text_append(text, shown->words[i + 1] ? ", " : " or ");
            text_append(text, shown->words[i]);
        }
        return;
    }
    if (shown->kind == SCRAWL_WHOLE) {
        text_append(text, "a whole number from ");
        text_append_unsigned(text, (uint64_t)shown->least + shown->above_least);
        text_append(text, " to ");
        text_append_unsigned(text, greatest_whole(shown));
        return;
    }
    text_append(text, shown->above_least ? "above " : "from ");
    text_append_number(text, shown->least);
    text_append(text, shown->above_least ? " and " : " to ");
    if (isinf(shown->most)) {
        text_append(text, "finite");
        return;
    }
    if (shown->below_most || shown->above_least) text_append(text, shown->below_most ? "below " : "at most ");
    text_append_number(text, shown->most);
}

static scrawl_status fail_out_of_range(const scrawl_option *shown)
{
    const char first[] = {(char)(shown->title[0] | ('a' ^ 'A')), 0}; /* the small letter */
    struct text text = {0};
    append_range(&text, shown);
    char *range = text_take(&text);
    if (!range) return fail_out_of_memory();
    scrawl_status status =
        fail(SCRAWL_INVALID_ARGUMENT, "The ", first, shown->title + 1, " must be ", range, ".", NULL);
    free(range);
    return status;
}

scrawl_status training_option_check(const struct training_option *option, const scrawl_training_options *options)
{
    const bool is_right = option->type == VALUE_UNSIGNED || is_in_range(option, training_option_value(option, options));
    return is_right ? SCRAWL_OK : fail_out_of_range(&option->shown);
}

/* ---- By name ---- */

static scrawl_status find(const char *name, const struct training_option **option)
{
    if (!name) return fail(SCRAWL_INVALID_ARGUMENT, "Say the name of a training option.", NULL);
    *option = training_option_find(name);
    return *option ? SCRAWL_OK : fail(SCRAWL_INVALID_ARGUMENT, "There is no training option \"", name, "\".", NULL);
}

scrawl_status scrawl_training_get(const scrawl_training_options *options, const char *name, double *value)
{
    const struct training_option *option;
    scrawl_status status = find(name, &option);
    if (status == SCRAWL_OK) *value = training_option_value(option, options);
    return status;
}

scrawl_status scrawl_training_set(scrawl_training_options *options, const char *name, double value)
{
    const struct training_option *option;
    scrawl_status status = find(name, &option);
    if (status != SCRAWL_OK) return status;
    if (option->type == VALUE_FLOAT) value = (double)(float)value; /* which may round up to the most */
    if (!is_in_range(option, value)) return fail_out_of_range(&option->shown);
    set_value(option, value, options);
    return SCRAWL_OK;
}

scrawl_status scrawl_training_set_whole(scrawl_training_options *options, const char *name, uint64_t value)
{
    const struct training_option *option;
    scrawl_status status = find(name, &option);
    if (status != SCRAWL_OK) return status;
    if (option->type != VALUE_UNSIGNED) return scrawl_training_set(options, name, (double)value);
    (void)training_option_set_bits(option, value, options);
    return SCRAWL_OK;
}
