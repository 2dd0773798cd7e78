/* Implements options.h. Must not know any option. */
#include "options.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "report.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 80 };

int usage_error(const char *command, const char *format, ...)
{
    va_list arguments;
    char *whole = format_text("%s See `scrawl %s -h`.", format, command);
    va_start(arguments, format);
    complain_usage(command, whole, arguments);
    va_end(arguments);
    free(whole);
    return EXIT_USAGE;
}

/* ---- Help ---- */

/* From `column` on, where the cursor is; what there is no room for goes on below. No word is longer than a line. */
static void print_wrapped(const char *text, int column)
{
    const size_t room = (size_t)(HELP_WIDTH - column);
    for (;;) {
        size_t length = strcspn(text, "\n");
        if (length > room)
            for (length = room; text[length] != ' ';) length--;
        printf("%.*s\n", (int)length, text);
        if (!text[length]) return;
        text += length + 1;
        printf("%*s", column, "");
    }
}

static void print_option(const struct option *option)
{
    char left[HELP_COLUMN * 2];
    snprintf(left, sizeof left, "  --%s%s%s", option->name, option->argument ? " " : "",
             option->argument ? option->argument : "");
    if (strlen(left) >= HELP_COLUMN - 1)
        printf("%s\n%*s", left, HELP_COLUMN, "");
    else
        printf("%-*s", HELP_COLUMN, left);
    print_wrapped(option->help, HELP_COLUMN);
}

static void print_help(const struct command_syntax *syntax)
{
    printf("Usage: scrawl %s [options]%s%s\n\n", syntax->name, syntax->operands[0] ? " " : "", syntax->operands);
    print_wrapped(syntax->purpose, 0);
    puts("\nOptions:");
    for (const struct option *option = syntax->options; option->name; option++) print_option(option);
    printf("%-*s%s\n", HELP_COLUMN, "  -h, --help", "print this");
    if (syntax->details) {
        puts("");
        print_wrapped(syntax->details, 0);
    }
    printf("\nExample:\n%s", syntax->example);
}

/* ---- The syntax for programs ---- */

static void print_lines(const char *word, const char *text)
{
    while (*text) {
        size_t length = strcspn(text, "\n");
        printf("%s\t%.*s\n", word, (int)length, text);
        text += length + (text[length] == '\n');
    }
}

static void print_syntax_list(const struct command_syntax *syntax)
{
    printf("operands\t%s\n", syntax->operands);
    print_lines("purpose", syntax->purpose);
    for (const struct option *option = syntax->options; option->name; option++)
        printf("option\t%s\t%s\t%s\n", option->name, option->argument ? option->argument : "", option->help);
    if (syntax->details) print_lines("detail", syntax->details);
    print_lines("example", syntax->example);
}

/* ---- Values ---- */

bool read_whole_number(const char *text, uint64_t most, uint64_t *value)
{
    if (text[0] == 0 || text[strspn(text, "0123456789")] != 0) return false;
    errno = 0;
    unsigned long long number = strtoull(text, NULL, 10);
    if (errno || number > most) return false;
    *value = number;
    return true;
}

/* Decimal only: strtod alone would take "inf", "nan", hexadecimal numbers and leading spaces too. */
static bool read_real_number(const char *text, double *value)
{
    if (text[0] == 0 || text[strspn(text, "0123456789.eE+-")] != 0) return false;
    char *end;
    *value = strtod(text, &end);
    return *end == 0 && isfinite(*value);
}

static bool read_choice(const struct option *option, const char *text)
{
    for (int i = 0; option->choices[i]; i++) {
        if (strcmp(option->choices[i], text) != 0) continue;
        *option->choice = i;
        return true;
    }
    return false;
}

static bool refuse_choice(const char *command, const struct option *option, const char *text)
{
    char names[256] = "";
    for (size_t i = 0; option->choices[i]; i++) {
        size_t length = strlen(names);
        snprintf(names + length, sizeof names - length, "%s%s", i ? ", " : "", option->choices[i]);
    }
    usage_error(command, "--%s must be one of %s, not \"%s\".", option->name, names, text);
    return false;
}

/* What makes a number of that kind, whatever its range. */
static bool set_number(const char *command, const struct option *option, const char *text)
{
    if (option->whole ? read_whole_number(text, UINT64_MAX, option->whole) : read_real_number(text, option->real))
        return true;
    usage_error(command, "--%s needs a %s, not \"%s\".", option->name,
                option->whole ? "whole number up to 18446744073709551615" : "finite number", text);
    return false;
}

static bool set_value(const char *command, struct option *option, const char *text)
{
    option->said = text;
    if (option->whole || option->real) return set_number(command, option, text);
    if (option->choice) return read_choice(option, text) || refuse_choice(command, option, text);
    if (text[0] == 0) {
        usage_error(command, "--%s needs a value that isn't empty.", option->name);
        return false;
    }
    *option->text = text;
    return true;
}

