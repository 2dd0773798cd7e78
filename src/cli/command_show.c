/* `scrawl show`: one image of the data, drawn, as numbers, as a PNG file, and as a model reads it. */
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "data.h"
#include "draw/plot.h"
#include "draw/png_file.h"
#include "models.h"
#include "options.h"
#include "printable.h"
#include "report.h"
#include "terminal.h"

enum {
    SIDE = SCRAWL_IMAGE_SIDE,
    PIXELS = SCRAWL_IMAGE_PIXELS,
    PNG_SCALE = 10,
    BAR_WIDTH = 40,
    LABEL_WIDTH = 4,
    ONE_THREAD = 1
};

struct settings {
    const char *folder, *model, *out;
    int part, colormap, normalization;
    bool normalize, values;
};

/* ---- The image ---- */

static void print_values(const uint8_t *image, const struct settings *settings)
{
    float values[PIXELS];
    scrawl_normalize(image, (scrawl_normalization)settings->normalization, values);
    for (int row = 0; row < SIDE; row++) {
        for (int column = 0; column < SIDE; column++) {
            int i = row * SIDE + column;
            if (settings->normalize)
                printf("%s%.4f", column ? " " : "", (double)values[i]);
            else
                printf("%s%3d", column ? " " : "", image[i]);
        }
        putchar('\n');
    }
}

/* The image as it is drawn: grey[28][28], normalised when asked for, 1 becoming 255. */
static void shade(const uint8_t *image, const struct settings *settings, uint8_t grey[PIXELS])
{
    float values[PIXELS];
    scrawl_normalize(image, (scrawl_normalization)settings->normalization, values);
    for (int i = 0; i < PIXELS; i++) grey[i] = settings->normalize ? (uint8_t)(values[i] * UINT8_MAX + 0.5f) : image[i];
}

static bool write_png(const char *path, const uint8_t *rgb)
{
    uint8_t *png = NULL;
    size_t size = 0;
    bool drawn = plot_png(rgb, SIDE, SIDE, PNG_SCALE, &png, &size);
    return png_file_write(path, drawn, png, size);
}

static bool show_image(const uint8_t *image, const struct settings *settings)
{
    uint8_t grey[PIXELS], rgb[PIXELS * 3];
    if (settings->values) print_values(image, settings);
    shade(image, settings, grey);
    colormap_apply((enum colormap)settings->colormap, grey, PIXELS, rgb);
    if (settings->out) return write_png(settings->out, rgb);
    if (!settings->values) terminal_draw(terminal_style(), grey, rgb);
    return true;
}

/* ---- What the model reads ---- */

/* The first of several. */
static size_t most_probable(const float *probabilities, size_t class_count)
{
    size_t best = 0;
    for (size_t i = 1; i < class_count; i++)
        if (probabilities[i] > probabilities[best]) best = i;
    return best;
}

static bool show_reading(const scrawl_model *model, const uint8_t *image)
{
    size_t class_count = scrawl_model_class_count(model);
    float probabilities[SCRAWL_MAX_CLASSES];
    if (scrawl_predict_images(model, image, 1, ONE_THREAD, probabilities) != SCRAWL_OK) {
        complain("%s", scrawl_error());
        return false;
    }
    size_t best = most_probable(probabilities, class_count);
    printf("read as ");
    print_printable(stdout, scrawl_model_label(model, best), 0);
    printf("  (%.1f %%)\n", 100 * (double)probabilities[best]);
    for (size_t i = 0; i < class_count; i++) {
        print_printable(stdout, scrawl_model_label(model, i), LABEL_WIDTH);
        printf("  %.6f  ", (double)probabilities[i]);
        for (int k = 0; k < (int)(probabilities[i] * BAR_WIDTH + 0.5f); k++) putchar('#');
        putchar('\n');
    }
    return true;
}

/* ---- The command ---- */

static bool show(const struct settings *settings, const struct data *data, const scrawl_model *model, uint64_t index)
{
    size_t count = scrawl_dataset_count(data->dataset);
    if (index >= count) {
        complain("There is no %s image %llu: they count from 0 to %zu.", data_part_names[settings->part],
                 (unsigned long long)index, count - 1);
        return false;
    }
    const uint8_t *image = scrawl_dataset_image(data->dataset, index);
    int label = scrawl_dataset_label(data->dataset, index);
    printf("%s image %llu: ", data_part_names[settings->part], (unsigned long long)index);
    if (data->labels)
        print_printable(stdout, data->labels[label], 0);
    else
        printf("%d", label);
    putchar('\n');
    bool shown = show_image(image, settings);
    return (!model || show_reading(model, image)) && shown;
}

static int load_and_show(const struct settings *settings, uint64_t index)
{
    scrawl_model *model = NULL;
    struct data data;
    const struct data_request request = {
        .folder = settings->folder,
        .part = (enum data_part)settings->part,
        .idx_class_count = SCRAWL_MAX_CLASSES,
    };
    if (!png_file_possible("out", settings->out)) return EXIT_TROUBLE;
    if (settings->model && !model_open(settings->model, &model)) return EXIT_TROUBLE;
    bool ok = data_load(&request, &data);
    if (ok) {
        ok = show(settings, &data, model, index);
        data_free(&data);
    }
    scrawl_model_free(model);
    return ok ? EXIT_FINE : EXIT_TROUBLE;
}

/* Most of it is the table of options. NOLINTNEXTLINE(readability-function-size) */
int command_show(int argument_count, char **arguments)
{
    struct settings settings = {0};
    struct option options[] = {
        {.name = "data",
         .argument = "DIR",
         .help = "folder with the images (default " DATA_DEFAULT_FOLDER ")",
         .text = &settings.folder},
        {.name = "set",
         .argument = "train|test",
         .help = "which images (default train)",
         .choice = &settings.part,
         .choices = data_part_names},
        {.name = "model",
         .argument = "MODEL",
         .help = "also print what this model file, \"best\" or \"small\" reads",
         .text = &settings.model},
        {.name = "values",
         .help = "print the numbers, 0 paper to 255 ink, instead of drawing",
         .flag = &settings.values},
        {.name = "normalize",
         .argument = "unit|column-l2",
         .help = "show it as a network with this normalization gets it",
         .choice = &settings.normalization,
         .choices = normalization_names},
        {.name = "colormap",
         .argument = "gray|binary|viridis",
         .help = "colors (default gray: ink is white)",
         .choice = &settings.colormap,
         .choices = colormap_names},
        {.name = "out",
         .argument = "FILE.png",
         .help = "draw into this file instead of the terminal",
         .text = &settings.out},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "show",
        .operands = "INDEX",
        .purpose = "Shows one image of the data. INDEX counts from 0.",
        .example = "  scrawl show --set test --colormap binary 54\n",
        .options = options,
        .fewest_operands = 1,
        .most_operands = 1,
    };
    size_t operand_count;
    int status;
    uint64_t index;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, &status)) return status;
    if (!read_whole_number(arguments[0], UINT32_MAX, &index))
        return usage_error("show", "INDEX is a whole number from 0, not \"%s\".", arguments[0]);
    settings.normalize = option_given(options, "normalize");
    return load_and_show(&settings, index);
}
