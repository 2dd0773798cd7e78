/* `scrawl train` on pages without some elements, for measuring what each is good for: the command as it is, but for the
 * page maker's call. Knows no training.
 * train_without ELEMENTS_OFF followed by what `scrawl train` takes; ELEMENTS_OFF is hexadecimal, a bit for each of enum
 * page_element. */
#include <signal.h>
#include <stdlib.h>

#include "cli/command.h"
#include "cli/output.h"
#include "cli/report.h"
#include "pages/page.h"

static uint64_t elements_off;

/* The linker puts this in place of page_make, by a name that it makes: see make/test.mk.
 * NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void __wrap_page_make(const struct page_source *source, uint64_t seed, uint64_t number, struct page *page);

void __wrap_page_make(const struct page_source *source, uint64_t seed, uint64_t number, struct page *page)
{
    page_make_without(source, seed, number, elements_off, page);
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

int main(int argument_count, char **arguments)
{
    char *end = NULL;
    signal(SIGPIPE, SIG_IGN);
    if (argument_count > 1) elements_off = strtoull(arguments[1], &end, 16);
    if (!end || end == arguments[1] || *end) {
        complain("Usage: train_without ELEMENTS_OFF [options of scrawl train]");
        return EXIT_USAGE;
    }
    int status = command_train(argument_count - 2, arguments + 2);
    return output_flush() || status != EXIT_FINE ? status : EXIT_TROUBLE;
}
