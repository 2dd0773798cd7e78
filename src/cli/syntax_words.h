/* Words that arguments may be beside the name of a file, listed for the completions. Knows no command. */
#ifndef SYNTAX_WORDS_H
#define SYNTAX_WORDS_H

/* Lines of "words", an argument's name and "WORD|WORD", with tabs between. */
void syntax_words_print(void);

#endif
