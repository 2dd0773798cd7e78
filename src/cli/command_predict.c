/* `scrawl predict`: the digits in picture files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "draw/explanation.h"
#include "draw/png_file.h"
#include "files.h"
#include "folder_names.h"
#include "models.h"
#include "options.h"
#include "output.h"
#include "printable.h"
#include "report.h"

struct settings {
    const char *model, *finder, *explain;
    bool json, single;
};

/* ---- JSON ---- */

/* Whether labels are the numbers of their classes, so that "digit" says it all. */
static bool labels_are_numbers(const scrawl_model *model)
{
    bool numbers = true;
    for (size_t i = 0; i < scrawl_model_class_count(model); i++) {
        char *number = format_text("%zu", i);
        numbers = numbers && strcmp(number, scrawl_model_label(model, i)) == 0;
        free(number);
    }
    return numbers;
}

static void print_json_digit(const scrawl_digit *digit, size_t class_count, bool with_label)
{
    printf("{\"digit\":%d,", digit->class_index);
    if (with_label) {
        printf("\"label\":");
        print_json_text(digit->label);
        putchar(',');
    }
    printf("\"confidence\":");
    print_json_number(digit->confidence);
    printf(",\"doubtful\":%s,\"beside_left_out\":%s", digit->doubtful ? "true" : "false",
           digit->beside_left_out ? "true" : "false");
    printf(",\"probabilities\":[");
    for (size_t i = 0; i < class_count; i++) {
        if (i > 0) putchar(',');
        print_json_number(digit->probabilities[i]);
    }
    printf("],\"x\":%d,\"y\":%d,\"width\":%d,\"height\":%d,", digit->x, digit->y, digit->width, digit->height);
    printf("\"line\":%d,\"space_before\":%s}", digit->line, digit->space_before ? "true" : "false");
}

static void print_json_reading(const char *path, const scrawl_model *model, const scrawl_reading *reading)
{
    bool with_label = !labels_are_numbers(model);
    printf("{\"file\":");
    print_json_text(path);
    printf(",\"text\":");
    print_json_text(reading->text);
    printf(",\"digits\":[");
    for (size_t i = 0; i < reading->digit_count; i++) {
        if (i > 0) putchar(',');
        print_json_digit(&reading->digits[i], scrawl_model_class_count(model), with_label);
    }
    printf("]}\n");
}

static void print_json_error(const char *path, const char *sentence)
{
    printf("{\"file\":");
    print_json_text(path);
    printf(",\"error\":");
    print_json_text(sentence);
    printf("}\n");
}

/* ---- Text ---- */

static void print_path(const char *path, const char *what)
{
    print_printable(stdout, path, 0);
    printf(": %s", what);
}

static void print_line(const char *path, const scrawl_digit *digits, size_t count)
{
    print_path(path, "");
    for (size_t i = 0; i < count; i++) {
        print_printable(stdout, digits[i].label, 0);
        if (digits[i].doubtful) putchar('?');
    }
    printf("  (");
    for (size_t i = 0; i < count; i++) printf("%s%.1f %%", i > 0 ? " " : "", 100 * (double)digits[i].confidence);
    printf(")\n");
}

/* The text's lines, each with its digits' confidences and a ? behind each doubtful one:
 * "page.png: 20?24  (99.8 % 47.1 % 99.9 % 98.0 %)". */
static void print_reading(const char *path, const scrawl_reading *reading)
{
    const scrawl_digit *digits = reading->digits;
    if (reading->digit_count == 0) print_path(path, "no digits found\n");
    for (size_t first = 0, end; first < reading->digit_count; first = end) {
        for (end = first + 1; end < reading->digit_count && digits[end].line == digits[first].line;) end++;
        print_line(path, digits + first, end - first);
    }
}

/* ---- Which pictures ---- */

/* A picture that was named, or is in a folder that was. */
struct picture_file {
    char *path; /* "-" stands for standard input */
    bool in_folder;
};

/* Starts as {0}. */
struct picture_list {
    struct picture_file *items;
    size_t count, capacity;
};

/* Takes over the path. */
static void list_add(struct picture_list *list, char *path, bool in_folder)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? 2 * list->capacity : 16;
        struct picture_file *items = allocate(list->capacity * sizeof *items);
        if (list->count > 0) memcpy(items, list->items, list->count * sizeof *items);
        free(list->items);
        list->items = items;
    }
    list->items[list->count++] = (struct picture_file){path, in_folder};
}

static void list_free(struct picture_list *list)
{
    for (size_t i = 0; i < list->count; i++) free(list->items[i].path);
    free(list->items);
}

/* A folder with nothing in it is complained about and false. */
static bool list_add_folder(struct picture_list *list, const char *folder)
{
    struct folder_names names = {0};
    bool ok = folder_names(folder, false, &names);
    if (ok && names.count == 0) complain("%s holds no picture. Name the folder that does.", folder);
    for (size_t i = 0; i < names.count; i++) list_add(list, path_join(folder, names.items[i]), true);
    ok = ok && names.count > 0;
    folder_names_free(&names);
    return ok;
}

/* False when one of the folders gave nothing; the others count all the same. */
static bool list_pictures(char **operands, size_t count, struct picture_list *list)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        if (file_is_folder(operands[i]))
            ok = list_add_folder(list, operands[i]) && ok;
        else
            list_add(list, format_text("%s", operands[i]), false);
    }
    return ok;
}

