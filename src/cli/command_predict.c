/* `scrawl predict`: the digits in picture files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "doubts.h"
#include "draw/png_file.h"
#include "files.h"
#include "interruption.h"
#include "options.h"
#include "predict_ranks.h"
#include "rank_parts.h"
#include "ranks.h"
#include "report.h"
#include "row_file.h"
#include "scrawl.h"
#include "shell_words.h"

/* What the options say, before it is clear what that means. */
struct words {
    struct predict_settings settings;
    int format;
    bool json, null;
    const char *shard;
    uint64_t threads;
};

/* ---- What can be meant ---- */

/* "2/5" */
static bool read_shard(const char *text, struct picture_request *pictures)
{
    const char *slash = strchr(text, '/');
    uint64_t shard = 0, shards = 0;
    if (!text[0] || !slash) return false;
    char *first = format_text("%.*s", (int)(slash - text), text);
    const bool ok = read_whole_number(slash + 1, PICTURE_SOURCE_SHARDS, &shards) &&
                    read_whole_number(first, shards, &shard) && shard > 0;
    free(first);
    pictures->shard = (size_t)shard;
    pictures->shards = (size_t)shards;
    return ok;
}

static bool refuse(int *status, const char *sentence)
{
    *status = usage_error("predict", "%s", sentence);
    return false;
}

static bool names_input(const struct picture_request *pictures)
{
    for (size_t i = 0; i < pictures->operand_count; i++)
        if (strcmp(pictures->operands[i], "-") == 0) return true;
    return false;
}

/* Whose crops would be pictures to read the next time. */
static bool is_operand(const char *folder, const struct picture_request *pictures)
{
    for (size_t i = 0; folder && i < pictures->operand_count; i++)
        if (file_is_same_folder(folder, pictures->operands[i])) return true;
    return false;
}

/* Which options go together. */
static bool fit_together(const struct words *words, bool format_given, int *status)
{
    const struct predict_settings *settings = &words->settings;
    const struct picture_request *pictures = &settings->pictures;
    const bool is_table = settings->format == ROWS_TSV || settings->format == ROWS_CSV;
    if (words->json && format_given && words->format != ROWS_JSON)
        return refuse(status, "--json is --format json: give one of them.");
    if (pictures->operand_count == 0 && !pictures->list) return refuse(status, "The PICTURE is missing.");
    if (pictures->list && strcmp(pictures->list, "-") == 0 && names_input(pictures))
        return refuse(status, "Standard input can't be both the list of --files-from and a PICTURE.");
    if (words->null && !pictures->list) return refuse(status, "--null is for the list of --files-from.");
    if (settings->with_digits && !is_table)
        return refuse(status, "--digits is for --format tsv or csv; a row of json has its digits in it.");
    if (settings->out && settings->format == ROWS_TEXT)
        return refuse(status, "--out keeps rows for programs: choose --format json, tsv or csv.");
    if (is_operand(settings->doubtful_to, pictures))
        return refuse(status, "--doubtful-to needs a folder of its own, not one of pictures to read.");
    if (settings->resume && !settings->out) return refuse(status, "--resume goes on with the file of --out.");
    return true;
}

/* From words to settings; false with the exit status to end with. */
static bool understand(struct words *words, bool format_given, int *status)
{
    struct predict_settings *settings = &words->settings;
    settings->format = words->json ? ROWS_JSON : (enum row_format)words->format;
    settings->threads = ranks_threads((int)words->threads);
    settings->pictures.separator = words->null ? 0 : '\n';
    if (words->shard && !read_shard(words->shard, &settings->pictures)) {
        *status = usage_error("predict", "--shard must be I/N with I from 1 to N, and N up to %d, not \"%s\".",
                              (int)PICTURE_SOURCE_SHARDS, words->shard);
        return false;
    }
    return fit_together(words, format_given, status);
}

/* The command as it was given, and --resume; to be freed by the caller. */
static char *command_to_resume(int argument_count, char *const *arguments)
{
    char *command = format_text("scrawl predict --resume");
    for (int i = 0; i < argument_count; i++) {
        if (strcmp(arguments[i], "--resume") == 0) continue;
        char *word = shell_word(arguments[i]), *longer = format_text("%s %s", command, word);
        free(word);
        free(command);
        command = longer;
    }
    return command;
}

