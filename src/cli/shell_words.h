/* Words as one types them to a shell, for commands that are shown to people. Knows no command. */
#ifndef SHELL_WORDS_H
#define SHELL_WORDS_H

/* The word, quoted where it must be; in fresh memory, to be freed by the caller. */
char *shell_word(const char *word);

#endif
