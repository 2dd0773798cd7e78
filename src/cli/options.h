/* Reads a command's arguments by a table of options, and prints its help from the same table. Knows no command. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One long option. The one pointer that isn't NULL says what kind of value it takes and where it goes; what it points
 * to holds the default before. */
struct option {
    const char *name;     /* without the dashes; NULL ends a table */
    char letter;          /* of a flag, with one dash: "-0", which its help says; 0: none */
    const char *argument; /* as the help shows it: "DIR"; NULL for a flag */
    const char *help;     /* what it is and its default */

    bool *flag;
    const char **text;
    int *choice;                /* index into choices */
    const char *const *choices; /* up to a NULL */
    uint64_t *whole;            /* a whole number; its range is for whoever uses it to judge, as the next one's */
    double *real;               /* a finite number */

    bool given;       /* set when the arguments hold it */
    const char *said; /* the text of its value there */
};

/* What a command, or the program itself, lists its syntax on. It stands in no help: it is for make/install/. The list
 * has lines of a word and what it is about, with tabs between: "operands TEXT", "purpose TEXT"; "option NAME ARGUMENT
 * HELP", whose ARGUMENT is "" for a flag; "detail TEXT" and "example TEXT" for each line of them. */
#define SYNTAX_LIST_OPTION "--list-syntax"

struct command_syntax {
    const char *name;     /* "train" */
    const char *operands; /* "PICTURE...", "" for none */
    const char *purpose;  /* sentences for the help, which breaks long lines */
    const char *details;  /* more of them, below the options; NULL for none */
    const char *example;  /* lines, each indented and with its end */
    struct option *options;
    size_t fewest_operands, most_operands;
};

/* Fills in the options' values; the operands are moved to the front of `arguments` and counted. On -h prints the help,
 * on SYNTAX_LIST_OPTION alone lists the syntax, on a wrong argument complains, and in each case returns false with the
 * exit status to end with. */
bool options_read(const struct command_syntax *syntax, int argument_count, char **arguments, size_t *operand_count,
                  int *exit_status);

/* Whether the arguments held the option of that name, and with which text; NULL where they didn't, or for a flag. */
bool option_given(const struct option *options, const char *name);
const char *option_said(const struct option *options, const char *name);

/* Whether the option's whole number is at most that; complains where it isn't. */
bool option_fits(const struct command_syntax *syntax, const char *name, uint64_t most);

/* Complains, points to the command's help and returns EXIT_USAGE. */
int usage_error(const char *command, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Reads a text of nothing but digits; false when it is something else or above `most`. */
bool read_whole_number(const char *text, uint64_t most, uint64_t *value);

#endif