/* ---- One picture after the other ---- */

static bool read_picture_file(const struct picture_file *picture, struct bytes *bytes)
{
    if (picture->in_folder) return file_read_in_folder(picture->path, bytes);
    return strcmp(picture->path, "-") == 0 ? file_read_standard_input(bytes) : file_read(picture->path, bytes);
}

static void report_failure(const char *path, const char *sentence, bool sentence_names_path, bool json)
{
    if (json)
        print_json_error(path, sentence);
    else if (sentence_names_path)
        complain("%s", sentence);
    else
        complain("%s: %s", path, sentence);
}

static bool write_explanation(const char *path, const char *sheet, const scrawl_model *model,
                              const scrawl_reading *reading)
{
    uint8_t *png = NULL;
    size_t size = 0;
    bool drawn = draw_explanation(path, model, reading, &png, &size);
    return png_file_write(sheet, drawn, png, size);
}

static bool predict(const struct picture_file *picture, const scrawl_model *model, const scrawl_model *finder,
                    const struct settings *settings)
{
    const char *path = picture->path;
    struct bytes bytes;
    scrawl_reading *reading;
    scrawl_predict_options options = scrawl_predict_default();
    options.single = settings->single;
    options.explain = settings->explain != NULL;
    options.finder = finder;
    if (!read_picture_file(picture, &bytes)) {
        report_failure(path, file_error(), true, settings->json);
        return false;
    }
    scrawl_status status = scrawl_predict_picture(model, bytes.data, bytes.size, &options, &reading);
    free(bytes.data);
    if (status != SCRAWL_OK) {
        report_failure(path, scrawl_error(), false, settings->json);
        return false;
    }
    if (settings->json)
        print_json_reading(path, model, reading);
    else
        print_reading(path, reading);
    bool ok = !settings->explain || write_explanation(path, settings->explain, model, reading);
    scrawl_reading_free(reading);
    return ok;
}

/* Before anything is read; otherwise complains, and *status is what to end with. */
static bool may_explain(const char *sheet, const struct picture_list *pictures, int *status)
{
    if (pictures->count != 1) {
        *status = usage_error("predict", "--explain draws one picture, and these are %zu.", pictures->count);
        return false;
    }
    if (file_is_same(sheet, pictures->items[0].path)) {
        *status = usage_error("predict", "--explain needs a file of its own, not the picture %s itself.", sheet);
        return false;
    }
    *status = EXIT_TROUBLE;
    return png_file_possible("explain", sheet);
}

static int predict_all(const struct picture_list *pictures, const struct settings *settings)
{
    scrawl_model *model = NULL, *finder = NULL;
    int status = EXIT_FINE;
    if (!model_open(settings->model, &model) || !finder_open(settings->finder, model, &finder)) {
        scrawl_model_free(model);
        return EXIT_TROUBLE;
    }
    for (size_t i = 0; i < pictures->count; i++) {
        if (!predict(&pictures->items[i], model, finder, settings)) status = EXIT_TROUBLE;
        if (!output_flush()) break;
    }
    scrawl_model_free(finder);
    scrawl_model_free(model);
    return status;
}

int command_predict(int argument_count, char **arguments)
{
    struct settings settings = {0};
    struct option options[] = {
        {.name = "model",
         .argument = "MODEL",
         .help = "model file, or \"best\" (default) or \"small\", which are built in",
         .text = &settings.model},
        {.name = "finder",
         .argument = "FINDER",
         .help = "model file that finds digits, or \"none\"; a built-in one unless given",
         .text = &settings.finder},
        {.name = "json", .help = "print one JSON object per picture and line", .flag = &settings.json},
        {.name = "single", .help = "read the whole picture as one digit", .flag = &settings.single},
        {.name = "explain",
         .argument = "FILE.png",
         .help = "draw how the one PICTURE was read, stage by stage",
         .text = &settings.explain},
        {0},
    };
    const struct command_syntax syntax = {
        .name = "predict",
        .operands = "PICTURE...",
        .purpose =
            "Finds and reads the digits in pictures: PNG, JPEG, BMP, GIF or PNM (PBM too). A PICTURE of - is standard "
            "input.",
        .details = "A PICTURE that is a folder stands for the pictures in it, without those in folders of its own.\n"
                   "A ? follows each digit that may be another, or none. A picture that can't be read is reported, the "
                   "others are read, and the exit status is 1 then.",
        .example = "  scrawl predict --json page.jpg | jq -r .text\n"
                   "  scrawl predict --explain stages.png page.jpg\n",
        .options = options,
        .fewest_operands = 1,
        .most_operands = SIZE_MAX,
    };
    size_t operand_count;
    int status;
    if (!options_read(&syntax, argument_count, arguments, &operand_count, &status)) return status;
    struct picture_list pictures = {0};
    bool all_there = list_pictures(arguments, operand_count, &pictures);
    if (!settings.explain || may_explain(settings.explain, &pictures, &status))
        status = predict_all(&pictures, &settings);
    list_free(&pictures);
    return all_there || status != EXIT_FINE ? status : EXIT_TROUBLE;
}
