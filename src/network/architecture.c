/* Implements architecture.h: from the text to the table, and its first weights. Knows no pass. */
#include "architecture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/text.h"
#include "layers/detection.h"
#include "layers/layers.h"
#include "shapes.h"

/* ---- Architecture text ----------------------------------------------------------------------------------------- */

enum {
    MAX_WORDS = 8, /* of one layer's text */
    MAX_CHANNELS = 4096,
    MAX_KERNEL = 31,           /* rows or columns */
    MAX_ACTIVATIONS = 1 << 22, /* values of all layers' outputs for one image, of a new table */
    DIGIT_CLASSES = 10,
};

static const double most_dropout = 0.999; /* values that stay are divided by 1 less the rate */

/* Named architectures end with a layer that gives them their classes, and detectors some more values. */
static const struct ending {
    const char *before, *after;
    size_t more;
} classifying = {"dense ", " softmax", 0}, detecting = {"conv ", " 1x1, detection", DETECTION_CLASSES};

static const struct {
    const char *name, *body;
    const struct ending *ending;
} named_architectures[] = {
    {"fast",
     "conv 16 3x3 relu, conv 16 3x3 relu, maxpool 2, conv 32 3x3 relu, conv 32 3x3 relu, maxpool 2, "
     "dropout 0.25, flatten, dense 64 relu, dropout 0.25, ",
     &classifying},
    {"small",
     "conv 16 3x3 relu, conv 24 3x3 relu, maxpool 2, batchnorm, conv 48 3x3 same relu, conv 48 3x3 same relu, "
     "maxpool 2, batchnorm, dropout 0.1, conv 64 3x3 same relu, batchnorm, dropout 0.2, flatten, ",
     &classifying},
    {"best",
     "conv 32 3x3 relu, conv 32 3x3 relu, maxpool 2, batchnorm, dropout 0.1, conv 64 3x3 same relu, batchnorm, "
     "conv 64 3x3 same relu, maxpool 2, batchnorm, dropout 0.2, conv 128 3x3 same relu, batchnorm, "
     "conv 128 3x3 same relu, batchnorm, dropout 0.4, flatten, ",
     &classifying},
    {"tutorial", "conv 32 3x3 relu, conv 64 3x3 relu, maxpool 2, dropout 0.25, flatten, dense 256 relu, dropout 0.5, ",
     &classifying},
    /* Residual blocks (He et al. 2016) at an eighth of the resolution, and back to a quarter beside a skip. */
    {"finder",
     "input any 2, conv 16 3x3 stride 2 same, batchnorm relu, conv 32 3x3 stride 2 same, batchnorm relu, "
     "keep quarter, conv 64 3x3 stride 2 same, batchnorm relu, keep first, conv 64 3x3 same, batchnorm relu, "
     "conv 64 3x3 same, batchnorm, add first relu, keep second, conv 64 3x3 same, batchnorm relu, "
     "conv 64 3x3 same, batchnorm, add second relu, conv 32 1x1, batchnorm, upsample 2, add quarter relu, "
     "conv 32 3x3 same, batchnorm relu, ",
     &detecting},
};
enum { NAMED_COUNT = sizeof named_architectures / sizeof *named_architectures };

const char *scrawl_architecture_name(size_t index)
{
    return index < NAMED_COUNT ? named_architectures[index].name : NULL;
}

static char *expand_name(const char *text, size_t class_count)
{
    struct text expanded = {0};
    for (size_t i = 0; i < NAMED_COUNT; i++) {
        if (strcmp(text, named_architectures[i].name) != 0) continue;
        text_append(&expanded, named_architectures[i].body);
        const struct ending *ending = named_architectures[i].ending;
        text_append(&expanded, ending->before);
        text_append_unsigned(&expanded, class_count + ending->more);
        text_append(&expanded, ending->after);
        return text_take(&expanded);
    }
    text_append(&expanded, text);
    return text_take(&expanded);
}

struct word {
    const char *start;
    size_t length;
};