/* ---- A sheet ---- */

/* Before anything is read; otherwise complains, and *status is what to end with. */
static bool may_explain(const char *sheet, struct picture_source *source, int *status)
{
    struct picture_item picture;
    size_t count;
    if (!picture_source_count(source, &count)) return refuse(status, "--explain draws one picture, and no list.");
    if (count != 1) {
        *status = usage_error("predict", "--explain draws one picture, and these are %zu.", count);
        return false;
    }
    bool is_same = false;
    if (picture_source_next(source, &picture)) {
        is_same = file_is_same(sheet, picture.path);
        picture_source_return(source, &picture);
    }
    if (is_same) {
        *status = usage_error("predict", "--explain needs a file of its own, not the picture %s itself.", sheet);
        return false;
    }
    *status = EXIT_TROUBLE;
    return png_file_possible("explain", sheet);
}

/* ---- The command ---- */

static int tell_interruption(const struct predict_settings *settings)
{
    complain("Interrupted. %s holds the rows so far; go on with", settings->out);
    fprintf(stderr, "  %s\n", settings->command_to_resume);
    return EXIT_INTERRUPTED + interruption_signal();
}

static int run_alone(const struct predict_settings *settings, struct picture_source *source)
{
    struct predict_counts counts;
    if (settings->resume && !predict_take_over(settings)) return EXIT_TROUBLE;
    const enum predict_end how = predict_run(settings, source, NULL, &counts);
    if (how == PREDICT_INTERRUPTED) return tell_interruption(settings);
    if (how == PREDICT_COMPLETE && settings->out) predict_tell_end(settings, &counts);
    return how == PREDICT_COMPLETE && counts.errors == 0 ? EXIT_FINE : EXIT_TROUBLE;
}

/* Among ranks the first one looks for pictures. */
static int run_with(struct predict_settings *settings)
{
    struct picture_source *source = ranks_is_first() ? picture_source_open(&settings->pictures) : NULL;
    int status = EXIT_TROUBLE;
    const bool may_run = source && (!settings->explain || may_explain(settings->explain, source, &status));
    if (ranks())
        status = predict_over_ranks(settings, may_run ? source : NULL, status);
    else if (may_run)
        status = run_alone(settings, source);
    picture_source_close(source);
    return status;
}

/* What the command writes is no picture to read. */
static int run(struct predict_settings *settings)
{
    const struct picture_request *pictures = &settings->pictures;
    const char *out = settings->out, *folder = settings->doubtful_to;
    char *old_name = out ? row_file_old_name(out) : NULL, *parts = out ? rank_parts_folder(out) : NULL;
    char *table = folder ? doubts_path(folder, pictures->shard, pictures->shards) : NULL;
    const char *const excluded[PICTURE_SOURCE_EXCLUDED] = {out, old_name, parts, folder};
    memcpy(settings->pictures.excluded, excluded, sizeof excluded);
    settings->doubtful_table = table;
    const int status = run_with(settings);
    free(table);
    free(parts);
    free(old_name);
    return status;
}

static const char purpose[] =
    "Finds and reads the digits in pictures: PNG, JPEG, BMP, GIF or PNM (PBM too). A PICTURE of - is standard input.";
static const char details[] =
    "A PICTURE that is a folder stands for the pictures in it, in the order of their names' bytes.\n"
    "A ? follows each digit that may be another, or none. A picture that can't be read is reported, the others are "
    "read, and the exit status is 1 then.\n"
    "Rows of tsv and csv hold what was read, the least confidence, whether a digit is doubtful, the box around all "
    "digits, an error, and the file's size, its last change and a mark of the model. With --out they are kept as they "
    "come. Ctrl-C ends what has begun; --resume then goes on, and so it does after a kill: it reads what isn't there "
    "yet, what changed, what another model read and what had an error. `scrawl merge` makes one file of several "
    "shards'.\n"
    "Under mpirun or srun each process reads a share, where `make mpi` or the package scrawl-mpi is installed; rows "
    "come, "
    "or the file of --out, when all have read theirs, as one process would write them.";

