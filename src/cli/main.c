/* The program `scrawl`: finds the command and leaves the rest to it. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "command.h"
#include "options.h"
#include "output.h"
#include "ranks.h"
#include "report.h"
#include "scrawl.h"
#include "syntax_words.h"

struct command {
    const char *name;
    int (*execute)(int argument_count, char **arguments);
    const char *purpose;
    bool is_shared; /* among ranks, where several processes were started together */
};

static const struct command commands[] = {
    {"train", command_train, "train a network and write it to a model file", true},
    {"eval", command_eval, "measure a model on the test images", true},
    {"predict", command_predict, "read the digits in pictures", true},
    {"merge", command_merge, "make one table of what several runs of predict read", false},
    {"summary", command_summary, "print a network's layers", false},
    {"show", command_show, "look at one image of the data", false},
    {"export", command_export, "write a model as another program's file", false},
    {"import", command_import, "read another program's model", false},
};

enum { COMMAND_COUNT = sizeof commands / sizeof commands[0] };

static void print_help(FILE *stream)
{
    fputs("Scrawl finds and reads handwritten digits, and trains the network that reads them.\n\n"
          "Usage: scrawl COMMAND [options] ...\n\n",
          stream);
    for (int i = 0; i < COMMAND_COUNT; i++) fprintf(stream, "  %-10s%s\n", commands[i].name, commands[i].purpose);
    fputs("\n`scrawl COMMAND -h` explains a command, `scrawl --version` prints the version.\n"
          "Exit status: 0; 1 when something couldn't be read or written; 2 for wrong usage; 128 and the\n"
          "signal's number when predict or merge was interrupted with --out.\n",
          stream);
}

static const struct command *find_command(const char *name)
{
    for (int i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    complain("There is no command \"%s\". See `scrawl help`.", name);
    return EXIT_USAGE;
}

static int help(int argument_count, char **arguments)
{
    char *help_option[] = {"-h", NULL};
    if (argument_count == 0) {
        print_help(stdout);
        return EXIT_FINE;
    }
    const struct command *command = find_command(arguments[0]);
    return command ? command->execute(1, help_option) : unknown_command(arguments[0]);
}

/* "command NAME PURPOSE" and what it lists itself, for each. */
static int list_syntax(void)
{
    char *list_option[] = {SYNTAX_LIST_OPTION, NULL};
    for (int i = 0; i < COMMAND_COUNT; i++) {
        printf("command\t%s\t%s\n", commands[i].name, commands[i].purpose);
        commands[i].execute(1, list_option);
    }
    syntax_words_print();
    return EXIT_FINE;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return strcmp(word, a) == 0 || strcmp(word, b) == 0 || strcmp(word, c) == 0;
}

static int execute(int argument_count, char **arguments)
{
    if (argument_count == 0) {
        print_help(stderr);
        return EXIT_USAGE;
    }
    const char *name = arguments[0];
    if (is_one_of(name, "help", "-h", "--help")) return help(argument_count - 1, arguments + 1);
    if (is_one_of(name, "version", "-V", "--version")) {
        printf("scrawl %s\n", scrawl_version());
        return EXIT_FINE;
    }
    if (strcmp(name, SYNTAX_LIST_OPTION) == 0) return list_syntax();
    const struct command *command = find_command(name);
    if (!command) return unknown_command(name);
    if (command->is_shared && !ranks_start()) return EXIT_TROUBLE;
    return command->execute(argument_count - 1, arguments + 1);
}

int main(int argument_count, char **arguments)
{
    /* A reader that went away is reported as any other failed write, and doesn't end a training. */
    signal(SIGPIPE, SIG_IGN);
    int status = execute(argument_count > 0 ? argument_count - 1 : 0, arguments + 1);
    if (!output_flush() && status == EXIT_FINE) status = EXIT_TROUBLE;
    return ranks_end(status);
}
