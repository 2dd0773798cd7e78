/* `scrawl eval`: how well a model reads the test images, in numbers and in pictures. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "data.h"
#include "draw/confusion.h"
#include "draw/mistakes.h"
#include "draw/png_file.h"
#include "files.h"
#include "models.h"
#include "options.h"
#include "output.h"
#include "printable.h"
#include "progress.h"
#include "ranks.h"
#include "report.h"

enum { PART = 1024 /* images read between two looks at the clock */ };
enum { LEAST_COLUMN = 6, LONGEST_COLUMN = 12, RECALL_COLUMN = 8 }; /* characters; ten digits fill 80 */

struct settings {
    const char *model, *folder, *confusion, *mistakes; /* NULL where not given */
    bool json;
    uint64_t threads;
};

/* ---- Numbers ---- */

static void print_json(const scrawl_evaluation *evaluation)
{
    const size_t *confusion = evaluation->confusion, class_count = evaluation->class_count;
    printf("{\"images\":%zu,\"loss\":", evaluation->images);
    print_json_number(stdout, evaluation->loss);
    printf(",\"accuracy\":");
    print_json_number(stdout, evaluation->accuracy);
    printf(",\"calibration_error\":");
    print_json_number(stdout, evaluation->calibration_error);
    printf(",\"confusion\":[");
    for (size_t actual = 0; actual < class_count; actual++) {
        printf("%s[", actual ? "," : "");
        for (size_t read = 0; read < class_count; read++)
            printf("%s%zu", read ? "," : "", confusion[actual * class_count + read]);
        putchar(']');
    }
    printf("]}\n");
}

static size_t column_width(const scrawl_model *model)
{
    size_t width = LEAST_COLUMN;
    for (size_t i = 0; i < scrawl_model_class_count(model); i++) {
        size_t length = printable_width(scrawl_model_label(model, i)) + 1;
        if (length > width) width = length;
    }
    return width < LONGEST_COLUMN ? width : LONGEST_COLUMN;
}

static void print_confusion(const scrawl_model *model, const size_t *confusion)
{
    static const char corner[] = "is \\ read as";
    size_t class_count = scrawl_model_class_count(model);
    size_t width = column_width(model);
    printf("%s", corner);
    for (size_t i = 0; i < class_count; i++) print_printable(stdout, scrawl_model_label(model, i), width);
    printf("%*s\n", RECALL_COLUMN, "recall");
    for (size_t actual = 0; actual < class_count; actual++) {
        const size_t *row = confusion + actual * class_count;
        size_t images = 0;
        print_printable(stdout, scrawl_model_label(model, actual), strlen(corner));
        for (size_t read = 0; read < class_count; read++) {
            printf("%*zu", (int)width, row[read]);
            images += row[read];
        }
        if (images > 0)
            printf("%*.4f\n", RECALL_COLUMN, (double)row[actual] / (double)images);
        else
            printf("%*s\n", RECALL_COLUMN, "-");
    }
}

static void print_results(const scrawl_model *model, const scrawl_evaluation *evaluation, double seconds)
{
    printf("%zu images  loss %.4f  accuracy %.4f  %zu error%s  %.0f images/s\n", evaluation->images, evaluation->loss,
           evaluation->accuracy, evaluation->errors, evaluation->errors == 1 ? "" : "s",
           (double)evaluation->images / seconds);
    printf("calibration error %.4f (%d bins)\n\n", evaluation->calibration_error, (int)SCRAWL_CALIBRATION_BINS);
    print_confusion(model, evaluation->confusion);
}

/* ---- Pictures ---- */

static bool write_confusion(const struct settings *settings, const scrawl_model *model,
                            const scrawl_evaluation *evaluation)
{
    uint8_t *png = NULL;
    size_t size = 0;
    if (!settings->confusion) return true;
    bool drawn = draw_confusion(settings->model, model, evaluation, &png, &size);
    return png_file_write(settings->confusion, drawn, png, size);
}

static bool write_mistakes(const struct settings *settings, const scrawl_model *model, const scrawl_dataset *dataset,
                           const scrawl_evaluation *evaluation)
{
    uint8_t *png = NULL;
    size_t size = 0;
    if (!settings->mistakes) return true;
    bool drawn = draw_mistakes(settings->model, model, dataset, evaluation, &png, &size);
    return png_file_write(settings->mistakes, drawn, png, size);
}

/* ---- The command ---- */

static scrawl_status read_part(const scrawl_dataset *dataset, scrawl_evaluator *evaluator)
{
    const size_t done = scrawl_evaluator_result(evaluator)->images, left = scrawl_dataset_count(dataset) - done;
    return scrawl_evaluator_read(evaluator, scrawl_dataset_image(dataset, done), left < PART ? left : PART);
}

/* Reads all images, with a bar on a terminal, and says how long that took. */
static scrawl_status read_all(const scrawl_dataset *dataset, scrawl_evaluator *evaluator, double *seconds)
{
    const scrawl_evaluation *evaluation = scrawl_evaluator_result(evaluator);
    scrawl_status status = SCRAWL_OK;
    struct count_view view;
    count_start(&view, "Reading", "images", evaluation->total);
    view.terminal = view.terminal && ranks_is_first();
    while (evaluation->images < evaluation->total && (status = read_part(dataset, evaluator)) == SCRAWL_OK)
        count_show(&view, evaluation->images, "");
    *seconds = count_seconds(&view);
    count_clear(&view);
    return status;
}