/* ---- Arguments ---- */

static struct option *find_option(struct option *options, const char *name, size_t name_length)
{
    for (struct option *option = options; option->name; option++)
        if (strlen(option->name) == name_length && memcmp(option->name, name, name_length) == 0) return option;
    return NULL;
}

/* Of an argument such as "-0". */
static struct option *find_letter(struct option *options, const char *argument)
{
    for (struct option *option = options; option->name; option++)
        if (option->letter && option->letter == argument[1] && !argument[2]) return option;
    return NULL;
}

static const struct option *given_option(const struct option *options, const char *name)
{
    while (options->name && strcmp(options->name, name) != 0) options++;
    return options->given ? options : NULL;
}

bool option_given(const struct option *options, const char *name)
{
    return given_option(options, name) != NULL;
}

const char *option_said(const struct option *options, const char *name)
{
    const struct option *option = given_option(options, name);
    return option ? option->said : NULL;
}

bool option_fits(const struct command_syntax *syntax, const char *name, uint64_t most)
{
    const struct option *option = given_option(syntax->options, name);
    if (!option || *option->whole <= most) return true;
    usage_error(syntax->name, "--%s must be from 0 to %llu, not %s.", name, (unsigned long long)most, option->said);
    return false;
}

/* Reads the option at arguments[0] and, where it takes one, its value. Returns how many arguments that were, 0 after a
 * complaint. */
static int read_option(const struct command_syntax *syntax, int argument_count, char **arguments)
{
    const char *argument = arguments[0];
    const char *equals = strchr(argument, '=');
    size_t length = equals ? (size_t)(equals - argument) : strlen(argument);
    bool is_long = strncmp(argument, "--", 2) == 0;
    struct option *option =
        is_long ? find_option(syntax->options, argument + 2, length - 2) : find_letter(syntax->options, argument);
    if (!option) {
        usage_error(syntax->name, "There is no option %.*s.", (int)length, argument);
        return 0;
    }
    option->given = true;
    if (option->flag) {
        if (equals) usage_error(syntax->name, "--%s takes no value.", option->name);
        *option->flag = true;
        return equals ? 0 : 1;
    }
    if (equals) return set_value(syntax->name, option, equals + 1) ? 1 : 0;
    if (argument_count < 2) {
        usage_error(syntax->name, "--%s needs a value: --%s %s.", option->name, option->name, option->argument);
        return 0;
    }
    return set_value(syntax->name, option, arguments[1]) ? 2 : 0;
}

/* The first of the operands that isn't among so many, in "FILE MODEL" or "PICTURE...". */
static void complain_of_missing(const struct command_syntax *syntax, size_t count)
{
    const char *name = syntax->operands;
    for (size_t i = 0; i < count; i++) name += strcspn(name, " ") + 1;
    usage_error(syntax->name, "The %.*s is missing.", (int)strcspn(name, " ."), name);
}

static bool operand_count_fits(const struct command_syntax *syntax, size_t count, char **operands)
{
    if (count < syntax->fewest_operands)
        complain_of_missing(syntax, count);
    else if (count > syntax->most_operands)
        usage_error(syntax->name, "\"%s\" is one argument too many.", operands[syntax->most_operands]);
    else
        return true;
    return false;
}

static bool asks_for_help(int argument_count, char **arguments)
{
    for (int i = 0; i < argument_count && strcmp(arguments[i], "--") != 0; i++)
        if (strcmp(arguments[i], "-h") == 0 || strcmp(arguments[i], "--help") == 0) return true;
    return false;
}

bool options_read(const struct command_syntax *syntax, int argument_count, char **arguments, size_t *operand_count,
                  int *exit_status)
{
    if (asks_for_help(argument_count, arguments)) {
        print_help(syntax);
        *exit_status = EXIT_FINE;
        return false;
    }
    if (argument_count == 1 && strcmp(arguments[0], SYNTAX_LIST_OPTION) == 0) {
        print_syntax_list(syntax);
        *exit_status = EXIT_FINE;
        return false;
    }
    *exit_status = EXIT_USAGE;
    *operand_count = 0;
    bool only_operands = false;
    for (int i = 0; i < argument_count;) {
        char *argument = arguments[i];
        if (!only_operands && strcmp(argument, "--") == 0) {
            only_operands = true;
            i++;
        } else if (only_operands || argument[0] != '-' || argument[1] == 0) {
            arguments[(*operand_count)++] = argument;
            i++;
        } else {
            int used = read_option(syntax, argument_count - i, arguments + i);
            if (used == 0) return false;
            i += used;
        }
    }
    return operand_count_fits(syntax, *operand_count, arguments);
}
