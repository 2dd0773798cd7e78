/* What the program's parts agree on: exit statuses, the commands and the models that are built in. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stddef.h>

enum exit_status {
    EXIT_FINE = 0,
    EXIT_TROUBLE = 1,       /* something couldn't be read or written, or training was interrupted or diverged */
    EXIT_USAGE = 2,         /* the command line can't be meant as it stands */
    EXIT_INTERRUPTED = 128, /* and the signal's number: predict or merge was interrupted with --out */
};

/* Each takes the arguments after its own name and returns the exit status. They print results to standard output and
 * everything else to standard error. */
int command_train(int argument_count, char **arguments);
int command_eval(int argument_count, char **arguments);
int command_predict(int argument_count, char **arguments);
int command_merge(int argument_count, char **arguments);
int command_summary(int argument_count, char **arguments);
int command_show(int argument_count, char **arguments);
int command_export(int argument_count, char **arguments);
int command_import(int argument_count, char **arguments);

/* The models that are built in, the default first; the last one's name is NULL. Empty when models/ was at build time.
 */
struct shipped_model {
    const char *name;
    const unsigned char *bytes;
    size_t size;
};

extern const struct shipped_model shipped_models[];

#endif