enum { READING_OPTIONS = 8, BULK_OPTIONS = 7 };

/* What is read, and how it is shown. */
static void set_reading_options(struct words *words, struct option options[READING_OPTIONS])
{
    struct predict_settings *settings = &words->settings;
    const struct option table[READING_OPTIONS] = {
        {.name = "model",
         .argument = "MODEL",
         .help = "model file, or \"best\" (default) or \"small\", which are built in",
         .text = &settings->model},
        {.name = "finder",
         .argument = "FINDER",
         .help = "model file that finds digits, or \"none\"; a built-in one unless given",
         .text = &settings->finder},
        {.name = "format",
         .argument = "text|json|tsv|csv",
         .help = "lines for people (default), an object or a row of a table per picture",
         .choice = &words->format,
         .choices = row_format_names},
        {.name = "json", .help = "--format json", .flag = &words->json},
        {.name = "digits", .help = "a row per digit, of tsv and csv", .flag = &settings->with_digits},
        {.name = "single", .help = "read the whole picture as one digit", .flag = &settings->single},
        {.name = "explain",
         .argument = "FILE.png",
         .help = "draw how the one PICTURE was read, stage by stage",
         .text = &settings->explain},
        {.name = "threads",
         .argument = "N",
         .help = "pictures read at once, or threads of the one PICTURE, 1 to 64; 0 (default): as many as processors",
         .whole = &words->threads},
    };
    memcpy(options, table, sizeof table);
}

/* For many pictures. */
static void set_bulk_options(struct words *words, struct option options[BULK_OPTIONS])
{
    struct predict_settings *settings = &words->settings;
    const struct option table[BULK_OPTIONS] = {
        {.name = "recursive", .help = "also pictures in folders of folders", .flag = &settings->pictures.recursive},
        {.name = "files-from",
         .argument = "FILE",
         .help = "also the pictures whose names FILE has, one on each line; - is standard input",
         .text = &settings->pictures.list},
        {.name = "null", .letter = '0', .help = "or -0: a zero byte ends each of those names", .flag = &words->null},
        {.name = "shard",
         .argument = "I/N",
         .help = "of N parts, which only the pictures' names divide, the I-th",
         .text = &words->shard},
        {.name = "out", .argument = "FILE", .help = "append rows to a new FILE, not text", .text = &settings->out},
        {.name = "resume", .help = "go on with the file of --out", .flag = &settings->resume},
        {.name = "doubtful-to",
         .argument = "DIR",
         .help = "cut doubtful digits out for people, with a table for their answers",
         .text = &settings->doubtful_to},
    };
    memcpy(options, table, sizeof table);
}

int command_predict(int argument_count, char **arguments)
{
    struct words words = {.format = ROWS_TEXT};
    struct predict_settings *settings = &words.settings;
    struct option options[READING_OPTIONS + BULK_OPTIONS + 1] = {{0}};
    const struct command_syntax syntax = {
        .name = "predict",
        .operands = "PICTURE...",
        .purpose = purpose,
        .details = details,
        .example = "  scrawl predict --json page.jpg | jq -r .text\n"
                   "  scrawl predict --explain stages.png page.jpg\n"
                   "  scrawl predict --recursive scans --format csv --out digits.csv\n",
        .options = options,
        .most_operands = SIZE_MAX,
    };
    int status;
    set_reading_options(&words, options);
    set_bulk_options(&words, options + READING_OPTIONS);
    char *again = command_to_resume(argument_count, arguments); /* before operands are moved */
    settings->command_to_resume = again;
    settings->pictures.operands = arguments;
    if (options_read(&syntax, argument_count, arguments, &settings->pictures.operand_count, &status)) {
        status = EXIT_USAGE;
        if (option_fits(&syntax, "threads", SCRAWL_MAX_THREADS) &&
            understand(&words, option_given(options, "format"), &status))
            status = run(settings);
    }
    free(again);
    return status;
}
