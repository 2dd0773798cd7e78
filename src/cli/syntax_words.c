/* Implements syntax_words.h. */
#include "syntax_words.h"

#include <stdio.h>

#include "command.h"
#include "scrawl.h"

/* Those of the built-in models that read images. */
static void print_models(void)
{
    const char *separator = "";
    for (const struct shipped_model *shipped = shipped_models; shipped->name; shipped++) {
        scrawl_model *model;
        if (scrawl_model_load(shipped->bytes, shipped->size, &model) != SCRAWL_OK) continue;
        if (!scrawl_model_detects(model)) {
            printf("%s%s", separator, shipped->name);
            separator = "|";
        }
        scrawl_model_free(model);
    }
}

void syntax_words_print(void)
{
    printf("words\tMODEL\t");
    print_models();
    printf("\nwords\tFINDER\tnone\nwords\tNAME|TEXT\t");
    const char *name;
    for (size_t i = 0; (name = scrawl_architecture_name(i)); i++) printf("%s%s", i ? "|" : "", name);
    putchar('\n');
}
