/* `scrawl summary`: a network's layers as a table. */
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "models.h"
#include "options.h"
#include "printable.h"
#include "report.h"

enum { SHAPE_SIZE = 64, NUMBER_SIZE = 32, GROUP = 3, LAYER_WIDTH = 26, SHAPE_WIDTH = 18, PARAMETERS_WIDTH = 12 };

/* "1199882" as "1,199,882". */
static const char *grouped(size_t number, char text[NUMBER_SIZE])
{
    char digits[NUMBER_SIZE];
    int length = snprintf(digits, sizeof digits, "%zu", number);
    char *next = text;
    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % GROUP == 0) *next++ = ',';
        *next++ = digits[i];
    }
    *next = 0;
    return text;
}

static void print_row(const char *layer, const char *shape, const char *parameters)
{
    printf("%-*s%-*s%*s\n", LAYER_WIDTH, layer, SHAPE_WIDTH, shape, PARAMETERS_WIDTH, parameters);
}

static void print_rule(char character)
{
    for (int i = 0; i < LAYER_WIDTH + SHAPE_WIDTH + PARAMETERS_WIDTH; i++) putchar(character);
    putchar('\n');
}

static void print_layer(const scrawl_model *model, size_t index)
{
    scrawl_layer layer;
    char name[SHAPE_SIZE], shape[SHAPE_SIZE], parameters[NUMBER_SIZE];
    if (scrawl_model_layer(model, index, &layer) != SCRAWL_OK) return;
    snprintf(name, sizeof name, "%zu  %s%s%s", index, layer.kind, layer.activation[0] ? " " : "", layer.activation);
    if (layer.rows == 1 && layer.columns == 1)
        snprintf(shape, sizeof shape, "%zu", layer.channels);
    else
        snprintf(shape, sizeof shape, "%zu x %zu x %zu", layer.rows, layer.columns, layer.channels);
    print_row(name, shape, grouped(layer.parameter_count, parameters));
}

static void print_origin(const scrawl_model *model)
{
    static const char *const keys[] = {"trained_epochs", "trained_images"};
    if (scrawl_model_detects(model))
        printf("Input: any size, shapes are for 128 x 128\nClasses:");
    else
        printf("Input: 28 x 28 x 1, normalization %s\nClasses:",
               normalization_names[scrawl_model_normalization(model)]);
    for (size_t i = 0; i < scrawl_model_class_count(model); i++) {
        putchar(' ');
        print_printable(stdout, scrawl_model_label(model, i), 0);
    }
    putchar('\n');
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const char *value = scrawl_model_metadata(model, keys[i]);
        if (!value) continue;
        printf("%s: ", keys[i]);
        print_printable(stdout, value, 0);
        putchar('\n');
    }
}

/* kind: of the file, NULL without one. */
static void print_summary(const scrawl_model *model, const char *kind)
{
    char total[NUMBER_SIZE];
    print_printable(stdout, scrawl_model_architecture(model), 0);
    printf("\n\n");
    print_row("Layer", "Output shape", "Parameters");
    print_rule('=');
    for (size_t i = 0; i < scrawl_model_layer_count(model); i++) print_layer(model, i);
    print_rule('=');
    print_row("Total", "", grouped(scrawl_model_parameter_count(model), total));
    putchar('\n');
    if (kind) printf("File: %s\n", kind);
    print_origin(model);
}

static int create(const char *architecture, scrawl_model **model)
{
    scrawl_model_options options = scrawl_model_default();
    options.architecture = architecture;
    scrawl_status status = scrawl_model_create(&options, model);
    if (status == SCRAWL_OK) return EXIT_FINE;
    if (status != SCRAWL_OUT_OF_MEMORY) return usage_error("summary", "--arch can't be built: %s", scrawl_error());
    complain("%s", scrawl_error());
    return EXIT_TROUBLE;
}

int command_summary(int argument_count, char **arguments)
{
    const char *architecture = NULL;
    struct option options[] = {
        {.name = "arch", .argument = "NAME|TEXT", .help = "an architecture instead of a model", .text = &architecture},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "summary",
        .operands = "[MODEL]",
        .purpose = "Prints the layers of a model: output shapes and parameters.",
        .details = "MODEL is a model file, of Scrawl's or another program's (`scrawl import -h`), or \"best\" "
                   "(default) or \"small\", which are built in.\n"
                   "Architectures: \"small\", \"best\", \"fast\", \"tutorial\", \"finder\", or a text such as\n"
                   "  \"conv 8 3x3 relu, maxpool 2, dropout 0.25, flatten, dense 10 softmax\"",
        .example = "  scrawl summary --arch tutorial\n",
        .options = options,
        .most_operands = 1,
    };
    size_t operand_count;
    int status;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, &status)) return status;
    if (operand_count > 0 && architecture) return usage_error("summary", "Pass a MODEL or --arch, not both.");
    scrawl_model *model = NULL;
    scrawl_format format;
    const char *path = operand_count > 0 ? arguments[0] : NULL;
    status = EXIT_FINE;
    if (architecture)
        status = create(architecture, &model);
    else if (!model_open_kind(path, &model, &format))
        status = EXIT_TROUBLE;
    const bool is_file = path && !model_is_built_in(path);
    if (status == EXIT_FINE) print_summary(model, is_file ? model_kind_name(format) : NULL);
    scrawl_model_free(model);
    return status;
}
