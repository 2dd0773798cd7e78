/* `scrawl eval`: how well a model reads the test images. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "command.h"
#include "data.h"
#include "models.h"
#include "options.h"
#include "output.h"
#include "printable.h"
#include "report.h"

enum { ALL_PROCESSORS = 0, LEAST_COLUMN = 6, LONGEST_COLUMN = 12 };

static double seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* confusion[actual][predicted] */
static void print_json(const scrawl_evaluation *evaluation, const size_t *confusion, size_t class_count)
{
    printf("{\"images\":%zu,\"loss\":", evaluation->images);
    print_json_number(evaluation->loss);
    printf(",\"accuracy\":");
    print_json_number(evaluation->accuracy);
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
    printf("%*s\n", LONGEST_COLUMN, "recall");
    for (size_t actual = 0; actual < class_count; actual++) {
        const size_t *row = confusion + actual * class_count;
        size_t images = 0;
        print_printable(stdout, scrawl_model_label(model, actual), strlen(corner));
        for (size_t read = 0; read < class_count; read++) {
            printf("%*zu", (int)width, row[read]);
            images += row[read];
        }
        if (images > 0)
            printf("%*.4f\n", LONGEST_COLUMN, (double)row[actual] / (double)images);
        else
            printf("%*s\n", LONGEST_COLUMN, "-");
    }
}

static void print_results(const scrawl_model *model, const scrawl_evaluation *evaluation, const size_t *confusion,
                          double elapsed)
{
    size_t class_count = scrawl_model_class_count(model), correct = 0;
    for (size_t i = 0; i < class_count; i++) correct += confusion[i * class_count + i];
    size_t errors = evaluation->images - correct;
    printf("%zu images  loss %.4f  accuracy %.4f  %zu error%s  %.0f images/s\n\n", evaluation->images, evaluation->loss,
           evaluation->accuracy, errors, errors == 1 ? "" : "s", (double)evaluation->images / elapsed);
    print_confusion(model, confusion);
}

static bool evaluate(const scrawl_model *model, const scrawl_dataset *dataset, bool json)
{
    size_t class_count = scrawl_model_class_count(model);
    size_t *confusion = allocate(class_count * class_count * sizeof *confusion);
    scrawl_evaluation evaluation;
    double start = seconds();
    bool ok = scrawl_evaluate(model, dataset, ALL_PROCESSORS, &evaluation, confusion) == SCRAWL_OK;
    if (!ok)
        complain("%s", scrawl_error());
    else if (json)
        print_json(&evaluation, confusion, class_count);
    else
        print_results(model, &evaluation, confusion, seconds() - start);
    free(confusion);
    return ok;
}

int command_eval(int argument_count, char **arguments)
{
    const char *folder = NULL;
    bool json = false;
    struct option options[] = {
        {.name = "data",
         .argument = "DIR",
         .help = "folder with the test images (default " DATA_DEFAULT_FOLDER ")",
         .text = &folder},
        {.name = "json", .help = "print one JSON object", .flag = &json},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "eval",
        .operands = "MODEL",
        .purpose = "Lets a model read all test images, and prints its loss, accuracy and confusions.",
        .details =
            "DIR holds t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte (each also .gz), or pictures as\n"
            "test/CLASS/PICTURE or CLASS/PICTURE. Pictures that can't be read are left out, and the exit status\n"
            "is 1 then.",
        .example = "  scrawl eval scrawl.safetensors\n",
        .options = options,
        .fewest_operands = 1,
        .most_operands = 1,
    };
    size_t operand_count;
    int status;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, &status)) return status;
    scrawl_model *model;
    if (!model_open(arguments[0], &model)) return EXIT_TROUBLE;
    struct data data;
    const struct data_request request = {.folder = folder, .part = DATA_TEST, .model = model};
    status = EXIT_TROUBLE;
    if (data_load(&request, &data)) {
        if (evaluate(model, data.dataset, json) && data.skipped == 0) status = EXIT_FINE;
        data_free(&data);
    }
    scrawl_model_free(model);
    return status;
}
