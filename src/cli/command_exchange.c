/* `scrawl export` and `scrawl import`: a model to and from other programs' files. Must not know any format. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "files.h"
#include "models.h"
#include "options.h"
#include "printable.h"
#include "report.h"

static const char kinds[] =
    ".safetensors is Scrawl's own, .h5 and .keras are Keras models, .onnx is for ONNX Runtime and others.";

/* What the new file's input must be: other programs know nothing of how Scrawl makes it. */
static void print_written(const char *path, scrawl_format format, const scrawl_model *model)
{
    printf("Wrote ");
    print_printable(stdout, path, 0);
    printf(": %s, input %s.\n", model_kind_name(format),
           scrawl_model_detects(model) ? "of any size"
           : scrawl_model_normalization(model) == SCRAWL_NORMALIZE_COLUMN_L2
               ? "28 x 28 with each column scaled to length 1"
               : "28 x 28 from 0 (paper) to 1 (ink)");
}

/* normalization: what the model is said to want, or AS_THE_FILE_SAYS. */
enum { AS_THE_FILE_SAYS = -1 };
static int convert(const char *from, const char *to, scrawl_format format, int normalization)
{
    scrawl_model *model = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    if (!model_open(from, &model)) return EXIT_TROUBLE;
    int status = EXIT_TROUBLE;
    if ((normalization != AS_THE_FILE_SAYS &&
         scrawl_model_set_normalization(model, (scrawl_normalization)normalization) != SCRAWL_OK) ||
        scrawl_model_export(model, format, &bytes, &size) != SCRAWL_OK) {
        complain("%s", scrawl_error());
    } else if (!file_write(to, bytes, size)) {
        complain("%s", file_error());
    } else {
        print_written(to, format, model);
        status = EXIT_FINE;
    }
    scrawl_free(bytes);
    scrawl_model_free(model);
    return status;
}

/* Reads the two operands; false with the exit status to end with. */
static bool read_operands(const struct command_syntax *syntax, int argument_count, char **arguments, int *status)
{
    size_t count;
    if (!options_read(syntax, argument_count, arguments, &count, status)) return false;
    if (model_is_built_in(arguments[0]) || !file_is_same(arguments[0], arguments[1])) return true;
    *status = usage_error(syntax->name, "The new file would replace %s; name another one.", arguments[0]);
    return false;
}

int command_export(int argument_count, char **arguments)
{
    struct option options[] = {{0}};
    const struct command_syntax syntax = {
        .name = "export",
        .operands = "MODEL FILE",
        .purpose = "Writes a model as a file that another program opens. What kind it is, FILE's ending says.",
        .details = kinds,
        .example = "  scrawl export best digits.onnx\n",
        .options = options,
        .fewest_operands = 2,
        .most_operands = 2,
    };
    int status;
    scrawl_format format;
    if (!read_operands(&syntax, argument_count, arguments, &status)) return status;
    if (scrawl_model_format_of_name(arguments[1], &format) != SCRAWL_OK)
        return usage_error("export", "%s: %s", arguments[1], scrawl_error());
    return convert(arguments[0], arguments[1], format, AS_THE_FILE_SAYS);
}

int command_import(int argument_count, char **arguments)
{
    int normalization = AS_THE_FILE_SAYS;
    struct option options[] = {
        {.name = "normalize",
         .argument = "unit|column-l2",
         .help = "how the model's input is made of an image, where its file doesn't say: divided by 255 (the default), "
                 "or by Keras' normalize(x, axis=1)",
         .choice = &normalization,
         .choices = normalization_names},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "import",
        .operands = "FILE MODEL",
        .purpose = "Reads another program's model and writes it as a model file of Scrawl's, .safetensors, to be read "
                   "with, evaluated and trained further like any other.",
        .details = kinds,
        .example = "  scrawl import digit_recogniser_model.h5 mine.safetensors\n",
        .options = options,
        .fewest_operands = 2,
        .most_operands = 2,
    };
    int status;
    scrawl_format format;
    if (!read_operands(&syntax, argument_count, arguments, &status)) return status;
    if (scrawl_model_format_of_name(arguments[1], &format) != SCRAWL_OK || format != SCRAWL_SAFETENSORS)
        return usage_error("import",
                           "%s: A model of Scrawl's ends with .safetensors; other kinds are written by "
                           "`scrawl export`.",
                           arguments[1]);
    return convert(arguments[0], arguments[1], format, normalization);
}