/* One layer's text, cut into words; what is wrong with it is said by fail_layer. */
struct layer_text {
    const struct network *network; /* the layers before it */
    const char *start;
    size_t length, number; /* counted from 1 */
    struct word words[MAX_WORDS];
    size_t word_count;
};

static scrawl_status fail_layer(const struct layer_text *text, const char *what)
{
    enum { QUOTED = 60 };
    char quoted[QUOTED + 1], number[NUMBER_TEXT_SIZE];
    size_t length = text->length < QUOTED ? text->length : QUOTED;
    memcpy(quoted, text->start, length);
    quoted[length] = 0;
    return fail(SCRAWL_INVALID_ARCHITECTURE, "Layer ", unsigned_text(text->number, number), " of the architecture, \"",
                quoted, "\": ", what, NULL);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(const struct word *word, const char *text)
{
    return strlen(text) == word->length && memcmp(word->start, text, word->length) == 0;
}

static scrawl_status split_words(struct layer_text *text)
{
    const char *next = text->start, *end = text->start + text->length;
    for (;;) {
        while (next < end && is_space(*next)) next++;
        if (next == end) break;
        if (text->word_count == MAX_WORDS) return fail_layer(text, "has too many words.");
        struct word *word = &text->words[text->word_count++];
        word->start = next;
        while (next < end && !is_space(*next)) next++;
        word->length = (size_t)(next - word->start);
    }
    return text->word_count ? SCRAWL_OK : fail_layer(text, "is empty; name a layer between the commas.");
}

/* The number in word `index`, from 1 to `most`; 0 when it is missing or something else. */
static size_t whole_number(const struct layer_text *text, size_t index, size_t most)
{
    uint64_t value;
    if (index >= text->word_count) return 0;
    if (!parse_unsigned(text->words[index].start, text->words[index].length, &value)) return 0;
    return value <= most ? (size_t)value : 0;
}

/* "3x5" */
static bool kernel_size(const struct word *word, size_t *rows, size_t *columns)
{
    const char *cross = memchr(word->start, 'x', word->length);
    uint64_t a, b;
    if (!cross || !parse_unsigned(word->start, (size_t)(cross - word->start), &a)) return false;
    if (!parse_unsigned(cross + 1, word->length - (size_t)(cross + 1 - word->start), &b)) return false;
    if (a < 1 || a > MAX_KERNEL || b < 1 || b > MAX_KERNEL) return false;
    *rows = (size_t)a;
    *columns = (size_t)b;
    return true;
}

/* The words after a layer's numbers. */
static scrawl_status parse_flags(const struct layer_text *text, size_t first, struct layer *layer)
{
    bool may_stride = layer->stride > 0;
    for (size_t i = first; i < text->word_count; i++) {
        const struct word *word = &text->words[i];
        if (layer->stride && is_word(word, "same") && !layer->same)
            layer->same = true;
        else if (may_stride && is_word(word, "stride") && whole_number(text, i + 1, MAX_KERNEL)) {
            layer->stride = whole_number(text, ++i, MAX_KERNEL);
            may_stride = false;
        } else if (is_word(word, "relu") && layer->activation == ACTIVATION_NONE)
            layer->activation = ACTIVATION_RELU;
        else if (layer->kind == LAYER_DENSE && is_word(word, "softmax") && layer->activation == ACTIVATION_NONE)
            layer->activation = ACTIVATION_SOFTMAX;
        else
            return fail_layer(text, "has a word that doesn't belong there.");
    }
    return SCRAWL_OK;
}

/* The words of a convolution from its kernel on. */
static scrawl_status parse_kernel(const struct layer_text *text, size_t first, const char *usage, struct layer *layer)
{
    layer->stride = 1;
    if (first >= text->word_count || !kernel_size(&text->words[first], &layer->kernel_rows, &layer->kernel_columns))
        return fail_layer(text, usage);
    return parse_flags(text, first + 1, layer);
}

static scrawl_status parse_conv(const struct layer_text *text, struct layer *layer)
{
    static const char usage[] =
        "write \"conv CHANNELS ROWSxCOLUMNS\", with 1 to 4096 channels and a kernel up to 31x31.";
    layer->output.channels = whole_number(text, 1, MAX_CHANNELS);
    if (!layer->output.channels) return fail_layer(text, usage);
    return parse_kernel(text, 2, usage, layer);
}

static scrawl_status parse_depthwise(const struct layer_text *text, struct layer *layer)
{
    return parse_kernel(text, 1, "write \"depthwise ROWSxCOLUMNS\", with a kernel up to 31x31.", layer);
}

/* For layers without numbers and flags. */
static scrawl_status expect_alone(const struct layer_text *text)
{
    return text->word_count == 1 ? SCRAWL_OK : fail_layer(text, "takes nothing more.");
}

static scrawl_status parse_maxpool(const struct layer_text *text, struct layer *layer)
{
    layer->pool = whole_number(text, 1, MAX_KERNEL);
    if (!layer->pool || text->word_count != 2) return fail_layer(text, "write \"maxpool SIZE\".");
    return SCRAWL_OK;
}

static scrawl_status parse_upsample(const struct layer_text *text, struct layer *layer)
{
    layer->factor = whole_number(text, 1, MAX_KERNEL);
    return layer->factor && text->word_count == 2 ? SCRAWL_OK : fail_layer(text, "write \"upsample FACTOR\".");
}

static scrawl_status parse_input(const struct layer_text *text, struct layer *layer)
{
    const size_t planes = whole_number(text, 2, MAX_CHANNELS);
    if (text->network->layer_count > 0) return fail_layer(text, "must be the first layer.");
    if (!planes || text->word_count != 3 || !is_word(&text->words[1], "any"))
        return fail_layer(text, "write \"input any PLANES\".");
    layer->input = layer->output = (struct shape){NETWORK_ANY_SIDE, NETWORK_ANY_SIDE, planes};
    return SCRAWL_OK;
}

/* The keep layer of that name, or the number of layers. */
static size_t find_kept(const struct network *network, const struct word *name)
{
    size_t i = 0;
    for (; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        const bool same = layer->name_length == name->length && memcmp(layer->name, name->start, name->length) == 0;
        if (layer->kind == LAYER_KEEP && same) break;
    }
    return i;
}

static scrawl_status parse_keep(const struct layer_text *text, struct layer *layer)
{
    const struct word *name = &text->words[1];
    if (text->word_count != 2 || name->length > NETWORK_MOST_NAME_LENGTH)
        return fail_layer(text, "write \"keep NAME\", with a name of up to 32 letters.");
    if (find_kept(text->network, name) < text->network->layer_count)
        return fail_layer(text, "that name is taken by a layer before.");
    layer->name = name->start;
    layer->name_length = name->length;
    return SCRAWL_OK;
}

static scrawl_status parse_add(const struct layer_text *text, struct layer *layer)
{
    if (text->word_count < 2) return fail_layer(text, "write \"add NAME\", with a name that a layer before keeps.");
    layer->source = find_kept(text->network, &text->words[1]);
    if (layer->source == text->network->layer_count) return fail_layer(text, "no layer before it keeps that name.");
    layer->name = text->network->layers[layer->source].name;
    layer->name_length = text->network->layers[layer->source].name_length;
    return parse_flags(text, 2, layer);
}

static scrawl_status parse_detection(const struct layer_text *text, struct layer *layer)
{
    const struct shape *input = &text->network->input;
    if (!text->network->any_size) return fail_layer(text, "needs \"input any PLANES\" as the first layer.");
    if (layer->input.rows * DETECTION_CELL != input->rows || layer->input.columns * DETECTION_CELL != input->columns)
        return fail_layer(text, "needs a cell for every 4 x 4 pixels of the input.");
    return expect_alone(text);
}

static scrawl_status parse_batchnorm(const struct layer_text *text, struct layer *layer)
{
    return parse_flags(text, 1, layer);
}

static scrawl_status parse_dropout(const struct layer_text *text, struct layer *layer)
{
    double rate;
    if (text->word_count != 2 || !parse_number(text->words[1].start, text->words[1].length, &rate) ||
        !(rate >= 0 && rate <= most_dropout))
        return fail_layer(text, "write \"dropout RATE\", with a rate from 0 to 0.999.");
    layer->rate = (float)rate;
    return SCRAWL_OK;
}

static scrawl_status parse_flatten(const struct layer_text *text, struct layer *layer)
{
    (void)layer;
    if (text->network->any_size) return fail_layer(text, "needs an input of a fixed size.");
    return expect_alone(text);
}

static scrawl_status parse_dense(const struct layer_text *text, struct layer *layer)
{
    size_t outputs = whole_number(text, 1, MAX_CHANNELS);
    if (!outputs) return fail_layer(text, "write \"dense OUTPUTS\", with 1 to 4096 outputs.");
    if (layer->input.rows != 1 || layer->input.columns != 1)
        return fail_layer(text, "put \"flatten\" before the first dense layer.");
    layer->output = (struct shape){1, 1, outputs};
    return parse_flags(text, 2, layer);
}

static scrawl_status parse_alone(const struct layer_text *text, struct layer *layer)
{
    (void)layer;
    return expect_alone(text);
}

static scrawl_status parse_activation(const struct layer_text *text, struct layer *layer)
{
    if (layer->kind == LAYER_SOFTMAX) layer->activation = ACTIVATION_SOFTMAX;
    return expect_alone(text);
}

static scrawl_status (*const layer_parsers[LAYER_KIND_COUNT])(const struct layer_text *, struct layer *) = {
    [LAYER_CONV] = parse_conv,           [LAYER_MAXPOOL] = parse_maxpool,
    [LAYER_DROPOUT] = parse_dropout,     [LAYER_FLATTEN] = parse_flatten,
    [LAYER_DENSE] = parse_dense,         [LAYER_RELU] = parse_activation,
    [LAYER_SOFTMAX] = parse_activation,  [LAYER_BATCHNORM] = parse_batchnorm,
    [LAYER_DEPTHWISE] = parse_depthwise, [LAYER_GLOBALPOOL] = parse_alone,
    [LAYER_INPUT] = parse_input,         [LAYER_UPSAMPLE] = parse_upsample,
    [LAYER_KEEP] = parse_keep,           [LAYER_ADD] = parse_add,
    [LAYER_DETECTION] = parse_detection,
};

/* The words of a layer to its kind, numbers and shapes. */
static scrawl_status parse_layer(const struct layer_text *text, struct layer *layer)
{
    size_t kind = 0;
    while (kind < LAYER_KIND_COUNT && !is_word(&text->words[0], layer_names[kind])) kind++;
    if (kind == LAYER_KIND_COUNT)
        return fail_layer(text,
                          "is no layer; there are conv, depthwise, maxpool, globalpool, batchnorm, dropout, "
                          "flatten, dense, relu, softmax, input, upsample, keep, add and detection, and for a whole "
                          "network the names fast, small, best, tutorial and finder.");
    layer->kind = (enum layer_kind)kind;
    scrawl_status status = layer_parsers[kind](text, layer);
    if (status != SCRAWL_OK) return status;
    const char *wrong = shape_output(text->network->layers, layer);
    if (wrong || !shape_parameters(layer)) return fail_layer(text, wrong ? wrong : "makes the network too large.");
    return SCRAWL_OK;
}

static scrawl_status add_layer(const struct layer_text *text, struct network *network)
{
    if (network->layer_count == NETWORK_MAX_LAYERS) return fail_layer(text, "is one layer too many; 64 is the most.");
    struct layer *previous = network->layer_count ? &network->layers[network->layer_count - 1] : NULL;
    if (previous && previous->activation == ACTIVATION_SOFTMAX)
        return fail_layer(text, "comes after softmax, which must be the end.");
    if (previous && previous->kind == LAYER_DETECTION)
        return fail_layer(text, "comes after detection, which must be the end.");
    struct layer layer = {.input = previous ? previous->output : network->input};
    layer.output = layer.input;
    scrawl_status status = parse_layer(text, &layer);
    if (status != SCRAWL_OK) return status;
    if (layer.kind == LAYER_INPUT) network->any_size = true, network->input = layer.input;
    layer.weight_offset = network->parameter_count;
    layer.bias_offset = layer.weight_offset + layer.weight_count;
    layer.statistic_offset = layer.bias_offset + layer.bias_count;
    network->parameter_count = layer.statistic_offset + layer.statistic_count;
    size_t activations = shape_size(layer.output);
    for (size_t i = 0; i < network->layer_count; i++) activations += shape_size(network->layers[i].output);
    if (activations > MAX_ACTIVATIONS || network->parameter_count > MOST_PARAMETERS)
        return fail_layer(text, "makes the network too large.");
    network->layers[network->layer_count++] = layer;
    return SCRAWL_OK;
}

static scrawl_status build_table(struct network *network)
{
    const char *next = network->text;
    for (size_t number = 1; next; number++) {
        const char *comma = strchr(next, ',');
        struct layer_text text = {.network = network, .start = next, .number = number};
        text.length = comma ? (size_t)(comma - next) : strlen(next);
        while (text.length && is_space(*text.start)) text.start++, text.length--;
        scrawl_status status = split_words(&text);
        if (status == SCRAWL_OK) status = add_layer(&text, network);
        if (status != SCRAWL_OK) return status;
        next = comma ? comma + 1 : NULL;
    }
    return SCRAWL_OK;
}

bool network_detects(const struct network *network)
{
    return network->layer_count > 0 && network->layers[network->layer_count - 1].kind == LAYER_DETECTION;
}

/* What the last layer must be. */
static scrawl_status check_last(const struct network *network)
{
    const struct layer *last = &network->layers[network->layer_count - 1];
    char classes[NUMBER_TEXT_SIZE];
    if (network_detects(network)) return SCRAWL_OK;
    if (network->any_size)
        return fail(SCRAWL_INVALID_ARCHITECTURE, "An architecture that begins with \"input\" must end with ",
                    "\"detection\".", NULL);
    if (last->activation == ACTIVATION_SOFTMAX && last->output.rows == 1 && last->output.columns == 1) return SCRAWL_OK;
    return fail(
        SCRAWL_INVALID_ARCHITECTURE, "The architecture must end with softmax over a vector, for example \"dense ",
        unsigned_text(network->class_count ? network->class_count : DIGIT_CLASSES, classes), " softmax\".", NULL);
}

/* Where the number of classes was left to the text, takes it from there: a detector's cells have more values than one
 * for each class. */
static scrawl_status check_end(struct network *network)
{
    const size_t outputs = network->layers[network->layer_count - 1].output.channels;
    const size_t more = network_detects(network) ? DETECTION_CLASSES : 0;
    char output_text[NUMBER_TEXT_SIZE], wanted[NUMBER_TEXT_SIZE];
    scrawl_status status = check_last(network);
    if (status != SCRAWL_OK) return status;
    if (!network->class_count && outputs > more) network->class_count = outputs - more;
    if (network->class_count < 2 || network->class_count > SCRAWL_MAX_CLASSES)
        return fail(SCRAWL_INVALID_ARCHITECTURE, "The architecture must have from 2 to 256 outputs",
                    more ? " more than 5." : ".", NULL);
    if (outputs == network->class_count + more) return SCRAWL_OK;
    return fail(SCRAWL_INVALID_ARCHITECTURE, "The architecture has ", unsigned_text(outputs, output_text),
                " outputs, but there are ", unsigned_text(network->class_count, wanted),
                more ? " classes, which need 5 more." : " classes.", NULL);
}

scrawl_status network_create(const char *text, size_t class_count, struct network *network)
{
    struct network built = {.input = {SCRAWL_IMAGE_SIDE, SCRAWL_IMAGE_SIDE, 1}, .class_count = class_count};
    if (class_count == 1 || class_count > SCRAWL_MAX_CLASSES)
        return fail(SCRAWL_INVALID_ARGUMENT, "There must be from 2 to 256 classes.", NULL);
    built.text = expand_name(text, class_count ? class_count : DIGIT_CLASSES);
    if (!built.text) return fail_out_of_memory();
    built.text_owned = true;
    scrawl_status status = build_table(&built);
    if (status == SCRAWL_OK) status = check_end(&built);
    if (status == SCRAWL_OK)
        *network = built;
    else
        network_free(&built);
    return status;
}

struct network network_borrow(const struct network *owner)
{
    struct network borrowed = *owner;
    borrowed.text_owned = false;
    return borrowed;
}

static scrawl_status fail_size(size_t rows, size_t columns, const char *why)
{
    char row_text[NUMBER_TEXT_SIZE], column_text[NUMBER_TEXT_SIZE];
    return fail(SCRAWL_INVALID_ARGUMENT, "The network takes no input of ", unsigned_text(rows, row_text), " x ",
                unsigned_text(columns, column_text), ": ", why, NULL);
}

scrawl_status network_resize(const struct network *owner, size_t rows, size_t columns, struct network *resized)
{
    struct network network = network_borrow(owner);
    const bool fits = rows > 0 && columns > 0 && rows <= NETWORK_MOST_SIDE && columns <= NETWORK_MOST_SIDE;
    if (!owner->any_size) return fail_size(rows, columns, "its size is fixed.");
    if (!fits) return fail_size(rows, columns, "sides are from 1 to 32768 pixels.");
    network.input.rows = rows;
    network.input.columns = columns;
    for (size_t i = 0; i < network.layer_count; i++) {
        struct layer *layer = &network.layers[i];
        layer->input = i == 0 ? network.input : layer[-1].output;
        const char *wrong = shape_output(network.layers, layer);
        if (wrong) return fail_size(rows, columns, wrong);
    }
    *resized = network;
    return SCRAWL_OK;
}

void network_free(struct network *network)
{
    if (network->text_owned) free(network->text);
    *network = (struct network){0};
}

/* ---- Weights ---------------------------------------------------------------------------------------------------- */

static void initialize_layer(const struct layer *layer, struct random random, float *weights)
{
    if (layer->kind == LAYER_BATCHNORM) {
        const size_t channels = layer->output.channels;
        for (size_t i = 0; i < channels; i++) /* gamma and the moving variance; beta and the mean begin at zero */
            weights[i] = weights[layer->statistic_offset - layer->weight_offset + channels + i] = 1;
        return;
    }
    size_t places = layer->stride ? layer->kernel_rows * layer->kernel_columns : 1, inputs = layer->input.channels;
    size_t outputs = layer->kind == LAYER_DEPTHWISE ? 1 : layer->output.channels; /* as Keras counts them */
    float limit = sqrtf(6.0f / (float)(places * (inputs + outputs)));
    for (size_t i = 0; i < layer->weight_count; i++) weights[i] = limit * (2 * random_uniform(&random) - 1);
}

void network_initialize(const struct network *network, uint64_t seed, float *parameters)
{
    memset(parameters, 0, network->parameter_count * sizeof *parameters);
    for (size_t i = 0; i < network->layer_count; i++) {
        const struct layer *layer = &network->layers[i];
        if (layer->weight_count)
            initialize_layer(layer, random_stream(seed, RANDOM_WEIGHTS, i, 0), parameters + layer->weight_offset);
    }
    const struct layer *last = &network->layers[network->layer_count - 1];
    if (network_detects(network) && network->layer_count > 1 && last[-1].bias_count)
        parameters[last[-1].bias_offset + DETECTION_CENTRE] = DETECTION_FIRST_CENTRE;
}
