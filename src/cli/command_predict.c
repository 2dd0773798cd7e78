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
#include "ordered_jobs.h"
#include "output.h"
#include "printable.h"
#include "report.h"

struct settings {
    const char *model, *finder, *explain;
    bool json, single;
    uint64_t threads;
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

/* ---- Some pictures together ---- */

enum {
    MOST_TOGETHER = 8,
    TOGETHER_BYTES = 1 << 20, /* of all their files but the last */
    PARTS_OF_THREAD = 16,     /* at least, where fewer are read together for that: so that all threads end at once */
};

/* What all pictures are read with. */
struct prediction {
    const struct settings *settings;
    const struct picture_list *pictures;
    size_t together;              /* pictures of one job */
    scrawl_model *model, *finder; /* the latter NULL without one */
    scrawl_predict_options options;
    int status; /* of those that were taken so far: enum exit_status */
};

/* Starts as {0}. */
struct outcome {
    scrawl_reading *reading; /* NULL: it failed */
    char *sentence;          /* why; NULL: without even memory for that */
    bool sentence_names_path;
    bool in_turn; /* it is read only when all before it are taken */
};

static bool read_picture_file(const struct picture_file *picture, struct bytes *bytes)
{
    if (picture->in_folder) return file_read_in_folder(picture->path, bytes);
    return strcmp(picture->path, "-") == 0 ? file_read_standard_input(bytes) : file_read(picture->path, bytes);
}

/* What is read but once, and may wait for somebody: two of them may be one, as two times "-". */
static bool is_stream(const struct picture_file *picture)
{
    return !picture->in_folder && (strcmp(picture->path, "-") == 0 || file_is_device_or_pipe(picture->path));
}

/* Files that are read together, and where what comes of each belongs. Starts as {0}. */
struct gathered {
    struct bytes files[MOST_TOGETHER];
    struct outcome *outcomes[MOST_TOGETHER];
    size_t count, bytes;
};

/* Those that can't be read together are read by themselves, which says why. */
static void read_gathered(const struct prediction *prediction, struct gathered *gathered)
{
    const scrawl_predict_options *options = &prediction->options;
    const void *bytes[MOST_TOGETHER];
    size_t sizes[MOST_TOGETHER];
    scrawl_reading *readings[MOST_TOGETHER] = {NULL};
    for (size_t i = 0; i < gathered->count; i++) {
        bytes[i] = gathered->files[i].data;
        sizes[i] = gathered->files[i].size;
    }
    if (gathered->count > 1)
        scrawl_predict_pictures(prediction->model, gathered->count, bytes, sizes, options, readings);
    for (size_t i = 0; i < gathered->count; i++) {
        struct outcome *outcome = gathered->outcomes[i];
        outcome->reading = readings[i];
        if (!outcome->reading &&
            scrawl_predict_picture(prediction->model, bytes[i], sizes[i], options, &outcome->reading) != SCRAWL_OK)
            outcome->sentence = strdup(scrawl_error());
        free(gathered->files[i].data);
    }
    *gathered = (struct gathered){0};
}

/* outcome: zeroed. */
static void gather(const struct picture_file *picture, struct gathered *gathered, struct outcome *outcome)
{
    struct bytes *file = &gathered->files[gathered->count];
    outcome->sentence_names_path = !read_picture_file(picture, file);
    if (outcome->sentence_names_path) {
        outcome->sentence = strdup(file_error());
        return;
    }
    gathered->bytes += file->size;
    gathered->outcomes[gathered->count++] = outcome;
}

static void read_in_turn(const struct prediction *prediction, const struct picture_file *picture,
                         struct outcome *outcome)
{
    struct gathered gathered = {0};
    *outcome = (struct outcome){0};
    gather(picture, &gathered, outcome);
    read_gathered(prediction, &gathered);
}

static void drop_outcomes(void *result)
{
    struct outcome *outcomes = result;
    for (size_t i = 0; i < MOST_TOGETHER; i++) {
        scrawl_reading_free(outcomes[i].reading);
        free(outcomes[i].sentence);
    }
}

static void report_failure(const char *path, const struct outcome *outcome, bool json)
{
    const char *sentence = outcome->sentence ? outcome->sentence : scrawl_status_text(SCRAWL_OUT_OF_MEMORY);
    if (json)
        print_json_error(path, sentence);
    else if (outcome->sentence && outcome->sentence_names_path)
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

/* Prints what came of a picture. */
static bool show_outcome(const struct prediction *prediction, const char *path, const struct outcome *outcome)
{
    const struct settings *settings = prediction->settings;
    if (!outcome->reading) {
        report_failure(path, outcome, settings->json);
        return false;
    }
    if (settings->json)
        print_json_reading(path, prediction->model, outcome->reading);
    else
        print_reading(path, outcome->reading);
    return !settings->explain || write_explanation(path, settings->explain, prediction->model, outcome->reading);
}

/* ---- All pictures: read on several threads, shown in order ---- */

/* The first of a job's pictures, and behind its last. */
static size_t first_of(const struct prediction *prediction, size_t job)
{
    const size_t first = job * prediction->together;
    return first < prediction->pictures->count ? first : prediction->pictures->count;
}

static void perform_readings(void *context, size_t job, void *result)
{
    const struct prediction *prediction = context;
    const size_t first = first_of(prediction, job), end = first_of(prediction, job + 1);
    struct outcome *outcomes = result;
    struct gathered gathered = {0};
    for (size_t i = first; i < end; i++) {
        const struct picture_file *picture = &prediction->pictures->items[i];
        outcomes[i - first].in_turn = is_stream(picture);
        if (!outcomes[i - first].in_turn) gather(picture, &gathered, &outcomes[i - first]);
        if (gathered.bytes > TOGETHER_BYTES) read_gathered(prediction, &gathered);
    }
    read_gathered(prediction, &gathered);
}

static bool take_readings(void *context, size_t job, void *result)
{
    struct prediction *prediction = context;
    const size_t first = first_of(prediction, job), end = first_of(prediction, job + 1);
    struct outcome *outcomes = result;
    bool go_on = true;
    for (size_t i = first; i < end; i++) {
        const struct picture_file *picture = &prediction->pictures->items[i];
        struct outcome *outcome = &outcomes[i - first];
        if (outcome->in_turn) {
            go_on = output_flush(); /* for as long as it waits */
            if (!go_on) break;
            read_in_turn(prediction, picture, outcome);
        }
        if (!show_outcome(prediction, picture->path, outcome)) prediction->status = EXIT_TROUBLE;
    }
    drop_outcomes(outcomes);
    return output_flush() && go_on;
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

/* As many as keep all threads busy to the end. */
static size_t read_together(size_t pictures, int threads)
{
    const size_t most = pictures / (PARTS_OF_THREAD * ordered_jobs_threads(threads));
    return most < 1 ? 1 : most < MOST_TOGETHER ? most : MOST_TOGETHER;
}

/* One picture is read by all threads, several by one each. */
static int predict_all(const struct picture_list *pictures, const struct settings *settings)
{
    struct prediction prediction = {.settings = settings, .pictures = pictures, .options = scrawl_predict_default()};
    if (!model_open(settings->model, &prediction.model) ||
        !finder_open(settings->finder, prediction.model, &prediction.finder)) {
        scrawl_model_free(prediction.model);
        return EXIT_TROUBLE;
    }
    prediction.options.single = settings->single;
    prediction.options.explain = settings->explain != NULL;
    prediction.options.finder = prediction.finder;
    prediction.options.threads = pictures->count > 1 ? 1 : (int)settings->threads;
    prediction.together = read_together(pictures->count, (int)settings->threads);
    const struct ordered_jobs jobs = {
        .count = (pictures->count + prediction.together - 1) / prediction.together,
        .threads = (int)settings->threads,
        .result_size = MOST_TOGETHER * sizeof(struct outcome),
        .context = &prediction,
        .perform = perform_readings,
        .take = take_readings,
        .drop = drop_outcomes,
    };
    ordered_jobs_run(&jobs);
    scrawl_model_free(prediction.finder);
    scrawl_model_free(prediction.model);
    return prediction.status;
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
        {.name = "threads",
         .argument = "N",
         .help = "pictures read at once, or threads of the one PICTURE, 1 to 64; 0 (default): as many as processors",
         .whole = &settings.threads},
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
    if (!option_fits(&syntax, "threads", SCRAWL_MAX_THREADS)) return EXIT_USAGE;
    struct picture_list pictures = {0};
    bool all_there = list_pictures(arguments, operand_count, &pictures);
    if (!settings.explain || may_explain(settings.explain, &pictures, &status))
        status = predict_all(&pictures, &settings);
    list_free(&pictures);
    return all_there || status != EXIT_FINE ? status : EXIT_TROUBLE;
}