static bool show_results(const struct settings *settings, const scrawl_model *model, const scrawl_dataset *dataset,
                         const scrawl_evaluation *evaluation, double seconds)
{
    if (settings->json)
        print_json(evaluation);
    else
        print_results(model, evaluation, seconds);
    bool confusion_written = write_confusion(settings, model, evaluation);
    bool mistakes_written = write_mistakes(settings, model, dataset, evaluation);
    return confusion_written && mistakes_written;
}

static bool evaluate(const struct settings *settings, const scrawl_model *model, const scrawl_dataset *dataset)
{
    scrawl_evaluator *evaluator = NULL;
    const uint8_t *labels = scrawl_dataset_labels(dataset);
    const size_t count = scrawl_dataset_count(dataset);
    double seconds = 0;
    scrawl_status status = scrawl_evaluator_create(model, labels, count, (int)settings->threads, &evaluator);
    if (status == SCRAWL_OK && ranks()) status = scrawl_evaluator_share(evaluator, ranks());
    if (status == SCRAWL_OK) status = read_all(dataset, evaluator, &seconds);
    if (status != SCRAWL_OK) complain("%s", scrawl_error());
    bool fine = status == SCRAWL_OK;
    if (fine && ranks_is_first())
        fine = show_results(settings, model, dataset, scrawl_evaluator_result(evaluator), seconds);
    scrawl_evaluator_free(evaluator);
    return fine;
}

static bool can_write_pictures(const struct settings *settings)
{
    return png_file_possible("confusion", settings->confusion) && png_file_possible("mistakes", settings->mistakes);
}

static int load_and_evaluate(const struct settings *settings)
{
    scrawl_model *model;
    struct data data;
    int status = EXIT_TROUBLE;
    if (ranks_any(ranks_is_first() && !can_write_pictures(settings))) return status;
    if (!model_open(settings->model, &model)) return status;
    const struct data_request request = {
        .folder = settings->folder, .part = DATA_TEST, .model = model, .threads = (int)settings->threads};
    if (data_load(&request, &data)) {
        if (evaluate(settings, model, data.dataset) && data.skipped == 0) status = EXIT_FINE;
        data_free(&data);
    }
    scrawl_model_free(model);
    return status;
}

static const char details[] =
    "MODEL is a model file, or \"best\" or \"small\", which are built in.\n"
    "DIR holds t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (each also .gz), or test.csv (a row per "
    "image: label, 784 pixels; the file itself will do too), or pictures as test/CLASS/PICTURE or "
    "CLASS/PICTURE. Pictures that can't be read are left out, and the exit status is 1 then.\n"
    "The calibration error says how far confidence is from being right: images are sorted into 15 bins by "
    "their confidence, and it is the mean difference between the bins' mean confidence and their accuracy, "
    "weighted by images (expected calibration error, 0 to 1). At 0, 90 % of what is read with 90 % confidence "
    "is right.\n"
    "--mistakes shows what each image is, what it was read as, how confidently, and its number, with which "
    "`scrawl show --set test` shows it too.\n"
    "Under mpirun or srun, processes share the images, to the same figures: see `scrawl train -h`.";

int command_eval(int argument_count, char **arguments)
{
    struct settings settings = {0};
    struct option options[] = {
        {.name = "data",
         .argument = "DIR",
         .help = "folder with the test images (default " DATA_DEFAULT_FOLDER ")",
         .text = &settings.folder},
        {.name = "json", .help = "print one JSON object", .flag = &settings.json},
        {.name = "confusion",
         .argument = "FILE.png",
         .help = "draw the confusion matrix into this file",
         .text = &settings.confusion},
        {.name = "mistakes",
         .argument = "FILE.png",
         .help = "draw the misread images, 200 at most, into this file",
         .text = &settings.mistakes},
        {.name = "threads",
         .argument = "N",
         .help = "changes the speed only; 0 (default): one per processor",
         .whole = &settings.threads},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "eval",
        .operands = "MODEL",
        .purpose = "Lets a model read all test images, and prints its loss, accuracy and confusions.",
        .details = details,
        .example = "  scrawl eval my.safetensors --confusion matrix.png --mistakes misread.png\n",
        .options = options,
        .fewest_operands = 1,
        .most_operands = 1,
    };
    size_t operand_count;
    int status;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, &status)) return status;
    if (!option_fits(&syntax, "threads", SCRAWL_MAX_THREADS)) return EXIT_USAGE;
    if (settings.confusion && settings.mistakes && file_is_same(settings.confusion, settings.mistakes))
        return usage_error("eval", "--confusion and --mistakes need two files, not %s for both.", settings.confusion);
    settings.model = arguments[0];
    settings.threads = (uint64_t)ranks_threads((int)settings.threads);
    return load_and_evaluate(&settings);
}
